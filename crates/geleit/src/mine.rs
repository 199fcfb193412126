//! `geleit mine` and `geleit touchpoints`: questions about what lies in a data directory, also beside a running server.

use anyhow::Context;
use engine::{Answers, MiningQuery};
use mining::{Count, FunnelQuestion, StepRow, StepsQuestion, TimeRange};
use model::{Timestamp, parse_duration_s};
use store::DataDirectory;

use crate::cli::{Journeys, Listing, Mine, Question};
use crate::config::Config;
use crate::show;

/// Rows of a table where JSON was not asked for.
const ROWS: usize = 30;

pub(crate) fn run(config: &Config, args: &Mine) -> anyhow::Result<()> {
    let answers = open(config)?;
    match &args.question {
        Question::Graph(journeys) => graph(&answers, journeys),
        Question::Variants { journeys, top } => variants(&answers, journeys, *top),
        Question::Transitions(journeys) => transitions(&answers, journeys),
        Question::Funnel { journeys, steps, window, order, by } => {
            let question = FunnelQuestion {
                steps: steps.iter().map(|step| step.trim().to_owned()).collect(),
                window_s: parse_duration_s(window).context("--window")?,
                order: order.parse()?,
                by: by.parse()?,
                entries: TimeRange::ALL,
            };
            funnel(&answers, journeys, question)
        }
        Question::Steps { journeys, steps, anchor } => {
            self::steps(&answers, journeys, &StepsQuestion { steps: *steps, anchor: anchor.clone() })
        }
        Question::Sessions { journeys, gap } => sessions(&answers, journeys, gap),
    }
}

fn open(config: &Config) -> anyhow::Result<Answers> {
    Ok(Answers::read_only(&DataDirectory::existing(config.data()?)?)?)
}

fn query(args: &Journeys) -> anyhow::Result<MiningQuery> {
    let moment = |written: &Option<String>, flag: &str| -> anyhow::Result<Option<Timestamp>> {
        written.as_deref().map(parse_moment).transpose().with_context(|| flag.to_owned())
    };
    Ok(MiningQuery {
        journey: args.journey.clone(),
        from: moment(&args.from, "--from")?,
        to: moment(&args.to, "--to")?,
    })
}

/// A moment, or a day for its first moment (UTC).
fn parse_moment(text: &str) -> anyhow::Result<Timestamp> {
    let is_day = text.len() == 10;
    Ok(if is_day { format!("{text}T00:00:00Z").parse()? } else { text.parse()? })
}

fn graph(answers: &Answers, args: &Journeys) -> anyhow::Result<()> {
    let answered = answers.graph(&query(args)?)?;
    if args.json {
        return show::json(&answered);
    }
    let graph = &answered.answer;
    show::line(&format!(
        "{} journeys, {} events ({})\n",
        show::count(graph.journeys),
        show::count(graph.events),
        answered.recipe.journey
    ))?;
    let nodes = graph.nodes.iter().take(ROWS).map(|node| {
        let figures = [node.occurrences, node.customers, node.starts, node.ends];
        std::iter::once(node.touchpoint.clone()).chain(figures.map(show::count)).collect()
    });
    show::table(&["touchpoint", "occurrences", "customers", "starts", "ends"], nodes)?;
    show::line("")?;
    let edges = graph.edges.iter().take(ROWS).map(|edge| {
        vec![
            edge.from.clone(),
            edge.to.clone(),
            show::count(edge.occurrences),
            show::count(edge.customers),
            show::count(edge.journeys),
            show::duration(edge.wait.median_s),
            show::duration(edge.wait.q95_s),
        ]
    });
    show::table(&["from", "to", "occurrences", "customers", "journeys", "median wait", "q95 wait"], edges)?;
    rest(graph.nodes.len(), "touchpoints")?;
    rest(graph.edges.len(), "transitions")
}

fn variants(answers: &Answers, args: &Journeys, top: usize) -> anyhow::Result<()> {
    let answered = answers.variants(&query(args)?, top)?;
    if args.json {
        return show::json(&answered);
    }
    let variants = &answered.answer;
    show::line(&format!(
        "{} journeys, {} variants ({})\n",
        show::count(variants.journeys),
        show::count(variants.variants),
        answered.recipe.journey
    ))?;
    let rows = variants.top.iter().map(|variant| {
        vec![show::count(variant.journeys), show::percent(Some(variant.share)), variant.touchpoints.join(" > ")]
    });
    show::table(&["journeys", "share", "touchpoints"], rows)
}

fn transitions(answers: &Answers, args: &Journeys) -> anyhow::Result<()> {
    let answered = answers.transitions(&query(args)?)?;
    if args.json {
        return show::json(&answered);
    }
    let transitions = &answered.answer;
    show::line(&format!(
        "{} journeys, {} transitions ({})\n",
        show::count(transitions.journeys),
        show::count(transitions.transitions),
        answered.recipe.journey
    ))?;
    let rows = transitions.pairs.iter().take(ROWS).map(|pair| {
        vec![
            pair.from.clone(),
            pair.to.clone(),
            show::count(pair.count),
            show::percent(Some(pair.proba_out)),
            show::percent(Some(pair.proba_in)),
            show::duration(pair.time_median_s),
        ]
    });
    show::table(&["from", "to", "count", "of all leaving", "of all arriving", "median wait"], rows)?;
    rest(transitions.pairs.len(), "transitions")
}

fn funnel(answers: &Answers, args: &Journeys, question: FunnelQuestion) -> anyhow::Result<()> {
    let answered = answers.funnel(&query(args)?, question)?;
    if args.json {
        return show::json(&answered);
    }
    let funnel = &answered.answer;
    let setting = |name: &str| answered.recipe.settings.get(name).cloned().unwrap_or_default();
    show::line(&format!(
        "{} entered, counted by {}, {} within {} ({})\n",
        show::count(funnel.entered),
        setting("by"),
        setting("order"),
        show::duration(funnel.window_s),
        answered.recipe.journey
    ))?;
    let rows = funnel.steps.iter().map(|step| {
        let interval = step.interval.map_or_else(
            || "undefined".to_owned(),
            |[low, high]| format!("{} to {}", show::percent(Some(low)), show::percent(Some(high))),
        );
        vec![
            step.touchpoint.clone(),
            show::count(step.reached),
            show::percent(step.rate),
            interval,
            show::percent(step.rate_of_previous),
            show::count(step.in_progress),
            show::count(step.dropped),
            "#".repeat((step.rate.unwrap_or_default() * 20.0).round() as usize),
        ]
    });
    show::table(&["step", "reached", "of entered", "95 % interval", "of previous", "in progress", "dropped", ""], rows)
}

fn steps(answers: &Answers, args: &Journeys, question: &StepsQuestion) -> anyhow::Result<()> {
    let answered = answers.steps(&query(args)?, question)?;
    if args.json {
        return show::json(&answered);
    }
    let matrix = &answered.answer;
    show::line(&format!(
        "{} journeys, {} without the anchor left out ({}); share of journeys at each step\n",
        show::count(matrix.journeys),
        show::count(matrix.without_anchor),
        answered.recipe.journey
    ))?;
    let numbers: Vec<String> = matrix.steps.iter().map(i64::to_string).collect();
    let header: Vec<&str> = std::iter::once("touchpoint").chain(numbers.iter().map(String::as_str)).collect();
    let cells = |row: &StepRow| {
        let shares = row.share.iter().map(|share| show::percent(*share));
        std::iter::once(row.touchpoint.clone()).chain(shares).collect::<Vec<_>>()
    };
    let shown = matrix.rows.iter().take(ROWS).chain(&matrix.path_start).chain(&matrix.path_end);
    show::table(&header, shown.map(cells))?;
    rest(matrix.rows.len(), "touchpoints")
}

fn sessions(answers: &Answers, args: &Journeys, gap: &str) -> anyhow::Result<()> {
    let answered = answers.sessions(&query(args)?, gap)?;
    if args.json {
        return show::json(&answered);
    }
    let sessions = &answered.answer;
    let mean = |value: Option<f64>| value.map_or_else(|| "undefined".to_owned(), |mean| format!("{mean:.2}"));
    show::line(&format!(
        "{} sessions of {} customers, {} events ({})",
        show::count(sessions.sessions),
        show::count(sessions.customers),
        show::count(sessions.events),
        answered.recipe.journey
    ))?;
    show::line(&format!(
        "{} events a session, {} sessions a customer; {} of the sessions have one event",
        mean(sessions.events_per_session),
        mean(sessions.sessions_per_customer),
        show::percent(sessions.single_event_share)
    ))?;
    if let Some(duration) = sessions.duration {
        show::line(&format!(
            "they last {} (median), {} (q95)\n",
            show::duration(duration.median_s),
            show::duration(duration.q95_s)
        ))?;
    }
    let listed = |counts: &[Count]| {
        let rows = counts.iter().take(ROWS).map(|count| vec![count.touchpoint.clone(), show::count(count.count)]);
        rows.collect::<Vec<_>>().into_iter()
    };
    show::table(&["begin at", "sessions"], listed(&sessions.starts))?;
    show::line("")?;
    show::table(&["end at", "sessions"], listed(&sessions.ends))
}

fn rest(all: usize, what: &str) -> anyhow::Result<()> {
    if all > ROWS { show::line(&format!("{} more {what} with --json", all - ROWS)) } else { Ok(()) }
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
