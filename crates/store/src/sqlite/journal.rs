//! The journal in SQLite: one row a commit.
//!
//! A row a commit, and not a row an event, is what makes a database as fast as a bare file here: the cost of a commit
//! (one fsync) and of a row (a few microseconds) is shared by all events of the group.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Arrival, Event, Timestamp};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, Transaction, params};

use super::{Database, Fault, Layout, micros, number};
use crate::block::{Block, Digest, MOST_BYTES};
use crate::dedup::{Change, Dedup, Span, Table};
use crate::journal::{Counters, FileRecord, Head, Journal, JournalOptions, JournalReader, Receipt, Submission};
use crate::quarantine::{ID_CONFLICT, NewBad, QuarantineId};
use crate::{DataDirectory, DirectoryLock, StoreError};

/// Blocks are blobs of tens of kilobytes: large pages keep their chains short.
pub(super) const LAYOUT: Layout = Layout {
    version: 1,
    is_derived: false,
    synchronous: "FULL",
    page_size: 16384,
    cache: 2048,
    schema: "
        -- The events: one row a commit. The body comes last, so that the rest is read without it.
        CREATE TABLE blocks (
            position INTEGER PRIMARY KEY,
            first    INTEGER NOT NULL UNIQUE,  -- arrival number of the first event
            events   INTEGER NOT NULL,
            at       INTEGER NOT NULL,         -- when they were stored, microseconds since 1970
            body     BLOB NOT NULL
        ) STRICT;
        CREATE TABLE counters (
            what  TEXT NOT NULL,
            of    TEXT NOT NULL,               -- a source or a code
            value INTEGER NOT NULL,
            PRIMARY KEY (what, of)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE quarantine (
            id          INTEGER PRIMARY KEY,
            received_at INTEGER NOT NULL,
            source      TEXT NOT NULL,
            dialect     TEXT NOT NULL,
            code        TEXT NOT NULL,
            state       TEXT NOT NULL DEFAULT 'open',
            repaired_as INTEGER,
            reason      TEXT NOT NULL,
            payload     TEXT NOT NULL
        ) STRICT;
        CREATE INDEX quarantine_counts ON quarantine (code, state);
        CREATE TABLE imports (
            fingerprint BLOB NOT NULL,
            options     BLOB NOT NULL,
            name        TEXT NOT NULL,
            rows        INTEGER NOT NULL,
            at          INTEGER NOT NULL,
            PRIMARY KEY (fingerprint, options)
        ) STRICT, WITHOUT ROWID;
        -- Files of sorted message ids, and up to where they were ever written.
        CREATE TABLE runs (
            after   INTEGER NOT NULL,
            through INTEGER NOT NULL,
            oldest  INTEGER NOT NULL,
            newest  INTEGER NOT NULL,
            PRIMARY KEY (after, through)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE runs_through (position INTEGER NOT NULL) STRICT;
        INSERT INTO runs_through VALUES (0);
    ",
};

/// Reads the journal of a directory, beside the process that writes it.
#[derive(Debug)]
pub struct SqliteJournalReader {
    pub(super) database: Database,
}

impl SqliteJournalReader {
    /// Opens the journal for reading; errors with [`StoreError::NotFound`] if it was never written.
    pub fn open(directory: &DataDirectory) -> Result<Self, StoreError> {
        Ok(Self { database: Database::open_read_only(directory.journal(), &LAYOUT)? })
    }
}

impl JournalReader for SqliteJournalReader {
    fn head(&self) -> Result<Head, StoreError> {
        self.database.read(|connection| {
            let last = "SELECT position, first + events FROM blocks ORDER BY position DESC LIMIT 1";
            let head = connection
                .prepare_cached(last)?
                .query_row([], |row| Ok(Head { position: number(row, 0)?, next: Arrival(number(row, 1)?) }))
                .optional()?;
            Ok(head.unwrap_or(Head { position: 0, next: Arrival(1) }))
        })
    }

    fn read_after(&self, position: u64, most: usize) -> Result<Vec<Arc<Block>>, StoreError> {
        self.database.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT position, first, events, body FROM blocks WHERE position > ?1 ORDER BY position LIMIT ?2",
            )?;
            let mut rows = statement.query(params![position.cast_signed(), i64::try_from(most).unwrap_or(i64::MAX)])?;
            let mut blocks: Vec<Arc<Block>> = Vec::new();
            while let Some(row) = rows.next()? {
                let block = read_block(row)?;
                let expected = blocks.last().map_or(position, |last| last.position) + 1;
                if block.position != expected {
                    return Err(StoreError::corrupt("journal.db", format_args!("block {expected} is missing")).into());
                }
                blocks.push(Arc::new(block));
            }
            Ok(blocks)
        })
    }

    fn block_of(&self, arrival: Arrival) -> Result<Option<Arc<Block>>, StoreError> {
        self.database.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT position, first, events, body FROM blocks WHERE first <= ?1 ORDER BY first DESC LIMIT 1",
            )?;
            let mut rows = statement.query([arrival.0.cast_signed()])?;
            let block = rows.next()?.map(read_block).transpose()?;
            Ok(block.filter(|block| arrival < block.next()).map(Arc::new))
        })
    }

    fn counters(&self) -> Result<Counters, StoreError> {
        self.database.read(|connection| {
            let mut counters = Counters::default();
            let mut statement = connection.prepare_cached("SELECT what, of, value FROM counters")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let (what, of, value): (String, String, u64) = (row.get(0)?, row.get(1)?, number(row, 2)?);
                match what.as_str() {
                    ACCEPTED => counters.sources.entry(of).or_default().accepted = value,
                    DUPLICATES => counters.sources.entry(of).or_default().duplicates = value,
                    CONFLICTS => counters.sources.entry(of).or_default().conflicts = value,
                    QUARANTINED => drop(counters.quarantined.insert(of, value)),
                    BYTES => counters.bytes = value,
                    _ => {}
                }
            }
            counters.events = counters.sources.values().map(|source| source.accepted).sum();
            Ok(counters)
        })
    }

    fn imported(&self, fingerprint: &[u8; 32], options: &[u8; 32]) -> Result<Option<FileRecord>, StoreError> {
        self.database.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT name, rows, at FROM imports WHERE fingerprint = ?1 AND options = ?2")?;
            let record = statement.query_row([fingerprint, options], |row| {
                Ok(FileRecord {
                    fingerprint: *fingerprint,
                    options: *options,
                    name: row.get(0)?,
                    rows: number(row, 1)?,
                    at: micros(row, 2)?,
                })
            });
            Ok(record.optional()?)
        })
    }
}

/// Reads `position, first, events, body`.
fn read_block(row: &Row<'_>) -> Result<Block, Fault> {
    let (position, first, events) = (number(row, 0)?, Arrival(number(row, 1)?), number(row, 2)?);
    let body = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
    let block = Block::load(position, first, body)?;
    if block.len() as u64 != events {
        let reason = format!("it holds {} events, its row says {events}", block.len());
        return Err(StoreError::corrupt(format_args!("journal.db, block {position}"), reason).into());
    }
    Ok(block)
}

const ACCEPTED: &str = "accepted";
const DUPLICATES: &str = "duplicates";
const CONFLICTS: &str = "conflicts";
const QUARANTINED: &str = "quarantined";
const BYTES: &str = "bytes";

/// Appends to the journal of a directory.
pub struct SqliteJournal {
    reader: SqliteJournalReader,
    dedup: Dedup,
    head: Head,
    zstd: zstd::bulk::Compressor<'static>,
}

impl std::fmt::Debug for SqliteJournal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteJournal")
            .field("database", &self.reader)
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

impl SqliteJournal {
    /// Opens the journal for the process that holds the lock, makes it if it is not there, and reads back which
    /// message ids are recent.
    pub fn open(lock: &DirectoryLock, options: JournalOptions) -> Result<Self, StoreError> {
        let directory = lock.directory();
        let database = Database::open(directory.journal(), &LAYOUT)?;
        // Journals made before it was thought of get it here; whoever does not know it is not bothered by it.
        let index = "CREATE INDEX IF NOT EXISTS quarantine_by_source ON quarantine (source, state)";
        database.write(|transaction| Ok(transaction.execute_batch(index)?))?;
        let (runs, through) = database.read(|connection| {
            let mut statement = connection.prepare("SELECT after, through, oldest, newest FROM runs")?;
            let runs = statement
                .query_map([], |row| {
                    let (after, through) = (number(row, 0)?, number(row, 1)?);
                    Ok(Span { after, through, oldest: row.get(2)?, newest: row.get(3)? })
                })?
                .collect::<Result<Vec<_>, _>>()?;
            Ok((runs, connection.query_row("SELECT position FROM runs_through", [], |row| number(row, 0))?))
        })?;
        let mut dedup = Dedup::open(&directory.dedup(), options, &runs, |span| derive(&database, span))?;
        visit_blocks(&database, through, u64::MAX >> 1, |block, at| {
            let digests = block.digests().collect::<Result<Vec<_>, _>>()?;
            dedup.insert(block.position, at, digests);
            Ok(())
        })?;
        let zstd = zstd::bulk::Compressor::new(1).map_err(|error| StoreError::io(&directory.journal(), error))?;
        let reader = SqliteJournalReader { database };
        let head = reader.head()?;
        Ok(Self { reader, dedup, head, zstd })
    }

    /// Collects what the threads that write runs have finished; only recorded runs count.
    fn tend_dedup(&mut self, expected: usize, now: Timestamp) -> Result<(), StoreError> {
        let change = self.dedup.tend(expected, now.micros())?;
        if !change.added.is_empty() || !change.removed.is_empty() {
            self.reader.database.write(|transaction| record_runs(transaction, &change))?;
        }
        self.dedup.adopt(change, expected);
        Ok(())
    }

    /// Decides about every event and changes nothing yet.
    fn sort_out<'s>(&mut self, submissions: &'s [Submission]) -> Result<Group<'s>, StoreError> {
        let size: u64 = submissions.iter().map(|submission| submission.events.size() as u64).sum();
        if size > MOST_BYTES {
            return Err(StoreError::TooLarge { bytes: size, limit: MOST_BYTES });
        }
        let digests: Vec<Digest> = submissions.iter().flat_map(|one| &one.events.digests).copied().collect();
        let database = &self.reader.database;
        let known = self.dedup.probe(&digests, |span| derive(database, span))?;

        let mut group = Group::new(self.head, size as usize);
        let mut known = known.as_slice();
        for submission in submissions {
            let (own, rest) = known.split_at(submission.events.len());
            known = rest;
            let repairable = match submission.repairs {
                Some(row) => !group.repairs.contains_key(&row) && self.reader.is_open(row)?,
                None => true,
            };
            group.add(submission, own, repairable)?;
        }
        Ok(group)
    }
}

impl Journal for SqliteJournal {
    fn reader(&self) -> &dyn JournalReader {
        &self.reader
    }

    fn append(
        &mut self,
        submissions: &[Submission],
        now: Timestamp,
    ) -> Result<(Vec<Receipt>, Option<Arc<Block>>), StoreError> {
        let expected = submissions.iter().map(|submission| submission.events.len()).sum();
        self.tend_dedup(expected, now)?;
        let mut group = self.sort_out(submissions)?;

        let body = if group.block.is_empty() {
            None
        } else {
            let path = &self.reader.database.path;
            Some(group.block.store(&mut self.zstd).map_err(|error| StoreError::io(path, error))?)
        };
        self.reader.database.write(|transaction| group.record(transaction, body.as_deref(), now))?;

        // Only what is durable is remembered: had the commit failed, a retry would not be taken for a duplicate.
        let Group { block, digests, receipts, .. } = group;
        if block.is_empty() {
            return Ok((receipts, None));
        }
        self.head = Head { position: block.position, next: block.next() };
        self.dedup.insert(block.position, now.micros(), digests);
        Ok((receipts, Some(Arc::new(block))))
    }

    fn discard(&mut self, row: QuarantineId) -> Result<(), StoreError> {
        self.reader.database.write(|transaction| {
            let changed = transaction
                .prepare_cached("UPDATE quarantine SET state = 'discarded' WHERE id = ?1 AND state = 'open'")?
                .execute([row.0.cast_signed()])?;
            if changed == 0 {
                return Err(StoreError::NotFound { what: "open bad row", name: row.to_string() }.into());
            }
            Ok(())
        })
    }
}

/// One commit in the making.
struct Group<'s> {
    block: Block,
    /// Of the events in the block, in their order.
    digests: Vec<Digest>,
    /// The same, to be asked.
    seen: Table,
    receipts: Vec<Receipt>,
    bad: Vec<(&'s str, NewBad)>,
    /// Bad rows and the events stored in their place.
    repairs: BTreeMap<QuarantineId, Option<Arrival>>,
    files: Vec<&'s FileRecord>,
    counts: BTreeMap<(&'static str, String), u64>,
}

impl<'s> Group<'s> {
    fn new(head: Head, size: usize) -> Self {
        Self {
            block: Block::new(head.position + 1, head.next, size),
            digests: Vec::new(),
            seen: Table::default(),
            receipts: Vec::new(),
            bad: Vec::new(),
            repairs: BTreeMap::new(),
            files: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Adds a submission; `known` holds the payload stored earlier under the id of each of its events.
    fn add(&mut self, submission: &'s Submission, known: &[Option<u64>], repairable: bool) -> Result<(), StoreError> {
        let mut receipt = Receipt { repairable, ..Receipt::default() };
        if !repairable {
            self.receipts.push(receipt);
            return Ok(());
        }
        let (first, bad_before) = (self.block.next(), self.bad.len());
        let events = &submission.events;
        for (index, (digest, known)) in events.digests.iter().zip(known).enumerate() {
            match known.or_else(|| self.seen.payload_of(digest.id)) {
                None => {
                    self.block.push(events.event(index));
                    self.digests.push(*digest);
                    self.seen.insert(*digest);
                    receipt.accepted += 1;
                }
                Some(payload) if payload == digest.payload => receipt.duplicates += 1,
                Some(_) => {
                    receipt.conflicts.push(events.indices[index]);
                    // A repair that fails leaves its row as it is; it does not become another one.
                    if submission.repairs.is_none() {
                        self.bad.push((&submission.source, conflicting(events.event(index))?));
                    }
                }
            }
        }
        receipt.first = (receipt.accepted > 0).then_some(first);
        if let Some(row) = submission.repairs
            && (receipt.accepted > 0 || receipt.duplicates > 0)
        {
            self.repairs.insert(row, receipt.first);
        }
        self.bad.extend(submission.bad.iter().map(|bad| (submission.source.as_str(), bad.clone())));
        self.files.extend(&submission.imported);

        receipt.quarantined = (self.bad.len() - bad_before) as u32;
        self.count(ACCEPTED, &submission.source, u64::from(receipt.accepted));
        self.count(DUPLICATES, &submission.source, u64::from(receipt.duplicates));
        self.count(CONFLICTS, &submission.source, receipt.conflicts.len() as u64);
        self.receipts.push(receipt);
        Ok(())
    }

    fn count(&mut self, what: &'static str, of: &str, number: u64) {
        if number > 0 {
            *self.counts.entry((what, of.to_owned())).or_default() += number;
        }
    }

    fn record(&mut self, transaction: &Transaction<'_>, body: Option<&[u8]>, now: Timestamp) -> Result<(), Fault> {
        if let Some(body) = body {
            let block = &self.block;
            let (position, first) = (block.position.cast_signed(), block.first.0.cast_signed());
            let mut insert = transaction.prepare_cached("INSERT INTO blocks VALUES (?1, ?2, ?3, ?4, ?5)")?;
            insert.execute(params![position, first, block.len() as i64, now.micros(), body])?;
            self.count(BYTES, "", body.len() as u64);
        }
        let mut insert = transaction.prepare_cached(
            "INSERT INTO quarantine (received_at, source, dialect, code, reason, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for (source, bad) in std::mem::take(&mut self.bad) {
            let at = bad.received_at.micros();
            insert.execute(params![at, source, bad.dialect, bad.code, bad.reason, bad.payload])?;
            self.count(QUARANTINED, &bad.code, 1);
        }
        let mut repair =
            transaction.prepare_cached("UPDATE quarantine SET state = 'repaired', repaired_as = ?2 WHERE id = ?1")?;
        for (row, arrival) in &self.repairs {
            repair.execute(params![row.0.cast_signed(), arrival.map(|arrival| arrival.0.cast_signed())])?;
        }
        let mut insert = transaction.prepare_cached("INSERT OR IGNORE INTO imports VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for file in &self.files {
            let rows = file.rows.cast_signed();
            insert.execute(params![file.fingerprint, file.options, file.name, rows, file.at.micros()])?;
        }
        let mut add = transaction.prepare_cached(
            "INSERT INTO counters VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = value + excluded.value",
        )?;
        for ((what, of), number) in &self.counts {
            add.execute(params![what, of, number.cast_signed()])?;
        }
        Ok(())
    }
}

fn conflicting(encoded: &[u8]) -> Result<NewBad, StoreError> {
    let event = Event::decode(encoded).map_err(|error| StoreError::corrupt("a submitted event", error))?;
    Ok(NewBad {
        received_at: event.received_at,
        dialect: "event".to_owned(),
        code: ID_CONFLICT.to_owned(),
        reason: format!("message_id: {:?} was stored before with another payload", event.message_id),
        payload: serde_json::to_string(&event).unwrap_or_else(|_| format!("{event:?}")),
    })
}

fn record_runs(transaction: &Transaction<'_>, change: &Change) -> Result<(), Fault> {
    for span in change.removed.iter().map(|run| run.span()) {
        let key = [span.after.cast_signed(), span.through.cast_signed()];
        transaction.execute("DELETE FROM runs WHERE after = ?1 AND through = ?2", key)?;
    }
    for span in change.added.iter().map(|run| run.span()) {
        let (after, through) = (span.after.cast_signed(), span.through.cast_signed());
        transaction.execute(
            "INSERT OR REPLACE INTO runs VALUES (?1, ?2, ?3, ?4)",
            params![after, through, span.oldest, span.newest],
        )?;
        transaction.execute("UPDATE runs_through SET position = max(position, ?1)", [through])?;
    }
    Ok(())
}

/// The digests of all events in a span of blocks.
fn derive(database: &Database, span: Span) -> Result<Table, StoreError> {
    let mut table = Table::default();
    visit_blocks(database, span.after, span.through, |block, _| {
        block.digests().try_for_each(|digest| digest.map(|digest| table.insert(digest)))
    })?;
    Ok(table)
}

/// Visits the blocks after a position up to another, each with the time it was stored, in microseconds since 1970.
fn visit_blocks(
    database: &Database,
    after: u64,
    through: u64,
    mut visit: impl FnMut(&Block, i64) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    database.read(|connection: &Connection| {
        let mut statement: CachedStatement<'_> = connection.prepare_cached(
            "SELECT position, first, events, body, at FROM blocks WHERE position > ?1 AND position <= ?2 ORDER BY position",
        )?;
        let mut rows = statement.query([after.cast_signed(), through.cast_signed()])?;
        while let Some(row) = rows.next()? {
            visit(&read_block(row)?, row.get(4)?)?;
        }
        Ok(())
    })
}
