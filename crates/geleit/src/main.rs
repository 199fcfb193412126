//! The binary: wiring and subcommands.
fn main() {}
