//! The columns that mining reads, kept between questions and brought up to date for each.

use std::num::NonZeroUsize;
use std::sync::{Arc, OnceLock, PoisonError};

use columns::{Columns, Filed, Label, Limits, Present, Redirects, Sequence};
use model::{Arrival, CustomerId, Timestamp};
use store::PartRow;

use super::Answers;
use crate::EngineError;
use crate::folded::Folded;
use crate::tail::TailBlock;

/// Threads that read parts where the machine does not say how many it has.
const THREADS: NonZeroUsize = NonZeroUsize::new(2).expect("two is not zero");

/// Columns with everything up to one event.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    pub(crate) columns: Arc<Columns>,
    /// The last event in them.
    pub(crate) through: Arrival,
    /// The folded state they were made of: plans, who was who, and the parts.
    pub(super) epoch: u64,
    pub(super) regroupings: u64,
    parts: Vec<Arc<PartRow>>,
    /// Versions of the mapping and the identity rules under which they were made.
    pub(crate) versions: (u32, u32),
    /// The latest moment in them that is not later than now; found out at the first question.
    pub(crate) as_of: OnceLock<Timestamp>,
}

/// What the newest events look like while the folded state is locked.
struct Fresh {
    through: Arrival,
    epoch: u64,
    regroupings: u64,
    versions: (u32, u32),
    parts: Vec<Arc<PartRow>>,
    tail: Sequence,
    redirects: Option<Redirects>,
}

impl Answers {
    /// Columns that hold every event acknowledged before this call.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, EngineError> {
        // One build at a time: whoever comes meanwhile takes what the first one made.
        let mut kept = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = {
            let folded = self.settled_and_filed()?;
            let usable = kept.as_ref().filter(|snapshot| snapshot.epoch == folded.epoch);
            if let Some(snapshot) = usable.filter(|snapshot| snapshot.is_of(&folded)) {
                return Ok(snapshot.clone());
            }
            Fresh::of(&folded, usable)
        };
        let base = kept.as_ref().filter(|snapshot| snapshot.epoch == fresh.epoch).cloned();
        if base.is_none() {
            // What cannot be used any more makes room for what takes its place.
            *kept = None;
        }
        let snapshot = self.brought_up_to_date(base.as_ref(), fresh)?;
        *kept = Some(snapshot.clone());
        Ok(snapshot)
    }

    fn brought_up_to_date(&self, base: Option<&Snapshot>, fresh: Fresh) -> Result<Snapshot, EngineError> {
        let present = Present {
            parts: fresh.parts.iter().map(|part| filed(part)).collect(),
            fresh: fresh.tail,
            through: fresh.through.0,
            redirects: fresh.redirects,
        };
        // What is new can only be later; what is not can be found out once.
        let newest = fresh_moments(&present.fresh);
        let as_of = match base.and_then(|snapshot| snapshot.as_of.get()) {
            Some(then) => OnceLock::from(newest.map_or(*then, |newest| newest.max(*then))),
            None => OnceLock::new(),
        };
        let columns = match base {
            Some(snapshot) => snapshot.columns.updated(&present)?,
            None => {
                let threads = std::thread::available_parallelism().unwrap_or(THREADS);
                let limits = Limits { bytes: self.mining_bytes, threads };
                Columns::build(Arc::clone(self.parts()), &present, limits)?
            }
        };
        Ok(Snapshot {
            columns: Arc::new(columns),
            through: fresh.through,
            epoch: fresh.epoch,
            regroupings: fresh.regroupings,
            parts: fresh.parts,
            versions: fresh.versions,
            as_of,
        })
    }
}

impl Snapshot {
    /// True if nothing has changed since, neither events nor people nor where the events lie: parts that are no longer
    /// named are gone before long.
    fn is_of(&self, folded: &Folded) -> bool {
        let same_parts = self.parts.len() == folded.parts.len()
            && self.parts.iter().zip(&folded.parts).all(|(ours, theirs)| Arc::ptr_eq(ours, theirs));
        same_parts && self.through == folded.through && self.regroupings == folded.identity.regroupings()
    }
}

impl Fresh {
    fn of(folded: &Folded, usable: Option<&Snapshot>) -> Self {
        let since = usable.map_or(Arrival(0), |snapshot| snapshot.through);
        let same_people = usable.is_some_and(|snapshot| snapshot.regroupings == folded.identity.regroupings());
        Self {
            through: folded.through,
            epoch: folded.epoch,
            regroupings: folded.identity.regroupings(),
            versions: (folded.plans.mapping_version, folded.plans.identity_version),
            parts: folded.parts.clone(),
            tail: tail_sequence(folded, since),
            redirects: (!same_people).then(|| folded.identity.redirects().collect()),
        }
    }
}

/// The latest moment of some events that is not later than now.
fn fresh_moments(events: &Sequence) -> Option<Timestamp> {
    let now = Timestamp::now().micros();
    events.at.iter().copied().filter(|&at| at <= now).max().map(Timestamp::clamped)
}

fn filed(part: &PartRow) -> Filed {
    Filed { path: part.path.clone(), bucket: part.bucket, rows: part.rows, max_arrival: part.arrivals.1.0 }
}

fn tail_sequence(folded: &Folded, since: Arrival) -> Sequence {
    let mut sequence = Sequence::default();
    let label = |label: &crate::labels::Label| Label { text: label.name.clone(), registered: label.registered };
    sequence.labels = folded.labels.all().iter().map(label).collect();
    sequence.channel_names = folded.channels.all().to_vec();
    let blocks: &[TailBlock] = folded.tail.blocks();
    for tail in &blocks[blocks.partition_point(|tail| tail.block.next() <= Arrival(since.0 + 1))..] {
        for (_, arrival, row) in tail.rows() {
            if arrival <= since {
                continue;
            }
            let Some(mood) = row.in_journeys else {
                sequence.left_out += 1;
                continue;
            };
            let CustomerId(customer) = folded.identity.customer_of(model::NodeId(row.anchor));
            sequence.customers.push(customer);
            sequence.at.push(row.at);
            sequence.arrivals.push(arrival.0);
            sequence.codes.push(u32::from(row.code));
            sequence.channels.push(u32::from(row.channel));
            sequence.moods.push(mood);
        }
    }
    sequence
}
