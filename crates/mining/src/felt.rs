//! Moods in figures.

use model::MoodOrigin;
use serde::{Deserialize, Serialize};

use crate::statistics::Ratio;

/// Moods by value and origin, and as a mean over customers, of whom each has a sum and a number of moods of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MoodSums {
    by_value: [u64; 5],
    by_origin: [u64; 3],
    ratio: Ratio,
}

impl MoodSums {
    /// Number of moods.
    pub fn n(&self) -> u64 {
        self.by_value.iter().sum()
    }

    /// Their sum.
    pub fn sum(&self) -> i64 {
        self.ratio.above.sum as i64
    }

    /// Their mean; none if there is none.
    pub fn mean(&self) -> Option<f64> {
        self.ratio.value()
    }

    /// The mean as a ratio of two sums over customers.
    pub fn ratio(&self) -> &Ratio {
        &self.ratio
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
        self.ratio.add(sum, number);
    }

    /// Adds those of other customers.
    pub fn merge(&mut self, other: &Self) {
        self.by_value.iter_mut().zip(other.by_value).for_each(|(mine, more)| *mine += more);
        self.by_origin.iter_mut().zip(other.by_origin).for_each(|(mine, more)| *mine += more);
        self.ratio.merge(&other.ratio);
    }

    /// At 95 %, several moods of one customer being alike; none for a single customer.
    pub fn interval(&self) -> Option<[f64; 2]> {
        mood_interval(&self.ratio)
    }
}

/// The interval of a mean mood at 95 %, cut to the ends of the scale.
pub(crate) fn mood_interval(mean: &Ratio) -> Option<[f64; 2]> {
    mean.mean_interval().map(|[low, high]| [low.max(-2.0), high.min(2.0)])
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
            customers: sums.ratio.below.customers,
            mean: sums.mean().unwrap_or_default(),
            interval: sums.interval(),
            by_value: sums.by_value,
            reported,
            inferred,
            assumed,
        }
    }
}
