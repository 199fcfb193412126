//! Figures of journeys with customers as units: what one customer lives several times is alike, and tells less than as many
//! customers would.

use mining::statistics::Ratio;
use serde::{Deserialize, Serialize};

/// What is summed over the journeys of a customer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sum {
    /// Fitness in thousandths, of journeys that are over.
    Fitness,
    /// Events at a touchpoint of the map, of the events in journeys that come by it.
    OnMap,
    /// Movements that the plan has not, of all.
    Unexplained,
    /// Of journeys that tell moods: their mean, in thousandths.
    Mean,
    /// The same: peak and end together, which is twice what is remembered.
    PeakAndEnd,
    /// The same: the mood furthest from neutral.
    Peak,
    /// The same: the last mood.
    End,
}

const SUMS: usize = Sum::End as usize + 1;

/// Every sum of one customer, and over how much: journeys, events or movements.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OfOne([(u64, i64); SUMS]);

impl OfOne {
    pub(crate) fn add(&mut self, what: Sum, sum: i64, n: u64) {
        let known = &mut self.0[what as usize];
        *known = (known.0 + n, known.1 + sum);
    }
}

/// Every sum over customers. They are sums of whole numbers, so they do not depend on the order in which they are made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Units([Ratio; SUMS]);

impl Units {
    /// Adds so many customers with the same sum over `n` each; nothing where there is nothing to sum over.
    pub(crate) fn add(&mut self, what: Sum, sum: i64, n: u64, customers: u64) {
        if n > 0 {
            self.0[what as usize].add_alike(sum as f64, n as f64, customers);
        }
    }

    /// Adds a customer.
    pub(crate) fn add_one(&mut self, OfOne(sums): &OfOne) {
        for (ratio, (n, sum)) in self.0.iter_mut().zip(sums).filter(|(_, (n, _))| *n > 0) {
            ratio.add(*sum as f64, *n as f64);
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, more)| mine.merge(more));
    }

    pub(crate) fn of(&self, what: Sum) -> &Ratio {
        &self.0[what as usize]
    }
}
