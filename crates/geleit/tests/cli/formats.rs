//! The same three happenings from every format that files come in.

use std::path::PathBuf;

use rust_xlsxwriter::Workbook;
use serde_json::json;

use crate::common::Place;

const CSV: &str = "who;what;when\nada;home;01.03.2026 10:00\nada;cart;01.03.2026 10:01\nada;order;01.03.2026 10:03\n";

const JSON_LINES: &str = r#"{"who":"ada","what":"home","when":"2026-03-01T10:00:00Z"}
{"who":"ada","what":"cart","when":"2026-03-01T10:01:00Z"}
{"who":"ada","what":"order","when":"2026-03-01T10:03:00Z"}
"#;

const XES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="2.0" xmlns="http://www.xes-standard.org/">
  <trace>
    <string key="concept:name" value="ada"/>
    <event><string key="concept:name" value="home"/><date key="time:timestamp" value="2026-03-01T11:00:00+01:00"/></event>
    <event><string key="concept:name" value="cart"/><date key="time:timestamp" value="2026-03-01T11:01:00+01:00"/></event>
    <event><string key="concept:name" value="order"/><date key="time:timestamp" value="2026-03-01T11:03:00+01:00"/></event>
  </trace>
</log>
"#;

fn ocel() -> String {
    let event = |id: &str, name: &str, at: &str| {
        json!({ "id": id, "type": name, "time": at, "attributes": [],
                "relationships": [{ "objectId": "ada", "qualifier": "by" }, { "objectId": "o1", "qualifier": "about" }] })
    };
    let event_types = ["home", "cart", "order"].map(|name| json!({ "name": name, "attributes": [] }));
    json!({
        "objectTypes": [{ "name": "customer", "attributes": [] }, { "name": "order", "attributes": [] }],
        "eventTypes": event_types,
        "objects": [{ "id": "ada", "type": "customer", "attributes": [] }, { "id": "o1", "type": "order", "attributes": [] }],
        "events": [
            event("1", "home", "2026-03-01T10:00:00Z"),
            event("2", "cart", "2026-03-01T10:01:00Z"),
            event("3", "order", "2026-03-01T10:03:00Z"),
        ],
    })
    .to_string()
}

fn cloud_events() -> String {
    let event = |id: &str, name: &str, at: &str| json!({ "specversion": "1.0", "id": id, "source": "/shop", "type": format!("com.example.{name}"), "time": at, "userid": "ada" });
    let events = [
        event("1", "home", "2026-03-01T10:00:00Z"),
        event("2", "cart", "2026-03-01T10:01:00Z"),
        event("3", "order", "2026-03-01T10:03:00Z"),
    ];
    events.map(|event| format!("{event}\n")).concat()
}

fn xlsx(place: &Place) -> PathBuf {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0u32..).zip(CSV.lines()) {
        for (column, cell) in (0u16..).zip(line.split(';')) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    let path = place.root().join("log.xlsx");
    book.save(&path).unwrap();
    path
}

fn assert_read(place: &Place, arguments: &str) {
    let outcome = place.json(&format!("import {arguments} --json"));
    assert_eq!((&outcome["stored"], &outcome["quarantined"]), (&3.into(), &0.into()), "{arguments}: {outcome}");
    let graph = place.json("mine graph --json");
    let edges: Vec<_> = graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| {
            (edge["from"].as_str().unwrap(), edge["to"].as_str().unwrap(), edge["wait"]["mean_s"].as_f64().unwrap())
        })
        .collect();
    let mut by_time = edges.clone();
    by_time.sort_by(|one, other| one.2.total_cmp(&other.2));
    assert_eq!(by_time, [("home", "cart", 60.0), ("cart", "order", 120.0)], "{arguments}");
}

#[test]
fn every_format_brings_the_same_journey() {
    const COLUMNS: &str = "--customer who --touchpoint what --time when";
    const DAY_FIRST: &str = "--customer who --touchpoint what --time when --time-format day_first";
    for (name, content, flags) in [
        ("log.csv", CSV.to_owned(), DAY_FIRST),
        ("log.jsonl", JSON_LINES.to_owned(), COLUMNS),
        ("log.xes", XES.to_owned(), ""),
        ("log.json", ocel(), "--format ocel --customer customer"),
        ("log.jsonl", cloud_events(), "--format cloudevents"),
        ("log.jsonl", cloud_events(), ""),
    ] {
        let place = Place::new();
        let file = place.file(name, content);
        assert_read(&place, &format!("{} {flags}", file.display()));
    }
    let place = Place::new();
    let file = xlsx(&place);
    assert_read(&place, &format!("{} {DAY_FIRST}", file.display()));

    // Parquet: the parts that Geleit wrote itself.
    let part = first_part(&place);
    let other = Place::new();
    assert_read(&other, &format!("{} --customer customer --touchpoint touchpoint --time at", part.display()));
    // And events in Geleit's own envelope, as `export` writes them.
    let own = Place::new();
    own.file("own.jsonl", place.done("export -"));
    assert_read(&own, "own.jsonl");
}

pub(crate) fn first_part(place: &Place) -> PathBuf {
    let mut path = place.data().join("columns");
    while path.is_dir() {
        path = std::fs::read_dir(&path).unwrap().next().unwrap().unwrap().path();
    }
    path
}
