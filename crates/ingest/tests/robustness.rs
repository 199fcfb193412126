//! Nothing that is sent makes a parser panic, lose an item or let an invalid event through.

use ingest::{Arrived, Parsed, cloudevents, inflate, native, reparse, segment};
use model::Timestamp;
use proptest::prelude::*;

const BODIES: [&str; 9] = [
    include_str!("fixtures/analytics-node.json"),
    include_str!("fixtures/analytics-next-identify.json"),
    include_str!("fixtures/analytics-next-track.json"),
    include_str!("fixtures/segment-python.json"),
    include_str!("fixtures/rudder-node.json"),
    include_str!("fixtures/rudder-python.json"),
    include_str!("fixtures/cloudevents-structured.json"),
    include_str!("fixtures/cloudevents-batch.json"),
    r#"[{"name":"v","kind":"promise","identifiers":[{"kind":"email","value":"a@b.de"}],"mood":{"value":1,"origin":"reported"},"x":1}]"#,
];

/// Reads a body through every door; each answer must hold what the crate promises.
fn read_everywhere(body: &[u8]) {
    let arrived = Arrived { source: "shop", received_at: Timestamp::clamped(1_795_341_601_000_000) };
    let binary = [("ce-id", "1"), ("ce-source", "s"), ("ce-specversion", "1.0"), ("ce-type", "t"), ("ce-userid", "a")];
    let answers = [
        segment::parse(segment::Route::Batch, body, &arrived),
        segment::parse(segment::Route::Track, body, &arrived),
        segment::parse(segment::Route::Identify, body, &arrived),
        segment::parse(segment::Route::Alias, body, &arrived),
        cloudevents::parse([], body, &arrived),
        cloudevents::parse(binary, body, &arrived),
        native::parse(body, &arrived),
    ];
    for parsed in answers.into_iter().flatten() {
        check(&parsed, &arrived);
    }
    let _ = segment::write_key(body);
    let _ = inflate(body, 10_000);
}

fn check(parsed: &Parsed<'_>, arrived: &Arrived<'_>) {
    let mut places: Vec<u32> =
        parsed.events.iter().map(|(at, _)| *at).chain(parsed.bad.iter().map(|(at, _)| *at)).collect();
    places.sort_unstable();
    assert!(places.iter().copied().eq(0..parsed.items() as u32), "an item is lost or counted twice: {places:?}");
    for (_, event) in &parsed.events {
        event.validate().expect("only valid events get through");
        let json = serde_json::to_string(event).expect("raw parts are JSON");
        assert!(!json.contains('\n'), "more than one line: {json}");
        let back = native::line(&json, arrived).expect("reads its own export");
        assert!(back == *event, "reads back as another event: {json:.2000}");
    }
    for (_, bad) in &parsed.bad {
        let again = reparse(bad.dialect, bad.payload.as_str(), arrived).expect_err("is as bad as before");
        assert_eq!((again.dialect, again.code), (bad.dialect, bad.code));
    }
}

#[test]
fn every_truncation_of_a_real_body_is_refused_or_read() {
    for body in BODIES {
        for end in 0..=body.len() {
            read_everywhere(&body.as_bytes()[..end]);
        }
    }
}

#[test]
fn nesting_does_not_use_the_stack() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(70_000), close.repeat(70_000));
        read_everywhere(deep.as_bytes());
        for field in ["properties", "context", "traits", "userId", "timestamp", "mood", "identifiers", "data", "x"] {
            let item =
                format!(r#"{{"type":"track","userId":"a","event":"e","name":"n","{field}":{}}}"#, &deep[..20_000]);
            read_everywhere(item.as_bytes());
            let closed = format!("{}1{}", open.repeat(2_000), close.repeat(2_000));
            let item = format!(r#"{{"type":"track","userId":"a","event":"e","name":"n","{field}":{closed}}}"#);
            read_everywhere(item.as_bytes());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_are_refused_or_read(bytes: Vec<u8>) {
        read_everywhere(&bytes);
    }

    #[test]
    fn a_real_body_with_some_bytes_changed_is_refused_or_read(
        body in proptest::sample::select(&BODIES),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = body.as_bytes().to_vec();
        for (place, byte) in changes {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        read_everywhere(&bytes);
    }

    #[test]
    fn fields_that_nobody_knows_survive_word_for_word(
        fields in proptest::collection::btree_map("x[ -~äß😀]{0,8}", ".{0,10}", 0..6),
    ) {
        let mut item = serde_json::to_value(&fields).unwrap();
        for (key, value) in [("type", "track"), ("userId", "ada"), ("event", "e"), ("name", "n")] {
            item[key] = value.into();
        }
        let text = item.to_string();
        let arrived = Arrived { source: "shop", received_at: Timestamp::clamped(0) };
        let event = segment::event(&text, &arrived).unwrap();
        let mut extra = event.extra.to_value();
        prop_assert_eq!(extra["name"].take(), serde_json::Value::from("n"));
        extra.as_object_mut().unwrap().remove("name");
        prop_assert_eq!(extra, serde_json::to_value(&fields).unwrap());
    }
}
