//! Who is together with whom: a forest of links over nodes, with the founder of each tree always at hand.
//!
//! A link is drawn only between two trees, so between two nodes of one customer there is exactly one way, and taking a
//! link out splits its tree in two. Union-find gives the founder quickly; it is a cache of the forest, made anew for one
//! tree when that tree is split.

/// One end of a link: twice the link's index, plus one for its second end.
type End = u32;
const NONE: End = End::MAX;

/// Nodes and links. About 30 bytes a node and 16 a link.
#[derive(Debug, Default)]
pub(crate) struct Forest {
    /// By node: itself, if it is the root; else a node of the same tree that is older and nearer to the root.
    parents: Vec<u32>,
    /// By node: the next node of the same tree, in a ring. Two rings become one by swapping two entries.
    ring: Vec<u32>,
    /// By link: the nodes it joins; a link that joins nothing (closed, or no link at all) has 0 at both ends.
    links: Vec<[u32; 2]>,
    /// By node: one end of a link that lies on it.
    first_end: Vec<End>,
    /// By end: another end that lies on the same node.
    next_end: Vec<End>,
}

/// The two trees that a split has left, each with its nodes in ascending order.
#[derive(Debug)]
pub(crate) struct Split {
    /// The root before, which is the root of `older` still.
    pub(crate) root: u32,
    /// The nodes that keep the root.
    pub(crate) older: Vec<u32>,
    /// The others; the first of them is their root.
    pub(crate) younger: Vec<u32>,
}

impl Forest {
    /// Adds a node that is a tree of its own, and gives its number: 0, 1, 2, ...
    pub(crate) fn add(&mut self) -> u32 {
        let node = self.parents.len() as u32;
        self.parents.push(node);
        self.ring.push(node);
        self.first_end.push(NONE);
        node
    }

    /// Number of nodes, node 0 included.
    pub(crate) fn len(&self) -> usize {
        self.parents.len()
    }

    /// The oldest node of the tree.
    pub(crate) fn root(&self, node: u32) -> u32 {
        let mut at = node;
        while self.parents[at as usize] != at {
            at = self.parents[at as usize];
        }
        at
    }

    /// Halves the way from a node to its root, so that chains of joins stay short.
    pub(crate) fn shorten_path(&mut self, node: u32) {
        let mut at = node;
        while self.parents[at as usize] != at {
            let next = self.parents[at as usize];
            self.parents[at as usize] = self.parents[next as usize];
            at = self.parents[at as usize];
        }
    }

    /// Joins the trees of two nodes by the next link. Gives the younger root, which is one no more.
    pub(crate) fn join(&mut self, a: u32, b: u32) -> u32 {
        let (root_a, root_b) = (self.root(a), self.root(b));
        debug_assert_ne!(root_a, root_b, "a link joins two trees");
        let (older, younger) = (root_a.min(root_b), root_a.max(root_b));
        self.parents[younger as usize] = older;
        self.ring.swap(older as usize, younger as usize);
        let link = self.links.len() as u32;
        self.links.push([a, b]);
        for (end, node) in [(2 * link, a), (2 * link + 1, b)] {
            self.next_end.push(self.first_end[node as usize]);
            self.first_end[node as usize] = end;
        }
        younger
    }

    /// Takes up the next number of a link for an entry of the log that joins nothing.
    pub(crate) fn skip_link(&mut self) {
        self.links.push([0, 0]);
        self.next_end.extend([NONE, NONE]);
    }

    /// Number of entries in the link log so far.
    pub(crate) fn links(&self) -> u64 {
        self.links.len() as u64
    }

    /// All nodes of the tree, in ascending order.
    pub(crate) fn tree(&self, root: u32) -> Vec<u32> {
        let mut nodes = vec![root];
        let mut at = self.ring[root as usize];
        while at != root {
            nodes.push(at);
            at = self.ring[at as usize];
        }
        nodes.sort_unstable();
        nodes
    }

    /// The root of every node, by node number.
    pub(crate) fn roots(&self) -> Vec<u32> {
        let mut roots: Vec<u32> = Vec::with_capacity(self.parents.len());
        for (node, &parent) in self.parents.iter().enumerate() {
            // A parent is always older than its child, so its root is known by now.
            roots.push(if parent as usize == node { parent } else { roots[parent as usize] });
        }
        roots
    }

    /// The links between two nodes of one tree, from `from` to `to`; empty if they are one node or in two trees.
    pub(crate) fn path(&self, from: u32, to: u32) -> Vec<u32> {
        if from == to || self.root(from) != self.root(to) {
            return Vec::new();
        }
        // Walked from the goal, so that the way back from the start comes out in its own order.
        let mut towards_goal: hashbrown::HashMap<u32, (u32, u32)> = hashbrown::HashMap::new();
        let mut waiting = vec![(to, NONE)];
        while let Some((node, came_by)) = waiting.pop() {
            if node == from {
                break;
            }
            for (link, other) in self.neighbours(node).filter(|(link, _)| *link != came_by) {
                towards_goal.insert(other, (link, node));
                waiting.push((other, link));
            }
        }
        let mut path = Vec::new();
        let mut at = from;
        while at != to {
            let Some(&(link, next)) = towards_goal.get(&at) else { return Vec::new() };
            path.push(link);
            at = next;
        }
        path
    }

    /// Takes a link out. Only its tree is walked: the cost grows with the tree, not with the forest.
    pub(crate) fn cut(&mut self, link: u32) -> Split {
        let [a, b] = std::mem::take(&mut self.links[link as usize]);
        let root = self.root(a);
        let mut sides = [self.reached_from(a), self.reached_from(b)];
        if sides[1][0] == root {
            sides.swap(0, 1);
        }
        for side in &sides {
            for (&node, &next) in side.iter().zip(side.iter().cycle().skip(1)) {
                self.parents[node as usize] = side[0];
                self.ring[node as usize] = next;
            }
        }
        let [older, younger] = sides;
        Split { root, older, younger }
    }

    /// True if the link joins two nodes.
    pub(crate) fn joins(&self, link: u32) -> bool {
        self.links.get(link as usize).is_some_and(|ends| *ends != [0, 0])
    }

    fn reached_from(&self, start: u32) -> Vec<u32> {
        let mut nodes = Vec::new();
        let mut waiting = vec![(start, NONE)];
        while let Some((node, came_by)) = waiting.pop() {
            nodes.push(node);
            waiting
                .extend(self.neighbours(node).filter(|(link, _)| *link != came_by).map(|(link, other)| (other, link)));
        }
        nodes.sort_unstable();
        nodes
    }

    /// The links on a node that still join something, each with the node at its other end.
    fn neighbours(&self, node: u32) -> impl Iterator<Item = (u32, u32)> {
        let is_end = |end: &End| *end != NONE;
        let first = Some(self.first_end[node as usize]).filter(is_end);
        let ends = std::iter::successors(first, move |end| Some(self.next_end[*end as usize]).filter(is_end));
        ends.filter_map(|end| {
            let other = self.links[(end / 2) as usize][usize::from(end.is_multiple_of(2))];
            (other != 0).then_some((end / 2, other))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nodes 1 to 6; links 0: 1-2, 1: 3-4, 2: 2-3, 3: 4-5.
    fn forest() -> Forest {
        let mut forest = Forest::default();
        for node in 0..7 {
            assert_eq!(forest.add(), node);
        }
        for (a, b) in [(1, 2), (3, 4), (2, 3), (4, 5)] {
            forest.join(a, b);
        }
        forest
    }

    #[test]
    fn the_way_between_two_nodes_is_the_links_in_their_order() {
        let forest = forest();
        assert_eq!(forest.path(1, 5), [0, 2, 1, 3]);
        assert_eq!(forest.path(5, 1), [3, 1, 2, 0]);
        assert_eq!(forest.path(1, 1), [0; 0]);
        assert_eq!(forest.path(1, 6), [0; 0]);
    }

    #[test]
    fn a_cut_leaves_two_trees_each_under_its_oldest_node() {
        let mut forest = forest();
        let Split { root, older, younger } = forest.cut(2);
        assert_eq!((root, older, younger), (1, vec![1, 2], vec![3, 4, 5]));
        assert_eq!(forest.roots(), [0, 1, 1, 3, 3, 3, 6]);
        assert_eq!((forest.tree(1), forest.tree(3)), (vec![1, 2], vec![3, 4, 5]));
        // And again in a part, and together again by another link.
        assert_eq!(forest.cut(1).younger, [4, 5]);
        forest.join(5, 2);
        assert_eq!(forest.roots(), [0, 1, 1, 3, 1, 1, 6]);
        assert_eq!(forest.path(1, 4), [0, 4, 3]);
    }
}
