//! The link log's own index: which pairs are linked, and for which purposes.

use hashbrown::HashTable;

use crate::forest::{Forest, Role};
use crate::rules::{EVERY_PURPOSE, Purposes};

/// A pair of nodes, the smaller number first, and the link between them.
type Indexed = ((u32, u32), u32);

/// Links by the pair of nodes they are about. A pair has several links if sources that serve different purposes say so.
/// Most nodes have one link to an older node, which the forest knows; about 16 bytes for each other link, and 2 for every
/// link where purposes are told apart.
#[derive(Debug, Default)]
pub(crate) struct Links {
    by_pair: HashTable<Indexed>,
    /// By link; empty if all serve every purpose.
    purposes: Vec<Purposes>,
}

impl Links {
    /// Notes the link that the forest has drawn last.
    pub(crate) fn add(&mut self, link: u32, purposes: Purposes, forest: &Forest) {
        self.note_purposes(link, purposes);
        let pair = forest.ends(link);
        if forest.first_link(pair) == Some(link) {
            return;
        }
        self.by_pair.insert_unique(hash_of(pair), (pair, link), |(pair, _)| hash_of(*pair));
    }

    /// Notes an entry of the log that is no link.
    pub(crate) fn skip(&mut self, link: u32) {
        self.note_purposes(link, EVERY_PURPOSE);
    }

    fn note_purposes(&mut self, link: u32, purposes: Purposes) {
        // The first that differs makes it worth a table.
        if purposes != EVERY_PURPOSE || !self.purposes.is_empty() {
            self.purposes.resize(link as usize, EVERY_PURPOSE);
            self.purposes.push(purposes);
        }
    }

    /// What a link may be used for.
    pub(crate) fn purposes(&self, link: u32) -> Purposes {
        self.purposes.get(link as usize).copied().unwrap_or(EVERY_PURPOSE)
    }

    /// True if the two were ever linked.
    pub(crate) fn knows(&self, a: u32, b: u32, forest: &Forest) -> bool {
        self.of_pair(a, b, forest).next().is_some()
    }

    /// The purposes for which the two are linked; 0 if they are not.
    pub(crate) fn between(&self, a: u32, b: u32, forest: &Forest) -> Purposes {
        let links = self.of_pair(a, b, forest).filter(|link| forest.role(*link) != Role::Gone);
        links.fold(0, |all, link| all | self.purposes(link))
    }

    fn of_pair(&self, a: u32, b: u32, forest: &Forest) -> impl Iterator<Item = u32> {
        let pair = (a.min(b), a.max(b));
        let found = self.by_pair.iter_hash(hash_of(pair)).filter(move |(known, _)| *known == pair);
        forest.first_link(pair).into_iter().chain(found.map(|(_, link)| *link))
    }
}

/// Spreads a pair over 64 bits (the finaliser of SplitMix64).
fn hash_of((a, b): (u32, u32)) -> u64 {
    let mut hash = (u64::from(a) << 32 | u64::from(b)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^ (hash >> 31)
}
