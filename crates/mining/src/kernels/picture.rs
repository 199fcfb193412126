use std::collections::BTreeMap;

use serde::Serialize;

use super::graph_answer::{Edge, Graph, Node, flow_is_conserved};

/// A graph with its weak edges summed up, to be drawn. Nothing vanishes: what is not drawn as an edge of its own
/// flows through `other`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Picture {
    /// All touchpoints of the graph.
    pub nodes: Vec<Node>,
    /// The strongest edges.
    pub edges: Vec<Edge>,
    /// The summed rest, by touchpoint.
    pub other: Vec<OtherFlow>,
    /// Transitions on `edges`.
    pub transitions_shown: u64,
    /// All transitions.
    pub transitions: u64,
    /// Share of the transitions that `edges` show; `null` if there is no transition.
    pub share_shown: Option<f64>,
}

/// What flows between one touchpoint and `other`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OtherFlow {
    /// The touchpoint.
    pub touchpoint: String,
    /// Transitions that leave it on edges not drawn.
    pub outgoing: u64,
    /// Transitions that reach it on edges not drawn.
    pub incoming: u64,
}

impl Graph {
    /// The graph with its `strongest` most frequent edges.
    pub fn picture(&self, strongest: usize) -> Picture {
        let (shown, hidden) = self.edges.split_at(strongest.min(self.edges.len()));
        let mut other: BTreeMap<&str, OtherFlow> = BTreeMap::new();
        let sum = |edges: &[Edge]| edges.iter().map(|edge| edge.occurrences).sum::<u64>();
        for edge in hidden {
            other.entry(&edge.from).or_default().outgoing += edge.occurrences;
            other.entry(&edge.to).or_default().incoming += edge.occurrences;
        }
        let transitions = sum(&self.edges);
        let picture = Picture {
            nodes: self.nodes.clone(),
            edges: shown.to_vec(),
            other: other
                .into_iter()
                .map(|(touchpoint, flow)| OtherFlow { touchpoint: touchpoint.to_owned(), ..flow })
                .collect(),
            transitions_shown: sum(shown),
            transitions,
            share_shown: (transitions > 0).then(|| sum(shown) as f64 / transitions as f64),
        };
        debug_assert!(picture.flow_is_conserved(), "flow is not conserved: {picture:?}");
        picture
    }
}

impl Picture {
    /// True if the flow is conserved at every touchpoint and as much flows into `other` as out of it.
    pub fn flow_is_conserved(&self) -> bool {
        // A name no touchpoint has: names are not empty.
        const OTHER: &str = "";
        let through: u64 = self.other.iter().map(|flow| flow.outgoing).sum();
        let mut nodes = self.nodes.clone();
        nodes.push(Node { touchpoint: OTHER.to_owned(), occurrences: through, customers: 0, starts: 0, ends: 0 });
        let drawn = self.edges.iter().map(|edge| (edge.from.as_str(), edge.to.as_str(), edge.occurrences));
        let summed = self.other.iter().flat_map(|flow| {
            let name = flow.touchpoint.as_str();
            [(name, OTHER, flow.outgoing), (OTHER, name, flow.incoming)]
        });
        flow_is_conserved(&nodes, drawn.chain(summed).collect::<Vec<_>>().into_iter())
    }
}
