//! Identifier values by number, found by what they are.

use hashbrown::{HashMap, HashTable};
use model::{Arrival, IdentifierKind, Timestamp};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

use crate::rules::{EVERY_PURPOSE, KindCode, Purposes, Why};

/// The node has founded a customer: its number is a customer's id.
const FOUNDED: u8 = 1;
/// Too many share the value; it joins nobody any more.
const HOT: u8 = 2;
/// From here on: one more than the place of its fault among [`Why::FAULTS`].
const FAULT: u8 = 4;

/// Identifier values. About 40 bytes each.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    /// First nodes of values, with what they are found by.
    index: HashTable<Indexed>,
    nodes: Vec<Node>,
    /// By the first node of a value that was handed on: the nodes that stand for it later.
    later: HashMap<u32, Vec<Tenure>>,
    /// By each of these nodes: the first.
    firsts: HashMap<u32, u32>,
    /// By the first node of a value: the event that made it hot.
    demoted: HashMap<u32, Arrival>,
    /// By the first node of a value: how many have claimed it in vain.
    claims: HashMap<u32, u32>,
    /// By node: what the sources that brought it serve; empty if all serve every purpose.
    purposes: Vec<Purposes>,
}

/// 128 bits over kind and normalised value, taken as equality, in halves that need no alignment; and the node.
type Indexed = ([u32; 4], u32);

#[derive(Clone, Copy, Debug)]
struct Node {
    kind: KindCode,
    flags: u8,
    /// With how many stronger identifiers, or others of its kind, the value was seen.
    partners: u16,
    /// Unix time in seconds of the event that first brought it.
    first_at_s: u32,
}

/// From when on another node stands for a value.
#[derive(Clone, Copy, Debug)]
struct Tenure {
    since: Timestamp,
    /// The event that said so; earlier arrivals did not know.
    opened: Arrival,
    node: u32,
}

/// At which point of the stream a value is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// The time of the event.
    pub(crate) at: Timestamp,
    /// Its number.
    pub(crate) arrival: Arrival,
    /// What its source serves.
    pub(crate) purposes: Purposes,
}

impl Moment {
    /// After everything that is known.
    pub(crate) const NOW: Self = Self { at: Timestamp::MAX, arrival: Arrival(u64::MAX), purposes: EVERY_PURPOSE };
}

/// 128 bits that stand for a kind and a normalised value.
pub(crate) fn hash_of(kind: &IdentifierKind<'_>, normalised: &str) -> u128 {
    let kind_seed = match kind {
        IdentifierKind::AnonymousId => 1,
        IdentifierKind::UserId => 2,
        IdentifierKind::Email => 3,
        IdentifierKind::Phone => 4,
        IdentifierKind::LoyaltyCard => 5,
        IdentifierKind::DeviceId => 6,
        IdentifierKind::VehicleId => 7,
        IdentifierKind::Own(name) => xxh3_64(name.as_str().as_bytes()) | 1 << 63,
    };
    xxh3_128_with_seed(normalised.as_bytes(), kind_seed)
}

fn parts_of(hash: u128) -> [u32; 4] {
    [0, 32, 64, 96].map(|shift| (hash >> shift) as u32)
}

impl Nodes {
    /// The node that stands for a value at that moment.
    pub(crate) fn find(&self, hash: u128, moment: Moment) -> Option<u32> {
        let parts = parts_of(hash);
        let &(_, first) = self.index.find(hash as u64, |(known, _)| *known == parts)?;
        if self.later.is_empty() {
            return Some(first);
        }
        let known = |tenure: &&Tenure| tenure.since <= moment.at && tenure.opened <= moment.arrival;
        let later = self.later.get(&first).and_then(|tenures| tenures.iter().rfind(known));
        Some(later.map_or(first, |tenure| tenure.node))
    }

    /// A new value. Nodes number 0, 1, 2, ...; 0 stands for none.
    pub(crate) fn add(&mut self, hash: u128, kind: KindCode, first_at: Timestamp) -> u32 {
        let node = self.push(kind, first_at);
        let low = |(parts, _): &Indexed| u64::from(parts[0]) | u64::from(parts[1]) << 32;
        self.index.insert_unique(hash as u64, (parts_of(hash), node), low);
        node
    }

    /// Makes node 0, which no value has.
    pub(crate) fn add_none(&mut self) {
        self.push(KindCode::MAX, Timestamp::default());
    }

    /// Another node for the value of `node`: it stands for it from `since` on.
    pub(crate) fn add_later(&mut self, node: u32, since: Timestamp, opened: Arrival) -> u32 {
        let first = self.first_of(node);
        let later = self.push(self.kind(first), since);
        let tenures = self.later.entry(first).or_default();
        let at = tenures.partition_point(|tenure| tenure.since <= since);
        tenures.insert(at, Tenure { since, opened, node: later });
        self.firsts.insert(later, first);
        later
    }

    fn push(&mut self, kind: KindCode, first_at: Timestamp) -> u32 {
        let node = self.nodes.len() as u32;
        let first_at_s = u32::try_from(first_at.micros() / 1_000_000).unwrap_or_default();
        self.nodes.push(Node { kind, flags: 0, partners: 0, first_at_s });
        node
    }

    /// The first node of the value that a node stands for.
    pub(crate) fn first_of(&self, node: u32) -> u32 {
        if self.firsts.is_empty() { node } else { self.firsts.get(&node).copied().unwrap_or(node) }
    }

    /// All nodes that ever stood for the value.
    pub(crate) fn all_of(&self, node: u32) -> Vec<u32> {
        let first = self.first_of(node);
        let later = self.later.get(&first).into_iter().flatten().map(|tenure| tenure.node);
        std::iter::once(first).chain(later).collect()
    }

    /// True if no other node stands for the value later.
    pub(crate) fn is_latest(&self, node: u32) -> bool {
        let later = self.later.get(&self.first_of(node));
        later.and_then(|tenures| tenures.last()).is_none_or(|last| last.node == node)
    }

    pub(crate) fn kind(&self, node: u32) -> KindCode {
        self.nodes[node as usize].kind
    }

    pub(crate) fn first_at_s(&self, node: u32) -> u32 {
        self.nodes[node as usize].first_at_s
    }

    pub(crate) fn founded(&self, node: u32) -> bool {
        self.nodes.get(node as usize).is_some_and(|node| node.flags & FOUNDED != 0)
    }

    pub(crate) fn set_founded(&mut self, node: u32) {
        self.nodes[node as usize].flags |= FOUNDED;
    }

    /// Why the value may join nobody, whoever shares it.
    pub(crate) fn fault(&self, node: u32) -> Option<Why> {
        let place = usize::from(self.nodes[node as usize].flags / FAULT).checked_sub(1)?;
        Why::FAULTS.get(place).copied()
    }

    pub(crate) fn set_fault(&mut self, node: u32, fault: Why) {
        let place = Why::FAULTS.iter().position(|known| *known == fault);
        self.nodes[node as usize].flags |= place.map_or(0, |place| FAULT * (place as u8 + 1));
    }

    /// True if too many shared the value before that moment.
    pub(crate) fn is_hot(&self, node: u32, moment: Moment) -> bool {
        let first = self.first_of(node);
        self.nodes[first as usize].flags & HOT != 0
            && self.demoted.get(&first).is_some_and(|&since| since < moment.arrival)
    }

    pub(crate) fn set_hot(&mut self, node: u32, since: Arrival) {
        let first = self.first_of(node);
        self.nodes[first as usize].flags |= HOT;
        self.demoted.insert(first, since);
    }

    /// What the sources that brought the node serve, taken together.
    pub(crate) fn purposes(&self, node: u32) -> Purposes {
        self.purposes.get(node as usize).copied().unwrap_or(EVERY_PURPOSE)
    }

    /// A source brings the node that serves these purposes. True if it may now be used for more than before.
    pub(crate) fn add_purposes(&mut self, node: u32, purposes: Purposes, is_new: bool) -> bool {
        let before = if is_new { 0 } else { self.purposes(node) };
        if self.purposes.len() <= node as usize {
            self.purposes.resize(node as usize + 1, EVERY_PURPOSE);
        }
        self.purposes[node as usize] = before | purposes;
        before | purposes != before
    }

    /// Counts one more that has claimed the value in vain; gives how many there are now.
    pub(crate) fn add_claim(&mut self, node: u32) -> u32 {
        let claims = self.claims.entry(self.first_of(node)).or_default();
        *claims += 1;
        *claims
    }

    /// Counts one more identifier with which the value was seen; gives how many there are now.
    pub(crate) fn add_partner(&mut self, node: u32) -> u32 {
        let first = self.first_of(node);
        let partners = &mut self.nodes[first as usize].partners;
        *partners = partners.saturating_add(1);
        u32::from(*partners)
    }
}
