//! What is drawn of a network, whatever the language of the drawing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use formats::words::one_line;
use mining::report::Network;

use crate::words::{count, duration, percent};

/// The one colour that stands out: of edges and their figures.
pub(crate) const ACCENT: &str = "#1f5fbf";
/// Of what is summed up.
pub(crate) const MUTED: &str = "#6b717c";

/// How much of a network is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// So many edges, the widest, are drawn as they are. All others are summed into edges to and from a node of their
    /// own, "other edges", so that what flows into a node and out of it stays what it is.
    pub strongest: usize,
}

impl Default for Drawn {
    /// As many edges as an eye can follow.
    fn default() -> Self {
        Self { strongest: 40 }
    }
}

/// Nodes and edges, each node known by its index.
#[derive(Debug)]
pub(crate) struct Drawing<'n> {
    pub(crate) nodes: Vec<Node<'n>>,
    /// First those of the network, the widest first, then the sums.
    pub(crate) edges: Vec<Edge>,
    shown: u128,
    whole: u128,
    widest: u128,
}

#[derive(Debug)]
pub(crate) struct Node<'n> {
    pub(crate) id: &'n str,
    pub(crate) label: &'n str,
    /// What passes by; `None` if the network does not say.
    pub(crate) weight: Option<u128>,
    /// True for the node through which all edges flow that are not drawn.
    pub(crate) other: bool,
}

#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Sums of counts of 64 bits need more.
    pub(crate) weight: u128,
    pub(crate) seconds: Option<f64>,
    /// True for a sum of edges that are not drawn.
    pub(crate) summed: bool,
}

impl<'n> Drawing<'n> {
    pub(crate) fn of(network: &'n Network, drawn: &Drawn) -> Self {
        let mut nodes: Vec<Node<'n>> = Vec::with_capacity(network.nodes.len() + 1);
        let mut index: HashMap<&'n str, usize> = HashMap::with_capacity(network.nodes.len());
        for node in &network.nodes {
            index.entry(&node.id).or_insert(nodes.len());
            nodes.push(Node { id: &node.id, label: &node.label, weight: Some(node.weight.into()), other: false });
        }
        // An end that is not among the nodes is drawn too: no flow may vanish.
        let mut end = |id: &'n str| {
            *index.entry(id).or_insert_with(|| {
                nodes.push(Node { id, label: id, weight: None, other: false });
                nodes.len() - 1
            })
        };
        let edge = |edge: &'n mining::report::NetworkEdge| Edge {
            from: end(&edge.from),
            to: end(&edge.to),
            weight: edge.weight.into(),
            seconds: edge.seconds.filter(|seconds| seconds.is_finite()),
            summed: false,
        };
        let mut edges: Vec<Edge> = network.edges.iter().map(edge).collect();
        edges.sort_by_key(|edge| Reverse(edge.weight));
        let hidden = edges.split_off(drawn.strongest.min(edges.len()));

        let sum = |edges: &[Edge]| edges.iter().map(|edge| edge.weight).sum::<u128>();
        let (shown, through) = (sum(&edges), sum(&hidden));
        if through > 0 {
            let other = nodes.len();
            nodes.push(Node { id: "other edges", label: "other edges", weight: Some(through), other: true });
            let mut flows: BTreeMap<usize, (u128, u128)> = BTreeMap::new();
            for edge in &hidden {
                flows.entry(edge.from).or_default().0 += edge.weight;
                flows.entry(edge.to).or_default().1 += edge.weight;
            }
            for (node, (outgoing, incoming)) in flows {
                let summed = |from, to, weight| Edge { from, to, weight, seconds: None, summed: true };
                edges.extend([summed(node, other, outgoing), summed(other, node, incoming)]);
            }
            edges.retain(|edge| !edge.summed || edge.weight > 0);
        }
        let widest = edges.iter().map(|edge| edge.weight).max().unwrap_or(0);
        Self { nodes, edges, shown, whole: shown + through, widest }
    }

    /// What the drawing shows, in one sentence without quotes.
    pub(crate) fn caption(&self) -> String {
        match percent(self.shown, self.whole) {
            None => "no flow to show".to_owned(),
            Some(share) if self.shown == self.whole => {
                format!("{share} of the flow shown ({}); each edge with its median time", count(self.whole))
            }
            Some(share) => format!(
                "{share} of the flow shown edge by edge ({} of {}), each edge with its median time; the rest through other edges",
                count(self.shown),
                count(self.whole)
            ),
        }
    }

    /// How wide an edge is, in points: the square root keeps a weak edge visible beside one a thousand times as strong.
    pub(crate) fn width(&self, edge: &Edge) -> f64 {
        const LEAST: f64 = 0.8;
        const MOST: f64 = 8.0;
        if self.widest == 0 {
            return LEAST;
        }
        LEAST + (MOST - LEAST) * (edge.weight as f64 / self.widest as f64).sqrt()
    }
}

impl Node<'_> {
    /// The lines of its label: its name and what passes by.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        [Some(one_line(self.label)), self.weight.map(count)].into_iter().flatten()
    }
}

impl Edge {
    /// The lines of its label: how much flows, and how long it takes.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        [Some(count(self.weight)), self.seconds.map(duration)].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use mining::report::{NetworkEdge, NetworkNode};
    use proptest::prelude::*;

    use super::*;

    fn edge(from: &str, to: &str, weight: u64) -> NetworkEdge {
        NetworkEdge { from: from.to_owned(), to: to.to_owned(), weight, seconds: Some(1.0) }
    }

    fn network(names: &[&str], edges: Vec<NetworkEdge>) -> Network {
        let node = |name: &&str| NetworkNode { id: (*name).to_owned(), label: (*name).to_owned(), weight: 1 };
        Network { nodes: names.iter().map(node).collect(), edges }
    }

    #[test]
    fn what_is_not_among_the_strongest_flows_through_other_edges() {
        let edges = vec![edge("a", "b", 90), edge("b", "c", 6), edge("a", "c", 3), edge("c", "c", 1)];
        let network = network(&["a", "b", "c"], edges);
        let drawing = Drawing::of(&network, &Drawn { strongest: 1 });
        let edges: Vec<_> = drawing.edges.iter().map(|edge| (edge.from, edge.to, edge.weight)).collect();
        assert_eq!(edges, [(0, 1, 90), (0, 3, 3), (1, 3, 6), (2, 3, 1), (3, 2, 10)]);
        assert_eq!(drawing.nodes[3].weight, Some(10));
        assert!(
            drawing.caption().starts_with("90.0 % of the flow shown edge by edge (90 of 100)"),
            "{}",
            drawing.caption()
        );
    }

    #[test]
    fn all_edges_drawn_leave_nothing_to_sum_up() {
        let network = network(&["a"], vec![edge("a", "a", 2)]);
        let drawing = Drawing::of(&network, &Drawn::default());
        assert_eq!((drawing.nodes.len(), drawing.edges.len()), (1, 1));
        assert_eq!(drawing.caption(), "100.0 % of the flow shown (2); each edge with its median time");
        assert_eq!(Drawing::of(&Network::default(), &Drawn::default()).caption(), "no flow to show");
    }

    const NAMES: [&str; 5] = ["a", "b", "c", "other edges", "not among the nodes"];

    proptest! {
        #[test]
        fn flow_is_conserved_at_every_node(
            flows in prop::collection::vec((0..5_usize, 0..5_usize, prop_oneof![0..9_u64, Just(u64::MAX)]), 0..12),
            strongest in 0..14_usize,
        ) {
            let edges = flows.iter().map(|&(from, to, weight)| edge(NAMES[from], NAMES[to], weight)).collect();
            let network = network(&NAMES[..4], edges);
            let drawing = Drawing::of(&network, &Drawn { strongest });
            for (at, node) in drawing.nodes.iter().enumerate() {
                let out: u128 = drawing.edges.iter().filter(|edge| edge.from == at).map(|edge| edge.weight).sum();
                let into: u128 = drawing.edges.iter().filter(|edge| edge.to == at).map(|edge| edge.weight).sum();
                if node.other {
                    prop_assert_eq!((out, Some(into)), (into, node.weight));
                } else {
                    let sum = |of: fn(&NetworkEdge) -> &String| {
                        network.edges.iter().filter(|edge| of(edge) == node.id).map(|edge| u128::from(edge.weight)).sum::<u128>()
                    };
                    prop_assert_eq!((out, into), (sum(|edge| &edge.from), sum(|edge| &edge.to)));
                }
            }
        }
    }
}
