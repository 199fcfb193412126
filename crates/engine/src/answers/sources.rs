//! Who sends: each source with what was counted of it, and what it sends at the moment.

use std::collections::BTreeMap;

use model::{Arrival, RULINGS_SOURCE, Timestamp};
use serde::Serialize;
use store::{BadState, Source, SourceCounters};

use super::Answers;
use crate::EngineError;
use crate::activity::Rate;

/// All sources.
#[derive(Clone, Debug, Serialize)]
pub struct SourceList {
    /// By name.
    pub sources: Vec<SourceView>,
    /// Since when recent events are counted: the rates hold what came after it.
    pub counted_since: Timestamp,
}

/// How events of a source come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// It is registered and sends with a write key.
    WriteKey,
    /// It is not registered: its rows came in files.
    Files,
    /// What people decided about who is who.
    Rulings,
}

impl SourceKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::WriteKey, Self::Files, Self::Rulings];

    /// The kind's name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WriteKey => "write_key",
            Self::Files => "files",
            Self::Rulings => "rulings",
        }
    }
}

/// One source.
#[derive(Clone, Debug, Serialize)]
pub struct SourceView {
    /// Its name, as events carry it.
    pub name: String,
    /// How its events come in.
    pub kind: SourceKind,
    /// When it was registered, if it is.
    pub created_at: Option<Timestamp>,
    /// When its write key was made; none if it has no key.
    pub key_at: Option<Timestamp>,
    /// Events stored.
    pub accepted: u64,
    /// Events that had been stored before.
    pub duplicates: u64,
    /// Items put into the quarantine, events whose id was used for another payload among them.
    pub quarantined: u64,
    /// Of these, items that wait for repair.
    pub quarantine_open: u64,
    /// When its last event was stored; none if it never sent one.
    pub last_stored_at: Option<Timestamp>,
    /// Events stored of late.
    pub recent: Rate,
}

impl Answers {
    /// Every source that is registered or has sent something, by name.
    pub fn sources(&self) -> Result<SourceList, EngineError> {
        let registered = self.plans().sources()?;
        let (counters, bad) = {
            let journal = self.journal();
            (journal.counters()?.sources, journal.bad_counts_by_source()?)
        };
        let mut found: BTreeMap<&str, SourceView> = BTreeMap::new();
        for source in &registered {
            found.insert(&source.name, view(&source.name, Some(source)));
        }
        for (name, counted) in &counters {
            let SourceCounters { accepted, duplicates, .. } = *counted;
            let source = found.entry(name).or_insert_with(|| view(name, None));
            (source.accepted, source.duplicates) = (accepted, duplicates);
        }
        for (name, state, items) in &bad {
            let source = found.entry(name).or_insert_with(|| view(name, None));
            source.quarantined += items;
            if *state == BadState::Open {
                source.quarantine_open += items;
            }
        }
        let last = self.last_of_each_source();
        for (name, source) in &mut found {
            let seen = self.activity().of(name);
            source.recent = seen.rate;
            source.last_stored_at = match (seen.stored_at, last.get(*name)) {
                (Some(at), _) => Some(at),
                (None, Some(&arrival)) => self.received_at(arrival)?,
                (None, None) => None,
            };
        }
        Ok(SourceList { sources: found.into_values().collect(), counted_since: self.activity().since() })
    }

    /// The latest event of each source that is remembered as an example of what it sends.
    fn last_of_each_source(&self) -> BTreeMap<String, Arrival> {
        let folded = self.folded();
        let mut last: BTreeMap<String, Arrival> = BTreeMap::new();
        for row in folded.signatures.rows() {
            if let Some(&newest) = row.examples.iter().max() {
                let known = last.entry(row.source.clone().into_owned()).or_insert(newest);
                *known = (*known).max(newest);
            }
        }
        last
    }

    fn received_at(&self, arrival: Arrival) -> Result<Option<Timestamp>, EngineError> {
        let Some(block) = self.journal().block_of(arrival)? else { return Ok(None) };
        Ok(Some(block.event((arrival.0 - block.first.0) as usize)?.received_at))
    }
}

fn view(name: &str, registered: Option<&Source>) -> SourceView {
    let kind = match registered {
        Some(_) => SourceKind::WriteKey,
        None if name == RULINGS_SOURCE => SourceKind::Rulings,
        None => SourceKind::Files,
    };
    SourceView {
        name: name.to_owned(),
        kind,
        created_at: registered.map(|source| source.created_at),
        key_at: registered.filter(|source| source.has_key).map(|source| source.key_at),
        accepted: 0,
        duplicates: 0,
        quarantined: 0,
        quarantine_open: 0,
        last_stored_at: None,
        recent: Rate::default(),
    }
}
