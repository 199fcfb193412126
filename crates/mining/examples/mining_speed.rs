//! How fast parts are written and read and journeys mined, on invented journeys: 40 touchpoints, five events a
//! customer on average.
//!
//! `cargo run --release -p mining --example mining_speed [EVENTS [DIR]]`: 10,000,000 if not said; the parts are kept
//! in DIR if said, else thrown away.
#![allow(clippy::print_stdout, reason = "a program that reports")]

use std::num::NonZeroUsize;
use std::time::Instant;

use columns::{PartMeta, Parts, Redirects, Row, SortedColumns, write_parts};
use mining::{Log, TimeRange, cut, graph, transitions, variants};
use model::{Arrival, BUCKETS, CustomerId, Event, Identifier, IdentifierKind, NodeId, Timestamp, bucket_of};

const TOUCHPOINTS: u32 = 40;

/// PCG XSH RR 64/32 (O'Neill 2014).
struct Pcg(u64);

impl Pcg {
    fn next(&mut self) -> u32 {
        let old = self.0;
        self.0 = old.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (((old >> 18) ^ old) >> 27) as u32;
        mixed.rotate_right((old >> 59) as u32)
    }

    fn unit(&mut self) -> f64 {
        f64::from(self.next()) / 4_294_967_296.0
    }
}

/// A customer's journey: geometric length, a chain in which the next touchpoint depends on the last.
fn journey(customer: u64) -> Vec<(u32, i64)> {
    let mut random = Pcg(customer.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    random.next();
    let mut at = 1_735_689_600_000_000 + (random.unit() * 300.0 * 86_400e6) as i64;
    let mut touchpoint = 0;
    let mut events = Vec::new();
    loop {
        let favourite = random.unit() < 0.25;
        let step = (random.unit() * random.unit() * f64::from(TOUCHPOINTS)) as u32;
        touchpoint = if favourite { 0 } else { (touchpoint + step) % TOUCHPOINTS };
        events.push((touchpoint, at));
        at += (-random.unit().max(1e-9).ln() * 3_600e6) as i64;
        if random.unit() < 0.2 {
            return events;
        }
    }
}

fn write_all(directory: &std::path::Path, customers: u64, names: &[String]) -> (Vec<PartMeta>, f64, f64) {
    let mut of_bucket: Vec<Vec<u64>> = vec![Vec::new(); usize::from(BUCKETS)];
    (1..=customers).for_each(|id| of_bucket[usize::from(bucket_of(CustomerId(id)))].push(id));
    let (mut metas, mut seconds, mut processor, mut arrival) = (Vec::new(), 0.0, 0.0, 0);
    for ids in of_bucket {
        let mut rows = Vec::new();
        for id in ids {
            for (touchpoint, at) in journey(id) {
                arrival += 1;
                let name = names[touchpoint as usize].as_str();
                let mut event = Event::new(format!("{arrival:x}-{id:x}"), "web", name, Timestamp::clamped(at));
                event.channel = "web".into();
                event.identifiers.push(Identifier::new(IdentifierKind::AnonymousId, format!("visitor-{id}")));
                rows.push(Row {
                    customer: CustomerId(id),
                    anchor: NodeId(id as u32),
                    arrival: Arrival(arrival),
                    touchpoint: name.into(),
                    registered: false,
                    event,
                });
            }
        }
        let (begun, processor_before) = (Instant::now(), processor_seconds());
        metas.extend(write_parts(directory, 1, &rows).expect("the temporary directory takes parts"));
        seconds += begun.elapsed().as_secs_f64();
        processor += processor_seconds() - processor_before;
    }
    (metas, seconds, processor)
}

/// Processor seconds of all threads so far; on a busy machine they say more than the clock. Linux only, else 0.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn best_of_five<R>(what: &str, events: f64, mut work: impl FnMut() -> R) -> R {
    let mut best = f64::INFINITY;
    let processor = processor_seconds();
    let mut result = None;
    for _ in 0..5 {
        let begun = Instant::now();
        result = Some(work());
        best = best.min(begun.elapsed().as_secs_f64());
    }
    let processor = (processor_seconds() - processor) / 5.0;
    println!(
        "{what:<30} {:>8.1} ms at best, {:>6.1} M events/s, {:>6.0} cpu-ms on average",
        best * 1e3,
        events / best / 1e6,
        processor * 1e3
    );
    result.expect("five runs have a result")
}

fn main() {
    let events: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10_000_000);
    let names: Vec<String> = (0..TOUCHPOINTS).map(|number| format!("touchpoint {number:02}")).collect();
    let temporary = tempfile::tempdir().expect("there is a temporary directory");
    let directory = std::env::args().nth(2).map_or_else(|| temporary.path().to_owned(), Into::into);
    let (metas, seconds, processor) = write_all(&directory, events / 5, &names);
    let rows = metas.iter().map(|meta| meta.rows).sum::<u64>();
    let bytes = metas.iter().map(|meta| meta.bytes).sum::<u64>();
    println!(
        "write_parts: {} parts, {rows} rows, {:.1} bytes a row, {:.2} M rows/s by the clock, {:.2} M rows/cpu-s",
        metas.len(),
        bytes as f64 / rows as f64,
        rows as f64 / seconds / 1e6,
        rows as f64 / processor / 1e6
    );

    let parts = Parts::new(&directory);
    let (one, two) = (NonZeroUsize::MIN, NonZeroUsize::MIN.saturating_add(1));
    let (begun, processor) = (Instant::now(), processor_seconds());
    let sorted = SortedColumns::of_parts(&parts, &metas, &Redirects::new(), two).expect("the parts can be read");
    println!(
        "of_parts, two threads: {:.2} s, {:.2} cpu-s",
        begun.elapsed().as_secs_f64(),
        processor_seconds() - processor
    );

    let mut random = Pcg(7);
    let mut micros: Vec<f64> = (0..4_000)
        .map(|_| {
            let customer = u64::from(random.next()) % (events / 5) + 1;
            let bucket = bucket_of(CustomerId(customer));
            let meta = metas.iter().find(|meta| meta.bucket == bucket).expect("every bucket has a part");
            let begun = Instant::now();
            parts.read_customer(&meta.path, &[customer]).expect("the part can be read");
            begun.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    // The first thousand fill the cache of footers.
    let mut warm = micros.split_off(1_000);
    warm.sort_by(f64::total_cmp);
    println!("read_customer: p50 {:.0} us, p99 {:.0} us", warm[warm.len() / 2], warm[warm.len() * 99 / 100]);

    let log = Log {
        codes: sorted.codes(),
        times: sorted.times(),
        arrivals: sorted.arrivals(),
        runs: sorted.runs(),
        labels: sorted.dictionary().shown(),
        cases: None,
    };
    let rule = "whole".parse().expect("a rule");
    let gap = "gap:30m".parse().expect("a rule");
    let count = log.codes.len() as f64;
    let journeys = best_of_five("cut whole", count, || cut(&log, &rule, TimeRange::ALL).expect("no case rule"));
    best_of_five("cut gap:30m", count, || cut(&log, &gap, TimeRange::ALL).expect("no case rule"));
    best_of_five("scan graph, 1 thread", count, || mining::graph::scan(&journeys.all(), log.labels.len()));
    best_of_five("graph with waits, 1 thread", count, || graph(&journeys, one));
    best_of_five("graph with waits, 2 threads", count, || graph(&journeys, two));
    best_of_five("transitions, 2 threads", count, || transitions(&journeys, two));
    best_of_five("variants, 1 thread", count, || variants(&journeys, 10, one));
    let found = best_of_five("variants, 2 threads", count, || variants(&journeys, 10, two));
    println!("{} events, {} journeys, {} variants", log.codes.len(), found.journeys, found.variants);
}
