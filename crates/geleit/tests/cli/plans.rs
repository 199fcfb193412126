//! Plans as files: tried, applied, compared, restored, written out again.

use insta::assert_snapshot;

use crate::common::Place;
use crate::imported;

fn touchpoints(place: &Place) -> Vec<String> {
    let graph = place.json("mine graph --json");
    let mut names: Vec<String> =
        graph["nodes"].as_array().unwrap().iter().map(|node| node["touchpoint"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn plans_go_from_files_into_force_and_every_version_comes_back() {
    let place = imported();
    place.file("plans/touchpoint/checkout.toml", "title = \"Checkout\"\n");
    let mapping = "[[rule]]\ntouchpoint = \"checkout\"\nname = \"cart\"\n";
    place.file("plans/mapping/default.toml", mapping);
    place.file("plans/journey/visit.toml", "title = \"A visit\"\nrule = \"gap:90s\"\n");
    place.file(
        "plans/segment/buyers.toml",
        "title = \"Buyers\"\njourney = \"visit\"\nwhere = \"did order at least 1 times\"\n",
    );
    place.done("plans apply plans --note first");
    assert_eq!(touchpoints(&place), ["checkout", "home", "order"]);
    assert_eq!(place.json("mine variants --journey visit --json")["journeys"], 5);

    place.file(
        "plans/mapping/default.toml",
        format!("{mapping}\n[[rule]]\ntouchpoint = \"checkout\"\nname = \"ord*\"\n"),
    );
    let told = place.done("plans apply plans --dry-run");
    let trial: serde_json::Value = serde_json::from_str(&told[told.find('{').unwrap()..]).unwrap();
    assert_eq!((&trial["events"], &trial["changed"], &trial["unmapped"]), (&6.into(), &1.into(), &3.into()), "{trial}");
    assert_eq!(touchpoints(&place), ["checkout", "home", "order"], "a dry run changes nothing");

    place.done("plans apply plans --note second");
    assert_eq!(touchpoints(&place), ["checkout", "home"]);
    assert_eq!(place.done("plans apply plans").trim(), "Nothing has changed.");
    assert_snapshot!(place.run("plans compare mapping/default").plain(&place), @r#"
    exit 0
    --- mapping/default 1
    +++ mapping/default 2
    @@ -1,3 +1,7 @@
     [[rule]]
     touchpoint = "checkout"
     name = "cart"
    +
    +[[rule]]
    +touchpoint = "checkout"
    +name = "ord*"
    "#);

    place.done("plans restore mapping/default --version 1");
    assert_eq!(touchpoints(&place), ["checkout", "home", "order"]);
    let history = place.json("plans history mapping/default --json");
    let versions: Vec<_> =
        history["versions"].as_array().unwrap().iter().map(|one| one["note"].as_str().unwrap()).collect();
    assert_eq!(versions, ["version 1 restored", "second", "first"]);

    // What is written out and applied elsewhere says the same.
    place.done("plans export written");
    let segment = std::fs::read_to_string(place.root().join("written/segment/buyers.toml")).unwrap();
    assert_eq!(segment, "title = \"Buyers\"\njourney = \"visit\"\nwhere = \"did order\"\n");
    let elsewhere = imported();
    elsewhere.done(&format!("plans apply {}", place.root().join("written").display()));
    assert_eq!(elsewhere.graph(), place.graph());
    place.assert_replay_equals_live();
}

#[test]
fn a_mistake_in_one_file_is_told_with_its_place_and_nothing_is_written() {
    let place = imported();
    place.file("plans/touchpoint/checkout.toml", "title = \"Checkout\"\n");
    let said = [
        ("mapping/default", "[[rule]]\ntouchpoint = \"chekout\"\nname = \"cart\"\n"),
        ("mapping/default", "[[rule]]\ntouchpoint = \"checkout\"\nnam = \"cart\"\n"),
        ("touchpoint/till", "title = \"Till\"\nimportance_to_customer = 11.0\n"),
        ("touchpoint/till", "title = \"Till\"\nparent = \"shop\"\n"),
        ("journey/visit", "title = \"A visit\"\nrule = \"gap:30\"\n"),
        ("segment/loyal", "title = \"Loyal\"\nwhere = \"did cart and chanel = web\"\n"),
        ("identity/default", "limits = { User = 1 }\n"),
        ("touchpoint/Till", "title = \"Till\"\n"),
    ]
    .map(|(name, content)| {
        let file = place.file(&format!("plans/{name}.toml"), content);
        let said = place.run("plans apply plans").plain(&place);
        std::fs::remove_file(file).unwrap();
        format!("{said}\n\n")
    });
    assert_snapshot!(said.concat(), @r#"
        exit 1
        stderr: geleit: plans/mapping/default.toml: rule[0].touchpoint: "chekout" is not in the register of touchpoints

        exit 1
        stderr: geleit: plans/mapping/default.toml: TOML parse error at line 3, column 1
          |
        3 | nam = "cart"
          | ^^^
        unknown field `nam`, expected one of `touchpoint`, `source`, `name`, `channel`, `kind`, `url`, `properties`

        exit 1
        stderr: geleit: plans/touchpoint/till.toml: importance_to_customer: "11" lies outside 0 to 10

        exit 1
        stderr: geleit: plans/touchpoint/till.toml: parent: "shop" is not in the register of touchpoints

        exit 1
        stderr: geleit: plans/journey/visit.toml: journey: "30" is not a duration with a unit, such as 90s, 30m, 12h, 30d or 2w

        exit 1
        stderr: geleit: plans/segment/loyal.toml: TOML parse error at line 2, column 9
          |
        2 | where = "did cart and chanel = web"
          |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^
        at character 13: "chanel" is nothing to compare of a journey: events, duration, or a property of its customer such as customer.country (did you mean channel?)

        exit 1
        stderr: geleit: plans/identity/default.toml: limits: "User" is not a kind of identifier: lower case letters, digits and underscores, 40 at most

        exit 1
        stderr: geleit: plans/touchpoint/Till.toml: name: "Till" is not a name of lower case letters, digits, - and _, 80 at most
        "#);
    assert_eq!(place.json("plans list --json")["plans"], serde_json::json!([]));
}

#[test]
fn wholes_and_parts_are_applied_together_in_whatever_order_they_stand() {
    let place = imported();
    place.file("plans/touchpoint/checkout.toml", "title = \"Checkout\"\nparent = \"shop\"\n");
    place.file("plans/touchpoint/shop.toml", "title = \"Shop\"\n");
    place.done("plans apply plans");
    let circle = place.file("plans/touchpoint/shop.toml", "title = \"Shop\"\nparent = \"checkout\"\n");
    assert_snapshot!(place.run("plans apply plans").plain(&place), @r#"
    exit 1
    stderr: geleit: plans/touchpoint/shop.toml: parent: "checkout" is a part of this touchpoint: shop > checkout
    "#);
    std::fs::remove_file(circle).unwrap();
    assert_snapshot!(place.run("plans apply plans --prune").plain(&place), @r#"
    exit 1
    stderr: geleit: touchpoint/shop: touchpoint shop has parts and cannot be removed before they are: checkout
    "#);
    place.file("plans/touchpoint/checkout.toml", "title = \"Checkout\"\n");
    place.done("plans apply plans --prune");
    let plans = place.json("plans list --json");
    assert_eq!(plans["plans"].as_array().unwrap().len(), 1);
}

#[test]
fn identity_rules_are_tried_and_read_back_as_they_were_written() {
    let place = Place::new();
    let event = |id: &str, identifiers: &str| {
        format!(
            r#"{{"message_id":"{id}","source":"till","at":"2026-03-0{id}T08:00:00Z","name":"visit","identifiers":[{identifiers}]}}"#
        )
    };
    let card = r#"{"kind":"loyalty_card","value":"1234 5678"}"#;
    let users = ["ada", "bea"].map(|user| format!(r#"{{"kind":"user_id","value":"{user}"}}"#));
    let lines = [
        event("1", &format!("{card},{}", users[0])),
        event("2", r#"{"kind":"loyalty_card","value":"12345678"}"#),
        event("3", &format!("{card},{}", users[1])),
    ];
    place.file("events.jsonl", lines.join("\n"));
    place.done("import events.jsonl");
    let rules = "region = \"AT\"\n\n[check_digits]\nloyalty_card = \"luhn\"\n\n[limits]\nuser_id = 1\n\n[limits.email]\nmost = 3\nwithin = \"30d\"\n";
    place.file("plans/identity/default.toml", rules);
    let told = place.done("plans apply plans --dry-run");
    let said = told.lines().nth(1).unwrap();
    let expected = "2 customers would be 3: 1 would become several, 0 would be made of several; 1 of 3 events (33.3 %) would change hands.";
    assert_eq!(said, expected);
    place.done("plans apply plans");
    let refusals = place.json("refusals --json");
    assert_eq!(refusals["counts"][0]["rule"], "check digit");
    place.done("plans export out");
    let out = std::fs::read_to_string(place.root().join("out/identity/default.toml")).unwrap();
    assert!(out.contains("region = \"AT\"") && out.contains("[limits.email]\nmost = 3\nwithin = \"30d\""), "{out}");
    assert_eq!(place.done("plans apply out").trim(), "Nothing has changed.");

    let hash = place.done("hmac loyalty_card:12345678");
    assert_eq!(hash.trim().len(), 64);
    assert_eq!(place.done("hmac loyalty_card:1234-5678"), hash);
}
