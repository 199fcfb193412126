//! Geleit's own envelope: defaults, trust, and the way out and back.

use ingest::native::{event, line, parse};
use ingest::{Arrived, Dialect, reparse};
use model::{Event, Identifier, IdentifierKind, Kind, Mood, MoodOrigin, RawJson, Timestamp};
use proptest::prelude::*;

fn tills() -> Arrived<'static> {
    Arrived { source: "tills", received_at: "2026-11-22T10:00:01Z".parse().expect("a time") }
}

#[test]
fn name_and_identifiers_are_enough() {
    let item = r#"{"name":"visit","identifiers":[{"kind":"frame_number","value":"WX-9"}]}"#;
    let read = event(item, &tills()).unwrap();
    assert_eq!((read.at, read.received_at, read.kind), (tills().received_at, tills().received_at, Kind::Interaction));
    assert_eq!((read.source.as_str(), read.message_id.as_str().len()), ("tills", 34));
}

#[test]
fn unknown_fields_join_what_extra_holds_already() {
    for (members, extra) in [
        (r#""extra":{"a":1},"b":2"#, r#"{"a":1,"b":2}"#),
        (r#""extra":{ },"b":[2]"#, r#"{"b":[2]}"#),
        (r#""extra":{"a":1}"#, r#"{"a":1}"#),
        (r#""b":null"#, r#"{"b":null}"#),
        (r#""extra":null"#, "{}"),
    ] {
        let item = format!(r#"{{"name":"v","identifiers":[{{"kind":"email","value":"a@b.de"}}],{members}}}"#);
        assert_eq!(event(&item, &tills()).unwrap().extra.as_str(), extra, "{members}");
    }
}

#[test]
fn a_sender_cannot_speak_for_another_source_and_a_file_of_ours_can() {
    let item = r#"{"name":"v","source":"web","received_at":"2020-01-01T00:00:00Z","identifiers":[{"kind":"email","value":"a@b.de"}]}"#;
    let bad = event(item, &tills()).unwrap_err();
    assert_eq!((bad.code, bad.dialect), ("foreign_source", Dialect::Native));
    assert_eq!(bad.to_string(), "source: \"web\" is not the source of this credential, which is \"tills\"");
    assert_eq!(event(&item.replace("web", "tills"), &tills()).unwrap().received_at, tills().received_at);

    let spoilt = item.replace("\"v\"", "\"\"");
    let bad = line(&spoilt, &tills()).unwrap_err();
    let repaired = reparse(bad.dialect, item, &tills()).unwrap();
    let kept = line(item, &tills()).unwrap();
    assert_eq!(repaired, kept);
    assert_eq!((kept.source.as_str(), kept.received_at.to_string()), ("web", "2020-01-01T00:00:00Z".to_owned()));
}

#[test]
fn faults_are_named_and_repaired_items_read_again() {
    let good =
        r#"{"name":"v","identifiers":[{"kind":"email","value":"a@b.de"}],"mood":{"value":1,"origin":"reported"}}"#;
    for (from, to, code) in [
        (r#""v""#, r#""""#, "bad_name"),
        (r#"[{"kind":"email","value":"a@b.de"}]"#, "[]", "missing_identifier"),
        ("email", "E-Mail", "bad_identifier"),
        ("a@b.de", "", "bad_identifier"),
        ("reported", "guessed", "bad_mood"),
        (r#"{"name""#, r#"{"at":"noon","name""#, "bad_time"),
        (r#"{"name""#, r#"{"kind":"visit","name""#, "bad_kind"),
        (r#"{"name""#, r#"{"properties":3,"name""#, "not_an_object"),
    ] {
        let item = good.replace(from, to);
        let body = format!("[{good},{item}]");
        let parsed = parse(body.as_bytes(), &tills()).unwrap();
        let (index, bad) = &parsed.bad[0];
        assert_eq!((*index, bad.code), (1, code), "{item}: {bad}");
        assert!(reparse(bad.dialect, bad.payload.as_str(), &tills()).is_err());
        assert!(reparse(bad.dialect, good, &tills()).is_ok());
    }
    assert_eq!(parse(good.as_bytes(), &tills()).unwrap().items(), 1);
    assert_eq!(parse(b"\"x\"", &tills()).unwrap_err().code(), "wrong_shape");
    assert_eq!(reparse(Dialect::Raw, "x", &tills()).unwrap_err().code, "raw");
}

fn events() -> impl Strategy<Value = Event<'static>> {
    let text = "[ -~äß€😀\\\\\"\n]{1,12}";
    let moment = (0i64..4_000_000_000_000_000).prop_map(Timestamp::clamped);
    let json = proptest::collection::btree_map(".{0,6}", (any::<i32>(), ".{0,6}"), 1..4)
        .prop_map(|map| RawJson::from(serde_json::to_value(map).expect("a map of texts")));
    let mood = proptest::option::of((-2i8..=2).prop_map(|value| Mood {
        value,
        origin: MoodOrigin::Inferred,
        method: "lexicon".into(),
    }));
    let who =
        proptest::collection::vec(text.prop_map(|value| Identifier::new(IdentifierKind::LoyaltyCard, value)), 1..3);
    let parts = (text, text, text, moment.clone(), moment.clone(), proptest::option::of(moment));
    (parts, who, json.clone(), json.clone(), json, mood, proptest::sample::select(&Kind::ALL)).prop_map(
        |(
            (message_id, source, name, at, received_at, client_at),
            identifiers,
            properties,
            context,
            extra,
            mood,
            kind,
        )| {
            let mut event = Event::new(message_id, source, name, at);
            (event.received_at, event.client_at, event.kind) = (received_at, client_at, kind);
            (event.identifiers, event.mood) = (identifiers, mood);
            (event.properties, event.context, event.extra) = (properties, context, extra);
            event
        },
    )
}

proptest! {
    #[test]
    fn an_exported_event_reads_back_as_it_was(event in events()) {
        let written = serde_json::to_string(&event).unwrap();
        prop_assert!(!written.contains('\n'));
        prop_assert_eq!(line(&written, &tills()).unwrap(), event);
    }
}
