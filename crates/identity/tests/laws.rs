//! What holds for every stream of events.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::{BTreeMap, BTreeSet};

use identity::{Changes, Identity};
use model::{Arrival, CustomerId, Event, Identifier, IdentifierKind, IdentityRules, LinkId, NodeId, Timestamp};
use proptest::prelude::*;

type Stream = Vec<Vec<(u8, u8)>>;

/// Events over few identifiers, so that people meet often. Kind 0 is the limited user id.
fn streams() -> impl Strategy<Value = Stream> {
    let identifier = (0u8..4, 0u8..6);
    proptest::collection::vec(proptest::collection::vec(identifier, 1..4), 1..40)
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

fn event(identifiers: &[(u8, u8)]) -> Event<'static> {
    let mut event = Event::new("m", "web", "visit", Timestamp::default());
    event.identifiers = identifiers.iter().copied().map(identifier).collect();
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
    let mut identity = Identity::new(&IdentityRules::default());
    changes.nodes.iter().for_each(|row| identity.restore_node(row));
    changes.redirects.iter().for_each(|row| identity.restore_redirect(row));
    identity.restore_links(changes.links.last().map_or(LinkId(0), |row| row.id));
    changes.refusals.iter().for_each(|row| identity.restore_refusal(row.clone()));
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
        for link in &changes.links {
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
    fn every_id_ever_given_still_leads_to_its_customer(stream in streams()) {
        let (identity, changes, anchors) = live(&stream);
        for row in &changes.nodes {
            let now = identity.customer_of(row.node);
            prop_assert_eq!(identity.resolve(row.founder), Some(now));
            prop_assert!(identity.former_ids(now).contains(&row.founder));
            prop_assert_eq!(identity.lookup(&row.kind, row.value.as_ref()), Some(now));
        }
        let standing: BTreeSet<CustomerId> = anchors.iter().map(|&node| identity.customer_of(node)).collect();
        prop_assert!(standing.len() as u64 <= identity.customers());
    }
}

#[test]
fn the_strongest_identifier_keeps_the_event_and_the_refusal_is_told() {
    // cookie 2 is Ada's; Bob logs in on her browser, twice.
    let stream = vec![vec![(0, 1), (2, 2)], vec![(2, 2), (0, 3)], vec![(0, 3), (2, 2)]];
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
