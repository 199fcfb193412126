//! `bench conformance`: all journeys of the log held against a map of 40 steps with loops, over HTTP.
//!
//! Journeys of the log wander at random, so hardly one follows the map: most take an alignment with several steps of both kinds.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::ask::answer;
use super::generate::{self, TOUCHPOINTS};
use super::{CUSTOMERS, Log};
use crate::figures::{Figures, Target};
use crate::http::Connection;
use crate::process;
use crate::server::{Keys, Server};
use crate::workplace::{Size, Workplace};

/// How often the same is asked.
const REPEATS: usize = 5;

/// Each is asked once: what counts is the first answer after a filter was changed.
const FILTERS: [(&str, &str); 8] = [
    ("journeys by tp_07", "where=did%20tp_07"),
    ("journeys by tp_02", "where=did%20tp_02"),
    ("journeys not by tp_00", "where=not%20did%20tp_00"),
    ("journeys by tp_01 and tp_04", "where=did%20tp_01%20and%20did%20tp_04"),
    ("the second quarter", "from=2025-04-01T00:00:00Z&to=2025-07-01T00:00:00Z"),
    ("November", "from=2025-11-01T00:00:00Z&to=2025-12-01T00:00:00Z"),
    ("no events at tp_03", "only=not%20tp_03"),
    ("customers' journeys apart after 30 days", "journey=gap:30d"),
];

pub(crate) fn run(workplace: &Workplace, figures: &mut Figures) -> Result<()> {
    let customers = if workplace.size == Size::Small { CUSTOMERS / 10 } else { CUSTOMERS };
    let log = Log::made(workplace, customers, figures)?;
    let edges = draw(workplace, &log.data)?;
    figures.add("conformance: edges of the map", edges as f64, "edges", Target::None);
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(ask(workplace, &log, figures))
}

/// Draws the map; the number of its edges.
fn draw(workplace: &Workplace, data: &Path) -> Result<usize> {
    let folder = tempfile::tempdir()?;
    let mut map = "title = \"Speed\"\nover_after = \"60d\"\n".to_owned();
    for step in 0..TOUCHPOINTS {
        let name = generate::name(step);
        let optional = step % 3 == 0;
        write!(map, "\n[[step]]\nid = {name:?}\ntitle = {name:?}\ntouchpoints = [{name:?}]\noptional = {optional}\n")?;
    }
    let mut edges = 0;
    for step in 0..TOUCHPOINTS {
        // Ahead, past up to four others; every second one back, too; every fourth may be the last.
        let ahead = (1..6).map(|ahead| step + ahead).filter(|to| *to < TOUCHPOINTS);
        let back = (step % 2 == 0 && step > 0).then(|| step - 1);
        let to = ahead.chain(back).map(generate::name);
        for to in to.chain((step % 4 == 3).then(|| "end".to_owned())) {
            write!(map, "\n[[edge]]\nfrom = {:?}\nto = {to:?}\nwithin = \"7d\"\n", generate::name(step))?;
            edges += 1;
        }
    }
    fs::create_dir(folder.path().join("map"))?;
    fs::write(folder.path().join("map/speed.toml"), map)?;
    let mut command = Command::new(&workplace.geleit);
    command.args(["plans", "apply"]).arg(folder.path()).arg("--data").arg(data);
    let applied = command.stdin(Stdio::null()).output()?;
    ensure!(applied.status.success(), "the map was refused: {}", String::from_utf8_lossy(&applied.stderr));
    Ok(edges)
}

async fn ask(workplace: &Workplace, log: &Log, figures: &mut Figures) -> Result<()> {
    let moment = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis();
    let token = Keys::create(workplace, &log.data, &format!("bench-{moment}"))?.token;
    let server = Server::serve(workplace, &log.data).await?;
    let mut connection = Connection::open(&server.address).await?;
    // The columns are loaded, so that what follows is the map's alone.
    answer(&mut connection, "/v1/mining/graph", &token).await?;
    let of_all = "/v1/maps/speed/conformance";
    let (found, first) = timed(&server, &mut connection, of_all, &token).await?;
    let journeys = found["journeys"].as_u64().context("no number of journeys")?;
    figures.add("conformance: journeys held against the map", journeys as f64, "journeys", Target::None);
    figures.add("conformance: all, no sequence known yet", first.wall_s, "s", Target::AtMost(3.0));
    figures.add("conformance: the same, processor time", first.cpu_s, "s", Target::None);
    let mut again = Vec::new();
    for _ in 0..REPEATS {
        let (same, cost) = timed(&server, &mut connection, of_all, &token).await?;
        ensure!(
            same["fitness"] == found["fitness"] && same["steps"] == found["steps"],
            "the same question has two answers"
        );
        again.push(cost);
    }
    again.sort_by(|a, b| a.wall_s.total_cmp(&b.wall_s));
    let median = &again[REPEATS / 2];
    figures.add(format!("conformance: all, asked again, median of {REPEATS}"), median.wall_s, "s", Target::AtMost(3.0));
    figures.add("conformance: the same, processor time", median.cpu_s, "s", Target::None);
    for (name, filter) in FILTERS {
        let (some, cost) = timed(&server, &mut connection, &format!("{of_all}?{filter}"), &token).await?;
        let of = some["journeys"].as_u64().context("no number of journeys")?;
        let what = format!("conformance: {name} ({of} journeys), first answer");
        figures.add(what, cost.wall_s, "s", Target::AtMost(0.3));
    }
    figures.add("conformance: resident after all of it", process::resident_mb(server.pid())?, "MB", Target::None);
    server.stop()
}

struct Cost {
    wall_s: f64,
    cpu_s: f64,
}

async fn timed(server: &Server, connection: &mut Connection, path: &str, token: &str) -> Result<(Value, Cost)> {
    let cpu_before = process::cpu_seconds(server.pid())?;
    let began = Instant::now();
    let found = answer(connection, path, token).await?;
    let wall_s = began.elapsed().as_secs_f64();
    Ok((found, Cost { wall_s, cpu_s: process::cpu_seconds(server.pid())? - cpu_before }))
}
