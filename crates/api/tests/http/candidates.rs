//! Which known customers somebody could be, as it is asked over HTTP.

use serde_json::{Value, json};

use crate::server::Server;

fn identify(server: &Server, id: &str, who: &Value, traits: &Value) {
    let mut call = json!({ "messageId": id, "traits": traits, "timestamp": "2026-11-22T10:00:00Z" });
    let (call_fields, who) = (call.as_object_mut().unwrap(), who.as_object().unwrap());
    call_fields.extend(who.clone());
    server.send("/v1/identify", &call);
}

/// People of whom none is Käthe.
fn crowd(server: &Server) {
    let given_names = ["Anna", "Uwe", "Fatma", "Jonas", "Petra"];
    for number in 0..200 {
        let given_name = given_names[number % given_names.len()];
        let traits = json!({
            "firstName": given_name, "lastName": format!("Huber{}", number % 41),
            "birthday": format!("19{:02}-{:02}-{:02}", 40 + number % 50, 1 + number % 12, 1 + number % 28),
            "email": format!("person{number}@example.org"),
            "address": { "street": format!("Ostweg {number}"), "postalCode": format!("{:05}", 10_000 + number % 90) },
        });
        identify(server, &format!("crowd-{number}"), &json!({ "userId": format!("user-{number}") }), &traits);
    }
}

fn kathe() -> Value {
    json!({
        "firstName": "Käthe", "lastName": "Tannfeld", "birthday": "1954-04-15", "email": "kathe.tannfeld@example.org",
        "address": { "street": "Bismarckallee 20", "postalCode": "13544", "city": "Berlin" },
    })
}

fn customer_of(server: &Server, kind: &str, value: &str) -> Value {
    server.get(format!("/v1/customers/lookup?kind={kind}&value={value}")).expect(200)["customer"]["id"].clone()
}

#[test]
fn somebody_who_is_known_is_found_with_the_reasons_and_as_the_customer_of_now() {
    let server = Server::start();
    crowd(&server);
    let asked = "/v1/customers/match?given_name=Kaethe&surname=TANNFELD&birth_date=15.04.1954&postcode=13544";
    let nobody = server.get(asked).expect(200);
    assert_eq!((&nobody["candidates"], &nobody["records"]), (&json!([]), &json!(200)), "{nobody}");

    // What is told after a question is found by the next one.
    let mut told = kathe();
    told.as_object_mut().unwrap().remove("email");
    identify(&server, "k-1", &json!({ "anonymousId": "cookie" }), &told);
    let found = server.get(asked).expect(200);
    let best = &found["candidates"][0];
    assert_eq!((&found["records"], found["candidates"].as_array().map(Vec::len)), (&json!(201), Some(1)), "{found}");
    assert_eq!(best["customer"], customer_of(&server, "anonymous_id", "cookie"));
    assert!(best["probability"].as_f64() > Some(0.9) && best["vetoed"] == false, "{found}");
    let steps = best["steps"].as_array().unwrap();
    let levels: Vec<String> = steps.iter().map(|step| format!("{} {}", step["comparison"], step["level"])).collect();
    let expected =
        [r#""household" "surname exact, address same_postcode""#, r#""given_name" "exact""#, r#""birth_date" "exact""#];
    assert_eq!(levels, expected, "{found}");
    let weights = steps.iter().map(|step| step["weight"].as_f64().unwrap()).sum::<f64>();
    let sum = best["prior"].as_f64().unwrap() + weights;
    assert!((sum - best["weight"].as_f64().unwrap()).abs() < 1e-6, "{found}");

    // She turns out to be somebody known longer; and she has moved.
    server.send(
        "/v1/track",
        &json!({"messageId": "k-2", "event": "login", "userId": "user-7", "anonymousId": "cookie", "timestamp": "2026-11-22T11:00:00Z"}),
    );
    let address = json!({ "street": "Westweg 1", "postalCode": "80331" });
    identify(&server, "k-3", &json!({ "anonymousId": "cookie" }), &json!({ "address": address }));
    let now = customer_of(&server, "user_id", "user-7");
    assert_ne!(best["customer"], now);
    for asked in [asked, &asked.replace("13544", "80331")] {
        let found = server.get(asked).expect(200);
        assert_eq!((&found["candidates"][0]["customer"], &found["records"]), (&now, &json!(202)), "{found}");
        assert_eq!(
            found["candidates"].as_array().map(Vec::len),
            Some(1),
            "one customer, whatever the records: {found}"
        );
    }
}

#[test]
fn the_model_of_the_plan_is_taken_as_soon_as_there_is_one() {
    let server = Server::start();
    crowd(&server);
    identify(&server, "k-1", &json!({ "userId": "kathe" }), &kathe());
    let asked = "/v1/customers/match?email=Kathe.Tannfeld@example.org&given_name=K.&surname=Tannfeld";
    assert_eq!(server.get(asked).expect(200)["model"], "built_in");
    let mut model = linkage::LinkageModel::default();
    let put = |model: &linkage::LinkageModel| {
        server.tell("PUT", "/v1/plans/linkage/default", &json!({ "body": model })).expect(200);
    };
    put(&model);
    let found = server.get(asked).expect(200);
    assert_eq!(
        (&found["model"], found["candidates"].as_array().map(Vec::len)),
        (&json!("linkage@1"), Some(1)),
        "{found}"
    );
    (model.thresholds.review, model.thresholds.link) = (1.0, 1.0);
    put(&model);
    let found = server.get(asked).expect(200);
    assert_eq!((&found["model"], &found["candidates"]), (&json!("linkage@2"), &json!([])), "{found}");
}

#[test]
fn a_question_that_tells_nothing_or_something_else_is_refused() {
    let server = Server::start();
    for (query, named) in [("", "given_name"), ("?surname=%20", "given_name"), ("?surname=Huber&shoe_size=44", "query")]
    {
        let answer = server.get(format!("/v1/customers/match{query}"));
        assert_eq!(answer.json()["invalid_params"][0]["name"], named, "{query}");
        answer.problem(400, "invalid");
    }
    assert_eq!(server.get("/v1/customers/match?surname=Huber").expect(200)["records"], 0);
    server.call("GET", "/v1/customers/match?surname=Huber").send().problem(401, "unauthenticated");
}
