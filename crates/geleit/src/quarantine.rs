//! `geleit quarantine`: what could not be read, and how it is mended.

use anyhow::Context;
use engine::{Answers, Engine, Mode, QuarantineQuery, Repaired};
use serde_json::{Value, json};
use store::{BadFilter, DataDirectory, Order, QuarantineId};

use crate::cli::{Quarantine, QuarantineAction};
use crate::config::Config;
use crate::remote::Remote;
use crate::show;
use crate::usage::WrongUsage;

pub(crate) fn run(config: &Config, args: &Quarantine) -> anyhow::Result<()> {
    let directory = DataDirectory::existing(config.data()?)?;
    match &args.action {
        QuarantineAction::List { state, code, source, limit, json } => {
            let state = if state == "all" { None } else { Some(state.parse()?) };
            let filter = BadFilter { state, code: code.clone(), source: source.clone() };
            let query = QuarantineQuery { filter, order: Order::NewestFirst, after: None, limit: *limit };
            let page = Answers::read_only(&directory)?.quarantine(&query)?;
            if json.json {
                return show::json(&page);
            }
            let counts = page.counts.iter();
            show::table(
                &["fault", "state", "items"],
                counts.map(|count| vec![count.code.clone(), count.state.as_str().to_owned(), show::count(count.items)]),
            )?;
            show::line("")?;
            let items = page.items.iter();
            let short = |text: &str| text.chars().take(100).collect::<String>();
            show::table(
                &["item", "source", "fault", "reason"],
                items
                    .map(|item| vec![item.id.to_string(), item.source.clone(), item.code.clone(), short(&item.reason)]),
            )
        }
        QuarantineAction::Show { id } => {
            let item = Answers::read_only(&directory)?.quarantined(QuarantineId(*id))?;
            show::json(&item.with_context(|| format!("there is no item {id} in the quarantine"))?)
        }
        QuarantineAction::Repair { id, payload, patch, code, source, dry_run, json } => {
            let change = Change::of(*id, payload.as_deref(), patch.as_deref(), code.as_ref(), source.as_ref())?;
            let mode = if *dry_run { Mode::DryRun } else { Mode::Repair };
            let outcome = match Remote::of(&directory)? {
                Some(remote) => change.remotely(&remote, *dry_run)?,
                None => {
                    let engine = Engine::open(&directory, &config.engine)?;
                    let repaired = change.locally(&engine, mode)?;
                    engine.settle()?;
                    engine.close()?;
                    serde_json::to_value(&repaired)?
                }
            };
            if json.json { show::json(&outcome) } else { tell(&outcome, *dry_run) }
        }
        QuarantineAction::Discard { id } => {
            match Remote::of(&directory)? {
                Some(remote) => drop(remote.post::<Value>(&format!("/v1/quarantine/{id}/discard"), &json!({}))?),
                None => {
                    let engine = Engine::open(&directory, &config.engine)?;
                    engine.discard(QuarantineId(*id))?;
                    engine.close()?;
                }
            }
            show::line(&format!("Item {id} is discarded."))
        }
    }
}

/// What a repair does to which items.
enum Change<'a> {
    One { id: u64, payload: Option<String> },
    Rule { patch: Value, code: Option<&'a String>, source: Option<&'a String> },
}

impl<'a> Change<'a> {
    fn of(
        id: Option<u64>,
        payload: Option<&str>,
        patch: Option<&str>,
        code: Option<&'a String>,
        source: Option<&'a String>,
    ) -> anyhow::Result<Self> {
        match (id, patch) {
            (Some(_), Some(_)) => {
                let reason = "give either a number of an item (with --payload) or a --patch for many, not both";
                Err(WrongUsage(reason.to_owned()).into())
            }
            (Some(id), None) => {
                let payload = match payload {
                    Some("-") => Some(std::io::read_to_string(std::io::stdin())?),
                    other => other.map(str::to_owned),
                };
                Ok(Self::One { id, payload })
            }
            (None, Some(patch)) => {
                let patch = serde_json::from_str(patch).map_err(|error| WrongUsage(format!("--patch: {error}")))?;
                Ok(Self::Rule { patch, code, source })
            }
            (None, None) => {
                let reason = "which items? Give the number of one, or --patch with --code or --source for many";
                Err(WrongUsage(reason.to_owned()).into())
            }
        }
    }

    fn locally(&self, engine: &Engine, mode: Mode) -> anyhow::Result<Repaired> {
        match self {
            Self::One { id, payload } => Ok(engine.repair(QuarantineId(*id), payload.as_deref(), mode)?),
            Self::Rule { patch, code, source } => {
                let patch = serde_json::from_value(patch.clone()).context("--patch")?;
                let filter = BadFilter { state: None, code: code.cloned(), source: source.cloned() };
                Ok(engine.repair_by_rule(&QuarantineQuery { filter, ..QuarantineQuery::default() }, &patch, mode)?)
            }
        }
    }

    fn remotely(&self, remote: &Remote, dry_run: bool) -> anyhow::Result<Value> {
        match self {
            Self::One { id, payload } => {
                remote.post(&format!("/v1/quarantine/{id}/repair"), &json!({ "payload": payload, "dry_run": dry_run }))
            }
            Self::Rule { patch, code, source } => {
                let body = json!({ "patch": patch, "code": code, "source": source, "dry_run": dry_run });
                remote.post("/v1/quarantine/repair", &body)
            }
        }
    }
}

fn tell(outcome: &Value, dry_run: bool) -> anyhow::Result<()> {
    let verb = if dry_run { "would be repaired" } else { "repaired" };
    let number = |name: &str| outcome[name].as_u64().unwrap_or_default();
    show::line(&format!(
        "{} {verb} ({} of them were stored before)",
        show::count(number("repaired")),
        show::count(number("duplicates"))
    ))?;
    for item in outcome["still_bad"].as_array().into_iter().flatten() {
        show::line(&format!("item {}: {}", item["id"], item["reason"].as_str().unwrap_or_default()))?;
    }
    Ok(())
}
