//! What lived journeys made of a map, in figures.

use mining::report::{Answer, Table};
use mining::statistics::newcombe;
use mining::{About, Coverage, Wait, Z, share, wilson};
use serde::Serialize;

use crate::kernel::{ConformanceKernel, Fits, Partial, Tally, VERDICTS};
use crate::verdicts::Verdict;

/// Lived journeys against a map.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conformance {
    /// The map's name.
    pub map: String,
    /// Its versions that journeys were held against, the oldest first.
    pub versions: Vec<u32>,
    /// Journeys that come by a touchpoint of the map; the n of every share that says no other.
    pub journeys: u64,
    /// Their customers.
    pub customers: u64,
    /// Journeys that come by none; nothing else is said of them.
    pub journeys_elsewhere: u64,
    /// Those of `journeys` that are over; the others may still go on.
    pub over: u64,
    /// Those that are over and came to an end of the map.
    pub completed: u64,
    /// `completed` of `over`; none if none is over.
    pub completed_share: Option<f64>,
    /// Wilson's interval of it at 95 %.
    pub completed_interval: Option<[f64; 2]>,
    /// Those that go as planned all along, as far as they have come.
    pub as_planned: u64,
    /// The same as a share; none if there is no journey.
    pub as_planned_share: Option<f64>,
    /// Wilson's interval of it at 95 %.
    pub as_planned_interval: Option<[f64; 2]>,
    /// Mean over the journeys that are over of 1 - cost / worst cost; none if there is none.
    pub fitness: Option<f64>,
    /// Normal interval of the mean at 95 %; none under two journeys.
    pub fitness_interval: Option<[f64; 2]>,
    /// 1 - all costs / all worst costs: long journeys count for more.
    pub log_fitness: Option<f64>,
    /// Mean of those that may still go on, as far as they have come.
    pub fitness_open: Option<f64>,
    /// Of the events in these journeys those at a touchpoint of the map.
    pub events_on_map_share: Option<f64>,
    /// Movements from one event at a touchpoint of the map to the next.
    pub movements: u64,
    /// Those that the plan has not, as a share; none where there is no movement.
    pub unexplained_movement_rate: Option<f64>,
    /// Of the ways the map allows where journeys were, those that some journey takes, weighted by how often they were
    /// there (after Muñoz-Gama and Carmona 2010); none if none was anywhere.
    pub precision: Option<f64>,
    /// Step by step, in the order of the map.
    pub steps: Vec<StepOutcome>,
    /// Events the plan has not, by where the journey stood and where they happened, most customers first.
    pub unplanned: Vec<Unplanned>,
    /// What goes otherwise than planned, the most expensive first.
    pub deviations: Vec<Deviation>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepOutcome {
    /// The step's id.
    pub step: String,
    /// What people call it.
    pub title: String,
    /// Its stage's id.
    pub stage: String,
    /// Some touchpoint shows it; nothing is known of the others.
    pub measured: bool,
    /// Journeys on whose way it lies.
    pub journeys: u64,
    /// Done where the plan has it, in time.
    pub as_planned: u64,
    /// Not done, and the journey has gone on.
    pub missing: u64,
    /// Tried and failed at least once.
    pub failing: u64,
    /// Done too late, or due.
    pub late: u64,
    /// Done at another place of the journey.
    pub out_of_order: u64,
    /// Not done yet, and may still be.
    pub undetermined: u64,
    /// Not done, the journey was over before.
    pub not_reached: u64,
    /// Journeys that were over here, before an end of the map.
    pub left_here: u64,
    /// `as_planned` of those that came to it or past it: all but undetermined and not reached; none if there is none.
    pub as_planned_share: Option<f64>,
    /// Wilson's interval of it at 95 %.
    pub interval: Option<[f64; 2]>,
    /// Median of the time it took where the plan has a limit, in seconds.
    pub median_s: Option<f64>,
    /// How many times that median is of.
    pub timed: u64,
}

/// Events the plan has not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unplanned {
    /// The step that the journey had come to last; none at its start.
    pub after: Option<String>,
    /// Where it happened.
    pub touchpoint: String,
    /// How often.
    pub occurrences: u64,
    /// In how many journeys.
    pub journeys: u64,
    /// Of how many customers.
    pub customers: u64,
    /// `journeys` of all.
    pub share: Option<f64>,
}

/// What goes otherwise than planned.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Deviation {
    /// In which way.
    pub kind: Deviations,
    /// The step that is concerned; for what is unplanned the step before, none at the start.
    pub step: Option<String>,
    /// Where it happened, for what is unplanned.
    pub touchpoint: Option<String>,
    /// Journeys in which it is so.
    pub journeys: u64,
    /// Their customers.
    pub customers: u64,
    /// `journeys` of all.
    pub share: Option<f64>,
    /// Of these journeys that are over the share that came to an end of the map; none if none is over.
    pub completed_with: Option<f64>,
    /// The same of all other journeys that are over.
    pub completed_without: Option<f64>,
    /// `completed_with` less `completed_without`.
    pub difference: Option<f64>,
    /// Newcombe's interval of the difference at 95 % (1998, method 10), the journeys taken as independent.
    pub difference_interval: Option<[f64; 2]>,
    /// Journeys fewer that came to an end than if they had done so as often as the others: what it goes together with,
    /// not what it causes. 0 where they did so more often.
    pub lost: f64,
}

/// The ways of going otherwise than planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deviations {
    /// A step was not done.
    Missing,
    /// A step was tried and failed.
    Failing,
    /// A step was done too late, or is due.
    Late,
    /// A step was done at another place.
    OutOfOrder,
    /// Something happened that the plan has not.
    Unplanned,
}

impl Fits {
    fn mean(&self) -> Option<f64> {
        (self.n() > 0).then(|| self.sum(|fitness| fitness) / self.n() as f64)
    }

    fn interval(&self) -> Option<[f64; 2]> {
        let (mean, n) = (self.mean()?, self.n() as f64);
        if self.n() < 2 {
            return None;
        }
        let variance = self.sum(|fitness| (fitness - mean).powi(2)) / (n - 1.0);
        let half = Z * (variance / n).sqrt();
        Some([(mean - half).max(0.0), (mean + half).min(1.0)])
    }
}

impl Conformance {
    pub(crate) fn of(kernel: &ConformanceKernel, partial: &Partial, about: &About<'_>) -> Self {
        let all = partial.all;
        let steps = kernel.steps.iter().enumerate().map(|(place, name)| {
            let counts = partial.steps.get(place).copied().unwrap_or_default();
            let of = |verdict: Verdict| counts[verdict as usize].journeys;
            let journeys: u64 = counts.iter().map(|tally| tally.journeys).sum();
            let determined: u64 = VERDICTS.iter().map(|verdict| of(*verdict)).sum();
            let wait = partial.times.get(place).and_then(|times| Wait::of(std::iter::once(times.as_slice())));
            StepOutcome {
                step: name.id.clone(),
                title: name.title.clone(),
                stage: name.stage.clone(),
                measured: name.measured,
                journeys,
                as_planned: of(Verdict::AsPlanned),
                missing: of(Verdict::Missing),
                failing: of(Verdict::Failing),
                late: of(Verdict::Late),
                out_of_order: of(Verdict::OutOfOrder),
                undetermined: of(Verdict::Undetermined),
                not_reached: of(Verdict::NotReached),
                left_here: partial.left_at.get(place).copied().unwrap_or_default(),
                as_planned_share: share(of(Verdict::AsPlanned), determined),
                interval: wilson(of(Verdict::AsPlanned), determined),
                median_s: wait.map(|wait| wait.median_s),
                timed: wait.map_or(0, |wait| wait.n),
            }
        });
        let steps: Vec<StepOutcome> = steps.collect();
        let step_of = |place: u32| kernel.steps[place as usize].id.clone();
        let mut unplanned: Vec<Unplanned> = partial
            .unplanned
            .iter()
            .map(|((after, code), found)| Unplanned {
                after: after.map(step_of),
                touchpoint: about.names.label(*code),
                occurrences: found.occurrences,
                journeys: found.tally.journeys,
                customers: found.tally.customers,
                share: share(found.tally.journeys, all.journeys),
            })
            .collect();
        unplanned.sort_by(|a, b| {
            let key = |one: &Unplanned| (std::cmp::Reverse(one.customers), one.touchpoint.clone(), one.after.clone());
            key(a).cmp(&key(b))
        });
        let (cost, worst) = partial.fits.costs();
        Self {
            map: kernel.map.clone(),
            versions: kernel.versions.iter().map(|version| version.version).collect(),
            journeys: all.journeys,
            customers: all.customers,
            journeys_elsewhere: partial.elsewhere,
            over: all.over,
            completed: all.completed,
            completed_share: share(all.completed, all.over),
            completed_interval: wilson(all.completed, all.over),
            as_planned: partial.as_planned.journeys,
            as_planned_share: share(partial.as_planned.journeys, all.journeys),
            as_planned_interval: wilson(partial.as_planned.journeys, all.journeys),
            fitness: partial.fits.mean(),
            fitness_interval: partial.fits.interval(),
            log_fitness: share(worst - cost, worst),
            fitness_open: partial.fits_open.mean(),
            events_on_map_share: share(partial.on_map, partial.of_those),
            movements: partial.movements,
            unexplained_movement_rate: share(partial.movements - partial.explained, partial.movements),
            precision: precision(kernel, partial),
            deviations: deviations(kernel, partial, about),
            steps,
            unplanned,
            coverage: about.coverage.clone(),
        }
    }
}

fn precision(kernel: &ConformanceKernel, partial: &Partial) -> Option<f64> {
    let (mut allowed, mut taken) = (0.0, 0.0);
    for (version, states) in kernel.versions.iter().zip(&partial.visits) {
        for (state, (visits, ways)) in states.iter().enumerate() {
            let out = version.network.ways_from(state as u16);
            allowed += *visits as f64 * out as f64;
            taken += *visits as f64 * ways.len() as f64;
        }
    }
    (allowed > 0.0).then(|| taken / allowed)
}

fn deviations(kernel: &ConformanceKernel, partial: &Partial, about: &About<'_>) -> Vec<Deviation> {
    let all = partial.all;
    let deviation = |kind, step: Option<String>, touchpoint: Option<String>, tally: &Tally| {
        let (with, of_with) = (tally.completed, tally.over);
        let (without, of_without) = (all.completed - with, all.over - of_with);
        let (completed_with, completed_without) = (share(with, of_with), share(without, of_without));
        let difference = completed_with.zip(completed_without).map(|(with, without)| with - without);
        Deviation {
            kind,
            step,
            touchpoint,
            journeys: tally.journeys,
            customers: tally.customers,
            share: share(tally.journeys, all.journeys),
            completed_with,
            completed_without,
            difference,
            difference_interval: newcombe((with, of_with), (without, of_without)),
            lost: difference.map_or(0.0, |difference| (-difference).max(0.0) * of_with as f64),
        }
    };
    let mut found = Vec::new();
    for (name, step) in kernel.steps.iter().zip(&partial.steps) {
        for (verdict, kind) in [
            (Verdict::Missing, Deviations::Missing),
            (Verdict::Failing, Deviations::Failing),
            (Verdict::Late, Deviations::Late),
            (Verdict::OutOfOrder, Deviations::OutOfOrder),
        ] {
            let tally = &step[verdict as usize];
            if tally.journeys > 0 {
                found.push(deviation(kind, Some(name.id.clone()), None, tally));
            }
        }
    }
    for ((after, code), beside) in &partial.unplanned {
        let after = after.map(|place| kernel.steps[place as usize].id.clone());
        found.push(deviation(Deviations::Unplanned, after, Some(about.names.label(*code)), &beside.tally));
    }
    found.sort_by(|a, b| {
        b.lost.total_cmp(&a.lost).then_with(|| {
            let key = |one: &Deviation| {
                (std::cmp::Reverse(one.customers), one.kind, one.step.clone(), one.touchpoint.clone())
            };
            key(a).cmp(&key(b))
        })
    });
    found
}

impl Answer for Conformance {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![
            ("journeys", self.journeys),
            ("journeys elsewhere", self.journeys_elsewhere),
            ("over", self.over),
            ("completed", self.completed),
            ("as planned", self.as_planned),
        ]
    }

    fn tables(&self) -> Vec<Table> {
        let steps = Table::of("steps", &self.steps)
            .text("step", |row| row.step.clone())
            .count("journeys", |row| row.journeys)
            .count("as_planned", |row| row.as_planned)
            .count("missing", |row| row.missing)
            .count("failing", |row| row.failing)
            .count("late", |row| row.late)
            .count("out_of_order", |row| row.out_of_order)
            .count("undetermined", |row| row.undetermined)
            .count("not_reached", |row| row.not_reached)
            .count("left_here", |row| row.left_here)
            .bar("as_planned_share", |row| row.as_planned_share)
            .interval("as_planned_share", |row| row.interval);
        let deviations = Table::of("deviations", &self.deviations)
            .text("kind", |row| row.kind.in_words().to_owned())
            .text("step", |row| row.step.clone().unwrap_or_default())
            .text("touchpoint", |row| row.touchpoint.clone().unwrap_or_default())
            .count("journeys", |row| row.journeys)
            .count("customers", |row| row.customers)
            .share("share", |row| row.share)
            .share("completed_with", |row| row.completed_with)
            .share("completed_without", |row| row.completed_without)
            .number("lost", |row| Some(row.lost));
        let unplanned = Table::of("unplanned", &self.unplanned)
            .text("after", |row| row.after.clone().unwrap_or_default())
            .text("touchpoint", |row| row.touchpoint.clone())
            .count("occurrences", |row| row.occurrences)
            .count("journeys", |row| row.journeys)
            .count("customers", |row| row.customers)
            .share("share", |row| row.share);
        vec![steps.done(), deviations.done(), unplanned.done()]
    }
}

impl Deviations {
    fn in_words(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Failing => "failing",
            Self::Late => "late",
            Self::OutOfOrder => "out of order",
            Self::Unplanned => "unplanned",
        }
    }
}
