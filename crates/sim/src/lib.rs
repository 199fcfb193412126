//! Worlds with known truth.
