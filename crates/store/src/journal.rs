//! What a journal promises, whatever database keeps it.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Arrival, Timestamp};

use crate::quarantine::{NewBad, QuarantineId, QuarantineReader};
use crate::{Block, Encoded, StoreError};

/// What one request wants to have stored.
#[derive(Clone, Debug, Default)]
pub struct Submission {
    /// Who sent it: the name of a source. Counters and bad rows are filed under it.
    pub source: String,
    /// The good events.
    pub events: Encoded,
    /// The bad ones.
    pub bad: Vec<NewBad>,
    /// The bad row that these events replace. If it is not open any more, nothing of the submission is stored.
    pub repairs: Option<QuarantineId>,
    /// The file whose last rows these are.
    pub imported: Option<FileRecord>,
}

/// What became of one submission; everything it names is durable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The number of the first stored event; the others follow without gaps. `None` if none was stored.
    pub first: Option<Arrival>,
    /// How many events were stored.
    pub accepted: u32,
    /// How many had been stored before with the same payload.
    pub duplicates: u32,
    /// Indices in the request of events whose id had been stored before with another payload. They are in the quarantine.
    pub conflicts: Vec<u32>,
    /// How many bad rows were stored, conflicts included.
    pub quarantined: u32,
    /// False only if the row that [`Submission::repairs`] names is not open: then nothing was stored.
    pub repairable: bool,
}

/// A file that was imported, known for ever by its content and the options it was read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRecord {
    /// Hash of the file's bytes.
    pub fingerprint: [u8; 32],
    /// Hash of the options that decide what its rows mean.
    pub options: [u8; 32],
    /// What the file was called.
    pub name: String,
    /// How many rows were read.
    pub rows: u64,
    /// When it was imported.
    pub at: Timestamp,
}

/// Where a journal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The position of the last block; 0 before the first.
    pub position: u64,
    /// The number the next event will get.
    pub next: Arrival,
}

/// What was counted since the journal began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Events stored.
    pub events: u64,
    /// Bytes of their blocks as stored, compressed.
    pub bytes: u64,
    /// By source.
    pub sources: BTreeMap<String, SourceCounters>,
    /// Rows put into the quarantine, by code.
    pub quarantined: BTreeMap<String, u64>,
}

/// What was counted of one source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceCounters {
    /// Events stored.
    pub accepted: u64,
    /// Events that had been stored before.
    pub duplicates: u64,
    /// Events whose id had been stored before with another payload.
    pub conflicts: u64,
}

/// Reads a journal, also beside the process that writes it.
pub trait JournalReader: QuarantineReader + Send + Sync {
    /// Where the journal ends.
    fn head(&self) -> Result<Head, StoreError>;

    /// At most `most` blocks after `position`, in order. Errors with [`StoreError::Corrupt`] at a damaged block.
    fn read_after(&self, position: u64, most: usize) -> Result<Vec<Arc<Block>>, StoreError>;

    /// The block that holds the event, if it was stored.
    fn block_of(&self, arrival: Arrival) -> Result<Option<Arc<Block>>, StoreError>;

    /// What was counted.
    fn counters(&self) -> Result<Counters, StoreError>;

    /// The earlier import of a file with that content, read with those options.
    fn imported(&self, fingerprint: &[u8; 32], options: &[u8; 32]) -> Result<Option<FileRecord>, StoreError>;
}

/// Appends to a journal; there is one such per journal.
pub trait Journal: Send {
    /// Reads what this journal has stored.
    fn reader(&self) -> &dyn JournalReader;

    /// Stores all submissions in one durable commit, or none of them.
    ///
    /// An event is a duplicate if one with the same source and message id was stored in the last
    /// [`JournalOptions::window_s`] seconds before `now`, or stands earlier in the same call; beyond the window it may
    /// be. Receipts come in the order of the submissions; the block holds what was stored, `None` if that is nothing.
    ///
    /// After [`StoreError::Full`] the same call succeeds as soon as there is space.
    fn append(
        &mut self,
        submissions: &[Submission],
        now: Timestamp,
    ) -> Result<(Vec<Receipt>, Option<Arc<Block>>), StoreError>;

    /// Marks an open bad row as discarded; errors with [`StoreError::NotFound`] if there is no such open row.
    fn discard(&mut self, row: QuarantineId) -> Result<(), StoreError>;
}

/// How a journal looks for duplicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalOptions {
    /// How long a message id is remembered at least, in seconds.
    pub window_s: u64,
    /// How many ids the table in memory takes before it is written out. Twice as many may be in memory for a while.
    pub table_entries: usize,
}

impl Default for JournalOptions {
    /// 72 hours; 458,752 ids, which is what a hash table of 13 MB holds.
    fn default() -> Self {
        Self { window_s: 72 * 3600, table_entries: (1 << 19) / 8 * 7 }
    }
}
