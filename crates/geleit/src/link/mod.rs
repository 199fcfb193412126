//! `geleit link`: which records of a file are one person.

pub(crate) mod candidates;
mod join;
mod model;
mod read;
mod write;

use std::time::Instant;

use anyhow::{Context, bail, ensure};
use engine::LinksTaken;
use linkage::quality::{self, Bar, PairQuality};
use linkage::{Linked, Training, Waterfall, explain};
use serde::Serialize;

use crate::cli::Link;
use crate::config::Config;
use crate::show;
use model::{Chosen, Origin};
use read::{Decided, PlannedColumn, Read};

/// The reason of a pair in the sample: it was linked.
const LINKED: &str = "linked";
/// Width of a bar of the histogram, in bits.
const BAR: i32 = 4;

/// What a linkage did. Field names are part of the command's contract.
#[derive(Debug, Serialize)]
struct Report {
    records: usize,
    bad_rows: u64,
    /// Customers found: clusters, those of one record included.
    customers: usize,
    /// Pairs linked by their own weight.
    linked_pairs: usize,
    /// Pairs for people to decide on.
    review_pairs: usize,
    /// Pairs compared, of `records * (records - 1) / 2`.
    candidate_pairs: usize,
    patterns: usize,
    columns: Vec<PlannedColumn>,
    model: Model,
    hot_keys: Vec<HotKey>,
    /// Links between customers, if they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    joined: Option<LinksTaken>,
    quality: Quality,
    seconds: Seconds,
}

#[derive(Debug, Serialize)]
struct Model {
    title: String,
    /// Where it comes from: `built_in`, a version of the plan such as `linkage@3`, or a file.
    origin: String,
    /// The version of the plan that holds it as it was used, if it was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_as: Option<String>,
    trained_on_records: u64,
    iterations: usize,
    link_probability: f64,
    review_probability: f64,
    matches_per_record: f64,
    household_records_per_record: f64,
}

#[derive(Debug, Serialize)]
struct HotKey {
    kind: &'static str,
    keys: usize,
    records: usize,
}

#[derive(Debug, Serialize)]
struct Quality {
    /// Weights of linked pairs, in bits.
    histogram: Vec<Bar>,
    /// Mean probability of the linked pairs under the model: right only as far as the model is.
    expected_precision: Option<f64>,
    /// Linked pairs that people judged.
    clerical: Clerical,
    /// Against the truth, where a column holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    truth: Option<Truth>,
}

/// Share of right pairs in a sample of linked pairs; interval of 95 % by Wilson.
#[derive(Debug, Serialize)]
struct Clerical {
    judged: u64,
    accepted: u64,
    precision: Option<f64>,
    interval: Option<[f64; 2]>,
}

/// Over all pairs of records.
#[derive(Debug, Serialize)]
struct Truth {
    edges: PairQuality,
    clusters: PairQuality,
}

#[derive(Debug, Serialize)]
struct Seconds {
    read: f64,
    link: f64,
    write: f64,
}

pub(crate) fn run(config: &Config, args: &Link) -> anyhow::Result<()> {
    let started = Instant::now();
    let Read { records, row_of, truth, columns, bad_rows, has_ids } = read::records(args)?;
    let decided = args.decisions.as_deref().map(|file| read::decisions(file, &records)).transpose()?;
    let Decided { decisions, sample } = decided.unwrap_or_default();
    let Chosen { model, training, origin } = model::choose(config, args)?;
    let read_s = started.elapsed().as_secs_f64();

    if args.join.is_some() {
        ensure!(has_ids, "--join: no column holds the records' ids; say which with --id COL");
        let versioned = args.keep_model || (matches!(origin, Origin::Version(_)) && training == Training::None);
        ensure!(versioned, "--join: a link names the version of its model, and this model has none: give --keep-model");
    }
    let began = Instant::now();
    let linked = linkage::link(&records, &model, training, &decisions);
    let link_s = began.elapsed().as_secs_f64();

    let began = Instant::now();
    if let Some(path) = &args.out {
        write::clusters(path, &records, &row_of, &linked.clusters)?;
    }
    if let Some(path) = &args.review {
        let most = args.review_most.unwrap_or(usize::MAX);
        let bridges = linked.review.iter().take(most);
        let bridges = bridges.map(|bridge| (bridge.edge, bridge.reason.as_str(), Some(bridge.value)));
        write::pairs(path, &records, &linked.model, bridges)?;
    }
    if let Some(path) = &args.sample {
        let sampled = write::sampled(&linked, args.sample_size);
        write::pairs(path, &records, &linked.model, sampled.into_iter().map(|edge| (edge, LINKED, None)))?;
    }
    if let Some(path) = &args.save_model {
        model::save(path, &linked.model)?;
    }
    let kept = args.keep_model.then(|| model::keep(config, args, &linked.model)).transpose()?;
    let version = match origin {
        Origin::Version(version) => kept.or(Some(version)),
        Origin::BuiltIn | Origin::File(_) => kept,
    };
    let joined = match (&args.join, version) {
        (Some(kind), Some(version)) => {
            Some(join::records(config, args, (kind, version), (&records, &linked, &decisions))?)
        }
        _ => None,
    };
    if let Some(pair) = &args.explain {
        return explained(args, &records, &linked, pair);
    }
    let (judged, accepted) = sample;
    let report = Report {
        records: records.len(),
        bad_rows,
        customers: linked.clusters.iter().enumerate().filter(|&(record, &of)| record == of as usize).count(),
        linked_pairs: linked.edges.len(),
        review_pairs: linked.review.len(),
        candidate_pairs: linked.candidates,
        patterns: linked.patterns,
        columns,
        model: Model {
            title: linked.model.title.clone(),
            origin: origin.to_string(),
            kept_as: kept.map(|version| Origin::Version(version).to_string()),
            trained_on_records: linked.model.trained_on_records,
            iterations: linked.iterations,
            link_probability: linked.model.thresholds.link,
            review_probability: linked.model.thresholds.review,
            matches_per_record: linked.model.matches_per_record,
            household_records_per_record: linked.model.household_records_per_record,
        },
        hot_keys: linked
            .hot_keys
            .iter()
            .map(|hot| HotKey { kind: hot.kind, keys: hot.keys, records: hot.records })
            .collect(),
        joined,
        quality: Quality {
            histogram: quality::histogram(&linked.edges, BAR),
            expected_precision: quality::expected_precision(&linked.edges),
            clerical: Clerical {
                judged,
                accepted,
                precision: (judged > 0).then(|| accepted as f64 / judged as f64),
                interval: quality::wilson_interval(accepted, judged),
            },
            truth: truth.map(|truth| Truth {
                edges: quality::edge_quality(&linked.edges, &truth),
                clusters: quality::cluster_quality(&linked.clusters, &truth),
            }),
        },
        seconds: Seconds { read: read_s, link: link_s, write: began.elapsed().as_secs_f64() },
    };
    if args.json { show::json(&report) } else { tell(&report) }
}

fn explained(args: &Link, records: &linkage::Records, linked: &Linked, pair: &str) -> anyhow::Result<()> {
    let Some((a, b)) = pair.split_once(',') else { bail!("--explain {pair:?} is not A,B: the ids of two records") };
    let record =
        |id: &str| records.find(id.trim()).with_context(|| format!("--explain: there is no record {:?}", id.trim()));
    let (a, b) = (record(a)?, record(b)?);
    let waterfall = explain(records, &linked.model, a, b);
    if args.json {
        return show::json(&waterfall);
    }
    tell_waterfall(&waterfall)?;
    let (of_a, of_b) = (linked.clusters[a as usize], linked.clusters[b as usize]);
    show::line(&if of_a == of_b {
        format!("\nBoth are customer {}.", records.id(of_a))
    } else {
        format!("\nThey are two customers, {} and {}.", records.id(of_a), records.id(of_b))
    })
}

fn tell_waterfall(waterfall: &Waterfall) -> anyhow::Result<()> {
    let bits = |weight: f64| format!("{weight:.2}");
    let rate = |rate: f64| if rate >= 0.001 { format!("{rate:.4}") } else { format!("{rate:.2e}") };
    let blank = String::new;
    let (weight, sum) = (bits(waterfall.prior), bits(waterfall.prior));
    let prior = vec!["prior".to_owned(), blank(), blank(), blank(), weight, sum, blank(), blank()];
    let steps = waterfall.steps.iter().map(|step| {
        let own = step.frequency.map(rate).unwrap_or_default();
        vec![
            step.comparison.to_owned(),
            rate(step.m),
            rate(step.u),
            own,
            bits(step.weight),
            bits(step.sum),
            step.level.clone(),
            format!("{} | {}", step.value_a, step.value_b),
        ]
    });
    show::line(&format!("{} and {}, weights in bits\n", waterfall.record_a, waterfall.record_b))?;
    let head = ["comparison", "m", "u", "value's frequency", "weight", "sum", "level", "values"];
    show::table(&head, std::iter::once(prior).chain(steps))?;
    show::line(&format!("\nProbability of one person: {:.4}", waterfall.probability))
}

fn tell(report: &Report) -> anyhow::Result<()> {
    let Seconds { read, link, write } = report.seconds;
    let count = |number: usize| show::count(number as u64);
    show::line(&format!(
        "{} records are {} customers: {} pairs linked, {} to review ({} of rows unreadable: {}).",
        count(report.records),
        count(report.customers),
        count(report.linked_pairs),
        count(report.review_pairs),
        show::percent(share(report.bad_rows, report.records as u64 + report.bad_rows)),
        show::count(report.bad_rows),
    ))?;
    let used = report.columns.iter().filter(|column| column.role != "unused");
    let used: Vec<String> = used.map(|column| format!("{} = {}", column.role, column.name)).collect();
    show::line(&format!("Columns: {}", used.join(", ")))?;
    show::line(&format!(
        "{} pairs compared, {} patterns; model \"{}\" ({}), trained on {} records in {} iterations; linked from probability {} on.",
        count(report.candidate_pairs),
        count(report.patterns),
        report.model.title,
        report.model.origin,
        show::count(report.model.trained_on_records),
        report.model.iterations,
        report.model.link_probability,
    ))?;
    if let Some(version) = &report.model.kept_as {
        show::line(&format!("The model is kept as {version}."))?;
    }
    if let Some(LinksTaken { stored, duplicates }) = report.joined {
        show::line(&format!(
            "Customers are joined: {} links stored, {} were known.",
            show::count(stored),
            show::count(duplicates)
        ))?;
    }
    for hot in &report.hot_keys {
        show::line(&format!(
            "Left out of the search: {} values of {}, borne by {} records in all.",
            count(hot.keys),
            hot.kind,
            count(hot.records)
        ))?;
    }
    show::line("\nWeights of linked pairs")?;
    let bars = report
        .quality
        .histogram
        .iter()
        .map(|bar| vec![format!("{} to {} bits", bar.from, bar.to), show::count(bar.pairs)]);
    show::table(&["weight", "pairs"], bars)?;
    show::line(&format!(
        "\nExpected precision of linked pairs, by the model itself (n = {}): {}",
        count(report.linked_pairs),
        show::percent(report.quality.expected_precision)
    ))?;
    let clerical = &report.quality.clerical;
    let interval = clerical.interval.map_or_else(String::new, |[low, high]| {
        format!(", 95 % interval {} to {} (Wilson)", show::percent(Some(low)), show::percent(Some(high)))
    });
    show::line(&format!(
        "Precision of linked pairs as judged by people (n = {}): {}{interval}",
        show::count(clerical.judged),
        show::percent(clerical.precision)
    ))?;
    if let Some(truth) = &report.quality.truth {
        show::line("")?;
        let row = |name: &str, quality: &PairQuality| {
            let rate = |rate: Option<f64>| rate.map_or_else(|| "undefined".to_owned(), |rate| format!("{rate:.4}"));
            let figures = [quality.right, quality.linked, quality.true_pairs].map(show::count);
            let rates = [quality.precision, quality.recall, quality.f1].map(rate);
            std::iter::once(name.to_owned()).chain(figures).chain(rates).collect()
        };
        let head = ["against the truth", "right pairs", "linked pairs", "true pairs", "precision", "recall", "F1"];
        show::table(&head, [row("single pairs", &truth.edges), row("customers", &truth.clusters)])?;
    }
    show::line(&format!(
        "\nRead in {}, linked in {}, written in {}.",
        show::duration(read),
        show::duration(link),
        show::duration(write)
    ))
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
