//! The directly-follows graph: which touchpoint follows which, and after how long.

use std::sync::Arc;

use hashbrown::HashMap;
use model::Invalid;
use serde::{Deserialize, Serialize};

use super::graph_answer::Graph;
use crate::compare::{Figure, Measure, Subject};
use crate::journeys::Slice;
use crate::kernel::{About, Kernel};
use crate::lists::{Kept, Lists};
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
    /// Microseconds by number of the pair.
    waits: Lists,
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
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct EdgeCount {
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
    pub(crate) count: EdgeCount,
    pub(crate) occurrences: u64,
    /// Microseconds, in several lists.
    pub(crate) waits: Vec<&'p [i64]>,
}

/// Up to so many touchpoints, pairs are counted in a square table of 144 bytes a pair.
const SQUARE_LABELS: usize = 512;

impl GraphKernel {
    fn is_square(&self) -> bool {
        self.labels <= SQUARE_LABELS
    }

    fn number(&self, from: u16, to: u16) -> usize {
        usize::from(from) * self.labels + usize::from(to)
    }

    /// Counts the journeys of a slice; `number` tells the number of a pair, and makes room for a new one.
    fn count(
        &self,
        slice: &Slice<'_>,
        partial: &mut Partial,
        mut number: impl FnMut(&mut Vec<EdgeCount>, &mut Lists, u16, u16) -> usize,
    ) {
        let Partial { events, journeys, customers, nodes, edges, waits, .. } = partial;
        nodes.resize(self.labels, NodeCount::default());
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
            let (mut from, mut since) = (codes[0], times[0]);
            let node = &mut nodes[usize::from(from)];
            node.starts += 1;
            node.count(first, journey);
            for (&to, &time) in codes[1..].iter().zip(&times[1..]) {
                let number = number(edges, waits, from, to);
                nodes[usize::from(to)].count(first, journey);
                edges[number].count(first, journey);
                waits.push(number, time - since);
                (from, since) = (to, time);
            }
            nodes[usize::from(from)].ends += 1;
        }
    }
}

impl Kernel for GraphKernel {
    type Partial = Partial;
    type Answer = Graph;

    fn begin(&self, kept: &Arc<Kept>) -> Partial {
        Partial { waits: Lists::new(kept), ..Partial::default() }
    }

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        if self.is_square() {
            let pairs = self.labels * self.labels;
            partial.edges.resize(pairs, EdgeCount::default());
            partial.waits.resize(pairs);
            return self.count(slice, partial, |_, _, from, to| self.number(from, to));
        }
        let mut numbers = std::mem::take(&mut partial.numbers);
        self.count(slice, partial, |edges, waits, from, to| {
            let next = numbers.len() as u32;
            let number = *numbers.entry(u32::from(from) << 16 | u32::from(to)).or_insert(next);
            if number == next {
                edges.push(EdgeCount::default());
                waits.resize(edges.len());
            }
            number as usize
        });
        partial.numbers = numbers;
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        if other.nodes.is_empty() {
            return;
        }
        if partial.nodes.is_empty() {
            *partial = other;
            return;
        }
        partial.events += other.events;
        partial.journeys += other.journeys;
        partial.customers += other.customers;
        for (node, more) in partial.nodes.iter_mut().zip(&other.nodes) {
            node.occurrences += more.occurrences;
            node.customers += more.customers;
            node.starts += more.starts;
            node.ends += more.ends;
        }
        if self.is_square() {
            partial.edges.iter_mut().zip(&other.edges).for_each(|(edge, more)| edge.add(more));
            partial.waits.extend(other.waits, 0..other.edges.len());
            return;
        }
        let mut mine = vec![0; other.edges.len()];
        for (pair, number) in other.numbers {
            let next = partial.numbers.len() as u32;
            let known = *partial.numbers.entry(pair).or_insert(next) as usize;
            mine[number as usize] = known;
            if known == next as usize {
                partial.edges.push(EdgeCount::default());
                partial.waits.resize(partial.edges.len());
            }
            partial.edges[known].add(&other.edges[number as usize]);
        }
        partial.waits.extend(other.waits, mine.into_iter());
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
        found.sort_by_key(|edge| (std::cmp::Reverse(edge.occurrences), edge.from, edge.to));
        for edge in found {
            let node = &partial.nodes[usize::from(edge.from)];
            let part = edge.occurrences;
            let whole = node.occurrences - u64::from(node.ends);
            let subject = Subject::Pair(edge.from, edge.to);
            let share = Measure::Share { part, whole, of_customers: false };
            figures.push(Figure { what: "share of those leaving", subject: subject.clone(), measure: share });
            let waits = Measure::Median(edge.waits);
            figures.push(Figure { what: "median wait", subject, measure: waits });
        }
        figures
    }

    fn whole_of(&self, subject: &Subject) -> Option<Subject> {
        subject.without_next()
    }

    fn bytes(&self, partial: &Partial) -> usize {
        let counts = partial.edges.len() * size_of::<EdgeCount>() + partial.nodes.len() * size_of::<NodeCount>();
        counts + partial.waits.bytes() + partial.numbers.capacity() * 9
    }
}

impl GraphKernel {
    /// Every edge that occurs.
    pub(crate) fn found<'p>(&self, partial: &'p Partial) -> Vec<EdgeFound<'p>> {
        let mut waits = partial.waits.pieces();
        let numbered: Vec<(u16, u16, usize)> = if self.is_square() {
            let pair = |number: usize| ((number / self.labels) as u16, (number % self.labels) as u16, number);
            (0..partial.edges.len()).map(pair).collect()
        } else {
            partial.numbers.iter().map(|(&pair, &number)| ((pair >> 16) as u16, pair as u16, number as usize)).collect()
        };
        let occurrences = partial.waits.counts();
        let occurring = numbered.into_iter().filter(|&(.., number)| occurrences[number] > 0);
        occurring
            .map(|(from, to, number)| EdgeFound {
                from,
                to,
                count: partial.edges[number],
                occurrences: occurrences[number].into(),
                waits: std::mem::take(&mut waits[number]),
            })
            .collect()
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
    fn count(&mut self, first: u32, journey: u32) {
        // Few journeys take one way twice: the processor foresees it.
        if self.last < journey {
            self.journeys += 1;
            self.customers += u32::from(self.last < first);
            self.last = journey;
        }
    }

    fn add(&mut self, other: &Self) {
        self.customers += other.customers;
        self.journeys += other.journeys;
    }
}
