//! Reading an upload: for a trial, or into the journal.

use std::sync::Arc;

use engine::{ImportCounts, ImportError, ImportWatch, Imported, file_record, open_file, try_file};
use ingest::BadRow;
use ingest::files::{Options, Reader};
use model::Timestamp;
use serde::Serialize;
use tokio::sync::watch;

use super::bad_rows::{BadOne, BadRowsFile};
use super::look::{Reading, in_upload, unreadable};
use super::upload::{Phase, Upload};
use crate::Api;
use crate::problem::{IN_PROGRESS, Problem, TOO_MANY};
use crate::question::ask;

/// What an import would come to.
#[derive(Serialize)]
pub(super) struct Trial {
    read: u64,
    would_store: u64,
    /// Good rows that are stored already: all if the file was imported before, unknown else.
    duplicates: Option<u64>,
    imported_before: Option<Timestamp>,
    bad: u64,
    first_bad: Vec<BadOne>,
    breaks_off: Option<String>,
    #[serde(flatten)]
    reading: Reading,
}

/// Looks on while an upload is read.
struct Watch<'u> {
    upload: &'u Upload,
    stopping: watch::Receiver<bool>,
    bad: BadRowsFile,
}

impl<'u> Watch<'u> {
    fn of(api: &Api, upload: &'u Upload, columns: Vec<String>) -> Result<Self, Problem> {
        let bad = BadRowsFile::create(&upload.bad_csv, columns).map_err(|error| Problem::internal(&error))?;
        Ok(Self { upload, stopping: api.watching().stopping(), bad })
    }

    fn is_stopped(&self) -> bool {
        self.upload.is_cancelled() || *self.stopping.borrow()
    }
}

impl ImportWatch for Watch<'_> {
    fn bad(&mut self, row: &BadRow<'_>) {
        self.bad.add(row);
    }

    fn portion(&mut self, counts: &ImportCounts, reader: &Reader) -> bool {
        let (counts, bad) = (*counts, self.bad.rows);
        self.upload.change(|state| {
            let is_stored = state.phase == Phase::Importing;
            state.counts =
                if is_stored { counts } else { ImportCounts { read: counts.read, ..ImportCounts::default() } };
            state.bytes_read = reader.bytes_read();
            state.bad = bad;
        });
        !self.is_stopped()
    }
}

fn columns_of(reader: &Reader) -> Vec<String> {
    reader.plan().columns.iter().map(|column| column.name.clone()).collect()
}

/// Reads the whole file and stores nothing. The upload has begun to be tried.
pub(super) async fn try_upload(api: &Api, upload: Arc<Upload>, options: Options) -> Result<Trial, Problem> {
    let for_work = api.clone();
    ask(api, move |_| {
        let trial = tried(&for_work, &upload, &options);
        upload.end(Phase::Ready, None);
        trial
    })
    .await
}

fn tried(api: &Api, upload: &Upload, options: &Options) -> Result<Trial, Problem> {
    let record = file_record(&upload.path, &upload.name, options)?;
    let before = api.engine().answers().imported(&record)?;
    let mut reader = open_file(&upload.path, options).map_err(|error| unreadable(upload, error))?;
    let mut watch = Watch::of(api, upload, columns_of(&reader))?;
    let tried = try_file(&mut reader, &mut watch);
    watch.bad.finish();
    if watch.is_stopped() {
        return Err(Problem::new(IN_PROGRESS, "the trial was cancelled").coded("cancelled"));
    }
    let ImportCounts { read, stored, quarantined, .. } = tried.counts;
    let duplicates = before.as_ref().map(|_| stored);
    upload.change(|state| state.imported_before = before.as_ref().map(|record| record.at));
    Ok(Trial {
        read,
        would_store: if before.is_some() { 0 } else { stored },
        duplicates,
        imported_before: before.map(|record| record.at),
        bad: quarantined,
        first_bad: watch.bad.first,
        breaks_off: tried.breaks_off.map(|error| in_upload(upload, error).to_string()),
        reading: Reading::of(reader.plan().clone()),
    })
}

/// Begins to import an upload, which goes on without anybody waiting for it.
pub(super) fn begin_import(api: &Api, upload: &Arc<Upload>, options: Options) -> Result<(), Problem> {
    let running = Arc::clone(&api.uploads().imports).try_acquire_owned();
    let running = running
        .map_err(|_| Problem::new(TOO_MANY, "as many imports run as can: wait for one to end").retry_after(10))?;
    upload.begin(Phase::Importing)?;
    let (api, upload) = (api.clone(), Arc::clone(upload));
    let at_work = Arc::clone(&upload);
    let work = tokio::task::spawn_blocking(move || {
        let _running = running;
        imported(&api, &at_work, &options)
    });
    tokio::spawn(async move {
        let outcome = work.await.unwrap_or_else(|failed| Err(Problem::internal(&failed)));
        match outcome {
            Ok((phase, reason)) => upload.end(phase, reason),
            Err(problem) => upload.end(Phase::Failed, Some(problem.detail().to_owned())),
        }
    });
    Ok(())
}

/// Imports the file; how that ended.
fn imported(api: &Api, upload: &Upload, options: &Options) -> Result<(Phase, Option<String>), Problem> {
    // Opened once more for the names of its columns, which the file of bad rows begins with.
    let columns = columns_of(&open_file(&upload.path, options).map_err(|error| unreadable(upload, error))?);
    let mut watch = Watch::of(api, upload, columns)?;
    let outcome = api.engine().import_file(&upload.path, &upload.name, options, &mut watch);
    watch.bad.finish();
    match outcome {
        Ok((counts, how)) => {
            upload.change(|state| state.counts = counts);
            match how {
                Imported::Whole => Ok((Phase::Done, None)),
                Imported::Before(record) => {
                    upload.change(|state| state.imported_before = Some(record.at));
                    Ok((Phase::Done, Some(format!("it was imported before, on {}: nothing to store", record.at))))
                }
                Imported::Stopped if *watch.stopping.borrow() => {
                    Ok((Phase::Cancelled, Some("the server is shutting down; what is counted is stored".to_owned())))
                }
                Imported::Stopped => Ok((Phase::Cancelled, None)),
            }
        }
        Err(ImportError::File(error)) => Err(unreadable(upload, error)),
        Err(ImportError::Engine(error)) => Err(error.into()),
    }
}
