//! The register of touchpoints as a table: what would change, and what is wrong.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use std::collections::BTreeMap;

use formats::register::{Changes, TableFormat, Verdict, changes, write};
use model::{Peso, Touchpoint};
use serde_json::json;

fn register() -> BTreeMap<String, Touchpoint> {
    let shop = Touchpoint { title: "Laden".to_owned(), owner: "Ada".to_owned(), ..Touchpoint::default() };
    let till = Touchpoint {
        title: "Kasse".to_owned(),
        parent: Some("shop".to_owned()),
        peso: Some(Peso::Owned),
        promises: vec!["Immer besetzt".to_owned(), "a|b".to_owned()],
        importance_to_customer: Some(8.0),
        ..Touchpoint::default()
    };
    BTreeMap::from([("shop".to_owned(), shop), ("till".to_owned(), till)])
}

fn changed(text: &str) -> Changes {
    changes(TableFormat::Csv, text.as_bytes(), &register()).unwrap()
}

#[test]
fn only_columns_that_are_there_change_anything_and_each_row_says_what() {
    let told = changed("ID;Owner;Importance to customer;Budget\ntill;Bob;8,5;1\nshop;Ada;;2\nfair;Cy;;3\n");
    let rows: Vec<_> = told.rows.iter().map(|row| (row.row, row.id.as_str(), row.what)).collect();
    assert_eq!(rows, [(2, "till", Verdict::Changed), (3, "shop", Verdict::Same)]);
    let fields = serde_json::to_value(&told.rows[0].fields).unwrap();
    assert_eq!(
        fields,
        json!([
            { "field": "owner", "from": null, "to": "Bob" },
            { "field": "importance_to_customer", "from": 8.0, "to": 8.5 },
        ])
    );
    // What the table does not name stays.
    assert_eq!(told.rows[0].touchpoint.promises.len(), 2);
    let errors: Vec<String> = told.errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors, ["row 4, column title: is missing"]);
    assert_eq!(told.notes[0].to_string(), "column \"budget\" is not known");

    // A cell that is empty empties its field; a name alone makes a touchpoint.
    let told = changed("id,title,parent,promises,peso\ntill,Kasse,,,\n,Messe Süd,shop,Kostenlos | Freundlich,shared\n");
    assert_eq!(told.errors, []);
    let till = &told.rows[0].touchpoint;
    assert_eq!(
        (&till.parent, till.promises.len(), till.peso, till.importance_to_customer),
        (&None, 0, None, Some(8.0))
    );
    let fair = &told.rows[1];
    assert_eq!((fair.id.as_str(), fair.what, fair.touchpoint.promises.len()), ("messe-sued", Verdict::New, 2));
}

#[test]
fn what_is_wrong_is_told_with_row_column_and_value() {
    for (text, expected) in [
        ("id,peso\ntill,bought\n", "row 2, column peso: \"bought\" is none of paid, earned, shared, owned"),
        (
            "id,title\nTill,Kasse\n",
            "row 2, column id: \"Till\" is not a name of lower case letters, digits, - and _, 80 at most",
        ),
        ("id,title\ntill,\n", "row 2, column title: is missing"),
        ("title\n日本語\n", "row 2: has neither an id nor a title to make one of"),
        ("id,owner\ntill,x\ntill,y\n", "row 3, column id: \"till\" is the id of another row already"),
        ("id,Importance to business\ntill,11\n", "row 2, column importance_to_business: \"11\" lies outside 0 to 10"),
        ("id,importance_to_business\ntill,much\n", "row 2, column importance_to_business: \"much\" is not a number"),
        (
            "id,reach_per_year\ntill,\"250,000\"\n",
            "row 2, column reach_per_year: \"250,000\" could be read in two ways",
        ),
        ("id,cost_per_year\ntill,1\n", "row 2, column currency: is missing: a cost has a currency"),
        ("id,review_on\ntill,31.01.2027\n", "row 2, column review_on: \"31.01.2027\" is not a date such as 2026-11-22"),
        ("id,remind_before\ntill,14d\n", "row 2, column review_on: is missing: a reminder needs its day"),
        ("id,parent\ntill,moon\n", "row 2, column parent: \"moon\" is neither in the register nor in this file"),
        ("id,parent\nshop,till\n", "row 2, column parent: \"till\" is a part of this touchpoint itself"),
        ("id,parent\nshop,shop\n", "row 2, column parent: \"shop\" is a part of this touchpoint itself"),
        ("id,title,parent\na,A,b\nb,B,c\nc,C,a\n", "row 2, column parent: \"b\" is a part of this touchpoint itself"),
        ("id,promises\ntill,a\\b\n", "row 2, column promises: \"a\\\\b\" has a backslash before 'b'"),
    ] {
        let told = changed(text);
        let error = told.errors.first().map(ToString::to_string).unwrap_or_default();
        assert!(error.starts_with(expected), "{text}: {error}");
        assert!(told.rows.iter().all(|row| told.errors.iter().all(|error| error.row != row.row)), "{told:?}");
    }
    // A parent may be told in a row of its own, above or below.
    assert_eq!(changed("id,title,parent\na,A,b\nb,B,\n").errors, []);
}

#[test]
fn a_file_that_is_no_register_is_refused() {
    let refused = |text: &str| changes(TableFormat::Csv, text.as_bytes(), &register()).unwrap_err().to_string();
    assert_eq!(refused(""), "file: holds no table");
    assert_eq!(refused("owner\nx\n"), "line 1: no column is called id or title: which touchpoint is meant?");
    assert_eq!(refused("id,title,name\n"), "line 1: \"name\" is the name of two columns");
    assert!(
        changes(TableFormat::Xlsx, b"id\n", &register())
            .unwrap_err()
            .to_string()
            .starts_with("file: is not a workbook")
    );
    let many: String =
        std::iter::once("id,title,peso\n".to_owned()).chain((0..500).map(|n| format!("t{n},T,x\n"))).collect();
    let told = changed(&many);
    assert_eq!((told.errors.len(), told.notes[0].to_string().as_str()), (200, "300 more errors are not told"));
}

#[test]
fn no_cell_is_a_formula() {
    let bad = Touchpoint { title: "=HYPERLINK(\"x\")".to_owned(), owner: "+49".to_owned(), ..Touchpoint::default() };
    let text =
        String::from_utf8(write(TableFormat::Csv, &BTreeMap::from([("a".to_owned(), bad.clone())])).unwrap()).unwrap();
    assert!(text.starts_with("\u{feff}id,title,"), "{text}");
    assert!(text.contains("\r\na,\"'=HYPERLINK(\"\"x\"\")\",,,,,,'+49,"), "{text}");
    let back = changes(TableFormat::Csv, text.as_bytes(), &BTreeMap::new()).unwrap();
    assert_eq!(back.rows[0].touchpoint, bad);
}
