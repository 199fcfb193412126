//! The sorted columns that mining reads, kept between questions and brought up to date for each.

use std::sync::{Arc, PoisonError};

use columns::{Label, Redirects, Sequence, SortedColumns};
use model::{Arrival, CustomerId};
use store::PartRow;

use super::Answers;
use crate::EngineError;
use crate::folded::Folded;
use crate::tail::TailBlock;

/// Columns with everything up to one event.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    pub(crate) columns: Arc<SortedColumns>,
    /// The last event in them.
    pub(crate) through: Arrival,
    /// The folded state they were made of: plans, and who was who.
    epoch: u64,
    regroupings: u64,
    /// Versions of the mapping and the identity rules under which they were made.
    pub(crate) versions: (u32, u32),
}

/// What the newest events look like while the folded state is locked.
struct Fresh {
    through: Arrival,
    epoch: u64,
    regroupings: u64,
    versions: (u32, u32),
    parts: Vec<Arc<PartRow>>,
    tail: Sequence,
    redirects: Redirects,
}

impl Answers {
    /// Columns that hold every event acknowledged before this call.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, EngineError> {
        // One build at a time: whoever comes meanwhile takes what the first one made.
        let mut kept = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = {
            let folded = self.settled_and_filed()?;
            let usable = kept.as_ref().filter(|snapshot| snapshot.epoch == folded.epoch);
            let since = usable.map_or(Arrival(0), |snapshot| snapshot.through);
            let same_people = usable.is_some_and(|snapshot| snapshot.regroupings == folded.identity.regroupings());
            if let Some(snapshot) = usable.filter(|snapshot| same_people && snapshot.through == folded.through) {
                return Ok(snapshot.clone());
            }
            Fresh::of(&folded, since, same_people)
        };
        let base = kept.take().filter(|snapshot| snapshot.epoch == fresh.epoch);
        let snapshot = self.brought_up_to_date(base, fresh)?;
        *kept = Some(snapshot.clone());
        Ok(snapshot)
    }

    fn brought_up_to_date(&self, base: Option<Snapshot>, fresh: Fresh) -> Result<Snapshot, EngineError> {
        let since = base.as_ref().map_or(Arrival(0), |snapshot| snapshot.through);
        let mut sequences = self.read_parts(&fresh.parts, since)?;
        sequences.push(fresh.tail);
        let columns = match base {
            Some(snapshot) => snapshot.columns.with_more(&sequences, &fresh.redirects)?,
            None => SortedColumns::of_sequences(&sequences, &fresh.redirects)?,
        };
        Ok(Snapshot {
            columns: Arc::new(columns),
            through: fresh.through,
            epoch: fresh.epoch,
            regroupings: fresh.regroupings,
            versions: fresh.versions,
        })
    }

    /// What lies in parts after an event; two threads share the parts.
    fn read_parts(&self, parts: &[Arc<PartRow>], since: Arrival) -> Result<Vec<Sequence>, EngineError> {
        let wanted: Vec<&PartRow> = parts.iter().map(Arc::as_ref).filter(|part| part.arrivals.1 > since).collect();
        let read = |parts: &[&PartRow]| -> Result<Vec<Sequence>, EngineError> {
            let mut sequences = Vec::with_capacity(parts.len());
            for part in parts {
                let sequence = self.parts().read_sequence(&part.path)?;
                sequences.push(if part.arrivals.0 > since { sequence } else { after(sequence, since) });
            }
            Ok(sequences)
        };
        let (left, right) = wanted.split_at(wanted.len() / 2);
        std::thread::scope(|scope| {
            let right = scope.spawn(|| read(right));
            let mut sequences = read(left)?;
            let others = right.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            sequences.extend(others?);
            Ok(sequences)
        })
    }
}

impl Fresh {
    fn of(folded: &Folded, since: Arrival, same_people: bool) -> Self {
        let redirects = if same_people { Redirects::default() } else { folded.identity.redirects().collect() };
        Self {
            through: folded.through,
            epoch: folded.epoch,
            regroupings: folded.identity.regroupings(),
            versions: (folded.plans.mapping_version, folded.plans.identity_version),
            parts: folded.parts.clone(),
            tail: tail_sequence(folded, since),
            redirects,
        }
    }
}

fn tail_sequence(folded: &Folded, since: Arrival) -> Sequence {
    let mut sequence = Sequence::default();
    let label = |label: &crate::labels::Label| Label { text: label.name.clone(), registered: label.registered };
    sequence.labels = folded.labels.all().iter().map(label).collect();
    let blocks: &[TailBlock] = folded.tail.blocks();
    for tail in &blocks[blocks.partition_point(|tail| tail.block.next() <= Arrival(since.0 + 1))..] {
        for (_, arrival, row) in tail.rows() {
            if arrival <= since {
                continue;
            }
            if !row.in_journeys {
                sequence.left_out += 1;
                continue;
            }
            let CustomerId(customer) = folded.identity.customer_of(model::NodeId(row.anchor));
            sequence.customers.push(customer);
            sequence.at.push(row.at);
            sequence.arrivals.push(arrival.0);
            sequence.codes.push(u32::from(row.code));
        }
    }
    sequence
}

/// The events of a sequence that arrived after `since`.
fn after(sequence: Sequence, since: Arrival) -> Sequence {
    let mut later = Sequence::default();
    for row in (0..sequence.len()).filter(|&row| sequence.arrivals[row] > since.0) {
        later.customers.push(sequence.customers[row]);
        later.at.push(sequence.at[row]);
        later.arrivals.push(sequence.arrivals[row]);
        later.codes.push(sequence.codes[row]);
    }
    later.labels = sequence.labels;
    later
}
