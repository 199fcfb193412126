//! Which touchpoints matter in the network of journeys.

use std::collections::HashMap;

use model::Invalid;
use serde::{Deserialize, Serialize};

use super::graph::{GraphKernel, Partial as Counts};
use super::graph_answer::Graph;
use super::paths::{DAMPING, Ways};
use crate::compare::{Figure, Measure, Subject};
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, Kernel};
use crate::names::Names;
use crate::questions::Question;
use crate::rate::share;
use crate::report::{Answer, Network, Table};
use crate::settings::{Setting, Settings};

/// Most touchpoints that are shown.
pub const MOST_TOP: usize = 10_000;

/// With more touchpoints, no betweenness is computed: its time grows with touchpoints times transitions.
pub const MOST_BETWEEN: usize = 2_000;

/// The touchpoints that matter most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CentralityQuestion {
    /// How many are shown.
    pub top: usize,
}

impl Question for CentralityQuestion {
    const NAME: &'static str = "centrality";
    const WHAT: &'static str = "Which touchpoints matter in the network of journeys";
    const SETTINGS: &'static [Setting] = &[Setting::new("top", "COUNT", "How many touchpoints are shown", "50")];
    type Kernel = CentralityKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        Ok(Self { top: settings.count("top", 1..=MOST_TOP)? })
    }

    fn kernel(&self, names: &Names<'_>) -> Result<CentralityKernel, Invalid> {
        Ok(CentralityKernel { graph: GraphKernel { labels: names.labels.len() }, top: self.top })
    }
}

/// The graph's kernel, which also counts the journeys that come by each touchpoint.
#[derive(Clone, Copy, Debug)]
pub struct CentralityKernel {
    graph: GraphKernel,
    top: usize,
}

/// What was counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Partial {
    graph: Counts,
    /// By code: journeys that come by.
    journeys: Vec<u64>,
}

impl Kernel for CentralityKernel {
    type Partial = Partial;
    type Answer = Centrality;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        self.graph.scan(slice, &mut partial.graph);
        partial.journeys.resize(self.graph.labels, 0);
        let mut last_journey = vec![0; self.graph.labels];
        for (span, number) in slice.spans.iter().zip(1_u32..) {
            for &code in slice.journey(*span).0 {
                let is_new = std::mem::replace(&mut last_journey[usize::from(code)], number) != number;
                partial.journeys[usize::from(code)] += u64::from(is_new);
            }
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        self.graph.merge(&mut partial.graph, other.graph);
        partial.journeys.resize(self.graph.labels, 0);
        for (journeys, more) in partial.journeys.iter_mut().zip(other.journeys) {
            *journeys += more;
        }
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Centrality {
        let coming_by = about.names.labels.iter().map(String::as_str).zip(partial.journeys).collect();
        Centrality::of(&self.graph.finish(partial.graph, about), &coming_by, self.top, about)
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let mut coming_by: Vec<(u16, u64)> =
            (0..=u16::MAX).zip(partial.journeys.iter().copied()).filter(|(_, n)| *n > 0).collect();
        coming_by.sort_by_key(|(code, journeys)| (std::cmp::Reverse(*journeys), *code));
        let figure = |(code, part)| Figure {
            what: "share of journeys",
            subject: Subject::Touchpoint(code),
            measure: Measure::Share { part, whole: partial.graph.journeys, of_customers: false },
        };
        coming_by.into_iter().map(figure).collect()
    }

    fn whole_of(&self, subject: &Subject) -> Option<Subject> {
        subject.without_next()
    }

    fn bytes(&self, partial: &Partial) -> usize {
        self.graph.bytes(&partial.graph) + partial.journeys.capacity() * size_of::<u64>()
    }
}

/// Touchpoints by how much they matter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Centrality {
    /// Number of journeys; the n of `share`.
    pub journeys: u64,
    /// Number of events in them.
    pub events: u64,
    /// Number of touchpoints in them.
    pub touchpoints: u64,
    /// The probability with which the walker of `pagerank` and `betweenness` goes on.
    pub damping: f64,
    /// The touchpoints of the highest PageRank, equal ones by name.
    pub top: Vec<Central>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
    #[serde(skip)]
    network: Network,
}

/// A touchpoint in the network of journeys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Central {
    /// What it is shown as.
    pub touchpoint: String,
    /// Journeys that come by.
    pub journeys: u64,
    /// Share of all journeys that come by.
    pub share: Option<f64>,
    /// Other touchpoints that directly precede it.
    pub degree_in: u64,
    /// Other touchpoints that directly follow it.
    pub degree_out: u64,
    /// Transitions from other touchpoints.
    pub strength_in: u64,
    /// Transitions to other touchpoints.
    pub strength_out: u64,
    /// Share of the ordered pairs of other touchpoints between which the most probable way goes by it; of several ways,
    /// each counts its part. Undefined with fewer than three touchpoints or more than 2,000.
    pub betweenness: Option<f64>,
    /// Share of its time that a walker spends here; the shares of all touchpoints add up to 1.
    pub pagerank: f64,
}

impl Centrality {
    fn of(graph: &Graph, coming_by: &HashMap<&str, u64>, top: usize, about: &About<'_>) -> Self {
        let numbers: HashMap<&str, u32> = graph.nodes.iter().map(|node| node.touchpoint.as_str()).zip(0..).collect();
        let mut central: Vec<Central> = graph
            .nodes
            .iter()
            .map(|node| {
                let journeys = coming_by.get(node.touchpoint.as_str()).copied().unwrap_or_default();
                Central {
                    touchpoint: node.touchpoint.clone(),
                    journeys,
                    share: share(journeys, graph.journeys),
                    degree_in: 0,
                    degree_out: 0,
                    strength_in: 0,
                    strength_out: 0,
                    betweenness: None,
                    pagerank: 0.0,
                }
            })
            .collect();
        let starts = graph.nodes.iter().map(|node| node.starts as f64 / graph.journeys as f64);
        let mut ways = Ways { next: vec![Vec::new(); central.len()], starts: starts.collect() };
        for edge in &graph.edges {
            let (from, to) = (numbers[edge.from.as_str()], numbers[edge.to.as_str()]);
            let occurrences = graph.nodes[from as usize].occurrences;
            ways.next[from as usize].push((to, edge.occurrences as f64 / occurrences as f64));
            if from != to {
                central[from as usize].degree_out += 1;
                central[from as usize].strength_out += edge.occurrences;
                central[to as usize].degree_in += 1;
                central[to as usize].strength_in += edge.occurrences;
            }
        }
        for (central, rank) in central.iter_mut().zip(ways.ranks(DAMPING)) {
            central.pagerank = rank;
        }
        let touchpoints = central.len();
        if (3..=MOST_BETWEEN).contains(&touchpoints) {
            let pairs = ((touchpoints - 1) * (touchpoints - 2)) as f64;
            for (central, sum) in central.iter_mut().zip(ways.betweenness(about.threads)) {
                central.betweenness = Some(sum / pairs);
            }
        }
        central.sort_by(|a, b| b.pagerank.total_cmp(&a.pagerank).then_with(|| a.touchpoint.cmp(&b.touchpoint)));
        central.truncate(top);
        Self {
            journeys: graph.journeys,
            events: graph.events,
            touchpoints: touchpoints as u64,
            damping: DAMPING,
            top: central,
            coverage: graph.coverage.clone(),
            network: graph.network().unwrap_or_default(),
        }
    }
}

impl Answer for Centrality {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("journeys", self.journeys), ("touchpoints", self.touchpoints)]
    }

    fn tables(&self) -> Vec<Table> {
        let touchpoints = Table::of("touchpoints", &self.top)
            .text("touchpoint", |central| central.touchpoint.clone())
            .bar("pagerank", |central| Some(central.pagerank))
            .share("betweenness", |central| central.betweenness)
            .count("journeys", |central| central.journeys)
            .share("share", |central| central.share)
            .count("degree_in", |central| central.degree_in)
            .count("degree_out", |central| central.degree_out)
            .count("strength_in", |central| central.strength_in)
            .count("strength_out", |central| central.strength_out);
        vec![touchpoints.done()]
    }

    fn network(&self) -> Option<Network> {
        Some(self.network.clone())
    }
}
