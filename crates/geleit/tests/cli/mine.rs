//! Questions about journeys as people and scripts ask them: filters, groups, formats, recipes.

use crate::imported;

#[test]
fn filters_choose_events_and_journeys_and_the_answer_says_what_is_left_out() {
    let place = imported();
    let chosen = place.json("mine graph --only 'not order' --where 'did cart' --json");
    assert_eq!((&chosen["events"], &chosen["journeys"]), (&4.into(), &2.into()), "{chosen}");
    assert_eq!(chosen["coverage"]["events_not_chosen"], 1);
    assert_eq!(chosen["coverage"]["journeys_not_chosen"], 1);
    assert_eq!(
        (&chosen["recipe"]["only"], &chosen["recipe"]["where"]),
        (&"touchpoint != order".into(), &"did cart".into())
    );
    let told = place.run("mine graph --only 'not order' --where 'did cart'").plain(&place);
    assert!(told.contains("1 events do not count (--only); 1 journeys are not looked at (--where)."), "{told}");
}

#[test]
fn a_mistake_in_a_filter_is_pointed_at() {
    let place = imported();
    for flag in ["--where", "--compare"] {
        let told =
            place.run(&format!("mine funnel --steps home,cart {flag} 'did cart and chanel = web'")).plain(&place);
        let expected = format!(
            "exit 2\nstderr: geleit: {flag} cannot be read:\n  did cart and chanel = web\n               ^^^^^^\n  at character 13: \"chanel\""
        );
        assert!(told.starts_with(&expected), "{told}");
    }
}

#[test]
fn a_touchpoint_that_nobody_came_to_is_told_as_the_slip_it_mostly_is() {
    let place = imported();
    let told = place.run("mine funnel --steps home,crat").plain(&place);
    assert!(told.contains("no event was ever at crat."), "{told}");
    let asked = place.json("mine steps --anchor crat --json");
    assert_eq!(asked["coverage"]["unknown_marks"][0], "crat", "{asked}");
}

#[test]
fn a_saved_segment_holds_beside_the_flags() {
    let place = imported();
    place.file("plans/segment/buyers.toml", "title = \"Buyers\"\nwhere = \"did order\"\njourney = \"gap:30m\"\n");
    place.done("plans apply plans");
    let buyers = place.json("mine graph --segment buyers --json");
    assert_eq!((&buyers["journeys"], &buyers["recipe"]["journey"]), (&1.into(), &"gap:1800s".into()));
    assert_eq!(buyers["recipe"]["plans"]["segment/buyers"], 1);
    let others = place.json("mine graph --where 'not in segment buyers' --json");
    assert_eq!(others["journeys"], 2);
    let unknown = place.run("mine graph --segment nobody").plain(&place);
    assert!(unknown.contains("segment: \"nobody\" is not saved"), "{unknown}");
}

#[test]
fn two_groups_are_told_apart_or_not_in_words() {
    let place = imported();
    let compared = place.json("mine funnel --steps home,cart --compare 'did order' --json");
    assert_eq!((&compared["a"]["entered"], &compared["b"]["entered"]), (&1.into(), &2.into()), "{compared}");
    let figures = compared["differences"]["figures"].as_array().unwrap();
    // One customer against two tells nothing.
    assert!(figures.iter().all(|figure| figure["verdict"] == "no clear change"), "{compared}");
    assert_eq!(compared["recipe"]["compare"][1], "did not order");
    let told = place.run("mine funnel --steps home,cart --compare 'did order'").plain(&place);
    assert!(told.contains("a: 1 entered  (did order)\nb: 2 entered  (did not order)"), "{told}");
    assert!(told.contains("no clear change"), "{told}");
}

#[test]
fn answers_are_written_in_the_formats_of_other_programs() {
    let place = imported();
    let csv = place.run("mine graph --format csv --table edges").out;
    assert!(csv.starts_with("from,to,occurrences,customers,journeys,"), "{csv}");
    assert!(csv.contains("\r\nhome,cart,2,2,2,"), "{csv}");
    let dot = place.run("mine graph --format dot").out;
    assert!(dot.starts_with("digraph") && dot.contains("\"home\" -> \"cart\""), "{dot}");
    let mermaid = place.run("mine graph --format mermaid --draw 1").out;
    assert!(mermaid.contains("flowchart LR") && mermaid.contains("other edges"), "{mermaid}");
    place.done("mine graph --format parquet --out edges.parquet --table edges");
    let header = std::fs::read(place.root().join("edges.parquet")).unwrap();
    assert_eq!(&header[..4], b"PAR1");
    for (wrong, reason) in [
        ("mine funnel --steps home --format dot", "draws networks; this answer is none"),
        ("mine graph --format csv --table cows", "--table: \"cows\" is none of nodes, edges"),
        ("mine graph --format xlsx", "\"xlsx\""),
        ("mine graph --time-limit soon", "is not a duration"),
        ("mine graph --memory-limit 7", "is not a number of bytes"),
        ("mine graph --memory-limit 0MB", "needs more memory than its limit"),
        ("mine pattern --way 'a ->'", "way: at character 4"),
        ("mine variants --top 0", "top: \"0\" is no whole number from 1 to 10000"),
        ("mine steps --anchor home --against 'did cart'", "--compare"),
    ] {
        let told = place.run(wrong).plain(&place);
        assert!(!told.starts_with("exit 0") && told.contains(reason), "{wrong}: {told}");
    }
}

#[test]
fn a_recipe_repeats_its_answer_after_more_events_came() {
    let place = imported();
    let first = place.json("mine variants --journey gap:30m --where 'did home' --json");
    place.file("first.json", first.to_string());
    place.file("more.csv", "client,step,at\ndan,home,2026-03-03 08:00:00\nada,home,2026-03-01 10:02:00\n");
    place.done("import more.csv");
    assert_ne!(place.json("mine variants --journey gap:30m --where 'did home' --json")["top"], first["top"]);
    let again = place.json("mine again first.json --json");
    for field in ["top", "journeys", "variants", "coverage", "recipe"] {
        assert_eq!(again[field], first[field], "{field}");
    }
    place.file("no-recipe.json", "{}");
    let told = place.run("mine again no-recipe.json").plain(&place);
    assert!(told.contains("no recipe"), "{told}");
}

#[test]
fn every_question_answers_in_every_form() {
    let place = imported();
    for known in mining::QUESTIONS {
        let settings = match known.name {
            "funnel" => "--steps home,cart",
            "conversion" => "--start home --goal cart",
            "pattern" => "--way 'home -> cart'",
            _ => "",
        };
        let name = known.name;
        let json = place.json(&format!("mine {name} {settings} --json"));
        assert_eq!(json["recipe"]["question"], name);
        assert!(json["coverage"]["journeys"].is_u64(), "{json}");
        for form in ["", "--format csv", "--compare 'did cart'"] {
            let said = place.run(&format!("mine {name} {settings} {form}"));
            assert_eq!(said.code, Some(0), "{name} {form}: {}", said.err);
            assert!(!said.out.trim().is_empty(), "{name} {form}");
        }
    }
}
