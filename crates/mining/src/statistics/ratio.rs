use serde::{Deserialize, Serialize};

use super::distributions::{Z, t_at_95};
use crate::rate::wilson_at;

/// Sums over customers of what stands above the line, `s` of one customer, and of its products with `n`, what stands below.
///
/// Sums of whole numbers are exact up to 2^53, so they do not depend on the order of scans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Numerator {
    /// Sum of s.
    pub sum: f64,
    /// Sum of s squared.
    pub squared: f64,
    /// Sum of s times n.
    pub by_number: f64,
}

/// Sums over customers of what stands below the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Denominator {
    /// Number of customers.
    pub customers: u64,
    /// Sum of n.
    pub number: f64,
    /// Sum of n squared.
    pub squared: f64,
}

/// A ratio of two sums over customers: a mean mood, where s is the sum and n the number of a customer's moods; a share, where s
/// of n journeys of a customer are so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    /// What stands above the line.
    pub above: Numerator,
    /// What stands below.
    pub below: Denominator,
}

impl Numerator {
    /// Adds a customer.
    pub fn add(&mut self, s: f64, n: f64) {
        self.sum += s;
        self.squared += s * s;
        self.by_number += s * n;
    }

    /// Adds other customers.
    pub fn merge(&mut self, other: &Self) {
        self.sum += other.sum;
        self.squared += other.squared;
        self.by_number += other.by_number;
    }
}

impl Denominator {
    /// Adds a customer.
    pub fn add(&mut self, n: f64) {
        self.customers += 1;
        self.number += n;
        self.squared += n * n;
    }

    /// Adds other customers.
    pub fn merge(&mut self, other: &Self) {
        self.customers += other.customers;
        self.number += other.number;
        self.squared += other.squared;
    }
}

impl Ratio {
    /// Adds a customer.
    pub fn add(&mut self, s: f64, n: f64) {
        self.above.add(s, n);
        self.below.add(n);
    }

    /// Adds so many customers who are alike.
    pub fn add_alike(&mut self, s: f64, n: f64, customers: u64) {
        let times = customers as f64;
        self.merge(&Self {
            above: Numerator { sum: times * s, squared: times * s * s, by_number: times * s * n },
            below: Denominator { customers, number: times * n, squared: times * n * n },
        });
    }

    /// Adds other customers.
    pub fn merge(&mut self, other: &Self) {
        self.above.merge(&other.above);
        self.below.merge(&other.below);
    }

    /// The ratio; none over nothing.
    pub fn value(&self) -> Option<f64> {
        (self.below.number > 0.0).then(|| self.above.sum / self.below.number)
    }

    /// Variance of the ratio (Cochran 1977, Sampling Techniques, 2.11 and 9A.2); none for fewer than two customers.
    pub fn variance(&self) -> Option<f64> {
        let ratio = self.value()?;
        let customers = self.below.customers as f64;
        let spread = self.above.squared - 2.0 * ratio * self.above.by_number + ratio * ratio * self.below.squared;
        let within = customers / (customers - 1.0) / (self.below.number * self.below.number);
        (self.below.customers > 1).then(|| spread.max(0.0) * within)
    }

    /// Its interval at 95 % as that of a mean: Student's t with one degree of freedom less than there are customers.
    pub fn mean_interval(&self) -> Option<[f64; 2]> {
        let (mean, error) = (self.value()?, self.variance()?.sqrt());
        let half = t_at_95((self.below.customers - 1) as f64) * error;
        Some([mean - half, mean + half])
    }

    /// Its interval at 95 % as that of a share: Wilson's, of as many independent units as tell as much.
    pub fn share_interval(&self) -> Option<[f64; 2]> {
        self.share_interval_at(Z)
    }

    pub(super) fn share_interval_at(&self, z: f64) -> Option<[f64; 2]> {
        let share = self.value()?;
        Some(wilson_at(share, self.below.number / self.design_effect(), z))
    }

    /// How many times more units it takes than independent ones (Kish 1965). Where all units agree nothing is known of how
    /// customers differ: the worst is taken, that customers decide, not units.
    fn design_effect(&self) -> f64 {
        if self.below.squared <= self.below.number {
            // One unit of each customer.
            return 1.0;
        }
        let share = self.value().unwrap_or_default();
        let simple = share * (1.0 - share) / self.below.number;
        let effect = match self.variance() {
            Some(variance) if simple > 0.0 => variance / simple,
            Some(_) | None => self.below.squared / self.below.number,
        };
        effect.max(1.0)
    }
}
