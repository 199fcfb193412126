//! What has just arrived, for whoever watches: read from where they were, out of memory while they keep up.
//!
//! Nobody is handed anything: a watcher asks for what came after the last event it knows, so a slow one holds up nobody
//! and finds everything it missed, or how much it was. Arrival numbers have no gaps, which makes that sum exact.

use std::collections::VecDeque;
use std::sync::Arc;

use model::{Arrival, Event, Kind, Timestamp};
use serde::Serialize;
use store::Block;

use super::Answers;
use crate::EngineError;
use crate::folded::touchpoint;

/// Blocks read from the journal at once.
const BLOCKS: usize = 16;

/// Which arrivals to tell.
#[derive(Clone, Copy, Debug)]
pub struct ArrivalsQuery<'q> {
    /// The last event that is known already.
    pub after: Arrival,
    /// Only events of this source.
    pub source: Option<&'q str>,
    /// Events told at most: the newest; the others are counted.
    pub most: usize,
    /// Events looked at at most: the newest; the others are counted without a look.
    pub look_back: u64,
}

/// What arrived after an event: `skipped`, then `events`, all up to `through`.
#[derive(Clone, Debug)]
pub struct Arrivals {
    /// The newest, in the order of arrival.
    pub events: Vec<Arrived>,
    /// Events that were asked for and are older than those told.
    pub skipped: u64,
    /// Events older still, at which nobody looked: whether the source sent them is not known.
    pub unread: u64,
    /// The last event looked at; ask from here next.
    pub through: Arrival,
}

/// An event as it is shown to whoever watches. It names nobody: no identifier and nothing the sender said of a person.
#[derive(Clone, Debug, Serialize)]
pub struct Arrived {
    /// Its number: the order of arrival.
    pub id: String,
    /// The sender's id of it.
    pub message_id: String,
    /// When it happened.
    pub at: Timestamp,
    /// When it reached us.
    pub received_at: Timestamp,
    /// Who sent it.
    pub source: String,
    /// What sort of happening.
    pub kind: Kind,
    /// The event's name.
    pub name: String,
    /// How.
    pub channel: String,
    /// Where it happened: the registered touchpoint, else the event's own name.
    pub touchpoint: String,
    /// True if the touchpoint is in the register.
    pub registered: bool,
    /// Whose it is, as of now.
    pub customer: Option<String>,
}

impl Answers {
    /// The last event that is in every answer.
    pub fn last_arrival(&self) -> Arrival {
        self.folded().through
    }

    /// The last event that is stored, in every answer or not yet.
    pub fn journalled(&self) -> Result<Arrival, EngineError> {
        Ok(Arrival(self.journal().head()?.next.0 - 1))
    }

    /// What arrived after an event and is folded.
    pub fn arrivals(&self, query: &ArrivalsQuery<'_>) -> Result<Arrivals, EngineError> {
        let through = self.last_arrival();
        let ArrivalsQuery { after, source, most, look_back } = *query;
        if after >= through {
            return Ok(Arrivals { events: Vec::new(), skipped: 0, unread: 0, through: after });
        }
        let from = Arrival(after.0.max(through.0.saturating_sub(look_back)));
        let mut newest: VecDeque<(Arc<Block>, usize)> = VecDeque::new();
        let mut skipped = 0;
        self.visit_blocks(from, through, |block| {
            let first = (from.0 + 1).saturating_sub(block.first.0) as usize;
            let end = block.len().min((through.0 + 1 - block.first.0) as usize);
            for index in first..end {
                let wanted = match source {
                    Some(source) => block.event(index)?.source.as_str() == source,
                    None => true,
                };
                if wanted {
                    newest.push_back((Arc::clone(block), index));
                    if newest.len() > most {
                        newest.pop_front();
                        skipped += 1;
                    }
                }
            }
            Ok(())
        })?;
        let folded = self.folded();
        let mut events = Vec::with_capacity(newest.len());
        for (block, index) in newest {
            let (id, event) = (Arrival(block.first.0 + index as u64), block.event(index)?);
            let (touchpoint, registered) = touchpoint(&folded.plans.mapping, &event);
            let customer = folded.identity.anchor_of(id, &event).map(|anchor| folded.identity.customer_of(anchor));
            events.push(told(id, &event, touchpoint, registered, customer.map(|customer| customer.to_string())));
        }
        Ok(Arrivals { events, skipped, unread: from.0 - after.0, through })
    }

    /// Items put into the quarantine since the start, by source.
    pub fn quarantined_since_start(&self) -> std::collections::BTreeMap<String, u64> {
        self.activity().quarantined()
    }

    /// Visits the blocks that hold events after `from`, up to `through`: from the tail if it reaches back that far.
    fn visit_blocks(
        &self,
        from: Arrival,
        through: Arrival,
        mut visit: impl FnMut(&Arc<Block>) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        let fresh: Vec<Arc<Block>> = {
            let folded = self.folded();
            let blocks = folded.tail.blocks();
            let begins = blocks.partition_point(|tail| tail.block.next().0 <= from.0 + 1);
            blocks[begins..].iter().map(|tail| Arc::clone(&tail.block)).collect()
        };
        if fresh.first().is_some_and(|block| block.first.0 <= from.0 + 1) {
            return fresh.iter().filter(|block| block.first <= through).try_for_each(visit);
        }
        let Some(first) = self.journal().block_of(Arrival(from.0 + 1))? else { return Ok(()) };
        let mut position = first.position - 1;
        loop {
            let blocks = self.journal().read_after(position, BLOCKS)?;
            for block in &blocks {
                if block.first > through {
                    return Ok(());
                }
                visit(block)?;
                position = block.position;
            }
            if blocks.is_empty() {
                return Ok(());
            }
        }
    }
}

fn told(id: Arrival, event: &Event<'_>, touchpoint: &str, registered: bool, customer: Option<String>) -> Arrived {
    Arrived {
        id: id.to_string(),
        message_id: event.message_id.as_str().to_owned(),
        at: event.at,
        received_at: event.received_at,
        source: event.source.as_str().to_owned(),
        kind: event.kind,
        name: event.name.as_str().to_owned(),
        channel: event.channel.as_str().to_owned(),
        touchpoint: touchpoint.to_owned(),
        registered,
        customer,
    }
}
