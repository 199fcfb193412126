//! Questions about lived journeys.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Instant;

use columns::{Cases, property};
use mining::{
    By, Funnel, FunnelQuestion, Graph, Journeys, Log, Recipe, Sessions, StepMatrix, StepsQuestion, TimeRange,
    Transitions, Variants,
};
use model::{Invalid, JourneyRule, Timestamp};
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

/// The pause after which a session is over, unless a question says otherwise.
pub const SESSION_GAP: &str = "30m";

/// A question on its way to the journeys.
struct Asked<'q> {
    question: &'static str,
    query: &'q MiningQuery,
    /// Which events are cut into journeys.
    cuts: TimeRange,
    settings: BTreeMap<String, String>,
}

impl<'q> Asked<'q> {
    fn of(question: &'static str, query: &'q MiningQuery) -> Self {
        let cuts = TimeRange { from: query.from, to: query.to };
        Self { question, query, cuts, settings: BTreeMap::new() }
    }

    fn with(mut self, name: &str, value: &impl ToString) -> Self {
        self.settings.insert(name.to_owned(), value.to_string());
        self
    }
}

/// The query over sessions, unless it names journeys of its own.
fn in_sessions(query: &MiningQuery, gap: &str) -> MiningQuery {
    let names_no_rule = query.journey == JourneyRule::Whole.to_string();
    let journey = if names_no_rule { format!("gap:{gap}") } else { query.journey.clone() };
    MiningQuery { journey, ..query.clone() }
}

/// A choice as it is written.
fn in_words(choice: &impl Serialize) -> String {
    serde_json::to_value(choice).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Answers {
    /// Which touchpoint follows which, how often, after how long.
    pub fn graph(&self, query: &MiningQuery) -> Result<Answered<Graph>, EngineError> {
        self.mine(&Asked::of("graph", query), |journeys| Ok(mining::graph(journeys, THREADS)))
    }

    /// The `top` most frequent whole sequences of touchpoints.
    pub fn variants(&self, query: &MiningQuery, top: usize) -> Result<Answered<Variants>, EngineError> {
        let asked = Asked::of("variants", query).with("top", &top);
        self.mine(&asked, |journeys| Ok(mining::variants(journeys, top, THREADS)))
    }

    /// The rates of each transition.
    pub fn transitions(&self, query: &MiningQuery) -> Result<Answered<Transitions>, EngineError> {
        self.mine(&Asked::of("transitions", query), |journeys| Ok(mining::transitions(journeys, THREADS)))
    }

    /// How far customers, attempts or sessions come. The query's time range chooses the entries, nothing else; sessions
    /// are journeys, by a pause of 30 minutes where the query names no rule.
    pub fn funnel(&self, query: &MiningQuery, question: FunnelQuestion) -> Result<Answered<Funnel>, EngineError> {
        let entries = TimeRange { from: query.from, to: query.to };
        let question = FunnelQuestion { entries, ..question };
        let by_session = in_sessions(query, SESSION_GAP);
        let query = if question.by == By::Session { &by_session } else { query };
        let asked = Asked::of("funnel", query)
            .with("steps", &question.steps.join(","))
            .with("window", &format_args!("{}s", question.window_s))
            .with("order", &in_words(&question.order))
            .with("by", &in_words(&question.by));
        let asked = Asked { cuts: TimeRange::ALL, ..asked };
        self.mine(&asked, |journeys| mining::funnel(journeys, &question, THREADS))
    }

    /// Where journeys are at their first, second, third event, or around an anchor.
    pub fn steps(&self, query: &MiningQuery, question: &StepsQuestion) -> Result<Answered<StepMatrix>, EngineError> {
        let mut asked = Asked::of("steps", query).with("steps", &question.steps);
        if let Some(anchor) = &question.anchor {
            asked = asked.with("anchor", anchor);
        }
        self.mine(&asked, |journeys| mining::steps(journeys, question, THREADS))
    }

    /// The sessions: journeys by a pause longer than `gap`, or by the query's rule if it names one.
    pub fn sessions(&self, query: &MiningQuery, gap: &str) -> Result<Answered<Sessions>, EngineError> {
        let query = in_sessions(query, gap);
        self.mine(&Asked::of("sessions", &query), |journeys| Ok(mining::sessions(journeys, THREADS)))
    }

    fn mine<T>(
        &self,
        asked: &Asked<'_>,
        kernel: impl FnOnce(&Journeys<'_>) -> Result<T, Invalid>,
    ) -> Result<Answered<T>, EngineError> {
        let query = asked.query;
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
        let answer = kernel(&mining::cut(&log, &rule, asked.cuts)?)?;
        let mut recipe = Recipe::new(asked.question, &rule, TimeRange { from: query.from, to: query.to });
        recipe.settings.clone_from(&asked.settings);
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
