//! What a process costs, read from /proc while it runs: no counter of the program under test is trusted for that.

use std::fs;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// Clock ticks in a second in /proc; a constant of the kernel's interface on Linux.
const TICKS: f64 = 100.0;

/// Processor seconds (user and system) of a process, without its children.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64> {
    Ok(ticks(pid, [13, 14])? / TICKS)
}

/// Processor seconds of all finished children of this process and of theirs.
pub(crate) fn cpu_seconds_of_finished_children() -> Result<f64> {
    Ok(ticks(std::process::id(), [15, 16])? / TICKS)
}

/// Sum of two fields of /proc/PID/stat, counted from 0 as in proc(5) less one.
fn ticks(pid: u32, fields: [usize; 2]) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).with_context(|| format!("process {pid} is gone"))?;
    let after_name = stat.rsplit_once(") ").context("/proc stat without a name")?.1;
    let values: Vec<&str> = after_name.split(' ').collect();
    // The name was field 1 and the state, first after it, is field 2.
    let sum =
        fields.iter().map(|field| values.get(field - 2).and_then(|text| text.parse::<f64>().ok())).sum::<Option<f64>>();
    sum.context("/proc stat with fewer fields than proc(5) says")
}

/// Resident memory in MB (10^6 bytes).
pub(crate) fn resident_mb(pid: u32) -> Result<f64> {
    memory_mb(pid, "VmRSS:")
}

fn memory_mb(pid: u32, field: &str) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).with_context(|| format!("process {pid} is gone"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .with_context(|| format!("no {field} in its status"))?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().with_context(|| format!("{field} {line:?}"))?;
    Ok(kib * 1024.0 / 1e6)
}

/// What a finished process has cost.
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    pub(crate) cpu_s: f64,
    /// The kernel's own high-water mark, last read at most 20 ms before the end.
    pub(crate) peak_mb: f64,
}

/// Waits for a process to end and tells what it cost.
pub(crate) fn wait(child: &mut Child, began: Instant) -> Result<(ExitStatus, Cost)> {
    let pid = child.id();
    let mut peak_mb = 0.0;
    loop {
        // A finished process that nobody has waited for still shows its processor time, but no memory.
        match memory_mb(pid, "VmHWM:") {
            Ok(mb) => peak_mb = f64::max(peak_mb, mb),
            Err(_) => break,
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    while !fs::read_to_string(format!("/proc/{pid}/stat")).context("its stat")?.contains(") Z ") {
        std::thread::sleep(Duration::from_millis(1));
    }
    let wall = began.elapsed();
    let cpu_s = cpu_seconds(pid)?;
    Ok((child.wait()?, Cost { wall, cpu_s, peak_mb }))
}

/// Asks a process to stop by a signal and waits for it, 30 s at most.
pub(crate) fn stop(child: &mut Child, signal: Signal) -> Result<ExitStatus> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).context("no process id")?;
    kill_process(pid, signal).with_context(|| format!("{signal:?}"))?;
    let deadline = Instant::now() + Duration::from_secs(30);
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill()?;
    child.wait()?;
    bail!("it did not stop within 30 s of {signal:?}")
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_busy_process_costs_processor_time_and_memory() {
        // About 100 MB held, then work until a second of processor time is spent.
        let script = "import time\nheld = bytearray(100_000_000)\nwhile time.process_time() < 1: pass";
        let began = Instant::now();
        let mut child = Command::new("python3").args(["-c", script]).stdin(Stdio::null()).spawn().unwrap();
        let (status, cost) = wait(&mut child, began).unwrap();
        assert!(status.success());
        assert!((0.9..3.0).contains(&cost.cpu_s), "{}", cost.cpu_s);
        assert!((100.0..140.0).contains(&cost.peak_mb), "{}", cost.peak_mb);
    }
}
