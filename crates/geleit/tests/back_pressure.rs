//! More comes in than the disk takes: the server refuses in time, holds its memory, and loses nothing.

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
const BATCHES: u64 = 480;
/// Sent in all: 200 MB. Memory may hold the bodies of all senders, the queue, what waits for the folds (16 MiB), a tail
/// and the answers' columns, but not the events that went through.
const MOST_MEMORY: u64 = 128 << 20;

#[test]
fn a_burst_beyond_the_queue_is_refused_with_retry_after_and_memory_stays_bounded() {
    let place = Place::new();
    let key = place.write_key("shop");
    let server = Served::start(&place, "--queue-mib 1 --tail-mib 1 --log error");
    let ledger = Ledger::default();
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (ledger, base, key, next) = (&ledger, &server.base, &key, &next);
            scope.spawn(move || {
                let agent = agent();
                while next.fetch_add(1, Ordering::Relaxed) < BATCHES {
                    let first = next.load(Ordering::Relaxed) * EVENTS_A_BATCH;
                    send_until_taken(ledger, &Batch::new(sender, first, EVENTS_A_BATCH, PADDING), &agent, base, key);
                }
            });
        }
    });
    let (refused, memory) = (ledger.refused_429.load(Ordering::Relaxed), server.most_memory());
    println!("{refused} batches refused, {} MiB resident at most", memory >> 20);
    assert!(refused > 0, "nothing was refused: the burst was too small");
    assert!(memory < MOST_MEMORY, "{} MiB resident at most", memory >> 20);
    assert_eq!(ledger.acknowledged() as u64, BATCHES * EVENTS_A_BATCH);
    ledger.assert_kept(&place);
    server.stop();
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
