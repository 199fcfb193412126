//! `geleit link`: from an export to customers, and back with what people decided.

use insta::assert_snapshot;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::common::Place;
use crate::common::served::Served;

/// Käthe three times, once married; her husband under the same roof, with the family's mail; a stranger.
const CUSTOMERS: &str = "\
Kundennr;Vorname;Nachname;Geburtsdatum;Straße;Hausnr;PLZ;Ort;Telefon;E-Mail;wahr
K1;Käthe;Tannfeld;15.04.1954;Bismarckallee;20;13544;Berlin;0177 1234567;tannfeld@example.org;a
K2;Kaethe;TANNFELD;1954-04-15;Bismarck-Allee;20;13544;Berlin;;;a
K3;Käthe;Tannfeld-Brink;15.04.1954;;;;;+49 177 1234567;;a
K4;Uwe;Tannfeld;30.11.1950;Bismarckallee;20;13544;Berlin;;tannfeld@example.org;b
K5;Fatma;Yilmaz;02.02.1990;Ostweg;3;80331;München;;fatma@example.net;c
";

#[test]
fn an_export_with_german_columns_falls_into_its_customers() {
    let place = Place::new();
    place.file("customers.csv", CUSTOMERS);
    let told = place.json("link customers.csv --truth wahr --out clusters.csv --json");
    assert_eq!((&told["records"], &told["customers"]), (&5.into(), &3.into()), "{told}");
    assert_eq!(told["quality"]["truth"]["clusters"]["f1"], 1.0, "{told}");
    assert_snapshot!(std::fs::read_to_string(place.root().join("clusters.csv")).unwrap(), @r"
    record_id,customer_id
    K1,K1
    K2,K1
    K3,K1
    K4,K4
    K5,K5
    ");
    let roles: Vec<&str> =
        told["columns"].as_array().unwrap().iter().map(|column| column["role"].as_str().unwrap()).collect();
    let expected = "id given_name surname birth_date street house_number postcode city phone email truth";
    assert_eq!(roles.join(" "), expected);
}

#[test]
fn a_workbook_gives_what_its_csv_gives() {
    let place = Place::new();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0_u32..).zip(CUSTOMERS.lines()) {
        for (column, cell) in (0_u16..).zip(line.split(';')) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    book.save(place.root().join("customers.xlsx")).unwrap();
    let told = place.json("link customers.xlsx --truth wahr --json");
    assert_eq!((&told["customers"], &told["quality"]["truth"]["clusters"]["f1"]), (&3.into(), &1.0.into()), "{told}");
}

#[test]
fn a_decision_that_comes_back_holds_and_counts() {
    let place = Place::new();
    place.file("customers.csv", CUSTOMERS);
    place.done("link customers.csv --sample sample.csv");
    let sample = std::fs::read_to_string(place.root().join("sample.csv")).unwrap();
    assert!(sample.starts_with("record_a,record_b,weight,probability,reason,value,decision,a,b,why\n"), "{sample}");
    place.file("decided.csv", sample.replace(",linked,,,", ",linked,,accept,").replacen(",accept,", ",reject,", 1));
    let told = place.json("link customers.csv --decisions decided.csv --json");
    let clerical = &told["quality"]["clerical"];
    let (judged, accepted) = (clerical["judged"].as_u64().unwrap(), clerical["accepted"].as_u64().unwrap());
    assert!(judged > 1 && accepted == judged - 1, "{told}");
    assert!(clerical["interval"][0].as_f64().unwrap() < clerical["precision"].as_f64().unwrap(), "{told}");
    let apart = place.json("link customers.csv --json");
    assert_ne!(apart["customers"], told["customers"], "the rejected pair stays apart: {told}");
}

#[test]
fn a_saved_model_links_as_before() {
    let place = Place::new();
    place.file("customers.csv", CUSTOMERS);
    let trained = place.json("link customers.csv --save-model linkage.toml --json");
    let again = place.json("link customers.csv --model linkage.toml --json");
    assert_eq!((&again["customers"], &again["model"]["iterations"]), (&trained["customers"], &0.into()), "{again}");
}

#[test]
fn a_model_that_is_kept_is_a_plan_with_versions() {
    let place = Place::new();
    place.file("customers.csv", CUSTOMERS);
    let model = |arguments: &str| place.json(&format!("link customers.csv --json {arguments}"))["model"].clone();
    let of = |model: &Value| [&model["origin"], &model["kept_as"]].map(|text| text.as_str().unwrap_or("-").to_owned());
    assert_eq!(of(&model("")), ["built_in", "-"]);
    assert_eq!(of(&model("--keep-model --note first")), ["built_in", "linkage@1"]);
    let kept = model("--keep-model");
    assert_eq!((of(&kept), &kept["iterations"]), (["linkage@1", "linkage@1"].map(str::to_owned), &0.into()));

    // What is kept is written out, edited and applied like any plan.
    place.done("plans export plans");
    let file = place.root().join("plans/linkage/default.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(place.done("plans apply plans").trim(), "Nothing has changed.");
    std::fs::write(&file, text.replace("\nlink = 0.5\n", "\nlink = 0.9\n")).unwrap();
    place.done("plans apply plans --note stricter");
    let stricter = model("");
    assert_eq!((of(&stricter), &stricter["link_probability"]), (["linkage@2", "-"].map(str::to_owned), &0.9.into()));
    let difference = place.done("plans compare linkage/default");
    assert!(difference.contains("-link = 0.5\n+link = 0.9\n"), "{difference}");
    std::fs::write(&file, text.replace("\nlink = 0.5\n", "\nlink = 1.5\n")).unwrap();
    let refused = place.run("plans apply plans").plain(&place);
    assert!(refused.contains("plans/linkage/default.toml: thresholds.link: 1.5 lies outside 0 to 1"), "{refused}");
    place.done("plans restore linkage/default --version 1");
    assert_eq!(of(&model("")), ["linkage@3", "-"]);
}

#[test]
fn beside_a_server_the_model_is_read_and_kept() {
    let place = Place::new();
    place.file("customers.csv", CUSTOMERS);
    let server = Served::start(&place, "--log error");
    let kept = place.json("link customers.csv --keep-model --note trained --json");
    assert_eq!(kept["model"]["kept_as"], "linkage@1");
    let (status, document) = server.get(&place.token("analyst"), "/v1/plans/linkage/default");
    assert_eq!((status, &document["version"], &document["note"]), (200, &1.into(), &"trained".into()), "{document}");
    assert_eq!(place.json("link customers.csv --json")["model"]["origin"], "linkage@1");
    server.stop();
}

#[test]
fn linked_records_are_customers_and_each_link_tells_its_model() {
    let place = Place::new();
    place.file("customers.csv", CUSTOMERS);
    place.file("visits.csv", "card,step,at\nK1,till,2026-03-01 08:00:00\nK3,shop,2026-03-02 08:00:00\n");
    place.done("import visits.csv --customer card --customer-kind crm_id --touchpoint step --time at");
    let refused = place.run("link customers.csv --join crm_id").plain(&place);
    assert!(refused.contains("--join: a link names the version of its model, and this model has none"), "{refused}");

    let joined = |arguments: &str| place.json(&format!("link customers.csv --json {arguments}"))["joined"].clone();
    assert_eq!(joined("--keep-model --join crm_id"), json!({ "stored": 2, "duplicates": 0 }));
    assert_eq!(joined("--join crm_id"), json!({ "stored": 0, "duplicates": 2 }), "the same run twice");
    let explained = place.json("explain crm_id:K1 crm_id:K3 --json");
    assert_eq!(explained["same"], true, "{explained}");
    for link in explained["path"].as_array().unwrap() {
        assert_eq!((&link["rule"], &link["source"]), (&"linkage@1".into(), &"geleit".into()), "{link}");
    }

    // What people rejected parts customers, and a later linkage does not join them again.
    place.file("decided.csv", "record_a,record_b,decision\nK1,K3,reject\nK2,K3,reject\nK4,K5,accept\n");
    assert_eq!(joined("--join crm_id --decisions decided.csv")["stored"], 3);
    assert_eq!(joined("--train --keep-model --join crm_id")["duplicates"], 0, "another model, other evidence");
    let same = |a: &str, b: &str| place.json(&format!("explain crm_id:{a} crm_id:{b} --json"))["same"] == true;
    assert_eq!([same("K1", "K2"), same("K1", "K3"), same("K4", "K5"), same("K1", "K4")], [true, false, true, false]);
    place.assert_replay_equals_live();
}

#[test]
fn records_are_joined_through_the_server_that_holds_the_directory() {
    let place = Place::new();
    place.file("customers.csv", CUSTOMERS);
    let server = Served::start(&place, "--log error");
    let told = place.json("link customers.csv --keep-model --join crm_id --json");
    assert_eq!(told["joined"]["stored"], 2, "{told}");
    let (status, found) = server.get(&place.token("service"), "/v1/customers/lookup?kind=crm_id&value=K3");
    let identifiers = found["customer"]["identifiers"].as_array().map(Vec::len);
    assert_eq!((status, identifiers), (200, Some(3)), "{found}");
    server.stop();
    place.assert_replay_equals_live();
}

#[test]
fn a_pair_is_explained_step_by_step() {
    let place = Place::new();
    place.file("customers.csv", CUSTOMERS);
    let told = place.json("link customers.csv --explain K1,K3 --json");
    let steps = told["steps"].as_array().unwrap();
    let levels: Vec<String> = steps.iter().map(|step| format!("{}: {}", step["comparison"], step["level"])).collect();
    assert_snapshot!(levels.join("\n").replace('"', ""), @r"
    household: surname part
    given_name: exact
    birth_date: exact
    mobile: exact
    ");
    let said = place.done("link customers.csv --explain K1,K3");
    assert!(said.ends_with("Both are customer K1.\n"), "{said}");
}

#[test]
fn what_is_wrong_is_told_in_one_line() {
    let place = Place::new();
    place.file("customers.csv", CUSTOMERS);
    place.file("twice.csv", "id,surname\n1,Huber\n1,Meier\n");
    place.file("orders.csv", "order,amount\n1,2\n");
    place.file("broken.toml", "form = 9\n");
    for (arguments, expected) in [
        ("link customers.csv --id Nr", "--id \"Nr\" is none of the columns: Kundennr, Vorname,"),
        ("link customers.csv --column nose=Ort", "--column \"nose\" is none of given_name, surname,"),
        ("link customers.csv --explain K1,K9", "--explain: there is no record \"K9\""),
        ("link customers.csv --model broken.toml", "broken.toml: is not a linkage model"),
        ("link twice.csv", "record id \"1\" stands more than once"),
        ("link orders.csv", "orders.csv: no column holds what tells people apart; columns found: order, amount"),
        ("link none.csv", "none.csv: cannot be opened"),
    ] {
        let said = place.run(arguments);
        assert_eq!(said.code, Some(1), "{arguments}: {said:?}");
        let error = said.plain(&place);
        assert!(error.contains(expected), "{arguments}: {error}");
    }
}
