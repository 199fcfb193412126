use model::Timestamp;

/// A view of sorted events: columns of equal length, ordered by customer, time, arrival.
///
/// A customer's events are one *run*; the number of the run is the customer's *dense number*.
#[derive(Clone, Copy, Debug)]
pub struct Log<'a> {
    /// Touchpoint of each event: index into `labels`.
    pub codes: &'a [u16],
    /// Time of each event, microseconds since 1970.
    pub times: &'a [i64],
    /// Arrival number of each event; breaks ties where events of several customers come together in a case.
    pub arrivals: &'a [u64],
    /// Where each run begins, and at last the number of events; empty if there is none.
    pub runs: &'a [u32],
    /// What each code is shown as. No two codes are shown alike.
    pub labels: &'a [String],
    /// The case of each event, [`NO_CASE`] where it has none; only the rule `case:` needs it.
    pub cases: Option<&'a [u32]>,
}

/// Stands in [`Log::cases`] for an event that belongs to no case.
pub const NO_CASE: u32 = u32::MAX;

/// Which events a question is about: those with `from <= time < to`. An end that is not set is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeRange {
    /// The first moment inside.
    pub from: Option<Timestamp>,
    /// The first moment after.
    pub to: Option<Timestamp>,
}

impl TimeRange {
    /// Every moment.
    pub const ALL: Self = Self { from: None, to: None };

    /// The part of `run` whose events lie in the range; times ascend within a run.
    pub(crate) fn within(&self, times: &[i64], run: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let position = |bound: Option<Timestamp>, otherwise: usize| match bound {
            Some(bound) => run.start + times[run.clone()].partition_point(|&time| time < bound.micros()),
            None => otherwise,
        };
        let begin = position(self.from, run.start);
        begin..position(self.to, run.end).max(begin)
    }

    pub(crate) fn contains(&self, time: i64) -> bool {
        self.from.is_none_or(|from| from.micros() <= time) && self.to.is_none_or(|to| time < to.micros())
    }
}
