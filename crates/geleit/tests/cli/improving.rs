//! `geleit opportunities` as people and scripts ask it.

use insta::assert_snapshot;

use crate::imported;

#[test]
fn opportunities_are_ranked_and_what_lacks_a_score_comes_last() {
    let place = imported();
    assert_snapshot!(place.run("opportunities").plain(&place), @"
    exit 0
    No opportunity.
    ");
    place.file("plans/pain_point/late.toml", "title = \"Late\"\nseverity = 8.0\n");
    place.file("plans/opportunity/tell.toml", "title = \"Tell the date\"\npain_points = [\"late\"]\ncustomer_value = 80.0\nbusiness_value = 60.0\neffort = 2.0\nimportance = 9.0\nsatisfaction = 4.0\n");
    place.file("plans/opportunity/pay.toml", "title = \"Pay in parts\"\ncustomer_value = 50.0\nbusiness_value = 75.0\neffort = 1.5\nprogress = \"started\"\n");
    place.file("plans/opportunity/hear.toml", "title = \"Hear them\"\nimportance = 10.0\nsatisfaction = 5.0\n");
    place.done("plans apply plans");
    assert_snapshot!(place.run("opportunities").plain(&place), @"
    exit 0
    Ranked by value/effort; value = 0.5 x worth to customers + 0.5 x worth to the company.

    rank  opportunity        value     effort  value/effort     Ulwick        gap   severity  progress
       1  Pay in parts        62.5        1.5         41.67  undefined  undefined  undefined  started
       2  Tell the date         70          2            35         14         54          8  open
          Hear them      undefined  undefined     undefined         15         50  undefined  open
    ");
    assert_snapshot!(place.run("opportunities --by ulwick --weight 0.25 --progress open").plain(&place), @"
    exit 0
    Ranked by Ulwick's score; value = 0.25 x worth to customers + 0.75 x worth to the company.

    rank  opportunity        value     effort  value/effort  Ulwick  gap   severity  progress
       1  Hear them      undefined  undefined     undefined      15   50  undefined  open
       2  Tell the date         65          2          32.5      14   54          8  open
    ");
    let found = place.json("opportunities --json");
    assert_eq!(found["opportunities"][1]["ranks"]["value_per_effort"], 1, "{found}");
    let told = place.run("opportunities --weight 2").plain(&place);
    assert!(told.contains("weight: \"2\" lies outside 0 to 1"), "{told}");
    let told = place.run("opportunities --progress finished").plain(&place);
    assert!(told.starts_with("exit 2") && told.contains("\"finished\" is none of open, planned, started"), "{told}");
}
