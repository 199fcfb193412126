//! The transition matrix: the graph's edges as rates.

use std::collections::HashMap;
use std::sync::Arc;

use model::Invalid;
use serde::Serialize;

use super::graph::{GraphKernel, Partial};
use super::graph_answer::Graph;
use crate::compare::{Figure, Subject};
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, Kernel};
use crate::lists::Kept;
use crate::names::Names;
use crate::questions::Question;
use crate::report::{Answer, Table};
use crate::settings::{Setting, Settings};

/// The transition matrix, its empty cells left out: the graph's edges as rates.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Transitions {
    /// Number of journeys; the n of `avg_per_journey`.
    pub journeys: u64,
    /// Number of events in them.
    pub events: u64,
    /// Number of transitions; the n of `share_of_total`.
    pub transitions: u64,
    /// The matrix' rows and columns, with the n of `proba_out` and `proba_in`.
    pub touchpoints: Vec<Margin>,
    /// The cells that are not empty, the most frequent first, equal ones by names.
    pub pairs: Vec<Pair>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// Row and column sum of a touchpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Margin {
    /// What it is shown as.
    pub touchpoint: String,
    /// Transitions that leave it; ends of journeys are none.
    pub outgoing: u64,
    /// Transitions that reach it; starts of journeys are none.
    pub incoming: u64,
}

/// One cell of the matrix.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// The earlier touchpoint.
    pub from: String,
    /// The later touchpoint.
    pub to: String,
    /// How often the later directly follows the earlier.
    pub count: u64,
    /// In how many distinct journeys.
    pub unique_journeys: u64,
    /// `count` as a share of all transitions.
    pub share_of_total: f64,
    /// `count` for each journey, those without the transition included.
    pub avg_per_journey: f64,
    /// `count` as a share of the transitions that leave `from`.
    pub proba_out: f64,
    /// `count` as a share of the transitions that reach `to`.
    pub proba_in: f64,
    /// Median of the time between the two, in seconds.
    pub time_median_s: f64,
    /// 95 % quantile of the time between the two, in seconds.
    pub time_q95_s: f64,
}

/// The rates of each transition; no settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransitionsQuestion;

impl Question for TransitionsQuestion {
    const NAME: &'static str = "transitions";
    const WHAT: &'static str = "The rates of each transition from one touchpoint to the next";
    const SETTINGS: &'static [Setting] = &[];
    type Kernel = TransitionsKernel;

    fn read(_: &mut Settings) -> Result<Self, Invalid> {
        Ok(Self)
    }

    fn kernel(&self, names: &Names<'_>) -> Result<TransitionsKernel, Invalid> {
        Ok(TransitionsKernel(GraphKernel { labels: names.labels.len() }))
    }
}

/// The graph's kernel; only the answer differs.
#[derive(Clone, Copy, Debug)]
pub struct TransitionsKernel(GraphKernel);

impl Kernel for TransitionsKernel {
    type Partial = Partial;
    type Answer = Transitions;

    fn begin(&self, kept: &Arc<Kept>) -> Partial {
        self.0.begin(kept)
    }

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        self.0.scan(slice, partial);
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        self.0.merge(partial, other);
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Transitions {
        self.0.finish(partial, about).into()
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        self.0.figures(partial)
    }

    fn whole_of(&self, subject: &Subject) -> Option<Subject> {
        self.0.whole_of(subject)
    }

    fn bytes(&self, partial: &Partial) -> usize {
        self.0.bytes(partial)
    }
}

impl Answer for Transitions {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("journeys", self.journeys), ("transitions", self.transitions)]
    }

    fn tables(&self) -> Vec<Table> {
        let pairs = Table::of("pairs", &self.pairs)
            .text("from", |pair| pair.from.clone())
            .text("to", |pair| pair.to.clone())
            .count("count", |pair| pair.count)
            .count("unique_journeys", |pair| pair.unique_journeys)
            .share("share_of_total", |pair| Some(pair.share_of_total))
            .number("avg_per_journey", |pair| Some(pair.avg_per_journey))
            .bar("proba_out", |pair| Some(pair.proba_out))
            .share("proba_in", |pair| Some(pair.proba_in))
            .seconds("time_median_s", |pair| Some(pair.time_median_s))
            .seconds("time_q95_s", |pair| Some(pair.time_q95_s))
            .done();
        let margins = Table::of("touchpoints", &self.touchpoints)
            .text("touchpoint", |margin| margin.touchpoint.clone())
            .count("outgoing", |margin| margin.outgoing)
            .count("incoming", |margin| margin.incoming)
            .done();
        vec![pairs, margins]
    }
}

impl From<Graph> for Transitions {
    /// Every cell that is listed occurs, so none of its rates is over an empty set.
    fn from(graph: Graph) -> Self {
        let transitions = graph.edges.iter().map(|edge| edge.occurrences).sum();
        let mut outgoing: HashMap<&str, u64> = HashMap::new();
        let mut incoming: HashMap<&str, u64> = HashMap::new();
        for edge in &graph.edges {
            *outgoing.entry(&edge.from).or_default() += edge.occurrences;
            *incoming.entry(&edge.to).or_default() += edge.occurrences;
        }
        let sum = |sums: &HashMap<&str, u64>, name: &str| sums.get(name).copied().unwrap_or_default();
        let touchpoints = graph.nodes.iter().map(|node| Margin {
            touchpoint: node.touchpoint.clone(),
            outgoing: sum(&outgoing, &node.touchpoint),
            incoming: sum(&incoming, &node.touchpoint),
        });
        let pairs = graph.edges.iter().map(|edge| {
            let share_of = |whole: u64| edge.occurrences as f64 / whole as f64;
            Pair {
                from: edge.from.clone(),
                to: edge.to.clone(),
                count: edge.occurrences,
                unique_journeys: edge.journeys,
                share_of_total: share_of(transitions),
                avg_per_journey: share_of(graph.journeys),
                proba_out: share_of(sum(&outgoing, &edge.from)),
                proba_in: share_of(sum(&incoming, &edge.to)),
                time_median_s: edge.wait.median_s,
                time_q95_s: edge.wait.q95_s,
            }
        });
        Self {
            journeys: graph.journeys,
            events: graph.events,
            transitions,
            touchpoints: touchpoints.collect(),
            pairs: pairs.collect(),
            coverage: graph.coverage.clone(),
        }
    }
}
