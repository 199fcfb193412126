//! CloudEvents 1.0: the three forms, the mapping, and what is kept of the envelope.

use ingest::cloudevents::{event, parse};
use ingest::{Arrived, Dialect, reparse};
use model::{Event, Kind, Mood, MoodOrigin, Timestamp};

fn tills() -> Arrived<'static> {
    Arrived { source: "tills", received_at: "2026-11-22T10:00:01Z".parse().expect("a time") }
}

fn who(event: &Event<'_>) -> String {
    let list: Vec<String> = event.identifiers.iter().map(|i| format!("{}={}", i.kind, i.value)).collect();
    list.join(" ")
}

#[test]
fn a_structured_event_keeps_its_envelope_and_speaks_in_ours() {
    let body = include_bytes!("fixtures/cloudevents-structured.json");
    let headers = [("Content-Type", "application/cloudevents+json; charset=utf-8")];
    let parsed = parse(headers, body, &tills()).unwrap();
    let (_, event) = &parsed.events[0];
    assert_eq!(event.message_id, "https://shop.example/orders#A234-1234-1234");
    assert_eq!((event.name.as_str(), event.kind, event.channel.as_str()), ("placed", Kind::Interaction, "web"));
    assert_eq!(event.source, "tills");
    assert_eq!(who(event), "user_id=ada email=ada@example.org");
    assert_eq!(event.properties.as_str(), r#"{"total":1899.00,"currency":"EUR","traits":{"email":"ada@example.org"}}"#);

    let sent: serde_json::Value = serde_json::from_slice(body).unwrap();
    let mut kept = event.extra.to_value();
    kept["data"] = event.properties.to_value();
    kept["specversion"] = "1.0".into();
    kept["time"] = sent["time"].clone();
    assert_eq!(kept, sent);
    assert_eq!(event.at, sent["time"].as_str().unwrap().parse::<Timestamp>().unwrap());
}

#[test]
fn a_binary_request_reads_like_the_same_event_in_structured_form() {
    let headers = [
        ("CE-SpecVersion", "1.0"),
        ("ce-id", "Gr%C3%BC%C3%9Fe"),
        ("ce-source", "/tills/7"),
        ("ce-type", "shop.talk.offered"),
        ("ce-kind", "conversation"),
        ("ce-userid", "\"ada \\\"l\\\"\""),
        ("content-type", "application/json"),
        ("user-agent", "x"),
    ];
    let mut parsed = parse(headers, br#" {"reason": "price"} "#, &tills()).unwrap();
    let structured = r#"{"specversion":"1.0","id":"Grüße","source":"/tills/7","type":"shop.talk.offered","kind":"conversation","userid":"ada \"l\"","datacontenttype":"application/json","data":{"reason": "price"}}"#;
    assert_eq!(parsed.events.remove(0).1, event(structured, &tills()).unwrap());
}

#[test]
fn data_of_every_sort_is_kept() {
    let base = [("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "s"), ("ce-type", "t"), ("ce-userid", "ada")];
    for (content_type, body, properties) in [
        ("application/json", &b"[1, 2]"[..], r#"{"data":[1, 2]}"#),
        ("", b"{\"a\":\n1}", r#"{"a": 1}"#),
        ("application/vnd.x+json; charset=utf-8", b"\"x\"", r#"{"data":"x"}"#),
        ("text/plain", b"a \"b\"", r#"{"data":"a \"b\""}"#),
        ("image/png", b"\x89PNG\xff", r#"{"data_base64":"iVBOR/8="}"#),
        ("application/json", b"null", "{}"),
        ("application/json", b"", "{}"),
    ] {
        let headers = base.into_iter().chain([("content-type", content_type)]);
        let parsed = parse(headers, body, &tills()).unwrap();
        assert_eq!(parsed.events[0].1.properties.as_str(), properties, "{content_type}");
    }
    let structured = r#"{"specversion":"1.0","id":"1","source":"s","type":"t","userid":"a","data_base64":"AA=="}"#;
    assert_eq!(event(structured, &tills()).unwrap().properties.as_str(), r#"{"data_base64":"AA=="}"#);
    let broken = base.into_iter().chain([("content-type", "application/json")]);
    assert_eq!(parse(broken, b"{", &tills()).unwrap_err().code(), "not_json");
}

#[test]
fn a_batch_tells_good_events_from_bad() {
    let parsed = parse([], include_bytes!("fixtures/cloudevents-batch.json"), &tills()).unwrap();
    let (_, talk) = &parsed.events[0];
    assert_eq!(
        (talk.kind, talk.name.as_str(), who(talk).as_str()),
        (Kind::Conversation, "offered", "anonymous_id=guest-1")
    );
    assert_eq!(talk.mood, Some(Mood { value: -1, origin: MoodOrigin::Reported, method: "".into() }));
    assert_eq!(talk.at, tills().received_at);

    let (index, identify) = &parsed.events[1];
    assert_eq!((*index, identify.kind), (2, Kind::Identify));
    assert_eq!(who(identify), "user_id=ada anonymous_id=guest-1 email=ada@example.org phone=+49 30 1");
    assert_eq!(identify.properties.as_str(), r#"{"email":"ada@example.org","phone":"+49 30 1"}"#);
    assert_eq!(identify.extra.to_value()["data"]["by"], "s-12");

    let (index, bad) = &parsed.bad[0];
    assert_eq!((*index, bad.dialect, bad.code), (1, Dialect::CloudEvents, "bad_attribute"));
    let repaired = bad.payload.as_str().replace(r#""specversion""#, r#""id":"2","specversion""#);
    assert_eq!(reparse(bad.dialect, &repaired, &tills()).unwrap().message_id, "/tills/7#2");
}

#[test]
fn each_rule_of_the_envelope_is_held() {
    let with = |members: &str| format!(r#"{{"specversion":"1.0","id":"1","source":"s",{members}}}"#);
    for (members, name, kind, identifiers) in [
        (r#""type":"plain","userid":"a""#, "plain", Kind::Interaction, "user_id=a"),
        (r#""type":"ends.with.","userid":"a""#, "ends.with.", Kind::Interaction, "user_id=a"),
        (r#""type":"a.alias","userid":"a","data":{"previousId":"x"}"#, "alias", Kind::Link, "user_id=a anonymous_id=x"),
        (
            r#""type":"t","userid":"a","data":{"userId":"b","anonymousId":7}"#,
            "t",
            Kind::Interaction,
            "user_id=a anonymous_id=7",
        ),
        (
            r#""type":"t","data":{"identifiers":[{"kind":"loyalty_card","value":"4711"},{"kind":"frame_number","value":"W"}]}"#,
            "t",
            Kind::Interaction,
            "loyalty_card=4711 frame_number=W",
        ),
        (r#""type":"a.identify","kind":"outcome","userid":"a""#, "identify", Kind::Outcome, "user_id=a"),
    ] {
        let text = with(members);
        let event = event(&text, &tills()).unwrap();
        assert_eq!((event.name.as_str(), event.kind, who(&event).as_str()), (name, kind, identifiers), "{members}");
    }
    for (text, code, told) in [
        (r#"{"id":"1","source":"s","type":"t","userid":"a"}"#, "bad_attribute", "specversion: is missing"),
        (
            r#"{"specversion":"0.3","id":"1","source":"s","type":"t"}"#,
            "bad_attribute",
            "specversion: \"0.3\" is no version",
        ),
        (r#"{"specversion":"1.0","id":"","source":"s","type":"t"}"#, "bad_attribute", "id: is missing"),
        (r#"{"specversion":"1.0","id":5,"source":"s","type":"t"}"#, "bad_text", "id: \"5\" is not a text"),
        (r#"{"specversion":"1.0","id":"1","source":"s","type":"t"}"#, "missing_identifier", "identifiers: are missing"),
        (
            r#"{"specversion":"1.0","id":"1","source":"s","type":"t","userid":"a","time":"x"}"#,
            "bad_time",
            "time: \"x\"",
        ),
        (
            r#"{"specversion":"1.0","id":"1","source":"s","type":"t","data":{"userId":{}}}"#,
            "bad_identifier",
            "data.userId: ",
        ),
        (
            r#"{"specversion":"1.0","id":"1","source":"s","type":"t","data":{"identifiers":[{"kind":"Card","value":"1"}]}}"#,
            "bad_identifier",
            "data.identifiers: ",
        ),
    ] {
        let bad = event(text, &tills()).unwrap_err();
        assert_eq!((bad.code, bad.to_string().starts_with(told)), (code, true), "{text}: {bad}");
    }
}

#[test]
fn a_talk_brings_its_mood() {
    let text = r#"{"specversion":"1.0","id":"1","source":"s","type":"shop.talk","kind":"conversation","userid":"a",
        "data":{"mood":{"value":-1,"origin":"reported"}}}"#;
    let event = event(text, &tills()).unwrap();
    assert_eq!(event.mood.map(|mood| (mood.value, mood.origin)), Some((-1, model::MoodOrigin::Reported)));
}

#[test]
fn a_long_id_is_shortened_and_still_tells_events_apart() {
    let long = |id: &str| {
        format!(r#"{{"specversion":"1.0","id":"{}{id}","source":"s","type":"t","userid":"a"}}"#, "i".repeat(300))
    };
    let (one, two) = (long("1"), long("2"));
    let (one, two) = (event(&one, &tills()).unwrap(), event(&two, &tills()).unwrap());
    assert_eq!(one.message_id.as_str().len(), 34);
    assert_ne!(one.message_id, two.message_id);
    assert!(one.extra.as_str().contains(&"i".repeat(300)));
}
