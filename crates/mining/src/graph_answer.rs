use std::num::NonZeroUsize;

use serde::Serialize;

use crate::graph::{Partial, scan};
use crate::journeys::{Coverage, Journeys};
use crate::threads;
use crate::wait::Wait;

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
    #[serde(serialize_with = "Coverage::with_share")]
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

/// The directly-follows graph of the journeys.
pub fn graph(journeys: &Journeys<'_>, threads: NonZeroUsize) -> Graph {
    scan_all(journeys, threads).finish(journeys.labels(), journeys.coverage(), threads)
}

/// The merged partials of the journeys, scanned slice by slice.
pub(crate) fn scan_all(journeys: &Journeys<'_>, threads: NonZeroUsize) -> Partial {
    let slices = journeys.split(threads.get());
    let labels = journeys.labels().len();
    threads::map(slices, threads, |slice| slice.spans.len(), |slice| scan(&slice, labels))
        .into_iter()
        .reduce(Partial::merge)
        .unwrap_or_default()
}

impl Partial {
    /// The answer: names in place of codes, figures in place of lists.
    pub fn finish(self, labels: &[String], coverage: &Coverage, threads: NonZeroUsize) -> Graph {
        let name = |code: u16| labels[usize::from(code)].clone();
        let mut nodes: Vec<Node> = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.occurrences > 0)
            .map(|(code, node)| Node {
                touchpoint: labels[code].clone(),
                occurrences: node.occurrences,
                customers: node.customers,
                starts: node.starts,
                ends: node.ends,
            })
            .collect();
        nodes.sort_by(|a, b| b.occurrences.cmp(&a.occurrences).then_with(|| a.touchpoint.cmp(&b.touchpoint)));

        let mut edges: Vec<Edge> = threads::map(
            self.edges,
            threads,
            |edge| edge.waits.len(),
            |mut edge| {
                Some(Edge {
                    from: name(edge.from),
                    to: name(edge.to),
                    occurrences: edge.waits.len() as u64,
                    customers: edge.customers,
                    journeys: edge.journeys,
                    wait: Wait::of(&mut edge.waits)?,
                })
            },
        )
        .into_iter()
        .flatten()
        .collect();
        edges.sort_by(|a, b| b.occurrences.cmp(&a.occurrences).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
        let graph = Graph { journeys: self.journeys, events: self.events, nodes, edges, coverage: coverage.clone() };
        debug_assert!(graph.flow_is_conserved(), "flow is not conserved: {graph:?}");
        graph
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
