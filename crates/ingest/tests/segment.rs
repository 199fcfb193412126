//! The Segment dialect: tables of items, and the bodies that real clients send.

use std::io::Write;

use ingest::segment::{MAX_BATCH_BYTES, MAX_EVENT_BYTES, Route, event, parse, settings, write_key};
use ingest::{Arrived, Dialect, Refused, inflate, reparse};
use model::{Event, Timestamp};

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time in RFC 3339")
}

fn shop() -> Arrived<'static> {
    Arrived { source: "shop", received_at: time("2026-11-22T10:00:01Z") }
}

/// An event as one line: kind, name, channel, identifiers.
fn line(event: &Event<'_>) -> String {
    let who: Vec<String> = event.identifiers.iter().map(|i| format!("{}={}", i.kind, i.value)).collect();
    format!("{} {:?} [{}] {}", event.kind, event.name, event.channel, who.join(" "))
}

fn read(item: &str) -> Event<'static> {
    event(item, &shop()).unwrap_or_else(|bad| panic!("{item}: {bad}")).into_owned()
}

#[test]
fn each_call_says_what_happened_to_whom_and_how() {
    for (item, expected) in [
        (r#"{"type":"track","userId":"ada","event":"e"}"#, r#"interaction "e" [] user_id=ada"#),
        (r#"{"type":"track","userId":12,"event":"e"}"#, r#"interaction "e" [] user_id=12"#),
        (r#"{"type":"track","userId":null,"anonymousId":"x","event":"e"}"#, r#"interaction "e" [] anonymous_id=x"#),
        (r#"{"type":"track","userId":"","anonymousId":"x","event":"e"}"#, r#"interaction "e" [] anonymous_id=x"#),
        (r#"{"type":"track","userId":"a\u0064a","event":"\u00e9"}"#, r#"interaction "é" [] user_id=ada"#),
        (r#"{"type":"track","userId":"old","userId":"ada","event":"e"}"#, r#"interaction "e" [] user_id=ada"#),
        (r#"{"type":"track","kind":"exposure","userId":"ada","event":"e"}"#, r#"exposure "e" [] user_id=ada"#),
        (r#"{"type":"page","anonymousId":"x"}"#, r#"interaction "page" [web] anonymous_id=x"#),
        (r#"{"type":"page","name":"","anonymousId":"x"}"#, r#"interaction "page" [web] anonymous_id=x"#),
        (r#"{"type":"screen","name":"Home","anonymousId":"x"}"#, r#"interaction "Home" [app] anonymous_id=x"#),
        (
            r#"{"type":"identify","userId":"ada","traits":{"email":"a@b.de","phone":491}}"#,
            r#"identify "identify" [] user_id=ada email=a@b.de phone=491"#,
        ),
        (
            r#"{"type":"track","event":"e","userId":"ada","traits":{"email":"a@b.de"}}"#,
            r#"interaction "e" [] user_id=ada"#,
        ),
        (r#"{"type":"group","userId":"ada","traits":{"email":"club@b.de"}}"#, r#"identify "group" [] user_id=ada"#),
        (
            r#"{"type":"alias","userId":"ada","previousId":"x","anonymousId":"x"}"#,
            r#"link "alias" [] user_id=ada anonymous_id=x"#,
        ),
        (
            r#"{"type":"alias","userId":"ada","previousId":"ada@old.example"}"#,
            r#"link "alias" [] user_id=ada email=ada@old.example"#,
        ),
        (
            r#"{"type":"track","event":"e","userId":"ada","context":{"traits":{"email":"a@b.de"},"device":{"id":"d1"},
                "externalIds":[{"id":"4711","type":"loyalty_card"},{"id":"I-1","type":"ios.idfa"},{"id":"u","type":""},7]}}"#,
            r#"interaction "e" [app] user_id=ada email=a@b.de device_id=d1 loyalty_card=4711 ios_idfa=I-1"#,
        ),
        (
            r#"{"type":"track","event":"e","userId":"a","context":{"page":{},"os":{}}}"#,
            r#"interaction "e" [web] user_id=a"#,
        ),
        (
            r#"{"type":"track","event":"e","userId":"a","context":{"library":{"name":"analytics.js"}}}"#,
            r#"interaction "e" [web] user_id=a"#,
        ),
        (r#"{"type":"track","event":"e","userId":"a","channel":"mobile"}"#, r#"interaction "e" [app] user_id=a"#),
        (r#"{"type":"track","event":"e","userId":"a","channel":"browser"}"#, r#"interaction "e" [web] user_id=a"#),
        (
            r#"{"type":"track","event":"e","userId":"a","channel":"server","context":{"page":{}}}"#,
            r#"interaction "e" [web] user_id=a"#,
        ),
        (r#"{"type":"track","event":"e","userId":"a","channel":"kiosk"}"#, r#"interaction "e" [kiosk] user_id=a"#),
        (
            r#"{"type":"page","userId":"a","channel":"mobile","properties":{"channel":"shop"}}"#,
            r#"interaction "page" [shop] user_id=a"#,
        ),
    ] {
        assert_eq!(line(&read(item)), expected, "{item}");
    }
}

#[test]
fn a_bad_item_is_named_by_code_place_and_reason() {
    for (item, code, reason) in [
        ("7", "not_an_object", "\"7\" is not a JSON object"),
        (r#"{"userId":"a","event":"e"}"#, "unknown_type", "type: is missing: one of track, identify"),
        (r#"{"type":"Track","userId":"a","event":"e"}"#, "unknown_type", "type: \"Track\" is none of track, identify"),
        (r#"{"type":"batch","userId":"a"}"#, "unknown_type", "type: \"batch\" is none of track"),
        (r#"{"type":"track","event":"e"}"#, "missing_identifier", "userId: is missing, and anonymousId too"),
        (
            r#"{"type":"track","event":"e","userId":[1]}"#,
            "bad_identifier",
            "userId: \"[1]\" is neither a text nor a number",
        ),
        (r#"{"type":"track","event":"e","userId":true}"#, "bad_identifier", "userId: \"true\" is neither"),
        (
            r#"{"type":"alias","userId":"a"}"#,
            "missing_identifier",
            "an alias needs userId, and previousId or anonymousId",
        ),
        (r#"{"type":"track","userId":"a"}"#, "missing_event", "event: is missing"),
        (r#"{"type":"track","userId":"a","event":""}"#, "missing_event", "event: is missing"),
        (r#"{"type":"track","userId":"a","event":5}"#, "bad_text", "event: \"5\" is not a text"),
        (r#"{"type":"track","userId":"a","event":"\ud83d"}"#, "bad_text", "is not a text"),
        (
            r#"{"type":"track","userId":"a","event":"e","kind":"visit"}"#,
            "bad_kind",
            "kind: \"visit\" is none of interaction,",
        ),
        (
            r#"{"type":"track","userId":"a","event":"e","timestamp":"today"}"#,
            "bad_time",
            "timestamp: \"today\" is not an RFC 3339",
        ),
        (r#"{"type":"track","userId":"a","event":"e","sentAt":"today"}"#, "bad_time", "sentAt: \"today\" is not"),
        (
            r#"{"type":"track","userId":"a","event":"e","properties":[1]}"#,
            "not_an_object",
            "properties: \"[1]\" is not a JSON object",
        ),
        (
            r#"{"type":"track","userId":"a","event":"e","context":"x"}"#,
            "not_an_object",
            "context: \"\\\"x\\\"\" is not a JSON object",
        ),
        (
            r#"{"type":"group","userId":"a","groupId":"g","traits":5}"#,
            "not_an_object",
            "traits: \"5\" is not a JSON object",
        ),
        (r#"{"type":"track","userId":"a","event":"e","mood":3}"#, "bad_mood", "mood.value: \"3\" lies outside -2 to 2"),
        (
            r#"{"type":"track","userId":"a","event":"e","mood":"good"}"#,
            "bad_mood",
            "mood: \"\\\"good\\\"\" is neither a whole number",
        ),
        (
            r#"{"type":"track","userId":"a","event":"e","properties":{"mood":"bad","mood_origin":"reported"}}"#,
            "bad_mood",
            "properties: ",
        ),
    ] {
        let bad = event(item, &shop()).unwrap_err();
        assert_eq!((bad.code, bad.dialect), (code, Dialect::Segment), "{item}: {bad}");
        assert!(bad.to_string().contains(reason), "{item}: {bad}");
        assert_eq!(bad.payload, item);
    }
    let long_name = format!(r#"{{"type":"track","userId":"a","event":"{}"}}"#, "x".repeat(201));
    assert_eq!(event(&long_name, &shop()).unwrap_err().code, "bad_name");
}

#[test]
fn a_wrong_clock_is_corrected_by_the_time_of_sending_and_kept() {
    // received at 10:00:01
    for (times, at, client_at) in [
        (r#""timestamp":"2026-11-22T09:59:00Z""#, "2026-11-22T09:59:00Z", None),
        (r#""timestamp":"2026-11-22T09:59:00Z","sentAt":"2026-11-22T10:00:00.000Z""#, "2026-11-22T09:59:00Z", None),
        (
            r#""timestamp":"2026-11-22T08:59:00Z","sentAt":"2026-11-22T09:00:00Z""#,
            "2026-11-22T09:59:01Z",
            Some("2026-11-22T08:59:00Z"),
        ),
        (
            r#""originalTimestamp":"2026-11-23T10:00:00Z","sentAt":"2026-11-23T10:00:30Z""#,
            "2026-11-22T09:59:31Z",
            Some("2026-11-23T10:00:00Z"),
        ),
        (r#""timestamp":1795341540000,"sentAt":1795341600000"#, "2026-11-22T09:59:00Z", None),
        (
            r#""timestamp":"2026-01-01T00:00:00Z","sentAt":"2026-01-01T00:00:05Z","receivedAt":"2026-01-01T00:00:06Z""#,
            "2026-01-01T00:00:00Z",
            None,
        ),
        (r#""timestamp":null"#, "2026-11-22T10:00:01Z", None),
        (r#""sentAt":"2020-01-01T00:00:00Z""#, "2026-11-22T10:00:01Z", None),
    ] {
        let event = read(&format!(r#"{{"type":"track","userId":"a","event":"e",{times}}}"#));
        assert_eq!((event.at, event.client_at), (time(at), client_at.map(time)), "{times}");
        assert_eq!(event.received_at, shop().received_at);
    }
}

#[test]
fn what_the_envelope_has_no_name_for_is_kept_in_extra() {
    let event = read(
        r#"{"type":"track","userId":"a","event":"e","writeKey":"wk","sentAt":"2026-11-22T10:00:00Z","name":"n",
            "integrations":{"All":true},"channel":"server","weird key \"ü\"":[1, {"x":null}],"traits":{"age":3},
            "originalTimestamp":"x","timestamp":"2026-11-22T10:00:00Z","_metadata":{"retryCount":3,"bundled":[]}}"#,
    );
    let expected = r#"{"name":"n","integrations":{"All":true},"channel":"server","weird key \"ü\"":[1, {"x":null}],"traits":{"age":3},"originalTimestamp":"x","_metadata":{"bundled":[]}}"#;
    assert_eq!(event.extra.as_str(), expected);
    let group = read(r#"{"type":"group","userId":"a","groupId":7,"traits":{"name":"Club"}}"#);
    assert_eq!((group.properties.as_str(), group.extra.is_empty()), (r#"{"groupId":7,"name":"Club"}"#, true));
}

#[test]
fn a_retry_gives_the_same_event_apart_from_its_times() {
    for id in [r#""messageId":"m-1","#, ""] {
        let sent = |sent_at: &str, write_key: &str| {
            format!(
                r#"{{"type":"track",{id}"userId":"a","event":"e","timestamp":"2026-11-22T09:00:00Z","properties":{{"n":1}},"sentAt":"{sent_at}"{write_key}}}"#
            )
        };
        let first = read(&sent("2026-11-22T09:00:01Z", ""));
        let later = Arrived { received_at: time("2026-11-22T10:05:00Z"), ..shop() };
        let again = sent("2026-11-22T09:04:00Z", r#","writeKey":"wk""#);
        let mut again = event(&again, &later).unwrap();
        assert_eq!(again.at, time("2026-11-22T10:01:00Z"));
        (again.at, again.received_at, again.client_at) = (first.at, first.received_at, first.client_at);
        assert_eq!(again, first);
    }
}

#[test]
fn a_batch_lends_its_items_what_they_lack_and_tells_good_from_bad() {
    let body = br#"{"batch":[
        {"type":"track","userId":"a","event":"one","timestamp":"2026-11-22T08:00:00Z"},
        {"type":"track","event":"two"},
        17,
        {"type":"track","userId":"a","event":"three","context":{"ip":"192.0.2.1"},"integrations":{}}
    ],"context":{"page":{"url":"https://x.example/"}},"integrations":{"All":false},"sentAt":"2026-11-22T09:00:01Z"}"#;
    let parsed = parse(Route::Batch, body, &shop()).unwrap();
    assert_eq!(parsed.items(), 4);

    let good: Vec<(u32, &str, &str, &str)> = parsed
        .events
        .iter()
        .map(|(index, e)| (*index, e.name.as_str(), e.channel.as_str(), e.extra.as_str()))
        .collect();
    let lent = r#"{"integrations":{"All":false}}"#;
    assert_eq!(good, [(0, "one", "web", lent), (3, "three", "", r#"{"integrations":{}}"#)]);
    assert_eq!(parsed.events[0].1.at, time("2026-11-22T09:00:00Z"));

    let bad: Vec<(u32, &str)> = parsed.bad.iter().map(|(index, bad)| (*index, bad.code)).collect();
    assert_eq!(bad, [(1, "missing_identifier"), (2, "not_an_object")]);
}

#[test]
fn a_repaired_payload_reads_as_if_it_had_stood_in_its_place() {
    let bodies = [
        (
            Route::Batch,
            r#"{"batch":[{"type":"track","event":"e","timestamp":"2026-11-22T08:00:00Z"}],"context":{"page":{}},"sentAt":"2026-11-22T09:00:01Z"}"#,
        ),
        (
            Route::Track,
            r#"{"event":"e","timestamp":"2026-11-22T08:00:00Z","context":{"page":{}},"sentAt":"2026-11-22T09:00:01Z"}"#,
        ),
    ];
    for (route, body) in bodies {
        let parsed = parse(route, body.as_bytes(), &shop()).unwrap();
        let (_, bad) = &parsed.bad[0];
        let refused_again = reparse(bad.dialect, bad.payload.as_str(), &shop()).unwrap_err();
        assert_eq!(&refused_again, bad);

        let repaired = bad.payload.as_str().replace(r#""event":"e""#, r#""event":"e","userId":"ada""#);
        let event = reparse(bad.dialect, &repaired, &shop()).unwrap();
        let whole = body.replace(r#""event":"e""#, r#""event":"e","userId":"ada""#);
        let mut parsed = parse(route, whole.as_bytes(), &shop()).unwrap();
        assert_eq!(event, parsed.events.remove(0).1);
        assert_eq!(event.at, time("2026-11-22T09:00:00Z"));
    }
}

#[test]
fn a_body_is_refused_as_a_whole_only_when_its_items_cannot_be_told_apart() {
    let refused = |route, body: &[u8]| parse(route, body, &shop()).unwrap_err();
    for (route, body, code, told) in [
        (
            Route::Batch,
            "{\"batch\":[{}\n",
            "not_json",
            "the body is not JSON: EOF while parsing a list at line 2, column 0",
        ),
        (Route::Batch, "{\"batch\":[]} x", "not_json", "trailing characters at line 1, column 14"),
        (Route::Batch, "{\"events\":[]}", "wrong_shape", "batch: is missing"),
        (Route::Batch, "{\"batch\":5}", "wrong_shape", "expected a sequence"),
        (Route::Batch, "[]", "wrong_shape", "expected an object with a list of calls in `batch`"),
        (Route::Track, "", "not_json", "EOF while parsing a value"),
        (Route::Track, "[{}]", "wrong_shape", "expected a JSON object"),
    ] {
        let refused = refused(route, body.as_bytes());
        assert_eq!((refused.code(), refused.is_too_large()), (code, false), "{body}: {refused}");
        assert!(refused.to_string().contains(told), "{body}: {refused}");
    }
    assert_eq!(refused(Route::Track, b"{\"a\":\"\xff\"}"), Refused::NotUtf8 { at: 6 });
    assert_eq!(parse(Route::Batch, "\u{feff}{\"batch\":[]}".as_bytes(), &shop()).unwrap().items(), 0);
}

#[test]
fn limits_hold_to_the_byte() {
    let item = |bytes: usize| {
        let frame = r#"{"type":"track","userId":"a","event":"e","x":""}"#;
        format!(r#"{{"type":"track","userId":"a","event":"e","x":"{}"}}"#, "x".repeat(bytes - frame.len()))
    };
    assert_eq!(parse(Route::Track, item(MAX_EVENT_BYTES).as_bytes(), &shop()).unwrap().events.len(), 1);
    assert!(parse(Route::Track, item(MAX_EVENT_BYTES + 1).as_bytes(), &shop()).unwrap_err().is_too_large());

    let mixed = format!(r#"{{"batch":[{},{}]}}"#, item(MAX_EVENT_BYTES), item(MAX_EVENT_BYTES + 1));
    let parsed = parse(Route::Batch, mixed.as_bytes(), &shop()).unwrap();
    assert_eq!((parsed.events.len(), parsed.bad[0].0, parsed.bad[0].1.code), (1, 1, "event_too_large"));

    let padded = |bytes: usize| format!("{{\"batch\":[{}]}}", " ".repeat(bytes - 12));
    assert!(parse(Route::Batch, padded(MAX_BATCH_BYTES).as_bytes(), &shop()).is_ok());
    assert!(parse(Route::Batch, padded(MAX_BATCH_BYTES + 1).as_bytes(), &shop()).unwrap_err().is_too_large());
}

#[test]
fn moods_come_explicitly_or_with_their_origin_in_the_properties() {
    for (member, expected) in [
        (r#""mood":{"value":-2,"origin":"reported"}"#, Some((-2, ""))),
        (r#""mood":1"#, Some((1, ""))),
        (r#""mood":{"value":0,"origin":"inferred","method":"lexicon-1"}"#, Some((0, "lexicon-1"))),
        (r#""properties":{"mood":2,"mood_origin":"reported"}"#, Some((2, ""))),
        (r#""properties":{"mood":"blue"}"#, None),
    ] {
        let event = read(&format!(r#"{{"type":"track","userId":"a","event":"e",{member}}}"#));
        let mood = event.mood.as_ref().map(|mood| (mood.value, mood.method.as_str()));
        assert_eq!(mood, expected, "{member}");
    }
}

#[test]
fn routes_have_a_full_name_and_a_letter() {
    for (name, route) in [("track", Route::Track), ("t", Route::Track), ("i", Route::Identify), ("p", Route::Page)] {
        assert_eq!(name.parse(), Ok(route));
    }
    for (name, route) in [("s", Route::Screen), ("g", Route::Group), ("a", Route::Alias), ("b", Route::Batch)] {
        assert_eq!(name.parse(), Ok(route));
    }
    assert!("".parse::<Route>().is_err() && "tr".parse::<Route>().is_err());
}

#[test]
fn the_write_key_is_found_in_the_body_and_the_settings_name_it() {
    for (body, key) in [
        (r#"{"batch":[{"writeKey":"inner"}],"writeKey":"wk"}"#, Some("wk")),
        (r#"{"batch":[{"writeKey":"inner"}]}"#, None),
        (r#"{"writeKey":null}"#, None),
        (r#"{"writeKey":"#, None),
    ] {
        assert_eq!(write_key(body.as_bytes()).as_ref().map(|key| key.as_str()), key, "{body}");
    }
    let told: serde_json::Value = serde_json::from_str(&settings("wk", "http://127.0.0.1:8080/")).unwrap();
    let door = &told["integrations"]["Segment.io"];
    assert_eq!(
        (&door["apiKey"], &door["apiHost"], &door["protocol"]),
        (&"wk".into(), &"127.0.0.1:8080/v1".into(), &"http".into())
    );
    assert_eq!(told["metrics"]["sampleRate"], 0);
}

#[test]
fn the_bodies_of_real_clients_become_the_events_they_meant() {
    let identify = r#"identify "identify" [web] user_id=ada anonymous_id=c9d1f6ae-5b1e-4c63-8a3e-1f2b3c4d5e6f email=ada@example.org phone=+49 30 123456"#;
    let cases: [(&str, Route, &[&str]); 7] = [
        (
            include_str!("fixtures/analytics-node.json"),
            Route::Batch,
            &[
                r#"identify "identify" [] user_id=019mr8mf4r email=ada@example.org"#,
                r#"interaction "Item Purchased" [] user_id=019mr8mf4r"#,
                r#"identify "group" [] user_id=019mr8mf4r"#,
                r#"link "alias" [] user_id=019mr8mf4r anonymous_id=anon-55"#,
            ],
        ),
        (include_str!("fixtures/analytics-next-identify.json"), Route::Identify, &[identify]),
        (
            include_str!("fixtures/analytics-next-track.json"),
            Route::Track,
            &[r#"interaction "Order Completed" [web] anonymous_id=c9d1f6ae-5b1e-4c63-8a3e-1f2b3c4d5e6f"#],
        ),
        (
            include_str!("fixtures/analytics-next-page.json"),
            Route::Page,
            &[r#"interaction "page" [web] anonymous_id=c9d1f6ae-5b1e-4c63-8a3e-1f2b3c4d5e6f"#],
        ),
        (
            include_str!("fixtures/segment-python.json"),
            Route::Batch,
            &[
                r#"identify "identify" [] user_id=ada email=ada@example.org"#,
                r#"interaction "Survey Answered" [] user_id=4711"#,
            ],
        ),
        (
            include_str!("fixtures/rudder-node.json"),
            Route::Batch,
            &[
                r#"interaction "Appointment Booked" [shop] user_id=ada email=ada@example.org loyalty_card=4711"#,
                r#"interaction "Home" [app] anonymous_id=install-77 device_id=dev-9"#,
            ],
        ),
        (include_str!("fixtures/rudder-python.json"), Route::Batch, &[r#"interaction "Plan Changed" [] user_id=ada"#]),
    ];
    for (body, route, expected) in cases {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(body.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        for sent in [body.as_bytes(), packed.as_slice()] {
            let inflated = inflate(sent, MAX_BATCH_BYTES).unwrap();
            let parsed = parse(route, &inflated, &shop()).unwrap();
            assert!(parsed.bad.is_empty(), "{:?}", parsed.bad);
            let lines: Vec<String> = parsed.events.iter().map(|(_, event)| line(event)).collect();
            assert_eq!(lines, expected);
            for (_, event) in &parsed.events {
                assert!(!event.extra.as_str().contains("wk_shop") && !event.extra.as_str().contains("retryCount"));
            }
        }
    }
}
