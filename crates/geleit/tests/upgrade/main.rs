//! Data directories that earlier versions wrote are read by this one, and give the answers they gave then.

#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

#[path = "../common/mod.rs"]
mod common;

use std::path::{Path, PathBuf};

use common::Place;
use common::served::Served;
use insta::assert_snapshot;
use serde_json::Value;

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/upgrade");

/// The directories of all versions there have been, oldest first.
fn versions() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(HERE).unwrap().map(|entry| entry.unwrap().path());
    let is_version = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with("version-");
    let mut versions: Vec<PathBuf> = entries.filter(is_version).collect();
    versions.sort();
    versions
}

/// A copy, as opening a database may write beside it.
fn restored(version: &Path) -> Place {
    let place = Place::new();
    for file in ["journal.db", "plans.db"] {
        place.file(&format!("old/{file}"), std::fs::read(version.join(file)).unwrap());
    }
    place.done("restore old");
    place
}

#[test]
fn a_backup_of_every_earlier_format_gives_the_answers_it_gave_then() {
    assert!(!versions().is_empty(), "there is no data directory of an earlier version in {HERE}");
    for version in versions() {
        let place = restored(&version);
        let answers = ["mine graph", "mine variants --journey visit", "quarantine list", "touchpoints --limit 5"];
        let shown: Vec<String> = answers.map(|question| place.run(question).plain(&place)).into();
        assert_snapshot!(shown.join("\n\n"), @r"
        exit 0
        2 journeys, 5 events (whole)

        nodes:
        touchpoint  occurrences  customers  starts  ends
        home                  2          2       2     1
        basket                1          1       0     0
        login                 1          1       0     0
        purchase              1          1       0     1

        edges:
        from    to        occurrences  customers  journeys  wait min  wait mean  wait median  wait q95  wait max
        basket  login               1          1         1      60 s       60 s         60 s      60 s      60 s
        home    basket              1          1         1      60 s       60 s         60 s      60 s      60 s
        login   purchase            1          1         1    30.5 h     30.5 h       30.5 h    30.5 h    30.5 h

        exit 0
        3 journeys, 3 variants (gap:1800s; top 20)

        journeys   share           cumulative share  touchpoints
               1  33.3 %  ██████▋            33.3 %  home
               1  33.3 %  ██████▋            66.7 %  home > basket > login
               1  33.3 %  ██████▋           100.0 %  purchase

        exit 0
        fault               state  items
        missing_identifier  open       1

        item  source  fault               reason
           1  import  missing_identifier  line 7, identifiers: are missing: at least one is needed to know who it was

        exit 0
        4 of 5 events (80.0 %) match no rule of mapping version 1.

        discovered  source  channel     events  latest example
        home        web     (not said)       2  {}
        login       web     (not said)       1  {}
        purchase    till    shop             1  {}
        ");
        let plans = place.json("plans list --json");
        let plans: Vec<String> = plans["plans"]
            .as_array()
            .unwrap()
            .iter()
            .map(|plan| {
                format!("{}/{} {} by {}: {}", plan["kind"], plan["name"], plan["version"], plan["author"], plan["note"])
            })
            .collect();
        assert_snapshot!(plans.join("\n"), @r#"
        "touchpoint"/"basket" 1 by "ada": "first plans"
        "mapping"/"default" 1 by "ada": "first plans"
        "journey"/"visit" 1 by "ada": "first plans"
        "#);
        assert_eq!(place.json("source list --json")["sources"][0]["name"], "web");
        place.assert_replay_equals_live();

        let token = place.token("analyst");
        let server = Served::start(&place, "--log error");
        let (_, found) = server.get(&token, "/v1/customers/lookup?kind=loyalty_card&value=4711");
        let identifiers: Vec<&Value> = found["customer"]["identifiers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|identifier| &identifier["value"])
            .collect();
        assert_eq!(identifiers, ["cookie", "4711", "ada"]);
        server.stop();
    }
}

#[test]
fn an_old_directory_goes_on_where_it_stopped() {
    for version in versions() {
        let place = restored(&version);
        let events = std::fs::read_to_string(format!("{HERE}/inputs/events.jsonl")).unwrap();
        let new = r#"{"message_id":"8","source":"web","at":"2026-03-04T08:00:00Z","name":"home","identifiers":[{"kind":"user_id","value":"ada"}]}"#;
        // Another file than the one that was imported then: its events are known by their ids all the same.
        place.file("events.jsonl", format!("{events}{new}\n"));
        let outcome = place.json("import events.jsonl --json");
        let figures = ["stored", "duplicates"].map(|name| &outcome[name]);
        assert_eq!(figures, [1, 6], "{outcome}");
        assert_eq!(place.json("mine graph --json")["events"], 6);
        place.assert_replay_equals_live();
    }
}
