//! What people decide on the review of a linkage, and what it does to people they never saw.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::common::Place;

/// Decisions that a reviewer takes in an afternoon.
const DECISIONS: usize = 300;
/// What chance does to F1 when the model moves a little.
const CHANCE: f64 = 0.001;

fn f1(told: &Value, of: &str) -> f64 {
    told["quality"]["truth"][of]["f1"].as_f64().unwrap()
}

#[test]
fn decisions_help_where_they_were_taken_and_do_no_harm_elsewhere() {
    let place = Place::new();
    place.done("simulate --only registers --customers 10000 --seed 11 --out world");
    let read = |name: &str| std::fs::read_to_string(place.root().join(name)).unwrap();
    let truth: HashMap<String, String> =
        read("world/truth/records.csv").lines().map(two_cells).map(|(id, person)| (id.into(), person.into())).collect();
    // Half of the people are held back: the reviewer sees none of their records.
    let records = read("world/registers/records.csv");
    let (header, rows) = records.split_once('\n').unwrap();
    let [mut seen, mut held_back] = [(); 2].map(|()| format!("{header},truth\n"));
    for row in rows.lines() {
        let person = &truth[two_cells(row).0];
        let is_seen = person.bytes().map(u32::from).sum::<u32>() % 2 == 0;
        writeln!(if is_seen { &mut seen } else { &mut held_back }, "{row},{person}").unwrap();
    }
    place.file("seen.csv", seen);
    place.file("held-back.csv", held_back);

    let link = |arguments: &str| place.json(&format!("link {arguments} --truth truth --json"));
    let before = link(&format!("seen.csv --save-model before.toml --review review.csv --review-most {DECISIONS}"));
    let mut decided = "record_a,record_b,decision\n".to_owned();
    for row in read("review.csv").lines().skip(1) {
        let (a, b) = two_cells(row);
        let decision = if truth[a] == truth[b] { "accept" } else { "reject" };
        writeln!(decided, "{a},{b},{decision}").unwrap();
    }
    assert_eq!(decided.lines().count(), DECISIONS + 1);
    place.file("decided.csv", decided);
    let after = link("seen.csv --save-model after.toml --decisions decided.csv");
    assert!(f1(&after, "clusters") > f1(&before, "clusters") + 0.005, "{before}\n{after}");
    assert_ne!(read("before.toml"), read("after.toml"), "training has learned of the decisions");

    let [before, after] = ["before", "after"].map(|model| link(&format!("held-back.csv --model {model}.toml")));
    for of in ["edges", "clusters"] {
        assert!(f1(&after, of) > f1(&before, of) - CHANCE, "{of}: {before}\n{after}");
    }
}

/// The first two cells of a row.
fn two_cells(row: &str) -> (&str, &str) {
    let mut cells = row.split(',');
    (cells.next().unwrap().trim(), cells.next().unwrap_or_default().trim())
}
