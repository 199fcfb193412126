//! The flow step by step: from which touchpoint journeys go to which at their first, second, third event.

use std::collections::HashMap;

use model::Invalid;
use serde::{Deserialize, Serialize};

use crate::compare::{Figure, Measure, Subject};
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, Kernel};
use crate::names::{Names, places};
use crate::pairs::{Pairs, keep_top, rank};
use crate::questions::Question;
use crate::rate::share;
use crate::report::{Answer, Network, NetworkEdge, NetworkNode, Table};
use crate::settings::{Setting, Settings};

/// Most steps that may be asked for.
pub const MOST_STEPS: usize = 50;
/// Most links that may be asked for.
pub const MOST_EDGES: usize = 10_000;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SankeyQuestion {
    /// Number of steps.
    pub steps: usize,
    /// Most links that are shown, those of `(other)` aside.
    pub edges: usize,
    /// The touchpoint whose first event in a journey is step 1; journeys without it are left out.
    pub anchor: Option<String>,
}

impl Question for SankeyQuestion {
    const NAME: &'static str = "sankey";
    const WHAT: &'static str = "How journeys flow from step to step, from their start or from an anchor";
    const SETTINGS: &'static [Setting] = &[
        Setting::new("steps", "COUNT", "Number of steps", "5"),
        Setting::new("edges", "COUNT", "Most links shown in all; what is on no such link flows through (other)", "50"),
        Setting::optional("anchor", "NAME", "Step 1 is a journey's first event at this touchpoint"),
    ];
    type Kernel = SankeyKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        Ok(Self {
            steps: settings.count("steps", 1..=MOST_STEPS)?,
            edges: settings.count("edges", 1..=MOST_EDGES)?,
            anchor: settings.text("anchor"),
        })
    }

    fn kernel(&self, names: &Names<'_>) -> Result<SankeyKernel, Invalid> {
        let anchor = self.anchor.as_ref().map(|anchor| names.code(anchor));
        Ok(SankeyKernel { labels: names.labels.len(), steps: self.steps, edges: self.edges, anchor })
    }
}

/// The flow in codes.
#[derive(Clone, Copy, Debug)]
pub struct SankeyKernel {
    labels: usize,
    steps: usize,
    edges: usize,
    /// The outer none: no anchor asked for; the inner: no event was ever there.
    anchor: Option<Option<u16>>,
}

/// What was counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Partial {
    /// Journeys in the flow.
    journeys: u64,
    /// Journeys without the anchor.
    without_anchor: u64,
    /// Step by step: journeys that are there, by code.
    there: Vec<u64>,
    /// Step by step but the last: journeys whose last event it is, by code.
    ends: Vec<u64>,
    /// Step by step but the last: journeys that go from one touchpoint to another.
    links: Vec<Pairs<u64>>,
}

impl SankeyKernel {
    fn prepare(&self, partial: &mut Partial) {
        partial.there.resize(self.steps * self.labels, 0);
        partial.ends.resize((self.steps - 1) * self.labels, 0);
        partial.links.resize_with(self.steps - 1, Pairs::default);
        for links in &mut partial.links {
            links.prepare(self.labels);
        }
    }
}

impl Kernel for SankeyKernel {
    type Partial = Partial;
    type Answer = Sankey;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        self.prepare(partial);
        for span in slice.spans {
            let (codes, _) = slice.journey(*span);
            let first = match self.anchor {
                None => Some(0),
                Some(anchor) => codes.iter().position(|&code| Some(code) == anchor),
            };
            let Some(first) = first else {
                partial.without_anchor += 1;
                continue;
            };
            partial.journeys += 1;
            let codes = &codes[first..];
            for (step, &code) in codes.iter().take(self.steps).enumerate() {
                let cell = step * self.labels + usize::from(code);
                partial.there[cell] += 1;
                match codes.get(step + 1) {
                    _ if step + 1 == self.steps => {}
                    Some(&next) => *partial.links[step].at((code, next)) += 1,
                    None => partial.ends[cell] += 1,
                }
            }
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        self.prepare(partial);
        partial.journeys += other.journeys;
        partial.without_anchor += other.without_anchor;
        for (mine, more) in [(&mut partial.there, other.there), (&mut partial.ends, other.ends)] {
            for (mine, more) in mine.iter_mut().zip(more) {
                *mine += more;
            }
        }
        for (mine, more) in partial.links.iter_mut().zip(other.links) {
            mine.merge(more, |mine, more| *mine += more);
        }
    }

    fn finish(&self, mut partial: Partial, about: &About<'_>) -> Sankey {
        self.prepare(&mut partial);
        Sankey::of(self, &partial, about)
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let figure = |what, subject, part| Figure {
            what,
            subject,
            measure: Measure::Share { part, whole: partial.journeys, of_customers: false },
        };
        let mut figures = Vec::new();
        let mut cells = Vec::new();
        for (step, there) in (0_u32..).zip(partial.there.chunks(self.labels.max(1))) {
            let over = partial.journeys - there.iter().sum::<u64>();
            figures.push(figure("share of journeys that are over", Subject::Step(step, None), over));
            cells.extend((0..=u16::MAX).zip(there).map(|(code, &journeys)| (step, code, journeys)));
        }
        // Also where none is: that is 0 of all journeys, not undefined.
        rank(&mut cells, |(.., journeys)| *journeys, |(step, code, _)| (*step, *code));
        let there = cells
            .into_iter()
            .map(|(step, code, part)| figure("share of journeys", Subject::Step(step, Some(code)), part));
        figures.extend(there);
        figures
    }

    fn bytes(&self, partial: &Partial) -> usize {
        (partial.there.len() + partial.ends.len()) * 8 + partial.links.iter().map(Pairs::bytes).sum::<usize>()
    }
}

/// The flow from step to step. At every node as much flows in as out, and the nodes of each step add up to all journeys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sankey {
    /// Journeys in the flow; the n of every share but `share_shown`.
    pub journeys: u64,
    /// Journeys left out because they never come to the anchor.
    pub without_anchor: u64,
    /// Number of steps.
    pub steps: u64,
    /// Step by step; in a step the most frequent first, equal ones by name, `(other)` and `path_end` last.
    pub nodes: Vec<SankeyNode>,
    /// Step by step; in a step the most frequent first, equal ones by names.
    pub links: Vec<SankeyLink>,
    /// Links between two steps on which at least one journey goes, `(other)` split up again; not those from `path_end`.
    pub links_in_all: u64,
    /// Share of what flows on `links_in_all` that flows on links without `(other)`; undefined if nothing flows.
    pub share_shown: Option<f64>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// A touchpoint at a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SankeyNode {
    /// The step, counted from 1.
    pub step: u64,
    /// What it is shown as; `(other)` for all that have no node, `path_end` for journeys that are over. A touchpoint of
    /// that very name keeps it, and these stand in one more pair of parentheses.
    pub touchpoint: String,
    /// Journeys there.
    pub journeys: u64,
    /// The same as a share of all journeys in the flow.
    pub share: Option<f64>,
}

/// The way from a node to one of the next step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SankeyLink {
    /// The step where it begins, counted from 1.
    pub step: u64,
    /// The node where it begins.
    pub from: String,
    /// The node of the next step where it ends.
    pub to: String,
    /// Journeys on it.
    pub journeys: u64,
    /// The same as a share of all journeys in the flow.
    pub share: Option<f64>,
}

/// What is at a step. The order is the one within a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Place {
    Touchpoint(u16),
    Other,
    Over,
}

/// Journeys that go from a place at a step to one at the next.
#[derive(Clone, Copy, Debug)]
struct Flow {
    step: usize,
    from: Place,
    to: Place,
    journeys: u64,
}

/// Flows with only some touchpoints told apart.
struct Drawn<'f> {
    flows: &'f [Flow],
    labels: usize,
    /// Step by step: whether a touchpoint is named, by code.
    named: Vec<bool>,
}

impl Drawn<'_> {
    fn place(&self, step: usize, place: Place) -> Place {
        match place {
            Place::Touchpoint(code) if !self.named[step * self.labels + usize::from(code)] => Place::Other,
            Place::Touchpoint(_) | Place::Other | Place::Over => place,
        }
    }

    fn ends(&self, flow: &Flow) -> (usize, Place, Place) {
        (flow.step, self.place(flow.step, flow.from), self.place(flow.step + 1, flow.to))
    }

    /// Number of flows that are links of their own.
    fn shown(&self) -> usize {
        self.flows.iter().map(|flow| self.ends(flow)).filter(|(_, from, to)| is_shown(*from, *to)).count()
    }

    fn links(&self) -> HashMap<(usize, Place, Place), u64> {
        let mut links = HashMap::new();
        for flow in self.flows {
            *links.entry(self.ends(flow)).or_default() += flow.journeys;
        }
        links
    }
}

/// Whether a link says which touchpoint journeys leave and where they go. What is over only stays so.
fn is_shown(from: Place, to: Place) -> bool {
    matches!(from, Place::Touchpoint(_)) && to != Place::Other
}

impl SankeyKernel {
    /// As many of the strongest flows as leave no more links between named places than may be shown name the touchpoints
    /// at their ends. The more are named, the more such links there are, so the number is found by halving.
    fn draw<'f>(&self, flows: &'f [Flow], strongest: &[Flow]) -> Drawn<'f> {
        let with = |count: usize| {
            // One step more than there are, for flows of the last step to end in.
            let mut named = vec![false; (self.steps + 1) * self.labels];
            for flow in &strongest[..count] {
                for (step, place) in [(flow.step, flow.from), (flow.step + 1, flow.to)] {
                    match place {
                        Place::Touchpoint(code) => named[step * self.labels + usize::from(code)] = true,
                        Place::Other | Place::Over => {}
                    }
                }
            }
            Drawn { flows, labels: self.labels, named }
        };
        let (mut fits, mut too_many) = (0, strongest.len() + 1);
        while too_many - fits > 1 {
            let middle = usize::midpoint(fits, too_many);
            if with(middle).shown() <= self.edges { fits = middle } else { too_many = middle }
        }
        with(fits)
    }
}

impl Sankey {
    fn of(kernel: &SankeyKernel, partial: &Partial, about: &About<'_>) -> Self {
        let labels = about.names.labels;
        let (other, over) = (unlike("(other)", labels), unlike("path_end", labels));
        let names: Vec<&str> = labels.iter().map(String::as_str).chain([&*other, &*over]).collect();
        let index = |place: Place| match place {
            Place::Touchpoint(code) => usize::from(code),
            Place::Other => labels.len(),
            Place::Over => labels.len() + 1,
        };
        let by_name = places(&names);
        let order = |place: Place| by_name[index(place)];
        let name = |place: Place| names[index(place)].to_owned();

        let flows = if kernel.steps == 1 { partial.only_step() } else { partial.flows(kernel.labels) };
        let mut strongest: Vec<Flow> = flows.iter().copied().filter(|flow| flow.from != Place::Over).collect();
        let ways = if kernel.steps == 1 { 0 } else { strongest.len() as u64 };
        let moving: u64 = strongest.iter().map(|flow| flow.journeys).sum();
        // Each that names its ends is shown itself, so no more than may be shown come into question.
        let by_ends = |flow: &Flow| (flow.step, order(flow.from), order(flow.to));
        keep_top(&mut strongest, kernel.edges, |flow| flow.journeys, by_ends);
        let drawn = kernel.draw(&flows, &strongest);

        let mut nodes: HashMap<(usize, Place), u64> = HashMap::new();
        for (step, there) in partial.there.chunks(kernel.labels.max(1)).enumerate() {
            for (code, &journeys) in (0..=u16::MAX).zip(there).filter(|(_, journeys)| **journeys > 0) {
                *nodes.entry((step, drawn.place(step, Place::Touchpoint(code)))).or_default() += journeys;
            }
            let over = partial.journeys - there.iter().sum::<u64>();
            if over > 0 {
                nodes.insert((step, Place::Over), over);
            }
        }
        let mut nodes: Vec<((usize, Place), u64)> = nodes.into_iter().collect();
        let is_special = |place: Place| !matches!(place, Place::Touchpoint(_));
        rank(&mut nodes, |node| node.1, |((_, place), _)| order(*place));
        nodes.sort_by_key(|((step, place), _)| (*step, is_special(*place).then_some(*place)));
        let mut links: Vec<((usize, Place, Place), u64)> =
            if kernel.steps == 1 { Vec::new() } else { drawn.links().into_iter().collect() };
        let shown: u64 =
            links.iter().filter(|((_, from, to), _)| is_shown(*from, *to)).map(|(_, journeys)| journeys).sum();
        rank(&mut links, |link| link.1, |((step, from, to), _)| (*step, order(*from), order(*to)));
        links.sort_by_key(|((step, ..), _)| *step);

        let sankey = Self {
            journeys: partial.journeys,
            without_anchor: partial.without_anchor,
            steps: kernel.steps as u64,
            nodes: nodes
                .into_iter()
                .map(|((step, place), journeys)| SankeyNode {
                    step: step as u64 + 1,
                    touchpoint: name(place),
                    journeys,
                    share: share(journeys, partial.journeys),
                })
                .collect(),
            links_in_all: ways,
            links: links
                .into_iter()
                .map(|((step, from, to), journeys)| SankeyLink {
                    step: step as u64 + 1,
                    from: name(from),
                    to: name(to),
                    journeys,
                    share: share(journeys, partial.journeys),
                })
                .collect(),
            share_shown: if kernel.steps == 1 { None } else { share(shown, moving) },
            coverage: about.coverage.clone(),
        };
        debug_assert!(sankey.flow_is_conserved(), "flow is not conserved: {sankey:?}");
        sankey
    }

    /// True if as much flows into every node as out of it, and the nodes of each step add up to all journeys.
    pub fn flow_is_conserved(&self) -> bool {
        let mut sums: HashMap<(u64, &str), (u64, u64)> = HashMap::new();
        for link in &self.links {
            sums.entry((link.step, &link.from)).or_default().1 += link.journeys;
            sums.entry((link.step + 1, &link.to)).or_default().0 += link.journeys;
        }
        let mut columns = vec![0; self.steps as usize];
        let nodes_conserve = self.nodes.iter().all(|node| {
            let (into, out) = sums.remove(&(node.step, node.touchpoint.as_str())).unwrap_or_default();
            let Some(column) = columns.get_mut(node.step as usize - 1) else { return false };
            *column += node.journeys;
            (node.step == 1 || into == node.journeys) && (node.step == self.steps || out == node.journeys)
        });
        nodes_conserve && sums.is_empty() && columns.iter().all(|&column| column == self.journeys)
    }
}

impl Partial {
    /// With a single step nothing flows on; that journeys are there is what touchpoints are named by.
    fn only_step(&self) -> Vec<Flow> {
        let there = (0..=u16::MAX).zip(self.there.iter().copied()).filter(|(_, journeys)| *journeys > 0);
        there
            .map(|(code, journeys)| Flow { step: 0, from: Place::Touchpoint(code), to: Place::Over, journeys })
            .collect()
    }

    /// Every way between two steps on which a journey goes, those that stay at the end of all ways among them.
    fn flows(&self, labels: usize) -> Vec<Flow> {
        let mut flows = Vec::new();
        let mut over = 0;
        for (step, (links, ends)) in self.links.iter().zip(self.ends.chunks(labels.max(1))).enumerate() {
            flows.extend(links.iter().map(|((from, to), &journeys)| {
                let [from, to] = [from, to].map(Place::Touchpoint);
                Flow { step, from, to, journeys }
            }));
            if over > 0 {
                flows.push(Flow { step, from: Place::Over, to: Place::Over, journeys: over });
            }
            for (code, &journeys) in (0..=u16::MAX).zip(ends).filter(|(_, journeys)| **journeys > 0) {
                flows.push(Flow { step, from: Place::Touchpoint(code), to: Place::Over, journeys });
                over += journeys;
            }
        }
        flows
    }
}

/// The name in as many parentheses as it takes to be no touchpoint's.
fn unlike(name: &str, labels: &[String]) -> String {
    let mut name = name.to_owned();
    while labels.contains(&name) {
        name = format!("({name})");
    }
    name
}

impl Answer for Sankey {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        let mut totals = vec![("journeys", self.journeys)];
        if self.without_anchor > 0 {
            totals.push(("journeys without the anchor", self.without_anchor));
        }
        totals
    }

    fn tables(&self) -> Vec<Table> {
        let links = Table::of("links", &self.links)
            .count("step", |link| link.step)
            .text("from", |link| link.from.clone())
            .text("to", |link| link.to.clone())
            .count("journeys", |link| link.journeys)
            .bar("share", |link| link.share)
            .done();
        let nodes = Table::of("nodes", &self.nodes)
            .count("step", |node| node.step)
            .text("touchpoint", |node| node.touchpoint.clone())
            .count("journeys", |node| node.journeys)
            .bar("share", |node| node.share)
            .done();
        let one = [self];
        let figures = Table::of("figures", &one)
            .count("links_in_all", |all| all.links_in_all)
            .share("share_shown", |all| all.share_shown)
            .done();
        vec![links, nodes, figures]
    }

    fn network(&self) -> Option<Network> {
        let id = |step: u64, name: &str| format!("{step} {name}");
        let nodes = self.nodes.iter().map(|node| NetworkNode {
            id: id(node.step, &node.touchpoint),
            label: node.touchpoint.clone(),
            weight: node.journeys,
        });
        let edges = self.links.iter().map(|link| NetworkEdge {
            from: id(link.step, &link.from),
            to: id(link.step + 1, &link.to),
            weight: link.journeys,
            seconds: None,
        });
        let mut edges: Vec<NetworkEdge> = edges.collect();
        edges.sort_by_key(|edge| std::cmp::Reverse(edge.weight));
        Some(Network { nodes: nodes.collect(), edges })
    }
}
