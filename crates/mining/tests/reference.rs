//! Public event logs, and the answers PM4Py gave about them.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use mining::kernels::funnel::FunnelQuestion;
use mining::kernels::sessions::SessionsQuestion;
use mining::kernels::variants::VariantsQuestion;
use mining::{Graph, GraphQuestion, NO_CASE};
use model::{JourneyRule, Timestamp};
use serde_json::Value;
use support::{Columns, Given, read as asked};

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

fn sorted(rows: &[Logged]) -> Columns {
    let mut numbers: BTreeMap<&str, u32> = rows.iter().map(|row| (row.case.as_str(), 0)).collect();
    numbers.values_mut().zip(1..).for_each(|(number, next)| *number = next);
    let given = rows.iter().map(|row| (numbers[row.case.as_str()], row.at, row.touchpoint.as_str(), NO_CASE));
    Columns::of(&given.collect::<Vec<Given<'_>>>())
}

fn check(columns: &Columns, reference: &Value) {
    check_graph(&columns.ask(&JourneyRule::Whole, GraphQuestion), reference);

    let variants = columns.ask(&JourneyRule::Whole, VariantsQuestion { top: 10 });
    assert_eq!(variants.variants, reference["variants"]);
    let top = reference["variants_top10"].as_array().unwrap();
    assert_eq!(variants.top.len(), top.len());
    for (found, expected) in variants.top.iter().zip(top) {
        assert_eq!(serde_json::json!(found.touchpoints), expected["trace"]);
        assert_eq!(found.journeys, expected["cases"]);
    }

    let sessions = columns.ask(&JourneyRule::Whole, SessionsQuestion { gap_s: 1_800.0 });
    assert_eq!(sessions.sessions, reference["sessions_gap_over_30min"]);
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
fn funnels_reach_as_far_as_clickhouse_says() {
    for name in ["simple_shop", "retentioneering_ecom"] {
        let (rows, _) = read(name);
        let columns = sorted(&rows);
        let expected: Value =
            serde_json::from_reader(File::open(data(&format!("{name}.funnel.json"))).unwrap()).unwrap();
        let steps: Vec<String> =
            expected["steps"].as_array().unwrap().iter().map(|step| step.as_str().unwrap().to_owned()).collect();
        let results = expected["results"].as_array().unwrap().iter().filter(|result| result["mode"] == "default");
        let mut compared = 0;
        for result in results {
            let window = match result["window"].as_str().unwrap() {
                "1 hour" => "1h",
                "1 day" => "1d",
                "30 days" => "30d",
                _ => "100000000s",
            };
            let question = asked::<FunnelQuestion>(&format!("steps={} window={window}", steps.join(","))).unwrap();
            let funnel = columns.ask(&JourneyRule::Whole, question);
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
