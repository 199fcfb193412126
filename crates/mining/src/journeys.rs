use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// One journey: the events `begin..end` of the columns. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First event.
    pub begin: u32,
    /// After the last event.
    pub end: u32,
}

impl Span {
    /// The span as indices.
    pub fn range(self) -> std::ops::Range<usize> {
        self.begin as usize..self.end as usize
    }
}

/// How much of the events the journeys hold. Sums over parts are the coverage of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Events in the time range that belong to a journey.
    pub events_in_journeys: u64,
    /// Events in the time range that belong to none.
    pub events_outside: u64,
    /// Number of journeys.
    pub journeys: u64,
    /// Journeys without the end their rule asks for.
    pub open_journeys: u64,
    /// Touchpoints the journey rule names that no event of the log was ever at.
    pub unknown_marks: Vec<String>,
}

impl Coverage {
    /// Share of the events that belong to a journey; undefined if there is no event.
    pub fn share(&self) -> Option<f64> {
        let events = self.events_in_journeys + self.events_outside;
        (events > 0).then(|| self.events_in_journeys as f64 / events as f64)
    }

    /// The coverage of both.
    #[must_use]
    pub fn merge(mut self, other: &Self) -> Self {
        self.events_in_journeys += other.events_in_journeys;
        self.events_outside += other.events_outside;
        self.journeys += other.journeys;
        self.open_journeys += other.open_journeys;
        // A mark is unknown only where nobody knows it.
        self.unknown_marks.retain(|mark| other.unknown_marks.contains(mark));
        self
    }
}

/// A log cut into journeys.
#[derive(Clone, Debug, PartialEq)]
pub struct Journeys<'a> {
    pub(crate) codes: Cow<'a, [u16]>,
    pub(crate) times: Cow<'a, [i64]>,
    pub(crate) spans: Vec<Span>,
    pub(crate) customers: Vec<u32>,
    pub(crate) labels: &'a [String],
    pub(crate) coverage: Coverage,
}

impl<'a> Journeys<'a> {
    /// All journeys as one slice for the kernels.
    pub fn all(&self) -> Slice<'_> {
        Slice { codes: &self.codes, times: &self.times, spans: &self.spans, customers: &self.customers }
    }

    /// The journeys in at most `parts` slices of about equal numbers of events. All journeys of a customer lie in
    /// one slice: that is what makes counts of distinct customers add up.
    pub fn split(&self, parts: usize) -> Vec<Slice<'_>> {
        let events = self.coverage.events_in_journeys;
        let mut slices = Vec::with_capacity(parts);
        let (mut begin, mut seen) = (0, 0_u64);
        for index in 0..self.spans.len() {
            seen += self.spans[index].range().len() as u64;
            let last = index + 1 == self.spans.len();
            let boundary = last || self.customers[index] != self.customers[index + 1];
            let full = seen * parts as u64 >= events * (slices.len() as u64 + 1);
            if last || (boundary && full) {
                slices.push(self.slice(begin..index + 1));
                begin = index + 1;
            }
        }
        slices
    }

    /// Some journeys as a slice. Cut only between customers if the slices are to be merged.
    pub fn slice(&self, journeys: std::ops::Range<usize>) -> Slice<'_> {
        Slice {
            codes: &self.codes,
            times: &self.times,
            spans: &self.spans[journeys.clone()],
            customers: &self.customers[journeys],
        }
    }

    /// What the codes are shown as.
    pub fn labels(&self) -> &'a [String] {
        self.labels
    }

    /// How much of the events the journeys hold.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }
}

/// What a kernel scans: some journeys, and whose they are.
#[derive(Clone, Copy, Debug)]
pub struct Slice<'a> {
    /// Touchpoint codes of all events.
    pub codes: &'a [u16],
    /// Times of all events, microseconds since 1970; they never fall within a journey.
    pub times: &'a [i64],
    /// The journeys.
    pub spans: &'a [Span],
    /// Dense customer of each journey; the journeys of one customer are neighbours.
    pub customers: &'a [u32],
}
