//! Dialects: bytes become events.
