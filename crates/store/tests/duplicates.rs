//! Random requests against a model of a few lines: which events are stored, once each, across runs, merges, expiry,
//! lost files and reopenings.

// What helps a test may fail like a test.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::fs;

use model::{Event, RawJson, Timestamp};
use proptest::prelude::*;
use store::{DataDirectory, DirectoryLock, Journal, JournalOptions, SqliteJournal, Submission};

/// Tiny, so that a few hundred events fill tables, make runs, merge them and let them expire.
const OPTIONS: JournalOptions = JournalOptions { window_s: 600, table_entries: 8 };
const WINDOW: i64 = 600;

#[derive(Clone, Debug)]
enum Step {
    /// Requests of (id, payload), so many seconds after the step before.
    Append {
        seconds: i64,
        requests: Vec<Vec<(u16, u8)>>,
    },
    Reopen,
    /// One run vanishes, or one byte of it changes, while nobody looks.
    LoseRun(prop::sample::Index),
    SpoilRun(prop::sample::Index, prop::sample::Index),
}

fn step() -> impl Strategy<Value = Step> {
    let id = prop_oneof![4 => 0..200u16, 1 => 0..8u16];
    let payload = prop_oneof![9 => Just(0u8), 1 => Just(1u8)];
    let requests = prop::collection::vec(prop::collection::vec((id, payload), 0..7), 1..4);
    let seconds = prop_oneof![8 => 0..20i64, 1 => 100..400i64, 1 => 500..900i64];
    prop_oneof![
        24 => (seconds, requests).prop_map(|(seconds, requests)| Step::Append { seconds, requests }),
        2 => Just(Step::Reopen),
        1 => any::<prop::sample::Index>().prop_map(Step::LoseRun),
        1 => (any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(|(run, at)| Step::SpoilRun(run, at)),
    ]
}

fn event(id: u16, payload: u8) -> Event<'static> {
    let mut event = Event::new(format!("m-{id}"), "shop", "visit", Timestamp::clamped(1));
    event.properties = RawJson::trusted(format!(r#"{{"payload":{payload}}}"#));
    event
}

/// What an exact memory would hold: the payload last stored under each id, and when.
#[derive(Default)]
struct Model {
    stored: HashMap<u16, (u8, i64)>,
    events: Vec<(u16, u8)>,
}

fn open(lock: &DirectoryLock) -> SqliteJournal {
    SqliteJournal::open(lock, OPTIONS).unwrap()
}

/// Closes the journal, changes one of its runs, and opens it again.
fn meddle(
    lock: &DirectoryLock,
    journal: SqliteJournal,
    which: prop::sample::Index,
    change: impl Fn(&std::path::Path),
) -> SqliteJournal {
    drop(journal);
    let mut runs: Vec<_> =
        fs::read_dir(lock.directory().root().join("dedup")).unwrap().map(|run| run.unwrap().path()).collect();
    runs.sort();
    if !runs.is_empty() {
        change(which.get(&runs).as_path());
    }
    open(lock)
}

fn append(journal: &mut SqliteJournal, model: &mut Model, now: i64, requests: &[Vec<(u16, u8)>]) {
    let submissions: Vec<_> = requests
        .iter()
        .map(|request| {
            let events: Vec<_> = request.iter().map(|(id, payload)| event(*id, *payload)).collect();
            Submission { source: "shop".into(), events: events.iter().collect(), ..Submission::default() }
        })
        .collect();
    let (receipts, block) = journal.append(&submissions, Timestamp::clamped(now * 1_000_000)).unwrap();

    let block: Vec<(u16, u8)> = block
        .iter()
        .flat_map(|block| block.events().map(|event| read(&event.unwrap().1)).collect::<Vec<_>>())
        .collect();
    let mut stored = block.iter().copied().peekable();
    for (request, receipt) in requests.iter().zip(&receipts) {
        let (mut accepted, mut duplicates, mut conflicts) = (0, 0, Vec::new());
        for (index, (id, payload)) in (0..).zip(request) {
            match model.stored.get(id) {
                Some((known, at)) if now - at <= WINDOW => {
                    if known == payload {
                        duplicates += 1;
                    } else {
                        conflicts.push(index);
                    }
                }
                // Beyond the window the store may remember or not: its answer counts.
                Some((known, _)) if stored.peek() != Some(&(*id, *payload)) => {
                    if known == payload {
                        duplicates += 1;
                    } else {
                        conflicts.push(index);
                    }
                }
                Some(_) | None => {
                    assert_eq!(stored.next(), Some((*id, *payload)));
                    model.stored.insert(*id, (*payload, now));
                    model.events.push((*id, *payload));
                    accepted += 1;
                }
            }
        }
        assert_eq!((receipt.accepted, receipt.duplicates, &receipt.conflicts), (accepted, duplicates, &conflicts));
    }
    assert_eq!(stored.next(), None);
}

fn read(event: &Event<'_>) -> (u16, u8) {
    let id = event.message_id.as_str().trim_start_matches("m-").parse().unwrap();
    (id, event.properties.to_value()["payload"].as_u64().unwrap() as u8)
}

fn everything_in(journal: &SqliteJournal) -> Vec<(u16, u8)> {
    let blocks = journal.reader().read_after(0, usize::MAX).unwrap();
    blocks.iter().flat_map(|block| block.events().map(|event| read(&event.unwrap().1)).collect::<Vec<_>>()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn within_the_window_every_event_is_stored_exactly_once(steps in prop::collection::vec(step(), 1..120)) {
        let scratch = tempfile::tempdir().unwrap();
        let lock = DataDirectory::create(scratch.path()).unwrap().lock().unwrap();
        let (mut journal, mut model, mut now) = (open(&lock), Model::default(), 0);
        for step in &steps {
            journal = match step {
                Step::Append { seconds, requests } => {
                    now += seconds;
                    append(&mut journal, &mut model, now, requests);
                    journal
                }
                Step::Reopen => {
                    drop(journal);
                    open(&lock)
                }
                Step::LoseRun(which) => meddle(&lock, journal, *which, |run| fs::remove_file(run).unwrap()),
                Step::SpoilRun(which, at) => meddle(&lock, journal, *which, |run| {
                    let mut bytes = fs::read(run).unwrap();
                    let at = at.index(bytes.len());
                    bytes[at] ^= 0x10;
                    fs::write(run, bytes).unwrap();
                }),
            };
        }
        prop_assert_eq!(everything_in(&journal), model.events.clone());
        drop(journal);
        prop_assert_eq!(everything_in(&open(&lock)), model.events);
    }
}

#[test]
fn runs_are_made_merged_and_deleted_so_that_storage_is_bounded() {
    let scratch = tempfile::tempdir().unwrap();
    let lock = DataDirectory::create(scratch.path()).unwrap().lock().unwrap();
    let options = JournalOptions { window_s: 1_000, table_entries: 100 };
    let mut journal = SqliteJournal::open(&lock, options).unwrap();
    let runs = || fs::read_dir(scratch.path().join("dedup")).unwrap().count();
    let mut most = 0;
    for step in 0..500i64 {
        let events: Vec<_> =
            (0..50).map(|n| Event::new(format!("{step}-{n}"), "shop", "visit", Timestamp::clamped(step))).collect();
        let request = Submission { source: "shop".into(), events: events.iter().collect(), ..Submission::default() };
        let (receipts, _) = journal.append(&[request], Timestamp::clamped(step * 5_000_000)).unwrap();
        assert_eq!(receipts[0].accepted, 50);
        most = most.max(runs());
    }
    // 250 tables were filled, 100 of them within a window.
    assert!(most < 60, "{most} runs at a time");
    drop(journal);
    let mut journal = SqliteJournal::open(&lock, options).unwrap();
    let old: Vec<_> = (300..500)
        .flat_map(|step| {
            (0..50).map(move |n| Event::new(format!("{step}-{n}"), "shop", "visit", Timestamp::clamped(1)))
        })
        .collect();
    let request = Submission { source: "shop".into(), events: old.iter().collect(), ..Submission::default() };
    let (receipts, _) = journal.append(&[request], Timestamp::clamped(499 * 5_000_000)).unwrap();
    assert_eq!(receipts[0].duplicates, 10_000);
}
