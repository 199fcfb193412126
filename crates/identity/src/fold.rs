use std::borrow::Cow;
use std::cmp::Ordering;

use hashbrown::{HashMap, HashTable};
use model::{Arrival, CustomerId, Event, IdentifierKind, IdentityRules, LinkId, NodeId};
use store::{LinkRow, NodeRow, RedirectRow, RefusalRow};
use xxhash_rust::xxh3::xxh3_128_with_seed;

use crate::normalise;
use crate::rules::{KindCode, Rules};

/// The rule that made all links of this version: identifiers on one event are one person.
const SAME_EVENT: &str = "same_event@1";

/// What an event was found to be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The identifier the event belongs to, for ever.
    pub anchor: NodeId,
    /// That identifier's customer as of now.
    pub customer: CustomerId,
}

/// Rows to be kept, in the order in which they came about. Feed them to [`Identity::restore_node`] and its sisters to get the state back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Identifiers seen for the first time.
    pub nodes: Vec<NodeRow<'static>>,
    /// New entries of the link log.
    pub links: Vec<LinkRow<'static>>,
    /// Customers that turned out to be others.
    pub redirects: Vec<RedirectRow>,
    /// Joins refused, with their counts so far; a later row for the same pair replaces the earlier.
    pub refusals: Vec<RefusalRow<'static>>,
}

impl Changes {
    /// True if nothing has to be kept.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.links.is_empty() && self.redirects.is_empty() && self.refusals.is_empty()
    }
}

/// The fold's state: which identifiers belong to which customer. About 35 bytes a node.
#[derive(Debug)]
pub struct Identity {
    rules: Rules,
    /// Node numbers, found by the hash of kind and value.
    index: HashTable<u32>,
    /// 128 bits over kind and normalised value, by node; taken as equality.
    hashes: Vec<u128>,
    /// By node: itself, if it founded a customer that still stands; else a node nearer to that founder.
    parents: Vec<u32>,
    /// By node: the next node of the same customer, in a ring. Two rings become one by swapping two entries.
    ring: Vec<u32>,
    /// By node, then by limited kind: how many values of that kind the customer has. Valid for founders.
    counts: Vec<u16>,
    /// True for nodes that ever founded a customer: their numbers are customer ids.
    founded: Vec<bool>,
    refusals: HashMap<(u32, u32), RefusalRow<'static>>,
    links: u64,
    redirects: u64,
}

impl Identity {
    /// An empty state under `rules`.
    pub fn new(rules: &IdentityRules) -> Self {
        let mut identity = Self {
            rules: Rules::new(rules),
            index: HashTable::new(),
            hashes: Vec::new(),
            parents: Vec::new(),
            ring: Vec::new(),
            counts: Vec::new(),
            founded: Vec::new(),
            refusals: HashMap::new(),
            links: 0,
            redirects: 0,
        };
        identity.push_slot(0, 0); // nodes count from 1
        identity
    }

    /// Takes up a node kept earlier. Nodes come first, in their order; then redirects, links and refusals.
    pub fn restore_node(&mut self, row: &NodeRow<'_>) {
        let kind = self.rules.code_of(&row.kind);
        let hash = hash_of(&row.kind, &row.value);
        let node = self.add_node(hash, kind);
        debug_assert_eq!(node, row.node.0, "nodes come in their order");
        let founder = row.founder.0 as u32;
        if founder == node {
            self.founded[node as usize] = true;
        } else {
            self.attach(node, self.root(founder));
        }
    }

    /// Takes up a redirect kept earlier.
    pub fn restore_redirect(&mut self, row: &RedirectRow) {
        self.join_rings(row.to.0 as u32, row.from.0 as u32);
        self.redirects += 1;
    }

    /// Takes up that the link log holds entries up to `last`.
    pub fn restore_links(&mut self, last: LinkId) {
        self.links = last.0;
    }

    /// Takes up a refusal kept earlier.
    pub fn restore_refusal(&mut self, row: RefusalRow<'static>) {
        self.refusals.insert((row.a.0, row.b.0), row);
    }

    /// Takes in the next event: finds or makes its identifiers, joins what may be joined, and says whose event it is.
    ///
    /// The event has at least one identifier (`Event::validate`).
    pub fn observe(&mut self, arrival: Arrival, event: &Event<'_>, changes: &mut Changes) -> Observed {
        if let [only] = event.identifiers.as_slice() {
            let value = normalise(&only.kind, only.value.as_str());
            let anchor = self.find_or_found(&only.kind, &value, arrival, changes);
            return self.observed(anchor);
        }
        let (usable, blocked) = self.candidates(event);
        let Some((_, strongest_kind, strongest_value)) = usable.first() else {
            // Blocked values alone: the event stands under the strongest of them and joins nobody.
            let (_, kind, value) = &blocked[0];
            let anchor = self.find_or_found(kind, value, arrival, changes);
            return self.observed(anchor);
        };
        // A known weaker identifier brings its customer along: only if none is known a customer is founded.
        let anchor = match self.find(strongest_kind, strongest_value) {
            Some(node) => node,
            None => self.place_new_anchor(&usable, arrival, event, changes),
        };
        for (code, kind, value) in &usable[1..] {
            self.join(anchor, *code, kind, value, arrival, event, changes);
        }
        self.shorten_path(anchor);
        self.observed(anchor)
    }

    /// The identifier a known event belongs to: its strongest. `None` if the event was never observed.
    pub fn anchor_of(&self, event: &Event<'_>) -> Option<NodeId> {
        let (usable, blocked) = self.candidates(event);
        let (_, kind, value) = usable.first().or(blocked.first())?;
        self.find(kind, value).map(NodeId)
    }

    /// The customer that an identifier points to; `None` if it was never seen.
    pub fn lookup(&self, kind: &IdentifierKind<'_>, value: &str) -> Option<CustomerId> {
        self.find(kind, &normalise(kind, value)).map(|node| self.customer_of(NodeId(node)))
    }

    /// The customer an identifier node belongs to now.
    pub fn customer_of(&self, node: NodeId) -> CustomerId {
        CustomerId(u64::from(self.root(node.0)))
    }

    /// The id under which a customer stands now: itself, or what it redirects to. `None` if there never was such an id.
    pub fn resolve(&self, customer: CustomerId) -> Option<CustomerId> {
        let founder = u32::try_from(customer.0).ok()?;
        let ever_founded = founder > 0 && *self.founded.get(founder as usize)?;
        ever_founded.then(|| CustomerId(u64::from(self.root(founder))))
    }

    /// All identifiers of the customer, in the order of their first appearance.
    pub fn nodes_of(&self, customer: CustomerId) -> Vec<NodeId> {
        let Some(CustomerId(root)) = self.resolve(customer) else { return Vec::new() };
        let start = root as u32;
        let mut nodes = vec![NodeId(start)];
        let mut at = self.ring[start as usize];
        while at != start {
            nodes.push(NodeId(at));
            at = self.ring[at as usize];
        }
        nodes.sort_unstable();
        nodes
    }

    /// All ids under which the customer's events may have been filed so far: its own and those that redirect to it.
    pub fn former_ids(&self, customer: CustomerId) -> Vec<CustomerId> {
        let nodes = self.nodes_of(customer).into_iter();
        nodes.filter(|node| self.founded[node.0 as usize]).map(|node| CustomerId(u64::from(node.0))).collect()
    }

    /// Number of identifiers seen.
    pub fn nodes(&self) -> u32 {
        self.parents.len() as u32 - 1
    }

    /// Number of customers that stand.
    pub fn customers(&self) -> u64 {
        self.founded.iter().filter(|&&founded| founded).count() as u64 - self.redirects
    }

    /// Number of entries in the link log.
    pub fn links(&self) -> u64 {
        self.links
    }

    /// Number of merges so far; grows whenever events already filed change hands.
    pub fn merges(&self) -> u64 {
        self.redirects
    }

    /// Every id that redirects, with the id under which its customer stands now.
    pub fn redirects(&self) -> impl Iterator<Item = (CustomerId, CustomerId)> {
        let ids = (1..self.parents.len() as u32).filter(|&node| self.founded[node as usize]);
        ids.map(|id| (CustomerId(u64::from(id)), CustomerId(u64::from(self.root(id))))).filter(|(from, to)| from != to)
    }

    /// The current customer of every node, by node number; the entry at 0 is 0. For work on many rows at once.
    pub fn customers_by_node(&self) -> Vec<u32> {
        let mut customers: Vec<u32> = Vec::with_capacity(self.parents.len());
        for (node, &parent) in self.parents.iter().enumerate() {
            // A parent is always older than its child, so its customer is known by now.
            customers.push(if parent as usize == node { parent } else { customers[parent as usize] });
        }
        customers
    }

    /// The event's identifiers that may join, and those that are blocked; each strongest first.
    fn candidates<'e>(&self, event: &'e Event<'_>) -> (Vec<Candidate<'e>>, Vec<Candidate<'e>>) {
        let all = event.identifiers.iter().map(|identifier| {
            let value = normalise(&identifier.kind, identifier.value.as_str());
            (self.rules.code_of(&identifier.kind), &identifier.kind, value)
        });
        let (mut blocked, mut usable): (Vec<_>, Vec<_>) = all.partition(|(_, _, value)| self.rules.is_blocked(value));
        usable.sort_by(by_strength);
        blocked.sort_by(by_strength);
        (usable, blocked)
    }

    fn observed(&self, anchor: u32) -> Observed {
        Observed { anchor: NodeId(anchor), customer: self.customer_of(NodeId(anchor)) }
    }

    /// Files a strongest identifier that is new: with the first weaker one whose customer may take it, else on its own.
    fn place_new_anchor(
        &mut self,
        usable: &[Candidate<'_>],
        arrival: Arrival,
        event: &Event<'_>,
        changes: &mut Changes,
    ) -> u32 {
        let (code, kind, value) = &usable[0];
        let host = usable[1..].iter().find_map(|(_, other_kind, other_value)| {
            let node = self.find(other_kind, other_value)?;
            let root = self.root(node);
            self.broken_limit_by_one_more(root, *code).is_none().then_some((node, root))
        });
        let node = self.add_node(hash_of(kind, value), *code);
        match host {
            Some((other, root)) => {
                self.attach(node, root);
                changes.nodes.push(node_row(node, kind, value, root, arrival));
                self.log_link(node, other, arrival, event, changes);
            }
            None => {
                self.founded[node as usize] = true;
                changes.nodes.push(node_row(node, kind, value, node, arrival));
            }
        }
        node
    }

    /// Joins an identifier to the anchor's customer, or notes why not.
    #[allow(clippy::too_many_arguments, reason = "one event's evidence, seen from one place")]
    fn join(
        &mut self,
        anchor: u32,
        code: KindCode,
        kind: &IdentifierKind<'_>,
        value: &str,
        arrival: Arrival,
        event: &Event<'_>,
        changes: &mut Changes,
    ) {
        let ours = self.root(anchor);
        let Some(other) = self.find(kind, value) else {
            let refused = self.broken_limit_by_one_more(ours, code);
            let node = self.add_node(hash_of(kind, value), code);
            if let Some(rule) = refused {
                self.founded[node as usize] = true;
                changes.nodes.push(node_row(node, kind, value, node, arrival));
                self.refuse(anchor, node, rule, arrival, changes);
            } else {
                self.attach(node, ours);
                changes.nodes.push(node_row(node, kind, value, ours, arrival));
                self.log_link(anchor, node, arrival, event, changes);
            }
            return;
        };
        let theirs = self.root(other);
        if ours == theirs {
            return;
        }
        if let Some(rule) = self.limit_broken_by_union(ours, theirs) {
            self.refuse(anchor, other, rule, arrival, changes);
            return;
        }
        let (older, younger) = (ours.min(theirs), ours.max(theirs));
        let link = self.log_link(anchor, other, arrival, event, changes);
        self.join_rings(older, younger);
        self.redirects += 1;
        changes.redirects.push(RedirectRow {
            from: CustomerId(u64::from(younger)),
            to: CustomerId(u64::from(older)),
            link,
            arrival,
        });
    }

    fn log_link(&mut self, a: u32, b: u32, arrival: Arrival, event: &Event<'_>, changes: &mut Changes) -> LinkId {
        self.links += 1;
        let id = LinkId(self.links);
        changes.links.push(LinkRow {
            id,
            a: NodeId(a),
            b: NodeId(b),
            arrival,
            at: event.at,
            source: event.source.as_str().to_owned().into(),
            rule: SAME_EVENT.into(),
            purpose: "".into(),
            weight: 1.0,
            state: "active".into(),
        });
        id
    }

    fn refuse(&mut self, a: u32, b: u32, rule: String, arrival: Arrival, changes: &mut Changes) {
        let first_time =
            || RefusalRow { a: NodeId(a), b: NodeId(b), rule: rule.into(), first: arrival, last: arrival, count: 0 };
        let refusal = self.refusals.entry((a, b)).or_insert_with(first_time);
        refusal.last = arrival;
        refusal.count += 1;
        changes.refusals.push(refusal.clone());
    }

    fn find(&self, kind: &IdentifierKind<'_>, normalised: &str) -> Option<u32> {
        let hash = hash_of(kind, normalised);
        self.index.find(hash as u64, |&node| self.hashes[node as usize] == hash).copied()
    }

    fn find_or_found(
        &mut self,
        kind: &IdentifierKind<'_>,
        normalised: &str,
        arrival: Arrival,
        changes: &mut Changes,
    ) -> u32 {
        let hash = hash_of(kind, normalised);
        if let Some(&known) = self.index.find(hash as u64, |&node| self.hashes[node as usize] == hash) {
            return known;
        }
        let code = self.rules.code_of(kind);
        let node = self.add_node(hash, code);
        self.founded[node as usize] = true;
        changes.nodes.push(node_row(node, kind, normalised, node, arrival));
        node
    }

    /// A new node in a ring of its own.
    fn add_node(&mut self, hash: u128, kind: KindCode) -> u32 {
        let node = self.parents.len() as u32;
        self.push_slot(hash, node);
        if let Some(slot) = self.rules.limit_slot(kind) {
            *self.count_mut(node, slot) = 1;
        }
        let hashes = &self.hashes;
        self.index.insert_unique(hash as u64, node, |&known| hashes[known as usize] as u64);
        node
    }

    fn push_slot(&mut self, hash: u128, node: u32) {
        self.hashes.push(hash);
        self.parents.push(node);
        self.ring.push(node);
        self.founded.push(false);
        self.counts.resize(self.counts.len() + self.rules.limits().len(), 0);
    }

    /// Puts a fresh node under a founder.
    fn attach(&mut self, node: u32, root: u32) {
        self.join_rings(root, node);
    }

    /// Makes `younger`'s ring a part of `older`'s. Both are roots.
    fn join_rings(&mut self, older: u32, younger: u32) {
        self.parents[younger as usize] = older;
        self.ring.swap(older as usize, younger as usize);
        for slot in 0..self.rules.limits().len() {
            let added = *self.count_mut(younger, slot);
            let count = self.count_mut(older, slot);
            *count = count.saturating_add(added);
        }
    }

    fn count_mut(&mut self, root: u32, slot: usize) -> &mut u16 {
        &mut self.counts[root as usize * self.rules.limits().len() + slot]
    }

    fn count(&self, root: u32, slot: usize) -> u32 {
        u32::from(self.counts[root as usize * self.rules.limits().len() + slot])
    }

    /// Halves the way from a node to its founder, so that chains of merges stay short.
    fn shorten_path(&mut self, node: u32) {
        let mut at = node;
        while self.parents[at as usize] != at {
            let next = self.parents[at as usize];
            self.parents[at as usize] = self.parents[next as usize];
            at = self.parents[at as usize];
        }
    }

    /// Founder of the customer that stands.
    fn root(&self, node: u32) -> u32 {
        let mut at = node;
        while self.parents[at as usize] != at {
            at = self.parents[at as usize];
        }
        at
    }

    fn broken_limit_by_one_more(&self, root: u32, kind: KindCode) -> Option<String> {
        let slot = self.rules.limit_slot(kind)?;
        let most = self.rules.limits()[slot].1;
        (self.count(root, slot) + 1 > most).then(|| self.limit_rule(kind, most))
    }

    fn limit_broken_by_union(&self, one: u32, other: u32) -> Option<String> {
        let limits = self.rules.limits().iter().enumerate();
        limits
            .filter(|&(slot, &(_, most))| {
                let (ours, theirs) = (self.count(one, slot), self.count(other, slot));
                ours > 0 && theirs > 0 && ours + theirs > most
            })
            .map(|(_, &(kind, most))| self.limit_rule(kind, most))
            .next()
    }

    fn limit_rule(&self, kind: KindCode, most: u32) -> String {
        format!("limit {} {most}", self.rules.kind_name(kind))
    }
}

/// An identifier of the event at hand: its strength, kind and normalised value.
type Candidate<'e> = (KindCode, &'e IdentifierKind<'e>, Cow<'e, str>);

/// Strongest first; among kinds without a priority, by name.
fn by_strength(one: &Candidate<'_>, other: &Candidate<'_>) -> Ordering {
    (one.0, one.1.as_str()).cmp(&(other.0, other.1.as_str()))
}

fn node_row(
    node: u32,
    kind: &IdentifierKind<'_>,
    normalised: &str,
    founder: u32,
    arrival: Arrival,
) -> NodeRow<'static> {
    NodeRow {
        node: NodeId(node),
        kind: kind.clone().into_owned(),
        value: normalised.to_owned().into(),
        founder: CustomerId(u64::from(founder)),
        first_seen: arrival,
    }
}

fn hash_of(kind: &IdentifierKind<'_>, normalised: &str) -> u128 {
    let kind_seed = match kind {
        IdentifierKind::AnonymousId => 1,
        IdentifierKind::UserId => 2,
        IdentifierKind::Email => 3,
        IdentifierKind::Phone => 4,
        IdentifierKind::LoyaltyCard => 5,
        IdentifierKind::DeviceId => 6,
        IdentifierKind::VehicleId => 7,
        IdentifierKind::Own(name) => xxhash_rust::xxh3::xxh3_64(name.as_str().as_bytes()) | 1 << 63,
    };
    xxh3_128_with_seed(normalised.as_bytes(), kind_seed)
}
