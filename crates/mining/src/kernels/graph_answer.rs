use std::cmp::Reverse;

use serde::Serialize;

use super::graph::{GraphKernel, Partial};
use crate::journeys::Coverage;
use crate::kernel::About;
use crate::names::places;
use crate::report::{Answer, Network, NetworkEdge, NetworkNode, Table};
use crate::wait::{Wait, each_in_turn};

/// The directly-follows graph.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Graph {
    /// Number of journeys.
    pub journeys: u64,
    /// Number of events in them.
    pub events: u64,
    /// Touchpoints that occur, the most frequent first, equal ones by name.
    pub nodes: Vec<Node>,
    /// Which follows which, the most frequent first, equal ones by names.
    pub edges: Vec<Edge>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// A touchpoint in the graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// What it is shown as.
    pub touchpoint: String,
    /// Events there.
    pub occurrences: u64,
    /// Distinct customers whose journeys came by.
    pub customers: u64,
    /// Journeys that begin there.
    pub starts: u64,
    /// Journeys that end there.
    pub ends: u64,
}

/// One touchpoint directly followed by another, or by itself, within a journey.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Edge {
    /// The earlier touchpoint.
    pub from: String,
    /// The later touchpoint.
    pub to: String,
    /// How often.
    pub occurrences: u64,
    /// In the journeys of how many distinct customers.
    pub customers: u64,
    /// In how many distinct journeys.
    pub journeys: u64,
    /// The time between the two.
    pub wait: Wait,
}

impl Graph {
    /// Names in place of codes, figures in place of lists.
    pub(crate) fn of(kernel: &GraphKernel, partial: &Partial, about: &About<'_>) -> Self {
        let counted = (0..=u16::MAX).zip(&partial.nodes).filter(|(_, node)| node.occurrences > 0);
        let mut nodes: Vec<Node> = counted
            .map(|(code, node)| Node {
                touchpoint: about.names.label(code),
                occurrences: node.occurrences,
                customers: node.customers.into(),
                starts: node.starts.into(),
                ends: node.ends.into(),
            })
            .collect();
        nodes.sort_by(|a, b| b.occurrences.cmp(&a.occurrences).then_with(|| a.touchpoint.cmp(&b.touchpoint)));

        let mut found = kernel.found(partial);
        // The heaviest first: that is how they are shown, and no thread is left with a heavy one at the end.
        let place = places(about.names.labels);
        let place = |code: u16| place[usize::from(code)];
        found.sort_by_cached_key(|edge| (Reverse(edge.occurrences), place(edge.from), place(edge.to)));
        let edges: Vec<Edge> = each_in_turn(&found, about.threads, |edge| {
            Some(Edge {
                from: about.names.label(edge.from),
                to: about.names.label(edge.to),
                occurrences: edge.occurrences,
                customers: edge.count.customers.into(),
                journeys: edge.count.journeys.into(),
                wait: Wait::of(edge.waits.iter().copied())?,
            })
        })
        .into_iter()
        .flatten()
        .collect();
        let coverage = about.coverage.clone();
        let graph = Self { journeys: partial.journeys, events: partial.events, nodes, edges, coverage };
        debug_assert!(graph.flow_is_conserved(), "flow is not conserved: {graph:?}");
        graph
    }
}

impl Answer for Graph {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("journeys", self.journeys), ("events", self.events)]
    }

    fn tables(&self) -> Vec<Table> {
        let nodes = Table::of("nodes", &self.nodes)
            .text("touchpoint", |node| node.touchpoint.clone())
            .count("occurrences", |node| node.occurrences)
            .count("customers", |node| node.customers)
            .count("starts", |node| node.starts)
            .count("ends", |node| node.ends)
            .done();
        let edges = Table::of("edges", &self.edges)
            .text("from", |edge| edge.from.clone())
            .text("to", |edge| edge.to.clone())
            .count("occurrences", |edge| edge.occurrences)
            .count("customers", |edge| edge.customers)
            .count("journeys", |edge| edge.journeys)
            .seconds("wait_min_s", |edge| Some(edge.wait.min_s))
            .seconds("wait_mean_s", |edge| Some(edge.wait.mean_s))
            .seconds("wait_median_s", |edge| Some(edge.wait.median_s))
            .seconds("wait_q95_s", |edge| Some(edge.wait.q95_s))
            .seconds("wait_max_s", |edge| Some(edge.wait.max_s))
            .done();
        vec![nodes, edges]
    }

    fn network(&self) -> Option<Network> {
        let node = |node: &Node| NetworkNode {
            id: node.touchpoint.clone(),
            label: node.touchpoint.clone(),
            weight: node.occurrences,
        };
        let edge = |edge: &Edge| NetworkEdge {
            from: edge.from.clone(),
            to: edge.to.clone(),
            weight: edge.occurrences,
            seconds: Some(edge.wait.median_s),
        };
        Some(Network { nodes: self.nodes.iter().map(node).collect(), edges: self.edges.iter().map(edge).collect() })
    }
}

impl Graph {
    /// The check sums of the graph; see [`flow_is_conserved`].
    pub fn flow_is_conserved(&self) -> bool {
        let flows = self.edges.iter().map(|edge| (edge.from.as_str(), edge.to.as_str(), edge.occurrences));
        let total = |of: fn(&Node) -> u64| self.nodes.iter().map(of).sum::<u64>();
        flow_is_conserved(&self.nodes, flows)
            && total(|node| node.occurrences) == self.events
            && total(|node| node.starts) == self.journeys
            && total(|node| node.ends) == self.journeys
    }
}

/// True if at every touchpoint: out + ends = in + starts = occurrences. `flows` are (from, to, how often).
pub fn flow_is_conserved<'t>(nodes: &'t [Node], flows: impl Iterator<Item = (&'t str, &'t str, u64)>) -> bool {
    let mut sums: std::collections::HashMap<&str, (u64, u64)> =
        nodes.iter().map(|node| (node.touchpoint.as_str(), (node.ends, node.starts))).collect();
    for (from, to, occurrences) in flows {
        match sums.get_mut(from) {
            Some((out, _)) => *out += occurrences,
            None => return false,
        }
        match sums.get_mut(to) {
            Some((_, into)) => *into += occurrences,
            None => return false,
        }
    }
    nodes.iter().all(|node| sums[node.touchpoint.as_str()] == (node.occurrences, node.occurrences))
}
