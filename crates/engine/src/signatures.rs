//! What the sources send, told apart by (source, name, channel, kind): the ground on which touchpoints that nobody
//! registered are discovered.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use model::{Arrival, Event, Kind, Timestamp};
use store::SignatureRow;

/// Kept at most, so that a source that puts ids into names cannot fill the memory; the rest is counted as one.
const MOST: usize = 20_000;
/// Latest events remembered with each signature.
const EXAMPLES: usize = 3;

/// The name of the one signature that stands for all beyond the bound.
const REST: &str = "(other)";

/// A signature that owns its words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SignatureKey {
    source: String,
    name: String,
    channel: String,
    kind: Kind,
}

impl SignatureKey {
    pub(crate) fn of(event: &Event<'_>) -> Self {
        Self {
            source: event.source.as_str().to_owned(),
            name: event.name.as_str().to_owned(),
            channel: event.channel.as_str().to_owned(),
            kind: event.kind,
        }
    }

    pub(crate) fn of_row(row: &SignatureRow<'_>) -> Self {
        Self {
            source: row.source.as_ref().to_owned(),
            name: row.name.as_ref().to_owned(),
            channel: row.channel.as_ref().to_owned(),
            kind: row.kind,
        }
    }
}

/// All signatures seen so far.
#[derive(Debug)]
pub(crate) struct Signatures {
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
    rows: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    row: SignatureRow<'static>,
    dirty: bool,
}

/// Position of a signature in the list.
pub(crate) type SignatureIndex = u32;

impl Signatures {
    pub(crate) fn new(rows: impl IntoIterator<Item = SignatureRow<'static>>) -> Self {
        let mut signatures = Self { index: HashTable::new(), hasher: DefaultHashBuilder::default(), rows: Vec::new() };
        for row in rows {
            signatures.insert(row, Dirty::No);
        }
        signatures
    }

    /// Counts an event and says where.
    pub(crate) fn count(&mut self, arrival: Arrival, event: &Event<'_>) -> SignatureIndex {
        let key = Key {
            source: event.source.as_str(),
            name: event.name.as_str(),
            channel: event.channel.as_str(),
            kind: event.kind,
        };
        let index = match self.find(&key) {
            Some(index) => index,
            None if self.rows.len() < MOST => self.insert(key.new_row(event.at), Dirty::Yes),
            None => {
                let rest = Key { source: "", name: REST, channel: "", kind: Kind::Interaction };
                match self.find(&rest) {
                    Some(index) => index,
                    None => self.insert(rest.new_row(event.at), Dirty::Yes),
                }
            }
        };
        let entry = &mut self.rows[index as usize];
        entry.dirty = true;
        let row = &mut entry.row;
        row.events += 1;
        row.first_at = row.first_at.min(event.at);
        row.last_at = row.last_at.max(event.at);
        let examples = row.examples.to_mut();
        if examples.len() == EXAMPLES {
            examples.remove(0);
        }
        examples.push(arrival);
        index
    }

    /// Counts that no rule matched an event of this signature.
    pub(crate) fn count_unmapped(&mut self, index: SignatureIndex) {
        self.rows[index as usize].row.unmapped += 1;
    }

    /// False for the one signature that stands for all beyond the bound.
    pub(crate) fn is_exact(&self, index: SignatureIndex) -> bool {
        let row = &self.rows[index as usize].row;
        !(row.source.is_empty() && row.name == REST)
    }

    /// True as long as every signature has a count of its own.
    pub(crate) fn all_exact(&self) -> bool {
        self.rows.len() < MOST
    }

    /// All rows with their counts of unmapped events made anew; what has no signature of its own counts with the rest.
    pub(crate) fn recounted(&self, mut counts: HashMap<SignatureKey, u64>) -> Vec<SignatureRow<'static>> {
        let mut rows: Vec<SignatureRow<'static>> = self.rows().cloned().collect();
        let is_rest = |row: &SignatureRow<'_>| row.source.is_empty() && row.name == REST;
        for row in rows.iter_mut().filter(|row| !is_rest(row)) {
            row.unmapped = counts.remove(&SignatureKey::of_row(row)).unwrap_or(0);
        }
        if let Some(rest) = rows.iter_mut().find(|row| is_rest(row)) {
            rest.unmapped = counts.values().sum();
        }
        rows
    }

    /// The rows changed since the last call.
    pub(crate) fn take_dirty(&mut self) -> Vec<SignatureRow<'static>> {
        let dirty =
            self.rows.iter_mut().filter_map(|entry| std::mem::take(&mut entry.dirty).then(|| entry.row.clone()));
        dirty.collect()
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &SignatureRow<'static>> {
        self.rows.iter().map(|entry| &entry.row)
    }

    fn find(&self, key: &Key<'_>) -> Option<SignatureIndex> {
        let hash = self.hasher.hash_one(key.parts());
        self.index.find(hash, |&index| Key::of(&self.rows[index as usize].row) == *key).copied()
    }

    fn insert(&mut self, row: SignatureRow<'static>, dirty: Dirty) -> SignatureIndex {
        let index = self.rows.len() as u32;
        let hash = self.hasher.hash_one(Key::of(&row).parts());
        self.rows.push(Entry { row, dirty: matches!(dirty, Dirty::Yes) });
        let (rows, hasher) = (&self.rows, &self.hasher);
        self.index.insert_unique(hash, index, |&known| hasher.hash_one(Key::of(&rows[known as usize].row).parts()));
        index
    }
}

#[derive(Clone, Copy)]
enum Dirty {
    Yes,
    No,
}

#[derive(PartialEq)]
struct Key<'k> {
    source: &'k str,
    name: &'k str,
    channel: &'k str,
    kind: Kind,
}

impl<'k> Key<'k> {
    fn of(row: &'k SignatureRow<'_>) -> Self {
        Self { source: &row.source, name: &row.name, channel: &row.channel, kind: row.kind }
    }

    fn parts(&self) -> (&str, &str, &str, Kind) {
        (self.source, self.name, self.channel, self.kind)
    }

    fn new_row(&self, at: Timestamp) -> SignatureRow<'static> {
        SignatureRow {
            source: self.source.to_owned().into(),
            name: self.name.to_owned().into(),
            channel: self.channel.to_owned().into(),
            kind: self.kind,
            events: 0,
            unmapped: 0,
            first_at: at,
            last_at: at,
            examples: Vec::new().into(),
        }
    }
}
