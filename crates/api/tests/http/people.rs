//! Customers found by a part of what they are called, and pairs to be decided on.

use serde_json::{Value, json};

use crate::server::Server;

fn identify(server: &Server, id: &str, who: &Value, traits: &Value) {
    let mut call = json!({ "messageId": id, "traits": traits, "timestamp": "2026-11-22T10:00:00Z" });
    let (call_fields, who) = (call.as_object_mut().unwrap(), who.as_object().unwrap());
    call_fields.extend(who.clone());
    server.send("/v1/identify", &call);
}

fn names(answer: &Value) -> Vec<&str> {
    let customers = answer["customers"].as_array().unwrap();
    customers.iter().map(|found| found["name"].as_str().unwrap_or("-")).collect()
}

#[test]
fn customers_are_found_by_parts_of_names_and_identifiers() {
    let server = Server::start();
    for (user, name, mail, phone) in [
        ("KD-1001", "Käthe Tannfeld", "kaethe@example.org", "+49 177 1234567"),
        ("KD-1002", "Ada Müller-Lüdenscheidt", "ada.m@example.org", "+49 30 555001"),
        ("KD-1003", "Adam Tann", "", ""),
    ] {
        let mut traits = json!({ "name": name });
        for (field, value) in [("email", mail), ("phone", phone)] {
            if !value.is_empty() {
                traits[field] = value.into();
            }
        }
        identify(&server, user, &json!({ "userId": user, "anonymousId": format!("cookie-{user}") }), &traits);
    }
    for (q, expected) in [
        ("tann", vec!["Adam Tann", "Käthe Tannfeld"]),
        ("K%C3%84THE", vec!["Käthe Tannfeld"]),
        ("kathe%20tann", vec!["Käthe Tannfeld"]),
        ("annfel", vec!["Käthe Tannfeld"]),
        ("l%C3%BCdenscheidt%20ada", vec!["Ada Müller-Lüdenscheidt"]),
        ("ada%20tannfeld", vec![]),
        ("ada.m@ex", vec!["Ada Müller-Lüdenscheidt"]),
        ("KD-1003", vec!["Adam Tann"]),
        ("kd-100", vec!["Käthe Tannfeld", "Ada Müller-Lüdenscheidt", "Adam Tann"]),
        ("0177%20123", vec!["Käthe Tannfeld"]),
        ("cookie-KD-1002", vec!["Ada Müller-Lüdenscheidt"]),
        ("cookie-KD-100", vec![]),
    ] {
        let answer = server.get(format!("/v1/customers/search?q={q}")).expect(200);
        assert_eq!(names(&answer), expected, "{q}");
        assert_eq!((&answer["behind"], &answer["complete"], &answer["more"]), (&json!(0), &json!(true), &json!(false)));
    }
    let one = server.get("/v1/customers/search?q=kd&limit=1").expect(200);
    assert_eq!((one["customers"].as_array().unwrap().len(), &one["more"]), (1, &json!(true)));

    // What comes later is found by the next question, a name told anew takes the place of the old one.
    identify(&server, "later", &json!({ "userId": "KD-1003" }), &json!({ "name": "Adam Neu" }));
    let found = server.get("/v1/customers/search?q=neu").expect(200);
    assert_eq!(names(&found), ["Adam Neu"]);
    assert_eq!(found["customers"][0]["identifiers"][0]["value"], "KD-1003");
    for (query, code) in [
        ("q=", "invalid"),
        ("q=%20-", "invalid"),
        ("q=a&limit=0", "invalid"),
        ("", "invalid"),
        ("q=a&purpose=ads", "invalid"),
    ] {
        server.get(format!("/v1/customers/search?{query}")).problem(400, code);
    }
}

#[test]
fn a_search_for_a_purpose_knows_only_what_serves_it() {
    let server = Server::start();
    let rules = json!({ "purposes": { "shop": ["service"] } });
    server.tell("PUT", "/v1/plans/identity/default", &json!({ "body": rules })).expect(200);
    server.engine().settle().unwrap();
    identify(&server, "1", &json!({ "userId": "KD-1001" }), &json!({ "name": "Käthe Tannfeld" }));
    let found = |query: &str| server.get(format!("/v1/customers/search?{query}")).expect(200);
    assert_eq!(names(&found("q=tann")), ["Käthe Tannfeld"]);
    assert_eq!(found("q=kd-1001&purpose=service")["customers"][0]["name"], Value::Null);
    assert_eq!(names(&found("q=tann&purpose=service")), Vec::<&str>::new());
    let rules = json!({ "purposes": { "shop": ["service"], "app": ["ads"] } });
    server.tell("PUT", "/v1/plans/identity/default", &json!({ "body": rules })).expect(200);
    server.engine().settle().unwrap();
    assert_eq!(names(&found("q=kd-1001&purpose=ads")), Vec::<&str>::new(), "the shop does not serve advertising");
}

#[test]
fn pairs_wait_for_a_decision_with_their_reasons_until_it_is_made() {
    let server = Server::start();
    for number in 0..60 {
        let given_name = ["Anna", "Uwe", "Fatma", "Jonas", "Petra"][number % 5];
        let traits = json!({
            "firstName": given_name, "lastName": format!("Huber{number}"),
            "birthday": format!("19{:02}-{:02}-{:02}", 40 + number % 50, 1 + number % 12, 1 + number % 28),
            "address": { "street": format!("Ostweg {number}"), "postalCode": format!("{:05}", 10_000 + number) },
        });
        identify(&server, &format!("c{number}"), &json!({ "userId": format!("user-{number}") }), &traits);
    }
    let kathe = |given: &str, street: &str| {
        json!({ "firstName": given, "lastName": "Tannfeld", "birthday": "1954-04-15",
                "address": { "street": street, "postalCode": "13544", "city": "Berlin" } })
    };
    identify(&server, "k1", &json!({ "userId": "kathe-1" }), &kathe("Käthe", "Bismarckallee 20"));
    identify(&server, "k2", &json!({ "anonymousId": "tablet" }), &kathe("Kaethe", "Bismarckallee 20"));

    let page = server.get("/v1/customers/review").expect(200);
    assert_eq!((&page["model"], &page["records"]), (&json!("built_in"), &json!(62)), "{page:#}");
    let pair = &page["pairs"][0];
    let mut sides: Vec<_> = ["a", "b"].iter().map(|side| pair[side]["identifier"]["value"].as_str().unwrap()).collect();
    sides.sort_unstable();
    assert_eq!(sides, ["kathe-1", "tablet"], "{pair:#}");
    let steps = pair["steps"].as_array().unwrap();
    let sum: f64 = steps.iter().map(|step| step["weight"].as_f64().unwrap()).sum();
    assert!((pair["prior"].as_f64().unwrap() + sum - pair["weight"].as_f64().unwrap()).abs() < 1e-6, "{pair:#}");
    assert_eq!((&pair["doubt"], &pair["forbidden"]), (&Value::Null, &Value::Null));
    let certain = server.get("/v1/customers/review?doubt=no&limit=1").expect(200);
    assert_eq!(certain["pairs"][0]["a"], pair["a"]);
    server.get("/v1/customers/review?doubt=maybe").problem(400, "invalid");

    let ruling =
        json!({ "a": { "kind": "user_id", "value": "kathe-1" }, "b": { "kind": "anonymous_id", "value": "tablet" } });
    let waiting = page["waiting"].as_u64().unwrap();
    server.tell("POST", "/v1/customers/unmerge", &ruling).expect(200);
    assert_eq!(
        server.get("/v1/customers/review").expect(200)["waiting"],
        waiting - 1,
        "somebody said that they are two"
    );
    server.tell("POST", "/v1/customers/merge", &ruling).expect(200);
    assert_eq!(server.get("/v1/customers/review").expect(200)["waiting"], waiting - 1, "and now that they are one");
    let next = server.get(format!("/v1/customers/review?cursor={waiting}")).expect(200);
    assert_eq!((&next["pairs"], &next["next"]), (&json!([]), &Value::Null));
}
