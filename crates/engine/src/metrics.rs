//! What the engine tells about itself, in Prometheus terms. Names stand in `docs/operations.md`.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use store::Receipt;

/// Counters, gauges and histograms of one engine.
#[derive(Debug)]
pub struct Metrics {
    events: Counter,
    duplicates: Counter,
    conflicts: Counter,
    quarantined: Counter,
    refused_full: Counter,
    append_failures: Counter,
    commit_latency: Histogram,
    fold_lag: Histogram,
    queue_submissions: Gauge,
    queue_bytes: Gauge,
    tail_events: Gauge,
    tail_bytes: Gauge,
    customers: Gauge,
    identifiers: Gauge,
    parts: Gauge,
    quarantine_open: Gauge,
    compaction_seconds: Counter<f64, AtomicU64>,
}

/// Levels that are read when somebody asks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Levels {
    pub(crate) queue: (usize, usize),
    pub(crate) tail: (usize, usize),
    pub(crate) customers: u64,
    pub(crate) identifiers: u32,
    pub(crate) parts: usize,
    pub(crate) quarantine_open: u64,
}

impl Default for Metrics {
    fn default() -> Self {
        // From a tenth of a millisecond to about six seconds, a factor of 1.6 a step.
        let steps = || (0..24).map(|step| 0.000_1 * 1.6_f64.powi(step));
        Self {
            events: Counter::default(),
            duplicates: Counter::default(),
            conflicts: Counter::default(),
            quarantined: Counter::default(),
            refused_full: Counter::default(),
            append_failures: Counter::default(),
            commit_latency: Histogram::new(steps()),
            fold_lag: Histogram::new(steps()),
            queue_submissions: Gauge::default(),
            queue_bytes: Gauge::default(),
            tail_events: Gauge::default(),
            tail_bytes: Gauge::default(),
            customers: Gauge::default(),
            identifiers: Gauge::default(),
            parts: Gauge::default(),
            quarantine_open: Gauge::default(),
            compaction_seconds: Counter::default(),
        }
    }
}

impl Metrics {
    /// Makes all of them known to a registry, with their help texts.
    pub fn register(&self, registry: &mut Registry) {
        let r = registry.sub_registry_with_prefix("geleit");
        r.register("events", "Events appended to the journal", self.events.clone());
        r.register("duplicates", "Events that were stored already", self.duplicates.clone());
        r.register("id_conflicts", "Events whose id was used for another payload", self.conflicts.clone());
        r.register("quarantined", "Items put into the quarantine", self.quarantined.clone());
        r.register("refused_queue_full", "Submissions refused because the queue was full", self.refused_full.clone());
        r.register("append_failures", "Commit groups that could not be stored", self.append_failures.clone());
        let seconds = || Unit::Seconds;
        r.register_with_unit("commit_latency", "Time one group commit took", seconds(), self.commit_latency.clone());
        r.register_with_unit(
            "fold_lag",
            "Time from a commit to its events being in every answer",
            seconds(),
            self.fold_lag.clone(),
        );
        r.register_with_unit("compaction", "Time spent compacting", seconds(), self.compaction_seconds.clone());
        r.register("queue_submissions", "Submissions waiting for the writer", self.queue_submissions.clone());
        r.register_with_unit("queue", "Encoded events waiting for the writer", Unit::Bytes, self.queue_bytes.clone());
        r.register("tail_events", "Events not yet in columns", self.tail_events.clone());
        r.register_with_unit("tail", "Events not yet in columns", Unit::Bytes, self.tail_bytes.clone());
        r.register("customers", "Customers known", self.customers.clone());
        r.register("identifiers", "Identifier values known", self.identifiers.clone());
        r.register("parts", "Parquet parts", self.parts.clone());
        r.register("quarantine_open", "Items in the quarantine that wait for repair", self.quarantine_open.clone());
    }

    pub(crate) fn committed(&self, took: Duration, receipts: &[Receipt]) {
        self.commit_latency.observe(took.as_secs_f64());
        for receipt in receipts {
            self.events.inc_by(u64::from(receipt.accepted));
            self.duplicates.inc_by(u64::from(receipt.duplicates));
            self.conflicts.inc_by(receipt.conflicts.len() as u64);
            self.quarantined.inc_by(u64::from(receipt.quarantined));
        }
    }

    pub(crate) fn append_failed(&self) {
        self.append_failures.inc();
    }

    pub(crate) fn queue_was_full(&self) {
        self.refused_full.inc();
    }

    pub(crate) fn folded(&self, lag: Duration) {
        self.fold_lag.observe(lag.as_secs_f64());
    }

    pub(crate) fn compacted(&self, took: Duration) {
        self.compaction_seconds.inc_by(took.as_secs_f64());
    }

    pub(crate) fn set_levels(&self, levels: &Levels) {
        self.queue_submissions.set(levels.queue.0 as i64);
        self.queue_bytes.set(levels.queue.1 as i64);
        self.tail_events.set(levels.tail.0 as i64);
        self.tail_bytes.set(levels.tail.1 as i64);
        self.customers.set(levels.customers as i64);
        self.identifiers.set(i64::from(levels.identifiers));
        self.parts.set(levels.parts as i64);
        self.quarantine_open.set(levels.quarantine_open as i64);
    }
}
