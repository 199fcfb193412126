//! `geleit import`: files into the journal, straight or through the server that holds the directory.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use anyhow::Context;
use engine::{Answers, Engine};
use ingest::files::{self, Format, Options, Reader};
use model::{Event, IdentifierKind, Timestamp, hex};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use store::{DataDirectory, FileRecord, NewBad, Receipt, StoreError, Submission};

use crate::cli::{Import, Reading};
use crate::config::Config;
use crate::remote::Remote;
use crate::show::{self, Progress};
use crate::usage::WrongUsage;

/// Rows handed over at a time.
const ROWS_AT_A_TIME: u64 = 5_000;
/// Submissions on their way to the disk while the next one is read.
const IN_FLIGHT: usize = 4;

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
    let kind = |name: &str| IdentifierKind::parse(name.to_owned());
    let format = args.format.as_deref().map(str::parse::<Format>).transpose().context("--format")?;
    let time_zone = match &args.time_zone {
        None => None,
        Some(name) => {
            Some(jiff::tz::TimeZone::get(name).map_err(|error| WrongUsage(format!("--time-zone {name:?}: {error}")))?)
        }
    };
    let mut identifiers = Vec::new();
    for written in &args.identifier {
        let (name, column) =
            written.split_once('=').ok_or_else(|| WrongUsage(format!("--identifier {written:?} is not KIND=COL")))?;
        identifiers.push((kind(name).context("--identifier")?, column.to_owned()));
    }
    let delimiter = match args.delimiter.as_deref() {
        None => None,
        Some("tab" | "\\t") => Some(b'\t'),
        Some(text) if text.len() == 1 => Some(text.as_bytes()[0]),
        Some(text) => return Err(WrongUsage(format!("--delimiter {text:?} is not one character")).into()),
    };
    if args.source.as_deref() == Some(model::RULINGS_SOURCE) {
        let reason = "is kept for what people decide about who is who";
        return Err(model::Invalid::new("--source", model::RULINGS_SOURCE, reason).into());
    }
    let defaults = Options::default();
    Ok(Options {
        format,
        source: args.source.clone().unwrap_or(defaults.source),
        received_at: Timestamp::now(),
        customer: args.customer.clone(),
        customer_kind: match &args.customer_kind {
            Some(name) => kind(name).context("--customer-kind")?,
            None => defaults.customer_kind,
        },
        touchpoint: args.touchpoint.clone(),
        time: args.time.clone(),
        channel: args.channel.clone(),
        identifiers,
        time_format: args.time_format.as_deref().map(str::parse).transpose().context("--time-format")?,
        time_zone,
        delimiter,
        encoding: args.encoding.clone(),
        decimal_comma: args.decimal_comma.then_some(true),
        object_type: if format == Some(Format::Ocel) { args.customer.clone() } else { None },
        ..Options::default()
    })
}

/// OCEL names its customer by a type of object, not by a column.
fn open(file: &Path, options: &Options) -> anyhow::Result<Reader> {
    let mut options = options.clone();
    options.object_type = options.object_type.or_else(|| options.customer.clone());
    Ok(files::open(file, &options)?)
}

fn dry_run(args: &Import, options: &Options) -> anyhow::Result<()> {
    let mut plans = Vec::new();
    for file in &args.files {
        let mut reader = open(file, options)?;
        let (mut good, mut bad, mut faults) = (0u64, 0u64, Vec::new());
        let mut progress = Progress::new(file.display().to_string());
        let plan = serde_json::to_value(reader.plan())?;
        let outcome = loop {
            let more = reader.read(100_000, |row| match row {
                Ok(_) => good += 1,
                Err(row) => {
                    bad += 1;
                    if faults.len() < 10 {
                        faults.push(row.fault.to_string());
                    }
                }
            });
            progress.at(reader.delivered(), share(&reader));
            match more {
                Ok(true) => {}
                Ok(false) => break None,
                Err(error) => break Some(error.to_string()),
            }
        };
        progress.end();
        plans.push(json!({
            "file": file, "plan": plan, "rows": good + bad, "would_be_stored": good, "would_be_quarantined": bad,
            "first_faults": faults, "breaks_off": outcome,
        }));
    }
    show::json(&json!({ "dry_run": true, "files": plans }))
}

fn share(reader: &Reader) -> Option<f64> {
    (reader.bytes_total() > 0).then(|| reader.bytes_read() as f64 / reader.bytes_total() as f64)
}

/// Puts rows of a file into a submission.
fn take(row: files::Row<'_>, submission: &mut Submission, received_at: Timestamp) {
    match row {
        Ok(event) => submission.events.push(0, &event),
        Err(bad) => submission.bad.push(NewBad {
            received_at,
            dialect: bad.dialect.as_str().to_owned(),
            code: bad.code.to_owned(),
            reason: bad.fault.to_string(),
            payload: bad.payload.into(),
        }),
    }
}

/// What the next rows of a file came to: whether more follow, or why the file breaks off.
type Portion = Result<bool, files::FileError>;

/// Imports one file: `earlier` tells whether it was imported before, `portion` stores its next rows.
fn import_file(
    file: &Path,
    options: &Options,
    outcome: &mut Outcome,
    earlier: impl FnOnce(&FileRecord) -> anyhow::Result<Option<FileRecord>>,
    mut portion: impl FnMut(&mut Reader, &FileRecord, &mut Outcome) -> anyhow::Result<Portion>,
) -> anyhow::Result<()> {
    let mut reader = open(file, options)?;
    let record = record(file, options, 0)?;
    if let Some(earlier) = earlier(&record)? {
        outcome.read += earlier.rows;
        outcome.duplicates += earlier.rows;
        show::note(&format!("{} was imported on {}: nothing to store", file.display(), earlier.at));
        return Ok(());
    }
    let mut progress = Progress::new(file.display().to_string());
    let read = loop {
        let more = portion(&mut reader, &record, outcome)?;
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

/// Imports one file through an engine of this process.
pub(crate) fn local_file(engine: &Engine, file: &Path, options: &Options, outcome: &mut Outcome) -> anyhow::Result<()> {
    let mut pending: VecDeque<Receiver<Result<Receipt, Arc<StoreError>>>> = VecDeque::new();
    let earlier = |record: &FileRecord| Ok(engine.answers().imported(record)?);
    import_file(file, options, outcome, earlier, |reader, record, outcome| {
        let mut submission = Submission { source: options.source.clone(), ..Submission::default() };
        let more = reader.read(ROWS_AT_A_TIME, |row| take(row, &mut submission, options.received_at));
        if matches!(more, Ok(false)) {
            submission.imported = Some(FileRecord { rows: reader.delivered(), ..record.clone() });
        }
        pending.push_back(engine.submit_patiently(submission)?);
        let in_flight = if matches!(more, Ok(true)) { IN_FLIGHT } else { 0 };
        let settled = pending.len().saturating_sub(in_flight);
        for oldest in pending.drain(..settled) {
            let receipt = oldest.recv().context("the writer has ended")?;
            outcome.count(&receipt.map_err(|error| anyhow::anyhow!("{error}"))?);
        }
        Ok(more)
    })
}

impl Outcome {
    fn count(&mut self, receipt: &Receipt) {
        self.stored += u64::from(receipt.accepted);
        self.duplicates += u64::from(receipt.duplicates);
        self.quarantined += u64::from(receipt.quarantined);
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
    let earlier = |record: &FileRecord| Ok(Answers::read_only(directory)?.imported(record)?);
    import_file(file, options, outcome, earlier, |reader, record, outcome| {
        let (mut events, mut bad) = (Vec::new(), Vec::new());
        let more = reader.read(ROWS_AT_A_TIME / 10, |row| match row {
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
    })
}

/// The body of `POST /v1/import`. Events are kept as they were written: a number does not change its digits.
#[derive(Serialize)]
struct Rows<'a> {
    source: &'a str,
    events: Vec<Box<RawValue>>,
    bad: Vec<Value>,
    imported: Option<Value>,
}

/// What makes a file known for ever: its content, and the options that decide what its rows mean.
fn record(file: &Path, options: &Options, rows: u64) -> anyhow::Result<FileRecord> {
    let fingerprint = files::file_fingerprint(file).with_context(|| file.display().to_string())?;
    let meaning = Options { received_at: Timestamp::default(), ..options.clone() };
    Ok(FileRecord {
        fingerprint: *blake3::hash(fingerprint.as_bytes()).as_bytes(),
        options: *blake3::hash(format!("{meaning:?}").as_bytes()).as_bytes(),
        name: file.display().to_string(),
        rows,
        at: options.received_at,
    })
}
