//! The peers, each in a process of its own, on the same file.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::runs::Run;
use crate::workplace::Workplace;

/// The program that runs the Python peers, from the project's root.
const SCRIPT: &str = "crates/bench/peers/mine_log.py";
/// The cargo project of the peer in Rust, from the project's root.
const PROJECT: &str = "crates/bench/peers/process_mining/Cargo.toml";
/// Events that the peer in Rust can hold: it takes some 400 bytes for each.
const LARGEST_LOG: u64 = 30_000_000;

pub(super) const NAMES: [&str; 4] = ["chdb", "duckdb", "polars", "process_mining"];

/// What a peer answers to everything it can be asked; the first run is how it loads the file.
///
/// # Errors
///
/// It is not installed, cannot hold the log, or broke off: the reason.
pub(super) fn run(workplace: &Workplace, peer: &str, file: &Path, events: u64, repeats: usize) -> Result<Vec<Run>> {
    let mut command = if peer == "process_mining" {
        ensure!(events <= LARGEST_LOG, "its log takes some 400 bytes an event: {events} events are too many");
        let mut command = Command::new(built(workplace)?);
        command.arg(file);
        command
    } else {
        let python = workplace.folder.join("mining-peers/bin/python");
        ensure!(python.exists(), "{} is missing: ./x bench mining makes it", python.display());
        let mut command = Command::new(python);
        command.args([SCRIPT, peer]).arg(file);
        command
    };
    let output = command.arg(repeats.to_string()).stdin(Stdio::null()).output().context("it cannot be started")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "it ended with {}: {}", output.status, said.lines().last().unwrap_or("no word"));
    let text = String::from_utf8(output.stdout)?;
    let runs: Value = serde_json::from_str(text.lines().last().unwrap_or_default()).context("what it printed")?;
    runs.as_array().context("it printed no list")?.iter().map(Run::read).collect()
}

/// Builds the peer in Rust; cargo does nothing if it is built.
fn built(workplace: &Workplace) -> Result<PathBuf> {
    let target = workplace.folder.join("process_mining");
    let status = Command::new("cargo")
        .args(["build", "--release", "--locked", "--quiet", "--manifest-path", PROJECT, "--target-dir"])
        .arg(&target)
        .stdin(Stdio::null())
        .status()
        .context("cargo")?;
    ensure!(status.success(), "building it ended with {status}");
    Ok(target.join("release/process_mining_peer"))
}
