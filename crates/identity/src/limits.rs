//! How many values of each limited kind a customer has.

use crate::forest::Forest;
use crate::nodes::Nodes;
use crate::rules::{KindCode, LimitRule, Rules, Why};

/// Counts by node, then by limit, valid for roots.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    counts: Vec<u16>,
    slots: usize,
}

/// Who would join a customer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Joining {
    /// A customer, by its root.
    Customer(u32),
    /// One value that is new, with its kind and the time of its event in Unix seconds.
    Value(KindCode, u32),
}

impl Limits {
    pub(crate) fn new(rules: &Rules) -> Self {
        Self { counts: Vec::new(), slots: rules.limits().len() }
    }

    /// Takes up a new node that is a customer of its own.
    pub(crate) fn add(&mut self, kind: KindCode, rules: &Rules) {
        let first = self.counts.len();
        self.counts.resize(first + self.slots, 0);
        if let Some(slot) = rules.limit_slot(kind) {
            self.counts[first + slot] = 1;
        }
    }

    /// The younger customer became part of the older.
    pub(crate) fn unite(&mut self, older: u32, younger: u32) {
        for slot in 0..self.slots {
            let added = self.count(younger, slot);
            let count = &mut self.counts[older as usize * self.slots + slot];
            *count = count.saturating_add(u16::try_from(added).unwrap_or(u16::MAX));
        }
    }

    /// Counts a customer anew. Nodes in ascending order: the first is the root.
    pub(crate) fn recount(&mut self, tree: &[u32], nodes: &Nodes, rules: &Rules) {
        for (slot, limit) in rules.limits().iter().enumerate() {
            let of_kind = tree.iter().filter(|node| nodes.kind(**node) == limit.kind).count();
            self.counts[tree[0] as usize * self.slots + slot] = u16::try_from(of_kind).unwrap_or(u16::MAX);
        }
    }

    /// True if a customer has a value of any limited kind.
    pub(crate) fn holds(&self, root: u32) -> bool {
        (0..self.slots).any(|slot| self.count(root, slot) > 0)
    }

    fn count(&self, root: u32, slot: usize) -> u32 {
        u32::from(self.counts[root as usize * self.slots + slot])
    }

    /// Why a customer may not grow, if so. A limit on a kind that one of the two lacks is not exceeded by their union. `by` is
    /// the kind of the weaker identifier that would bring the two together.
    pub(crate) fn broken(
        &self,
        ours: u32,
        joining: Joining,
        by: KindCode,
        (rules, nodes, forest): Known<'_>,
    ) -> Option<Why> {
        let exceeds = |(slot, limit): (usize, &LimitRule)| {
            let theirs = match joining {
                Joining::Customer(root) => self.count(root, slot),
                Joining::Value(kind, _) => u32::from(kind == limit.kind),
            };
            let has = self.count(ours, slot);
            if has == 0 || theirs == 0 {
                return None;
            }
            if limit.is_identifying && limit.kind < by {
                return Some(Why::Conflict(slot as u8));
            }
            if has.saturating_add(theirs) <= limit.most {
                return None;
            }
            let Some(within_s) = limit.within_s else { return Some(Why::Limit(slot as u8)) };
            let of_kind = |root: u32| {
                let tree = forest.tree(root).into_iter();
                tree.filter(|node| nodes.kind(*node) == limit.kind).map(|node| nodes.first_at_s(node)).collect()
            };
            let mut times: Vec<u32> = of_kind(ours);
            match joining {
                Joining::Customer(root) => times.extend(of_kind(root)),
                Joining::Value(_, at_s) => times.push(at_s),
            }
            times.sort_unstable();
            let one_too_many = times.windows(limit.most as usize + 1);
            one_too_many
                .map(|window| window[window.len() - 1] - window[0])
                .any(|span| span < within_s)
                .then_some(Why::Limit(slot as u8))
        };
        rules.limits().iter().enumerate().find_map(exceeds)
    }
}

/// What limits have to know about values and customers.
pub(crate) type Known<'k> = (&'k Rules, &'k Nodes, &'k Forest);
