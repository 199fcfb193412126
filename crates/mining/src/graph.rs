//! The directly-follows graph's kernel: which touchpoint follows which, and after how long.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::journeys::Slice;

/// What one scan counted. Partials of slices merge in any order to the partial of the whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    /// Journeys scanned.
    pub journeys: u64,
    /// By code.
    pub(crate) nodes: Vec<NodeCount>,
    /// In the order of (from, to).
    pub(crate) edges: Vec<EdgeCount>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NodeCount {
    pub(crate) occurrences: u64,
    pub(crate) customers: u64,
    pub(crate) starts: u64,
    pub(crate) ends: u64,
}

/// One edge; it occurs as often as there are waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EdgeCount {
    pub(crate) from: u16,
    pub(crate) to: u16,
    pub(crate) customers: u64,
    pub(crate) journeys: u64,
    /// Microseconds, in any order.
    pub(crate) waits: Vec<i64>,
}

/// Up to so many touchpoints, pairs are counted in a square table; it takes 20 bytes a pair.
const DENSE_LABELS: usize = 512;

/// Counts the nodes and edges of some journeys. `labels` is the number of codes.
///
/// Two passes: the first counts, the second files each wait under its edge, in space of exactly the right size.
pub fn scan(slice: &Slice<'_>, labels: usize) -> Partial {
    if labels <= DENSE_LABELS {
        scan_with(slice, labels, Square { labels })
    } else {
        scan_with(slice, labels, Seen::default())
    }
}

/// Numbers the pairs of touchpoints.
trait PairNumbers {
    /// The number of a pair, which may be a new one.
    fn number(&mut self, from: u16, to: u16) -> usize;
    /// One more than the highest number in use so far.
    fn len(&self) -> usize;
    /// Every pair in use, with its number.
    fn pairs(&self) -> Vec<(u16, u16, usize)>;
}

struct Square {
    labels: usize,
}

impl PairNumbers for Square {
    fn number(&mut self, from: u16, to: u16) -> usize {
        usize::from(from) * self.labels + usize::from(to)
    }
    fn len(&self) -> usize {
        self.labels * self.labels
    }
    fn pairs(&self) -> Vec<(u16, u16, usize)> {
        (0..self.len()).map(|number| ((number / self.labels) as u16, (number % self.labels) as u16, number)).collect()
    }
}

/// In the order in which the pairs were first seen.
#[derive(Default)]
struct Seen(HashMap<(u16, u16), usize>);

impl PairNumbers for Seen {
    fn number(&mut self, from: u16, to: u16) -> usize {
        let next = self.0.len();
        *self.0.entry((from, to)).or_insert(next)
    }
    fn len(&self) -> usize {
        self.0.len()
    }
    fn pairs(&self) -> Vec<(u16, u16, usize)> {
        let mut pairs: Vec<_> = self.0.iter().map(|(&(from, to), &number)| (from, to, number)).collect();
        pairs.sort_unstable();
        pairs
    }
}

/// Counts of a node or edge while scanning. Journeys come customer by customer, so remembering the last one that
/// was here is enough to count distinct ones.
#[derive(Clone)]
struct Cell {
    occurrences: u32,
    customers: u32,
    journeys: u32,
    last_customer: u32,
    last_journey: u32,
}

impl Cell {
    /// No customer and no journey has the highest number: the columns hold fewer events.
    const EMPTY: Self =
        Self { occurrences: 0, customers: 0, journeys: 0, last_customer: u32::MAX, last_journey: u32::MAX };

    fn count(&mut self, customer: u32, journey: u32) {
        self.occurrences += 1;
        self.customers += u32::from(self.last_customer != customer);
        self.last_customer = customer;
        self.journeys += u32::from(self.last_journey != journey);
        self.last_journey = journey;
    }
}

fn scan_with(slice: &Slice<'_>, labels: usize, mut numbers: impl PairNumbers) -> Partial {
    let mut nodes = vec![NodeCount::default(); labels];
    let mut node_cells = vec![Cell::EMPTY; labels];
    let mut cells = vec![Cell::EMPTY; numbers.len()];
    let mut events = 0;
    for (journey, (span, &customer)) in slice.spans.iter().zip(slice.customers).enumerate() {
        let codes = &slice.codes[span.range()];
        events += codes.len() as u64;
        nodes[usize::from(codes[0])].starts += 1;
        nodes[usize::from(codes[codes.len() - 1])].ends += 1;
        for &code in codes {
            node_cells[usize::from(code)].count(customer, journey as u32);
        }
        for pair in codes.windows(2) {
            let number = numbers.number(pair[0], pair[1]);
            if number >= cells.len() {
                cells.resize(number + 1, Cell::EMPTY);
            }
            cells[number].count(customer, journey as u32);
        }
    }
    for (node, cell) in nodes.iter_mut().zip(&node_cells) {
        node.occurrences = cell.occurrences.into();
        node.customers = cell.customers.into();
    }

    let mut waits: Vec<Vec<i64>> = cells.iter().map(|cell| Vec::with_capacity(cell.occurrences as usize)).collect();
    for span in slice.spans {
        let (codes, times) = (&slice.codes[span.range()], &slice.times[span.range()]);
        for (pair, moments) in codes.windows(2).zip(times.windows(2)) {
            waits[numbers.number(pair[0], pair[1])].push(moments[1] - moments[0]);
        }
    }
    let edges = numbers.pairs().into_iter().filter(|&(.., number)| cells[number].occurrences > 0);
    let edges = edges.map(|(from, to, number)| EdgeCount {
        from,
        to,
        customers: cells[number].customers.into(),
        journeys: cells[number].journeys.into(),
        waits: std::mem::take(&mut waits[number]),
    });
    Partial { events, journeys: slice.spans.len() as u64, nodes, edges: edges.collect() }
}

impl Partial {
    /// The partial of both slices. Whose codes mean different things must not be merged.
    #[must_use]
    pub fn merge(mut self, mut other: Self) -> Self {
        if self.nodes.len() < other.nodes.len() {
            std::mem::swap(&mut self, &mut other);
        }
        self.events += other.events;
        self.journeys += other.journeys;
        for (node, more) in self.nodes.iter_mut().zip(&other.nodes) {
            node.occurrences += more.occurrences;
            node.customers += more.customers;
            node.starts += more.starts;
            node.ends += more.ends;
        }
        let mut edges = Vec::with_capacity(self.edges.len().max(other.edges.len()));
        let mut others = other.edges.into_iter().peekable();
        for mut edge in self.edges {
            let key = (edge.from, edge.to);
            while let Some(earlier) = others.next_if(|other| (other.from, other.to) < key) {
                edges.push(earlier);
            }
            if let Some(same) = others.next_if(|other| (other.from, other.to) == key) {
                edge.customers += same.customers;
                edge.journeys += same.journeys;
                edge.waits.extend_from_slice(&same.waits);
            }
            edges.push(edge);
        }
        edges.extend(others);
        self.edges = edges;
        self
    }
}
