//! Looking after a data directory: verify, doctor, backup, restore, export.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, bail};
use engine::{Engine, EngineError, Verified};
use formats::lived::LogFormat;
use serde::Serialize;
use serde_json::json;
use store::{DataDirectory, JournalReader, SqliteJournalReader, SqlitePlans, SqliteState, StateReader};

use crate::cli::{Backup, Export, Json, Restore};
use crate::config::Config;
use crate::mine;
use crate::show::{self, Progress};
use crate::usage::WrongUsage;

const BLOCKS_AT_A_TIME: usize = 32;

/// Replays the journal and compares; beside a running server it may see parts replaced under its eyes, so it says so.
pub(crate) fn verify(config: &Config, args: &Json) -> anyhow::Result<()> {
    let directory = DataDirectory::existing(config.data()?)?;
    if let Some(holder) = directory.holder()? {
        show::note(&format!(
            "{} is in use by {holder}: what it writes meanwhile may show as a difference",
            directory.root().display()
        ));
    }
    let verified = Verified::replay(&directory)?;
    if args.json {
        show::json(&verified)?;
    } else {
        let rows = [
            ("events", verified.events),
            ("identifiers", verified.identifiers),
            ("links", verified.links),
            ("redirects", verified.redirects),
            ("refusals", verified.refusals),
            ("signatures", verified.signatures),
            ("rows in parts", verified.rows),
            ("differences", verified.differences),
        ];
        show::table(&["replayed and compared", "count"], rows.map(|(what, n)| vec![what.to_owned(), show::count(n)]))?;
        for example in &verified.examples {
            show::line(example)?;
        }
    }
    if !verified.ok {
        bail!("what is kept differs from what the journal says in {} places", verified.differences);
    }
    Ok(())
}

#[derive(Serialize)]
struct Check {
    check: &'static str,
    ok: bool,
    detail: String,
}

/// Looks at everything that can be looked at without reading all events.
pub(crate) fn doctor(config: &Config, args: &Json) -> anyhow::Result<()> {
    let directory = DataDirectory::existing(config.data()?)?;
    let mut checks = Vec::new();
    let mut note = |check, outcome: Result<String, String>| {
        let (ok, detail) = match outcome {
            Ok(detail) => (true, detail),
            Err(detail) => (false, detail),
        };
        checks.push(Check { check, ok, detail });
    };
    note("held by", holder(&directory));
    note("journal", journal(&directory).map_err(|error| error.to_string()));
    note(
        "plans",
        SqlitePlans::open(&directory).and_then(|plans| counted_plans(&plans)).map_err(|error| error.to_string()),
    );
    note("folded state", state(&directory).map_err(|error| error.to_string()));
    note("parts", parts(&directory).map_err(|error| format!("{error:#}")));
    let ok = checks.iter().all(|check| check.ok);
    if args.json {
        show::json(&json!({ "ok": ok, "checks": checks }))?;
    } else {
        let rows = checks.iter().map(|check| {
            vec![if check.ok { "well" } else { "ILL" }.to_owned(), check.check.to_owned(), check.detail.clone()]
        });
        show::table(&["", "what", "finding"], rows)?;
    }
    if ok { Ok(()) } else { bail!("something is wrong with {}", directory.root().display()) }
}

fn holder(directory: &DataDirectory) -> Result<String, String> {
    match directory.holder() {
        Ok(Some(holder)) => Ok(holder.to_string()),
        Ok(None) => Ok("nobody".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn journal(directory: &DataDirectory) -> Result<String, store::StoreError> {
    let journal = SqliteJournalReader::open(directory)?;
    let (head, counters) = (journal.head()?, journal.counters()?);
    let last = journal.read_after(head.position.saturating_sub(1), 1)?;
    let at =
        last.first().and_then(|block| block.event(block.len() - 1).ok()).map(|event| event.received_at.to_string());
    let at = at.unwrap_or_else(|| "never".to_owned());
    Ok(format!(
        "{} events in {} blocks, {} bytes, the last received {at}",
        show::count(counters.events),
        show::count(head.position),
        show::count(counters.bytes)
    ))
}

fn counted_plans(plans: &SqlitePlans) -> Result<String, store::StoreError> {
    use store::Plans;
    let valid = plans.tokens()?.iter().filter(|token| token.revoked_at.is_none()).count();
    Ok(format!("{} documents, {} sources, {valid} valid tokens", plans.documents(None)?.len(), plans.sources()?.len()))
}

fn state(directory: &DataDirectory) -> Result<String, store::StoreError> {
    let (state, journal) =
        (SqliteState::open_read_only(directory)?.head()?, SqliteJournalReader::open(directory)?.head()?);
    let behind = journal.position - state.position.min(journal.position);
    Ok(format!(
        "at block {}, {behind} behind the journal; columns through block {}",
        state.position, state.columns_through
    ))
}

fn parts(directory: &DataDirectory) -> anyhow::Result<String> {
    let (mut files, mut rows, mut bytes, mut wrong) = (0u64, 0, 0, Vec::new());
    SqliteState::open_read_only(directory)?.load_parts(&mut |part| {
        files += 1;
        rows += part.rows;
        bytes += part.bytes;
        let size = std::fs::metadata(directory.root().join(&part.path)).map(|file| file.len());
        if size.as_ref().ok() != Some(&part.bytes) {
            wrong.push(part.path);
        }
    })?;
    if let Some(first) = wrong.first() {
        bail!(
            "{} of {files} parts are missing or have another size, for example {first}: `geleit backup` and `geleit restore` make them anew from the journal",
            wrong.len()
        );
    }
    Ok(format!("{} rows in {} parts, {} bytes", show::count(rows), show::count(files), show::count(bytes)))
}

/// Copies what cannot be made again: the journal and the plans.
pub(crate) fn backup(config: &Config, args: &Backup) -> anyhow::Result<()> {
    let directory = DataDirectory::existing(config.data()?)?;
    if args.to.exists() {
        bail!("{} is there already: a backup goes into a folder of its own", args.to.display());
    }
    store::copy_truth(&directory, &args.to)?;
    show::line(&format!("{} holds journal and plans of {}", args.to.display(), directory.root().display()))
}

/// Makes a data directory from a backup; everything else is folded anew.
pub(crate) fn restore(config: &Config, args: &Restore) -> anyhow::Result<()> {
    let to = config.data()?;
    if to.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty: a backup is restored into a directory of its own", to.display());
    }
    store::copy_truth(&DataDirectory::existing(&args.from)?, to)?;
    let engine = Engine::open(&DataDirectory::create(to)?, &config.engine)?;
    engine.settle()?;
    engine.close()?;
    show::line(&format!("{} is restored from {}", to.display(), args.from.display()))
}

/// Writes every event in its own envelope, a line each, in the order of arrival; or lived journeys as an event log.
pub(crate) fn export(config: &Config, args: &Export) -> anyhow::Result<()> {
    if args.format != "jsonl" {
        return export_log(config, args);
    }
    let which = &args.which;
    let chosen = [&which.journey, &which.from, &which.to, &which.only, &which.wanted, &which.segment];
    if chosen.into_iter().any(Option::is_some) {
        let reason = "jsonl holds every event as it came: --format ocel or xes write chosen journeys";
        return Err(WrongUsage(reason.to_owned()).into());
    }
    let directory = DataDirectory::existing(config.data()?)?;
    let journal = SqliteJournalReader::open(&directory)?;
    let head = journal.head()?;
    let mut out = opened(&args.file)?;
    let mut progress = Progress::new("export");
    let (mut position, mut events) = (0, 0);
    while position < head.position {
        for block in journal.read_after(position, BLOCKS_AT_A_TIME)? {
            for entry in block.events() {
                serde_json::to_writer(&mut out, &entry.map_err(EngineError::from)?.1)?;
                out.write_all(b"\n")?;
                events += 1;
            }
            position = block.position;
        }
        progress.at(events, Some(position as f64 / head.position as f64));
    }
    out.flush()?;
    progress.end();
    show::note(&format!("{} events written", show::count(events)));
    Ok(())
}

fn opened(file: &Path) -> anyhow::Result<BufWriter<Box<dyn Write>>> {
    Ok(BufWriter::new(if file == Path::new("-") {
        Box::new(std::io::stdout().lock())
    } else {
        Box::new(File::create(file).with_context(|| file.display().to_string())?)
    }))
}

fn export_log(config: &Config, args: &Export) -> anyhow::Result<()> {
    let known = "jsonl, ocel, xes";
    let format: LogFormat = args
        .format
        .parse()
        .map_err(|_| model::Invalid::new("--format", &args.format, format!("is none of {known}")))?;
    let query = mine::query_of(&args.which)?;
    let answers = mine::open(config)?;
    let control = answers.control(query.limits);
    // A question that cannot be answered leaves the file as it is.
    let mut out = Late { file: &args.file, out: None };
    let written = mine::watched(&control, || answers.write_log(&query, format, &mut out, &control))?;
    out.flush()?;
    show::note(&format!(
        "{} events in {} journeys written",
        show::count(written.events),
        show::count(written.journeys)
    ));
    Ok(())
}

/// A file that is made when something is written into it.
struct Late<'f> {
    file: &'f Path,
    out: Option<BufWriter<Box<dyn Write>>>,
}

impl Write for Late<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.out.is_none() {
            self.out = Some(opened(self.file).map_err(|error| std::io::Error::other(format!("{error:#}")))?);
        }
        self.out.as_mut().map_or(Ok(0), |out| out.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }
}
