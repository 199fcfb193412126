//! Questions about lived journeys.

use std::num::NonZeroUsize;
use std::time::Instant;

use columns::{Cases, property};
use mining::{Graph, Log, Recipe, TimeRange, Transitions, Variants};
use model::{JourneyRule, Timestamp};
use serde::Serialize;

use super::Answers;
use super::columns::Snapshot;
use crate::EngineError;

/// Kernels share the journeys among so many threads.
const THREADS: NonZeroUsize = NonZeroUsize::new(2).expect("two is not zero");

/// Which journeys a question is about.
#[derive(Clone, Debug)]
pub struct MiningQuery {
    /// A journey rule, or the name of one that was planned.
    pub journey: String,
    /// First moment.
    pub from: Option<Timestamp>,
    /// First moment after.
    pub to: Option<Timestamp>,
}

impl Default for MiningQuery {
    /// All a customer ever did.
    fn default() -> Self {
        Self { journey: JourneyRule::Whole.to_string(), from: None, to: None }
    }
}

/// An answer with what it cost and how to get it again.
#[derive(Clone, Debug, Serialize)]
pub struct Answered<T> {
    /// The answer.
    #[serde(flatten)]
    pub answer: T,
    /// Events whose touchpoints found no code of their own and are shown as one.
    pub events_in_other: u64,
    /// What it cost.
    pub timing: Timing,
    /// How to get it again.
    pub recipe: Recipe,
}

/// Milliseconds an answer took.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Timing {
    /// Bringing the columns up to date.
    pub load_ms: f64,
    /// Cutting and scanning.
    pub scan_ms: f64,
}

impl Answers {
    /// Which touchpoint follows which, how often, after how long.
    pub fn graph(&self, query: &MiningQuery) -> Result<Answered<Graph>, EngineError> {
        self.mine("graph", query, |journeys| mining::graph(journeys, THREADS))
    }

    /// The `top` most frequent whole sequences of touchpoints.
    pub fn variants(&self, query: &MiningQuery, top: usize) -> Result<Answered<Variants>, EngineError> {
        self.mine("variants", query, |journeys| mining::variants(journeys, top, THREADS))
    }

    /// The rates of each transition.
    pub fn transitions(&self, query: &MiningQuery) -> Result<Answered<Transitions>, EngineError> {
        self.mine("transitions", query, |journeys| mining::transitions(journeys, THREADS))
    }

    fn mine<T>(
        &self,
        question: &str,
        query: &MiningQuery,
        kernel: impl FnOnce(&mining::Journeys<'_>) -> T,
    ) -> Result<Answered<T>, EngineError> {
        let started = Instant::now();
        let rule = self.settled()?.plans.journey(&query.journey)?;
        let snapshot = self.snapshot()?;
        let cases = match &rule {
            JourneyRule::Case { property } => Some(self.cases(&snapshot, property)?),
            JourneyRule::Whole | JourneyRule::Gap { .. } | JourneyRule::Marks { .. } => None,
        };
        let loaded = Instant::now();
        let columns = &snapshot.columns;
        let log = Log {
            codes: columns.codes(),
            times: columns.times(),
            arrivals: columns.arrivals(),
            runs: columns.runs(),
            labels: columns.dictionary().shown(),
            cases: cases.as_deref(),
        };
        let range = TimeRange { from: query.from, to: query.to };
        let answer = kernel(&mining::cut(&log, &rule, range)?);
        let mut recipe = Recipe::new(question, &rule, range);
        recipe.events_through = (snapshot.through.0 > 0).then_some(snapshot.through);
        let (mapping, identity) = snapshot.versions;
        recipe.plans = [("mapping/default".to_owned(), mapping), ("identity/default".to_owned(), identity)].into();
        let timing = Timing {
            load_ms: loaded.duration_since(started).as_secs_f64() * 1e3,
            scan_ms: loaded.elapsed().as_secs_f64() * 1e3,
        };
        Ok(Answered { answer, events_in_other: columns.dictionary().events_in_other(), timing, recipe })
    }

    /// The case of each event of the columns: its value of a property, numbered.
    fn cases(&self, snapshot: &Snapshot, path: &str) -> Result<Vec<u32>, EngineError> {
        let (parts, tail) = {
            let folded = self.settled()?;
            (folded.parts.clone(), folded.tail.blocks().to_vec())
        };
        let mut found = Vec::new();
        for part in parts {
            let values = self.parts().read_property(&part.path, path)?;
            found.extend(values.arrivals.into_iter().zip(values.values));
        }
        for block in tail {
            for entry in block.block.events() {
                let (arrival, event) = entry?;
                found.push((arrival.0, property(event.properties.as_str(), path)));
            }
        }
        Ok(Cases::of(&snapshot.columns, found).of_event)
    }
}
