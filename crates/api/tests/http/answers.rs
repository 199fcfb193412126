//! Customers and journeys, from events sent a moment ago.

use serde_json::{Value, json};

use crate::server::Server;

fn visit(id: &str, who: &Value, name: &str, minute: u32) -> Value {
    let mut event =
        json!({"type": "track", "messageId": id, "event": name, "timestamp": format!("2026-11-22T10:{minute:02}:00Z")});
    event.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
    event
}

fn names(timeline: &Value) -> Vec<&str> {
    timeline["events"].as_array().unwrap().iter().map(|event| event["name"].as_str().unwrap()).collect()
}

#[test]
fn an_identify_joins_what_a_browser_and_an_account_did() {
    let server = Server::start();
    let browser = json!({"anonymousId": "a-1"});
    server.send("/v1/batch", &json!({"batch": [visit("1", &browser, "seen", 1)]}));
    let stranger = server.get("/v1/customers/lookup?kind=anonymous_id&value=a-1").expect(200);
    server.get("/v1/customers/lookup?kind=email&value=ada@example.org").problem(404, "not_found");

    let account = json!({"userId": "ada"});
    server.send("/v1/batch", &json!({"batch": [visit("2", &account, "bought", 3)]}));
    let traits = json!({"userId": "ada", "anonymousId": "a-1", "traits": {"email": "Ada@Example.org"}, "timestamp": "2026-11-22T10:02:00Z"});
    server.send("/v1/identify", &traits);

    let found = server.get("/v1/customers/lookup?kind=email&value=ada@example.org").expect(200);
    let id = found["customer"]["id"].as_str().unwrap();
    let kinds: Vec<&str> = found["customer"]["identifiers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|known| known["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["anonymous_id", "user_id", "email"]);
    assert_eq!(found["customer"]["former_ids"].as_array().unwrap().len(), 1);
    // Whoever kept the id of the stranger still finds the customer.
    let former = stranger["customer"]["id"].as_str().unwrap();
    assert_eq!(server.get(format!("/v1/customers/{former}")).expect(200), found);

    let timeline = server.get(format!("/v1/customers/{id}/timeline")).expect(200);
    assert_eq!(names(&timeline), ["seen", "identify", "bought"]);
    let links = server.get(format!("/v1/customers/{id}/links")).expect(200);
    assert_eq!(links["links"].as_array().unwrap().len(), 2);
    assert!(links["links"][0]["event"].as_str().unwrap().starts_with('e'));

    server.get("/v1/customers/c999").problem(404, "not_found");
    server.get("/v1/customers/c999/timeline").problem(404, "not_found");
    server.get("/v1/customers/c999/links").problem(404, "not_found");
    server.get("/v1/customers/ada").problem(400, "invalid");
}

#[test]
fn a_timeline_comes_in_pages_that_neither_repeat_nor_skip() {
    let server = Server::start();
    let who = json!({"userId": "ada"});
    let events: Vec<Value> =
        (0..25).map(|n| visit(&n.to_string(), &who, &format!("step {n:02}"), (n * 7) % 25)).collect();
    server.send("/v1/batch", &json!({"batch": events}));
    let found = server.get("/v1/customers/lookup?kind=user_id&value=ada").expect(200);
    let path = format!("/v1/customers/{}/timeline", found["customer"]["id"].as_str().unwrap());

    let whole = server.get(&path).expect(200);
    assert_eq!(whole["next"], Value::Null);
    let times: Vec<&str> =
        whole["events"].as_array().unwrap().iter().map(|event| event["at"].as_str().unwrap()).collect();
    assert!(times.is_sorted());
    let mut paged = Vec::new();
    let mut page = server.get(format!("{path}?limit=10")).expect(200);
    loop {
        paged.extend(page["events"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        page = server.get(format!("{path}?limit=10&cursor={next}")).expect(200);
    }
    assert_eq!(Value::from(paged), whole["events"]);

    server.get(format!("{path}?limit=0")).problem(400, "invalid");
    server.get(format!("{path}?limit=1001")).problem(400, "invalid");
    server.get(format!("{path}?cursor=x")).problem(400, "invalid");
}

fn three_journeys(server: &Server) {
    let (ada, bob, eve) = (json!({"userId": "ada"}), json!({"userId": "bob"}), json!({"userId": "eve"}));
    server.send(
        "/v1/batch",
        &json!({"batch": [
            visit("1", &ada, "seen", 0), visit("2", &ada, "bought", 10),
            visit("3", &bob, "seen", 0), visit("4", &bob, "bought", 20),
            visit("5", &eve, "seen", 0),
        ]}),
    );
}

#[test]
fn graph_variants_and_transitions_are_those_anyone_can_count() {
    let server = Server::start();
    let empty = server.get("/v1/mining/graph").expect(200);
    assert_eq!((&empty["journeys"], &empty["coverage"]["share"]), (&json!(0), &Value::Null));
    three_journeys(&server);

    let graph = server.get("/v1/mining/graph").expect(200);
    assert_eq!((&graph["journeys"], &graph["events"]), (&json!(3), &json!(5)));
    assert_eq!(
        graph["nodes"],
        json!([
            {"touchpoint": "seen", "occurrences": 3, "customers": 3, "starts": 3, "ends": 1},
            {"touchpoint": "bought", "occurrences": 2, "customers": 2, "starts": 0, "ends": 2},
        ])
    );
    let edge = &graph["edges"][0];
    assert_eq!((&edge["from"], &edge["to"], &edge["occurrences"]), (&json!("seen"), &json!("bought"), &json!(2)));
    assert_eq!((&edge["wait"]["min_s"], &edge["wait"]["mean_s"]), (&json!(600.0), &json!(900.0)));

    let variants = server.get("/v1/mining/variants?top=1").expect(200);
    assert_eq!(variants["variants"], 2);
    assert_eq!(variants["top"].as_array().unwrap().len(), 1);
    assert_eq!(variants["top"][0]["touchpoints"], json!(["seen", "bought"]));

    let transitions = server.get("/v1/mining/transitions").expect(200);
    assert_eq!(transitions["pairs"][0]["proba_out"], 1.0);

    let cut =
        server.get("/v1/mining/graph?journey=gap:15m&from=2026-11-22T10:00:00Z&to=2026-11-22T11:00:00Z").expect(200);
    assert_eq!((&cut["journeys"], &cut["recipe"]["journey"]), (&json!(4), &json!("gap:900s")));
    let later = server.get("/v1/mining/graph?from=2026-11-22T10:10:00Z").expect(200);
    assert_eq!(later["events"], 2);

    for query in ["journey=gap:30", "from=yesterday", "top=5", "journy=whole"] {
        server.get(format!("/v1/mining/graph?{query}")).problem(400, "invalid");
    }
    server.get("/v1/mining/variants?top=0").problem(400, "invalid");
}

#[test]
fn a_mapping_is_tried_then_written_and_the_graph_follows() {
    let server = Server::start();
    three_journeys(&server);
    let discovered = server.get("/v1/touchpoints/discovered?limit=1").expect(200);
    assert_eq!((&discovered["events"], &discovered["unmapped"]), (&json!(5), &json!(5)));
    assert_eq!(discovered["touchpoints"].as_array().unwrap().len(), 1);
    assert_eq!(discovered["touchpoints"][0]["touchpoint"], "seen");
    assert!(!discovered["touchpoints"][0]["examples"].as_array().unwrap().is_empty());

    let mapping = json!({"rule": [{"touchpoint": "checkout", "name": "bought"}]});
    let detail = server.tell("POST", "/v1/plans/mapping/try", &mapping).problem(400, "invalid");
    assert!(detail.contains("rule[0].touchpoint") && detail.contains("register"), "{detail}");
    let refused = server.tell("PUT", "/v1/plans/mapping/default", &json!({"body": mapping}));
    assert_eq!(refused.json()["invalid_params"][0]["name"], "rule[0].touchpoint");
    refused.problem(400, "invalid");

    server.tell("PUT", "/v1/plans/touchpoint/checkout", &json!({"body": {"title": "Checkout"}})).expect(200);
    server.eventually("/v1/mining/graph", |graph| graph["nodes"][1]["touchpoint"] == "bought");
    let trial = eventually_tried(&server, &mapping);
    assert_eq!((&trial["changed"], &trial["rules"][0]["events"]), (&json!(2), &json!(2)));
    assert_eq!(trial["changes"], json!([{"from": "bought", "to": "checkout", "events": 2}]));
    assert_eq!((&trial["rules"][0]["moved"], &trial["rules"][0]["takes"]), (&json!(2), &trial["changes"]));
    assert_eq!(trial["rules"][0]["samples"][0]["name"], "bought");
    let touchpoints = json!([
        {"touchpoint": "bought", "events": 2, "events_then": 0}, {"touchpoint": "checkout", "events": 0, "events_then": 2},
    ]);
    assert_eq!(trial["touchpoints"], touchpoints);
    let register = server.get("/v1/touchpoints").expect(200);
    let checkout = &register["touchpoints"][0];
    assert_eq!((&checkout["title"], &checkout["rules"]), (&json!("Checkout"), &json!(0)));
    let nothing = json!({"occurrences": 0, "customers": 0, "first_at": null, "last_at": null});
    assert_eq!(checkout["measured"], nothing);
    assert_eq!((&register["events"], &register["unregistered"]), (&json!(5), &json!(5)));
    assert_eq!(register["discovered"][0]["touchpoint"], "seen");

    server.tell("PUT", "/v1/plans/mapping/default", &json!({"body": mapping})).expect(200);
    let graph = server.eventually("/v1/mining/graph", |graph| {
        graph["nodes"][1]["touchpoint"] == "Checkout" || graph["nodes"][1]["touchpoint"] == "checkout"
    });
    assert_eq!(graph["recipe"]["plans"]["mapping/default"], 1);
    let discovered = server.get("/v1/touchpoints/discovered").expect(200);
    assert_eq!(discovered["unmapped"], 3);
    let register = server.get("/v1/touchpoints").expect(200);
    let checkout = &register["touchpoints"][0];
    assert_eq!((&checkout["rules"], &checkout["measured"]["occurrences"]), (&json!(1), &json!(2)), "{register:#}");
    assert_eq!((&register["unregistered"], &register["discovered_in_all"]), (&json!(3), &json!(1)));
    let early = server.get("/v1/touchpoints?to=2026-01-01T00:00:00Z&limit=1").expect(200);
    assert_eq!((&early["events"], &early["touchpoints"][0]["measured"]), (&json!(0), &nothing));
    for query in ["from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from=yesterday", "limit=0"] {
        server.get(format!("/v1/touchpoints?{query}")).problem(400, "invalid");
    }
}

/// The register that a trial looks at is in force a moment after it was written.
fn eventually_tried(server: &Server, mapping: &Value) -> Value {
    for _ in 0..500 {
        let answer = server.tell("POST", "/v1/plans/mapping/try", mapping);
        if answer.status == 200 {
            return answer.json();
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("the touchpoint did not come into force");
}
