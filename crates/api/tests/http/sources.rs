//! Who may send.

use serde_json::{Value, json};
use store::Role;

use crate::server::Server;

fn source<'a>(list: &'a Value, name: &str) -> &'a Value {
    let sources = list["sources"].as_array().unwrap();
    sources.iter().find(|source| source["name"] == name).unwrap_or_else(|| panic!("{name} is not in {list:#}"))
}

#[test]
fn a_source_sends_with_its_key_until_that_is_replaced_or_revoked() {
    let server = Server::start();
    let made = server.tell("POST", "/v1/sources", &json!({ "name": "till 1/west" })).expect(201);
    let send = |key: &Value| {
        let event = json!({ "userId": "ada", "event": "purchase" });
        server.call("POST", "/v1/track").bearer(key.as_str().unwrap()).json(&event).send().status
    };
    assert_eq!(send(&made["write_key"]), 200);

    let path = "/v1/sources/till%201%2Fwest/key";
    let newer = server.tell("POST", path, &json!({})).expect(200);
    assert_ne!(made["write_key"], newer["write_key"]);
    assert_eq!(send(&newer["write_key"]), 200);
    // A key that was remembered is forgotten at the next look, half a second later at most.
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert_eq!((send(&made["write_key"]), send(&newer["write_key"])), (401, 200));

    assert_eq!(server.call("DELETE", path).bearer(&server.admin).send().status, 204);
    std::thread::sleep(std::time::Duration::from_millis(600));
    assert_eq!(send(&newer["write_key"]), 401);
    server.call("DELETE", path).bearer(&server.admin).send().problem(404, "not_found");
    assert_eq!(source(&server.get("/v1/sources").expect(200), "till 1/west")["key_at"], Value::Null);
}

#[test]
fn names_that_are_none_or_taken_are_refused() {
    let server = Server::start();
    for (name, status, code) in [
        ("", 400, "invalid"),
        (" till", 400, "invalid"),
        ("a\nb", 400, "invalid"),
        (model::RULINGS_SOURCE, 400, "invalid"),
        ("shop", 409, "exists"),
    ] {
        server.tell("POST", "/v1/sources", &json!({ "name": name })).problem(status, code);
    }
    server.tell("POST", "/v1/sources", &json!({ "name": "x", "key": "mine" })).problem(400, "malformed");
    server.tell("POST", "/v1/sources/none/key", &json!({})).problem(404, "not_found");
    let analyst = server.token(Role::Analyst);
    let refused = server.call("POST", "/v1/sources").bearer(&analyst).json(&json!({ "name": "x" })).send();
    refused.problem(403, "forbidden");
    assert_eq!(server.call("GET", "/v1/sources").bearer(&analyst).send().status, 200);
}

#[test]
fn each_source_says_what_was_counted_of_it() {
    let server = Server::start();
    let before = server.get("/v1/sources").expect(200);
    let silent = source(&before, "shop");
    assert_eq!((&silent["accepted"], &silent["last_stored_at"]), (&json!(0), &Value::Null));
    let batch = json!({ "batch": [
        { "type": "track", "messageId": "1", "userId": "ada", "event": "visit" },
        { "type": "track", "messageId": "2", "userId": "ada", "event": "visit" },
        { "type": "track", "messageId": "2", "userId": "ada", "event": "visit" },
        { "type": "track", "messageId": "3", "event": "nobody" },
    ] });
    server.send("/v1/batch", &batch);
    let rows = json!({ "source": "old tills", "events": [
        { "name": "sale", "at": "2026-01-01T00:00:00Z", "identifiers": [{ "kind": "user_id", "value": "bob" }], "message_id": "t1" },
    ] });
    server.tell("POST", "/v1/import", &rows).expect(200);

    let list = server.get("/v1/sources").expect(200);
    let shop = source(&list, "shop");
    for (field, expected) in [
        ("kind", json!("write_key")),
        ("accepted", json!(2)),
        ("duplicates", json!(1)),
        ("quarantined", json!(1)),
        ("quarantine_open", json!(1)),
        ("recent", json!({ "last_minute": 2, "last_hour": 2 })),
    ] {
        assert_eq!(shop[field], expected, "{field}");
    }
    assert!(shop["last_stored_at"].is_string());
    let tills = source(&list, "old tills");
    assert_eq!((&tills["kind"], &tills["accepted"], &tills["key_at"]), (&json!("files"), &json!(1), &Value::Null));

    let id = server.get("/v1/quarantine").expect(200)["items"][0]["id"].clone();
    server.tell("POST", format!("/v1/quarantine/{id}/discard"), &json!({}));
    let shop = source(&server.get("/v1/sources").expect(200), "shop").clone();
    assert_eq!((&shop["quarantined"], &shop["quarantine_open"]), (&json!(1), &json!(0)));
}
