//! Commands beside a running server, and copies of its data.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::common::load::{Answer, Batch};
use crate::common::served::{Served, agent};
use crate::common::{Place, until};
use crate::{ORDERS, imported};

#[test]
fn questions_beside_a_server_see_what_it_has_acknowledged() {
    let place = imported();
    let server = Served::start(&place, "--log error");
    let key = place.write_key("shop");
    assert!(matches!(Batch::new(0, 0, 10, 10).send(&agent(), &server.base, &key), Answer::Taken));

    assert_eq!(place.json("mine graph --json")["events"], 16);
    assert_eq!(place.json("touchpoints --json")["events"], 16);
    let listed = place.json("quarantine list --json");
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{listed}");
    assert!(place.done("doctor").contains(&format!("process {}, which listens on {}", server.pid(), server.address())));

    let token = place.token("analyst");
    let (_, over_http) = server.get(&token, "/v1/mining/graph");
    assert_eq!((over_http["nodes"].clone(), over_http["edges"].clone()), place.graph());
    server.stop();
}

#[test]
fn plans_applied_beside_a_server_are_in_force_without_a_restart() {
    let place = imported();
    let token = place.token("analyst");
    let server = Served::start(&place, "--log error");
    let touchpoints = || -> Vec<String> {
        let (status, graph) = server.get(&token, "/v1/mining/graph");
        assert_eq!(status, 200, "{graph}");
        graph["nodes"].as_array().unwrap().iter().map(|node| node["touchpoint"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(touchpoints(), ["home", "cart", "order"]);
    place.file("plans/touchpoint/basket.toml", "title = \"Basket\"\n");
    place.file("plans/mapping/default.toml", "[[rule]]\ntouchpoint = \"basket\"\nname = \"cart\"\n");
    let said = place.run("plans apply plans --note test").plain(&place);
    let said =
        said.replace(&format!("process {}", server.pid()), "process [pid]").replace(server.address(), "[address]");
    assert_snapshot!(said, @r"
    exit 0
    touchpoint/basket: written as version 1
    mapping/default: written as version 1
    The plans are written; process [pid], which listens on [address] puts them in force within a second.
    ");
    until("the rules are in force", || (touchpoints() == ["home", "basket", "order"]).then_some(()));
    assert_eq!(place.json("mine graph --json")["nodes"][1]["touchpoint"], "basket");
    server.stop();
    place.assert_replay_equals_live();
}

#[test]
fn imports_and_repairs_beside_a_server_go_through_it() {
    let place = Place::new();
    place.file("orders.csv", ORDERS);
    let server = Served::start(&place, "--log error");
    let outcome = place.json("import orders.csv --json");
    let figures =
        ["read", "stored", "duplicates", "quarantined", "customers", "touchpoints"].map(|name| &outcome[name]);
    assert_eq!(figures, [7, 6, 0, 1, 3, 3].map(Value::from).each_ref(), "{outcome}");
    let again = place.json("import orders.csv --json");
    assert_eq!((&again["read"], &again["stored"], &again["duplicates"]), (&7.into(), &0.into(), &7.into()), "{again}");

    let payload = r#"{"line":8,"row":{"client":"cy","step":"cart","at":"2026-03-02 12:05:00"},"mapping":{"customer":"client","customer_kind":"user_id","touchpoint":"step","time":["at"],"time_format":"iso","time_zone":"UTC","untyped":true}}"#;
    let repaired = crate::common::run(
        crate::common::geleit(["quarantine", "repair", "1", "--json", "--payload", payload])
            .arg("--data")
            .arg(place.data()),
    );
    assert_eq!(repaired.json()["repaired"], 1);
    let token = place.token("analyst");
    assert_eq!(server.get(&token, "/v1/mining/graph").1["events"], 7);
    assert_eq!(
        place.json("token list --json")["tokens"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|token| token["revoked_at"].is_null())
            .count(),
        1,
        "the command's own tokens are void"
    );
    server.stop();
    place.assert_replay_equals_live();

    // The same as without a server.
    let alone = imported();
    let patch = r#"[{"op":"replace","path":"/row/at","value":"2026-03-02 12:05:00"}]"#;
    let repaired = crate::common::run(
        crate::common::geleit(["quarantine", "repair", "--json", "--patch", patch]).arg("--data").arg(alone.data()),
    );
    assert_eq!(repaired.json(), json!({ "repaired": 1, "duplicates": 0, "still_bad": [] }));
    assert_eq!(place.graph(), alone.graph());
}

#[test]
fn a_backup_is_never_restored_over_a_directory_in_use() {
    let place = imported();
    let server = Served::start(&place, "--log error");
    place.done("backup copy");
    let refused = place.run("restore copy");
    assert_snapshot!(refused.plain(&place), @r"
    exit 1
    stderr: geleit: [place]/data is not empty: a backup is restored into a directory of its own
    ");
    server.stop();
}

#[test]
fn a_backup_taken_under_load_restores_to_all_that_was_acknowledged_before_it() {
    let place = imported();
    let key = place.write_key("shop");
    let server = Served::start(&place, "--tail-mib 1 --log error");
    let send = |number: u64| {
        assert!(matches!(Batch::new(0, number * 40, 40, 500).send(&agent(), &server.base, &key), Answer::Taken));
    };
    (0..20).for_each(send);
    let expected = place.graph();
    place.done("backup copy");
    (20..30).for_each(send);
    server.stop();

    let restored = Place::new();
    restored.done(&format!("restore {}", place.root().join("copy").display()));
    assert_eq!(restored.graph(), expected);
    restored.assert_replay_equals_live();
    assert_eq!(restored.json("source list --json")["sources"][0]["name"], "shop", "plans and access come along");
    // Ids are known in the restored directory as well.
    let server = Served::start(&restored, "--log error");
    assert!(matches!(Batch::new(0, 0, 40, 500).send(&agent(), &server.base, &key), Answer::Taken));
    assert_eq!(restored.graph(), expected);
    server.stop();
}

#[test]
fn what_is_exported_and_imported_elsewhere_gives_the_same_graph() {
    let place = imported();
    let key = place.write_key("shop");
    let server = Served::start(&place, "--log error");
    assert!(matches!(Batch::new(0, 0, 200, 20).send(&agent(), &server.base, &key), Answer::Taken));
    place.done("export events.jsonl");
    server.stop();

    let elsewhere = Place::new();
    let outcome = elsewhere.json(&format!("import {} --json", place.root().join("events.jsonl").display()));
    assert_eq!((&outcome["stored"], &outcome["quarantined"]), (&206.into(), &0.into()), "{outcome}");
    assert_eq!(elsewhere.graph(), place.graph());
    assert_eq!(elsewhere.done("export -"), place.done("export -"), "no word of an event is lost");
}
