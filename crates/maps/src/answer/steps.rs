//! What became of each step of a map.

use std::collections::BTreeMap;

use mining::{Felt, Wait, share};
use model::Evidence;
use serde::Serialize;

use super::summary::{felt, interval};
use crate::felt::Correlation;
use crate::kernel::{ConformanceKernel, VERDICTS};
use crate::partial::Partial;
use crate::verdicts::Verdict;

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
    /// Of its touchpoints those where nothing ever happened: they are to be measured first.
    pub unseen: Vec<String>,
    /// On what it rests what the map says of the step.
    pub evidence: Option<Evidence>,
    /// Journeys on whose way it lies.
    pub journeys: u64,
    /// Done where the plan has it, in time.
    pub as_planned: u64,
    /// Not done, and the journey has gone on.
    pub missing: u64,
    /// How often it was done, but for another case or product than the step before it: those journeys are `missing` it.
    pub for_another: u64,
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
    /// Wilson's interval of it at 95 %, n by design effect.
    pub interval: Option<[f64; 2]>,
    /// Median of the time it took where the plan has a limit, in seconds.
    pub median_s: Option<f64>,
    /// How many times that median is of.
    pub timed: u64,
    /// How customers said they felt there; none if nobody did.
    pub felt: Option<Felt>,
    /// How the map assumes they feel, by persona, -2 to 2; `all` for whoever is not named.
    pub assumed: BTreeMap<String, i8>,
    /// How they expect to feel, -2 to 2.
    pub expected: Option<i8>,
    /// Mean mood less what the map assumes of all.
    pub beside_assumed: Option<Gap>,
    /// Mean mood less what they expect: below 0 they are let down.
    pub beside_expected: Option<Gap>,
    /// How closely the mood there goes together with that of the rest of the journey: what it goes with, not what it causes.
    /// None below 20 journeys that tell both.
    pub importance: Option<Correlation>,
    /// Which moment of truth it is by the map; empty if none.
    pub moment_of_truth: String,
    /// Whether data make it one: its importance is among the highest quarter of those known. None where it is not known.
    pub derived_moment_of_truth: Option<bool>,
}

/// A mean mood beside a figure of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// The mean less the figure.
    pub difference: f64,
    /// Its interval at 95 %: that of the mean, moved.
    pub interval: Option<[f64; 2]>,
}

impl Gap {
    fn of(felt: &Felt, figure: i8) -> Self {
        let less = |bound: f64| bound - f64::from(figure);
        Self { difference: less(felt.mean), interval: felt.interval.map(|bounds| bounds.map(less)) }
    }
}

/// The assumption about all who are not named.
const ALL: &str = "all";

pub(super) fn steps(kernel: &ConformanceKernel, partial: &Partial) -> Vec<StepOutcome> {
    let outcome = |place: usize| {
        let says = &kernel.steps[place].says;
        let counts = &partial.steps[place];
        let of = |verdict: Verdict| counts[verdict as usize].journeys;
        let determined: u64 = VERDICTS.iter().map(|verdict| of(*verdict)).sum();
        let wait = Wait::of(std::iter::once(partial.times[place].as_slice()));
        let felt = felt(&partial.felt[place]);
        let beside = |figure: Option<i8>| felt.as_ref().zip(figure).map(|(felt, figure)| Gap::of(felt, figure));
        StepOutcome {
            step: says.id.clone(),
            title: says.title.clone(),
            stage: says.stage.clone(),
            measured: !says.touchpoints.is_empty(),
            unseen: kernel.steps[place].unseen.clone(),
            evidence: says.evidence,
            journeys: counts.iter().map(|tally| tally.journeys).sum(),
            as_planned: of(Verdict::AsPlanned),
            missing: of(Verdict::Missing),
            for_another: partial.for_another[place],
            failing: of(Verdict::Failing),
            late: of(Verdict::Late),
            out_of_order: of(Verdict::OutOfOrder),
            undetermined: of(Verdict::Undetermined),
            not_reached: of(Verdict::NotReached),
            left_here: partial.left_at[place],
            as_planned_share: share(of(Verdict::AsPlanned), determined),
            interval: interval((of(Verdict::AsPlanned), determined), &partial.several.steps[place]),
            median_s: wait.map(|wait| wait.median_s),
            timed: wait.map_or(0, |wait| wait.n),
            assumed: says.emotion.clone(),
            expected: says.expected,
            beside_assumed: beside(says.emotion.get(ALL).copied()),
            beside_expected: beside(says.expected),
            felt,
            importance: partial.pairs[place].correlation(),
            moment_of_truth: says.moment_of_truth.clone(),
            derived_moment_of_truth: None,
        }
    };
    let mut steps: Vec<StepOutcome> = (0..kernel.steps.len()).map(outcome).collect();
    let mut known: Vec<f64> = steps.iter().filter_map(|step| step.importance.map(|importance| importance.r)).collect();
    known.sort_by(|a, b| b.total_cmp(a));
    // A quarter of them, rounded up; equal ones all count.
    if let Some(least) = known.get(known.len().div_ceil(4).saturating_sub(1)) {
        for step in &mut steps {
            step.derived_moment_of_truth =
                step.importance.map(|importance| importance.r >= *least && importance.r > 0.0);
        }
    }
    steps
}
