//! Public logs through the binary, compared with what another tool says of the same file, number for number.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::common::Place;

fn data(name: &str) -> PathBuf {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/mining")).join(name);
    assert!(path.is_file(), "the reference logs are not at {}", path.display());
    path
}

/// `{"name": n}` of both forms that a count comes in.
fn counts(object: &Value) -> BTreeMap<String, u64> {
    object.as_object().unwrap().iter().map(|(name, n)| (name.clone(), n.as_u64().unwrap())).collect()
}

fn agrees_with_the_reference(log: &str) {
    let name = log.split('.').next().unwrap();
    let reference: Value =
        serde_json::from_slice(&std::fs::read(data(&format!("{name}.reference.json"))).unwrap()).unwrap();
    let column = |role: &str| reference["columns"][role].as_str().unwrap();
    let place = Place::new();
    let import = format!(
        "import {} --customer {} --touchpoint {} --time {} --json",
        data(log).display(),
        column("case"),
        column("activity"),
        column("time")
    );
    let outcome = place.json(&import);
    let figures =
        ["read", "stored", "duplicates", "quarantined", "customers", "touchpoints"].map(|name| &outcome[name]);
    let (rows, nothing) = (&reference["events"], &Value::from(0));
    assert_eq!(figures, [rows, rows, nothing, nothing, &reference["cases"], &reference["activities"]], "{outcome}");

    let graph = place.json("mine graph --json");
    let edges: BTreeMap<(String, String), u64> = graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| {
            let name = |end: &str| edge[end].as_str().unwrap().to_owned();
            ((name("from"), name("to")), edge["occurrences"].as_u64().unwrap())
        })
        .collect();
    let expected: BTreeMap<(String, String), u64> =
        serde_json::from_value::<Vec<(String, String, u64)>>(reference["dfg_full"].clone())
            .unwrap()
            .into_iter()
            .map(|(from, to, n)| ((from, to), n))
            .collect();
    assert_eq!(edges, expected);
    assert_eq!(edges.values().sum::<u64>(), reference["dfg_total"].as_u64().unwrap());
    for (of_nodes, of_reference) in
        [("starts", "start_activities"), ("ends", "end_activities"), ("occurrences", "activity_counts")]
    {
        let found: BTreeMap<String, u64> = graph["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| (node["touchpoint"].as_str().unwrap().to_owned(), node[of_nodes].as_u64().unwrap()))
            .filter(|(_, n)| *n > 0)
            .collect();
        assert_eq!(found, counts(&reference[of_reference]), "{of_nodes}");
    }

    let variants = place.json("mine variants --top 10 --json");
    assert_eq!((&variants["journeys"], &variants["variants"]), (&reference["cases"], &reference["variants"]));
    let top = |list: &Value, touchpoints: &str, journeys: &str| -> Vec<(Vec<String>, u64)> {
        let named = |variant: &Value| serde_json::from_value(variant[touchpoints].clone()).unwrap();
        list.as_array().unwrap().iter().map(|v| (named(v), v[journeys].as_u64().unwrap())).collect()
    };
    assert_eq!(top(&variants["top"], "touchpoints", "journeys"), top(&reference["variants_top10"], "trace", "cases"));

    let sessions = place.json("mine variants --journey gap:30m --json");
    assert_eq!(sessions["journeys"], reference["sessions_gap_over_30min"]);

    let again = place.json(&import);
    let figures = ["read", "stored", "duplicates"].map(|name| &again[name]);
    assert_eq!(figures, [rows, nothing, rows], "the same file again: {again}");
    assert_eq!(place.graph(), (graph["nodes"].clone(), graph["edges"].clone()));
    place.assert_replay_equals_live();
}

#[test]
fn patients_with_ties_and_self_loops_agree_exactly() {
    agrees_with_the_reference("patients.csv");
}

#[test]
fn a_shop_with_times_to_the_microsecond_agrees_exactly() {
    agrees_with_the_reference("simple_shop.csv");
}

#[test]
fn a_packed_log_where_every_journey_is_different_agrees_exactly() {
    agrees_with_the_reference("retentioneering_ecom.csv.gz");
}
