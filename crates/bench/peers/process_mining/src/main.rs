//! The peer rust4pm (crate `process_mining`) on the log of `bench mining`: `process_mining_peer FILE.parquet REPEATS` prints what
//! it counted and what that cost, as the Python peers do. It has no waiting times and no funnels.

use std::collections::HashMap;
use std::fs::File;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use process_mining::EventLog;
use process_mining::core::event_data::case_centric::utils::activity_projection::EventLogActivityProjection;
use process_mining::core::event_data::case_centric::{Event, Trace};
use process_mining::discovery::case_centric::dfg::discover_dfg;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

const TOP: usize = 100;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    ensure!(arguments.len() == 3, "process_mining_peer FILE.parquet REPEATS");
    let repeats: usize = arguments[2].parse().context("REPEATS")?;
    let (log, loaded) = timed(|| read(&arguments[1]));
    let log = log?;
    let (mut graphs, mut sequences) = (Vec::new(), Vec::new());
    let (mut edges, mut variants) = (Value::Null, Value::Null);
    for _ in 0..repeats {
        let (graph, cost) = timed(|| discover_dfg(&log));
        graphs.push(cost);
        let relations = graph.directly_follows_relations.iter();
        edges = relations.map(|((from, to), count)| json!([from, to, count])).collect();
        let (projection, cost) = timed(|| EventLogActivityProjection::from(&log));
        sequences.push(cost);
        variants = most_frequent(&projection);
    }
    let run = |question: &str, way: &str, costs: &[Cost], answer: Value| {
        let part = |of: fn(&Cost) -> f64| costs.iter().map(of).collect::<Vec<f64>>();
        json!({ "question": question, "way": way, "wall_s": part(|c| c.wall_s), "cpu_s": part(|c| c.cpu_s), "answer": answer })
    };
    let runs = json!([
        run("load", "EventLog", &[loaded], Value::Null),
        run("graph", "discover_dfg", &graphs, edges),
        run("variants", "EventLogActivityProjection", &sequences, variants),
    ]);
    println!("{runs}");
    Ok(())
}

struct Cost {
    wall_s: f64,
    cpu_s: f64,
}

/// What a piece of work gives and costs, over all threads.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let cpu = || {
        let spent = clock_gettime(ClockId::ProcessCPUTime);
        spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
    };
    let (began, before) = (Instant::now(), cpu());
    let done = work();
    (done, Cost { wall_s: began.elapsed().as_secs_f64(), cpu_s: cpu() - before })
}

/// The file is in the order of time, so each trace is too.
fn read(path: &str) -> Result<EventLog> {
    let mut traces: HashMap<i64, Trace> = HashMap::new();
    for batch in ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?.build()? {
        let batch = batch?;
        let customers = batch.column_by_name("customer").context("no column customer")?.as_primitive::<Int64Type>();
        let touchpoints = batch.column_by_name("touchpoint").context("no column touchpoint")?.as_string::<i32>();
        for (customer, touchpoint) in customers.values().iter().zip(touchpoints) {
            let touchpoint = touchpoint.context("an event without a touchpoint")?.to_owned();
            traces.entry(*customer).or_default().events.push(Event::new(touchpoint));
        }
    }
    Ok(EventLog { traces: traces.into_values().collect(), ..EventLog::default() })
}

/// Equal ones in the order of their names; the peer leaves that open.
fn most_frequent(projection: &EventLogActivityProjection) -> Value {
    let names = |codes: &[usize]| codes.iter().map(|&code| projection.activities[code].as_str()).collect::<Vec<_>>();
    let mut all: Vec<(u64, Vec<&str>)> = projection.traces.iter().map(|(way, count)| (*count, names(way))).collect();
    all.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let top: Vec<Value> = all.iter().take(TOP).map(|(count, way)| json!([way, count])).collect();
    json!({ "variants": all.len(), "top": top })
}
