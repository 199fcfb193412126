//! Where the benchmarks work and what they measure.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::process::{self, Cost};

/// The program under test, the folder for large files and the size of the work.
pub(crate) struct Workplace {
    /// The program under test: `geleit` beside this program, or the one named in the variable GELEIT.
    pub(crate) geleit: PathBuf,
    /// Holds the 10 M row file and its data directory between benchmarks; lies in the target directory.
    pub(crate) folder: PathBuf,
    pub(crate) size: Size,
}

/// How much work is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// To try the benchmarks themselves.
    Small,
    /// What the figures and targets are about.
    Full,
    /// A hundred million events where a benchmark knows that size, else as `Full`.
    Hundred,
}

impl Workplace {
    /// Finds the program and makes the folder.
    pub(crate) fn open(size: Size) -> Result<Self> {
        let own = std::env::current_exe().context("this program's own path")?;
        let beside = own.parent().context("this program lies in no folder")?;
        let geleit = std::env::var_os("GELEIT").map_or_else(|| beside.join("geleit"), PathBuf::from);
        if !geleit.exists() {
            bail!("{} is missing: cargo build --release -p geleit", geleit.display());
        }
        let folder = beside.parent().context("this program lies in no target directory")?.join("bench");
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        Ok(Self { geleit, folder, size })
    }

    /// `full` events, rows or seconds; a hundredth of it, at least one, in a small run.
    pub(crate) fn scaled(&self, full: u64) -> u64 {
        if self.size == Size::Small { (full / 100).max(1) } else { full }
    }

    /// A file or folder of the benchmarks; each size has its own.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(match self.size {
            Size::Small => format!("small-{name}"),
            Size::Full => name.to_owned(),
            Size::Hundred => format!("hundred-{name}"),
        })
    }

    /// Reads a file into a data directory; `columns` tells which are which. The answer, and what it cost.
    pub(crate) fn import(&self, file: &Path, data: &Path, columns: &[&str]) -> Result<(Value, Cost)> {
        let answer = tempfile::NamedTempFile::new()?;
        let began = Instant::now();
        let mut command = Command::new(&self.geleit);
        command.arg("import").arg(file).arg("--data").arg(data).args(columns).args(["--source", "bench", "--json"]);
        let mut child = command.stdin(Stdio::null()).stdout(answer.reopen()?).spawn()?;
        let (status, cost) = process::wait(&mut child, began)?;
        ensure!(status.success(), "the import ended with {status}");
        let answer = std::fs::read_to_string(answer.path())?;
        Ok((serde_json::from_str(&answer).context("the import's answer")?, cost))
    }

    /// The machine, in the words of its own /proc.
    pub(crate) fn describe(&self) {
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        let cpu = first_value("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into());
        let memory = first_value("/proc/meminfo", "MemTotal").unwrap_or_else(|| "unknown memory".into());
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().unwrap_or("unknown");
        println!("{cores} cores of {cpu}, {memory}, load before {load}; load generator on the same machine");
        println!("program: {}", self.geleit.display());
    }
}

fn first_value(file: &str, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(Path::new(file)).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
