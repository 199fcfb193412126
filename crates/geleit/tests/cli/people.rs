//! Who is who on the command line: why, why not, and what people decide about it.

use insta::assert_snapshot;

use crate::common::Place;

const VISITS: &str = "client,mail,step,at
ada,ada@example.org,home,2026-03-01 08:00:00
bob,bob@example.org,home,2026-03-01 09:00:00
bob,ada@example.org,order,2026-03-01 10:00:00
";

#[test]
fn two_people_are_parted_and_joined_explained_and_listed() {
    let place = Place::new();
    place.file("visits.csv", VISITS);
    place.done("import visits.csv --customer-kind user_id --identifier email=mail");
    let say = |arguments: &str| format!("$ geleit {arguments}\n{}\n", place.run(arguments).plain(&place));
    let said = [
        "explain user_id:ada email:ada@example.org",
        "explain user_id:ada user_id:bob",
        "refusals",
        "merge user_id:ada user_id:bob",
        "unmerge user_id:ada email:ada@example.org --note family",
        "explain user_id:ada email:ada@example.org",
        "merge user_id:bob email:ada@example.org",
        "explain user_id:ada email:nobody@example.org",
        "explain ada email:ada@example.org",
    ]
    .map(say);
    assert_snapshot!(said.concat(), @"");
    place.assert_replay_equals_live();
}
