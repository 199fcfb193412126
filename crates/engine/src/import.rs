//! Files into the journal: row by row through the same queue as everything else.
//!
//! The ids of rows are made of their content, so a file of which a part is stored already gives the rest; and a file that was
//! read to its end is known for ever by its content and the options it was read with.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use ingest::BadRow;
use ingest::files::{self, FileError, Options, Reader};
use model::Timestamp;
use serde::Serialize;
use store::{FileRecord, NewBad, Receipt, StoreError, Submission};

use crate::{Engine, EngineError};

/// Rows handed over at a time.
const ROWS_AT_A_TIME: u64 = 5_000;
/// Submissions on their way to the disk while the next one is read.
const IN_FLIGHT: usize = 4;

/// What an import has come to so far; everything it counts as stored is durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportCounts {
    /// Rows read, good and bad.
    pub read: u64,
    /// Events stored.
    pub stored: u64,
    /// Events that had been stored before.
    pub duplicates: u64,
    /// Rows put into the quarantine.
    pub quarantined: u64,
}

/// Looks on while a file is read.
pub trait ImportWatch {
    /// A row cannot be an event.
    fn bad(&mut self, _row: &BadRow<'_>) {}

    /// Some more rows were read. False to stop.
    fn portion(&mut self, counts: &ImportCounts, reader: &Reader) -> bool;
}

/// How an import ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// It was read to its end.
    Whole,
    /// Whoever looked on stopped it; what is counted is stored.
    Stopped,
    /// The same file was imported before, read with the same options: nothing was read.
    Before(FileRecord),
}

/// Why a file was not imported to its end. What was read before is stored.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is at fault.
    #[error(transparent)]
    File(#[from] FileError),
    /// The engine could not take it.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Opens a file for its rows. OCEL names its customer by a type of object, not by a column.
pub fn open_file(file: &Path, options: &Options) -> Result<Reader, FileError> {
    files::open(file, &with_object_type(options))
}

/// Looks into a file as [`open_file`] would read it.
pub fn look_into_file(file: &Path, options: &Options) -> Result<files::Look, FileError> {
    files::look(file, &with_object_type(options))
}

fn with_object_type(options: &Options) -> Options {
    let object_type = options.object_type.clone().or_else(|| options.customer.clone());
    Options { object_type, ..options.clone() }
}

/// What makes a file known for ever: its content, and the options that decide what its rows mean.
pub fn file_record(file: &Path, name: &str, options: &Options) -> Result<FileRecord, EngineError> {
    let io = |source| EngineError::Io { place: name.to_owned(), source };
    let fingerprint = files::file_fingerprint(file).map_err(io)?;
    let meaning = Options { received_at: Timestamp::default(), ..options.clone() };
    Ok(FileRecord {
        fingerprint: *blake3::hash(fingerprint.as_bytes()).as_bytes(),
        options: *blake3::hash(format!("{meaning:?}").as_bytes()).as_bytes(),
        name: name.to_owned(),
        rows: 0,
        at: options.received_at,
    })
}

/// What an import would come to.
#[derive(Debug)]
pub struct Tried {
    /// Rows read; of these good ones count as stored, bad ones as quarantined.
    pub counts: ImportCounts,
    /// False if whoever looked on stopped it, or the file breaks off.
    pub whole: bool,
    /// Why the file breaks off, if so.
    pub breaks_off: Option<FileError>,
}

/// Reads a file as an import would and stores nothing.
pub fn try_file(reader: &mut Reader, watch: &mut dyn ImportWatch) -> Tried {
    let mut counts = ImportCounts::default();
    loop {
        let more = reader.read(ROWS_AT_A_TIME, |row| match row {
            Ok(_) => counts.stored += 1,
            Err(bad) => {
                counts.quarantined += 1;
                watch.bad(&bad);
            }
        });
        counts.read = reader.delivered();
        let goes_on = watch.portion(&counts, reader);
        match more {
            Ok(true) if goes_on => {}
            Ok(more) => return Tried { counts, whole: !more, breaks_off: None },
            Err(error) => return Tried { counts, whole: false, breaks_off: Some(error) },
        }
    }
}

impl Engine {
    /// Imports one file. While the queue is full it waits for room; acknowledgements of others do not wait for it.
    pub fn import_file(
        &self,
        file: &Path,
        name: &str,
        options: &Options,
        watch: &mut dyn ImportWatch,
    ) -> Result<(ImportCounts, Imported), ImportError> {
        let record = file_record(file, name, options)?;
        if let Some(earlier) = self.answers().imported(&record)? {
            let counts = ImportCounts { read: earlier.rows, duplicates: earlier.rows, ..ImportCounts::default() };
            return Ok((counts, Imported::Before(earlier)));
        }
        let mut reader = open_file(file, options)?;
        let mut counts = ImportCounts::default();
        let mut pending: VecDeque<Receiver<Result<Receipt, Arc<StoreError>>>> = VecDeque::new();
        loop {
            let mut submission = Submission { source: options.source.clone(), ..Submission::default() };
            let more = reader.read(ROWS_AT_A_TIME, |row| match row {
                Ok(event) => submission.events.push(0, &event),
                Err(bad) => {
                    watch.bad(&bad);
                    submission.bad.push(kept(&bad, options.received_at));
                }
            });
            if matches!(more, Ok(false)) {
                submission.imported = Some(FileRecord { rows: reader.delivered(), ..record.clone() });
            }
            pending.push_back(self.submit_patiently(submission)?);
            let goes_on = watch.portion(&counts, &reader) && matches!(more, Ok(true));
            let settled = if goes_on { pending.len().saturating_sub(IN_FLIGHT) } else { pending.len() };
            for oldest in pending.drain(..settled) {
                let receipt = oldest.recv().map_err(|_| EngineError::Closed)?.map_err(EngineError::Refused)?;
                counts.add(&receipt);
            }
            counts.read = reader.delivered();
            if !goes_on {
                // For the last time with everything in it.
                watch.portion(&counts, &reader);
                let how = if more? { Imported::Stopped } else { Imported::Whole };
                return Ok((counts, how));
            }
        }
    }
}

impl ImportCounts {
    fn add(&mut self, receipt: &Receipt) {
        self.stored += u64::from(receipt.accepted);
        self.duplicates += u64::from(receipt.duplicates);
        self.quarantined += u64::from(receipt.quarantined);
    }
}

fn kept(bad: &BadRow<'_>, received_at: Timestamp) -> NewBad {
    NewBad {
        received_at,
        dialect: bad.dialect.as_str().to_owned(),
        code: bad.code.to_owned(),
        reason: bad.fault.to_string(),
        payload: bad.payload.as_str().to_owned(),
    }
}
