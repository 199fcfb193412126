//! The tables of docs/formats.md: field by field, what a format shows and what comes back.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use std::collections::BTreeMap;

use formats::register::{self, TableFormat};
use formats::{Beside, MapFormat, read_map, write_map};
use model::{MapPlan, Touchpoint};
use serde_json::{Value, json};

const PAGE: &str = include_str!("../../../docs/formats.md");

/// The rows of the table that begins with this header.
fn rows(header: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut lines = PAGE.lines().skip_while(|line| !line.starts_with(header));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let head = cells(lines.next().unwrap_or_else(|| panic!("the page has no table {header}")));
    (head, lines.skip(1).take_while(|line| line.starts_with('|')).map(cells).collect())
}

/// A map in which every field says something.
fn full() -> Value {
    json!({
        "title": "Kauf", "description": "Vom Suchen zum Kaufen", "state": "to_be", "owner": "Ada", "personas": ["pendler"],
        "journey": "gap:30m", "valid_from": "2026-01-01", "over_after": "30d", "mode": "next",
        "case": "order.id", "product": "bike",
        "stage": [
            { "id": "vorher", "title": "Davor", "moment": "before" },
            { "id": "leer", "title": "Ohne Schritt" },
        ],
        "lane": [{ "id": "notiz", "title": "Notizen" }],
        "step": [
            {
                "id": "sucht", "title": "Sucht ein Rad", "stage": "vorher", "touchpoints": ["home"], "failing": ["fehler"],
                "optional": true, "map": "suche", "owner": "Shop", "front_stage": "Liste", "back_stage": "Index",
                "expectation": "Schnell", "expected": 1, "emotion": { "pendler": -2 }, "evidence": "measured",
                "moment_of_truth": "first", "pain_points": ["langsam"], "opportunities": ["schneller"], "kpis": ["Dauer"],
                "cells": { "notiz": "Nachfragen" },
            },
            { "id": "kauft", "title": "Kauft", "touchpoints": ["kasse"], "parallel": "zugleich" },
            { "id": "zahlt", "title": "Zahlt", "touchpoints": ["kasse"], "parallel": "zugleich" },
        ],
        "edge": [
            { "from": "sucht", "to": "kauft", "mode": "eventually", "within": "2h", "join": "case", "title": "wenn es passt" },
            { "from": "sucht", "to": "zahlt" },
            { "from": "kauft", "to": "end" },
            { "from": "zahlt", "to": "end" },
        ],
    })
}

/// The value of a field: `step.owner` is that of the first step.
fn of<'v>(map: &'v Value, field: &str) -> &'v Value {
    let (place, name) = field.split_once('.').unwrap();
    match (place, field) {
        ("map", _) => &map[name],
        (_, "step.parallel") => &map["step"][1][name],
        _ => &map[place][0][name],
    }
}

/// The map with another value of a field, or without it where it may be left out.
fn without(field: &str) -> Value {
    let mut map = full();
    let told = of(&map, field).clone();
    assert!(!told.is_null(), "{field} says nothing");
    match field {
        "map.title" | "stage.title" | "lane.title" | "step.title" => set(&mut map, field, "Anders".into()),
        // What refers to an id goes with it.
        "stage.id" => {
            set(&mut map, field, "anders".into());
            set(&mut map, "step.stage", "anders".into());
        }
        "lane.id" => {
            set(&mut map, field, "anders".into());
            set(&mut map, "step.cells", json!({ "anders": "Nachfragen" }));
        }
        "step.id" => {
            set(&mut map, field, "anders".into());
            set(&mut map, "edge.from", "anders".into());
        }
        "edge.from" => set(&mut map, field, "start".into()),
        "edge.to" => set(&mut map, field, "end".into()),
        "step.parallel" => {
            for step in map["step"].as_array_mut().unwrap() {
                step.as_object_mut().unwrap().remove("parallel");
            }
        }
        "map.personas" => {
            map["personas"] = json!([]);
            set(&mut map, "step.emotion", json!({}));
        }
        _ => set(&mut map, field, Value::Null),
    }
    map
}

fn set(map: &mut Value, field: &str, value: Value) {
    let (place, name) = field.split_once('.').unwrap();
    let object = if place == "map" { map } else { &mut map[place][0] }.as_object_mut().unwrap();
    if value.is_null() {
        object.remove(name);
    } else {
        object.insert(name.to_owned(), value);
    }
}

fn written(format: MapFormat, map: &Value) -> Vec<u8> {
    let plan: MapPlan = serde_json::from_value(map.clone()).unwrap_or_else(|error| panic!("{error}: {map}"));
    let written = write_map(format, "kauf", &plan, &Beside::default()).unwrap();
    if format == MapFormat::Xlsx {
        // Packed: what is in it is compared.
        let read = read_map(format, "kauf", &written).map(|read| serde_json::to_vec(&read.map).unwrap());
        return read.unwrap_or_default();
    }
    written
}

/// The file as it is without what is for Geleit alone.
fn stripped(format: MapFormat, bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let lines =
        |is_ours: fn(&str) -> bool| text.lines().filter(|line| !is_ours(line.trim())).collect::<Vec<_>>().join("\n");
    match format {
        MapFormat::Mermaid | MapFormat::Flowchart => lines(|line| line.starts_with("%% geleit")),
        MapFormat::Cjml => lines(|line| line.starts_with("<?geleit")),
        MapFormat::Bpmn => lines(|line| line.starts_with("<geleit:")),
        MapFormat::Ujg => {
            let mut document: Value = serde_json::from_str(&text).unwrap();
            for node in document["nodes"].as_array_mut().unwrap() {
                node.as_object_mut().unwrap().remove("extensions");
            }
            document.to_string()
        }
        MapFormat::Csv | MapFormat::Xlsx | MapFormat::Markdown | MapFormat::Toml => text,
    }
    .into_bytes()
}

fn sign(format: MapFormat, field: &str) -> &'static str {
    let (with, without) = (written(format, &full()), written(format, &without(field)));
    let is_shown = stripped(format, &with) != stripped(format, &without);
    if !format.is_read() {
        return if is_shown {
            "="
        } else if with != without {
            "+"
        } else {
            ""
        };
    }
    let back = |bytes: &[u8]| {
        let read = read_map(format, "kauf", bytes).map(|read| serde_json::to_value(read.map).unwrap());
        read.is_ok_and(|read| of(&read, field) == of(&full(), field))
    };
    let whole = write_map(format, "kauf", &serde_json::from_value(full()).unwrap(), &Beside::default()).unwrap();
    assert!(back(&whole), "{field} does not come back from {format}");
    let alone = if format == MapFormat::Xlsx { whole } else { stripped(format, &whole) };
    match (is_shown, back(&alone)) {
        (true, true) => "=",
        (true, false) => "~",
        (false, _) => "+",
    }
}

#[test]
fn every_field_of_a_map_is_shown_and_comes_back_as_the_page_says() {
    let (head, rows) = rows("| field of a map");
    let formats: Vec<MapFormat> = head[1..].iter().map(|name| name.parse().unwrap()).collect();
    assert_eq!(formats.len(), MapFormat::ALL.len());
    let full = full();
    let mut expected = Vec::new();
    for place in ["map", "stage", "lane", "step", "edge"] {
        let object = if place == "map" { &full } else { &full[place][0] };
        let names = object
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| place != "map" || !matches!(name.as_str(), "stage" | "lane" | "step" | "edge"));
        expected.extend(names.map(|name| format!("{place}.{name}")));
    }
    expected.push("step.parallel".to_owned());
    expected.sort_unstable();
    let mut told: Vec<String> = rows.iter().map(|row| row[0].trim_matches('`').to_owned()).collect();
    let in_order = told.clone();
    told.sort_unstable();
    assert_eq!(told, expected, "every field of a map has its row, once");
    let mut wrong = Vec::new();
    for (row, field) in rows.iter().zip(&in_order) {
        let found: Vec<&str> = formats.iter().map(|format| sign(*format, field)).collect();
        if row[1..] != found {
            wrong.push(format!("| `{field}` | {} |", found.join(" | ")));
        }
    }
    assert!(wrong.is_empty(), "the page says otherwise:\n{}", wrong.join("\n"));
}

#[test]
fn every_field_of_a_touchpoint_is_a_column_of_the_register() {
    let (_, rows) = rows("| column of the register");
    let header = register::write(TableFormat::Csv, &BTreeMap::new()).unwrap();
    let header = String::from_utf8(header).unwrap();
    let columns: Vec<&str> = header.trim_start_matches('\u{feff}').trim().split(',').collect();
    let told: Vec<&str> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    assert_eq!(told, columns);
    let touchpoint: Touchpoint = serde_json::from_value(json!({
        "title": "T", "description": "d", "channel": "web", "peso": "owned", "moment": "during", "parent": "p", "owner": "o",
        "deputy": "x", "control": "full", "importance_to_customer": 1.0, "importance_to_business": 2.0, "reach_per_year": 3.0,
        "cost_per_year": 4.0, "currency": "EUR", "evidence": "partly", "promises": ["a"], "questions": ["b"],
        "review_on": "2027-01-31", "remind_before": "14d",
    }))
    .unwrap();
    let value = serde_json::to_value(&touchpoint).unwrap();
    let mut fields: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).chain(["id"]).collect();
    let mut sorted = columns.clone();
    fields.sort_unstable();
    sorted.sort_unstable();
    assert_eq!(sorted, fields, "every field of the type has a column");
}

#[test]
fn the_examples_of_the_page_are_read_as_it_says() {
    let mut blocks = PAGE.split("```").skip(1).step_by(2);
    let mut count = 0;
    blocks.by_ref().for_each(|block| {
        let (name, text) = block.split_once('\n').unwrap();
        let format = match name {
            "mermaid" => MapFormat::Mermaid,
            "csv" => MapFormat::Csv,
            "xml" => MapFormat::Cjml,
            _ => return,
        };
        count += 1;
        let read = read_map(format, "example", text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert!(!read.map.step.is_empty(), "{text}");
    });
    assert!(count >= 3, "{count} examples");
}
