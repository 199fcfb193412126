//! Any question, asked of the journeys that begin in each of several periods.

use crate::compare::Figure;
use crate::journeys::{Coverage, Slice, Span};
use crate::kernel::{About, Kernel};
use crate::report::{Answer, Table};
use serde::Serialize;

/// Hands each journey to the partial of the period in which it begins.
#[derive(Clone, Debug)]
pub struct ByBegin<K> {
    /// What counts in each period.
    pub kernel: K,
    /// Where periods begin, microseconds, ascending, and at last where the last one ends. Journeys that begin elsewhere are
    /// not looked at.
    pub bounds: Vec<i64>,
}

impl<K: Kernel> ByBegin<K> {
    fn periods(&self) -> usize {
        self.bounds.len().saturating_sub(1)
    }
}

impl<K: Kernel> Kernel for ByBegin<K> {
    type Partial = Vec<K::Partial>;
    type Answer = ByPeriod<K::Answer>;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Self::Partial) {
        partial.resize_with(self.periods(), K::Partial::default);
        let mut of_period: Vec<(Vec<Span>, Vec<u32>)> = vec![Default::default(); self.periods()];
        for (span, &customer) in slice.spans.iter().zip(slice.customers) {
            let begin = slice.events.times[span.begin as usize];
            let after = self.bounds.partition_point(|&bound| bound <= begin);
            if let Some((spans, customers)) = after.checked_sub(1).and_then(|period| of_period.get_mut(period)) {
                spans.push(*span);
                customers.push(customer);
            }
        }
        for ((spans, customers), partial) in of_period.iter().zip(partial) {
            if !spans.is_empty() {
                self.kernel.scan(&Slice { events: slice.events, spans, customers }, partial);
            }
        }
    }

    fn settle(&self, partial: &mut Self::Partial) {
        partial.iter_mut().for_each(|partial| self.kernel.settle(partial));
    }

    fn merge(&self, partial: &mut Self::Partial, other: Self::Partial) {
        partial.resize_with(self.periods(), K::Partial::default);
        for (mine, more) in partial.iter_mut().zip(other) {
            self.kernel.merge(mine, more);
        }
    }

    fn finish(&self, mut partial: Self::Partial, about: &About<'_>) -> Self::Answer {
        partial.resize_with(self.periods(), K::Partial::default);
        let periods = partial.into_iter().map(|partial| self.kernel.finish(partial, about)).collect();
        ByPeriod { periods, coverage: about.coverage.clone() }
    }

    fn figures<'p>(&self, _: &'p Self::Partial) -> Vec<Figure<'p>> {
        Vec::new()
    }

    fn bytes(&self, partial: &Self::Partial) -> usize {
        partial.iter().map(|partial| self.kernel.bytes(partial) + size_of::<K::Partial>()).sum()
    }
}

/// An answer for each period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ByPeriod<A> {
    /// In the order of time.
    pub periods: Vec<A>,
    /// How much of the events all journeys hold, those among them that begin in no period.
    pub coverage: Coverage,
}

impl<A: Answer> Answer for ByPeriod<A> {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("periods", self.periods.len() as u64)]
    }

    fn tables(&self) -> Vec<Table> {
        Vec::new()
    }
}
