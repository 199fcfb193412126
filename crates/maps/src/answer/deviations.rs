//! What goes otherwise than planned, and what it goes together with.

use mining::statistics::newcombe;
use mining::{About, Wait, share, wilson};
use serde::Serialize;

use crate::felt::Sums;
use crate::kernel::{ConformanceKernel, VERDICTS};
use crate::partial::{Beside, Happened, Partial, Tally};

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
    /// Journeys in which it could be so: those that came to the step or past it, or that did the step after which it
    /// happened; all, at the start.
    pub of: u64,
    /// `journeys` of `of`.
    pub of_share: Option<f64>,
    /// Wilson's interval of it at 95 %.
    pub of_interval: Option<[f64; 2]>,
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
    /// How customers felt at last, with it and without; none where not both are known.
    pub mood: Option<MoodBeside>,
}

/// The last moods told in journeys with a deviation, beside those of the other journeys in which it could be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MoodBeside {
    /// Mean of the last moods of journeys with it, -2 to 2.
    pub with: f64,
    /// Of so many journeys.
    pub n_with: u64,
    /// Mean of the last moods of journeys without it.
    pub without: f64,
    /// Of so many journeys.
    pub n_without: u64,
    /// `with` less `without`.
    pub difference: f64,
    /// Its interval at 95 % (Welch 1947), the journeys taken as independent; none where one side has a single journey.
    pub difference_interval: Option<[f64; 2]>,
    /// Median of the time from the deviation to that mood, in seconds, where it was told after it.
    pub after_median_s: Option<f64>,
    /// How many times that median is of.
    pub after_n: u64,
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

impl Deviations {
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Failing => "failing",
            Self::Late => "late",
            Self::OutOfOrder => "out of order",
            Self::Unplanned => "unplanned",
        }
    }
}

/// A deviation as it was counted.
struct Counted<'a> {
    kind: Deviations,
    step: Option<String>,
    touchpoint: Option<String>,
    tally: &'a Tally,
    /// Journeys in which it could be.
    of: u64,
    /// The last moods of these.
    lasts: Sums,
    /// Microseconds from it to the last mood.
    later: &'a [i64],
}

impl Counted<'_> {
    fn told(self, all: &Tally) -> Deviation {
        let Self { kind, step, touchpoint, tally, of, lasts, later } = self;
        let (with, of_with) = (tally.completed, tally.over);
        let (without, of_without) = (all.completed - with, all.over - of_with);
        let (completed_with, completed_without) = (share(with, of_with), share(without, of_without));
        let difference = completed_with.zip(completed_without).map(|(with, without)| with - without);
        let others = lasts.without(&tally.lasts);
        let wait = Wait::of(std::iter::once(later));
        let mood = tally.lasts.difference(&others).and_then(|(difference, difference_interval)| {
            Some(MoodBeside {
                with: tally.lasts.mean()?,
                n_with: tally.lasts.n,
                without: others.mean()?,
                n_without: others.n,
                difference,
                difference_interval,
                after_median_s: wait.map(|wait| wait.median_s),
                after_n: wait.map_or(0, |wait| wait.n),
            })
        });
        Deviation {
            kind,
            step,
            touchpoint,
            journeys: tally.journeys,
            customers: tally.customers,
            share: share(tally.journeys, all.journeys),
            of,
            of_share: share(tally.journeys, of),
            of_interval: wilson(tally.journeys, of),
            completed_with,
            completed_without,
            difference,
            difference_interval: newcombe((with, of_with), (without, of_without)),
            lost: difference.map_or(0.0, |difference| (-difference).max(0.0) * of_with as f64),
            mood,
        }
    }
}

pub(super) fn deviations(kernel: &ConformanceKernel, partial: &Partial, about: &About<'_>) -> Vec<Deviation> {
    let all = &partial.all;
    let id = |place: usize| kernel.steps[place].says.id.clone();
    let mut found = Vec::new();
    for (place, step) in partial.steps.iter().enumerate() {
        let determined = VERDICTS.iter().map(|verdict| &step[*verdict as usize]);
        let (mut of, mut lasts) = (0, Sums::default());
        determined.for_each(|tally| {
            of += tally.journeys;
            lasts.merge(&tally.lasts);
        });
        let kinds = [Deviations::OutOfOrder, Deviations::Late, Deviations::Failing, Deviations::Missing];
        for ((kind, verdict), later) in kinds.into_iter().zip(&VERDICTS[1..]).zip(&partial.later[place]) {
            let tally = &step[*verdict as usize];
            if tally.journeys > 0 {
                let counted = Counted { kind, step: Some(id(place)), touchpoint: None, tally, of, lasts, later };
                found.push(counted.told(all));
            }
        }
    }
    for ((after, code), beside) in &partial.unplanned {
        let base = after.map_or(all, |place| &partial.stood[place as usize]);
        let counted = Counted {
            kind: Deviations::Unplanned,
            step: after.map(|place| id(place as usize)),
            touchpoint: Some(about.names.label(*code)),
            tally: &beside.tally,
            of: base.journeys,
            lasts: base.lasts,
            later: &beside.later,
        };
        found.push(counted.told(all));
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

pub(super) fn unplanned(kernel: &ConformanceKernel, partial: &Partial, about: &About<'_>) -> Vec<Unplanned> {
    let told = |((after, code), found): &(Beside, Happened)| Unplanned {
        after: after.map(|place| kernel.steps[place as usize].says.id.clone()),
        touchpoint: about.names.label(*code),
        occurrences: found.occurrences,
        journeys: found.tally.journeys,
        customers: found.tally.customers,
        share: share(found.tally.journeys, partial.all.journeys),
    };
    let mut unplanned: Vec<Unplanned> = partial.unplanned.iter().map(told).collect();
    unplanned.sort_by(|a, b| {
        let key = |one: &Unplanned| (std::cmp::Reverse(one.customers), one.touchpoint.clone(), one.after.clone());
        key(a).cmp(&key(b))
    });
    unplanned
}
