//! What holds for every stream of events.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::{BTreeMap, BTreeSet};

use identity::{Changes, Identity};
use model::{Arrival, CustomerId, Event, Identifier, IdentifierKind, IdentityRules, NodeId, Ruling, Timestamp};
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

fn live(stream: &Stream) -> (Identity, Changes, Vec<NodeId>) {
    let mut identity = Identity::new(&IdentityRules::default());
    let mut changes = Changes::default();
    let anchors = stream
        .iter()
        .zip(1..)
        .map(|(identifiers, arrival)| identity.observe(Arrival(arrival), &event(identifiers), &mut changes).anchor)
        .collect();
    (identity, changes, anchors)
}

fn restored(changes: &Changes) -> Identity {
    let changes = changes.clone().settled();
    let mut identity = Identity::new(&IdentityRules::default());
    changes.nodes.iter().for_each(|row| identity.restore_node(row));
    changes.links.iter().for_each(|row| identity.restore_link(row));
    changes.redirects.iter().for_each(|row| identity.restore_redirect(row));
    changes.refusals.iter().for_each(|row| identity.restore_refusal(row.clone()));
    identity.restored();
    identity
}

proptest! {
    #[test]
    fn a_restored_state_is_the_live_state_and_goes_on_like_it(stream in streams(), cut in 0usize..40) {
        let cut = cut.min(stream.len());
        let (mut first_half, changes, _) = live(&stream[..cut].to_vec());
        let mut again = restored(&changes);
        prop_assert_eq!(first_half.customers_by_node(), again.customers_by_node());
        for (identifiers, arrival) in stream[cut..].iter().zip(cut as u64 + 1..) {
            let (mut left, mut right) = (Changes::default(), Changes::default());
            let event = event(identifiers);
            prop_assert_eq!(
                first_half.observe(Arrival(arrival), &event, &mut left),
                again.observe(Arrival(arrival), &event, &mut right)
            );
            prop_assert_eq!(left, right);
        }
        prop_assert_eq!(first_half.customers(), again.customers());
    }

    #[test]
    fn customers_are_the_components_of_the_active_links(stream in streams()) {
        let (identity, changes, _) = live(&stream);
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
        prop_assert!(are_one_now || changes.refusals.iter().any(|row| row.rule.starts_with("limit")));
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
    fn who_was_parted_stays_parted_until_somebody_says_otherwise(stream in streams()) {
        let (identity, changes, _) = live(&stream);
        for row in changes.settled().links.iter().filter(|row| row.state == LinkState::CannotLink) {
            prop_assert_ne!(identity.customer_of(row.a), identity.customer_of(row.b), "{:?}", row);
        }
    }

    #[test]
    fn where_a_customers_events_may_be_filed_is_always_known(stream in streams()) {
        // Every event is filed under the customer of its time, and found again among own, former and stray ids.
        let mut identity = Identity::new(&IdentityRules::default());
        let mut changes = Changes::default();
        let filed: Vec<_> = stream.iter().zip(1..).map(|(happening, arrival)| {
            identity.observe(Arrival(arrival), &event(happening), &mut changes)
        }).collect();
        for observed in filed {
            let now = identity.customer_of(observed.anchor);
            let mut places = identity.former_ids(now);
            places.extend(identity.strays(now));
            prop_assert!(places.contains(&observed.customer), "{:?} of {:?}", observed, places);
        }
    }

    #[test]
    fn the_way_between_two_identifiers_is_made_of_active_links(stream in streams()) {
        let (identity, changes, _) = live(&stream);
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
            prop_assert_eq!(identity.lookup(&row.kind, row.value.as_ref()), Some(now));
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
    let refusal = changes.refusals.last().unwrap();
    assert_eq!(
        (refusal.rule.as_ref(), refusal.count, refusal.first, refusal.last),
        ("limit user_id 1", 2, Arrival(2), Arrival(3))
    );
}

#[test]
fn a_long_chain_of_merges_stays_quick_to_follow() {
    // Customers 1..=n, each joined to the one before it, youngest first: the worst order for the chain.
    let n = 20_000u32;
    let mut identity = Identity::new(&IdentityRules::default());
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
