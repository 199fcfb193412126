//! Who is who, on the whole way: rulings, rules that change, values that too many share, things that are handed on.

use engine::{Engine, EngineError, Reason, Verified};
use model::{DocumentKind, Event, Identifier, Ruling};
use serde_json::{Value, json};

use crate::{Place, ada_visits, edges, event, send, story};

/// Sends events in two halves with `filed` saying whether the first is in columns before the second comes.
fn send_halves(engine: &Engine, events: &[Event<'_>], filed: bool) {
    let (first, second) = events.split_at(events.len() / 2);
    send(engine, first);
    if filed {
        engine.settle().unwrap();
    }
    send(engine, second);
}

/// The same answers after closing and opening, before and after everything is filed; and a replay finds no difference.
fn assert_it_lasts(place: &Place, engine: Engine, expected: &[(&str, &[&str])]) {
    let check = |engine: &Engine, when: &str| {
        for (identifier, names) in expected {
            let (kind, value) = identifier.split_once(':').unwrap();
            assert_eq!(story(engine.answers(), kind, value), *names, "{identifier}, {when}");
        }
    };
    check(&engine, "live");
    engine.close().unwrap();
    let engine = place.open();
    check(&engine, "opened again");
    engine.settle().unwrap();
    check(&engine, "filed");
    engine.close().unwrap();
    let verified = Verified::replay(&place.directory).unwrap();
    assert!(verified.ok, "{verified:?}");
}

#[test]
fn a_number_that_too_many_share_gives_back_whom_it_had_joined() {
    let events = [
        event("1", "loyalty_card=1,phone=+4915112345678", "call", 10),
        event("2", "loyalty_card=1", "till", 20),
        event("3", "loyalty_card=2,phone=+4915112345678", "call", 30),
        event("4", "loyalty_card=2", "till", 40),
        event("5", "loyalty_card=3,phone=+4915112345678", "call", 50),
        event("6", "phone=+4915112345678", "call", 60),
    ];
    for filed in [false, true] {
        let place = Place::new();
        place.plan(DocumentKind::Identity, "default", &json!({"hot": {"phone": 2}, "identifying": []}));
        let engine = place.open();
        send_halves(&engine, &events, filed);
        let shared = engine.answers().lookup("phone", "+4915112345678", None).unwrap().unwrap().customer;
        assert_eq!(shared.identifiers.len(), 1);
        assert_eq!(shared.identifiers[0].joins_nobody.as_deref(), Some("shared phone"));
        let refusals = engine.answers().refusals(10, None).unwrap();
        assert_eq!((refusals.counts[0].rule.as_str(), refusals.counts[0].events), ("shared phone", 1));
        let stories: [(&str, &[&str]); 4] = [
            ("loyalty_card:1", &["call", "till"]),
            ("loyalty_card:2", &["call", "till"]),
            ("loyalty_card:3", &["call"]),
            ("phone:+4915112345678", &["call"]),
        ];
        assert_it_lasts(&place, engine, &stories);
    }
}

#[test]
fn signals_of_a_thing_that_was_handed_on_belong_to_whoever_owned_it_then() {
    let events = [
        event("1", "user_id=ada,vehicle_id=bike", "bought", 10),
        event("2", "vehicle_id=bike", "ride", 20),
        event("3", "user_id=bea,vehicle_id=bike", "bought second-hand", 40),
        event("4", "vehicle_id=bike", "service due", 50),
        event("5", "vehicle_id=bike", "late ride", 30),
    ];
    for filed in [false, true] {
        let place = Place::new();
        let engine = place.open();
        send_halves(&engine, &events, filed);
        let owner = engine.answers().lookup("vehicle_id", "bike", None).unwrap().unwrap().customer;
        let since: Vec<_> =
            owner.identifiers.iter().map(|known| known.since.map(|at| at.micros() / 1_000_000)).collect();
        assert_eq!(since, [None, Some(40)]);
        let ada: Identifier<'_> = "user_id:ada".parse().unwrap();
        let told = engine.answers().explain(&ada, &"vehicle_id:bike".parse().unwrap()).unwrap();
        let owners: Vec<_> = told.owners.iter().map(|owner| owner.customer.as_str()).collect();
        assert_eq!((told.same, owners), (false, vec![told.a.as_str(), told.b.as_str()]));
        let stories: [(&str, &[&str]); 2] = [
            ("user_id:ada", &["bought", "ride", "late ride"]),
            ("user_id:bea", &["bought second-hand", "service due"]),
        ];
        assert_it_lasts(&place, engine, &stories);
    }
}

#[test]
fn what_a_trial_of_rules_foretells_comes_true() {
    let place = Place::new();
    let engine = place.open();
    let mut events = ada_visits();
    events.push(event("7", "anonymous_id=cookie,email=ada@example.org", "newsletter", 70));
    send(&engine, &events);
    engine.settle().unwrap();
    let rules = |body: &Value| serde_json::from_value(body.clone()).unwrap();

    let same = engine.answers().try_identity(&rules(&json!({}))).unwrap();
    assert_eq!((same.events, same.moved, same.split, same.merged), (7, 0, 0, 0));
    let tighter = json!({"blocked": ["4711"], "limits": {"user_id": 1}});
    let trial = engine.answers().try_identity(&rules(&tighter)).unwrap();
    assert_eq!((trial.customers, trial.customers_then, trial.moved, trial.split, trial.merged), (2, 3, 1, 1, 0));
    let split = &trial.splits[0];
    let parts: Vec<Vec<&str>> =
        split.into.iter().map(|part| part.iter().map(|known| known.value.as_str()).collect()).collect();
    assert_eq!((split.events, parts), (6, vec![vec!["cookie", "ada", "ada@example.org"], vec!["4711"]]));
    assert_eq!(trial.refusals_then[0].rule, "blocked value");

    place.plan(DocumentKind::Identity, "default", &tighter);
    engine.settle().unwrap();
    assert_eq!(engine.answers().totals().unwrap().0, trial.customers_then);
    // Loosened again, those who were parted come together, and the trial says so before.
    let trial = engine.answers().try_identity(&rules(&json!({}))).unwrap();
    assert_eq!((trial.customers_then, trial.moved, trial.split, trial.merged), (2, 1, 0, 1));
    assert_eq!((trial.merges[0].events, trial.merges[0].of.len()), (6, 2));
    place.plan(DocumentKind::Identity, "default", &json!({}));
    engine.settle().unwrap();
    assert_eq!(engine.answers().totals().unwrap().0, 2);
    let nowhere = engine.answers().try_identity(&rules(&json!({"region": "XX"}))).unwrap_err();
    assert_eq!(nowhere.to_string(), "region: \"XX\" is no country whose telephone numbers are known");
    let unsound = engine.answers().try_identity(&rules(&json!({"limits": {"email": 0}}))).unwrap_err();
    assert_eq!(unsound.to_string(), "limits.email: \"0\" would forbid the kind: the least is 1");
    engine.close().unwrap();
    let verified = Verified::replay(&place.directory).unwrap();
    assert!(verified.ok, "{verified:?}");
}

#[test]
fn for_a_purpose_only_what_its_sources_brought_is_known() {
    let place = Place::new();
    let purposes = json!({"purposes": {"crm": ["service"], "web": ["analytics", "service"]}});
    place.plan(DocumentKind::Identity, "default", &purposes);
    let engine = place.open();
    let crm = |id: &str, who: &str, name: &str, second: i64| {
        let mut event = event(id, who, name, second);
        event.source = "crm".into();
        event
    };
    send(
        &engine,
        &[
            event("1", "anonymous_id=cookie,user_id=ada", "home", 10),
            crm("2", "user_id=ada,email=ada@example.org", "complaint", 20),
            event("3", "email=ada@example.org", "newsletter", 30),
        ],
    );
    for filed in [false, true] {
        if filed {
            engine.settle().unwrap();
        }
        let answers = engine.answers();
        let known = |value: &str, purpose: Option<&str>| {
            let found = answers.lookup("user_id", value, purpose).unwrap().unwrap().customer;
            let values: Vec<String> = found.identifiers.into_iter().map(|known| known.value).collect();
            let page = answers.timeline(found.id.parse().unwrap(), 10, None, purpose).unwrap().unwrap();
            (values, page.events.into_iter().map(|event| event.touchpoint).collect::<Vec<_>>())
        };
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let all = (words(&["ada", "cookie", "ada@example.org"]), words(&["home", "complaint", "newsletter"]));
        assert_eq!(known("ada", None), all);
        assert_eq!(known("ada", Some("service")), all);
        assert_eq!(known("ada", Some("analytics")), (words(&["ada", "cookie"]), words(&["home"])));
        // The mail address stands alone for analytics, and what the web saw of it is known.
        let mail = answers.lookup("email", "ada@example.org", Some("analytics")).unwrap().unwrap().customer;
        let page = answers.timeline(mail.id.parse().unwrap(), 10, None, Some("analytics")).unwrap().unwrap();
        assert_eq!((mail.identifiers.len(), page.events.len()), (1, 1));
        assert_eq!(mail.identifiers[0].purpose, "analytics service");
        let unnamed = answers.lookup("user_id", "ada", Some("marketing")).unwrap_err().to_string();
        let expected = "is none of the purposes that the identity rules name: analytics, service";
        assert!(unnamed.ends_with(expected), "{unnamed}");
    }
    engine.close().unwrap();
    let verified = Verified::replay(&place.directory).unwrap();
    assert!(verified.ok, "{verified:?}");
}

#[test]
fn of_two_wrongly_joined_people_one_can_be_erased_and_the_other_is_left_whole() {
    let place = Place::new();
    place.plan(DocumentKind::Identity, "default", &json!({"identifying": []}));
    let engine = place.open();
    let events = [
        event("1", "email=ada@example.org,anonymous_id=family-pc", "home", 10),
        event("2", "email=ada@example.org,loyalty_card=1", "till", 20),
        event("3", "email=ben@example.org,anonymous_id=family-pc", "home", 30),
        event("4", "email=ben@example.org,loyalty_card=2", "till", 40),
        event("5", "loyalty_card=2", "workshop", 50),
    ];
    for (wave, filed) in [(&events[..4], true), (&events[4..], false)] {
        send(&engine, wave);
        if filed {
            engine.settle().unwrap();
        }
    }
    let id = |kind: &str, value: &str| {
        engine.answers().lookup(kind, value, None).unwrap().unwrap().customer.id.parse().unwrap()
    };
    assert_eq!(engine.answers().erasure(id("email", "ada@example.org")).unwrap().unwrap().events, 5);
    rule(&engine, Ruling::Unmerge, "email:ada@example.org", "email:ben@example.org").unwrap();

    let ada = engine.answers().erasure(id("email", "ada@example.org")).unwrap().unwrap();
    let ben = engine.answers().erasure(id("email", "ben@example.org")).unwrap().unwrap();
    let values =
        |erasure: &engine::Erasure| erasure.identifiers.iter().map(|known| known.value.clone()).collect::<Vec<_>>();
    assert_eq!(values(&ada), ["ada@example.org", "family-pc", "1"]);
    assert_eq!(values(&ben), ["ben@example.org", "2"]);
    // The ruling is an event too, on one timeline; it names both.
    assert_eq!((ada.events + ben.events, ben.events), (6, 3));
    let naming: Vec<_> = ben.events_naming_others.iter().map(|naming| naming.customers.clone()).collect();
    assert_eq!(
        naming,
        [vec![ada.customer.clone()]],
        "the visit at the family's computer is Ben's; the computer is not"
    );
    assert_eq!(story(engine.answers(), "email", "ben@example.org"), ["home", "till", "workshop"]);
    engine.close().unwrap();
}

#[test]
fn a_customer_is_looked_up_by_a_keyed_hash() {
    let place = Place::new();
    let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    std::fs::write(place.directory.root().join("lookup.key"), key).unwrap();
    let engine = place.open();
    send(&engine, &[event("1", "email= Ada@Example.ORG,user_id=ada", "home", 10)]);
    // HMAC-SHA-256 of "email\0ada@example.org", made by another program.
    let hash = "401ed3f0e2cfa39dcaaa72a5ecd6d3d6fdd4eea25ed90106de8e1bc04137e154";
    let mail: Identifier<'_> = "email:ADA@example.org".parse().unwrap();
    assert_eq!(engine.answers().hmac(&mail).unwrap(), hash);
    let found = engine.answers().lookup_hmac(hash, None).unwrap().unwrap().customer;
    assert_eq!(found.identifiers.len(), 2);
    // The index is carried on, with what is filed and what is fresh.
    engine.settle().unwrap();
    send(&engine, &[event("2", "email=bea@example.org", "home", 20)]);
    let bea = engine.answers().hmac(&"email:bea@example.org".parse().unwrap()).unwrap();
    assert_eq!(
        engine.answers().lookup_hmac(&bea, None).unwrap().unwrap().customer.identifiers[0].value,
        "bea@example.org"
    );
    assert!(engine.answers().lookup_hmac(&"0".repeat(64), None).unwrap().is_none());
    let error = engine.answers().lookup_hmac("ada", None).unwrap_err().to_string();
    assert_eq!(error, "hmac: \"ada\" is no hash of 64 hex digits");
    engine.close().unwrap();
}

fn rule(engine: &Engine, ruling: Ruling, a: &str, b: &str) -> Result<(String, String), EngineError> {
    let [a, b] = [a, b].map(|written| written.parse::<Identifier<'static>>().unwrap());
    let reason = Reason { author: "ada", note: "asked her" };
    engine.rule(ruling, &[a, b], reason).map(|ruled| (ruled.a, ruled.b))
}

#[test]
fn what_a_merge_joined_an_unmerge_parts_again_in_every_answer_filed_or_fresh() {
    let place = Place::new();
    let engine = place.open();
    let visits = [
        event("1", "anonymous_id=tablet", "home", 10),
        event("2", "user_id=ada,email=ada@example.org", "login", 20),
        event("3", "anonymous_id=tablet", "cart", 30),
        event("4", "user_id=ada", "order", 40),
    ];
    send(&engine, &visits);
    let (tablet, ada) = (["home", "cart"], ["login", "order"]);
    let apart = edges(engine.answers(), "whole");
    let id_of_ada = engine.answers().lookup("user_id", "ada", None).unwrap().unwrap().customer.id;

    // The browser logs in: two customers become one, and everything is filed under the older.
    send(&engine, &[event("5", "user_id=ada,anonymous_id=tablet", "login", 50)]);
    let together = edges(engine.answers(), "whole");
    assert_ne!(together, apart);
    engine.settle().unwrap();
    let why = |engine: &Engine| {
        let (a, b) = ("email:ada@example.org".parse().unwrap(), "anonymous_id:tablet".parse().unwrap());
        engine.answers().explain(&a, &b).unwrap()
    };
    let explained = why(&engine);
    assert!(explained.same);
    assert_eq!(explained.path.iter().map(|link| link.event.as_str()).collect::<Vec<_>>(), ["e2", "e5"]);

    // It was a tablet in the shop. The event that named both keeps the account; the tablet is for itself again.
    let (a, b) = rule(&engine, Ruling::Unmerge, "user_id:ada", "anonymous_id:tablet").unwrap();
    assert_eq!(a, id_of_ada, "who was there before the merge has the old id again");
    assert_ne!(a, b);
    assert_eq!(story(engine.answers(), "anonymous_id", "tablet"), tablet);
    let parted = ["login", "order", "login", "unmerge"];
    assert_eq!(story(engine.answers(), "email", "ada@example.org"), parted);
    let explained = why(&engine);
    assert!(!explained.same && explained.path.is_empty());
    let graph = edges(engine.answers(), "whole");
    assert!(!graph.contains(&("cart".into(), "order".into(), 1)), "{graph:?}");

    // Nothing joins them by itself, and what asked for it is listed.
    send(&engine, &[event("6", "user_id=ada,anonymous_id=tablet", "login", 60)]);
    assert_eq!(story(engine.answers(), "anonymous_id", "tablet"), tablet);
    assert_eq!(why(&engine).refusals[0].rule, "cannot_link l3");
    assert_eq!(engine.answers().refusals(10, None).unwrap().counts[0].rule, "cannot_link");
    engine.close().unwrap();
    assert!(Verified::replay(&place.directory).unwrap().ok, "{:?}", Verified::replay(&place.directory));

    // A new process knows it too, and takes it back when it is told to.
    let engine = place.open();
    assert_eq!(story(engine.answers(), "anonymous_id", "tablet"), tablet);
    assert_eq!(edges(engine.answers(), "whole").len(), graph.len() + 1);
    let (a, b) = rule(&engine, Ruling::Merge, "user_id:ada", "anonymous_id:tablet").unwrap();
    assert_eq!(a, b);
    assert_eq!(story(engine.answers(), "user_id", "ada").len(), tablet.len() + ada.len() + 4);
    engine.settle().unwrap();
    engine.close().unwrap();
    let verified = Verified::replay(&place.directory).unwrap();
    assert!(verified.ok, "{verified:?}");
}

#[test]
fn a_ruling_that_cannot_be_is_refused_and_leaves_nothing() {
    let place = Place::new();
    let engine = place.open();
    send(&engine, &[event("1", "user_id=ada", "home", 10), event("2", "user_id=bob", "home", 20)]);
    let refused = rule(&engine, Ruling::Merge, "user_id:ada", "user_id:bob").unwrap_err().to_string();
    assert_eq!(refused, "the two cannot be one customer: limit user_id 1");
    let unknown = rule(&engine, Ruling::Merge, "user_id:ada", "email:nobody@example.org").unwrap_err().to_string();
    assert_eq!(unknown, "b: \"nobody@example.org\" was never seen as email");
    let same = rule(&engine, Ruling::Unmerge, "user_id:ada", "user_id: ada ").unwrap_err().to_string();
    assert_eq!(same, "b: \" ada \" is the same identifier as the first");
    assert_eq!(engine.answers().counters().unwrap().events, 2);
    engine.close().unwrap();
}

#[test]
fn changed_identity_rules_are_applied_to_history() {
    let place = Place::new();
    let engine = place.open();
    send(&engine, &ada_visits());
    engine.settle().unwrap();
    // Cards stop joining: the number turns out to be printed on every receipt.
    place.plan(DocumentKind::Identity, "default", &json!({"blocked": ["4711"]}));
    engine.settle().unwrap();
    assert_eq!(story(engine.answers(), "user_id", "ada"), ["home", "cart", "login", "card linked"]);
    assert_eq!(story(engine.answers(), "loyalty_card", "4711"), ["till"]);
    engine.close().unwrap();
    let verified = Verified::replay(&place.directory).unwrap();
    assert!(verified.ok, "{verified:?}");
    let engine = place.open();
    assert_eq!(story(engine.answers(), "loyalty_card", "4711"), ["till"]);
    engine.close().unwrap();
}
