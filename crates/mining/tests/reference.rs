//! Public event logs, and the answers PM4Py gave about them.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use columns::{Parts, Redirects, Row, Sequence, SortedColumns, write_parts};
use mining::{By, FunnelQuestion, Graph, Log, Order, TimeRange, cut, funnel, graph, variants};
use model::{Arrival, CustomerId, Event, Identifier, IdentifierKind, Kind, NodeId, Timestamp};
use serde_json::Value;

const TWO: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

struct Logged {
    case: String,
    touchpoint: String,
    at: i64,
}

fn data(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/mining")).join(name)
}

/// The rows of a log in the order of the file, and the reference answers.
fn read(name: &str) -> (Vec<Logged>, Value) {
    let reference: Value =
        serde_json::from_reader(File::open(data(&format!("{name}.reference.json"))).unwrap()).unwrap();
    let path = data(reference["file"].as_str().unwrap());
    let file = File::open(&path).unwrap();
    let text: Box<dyn Read> =
        if path.extension().unwrap() == "gz" { Box::new(flate2::read::GzDecoder::new(file)) } else { Box::new(file) };
    let mut reader = csv::Reader::from_reader(text);
    let header = reader.headers().unwrap().clone();
    let column = |what: &str| header.iter().position(|name| reference["columns"][what] == name).unwrap();
    let (case, touchpoint, time) = (column("case"), column("activity"), column("time"));
    let rows = reader.records().map(|record| {
        let record = record.unwrap();
        let time = if record[time].ends_with('Z') { record[time].to_owned() } else { format!("{}Z", &record[time]) };
        let at = time.parse::<Timestamp>().unwrap().micros();
        Logged { case: record[case].to_owned(), touchpoint: record[touchpoint].to_owned(), at }
    });
    (rows.collect(), reference)
}

/// Cases numbered in the order of their names.
fn numbers(rows: &[Logged]) -> BTreeMap<&str, u64> {
    let mut numbers: BTreeMap<&str, u64> = rows.iter().map(|row| (row.case.as_str(), 0)).collect();
    numbers.values_mut().zip(1..).for_each(|(number, next)| *number = next);
    numbers
}

fn sorted(rows: &[Logged]) -> SortedColumns {
    let numbers = numbers(rows);
    let mut sequence = Sequence::default();
    for (arrival, row) in rows.iter().enumerate() {
        let customer = numbers[row.case.as_str()];
        sequence.push(customer, row.at, arrival as u64, Kind::Interaction, &row.touchpoint.as_str().into(), false);
    }
    SortedColumns::of_sequences(&[sequence], &Redirects::new()).unwrap()
}

fn log(columns: &SortedColumns) -> Log<'_> {
    Log {
        codes: columns.codes(),
        times: columns.times(),
        arrivals: columns.arrivals(),
        runs: columns.runs(),
        labels: columns.dictionary().shown(),
        cases: None,
    }
}

fn check(columns: &SortedColumns, reference: &Value) {
    let whole = cut(&log(columns), &"whole".parse().unwrap(), TimeRange::ALL).unwrap();
    let graph = graph(&whole, TWO);
    check_graph(&graph, reference);

    let variants = variants(&whole, 10, TWO);
    assert_eq!(variants.variants, reference["variants"]);
    let top = reference["variants_top10"].as_array().unwrap();
    assert_eq!(variants.top.len(), top.len());
    for (found, expected) in variants.top.iter().zip(top) {
        assert_eq!(serde_json::json!(found.touchpoints), expected["trace"]);
        assert_eq!(found.journeys, expected["cases"]);
    }

    let sessions = cut(&log(columns), &"gap:30m".parse().unwrap(), TimeRange::ALL).unwrap();
    assert_eq!(sessions.coverage().journeys, reference["sessions_gap_over_30min"]);
}

fn check_graph(graph: &Graph, reference: &Value) {
    assert_eq!(graph.events, reference["events"]);
    assert_eq!(graph.journeys, reference["cases"]);
    assert!(graph.flow_is_conserved());

    let edges: BTreeMap<(&str, &str), &mining::Edge> =
        graph.edges.iter().map(|edge| ((edge.from.as_str(), edge.to.as_str()), edge)).collect();
    let full = reference["dfg_full"].as_array().unwrap();
    assert_eq!(edges.len(), full.len());
    for expected in full {
        let edge = edges[&(expected[0].as_str().unwrap(), expected[1].as_str().unwrap())];
        assert_eq!(edge.occurrences, expected[2], "{} -> {}", edge.from, edge.to);
    }

    type Count = fn(&mining::Node) -> u64;
    let counts: [(&str, Count); 3] = [
        ("activity_counts", |node| node.occurrences),
        ("start_activities", |node| node.starts),
        ("end_activities", |node| node.ends),
    ];
    for (name, of) in counts {
        let found: BTreeMap<&str, u64> =
            graph.nodes.iter().filter(|node| of(node) > 0).map(|node| (node.touchpoint.as_str(), of(node))).collect();
        assert_eq!(serde_json::json!(found), reference[name], "{name}");
    }

    let waits = reference["waiting_seconds_top10_edges"].as_array().unwrap();
    assert_eq!(waits.len(), 10);
    for expected in waits {
        let wait = edges[&(expected["a"].as_str().unwrap(), expected["b"].as_str().unwrap())].wait;
        // The reference rounds mean and median to three digits.
        let found = [
            ("mean", wait.mean_s, 5.1e-4),
            ("median", wait.median_s, 5.1e-4),
            ("min", wait.min_s, 1e-9),
            ("max", wait.max_s, 1e-6),
        ];
        for (name, found, tolerance) in found {
            let wanted = expected[name].as_f64().unwrap();
            assert!((found - wanted).abs() <= tolerance, "{name} of {expected}: {found}");
        }
    }
}

#[test]
fn simple_shop_is_mined_as_by_pm4py() {
    let (rows, reference) = read("simple_shop");
    check(&sorted(&rows), &reference);
}

#[test]
fn retentioneering_ecom_is_mined_as_by_pm4py() {
    let (rows, reference) = read("retentioneering_ecom");
    check(&sorted(&rows), &reference);
}

#[test]
fn patients_are_mined_as_by_pm4py() {
    let (rows, reference) = read("patients");
    check(&sorted(&rows), &reference);
}

#[test]
fn a_log_that_went_through_parts_gives_the_same_answers() {
    for name in ["simple_shop", "retentioneering_ecom", "patients"] {
        let (rows, reference) = read(name);
        let numbers = numbers(&rows);
        let filed: Vec<Row<'_>> = rows
            .iter()
            .enumerate()
            .map(|(index, row)| {
                let at = Timestamp::from_micros(row.at).unwrap();
                let mut event = Event::new(format!("m-{index}"), name, row.touchpoint.as_str(), at);
                event.identifiers.push(Identifier::new(IdentifierKind::UserId, row.case.as_str()));
                let number = numbers[row.case.as_str()];
                Row {
                    customer: CustomerId(number),
                    anchor: NodeId(number as u32),
                    arrival: Arrival(index as u64 + 1),
                    touchpoint: row.touchpoint.as_str().into(),
                    registered: false,
                    event,
                }
            })
            .collect();
        let directory = tempfile::tempdir().unwrap();
        // Two generations: the second half of the file lands in parts of its own.
        let (first, second) = filed.split_at(filed.len() / 2);
        let mut metas = write_parts(directory.path(), 1, first).unwrap();
        metas.extend(write_parts(directory.path(), 2, second).unwrap());
        let parts = Parts::new(directory.path());
        let columns = SortedColumns::of_parts(&parts, &metas, &Redirects::new(), TWO).unwrap();
        check(&columns, &reference);
    }
}

#[test]
fn funnels_reach_as_far_as_clickhouse_says() {
    for name in ["simple_shop", "retentioneering_ecom"] {
        let (rows, _) = read(name);
        let columns = sorted(&rows);
        let whole = cut(&log(&columns), &"whole".parse().unwrap(), TimeRange::ALL).unwrap();
        let expected: Value =
            serde_json::from_reader(File::open(data(&format!("{name}.funnel.json"))).unwrap()).unwrap();
        let steps: Vec<String> =
            expected["steps"].as_array().unwrap().iter().map(|step| step.as_str().unwrap().to_owned()).collect();
        let results = expected["results"].as_array().unwrap().iter().filter(|result| result["mode"] == "default");
        let mut compared = 0;
        for result in results {
            let window_s = match result["window"].as_str().unwrap() {
                "1 hour" => 3_600.0,
                "1 day" => 86_400.0,
                "30 days" => 30.0 * 86_400.0,
                _ => 1e8,
            };
            let question = FunnelQuestion {
                steps: steps.clone(),
                window_s,
                order: Order::Ordered,
                by: By::Customer,
                entries: TimeRange::ALL,
            };
            let funnel = funnel(&whole, &question, TWO).unwrap();
            for (depth, step) in funnel.steps.iter().enumerate() {
                let deeper = (depth + 1..=steps.len()).map(|level| result["level_counts"][level.to_string()].as_u64());
                let reached: u64 = deeper.map(Option::unwrap_or_default).sum();
                assert_eq!(step.reached, reached, "{name}, {}, step {}", result["window"], depth + 1);
            }
            compared += 1;
        }
        assert_eq!(compared, 4, "{name}: windows compared");
    }
}
