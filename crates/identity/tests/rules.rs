//! What each rule does, on small stories.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::BTreeMap;

use identity::{Changes, Identity};
use model::{Arrival, CheckDigit, CustomerId, Event, Identifier, IdentityRules, Limit, OnConflict, Ruling, Timestamp};

/// People under some rules, and what happens to them: events a minute apart.
struct Story {
    identity: Identity,
    changes: Changes,
    arrival: u64,
    source: &'static str,
    at_min: i64,
}

impl Story {
    fn new(rules: &IdentityRules) -> Self {
        rules.check().unwrap();
        let identity = Identity::new(rules);
        Self { identity, changes: Changes::default(), arrival: 0, source: "web", at_min: 0 }
    }

    /// An event with identifiers such as `email:ada@example.org device_id:d1`; gives its customer.
    fn sees(&mut self, identifiers: &str) -> CustomerId {
        let mut event = Event::new("m", self.source, "visit", Timestamp::default());
        event.identifiers = identifiers.split(' ').map(|text| text.parse().unwrap()).collect();
        self.happens(event)
    }

    fn rules(&mut self, ruling: Ruling, a: &str, b: &str) {
        self.happens(ruling.event("r", [a.parse().unwrap(), b.parse().unwrap()], Timestamp::default()));
    }

    fn happens(&mut self, mut event: Event<'_>) -> CustomerId {
        self.arrival += 1;
        self.at_min += 1;
        event.at = Timestamp::clamped((1_800_000_000 + self.at_min * 60) * 1_000_000);
        self.identity.observe(Arrival(self.arrival), &event, &mut self.changes).customer
    }

    fn who(&self, identifier: &str) -> CustomerId {
        let Identifier { kind, value } = identifier.parse().unwrap();
        self.identity.lookup(&kind, value.as_str()).unwrap()
    }

    fn are_one(&self, identifiers: &[&str]) -> bool {
        identifiers.iter().all(|identifier| self.who(identifier) == self.who(identifiers[0]))
    }

    /// Rule and count of every refusal.
    fn refused(&self) -> BTreeMap<String, u64> {
        let mut refused = BTreeMap::new();
        for row in self.identity.refusals() {
            *refused.entry(row.rule.to_string()).or_default() += row.count;
        }
        refused
    }
}

fn refused<const N: usize>(all: [(&str, u64); N]) -> BTreeMap<String, u64> {
    all.into_iter().map(|(rule, count)| (rule.to_owned(), count)).collect()
}

fn with_limit(kind: &str, most: u32, within: Option<&str>) -> IdentityRules {
    let mut rules = IdentityRules::default();
    rules.limits.insert(kind.to_owned(), Limit { most, within: within.map(str::to_owned) });
    rules
}

#[test]
fn a_new_account_with_a_known_mail_address_is_a_new_customer() {
    let mail = "email:home@example.org";
    let mut story = Story::new(&IdentityRules { contested: BTreeMap::new(), ..IdentityRules::default() });
    let ada = story.sees(&format!("user_id:ada {mail}"));
    let bea = story.sees(&format!("user_id:bea {mail}"));
    assert_ne!(ada, bea);
    assert_eq!(story.who(mail), ada);
    assert_eq!(story.refused(), refused([("conflict user_id", 1)]));
    // Claimed by two, the address may be a family's: unless the rules say otherwise it is nobody's from then on.
    let mut story = Story::new(&IdentityRules::default());
    story.sees(&format!("user_id:ada {mail}"));
    story.sees(&format!("user_id:bea {mail}"));
    assert_eq!(story.identity.nodes_of(story.who(mail)).len(), 1);
    story.sees(&format!("{mail} anonymous_id:cookie"));
    assert!(!story.are_one(&[mail, "anonymous_id:cookie"]));
    assert_eq!(story.refused(), refused([("conflict user_id", 1), ("shared email", 1)]));
}

#[test]
fn where_one_identifier_is_dropped_the_weaker_ones_may_be_dropped_with_it() {
    for (on_conflict, is_joined) in [(OnConflict::DropConflicting, true), (OnConflict::DropWeaker, false)] {
        let mut story = Story::new(&IdentityRules { on_conflict, ..IdentityRules::default() });
        story.sees("user_id:ada email:home@example.org");
        story.sees("user_id:bea email:home@example.org anonymous_id:tablet");
        assert_eq!(story.are_one(&["user_id:bea", "anonymous_id:tablet"]), is_joined, "{on_conflict:?}");
        let weaker = if is_joined { None } else { Some(&1) };
        assert_eq!(story.refused().get("weaker than a dropped one"), weaker);
    }
}

#[test]
fn a_limit_within_a_time_lets_more_values_in_later() {
    let mut story = Story::new(&with_limit("email", 2, Some("1h")));
    for number in 1..=3 {
        story.sees(&format!("user_id:ada email:a{number}@example.org"));
    }
    assert!(story.are_one(&["user_id:ada", "email:a1@example.org", "email:a2@example.org"]));
    assert!(!story.are_one(&["user_id:ada", "email:a3@example.org"]), "three in an hour");
    assert_eq!(story.refused(), refused([("limit email 2 in 1h", 1)]));
    story.at_min += 60;
    story.sees("user_id:ada email:a4@example.org");
    assert!(story.are_one(&["user_id:ada", "email:a4@example.org"]));
    // Two customers whose values fell into one hour stay two.
    let mut story = Story::new(&with_limit("email", 2, Some("1h")));
    for account in ["loyalty_card:11", "loyalty_card:22"] {
        story.sees(&format!("{account} email:{account}-a@example.org"));
        story.sees(&format!("{account} email:{account}-b@example.org"));
    }
    story.sees("loyalty_card:11 loyalty_card:22");
    assert!(!story.are_one(&["loyalty_card:11", "loyalty_card:22"]));
}

#[test]
fn a_value_that_too_many_share_becomes_an_attribute_and_gives_back_whom_it_joined() {
    let mut rules = IdentityRules { identifying: Vec::new(), ..IdentityRules::default() };
    rules.hot.insert("phone".to_owned(), 3);
    let mut story = Story::new(&rules);
    let hotline = "phone:+4915112345678";
    story.sees("loyalty_card:1 email:one@example.org");
    for card in 1..=3 {
        story.sees(&format!("loyalty_card:{card} {hotline}"));
    }
    assert!(story.are_one(&["loyalty_card:1", "loyalty_card:2", "loyalty_card:3", hotline]), "it may be a family");
    // Two of them know each other by other means as well.
    story.sees("loyalty_card:2 loyalty_card:3");
    story.sees(&format!("loyalty_card:4 {hotline}"));
    assert!(story.are_one(&["loyalty_card:1", "email:one@example.org"]));
    assert!(story.are_one(&["loyalty_card:2", "loyalty_card:3"]));
    for other in ["loyalty_card:2", "loyalty_card:4", hotline] {
        assert!(!story.are_one(&["loyalty_card:1", other]), "{other}");
    }
    assert_eq!(story.changes.demoted.len(), 1);
    // From now on it is told and joins nobody.
    let mia = story.sees(&format!("loyalty_card:5 {hotline}"));
    assert_eq!(story.who("loyalty_card:5"), mia);
    assert_eq!(story.sees(hotline), story.who(hotline), "alone, it is nobody's");
    assert_eq!(story.refused(), refused([("shared phone", 2)]));
    let node = |text: &str| {
        let Identifier { kind, value } = text.parse::<Identifier<'_>>().unwrap();
        story.identity.node(&kind, value.as_str()).unwrap()
    };
    assert_eq!(story.identity.forbids_merge(node("loyalty_card:1"), node(hotline)).as_deref(), Some("shared phone"));
}

#[test]
fn weaker_identifiers_do_not_make_a_value_hot() {
    let mut story = Story::new(&with_limit("anonymous_id", 1_000, None));
    for cookie in 0..200 {
        story.sees(&format!("email:ada@example.org anonymous_id:c{cookie}"));
    }
    assert_eq!(story.identity.customers(), 1);
    assert_eq!(story.refused(), refused([]));
}

#[test]
fn a_thing_that_is_handed_on_belongs_to_its_owner_of_the_time() {
    let mut story = Story::new(&IdentityRules::default());
    story.sees("user_id:ada vehicle_id:bike-7");
    let before = story.at_min;
    let ada = story.sees("vehicle_id:bike-7");
    let bea = story.sees("user_id:bea vehicle_id:bike-7");
    assert_ne!(ada, bea);
    assert_eq!(story.sees("vehicle_id:bike-7"), bea);
    assert_eq!((story.who("user_id:ada"), story.who("vehicle_id:bike-7")), (ada, bea));
    // A signal of the time before comes late.
    story.at_min = before;
    assert_eq!(story.sees("vehicle_id:bike-7"), ada);
    assert!(story.refused().is_empty());
    assert_eq!(story.changes.links.last().unwrap().rule, "handed_on@1");
    // What somebody says of a time before the first owner was known takes nothing from the second.
    story.at_min = -1_000;
    story.sees("user_id:cy vehicle_id:bike-7");
    story.at_min = 1_000;
    assert_eq!(story.sees("vehicle_id:bike-7"), bea);
    assert_eq!(story.refused(), refused([("conflict user_id", 1)]));
}

#[test]
fn what_says_nothing_about_a_person_is_listed_and_joins_nobody() {
    let mut rules = IdentityRules::default();
    rules.check_digits.insert("loyalty_card".to_owned(), CheckDigit::Luhn);
    let mut story = Story::new(&rules);
    for user in ["ada", "bea"] {
        for value in ["anonymous_id:NULL", "anonymous_id:203.0.113.9", "ip_address:any", "loyalty_card:79927398710"] {
            story.sees(&format!("user_id:{user} {value}"));
        }
        story.sees(&format!("user_id:{user} phone:030/23125-001"));
        story.sees(&format!("user_id:{user} phone:0800/1234567"));
        story.sees(&format!("user_id:{user} phone:0151/12345678"));
    }
    assert_eq!(
        story.refused(),
        refused([
            ("blocked value", 2),
            ("check digit", 2),
            ("conflict user_id", 1),
            ("internet address", 4),
            ("landline", 2),
            ("service number", 2),
        ])
    );
    for value in [
        "anonymous_id:NULL",
        "anonymous_id:203.0.113.9",
        "ip_address:any",
        "loyalty_card:79927398710",
        "phone:+493023125001",
    ] {
        assert_eq!(story.identity.nodes_of(story.who(value)).len(), 1, "{value}");
    }
    story.sees("user_id:ada loyalty_card:7992-7398-713");
    assert!(story.are_one(&["user_id:ada", "loyalty_card:79927398713"]));
}

#[test]
fn an_unmerge_takes_every_way_between_two_away_and_leaves_the_others() {
    let mut story = Story::new(&IdentityRules { identifying: Vec::new(), ..IdentityRules::default() });
    story.sees("email:ada@example.org anonymous_id:pc");
    story.sees("email:ben@example.org anonymous_id:pc");
    story.sees("email:ada@example.org anonymous_id:pad");
    story.sees("email:ben@example.org anonymous_id:pad");
    assert_eq!(story.identity.customers(), 1);
    story.rules(Ruling::Unmerge, "email:ada@example.org", "email:ben@example.org");
    assert!(story.are_one(&["email:ada@example.org", "anonymous_id:pc", "anonymous_id:pad"]));
    assert!(!story.are_one(&["email:ada@example.org", "email:ben@example.org"]));
    // Of two ways it is the younger evidence that goes, link by link.
    let mut story = Story::new(&IdentityRules::default());
    story.sees("email:ada@example.org anonymous_id:pc");
    story.sees("loyalty_card:1 anonymous_id:pc");
    story.sees("loyalty_card:1 email:ada@example.org");
    story.rules(Ruling::Unmerge, "loyalty_card:1", "anonymous_id:pc");
    assert!(story.are_one(&["email:ada@example.org", "anonymous_id:pc"]));
    assert!(!story.are_one(&["email:ada@example.org", "loyalty_card:1"]));
}

#[test]
fn links_of_a_source_serve_its_purposes_alone() {
    let mut rules = IdentityRules::default();
    rules.purposes.insert("crm".to_owned(), vec!["service".to_owned()]);
    rules.purposes.insert("web".to_owned(), vec!["analytics".to_owned(), "service".to_owned()]);
    let mut story = Story::new(&rules);
    story.sees("user_id:ada anonymous_id:c1");
    story.source = "crm";
    story.sees("user_id:ada loyalty_card:11");
    story.sees("loyalty_card:11 email:ada@example.org");
    let ada = story.who("user_id:ada");
    let sizes =
        |story: &Story, purpose: &str| story.identity.parts_for(ada, purpose).iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!((sizes(&story, "service"), sizes(&story, "analytics")), (vec![4], vec![2, 1, 1]));
    assert_eq!(sizes(&story, "marketing"), [1, 1, 1, 1], "nobody may use them for that");
    let purposes: Vec<_> = story.changes.links.iter().map(|link| link.purpose.to_string()).collect();
    assert_eq!(purposes, ["analytics service", "service", "service"]);
    // What the web itself saw later may be used for more; the older link stays what it was.
    story.source = "web";
    story.sees("user_id:ada loyalty_card:11");
    story.sees("user_id:ada loyalty_card:11");
    assert_eq!((sizes(&story, "analytics"), story.changes.links.len()), (vec![3, 1], 4));
    let of = |text: &str| {
        let Identifier { kind, value } = text.parse::<Identifier<'_>>().unwrap();
        story.identity.purpose_of(story.identity.node(&kind, value.as_str()).unwrap())
    };
    assert_eq!(of("email:ada@example.org"), "service");
    assert_eq!(of("loyalty_card:11"), "analytics service", "the web has brought it as well");
}

#[test]
fn nothing_weaker_brings_two_values_of_an_identifying_kind_together() {
    let mut story = Story::new(&IdentityRules::default());
    story.sees("email:ada@example.org anonymous_id:family-pc");
    story.sees("email:ben@example.org anonymous_id:family-pc");
    assert!(!story.are_one(&["email:ada@example.org", "email:ben@example.org"]));
    assert_eq!(story.refused(), refused([("conflict email", 1)]));
    // A stronger identifier may: she has two addresses, she says so herself.
    story.sees("user_id:ada email:ada@example.org");
    story.sees("user_id:ada email:ada@work.example");
    assert!(story.are_one(&["email:ada@example.org", "email:ada@work.example", "anonymous_id:family-pc"]));
    // And a person may, who knows better than any rule of thumb.
    story.rules(Ruling::Merge, "email:ada@example.org", "email:ben@example.org");
    assert!(story.are_one(&["user_id:ada", "email:ben@example.org"]));
}
