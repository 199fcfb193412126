//! Questions about lived journeys: Geleit over HTTP, bare loops over the same columns as the bound, and peers on the same file.
//! Every answer is compared with Geleit's; a difference fails the run.

mod ask;
mod bound;
pub(crate) mod conformance;
mod generate;
mod peers;
mod runs;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use self::runs::{Run, canonical, difference};
use crate::figures::{Figures, Target};
use crate::workplace::{Size, Workplace};

/// Customers, five events each on average.
const CUSTOMERS: u32 = 2_000_000;
/// How often a loop or a peer is asked the same.
const REPEATS: usize = 5;

pub(crate) fn run(workplace: &Workplace, figures: &mut Figures) -> Result<()> {
    let (customers, repeats) = match workplace.size {
        // A hundredth would take no time that can be measured.
        Size::Small => (CUSTOMERS / 10, REPEATS),
        Size::Full => (CUSTOMERS, REPEATS),
        Size::Hundred => (CUSTOMERS * 10, 2),
    };
    let log = Log::made(workplace, customers, figures)?;
    let asked = geleit(workplace, &log, figures)?;
    let mut table = Table::default();
    let columns = bound::Columns::read(&log.file)?;
    ensure!(columns.events() == log.events, "{} events were read of {}", columns.events(), log.events);
    for run in [columns.graph(repeats), columns.waits(repeats)] {
        table.compare(&asked, "bound", &run, beside("bound", &run.question), figures)?;
    }
    drop(columns);
    for peer in peers::NAMES {
        match peers::run(workplace, peer, &log.file, log.events, repeats) {
            Ok(runs) => {
                for run in runs {
                    table.compare(&asked, peer, &run, beside(peer, &run.question), figures)?;
                }
            }
            Err(reason) => figures.fail(format!("mining: {peer}"), &reason),
        }
    }
    table.print();
    table.differences()
}

/// How many times Geleit's processor time a peer should take at least. A plain graph is no art to polars, and a bound cannot be
/// beaten.
fn beside(peer: &str, question: &str) -> Target {
    match (peer, question) {
        ("bound", "waits") => Target::AtLeast(1.0 / 2.5),
        ("chdb" | "duckdb", "graph" | "waits") => Target::AtLeast(10.0),
        ("chdb", "funnel") => Target::AtLeast(5.0),
        _ => Target::None,
    }
}

/// Most seconds for an answer about ten million events, two threads.
fn target(question: &str) -> Target {
    match question {
        "graph" => Target::AtMost(0.15),
        "funnel" => Target::AtMost(0.3),
        "variants" => Target::AtMost(0.5),
        "steps" => Target::AtMost(0.2),
        "retention" => Target::AtMost(0.3),
        "pattern" => Target::AtMost(0.4),
        _ => Target::None,
    }
}

/// The log as one file, and imported.
struct Log {
    file: PathBuf,
    data: PathBuf,
    events: u64,
}

impl Log {
    /// Both are kept for the next run.
    fn made(workplace: &Workplace, customers: u32, figures: &mut Figures) -> Result<Self> {
        let (file, data) = (workplace.path("mining.parquet"), workplace.path("mining-data"));
        let count = workplace.path("mining.count");
        if !file.exists() || !count.exists() {
            if data.exists() {
                fs::remove_dir_all(&data)?;
            }
            let began = Instant::now();
            let events = generate::write(&file, customers)?;
            fs::write(&count, events.to_string())?;
            figures.add("mining: log written", began.elapsed().as_secs_f64(), "s", Target::None);
        }
        let events: u64 = fs::read_to_string(&count)?.parse().context("the number of events")?;
        figures.add("mining: events in the log", events as f64, "events", Target::None);
        if !data.exists() {
            let unfinished = workplace.path("mining-unfinished");
            if unfinished.exists() {
                fs::remove_dir_all(&unfinished)?;
            }
            let (answer, cost) = workplace.import(&file, &unfinished, &COLUMNS)?;
            ensure!(answer["stored"] == events, "{events} rows were to be stored: {answer}");
            ensure!(answer["customers"] == customers, "there were to be {customers} customers: {answer}");
            fs::rename(&unfinished, &data)?;
            figures.add("mining: import", cost.wall.as_secs_f64(), "s", Target::None);
            figures.add("mining: import, processor time", cost.cpu_s, "s", Target::None);
            figures.add("mining: import, resident at most", cost.peak_mb, "MB", Target::None);
        }
        Ok(Self { file, data, events })
    }
}

/// How `geleit import` is told what the columns are.
const COLUMNS: [&str; 6] = ["--customer", "customer", "--touchpoint", "touchpoint", "--time", "time"];

/// Geleit's figures, with as many threads as it likes and with one; the runs of the former.
fn geleit(workplace: &Workplace, log: &Log, figures: &mut Figures) -> Result<Vec<Run>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let asked = runtime.block_on(ask::everything(workplace, &log.data, false))?;
    figures.add("mining: ready after", asked.ready_s, "s", Target::None);
    figures.add("mining: cold load, timing.load_ms of the first question", asked.load_s, "s", Target::AtMost(2.0));
    figures.add("mining: the first question, load included", asked.first_s, "s", Target::None);
    let (before, after) = asked.resident_mb;
    figures.add("mining: resident before the first question", before, "MB", Target::None);
    figures.add("mining: resident after all questions", after, "MB", Target::None);
    let bytes = asked.columns_bytes / log.events as f64;
    figures.add("mining: sorted columns, bytes an event", bytes, "bytes", Target::AtMost(30.0));
    let runs = note("mining", asked.runs, true, figures);
    if ask::knows(workplace, ask::THREADS)? {
        let alone = runtime.block_on(ask::everything(workplace, &log.data, true))?;
        let alone = note("mining, one thread", alone.runs, false, figures);
        for (one, two) in
            alone.iter().filter_map(|one| Some((one, runs.iter().find(|run| run.question == one.question)?)))
        {
            let what = format!("mining: {}: one thread's time beside two threads'", one.question);
            figures.add(what, one.wall().0 / two.wall().0, "times", Target::None);
        }
    } else {
        let reason = anyhow::anyhow!("geleit serve knows no setting {}", ask::THREADS);
        figures.fail("mining, one thread", &reason);
    }
    Ok(runs)
}

fn note(name: &str, runs: Vec<(&'static str, Result<Run>)>, judged: bool, figures: &mut Figures) -> Vec<Run> {
    let mut answered = Vec::new();
    for (question, run) in runs {
        match run {
            Ok(run) => {
                let (least, median) = run.wall();
                let target = if judged { target(question) } else { Target::None };
                let times = run.wall_s.len();
                figures.add(format!("{name}: {question}: fastest of {times}"), least, "s", target);
                figures.add(format!("{name}: {question}: median"), median, "s", Target::None);
                figures.add(format!("{name}: {question}: processor time, mean"), run.cpu().0, "s", Target::None);
                answered.push(run);
            }
            Err(reason) => figures.fail(format!("{name}: {question}"), &reason),
        }
    }
    answered
}

/// Geleit beside the bound and the peers, and where their answers differ.
#[derive(Default)]
struct Table {
    rows: Vec<String>,
    differences: Vec<String>,
}

impl Table {
    /// Compares the answer, then the cost. The graph's answer carries the waits; it has no cheaper one without them.
    fn compare(&mut self, asked: &[Run], peer: &str, run: &Run, target: Target, figures: &mut Figures) -> Result<()> {
        let ((wall, wall_median), (cpu, cpu_median)) = (run.wall(), run.cpu());
        let Run { question, way, .. } = run;
        let theirs = format!("{peer}, {way} | {wall:.4} / {wall_median:.4} | {cpu:.4} / {cpu_median:.4}");
        if question == "load" {
            self.rows.push(format!("| load | | | {theirs} | |"));
            return Ok(());
        }
        let same = if question == "waits" { "graph" } else { question };
        let Some(ours) = asked.iter().find(|run| run.question == same) else {
            self.rows.push(format!("| {question} | not answered | | {theirs} | |"));
            return Ok(());
        };
        ensure!(!run.answer.is_null(), "{peer} gave no answer to {question}");
        if let Some(difference) = difference(&canonical(question, &ours.answer), &run.answer) {
            self.differences.push(format!("{question}, {peer} ({way}): {difference}"));
        }
        let ((least, median), (own, _)) = (ours.wall(), ours.cpu());
        let ratio = cpu / own;
        self.rows.push(format!("| {question} | {least:.4} / {median:.4} | {own:.4} | {theirs} | {ratio:.2} |"));
        let what = format!("mining: {question}: processor time of {peer}, {way}, beside Geleit's");
        figures.add(what, ratio, "times", target);
        Ok(())
    }

    fn print(&self) {
        println!(
            "\n| question | Geleit: wall, fastest / median, s | Geleit: processor, mean, s | beside | its wall, s | its processor, fastest / median, s | times Geleit's processor |"
        );
        println!("|---|---|---|---|---|---|---|");
        self.rows.iter().for_each(|row| println!("{row}"));
    }

    fn differences(self) -> Result<()> {
        ensure!(self.differences.is_empty(), "answers differ (Geleit's first):\n{}", self.differences.join("\n"));
        Ok(())
    }
}
