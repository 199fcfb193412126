//! How fast the journal takes events, how much they cost on disk, and how long a start takes with so many of them.
//!
//! `cargo run --release -p store --example store_speed -- [EVENTS] [EVENTS_A_GROUP]`

// Figures are for people to read.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use model::{Arrival, CustomerId, Event, Identifier, IdentifierKind, NodeId, RawJson, Timestamp};
use store::{
    DataDirectory, Encoded, Journal, JournalOptions, NodeRow, SqliteJournal, SqliteState, State, StateChange,
    StateReader, Submission,
};

const START: i64 = 1_795_341_600_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<u64> = std::env::args().skip(1).map(|argument| argument.parse()).collect::<Result<_, _>>()?;
    let events = numbers.first().copied().unwrap_or(1_000_000);
    let group = numbers.get(1).copied().unwrap_or(2_500);
    let scratch = tempfile::tempdir_in(".")?;
    let directory = DataDirectory::create(scratch.path())?;
    let lock = directory.lock()?;
    let mut journal = SqliteJournal::open(&lock, JournalOptions::default())?;
    let memory_before = resident_kb();

    // Requests encode their own events, on other threads than the journal's.
    let (sender, receiver) = mpsc::sync_channel::<Submission>(4);
    let encoder = thread::spawn(move || {
        for first in (0..events).step_by(group as usize) {
            let mut encoded = Encoded::default();
            for number in first..(first + group).min(events) {
                encoded.push((number - first) as u32, &event(number));
            }
            let submission = Submission { source: "web".to_owned(), events: encoded, ..Submission::default() };
            if sender.send(submission).is_err() {
                return;
            }
        }
    });

    let mut commits: Vec<Duration> = Vec::new();
    let mut raw = 0;
    let mut worked = Duration::ZERO;
    while let Ok(submission) = receiver.recv() {
        let now = Timestamp::clamped(START + commits.len() as i64 * 3_000);
        let (begin, work_before) = (Instant::now(), processor_time());
        let (receipts, block) = journal.append(&[submission], now)?;
        commits.push(begin.elapsed());
        worked += processor_time().saturating_sub(work_before);
        assert_eq!(receipts[0].duplicates, 0);
        raw += block.map_or(0, |block| Arc::clone(&block).size());
    }
    encoder.join().map_err(|_| "the encoder panicked")?;

    let busy: Duration = commits.iter().sum();
    commits.sort();
    let at = |share: f64| commits[((commits.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    let stored = journal.reader().counters()?.bytes;
    println!("append: {events} events in groups of {group}");
    println!(
        "  {:.0} events/s of the journal's own time ({:.2} s)",
        events as f64 / busy.as_secs_f64(),
        busy.as_secs_f64()
    );
    println!("  {:.0} events per processor second of its thread", events as f64 / worked.as_secs_f64());
    println!("  commit p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms", at(0.5), at(0.99), at(1.0));
    println!(
        "  {:.1} bytes an event, {:.1} before compression",
        stored as f64 / events as f64,
        raw as f64 / events as f64
    );
    println!(
        "  memory {} MB, at most {} MB, before {} MB",
        resident_kb() / 1024,
        peak_kb() / 1024,
        memory_before / 1024
    );

    drop(journal);
    let runs: Vec<_> = fs::read_dir(scratch.path().join("dedup"))?.collect::<Result<_, _>>()?;
    let bytes: u64 = runs.iter().map(|run| run.metadata().map_or(0, |data| data.len())).sum();
    println!("  {} runs of {:.1} MB", runs.len(), bytes as f64 / 1e6);

    let begin = Instant::now();
    let mut journal = SqliteJournal::open(&lock, JournalOptions::default())?;
    println!("reopen: {:.3} s, memory then {} MB", begin.elapsed().as_secs_f64(), resident_kb() / 1024);

    let again: Encoded = (0..group).map(|number| event(number * (events / group))).collect::<Vec<_>>().iter().collect();
    let submission = Submission { source: "web".to_owned(), events: again, ..Submission::default() };
    let begin = Instant::now();
    let (receipts, _) = journal.append(&[submission], Timestamp::clamped(START + 60_000_000))?;
    assert_eq!(u64::from(receipts[0].duplicates), group);
    println!("duplicates: {group} told from all over the journal in {:.2} ms", begin.elapsed().as_secs_f64() * 1e3);

    let begin = Instant::now();
    let (mut position, mut read) = (0, 0);
    loop {
        let blocks = journal.reader().read_after(position, 16)?;
        let Some(last) = blocks.last() else { break };
        position = last.position;
        read += blocks.iter().map(|block| block.len() as u64).sum::<u64>();
    }
    println!("read: {:.0} events/s without decoding", read as f64 / begin.elapsed().as_secs_f64());
    state_speed(&mut SqliteState::open(&lock)?)
}

fn state_speed(state: &mut SqliteState) -> Result<(), Box<dyn Error>> {
    let nodes = 2_000_000u32;
    let row = |number: u32| NodeRow {
        node: NodeId(number),
        kind: IdentifierKind::AnonymousId,
        value: format!("{:032x}", u128::from(number) * 0x9E37_79B9_7F4A_7C15).into(),
        founder: CustomerId(u64::from(number)),
        first_seen: Arrival(u64::from(number) * 5),
        first_at: Timestamp::default(),
        purpose: "".into(),
        fault: None,
        since: None,
        demoted: None,
    };
    let begin = Instant::now();
    for first in (1..=nodes).step_by(1_000) {
        let rows = (first..first + 1_000).map(row).collect();
        state.commit(&StateChange { position: Some(u64::from(first)), nodes: rows, ..StateChange::default() })?;
    }
    println!("state: {:.0} nodes/s written, 1,000 a commit", f64::from(nodes) / begin.elapsed().as_secs_f64());
    let begin = Instant::now();
    let mut characters = 0;
    state.load_nodes(NodeId(0), &mut |node| characters += node.value.len())?;
    assert_eq!(characters, nodes as usize * 32);
    println!("state: {:.0} nodes/s loaded", f64::from(nodes) / begin.elapsed().as_secs_f64());
    Ok(())
}

fn event(number: u64) -> Event<'static> {
    let names = ["page viewed", "product viewed", "cart updated", "order completed", "search"];
    let hash = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let at = Timestamp::clamped(START + number as i64 * 1_000);
    let mut event = Event::new(format!("node-{hash:016x}-{number}"), "web", names[(hash % 5) as usize], at);
    event.channel = "web".into();
    let customer = (hash >> 20) % 200_000;
    event.identifiers = vec![Identifier::new(IdentifierKind::AnonymousId, format!("anon-{customer:06}"))];
    event.properties = RawJson::trusted(format!(r#"{{"path":"/p/{}","price":{}.5}}"#, hash >> 50, hash >> 54));
    event
}

/// What this thread has computed so far, where the system tells it; else 0.
fn processor_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}

/// Memory of this process in kB, where the system tells it; else 0.
fn resident_kb() -> u64 {
    status("VmRSS:")
}

fn peak_kb() -> u64 {
    status("VmHWM:")
}

fn status(field: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}
