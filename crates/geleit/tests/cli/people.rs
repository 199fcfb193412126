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
    // The built-in rules take an address that two accounts claim for a family's.
    place.file("plans/identity/default.toml", "contested = {}\n");
    let said = [
        "explain user_id:ada email:ada@example.org",
        "plans apply plans",
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
    assert_snapshot!(said.concat(), @r#"
    $ geleit explain user_id:ada email:ada@example.org
    exit 0
    Two people: customers c1 and c2.
    email:ada@example.org joins nobody: shared email.
    $ geleit plans apply plans
    exit 0
    identity/default: written as version 1
    $ geleit explain user_id:ada email:ada@example.org
    exit 0
    One person, customer c1. What joins the two:

    link  identifier   joined by              rule          source                  time  event
    l1    user_id:ada  email:ada@example.org  same_event@1  import  2026-03-01T08:00:00Z  e1
    $ geleit explain user_id:ada user_id:bob
    exit 0
    Two people: customers c1 and c3.
    What would have joined them was refused:

    identifier             would have joined  refused by        times  last
    email:ada@example.org  user_id:bob        conflict user_id      1  e3
    $ geleit refusals
    exit 0
    rule              pairs  events
    conflict user_id      1       1

    identifier             would have joined  refused by        times  last
    email:ada@example.org  user_id:bob        conflict user_id      1  e3
    $ geleit merge user_id:ada user_id:bob
    exit 1
    stderr: geleit: the two cannot be one customer: limit user_id 1
    $ geleit unmerge user_id:ada email:ada@example.org --note family
    exit 0
    user_id:ada is customer c1, email:ada@example.org is customer c2; only a merge of these two joins them again.
    $ geleit explain user_id:ada email:ada@example.org
    exit 0
    Two people: customers c1 and c2.
    Somebody has parted them: user_id:ada and email:ada@example.org (e4).
    Nothing else has asked for them to be one.
    $ geleit merge user_id:bob email:ada@example.org
    exit 0
    user_id:bob and email:ada@example.org are customer c2.
    $ geleit explain user_id:ada email:nobody@example.org
    exit 1
    stderr: geleit: b: "nobody@example.org" was never seen as email
    $ geleit explain ada email:ada@example.org
    exit 2
    stderr: geleit: "ada" is not KIND:VALUE, such as email:ada@example.org
    "#);
    place.assert_replay_equals_live();
}

#[test]
fn somebody_is_looked_for_among_those_who_have_told_of_themselves() {
    let place = Place::new();
    let told = |id: &str, traits: &str| {
        format!(
            r#"{{"message_id":"{id}","source":"crm","kind":"identify","name":"identify","at":"2026-03-01T08:00:00Z","identifiers":[{{"kind":"user_id","value":"{id}"}}],"properties":{traits}}}"#
        )
    };
    let lines: Vec<String> = (0..100)
        .map(|number| {
            told(&format!("u{number}"), &format!(r#"{{"Vorname":"Uwe{number}","Nachname":"Huber{}"}}"#, number % 7))
        })
        .chain([told("k", r#"{"Vorname":"Käthe","Nachname":"Tannfeld","Geburtsdatum":"15.04.1954"}"#)])
        .collect();
    place.file("told.jsonl", lines.join("\n"));
    place.done("import told.jsonl");
    let found = place.json("match given_name=Kathe surname=Tannfeld birth_date=1954-04-15 --json");
    assert_eq!((&found["candidates"][0]["customer"], &found["records"]), (&"c101".into(), &101.into()), "{found}");
    let said = place.done("match given_name=Kathe surname=Tannfeld birth_date=1954-04-15");
    assert!(said.contains("c101") && said.contains("birth_date exact"), "{said}");
    assert!(place.done("match surname=Obermoser").starts_with("Nobody who is known.\n"));
    assert_eq!(place.run("match nose=long").code, Some(2));
}
