//! How well identifiers are joined, held against the truth of a world.
//!
//! The events of a world, read by the doors' own code, go one after the other through [`identity::Identity::observe`], in the
//! order of time, under given rules. What then is one customer is compared with what is one person.
//!
//! **Whose an identifier is.** By `truth/identifiers.csv` an identifier is *somebody's own* if it only ever was one
//! person's; *shared* if it was several people's, at once (tablet, mail address or landline of a family) or in turn (a
//! number passed on); *the company's* if it is nobody's (tablets of the shops, the hotline's number). Only identifiers
//! that stand in some event count.
//!
//! **What is right.** A shared identifier is right with anything of any of its people, so it alone makes no mistake; but a
//! customer that holds what is two people's own *mixes* them. With the company's identifiers nothing is right.
//!
//! **What can be found.** Recall counts pairs of one person's own identifiers. Of these, a pair is *knowable* if the
//! two are connected through events of that person that name several of their own. What only a shared identifier connects
//! could be guessed at best.

mod causes;
mod quality;
mod traces;
mod truth;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use identity::{Changes, Identity};
use model::{Arrival, Event, IdentityRules, LinkId, NodeId};

pub use causes::{Cause, Misfiled};
pub use quality::{Quality, Rate};
pub use traces::Traces;
pub use truth::{Owners, Truth};

/// Events decoded before the clock starts.
const AT_A_TIME: usize = 50_000;

/// Who is who after all events of a world.
#[derive(Debug)]
pub struct Joined {
    /// By node number; the entry at 0 stands for nobody.
    nodes: Vec<Node>,
    /// By node number: its customer in the end.
    customers: Vec<u32>,
    /// Links that join two identifiers in the end, in the order in which they were drawn.
    links: Vec<Link>,
    /// By number of the event.
    filed: Vec<Filed>,
    /// Nodes that somebody's own events connect without the help of what is shared.
    knowable: Sets,
    /// Events by which links were drawn.
    drew: Vec<usize>,
    /// Joins refused: the rule and how many pairs.
    pub refused: Vec<(String, u64)>,
    /// Processor time of the joining alone, from decoded events to the rows to be kept.
    pub took: Duration,
}

#[derive(Clone, Debug)]
struct Node {
    owners: Owners,
    value: String,
}

#[derive(Debug)]
struct Link {
    id: LinkId,
    a: u32,
    b: u32,
    /// The event that is the evidence.
    event: usize,
}

/// Where an event was put.
#[derive(Debug)]
struct Filed {
    person: u32,
    anchor: u32,
    /// True if it names something that is its person's own.
    is_named: bool,
}

impl Joined {
    /// Joins the identifiers of all events in their order.
    ///
    /// # Errors
    /// If an identifier has no truth, or stands in the event of somebody whose it never was.
    pub fn by(rules: &IdentityRules, traces: &Traces, truth: &Truth) -> Result<Self> {
        let mut identity = Identity::new(rules);
        let nobody = Owners { kind: String::new(), scope: String::new(), people: Vec::new() };
        let mut joined = Self {
            nodes: vec![Node { owners: nobody, value: String::new() }],
            customers: Vec::new(),
            links: Vec::new(),
            filed: Vec::with_capacity(traces.len()),
            knowable: Sets::default(),
            drew: Vec::new(),
            refused: Vec::new(),
            took: Duration::ZERO,
        };
        for first in (0..traces.len()).step_by(AT_A_TIME) {
            let events: Vec<Event<'_>> =
                (first..(first + AT_A_TIME).min(traces.len())).map(|index| traces.event(index)).collect();
            let (mut changes, mut anchors, mut links_after) = (Changes::default(), Vec::new(), Vec::new());
            let began = Instant::now();
            for (event, arrival) in events.iter().zip(first as u64 + 1..) {
                anchors.push(identity.observe(Arrival(arrival), event, &mut changes).anchor);
                links_after.push(changes.links.len());
            }
            joined.took += began.elapsed();
            joined.take(&changes, truth)?;
            let mut before = 0;
            for (offset, event) in events.iter().enumerate() {
                joined.file(&identity, event, traces.person(first + offset), anchors[offset])?;
                if links_after[offset] > before {
                    joined.drew.push(first + offset);
                }
                before = links_after[offset];
            }
        }
        joined.customers = identity.customers_by_node();
        joined.links.retain(|link| identity.joins(link.id));
        let mut refused = std::collections::BTreeMap::new();
        identity.refusals().for_each(|refusal| *refused.entry(refusal.rule.to_string()).or_insert(0) += 1);
        joined.refused = refused.into_iter().collect();
        Ok(joined)
    }

    fn take(&mut self, changes: &Changes, truth: &Truth) -> Result<()> {
        for row in &changes.nodes {
            ensure!(row.node.0 as usize == self.nodes.len(), "{} came out of its order", row.node);
            let owners = truth.owners(row.kind.as_str(), &row.value)?.clone();
            self.nodes.push(Node { owners, value: row.value.to_string() });
        }
        self.knowable.grow(self.nodes.len());
        self.links.extend(changes.links.iter().map(|row| Link {
            id: row.id,
            a: row.a.0,
            b: row.b.0,
            event: row.arrival.0 as usize - 1,
        }));
        Ok(())
    }

    fn file(&mut self, identity: &Identity, event: &Event<'_>, person: u32, anchor: NodeId) -> Result<()> {
        let mut own: Option<u32> = None;
        for identifier in &event.identifiers {
            // What the rules block beside something better is nowhere.
            let Some(NodeId(node)) = identity.node(&identifier.kind, identifier.value.as_str()) else { continue };
            let people = &self.nodes[node as usize].owners.people;
            ensure!(
                people.is_empty() || people.contains(&person),
                "event {} of person {person} names {identifier:?} of {people:?}",
                event.message_id.as_str()
            );
            if people.len() == 1 {
                self.knowable.unite(own.unwrap_or(node), node);
                own = Some(node);
            }
        }
        self.filed.push(Filed { person, anchor: anchor.0, is_named: own.is_some() });
        Ok(())
    }

    /// Identifiers seen.
    pub fn identifiers(&self) -> usize {
        self.nodes.len() - 1
    }

    /// Links drawn that still join.
    pub fn links(&self) -> usize {
        self.links.len()
    }

    /// Numbers of the events by which links were drawn.
    pub fn drew(&self) -> &[usize] {
        &self.drew
    }

    fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    fn owners(&self, node: u32) -> &Owners {
        &self.node(node).owners
    }

    /// The nodes of each customer.
    fn by_customer(&self) -> Vec<Vec<u32>> {
        let mut nodes: Vec<u32> = (1..self.nodes.len() as u32).collect();
        nodes.sort_by_key(|node| self.customers[*node as usize]);
        nodes
            .chunk_by(|one, next| self.customers[*one as usize] == self.customers[*next as usize])
            .map(<[u32]>::to_vec)
            .collect()
    }
}

/// Sets that grow together (union by size, paths halved).
#[derive(Clone, Debug, Default)]
struct Sets {
    parents: Vec<u32>,
    sizes: Vec<u32>,
}

impl Sets {
    fn grow(&mut self, len: usize) {
        self.parents.extend(self.parents.len() as u32..len as u32);
        self.sizes.resize(len, 1);
    }

    fn root(&mut self, mut of: u32) -> u32 {
        while self.parents[of as usize] != of {
            let above = self.parents[self.parents[of as usize] as usize];
            self.parents[of as usize] = above;
            of = above;
        }
        of
    }

    /// The root of the united set.
    fn unite(&mut self, one: u32, other: u32) -> u32 {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return one;
        }
        let (large, small) =
            if self.sizes[one as usize] < self.sizes[other as usize] { (other, one) } else { (one, other) };
        self.parents[small as usize] = large;
        self.sizes[large as usize] += self.sizes[small as usize];
        large
    }
}

fn each_line(path: &Path, mut take: impl FnMut(&str) -> Result<()>) -> Result<()> {
    let place = || path.display().to_string();
    let mut file = BufReader::with_capacity(1 << 20, File::open(path).with_context(place)?);
    let (mut line, mut number) = (String::new(), 0);
    while file.read_line(&mut line).with_context(place)? > 0 {
        number += 1;
        take(line.trim_end()).with_context(|| format!("{}: line {number}", path.display()))?;
        line.clear();
    }
    Ok(())
}
