//! `geleit plans`: documents as files that people read, edit and compare.
//!
//! One TOML file a document: `DIR/KIND/NAME.toml`. Fields stand in the order of the document's type, so a change in one
//! place is a change in one line.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use engine::{Answers, Engine, IdentityTrial, Register, check_document, write_document, write_documents};
use linkage::LinkageModel;
use model::{
    Comment, Document, DocumentKind, IdentityRules, JourneyPlan, MapPlan, MappingPlan, Opportunity, PainPoint, Persona,
    SegmentPlan, Solution, Target, Timestamp, Touchpoint,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{DataDirectory, Draft, Plans, SqlitePlans, StoreError};

use crate::cli::{Plans as Args, PlansAction};
use crate::config::Config;
use crate::plan_files;
use crate::show;
use crate::usage::WrongUsage;

pub(crate) fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let directory = DataDirectory::create(config.data()?)?;
    let plans = SqlitePlans::open(&directory)?;
    match &args.action {
        PlansAction::Export { what, format: None, .. } => export(&plans, Path::new(what)),
        PlansAction::Export { what, format: Some(format), out } => {
            plan_files::export(&plans, what, format, out.as_deref())
        }
        PlansAction::Import(args) => {
            if plan_files::import(&plans, args)? {
                put_in_force(config, &directory)?;
            }
            Ok(())
        }
        PlansAction::Apply { dir, note, author, prune, dry_run } => {
            let changes = Changes::between(&plans, dir, *prune)?;
            if *dry_run {
                return changes.tell(&directory);
            }
            changes.write(&plans, &author_or_user(author.as_ref()), note)?;
            put_in_force(config, &directory)
        }
        PlansAction::List(json) => {
            let documents = plans.documents(None)?;
            if json.json {
                return show::json(&json!({ "plans": documents }));
            }
            show::table(&["plan", "version", "at", "author", "note"], documents.into_iter().map(row))
        }
        PlansAction::History { plan, json } => {
            let (kind, name) = parse_name(plan)?;
            let versions = plans.history(kind, name)?;
            if json.json {
                return show::json(&json!({ "versions": versions }));
            }
            show::table(&["plan", "version", "at", "author", "note"], versions.into_iter().map(row))
        }
        PlansAction::Compare { plan, from, to } => compare(&plans, plan, *from, *to),
        PlansAction::Restore { plan, version, note, author } => {
            let (kind, name) = parse_name(plan)?;
            let old = plans.document(kind, name, Some(*version))?;
            let old = old.with_context(|| format!("{plan} has no version {version}"))?;
            let note = if note.is_empty() { format!("version {version} restored") } else { note.clone() };
            let new = put(&plans, (kind, name), &old.body, &author_or_user(author.as_ref()), &note)?;
            show::line(&format!("{plan} is at version {} now, equal to version {version}", new.version))?;
            put_in_force(config, &directory)
        }
    }
}

/// Writes a version over whatever is current, once its content is checked.
pub(crate) fn put(
    plans: &dyn Plans,
    (kind, name): (DocumentKind, &str),
    body: &Value,
    author: &str,
    note: &str,
) -> anyhow::Result<Document> {
    let at = Timestamp::now();
    Ok(write_document(plans, Draft { kind, name, body, author, note, expected_version: None, at })?)
}

fn row(document: Document) -> Vec<String> {
    let plan = format!("{}/{}", document.kind, document.name);
    let note = if document.body.is_null() { format!("(removed) {}", document.note) } else { document.note };
    vec![plan, document.version.to_string(), document.at.to_string(), document.author, note]
}

pub(crate) fn parse_name(plan: &str) -> anyhow::Result<(DocumentKind, &str)> {
    let (kind, name) =
        plan.split_once('/').ok_or_else(|| WrongUsage(format!("{plan:?} is not of the form KIND/NAME")))?;
    Ok((kind.parse()?, name))
}

pub(crate) fn author_or_user(author: Option<&String>) -> String {
    author.cloned().or_else(|| std::env::var("USER").ok()).unwrap_or_else(|| "command line".to_owned())
}

/// Where nobody holds the directory, stored events are looked at again here and now; a running server does it itself.
fn put_in_force(config: &Config, directory: &DataDirectory) -> anyhow::Result<()> {
    match Engine::open(directory, &config.engine) {
        Ok(engine) => {
            engine.settle()?;
            Ok(engine.close()?)
        }
        Err(engine::EngineError::Store(StoreError::Locked { holder, .. })) => {
            show::line(&format!("The plans are written; {holder} puts them in force within a second."))
        }
        Err(error) => Err(error.into()),
    }
}

fn export(plans: &dyn Plans, dir: &Path) -> anyhow::Result<()> {
    let documents = plans.documents(None)?;
    for document in &documents {
        let path = dir.join(document.kind.as_str()).join(format!("{}.toml", document.name));
        let folder = path.parent().unwrap_or(dir);
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        std::fs::write(&path, to_toml(document.kind, &document.body)?).with_context(|| path.display().to_string())?;
    }
    show::line(&format!("{} plans written to {}", documents.len(), dir.display()))
}

/// The document as TOML, its fields in the order of its type.
pub(crate) fn to_toml(kind: DocumentKind, body: &Value) -> anyhow::Result<String> {
    fn written<T: DeserializeOwned + Serialize>(body: &Value) -> anyhow::Result<String> {
        formats::toml(&T::deserialize(body)?).map_err(|error| anyhow::anyhow!("{error}"))
    }
    match kind {
        DocumentKind::Touchpoint => written::<Touchpoint>(body),
        DocumentKind::Mapping => written::<MappingPlan>(body),
        DocumentKind::Identity => written::<IdentityRules>(body),
        DocumentKind::Journey => written::<JourneyPlan>(body),
        DocumentKind::Segment => written::<SegmentPlan>(body),
        DocumentKind::Map => written::<MapPlan>(body),
        DocumentKind::Persona => written::<Persona>(body),
        DocumentKind::PainPoint => written::<PainPoint>(body),
        DocumentKind::Opportunity => written::<Opportunity>(body),
        DocumentKind::Solution => written::<Solution>(body),
        DocumentKind::Target => written::<Target>(body),
        DocumentKind::Comment => written::<Comment>(body),
        DocumentKind::Linkage => written::<LinkageModel>(body),
    }
}

/// Reads a file through the document's type, so that errors point at their line.
fn read(kind: DocumentKind, path: &Path) -> anyhow::Result<Value> {
    fn typed<T: DeserializeOwned + Serialize>(text: &str) -> Result<Value, toml::de::Error> {
        let document: T = toml::from_str(text)?;
        Ok(serde_json::to_value(document).expect("plans are JSON"))
    }
    let place = path.display();
    let text = std::fs::read_to_string(path).with_context(|| place.to_string())?;
    let body = match kind {
        DocumentKind::Touchpoint => typed::<Touchpoint>(&text),
        DocumentKind::Mapping => typed::<MappingPlan>(&text),
        DocumentKind::Identity => typed::<IdentityRules>(&text),
        DocumentKind::Journey => typed::<JourneyPlan>(&text),
        DocumentKind::Segment => typed::<SegmentPlan>(&text),
        DocumentKind::Map => typed::<MapPlan>(&text),
        DocumentKind::Persona => typed::<Persona>(&text),
        DocumentKind::PainPoint => typed::<PainPoint>(&text),
        DocumentKind::Opportunity => typed::<Opportunity>(&text),
        DocumentKind::Solution => typed::<Solution>(&text),
        DocumentKind::Target => typed::<Target>(&text),
        DocumentKind::Comment => typed::<Comment>(&text),
        DocumentKind::Linkage => typed::<LinkageModel>(&text),
    };
    body.map_err(|error| anyhow::anyhow!("{place}: {error}"))
}

/// What has to be written so that the plans say what a folder says.
struct Changes {
    changed: Vec<(DocumentKind, String, Value, u32)>,
    removed: Vec<(DocumentKind, String, u32)>,
}

impl Changes {
    /// Compares; every file is read and checked before anything is written.
    fn between(plans: &dyn Plans, dir: &Path, prune: bool) -> anyhow::Result<Self> {
        let mut changed = Vec::new();
        let mut in_folder = BTreeSet::new();
        for kind in DocumentKind::ALL {
            for path in toml_files(&dir.join(kind.as_str()))? {
                let name = path.file_stem().and_then(|stem| stem.to_str());
                let name = name.with_context(|| format!("{} has a name that is not UTF-8", path.display()))?.to_owned();
                let body = read(kind, &path)?;
                let current = plans.document(kind, &name, None)?;
                let same = current.as_ref().is_some_and(|current| same_content(kind, &current.body, &body));
                if !same {
                    // A document that was removed is none: there is no version to write over.
                    let version = current.map_or(0, |current| current.version);
                    changed.push((kind, name.clone(), body, version));
                }
                in_folder.insert((kind, name));
            }
        }
        if in_folder.is_empty() {
            bail!(
                "{} holds no plans: expected files such as touchpoint/till.toml or mapping/default.toml",
                dir.display()
            );
        }
        let current = plans.documents(None)?;
        let removed: Vec<_> = current
            .iter()
            .filter(|document| prune && !in_folder.contains(&(document.kind, document.name.clone())))
            .map(|document| (document.kind, document.name.clone(), document.version))
            .collect();
        let mut known = Register::of(&current);
        changed.iter().for_each(|(kind, name, body, _)| known.put(*kind, name, body));
        removed.iter().for_each(|(kind, name, _)| known.put(*kind, name, &Value::Null));
        for (kind, name, body, _) in &changed {
            let place = dir.join(kind.as_str()).join(format!("{name}.toml"));
            check_document(*kind, name, body, &known)
                .map_err(|error| anyhow::anyhow!("{}: {error}", place.display()))?;
        }
        for (kind, name, _) in &removed {
            check_document(*kind, name, &Value::Null, &known)
                .map_err(|error| anyhow::anyhow!("{kind}/{name}: {error}"))?;
        }
        Ok(Self { changed, removed })
    }

    fn write(&self, plans: &dyn Plans, author: &str, note: &str) -> anyhow::Result<()> {
        let at = Timestamp::now();
        let changed = self.changed.iter().map(|(kind, name, body, version)| (kind, name, body, version));
        let removed = self.removed.iter().map(|(kind, name, version)| (kind, name, &Value::Null, version));
        let mut drafts = Vec::with_capacity(self.changed.len() + self.removed.len());
        for (&kind, name, body, &version) in changed.chain(removed) {
            drafts.push(Draft { kind, name, body, author, note, expected_version: Some(version), at });
        }
        for written in write_documents(plans, &drafts)? {
            let what = if written.body.is_null() { "removed" } else { "written" };
            show::line(&format!("{}/{}: {what} as version {}", written.kind, written.name, written.version))?;
        }
        if self.changed.is_empty() && self.removed.is_empty() {
            show::line("Nothing has changed.")?;
        }
        Ok(())
    }

    fn tell(&self, directory: &DataDirectory) -> anyhow::Result<()> {
        for (kind, name, body, version) in &self.changed {
            show::line(&format!("{kind}/{name}: would be {}", if *version == 0 { "new" } else { "changed" }))?;
            if *kind == DocumentKind::Identity {
                let rules = IdentityRules::deserialize(body)?;
                match Answers::read_only(directory).and_then(|answers| answers.try_identity(&rules)) {
                    Ok(trial) => {
                        show::line(&in_words(&trial))?;
                        show::json(&trial)?;
                    }
                    Err(error) => show::note(&format!("the rules could not be tried on the stored events: {error}")),
                }
            }
            if *kind == DocumentKind::Mapping {
                let plan = MappingPlan::deserialize(body)?;
                match Answers::read_only(directory).and_then(|answers| answers.try_mapping(&plan, None)) {
                    Ok(trial) => show::json(&trial)?,
                    Err(error) => show::note(&format!("the rules could not be tried on the stored events: {error}")),
                }
            }
        }
        for (kind, name, _) in &self.removed {
            show::line(&format!("{kind}/{name}: would be removed"))?;
        }
        Ok(())
    }
}

/// What a trial of identity rules has found, in a sentence.
fn in_words(trial: &IdentityTrial) -> String {
    let share = if trial.events == 0 {
        "undefined".to_owned()
    } else {
        format!("{:.1} %", 100.0 * trial.moved as f64 / trial.events as f64)
    };
    format!(
        "{} customers would be {}: {} would become several, {} would be made of several; {} of {} events ({share}) \
         would change hands.",
        show::count(trial.customers),
        show::count(trial.customers_then),
        show::count(trial.split),
        show::count(trial.merged),
        show::count(trial.moved),
        show::count(trial.events),
    )
}

fn same_content(kind: DocumentKind, current: &Value, new: &Value) -> bool {
    // Through the type, so that a default that is spelt out is no change.
    current == new || matches!((to_toml(kind, current), to_toml(kind, new)), (Ok(one), Ok(other)) if one == other)
}

fn toml_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn compare(plans: &dyn Plans, plan: &str, from: Option<u32>, to: Option<u32>) -> anyhow::Result<()> {
    let (kind, name) = parse_name(plan)?;
    let newest = plans.history(kind, name)?.first().map_or(0, |newest| newest.version);
    let to = to.unwrap_or(newest);
    let from = from.unwrap_or(to.saturating_sub(1));
    let text = |version: u32| -> anyhow::Result<String> {
        match plans.document(kind, name, Some(version))? {
            Some(document) => to_toml(kind, &document.body),
            None if version < newest => Ok(String::new()),
            None => bail!("{plan} has no version {version}"),
        }
    };
    let (one, other) = (text(from)?, text(to)?);
    let differences = similar::TextDiff::from_lines(&one, &other);
    let shown = differences.unified_diff().header(&format!("{plan} {from}"), &format!("{plan} {to}")).to_string();
    show::line(if shown.is_empty() { "No difference." } else { shown.trim_end() })
}
