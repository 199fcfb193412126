//! Plans and lived journeys in the formats of other programs, out and in again.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::common::Place;
use crate::imported;

const DRAWN: &str = "\
journey
    title To the order
    section Decide
      Looks around: 4: Commuter
      Compares: 2.6: Commuter
    section Buy
      Orders: 1
";

const MAP: &str = r#"title = "Fahrt zum Kauf – größer & schöner"
personas = ["pendler"]

[[stage]]
id = "vorher"
title = "Davor"
moment = "before"

[[step]]
id = "sucht"
title = 'Sucht: "schnell"'
stage = "vorher"
touchpoints = ["home"]
optional = true

[step.emotion]
pendler = -2

[[step]]
id = "kauft"
title = "Kauft"
touchpoints = ["order"]

[[edge]]
from = "sucht"
to = "kauft"
within = "2h"
"#;

#[test]
fn a_drawn_journey_is_tried_taken_over_and_comes_back_from_every_format() {
    let place = Place::new();
    place.file("order.mmd", DRAWN);
    let tried = place.done("plans import order.mmd --as map/order --dry-run");
    assert_snapshot!(tried.trim_end(), @r#"
        map/order: would be new (3 steps, 2 stages, 0 edges)
          changed: line 5: score 2.6 is mood 0, a whole number from -2 to 2
          unknown: personas: persona "commuter" is not there yet
        "#);
    assert_eq!(place.json("plans list --json")["plans"], json!([]));
    let written = place.done("plans import order.mmd --as map/order --note 'as drawn'");
    assert!(written.starts_with("map/order: written as version 1 (3 steps"), "{written}");
    let history = place.json("plans history map/order --json");
    assert_eq!(
        (&history["versions"][0]["note"], &history["versions"][0]["author"]),
        (&json!("as drawn"), &json!("ada"))
    );
    assert_eq!(history["versions"][0]["body"]["step"][2]["emotion"], json!({ "all": -2 }));

    place.file("plans/map/kauf.toml", MAP);
    place.done("plans apply plans");
    for (format, file) in
        [("cjml", "k.cjml"), ("mermaid", "k.mmd"), ("csv", "k.csv"), ("xlsx", "k.xlsx"), ("toml", "k.toml")]
    {
        place.done(&format!("plans export --format {format} map/kauf --out {file}"));
        let back = place.json(&format!("plans import {file} --as map/back-from-{format} --json"));
        assert_eq!(back["version"], 1, "{format}");
        let again = place.json(&format!("plans import {file} --as map/kauf --json"));
        assert_eq!((&again["version"], &again["body"]), (&json!(1), &back["body"]), "{format}");
    }
    assert_eq!(place.done("plans export --format toml map/back-from-mermaid"), MAP);
    for (format, begins) in [
        ("flowchart", "---\ntitle: \"Fahrt zum Kauf"),
        ("bpmn", "<?xml version"),
        ("ujg", "{\n  \"@context\""),
        ("markdown", "# Fahrt zum Kauf – größer"),
    ] {
        let out = place.done(&format!("plans export --format {format} map/kauf"));
        assert!(out.starts_with(begins), "{format}: {out}");
    }
    let page = place.done("plans export --format markdown map/kauf");
    assert!(page.contains("| 1 | Sucht\\: \"schnell\" | Davor | home | pendler: -2 very bad |"), "{page}");
}

#[test]
fn what_cannot_be_taken_over_says_where_and_why_and_nothing_is_written() {
    let place = Place::new();
    place.file("order.mmd", DRAWN);
    place.file("bad.mmd", "journey\n  Tea: hot\n");
    place.file("bad.csv", "title,optional\nA,perhaps\n");
    place.file("x.bpmn", "<a/>");
    place.file("bomb.cjml", "<!DOCTYPE a [<!ENTITY x \"y\">]><CJML>&x;</CJML>");
    place.file("cycle.csv", "title,map\nA,two\n");
    place.file("two.csv", "title,map\nB,three\n");
    place.file("three.csv", "title,map\nC,one\n");
    for name in ["two", "three"] {
        place.done(&format!("plans import {name}.csv --as map/{name}"));
    }
    let said = [
        "plans import bad.mmd --as map/x",
        "plans import bad.csv --as map/x",
        "plans import bomb.cjml --as map/x",
        "plans import cycle.csv --as map/one",
        "plans import order.mmd --as map/Order",
        "plans import order.mmd --as map/x --format bpmn",
        "plans import x.bpmn --as map/x",
        "plans import order.mmd",
        "plans import order.mmd --as persona/x",
        "plans import none.mmd --as map/x",
        "plans export --format cjml map/none",
        "plans export --format docx map/two",
        "plans export --format csv persona/x",
        "plans export plans --out x",
    ]
    .map(|command| format!("{command}\n{}\n\n", place.run(command).plain(&place)));
    assert_snapshot!(said.concat().trim_end(), @r#"
        plans import bad.mmd --as map/x
        exit 1
        stderr: geleit: bad.mmd: line 2: "hot" is no score: a number from 1 to 5

        plans import bad.csv --as map/x
        exit 1
        stderr: geleit: bad.csv: line 2, column optional: "perhaps" is neither yes nor no

        plans import bomb.cjml --as map/x
        exit 1
        stderr: geleit: bomb.cjml: line 1: has a document type: none is read, because entities can grow without end

        plans import cycle.csv --as map/one
        exit 1
        stderr: geleit: cycle.csv: step[0].map: "two" leads back to one, which it would show in detail

        plans import order.mmd --as map/Order
        exit 1
        stderr: geleit: order.mmd: map: "Order" is not a name of lower case letters, digits, - and _, 80 at most

        plans import order.mmd --as map/x --format bpmn
        exit 1
        stderr: geleit: order.mmd: format: "bpmn" is only written; read are cjml, mermaid, csv, xlsx, toml

        plans import x.bpmn --as map/x
        exit 2
        stderr: geleit: x.bpmn does not say by its name what it is: give --format

        plans import order.mmd
        exit 2
        stderr: geleit: order.mmd is no table of touchpoints by its name: give --format csv or xlsx, or --as map/NAME

        plans import order.mmd --as persona/x
        exit 2
        stderr: geleit: --as persona/x: a file becomes map/NAME, or, without --as, the register

        plans import none.mmd --as map/x
        exit 1
        stderr: geleit: none.mmd: No such file or directory (os error 2)

        plans export --format cjml map/none
        exit 1
        stderr: geleit: there is no map/none: `geleit plans list` shows what there is

        plans export --format docx map/two
        exit 2
        stderr: geleit: format: "docx" is none of cjml, mermaid, flowchart, csv, xlsx, ujg, bpmn, markdown, toml

        plans export --format csv persona/x
        exit 2
        stderr: geleit: persona/x has no form but toml: maps and touchpoints have others

        plans export plans --out x
        exit 2
        stderr: error: the following required arguments were not provided:
          --format <FORMAT>

        Usage: geleit plans export --format <FORMAT> --out <FILE> --data <DIR> <DIR|PLAN>

        For more information, try '--help'.
        "#);
    let names: Vec<Value> =
        place.json("plans list --json")["plans"].as_array().unwrap().iter().map(|plan| plan["name"].clone()).collect();
    assert_eq!(names, ["three", "two"]);
}

#[test]
fn the_register_goes_through_a_spreadsheet() {
    let place = Place::new();
    place.file(
        "t.csv",
        "Id;Titel;Title;Peso;Importance to customer;Parent\nshop;x;Laden;owned;8,5;\nfair;x;=Messe;shared;;shop\n",
    );
    let tried = place.done("plans import t.csv --dry-run");
    assert_snapshot!(tried.trim_end(), @r#"
        row 2, touchpoint/shop: new
          title: nothing -> "Laden"
          peso: nothing -> "owned"
          importance_to_customer: nothing -> 8.5
        row 3, touchpoint/fair: new
          title: nothing -> "=Messe"
          peso: nothing -> "shared"
          parent: nothing -> "shop"
        2 new, 0 changed, 0 as they are; would be written
          left out: column "titel" is not known
        "#);
    place.done("plans import t.csv --note 'from the workshop'");
    for format in ["csv", "xlsx"] {
        place.done(&format!("plans export --format {format} touchpoints --out out.{format}"));
        let same = place.json(&format!("plans import out.{format} --json"));
        assert_eq!((&same["written"], &same["changes"]["errors"]), (&json!(0), &json!([])), "{format}");
        let what: Vec<&Value> = same["changes"]["rows"].as_array().unwrap().iter().map(|row| &row["what"]).collect();
        assert_eq!(what, ["same", "same"]);
    }
    let text = std::fs::read_to_string(place.root().join("out.csv")).unwrap();
    assert!(text.contains("fair,'=Messe,"), "{text}");

    // One wrong row, and nothing is written.
    place.file("t.csv", "id,owner,peso\nshop,Ada,paid\nfair,Bob,bought\n");
    let refused = place.run("plans import t.csv");
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.out.contains("row 3, column peso: \"bought\" is none of paid, earned, shared, owned"),
        "{refused:?}"
    );
    assert!(refused.err.contains("t.csv: one thing is wrong: nothing was written"), "{refused:?}");
    let shop = place.json("plans history touchpoint/shop --json");
    assert_eq!(shop["versions"].as_array().unwrap().len(), 1);
    place.file("t.csv", "id,owner\nshop,Ada\n");
    place.done("plans import t.csv");
    let shop = place.json("plans history touchpoint/shop --json");
    let body = &shop["versions"][0]["body"];
    assert_eq!((&body["owner"], &body["importance_to_customer"]), (&json!("Ada"), &json!(8.5)));
}

/// The variants of a place's journeys, each with how often it was lived.
fn variants(place: &Place, which: &str) -> BTreeMap<String, u64> {
    let answer = place.json(&format!("mine variants --json --top 10000 {which}"));
    let variants = answer["top"].as_array().unwrap().iter();
    variants.map(|variant| (variant["touchpoints"].to_string(), variant["journeys"].as_u64().unwrap())).collect()
}

const LOG: &str = "\
client;step;at;order;channel
ada;home;2026-03-01 10:00:00;;web
ada;cart;2026-03-01 10:00:00;o1;web
bob;home;2026-03-01 10:00:30;;app
ada;order;2026-03-01 12:00:00;o1;app
bob;order;2026-03-01 12:30:00;o1;
bob;home;2026-03-05 10:00:00;;web
bob;pay ; now!;2026-03-05 10:01:00;o2;web
bob;order;2026-03-05 10:02:00;o2;web
";

#[test]
fn lived_journeys_come_back_with_the_same_variants() {
    let place = Place::new();
    place.file("log.csv", LOG.replace("pay ; now!", "\"pay; <now> & ß\""));
    place.done("import log.csv --customer client --touchpoint step --time at --channel channel --delimiter ;");
    for (format, file) in [("ocel", "log.jsonocel"), ("xes", "log.xes")] {
        for (which, of_xes, of_ocel) in [
            ("", "", ""),
            ("--journey gap:1d", "", "--journey gap:1d"),
            ("--journey start:home;end:order", "", "--journey start:home;end:order"),
            ("--journey case:order", "", "--journey case:order"),
            ("--journey gap:1d --from 2026-03-01T12:00:00Z --where 'did home'", "", "--journey gap:1d"),
            ("--only 'channel = web' --journey gap:1d", "", "--journey gap:1d"),
        ] {
            place.done(&format!("export {file} --format {format} {which}"));
            let back = Place::new();
            let read = if format == "xes" { of_xes } else { of_ocel };
            let source = place.root().join(file);
            back.done(&format!("import '{}'", source.display()));
            assert_eq!(variants(&back, read), variants(&place, which), "{format} {which}");
            assert!(!variants(&place, which).is_empty(), "{which}");
        }
    }
    let said = place.run("export out.xes --format xes --where 'did homer and chanel = web'").plain(&place);
    assert!(said.contains("--where cannot be read") && !place.root().join("out.xes").exists(), "{said}");
    let said = place.run("export out.jsonl --journey whole").plain(&place);
    assert!(said.starts_with("exit 2") && said.contains("jsonl holds every event as it came"), "{said}");
    let said = place.run("export out.x --format parquet").plain(&place);
    assert!(said.contains("--format: \"parquet\" is none of jsonl, ocel, xes"), "{said}");
}

#[test]
fn a_log_of_a_place_without_events_is_empty() {
    let place = imported();
    place.done("export none.xes --format xes --where 'did nothing'");
    let text = std::fs::read_to_string(place.root().join("none.xes")).unwrap();
    assert!(text.ends_with("</log>\n") && !text.contains("<trace>"), "{text}");
    let all: Value = serde_json::from_str(&place.done("export - --format ocel")).unwrap();
    assert_eq!((all["events"].as_array().unwrap().len(), all["objects"].as_array().unwrap().len()), (6, 3));
}
