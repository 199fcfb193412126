//! Before and after a solution was put in place.

use std::collections::BTreeSet;

use maps::{ConformanceKernel, MapCourse, PlannedStep, VerdictsKernel};
use mining::kernels::course::{CourseAt, CourseKernel, Period};
use mining::report::Table;
use mining::{Control, Coverage, Names, Recipe, Setting, Settings};
use model::{DocumentKind, Invalid, MapPlan, MoodOrigin, Opportunity, PainPoint, Solution, Timestamp};
use serde::Serialize;

use super::Composed;
use super::compared::Compared;
use super::documents::Documents;
use super::periods::WEEK;
use crate::EngineError;
use crate::answers::Answers;
use crate::answers::conformance::Drawn;
use crate::answers::mining::{Answered, Log};
use crate::answers::resolve::Resolved;

const SOLUTION: &str = "solution";

pub(super) const SETTINGS: &[Setting] = &[
    Setting::required(SOLUTION, "SOLUTION", "Name of the solution, which says since when it is in place"),
    Setting::new("window", "DURATION", "How long to look before and after that day", "90d"),
    Setting::new("least", "COUNT", "Fewer customers, or verdicts, on a side leave a difference undefined", "10"),
];

/// What it is, for whoever reads the figures alone.
const SAYS: &str = "before and after, not an experiment: whatever else changed at that time is in the difference, too";

/// Figures before and after a solution was put in place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The solution's name.
    pub solution: String,
    /// What people call it.
    pub title: String,
    /// The day from which on it is in place.
    pub since: String,
    /// What a difference means, and what not.
    pub says: &'static str,
    /// Fewer customers or verdicts on a side leave a difference undefined.
    pub least: u64,
    /// Up to that day; cut off at the earliest event.
    pub before: Window,
    /// From that day on; cut off at the latest event.
    pub after: Window,
    /// Names of its opportunities.
    pub opportunities: Vec<String>,
    /// Names of the pain points they would ease.
    pub pain_points: Vec<String>,
    /// At all touchpoints of these pain points together; none where they name none.
    pub together: Option<EffectAt>,
    /// The same at each of them.
    pub touchpoints: Vec<EffectAt>,
    /// Steps that refer to its opportunities, map by map.
    pub maps: Vec<EffectOnMap>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Window {
    /// First moment.
    pub from: Timestamp,
    /// First moment after.
    pub to: Timestamp,
    /// Its length.
    pub weeks: f64,
    /// It is shorter than was asked for: events reach no further.
    pub cut_off: bool,
}

/// What changed at a touchpoint, or at several together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EffectAt {
    /// The touchpoint; none where it is about several.
    pub touchpoint: Option<String>,
    /// What people call it; empty where it is about several.
    pub title: String,
    /// Mean mood.
    pub mood: Compared,
    /// Customers whose mean mood is below 0.
    pub negative: Compared,
    /// Events in a week, before.
    pub before: Happened,
    /// Events in a week, after.
    pub after: Happened,
}

/// How much happened in a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Happened {
    /// Events.
    pub occurrences: u64,
    /// Distinct customers of these.
    pub customers: u64,
    /// Events in a week; none where the stretch has no length.
    pub per_week: Option<f64>,
}

/// What changed on a map.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EffectOnMap {
    /// The map's name.
    pub map: String,
    /// What people call it.
    pub title: String,
    /// Verdicts as planned on all these steps together, of those that fell.
    pub as_planned: Compared,
    /// The same on each step.
    pub steps: Vec<EffectOnStep>,
}

/// What changed on a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EffectOnStep {
    /// The step's id.
    pub step: String,
    /// What people call it.
    pub title: String,
    /// Verdicts as planned, of those that fell.
    pub as_planned: Compared,
}

/// What a solution is about, from the documents.
struct Aim {
    solution: Solution,
    opportunities: Vec<String>,
    pain_points: Vec<String>,
    touchpoints: Vec<String>,
    /// With the ids of the steps that refer to an opportunity of it.
    maps: Vec<(String, Vec<Drawn>, Vec<String>)>,
}

impl Aim {
    fn of(name: &str, documents: &Documents<'_>) -> Result<Self, EngineError> {
        let found = documents.one::<Solution>(DocumentKind::Solution, name)?;
        let solution = found.ok_or_else(|| Invalid::new(SOLUTION, name, "is no solution"))?.says;
        if solution.since.is_empty() {
            return Err(Invalid::missing("since", "is missing: a solution has no effect before it is in place").into());
        }
        let mut pain_points = BTreeSet::new();
        for opportunity in &solution.opportunities {
            let found = documents.one::<Opportunity>(DocumentKind::Opportunity, opportunity)?;
            pain_points.extend(found.map(|found| found.says.pain_points).unwrap_or_default());
        }
        let mut touchpoints = BTreeSet::new();
        for pain_point in &pain_points {
            let found = documents.one::<PainPoint>(DocumentKind::PainPoint, pain_point)?;
            touchpoints.extend(found.map(|found| found.says.touchpoints).unwrap_or_default());
        }
        let mut maps = Vec::new();
        for map in documents.all::<MapPlan>(DocumentKind::Map)? {
            let refers =
                |step: &&model::Step| step.opportunities.iter().any(|one| solution.opportunities.contains(one));
            let steps: Vec<String> = map.says.step.iter().filter(refers).map(|step| step.id.clone()).collect();
            if let Some(drawn) = documents.map(&map.name)?.filter(|_| !steps.is_empty()) {
                maps.push((map.name, drawn, steps));
            }
        }
        Ok(Self {
            opportunities: solution.opportunities.clone(),
            solution,
            pain_points: pain_points.into_iter().collect(),
            touchpoints: touchpoints.into_iter().collect(),
            maps,
        })
    }
}

impl Answers {
    pub(super) fn effect(
        &self,
        mut resolved: Resolved,
        mut settings: Settings,
        again: Option<&Recipe>,
        control: &Control,
    ) -> Result<Answered, EngineError> {
        let name = settings.text(SOLUTION).unwrap_or_default();
        let length = settings.period("window")?;
        let least = settings.count("least", 2..=1_000_000)? as u64;
        let documents = Documents::of(self, again);
        let aim = Aim::of(&name, &documents)?;
        let since: Timestamp = format!("{}T00:00:00Z", aim.solution.since).parse()?;
        let mut rules = Vec::new();
        for (_, drawn, _) in &aim.maps {
            rules.push(documents.rule(drawn.last().map_or("", |newest| newest.plan.journey.as_str()))?);
        }
        let titles = aim.touchpoints.iter().map(|id| documents.title(id)).collect::<Result<Vec<_>, _>>()?;
        resolved.plans.extend(documents.used());
        let asked = (Composed::Effect.name(), settings.recipe());
        self.answered_whole(&resolved, again, control, asked, |log| {
            let windows = windows(since, length, log, control)?;
            let course = log.ask_asked(&course(&aim, log.names(), &windows), control)?;
            let [before, after] = [0, 1].map(|group| &course.groups[group].at);
            let at = |place: usize, touchpoint: Option<String>, title: String| {
                let (before, after) = (&before[place], &after[place]);
                EffectAt {
                    touchpoint,
                    title,
                    mood: Compared::of_moods(before, after, least),
                    negative: Compared::of_negative(before, after, least),
                    before: Happened::of(before, &windows[0]),
                    after: Happened::of(after, &windows[1]),
                }
            };
            let each = aim.touchpoints.iter().zip(&titles).enumerate();
            let touchpoints = each.map(|(place, (id, title))| at(place + 1, Some(id.clone()), title.clone()));
            let touchpoints: Vec<EffectAt> = touchpoints.collect();
            let mut maps = Vec::new();
            for ((map, drawn, steps), rule) in aim.maps.iter().zip(rules) {
                let held = self.map_kernel(map, drawn, log)?;
                let kernel = on_weeks(held, steps, &windows);
                let found = log.ask(self, (&rule, None), &kernel, control)?;
                let newest = drawn.iter().max_by_key(|drawn| drawn.version);
                let title = newest.map_or_else(String::new, |newest| newest.plan.title.clone());
                maps.push(EffectOnMap::of(title, &kernel.map, steps, &found, least));
            }
            Ok(Effect {
                solution: name.clone(),
                title: aim.solution.title.clone(),
                since: aim.solution.since.clone(),
                says: SAYS,
                least,
                before: windows[0],
                after: windows[1],
                opportunities: aim.opportunities.clone(),
                pain_points: aim.pain_points.clone(),
                together: (!touchpoints.is_empty()).then(|| at(0, None, String::new())),
                touchpoints,
                maps,
                coverage: course.coverage,
            })
        })
    }
}

/// As long as asked for, as far as events reach; none of them where the day lies beyond them.
fn windows(since: Timestamp, length: i64, log: &Log<'_>, control: &Control) -> Result<[Window; 2], EngineError> {
    let since = since.micros();
    let first = log.earliest(control)?.map_or(since, Timestamp::micros);
    let end = log.as_of().micros().saturating_add(1);
    let (asked_from, asked_to) = (since.saturating_sub(length), since.saturating_add(length));
    let window = |from: i64, to: i64, cut_off: bool| Window {
        from: Timestamp::clamped(from),
        to: Timestamp::clamped(to),
        weeks: (to - from) as f64 / WEEK as f64,
        cut_off,
    };
    let (from, to) = (asked_from.max(first).min(since), asked_to.min(end).max(since));
    Ok([window(from, since, from > asked_from), window(since, to, to < asked_to)])
}

/// Where weeks end, counted from the day in both directions: verdicts are told by the week they fall in, so that windows of
/// different length can be compared.
fn weeks_of([before, after]: &[Window; 2]) -> Vec<i64> {
    let (from, since, to) = (before.from.micros(), before.to.micros(), after.to.micros());
    let mut cuts: Vec<i64> =
        std::iter::successors(Some(since), |at| Some(at - WEEK)).take_while(|at| *at > from).collect();
    cuts.push(from);
    cuts.extend(std::iter::successors(Some(since), |at| Some(at + WEEK)).take_while(|at| *at < to));
    cuts.push(to);
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// All touchpoints together at place 0, then each; before and after as groups 0 and 1.
fn course(aim: &Aim, names: &Names<'_>, windows: &[Window; 2]) -> CourseKernel {
    let mut places_of = vec![Vec::new(); names.labels.len()];
    for (place, touchpoint) in (1..).zip(&aim.touchpoints) {
        if let Some(code) = names.code(touchpoint) {
            places_of[usize::from(code)] = vec![0, place];
        }
    }
    CourseKernel {
        origin: Some(MoodOrigin::Reported),
        places_of,
        places: aim.touchpoints.len() + 1,
        periods: (0..)
            .zip(windows)
            .map(|(group, window)| Period { from: window.from.micros(), to: window.to.micros(), group })
            .collect(),
        groups: 2,
    }
}

/// All steps together at place 0, then each.
fn on_weeks(map: ConformanceKernel, steps: &[String], windows: &[Window; 2]) -> VerdictsKernel {
    let place_of = |step: &PlannedStep| match steps.iter().position(|id| *id == step.says.id) {
        Some(place) => vec![0, place as u32 + 1],
        None => Vec::new(),
    };
    let since = windows[1].from.micros();
    let cuts = weeks_of(windows);
    VerdictsKernel {
        places_of: map.steps.iter().map(place_of).collect(),
        places: steps.len() + 1,
        group_of: cuts[1..].iter().map(|to| u32::from(*to > since)).collect(),
        groups: 2,
        cuts,
        map,
    }
}

impl EffectOnMap {
    fn of(title: String, map: &ConformanceKernel, steps: &[String], found: &MapCourse, least: u64) -> Self {
        let compared = |place: usize| {
            let [before, after] = [0, 1].map(|group| &found.groups[group].steps[place].as_planned);
            Compared::of_shares("verdicts", before, after, least)
        };
        let titled = |id: &String| {
            map.steps.iter().find(|step| step.says.id == *id).map_or_else(|| id.clone(), |step| step.says.title.clone())
        };
        let of_step = |(place, id): (usize, &String)| EffectOnStep {
            step: id.clone(),
            title: titled(id),
            as_planned: compared(place),
        };
        Self { map: map.map.clone(), title, as_planned: compared(0), steps: (1..).zip(steps).map(of_step).collect() }
    }
}

impl Happened {
    fn of(at: &CourseAt, window: &Window) -> Self {
        let occurrences = at.occurrences.above.sum;
        Self {
            occurrences: occurrences as u64,
            customers: at.customers,
            per_week: (window.weeks > 0.0).then(|| occurrences / window.weeks),
        }
    }
}

impl mining::Answer for Effect {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("touchpoints", self.touchpoints.len() as u64), ("maps", self.maps.len() as u64)]
    }

    fn tables(&self) -> Vec<Table> {
        let mut rows: Vec<(&str, &str, &Compared)> = Vec::new();
        for at in self.together.iter().chain(&self.touchpoints) {
            let about = at.touchpoint.as_deref().unwrap_or("all together");
            rows.extend([
                ("mean mood", about, &at.mood),
                ("share of customers with a mood below 0", about, &at.negative),
            ]);
        }
        for map in &self.maps {
            rows.push(("share as planned", &map.map, &map.as_planned));
            rows.extend(map.steps.iter().map(|step| ("share as planned", step.step.as_str(), &step.as_planned)));
        }
        let end = |row: &(&str, &str, &Compared), end: usize| row.2.interval.map(|interval| interval[end]);
        let table = Table::of("figures", &rows)
            .text("what", |row| row.0.to_owned())
            .text("subject", |row| row.1.to_owned())
            .number("before", |row| row.2.before.value)
            .count("before_n", |row| row.2.before.n)
            .number("after", |row| row.2.after.value)
            .count("after_n", |row| row.2.after.n)
            .number("difference", |row| row.2.difference)
            .number("difference_low", |row| end(row, 0))
            .number("difference_high", |row| end(row, 1))
            .text("verdict", |row| row.2.verdict.in_words().to_owned());
        vec![table.done()]
    }
}
