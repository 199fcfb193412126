//! Sessions: how many there are, how long they last, where they begin and end.

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use crate::journeys::{Coverage, Journeys, Slice};
use crate::rate::{Count, counts, share};
use crate::threads;
use crate::wait::Wait;

/// What one scan counted. Partials of slices merge in any order to the partial of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    customers: u64,
    single_event: u64,
    /// Microseconds from first to last event, in any order.
    durations: Vec<i64>,
    starts: Vec<u64>,
    ends: Vec<u64>,
}

/// Counts some journeys, each of which is a session. `labels` is the number of codes.
pub fn scan(slice: &Slice<'_>, labels: usize) -> Partial {
    let mut partial = Partial { starts: vec![0; labels], ends: vec![0; labels], ..Partial::default() };
    partial.customers = slice.customers.chunk_by(|a, b| a == b).count() as u64;
    partial.durations.reserve_exact(slice.spans.len());
    for span in slice.spans {
        let (codes, times) = (&slice.codes[span.range()], &slice.times[span.range()]);
        let last = codes.len() - 1;
        partial.events += codes.len() as u64;
        partial.single_event += u64::from(last == 0);
        partial.durations.push(times[last] - times[0]);
        partial.starts[usize::from(codes[0])] += 1;
        partial.ends[usize::from(codes[last])] += 1;
    }
    partial
}

impl Partial {
    /// The partial of both slices. Whose codes mean different things must not be merged.
    #[must_use]
    pub fn merge(mut self, mut other: Self) -> Self {
        if self.starts.is_empty() {
            std::mem::swap(&mut self, &mut other);
        }
        self.events += other.events;
        self.customers += other.customers;
        self.single_event += other.single_event;
        self.durations.extend_from_slice(&other.durations);
        for (mine, more) in [(&mut self.starts, &other.starts), (&mut self.ends, &other.ends)] {
            for (mine, more) in mine.iter_mut().zip(more) {
                *mine += more;
            }
        }
        self
    }

    /// The answer.
    pub fn finish(mut self, labels: &[String], coverage: &Coverage) -> Sessions {
        let sessions = self.durations.len() as u64;
        Sessions {
            sessions,
            customers: self.customers,
            events: self.events,
            single_event: self.single_event,
            single_event_share: share(self.single_event, sessions),
            events_per_session: share(self.events, sessions),
            sessions_per_customer: share(sessions, self.customers),
            duration: Wait::of(&mut self.durations),
            starts: counts(&self.starts, labels),
            ends: counts(&self.ends, labels),
            coverage: coverage.clone(),
        }
    }
}

/// The sessions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sessions {
    /// Number of sessions.
    pub sessions: u64,
    /// Distinct customers with a session.
    pub customers: u64,
    /// Events in them.
    pub events: u64,
    /// Sessions of one event only.
    pub single_event: u64,
    /// The same as a share of all sessions; undefined if there is none.
    pub single_event_share: Option<f64>,
    /// Mean number of events; undefined if there is no session.
    pub events_per_session: Option<f64>,
    /// Mean number of sessions; undefined if there is no customer.
    pub sessions_per_customer: Option<f64>,
    /// From the first to the last event of a session; undefined if there is no session.
    pub duration: Option<Wait>,
    /// Where sessions begin.
    pub starts: Vec<Count>,
    /// Where they end.
    pub ends: Vec<Count>,
    /// How much of the events the sessions hold.
    #[serde(serialize_with = "Coverage::with_share")]
    pub coverage: Coverage,
}

/// The sessions, which are the journeys of a rule such as `gap:30m`.
pub fn sessions(journeys: &Journeys<'_>, threads: NonZeroUsize) -> Sessions {
    let labels = journeys.labels();
    let count = |slice: Slice<'_>| scan(&slice, labels.len());
    let partials = threads::map(journeys.split(threads.get()), threads, |slice| slice.spans.len(), count);
    let merged = partials.into_iter().reduce(Partial::merge).unwrap_or_default();
    merged.finish(labels, journeys.coverage())
}
