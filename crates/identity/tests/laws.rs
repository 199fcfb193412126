//! What holds for every stream of events.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::{BTreeMap, BTreeSet};

use identity::{Changes, Identity};
use model::{
    Arrival, CustomerId, Event, Identifier, IdentifierKind, IdentityRules, Limit, NodeId, OnConflict, Ruling, Timestamp,
};
use proptest::prelude::*;
use store::LinkState;

/// What happens: an event with identifiers, or somebody's word about the first two of them.
type Stream = Vec<(Option<Ruling>, Vec<(u8, u8)>)>;

/// Events over few identifiers, so that people meet often. Kind 0 is the limited user id.
fn events() -> impl Strategy<Value = Stream> {
    let identifier = (0u8..4, 0u8..6);
    proptest::collection::vec((Just(None), proptest::collection::vec(identifier, 1..4)), 1..40)
}

/// Events with rulings among them.
fn streams() -> impl Strategy<Value = Stream> {
    let identifier = (0u8..4, 0u8..6);
    let ruling = prop_oneof![4 => Just(None), 1 => Just(Some(Ruling::Merge)), 1 => Just(Some(Ruling::Unmerge))];
    proptest::collection::vec((ruling, proptest::collection::vec(identifier, 1..4)), 1..40)
}

fn identifier((kind, value): (u8, u8)) -> Identifier<'static> {
    let kind = match kind {
        0 => IdentifierKind::UserId,
        1 => IdentifierKind::Email,
        2 => IdentifierKind::AnonymousId,
        _ => IdentifierKind::Own("frame_number".into()),
    };
    // Value 0 is the blocked `null`.
    Identifier::new(kind, if value == 0 { "null".to_owned() } else { format!("v{value}") })
}

fn event((ruling, identifiers): &(Option<Ruling>, Vec<(u8, u8)>)) -> Event<'static> {
    let mut event = Event::new("m", "web", "visit", Timestamp::default());
    if let (Some(ruling), [a, b, ..]) = (ruling, identifiers.as_slice()) {
        event = ruling.event("r", [identifier(*a), identifier(*b)], Timestamp::default());
    } else {
        event.identifiers = identifiers.iter().copied().map(identifier).collect();
    }
    event
}

/// The event that arrives as number `arrival`: every other one from the CRM, a second after the one before.
fn at(arrival: u64, happening: &(Option<Ruling>, Vec<(u8, u8)>)) -> Event<'static> {
    let mut event = event(happening);
    event.at = Timestamp::clamped(arrival as i64 * 1_000_000);
    if happening.0.is_none() && arrival.is_multiple_of(2) {
        event.source = "crm".into();
    }
    event
}

fn live(stream: &Stream) -> (Identity, Changes, Vec<NodeId>) {
    live_under(&IdentityRules::default(), stream)
}

fn live_under(rules: &IdentityRules, stream: &Stream) -> (Identity, Changes, Vec<NodeId>) {
    let mut identity = Identity::new(rules);
    let mut changes = Changes::default();
    let anchors = stream
        .iter()
        .zip(1..)
        .map(|(happening, arrival)| identity.observe(Arrival(arrival), &at(arrival, happening), &mut changes).anchor)
        .collect();
    (identity, changes, anchors)
}

/// Rules that few identifiers are enough to run into.
fn tight_rules() -> impl Strategy<Value = IdentityRules> {
    let limit = prop_oneof![
        Just(None),
        (1u32..4).prop_map(|most| Some(Limit { most, within: None })),
        (1u32..4).prop_map(|most| Some(Limit { most, within: Some("5s".to_owned()) }))
    ];
    let switches = (any::<bool>(), any::<bool>(), any::<bool>(), 0u32..3);
    (limit.clone(), limit, proptest::option::of(1u32..4), proptest::option::of(1u32..4), switches).prop_map(
        |(emails, cookies, hot_email, hot_frame, (is_owned, drops_weaker, by_purpose, contested))| {
            let mut rules = IdentityRules { owned: Vec::new(), hot: BTreeMap::new(), ..IdentityRules::default() };
            rules.contested.clear();
            if contested > 0 {
                rules.contested.extend([("email".to_owned(), contested), ("anonymous_id".to_owned(), contested)]);
            } else {
                rules.identifying.clear();
            }
            rules.priority = ["user_id", "email", "frame_number", "anonymous_id"].map(str::to_owned).into();
            for (kind, limit) in [("email", emails), ("anonymous_id", cookies)] {
                rules.limits.remove(kind);
                rules.limits.extend(limit.map(|limit| (kind.to_owned(), limit)));
            }
            for (kind, hot) in [("email", hot_email), ("frame_number", hot_frame)] {
                rules.hot.extend(hot.map(|hot| (kind.to_owned(), hot)));
            }
            if is_owned {
                rules.owned.push("frame_number".to_owned());
            }
            if drops_weaker {
                rules.on_conflict = OnConflict::DropWeaker;
            }
            if by_purpose {
                rules.purposes.insert("crm".to_owned(), vec!["service".to_owned()]);
                rules.purposes.insert("web".to_owned(), vec!["analytics".to_owned(), "service".to_owned()]);
            }
            rules.check().unwrap();
            rules
        },
    )
}

fn restored_under(rules: &IdentityRules, changes: &Changes) -> Identity {
    let changes = changes.clone().settled();
    let mut identity = Identity::new(rules);
    changes.nodes.iter().for_each(|row| identity.restore_node(row));
    changes.links.iter().for_each(|row| identity.restore_link(row));
    changes.redirects.iter().for_each(|row| identity.restore_redirect(row));
    changes.refusals.values().for_each(|row| identity.restore_refusal(row));
    identity.restored();
    identity
}

proptest! {
    #[test]
    fn a_restored_state_is_the_live_state_and_goes_on_like_it(
        rules in tight_rules(), stream in streams(), cut in 0usize..40
    ) {
        let cut = cut.min(stream.len());
        let (mut first_half, changes, _) = live_under(&rules, &stream[..cut].to_vec());
        let mut again = restored_under(&rules, &changes);
        prop_assert_eq!(first_half.customers_by_node(), again.customers_by_node());
        for (identifiers, arrival) in stream[cut..].iter().zip(cut as u64 + 1..) {
            let (mut left, mut right) = (Changes::default(), Changes::default());
            let event = at(arrival, identifiers);
            prop_assert_eq!(
                first_half.observe(Arrival(arrival), &event, &mut left),
                again.observe(Arrival(arrival), &event, &mut right)
            );
            prop_assert_eq!(left, right);
        }
        prop_assert_eq!(first_half.customers(), again.customers());
    }

    #[test]
    fn many_events_at_once_are_folded_like_one_after_the_other(rules in tight_rules(), stream in streams()) {
        let (identity, changes, anchors) = live_under(&rules, &stream);
        let mut at_once = Identity::new(&rules);
        let (mut changes_at_once, mut anchors_at_once) = (Changes::default(), Vec::new());
        let events: Vec<_> =
            stream.iter().zip(1..).map(|(happening, number)| (Arrival(number), at(number, happening))).collect();
        at_once.observe_all(&events, &mut changes_at_once, |observed| anchors_at_once.push(observed.anchor));
        prop_assert_eq!(changes, changes_at_once);
        prop_assert_eq!(anchors, anchors_at_once);
        prop_assert_eq!(identity.customers_by_node(), at_once.customers_by_node());
    }

    #[test]
    fn an_anchor_found_again_later_is_the_one_the_event_had(rules in tight_rules(), stream in streams()) {
        let (identity, changes, anchors) = live_under(&rules, &stream);
        let again = restored_under(&rules, &changes);
        for ((happening, arrival), anchor) in stream.iter().zip(1..).zip(anchors) {
            let event = at(arrival, happening);
            prop_assert_eq!(identity.anchor_of(Arrival(arrival), &event), Some(anchor), "event {}", arrival);
            prop_assert_eq!(again.anchor_of(Arrival(arrival), &event), Some(anchor), "event {}, restored", arrival);
        }
    }

    #[test]
    fn no_customer_exceeds_its_limits_and_hot_values_stand_alone(rules in tight_rules(), stream in streams()) {
        let (identity, changes, _) = live_under(&rules, &stream);
        let mut of_customer: BTreeMap<(CustomerId, &str), Vec<i64>> = BTreeMap::new();
        for row in &changes.nodes {
            let customer = identity.customer_of(row.node);
            of_customer.entry((customer, row.kind.as_str())).or_default().push(row.first_at.micros() / 1_000_000);
            if identity.is_hot(row.node) {
                prop_assert_eq!(identity.nodes_of(customer), vec![row.node]);
            }
        }
        for ((customer, kind), mut times) in of_customer {
            let Some(limit) = rules.limits.get(kind) else { continue };
            times.sort_unstable();
            let within_s = limit.within_s().unwrap().map_or(i64::MAX, i64::from);
            for window in times.windows(limit.most as usize + 1) {
                prop_assert!(window[window.len() - 1] - window[0] >= within_s, "{} has {:?} of {}", customer, times, kind);
            }
        }
    }

    #[test]
    fn any_order_of_the_same_events_gives_the_same_people(stream in events(), keys in proptest::collection::vec(any::<u32>(), 40)) {
        // Where no limit and no sharing decides, it does not matter what came first.
        let limits = BTreeMap::new();
        let rules = IdentityRules {
            limits,
            hot: BTreeMap::new(),
            contested: BTreeMap::new(),
            owned: Vec::new(),
            identifying: Vec::new(),
            ..IdentityRules::default()
        };
        let mut shuffled: Vec<_> = stream.iter().cloned().zip(keys).collect();
        shuffled.sort_by_key(|(_, key)| *key);
        let shuffled: Stream = shuffled.into_iter().map(|(happening, _)| happening).collect();
        let people = |stream: &Stream| {
            let (identity, changes, _) = live_under(&rules, stream);
            let mut people: BTreeMap<CustomerId, BTreeSet<(String, String)>> = BTreeMap::new();
            for row in &changes.nodes {
                let value = (row.kind.to_string(), row.value.to_string());
                people.entry(identity.customer_of(row.node)).or_default().insert(value);
            }
            people.into_values().collect::<BTreeSet<_>>()
        };
        prop_assert_eq!(people(&stream), people(&shuffled));
    }

    #[test]
    fn people_of_a_purpose_are_parts_of_people(rules in tight_rules(), stream in streams()) {
        let (identity, changes, _) = live_under(&rules, &stream);
        let links = changes.settled().links;
        for purpose in ["analytics", "service"] {
            let by_node = identity.customers_by_node_for(purpose);
            for (node, &part) in by_node.iter().enumerate().skip(1) {
                let customer = identity.customer_of(NodeId(node as u32));
                prop_assert_eq!(identity.customer_of(NodeId(part)), customer);
                let parts = identity.parts_for(customer, purpose);
                let own = parts.iter().find(|part| part.contains(&NodeId(node as u32)));
                prop_assert_eq!(own.map(|nodes| nodes[0]), Some(NodeId(part)));
            }
            for link in links.iter().filter(|link| link.state == LinkState::Active) {
                if link.purpose.is_empty() || link.purpose.split(' ').any(|named| named == purpose) {
                    prop_assert_eq!(by_node[link.a.0 as usize], by_node[link.b.0 as usize]);
                }
            }
            if rules.purposes.is_empty() {
                prop_assert_eq!(by_node, identity.customers_by_node());
            }
        }
    }

    #[test]
    fn customers_are_the_components_of_the_active_links(rules in tight_rules(), stream in streams()) {
        let (identity, changes, _) = live_under(&rules, &stream);
        let mut component: BTreeMap<u32, u32> = (1..=identity.nodes()).map(|node| (node, node)).collect();
        let links = changes.settled().links;
        for link in links.iter().filter(|link| link.state == LinkState::Active) {
            let (a, b) = (component[&link.a.0], component[&link.b.0]);
            component.values_mut().filter(|c| **c == a.max(b)).for_each(|c| *c = a.min(b));
        }
        let by_node = identity.customers_by_node();
        for (one, other) in (1..=identity.nodes()).flat_map(|a| (1..=identity.nodes()).map(move |b| (a, b))) {
            prop_assert_eq!(
                component[&one] == component[&other],
                by_node[one as usize] == by_node[other as usize],
                "nodes {} and {}", one, other
            );
        }
    }

    #[test]
    fn nobody_has_two_accounts_and_blocked_values_join_nobody(stream in streams()) {
        let (identity, changes, _) = live(&stream);
        let mut accounts: BTreeMap<CustomerId, BTreeSet<&str>> = BTreeMap::new();
        for row in &changes.nodes {
            let customer = identity.customer_of(row.node);
            if row.kind == IdentifierKind::UserId {
                accounts.entry(customer).or_default().insert(row.value.as_ref());
            }
            if row.value == "null" {
                prop_assert_eq!(identity.nodes_of(customer), vec![row.node]);
            }
        }
        prop_assert!(accounts.values().all(|values| values.len() == 1), "{:?}", accounts);
    }

    #[test]
    fn a_merge_by_hand_and_its_unmerge_leave_everybody_as_they_were(stream in events(), a in (0u8..4, 1u8..6), b in (0u8..4, 1u8..6)) {
        let (mut identity, mut changes, _) = live(&stream);
        let next = stream.len() as u64 + 1;
        for both in [a, b] {
            identity.observe(Arrival(next), &event(&(None, vec![both])), &mut changes);
        }
        let before = identity.customers_by_node();
        let are_one_before = are_one(&identity, a, b);
        identity.observe(Arrival(next + 1), &event(&(Some(Ruling::Merge), vec![a, b])), &mut changes);
        let are_one_now = are_one(&identity, a, b);
        let is_refused = |row: &store::RefusalRow<'_>| row.rule.starts_with("limit") || row.rule.starts_with("shared");
        prop_assert!(are_one_now || changes.refusals.values().any(is_refused));
        if !are_one_before {
            identity.observe(Arrival(next + 2), &event(&(Some(Ruling::Unmerge), vec![a, b])), &mut changes);
            prop_assert_eq!(identity.customers_by_node(), before);
            prop_assert!(!are_one(&identity, a, b));
            // Nothing but another word joins them again.
            identity.observe(Arrival(next + 3), &event(&(None, vec![a, b])), &mut changes);
            prop_assert!(!are_one(&identity, a, b));
            identity.observe(Arrival(next + 4), &event(&(Some(Ruling::Merge), vec![a, b])), &mut changes);
            prop_assert_eq!(are_one(&identity, a, b), are_one_now);
        }
    }

    #[test]
    fn who_was_parted_stays_parted_until_somebody_says_otherwise(rules in tight_rules(), stream in streams()) {
        let (identity, changes, _) = live_under(&rules, &stream);
        for row in changes.settled().links.iter().filter(|row| row.state == LinkState::CannotLink) {
            prop_assert_ne!(identity.customer_of(row.a), identity.customer_of(row.b), "{:?}", row);
        }
    }

    #[test]
    fn where_a_customers_events_may_be_filed_is_always_known(rules in tight_rules(), stream in streams()) {
        // Every event is filed under the customer of its time, and found again among own, former and stray ids.
        let mut identity = Identity::new(&rules);
        let mut changes = Changes::default();
        let filed: Vec<_> = stream.iter().zip(1..).map(|(happening, arrival)| {
            identity.observe(Arrival(arrival), &at(arrival, happening), &mut changes)
        }).collect();
        for observed in filed {
            let now = identity.customer_of(observed.anchor);
            let mut places = identity.former_ids(now);
            places.extend(identity.strays(now));
            prop_assert!(places.contains(&observed.customer), "{:?} of {:?}", observed, places);
        }
    }

    #[test]
    fn the_way_between_two_identifiers_is_made_of_active_links(rules in tight_rules(), stream in streams()) {
        let (identity, changes, _) = live_under(&rules, &stream);
        let links = changes.settled().links;
        for (a, b) in (1..=identity.nodes()).flat_map(|a| (1..=identity.nodes()).map(move |b| (NodeId(a), NodeId(b)))) {
            let way = identity.path(a, b);
            prop_assert_eq!(way.is_some(), identity.customer_of(a) == identity.customer_of(b));
            let mut at = a;
            for id in way.into_iter().flatten() {
                let row = &links[id.0 as usize - 1];
                prop_assert_eq!(row.state, LinkState::Active);
                at = if row.a == at { row.b } else { row.a };
                prop_assert!(row.a == at || row.b == at);
                prop_assert_eq!(row.id, id);
            }
            if identity.customer_of(a) == identity.customer_of(b) {
                prop_assert_eq!(at, b);
            }
        }
    }

    #[test]
    fn every_id_ever_given_still_leads_to_its_customer(stream in streams()) {
        let (identity, changes, anchors) = live(&stream);
        for row in &changes.nodes {
            let now = identity.customer_of(row.node);
            prop_assert!(identity.resolve(row.founder).is_some());
            if row.since.is_none() {
                prop_assert_eq!(identity.lookup(&row.kind, row.value.as_ref()), Some(now));
            }
        }
        let standing: BTreeSet<CustomerId> = anchors.iter().map(|&node| identity.customer_of(node)).collect();
        prop_assert!(standing.len() as u64 <= identity.customers());
    }
}

fn are_one(identity: &Identity, a: (u8, u8), b: (u8, u8)) -> bool {
    let customer = |of: (u8, u8)| {
        let Identifier { kind, value } = identifier(of);
        identity.lookup(&kind, value.as_str())
    };
    customer(a) == customer(b)
}

#[test]
fn the_strongest_identifier_keeps_the_event_and_the_refusal_is_told() {
    // cookie 2 is Ada's; Bob logs in on her browser, twice.
    let stream = [[(0, 1), (2, 2)], [(2, 2), (0, 3)], [(0, 3), (2, 2)]].map(|ids| (None, ids.to_vec())).to_vec();
    let (identity, changes, anchors) = live(&stream);
    let ada = identity.lookup(&IdentifierKind::UserId, "v1").unwrap();
    let bob = identity.lookup(&IdentifierKind::UserId, "v3").unwrap();
    assert_ne!(ada, bob);
    assert_eq!(identity.lookup(&IdentifierKind::AnonymousId, "v2"), Some(ada));
    assert_eq!(identity.customer_of(anchors[1]), bob);
    let refusal = changes.refusals.values().next_back().unwrap();
    assert_eq!(
        (refusal.rule.as_ref(), refusal.count, refusal.first, refusal.last),
        ("conflict user_id", 2, Arrival(2), Arrival(3))
    );
}

#[test]
fn a_long_chain_of_merges_stays_quick_to_follow() {
    // Customers 1..=n, each joined to the one before it, youngest first: the worst order for the chain.
    let n = 20_000u32;
    let mut identity = Identity::new(&IdentityRules { limits: BTreeMap::new(), ..IdentityRules::default() });
    let mut changes = Changes::default();
    let cookie = |i: u32| Identifier::new(IdentifierKind::AnonymousId, format!("cookie-{i}"));
    for i in 1..=n {
        let mut event = Event::new("m", "web", "visit", Timestamp::default());
        event.identifiers = vec![cookie(i)];
        identity.observe(Arrival(u64::from(i)), &event, &mut changes);
    }
    for i in (1..n).rev() {
        let mut event = Event::new("m", "web", "visit", Timestamp::default());
        event.identifiers = vec![cookie(i + 1), cookie(i)];
        identity.observe(Arrival(u64::from(2 * n - i)), &event, &mut changes);
    }
    assert_eq!(identity.customers(), 1);
    assert_eq!(identity.former_ids(CustomerId(1)).len(), n as usize);
    assert!(identity.customers_by_node()[1..].iter().all(|&customer| customer == 1));
}
