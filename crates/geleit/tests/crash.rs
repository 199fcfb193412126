//! The server is killed at random instants under load; what it had acknowledged is there, once.
//!
//! `GELEIT_CRASH_ROUNDS` sets how often (20 without it), `GELEIT_CRASH_SEED` the instants; both are printed on failure.

#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod common;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::load::{Ledger, Sender};
use common::served::Served;
use common::{Place, until};

const SENDERS: usize = 3;
/// Small batches of padded events: the tail fills a mebibyte in some hundredths of a second, so parts are written and
/// merged all the time, also when the kill comes.
const BATCH: (u64, usize) = (40, 600);
const SMALL_TAIL: &str = "--tail-mib 1 --log error";
const ROUNDS_BETWEEN_CHECKS: u64 = 7;

fn number_from(variable: &str, default: u64) -> u64 {
    std::env::var(variable)
        .map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

/// Says how to repeat a run that failed.
struct Repeat {
    rounds: u64,
    seed: u64,
}

impl Drop for Repeat {
    #[allow(clippy::print_stderr, reason = "it stands beside what failed")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("repeat with GELEIT_CRASH_ROUNDS={} GELEIT_CRASH_SEED={}", self.rounds, self.seed);
        }
    }
}

/// Numbers that look random: splitmix64 (Steele, Lea, Flood 2014).
struct Instants(u64);

impl Instants {
    fn between(&mut self, least_ms: u64, most_ms: u64) -> Duration {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        Duration::from_micros(1_000 * least_ms + mixed % (1_000 * (most_ms - least_ms)))
    }
}

#[test]
fn what_was_acknowledged_survives_kill_9_at_any_instant_and_is_counted_once() {
    let repeat =
        Repeat { rounds: number_from("GELEIT_CRASH_ROUNDS", 20), seed: number_from("GELEIT_CRASH_SEED", 4711) };
    let mut instants = Instants(repeat.seed);
    let place = Place::new();
    let key = place.write_key("shop");
    let ledger = Ledger::default();
    let mut senders: Vec<Sender> = (0..SENDERS).map(Sender::new).collect();

    for round in 0..repeat.rounds {
        if round % 4 == 3 {
            // Opening replays, sweeps and files: it has to bear a kill as well.
            let opening = Served::opening(&place, SMALL_TAIL);
            std::thread::sleep(instants.between(1, 80));
            opening.kill();
        }
        let server = Served::start(&place, SMALL_TAIL);
        let alive = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for sender in &mut senders {
                let (ledger, base, key, stop) = (&ledger, server.base.clone(), &key, &alive);
                scope.spawn(move || sender.send_on(ledger, &base, key, stop, BATCH));
            }
            std::thread::sleep(instants.between(5, 400));
            server.kill();
        });
        if round % ROUNDS_BETWEEN_CHECKS == ROUNDS_BETWEEN_CHECKS - 1 {
            ledger.assert_kept(&place);
        }
    }

    // Everybody gets through in the end.
    let server = Served::start(&place, SMALL_TAIL);
    let before = ledger.acknowledged();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for sender in &mut senders {
            let (ledger, base, key, stop) = (&ledger, server.base.clone(), &key, &stop);
            scope.spawn(move || sender.send_on(ledger, &base, key, stop, BATCH));
        }
        until("events are acknowledged after the last kill", || (ledger.acknowledged() > before + 2_000).then_some(()));
        stop.store(true, Ordering::Relaxed);
    });
    ledger.assert_kept(&place);
    server.stop();
    ledger.assert_kept(&place);
    place.assert_replay_equals_live();

    let acknowledged = ledger.acknowledged() as u64;
    assert!(acknowledged > 300 * repeat.rounds, "only {acknowledged} events came through: the kills prove little");
    let (generations, most_in_a_folder) = parts(&place);
    assert!(
        generations > 9 && most_in_a_folder < generations,
        "{generations} sets of parts, no merge: the kills prove little"
    );
    println!("{} kills, {acknowledged} events acknowledged, {generations} sets of parts", repeat.rounds);
}

/// How many sets of parts were written, and how many parts of one bucket and year stand side by side at most.
fn parts(place: &Place) -> (usize, usize) {
    let (mut last_generation, mut most) = (0, 0);
    let list = |folder: &std::path::Path| -> Vec<std::path::PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    for bucket in list(&place.data().join("columns")) {
        for year in list(&bucket) {
            let parts = list(&year);
            most = most.max(parts.len());
            for part in parts {
                let name = part.file_name().unwrap().to_str().unwrap().to_owned();
                let generation: usize = name.split('-').nth(1).unwrap().parse().unwrap();
                last_generation = last_generation.max(generation);
            }
        }
    }
    (last_generation, most)
}
