//! Load generators and benchmarks; no product code uses it.
fn main() {}
