//! Targets: their series, and whether an alarm is on.

use std::collections::BTreeMap;

use maps::Conformance;
use mining::kernels::by_begin::ByBegin;
use mining::kernels::course::CourseKernel;
use mining::report::Table;
use mining::{Control, Coverage, Recipe, Setting, Settings};
use model::{DocumentKind, Every, Invalid, JourneyRule, MoodOrigin, Target, TargetMeasure, Timestamp};
use serde::Serialize;

use super::Composed;
use super::alarm::{Bounds, Look, PeriodState, alarms};
use super::documents::{Documents, Named};
use super::periods::CalendarPeriod;
use crate::EngineError;
use crate::answers::Answers;
use crate::answers::conformance::Drawn;
use crate::answers::mining::{Answered, Log};
use crate::answers::resolve::Resolved;

pub(super) const SETTINGS: &[Setting] =
    &[Setting::new("periods", "COUNT", "The latest periods that are listed; alarms are found in all there are", "26")];

/// Every target, with its series.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Targets {
    /// The moment of the latest event.
    pub as_of: Timestamp,
    /// Those with an alarm first, each group by name.
    pub targets: Vec<TargetView>,
    #[serde(skip)]
    coverage: Coverage,
}

/// One target.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetView {
    /// Its name.
    pub name: String,
    /// Version of its document.
    pub version: u32,
    /// What its document says.
    pub says: Target,
    /// What people call the touchpoint, or the map.
    pub about: String,
    /// What people call the step; empty where it is about none.
    pub about_step: String,
    /// `mood`, or `share`.
    pub unit: &'static str,
    /// What n counts: `moods`, `journeys`.
    pub of: &'static str,
    /// How intervals are found.
    pub method: &'static str,
    /// An alarm ends at this figure or above.
    pub clear_at: f64,
    /// Why nothing can be said of it: the map or the step is no more. Empty if something can.
    pub problem: String,
    /// Whether the alarm is on.
    pub alarm: Alarm,
    /// The latest period that is over and says something.
    pub current: Option<TargetPeriod>,
    /// Periods there are.
    pub periods_in_all: u64,
    /// The latest of them, the earliest first; none of a target with a problem.
    pub periods: Vec<TargetPeriod>,
}

/// Whether an alarm is on.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Alarm {
    /// Whether it is.
    pub on: bool,
    /// The period with which it began, if it is on.
    pub since: Option<String>,
    /// When that period began.
    pub since_at: Option<Timestamp>,
}

/// A figure in one period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetPeriod {
    /// `2026-W40` or `2026-09`.
    pub period: String,
    /// First moment.
    pub from: Timestamp,
    /// First moment after.
    pub to: Timestamp,
    /// When it is over and can be judged: at its end, for a map's figure once its `over_after` has passed, too.
    pub judged_at: Timestamp,
    /// The figure; undefined over nothing.
    pub value: Option<f64>,
    /// Units it rests on.
    pub n: u64,
    /// Its interval at 95 %.
    pub interval: Option<[f64; 2]>,
    /// Journeys of the period that may still go on; none for moods.
    pub still_open: Option<u64>,
    /// Reached, missed, too few, or not over.
    pub state: PeriodState,
    /// Whether the alarm is on after it.
    pub alarm: bool,
}

/// What a target needs of the plans.
pub(super) struct Watched {
    pub(super) target: Named<Target>,
    pub(super) about: String,
    about_step: String,
    /// The map, and how its journeys are cut; none for moods.
    map: Option<(Vec<Drawn>, JourneyRule)>,
    problem: String,
}

/// A period's figure before anything is said of it.
struct Figure {
    value: Option<f64>,
    n: u64,
    interval: Option<[f64; 2]>,
    still_open: Option<u64>,
}

impl Figure {
    const NOTHING: Self = Self { value: None, n: 0, interval: None, still_open: None };

    fn of_map(found: &Conformance, target: &Target) -> Self {
        let still_open = Some(found.all.journeys - found.all.over);
        match target.measure {
            TargetMeasure::Mood => Self::NOTHING,
            TargetMeasure::Completed => Self {
                value: found.all.completed_share,
                n: found.all.over,
                interval: found.all.completed_interval,
                still_open,
            },
            TargetMeasure::AsPlanned if target.step.is_empty() => Self {
                value: found.all.as_planned_share,
                n: found.all.journeys,
                interval: found.all.as_planned_interval,
                still_open,
            },
            TargetMeasure::AsPlanned => {
                let step = found.steps.iter().find(|step| step.step == target.step);
                step.map_or(Self::NOTHING, |step| Self {
                    value: step.as_planned_share,
                    n: step.journeys - step.undetermined - step.not_reached,
                    interval: step.interval,
                    still_open,
                })
            }
        }
    }
}

impl Answers {
    pub(super) fn targets(
        &self,
        mut resolved: Resolved,
        mut settings: Settings,
        again: Option<&Recipe>,
        control: &Control,
    ) -> Result<Answered, EngineError> {
        let listed = settings.count("periods", 1..=10_000)?;
        let documents = Documents::of(self, again);
        let watched = watched(&documents)?;
        resolved.plans.extend(documents.used());
        let asked = (Composed::Targets.name(), settings.recipe());
        self.answered_whole(&resolved, again, control, asked, |log| {
            let as_of = log.as_of();
            let mut targets = self.series(&watched, (as_of.micros(), None), log, control)?;
            for view in &mut targets {
                view.periods.drain(..view.periods.len().saturating_sub(listed));
            }
            targets.sort_by_key(|view| (!view.alarm.on, view.name.clone()));
            Ok(Targets { as_of, targets, coverage: Coverage::default() })
        })
    }

    /// The whole series of each target as it stood at a moment, by the events before another one.
    pub(super) fn series(
        &self,
        watched: &[Watched],
        (as_of, until): (i64, Option<Timestamp>),
        log: &Log<'_>,
        control: &Control,
    ) -> Result<Vec<TargetView>, EngineError> {
        let Some(first) = log.earliest(control)?.map(Timestamp::micros).filter(|first| *first <= as_of) else {
            return Ok(watched.iter().map(|one| one.view(Vec::new())).collect());
        };
        let mut figures: BTreeMap<usize, Vec<Figure>> = BTreeMap::new();
        for every in [Every::Week, Every::Month] {
            let periods = CalendarPeriod::between(every, first, as_of);
            let of_these = || watched.iter().enumerate().filter(|(_, one)| one.target.says.every == every);
            let moods: Vec<usize> = of_these().filter(|(_, one)| one.map.is_none()).map(|(place, _)| place).collect();
            figures.extend(self.moods((watched, &moods), (&periods, until), log, control)?);
            // One scan for all targets of a map.
            let mut by_map: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (place, one) in of_these().filter(|(_, one)| one.map.is_some()) {
                by_map.entry(&one.target.says.map).or_default().push(place);
            }
            for (map, places) in by_map {
                let Some((drawn, rule)) = watched[places[0]].map.as_ref() else { continue };
                let mut held = self.map_kernel(map, drawn, log)?;
                held.as_of = as_of;
                let bounds = periods.iter().map(|period| period.from).chain(periods.last().map(|period| period.to));
                let kernel = ByBegin { kernel: held, bounds: bounds.collect() };
                let found = log.ask(self, (rule, until), &kernel, control)?;
                for place in places {
                    let of = |found: &Conformance| Figure::of_map(found, &watched[place].target.says);
                    figures.insert(place, found.periods.iter().map(of).collect());
                }
            }
        }
        let views = watched.iter().enumerate().map(|(place, one)| {
            // What cannot be told has no periods, rather than some that seem to rest on too little.
            if !one.problem.is_empty() {
                return one.view(Vec::new());
            }
            let periods = CalendarPeriod::between(one.target.says.every, first, as_of);
            one.view(one.judged(&periods, figures.remove(&place).unwrap_or_default(), as_of))
        });
        Ok(views.collect())
    }

    /// Mean moods by period, for the targets at these places.
    fn moods(
        &self,
        (watched, places): (&[Watched], &[usize]),
        (periods, until): (&[CalendarPeriod], Option<Timestamp>),
        log: &Log<'_>,
        control: &Control,
    ) -> Result<Vec<(usize, Vec<Figure>)>, EngineError> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let mut places_of = vec![Vec::new(); log.names().labels.len()];
        for (own, place) in (0..).zip(places) {
            if let Some(code) = log.names().code(&watched[*place].target.says.touchpoint) {
                places_of[usize::from(code)].push(own);
            }
        }
        let bounds: Vec<(i64, i64)> = periods.iter().map(|period| (period.from, period.to)).collect();
        let kernel = CourseKernel {
            origin: Some(MoodOrigin::Reported),
            places_of,
            places: places.len(),
            periods: CourseKernel::by_period(&bounds),
            groups: periods.len(),
        };
        let course = log.ask(self, (&JourneyRule::default(), until), &kernel, control)?;
        let figures = places.iter().enumerate().map(|(own, place)| {
            let of_periods = course.groups.iter().map(|group| {
                let at = &group.at[own];
                let n = at.moods.below.number as u64;
                Figure { value: at.moods.value(), n, interval: at.mood_interval(), still_open: None }
            });
            (*place, of_periods.collect())
        });
        Ok(figures.collect())
    }
}

/// All targets with what they need of the plans.
pub(super) fn watched(documents: &Documents<'_>) -> Result<Vec<Watched>, EngineError> {
    let mut watched = Vec::new();
    for target in documents.all::<Target>(DocumentKind::Target)? {
        let mut one =
            Watched { about: String::new(), about_step: String::new(), map: None, problem: String::new(), target };
        let says = &one.target.says;
        if says.measure == TargetMeasure::Mood {
            one.about = documents.title(&says.touchpoint)?;
        } else {
            match documents.map(&says.map)? {
                None => {
                    (one.about, one.problem) =
                        (says.map.clone(), Invalid::new("map", &says.map, "is no map").to_string());
                }
                Some(drawn) => {
                    let newest = drawn.iter().max_by_key(|drawn| drawn.version);
                    let step = newest.and_then(|newest| newest.plan.step.iter().find(|step| step.id == says.step));
                    one.about = newest.map_or_else(String::new, |newest| newest.plan.title.clone());
                    one.about_step = step.map_or_else(String::new, |step| step.title.clone());
                    if step.is_none() && !says.step.is_empty() {
                        one.problem = Invalid::new("step", &says.step, "is no step of this map").to_string();
                    }
                    let rule = documents.rule(drawn.last().map_or("", |newest| newest.plan.journey.as_str()))?;
                    one.map = Some((drawn, rule));
                }
            }
        }
        watched.push(one);
    }
    Ok(watched)
}

impl Watched {
    /// Microseconds that have to pass after a period before it is over.
    fn settles_after(&self) -> i64 {
        self.map.iter().flat_map(|(drawn, _)| drawn.iter().map(Drawn::over_after)).max().unwrap_or_default()
    }

    fn bounds(&self) -> Bounds {
        let says = &self.target.says;
        Bounds { at_least: says.at_least, clear_at: says.clear_at.unwrap_or(says.at_least), least_n: says.least_n }
    }

    fn judged(&self, periods: &[CalendarPeriod], figures: Vec<Figure>, as_of: i64) -> Vec<TargetPeriod> {
        let settles_after = self.settles_after();
        let judged_at = |period: &CalendarPeriod| period.to.saturating_add(settles_after);
        let looks = periods.iter().zip(&figures);
        let looks: Vec<Look> = looks
            .map(|(period, figure)| Look { value: figure.value, n: figure.n, is_over: judged_at(period) <= as_of })
            .collect();
        let said = alarms(self.bounds(), &looks);
        let all = periods.iter().zip(figures).zip(said);
        all.map(|((period, figure), (state, alarm))| TargetPeriod {
            period: period.name.clone(),
            from: Timestamp::clamped(period.from),
            to: Timestamp::clamped(period.to),
            judged_at: Timestamp::clamped(judged_at(period)),
            value: figure.value,
            n: figure.n,
            interval: figure.interval,
            still_open: figure.still_open,
            state,
            alarm,
        })
        .collect()
    }

    fn view(&self, periods: Vec<TargetPeriod>) -> TargetView {
        let says = self.target.says.clone();
        let (unit, of, method) = match says.measure {
            TargetMeasure::Mood => ("mood", "moods", "Student's t, customers as units"),
            TargetMeasure::AsPlanned | TargetMeasure::Completed => ("share", "journeys", "Wilson, n by design effect"),
        };
        // The first of the periods with an alarm at the end of the series.
        let on = periods.iter().rev().take_while(|period| period.alarm).last();
        let alarm = Alarm {
            on: on.is_some(),
            since: on.map(|period| period.period.clone()),
            since_at: on.map(|period| period.from),
        };
        let says_something =
            |period: &&TargetPeriod| matches!(period.state, PeriodState::Reached | PeriodState::Missed);
        TargetView {
            name: self.target.name.clone(),
            version: self.target.version,
            about: self.about.clone(),
            about_step: self.about_step.clone(),
            unit,
            of,
            method,
            clear_at: self.bounds().clear_at,
            problem: self.problem.clone(),
            alarm,
            current: periods.iter().rev().find(says_something).cloned(),
            periods_in_all: periods.len() as u64,
            periods,
            says,
        }
    }
}

impl mining::Answer for Targets {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        let on = self.targets.iter().filter(|view| view.alarm.on).count();
        vec![("targets", self.targets.len() as u64), ("alarms", on as u64)]
    }

    fn tables(&self) -> Vec<Table> {
        let table = Table::of("targets", &self.targets)
            .text("target", |row| row.name.clone())
            .text("alarm", |row| row.alarm.since.as_ref().map_or(String::new(), |since| format!("since {since}")))
            .text("period", |row| row.current.as_ref().map_or(String::new(), |now| now.period.clone()))
            .number("figure", |row| row.current.as_ref().and_then(|now| now.value))
            .count("n", |row| row.current.as_ref().map_or(0, |now| now.n))
            .number("at_least", |row| Some(row.says.at_least))
            .number("clear_at", |row| Some(row.clear_at));
        vec![table.done()]
    }
}
