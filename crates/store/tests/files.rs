//! What happens to the files: a full disk, a damaged block, another program's or a newer version's database, readers
//! beside the writer.

// What helps a test may fail like a test.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use model::{DocumentKind, Event, RawJson, Timestamp};
use serde_json::json;
use store::{
    DataDirectory, Draft, Journal, JournalOptions, JournalReader, Plans, SqliteJournal, SqlitePlans, SqliteState,
    State, StateChange, StateReader, StoreError, Submission, Users, open_read_only,
};

/// Events whose bytes no compressor can shrink.
fn bulky(first: u64, count: u64) -> Submission {
    let events: Vec<_> = (first..first + count)
        .map(|number| {
            let mut event = Event::new(format!("m-{number}"), "shop", "visit", Timestamp::clamped(1));
            let noise: Vec<String> = (0..20u64)
                .map(|n| format!("{:016x}", (number * 31 + n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)))
                .collect();
            event.properties = RawJson::from(json!({ "noise": noise }));
            event
        })
        .collect();
    Submission { source: "shop".into(), events: events.iter().collect(), ..Submission::default() }
}

/// A file system of a few megabytes, gone at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, megabytes: u32) -> Self {
        let options = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).output();
        let mounted = mounted.expect("this test needs the program mount");
        let complaint = String::from_utf8_lossy(&mounted.stderr);
        assert!(mounted.status.success(), "this test must be allowed to mount a tmpfs, so run it as root: {complaint}");
        Self(at.to_owned())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_loses_nothing_and_the_next_append_works_once_there_is_space() {
    let scratch = tempfile::tempdir().unwrap();
    let disk = SmallDisk::mount(scratch.path(), 8);
    let lock = DataDirectory::create(&disk.0).unwrap().lock().unwrap();
    let mut journal = SqliteJournal::open(&lock, JournalOptions { window_s: 3600, table_entries: 2_000 }).unwrap();
    let ballast = disk.0.join("ballast");
    fs::write(&ballast, vec![1; 3 << 20]).unwrap();

    let now = Timestamp::clamped(1);
    let (mut stored, mut refused) = (0, 0);
    while refused < 5 {
        match journal.append(&[bulky(stored, 500)], now) {
            Ok((receipts, _)) => {
                assert_eq!(receipts[0].accepted, 500);
                stored += 500;
            }
            Err(StoreError::Full { .. }) => refused += 1,
            Err(other) => panic!("a full disk is told as such, not as: {other}"),
        }
        assert!(stored < 100_000, "the disk does not fill");
    }
    assert!(stored > 0);
    assert_eq!(journal.reader().head().unwrap().next.0, stored + 1);

    fs::remove_file(&ballast).unwrap();
    let (receipts, _) = journal.append(&[bulky(stored - 500, 1_000)], now).unwrap();
    assert_eq!(
        (receipts[0].duplicates, receipts[0].accepted),
        (500, 500),
        "what was refused is new, what was stored is not"
    );
    drop(journal);
    let journal = SqliteJournal::open(&lock, JournalOptions::default()).unwrap();
    let events: usize = journal.reader().read_after(0, usize::MAX).unwrap().iter().map(|block| block.len()).sum();
    assert_eq!(events as u64, stored + 500);
    drop(journal);
}

#[test]
fn a_damaged_block_is_named_and_the_others_can_still_be_read() {
    let scratch = tempfile::tempdir().unwrap();
    let lock = DataDirectory::create(scratch.path()).unwrap().lock().unwrap();
    let mut journal = SqliteJournal::open(&lock, JournalOptions::default()).unwrap();
    for block in 0..3 {
        journal.append(&[bulky(block * 10, 10)], Timestamp::clamped(1)).unwrap();
    }
    drop(journal);

    let path = scratch.path().join("journal.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    let mut body: Vec<u8> =
        connection.query_row("SELECT body FROM blocks WHERE position = 2", [], |row| row.get(0)).unwrap();
    let middle = body.len() / 2;
    body[middle] ^= 1;
    connection.execute("UPDATE blocks SET body = ?1 WHERE position = 2", [body]).unwrap();
    drop(connection);

    let journal = store::SqliteJournalReader::open(lock.directory()).unwrap();
    let error = journal.read_after(0, 10).unwrap_err().to_string();
    assert_eq!(error, "journal.db, block 2 is damaged: its checksum does not match");
    assert_eq!(journal.read_after(0, 1).unwrap().len(), 1);
    assert_eq!(journal.read_after(2, 10).unwrap().len(), 1);

    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute("DELETE FROM blocks WHERE position = 2", []).unwrap();
    let error = journal.read_after(0, 10).unwrap_err().to_string();
    assert_eq!(error, "journal.db is damaged: block 2 is missing");
}

#[test]
fn a_newer_or_foreign_database_is_refused_and_left_alone() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = DataDirectory::create(scratch.path()).unwrap();
    drop(SqlitePlans::open(&directory).unwrap());
    let path = scratch.path().join("plans.db");
    let set = |pragma: &str, value: i64| {
        rusqlite::Connection::open(&path).unwrap().pragma_update(None, pragma, value).unwrap();
    };
    set("user_version", 3);
    for opened in [SqlitePlans::open(&directory), SqlitePlans::open_read_only(&directory)] {
        let error = opened.unwrap_err().to_string();
        let told = "plans.db has format version 3, this program knows 2: use a newer version of the program";
        assert!(error.ends_with(told), "{error}");
    }
    set("application_id", 77);
    let error = SqlitePlans::open(&directory).unwrap_err();
    assert!(matches!(error, StoreError::Foreign { found: 77, .. }), "{error}");

    fs::write(&path, b"this is a letter to a friend, and not a database at all").unwrap();
    let error = SqlitePlans::open(&directory).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
}

#[test]
fn all_three_can_be_read_beside_the_writer_and_not_written() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = DataDirectory::create(scratch.path()).unwrap();
    assert!(matches!(open_read_only(&directory), Err(StoreError::NotFound { .. })));
    let lock = directory.lock().unwrap();
    let mut journal = SqliteJournal::open(&lock, JournalOptions::default()).unwrap();
    let plans = SqlitePlans::open(&directory).unwrap();
    let mut state = SqliteState::open(&lock).unwrap();
    let mut readers = open_read_only(&directory).unwrap();

    let body = json!({ "title": "Till" });
    let draft = Draft {
        kind: DocumentKind::Touchpoint,
        name: "till",
        body: &body,
        author: "ada",
        note: "",
        expected_version: None,
        at: Timestamp::clamped(1),
    };
    for round in 1..=3 {
        journal.append(&[bulky(round * 10, 10)], Timestamp::clamped(1)).unwrap();
        plans.put(&draft).unwrap();
        state.commit(&StateChange { position: Some(round), ..StateChange::default() }).unwrap();
        assert_eq!(readers.journal.head().unwrap().position, round);
        assert_eq!(readers.plans.revision().unwrap(), round);
        assert_eq!(readers.state.head().unwrap().position, round);
    }
    assert!(readers.plans.put(&draft).is_err());
    assert!(readers.state.clear().is_err());
    // And when nobody writes any more.
    drop((journal, plans, state, lock, readers));
    assert_eq!(open_read_only(&directory).unwrap().journal.head().unwrap().position, 3);
}

#[test]
fn folded_state_of_an_earlier_format_is_thrown_away_by_the_writer_and_told_to_readers() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = DataDirectory::create(scratch.path()).unwrap();
    let change = StateChange { position: Some(3), ..StateChange::default() };
    SqliteState::open(&directory.lock().unwrap()).unwrap().commit(&change).unwrap();
    let path = scratch.path().join("state.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch("ALTER TABLE nodes DROP COLUMN purpose; PRAGMA user_version = 1").unwrap();
    drop(old);

    let told = SqliteState::open_read_only(&directory).unwrap_err();
    assert!(matches!(told, StoreError::TooOld { found: 1, .. }), "{told}");
    let state = SqliteState::open(&directory.lock().unwrap()).unwrap();
    assert_eq!(state.head().unwrap().position, 0, "it begins anew");
    assert_eq!(SqliteState::open_read_only(&directory).unwrap().head().unwrap().position, 0);
}

#[test]
fn plans_of_the_first_format_are_kept_and_get_what_came_later() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = DataDirectory::create(scratch.path()).unwrap();
    let key = SqlitePlans::open(&directory).unwrap().create_source("shop", Timestamp::clamped(1)).unwrap();
    let old = rusqlite::Connection::open(scratch.path().join("plans.db")).unwrap();
    old.execute_batch("DROP TABLE sessions; DROP TABLE users; PRAGMA user_version = 1").unwrap();
    drop(old);

    assert_eq!(SqlitePlans::open_read_only(&directory).unwrap().sources().unwrap().len(), 1, "readers go on");
    for _ in 0..2 {
        let plans = SqlitePlans::open(&directory).unwrap();
        assert_eq!(plans.source_of_key(&key).unwrap().unwrap().name, "shop");
        assert!(plans.users().unwrap().is_empty());
    }
}
