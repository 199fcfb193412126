//! Identifier values by number, found by what they are.

use hashbrown::{HashMap, HashTable};
use model::{Arrival, IdentifierKind, Timestamp};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

use crate::rules::KindCode;

/// The node has founded a customer: its number is a customer's id.
const FOUNDED: u8 = 1;
/// Too many share the value; it joins nobody any more.
const HOT: u8 = 2;
/// The value may join nobody, whoever shares it.
const FAULTY: u8 = 4;

/// Identifier values. About 40 bytes each.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    /// Node numbers, found by the hash of kind and value.
    index: HashTable<u32>,
    /// 128 bits over kind and normalised value, by node; taken as equality.
    hashes: Vec<u128>,
    kinds: Vec<KindCode>,
    flags: Vec<u8>,
    /// With how many stronger identifiers, or others of its kind, the value was seen.
    partners: Vec<u16>,
    /// Unix time in seconds of the event that first brought it.
    first_at_s: Vec<u32>,
    /// By the first node of a value that was handed on: the nodes that stand for it later.
    later: HashMap<u32, Vec<Tenure>>,
    /// By each of these nodes: the first.
    firsts: HashMap<u32, u32>,
    /// By the first node of a value: the event that made it hot.
    demoted: HashMap<u32, Arrival>,
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
}

impl Moment {
    /// After everything that is known.
    pub(crate) const NOW: Self = Self { at: Timestamp::MAX, arrival: Arrival(u64::MAX) };
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

impl Nodes {
    /// The node that stands for a value at that moment.
    pub(crate) fn find(&self, hash: u128, moment: Moment) -> Option<u32> {
        let first = *self.index.find(hash as u64, |&node| self.hashes[node as usize] == hash)?;
        if self.later.is_empty() {
            return Some(first);
        }
        let known = |tenure: &&Tenure| tenure.since <= moment.at && tenure.opened <= moment.arrival;
        let later = self.later.get(&first).and_then(|tenures| tenures.iter().rfind(known));
        Some(later.map_or(first, |tenure| tenure.node))
    }

    /// A new value. Nodes number 0, 1, 2, ...; 0 stands for none.
    pub(crate) fn add(&mut self, hash: u128, kind: KindCode, first_at: Timestamp) -> u32 {
        let node = self.push(hash, kind, first_at);
        let hashes = &self.hashes;
        self.index.insert_unique(hash as u64, node, |&known| hashes[known as usize] as u64);
        node
    }

    /// Makes node 0, which no value has.
    pub(crate) fn add_none(&mut self) {
        self.push(0, KindCode::MAX, Timestamp::default());
    }

    /// Another node for the value of `node`: it stands for it from `since` on.
    pub(crate) fn add_later(&mut self, node: u32, since: Timestamp, opened: Arrival) -> u32 {
        let first = self.first_of(node);
        let later = self.push(self.hashes[first as usize], self.kinds[first as usize], since);
        let tenures = self.later.entry(first).or_default();
        let at = tenures.partition_point(|tenure| tenure.since <= since);
        tenures.insert(at, Tenure { since, opened, node: later });
        self.firsts.insert(later, first);
        later
    }

    fn push(&mut self, hash: u128, kind: KindCode, first_at: Timestamp) -> u32 {
        let node = self.hashes.len() as u32;
        self.hashes.push(hash);
        self.kinds.push(kind);
        self.flags.push(0);
        self.partners.push(0);
        self.first_at_s.push(u32::try_from(first_at.micros() / 1_000_000).unwrap_or_default());
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
        self.kinds[node as usize]
    }

    pub(crate) fn first_at_s(&self, node: u32) -> u32 {
        self.first_at_s[node as usize]
    }

    pub(crate) fn founded(&self, node: u32) -> bool {
        self.flags.get(node as usize).is_some_and(|flags| flags & FOUNDED != 0)
    }

    pub(crate) fn set_founded(&mut self, node: u32) {
        self.flags[node as usize] |= FOUNDED;
    }

    /// True if the value can join nobody whoever shares it: blocked, an internet address, a wrong check digit.
    pub(crate) fn is_faulty(&self, node: u32) -> bool {
        self.flags[node as usize] & FAULTY != 0
    }

    pub(crate) fn set_faulty(&mut self, node: u32) {
        self.flags[node as usize] |= FAULTY;
    }

    /// True if too many shared the value before that moment.
    pub(crate) fn is_hot(&self, node: u32, moment: Moment) -> bool {
        let first = self.first_of(node);
        self.flags[first as usize] & HOT != 0 && self.demoted.get(&first).is_some_and(|&since| since < moment.arrival)
    }

    pub(crate) fn set_hot(&mut self, node: u32, since: Arrival) {
        let first = self.first_of(node);
        self.flags[first as usize] |= HOT;
        self.demoted.insert(first, since);
    }

    /// Counts one more identifier with which the value was seen; gives how many there are now.
    pub(crate) fn add_partner(&mut self, node: u32) -> u32 {
        let first = self.first_of(node);
        let partners = &mut self.partners[first as usize];
        *partners = partners.saturating_add(1);
        u32::from(*partners)
    }
}
