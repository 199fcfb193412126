//! Who is together with whom: a forest over nodes, grown from links in the order in which they came, with the founder of
//! each tree always at hand.
//!
//! A link that joins two trees is part of the forest; one between two nodes of a tree is a *spare*: it joins them only once
//! a link of the forest is gone. So between two nodes of one customer there is exactly one way, made of the oldest links
//! that hold them together. Union-find gives the founder quickly; it is a cache of the forest, made anew for one tree when
//! links of that tree are taken out.

use hashbrown::{HashMap, HashSet};

/// One end of a link: twice the link's index, plus one for its second end.
type End = u32;
const NONE: End = End::MAX;

/// What a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It joins what nothing older joins.
    Tree,
    /// It stands behind older ones.
    Spare,
    /// It was taken out, or never joined anything.
    Gone,
}

/// Nodes and links. 16 bytes a node and 20 a link.
#[derive(Debug, Default)]
pub(crate) struct Forest {
    nodes: Vec<Node>,
    links: Vec<Link>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    /// Itself, if it is the root; else a node of the same tree that is older and nearer to the root.
    parent: u32,
    /// The next node of the same tree, in a ring. Two rings become one by swapping two entries.
    next: u32,
    /// One end of a link that lies on it.
    first_end: End,
    /// The link, if any, that was the first to join it to an older node.
    first_link: u32,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    /// The nodes it joins or once joined; 0 at both ends of an entry that is no link.
    ends: [u32; 2],
    /// For each end, another end that lies on the same node.
    next_ends: [End; 2],
    role: Role,
}

impl Forest {
    /// Adds a node that is a tree of its own, and gives its number: 0, 1, 2, ...
    pub(crate) fn add(&mut self) -> u32 {
        let node = self.nodes.len() as u32;
        self.nodes.push(Node { parent: node, next: node, first_end: NONE, first_link: NONE });
        node
    }

    /// Number of nodes, node 0 included.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The oldest node of the tree.
    pub(crate) fn root(&self, node: u32) -> u32 {
        let mut at = node;
        while self.nodes[at as usize].parent != at {
            at = self.nodes[at as usize].parent;
        }
        at
    }

    /// Halves the way from a node to its root, so that chains of joins stay short.
    pub(crate) fn shorten_path(&mut self, node: u32) {
        let mut at = node;
        while self.nodes[at as usize].parent != at {
            let next = self.nodes[at as usize].parent;
            self.nodes[at as usize].parent = self.nodes[next as usize].parent;
            at = self.nodes[at as usize].parent;
        }
    }

    /// Draws the next link. If it joins two trees, gives their roots: the older, and the younger, which is one no more.
    pub(crate) fn draw(&mut self, a: u32, b: u32) -> Option<(u32, u32)> {
        let link = self.links.len() as u32;
        let next_ends = [(2 * link, a), (2 * link + 1, b)]
            .map(|(end, node)| std::mem::replace(&mut self.nodes[node as usize].first_end, end));
        let roots = self.grow(a, b);
        let role = if roots.is_some() { Role::Tree } else { Role::Spare };
        self.push_link(Link { ends: [a, b], next_ends, role });
        roots
    }

    /// Makes one tree of two.
    fn grow(&mut self, a: u32, b: u32) -> Option<(u32, u32)> {
        let (root_a, root_b) = (self.root(a), self.root(b));
        let (older, younger) = (root_a.min(root_b), root_a.max(root_b));
        if older == younger {
            return None;
        }
        self.nodes[younger as usize].parent = older;
        let next = self.nodes[older as usize].next;
        self.nodes[older as usize].next = std::mem::replace(&mut self.nodes[younger as usize].next, next);
        Some((older, younger))
    }

    /// Takes up the next number of a link for an entry of the log that joins nothing.
    pub(crate) fn skip_link(&mut self, a: u32, b: u32) {
        self.push_link(Link { ends: [a, b], next_ends: [NONE, NONE], role: Role::Gone });
    }

    fn push_link(&mut self, link: Link) {
        let [a, b] = link.ends;
        let younger = &mut self.nodes[a.max(b) as usize];
        if younger.first_link == NONE {
            younger.first_link = self.links.len() as u32;
        }
        self.links.push(link);
    }

    /// The first link there was between the two, if it was also the first that joined the younger to an older node.
    pub(crate) fn first_link(&self, (older, younger): (u32, u32)) -> Option<u32> {
        let first = self.nodes[younger as usize].first_link;
        (first != NONE && self.ends(first) == (older, younger)).then_some(first)
    }

    /// The two nodes of a link, in order.
    pub(crate) fn ends(&self, link: u32) -> (u32, u32) {
        let [a, b] = self.links[link as usize].ends;
        (a.min(b), a.max(b))
    }

    /// Number of entries in the link log so far.
    pub(crate) fn links(&self) -> u64 {
        self.links.len() as u64
    }

    /// All nodes of the tree, in ascending order.
    pub(crate) fn tree(&self, root: u32) -> Vec<u32> {
        let mut nodes = vec![root];
        let mut at = self.nodes[root as usize].next;
        while at != root {
            nodes.push(at);
            at = self.nodes[at as usize].next;
        }
        nodes.sort_unstable();
        nodes
    }

    /// The root of every node, by node number.
    pub(crate) fn roots(&self) -> Vec<u32> {
        let mut roots: Vec<u32> = Vec::with_capacity(self.nodes.len());
        for (number, node) in self.nodes.iter().enumerate() {
            // A parent is always older than its child, so its root is known by now.
            let parent = node.parent as usize;
            roots.push(if parent == number { node.parent } else { roots[parent] });
        }
        roots
    }

    /// The links between two nodes of one tree, from `from` to `to`; empty if they are one node or in two trees.
    pub(crate) fn path(&self, from: u32, to: u32) -> Vec<u32> {
        if from == to || self.root(from) != self.root(to) {
            return Vec::new();
        }
        // Walked from the goal, so that the way back from the start comes out in its own order.
        let mut towards_goal: HashMap<u32, (u32, u32)> = HashMap::new();
        let mut waiting = vec![(to, NONE)];
        while let Some((node, came_by)) = waiting.pop() {
            if node == from {
                break;
            }
            let ways = self.neighbours(node).filter(|(link, _)| *link != came_by && self.role(*link) == Role::Tree);
            for (link, other) in ways {
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

    /// Takes links out, all of one tree. Gives what has become of it: parts with their nodes in ascending order, the part
    /// of the root first; one part if spares hold it together. Only that tree is walked.
    pub(crate) fn take_out(&mut self, links: &[u32]) -> Vec<Vec<u32>> {
        let Some(&first) = links.first() else { return Vec::new() };
        let tree = self.tree(self.root(self.links[first as usize].ends[0]));
        let was_needed = links.iter().any(|link| self.role(*link) == Role::Tree);
        for &link in links {
            self.links[link as usize].role = Role::Gone;
        }
        if !was_needed {
            return vec![tree];
        }
        let mut remaining: Vec<u32> =
            tree.iter().flat_map(|node| self.neighbours(*node)).map(|(link, _)| link).collect();
        remaining.sort_unstable();
        remaining.dedup(); // a link is met at both its ends
        for &node in &tree {
            self.nodes[node as usize].parent = node;
            self.nodes[node as usize].next = node;
        }
        for link in remaining {
            let [a, b] = self.links[link as usize].ends;
            self.shorten_path(a);
            self.shorten_path(b);
            self.links[link as usize].role = if self.grow(a, b).is_some() { Role::Tree } else { Role::Spare };
        }
        let mut parts: Vec<Vec<u32>> = Vec::new();
        let mut part_of: HashMap<u32, usize> = HashMap::new();
        for node in tree {
            let part = *part_of.entry(self.root(node)).or_insert_with(|| {
                parts.push(Vec::new());
                parts.len() - 1
            });
            parts[part].push(node);
        }
        parts
    }

    /// What a link does now; [`Role::Gone`] if there is none of that number.
    pub(crate) fn role(&self, link: u32) -> Role {
        self.links.get(link as usize).map_or(Role::Gone, |link| link.role)
    }

    /// The links on a node that are not gone, each with the node at its other end.
    pub(crate) fn neighbours(&self, node: u32) -> impl Iterator<Item = (u32, u32)> {
        let is_end = |end: &End| *end != NONE;
        let first = Some(self.nodes[node as usize].first_end).filter(is_end);
        let side = |end: End| (end as usize / 2, end as usize % 2);
        let ends = std::iter::successors(first, move |end| {
            let (link, side) = side(*end);
            Some(self.links[link].next_ends[side]).filter(is_end)
        });
        ends.filter_map(move |end| {
            let (number, side) = side(end);
            let link = &self.links[number];
            (link.role != Role::Gone).then_some((end / 2, link.ends[1 - side]))
        })
    }

    /// What remains of one tree if only links count that `counts` lets pass: parts with their nodes in ascending order,
    /// ordered by their oldest node.
    pub(crate) fn parts_of(&self, root: u32, counts: impl Fn(u32) -> bool) -> Vec<Vec<u32>> {
        let mut parts = Vec::new();
        let mut seen: HashSet<u32> = HashSet::new();
        for start in self.tree(root) {
            if !seen.insert(start) {
                continue;
            }
            let (mut part, mut waiting) = (Vec::new(), vec![start]);
            while let Some(node) = waiting.pop() {
                part.push(node);
                let others = self.neighbours(node).filter(|(link, _)| counts(*link)).map(|(_, other)| other);
                waiting.extend(others.filter(|other| seen.insert(*other)));
            }
            part.sort_unstable();
            parts.push(part);
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nodes 1 to 6; links 0: 1-2, 1: 3-4, 2: 2-3, 3: 4-5, 4: 1-4 (a spare).
    fn forest() -> Forest {
        let mut forest = Forest::default();
        for _ in 0..=6 {
            forest.add();
        }
        for (a, b) in [(1, 2), (3, 4), (2, 3), (4, 5), (1, 4)] {
            forest.draw(a, b);
        }
        forest
    }

    #[test]
    fn the_way_between_two_nodes_is_the_oldest_links_in_their_order() {
        let forest = forest();
        assert_eq!(forest.path(1, 5), [0, 2, 1, 3]);
        assert_eq!(forest.path(5, 1), [3, 1, 2, 0]);
        assert_eq!(forest.path(1, 1), [0; 0]);
        assert_eq!(forest.path(1, 6), [0; 0]);
    }

    #[test]
    fn a_spare_takes_the_place_of_a_link_that_is_gone() {
        let mut forest = forest();
        assert_eq!(forest.role(4), Role::Spare);
        assert_eq!(forest.take_out(&[2]), [[1, 2, 3, 4, 5]]);
        assert_eq!((forest.role(2), forest.role(4)), (Role::Gone, Role::Tree));
        assert_eq!(forest.path(2, 3), [0, 4, 1]);
        // Without it, the two parts stand each under its oldest node.
        assert_eq!(forest.take_out(&[4]), [vec![1, 2], vec![3, 4, 5]]);
        assert_eq!(forest.roots(), [0, 1, 1, 3, 3, 3, 6]);
        assert_eq!((forest.tree(1), forest.tree(3)), (vec![1, 2], vec![3, 4, 5]));
        // And again in a part, and together again by another link.
        assert_eq!(forest.take_out(&[1]), [vec![3], vec![4, 5]]);
        assert_eq!(forest.draw(5, 2), Some((1, 4)));
        assert_eq!(forest.roots(), [0, 1, 1, 3, 1, 1, 6]);
        assert_eq!(forest.path(1, 4), [0, 5, 3]);
    }

    #[test]
    fn several_links_go_at_once() {
        let mut forest = forest();
        assert_eq!(forest.take_out(&[0, 1, 3]), [vec![1, 4], vec![2, 3], vec![5]]);
        assert_eq!(forest.take_out(&[]), Vec::<Vec<u32>>::new());
    }

    #[test]
    fn parts_of_a_tree_are_told_without_changing_it() {
        let forest = forest();
        assert_eq!(forest.parts_of(1, |link| link != 2 && link != 4), [vec![1, 2], vec![3, 4, 5]]);
        assert_eq!(forest.parts_of(1, |link| link != 2), [[1, 2, 3, 4, 5]]);
        assert_eq!(forest.path(1, 3), [0, 2]);
    }
}
