//! Events in, in every form that clients send.

use std::io::Write;
use std::sync::mpsc;

use api::Settings;
use engine::Options;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use store::{Encoded, NewBad, Submission};

use crate::server::{Call, Server};

fn gzip(plain: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn counts(taken: &Value) -> (u64, u64, usize) {
    let number = |name: &str| taken[name].as_u64().unwrap();
    (number("accepted"), number("duplicates"), taken["rejected"].as_array().unwrap().len())
}

#[test]
fn every_form_that_real_clients_send_is_taken() {
    let server = Server::start();
    let basic = server.basic();
    let raw = format!("Basic {}", server.key);
    let bearer = format!("Bearer {}", server.key);
    let track = |id: &str| json!({"type": "track", "messageId": id, "userId": "ada", "event": "visit"});
    let batch = |id: &str| json!({"batch": [track(id)], "sentAt": "2026-11-22T10:00:00.000+00:00"}).to_string();
    let with_key = |id: &str| {
        let mut body = track(id);
        body["writeKey"] = server.key.as_str().into();
        body.to_string()
    };
    let null_ids = json!({"messageId": "n", "userId": "ada", "anonymousId": null, "event": "visit"}).to_string();
    type Headers<'a> = Vec<(&'a str, &'a str)>;
    let forms: Vec<(&str, &str, Headers<'_>, Vec<u8>)> = vec![
        ("node client", "/v1/batch", vec![("authorization", &basic)], batch("1").into()),
        ("browser client", "/v1/t", vec![("content-type", "text/plain")], with_key("2").into()),
        ("python client", "/v1/track", vec![("authorization", &basic)], null_ids.into()),
        (
            "gzip as a form",
            "/v1/batch",
            vec![("authorization", &basic), ("content-type", "application/x-www-form-urlencoded")],
            gzip(&batch("3")),
        ),
        ("gzip without a header", "/v1/b/", vec![("authorization", &raw)], gzip(&batch("4"))),
        ("a slash at the end", "/v1/track/", vec![("authorization", &bearer)], track("5").to_string().into()),
        ("gzip with the key inside", "/v1/track", vec![("content-type", "text/plain")], gzip(&with_key("6"))),
        ("a byte order mark", "/v1/track", vec![("authorization", &bearer)], format!("\u{feff}{}", track("7")).into()),
    ];
    let sent = forms.len();
    for (who, path, headers, body) in forms {
        let call = headers.iter().fold(server.call("POST", path), |call, (name, value)| call.header(name, value));
        let taken = call.body(body).send().expect(200);
        assert_eq!(taken, json!({"success": true, "accepted": 1, "duplicates": 0, "rejected": []}), "{who}");
    }
    let customer = server.get("/v1/customers/lookup?kind=user_id&value=ada").expect(200);
    let id = customer["customer"]["id"].as_str().unwrap();
    let timeline = server.get(format!("/v1/customers/{id}/timeline")).expect(200);
    assert_eq!(timeline["events"].as_array().unwrap().len(), sent);
}

#[test]
fn every_call_serves_under_its_name_and_its_letter() {
    let server = Server::start();
    let traits = json!({"userId": "ada", "anonymousId": "a-1", "traits": {"email": "ada@example.org"}});
    for (call, body) in [
        ("track", json!({"userId": "ada", "event": "visit"})),
        ("identify", traits.clone()),
        ("page", json!({"anonymousId": "a-1", "name": "Home"})),
        ("screen", json!({"anonymousId": "a-1", "name": "Home"})),
        ("group", json!({"userId": "ada", "groupId": "g-1"})),
        ("alias", json!({"userId": "ada", "previousId": "a-1"})),
        ("batch", json!({"batch": [{"type": "track", "userId": "ada", "event": "visit"}]})),
    ] {
        for path in [format!("/v1/{call}"), format!("/v1/{}", &call[..1]), format!("/v1/{call}/")] {
            let mut body = body.clone();
            let item = if call == "batch" { &mut body["batch"][0] } else { &mut body };
            item["messageId"] = path.as_str().into();
            assert_eq!(counts(&server.send(&path, &body)), (1, 0, 0), "{path}");
        }
    }
}

#[test]
fn a_bad_item_goes_to_the_quarantine_and_does_not_fail_the_good_ones() {
    let server = Server::start();
    let batch = json!({"batch": [
        {"type": "track", "messageId": "1", "userId": "ada", "event": "visit"},
        {"type": "track", "messageId": "2", "event": "visit"},
        {"type": "track", "messageId": "1", "userId": "ada", "event": "visit"},
        {"type": "track", "messageId": "1", "userId": "ada", "event": "purchase"},
        17,
        {"type": "track", "messageId": "3", "userId": "ada", "event": "visit"},
    ]});
    let taken = server.send("/v1/batch", &batch);
    assert_eq!(counts(&taken), (2, 1, 3), "{taken:#}");
    let rejected: Vec<(u64, &str)> = taken["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["index"].as_u64().unwrap(), item["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(rejected.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [1, 3, 4]);
    assert!(rejected[0].1.starts_with("userId: is missing"), "{rejected:?}");
    assert_eq!(rejected[1].1, "message id was already used for another payload");
    assert_eq!(rejected[2].1, "\"17\" is not a JSON object");

    let quarantine = server.get("/v1/quarantine?state=open").expect(200);
    assert_eq!(quarantine["items"].as_array().unwrap().len(), 3);
    // The same batch again stores nothing anew.
    assert_eq!(counts(&server.send("/v1/batch", &batch)).0, 0);
}

#[test]
fn a_single_bad_event_is_refused_and_kept() {
    let server = Server::start();
    for (path, body, code) in [
        ("/v1/track", json!({"userId": "ada"}), "missing_event"),
        ("/v1/events", json!({"name": "visit"}), "missing_identifier"),
        ("/v1/cloudevents", json!({"specversion": "1.0", "id": "1", "source": "/s"}), "bad_attribute"),
    ] {
        let detail = server.call("POST", path).bearer(&server.key).json(&body).send().problem(400, code);
        assert!(detail.contains("quarantine"), "{detail}");
        let kept = server.get(format!("/v1/quarantine?code={code}")).expect(200);
        let payload: Value = serde_json::from_str(kept["items"][0]["payload"].as_str().unwrap()).unwrap();
        body.as_object().unwrap().iter().for_each(|(name, value)| assert_eq!(&payload[name], value));
    }
}

#[test]
fn what_cannot_be_read_as_a_whole_is_refused_as_a_whole() {
    let server = Server::start();
    let item = |bytes: usize| json!({"type": "track", "userId": "a", "event": "e", "p": "x".repeat(bytes)}).to_string();
    let padded = format!("{{\"batch\":[],\"p\":\"{}\"}}", "x".repeat(600_000));
    let bomb = gzip(&padded);
    assert!(bomb.len() < 10_000);
    let large_own = format!("[{{\"p\":\"{}\"}}]", "x".repeat(5 << 20));
    for (path, body, status, code) in [
        ("/v1/track", b"{\"userId\":".to_vec(), 400, "not_json"),
        ("/v1/track", b"[]".to_vec(), 400, "wrong_shape"),
        ("/v1/batch", b"{}".to_vec(), 400, "wrong_shape"),
        ("/v1/batch", b"\x1f\x8bnot gzip".to_vec(), 400, "bad_gzip"),
        ("/v1/batch", b"{\"batch\":[\"\xff\"]}".to_vec(), 400, "not_utf8"),
        ("/v1/events", b"\"text\"".to_vec(), 400, "wrong_shape"),
        ("/v1/events", Vec::new(), 400, "not_json"),
        ("/v1/track", item(40_000).into_bytes(), 413, "too_large"),
        ("/v1/batch", padded.into_bytes(), 413, "too_large"),
        ("/v1/batch", bomb, 413, "too_large"),
        ("/v1/events", large_own.into_bytes(), 413, "too_large"),
    ] {
        server.call("POST", path).bearer(&server.key).body(body).send().problem(status, code);
    }
    // An event over the limit inside of a batch that is not, is one bad item.
    let body = format!("{{\"batch\":[{},{}]}}", item(40_000), item(10));
    let taken = server.call("POST", "/v1/batch").bearer(&server.key).body(body).send().expect(200);
    assert_eq!(counts(&taken), (1, 0, 1));
}

#[test]
fn no_or_a_wrong_write_key_is_refused_before_anything_is_read() {
    let server = Server::start();
    let event = json!({"userId": "ada", "event": "visit"});
    let in_body = json!({"userId": "ada", "event": "visit", "writeKey": "glw_wrong"});
    type Dress = fn(Call<'_>) -> Call<'_>;
    let calls: [(&str, Dress, &Value); 5] = [
        ("/v1/track", |call| call, &event),
        ("/v1/track", |call| call, &in_body),
        ("/v1/track", |call| call.header("authorization", "Basic Z2x3X3dyb25nOg=="), &event),
        ("/v1/cloudevents", |call| call, &in_body),
        ("/v1/events", |call| call.bearer("glw_wrong"), &event),
    ];
    for (path, dressed, body) in calls {
        let answer = dressed(server.call("POST", path)).json(body).send();
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{path}");
        answer.problem(401, "unauthenticated");
    }
    // A large body is read to its end, so that the client hears why.
    server
        .call("POST", "/v1/events")
        .bearer("glw_wrong")
        .body(vec![b' '; 3 << 20])
        .send()
        .problem(401, "unauthenticated");
    // A token is no write key, and a write key no token.
    server.call("POST", "/v1/track").bearer(&server.admin).json(&event).send().problem(401, "unauthenticated");
    server.call("GET", "/v1/plans").bearer(&server.key).send().problem(401, "unauthenticated");
}

#[test]
fn cloud_events_come_in_three_forms() {
    let server = Server::start();
    let event = |id: &str| {
        json!({
            "specversion": "1.0", "id": id, "source": "/till/1", "type": "org.example.shop.purchase",
            "time": "2026-11-22T10:00:00Z", "userid": "ada", "data": {"total": 12},
        })
    };
    let send = |content_type: &str, body: String| {
        let call = server.call("POST", "/v1/cloudevents").bearer(&server.key).header("content-type", content_type);
        counts(&call.body(body).send().expect(200))
    };
    assert_eq!(send("application/cloudevents+json", event("1").to_string()), (1, 0, 0));
    let batch = json!([event("1"), event("2"), {"specversion": "1.0"}]).to_string();
    assert_eq!(send("application/cloudevents-batch+json; charset=utf-8", batch), (1, 1, 1));
    let binary = |body: &str| {
        server
            .call("POST", "/v1/cloudevents")
            .bearer(&server.key)
            .header("content-type", "application/json")
            .header("ce-specversion", "1.0")
            .header("ce-id", body)
            .header("ce-source", "/till/1")
            .header("ce-type", "org.example.shop.purchase")
            .header("ce-userid", "ada")
            .body(body)
            .send()
    };
    assert_eq!(counts(&binary(r#"{"total":12}"#).expect(200)), (1, 0, 0));
    assert_eq!(counts(&binary("[1,2]").expect(200)), (1, 0, 0), "data that is a list is still one event");

    let customer = server.get("/v1/customers/lookup?kind=user_id&value=ada").expect(200);
    let id = customer["customer"]["id"].as_str().unwrap();
    let timeline = server.get(format!("/v1/customers/{id}/timeline")).expect(200);
    let names: Vec<&str> =
        timeline["events"].as_array().unwrap().iter().map(|event| event["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["purchase"; 4]);
}

#[test]
fn own_events_come_alone_or_many_at_once() {
    let server = Server::start();
    let event = |id: &str| json!({"message_id": id, "name": "visit", "identifiers": [{"kind": "loyalty_card", "value": "4711"}]});
    assert_eq!(counts(&server.send("/v1/events", &event("1"))), (1, 0, 0));
    assert_eq!(counts(&server.send("/v1/events", &json!([event("1"), event("2")]))), (1, 1, 0));
    assert_eq!(counts(&server.send("/v1/events", &json!([]))), (0, 0, 0));
    server.get("/v1/customers/lookup?kind=loyalty_card&value=4711").expect(200);
}

#[test]
fn browsers_of_any_site_may_send() {
    let server = Server::start();
    for path in ["/v1/t", "/v1/track/", "/v1/batch", "/v1/cloudevents", "/v1/events", "/v1/projects/x/settings"] {
        let preflight = server
            .call("OPTIONS", path)
            .header("origin", "https://shop.example.org")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,x-own")
            .send();
        assert_eq!(preflight.status, 200, "{path}");
        assert_eq!(preflight.header("access-control-allow-origin"), "https://shop.example.org");
        assert_eq!(preflight.header("access-control-allow-headers"), "authorization,x-own");
        for method in ["GET", "POST", "OPTIONS"] {
            assert!(preflight.header("access-control-allow-methods").contains(method), "{path}");
        }
    }
    // Refusals can be read by the site, too; nothing but the doors for events is open to it.
    let send = |path: &str| server.call("POST", path).header("origin", "https://shop.example.org").body("{}").send();
    assert_eq!(send("/v1/track").header("access-control-allow-origin"), "https://shop.example.org");
    assert_eq!(send("/v1/quarantine/repair").header("access-control-allow-origin"), "");
}

#[test]
fn a_browser_client_gets_settings_that_lead_it_back_here() {
    let server = Server::with(Settings { behind_proxy: true, ..Settings::default() }, &Options::default());
    let path = format!("/v1/projects/{}/settings", server.key);
    let direct = server.call("GET", &path).send().expect(200);
    let segment = &direct["integrations"]["Segment.io"];
    assert_eq!(segment["apiHost"], format!("{}/v1", server.address));
    assert_eq!((&segment["protocol"], &segment["apiKey"]), (&json!("http"), &json!(server.key)));
    let proxied = server
        .call("GET", &path)
        .header("x-forwarded-host", "events.example.org")
        .header("x-forwarded-proto", "https")
        .send()
        .expect(200);
    let segment = &proxied["integrations"]["Segment.io"];
    assert_eq!((&segment["apiHost"], &segment["protocol"]), (&json!("events.example.org/v1"), &json!("https")));
    server.call("GET", "/v1/projects/glw_wrong/settings").send().problem(404, "not_found");
}

#[test]
fn a_full_queue_tells_the_sender_to_come_again() {
    let server = Server::with(Settings::default(), &Options { queue_bytes: 1000, ..Options::default() });
    let event = json!({"messageId": "1", "userId": "ada", "event": "visit"});
    let row = |payload: String| Submission {
        source: "shop".into(),
        events: Encoded::default(),
        bad: vec![NewBad {
            received_at: model::Timestamp::now(),
            dialect: "raw".into(),
            code: "test".into(),
            reason: "is a test".into(),
            payload,
        }],
        ..Submission::default()
    };
    // The writer calls back from its own thread: whoever does not return holds it.
    let (go_on, waits) = mpsc::channel::<()>();
    let (held, is_held) = mpsc::channel();
    let hold = move |_| {
        held.send(()).unwrap();
        assert!(waits.recv().is_err(), "the other end is only ever dropped");
    };
    server.engine().submit(row("first".into()), hold).unwrap();
    is_held.recv().unwrap();
    server.engine().submit(row("x".repeat(2000)), |_| {}).unwrap();

    let refused = server.call("POST", "/v1/track").bearer(&server.key).json(&event).send();
    assert_eq!(refused.header("retry-after"), "1");
    refused.problem(429, "queue_full");
    drop(go_on);
    for _ in 0..500 {
        let again = server.call("POST", "/v1/track").bearer(&server.key).json(&event).send();
        if again.status == 200 {
            assert_eq!(counts(&again.json()), (1, 0, 0), "nothing of the refused request was stored");
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("the queue stayed full");
}
