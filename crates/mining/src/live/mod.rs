//! The graph of the last hour or day, kept current event by event.
//!
//! Beside the kernels, which read a whole log: this holds the events of one window alone and counts what each event
//! changes. The answer is the one of [`crate::GraphQuestion`] over the events from `now - window` to before `now` under
//! the rule `whole`, in every field; `tests/live.rs` holds it to that.

mod waits;

use std::collections::BTreeSet;

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use model::CustomerId;

use crate::journeys::Coverage;
use crate::kernels::{Edge, Graph, Node};
use waits::Waits;

/// The directly-follows graph over a window that ends now.
///
/// Events come in any order of time. What lies before the window is forgotten; what lies after now waits until now has
/// reached it. Customers whose events change are counted anew as a whole, once for all changes between two answers: an
/// answer costs the events of the customers with a change, never more than the window holds.
///
/// **Memory.** 24 bytes an event (up to 48 after growth), 100 to 200 a customer, 8 to 16 a transition: below 120 bytes an
/// event in all at five events a customer (`tests/live.rs`).
#[derive(Clone, Debug)]
pub struct LiveGraph {
    /// Microseconds.
    window: i64,
    now: i64,
    customers: HashMap<CustomerId, Customer>,
    /// When each customer that is counted changes next if nothing new comes, the earliest first.
    agenda: BTreeSet<(i64, CustomerId)>,
    /// Customers that are not counted at the moment, because something about them has changed.
    uncounted: Vec<CustomerId>,
    counts: Counts,
}

/// One event. The order of the fields is the order of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    time: i64,
    arrival: u64,
    code: u16,
}

#[derive(Clone, Debug, Default)]
struct Customer {
    /// In order where they are counted: first those in the window, then those that wait.
    events: Vec<Moment>,
    /// The first so many are counted; none while the customer as a whole is not.
    counted: Option<usize>,
    /// The moment in the agenda.
    due: i64,
}

/// What the answer is made of.
#[derive(Clone, Debug, Default)]
struct Counts {
    events: u64,
    /// Customers with an event in the window; each is one journey.
    customers: u64,
    /// By code.
    nodes: Vec<NodeCount>,
    /// Those that occur, by the codes they lead from and to.
    edges: HashMap<(u16, u16), EdgeCount>,
    codes_of_one: Vec<u16>,
    pairs_of_one: Vec<(u16, u16)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct NodeCount {
    occurrences: u64,
    customers: u64,
    starts: u64,
    ends: u64,
}

#[derive(Clone, Debug, Default)]
struct EdgeCount {
    customers: u64,
    waits: Waits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Add,
    Take,
}

impl LiveGraph {
    /// An empty graph over a window of so many microseconds, more than 0, that ends at `now`, microseconds since 1970.
    pub fn new(window: i64, now: i64) -> Self {
        Self {
            window,
            now,
            customers: HashMap::new(),
            agenda: BTreeSet::new(),
            uncounted: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// Takes in an event that was not taken in before. `time` is in microseconds since 1970; `arrival` orders events of
    /// one customer at one time.
    pub fn observe(&mut self, customer: CustomerId, time: i64, arrival: u64, code: u16) {
        if time >= self.from() {
            self.uncount(customer).push(Moment { time, arrival, code });
        }
    }

    /// Gives all events of one customer to another: they turned out to be one.
    pub fn join(&mut self, from: CustomerId, into: CustomerId) {
        if from == into || !self.customers.contains_key(&from) {
            return;
        }
        let events = std::mem::take(self.uncount(from));
        self.customers.remove(&from);
        self.uncount(into).extend(events);
    }

    /// Moves the window. An earlier moment than the last one changes nothing: what has left is not there any more.
    pub fn advance(&mut self, now: i64) {
        self.now = self.now.max(now);
        while let Some(&(due, customer)) = self.agenda.first()
            && due <= self.now
        {
            self.uncount(customer);
        }
    }

    /// The customers with events in the window or after it.
    pub fn customers(&self) -> impl Iterator<Item = CustomerId> {
        self.customers.keys().copied()
    }

    /// The end of the window, microseconds since 1970.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// The graph. `labels` are what the codes that were observed are shown as.
    pub fn graph(&mut self, labels: &[String]) -> Graph {
        self.count_anew();
        self.counts.graph(labels)
    }

    /// Bytes on the heap, roughly.
    pub fn bytes(&self) -> usize {
        let events: usize = self.customers.values().map(|customer| customer.events.capacity()).sum();
        let waits: usize = self.counts.edges.values().map(|edge| edge.waits.bytes()).sum();
        events * size_of::<Moment>()
            + self.customers.capacity() * (size_of::<(CustomerId, Customer)>() + 1)
            // Nodes of a B-tree are at least half full.
            + self.agenda.len() * 2 * size_of::<(i64, CustomerId)>()
            + waits
            + self.counts.edges.capacity() * (size_of::<((u16, u16), EdgeCount)>() + 1)
            + self.counts.nodes.capacity() * size_of::<NodeCount>()
    }

    fn from(&self) -> i64 {
        self.now.saturating_sub(self.window)
    }

    /// Takes a customer out of the counts; the events may be changed then.
    fn uncount(&mut self, id: CustomerId) -> &mut Vec<Moment> {
        let customer = match self.customers.entry(id) {
            Entry::Occupied(known) => {
                let customer = known.into_mut();
                if let Some(counted) = customer.counted.take() {
                    self.counts.count(&customer.events[..counted], Change::Take);
                    self.agenda.remove(&(customer.due, id));
                    self.uncounted.push(id);
                }
                customer
            }
            Entry::Vacant(new) => {
                self.uncounted.push(id);
                new.insert(Customer::default())
            }
        };
        &mut customer.events
    }

    fn count_anew(&mut self) {
        let from = self.from();
        for id in std::mem::take(&mut self.uncounted) {
            // One that was joined to another is gone; one that came back after that is listed twice.
            let Some(customer) = self.customers.get_mut(&id).filter(|customer| customer.counted.is_none()) else {
                continue;
            };
            let events = &mut customer.events;
            events.sort_unstable();
            events.drain(..events.partition_point(|event| event.time < from));
            let Some(first) = events.first() else {
                self.customers.remove(&id);
                continue;
            };
            let counted = events.partition_point(|event| event.time < self.now);
            let leaves = first.time.saturating_add(self.window).saturating_add(1);
            let enters = events.get(counted).map(|next| next.time.saturating_add(1));
            customer.due = enters.map_or(leaves, |enters| enters.min(leaves));
            if events.capacity() > 4 * events.len() {
                events.shrink_to(2 * events.len());
            }
            self.counts.count(&events[..counted], Change::Add);
            customer.counted = Some(counted);
            self.agenda.insert((customer.due, id));
        }
    }
}

impl Change {
    fn of(self, count: &mut u64) {
        match self {
            Self::Add => *count += 1,
            Self::Take => *count -= 1,
        }
    }
}

impl Counts {
    /// Counts all events of one customer in the window, in their order, or takes them out of the counts.
    fn count(&mut self, journey: &[Moment], change: Change) {
        let (Some(first), Some(last)) = (journey.first(), journey.last()) else { return };
        change.of(&mut self.customers);
        self.codes_of_one.clear();
        self.pairs_of_one.clear();
        for event in journey {
            change.of(&mut self.events);
            change.of(&mut self.node(event.code).occurrences);
            self.codes_of_one.push(event.code);
        }
        change.of(&mut self.node(first.code).starts);
        change.of(&mut self.node(last.code).ends);
        for pair in journey.windows(2) {
            let codes = (pair[0].code, pair[1].code);
            let waits = &mut self.edges.entry(codes).or_default().waits;
            let wait = pair[1].time - pair[0].time;
            match change {
                Change::Add => waits.add(wait),
                Change::Take => waits.take(wait),
            }
            self.pairs_of_one.push(codes);
        }
        let mut codes = std::mem::take(&mut self.codes_of_one);
        codes.sort_unstable();
        codes.dedup();
        for &code in &codes {
            change.of(&mut self.node(code).customers);
        }
        self.codes_of_one = codes;
        self.pairs_of_one.sort_unstable();
        self.pairs_of_one.dedup();
        for pair in &self.pairs_of_one {
            let Some(edge) = self.edges.get_mut(pair) else { continue };
            change.of(&mut edge.customers);
            if edge.waits.len() == 0 {
                self.edges.remove(pair);
            }
        }
    }

    fn node(&mut self, code: u16) -> &mut NodeCount {
        let index = usize::from(code);
        if self.nodes.len() <= index {
            self.nodes.resize(index + 1, NodeCount::default());
        }
        &mut self.nodes[index]
    }

    fn graph(&self, labels: &[String]) -> Graph {
        let label = |code: u16| labels[usize::from(code)].clone();
        let occurring = (0..=u16::MAX).zip(&self.nodes).filter(|(_, node)| node.occurrences > 0);
        let node = |(code, node): (u16, &NodeCount)| Node {
            touchpoint: label(code),
            occurrences: node.occurrences,
            customers: node.customers,
            starts: node.starts,
            ends: node.ends,
        };
        let edge = |(&(from, to), edge): (&(u16, u16), &EdgeCount)| {
            Some(Edge {
                from: label(from),
                to: label(to),
                occurrences: edge.waits.len() as u64,
                customers: edge.customers,
                // A customer is one journey.
                journeys: edge.customers,
                wait: edge.waits.figures()?,
            })
        };
        let mut nodes: Vec<Node> = occurring.map(node).collect();
        let mut edges: Vec<Edge> = self.edges.iter().filter_map(edge).collect();
        nodes.sort_by(|a, b| b.occurrences.cmp(&a.occurrences).then_with(|| a.touchpoint.cmp(&b.touchpoint)));
        edges.sort_by(|a, b| b.occurrences.cmp(&a.occurrences).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
        let coverage = Coverage { events_in_journeys: self.events, journeys: self.customers, ..Coverage::default() };
        let graph = Graph { journeys: self.customers, events: self.events, nodes, edges, coverage };
        debug_assert!(graph.flow_is_conserved(), "flow is not conserved: {graph:?}");
        graph
    }
}
