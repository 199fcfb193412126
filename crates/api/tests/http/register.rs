//! The register of touchpoints: wholes and parts, and what it leaves open.

use serde_json::{Value, json};

use crate::server::Server;

fn write(server: &Server, id: &str, body: &Value) {
    server.tell("PUT", format!("/v1/plans/touchpoint/{id}"), &json!({ "body": body })).expect(200);
}

fn seen(id: u32, who: &str, name: &str, at: &str) -> Value {
    json!({"type": "track", "messageId": format!("m{id}"), "userId": who, "event": name, "timestamp": at})
}

/// A shop with a till and a desk, measured by rules; the advice of friends, which nobody controls.
fn shop() -> Server {
    let server = Server::start();
    write(&server, "shop", &json!({"title": "Shop", "channel": "Shop", "importance_to_business": 9, "owner": "Kim"}));
    write(&server, "till", &json!({"title": "Till", "channel": "pos", "parent": "shop", "control": "full"}));
    write(
        &server,
        "desk",
        &json!({"title": "Desk", "channel": "pigeon", "parent": "shop", "importance_to_customer": 7}),
    );
    write(
        &server,
        "friends",
        &json!({"title": "Friends", "channel": "talk", "control": "none", "importance_to_customer": 8.5,
            "review_on": "2026-01-31", "remind_before": "14d"}),
    );
    write(&server, "later", &json!({"title": "Later", "importance_to_customer": 3, "review_on": "9999-01-31"}));
    let rules = json!({"rule": [{"touchpoint": "till", "name": "paid"}, {"touchpoint": "desk", "name": "asked"}]});
    server.tell("PUT", "/v1/plans/mapping/default", &json!({ "body": rules })).expect(200);
    let events = [
        seen(1, "ada", "asked", "2026-03-01T10:00:00Z"),
        seen(2, "ada", "paid", "2026-03-01T10:05:00Z"),
        seen(3, "ada", "paid", "2026-03-08T10:05:00Z"),
        seen(4, "bob", "paid", "2026-03-09T10:05:00Z"),
        seen(5, "bob", "left", "2026-03-09T10:06:00Z"),
    ];
    server.send("/v1/batch", &json!({ "batch": events }));
    server
}

fn of<'a>(register: &'a Value, id: &str) -> &'a Value {
    register["touchpoints"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap()
}

#[test]
fn a_whole_has_the_events_of_its_parts_and_each_customer_once() {
    let server = shop();
    let register = server.eventually("/v1/touchpoints", |register| register["unregistered"] == 1);
    let counts = |id: &str, of_what: &str| {
        let measured = &of(&register, id)[of_what];
        (measured["occurrences"].as_u64().unwrap(), measured["customers"].as_u64().unwrap())
    };
    assert_eq!((counts("shop", "measured"), counts("shop", "branch")), ((0, 0), (4, 2)));
    assert_eq!((counts("till", "measured"), counts("till", "branch")), ((3, 2), (3, 2)));
    assert_eq!(counts("friends", "branch"), (0, 0));
    assert_eq!(of(&register, "shop")["branch"]["first_at"], "2026-03-01T10:00:00Z");
    let media: Vec<&Value> = ["shop", "till", "desk", "later"].map(|id| &of(&register, id)["medium"]).to_vec();
    assert_eq!(media, [&json!("personal"), &json!("personal"), &Value::Null, &Value::Null]);

    // A part of a part counts for all above it, in the window that is asked for.
    write(&server, "till", &json!({"title": "Till", "parent": "desk"}));
    let register = server.get("/v1/touchpoints?from=2026-03-08T00:00:00Z&to=2026-03-09T00:00:00Z").expect(200);
    for id in ["shop", "desk", "till"] {
        assert_eq!(of(&register, id)["branch"]["occurrences"], 1, "{id}");
    }
    assert_eq!(of(&register, "desk")["measured"]["occurrences"], 0);
}

#[test]
fn what_the_register_leaves_open_is_counted() {
    let server = shop();
    let register = server.eventually("/v1/touchpoints", |register| register["unregistered"] == 1);
    let coverage = &register["coverage"];
    let covered = |figure: &str| {
        let covered = &coverage[figure];
        let names: Vec<&str> =
            covered["touchpoints"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        (covered["n"].as_u64().unwrap(), covered["of"].as_u64().unwrap(), names.join(" "))
    };
    for (figure, n, of, names) in [
        ("measured", 3, 5, "shop desk till"),
        ("important", 3, 5, "shop friends desk"),
        ("important_measured", 2, 3, "shop desk"),
        ("important_unmeasured", 1, 3, "friends"),
        ("importance_unknown", 1, 5, "till"),
        ("uncontrolled", 1, 5, "friends"),
        ("control_unknown", 3, 5, "shop desk later"),
        ("unowned", 4, 5, "friends desk later till"),
        ("overdue", 1, 5, "friends"),
        ("due", 0, 5, ""),
        ("review_unknown", 3, 5, "shop desk till"),
        ("unregistered", 1, 3, "left"),
    ] {
        assert_eq!(covered(figure), (n, of, names.to_owned()), "{figure}");
    }
    assert_eq!(coverage["important_measured"]["share"].as_f64(), Some(2.0 / 3.0));
    assert_eq!(coverage["important_from"], 7.0);

    let strict = server.get("/v1/touchpoints?important_from=8.6").expect(200);
    assert_eq!(strict["coverage"]["important"]["touchpoints"], json!(["shop"]));
    // Nothing was measured then, and nothing important is left at 10: there is no share of nothing.
    let early = server.get("/v1/touchpoints?to=2026-01-01T00:00:00Z&important_from=10").expect(200);
    assert_eq!(early["coverage"]["measured"]["n"], 0);
    assert_eq!(
        (&early["coverage"]["important"]["n"], &early["coverage"]["important_measured"]["share"]),
        (&json!(0), &Value::Null)
    );
    for wrong in ["-1", "10.5", "NaN", "much"] {
        let answer = server.get(format!("/v1/touchpoints?important_from={wrong}"));
        assert_eq!(answer.json()["invalid_params"][0]["name"], "important_from", "{wrong}");
        answer.problem(400, "invalid");
    }
}

#[test]
fn a_touchpoint_is_no_part_of_itself_and_goes_after_its_parts() {
    let server = shop();
    let refused = |method: &str, path: &str, body: &Value| {
        let answer = server.tell(method, format!("/v1/plans/touchpoint/{path}"), body);
        let named = answer.json()["invalid_params"][0]["name"].as_str().unwrap_or_default().to_owned();
        (named, answer.problem(400, "invalid"))
    };
    let below = |parent: &str| json!({"body": {"title": "Shop", "parent": parent}});
    for (parent, reason) in [
        ("shop", "\"shop\" is the touchpoint itself"),
        ("till", "\"till\" is a part of this touchpoint: shop > till"),
        ("nowhere", "\"nowhere\" is not in the register of touchpoints"),
    ] {
        let (named, detail) = refused("PUT", "shop", &below(parent));
        assert_eq!(named, "parent");
        assert!(detail.contains(reason), "{detail}");
    }
    let removed = server.call("DELETE", "/v1/plans/touchpoint/shop").bearer(&server.admin).send();
    let detail = removed.problem(400, "invalid");
    assert!(detail.contains("cannot be removed before they are: desk, till"), "{detail}");
    assert_eq!(server.get("/v1/plans/touchpoint/shop").expect(200)["version"], 1, "nothing was changed");

    // An old version that would make a circle does not come back either.
    write(&server, "till", &json!({"title": "Till"}));
    write(&server, "shop", &json!({"title": "Shop", "parent": "till"}));
    let (named, _) = refused("POST", "till/restore", &json!({"version": 1}));
    assert_eq!(named, "parent");
    write(&server, "desk", &json!({"title": "Desk"}));
    server.call("DELETE", "/v1/plans/touchpoint/shop").bearer(&server.admin).send().expect(200);
}
