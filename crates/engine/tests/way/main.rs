//! Events on their whole way: submitted, stored, folded, filed, answered; and again after every way to stop.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use engine::{Answers, Engine, MiningQuery, MiningQuestion, Mode, Options, QuarantineQuery, Verified};
use mining::GraphQuestion;
use mining::kernels::variants::VariantsQuestion;
use model::{DocumentKind, Event, Identifier, IdentifierKind as Kind, RawJson, Timestamp};
use serde_json::{Value, json};
use store::{BadState, DataDirectory, Draft, Encoded, NewBad, Plans, Receipt, SqlitePlans, Submission};

mod live;
mod memory;
mod people;

/// A directory that is gone when the test ends.
struct Place {
    directory: DataDirectory,
    _folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { directory: DataDirectory::create(folder.path()).unwrap(), _folder: folder }
    }

    fn open(&self) -> Engine {
        // Nothing is filed as columns unless a test asks for it.
        Engine::open(&self.directory, &Options { quiet_s: 3_600, ..Options::default() }).unwrap()
    }

    fn plan(&self, kind: DocumentKind, name: &str, body: &Value) {
        let plans = SqlitePlans::open(&self.directory).unwrap();
        let at = Timestamp::now();
        plans.put(&Draft { kind, name, body, author: "ada", note: "test", expected_version: None, at }).unwrap();
    }
}

/// `who` is a list such as `anonymous_id=a,user_id=u`; `second` is the event's time.
fn event(id: &str, who: &str, name: &str, second: i64) -> Event<'static> {
    let mut event = Event::new(id.to_owned(), "web", name.to_owned(), Timestamp::clamped(second * 1_000_000));
    for pair in who.split(',') {
        let (kind, value) = pair.split_once('=').unwrap();
        event.identifiers.push(Identifier::new(Kind::parse(kind.to_owned()).unwrap(), value.to_owned()));
    }
    event
}

fn send(engine: &Engine, events: &[Event<'_>]) -> Receipt {
    let events: Encoded = events.iter().collect();
    engine.submit_and_wait(Submission { source: "web".into(), events, ..Submission::default() }).unwrap()
}

/// The customer's touchpoints in order, page by page.
fn story(answers: &Answers, kind: &str, value: &str) -> Vec<String> {
    let id = answers.lookup(kind, value, None).unwrap().expect("the customer is known").customer.id.parse().unwrap();
    let (mut names, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = answers.timeline(id, 2, cursor.as_deref(), None).unwrap().unwrap();
        assert!(page.events.len() <= 2);
        names.extend(page.events.into_iter().map(|event| event.touchpoint));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return names,
        }
    }
}

fn edges(answers: &Answers, journey: &str) -> Vec<(String, String, u64)> {
    let query = MiningQuery { journey: Some(journey.into()), ..MiningQuery::default() };
    let mut edges: Vec<_> = answers
        .ask(&query, GraphQuestion)
        .unwrap()
        .edges
        .into_iter()
        .map(|edge| (edge.from, edge.to, edge.occurrences))
        .collect();
    edges.sort();
    edges
}

fn ada_visits() -> Vec<Event<'static>> {
    vec![
        event("1", "anonymous_id=cookie", "home", 10),
        event("2", "anonymous_id=cookie", "cart", 20),
        event("3", "loyalty_card=4711", "till", 40),
        event("4", "user_id=ada,anonymous_id=cookie", "login", 30),
        event("5", "user_id=ada,loyalty_card=4711", "card linked", 50),
        event("6", "user_id=bob", "home", 15),
    ]
}

#[test]
fn the_person_behind_cookie_account_and_card_is_one_wherever_the_events_lie() {
    let place = Place::new();
    let engine = place.open();
    let expected = ["home", "cart", "login", "till", "card linked"];

    let events = ada_visits();
    send(&engine, &events[..3]);
    engine.settle().unwrap(); // cookie and card are filed apart, as two customers
    send(&engine, &events[3..]);
    for (kind, value) in [("anonymous_id", "cookie"), ("user_id", "ada"), ("loyalty_card", "4711")] {
        assert_eq!(story(engine.answers(), kind, value), expected, "half filed, half fresh");
    }
    let fresh_edges = edges(engine.answers(), "whole");
    engine.settle().unwrap();
    assert_eq!(story(engine.answers(), "user_id", "ada"), expected, "all filed");
    assert_eq!(edges(engine.answers(), "whole"), fresh_edges, "filing changes no answer");
    assert_eq!(fresh_edges.len(), 4);

    let ada = engine.answers().lookup("user_id", "ada", None).unwrap().unwrap().customer;
    assert_eq!(ada.identifiers.len(), 3);
    assert_eq!(ada.former_ids.len(), 1, "the card had been a customer of its own");
    let by_former_id = engine.answers().customer(ada.former_ids[0].parse().unwrap(), None).unwrap().unwrap();
    assert_eq!(by_former_id.customer.id, ada.id);
    let links = engine.answers().links_of(ada.id.parse().unwrap()).unwrap().unwrap();
    assert_eq!(links.iter().map(|link| link.event.as_str()).collect::<Vec<_>>(), ["e4", "e5"]);
    engine.close().unwrap();
}

#[test]
fn reopened_replayed_and_read_beside_a_writer_everything_is_the_same() {
    let place = Place::new();
    let engine = place.open();
    let events = ada_visits();
    send(&engine, &events[..4]);
    engine.settle().unwrap();
    send(&engine, &events[4..]);
    let (expected_story, expected_edges) =
        (story(engine.answers(), "user_id", "ada"), edges(engine.answers(), "whole"));

    let beside = Answers::read_only(&place.directory).unwrap();
    assert_eq!(
        (story(&beside, "user_id", "ada"), edges(&beside, "whole")),
        (expected_story.clone(), expected_edges.clone())
    );
    engine.close().unwrap();

    let verified = Verified::replay(&place.directory).unwrap();
    assert!(verified.ok, "{verified:?}");
    assert_eq!((verified.events, verified.rows), (6, 4));

    let engine = place.open();
    assert_eq!(
        (story(engine.answers(), "user_id", "ada"), edges(engine.answers(), "whole")),
        (expected_story, expected_edges)
    );
    assert_eq!(send(&engine, &events).duplicates, 6, "ids are known after a restart");
    engine.close().unwrap();
}

#[test]
fn replay_notices_a_part_whose_rows_were_changed() {
    let place = Place::new();
    let engine = place.open();
    send(&engine, &ada_visits());
    engine.settle().unwrap();
    engine.close().unwrap();
    // One part takes the place of another.
    let mut parts: Vec<_> = walk(&place.directory.columns());
    parts.sort();
    std::fs::copy(&parts[0], &parts[1]).unwrap();
    let verified = Verified::replay(&place.directory).unwrap();
    assert!(!verified.ok && verified.differences > 0, "{verified:?}");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn mapping_rules_are_tried_then_applied_to_history_and_taken_back() {
    let place = Place::new();
    let engine = place.open();
    send(&engine, &ada_visits());
    engine.settle().unwrap();
    send(&engine, &[event("7", "user_id=ada", "cart", 60)]);

    let found = engine.answers().discovered(10).unwrap();
    assert_eq!((found.events, found.unmapped), (7, 7));
    let cart = found.touchpoints.iter().find(|touchpoint| touchpoint.touchpoint == "cart").unwrap();
    assert_eq!((cart.unmapped, cart.examples.len()), (2, 2));
    assert_eq!(cart.examples[1].message_id, "7");

    place.plan(DocumentKind::Touchpoint, "basket", &json!({"title": "Basket"}));
    let rules = json!({"rule": [{"touchpoint": "basket", "name": "cart"}, {"touchpoint": "basket", "name": "/^c/"}]});
    engine.settle().unwrap();
    let trial = engine.answers().try_mapping(&serde_json::from_value(rules.clone()).unwrap(), None).unwrap();
    assert_eq!((trial.events, trial.changed, trial.unmapped), (7, 3, 4));
    assert_eq!(trial.rules.iter().map(|rule| rule.events).collect::<Vec<_>>(), [2, 1]);
    let unknown = json!({"rule": [{"touchpoint": "baskett"}]});
    let unknown = serde_json::from_value(unknown).unwrap();
    let error = engine.answers().try_mapping(&unknown, None).unwrap_err();
    assert_eq!(error.to_string(), "rule[0].touchpoint: \"baskett\" is not in the register of touchpoints");
    let trial = engine.answers().try_mapping(&unknown, Some("baskett")).unwrap();
    assert_eq!(trial.rules[0].events, 7, "it is going to be registered with the rule");

    place.plan(DocumentKind::Mapping, "default", &rules);
    engine.settle().unwrap();
    assert_eq!(story(engine.answers(), "user_id", "ada"), ["home", "basket", "login", "till", "basket", "basket"]);
    assert_eq!(engine.answers().discovered(10).unwrap().unmapped, 4);
    assert_eq!(
        engine.answers().mine_one(&MiningQuery::default(), &MiningQuestion::new("graph", [])).unwrap().recipe.plans["mapping/default"],
        1
    );

    // Rules that look into the properties need every event to be looked at.
    place.plan(DocumentKind::Mapping, "default", &json!({"rule": [{"touchpoint": "basket", "properties": {"x": 1}}]}));
    engine.settle().unwrap();
    let mut special = event("8", "user_id=ada", "anything", 70);
    special.properties = RawJson::trusted(r#"{"x":1}"#);
    send(&engine, &[special]);
    assert_eq!(story(engine.answers(), "user_id", "ada").last().unwrap(), "basket");
    assert_eq!(engine.answers().discovered(10).unwrap().unmapped, 7);
    engine.close().unwrap();
    let verified = Verified::replay(&place.directory).unwrap();
    assert!(verified.ok, "{verified:?}");
}

#[test]
fn bad_rows_are_repaired_by_hand_and_by_rule_and_stored_once() {
    let place = Place::new();
    let engine = place.open();
    let bad = |id: &str, payload: &str| NewBad {
        received_at: Timestamp::clamped(0),
        dialect: "segment".into(),
        code: "missing_event".into(),
        reason: format!("event: is missing ({id})"),
        payload: payload.to_owned(),
    };
    let rows = [
        bad("1", r#"{"type":"track","messageId":"m1","userId":"ada","evnt":"cart"}"#),
        bad("2", r#"{"type":"track","messageId":"m2","userId":"ada","evnt":"order"}"#),
        bad("3", r#"{"type":"track","messageId":"m3","evnt":"order"}"#),
    ];
    engine.submit_and_wait(Submission { source: "web".into(), bad: rows.to_vec(), ..Submission::default() }).unwrap();
    let page = engine.answers().quarantine(&QuarantineQuery { limit: 10, ..QuarantineQuery::default() }).unwrap();
    assert_eq!(page.items.len(), 3);

    let first = page.items.last().unwrap().id;
    let mended = r#"{"type":"track","messageId":"m1","userId":"ada","event":"cart"}"#;
    assert_eq!(engine.repair(first, None, Mode::Repair).unwrap().still_bad.len(), 1, "unchanged it stays bad");
    assert_eq!(engine.repair(first, Some(mended), Mode::DryRun).unwrap().repaired, 1);
    assert_eq!(engine.repair(first, Some(mended), Mode::Repair).unwrap().repaired, 1);
    assert!(engine.repair(first, Some(mended), Mode::Repair).is_err(), "it is not open any more");

    let patch = serde_json::from_value(json!([{"op": "move", "from": "/evnt", "path": "/event"}])).unwrap();
    let outcome = engine.repair_by_rule(&QuarantineQuery::default(), &patch, Mode::Repair).unwrap();
    assert_eq!((outcome.repaired, outcome.still_bad.len()), (1, 1), "{outcome:?}");
    assert_eq!(story(engine.answers(), "user_id", "ada"), ["cart", "order"]);
    engine.discard(outcome.still_bad[0].id).unwrap();
    assert_eq!(engine.answers().open_bad_rows().unwrap(), 0);
    let discarded = engine.answers().quarantined(outcome.still_bad[0].id).unwrap().unwrap();
    assert_eq!(discarded.state, BadState::Discarded);
    engine.close().unwrap();
}

#[test]
fn journeys_are_cut_by_rule_and_by_planned_name() {
    let place = Place::new();
    let engine = place.open();
    let mut events = Vec::new();
    for (n, (who, name, second, order)) in
        [("ada", "home", 0, "a"), ("ada", "cart", 60, "a"), ("ada", "home", 4_000, "b"), ("bob", "cart", 5_000, "b")]
            .into_iter()
            .enumerate()
    {
        let mut event = event(&n.to_string(), &format!("user_id={who}"), name, second);
        event.properties = RawJson::from(json!({"order": {"id": order}}));
        events.push(event);
    }
    send(&engine, &events[..2]);
    engine.settle().unwrap();
    send(&engine, &events[2..]);
    let count = |journey: &str| {
        let query = MiningQuery { journey: Some(journey.into()), ..MiningQuery::default() };
        engine.answers().ask(&query, VariantsQuestion { top: 10 }).unwrap().journeys
    };
    assert_eq!([count("whole"), count("gap:30m"), count("start:home"), count("case:order.id")], [2, 3, 2, 2]);
    let of_case = edges(engine.answers(), "case:order.id");
    assert_eq!(of_case, [("home".to_owned(), "cart".to_owned(), 2)], "a case crosses customers");
    place.plan(DocumentKind::Journey, "visit", &json!({"title": "A visit", "rule": "gap:30m"}));
    engine.settle().unwrap();
    assert_eq!(count("visit"), 3);
    assert!(
        engine
            .answers()
            .ask(&MiningQuery { journey: Some("visits".into()), ..MiningQuery::default() }, GraphQuestion)
            .is_err()
    );
    engine.close().unwrap();
}

#[test]
fn many_small_parts_become_one_and_answer_alike() {
    let place = Place::new();
    let engine = place.open();
    for round in 0..12 {
        let events: Vec<_> = (0..20)
            .map(|n| {
                event(
                    &format!("{round}-{n}"),
                    &format!("user_id=u{n}"),
                    ["a", "b", "c"][(round + n) % 3],
                    (round * 100 + n) as i64,
                )
            })
            .collect();
        send(&engine, &events);
        engine.settle().unwrap();
    }
    assert_eq!(story(engine.answers(), "user_id", "u3").len(), 12);
    assert_eq!(edges(engine.answers(), "whole").iter().map(|edge| edge.2).sum::<u64>(), 20 * 11);
    engine.close().unwrap();
    let verified = Verified::replay(&place.directory).unwrap();
    assert!(verified.ok, "{verified:?}");
    assert_eq!(verified.rows, 240);
}
