//! Estimates from samples of customers, and how sure they are. Pure arithmetic: `docs/evaluation.md` has a table for each,
//! which `tests/statistics.rs` reads.
//!
//! Customers are the units. What one customer does several times is alike, so a figure is a ratio of two sums over customers
//! ([`Ratio`]) wherever it is not a count of customers itself.

mod correlation;
mod difference;
mod distributions;
mod holm;
mod ratio;

pub use correlation::{Correlation, Pairs};
pub use difference::{Difference, difference_of_means, difference_of_shares, interval_of_difference, newcombe};
pub use distributions::{Z, normal_beyond};
pub(crate) use distributions::{t_of, z_of};
pub use holm::holm;
pub use ratio::{Denominator, Numerator, Ratio};
