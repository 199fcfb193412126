//! The process that appends is killed at random instants; what it had acknowledged is there, once.
//!
//! The test starts itself again as the victim, which appends and writes the numbers of what was acknowledged to its
//! standard output.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use model::{Event, Timestamp};
use store::{DataDirectory, Journal, JournalOptions, JournalReader, SqliteJournal, SqliteJournalReader, Submission};

/// Tells the victim where to append and from which number on.
const DIRECTORY: &str = "GELEIT_CRASH_VICTIM_DIRECTORY";
const FIRST: &str = "GELEIT_CRASH_VICTIM_FIRST";
/// Small tables, so that the kill also hits the writing, recording and merging of runs.
const OPTIONS: JournalOptions = JournalOptions { window_s: 3600, table_entries: 300 };

fn rounds() -> u64 {
    std::env::var("GELEIT_CRASH_ROUNDS").map_or(20, |rounds| rounds.parse().expect("GELEIT_CRASH_ROUNDS is a number"))
}

fn event(number: u64) -> Event<'static> {
    Event::new(format!("m-{number}"), "shop", "visit", Timestamp::clamped(number as i64))
}

fn append_until_killed(directory: &str, first: u64) {
    let lock = DataDirectory::create(directory).unwrap().lock().unwrap();
    let mut journal = SqliteJournal::open(&lock, OPTIONS).unwrap();
    let mut acknowledgements = std::io::stdout().lock();
    for number in (first..).step_by(40) {
        // Four requests a group; each also sends again what the group before had sent.
        let requests: Vec<_> = (0..4)
            .map(|request| {
                let start = number + request * 10;
                let numbers = (start.saturating_sub(40)..start.saturating_sub(35)).chain(start..start + 10);
                let events: Vec<_> = numbers.map(event).collect();
                Submission { source: "shop".into(), events: events.iter().collect(), ..Submission::default() }
            })
            .collect();
        journal.append(&requests, Timestamp::clamped(number as i64 * 1_000)).unwrap();
        writeln!(acknowledgements, "{number} {}", number + 40).unwrap();
        acknowledgements.flush().unwrap();
    }
}

#[test]
fn what_was_acknowledged_survives_kill_9_and_is_counted_once() {
    if let (Ok(directory), Ok(first)) = (std::env::var(DIRECTORY), std::env::var(FIRST)) {
        append_until_killed(&directory, first.parse().unwrap());
    }
    let scratch = tempfile::tempdir().unwrap();
    let mut acknowledged = HashSet::new();
    let mut next = 0;
    for round in 0..rounds() {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["what_was_acknowledged_survives_kill_9_and_is_counted_once", "--exact", "--nocapture"])
            .env(DIRECTORY, scratch.path())
            .env(FIRST, next.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let pipe = BufReader::new(victim.stdout.take().unwrap());
        let reader = thread::spawn(move || pipe.lines().map_while(Result::ok).collect::<Vec<_>>());
        // Instants spread over start, first commits and steady load; the odd factor keeps them off any rhythm.
        thread::sleep(Duration::from_micros(15_000 + round * 7_919 % 20 * 11_003));
        victim.kill().unwrap();
        victim.wait().unwrap();
        for line in reader.join().unwrap() {
            // The last line may be cut off: then nobody was told.
            let Some((from, to)) = line.split_once(' ') else { continue };
            let (Ok(from), Ok(to)) = (from.parse::<u64>(), to.parse::<u64>()) else { continue };
            if to == from + 40 {
                acknowledged.extend(from..to);
            }
        }
        next = check(scratch.path(), &acknowledged);
    }
    assert!(acknowledged.len() > 1_000, "only {} events came through: the kills prove nothing", acknowledged.len());
}

/// Compares the journal with what was acknowledged; returns the number to go on with.
fn check(directory: &Path, acknowledged: &HashSet<u64>) -> u64 {
    let lock = DataDirectory::create(directory).unwrap().lock().unwrap();
    drop(SqliteJournal::open(&lock, OPTIONS).unwrap());
    let journal = SqliteJournalReader::open(lock.directory()).unwrap();
    let mut stored = HashSet::new();
    let mut arrival = 1;
    for block in journal.read_after(0, usize::MAX).unwrap() {
        for event in block.events() {
            let (number, event) = event.unwrap();
            assert_eq!(number.0, arrival, "arrival numbers have no gaps");
            arrival += 1;
            let id: u64 = event.message_id.as_str().trim_start_matches("m-").parse().unwrap();
            assert!(stored.insert(id), "{id} was stored twice");
        }
    }
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let counters = journal.counters().unwrap();
    assert_eq!(counters.events, stored.len() as u64, "counters belong to the commit they count");
    // Going on in the middle of what is stored sends some of it again.
    stored.iter().max().map_or(0, |last| (last + 1).saturating_sub(20))
}
