use std::borrow::Cow;
use std::cmp::Ordering;

use hashbrown::{HashMap, HashTable};
use model::{Arrival, CustomerId, Event, IdentifierKind, IdentityRules, LinkId, Matched, NodeId, Ruling};
use store::{LinkRow, LinkState, NodeRow, RedirectRow, RefusalRow};
use xxhash_rust::xxh3::xxh3_128_with_seed;

use crate::bars::Bars;
use crate::forest::Forest;
use crate::normalise;
use crate::rules::{KindCode, Rules};

/// Identifiers on one event are one person.
const SAME_EVENT: &str = "same_event@1";
/// Somebody said that two identifiers are one person.
const BY_HAND: &str = "by_hand@1";
/// Somebody said that two identifiers are two people.
const CANNOT_LINK: &str = "cannot_link@1";

/// What an event was found to be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The identifier the event belongs to, for ever.
    pub anchor: NodeId,
    /// That identifier's customer as of now.
    pub customer: CustomerId,
}

/// Rows to be kept, in the order in which they came about; a later row with the same key replaces the earlier. Feed them
/// to [`Identity::restore_node`] and its sisters to get the state back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Identifiers seen for the first time.
    pub nodes: Vec<NodeRow<'static>>,
    /// New entries of the link log.
    pub links: Vec<LinkRow<'static>>,
    /// Entries, new or old, that do not count any more.
    pub links_closed: Vec<LinkId>,
    /// Customers that turned out to be others.
    pub redirects: Vec<RedirectRow>,
    /// Customers who stand for themselves again. They redirect only if `redirects` names them too.
    pub redirects_removed: Vec<CustomerId>,
    /// Joins refused, with their counts so far; a later row for the same pair replaces the earlier.
    pub refusals: Vec<RefusalRow<'static>>,
}

impl Changes {
    /// True if nothing has to be kept.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
            && self.links.is_empty()
            && self.links_closed.is_empty()
            && self.redirects.is_empty()
            && self.redirects_removed.is_empty()
            && self.refusals.is_empty()
    }

    /// Of rows with one key only the last, ordered by key: what a store holds that took them all.
    pub fn settled(self) -> Self {
        let mut redirects_removed = self.redirects_removed;
        redirects_removed.sort_unstable();
        redirects_removed.dedup();
        let mut links = self.links;
        for closed in &self.links_closed {
            if let Ok(at) = links.binary_search_by_key(closed, |row| row.id) {
                links[at].state = LinkState::Closed;
            }
        }
        Self {
            nodes: self.nodes,
            links,
            links_closed: self.links_closed,
            redirects: last_by_key(self.redirects, |row| row.from),
            redirects_removed,
            refusals: last_by_key(self.refusals, |row| (row.a, row.b, row.rule.clone())),
        }
    }

    pub(crate) fn remove_redirect(&mut self, customer: CustomerId) {
        self.redirects.retain(|row| row.from != customer);
        self.redirects_removed.push(customer);
    }
}

fn last_by_key<T, K: Ord>(rows: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let by_key: std::collections::BTreeMap<K, T> = rows.into_iter().map(|row| (key(&row), row)).collect();
    by_key.into_values().collect()
}

/// The fold's state: which identifiers belong to which customer. About 55 bytes a node and 16 a link.
#[derive(Debug)]
pub struct Identity {
    pub(crate) rules: Rules,
    /// Node numbers, found by the hash of kind and value.
    index: HashTable<u32>,
    /// 128 bits over kind and normalised value, by node; taken as equality.
    hashes: Vec<u128>,
    /// By node: what its value is.
    kinds: Vec<KindCode>,
    /// Who is together with whom; the root of a tree is its customer's number.
    pub(crate) forest: Forest,
    /// Who must never be together.
    pub(crate) bars: Bars,
    /// By node, then by limited kind: how many values of that kind the customer has. Valid for roots.
    counts: Vec<u16>,
    /// True for nodes that ever founded a customer: their numbers are customer ids.
    pub(crate) founded: Vec<bool>,
    refusals: HashMap<(u32, u32), RefusalRow<'static>>,
    /// Grows whenever events already filed change hands.
    pub(crate) regroupings: u64,
    /// How many of them made two customers of one.
    pub(crate) splits: u64,
    /// By root: other ids under which events of its nodes may still be filed, since customers were split.
    pub(crate) strays: HashMap<u32, Vec<u32>>,
}

impl Identity {
    /// An empty state under `rules`.
    pub fn new(rules: &IdentityRules) -> Self {
        let mut identity = Self {
            rules: Rules::new(rules),
            index: HashTable::new(),
            hashes: Vec::new(),
            kinds: Vec::new(),
            forest: Forest::default(),
            bars: Bars::default(),
            counts: Vec::new(),
            founded: Vec::new(),
            refusals: HashMap::new(),
            regroupings: 0,
            splits: 0,
            strays: HashMap::new(),
        };
        identity.push_slot(0, KindCode::MAX); // nodes count from 1
        identity
    }

    /// Takes up a node kept earlier. Nodes come first, in their order; then links, then redirects and refusals.
    pub fn restore_node(&mut self, row: &NodeRow<'_>) {
        let kind = self.rules.code_of(&row.kind);
        let hash = hash_of(&row.kind, &row.value);
        let node = self.add_node(hash, kind);
        debug_assert_eq!(node, row.node.0, "nodes come in their order");
        self.founded[node as usize] = row.founder.0 == u64::from(node);
    }

    /// Takes up an entry of the link log kept earlier, in its order.
    pub fn restore_link(&mut self, row: &LinkRow<'_>) {
        debug_assert_eq!(row.id.0, self.links() + 1, "links come in their order");
        match row.state {
            LinkState::Active => drop(self.unite(row.a.0, row.b.0)),
            LinkState::Closed => self.forest.skip_link(),
            LinkState::CannotLink => {
                self.forest.skip_link();
                self.put_bar(row.a.0, row.b.0, row.id);
            }
        }
    }

    /// Takes up a redirect kept earlier.
    pub fn restore_redirect(&mut self, row: &RedirectRow) {
        self.founded[row.from.0 as usize] = true;
    }

    /// Takes up a refusal kept earlier.
    pub fn restore_refusal(&mut self, row: RefusalRow<'static>) {
        self.refusals.insert((row.a.0, row.b.0), row);
    }

    /// Call it when everything kept is taken up: who stands alone after a split is known only then.
    pub fn restored(&mut self) {
        for node in 1..self.forest.len() as u32 {
            if self.forest.root(node) == node {
                self.founded[node as usize] = true;
            }
        }
    }

    /// Takes in the next event: finds or makes its identifiers, joins what may be joined, and says whose event it is.
    ///
    /// The event has at least one identifier (`Event::validate`). A [`Ruling`] is such an event too.
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
        let ruling = Ruling::of(event);
        if ruling == Some(Ruling::Unmerge) {
            let nodes: Vec<u32> =
                usable.iter().map(|(_, kind, value)| self.find_or_found(kind, value, arrival, changes)).collect();
            for other in &nodes[1..] {
                self.part(nodes[0], *other, Evidence { arrival, event, rule: CANNOT_LINK, weight: 1.0 }, changes);
            }
            return self.observed(nodes[0]);
        }
        let matched = Matched::of(event);
        let (rule, weight) = match &matched {
            Some(matched) => (matched.model.as_str(), matched.probability),
            None if ruling == Some(Ruling::Merge) => (BY_HAND, 1.0),
            None => (SAME_EVENT, 1.0),
        };
        let evidence = Evidence { arrival, event, rule, weight };
        // A known weaker identifier brings its customer along: only if none is known a customer is founded.
        let anchor = match self.find(strongest_kind, strongest_value) {
            Some(node) => node,
            None => self.place_new_anchor(&usable, evidence, changes),
        };
        for (code, kind, value) in &usable[1..] {
            self.join(anchor, *code, kind, value, evidence, changes);
        }
        self.forest.shorten_path(anchor);
        self.observed(anchor)
    }

    /// The identifier a known event belongs to: its strongest. `None` if the event was never observed.
    pub fn anchor_of(&self, event: &Event<'_>) -> Option<NodeId> {
        let (usable, blocked) = self.candidates(event);
        let (_, kind, value) = usable.first().or(blocked.first())?;
        self.find(kind, value).map(NodeId)
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
    fn place_new_anchor(&mut self, usable: &[Candidate<'_>], evidence: Evidence<'_>, changes: &mut Changes) -> u32 {
        let (code, kind, value) = &usable[0];
        let host = usable[1..].iter().find_map(|(_, other_kind, other_value)| {
            let node = self.find(other_kind, other_value)?;
            let root = self.forest.root(node);
            self.broken_limit_by_one_more(root, *code).is_none().then_some((node, root))
        });
        let node = self.add_node(hash_of(kind, value), *code);
        match host {
            Some((other, root)) => {
                changes.nodes.push(node_row(node, kind, value, root, evidence.arrival));
                self.link(node, other, evidence, changes);
            }
            None => {
                self.founded[node as usize] = true;
                changes.nodes.push(node_row(node, kind, value, node, evidence.arrival));
            }
        }
        node
    }

    /// Joins an identifier to the anchor's customer, or notes why not.
    fn join(
        &mut self,
        anchor: u32,
        code: KindCode,
        kind: &IdentifierKind<'_>,
        value: &str,
        evidence: Evidence<'_>,
        changes: &mut Changes,
    ) {
        let ours = self.forest.root(anchor);
        let Some(other) = self.find(kind, value) else {
            let refused = self.broken_limit_by_one_more(ours, code);
            let node = self.add_node(hash_of(kind, value), code);
            let founder = if refused.is_some() { node } else { ours };
            self.founded[node as usize] = founder == node;
            changes.nodes.push(node_row(node, kind, value, founder, evidence.arrival));
            match refused {
                Some(rule) => self.refuse(anchor, node, rule, evidence.arrival, changes),
                None => drop(self.link(anchor, node, evidence, changes)),
            }
            return;
        };
        if evidence.rule == BY_HAND {
            self.lift_bar(anchor, other, changes);
        }
        let theirs = self.forest.root(other);
        if ours == theirs {
            return;
        }
        if let Some(rule) = self.bar_between(ours, theirs).or_else(|| self.limit_broken_by_union(ours, theirs)) {
            self.refuse(anchor, other, rule, evidence.arrival, changes);
            return;
        }
        let (older, younger) = (ours.min(theirs), ours.max(theirs));
        let link = self.link(anchor, other, evidence, changes);
        self.regroupings += 1;
        changes.redirects.push(RedirectRow {
            from: CustomerId(u64::from(younger)),
            to: CustomerId(u64::from(older)),
            link,
            arrival: evidence.arrival,
        });
    }

    /// Draws a link and writes it into the log.
    fn link(&mut self, a: u32, b: u32, evidence: Evidence<'_>, changes: &mut Changes) -> LinkId {
        self.unite(a, b);
        let id = LinkId(self.links());
        changes.links.push(link_row(id, a, b, evidence, LinkState::Active));
        id
    }

    /// Writes an entry into the log that says who must never be one.
    pub(crate) fn bar(&mut self, a: u32, b: u32, evidence: Evidence<'_>, changes: &mut Changes) {
        self.forest.skip_link();
        let id = LinkId(self.links());
        self.put_bar(a, b, id);
        changes.links.push(link_row(id, a, b, evidence, LinkState::CannotLink));
    }

    /// Makes one customer of two; counts, bars and strays go to the older.
    fn unite(&mut self, a: u32, b: u32) -> u32 {
        let younger = self.forest.join(a, b);
        let older = self.forest.root(younger);
        for slot in 0..self.rules.limits().len() {
            let added = *self.count_mut(younger, slot);
            let count = self.count_mut(older, slot);
            *count = count.saturating_add(added);
        }
        self.bars.unite(older, younger);
        if let Some(strays) = self.strays.remove(&younger) {
            self.strays.entry(older).or_default().extend(strays);
        }
        older
    }

    /// Counts anew how many values of each limited kind a customer has.
    pub(crate) fn recount(&mut self, nodes: &[u32]) {
        for slot in 0..self.rules.limits().len() {
            let kind = self.rules.limits()[slot].0;
            let of_kind = nodes.iter().filter(|node| self.kinds[**node as usize] == kind).count();
            *self.count_mut(nodes[0], slot) = u16::try_from(of_kind).unwrap_or(u16::MAX);
        }
    }

    fn refuse(&mut self, a: u32, b: u32, rule: String, arrival: Arrival, changes: &mut Changes) {
        let first_time =
            || RefusalRow { a: NodeId(a), b: NodeId(b), rule: rule.into(), first: arrival, last: arrival, count: 0 };
        let refusal = self.refusals.entry((a, b)).or_insert_with(first_time);
        refusal.last = arrival;
        refusal.count += 1;
        changes.refusals.push(refusal.clone());
    }

    /// Joins refused so far: two identifiers, the rule that forbade it, how often.
    pub fn refusals(&self) -> impl Iterator<Item = &RefusalRow<'static>> {
        self.refusals.values()
    }

    pub(crate) fn find(&self, kind: &IdentifierKind<'_>, normalised: &str) -> Option<u32> {
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

    /// A new node on its own.
    fn add_node(&mut self, hash: u128, kind: KindCode) -> u32 {
        let node = self.push_slot(hash, kind);
        if let Some(slot) = self.rules.limit_slot(kind) {
            *self.count_mut(node, slot) = 1;
        }
        let hashes = &self.hashes;
        self.index.insert_unique(hash as u64, node, |&known| hashes[known as usize] as u64);
        node
    }

    fn push_slot(&mut self, hash: u128, kind: KindCode) -> u32 {
        self.hashes.push(hash);
        self.kinds.push(kind);
        self.founded.push(false);
        self.counts.resize(self.counts.len() + self.rules.limits().len(), 0);
        self.forest.add()
    }

    fn count_mut(&mut self, root: u32, slot: usize) -> &mut u16 {
        &mut self.counts[root as usize * self.rules.limits().len() + slot]
    }

    fn count(&self, root: u32, slot: usize) -> u32 {
        u32::from(self.counts[root as usize * self.rules.limits().len() + slot])
    }

    fn broken_limit_by_one_more(&self, root: u32, kind: KindCode) -> Option<String> {
        let slot = self.rules.limit_slot(kind)?;
        let most = self.rules.limits()[slot].1;
        (self.count(root, slot) + 1 > most).then(|| self.limit_rule(kind, most))
    }

    pub(crate) fn limit_broken_by_union(&self, one: u32, other: u32) -> Option<String> {
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

/// The event that speaks for a link or against it, and the rule by which it does.
#[derive(Clone, Copy)]
pub(crate) struct Evidence<'e> {
    pub(crate) arrival: Arrival,
    pub(crate) event: &'e Event<'e>,
    pub(crate) rule: &'e str,
    /// How strong it is, 0 to 1.
    pub(crate) weight: f64,
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

pub(crate) fn link_row(id: LinkId, a: u32, b: u32, evidence: Evidence<'_>, state: LinkState) -> LinkRow<'static> {
    LinkRow {
        id,
        a: NodeId(a),
        b: NodeId(b),
        arrival: evidence.arrival,
        at: evidence.event.at,
        source: evidence.event.source.as_str().to_owned().into(),
        rule: evidence.rule.to_owned().into(),
        purpose: "".into(),
        weight: evidence.weight,
        state,
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
