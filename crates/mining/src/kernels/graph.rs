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
    /// Numbers of pairs, `from << 16 | to`, where there are too many touchpoints for a square table.
    numbers: HashMap<u32, u32>,
}

/// Counts of distinct visitors. Journeys come customer by customer, so remembering the last one that was here is enough.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct NodeCount {
    pub(crate) occurrences: u64,
    pub(crate) customers: u64,
    pub(crate) starts: u64,
    pub(crate) ends: u64,
    /// Number of the last customer, counted from 1.
    last_customer: u64,
}

/// One edge; it occurs as often as there are waits.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct EdgeCount {
    /// Microseconds, in any order.
    waits: Vec<i64>,
    pub(crate) customers: u32,
    pub(crate) journeys: u32,
    /// Number of the last customer and journey, counted from 1.
    last_customer: u32,
    last_journey: u32,
    /// Waits of merged partials: lists are handed over, not copied.
    merged: Vec<Vec<i64>>,
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
        let Partial { events, journeys, customers, nodes, edges, numbers } = partial;
        let mut last = None;
        for (span, &customer) in slice.spans.iter().zip(slice.customers) {
            *journeys += 1;
            if last.replace(customer) != Some(customer) {
                *customers += 1;
            }
            let (codes, times) = slice.journey(*span);
            *events += codes.len() as u64;
            nodes[usize::from(codes[0])].starts += 1;
            nodes[usize::from(codes[codes.len() - 1])].ends += 1;
            for &code in codes {
                nodes[usize::from(code)].count(*customers);
            }
            for (pair, moments) in codes.windows(2).zip(times.windows(2)) {
                let edge = if self.is_square() {
                    &mut edges[self.number(pair[0], pair[1])]
                } else {
                    let next = numbers.len() as u32;
                    let number = *numbers.entry(u32::from(pair[0]) << 16 | u32::from(pair[1])).or_insert(next);
                    if number == next {
                        edges.push(EdgeCount::default());
                    }
                    &mut edges[number as usize]
                };
                edge.count(*customers as u32, *journeys as u32, moments[1] - moments[0]);
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
            partial.numbers = other.numbers;
        } else if self.is_square() {
            for (edge, more) in partial.edges.iter_mut().zip(other.edges) {
                edge.merge(more);
            }
        } else {
            let mut edges: Vec<Option<EdgeCount>> = other.edges.into_iter().map(Some).collect();
            for (pair, number) in other.numbers {
                let Some(more) = edges[number as usize].take() else { continue };
                let next = partial.numbers.len() as u32;
                let mine = *partial.numbers.entry(pair).or_insert(next);
                if mine == next {
                    partial.edges.push(more);
                } else {
                    partial.edges[mine as usize].merge(more);
                }
            }
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
                measure: Measure::Share { part: node.customers, whole: partial.customers, of_customers: true },
            })
            .collect();
        let mut pairs = self.pairs(partial);
        pairs.sort_by_key(|(from, to, edge)| (std::cmp::Reverse(edge.occurrences()), *from, *to));
        for (from, to, edge) in pairs {
            let node = &partial.nodes[usize::from(from)];
            let part = edge.occurrences();
            let whole = node.occurrences - node.ends;
            let subject = Subject::Pair(from, to);
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
        partial.edges.len() * size_of::<EdgeCount>() + waits * size_of::<i64>()
    }
}

impl GraphKernel {
    /// Every edge that occurs.
    pub(crate) fn pairs<'p>(&self, partial: &'p Partial) -> Vec<(u16, u16, &'p EdgeCount)> {
        let numbered: Vec<(u16, u16, usize)> = if self.is_square() {
            let pair = |number: usize| ((number / self.labels) as u16, (number % self.labels) as u16, number);
            (0..partial.edges.len()).map(pair).collect()
        } else {
            partial.numbers.iter().map(|(&pair, &number)| ((pair >> 16) as u16, pair as u16, number as usize)).collect()
        };
        let edges = numbered.into_iter().map(|(from, to, number)| (from, to, &partial.edges[number]));
        edges.filter(|(.., edge)| edge.occurrences() > 0).collect()
    }
}

impl NodeCount {
    fn count(&mut self, customer: u64) {
        self.occurrences += 1;
        self.customers += u64::from(self.last_customer != customer);
        self.last_customer = customer;
    }
}

impl EdgeCount {
    #[inline]
    fn count(&mut self, customer: u32, journey: u32, wait: i64) {
        self.customers += u32::from(self.last_customer != customer);
        self.last_customer = customer;
        self.journeys += u32::from(self.last_journey != journey);
        self.last_journey = journey;
        self.waits.push(wait);
    }

    fn merge(&mut self, other: Self) {
        self.customers += other.customers;
        self.journeys += other.journeys;
        self.merged.extend(std::iter::once(other.waits).chain(other.merged).filter(|waits| !waits.is_empty()));
    }

    pub(crate) fn occurrences(&self) -> u64 {
        self.waits().map(|waits| waits.len() as u64).sum()
    }

    /// All waits in microseconds, in several lists.
    pub(crate) fn waits(&self) -> impl Iterator<Item = &[i64]> + Clone {
        std::iter::once(&*self.waits).chain(self.merged.iter().map(|waits| &**waits))
    }
}
