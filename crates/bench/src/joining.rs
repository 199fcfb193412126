//! Joining identifiers: precision and recall against the truth of a world, why people were mixed, and how fast links are
//! drawn, in memory and durably.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ::identity::{Changes, Identity};
use anyhow::{Context, Result, ensure};
use bench::joined::{Joined, Quality, Rate, Traces, Truth};
use engine::{Engine, Options};
use model::{Arrival, DocumentKind, Event, Identifier, IdentifierKind, IdentityRules, Timestamp};
use store::{DataDirectory, Encoded, SqliteState, StateReader, Submission};

use crate::figures::{Figures, Target};
use crate::in_memory;
use crate::segment::{BATCH, scatter};
use crate::workplace::Workplace;

/// People of the world.
const PEOPLE: u64 = 100_000;
/// The seed of the world.
const SEED: u64 = 4_711;
/// Links drawn durably.
const DURABLE_LINKS: u64 = 2_000_000;
/// Batches that wait for their receipt at a time, as that many connections would hold.
const IN_FLIGHT: usize = 64;
/// Events decoded before the clock starts.
const AT_A_TIME: usize = 50_000;

pub(crate) fn run(workplace: &Workplace, figures: &mut Figures) -> Result<()> {
    let world = workplace.path("world");
    simulate(workplace, &world)?;
    let rules = rules()?;
    let mut truth = Truth::read(&world, &rules)?;
    let traces = Traces::read(&world, &mut truth)?;
    let joined = Joined::by(&rules, &traces, &truth)?;
    sizes(&joined, &traces, figures);
    quality(&joined.quality(), figures);
    print_causes(&joined, &traces);
    of_the_world(&rules, &traces, &joined, figures)?;
    drop((truth, traces, joined));
    std::fs::remove_dir_all(&world).with_context(|| world.display().to_string())?;
    in_memory::run(workplace, figures)?;
    durable(workplace.scaled(DURABLE_LINKS), figures)
}

fn simulate(workplace: &Workplace, world: &Path) -> Result<()> {
    let (people, seed) = (workplace.scaled(PEOPLE).to_string(), SEED.to_string());
    let mut command = Command::new(&workplace.geleit);
    command.args(["simulate", "--in-order", "--customers", &people, "--seed", &seed, "--out"]).arg(world);
    let status = command.stdout(Stdio::null()).status()?;
    ensure!(status.success(), "the world was not written: {status}");
    Ok(())
}

/// The identity rules that the world's own plans set.
fn rules() -> Result<IdentityRules> {
    let plan = sim::plans().into_iter().find(|plan| plan.kind == DocumentKind::Identity);
    Ok(serde_json::from_value(plan.context("the world has no identity rules")?.body)?)
}

fn sizes(joined: &Joined, traces: &Traces, figures: &mut Figures) {
    let mut add = |what: &str, value: f64, unit: &'static str| {
        figures.add(format!("joining: {what}"), value, unit, Target::None);
    };
    add("events", traces.len() as f64, "events");
    add("left out, sent twice", traces.duplicates as f64, "events");
    add("left out, for the quarantine", traces.unreadable as f64, "events");
    add("identifiers", joined.identifiers() as f64, "");
    add("links", joined.links() as f64, "");
    add("events taken in, in memory", traces.len() as f64 / joined.took.as_secs_f64(), "events/s");
}

fn quality(quality: &Quality, figures: &mut Figures) {
    let mut rate = |what: &str, rate: Rate, target: Target| {
        figures.add(format!("joining: {what}"), rate.share(), "", target);
    };
    rate("precision, pairs of identifiers", quality.identifiers, Target::AtLeast(0.999));
    rate("precision, pairs of events", quality.events, Target::None);
    rate("precision, pairs of events that name somebody's own", quality.named_events, Target::None);
    rate("recall, pairs of identifiers, of all", quality.recall, Target::None);
    rate("recall, pairs of identifiers, of those knowable", quality.knowable, Target::None);
    rate("recall, pairs of events, of all", quality.event_recall, Target::None);
    let mut count = |what: &str, n: u64| figures.add(format!("joining: {what}"), n as f64, "", Target::None);
    count("pairs of identifiers in one customer", quality.identifiers.of);
    count("of these, of two people", quality.identifiers.of - quality.identifiers.right);
    count("pairs of one person's own identifiers", quality.recall.of);
    count("pairs that are knowable", quality.knowable.of);
    count("people seen", quality.people);
    count("customers", quality.customers);
    count("customers that mix people", quality.mixed);
    count("events that name nothing but the company's own", quality.nobodys_events);
}

fn print_causes(joined: &Joined, traces: &Traces) {
    println!("\n| people mixed through | joins | customers | by it alone | for example |\n|---|---|---|---|---|");
    for cause in joined.causes(traces) {
        let through = if cause.through.is_empty() { "nothing shared" } else { &cause.through };
        println!("| {through} | {} | {} | {} | {} |", cause.joins, cause.customers, cause.alone, cause.example);
    }
    println!(
        "\n| events with another person's, filed under | events | of these naming the person's own |\n|---|---|---|"
    );
    for misfiled in joined.misfiled() {
        println!("| {} | {} | {} |", misfiled.under, misfiled.events, misfiled.named);
    }
    println!("\n| joins refused by | pairs |\n|---|---|");
    for (rule, pairs) in &joined.refused {
        println!("| {rule} | {pairs} |");
    }
    println!();
}

/// The world's events that draw a link, alone: each decoded before the clock starts.
fn of_the_world(rules: &IdentityRules, traces: &Traces, joined: &Joined, figures: &mut Figures) -> Result<()> {
    let mut identity = Identity::new(rules);
    let (mut spent, mut arrival) = (Duration::ZERO, 0);
    for some in joined.drew().chunks(AT_A_TIME) {
        let events: Vec<(Arrival, Event<'_>)> = some
            .iter()
            .map(|index| {
                arrival += 1;
                (Arrival(arrival), traces.event(*index))
            })
            .collect();
        let mut changes = Changes::default();
        let began = Instant::now();
        identity.observe_all(&events, &mut changes, |_| ());
        spent += began.elapsed();
    }
    ensure!(identity.links() > 0, "no link was drawn");
    let rate = identity.links() as f64 / spent.as_secs_f64();
    figures.add("joining: of the world, events that draw a link", arrival as f64, "events", Target::None);
    figures.add("joining: of the world, in memory", rate, "links/s", Target::None);
    Ok(())
}

/// Events with two new identifiers each, until all are durable, folded and their links kept.
fn durable(links: u64, figures: &mut Figures) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let directory = DataDirectory::create(folder.path())?;
    let engine = Engine::open(&directory, &Options::default())?;
    let batches: Vec<Submission> = (0..links).step_by(BATCH).map(|first| pairs(first, links)).collect();

    let began = Instant::now();
    let mut waiting = std::collections::VecDeque::with_capacity(IN_FLIGHT);
    let mut accepted = 0;
    let mut receive = |pending: std::sync::mpsc::Receiver<_>| -> Result<()> {
        let receipt: Result<store::Receipt, _> = pending.recv().context("the writer ended")?;
        accepted += u64::from(receipt?.accepted);
        Ok(())
    };
    for batch in batches {
        if waiting.len() == IN_FLIGHT {
            waiting.pop_front().map_or(Ok(()), &mut receive)?;
        }
        waiting.push_back(engine.submit_patiently(batch)?);
    }
    waiting.into_iter().try_for_each(receive)?;
    let durable = began.elapsed();
    engine.close()?;
    let kept = began.elapsed();

    ensure!(accepted == links, "{links} events were sent and {accepted} accepted");
    let mut links_kept = 0;
    SqliteState::open_read_only(&directory)?.load_links(&mut |_| links_kept += 1)?;
    ensure!(links_kept == links, "{links} links were drawn and {links_kept} kept");
    figures.add("joining: durable, links drawn", links as f64, "links", Target::None);
    figures.add("joining: durable, acknowledged", links as f64 / durable.as_secs_f64(), "events/s", Target::None);
    let rate = links as f64 / kept.as_secs_f64();
    figures.add("joining: durable, folded and kept", rate, "links/s", Target::AtLeast(100_000.0));
    Ok(())
}

/// One batch: an account and a browser in each event, never seen before.
fn pairs(first: u64, end: u64) -> Submission {
    let at = Timestamp::now();
    let events: Vec<Event<'_>> = (first..(first + BATCH as u64).min(end))
        .map(|number| {
            let scattered = scatter(number);
            let mut event = Event::new(format!("{scattered:016x}"), "web", "Signed In", at);
            event.channel = "web".into();
            event.identifiers = vec![
                Identifier::new(IdentifierKind::UserId, format!("rider-{number:08}")),
                Identifier::new(IdentifierKind::AnonymousId, format!("browser-{scattered:016x}")),
            ];
            event
        })
        .collect();
    let events: Encoded = events.iter().collect();
    Submission { source: "web".to_owned(), events, ..Submission::default() }
}
