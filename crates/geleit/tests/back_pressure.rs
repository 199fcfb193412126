//! More comes in than the disk takes: the server refuses in time, holds its memory, and loses nothing.

#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod common;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use common::load::{Answer, Batch, Ledger};
use common::served::{Served, agent};
use common::{PATIENCE, Place};

const SENDERS: usize = 24;
/// About 430 kB a batch: the queue of one mebibyte holds two.
const EVENTS_A_BATCH: u64 = 180;
const PADDING: usize = 2_200;
/// Batches in each of two rounds: 130 MB.
const BATCHES: u64 = 300;
/// What may be held while the burst lasts: the bodies of all senders, the queue, what waits for the folds (16 MiB), the
/// tail, rows on their way into parts. Measured: 200 to 240 MiB, from the first seconds on.
const MOST_MEMORY: u64 = 384 << 20;
/// By how much a second round like the first may raise it; a quarter of what is sent in it.
const MOST_GROWTH: u64 = 32 << 20;

#[test]
fn a_burst_beyond_the_queue_is_refused_with_retry_after_and_memory_stays_bounded() {
    let place = Place::new();
    let key = place.write_key("shop");
    let server = Served::start(&place, "--queue-mib 1 --tail-mib 1 --log error");
    let ledger = Ledger::default();
    let next = AtomicU64::new(0);
    let memory = [BATCHES, 2 * BATCHES].map(|through| {
        send_all(&ledger, &next, through, &server.base, &key);
        server.most_memory()
    });
    let refused = ledger.refused_429.load(Ordering::Relaxed);
    println!("{refused} batches refused; resident at most {} MiB, then {} MiB", memory[0] >> 20, memory[1] >> 20);
    assert!(refused > 0, "nothing was refused: the burst was too small");
    assert!(memory[1] < MOST_MEMORY && memory[1] < memory[0] + MOST_GROWTH, "resident at most: {memory:?} bytes");
    assert_eq!(ledger.acknowledged() as u64, 2 * BATCHES * EVENTS_A_BATCH);
    ledger.assert_kept(&place);
    server.stop();
}

/// Sends batches up to number `through`, from all senders at once.
fn send_all(ledger: &Ledger, next: &AtomicU64, through: u64, base: &str, key: &str) {
    std::thread::scope(|scope| {
        for sender in 0..SENDERS {
            scope.spawn(move || {
                let agent = agent();
                let claim = |number: u64| (number < through).then_some(number + 1);
                while let Ok(number) = next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, claim) {
                    let batch = Batch::new(sender, number * EVENTS_A_BATCH, EVENTS_A_BATCH, PADDING);
                    send_until_taken(ledger, &batch, &agent, base, key);
                }
            });
        }
    });
}

/// As client libraries do it, only sooner than they are told.
fn send_until_taken(ledger: &Ledger, batch: &Batch, agent: &ureq::Agent, base: &str, key: &str) {
    let started = std::time::Instant::now();
    loop {
        match ledger.send(batch, agent, base, key) {
            Answer::Taken => return,
            Answer::Later { .. } => std::thread::sleep(Duration::from_millis(10)),
            Answer::Lost => panic!("the server is gone"),
        }
        assert!(started.elapsed() < PATIENCE, "a batch does not get through");
    }
}
