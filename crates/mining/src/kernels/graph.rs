//! The directly-follows graph: which touchpoint follows which, and after how long.

use hashbrown::HashMap;
use model::Invalid;
use serde::{Deserialize, Serialize};

use super::graph_answer::Graph;
use crate::compare::{Figure, Measure, Subject};
use crate::journeys::Slice;
use crate::kernel::{About, Kernel};
use crate::names::Names;
use crate::questions::Question;
use crate::settings::{Setting, Settings};

/// Which touchpoint follows which; no settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GraphQuestion;

impl Question for GraphQuestion {
    const NAME: &'static str = "graph";
    const WHAT: &'static str = "Which touchpoint follows which, how often, after how long";
    const SETTINGS: &'static [Setting] = &[];
    type Kernel = GraphKernel;

    fn read(_: &mut Settings) -> Result<Self, Invalid> {
        Ok(Self)
    }

    fn kernel(&self, names: &Names<'_>) -> Result<GraphKernel, Invalid> {
        Ok(GraphKernel { labels: names.labels.len() })
    }
}

/// The graph over so many touchpoint codes.
#[derive(Clone, Copy, Debug)]
pub struct GraphKernel {
    pub(crate) labels: usize,
}

/// What was counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    /// Journeys scanned.
    pub journeys: u64,
    /// Customers scanned.
    pub customers: u64,
    /// By code.
    pub(crate) nodes: Vec<NodeCount>,
    /// By number of the pair.
    pub(crate) edges: Vec<EdgeCount>,
    /// Waits of merged partials by number of the pair: lists are handed over, not copied.
    merged: Vec<(u32, Vec<i64>)>,
    /// Numbers of pairs, `from << 16 | to`, where there are too many touchpoints for a square table.
    numbers: HashMap<u32, u32>,
}

/// Counts of distinct visitors. Journeys come customer by customer, so remembering the last journey that was here is
/// enough: it tells whether this one, and whether its customer, was here before.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct NodeCount {
    pub(crate) occurrences: u64,
    pub(crate) customers: u32,
    pub(crate) starts: u32,
    pub(crate) ends: u32,
    /// Number of the last journey, counted from 1.
    last: u32,
}

/// One edge; it occurs as often as there are waits.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct EdgeCount {
    /// Microseconds, in any order.
    waits: Vec<i64>,
    pub(crate) customers: u32,
    pub(crate) journeys: u32,
    /// Number of the last journey, counted from 1.
    last: u32,
}

/// One edge with all its waits.
#[derive(Clone, Debug)]
pub(crate) struct EdgeFound<'p> {
    pub(crate) from: u16,
    pub(crate) to: u16,
    pub(crate) count: &'p EdgeCount,
    merged: Vec<&'p [i64]>,
}

/// Up to so many touchpoints, pairs are counted in a square table of 64 bytes a pair.
const SQUARE_LABELS: usize = 512;

impl GraphKernel {
    fn is_square(&self) -> bool {
        self.labels <= SQUARE_LABELS
    }

    fn number(&self, from: u16, to: u16) -> usize {
        usize::from(from) * self.labels + usize::from(to)
    }
}

impl Kernel for GraphKernel {
    type Partial = Partial;
    type Answer = Graph;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        partial.nodes.resize(self.labels, NodeCount::default());
        if self.is_square() {
            partial.edges.resize_with(self.labels * self.labels, EdgeCount::default);
        }
        let Partial { events, journeys, customers, nodes, edges, numbers, .. } = partial;
        let mut last = None;
        // Number of the customer's first journey: what was here since then was this customer.
        let mut first = 0;
        for (span, &customer) in slice.spans.iter().zip(slice.customers) {
            *journeys += 1;
            let journey = *journeys as u32;
            if last.replace(customer) != Some(customer) {
                *customers += 1;
                first = journey;
            }
            let (codes, times) = slice.journey(*span);
            *events += codes.len() as u64;
            nodes[usize::from(codes[0])].starts += 1;
            nodes[usize::from(codes[codes.len() - 1])].ends += 1;
            for &code in codes {
                nodes[usize::from(code)].count(first, journey);
            }
            if self.is_square() {
                for (pair, moments) in codes.windows(2).zip(times.windows(2)) {
                    edges[self.number(pair[0], pair[1])].count(first, journey, moments[1] - moments[0]);
                }
                continue;
            }
            for (pair, moments) in codes.windows(2).zip(times.windows(2)) {
                let next = numbers.len() as u32;
                let number = *numbers.entry(u32::from(pair[0]) << 16 | u32::from(pair[1])).or_insert(next);
                if number == next {
                    edges.push(EdgeCount::default());
                }
                edges[number as usize].count(first, journey, moments[1] - moments[0]);
            }
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        partial.events += other.events;
        partial.journeys += other.journeys;
        partial.customers += other.customers;
        if partial.nodes.is_empty() {
            partial.nodes = other.nodes;
        } else {
            for (node, more) in partial.nodes.iter_mut().zip(&other.nodes) {
                node.occurrences += more.occurrences;
                node.customers += more.customers;
                node.starts += more.starts;
                node.ends += more.ends;
            }
        }
        if partial.edges.is_empty() {
            partial.edges = other.edges;
            partial.merged = other.merged;
            partial.numbers = other.numbers;
        } else if self.is_square() {
            for (number, (edge, more)) in (0..).zip(partial.edges.iter_mut().zip(other.edges)) {
                partial.merged.extend(edge.merge(more).map(|waits| (number, waits)));
            }
            partial.merged.extend(other.merged);
        } else {
            let mut theirs: Vec<Option<EdgeCount>> = other.edges.into_iter().map(Some).collect();
            let mut mine = vec![0; theirs.len()];
            for (pair, number) in other.numbers {
                let Some(more) = theirs[number as usize].take() else { continue };
                let next = partial.numbers.len() as u32;
                let known = *partial.numbers.entry(pair).or_insert(next);
                mine[number as usize] = known;
                if known == next {
                    partial.edges.push(more);
                } else {
                    let waits = partial.edges[known as usize].merge(more);
                    partial.merged.extend(waits.map(|waits| (known, waits)));
                }
            }
            partial.merged.extend(other.merged.into_iter().map(|(number, waits)| (mine[number as usize], waits)));
        }
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Graph {
        Graph::of(self, &partial, about)
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let mut nodes: Vec<(u16, &NodeCount)> =
            (0..=u16::MAX).zip(&partial.nodes).filter(|(_, node)| node.occurrences > 0).collect();
        nodes.sort_by_key(|(code, node)| (std::cmp::Reverse(node.occurrences), *code));
        let mut figures: Vec<Figure<'p>> = nodes
            .iter()
            .map(|(code, node)| Figure {
                what: "share of customers",
                subject: Subject::Touchpoint(*code),
                measure: Measure::Share { part: node.customers.into(), whole: partial.customers, of_customers: true },
            })
            .collect();
        let mut found = self.found(partial);
        found.sort_by_key(|edge| (std::cmp::Reverse(edge.occurrences()), edge.from, edge.to));
        for edge in found {
            let node = &partial.nodes[usize::from(edge.from)];
            let part = edge.occurrences();
            let whole = node.occurrences - u64::from(node.ends);
            let subject = Subject::Pair(edge.from, edge.to);
            let share = Measure::Share { part, whole, of_customers: false };
            figures.push(Figure { what: "share of those leaving", subject: subject.clone(), measure: share });
            let waits = Measure::Median(edge.waits().collect());
            figures.push(Figure { what: "median wait", subject, measure: waits });
        }
        figures
    }

    fn whole_of(&self, subject: &Subject) -> Option<Subject> {
        subject.without_next()
    }

    fn bytes(&self, partial: &Partial) -> usize {
        let waits: usize = partial.edges.iter().map(|edge| edge.waits.capacity()).sum();
        let merged: usize = partial.merged.iter().map(|(_, waits)| waits.capacity()).sum();
        partial.edges.len() * size_of::<EdgeCount>() + (waits + merged) * size_of::<i64>()
    }
}

impl GraphKernel {
    /// Every edge that occurs.
    pub(crate) fn found<'p>(&self, partial: &'p Partial) -> Vec<EdgeFound<'p>> {
        let mut merged: Vec<Vec<&[i64]>> = vec![Vec::new(); partial.edges.len()];
        for (number, waits) in &partial.merged {
            merged[*number as usize].push(waits);
        }
        let numbered: Vec<(u16, u16, usize)> = if self.is_square() {
            let pair = |number: usize| ((number / self.labels) as u16, (number % self.labels) as u16, number);
            (0..partial.edges.len()).map(pair).collect()
        } else {
            partial.numbers.iter().map(|(&pair, &number)| ((pair >> 16) as u16, pair as u16, number as usize)).collect()
        };
        let edges = numbered.into_iter().map(|(from, to, number)| EdgeFound {
            from,
            to,
            count: &partial.edges[number],
            merged: std::mem::take(&mut merged[number]),
        });
        edges.filter(|edge| edge.occurrences() > 0).collect()
    }
}

impl NodeCount {
    #[inline]
    fn count(&mut self, first: u32, journey: u32) {
        self.occurrences += 1;
        self.customers += u32::from(self.last < first);
        self.last = journey;
    }
}

impl EdgeCount {
    #[inline]
    fn count(&mut self, first: u32, journey: u32, wait: i64) {
        self.customers += u32::from(self.last < first);
        self.journeys += u32::from(self.last < journey);
        self.last = journey;
        self.waits.push(wait);
    }

    /// Adds another's counts and gives its waits back, if there are any.
    fn merge(&mut self, other: Self) -> Option<Vec<i64>> {
        self.customers += other.customers;
        self.journeys += other.journeys;
        if self.waits.is_empty() {
            self.waits = other.waits;
            return None;
        }
        (!other.waits.is_empty()).then_some(other.waits)
    }
}

impl<'p> EdgeFound<'p> {
    pub(crate) fn occurrences(&self) -> u64 {
        self.waits().map(|waits| waits.len() as u64).sum()
    }

    /// All waits in microseconds, in several lists.
    pub(crate) fn waits(&self) -> impl Iterator<Item = &'p [i64]> + Clone + use<'p, '_> {
        std::iter::once(&*self.count.waits).chain(self.merged.iter().copied())
    }
}
