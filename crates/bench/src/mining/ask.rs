//! Geleit asked over HTTP: cold, then each question warm and several times.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::runs::Run;
use crate::http::{self, Connection};
use crate::process;
use crate::server::{Keys, Server};
use crate::workplace::Workplace;

/// The setting for how many threads answer a question.
pub(super) const THREADS: &str = "GELEIT_MINING_THREADS";

/// A question is asked until so much time is spent, within these limits.
const SECONDS: f64 = 3.0;
const LEAST: usize = 5;
const MOST: usize = 40;

/// Name and path of what is asked. `waits` is no question of its own: the graph carries them.
pub(super) const QUESTIONS: [(&str, &str); 6] = [
    ("graph", "/v1/mining/graph"),
    ("funnel", "/v1/mining/funnel?steps=tp_00,tp_01,tp_02,tp_03,tp_04&window=30d"),
    ("variants", "/v1/mining/variants?top=100"),
    ("steps", "/v1/mining/steps?steps=10"),
    ("retention", "/v1/mining/retention?period=7d"),
    ("pattern", "/v1/mining/pattern?way=tp_00%20-%3E%20...%20-%3E%20tp_04"),
];

/// What a server was asked and said.
pub(super) struct Asked {
    /// `timing.load_ms` of the first question after the start, in seconds.
    pub(super) load_s: f64,
    /// The whole of that first question.
    pub(super) first_s: f64,
    pub(super) ready_s: f64,
    /// Bytes of the sorted columns in memory, as the last answer says.
    pub(super) columns_bytes: f64,
    /// Resident memory before the first question and after all of them.
    pub(super) resident_mb: (f64, f64),
    /// A run for each question that was answered, its answer as Geleit gave it, and the reason for each that was not.
    pub(super) runs: Vec<(&'static str, Result<Run>)>,
}

/// Starts a server on the data, with one thread for each question if `alone`, and asks everything.
pub(super) async fn everything(workplace: &Workplace, data: &Path, alone: bool) -> Result<Asked> {
    // The data is kept for the next run, and with it the senders of this one.
    let moment = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis();
    let token = Keys::create(workplace, data, &format!("bench-{moment}"))?.token;
    let settings: &[(&str, &str)] = if alone { &[(THREADS, "1")] } else { &[] };
    let server = Server::serve_with(workplace, data, settings).await?;
    let before = process::resident_mb(server.pid())?;
    let mut connection = Connection::open(&server.address).await?;
    let began = Instant::now();
    let cold = answer(&mut connection, QUESTIONS[0].1, &token).await?;
    let first_s = began.elapsed().as_secs_f64();
    let load_s = cold["timing"]["load_ms"].as_f64().context("an answer without timing.load_ms")? / 1e3;
    let mut runs = Vec::new();
    for (name, path) in QUESTIONS {
        runs.push((name, repeatedly(&server, &mut connection, name, path, &token).await));
    }
    let warm = answer(&mut connection, QUESTIONS[0].1, &token).await?;
    let columns_bytes = warm["timing"]["columns_bytes"].as_f64().context("an answer without timing.columns_bytes")?;
    let after = process::resident_mb(server.pid())?;
    let ready_s = server.ready_after.as_secs_f64();
    server.stop()?;
    Ok(Asked { load_s, first_s, ready_s, columns_bytes, resident_mb: (before, after), runs })
}

/// Whether the program knows a setting: its help names the variable.
pub(super) fn knows(workplace: &Workplace, setting: &str) -> Result<bool> {
    let help = Command::new(&workplace.geleit).args(["serve", "--help"]).stdin(Stdio::null()).output()?;
    ensure!(help.status.success(), "geleit serve --help ended with {}", help.status);
    Ok(String::from_utf8_lossy(&help.stdout).contains(setting))
}

async fn repeatedly(server: &Server, connection: &mut Connection, name: &str, path: &str, token: &str) -> Result<Run> {
    let mut run = Run::new(name, "warm");
    // Whatever this question alone needs is built now.
    run.answer = answer(connection, path, token).await?;
    let cpu_before = process::cpu_seconds(server.pid())?;
    let request = http::get(path, token);
    while run.wall_s.len() < LEAST || (run.wall_s.len() < MOST && run.wall_s.iter().sum::<f64>() < SECONDS) {
        let began = Instant::now();
        let (status, _) = connection.exchange(&request).await?;
        run.wall_s.push(began.elapsed().as_secs_f64());
        ensure!(status == 200, "{path} answered {status} when it was asked again");
    }
    // The kernel tells in hundredths of a second: only the mean of many is worth something.
    let spent = process::cpu_seconds(server.pid())? - cpu_before;
    run.cpu_s = vec![spent / run.wall_s.len() as f64];
    Ok(run)
}

pub(super) async fn answer(connection: &mut Connection, path: &str, token: &str) -> Result<Value> {
    let (status, body) = connection.exchange(&http::get(path, token)).await?;
    if status != 200 {
        let said: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        bail!("{path} answered {status}: {}", said["detail"].as_str().unwrap_or("no reason was given"));
    }
    serde_json::from_slice(body).with_context(|| format!("the answer of {path}"))
}
