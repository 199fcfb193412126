//! Opportunities, weighed, over HTTP.

use serde_json::{Value, json};

use crate::server::Server;

const ASKED: &str = "/v1/opportunities";

fn plan(server: &Server, name: &str, body: &Value) {
    server.tell("PUT", format!("/v1/plans/{name}"), &json!({"body": body})).expect(200);
}

/// Two pain points, four opportunities, a solution, and a map with a step that refers to one of them.
fn planned() -> Server {
    let server = Server::start();
    plan(&server, "pain_point/late", &json!({"title": "Late", "severity": 8.0, "touchpoints": ["handover"]}));
    plan(&server, "pain_point/unclear", &json!({"title": "Unclear"}));
    let both = json!({"title": "Tell the date", "pain_points": ["unclear", "late", "gone"], "customer_value": 80.0,
        "business_value": 60.0, "effort": 2.0, "importance": 9.0, "satisfaction": 4.0, "progress": "planned"});
    plan(&server, "opportunity/tell", &both);
    plan(
        &server,
        "opportunity/pay",
        &json!({"title": "Pay", "customer_value": 60.0, "business_value": 80.0, "effort": 2.0}),
    );
    plan(
        &server,
        "opportunity/free",
        &json!({"title": "Free", "customer_value": 40.0, "business_value": 40.0, "effort": 0.0}),
    );
    plan(
        &server,
        "opportunity/done",
        &json!({"title": "Done", "importance": 5.0, "satisfaction": 9.0, "progress": "done"}),
    );
    plan(
        &server,
        "solution/mail",
        &json!({"title": "A mail", "opportunities": ["tell"], "progress": "done", "since": "2026-02-01"}),
    );
    let steps = json!([{"id": "wait", "title": "Waits", "opportunities": ["tell"]}, {"id": "ride", "title": "Rides"}]);
    plan(&server, "map/purchase", &json!({"title": "Purchase", "step": steps}));
    server
}

fn of<'a>(answer: &'a Value, id: &str) -> &'a Value {
    answer["opportunities"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap()
}

fn cut<'a>(answer: &'a Value, axis: &str) -> &'a Value {
    answer["axes"].as_array().unwrap().iter().find(|one| one["axis"] == axis).unwrap()
}

#[test]
fn opportunities_are_weighed_ranked_and_told_with_what_refers_to_them() {
    let server = planned();
    let found = server.get(ASKED).expect(200);
    let figures = |id: &str| {
        ["value", "value_per_effort", "ulwick", "weighted_gap", "severity"].map(|name| of(&found, id)[name].clone())
    };
    assert_eq!(figures("tell"), [json!(70.0), json!(35.0), json!(14.0), json!(54.0), json!(8.0)]);
    assert_eq!(figures("free"), [json!(40.0), Value::Null, Value::Null, Value::Null, Value::Null]);
    let ranks =
        |id: &str| ["value_per_effort", "ulwick", "weighted_gap"].map(|name| of(&found, id)["ranks"][name].clone());
    assert_eq!(ranks("tell"), [json!(1), json!(1), json!(1)]);
    assert_eq!(ranks("pay"), [json!(1), Value::Null, Value::Null]);
    assert_eq!(ranks("done"), [Value::Null, json!(2), json!(2)]);

    let tell = of(&found, "tell");
    assert_eq!(
        tell["eases"],
        json!([
            {"id": "unclear", "title": "Unclear", "severity": null, "touchpoints": []},
            {"id": "late", "title": "Late", "severity": 8.0, "touchpoints": ["handover"]},
        ])
    );
    assert_eq!(tell["pain_points"], json!(["unclear", "late", "gone"]), "one without a document is still referred to");
    assert_eq!(
        tell["referred"],
        json!([{"map": "purchase", "map_title": "Purchase", "step": "wait", "step_title": "Waits"}])
    );
    assert_eq!(
        tell["solutions"],
        json!([{"id": "mail", "title": "A mail", "progress": "done", "since": "2026-02-01"}])
    );

    assert_eq!(cut(&found, "customer_value"), &json!({"axis": "customer_value", "most": 100.0, "mean": 60.0, "n": 3}));
    assert_eq!(cut(&found, "ulwick"), &json!({"axis": "ulwick", "most": 20.0, "mean": 9.5, "n": 2}));
    assert_eq!(
        cut(&found, "value_per_effort"),
        &json!({"axis": "value_per_effort", "most": null, "mean": 35.0, "n": 2})
    );
}

#[test]
fn the_weight_and_the_progress_decide_what_is_ranked() {
    let server = planned();
    let for_customers = server.get(format!("{ASKED}?weight=1")).expect(200);
    assert_eq!(
        (&of(&for_customers, "tell")["value"], &of(&for_customers, "pay")["ranks"]["value_per_effort"]),
        (&json!(80.0), &json!(2))
    );
    let undone = server.get(format!("{ASKED}?progress=open,%20planned")).expect(200);
    assert_eq!(undone["progress"], json!(["open", "planned"]));
    let ids: Vec<&str> =
        undone["opportunities"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["free", "pay", "tell"]);
    assert_eq!(cut(&undone, "ulwick")["n"], 1);

    for (wrong, expected) in [
        ("weight=1.5", "weight: \"1.5\" lies outside 0 to 1"),
        ("weight=NaN", "weight: \"NaN\" lies outside 0 to 1"),
        ("weight=half", "weight"),
        ("progress=open,finished", "progress: \"finished\" is none of open, planned, started, done, declined"),
    ] {
        let told = server.get(format!("{ASKED}?{wrong}")).problem(400, "invalid");
        assert!(told.contains(expected), "{wrong}: {told}");
    }
}

#[test]
fn without_opportunities_every_cut_is_undefined() {
    let found = Server::start().get(ASKED).expect(200);
    assert_eq!(found["opportunities"], json!([]));
    for axis in found["axes"].as_array().unwrap() {
        assert_eq!((&axis["mean"], &axis["n"]), (&Value::Null, &json!(0)), "{axis}");
    }
}
