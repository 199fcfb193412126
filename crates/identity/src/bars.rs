//! Pairs of identifiers that must never be one person, whatever else speaks for it.

use hashbrown::HashMap;
use model::LinkId;

/// The pairs, found from either node, and the nodes among them by customer, so that a join looks only at its own.
#[derive(Debug, Default)]
pub(crate) struct Bars {
    /// By node: the node it must not meet, and the entry of the link log that says so. Each pair stands at both nodes.
    pairs: HashMap<u32, Vec<(u32, LinkId)>>,
    /// By root: its nodes that must not meet somebody.
    by_root: HashMap<u32, Vec<u32>>,
}

impl Bars {
    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Bars a pair; both nodes are then to be filed under their roots by [`Bars::file`].
    pub(crate) fn put(&mut self, a: u32, b: u32, entry: LinkId) {
        self.pairs.entry(a).or_default().push((b, entry));
        self.pairs.entry(b).or_default().push((a, entry));
    }

    /// Takes the bar between two nodes away; gives the entries that made it.
    pub(crate) fn lift(&mut self, a: u32, b: u32) -> Vec<LinkId> {
        let mut lifted = Vec::new();
        for (one, other) in [(a, b), (b, a)] {
            if let Some(pairs) = self.pairs.get_mut(&one) {
                lifted.extend(pairs.extract_if(.., |(node, _)| *node == other).map(|(_, entry)| entry));
                if pairs.is_empty() {
                    self.pairs.remove(&one);
                }
            }
        }
        lifted.sort_unstable();
        lifted.dedup();
        lifted
    }

    /// Notes which of a tree's nodes have bars. Nodes in ascending order, the root first.
    pub(crate) fn file(&mut self, tree: &[u32]) {
        let barred: Vec<u32> = tree.iter().copied().filter(|node| self.pairs.contains_key(node)).collect();
        if barred.is_empty() {
            self.by_root.remove(&tree[0]);
        } else {
            self.by_root.insert(tree[0], barred);
        }
    }

    /// Two trees have become one.
    pub(crate) fn unite(&mut self, older: u32, younger: u32) {
        if let Some(nodes) = self.by_root.remove(&younger) {
            self.by_root.entry(older).or_default().extend(nodes);
        }
    }

    /// A pair, other than `except`, that would meet if the tree of `root` joined one whose nodes `is_theirs` knows.
    pub(crate) fn between(
        &self,
        root: u32,
        is_theirs: impl Fn(u32) -> bool,
        except: Option<(u32, u32)>,
    ) -> Option<LinkId> {
        let ours = self.by_root.get(&root)?.iter();
        let pairs = ours.filter_map(|node| Some((node, self.pairs.get(node)?)));
        let barred = pairs.flat_map(|(node, others)| others.iter().map(|(other, entry)| (*node, *other, *entry)));
        let counts = |a: u32, b: u32| except != Some((a, b)) && except != Some((b, a));
        barred.filter(|(node, other, _)| is_theirs(*other) && counts(*node, *other)).map(|(_, _, entry)| entry).min()
    }
}
