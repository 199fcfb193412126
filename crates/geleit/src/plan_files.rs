//! `geleit plans import` and `geleit plans export --format`: plans in the formats of other programs.

use std::io::IsTerminal;
use std::path::Path;

use anyhow::{Context, bail};
use engine::{EngineError, map_file, read_map_file, register, register_changes, write_document, write_register};
use formats::register::{Changes, TableFormat, Verdict};
use formats::{MapFormat, Note};
use model::{DocumentKind, Timestamp};
use serde_json::{Value, json};
use store::{Draft, Plans};

use crate::cli::ImportPlan;
use crate::plans::{author_or_user, parse_name, to_toml};
use crate::show;
use crate::usage::WrongUsage;

/// What stands for the whole register in the place of a document's name.
const REGISTER: &str = "touchpoints";

/// Writes one plan in a format; `--format` is given.
pub(crate) fn export(plans: &dyn Plans, plan: &str, format: &str, out: Option<&Path>) -> anyhow::Result<()> {
    let (bytes, is_text) = if plan == REGISTER {
        let format: TableFormat = format.parse()?;
        (formats::register::write(format, &register(plans)?).map_err(|error| told(&error))?, format == TableFormat::Csv)
    } else {
        let (kind, name) = parse_name(plan)?;
        let format: MapFormat = format.parse()?;
        let there = || anyhow::anyhow!("there is no {plan}: `geleit plans list` shows what there is");
        if kind == DocumentKind::Map {
            let bytes = map_file(plans, name, format).map_err(of_file)?;
            (bytes.with_context(there)?, format.is_text())
        } else if format == MapFormat::Toml {
            let document = plans.document(kind, name, None)?.with_context(there)?;
            (to_toml(kind, &document.body)?.into_bytes(), true)
        } else {
            return Err(WrongUsage(format!("{plan} has no form but toml: maps and {REGISTER} have others")).into());
        }
    };
    match out {
        Some(path) => std::fs::write(path, bytes).with_context(|| path.display().to_string()),
        None if !is_text && std::io::stdout().is_terminal() => {
            Err(WrongUsage("a terminal cannot show a workbook: say where to with --out FILE".to_owned()).into())
        }
        None => show::bytes(&bytes),
    }
}

/// Takes over a map or the register from a file; true if something was written.
pub(crate) fn import(plans: &dyn Plans, args: &ImportPlan) -> anyhow::Result<bool> {
    let place = args.file.display();
    let bytes = std::fs::read(&args.file).with_context(|| place.to_string())?;
    match args.plan.as_deref() {
        None | Some(REGISTER) => import_register(plans, args, &bytes),
        Some(plan) => match parse_name(plan)? {
            (DocumentKind::Map, name) => import_map(plans, args, name, &bytes),
            _ => {
                Err(WrongUsage(format!("--as {plan}: a file becomes map/NAME, or, without --as, the register")).into())
            }
        },
    }
}

fn import_map(plans: &dyn Plans, args: &ImportPlan, name: &str, bytes: &[u8]) -> anyhow::Result<bool> {
    let place = args.file.display();
    let format = match &args.format {
        Some(written) => written.parse()?,
        None => MapFormat::of_file(&args.file.to_string_lossy())
            .ok_or_else(|| WrongUsage(format!("{place} does not say by its name what it is: give --format")))?,
    };
    let read = read_map_file(plans, name, format, bytes).map_err(|error| anyhow::anyhow!("{place}: {error}"))?;
    let body = serde_json::to_value(&read.map)?;
    let kind = DocumentKind::Map;
    let current = plans.document(kind, name, None)?;
    let is_same = current.as_ref().is_some_and(|current| current.body == body);
    let mut version = None;
    if !args.dry_run && !is_same {
        let author = author_or_user(args.author.as_ref());
        // A document that was removed is none: there is no version to write over.
        let expected_version = Some(current.as_ref().map_or(0, |current| current.version));
        let (body, author, note, at) = (&body, author.as_str(), args.note.as_str(), Timestamp::now());
        version = Some(write_document(plans, Draft { kind, name, body, author, note, expected_version, at })?.version);
    }
    if args.json {
        let there = current.filter(|_| is_same && !args.dry_run).map(|current| current.version);
        show::json(&json!({ "body": body, "notes": read.notes, "version": version.or(there) }))?;
        return Ok(version.is_some());
    }
    let map = &read.map;
    let counts = format!("{} steps, {} stages, {} edges", map.step.len(), map.stage.len(), map.edge.len());
    let outcome = match (version, is_same, current.is_some()) {
        (Some(version), ..) => format!("written as version {version}"),
        (None, true, _) => "as it is".to_owned(),
        (None, false, true) => "would be changed".to_owned(),
        (None, false, false) => "would be new".to_owned(),
    };
    show::line(&format!("map/{name}: {outcome} ({counts})"))?;
    tell(&read.notes)?;
    Ok(version.is_some())
}

fn import_register(plans: &dyn Plans, args: &ImportPlan, bytes: &[u8]) -> anyhow::Result<bool> {
    let place = args.file.display();
    let format = match (&args.format, args.file.extension().and_then(|end| end.to_str())) {
        (Some(written), _) => written.parse()?,
        (None, Some(end)) if end.eq_ignore_ascii_case("xlsx") => TableFormat::Xlsx,
        (None, Some(end)) if end.eq_ignore_ascii_case("csv") || end.eq_ignore_ascii_case("tsv") => TableFormat::Csv,
        (None, _) => {
            let reason =
                format!("{place} is no table of touchpoints by its name: give --format csv or xlsx, or --as map/NAME");
            return Err(WrongUsage(reason).into());
        }
    };
    let failed = |error: EngineError| anyhow::anyhow!("{place}: {error}");
    let (changes, written) = if args.dry_run {
        (register_changes(plans, format, bytes).map_err(failed)?, 0)
    } else {
        let author = author_or_user(args.author.as_ref());
        write_register(plans, format, bytes, &author, &args.note).map_err(failed)?
    };
    if args.json {
        show::json(&json!({ "changes": changes, "written": written }))?;
    } else {
        show_changes(&changes, written, args.dry_run)?;
    }
    if changes.errors.is_empty() {
        return Ok(written > 0);
    }
    let wrong = match changes.errors.len() {
        1 => "one thing is wrong".to_owned(),
        several => format!("{several} things are wrong"),
    };
    bail!("{place}: {wrong}: nothing {} written", if args.dry_run { "would be" } else { "was" })
}

fn show_changes(changes: &Changes, written: u64, dry_run: bool) -> anyhow::Result<()> {
    let word = |value: &Value| match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => format!("{text:?}"),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => other.to_string(),
    };
    for row in changes.rows.iter().filter(|row| row.what != Verdict::Same) {
        let what = if row.what == Verdict::New { "new" } else { "changed" };
        show::line(&format!("row {}, touchpoint/{}: {what}", row.row, row.id))?;
        for field in &row.fields {
            show::line(&format!("  {}: {} -> {}", field.field, word(&field.from), word(&field.to)))?;
        }
    }
    for error in &changes.errors {
        show::line(&error.to_string())?;
    }
    let count = |verdict: Verdict| show::count(changes.rows.iter().filter(|row| row.what == verdict).count() as u64);
    let (new, changed, same) = (count(Verdict::New), count(Verdict::Changed), count(Verdict::Same));
    let done = if dry_run { "would be written".to_owned() } else { format!("{} written", show::count(written)) };
    show::line(&format!("{new} new, {changed} changed, {same} as they are; {done}"))?;
    tell(&changes.notes)
}

fn tell(notes: &[Note]) -> anyhow::Result<()> {
    for note in notes {
        let code = serde_json::to_value(note.code)?;
        show::line(&format!("  {}: {note}", code.as_str().unwrap_or_default().replace('_', " ")))?;
    }
    Ok(())
}

/// What is wrong with a plan is no wrong usage.
fn told(error: &model::Invalid) -> anyhow::Error {
    anyhow::anyhow!("{error}")
}

fn of_file(error: EngineError) -> anyhow::Error {
    if let EngineError::Invalid(invalid) = &error { told(invalid) } else { error.into() }
}
