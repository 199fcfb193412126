//! From a fresh clone to a demo that is served, with all packages already downloaded.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::figures::{Figures, Target};
use crate::process;
use crate::server::Server;
use crate::workplace::Workplace;

/// Until the memory of the idle demo is read.
const SETTLE: Duration = Duration::from_secs(10);

pub(crate) fn run(_: &Workplace, figures: &mut Figures) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let clone = folder.path().join("geleit");
    let repository = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let began = Instant::now();
    let cpu_before = process::cpu_seconds_of_finished_children()?;
    run_quietly(Command::new("git").args(["clone", "--quiet", repository]).arg(&clone))?;
    run_quietly(
        Command::new("cargo")
            .args(["build", "--release", "--locked", "--offline", "--quiet", "-p", "geleit"])
            .env("CARGO_TARGET_DIR", clone.join("target"))
            .current_dir(&clone),
    )?;
    let cpu_s = process::cpu_seconds_of_finished_children()? - cpu_before;
    let built = began.elapsed();
    let program = clone.join("target/release/geleit");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut demo = Command::new(&program);
    demo.arg("demo");
    let server = runtime.block_on(Server::start(demo))?;
    let served = began.elapsed();

    figures.add("quick start: clone to demo served", served.as_secs_f64() / 60.0, "min", Target::AtMost(8.0));
    figures.add("quick start: of that, until the demo was ready", (served - built).as_secs_f64(), "s", Target::None);
    figures.add("quick start: processor time of the build", cpu_s, "s", Target::None);
    let program_mb = fs::metadata(&program)?.len() as f64 / 1e6;
    figures.add("quick start: binary, stripped", program_mb, "MB", Target::AtMost(40.0));
    std::thread::sleep(SETTLE);
    let resident_mb = process::resident_mb(server.pid())?;
    figures.add("quick start: resident with the demo world, idle", resident_mb, "MB", Target::AtMost(150.0));
    server.stop()
}

fn run_quietly(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
