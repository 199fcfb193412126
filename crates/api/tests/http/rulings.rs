//! Who is who, decided by people: in force when the answer comes, explained, and refused where a rule says so.

use serde_json::{Value, json};
use store::Role;

use crate::server::Server;

fn seen_together(server: &Server, id: &str, user: &str, cookie: &str) {
    server.send(
        "/v1/track",
        &json!({"messageId": id, "event": "seen", "userId": user, "anonymousId": cookie, "timestamp": "2026-11-22T10:00:00Z"}),
    );
}

fn both(a: (&str, &str), b: (&str, &str)) -> Value {
    let named = |(kind, value): (&str, &str)| json!({ "kind": kind, "value": value });
    json!({ "a": named(a), "b": named(b), "note": "a tablet in the shop" })
}

#[test]
fn a_shared_tablet_is_parted_from_its_user_explained_and_joined_again() {
    let server = Server::start();
    seen_together(&server, "1", "ada", "tablet");
    let (ada, tablet) = (("user_id", "ada"), ("anonymous_id", "tablet"));
    let explain = "/v1/customers/explain?a=user_id:ada&b=anonymous_id:tablet";
    let before = server.get(explain).expect(200);
    assert_eq!((&before["same"], before["path"].as_array().map(Vec::len)), (&json!(true), Some(1)));
    assert_eq!(before["path"][0]["rule"], "same_event@1");

    let ruled = server.tell("POST", "/v1/customers/unmerge", &both(ada, tablet)).expect(200);
    assert_ne!(ruled["a"], ruled["b"]);
    seen_together(&server, "2", "ada", "tablet");
    let after = server.get(explain).expect(200);
    assert_eq!((&after["same"], &after["path"]), (&json!(false), &json!([])));
    assert_eq!(after["refusals"][0]["rule"], "cannot_link l2");
    let links = server.get(format!("/v1/customers/{}/links", ruled["a"].as_str().unwrap())).expect(200);
    let states: Vec<&Value> = links["links"].as_array().unwrap().iter().map(|link| &link["state"]).collect();
    assert_eq!(states, ["closed", "cannot_link"]);

    let ruled = server.tell("POST", "/v1/customers/merge", &both(ada, tablet)).expect(200);
    assert_eq!(ruled["a"], ruled["b"]);
    assert_eq!(server.get(explain).expect(200)["path"][0]["rule"], "by_hand@1");
    let timeline = server.get(format!("/v1/customers/{}/timeline", ruled["a"].as_str().unwrap())).expect(200);
    let last = timeline["events"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["source"], &last["properties"]["note"]), (&json!("geleit"), &json!("a tablet in the shop")));
}

#[test]
fn a_ruling_against_a_limit_about_a_stranger_or_by_the_wrong_role_is_refused() {
    let server = Server::start();
    seen_together(&server, "1", "ada", "tablet");
    seen_together(&server, "2", "bob", "tablet");
    let (ada, bob) = (("user_id", "ada"), ("user_id", "bob"));
    let merge = "/v1/customers/merge";
    let detail = server.tell("POST", merge, &both(ada, bob)).problem(409, "kept_apart");
    assert_eq!(detail, "the two cannot be one customer: limit user_id 1");
    server.tell("POST", merge, &both(ada, ("email", "nobody@example.org"))).problem(404, "not_found");
    server.tell("POST", merge, &both(ada, ("Kind!", "x"))).problem(400, "invalid");
    server.tell("POST", "/v1/customers/unmerge", &both(ada, ada)).problem(400, "invalid");
    server.get("/v1/customers/explain?a=ada&b=user_id:bob").problem(400, "invalid");
    let analyst = server.token(Role::Analyst);
    let call = server.call("POST", merge).bearer(&analyst).json(&both(ada, bob));
    call.send().problem(403, "forbidden");

    let refusals = server.get("/v1/customers/refusals?limit=1").expect(200);
    assert_eq!(refusals["counts"], json!([{ "rule": "conflict user_id", "pairs": 1, "events": 1 }]));
    assert_eq!(refusals["refusals"][0]["b"]["value"], "tablet");
    assert_eq!(refusals["next"], Value::Null);
    server.get("/v1/customers/refusals?cursor=x").problem(400, "invalid");
}

#[test]
fn rules_are_tried_and_customers_are_known_as_far_as_a_purpose_and_a_hash_allow() {
    let server = Server::start();
    let rules = json!({"purposes": {"crm": ["service"], "shop": ["analytics", "service"]}});
    let put = server.tell("PUT", "/v1/plans/identity/default", &json!({"body": rules}));
    assert!(put.status < 300, "{}", put.text());
    seen_together(&server, "1", "ada", "tablet");
    let known_for_analytics = "/v1/customers/lookup?kind=user_id&value=ada&purpose=analytics";
    for _ in 0..500 {
        // The rules come into force within a second.
        if server.get(known_for_analytics).status == 200 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let found = server.get(known_for_analytics).expect(200);
    assert_eq!(found["customer"]["identifiers"][0]["purpose"], "analytics service");
    let told = server.get("/v1/customers/lookup?kind=user_id&value=ada&purpose=fun").problem(400, "invalid");
    assert!(told.contains("is none of the purposes"), "{told}");

    let trial = server.tell("POST", "/v1/plans/identity/try", &json!({"blocked": ["tablet"]})).expect(200);
    assert_eq!((&trial["customers"], &trial["customers_then"], &trial["split"]), (&json!(1), &json!(2), &json!(0)));
    let unsound = json!({"limits": {"email": {"most": 1, "within": "soon"}}});
    let told = server.tell("POST", "/v1/plans/identity/try", &unsound).problem(400, "invalid");
    assert!(told.contains("limits.email.within"), "{told}");

    let unknown = server.get(format!("/v1/customers/lookup?hmac={}", "0".repeat(64)));
    unknown.problem(404, "not_found");
    for question in ["hmac=ada", "kind=email", "value=ada", "kind=email&value=ada&hmac=00"] {
        server.get(format!("/v1/customers/lookup?{question}")).problem(400, "invalid");
    }
}

#[test]
fn linked_records_join_customers_under_a_version_of_the_model_and_within_what_people_decided() {
    let server = Server::start();
    let links = |body: Value| server.tell("POST", "/v1/customers/links", &body);
    let found = |version: u32| {
        let pair = |a: &str, b: &str| json!({ "a": a, "b": b, "weight": 7.5, "probability": 0.99 });
        json!({ "kind": "crm_id", "model_version": version, "matches": [pair("1", "2"), pair("2", "3")], "rejected": [["1", "3"]] })
    };
    links(found(1)).problem(400, "invalid");
    let model = serde_json::to_value(linkage::LinkageModel::default()).unwrap();
    server.tell("PUT", "/v1/plans/linkage/default", &json!({ "body": model })).expect(200);
    assert_eq!(links(found(1)).expect(200), json!({ "stored": 3, "duplicates": 0 }));
    assert_eq!(links(found(1)).expect(200), json!({ "stored": 0, "duplicates": 3 }));
    let explain = |a: &str, b: &str| server.get(format!("/v1/customers/explain?a=crm_id:{a}&b=crm_id:{b}")).expect(200);
    assert_eq!(explain("1", "2")["path"][0]["rule"], "linkage@1");
    let apart = explain("1", "3");
    assert_eq!((&apart["same"], &apart["refusals"][0]["rule"]), (&json!(false), &json!("cannot_link l1")), "{apart}");
    for (wrong, named) in [
        (json!({ "kind": "Crm", "model_version": 1 }), "kind"),
        (json!({ "kind": "crm_id", "model_version": 1, "accepted": [["1", "1"]] }), "accepted[0].b"),
        (json!({ "kind": "crm_id", "model_version": 9 }), "model_version"),
    ] {
        let answer = links(wrong);
        assert_eq!(answer.json()["invalid_params"][0]["name"], named);
        answer.problem(400, "invalid");
    }
    let call = server.call("POST", "/v1/customers/links").bearer(&server.token(Role::Analyst)).json(&found(1));
    call.send().problem(403, "forbidden");
}
