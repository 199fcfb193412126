//! `geleit link`: from an export to customers, and back with what people decided.

use insta::assert_snapshot;
use rust_xlsxwriter::Workbook;

use crate::common::Place;

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
    assert!(sample.starts_with("record_a,record_b,weight,probability,reason,decision,a,b,why\n"), "{sample}");
    place.file("decided.csv", sample.replace(",linked,,", ",linked,accept,").replacen(",accept,", ",reject,", 1));
    let told = place.json("link customers.csv --decisions decided.csv --json");
    let clerical = &told["quality"]["clerical"];
    let (judged, accepted) = (clerical["judged"].as_u64().unwrap(), clerical["accepted"].as_u64().unwrap());
    assert!(judged > 1 && accepted == judged - 1, "{told}");
    assert!(clerical["interval"][0].as_f64().unwrap() < clerical["precision"].as_f64().unwrap(), "{told}");
    let apart = place.json("link customers.csv --json");
    assert_ne!(apart["customers"], told["customers"], "the rejected pair stays apart: {told}");
}

#[test]
fn a_saved_model_links_as_before_and_a_data_directory_may_keep_it() {
    let place = Place::new();
    place.file("customers.csv", CUSTOMERS);
    let trained = place.json("link customers.csv --save-model linkage.toml --json");
    let again = place.json("link customers.csv --model linkage.toml --json");
    assert_eq!((&again["customers"], &again["model"]["iterations"]), (&trained["customers"], &0.into()), "{again}");
    let model = std::fs::read_to_string(place.root().join("linkage.toml")).unwrap();
    place.file("data/linkage.toml", model.replace("person records", "ours"));
    assert_eq!(place.json("link customers.csv --json")["model"]["title"], "ours");
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
