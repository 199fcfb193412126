//! Plans over HTTP.

use serde_json::{Value, json};
use store::Role;

use crate::server::Server;

#[test]
fn a_document_is_written_compared_restored_and_removed() {
    let server = Server::start();
    let one = "/v1/plans/touchpoint/till";
    let put = |body: Value| server.tell("PUT", one, &body);
    server.get(one).problem(404, "not_found");
    let first = put(json!({"body": {"title": "Till"}, "note": "opened", "expected_version": 0})).expect(200);
    assert_eq!((&first["version"], &first["author"], &first["note"]), (&json!(1), &json!("ops"), &json!("opened")));
    put(json!({"body": {"title": "Till", "channel": "shop"}, "expected_version": 1})).expect(200);
    let detail = put(json!({"body": {"title": "Till 2"}, "expected_version": 1})).problem(409, "version_conflict");
    assert!(detail.contains("at version 2, not at 1"), "{detail}");

    let compared = server.get(format!("{one}/compare?from=1&to=2")).expect(200);
    assert_eq!(compared["differences"], json!([{"path": "/channel", "to": "shop"}]));
    let restored = server.tell("POST", format!("{one}/restore"), &json!({"version": 1})).expect(200);
    assert_eq!((&restored["version"], &restored["body"]), (&json!(3), &json!({"title": "Till"})));
    assert_eq!(server.get(format!("{one}/versions/2")).expect(200)["body"]["channel"], "shop");

    let removed = server.call("DELETE", format!("{one}?note=closed")).bearer(&server.admin).send().expect(200);
    assert_eq!((&removed["version"], &removed["body"]), (&json!(4), &Value::Null));
    server.get(one).problem(404, "not_found");
    let history = server.get(format!("{one}/history?limit=3")).expect(200);
    let versions: Vec<u64> =
        history["documents"].as_array().unwrap().iter().map(|version| version["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, [4, 3, 2]);
    let next = history["next"].as_str().unwrap();
    let rest = server.get(format!("{one}/history?limit=3&cursor={next}")).expect(200);
    assert_eq!((&rest["documents"][0]["version"], &rest["next"]), (&json!(1), &Value::Null));

    // Bringing back what was removed is one call as well.
    server.tell("POST", format!("{one}/restore"), &json!({"version": 4})).problem(400, "invalid");
    server.tell("POST", format!("{one}/restore"), &json!({"version": 9})).problem(404, "not_found");
    server.tell("POST", format!("{one}/restore"), &json!({"version": 3, "note": "open again"})).expect(200);
    server.get(one).expect(200);
    server.get(format!("{one}/versions/9")).problem(404, "not_found");
    server.get(format!("{one}/compare?from=1&to=9")).problem(404, "not_found");
}

#[test]
fn documents_are_listed_in_pages() {
    let server = Server::start();
    for name in ["a", "b", "c"] {
        server.tell("PUT", format!("/v1/plans/touchpoint/{name}"), &json!({"body": {"title": name}})).expect(200);
    }
    let journey = json!({"body": {"title": "Visit", "rule": "gap:30m"}});
    server.tell("PUT", "/v1/plans/journey/visit", &journey).expect(200);
    let mut names = Vec::new();
    let mut page = server.get("/v1/plans?limit=2").expect(200);
    loop {
        let documents = page["documents"].as_array().unwrap();
        names.extend(documents.iter().map(|document| document["name"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        page = server.get(format!("/v1/plans?limit=2&cursor={next}")).expect(200);
    }
    assert_eq!(names, ["a", "b", "c", "visit"]);
    let journeys = server.get("/v1/plans?kind=journey").expect(200);
    assert_eq!(journeys["documents"].as_array().unwrap().len(), 1);
    // A journey that was planned can be mined by its name.
    server.eventually("/v1/mining/graph", |_| {
        server.call("GET", "/v1/mining/graph?journey=visit").bearer(&server.admin).send().status == 200
    });
}

#[test]
fn what_is_wrong_with_a_document_is_named() {
    let server = Server::start();
    let put = |path: &str, body: &str| {
        let call = server.call("PUT", format!("/v1/plans/{path}")).bearer(&server.admin);
        call.header("content-type", "application/json").body(body).send()
    };
    for (path, body, code, name) in [
        ("touchpoint/till", r#"{"body": {"title": ""}}"#, "invalid", Some("title")),
        ("touchpoint/till", r#"{"body": {"title": "T", "pesso": 1}}"#, "invalid", None),
        ("touchpoint/Till", r#"{"body": {"title": "T"}}"#, "invalid", Some("name")),
        ("teapot/till", r#"{"body": {}}"#, "invalid", Some("kind")),
        ("touchpoint/till", r#"{"body": null}"#, "invalid", Some("body")),
        ("touchpoint/till", r#"{"note": "x"}"#, "malformed", Some("body")),
        ("touchpoint/till", r#"{"body": {}, "note": 1}"#, "malformed", Some("note")),
        ("touchpoint/till", r#"{"body": {}, "author": "me"}"#, "malformed", Some("author")),
        ("touchpoint/till", r#"{"body": {}"#, "malformed", None),
        (
            "mapping/default",
            r#"{"body": {"rule": [{"touchpoint": "t", "name": "/(/"}]}}"#,
            "invalid",
            Some("rule[0].name"),
        ),
        ("segment/loyal", r#"{"body": {"title": "Loyal", "where": "did a and"}}"#, "invalid", Some("where")),
        ("linkage/mine", r#"{"body": {}}"#, "invalid", Some("name")),
        ("linkage/default", r#"{"body": {"form": 1}}"#, "invalid", None),
        ("linkage/default", r#"{"body": {"thresholds": {"link": "high"}}}"#, "invalid", Some("thresholds.link")),
    ] {
        let answer = put(path, body);
        let named = answer.json()["invalid_params"][0]["name"].as_str().map(str::to_owned);
        answer.problem(400, code);
        assert_eq!(named.as_deref(), name, "{path} {body}");
    }
    let answer = server.call("PUT", "/v1/plans/touchpoint/till").bearer(&server.admin).body("{}").send();
    answer.problem(415, "not_json");
    let answer = server.get("/v1/plans/touchpoint/till/compare?from=1");
    assert_eq!(answer.json()["invalid_params"][0]["name"], "to");
    answer.problem(400, "invalid");
    let answer = server.get("/v1/plans/touchpoint/till/compare?from=1&to=x");
    assert_eq!(answer.json()["invalid_params"][0]["name"], "to");
    answer.problem(400, "invalid");
    server.get("/v1/plans/touchpoint/till/versions/x").problem(400, "invalid");
    server.get("/v1/plans?cursor=x").problem(400, "invalid");
}

#[test]
fn a_token_without_a_name_signs_with_its_role() {
    let server = Server::start();
    let token = server.token(Role::Analyst);
    let put = server.call("PUT", "/v1/plans/touchpoint/till").bearer(&token).json(&json!({"body": {"title": "Till"}}));
    assert_eq!(put.send().expect(200)["author"], "analyst");
}

#[test]
fn a_call_with_an_idempotency_key_is_made_once() {
    let server = Server::start();
    let put = |key: &str, title: &str| {
        let call = server.call("PUT", "/v1/plans/touchpoint/till").bearer(&server.admin).header("idempotency-key", key);
        call.json(&json!({"body": {"title": title}})).send()
    };
    let first = put("k-1", "Till");
    assert_eq!(first.header("idempotent-replayed"), "");
    let again = put("k-1", "Till");
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.body, first.body);
    put("k-1", "Another").problem(422, "idempotency_key_reused");
    assert_eq!(put("k-2", "Till").expect(200)["version"], 2);

    // The key belongs to the token and the route.
    let other = server.token(Role::Manager);
    let call = server.call("PUT", "/v1/plans/touchpoint/till").bearer(&other).header("idempotency-key", "k-1");
    assert_eq!(call.json(&json!({"body": {"title": "Till"}})).send().expect(200)["version"], 3);
    let call = server.call("PUT", "/v1/plans/touchpoint/desk").bearer(&server.admin).header("idempotency-key", "k-1");
    assert_eq!(call.json(&json!({"body": {"title": "Till"}})).send().expect(200)["version"], 1);

    // A refusal that lasts is an answer like any other, with the id of the request that asked again.
    let refused = put("k-3", "");
    let again = put("k-3", "");
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_ne!(again.header("x-request-id"), refused.header("x-request-id"));
    again.problem(400, "invalid");
}
