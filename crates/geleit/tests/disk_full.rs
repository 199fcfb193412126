//! The disk fills up under load: events are refused, answers go on, and nothing acknowledged is lost.

#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use common::load::{Ledger, Sender};
use common::served::Served;
use common::{Place, until};
use serde_json::Value;

/// Beside the ballast, enough for the databases and some events, filled within a second. What the ballast leaves when it goes
/// is enough to file all of them as columns, should the disk have been full before any was.
const DISK: &str = "size=40m";
const BALLAST_BYTES: usize = 24 << 20;
const SENDERS: usize = 2;
/// Two kilobytes of noise an event.
const BATCH: (u64, usize) = (50, 2_000);

/// A small disk in memory; needs the right to mount, as root has it.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mounted_at(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let mount = common::run(Command::new("mount").args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(folder));
        assert_eq!(
            mount.code,
            Some(0),
            "this test needs a small disk of its own and may not mount one: run it as root, with CAP_SYS_ADMIN in a \
             container (mount said: {})",
            mount.err.trim()
        );
        Self(folder.to_owned())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, should somebody still look at it.
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

#[test]
fn a_full_disk_refuses_events_answers_questions_and_recovers_without_a_restart() {
    let place = Place::new();
    let _disk = SmallDisk::mounted_at(&place.data());
    let key = place.write_key("shop");
    let token = place.token("admin");
    let ballast = place.file("data/ballast", vec![b'b'; BALLAST_BYTES]);
    let ledger = Ledger::default();
    let mut senders: Vec<Sender> = (0..SENDERS).map(Sender::new).collect();
    // The disk being full is what errors are about here.
    let server = Served::start(&place, "--tail-mib 1 --log off");

    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for sender in &mut senders {
            let (ledger, base, key, stop) = (&ledger, server.base.clone(), &key, &stop);
            scope.spawn(move || sender.send_on(ledger, &base, key, stop, BATCH));
        }
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            until("the disk is full", || (ledger.refused_503.load(Ordering::Relaxed) >= 20).then_some(()));
            assert!(ledger.acknowledged() > 500, "the disk was full from the start");
            assert_answers(&server, &token);
            assert_eq!(server.get("", "/healthz").0, 200);
            ledger.assert_kept(&place);

            std::fs::remove_file(&ballast).unwrap();
            let before = ledger.acknowledged();
            until("events are taken again", || (ledger.acknowledged() >= before + 200).then_some(()));
        }));
        stop.store(true, Ordering::Relaxed);
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });

    ledger.assert_kept(&place);
    let stored = place.stored().len() as u64;
    until("every stored event is in the answers", || (assert_answers(&server, &token) == stored).then_some(()));
    until("nothing waits to be filed", || (server.metric(&token, "geleit_tail_events") == 0.0).then_some(()));
    server.stop();
    place.assert_replay_equals_live();
    ledger.assert_kept(&place);
}

#[test]
fn a_server_on_a_full_disk_ends_cleanly_and_starts_again() {
    let place = Place::new();
    let _disk = SmallDisk::mounted_at(&place.data());
    let (key, token) = (place.write_key("shop"), place.token("admin"));
    let ballast = place.file("data/ballast", vec![b'b'; BALLAST_BYTES]);
    let ledger = Ledger::default();
    let server = Served::start(&place, "--tail-mib 1 --log off");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for number in 0..SENDERS {
            let (ledger, base, key, stop) = (&ledger, server.base.clone(), &key, &stop);
            scope.spawn(move || Sender::new(number).send_on(ledger, &base, key, stop, BATCH));
        }
        until("the disk is full", || (ledger.refused_503.load(Ordering::Relaxed) >= 20).then_some(()));
        stop.store(true, Ordering::Relaxed);
    });
    server.stop();
    ledger.assert_kept(&place);

    // Starting needs a little space, for the logs of the databases.
    std::fs::remove_file(&ballast).unwrap();
    let server = Served::start(&place, "--tail-mib 1 --log off");
    server.until_ready();
    assert_eq!(assert_answers(&server, &token), place.stored().len() as u64);
    server.stop();
    place.assert_replay_equals_live();
}

/// Lookup, timeline and mining answer; returns how many events the graph holds.
fn assert_answers(server: &Served, token: &str) -> u64 {
    let (status, found) = server.get(token, "/v1/customers/lookup?kind=anonymous_id&value=browser-0-1");
    assert_eq!(status, 200, "{found}");
    let id = found["customer"]["id"].as_str().unwrap();
    let (status, timeline) = server.get(token, &format!("/v1/customers/{id}/timeline?limit=5"));
    assert_eq!((status, timeline["events"].as_array().map(Vec::len)), (200, Some(5)), "{timeline}");
    let (status, graph): (u16, Value) = server.get(token, "/v1/mining/graph");
    assert_eq!(status, 200, "{graph}");
    graph["events"].as_u64().unwrap()
}
