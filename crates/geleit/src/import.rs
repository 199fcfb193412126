//! `geleit import`: files into the journal, straight or through the server that holds the directory.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use engine::{Answers, Engine, ImportCounts, ImportWatch, Imported, Tried, file_record, open_file, try_file};
use ingest::BadRow;
use ingest::files::{FileError, Options, Reader, Words};
use model::{Event, Invalid, hex};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use store::{DataDirectory, FileRecord};

use crate::cli::{Import, Reading};
use crate::config::Config;
use crate::remote::Remote;
use crate::show::{self, Progress};

/// Rows sent to a server at a time.
const REMOTE_ROWS_AT_A_TIME: u64 = 500;

/// What an import did. Field names are part of the command's contract.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Outcome {
    pub(crate) read: u64,
    pub(crate) stored: u64,
    pub(crate) duplicates: u64,
    pub(crate) quarantined: u64,
    /// Customers known afterwards.
    pub(crate) customers: u64,
    /// Touchpoints with events afterwards.
    pub(crate) touchpoints: u64,
    pub(crate) seconds: f64,
}

pub(crate) fn run(config: &Config, args: &Import) -> anyhow::Result<()> {
    let options = options(&args.reading)?;
    for file in &args.files {
        // Looked at before anything is made, so that a slip of the pen leaves no trace.
        std::fs::metadata(file).with_context(|| format!("{}: cannot be opened", file.display()))?;
    }
    if args.dry_run {
        return dry_run(args, &options);
    }
    let directory = DataDirectory::create(config.data()?)?;
    let started = Instant::now();
    let mut outcome = Outcome::default();
    match Remote::of(&directory)? {
        Some(remote) => {
            for file in &args.files {
                remote_file(&remote, &directory, file, &options, &mut outcome)?;
            }
            (outcome.customers, outcome.touchpoints) = Answers::read_only(&directory)?.totals()?;
        }
        None => {
            let engine = Engine::open(&directory, &config.engine)?;
            let imported: anyhow::Result<()> =
                args.files.iter().try_for_each(|file| local_file(&engine, file, &options, &mut outcome));
            // What was read before a file broke off is stored; it is finished before the error is told.
            engine.settle()?;
            (outcome.customers, outcome.touchpoints) = engine.answers().totals()?;
            engine.close()?;
            imported?;
        }
    }
    outcome.seconds = started.elapsed().as_secs_f64();
    if args.json { show::json(&outcome) } else { tell(&outcome) }
}

fn tell(outcome: &Outcome) -> anyhow::Result<()> {
    let rate = outcome.read as f64 / outcome.seconds.max(1e-9);
    show::line(&format!(
        "{} rows read in {} ({}/s): {} stored, {} were stored before, {} in quarantine.\nNow {} customers at {} touchpoints.",
        show::count(outcome.read),
        show::duration(outcome.seconds),
        show::count(rate as u64),
        show::count(outcome.stored),
        show::count(outcome.duplicates),
        show::count(outcome.quarantined),
        show::count(outcome.customers),
        show::count(outcome.touchpoints)
    ))?;
    if outcome.quarantined > 0 {
        show::line("Rows in quarantine: geleit quarantine list --data DIR")?;
    }
    Ok(())
}

/// The flags as options of the reader; errors name the flag.
pub(crate) fn options(args: &Reading) -> anyhow::Result<Options> {
    let Reading {
        format,
        customer,
        customer_kind,
        touchpoint,
        time,
        channel,
        identifier,
        time_zone,
        time_format,
        delimiter,
        encoding,
        decimal_comma,
        source,
    } = args.clone();
    let words = Words {
        format,
        customer,
        customer_kind,
        touchpoint,
        time,
        channel,
        identifier,
        time_zone,
        time_format,
        delimiter,
        encoding,
        decimal_comma,
        source,
    };
    let as_flag = |invalid: Invalid| Invalid { path: format!("--{}", invalid.path.replace('_', "-")), ..invalid };
    Ok(words.options().map_err(as_flag)?)
}

fn dry_run(args: &Import, options: &Options) -> anyhow::Result<()> {
    let mut plans = Vec::new();
    for file in &args.files {
        let mut reader = open_file(file, options)?;
        let mut watched = Watched { progress: Progress::new(file.display().to_string()), faults: Vec::new() };
        let plan = serde_json::to_value(reader.plan())?;
        let Tried { counts, breaks_off, .. } = try_file(&mut reader, &mut watched);
        let Watched { progress, faults } = watched;
        progress.end();
        plans.push(json!({
            "file": file, "plan": plan, "rows": counts.read, "would_be_stored": counts.stored,
            "would_be_quarantined": counts.quarantined, "first_faults": faults,
            "breaks_off": breaks_off.map(|error| error.to_string()),
        }));
    }
    show::json(&json!({ "dry_run": true, "files": plans }))
}

fn share(reader: &Reader) -> Option<f64> {
    (reader.bytes_total() > 0).then(|| reader.bytes_read() as f64 / reader.bytes_total() as f64)
}

/// Shows how far a file is read, and remembers the first faults.
struct Watched {
    progress: Progress,
    faults: Vec<String>,
}

impl ImportWatch for Watched {
    fn bad(&mut self, row: &BadRow<'_>) {
        if self.faults.len() < 10 {
            self.faults.push(row.fault.to_string());
        }
    }

    fn portion(&mut self, _: &ImportCounts, reader: &Reader) -> bool {
        self.progress.at(reader.delivered(), share(reader));
        true
    }
}

/// Imports one file through an engine of this process.
pub(crate) fn local_file(engine: &Engine, file: &Path, options: &Options, outcome: &mut Outcome) -> anyhow::Result<()> {
    let name = file.display().to_string();
    let mut watched = Watched { progress: Progress::new(name.clone()), faults: Vec::new() };
    let imported = engine.import_file(file, &name, options, &mut watched);
    watched.progress.end();
    let (counts, how) = imported?;
    outcome.add(&counts);
    if let Imported::Before(earlier) = how {
        note_earlier(file, &earlier);
    }
    Ok(())
}

fn note_earlier(file: &Path, earlier: &FileRecord) {
    show::note(&format!("{} was imported on {}: nothing to store", file.display(), earlier.at));
}

impl Outcome {
    fn add(&mut self, counts: &ImportCounts) {
        self.read += counts.read;
        self.stored += counts.stored;
        self.duplicates += counts.duplicates;
        self.quarantined += counts.quarantined;
    }
}

/// Imports one file through the server that holds the directory.
fn remote_file(
    remote: &Remote,
    directory: &DataDirectory,
    file: &Path,
    options: &Options,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    let record = file_record(file, &file.display().to_string(), options)?;
    if let Some(earlier) = Answers::read_only(directory)?.imported(&record)? {
        outcome.add(&ImportCounts { read: earlier.rows, duplicates: earlier.rows, ..ImportCounts::default() });
        note_earlier(file, &earlier);
        return Ok(());
    }
    let mut reader = open_file(file, options)?;
    let mut progress = Progress::new(file.display().to_string());
    let read = loop {
        let more = remote_portion(remote, &mut reader, &record, options, outcome)?;
        progress.at(reader.delivered(), share(&reader));
        match more {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    progress.end();
    outcome.read += reader.delivered();
    Ok(read?)
}

/// Sends the next rows of a file to the server: whether more follow, or why the file breaks off.
fn remote_portion(
    remote: &Remote,
    reader: &mut Reader,
    record: &FileRecord,
    options: &Options,
    outcome: &mut Outcome,
) -> anyhow::Result<Result<bool, FileError>> {
    let (mut events, mut bad) = (Vec::new(), Vec::new());
    let more = reader.read(REMOTE_ROWS_AT_A_TIME, |row| match row {
        Ok(event) => events.push(serde_json::value::to_raw_value::<Event<'_>>(&event)),
        Err(row) => bad.push(json!({
            "dialect": row.dialect, "code": row.code, "reason": row.fault.to_string(), "payload": row.payload,
        })),
    });
    let imported = matches!(more, Ok(false)).then(|| {
        let (fingerprint, options) = (hex::written(&record.fingerprint), hex::written(&record.options));
        json!({ "fingerprint": fingerprint, "options": options, "name": record.name, "rows": reader.delivered() })
    });
    let events = events.into_iter().collect::<Result<Vec<_>, _>>()?;
    let receipt: Value = remote.post("/v1/import", &Rows { source: &options.source, events, bad, imported })?;
    let number = |name: &str| receipt[name].as_u64().unwrap_or_default();
    outcome.stored += number("accepted");
    outcome.duplicates += number("duplicates");
    outcome.quarantined += number("quarantined");
    Ok(more)
}

/// The body of `POST /v1/import`. Events are kept as they were written: a number does not change its digits.
#[derive(Serialize)]
struct Rows<'a> {
    source: &'a str,
    events: Vec<Box<RawValue>>,
    bad: Vec<Value>,
    imported: Option<Value>,
}
