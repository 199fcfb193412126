//! `geleit simulate`: worlds on disk.

use insta::assert_snapshot;

use crate::common::Place;

#[test]
fn a_world_is_written_whole_or_in_parts_and_says_where_everything_is() {
    let place = Place::new();
    let said = place.run("simulate --customers 40 --seed 3 --out world").plain(&place);
    // How much happens changes with the laws.
    let figures = said.split_whitespace().filter(|word| word.parse::<u32>().is_err()).collect::<Vec<_>>().join(" ");
    assert_snapshot!(figures, @"exit world: people, happenings, items as the doors see them (segment.jsonl, cloudevents.jsonl, tills/), records of offline registers (registers/), the truth in truth/");
    for name in [
        "segment.jsonl",
        "cloudevents.jsonl",
        "campaigns.csv",
        "media.csv",
        "registers/records.csv",
        "truth/events.csv",
        "truth/people.csv",
        "truth/identifiers.csv",
        "truth/promises.csv",
        "truth/effects.csv",
        "truth/needs.csv",
        "truth/records.csv",
    ] {
        let lines = std::fs::read_to_string(place.root().join("world").join(name)).unwrap().lines().count();
        assert!(lines > 5, "{name}: {lines} lines");
    }
    assert_snapshot!(place.run("simulate --customers 40 --seed 3 --out part --only registers").plain(&place), @r"
    exit 0
    part: 108 records of 40 people in registers/records.csv, whose each is in truth/records.csv
    ");
    let read = |name: &str| std::fs::read(place.root().join(name)).unwrap();
    assert!(read("part/registers/records.csv") == read("world/registers/records.csv"));
    assert!(read("part/truth/records.csv") == read("world/truth/records.csv"));
    assert!(!place.root().join("part/segment.jsonl").exists());
}

#[test]
fn a_world_that_cannot_be_is_refused_in_one_line() {
    let place = Place::new();
    assert_snapshot!(place.run("simulate --customers 4000001 --out world").plain(&place), @r"
    exit 1
    stderr: geleit: --customers 4000001: a world has at most 4000000 people
    ");
    assert_snapshot!(place.run("simulate --without tv --out world").plain(&place), @r#"
    exit 2
    stderr: error: invalid value 'tv' for '--without <MEDIUM>': "tv" is none of poster, friend, advertisement, retargeting, newsletter, cart-reminder

    For more information, try '--help'.
    "#);
}
