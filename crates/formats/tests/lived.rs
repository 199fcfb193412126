//! Lived journeys as event logs.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use std::collections::BTreeSet;

use formats::lived::{Lived, LivedEvent, LogFormat, Unit, log};
use model::Timestamp;
use serde_json::{Value, json};

fn event(arrival: u64, touchpoint: &'static str, customer: &'static str) -> LivedEvent<'static> {
    LivedEvent {
        arrival,
        touchpoint,
        at: Timestamp::clamped(1_772_359_200_000_000 + arrival as i64),
        channel: if arrival == 1 { "web" } else { "" },
        mood: (arrival == 2).then_some(-2),
        customer,
    }
}

/// Two journeys, the second with an event of somebody else.
fn written(format: LogFormat, unit: &Unit) -> String {
    let mut bytes = Vec::new();
    let mut log = log(format, &mut bytes, unit.clone()).unwrap();
    let first = [event(1, "home", "ada"), event(2, "=\"<order>\" & ß\n\u{1}", "ada")];
    let second = [event(3, "home", "ada"), event(4, "till", "bob")];
    let case = |case| matches!(unit, Unit::Case { .. }).then_some(case);
    log.journey(&Lived { customer: "ada", number: 1, case: case("o1"), events: &first }).unwrap();
    log.journey(&Lived { customer: "ada", number: 2, case: case("o2"), events: &second }).unwrap();
    log.end().unwrap();
    String::from_utf8(bytes).unwrap()
}

fn ids(objects: &Value, sort: &str) -> Vec<String> {
    let of_type = objects.as_array().unwrap().iter().filter(|object| object["type"] == sort);
    of_type.map(|object| object["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_log_of_objects_names_customers_and_journeys_and_every_type_once() {
    let case = Unit::Case { property: "order_id".to_owned() };
    for (unit, sort, objects) in [
        (Unit::Customer, "", vec![]),
        (Unit::Attempt, "journey", vec!["journey:ada/1", "journey:ada/2"]),
        (case, "order_id", vec!["journey:o1", "journey:o2"]),
    ] {
        let log: Value = serde_json::from_str(&written(LogFormat::Ocel, &unit)).unwrap();
        assert_eq!(ids(&log["objects"], "customer"), ["ada", "bob"]);
        assert_eq!(ids(&log["objects"], sort), objects);
        let names = |list: &Value| {
            list.as_array().unwrap().iter().map(|sort| sort["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&log["eventTypes"]), ["=\"<order>\" & ß\n\u{1}", "home", "till"]);
        assert_eq!(names(&log["objectTypes"]).len(), if sort.is_empty() { 1 } else { 2 });
        let known: BTreeSet<&str> =
            log["objects"].as_array().unwrap().iter().map(|object| object["id"].as_str().unwrap()).collect();
        for event in log["events"].as_array().unwrap() {
            let of: Vec<&str> =
                event["relationships"].as_array().unwrap().iter().map(|to| to["objectId"].as_str().unwrap()).collect();
            assert!(
                of.iter().all(|id| known.contains(id)) && of.len() == if sort.is_empty() { 1 } else { 2 },
                "{event}"
            );
        }
        assert_eq!(log["events"][0]["attributes"][0], json!({ "name": "channel", "value": "web" }));
        assert_eq!(log["events"][1]["attributes"][0], json!({ "name": "mood", "value": -2 }));
        assert_eq!(log["events"][3]["time"], "2026-03-01T10:00:00.000004Z");
    }
}

#[test]
fn a_log_of_traces_is_xml_with_a_trace_for_each_journey() {
    for (unit, traces) in [
        (Unit::Customer, ["ada", "ada"]),
        (Unit::Attempt, ["ada/1", "ada/2"]),
        (Unit::Case { property: "order_id".to_owned() }, ["o1", "o2"]),
    ] {
        let text = written(LogFormat::Xes, &unit);
        for trace in traces {
            assert!(text.contains(&format!(
                "<trace>\n    <string key=\"concept:name\" value=\"{trace}\"/><string key=\"customer\" value=\"ada\"/>"
            )));
        }
        assert!(text.contains("value=\"=&quot;&lt;order&gt;&quot; &amp; ß&#10;\u{fffd}\""), "{text}");
        assert!(text.contains("<date key=\"time:timestamp\" value=\"2026-03-01T10:00:00.000004Z\"/><string key=\"customer\" value=\"bob\"/>"));
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut events = 0;
        loop {
            let found = reader.read_event().unwrap();
            if let quick_xml::events::Event::Start(start) = &found {
                events += u32::from(start.name().as_ref() == "event");
            }
            if matches!(found, quick_xml::events::Event::Eof) {
                break;
            }
        }
        assert_eq!(events, 4);
    }
}

#[test]
fn an_empty_log_is_a_log() {
    for format in LogFormat::ALL {
        let mut bytes = Vec::new();
        log(format, &mut bytes, Unit::Customer).unwrap().end().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        match format {
            LogFormat::Ocel => {
                let log: Value = serde_json::from_str(&text).unwrap();
                assert_eq!((&log["events"], &log["objects"], &log["eventTypes"]), (&json!([]), &json!([]), &json!([])));
            }
            LogFormat::Xes => assert!(text.ends_with("</log>\n")),
        }
        assert_eq!(format.name().parse(), Ok(format));
    }
}
