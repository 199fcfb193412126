//! What benchmarks and tests judge alike.

pub mod joined;
