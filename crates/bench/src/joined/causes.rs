//! Why two people became one customer, and whose events lie with somebody else.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::{Joined, Sets, Traces};

/// One way in which people were mixed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What is not somebody's own on the way from one person to the other; empty if nothing is.
    pub through: String,
    /// Links by which customers of different people became one.
    pub joins: u64,
    /// Customers, as they stand in the end, that hold such a link.
    pub customers: u64,
    /// Those of them that hold no link of another cause.
    pub alone: u64,
    /// One of the ways, in words.
    pub example: String,
}

/// Events that lie in a customer most of whose events are another person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfiled {
    /// What kind of identifier they were filed under.
    pub under: String,
    /// How many.
    pub events: u64,
    /// Of them those that name something that is their person's own.
    pub named: u64,
}

/// Neighbours of a node: each with the place of the link to it.
type Neighbours = HashMap<u32, Vec<(u32, usize)>>;

impl Joined {
    /// The links by which people were mixed, by what the way between the two leads through; the most frequent first.
    pub fn causes(&self, traces: &Traces) -> Vec<Cause> {
        let mut mixing = self.mixing_links();
        mixing.sort_by_key(|mix| mix.link);
        let mixed: BTreeSet<u32> = mixing.iter().map(|mix| self.customers[self.links[mix.link].a as usize]).collect();
        let mut neighbours = Neighbours::new();
        for (place, link) in self.links.iter().enumerate() {
            if mixed.contains(&self.customers[link.a as usize]) {
                neighbours.entry(link.a).or_default().push((link.b, place));
                neighbours.entry(link.b).or_default().push((link.a, place));
            }
        }
        let mut causes: BTreeMap<String, (Cause, BTreeSet<u32>)> = BTreeMap::new();
        let mut causes_of: HashMap<u32, BTreeSet<String>> = HashMap::new();
        for mix in &mixing {
            let way = self.way(mix, &neighbours);
            let through = self.through(&way);
            let customer = self.customers[way[0] as usize];
            causes_of.entry(customer).or_default().insert(through.clone());
            let (cause, customers) = causes.entry(through.clone()).or_insert_with(|| {
                let example = self.in_words(&way, mix, traces);
                (Cause { through, joins: 0, customers: 0, alone: 0, example }, BTreeSet::new())
            });
            cause.joins += 1;
            customers.insert(customer);
        }
        let counted = causes.into_values().map(|(cause, customers)| {
            let alone = customers.iter().filter(|customer| causes_of[customer].len() == 1).count() as u64;
            Cause { customers: customers.len() as u64, alone, ..cause }
        });
        let mut causes: Vec<Cause> = counted.collect();
        causes.sort_by_key(|cause| std::cmp::Reverse(cause.joins));
        causes
    }

    /// Links whose two sides, when they were drawn, each held somebody whom the other did not.
    fn mixing_links(&self) -> Vec<Mix> {
        let mut sets = Sets::default();
        sets.grow(self.nodes.len());
        let mut people: HashMap<u32, BTreeSet<u32>> = (1..self.nodes.len() as u32)
            .filter_map(|node| Some((node, BTreeSet::from([self.owners(node).sole()?]))))
            .collect();
        let mut mixing = Vec::new();
        for (place, link) in self.links.iter().enumerate() {
            let of_a = people.remove(&sets.root(link.a)).unwrap_or_default();
            let of_b = people.remove(&sets.root(link.b)).unwrap_or_default();
            let root = sets.unite(link.a, link.b);
            if !of_a.is_subset(&of_b) && !of_b.is_subset(&of_a) {
                mixing.push(Mix { link: place, theirs: of_a.clone() });
            }
            let (mut more, fewer) = if of_a.len() < of_b.len() { (of_b, of_a) } else { (of_a, of_b) };
            more.extend(fewer);
            people.insert(root, more);
        }
        mixing
    }

    /// From somebody's own identifier on the link's one side to another person's on its other; the one seen first begins.
    fn way(&self, mix: &Mix, neighbours: &Neighbours) -> Vec<u32> {
        let link = &self.links[mix.link];
        let is_theirs = |node: u32| self.owners(node).sole().is_some_and(|person| mix.theirs.contains(&person));
        let is_others = |node: u32| self.owners(node).sole().is_some_and(|person| !mix.theirs.contains(&person));
        let mut way = nearest(link.a, neighbours, mix.link, is_theirs);
        way.reverse();
        way.extend(nearest(link.b, neighbours, mix.link, is_others));
        if way.first() > way.last() {
            way.reverse();
        }
        way
    }

    /// What on the way is not somebody's own, by name.
    fn through(&self, way: &[u32]) -> String {
        let shared = way.iter().map(|node| self.owners(*node)).filter(|owners| owners.sole().is_none());
        let names: BTreeSet<String> = shared.map(|owners| owners.name()).collect();
        names.into_iter().collect::<Vec<_>>().join(" + ")
    }

    fn in_words(&self, way: &[u32], mix: &Mix, traces: &Traces) -> String {
        let steps: Vec<String> = way
            .iter()
            .map(|node| {
                let node = self.node(*node);
                let whose = match node.owners.people.as_slice() {
                    [] => "nobody".to_owned(),
                    people => people.iter().map(u32::to_string).collect::<Vec<_>>().join("/"),
                };
                format!("{} {} ({whose})", node.owners.kind, node.value)
            })
            .collect();
        let event = traces.event(self.links[mix.link].event);
        format!("{}; last by {} {:?} at {}", steps.join(" - "), event.source.as_str(), event.name.as_str(), event.at)
    }

    /// Events that lie with another person's, by what they were filed under; the most frequent first.
    pub fn misfiled(&self) -> Vec<Misfiled> {
        let mut counts: HashMap<(u32, u32), u64> = HashMap::new();
        for filed in &self.filed {
            *counts.entry((self.customers[filed.anchor as usize], filed.person)).or_default() += 1;
        }
        let mut owner: HashMap<u32, (u64, u32)> = HashMap::new();
        for ((customer, person), n) in counts {
            let most = owner.entry(customer).or_insert((n, person));
            *most = (*most).max((n, person));
        }
        let mut misfiled: BTreeMap<String, Misfiled> = BTreeMap::new();
        for filed in &self.filed {
            let owners = self.owners(filed.anchor);
            if owners.people.is_empty() || owner[&self.customers[filed.anchor as usize]].1 == filed.person {
                continue;
            }
            let under = owners.name();
            let entry = misfiled.entry(under.clone()).or_insert(Misfiled { under, events: 0, named: 0 });
            entry.events += 1;
            entry.named += u64::from(filed.is_named);
        }
        let mut misfiled: Vec<Misfiled> = misfiled.into_values().collect();
        misfiled.sort_by_key(|misfiled| std::cmp::Reverse(misfiled.events));
        misfiled
    }
}

/// A link that mixed people.
struct Mix {
    /// Its place among the links.
    link: usize,
    /// Whose own identifiers its one side held then.
    theirs: BTreeSet<u32>,
}

/// The way from a node to the nearest that is wanted, over links drawn before the one at `until`.
fn nearest(from: u32, neighbours: &Neighbours, until: usize, is_wanted: impl Fn(u32) -> bool) -> Vec<u32> {
    let mut came_from = HashMap::from([(from, from)]);
    let mut waiting = VecDeque::from([from]);
    while let Some(node) = waiting.pop_front() {
        if is_wanted(node) {
            let mut way = vec![node];
            while way[way.len() - 1] != from {
                way.push(came_from[&way[way.len() - 1]]);
            }
            way.reverse();
            return way;
        }
        for (next, link) in neighbours.get(&node).into_iter().flatten() {
            if *link < until && !came_from.contains_key(next) {
                came_from.insert(*next, node);
                waiting.push_back(*next);
            }
        }
    }
    vec![from]
}
