//! Moods in figures.

use model::MoodOrigin;
use serde::{Deserialize, Serialize};

use crate::rate::{Z, t_of};

/// Customers from which on Student's t is taken for normal; the two differ by less than 0.2 %.
const MANY: u64 = 1_000;

/// Sums over moods and over customers, of whom each has a sum and a number of moods of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MoodSums {
    by_value: [u64; 5],
    by_origin: [u64; 3],
    customers: u64,
    of_sum_squared: f64,
    of_sum_by_number: f64,
    of_number_squared: f64,
}

impl MoodSums {
    /// Number of moods.
    pub fn n(&self) -> u64 {
        self.by_value.iter().sum()
    }

    /// Their sum.
    pub fn sum(&self) -> i64 {
        (-2..).zip(self.by_value).map(|(value, n): (i64, u64)| value * n as i64).sum()
    }

    /// Their mean; none if there is none.
    pub fn mean(&self) -> Option<f64> {
        (self.n() > 0).then(|| self.sum() as f64 / self.n() as f64)
    }

    /// The moods of one customer there.
    pub fn add_customer(&mut self, moods: impl Iterator<Item = (i8, MoodOrigin)>) {
        let (mut sum, mut number) = (0.0, 0.0);
        for (value, origin) in moods {
            self.by_value[usize::from((value + 2).unsigned_abs())] += 1;
            self.by_origin[origin as usize] += 1;
            sum += f64::from(value);
            number += 1.0;
        }
        self.customers += 1;
        self.of_sum_squared += sum * sum;
        self.of_sum_by_number += sum * number;
        self.of_number_squared += number * number;
    }

    /// Adds those of other customers.
    pub fn merge(&mut self, other: &Self) {
        self.by_value.iter_mut().zip(other.by_value).for_each(|(mine, more)| *mine += more);
        self.by_origin.iter_mut().zip(other.by_origin).for_each(|(mine, more)| *mine += more);
        self.customers += other.customers;
        self.of_sum_squared += other.of_sum_squared;
        self.of_sum_by_number += other.of_sum_by_number;
        self.of_number_squared += other.of_number_squared;
    }

    /// At 95 %, several moods of one customer being alike: the mean as a ratio of two sums over customers (Cochran 1977,
    /// Sampling Techniques, 2.11 and 9A.2), Student's t with one degree of freedom less than there are customers.
    pub fn interval(&self) -> Option<[f64; 2]> {
        let mean = self.mean()?;
        if self.customers < 2 {
            return None;
        }
        let (customers, n) = (self.customers as f64, self.n() as f64);
        let spread = self.of_sum_squared - 2.0 * mean * self.of_sum_by_number + mean * mean * self.of_number_squared;
        let error = (spread.max(0.0) * customers / (customers - 1.0)).sqrt() / n;
        let t = if self.customers > MANY { Z } else { t_of(0.95, self.customers as usize - 1) };
        Some([(mean - t * error).max(-2.0), (mean + t * error).min(2.0)])
    }
}

/// Moods from -2, very bad, to 2, very good.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Felt {
    /// Events that tell a mood.
    pub n: u64,
    /// Distinct customers of these.
    pub customers: u64,
    /// The mean.
    pub mean: f64,
    /// Its interval at 95 %; none for a single customer.
    pub interval: Option<[f64; 2]>,
    /// How many moods of -2, -1, 0, 1, 2.
    pub by_value: [u64; 5],
    /// Told by customers or staff.
    pub reported: u64,
    /// Computed.
    pub inferred: u64,
    /// Assumed.
    pub assumed: u64,
}

impl Felt {
    /// The figures of some moods.
    pub fn of(sums: &MoodSums) -> Self {
        let [assumed, reported, inferred] = sums.by_origin;
        Self {
            n: sums.n(),
            customers: sums.customers,
            mean: sums.mean().unwrap_or_default(),
            interval: sums.interval(),
            by_value: sums.by_value,
            reported,
            inferred,
            assumed,
        }
    }
}
