//! Replay equals live: everything folded is built anew from the journal and compared with what is kept.

use identity::{Changes, Identity};
use model::{Arrival, CustomerId, Event, NodeId};
use serde::Serialize;
use store::{DataDirectory, StateReader};
use xxhash_rust::xxh3::xxh3_64;

use crate::folded::touchpoint;
use crate::plans::AppliedPlans;
use crate::signatures::Signatures;
use crate::{EngineError, open};

const BLOCKS_AT_A_TIME: usize = 32;
/// Differences described in words; the rest is only counted.
const DESCRIBED: usize = 20;

/// The outcome of a replay.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verified {
    /// True if nothing differs.
    pub ok: bool,
    /// Journal blocks replayed.
    pub blocks: u64,
    /// Events replayed.
    pub events: u64,
    /// Identifiers compared.
    pub identifiers: u64,
    /// Links compared.
    pub links: u64,
    /// Redirects compared.
    pub redirects: u64,
    /// Refusals compared.
    pub refusals: u64,
    /// Signatures compared.
    pub signatures: u64,
    /// Rows of Parquet parts compared.
    pub rows: u64,
    /// How many things differ.
    pub differences: u64,
    /// The first of them, in words.
    pub examples: Vec<String>,
}

impl Verified {
    fn differs(&mut self, what: impl FnOnce() -> String) {
        self.differences += 1;
        if self.examples.len() < DESCRIBED {
            self.examples.push(what());
        }
    }

    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, kept: &[T], replayed: &[T]) {
        for (kept, replayed) in kept.iter().zip(replayed) {
            if kept != replayed {
                self.differs(|| format!("{what}: kept {kept:?}, replayed {replayed:?}"));
            }
        }
        if kept.len() != replayed.len() {
            self.differs(|| format!("{what}: {} kept, {} replayed", kept.len(), replayed.len()));
        }
    }

    /// Replays the journal of a directory nobody writes to and compares.
    pub fn replay(directory: &DataDirectory) -> Result<Self, EngineError> {
        let sources = open::sources(directory)?;
        let (journal, state) = (sources.journal.as_ref(), sources.state.as_ref());
        let head = state.head()?;
        let versions = (head.mapping_version.unwrap_or(0), head.identity_version.unwrap_or(0));
        let plans = AppliedPlans::load_versions(sources.plans.as_ref(), versions)?;

        let mut verified = Self::default();
        let mut identity = Identity::new(&plans.identity);
        let mut changes = Changes::default();
        let mut signatures = Signatures::new([]);
        let mut rows = RowSum::default();
        let mut position = 0;
        while position < head.position {
            let blocks = journal.read_after(position, BLOCKS_AT_A_TIME)?;
            for block in blocks.iter().take_while(|block| block.position <= head.position) {
                for entry in block.events() {
                    let (arrival, event) = entry?;
                    let observed = identity.observe(arrival, &event, &mut changes);
                    let signature = signatures.count(arrival, &event);
                    let (name, registered) = touchpoint(&plans.mapping, &event);
                    if !registered {
                        signatures.count_unmapped(signature);
                    }
                    if block.position <= head.columns_through {
                        rows.add(arrival, observed.anchor, name, registered, &event);
                    }
                    verified.events += 1;
                }
                verified.blocks += 1;
                position = block.position;
            }
            if blocks.is_empty() {
                verified.differs(|| format!("the state is at block {}, the journal ends at {position}", head.position));
                break;
            }
        }
        verified.compare_state(state, changes, &signatures)?;
        verified.compare_parts(directory, state, &identity, &rows)?;
        verified.ok = verified.differences == 0;
        Ok(verified)
    }

    fn compare_state(
        &mut self,
        state: &dyn StateReader,
        replayed: Changes,
        signatures: &Signatures,
    ) -> Result<(), EngineError> {
        let replayed = replayed.settled();
        let mut nodes = Vec::new();
        state.load_nodes(NodeId(0), &mut |row| nodes.push(row.into_owned()))?;
        self.identifiers = nodes.len() as u64;
        self.compare("identifier", &nodes, &replayed.nodes);
        drop(nodes);
        let mut links = Vec::new();
        state.load_links(&mut |row| links.push(row.into_owned()))?;
        self.links = links.len() as u64;
        self.compare("link", &links, &replayed.links);
        drop(links);
        let mut redirects = Vec::new();
        state.load_redirects(&mut |row| redirects.push(row))?;
        self.redirects = redirects.len() as u64;
        self.compare("redirect", &redirects, &replayed.redirects);
        let mut refusals = Vec::new();
        state.load_refusals(&mut |row| refusals.push(row.into_owned()))?;
        self.refusals = refusals.len() as u64;
        self.compare("refusal", &refusals, &replayed.refusals.into_values().collect::<Vec<_>>());
        let mut kept = Vec::new();
        state.load_discovered(&mut |row| kept.push(row.into_owned()))?;
        let mut again: Vec<_> = signatures.rows().cloned().collect();
        let key =
            |row: &store::SignatureRow<'static>| (row.source.clone(), row.name.clone(), row.channel.clone(), row.kind);
        kept.sort_by_key(key);
        again.sort_by_key(key);
        self.signatures = kept.len() as u64;
        self.compare("signature", &kept, &again);
        Ok(())
    }

    fn compare_parts(
        &mut self,
        directory: &DataDirectory,
        state: &dyn StateReader,
        identity: &Identity,
        replayed: &RowSum,
    ) -> Result<(), EngineError> {
        let mut paths = Vec::new();
        state.load_parts(&mut |part| paths.push((part.path, part.bucket, part.rows)))?;
        let parts = columns::Parts::new(directory.root());
        let mut kept = RowSum::default();
        for (path, bucket, rows) in paths {
            let before = kept.rows;
            let mut order = None;
            for batch in parts.read_rows(&path)? {
                for row in batch? {
                    kept.add(row.arrival, row.anchor, row.touchpoint.as_str(), row.registered, &row.event);
                    if identity.resolve(row.customer) != Some(identity.customer_of(row.anchor)) {
                        self.differs(|| format!("{path}: {} is filed under {}", row.arrival, row.customer));
                    }
                    let place = (row.customer, row.event.at, row.arrival);
                    if order.replace(place).is_some_and(|before: (CustomerId, _, _)| before > place) {
                        self.differs(|| format!("{path}: {} stands out of order", row.arrival));
                    }
                    if model::bucket_of(row.customer) != bucket {
                        self.differs(|| format!("{path}: {} belongs into another bucket", row.arrival));
                    }
                }
            }
            if kept.rows - before != rows {
                self.differs(|| format!("{path}: the manifest names {rows} rows, it holds {}", kept.rows - before));
            }
        }
        self.rows = kept.rows;
        if kept != *replayed {
            self.differs(|| {
                format!("parts hold {} rows, the journal {}, and their contents differ", kept.rows, replayed.rows)
            });
        }
        Ok(())
    }
}

/// A sum over rows that does not depend on their order: equal for equal sets of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct RowSum {
    rows: u64,
    sum: u64,
}

impl RowSum {
    fn add(&mut self, arrival: Arrival, anchor: NodeId, touchpoint: &str, registered: bool, event: &Event<'_>) {
        let mut bytes = event.encode();
        bytes.extend_from_slice(&arrival.0.to_le_bytes());
        bytes.extend_from_slice(&anchor.0.to_le_bytes());
        bytes.extend_from_slice(touchpoint.as_bytes());
        bytes.push(u8::from(registered));
        self.rows += 1;
        self.sum = self.sum.wrapping_add(xxh3_64(&bytes));
    }
}
