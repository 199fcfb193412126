use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::log::Block;

/// One journey: the events `begin..end` of a block. Never empty.
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

/// What a kernel scans: some journeys of one block, and whose they are. All journeys of a customer lie in one slice:
/// that is what makes counts of distinct customers add up.
#[derive(Clone, Copy, Debug)]
pub struct Slice<'a> {
    /// All events of the block, also those that lie in no journey of the slice.
    pub events: Block<'a>,
    /// The journeys, in the order of their events.
    pub spans: &'a [Span],
    /// The customer of each journey: which run of the block. The journeys of one customer are neighbours.
    pub customers: &'a [u32],
}

impl<'a> Slice<'a> {
    /// Touchpoint codes and times of a journey.
    pub fn journey(&self, span: Span) -> (&'a [u16], &'a [i64]) {
        (&self.events.codes[span.range()], &self.events.times[span.range()])
    }

    /// The journeys of each customer, one or more.
    pub fn by_customer(&self) -> impl Iterator<Item = &'a [Span]> {
        let mut rest = self.spans;
        self.customers.chunk_by(|a, b| a == b).map(move |same| {
            let (own, others) = rest.split_at(same.len());
            rest = others;
            own
        })
    }

    /// Number of customers with a journey.
    pub fn distinct_customers(&self) -> u64 {
        self.customers.chunk_by(|a, b| a == b).count() as u64
    }
}

/// How much of the events the journeys hold. Sums over parts are the coverage of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Coverage {
    /// Chosen events that belong to a journey that was looked at.
    pub events_in_journeys: u64,
    /// Chosen events that belong to no journey.
    pub events_outside: u64,
    /// Number of journeys looked at.
    pub journeys: u64,
    /// Journeys without the end their rule asks for, of those looked at.
    pub open_journeys: u64,
    /// Events in the time range that `--only` leaves out.
    pub events_not_chosen: u64,
    /// Journeys that `--where` leaves out.
    pub journeys_not_chosen: u64,
    /// Touchpoints that the journey rule or the question names and no event of the log was ever at.
    pub unknown_marks: Vec<String>,
}

impl Coverage {
    /// Share of the chosen events that belong to a journey looked at; undefined if there is no event.
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
        self.events_not_chosen += other.events_not_chosen;
        self.journeys_not_chosen += other.journeys_not_chosen;
        // A mark is unknown only where nobody knows it.
        self.unknown_marks.retain(|mark| other.unknown_marks.contains(mark));
        self
    }
}

/// The counts together with their share, `null` where there is no event.
impl Serialize for Coverage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Coverage", 8)?;
        fields.serialize_field("events_in_journeys", &self.events_in_journeys)?;
        fields.serialize_field("events_outside", &self.events_outside)?;
        fields.serialize_field("journeys", &self.journeys)?;
        fields.serialize_field("open_journeys", &self.open_journeys)?;
        fields.serialize_field("events_not_chosen", &self.events_not_chosen)?;
        fields.serialize_field("journeys_not_chosen", &self.journeys_not_chosen)?;
        fields.serialize_field("share", &self.share())?;
        fields.serialize_field("unknown_marks", &self.unknown_marks)?;
        fields.end()
    }
}
