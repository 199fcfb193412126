//! `geleit mine` and `geleit touchpoints`: questions about what lies in a data directory, also beside a running server.

use std::io::{IsTerminal, Read};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use engine::{Answered, Answers, Found, MiningLimits, MiningQuery, MiningQuestion};
use export::{Drawn, Format};
use mining::report::Table;
use mining::{Control, Recipe};
use model::{FilterError, Invalid, JourneyFilter, Timestamp, parse_bytes, parse_duration_s};
use store::DataDirectory;

use crate::cli::{Conform, DraftMap, Form, Journeys, Listing, Mine, Question, Which};
use crate::config::Config;
use crate::show;
use crate::usage::WrongUsage;

pub(crate) fn run(config: &Config, args: &Mine) -> anyhow::Result<()> {
    match &args.question {
        Question::Asked { name, settings, journeys } => {
            let query = query(journeys)?;
            let format = format(&journeys.form)?;
            let answers = open(config)?;
            let question = MiningQuestion { name: name.clone(), settings: settings.clone() };
            let control = answers.control(query.limits);
            let mut answered = watched(&control, || answers.mine(&query, std::slice::from_ref(&question), &control))?;
            let answered = answered.remove(0);
            give(&answered, || answered.to_json(), format, &journeys.form)
        }
        Question::Again { recipe, form } => {
            let format = format(form)?;
            let recipe = read_recipe(recipe)?;
            let answers = open(config)?;
            let control = answers.control(MiningLimits::default());
            let answered = watched(&control, || answers.mine_again(&recipe, &control))?;
            give(&answered, || answered.to_json(), format, form)
        }
        Question::Live { window, form } => {
            let format = format(form)?;
            let window = Duration::from_secs_f64(parse_duration_s(window).context("--window")?);
            let live = open(config)?.live(window, Timestamp::now())?;
            give(&live.answered, || live.to_json(), format, form)
        }
    }
}

/// `geleit conform`.
pub(crate) fn conform(config: &Config, args: &Conform) -> anyhow::Result<()> {
    let query = query(&args.journeys)?;
    let format = format(&args.journeys.form)?;
    let answers = open(config)?;
    let control = answers.control(query.limits);
    let answered = watched(&control, || answers.conform(&args.map, args.by.as_deref(), &query, &control))?;
    give(&answered, || answered.to_json(), format, &args.journeys.form)
}

/// `geleit draft`.
pub(crate) fn draft(config: &Config, args: &DraftMap) -> anyhow::Result<()> {
    let query = query(&args.journeys)?;
    let stages = ["Before the purchase", "Purchase", "After the purchase", "Other"].map(str::to_owned);
    let draft = open(config)?.draft_map(&args.title, stages, usize::from(args.steps), &query)?;
    let form = &args.journeys.form;
    let text = match format(form)? {
        Some(Format::Json) => serde_json::to_string_pretty(&draft)? + "\n",
        Some(other) => {
            return Err(
                WrongUsage(format!("--format {} is none of a map's: json, or a plan's file", other.name())).into()
            );
        }
        None => toml::to_string_pretty(&draft.map)?,
    };
    match &form.out {
        Some(path) => std::fs::write(path, text).with_context(|| path.display().to_string()),
        None => show::bytes(text.as_bytes()),
    }
}

pub(crate) fn open(config: &Config) -> anyhow::Result<Answers> {
    let answers = Answers::read_only(&DataDirectory::existing(config.data()?)?)?;
    Ok(answers.with_mining_memory(config.engine.mining_bytes).with_mining_threads(config.engine.mining_threads))
}

/// What the flags say; filters are read here once, because only here their mistakes can be pointed at.
pub(crate) fn query(args: &Journeys) -> anyhow::Result<MiningQuery> {
    for (flag, filter) in [("--compare", &args.compare), ("--against", &args.against)] {
        if let Some(filter) = filter {
            filter.parse::<JourneyFilter>().map_err(|error| pointed(&error, flag, filter))?;
        }
    }
    let time = args.time_limit.as_deref().map(parse_duration_s).transpose().context("--time-limit")?;
    let bytes = args.memory_limit.as_deref().map(parse_bytes).transpose().context("--memory-limit")?;
    Ok(MiningQuery {
        compare: args.compare.clone(),
        against: args.against.clone(),
        limits: MiningLimits {
            time: time.map(Duration::from_secs_f64),
            bytes: bytes.map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX)),
        },
        ..query_of(&args.which)?
    })
}

/// The journeys that are meant, without bounds.
pub(crate) fn query_of(which: &Which) -> anyhow::Result<MiningQuery> {
    let moment = |written: &Option<String>, flag: &str| -> anyhow::Result<Option<Timestamp>> {
        written.as_deref().map(parse_moment).transpose().with_context(|| flag.to_owned())
    };
    if let Some(only) = &which.only {
        only.parse::<model::EventFilter>().map_err(|error| pointed(&error, "--only", only))?;
    }
    if let Some(wanted) = &which.wanted {
        wanted.parse::<JourneyFilter>().map_err(|error| pointed(&error, "--where", wanted))?;
    }
    Ok(MiningQuery {
        journey: which.journey.clone(),
        from: moment(&which.from, "--from")?,
        to: moment(&which.to, "--to")?,
        only: which.only.clone(),
        wanted: which.wanted.clone(),
        segment: which.segment.clone(),
        ..MiningQuery::default()
    })
}

/// A filter's mistake with carets under its place.
fn pointed(error: &FilterError, flag: &str, text: &str) -> WrongUsage {
    let lines: Vec<String> = error.render(text).lines().map(|line| format!("  {line}")).collect();
    WrongUsage(format!("{flag} cannot be read:\n{}", lines.join("\n")))
}

/// A moment, or a day for its first moment (UTC).
fn parse_moment(text: &str) -> anyhow::Result<Timestamp> {
    let is_day = text.len() == 10;
    Ok(if is_day { format!("{text}T00:00:00Z").parse()? } else { text.parse()? })
}

pub(crate) fn format(form: &Form) -> anyhow::Result<Option<Format>> {
    Ok(match &form.format {
        Some(written) => Some(written.parse()?),
        None => form.json.then_some(Format::Json),
    })
}

/// The recipe in a file: alone, or in the answer it came with.
fn read_recipe(path: &Path) -> anyhow::Result<Recipe> {
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).context("stdin")?;
    } else {
        text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    }
    let place = || path.display().to_string();
    let mut value: serde_json::Value = serde_json::from_str(&text).with_context(place)?;
    let recipe = value.get_mut("recipe").map(serde_json::Value::take);
    serde_json::from_value(recipe.unwrap_or(value)).with_context(|| format!("{}: no recipe", place()))
}

/// Does what takes long, and says how far it is if it takes more than two seconds and somebody looks on.
pub(crate) fn watched<T, E>(control: &Control, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut told = false;
            loop {
                std::thread::park_timeout(Duration::from_secs(2));
                if done.load(std::sync::atomic::Ordering::Relaxed) {
                    break;
                }
                let (scanned, all) = control.progress();
                if all > 0 {
                    show::over(&format!("{} of {} events scanned", show::count(scanned), show::count(all)));
                    told = true;
                }
            }
            if told {
                show::over("");
            }
        });
        let found = work();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        watcher.thread().unpark();
        found
    })
}

/// Writes the answer in its form; `json` is all of it as one object.
pub(crate) fn give(
    answered: &Answered,
    json: impl FnOnce() -> serde_json::Result<String>,
    format: Option<Format>,
    form: &Form,
) -> anyhow::Result<()> {
    let Some(format) = format else {
        let text = show::answer(answered);
        return match &form.out {
            Some(path) => std::fs::write(path, text + "\n").with_context(|| path.display().to_string()),
            None => show::line(&text),
        };
    };
    let bytes = match format {
        Format::Json => {
            let mut text = serde_json::to_vec_pretty(&serde_json::from_str::<serde_json::Value>(&json()?)?)?;
            text.push(b'\n');
            text
        }
        Format::Csv => export::csv(&chosen_table(answered, form)?)?,
        Format::Parquet => export::parquet(&chosen_table(answered, form)?, &serde_json::to_string(&answered.recipe)?)?,
        Format::Dot | Format::Mermaid => {
            let network = match &answered.found {
                Found::One(report) => report.network.as_ref(),
                Found::Two(_) => None,
            };
            let network = network.ok_or_else(|| {
                Invalid::new("--format", format.name(), "draws networks; this answer is none: json, csv or parquet")
            })?;
            let drawn = Drawn { strongest: form.draw };
            if format == Format::Dot { export::dot(network, &drawn) } else { export::mermaid(network, &drawn) }
                .into_bytes()
        }
    };
    match &form.out {
        Some(path) => std::fs::write(path, bytes).with_context(|| path.display().to_string()),
        None if format == Format::Parquet && std::io::stdout().is_terminal() => {
            Err(WrongUsage("a terminal cannot show Parquet: say where to with --out FILE".to_owned()).into())
        }
        None => show::bytes(&bytes),
    }
}

fn chosen_table(answered: &Answered, form: &Form) -> anyhow::Result<Table> {
    let tables = answered.tables();
    let names = tables.iter().map(|table| table.name).collect::<Vec<_>>().join(", ");
    let wanted = |table: &Table| form.table.as_ref().is_none_or(|name| table.name == name);
    let unknown = || Invalid::new("--table", form.table.as_deref().unwrap_or_default(), format!("is none of {names}"));
    Ok(tables.into_iter().find(wanted).ok_or_else(unknown)?)
}

pub(crate) fn discovered(config: &Config, args: &Listing) -> anyhow::Result<()> {
    let discovered = open(config)?.discovered(args.limit)?;
    if args.json.json {
        return show::json(&discovered);
    }
    let share = (discovered.events > 0).then(|| discovered.unmapped as f64 / discovered.events as f64);
    show::line(&format!(
        "{} of {} events ({}) match no rule of mapping version {}.\n",
        show::count(discovered.unmapped),
        show::count(discovered.events),
        show::percent(share),
        discovered.mapping_version
    ))?;
    let rows = discovered.touchpoints.iter().map(|found| {
        let channel = if found.channel.is_empty() { "(not said)".to_owned() } else { found.channel.clone() };
        let example = found.examples.last().map(|event| event.properties.as_str().chars().take(60).collect());
        vec![
            found.touchpoint.clone(),
            found.source.clone(),
            channel,
            show::count(found.unmapped),
            example.unwrap_or_default(),
        ]
    });
    show::table(&["discovered", "source", "channel", "events", "latest example"], rows)
}
