//! The measure of joining: on a world that can be counted by hand, and on a small one that was simulated.
#![expect(clippy::unwrap_used, reason = "the helpers are part of the tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use bench::joined::{Cause, Joined, Misfiled, Quality, Rate, Traces, Truth};
use model::{DocumentKind, IdentityRules};
use sim::World;

/// Person, identifiers: one event a line. 1 and 2 are a family with a tablet, 3 has a browser that nobody signs in to, and
/// 4 calls from the hotline's own number.
const EVENTS: &str = "\
1 user_id=u1 anonymous_id=tablet
2 email=m2@example.org anonymous_id=tablet
2 user_id=u2 email=m2@example.org
3 user_id=u3 anonymous_id=c3
3 anonymous_id=d3
3 email=m3@example.org anonymous_id=c3
4 phone=+492214710100
";

const IDENTIFIERS: &str = "\
person,kind,value,scope,from,until
1,user_id,u1,own
1,anonymous_id,tablet,household
2,anonymous_id,tablet,household
2,email,M2@example.org,own
2,user_id,u2,own
3,user_id,u3,own
3,anonymous_id,c3,own
3,anonymous_id,d3,own
3,email,m3@example.org,own
,phone,+49 221 4710100,company
";

fn write_by_hand(world: &Path) {
    let (mut events, mut truth) = (String::new(), "message_id,source,person\n".to_owned());
    for (number, line) in EVENTS.lines().enumerate() {
        let (person, identifiers) = line.split_once(' ').unwrap();
        let listed = identifiers.split(' ').map(|pair| {
            let (kind, value) = pair.split_once('=').unwrap();
            format!(r#"{{"kind":"{kind}","value":"{value}"}}"#)
        });
        let listed = listed.collect::<Vec<_>>().join(",");
        events.push_str(&format!(
            r#"{{"specversion":"1.0","id":"e{number}","source":"/web","type":"visit","time":"2026-01-01T00:00:0{number}Z","data":{{"identifiers":[{listed}]}}}}"#
        ));
        events.push('\n');
        truth.push_str(&format!("e{number},web,{person}\n"));
    }
    for folder in ["tills", "truth"] {
        fs::create_dir_all(world.join(folder)).unwrap();
    }
    for (file, text) in [
        ("segment.jsonl", ""),
        ("cloudevents.jsonl", &events),
        ("truth/events.csv", &truth),
        ("truth/identifiers.csv", IDENTIFIERS),
    ] {
        fs::write(world.join(file), text).unwrap();
    }
}

fn join(world: &Path, rules: &IdentityRules) -> (Joined, Traces) {
    let mut truth = Truth::read(world, rules).unwrap();
    let traces = Traces::read(world, &mut truth).unwrap();
    (Joined::by(rules, &traces, &truth).unwrap(), traces)
}

#[test]
fn a_world_counted_by_hand_is_counted_so() {
    let world = tempfile::tempdir().unwrap();
    write_by_hand(world.path());
    let (joined, traces) = join(world.path(), &one_account_each());
    // Customers: {u1, tablet, m2}, {u2}, {u3, c3, m3}, {d3} and the hotline.
    let expected = Quality {
        people: 4,
        customers: 4,
        mixed: 1,
        identifiers: Rate { right: 2 + 3, of: 3 + 3 },
        events: Rate { right: 1, of: 1 + 1 },
        named_events: Rate { right: 1, of: 1 + 1 },
        nobodys_events: 1,
        recall: Rate { right: 3, of: 1 + 6 },
        knowable: Rate { right: 3, of: 1 + 3 },
        event_recall: Rate { right: 1, of: 1 + 3 },
    };
    assert_eq!(joined.quality(), expected);
    let cause = Cause {
        through: "cookie of the family's tablet".to_owned(),
        joins: 1,
        customers: 1,
        alone: 1,
        example: "user_id u1 (1) - anonymous_id tablet (1/2) - email m2@example.org (2); \
                  last by web \"visit\" at 2026-01-01T00:00:01Z"
            .to_owned(),
    };
    assert_eq!(joined.causes(&traces), [cause]);
    assert_eq!(joined.misfiled(), [Misfiled { under: "own user_id".to_owned(), events: 1, named: 1 }]);
    assert_eq!(joined.refused, [("limit user_id 1".to_owned(), 1)]);
}

/// Rules that know no more than that nobody has two accounts.
fn one_account_each() -> IdentityRules {
    IdentityRules {
        landlines_join: true,
        owned: Vec::new(),
        identifying: Vec::new(),
        contested: BTreeMap::new(),
        hot: BTreeMap::new(),
        ..IdentityRules::default()
    }
}

fn rules() -> IdentityRules {
    let plan = sim::plans().into_iter().find(|plan| plan.kind == DocumentKind::Identity).unwrap();
    serde_json::from_value(plan.body).unwrap()
}

#[test]
fn a_small_world_is_joined_well_and_worse_by_worse_rules() {
    let world = tempfile::tempdir().unwrap();
    World::new(11, 2_000).in_order_of_time().write_to(world.path()).unwrap();
    let (joined, traces) = join(world.path(), &rules());
    let quality = joined.quality();
    assert!(traces.len() > 40_000, "{} events", traces.len());
    assert!(quality.identifiers.share() > 0.995, "{quality:?}");
    assert!(quality.knowable.share() > 0.95, "{quality:?}");
    assert!(quality.recall.share() < quality.knowable.share(), "{quality:?}");

    // Without the company's word for what is its own, and without rules that find it out, its tablets make one customer of
    // many people.
    let ignorant = IdentityRules { priority: rules().priority, ..one_account_each() };
    let (worse, traces) = join(world.path(), &ignorant);
    assert!(worse.quality().identifiers.share() < 0.8, "{:?}", worse.quality());
    let causes = worse.causes(&traces);
    assert_eq!(causes[0].through, "tablet of the shop", "{causes:?}");
    let mixed: u64 = causes.iter().map(|cause| cause.alone).sum();
    // With these rules it hardly matters that the company has not said so.
    let finding_out = IdentityRules { priority: rules().priority, ..IdentityRules::default() };
    let found_out = join(world.path(), &finding_out).0.quality();
    assert!(found_out.identifiers.share() > 0.99, "{found_out:?}");
    assert!(mixed <= worse.quality().mixed && causes[0].joins > worse.quality().mixed, "{causes:?}");
}
