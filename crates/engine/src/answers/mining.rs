//! Questions about lived journeys.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use columns::{Cases, Columns, property};
use mining::report::Table;
use mining::{
    About, AnyKernel, Block, Comparison, Control, Facts, Kernel, Names, Planned, Query, Question, Recipe, Report,
    RunError, Source, TimeRange, Unreadable, planned,
};
use model::{Arrival, DocumentKind, JourneyRule, Timestamp};
use serde::Serialize;

use super::Answers;
use super::columns::Snapshot;
use super::conformance::CONFORMANCE;
use super::evaluation::Composed;
use super::resolve::Resolved;
use crate::EngineError;

/// Which journeys a question is about, as people write it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MiningQuery {
    /// A journey rule, or the name of one that was planned; all a customer ever did if not said.
    pub journey: Option<String>,
    /// First moment.
    pub from: Option<Timestamp>,
    /// First moment after.
    pub to: Option<Timestamp>,
    /// Which events count: a filter of events.
    pub only: Option<String>,
    /// Which journeys are looked at: a filter of journeys.
    pub wanted: Option<String>,
    /// A saved segment; what it says holds beside what is said here.
    pub segment: Option<String>,
    /// A filter of journeys: they are the first group, to be compared with a second one.
    pub compare: Option<String>,
    /// The second group; all other journeys if not said.
    pub against: Option<String>,
    /// Bounds of time and memory.
    pub limits: MiningLimits,
}

/// Bounds of a question; it ends with an error where it goes beyond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MiningLimits {
    /// At most so long.
    pub time: Option<Duration>,
    /// At most so many bytes for what is counted, beside the columns.
    pub bytes: Option<usize>,
}

/// One question: its name and its settings as text, as on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MiningQuestion {
    /// Such as `graph`; see [`mining::QUESTIONS`].
    pub name: String,
    /// By name.
    pub settings: BTreeMap<String, String>,
}

impl MiningQuestion {
    /// A question with its settings.
    pub fn new<'s>(name: &str, settings: impl IntoIterator<Item = (&'s str, &'s str)>) -> Self {
        let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { name: name.to_owned(), settings: settings.collect() }
    }
}

/// An answer with what it cost and how to get it again.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The figures.
    pub found: Found,
    /// Events whose touchpoints found no code of their own and are shown as one.
    pub events_in_other: u64,
    /// What it cost.
    pub timing: Timing,
    /// How to get it again.
    pub recipe: Recipe,
}

/// The figures of an answer.
#[derive(Clone, Debug)]
pub enum Found {
    /// About all journeys in question.
    One(Report),
    /// About two groups of them.
    Two(Box<Comparison>),
}

/// What an answer cost.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Timing {
    /// Milliseconds to bring the columns up to date.
    pub load_ms: f64,
    /// Milliseconds of cutting and scanning; questions asked together share one scan.
    pub scan_ms: f64,
    /// Bytes of columns in memory.
    pub columns_bytes: u64,
}

impl Answered {
    /// The tables of the answer; of a comparison the differences first, then each group's.
    pub fn tables(&self) -> Vec<Table> {
        match &self.found {
            Found::One(report) => report.tables.clone(),
            Found::Two(both) => {
                std::iter::once(both.table()).chain(both.a.tables.clone()).chain(both.b.tables.clone()).collect()
            }
        }
    }

    /// The answer as one JSON object: the figures, and beside them `events_in_other`, `timing`, `recipe`. A comparison
    /// has the figures of each group under `a` and `b`, and `differences`.
    pub fn to_json(&self) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct Two<'a> {
            a: &'a serde_json::value::RawValue,
            b: &'a serde_json::value::RawValue,
            differences: &'a mining::Differences,
        }
        #[derive(Serialize)]
        struct Beside<'a> {
            events_in_other: u64,
            timing: Timing,
            recipe: &'a Recipe,
        }
        let figures = match &self.found {
            Found::One(report) => report.json.get().to_owned(),
            Found::Two(both) => {
                serde_json::to_string(&Two { a: &both.a.json, b: &both.b.json, differences: &both.differences })?
            }
        };
        let Self { events_in_other, timing, recipe, .. } = self;
        let beside = serde_json::to_string(&Beside { events_in_other: *events_in_other, timing: *timing, recipe })?;
        Ok(as_one_object(&figures, &beside))
    }
}

/// Two JSON objects as one, both kept as the text they are, which may be long. Neither is empty.
pub(super) fn as_one_object(head: &str, tail: &str) -> String {
    // One brace alone: the last field may be an object, too.
    let (head, tail) = (head.trim_end(), tail.trim_start());
    format!("{},{}", head.strip_suffix('}').unwrap_or(head), tail.strip_prefix('{').unwrap_or(tail))
}

impl Answers {
    /// Bounds and progress of a question; hand it to [`Self::mine`], and keep it to look at or to call it off.
    pub fn control(&self, limits: MiningLimits) -> Control {
        let control = Control::new(self.mining_threads).keeping(&self.kept);
        let control = limits.time.into_iter().fold(control, Control::at_most);
        limits.bytes.into_iter().fold(control, Control::within_bytes)
    }

    /// The answers to some questions about the same journeys, in their order. What can share a scan does.
    pub fn mine(
        &self,
        query: &MiningQuery,
        questions: &[MiningQuestion],
        control: &Control,
    ) -> Result<Vec<Answered>, EngineError> {
        self.mine_resolved(&self.resolve(query)?, questions, None, control)
    }

    /// The answer to one question without bounds.
    pub fn mine_one(&self, query: &MiningQuery, question: &MiningQuestion) -> Result<Answered, EngineError> {
        let mut answers = self.mine(query, std::slice::from_ref(question), &self.control(query.limits))?;
        Ok(answers.remove(0))
    }

    /// The answer a recipe stands for, from the same events under the same plans.
    ///
    /// Refused where events are filed under other versions of the mapping or the identity rules by now.
    pub fn mine_again(&self, recipe: &Recipe, control: &Control) -> Result<Answered, EngineError> {
        let resolved = self.resolve_recipe(recipe)?;
        if recipe.question == CONFORMANCE {
            return self.conform_again(recipe, resolved, control);
        }
        if let Some(composed) = Composed::of(&recipe.question) {
            return self.compose_again(composed, recipe, resolved, control);
        }
        let question = MiningQuestion { name: recipe.question.clone(), settings: recipe.settings.clone() };
        let mut answers = self.mine_resolved(&resolved, std::slice::from_ref(&question), Some(recipe), control)?;
        Ok(answers.remove(0))
    }

    /// The answer to one question in its own type, from the journeys of a rule.
    pub fn ask<Q: Question>(
        &self,
        query: &MiningQuery,
        mut question: Q,
    ) -> Result<<Q::Kernel as Kernel>::Answer, EngineError> {
        let resolved = self.resolve(query)?;
        let control = self.control(query.limits);
        self.on_log(&resolved, None, &control, |log| {
            let mut query = log.query.clone();
            question.adapt(&mut query);
            let kernel = question.kernel(&log.names)?;
            Ok(mining::ask(log.source, &log.names, &query, &kernel, &control)?)
        })
    }

    fn mine_resolved(
        &self,
        resolved: &Resolved,
        questions: &[MiningQuestion],
        again: Option<&Recipe>,
        control: &Control,
    ) -> Result<Vec<Answered>, EngineError> {
        self.answered(resolved, again, control, |log| {
            let asked =
                |question: &MiningQuestion| planned(&question.name, question.settings.clone(), &log.query, &log.names);
            Ok(questions.iter().map(asked).collect::<Result<_, _>>()?)
        })
    }

    /// The answers to what is planned on a log, each with its recipe and what it cost.
    pub(super) fn answered(
        &self,
        resolved: &Resolved,
        again: Option<&Recipe>,
        control: &Control,
        plan: impl FnOnce(&Log<'_>) -> Result<Vec<Planned>, EngineError>,
    ) -> Result<Vec<Answered>, EngineError> {
        self.on_log(resolved, again, control, |log| {
            let planned = plan(log)?;
            let found = together(log, resolved, &planned, control)?;
            let timing = log.timing();
            let answers = planned.into_iter().zip(found).map(|(planned, found)| {
                let asked = (planned.question, &planned.query.rule, planned.settings.clone());
                log.answered(resolved, asked, found, timing)
            });
            Ok(answers.collect())
        })
    }

    /// The answer that some work finds on a log by itself, with its recipe and what it cost.
    pub(super) fn one_answer(
        &self,
        resolved: &Resolved,
        again: Option<&Recipe>,
        control: &Control,
        work: impl FnOnce(&Log<'_>) -> Result<(Planned, Found), EngineError>,
    ) -> Result<Answered, EngineError> {
        self.on_log(resolved, again, control, |log| {
            let (planned, found) = work(log)?;
            Ok(log.answered(resolved, (planned.question, &planned.query.rule, planned.settings), found, log.timing()))
        })
    }

    /// An answer that is put together of several: what is worked out on a log, with its recipe and what it cost.
    pub(super) fn answered_whole<A: mining::Answer>(
        &self,
        resolved: &Resolved,
        again: Option<&Recipe>,
        control: &Control,
        (question, settings): (&'static str, BTreeMap<String, String>),
        work: impl FnOnce(&Log<'_>) -> Result<A, EngineError>,
    ) -> Result<Answered, EngineError> {
        self.on_log(resolved, again, control, |log| {
            let found = Found::One(Report::of(&work(log)?).map_err(RunError::Json)?);
            Ok(log.answered(resolved, (question, &resolved.query.rule, settings), found, log.timing()))
        })
    }

    /// Does some work on the events of now, or on those of a recipe.
    pub(super) fn on_log<R>(
        &self,
        resolved: &Resolved,
        again: Option<&Recipe>,
        control: &Control,
        work: impl FnOnce(&Log<'_>) -> Result<R, EngineError>,
    ) -> Result<R, EngineError> {
        let started = Instant::now();
        let snapshot = self.snapshot()?;
        let cases = match &resolved.query.rule {
            JourneyRule::Case { property } => Some(self.cases(&snapshot, property)?),
            JourneyRule::Whole | JourneyRule::Gap { .. } | JourneyRule::Marks { .. } => None,
        };
        let source = Segments::of(&snapshot.columns, cases.as_ref());
        let as_of = match again.and_then(|recipe| recipe.as_of) {
            Some(as_of) => as_of,
            None => as_of(&snapshot, &source, control)?,
        };
        let dictionary = snapshot.columns.dictionary();
        let facts: Vec<Facts> = {
            let plans = &self.settled()?.plans;
            let says = |label: &columns::Label| {
                let touchpoint = plans.touchpoints.get(&label.text).filter(|_| label.registered);
                touchpoint.map_or(Facts::default(), |says| Facts { peso: says.peso, moment: says.moment })
            };
            dictionary.labels().iter().map(says).collect()
        };
        let mut query = resolved.query.clone();
        query.properties = self.properties(&resolved.properties())?;
        // A recipe without a last event was written before the first one.
        query.through = again.map(|recipe| recipe.events_through.unwrap_or(Arrival(0)));
        let channels = snapshot.columns.channels();
        let names = Names { labels: dictionary.shown(), channels, facts: &facts, as_of };
        let loaded = Instant::now();
        let load = loaded.duration_since(started);
        work(&Log { snapshot: &snapshot, source: &source, names, query, load, loaded })
    }

    /// The cases of events: their values of a property, numbered.
    fn cases(&self, snapshot: &Snapshot, path: &str) -> Result<Cases, EngineError> {
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
        Ok(Cases::of(snapshot.through.0, found))
    }
}

/// The events a question is asked of.
pub(super) struct Log<'a> {
    snapshot: &'a Snapshot,
    source: &'a Segments<'a>,
    names: Names<'a>,
    query: Query,
    load: Duration,
    loaded: Instant,
}

impl<'a> Log<'a> {
    /// What codes stand for.
    pub(super) fn names(&self) -> &Names<'a> {
        &self.names
    }

    /// Which journeys it is about.
    pub(super) fn query(&self) -> &Query {
        &self.query
    }

    /// The moment of the latest event.
    pub(super) fn as_of(&self) -> Timestamp {
        self.names.as_of
    }

    /// The earliest event; none if there is none.
    pub(super) fn earliest(&self, control: &Control) -> Result<Option<Timestamp>, EngineError> {
        Ok(mining::earliest(self.source, self.query.through, control)?)
    }

    /// The latest event before a moment; none if there is none.
    pub(super) fn latest_before(&self, moment: Timestamp, control: &Control) -> Result<Option<Timestamp>, EngineError> {
        let not_after = Timestamp::clamped(moment.micros() - 1);
        Ok(mining::latest(self.source, not_after, self.query.through, control)?)
    }

    /// The answer of a kernel over journeys of any rule, of these events before a moment.
    pub(super) fn ask<K: Kernel>(
        &self,
        answers: &Answers,
        (rule, to): (&JourneyRule, Option<Timestamp>),
        kernel: &K,
        control: &Control,
    ) -> Result<K::Answer, EngineError> {
        let cases = match rule {
            JourneyRule::Case { property } => Some(answers.cases(self.snapshot, property)?),
            JourneyRule::Whole | JourneyRule::Gap { .. } | JourneyRule::Marks { .. } => None,
        };
        let source = Segments::of(&self.snapshot.columns, cases.as_ref());
        let range = TimeRange { from: None, to };
        let query = Query { rule: rule.clone(), range, through: self.query.through, ..Query::default() };
        Ok(mining::ask(&source, &self.names, &query, kernel, control)?)
    }

    /// The answer of a kernel over the journeys in question.
    pub(super) fn ask_asked<K: Kernel>(&self, kernel: &K, control: &Control) -> Result<K::Answer, EngineError> {
        Ok(mining::ask(self.source, &self.names, &self.query, kernel, control)?)
    }

    /// The events, as mining meets them.
    pub(super) fn source(&self) -> &dyn Source {
        self.source
    }

    /// The values by which cases are told, where journeys are cases.
    pub(super) fn cases(&self) -> &'a [String] {
        self.source.cases.map_or(&[], Cases::values)
    }

    /// The values of a property of its events.
    pub(super) fn values_of(&self, answers: &Answers, property: &str) -> Result<Cases, EngineError> {
        answers.cases(self.snapshot, property)
    }

    /// What it has cost up to now.
    fn timing(&self) -> Timing {
        Timing {
            load_ms: self.load.as_secs_f64() * 1e3,
            scan_ms: self.loaded.elapsed().as_secs_f64() * 1e3,
            columns_bytes: self.snapshot.columns.bytes_resident() as u64,
        }
    }

    fn answered(
        &self,
        resolved: &Resolved,
        (question, rule, settings): (&str, &JourneyRule, BTreeMap<String, String>),
        found: Found,
        timing: Timing,
    ) -> Answered {
        let events_in_other = self.snapshot.columns.dictionary().events_in_other();
        Answered { found, events_in_other, timing, recipe: self.recipe(resolved, question, rule, settings) }
    }

    /// How to get an answer again.
    pub(super) fn recipe(
        &self,
        resolved: &Resolved,
        question: &str,
        rule: &JourneyRule,
        settings: BTreeMap<String, String>,
    ) -> Recipe {
        let (mapping, identity) = self.snapshot.versions;
        let mut plans = resolved.plans.clone();
        plans.insert(format!("{}/default", DocumentKind::Mapping), mapping);
        plans.insert(format!("{}/default", DocumentKind::Identity), identity);
        let through = self.snapshot.through;
        Recipe {
            question: question.to_owned(),
            journey: rule.to_string(),
            from: resolved.query.range.from,
            to: resolved.query.range.to,
            only: resolved.query.only.as_ref().map(ToString::to_string),
            wanted: resolved.written.as_ref().map(ToString::to_string),
            compare: resolved.compared.as_ref().map(|groups| groups.each_ref().map(ToString::to_string)),
            settings,
            plans,
            events_through: Some(self.query.through.unwrap_or(through)).filter(|through| through.0 > 0),
            as_of: Some(self.names.as_of),
        }
    }
}

/// The latest moment recorded, not later than now: what clocks ahead of ours say did not happen yet.
fn as_of(snapshot: &Snapshot, source: &Segments<'_>, control: &Control) -> Result<Timestamp, EngineError> {
    if let Some(as_of) = snapshot.as_of.get() {
        return Ok(*as_of);
    }
    let now = Timestamp::now();
    // What was looked at serves later questions too, so this one's bounds do not hold for it.
    Ok(match mining::latest(source, now, None, &Control::new(control.threads()))? {
        Some(latest) => *snapshot.as_of.get_or_init(|| latest),
        // Not kept: the first event to come may well be earlier.
        None => now,
    })
}

/// One scan for all questions that mean the same journeys; in their order.
fn together(
    log: &Log<'_>,
    resolved: &Resolved,
    planned: &[Planned],
    control: &Control,
) -> Result<Vec<Found>, EngineError> {
    let mut found: Vec<Option<Found>> = planned.iter().map(|_| None).collect();
    for first in 0..planned.len() {
        if found[first].is_some() {
            continue;
        }
        let query = &planned[first].query;
        let meant = |query: &Query| (query.rule.clone(), query.range, query.unknown.clone());
        let same = |other: &Query| meant(query) == meant(other);
        let members: Vec<usize> =
            (first..planned.len()).filter(|&index| found[index].is_none() && same(&planned[index].query)).collect();
        let kernels: Vec<&dyn AnyKernel> = members.iter().map(|&index| &*planned[index].kernel).collect();
        let answers: Vec<Found> = match &resolved.groups {
            Some(groups) => {
                let compared = mining::compare(log.source, &log.names, query, groups.clone(), &kernels, control)?;
                compared.into_iter().map(|both| Found::Two(Box::new(both))).collect()
            }
            None => {
                let scanned = mining::scan(log.source, &log.names, query, &kernels, control)?;
                let about = About { names: log.names, coverage: &scanned.coverage, threads: control.threads() };
                let finish = |(kernel, partial): (&&dyn AnyKernel, _)| kernel.finish(partial, &about).map(Found::One);
                kernels.iter().zip(scanned.partials).map(finish).collect::<Result<_, _>>().map_err(RunError::Json)?
            }
        };
        for (index, answer) in members.into_iter().zip(answers) {
            found[index] = Some(answer);
        }
    }
    Ok(found.into_iter().flatten().collect())
}

/// The columns as mining meets them.
struct Segments<'a> {
    columns: &'a Columns,
    cases: Option<&'a Cases>,
    /// The buckets in the order in which they are scanned: what is in memory first, before others take its place.
    order: Vec<usize>,
}

impl<'a> Segments<'a> {
    fn of(columns: &'a Columns, cases: Option<&'a Cases>) -> Self {
        Self { columns, cases, order: columns.in_memory_first() }
    }
}

impl Source for Segments<'_> {
    fn blocks(&self) -> usize {
        self.order.len()
    }

    fn events(&self, block: usize) -> usize {
        self.columns.rows(self.order[block])
    }

    fn number(&self, block: usize) -> u32 {
        self.order[block] as u32
    }

    fn visit(&self, block: usize, look: &mut dyn FnMut(Block<'_>)) -> Result<(), Unreadable> {
        let segment = self.columns.segment(self.order[block]).map_err(|error| Unreadable(Box::new(error)))?;
        let cases = self.cases.map(|cases| cases.of_events(segment.arrivals()));
        look(Block {
            codes: segment.codes(),
            channels: segment.channels(),
            moods: segment.moods(),
            times: segment.times(),
            arrivals: segment.arrivals(),
            runs: segment.runs(),
            customers: segment.customers(),
            cases: cases.as_deref(),
        });
        Ok(())
    }
}

impl From<RunError> for EngineError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Invalid(invalid) => Self::Invalid(invalid),
            RunError::Unreadable(Unreadable(cause)) => match cause.downcast::<columns::Error>() {
                Ok(columns) => Self::Columns(*columns),
                Err(other) => Self::Io { place: "columns".to_owned(), source: std::io::Error::other(other) },
            },
            error @ (RunError::Cancelled | RunError::TooLong { .. } | RunError::TooMuch { .. } | RunError::Json(_)) => {
                Self::Unanswered(error)
            }
        }
    }
}
