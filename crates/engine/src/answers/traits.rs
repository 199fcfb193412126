//! What customers have told of themselves, property by property, for conditions on journeys.
//!
//! Read from the identify events of the journal at the first question that asks for a property, and caught up with at
//! each later one; nothing of it is kept on disk.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError};

use columns::property;
use mining::Properties;
use model::{Kind, NodeId};

use super::Answers;
use super::told::GROUP;
use crate::EngineError;

/// Blocks read from the journal at once.
const BLOCKS: usize = 64;

/// Values by path.
#[derive(Debug, Default)]
pub(super) struct Traits {
    /// The folded state under which they were read: who an event belongs to, and what was erased since.
    epoch: u64,
    by_path: HashMap<String, Told>,
}

/// The values of one property.
#[derive(Debug, Default)]
struct Told {
    /// The last block of the journal that was read.
    position: u64,
    /// The latest value that each identifier's person told, by time and arrival.
    latest: HashMap<NodeId, (i64, u64, String)>,
}

impl Answers {
    /// The latest value of each property that each customer told.
    pub(super) fn properties(&self, paths: &BTreeSet<String>) -> Result<HashMap<String, Arc<Properties>>, EngineError> {
        if paths.is_empty() {
            return Ok(HashMap::new());
        }
        let mut traits = self.traits.lock().unwrap_or_else(PoisonError::into_inner);
        let epoch = self.settled()?.epoch;
        if traits.epoch != epoch {
            *traits = Traits { epoch, ..Traits::default() };
        }
        let mut found = HashMap::new();
        for path in paths {
            let told = traits.by_path.entry(path.clone()).or_default();
            self.catch_up_with(told, path)?;
            let folded = self.folded();
            let mut latest: HashMap<_, (i64, u64, &String)> = HashMap::new();
            for (anchor, (at, arrival, value)) in &told.latest {
                let customer = folded.identity.customer_of(*anchor);
                let newest = latest.entry(customer).or_insert((*at, *arrival, value));
                if (*at, *arrival) > (newest.0, newest.1) {
                    *newest = (*at, *arrival, value);
                }
            }
            let values = latest.into_iter().map(|(customer, (_, _, value))| (customer, value.clone()));
            found.insert(path.clone(), Arc::new(values.collect::<Properties>()));
        }
        Ok(found)
    }

    /// Reads what was journalled since, as far as it is folded.
    fn catch_up_with(&self, told: &mut Told, path: &str) -> Result<(), EngineError> {
        loop {
            let blocks = self.journal().read_after(told.position, BLOCKS)?;
            if blocks.is_empty() {
                return Ok(());
            }
            for block in blocks {
                if self.folded().position < block.position {
                    return Ok(());
                }
                for entry in block.events() {
                    let (arrival, event) = entry?;
                    if event.kind != Kind::Identify || event.name.as_str() == GROUP {
                        continue;
                    }
                    let Some(value) = property(event.properties.as_str(), path) else { continue };
                    let Some(anchor) = self.folded().identity.anchor_of(arrival, &event) else { continue };
                    let newest = (event.at.micros(), arrival.0, value);
                    let known = told.latest.entry(anchor).or_insert_with(|| newest.clone());
                    if (newest.0, newest.1) > (known.0, known.1) {
                        *known = newest;
                    }
                }
                told.position = block.position;
            }
        }
    }
}
