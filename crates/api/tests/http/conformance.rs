//! Lived journeys against a map, over HTTP.

use serde_json::{Value, json};

use crate::server::Server;

/// Ada goes by the plan, bob leaves the cart out and calls first, eve is on her way, dan is nowhere near.
const EVENTS: [(&str, &str, &str); 11] = [
    ("ada", "seen", "2025-03-01T10:00:00Z"),
    ("ada", "cart", "2025-03-01T10:10:00Z"),
    ("ada", "bought", "2025-03-01T10:20:00Z"),
    ("bob", "seen", "2025-03-02T10:00:00Z"),
    ("bob", "call", "2025-03-02T10:05:00Z"),
    ("bob", "bought", "2025-03-02T10:20:00Z"),
    ("bob", "cart", "2025-03-02T10:30:00Z"),
    ("eve", "seen", "2025-04-01T10:00:00Z"),
    ("eve", "cart", "2025-04-01T12:00:00Z"),
    ("dan", "call", "2025-04-01T10:00:00Z"),
    ("fay", "seen", "2025-03-05T10:00:00Z"),
];

fn with_events() -> Server {
    let server = Server::start();
    let event = |(number, (who, name, at)): (usize, &(&str, &str, &str))| json!({"type": "track", "messageId": number.to_string(), "userId": who, "event": name, "timestamp": at});
    server.send("/v1/batch", &json!({"batch": EVENTS.iter().enumerate().map(event).collect::<Value>()}));
    server
}

fn map(within: &str) -> Value {
    let step = |name: &str| json!({"id": name, "title": name, "touchpoints": [name]});
    json!({
        "title": "Purchase", "over_after": "7d", "step": [step("seen"), step("cart"), step("bought")],
        "edge": [{"from": "seen", "to": "cart", "within": within}, {"from": "cart", "to": "bought"}],
    })
}

const PLAN: &str = "/v1/plans/map/purchase";
const ASKED: &str = "/v1/maps/purchase/conformance";

#[test]
fn journeys_are_held_against_the_map_that_was_in_force_when_they_began() {
    let server = with_events();
    let detail = server.get(ASKED).problem(400, "invalid");
    assert!(detail.contains("\"purchase\" is no map"), "{detail}");
    server.tell("PUT", PLAN, &json!({"body": map("3h")})).expect(200);

    let found = server.get(ASKED).expect(200);
    assert_eq!((&found["journeys"], &found["journeys_elsewhere"], &found["over"]), (&json!(4), &json!(1), &json!(3)));
    assert_eq!((&found["completed"], &found["as_planned"]), (&json!(2), &json!(2)));
    let steps: Vec<Value> = found["steps"].as_array().unwrap().clone();
    let of = |name: &str| steps.iter().map(|step| step[name].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!((of("as_planned"), of("out_of_order")), (vec![4, 2, 2], vec![0, 1, 0]));
    assert_eq!((of("undetermined"), of("not_reached"), of("left_here")), (vec![0, 0, 1], vec![0, 1, 1], vec![1, 0, 0]));
    assert_eq!(found["unplanned"][0]["touchpoint"], "call");
    assert_eq!(found["unplanned"][0]["after"], "seen");

    // From April on the cart has to follow within an hour: what began before is judged as it was.
    let mut from_april = map("1h");
    from_april["valid_from"] = json!("2025-04-01");
    server.tell("PUT", PLAN, &json!({"body": from_april})).expect(200);
    let later = server.get(ASKED).expect(200);
    assert_eq!((&later["versions"], &later["steps"][1]["late"]), (&json!([1, 2]), &json!(1)));
    assert_eq!(later["steps"][1]["as_planned"], 1);

    // A correction of the same plan is one of history, too; recipes keep to the versions of their time.
    from_april["valid_from"] = json!("");
    server.tell("PUT", PLAN, &json!({"body": from_april})).expect(200);
    let mut again = server.tell("POST", "/v1/mining/again", &found["recipe"]).expect(200);
    let mut before = found.clone();
    (again["timing"], before["timing"]) = (Value::Null, Value::Null);
    assert_eq!(again, before);

    let compared = server.get(format!("{ASKED}?compare=did%20call")).expect(200);
    assert_eq!((&compared["a"]["journeys"], &compared["b"]["journeys"]), (&json!(1), &json!(3)));
    let figures = compared["differences"]["figures"].as_array().unwrap();
    assert!(figures.iter().any(|figure| figure["subject"].as_str() == Some("cart")), "{figures:?}");
    let table = server.get(format!("{ASKED}?format=csv&table=deviations")).text();
    assert!(table.starts_with("kind,step,touchpoint,journeys"), "{table}");
    server.tell("DELETE", PLAN, &json!({})).expect(200);
    server.get(ASKED).problem(400, "invalid");
}

#[test]
fn groups_stand_beside_each_other() {
    let server = with_events();
    let mut plan = map("3h");
    plan["personas"] = json!(["caller", "nobody-knows"]);
    server.tell("PUT", PLAN, &json!({"body": plan})).expect(200);
    let by = |what: &str| server.get(format!("/v1/maps/purchase/conformance/by?by={what}"));
    let months = by("month").expect(200);
    let told: Vec<_> =
        months["groups"].as_array().unwrap().iter().map(|one| (&one["group"], &one["journeys"])).collect();
    assert_eq!(told, [(&json!("2025-03-01"), &json!(3)), (&json!("2025-04-01"), &json!(1))]);
    assert!(months["groups"][1]["experience"].is_null() && months["recipe"]["settings"]["by"] == "month", "{months}");
    assert_eq!(by("week").expect(200)["groups"][0]["group"], "2025-02-24");

    let detail = by("persona").problem(400, "invalid");
    assert!(detail.contains("has no persona that says by which journeys it is known"), "{detail}");
    let persona = json!({"title": "Calls first", "where": "did call"});
    server.tell("PUT", "/v1/plans/persona/caller", &json!({"body": persona})).expect(200);
    let personas = by("persona").expect(200);
    assert_eq!(personas["groups"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&personas["groups"][0]["title"], &personas["groups"][0]["journeys"]),
        (&json!("Calls first"), &json!(1))
    );

    // Another definition of the persona changes nothing of what was asked before.
    let other = json!({"title": "Calls first", "where": "did seen"});
    server.tell("PUT", "/v1/plans/persona/caller", &json!({"body": other})).expect(200);
    assert_eq!(by("persona").expect(200)["groups"][0]["journeys"], 4);
    let again = server.tell("POST", "/v1/mining/again", &personas["recipe"]).expect(200);
    assert_eq!(again["groups"], personas["groups"]);

    for (asked, said) in
        [("day", "is none of week, month, channel, persona"), ("month&compare=did%20call", "by groups")]
    {
        let detail = by(asked).problem(400, "invalid");
        assert!(detail.contains(said), "{detail}");
    }
    let table = server.get("/v1/maps/purchase/conformance/by?by=month&format=csv").text();
    assert!(table.starts_with("group,journeys,customers"), "{table}");
}

/// Ada gets what she ordered, bob something else; of cy's bike nobody knows for which order it is.
#[test]
fn an_edge_joins_steps_of_one_case() {
    let server = Server::start();
    let event = |(number, (who, name, order)): (usize, &(&str, &str, Value))| json!({"type": "track", "messageId": number.to_string(), "userId": who, "event": name, "timestamp": format!("2025-03-01T1{number}:00:00Z"), "properties": {"order": {"id": order}}});
    let events = [
        ("ada", "order", json!("o1")),
        ("bob", "order", json!("o2")),
        ("cy", "order", json!("o3")),
        ("ada", "handover", json!("o1")),
        ("bob", "handover", json!("o9")),
        ("cy", "handover", Value::Null),
    ];
    server.send("/v1/batch", &json!({"batch": events.iter().enumerate().map(event).collect::<Value>()}));
    let step = |name: &str| json!({"id": name, "title": name, "touchpoints": [name]});
    let mut plan = json!({
        "title": "Delivery", "step": [step("order"), step("handover")],
        "edge": [{"from": "order", "to": "handover", "join": "case"}],
    });
    let detail = server.tell("PUT", PLAN, &json!({"body": plan})).problem(400, "invalid");
    assert!(detail.contains("needs the property of events that tells them apart"), "{detail}");
    plan["case"] = json!("order.id");
    server.tell("PUT", PLAN, &json!({"body": plan})).expect(200);
    let found = server.get(ASKED).expect(200);
    let handover = &found["steps"][1];
    assert_eq!(
        (&handover["as_planned"], &handover["missing"], &handover["for_another"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!((&found["as_planned"], &found["completed"]), (&json!(2), &json!(3)));
    // By the customer alone all three are as planned.
    plan["edge"][0]["join"] = json!("customer");
    server.tell("PUT", PLAN, &json!({"body": plan})).expect(200);
    assert_eq!(server.get(ASKED).expect(200)["as_planned"], 3);
}

#[test]
fn a_map_may_lie_in_another_and_never_in_itself() {
    let server = Server::start();
    let map = |inner: &str| json!({"title": "M", "step": [{"id": "a", "title": "A", "map": inner}]});
    for (name, inner) in [("outer", "middle"), ("middle", "inner"), ("inner", "")] {
        server.tell("PUT", format!("/v1/plans/map/{name}"), &json!({"body": map(inner)})).expect(200);
    }
    let refused = server.tell("PUT", "/v1/plans/map/inner", &json!({"body": map("outer")}));
    assert_eq!(refused.json()["invalid_params"][0]["name"], "step[0].map");
    let detail = refused.problem(400, "invalid");
    assert!(detail.contains("leads back to this map: inner > outer > middle > inner"), "{detail}");
    assert_eq!(server.get("/v1/plans/map/inner").expect(200)["version"], 1);
}

#[test]
fn a_first_map_is_drawn_from_what_is_lived() {
    let server = with_events();
    let draft = server.get("/v1/maps/draft?where=did%20bought&steps=3&language=de").expect(200);
    assert_eq!((&draft["journeys"], &draft["map"]["title"]), (&json!(2), &json!("Wie es gelebt wird")));
    let steps: Vec<_> = draft["map"]["step"].as_array().unwrap().iter().map(|step| &step["id"]).collect();
    assert_eq!(steps, ["seen", "bought", "cart"], "{draft}");
    assert_eq!(draft["map"]["stage"][0]["title"], "Weiteres");
    server.tell("PUT", PLAN, &json!({"body": draft["map"]})).expect(200);
    let found = server.get(format!("{ASKED}?where=did%20bought")).expect(200);
    assert_eq!((&found["journeys"], &found["steps"][0]["measured"]), (&json!(2), &json!(true)));
    for (asked, said) in [("steps=0", "is no whole number from 1 to 100"), ("language=fr", "is none of en, de")] {
        let detail = server.get(format!("/v1/maps/draft?{asked}")).problem(400, "invalid");
        assert!(detail.contains(said), "{detail}");
    }
    assert!(server.get("/v1/plans?kind=map").expect(200)["documents"].as_array().unwrap().len() == 1);
}

#[test]
fn a_map_that_leads_nowhere_is_refused_with_its_place() {
    let server = Server::start();
    let mut wrong = map("3h");
    wrong["edge"][1]["to"] = json!("till");
    let answer = server.tell("PUT", PLAN, &json!({"body": wrong}));
    assert_eq!(answer.json()["invalid_params"][0]["name"], "edge[1].to");
    let detail = answer.problem(400, "invalid");
    assert!(detail.contains("\"till\" is no step of this map"), "{detail}");
    let unknown = server.get(format!("{ASKED}?edges=3")).problem(400, "invalid");
    assert!(unknown.contains("is no parameter of this question"), "{unknown}");
}
