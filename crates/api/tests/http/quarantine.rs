//! Bad rows over HTTP.

use serde_json::{Value, json};

use crate::server::Server;

fn send_bad(server: &Server, count: usize) {
    let batch: Vec<Value> =
        (0..count).map(|n| json!({"type": "track", "messageId": format!("bad-{n}"), "event": "visit", "customer": format!("c{n}")})).collect();
    let taken = server.send("/v1/batch", &json!({"batch": batch}));
    assert_eq!(taken["rejected"].as_array().unwrap().len(), count);
}

#[test]
fn an_item_is_repaired_by_an_edit_once() {
    let server = Server::start();
    send_bad(&server, 1);
    let page = server.get("/v1/quarantine").expect(200);
    let item = &page["items"][0];
    assert_eq!(
        (&item["code"], &item["source"], &item["state"]),
        (&json!("missing_identifier"), &json!("shop"), &json!("open"))
    );
    let path = format!("/v1/quarantine/{}", item["id"]);
    assert_eq!(&server.get(&path).expect(200), item);

    let still = server.tell("POST", format!("{path}/repair"), &json!({})).expect(200);
    assert!(still["still_bad"][0]["reason"].as_str().unwrap().starts_with("userId: is missing"));
    let mut payload: Value = serde_json::from_str(item["payload"].as_str().unwrap()).unwrap();
    payload["userId"] = "ada".into();
    let dry = server.tell("POST", format!("{path}/repair"), &json!({"payload": payload, "dry_run": true})).expect(200);
    assert_eq!(dry["repaired"], 1);
    server.get("/v1/customers/lookup?kind=user_id&value=ada").problem(404, "not_found");

    let repaired = server.tell("POST", format!("{path}/repair"), &json!({"payload": payload})).expect(200);
    assert_eq!(repaired, json!({"repaired": 1, "duplicates": 0, "still_bad": []}));
    server.get("/v1/customers/lookup?kind=user_id&value=ada").expect(200);
    let now = server.get(&path).expect(200);
    assert_eq!((&now["state"], &now["repaired_as"]), (&json!("repaired"), &json!(1)));
    server.tell("POST", format!("{path}/repair"), &json!({"payload": payload.to_string()})).problem(404, "not_found");
    server.tell("POST", format!("{path}/discard"), &json!({})).problem(404, "not_found");
}

#[test]
fn many_items_are_repaired_by_one_patch() {
    let server = Server::start();
    send_bad(&server, 3);
    server
        .call("POST", "/v1/track")
        .bearer(&server.key)
        .json(&json!({"userId": "ada"}))
        .send()
        .problem(400, "missing_event");
    let patch = json!([{"op": "move", "from": "/customer", "path": "/userId"}]);
    let many = |dry_run: bool| {
        let body = json!({"code": "missing_identifier", "source": "shop", "patch": patch, "dry_run": dry_run});
        server.tell("POST", "/v1/quarantine/repair", &body).expect(200)
    };
    assert_eq!(many(true)["repaired"], 3);
    assert_eq!(many(false)["repaired"], 3);
    assert_eq!(many(false)["repaired"], 0);
    server.get("/v1/customers/lookup?kind=user_id&value=c1").expect(200);
    let open = server.get("/v1/quarantine?state=open").expect(200);
    assert_eq!(open["items"].as_array().unwrap().len(), 1);
    let wrong = json!({"patch": [{"op": "twist", "path": "/a"}]});
    server.tell("POST", "/v1/quarantine/repair", &wrong).problem(400, "malformed");
}

#[test]
fn the_quarantine_is_listed_in_pages_from_either_end() {
    let server = Server::start();
    send_bad(&server, 5);
    let ids = |query: &str| -> Vec<u64> {
        let page = server.get(format!("/v1/quarantine?{query}")).expect(200);
        page["items"].as_array().unwrap().iter().map(|item| item["id"].as_u64().unwrap()).collect()
    };
    assert_eq!(ids("limit=2"), [5, 4]);
    assert_eq!(ids("limit=2&after=4"), [3, 2]);
    assert_eq!(ids("limit=2&order=oldest&after=4"), [5]);
    server.tell("POST", "/v1/quarantine/2/discard", &json!({})).expect(200);
    assert_eq!(ids("state=open&order=oldest"), [1, 3, 4, 5]);
    assert_eq!(ids("state=discarded"), [2]);
    assert_eq!(ids("source=nobody"), [] as [u64; 0]);
    let page = server.get("/v1/quarantine?limit=2").expect(200);
    assert_eq!(page["next"], 4);
    let counts = page["counts"].as_array().unwrap();
    assert!(counts.contains(&json!({"code": "missing_identifier", "state": "open", "items": 4})), "{counts:?}");

    server.get("/v1/quarantine/99").problem(404, "not_found");
    server.get("/v1/quarantine/x").problem(400, "invalid");
    server.get("/v1/quarantine?state=lost").problem(400, "invalid");
    server.get("/v1/quarantine?order=random").problem(400, "invalid");
}

#[test]
fn rows_of_a_file_come_in_with_a_token_and_the_file_is_known_afterwards() {
    let server = Server::start();
    let event = json!({"message_id": "f-1", "source": "till", "at": "2026-11-22T10:00:00Z", "received_at": "2026-11-22T10:00:00Z",
        "name": "sale", "identifiers": [{"kind": "loyalty_card", "value": "4711"}]});
    let bad = json!({"dialect": "row", "code": "bad_time", "reason": "line 3: \"x\" is no time", "payload": "{}"});
    let imported = json!({"fingerprint": "ab".repeat(32), "options": "00".repeat(32), "name": "till.csv", "rows": 2});
    let rows = json!({"source": "till", "events": [event], "bad": [bad], "imported": imported});
    let taken = server.tell("POST", "/v1/import", &rows).expect(200);
    assert_eq!(taken, json!({"accepted": 1, "duplicates": 0, "quarantined": 1}));
    server.get("/v1/customers/lookup?kind=loyalty_card&value=4711").expect(200);
    let file = store::FileRecord {
        fingerprint: [0xab; 32],
        options: [0; 32],
        name: String::new(),
        rows: 0,
        at: model::Timestamp::default(),
    };
    assert_eq!(server.engine().answers().imported(&file).unwrap().unwrap().name, "till.csv");

    let with = |field: &str, value: Value| {
        let mut spoilt = rows.clone();
        *spoilt.pointer_mut(field).unwrap() = value;
        server.tell("POST", "/v1/import", &spoilt)
    };
    assert!(with("/events/0/at", "x".into()).problem(400, "invalid").contains("events[0]"));
    assert!(with("/imported/options", "zz".into()).problem(400, "invalid").contains("no hash of 64 hex digits"));
}
