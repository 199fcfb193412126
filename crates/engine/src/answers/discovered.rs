//! Touchpoints that nobody registered, found in what the sources send.

use model::{Event, Timestamp};
use serde::Serialize;

use super::Answers;
use crate::EngineError;

/// What the mapping does not cover.
#[derive(Clone, Debug, Serialize)]
pub struct Discovered {
    /// Events stored.
    pub events: u64,
    /// Events that no rule matched.
    pub unmapped: u64,
    /// Version of the mapping in force; 0 if there is none.
    pub mapping_version: u32,
    /// The discovered touchpoints, the most frequent first.
    pub touchpoints: Vec<DiscoveredTouchpoint>,
}

/// Events alike in source, name, channel and kind, of which some match no rule.
#[derive(Clone, Debug, Serialize)]
pub struct DiscoveredTouchpoint {
    /// The name under which journeys show it: the events' own.
    pub touchpoint: String,
    /// Who sends the events.
    pub source: String,
    /// How.
    pub channel: String,
    /// What sort of happening.
    pub kind: model::Kind,
    /// Events that no rule matched.
    pub unmapped: u64,
    /// All events of this sort.
    pub events: u64,
    /// Time of the earliest one.
    pub first_at: Timestamp,
    /// Time of the latest one.
    pub last_at: Timestamp,
    /// Some of the latest events, whole.
    pub examples: Vec<Event<'static>>,
}

impl Answers {
    /// The discovered touchpoints, at most `most` of them.
    pub fn discovered(&self, most: usize) -> Result<Discovered, EngineError> {
        let folded = self.settled()?;
        let rows = || folded.signatures.rows().filter(|row| row.kind.is_part_of_journeys());
        let events = rows().map(|row| row.events).sum();
        let unmapped = rows().map(|row| row.unmapped).sum();
        let mapping_version = folded.plans.mapping_version;
        let mut open: Vec<_> = rows().filter(|row| row.unmapped > 0).cloned().collect();
        drop(folded);
        open.sort_by(|a, b| b.unmapped.cmp(&a.unmapped).then_with(|| (&a.name, &a.source).cmp(&(&b.name, &b.source))));
        open.truncate(most);
        let mut touchpoints = Vec::with_capacity(open.len());
        for row in open {
            let mut examples = Vec::with_capacity(row.examples.len());
            for &arrival in row.examples.iter() {
                if let Some(block) = self.journal().block_of(arrival)? {
                    examples.push(block.event((arrival.0 - block.first.0) as usize)?.into_owned());
                }
            }
            touchpoints.push(DiscoveredTouchpoint {
                touchpoint: row.name.clone().into_owned(),
                source: row.source.into_owned(),
                channel: row.channel.into_owned(),
                kind: row.kind,
                unmapped: row.unmapped,
                events: row.events,
                first_at: row.first_at,
                last_at: row.last_at,
                examples,
            });
        }
        Ok(Discovered { events, unmapped, mapping_version, touchpoints })
    }
}
