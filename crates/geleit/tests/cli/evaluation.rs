//! `geleit evaluate`, `targets`, `effect` and `digest` as people and scripts ask them.

use insta::assert_snapshot;
use serde_json::json;

use crate::common::Place;

/// Somebody's visit the day before the first of three weeks, and one after the last, so that all of them are whole. 60 new customers a
/// week come to the shop in a middling or good mood; 20 of them call a day later, content in the first two weeks and in a bad mood in
/// the third.
fn weeks() -> Place {
    let place = Place::new();
    let mut lines = Vec::new();
    let mut tell = |who: &str, name: &str, day: u32, mood: i64| {
        let at = format!("2026-03-{:02}T09:00:00Z", 1 + day);
        let identifiers = json!([{"kind": "user_id", "value": who}]);
        let id = lines.len().to_string();
        let event = json!({"message_id": id, "source": "desk", "kind": "interaction", "name": name, "at": at, "identifiers": identifiers, "mood": mood});
        lines.push(event.to_string());
    };
    tell("first", "shop", 0, 0);
    for week in 0..3 {
        for number in 0..60 {
            let who = format!("w{week}-{number}");
            tell(&who, "shop", 7 * week + 1, number % 3);
            if number % 3 == 0 {
                tell(&who, "call", 7 * week + 2, number % 2 - if week == 2 { 2 } else { 0 });
            }
        }
    }
    tell("last", "shop", 23, 0);
    place.file("told.jsonl", lines.join("\n"));
    place.done("import told.jsonl");
    let shop = "title = \"The shop\"\nimportance_to_customer = 4.0\nimportance_to_business = 5.0\n";
    place.file("plans/touchpoint/shop.toml", shop);
    let call = "title = \"The hotline\"\nimportance_to_customer = 8.0\nimportance_to_business = 5.0\n";
    place.file("plans/touchpoint/call.toml", call);
    place.file("plans/pain_point/waiting.toml", "title = \"Waiting\"\ntouchpoints = [\"call\"]\n");
    place.file("plans/opportunity/easier.toml", "title = \"Easier\"\npain_points = [\"waiting\"]\n");
    let solution = "title = \"Two more at the telephone\"\nopportunities = [\"easier\"]\nsince = \"2026-03-16\"\n";
    place.file("plans/solution/two-more.toml", solution);
    let target = "title = \"Good calls\"\nmeasure = \"mood\"\ntouchpoint = \"call\"\nat_least = 0.0\nleast_n = 10\n";
    place.file("plans/target/calls.toml", target);
    place.done("plans apply plans");
    place
}

#[test]
fn what_to_repair_first_what_is_missed_and_whether_it_helped() {
    let place = weeks();
    assert_snapshot!(place.run("evaluate").plain(&place), @"
    exit 0
    182 journeys, 182 customers, 242 moods (whole; few 10; importance stated; least 20; origin reported)

    repair first:
    rank  touchpoint  quadrant           importance  satisfaction  satisfaction 95 % interval     gap  ulwick  negative share  moods  mood customers
       1  call        concentrate here        8.000         4.583              3.888 to 5.278  43.333  11.417          33.3 %     60              60
       2  shop        possible overkill       4.000         7.473              7.172 to 7.773  10.110   4.000           0.0 %    182             182

    touchpoints:
    touchpoint  stated to customer  stated to business    derived  derived 95 % interval  derived n    mood  moods  occurrences  customers
    call                     8.000               5.000  undefined              undefined         60  -0.167     60           60         60
    shop                     4.000               5.000  undefined              undefined         60   0.989    182          182        182
    ");
    assert_snapshot!(place.run("targets").plain(&place), @"
    exit 0
    1 target, 1 alarm (whole; periods 26)

    target  alarm             period  figure   n  at least  clear at
    calls   since 2026-W12  2026-W12  -1.500  20     0.000     0.000
    ");
    assert_snapshot!(place.run("effect two-more").plain(&place), @"
    exit 0
    1 touchpoint, 0 maps (whole; least 10; solution two-more; window 90.0 d)

    what                                    subject       before  before n   after  after n  difference  difference 95 % interval  verdict
    mean mood                               all together   0.500        40  -1.500       20      -2.000          -2.283 to -1.717  lower
    share of customers with a mood below 0  all together   0.000        40   1.000       20       1.000            0.817 to 1.000  higher
    mean mood                               call           0.500        40  -1.500       20      -2.000          -2.283 to -1.717  lower
    share of customers with a mood below 0  call           0.000        40   1.000       20       1.000            0.817 to 1.000  higher

    before and after, not an experiment: whatever else changed at that time is in the difference, too.
    ");
    assert_snapshot!(place.run("digest").plain(&place), @"
    exit 0
    2026-W12  2 stand out; 3 figures compared with the 2 weeks before.

    Target missed: Good calls
      -1.50 in 2026-W12 (95% interval -1.74 to -1.26, 20 moods); it is to be 0.00 at least.

    Mood at “The hotline” has fallen
      On average -1.50 in the week, 0.50 in the 2 weeks before (scale -2 to 2). Difference -2.00, 95% interval -2.28 to -1.72; 20 moods of 20 customers, before 40 moods of 40 customers.
    ");
    assert_snapshot!(place.run("digest --language de --most 1").plain(&place), @"
    exit 0
    2026-W12  2 fallen auf; 3 Zahlen mit den 2 Wochen davor verglichen.

    Ziel verfehlt: Good calls
      -1,50 in 2026-W12 (95-%-Intervall -1,74 bis -1,26, 20 Stimmungen); mindestens 0,00 sollen es sein.
    ");
}

#[test]
fn what_cannot_be_answered_is_said_with_place_and_value() {
    let place = weeks();
    for (asked, told) in [
        ("evaluate --importance felt", "importance: \"felt\" is none of stated, business, derived"),
        ("evaluate --least 3", "least: \"3\" is no whole number from 4"),
        ("targets --periods 0", "periods: \"0\" is no whole number from 1"),
        ("effect nothing", "solution: \"nothing\" is no solution"),
        ("effect two-more --window soon", "window: \"soon\" is not a duration with a unit"),
        ("digest --week 2026-W13", "week: \"2026-W13\" is not over"),
        ("digest --week 2026-W60", "week: \"2026-W60\" is no week such as 2026-W40"),
    ] {
        let said = place.run(asked).plain(&place);
        assert!(said.starts_with("exit 2") && said.contains(told), "{asked}: {said}");
    }
}

#[test]
fn a_recipe_keeps_to_the_events_of_its_time_also_where_the_log_begins() {
    let place = weeks();
    let digest = place.json("digest --json");
    let targets = place.json("targets --json");
    let effect = place.json("effect two-more --json");
    assert_eq!((&digest["weeks_before"], &effect["before"]["cut_off"]), (&2.into(), &true.into()));
    // Years of earlier history come in later.
    let old = json!({"message_id": "old", "source": "desk", "kind": "interaction", "name": "call", "at": "2024-01-01T09:00:00Z",
        "identifiers": [{"kind": "user_id", "value": "w0-0"}], "mood": -2});
    place.file("old.jsonl", old.to_string());
    place.done("import old.jsonl");
    assert_eq!(place.json("digest --json")["weeks_before"], 8);
    for (name, before) in [("digest", digest), ("targets", targets), ("effect", effect)] {
        place.file("recipe.json", before["recipe"].to_string());
        let mut again = place.json("mine again recipe.json --json");
        let mut before = before;
        (again["timing"], before["timing"]) = (json!(null), json!(null));
        assert_eq!(again, before, "{name}");
    }
}
