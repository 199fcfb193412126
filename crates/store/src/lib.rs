//! The only crate that speaks to a database.
