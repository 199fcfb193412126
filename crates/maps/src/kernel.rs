//! Lived journeys against a map, as a question over a log.

use std::collections::BTreeMap;

use mining::compare::{Figure, Measure, Subject};
use mining::{About, Kernel, Slice};
use serde::{Deserialize, Serialize};

use crate::align::{Aligned, Aligner, Move};
use crate::answer::Conformance;
use crate::network::Network;
use crate::verdicts::{Judged, Verdict};

/// A map from some moment on.
#[derive(Clone, Debug)]
pub struct Version {
    /// Journeys that begin from then on, microseconds since 1970.
    pub from: i64,
    /// The document's version.
    pub version: u32,
    /// Its network.
    pub network: Network,
    /// By step of its own: the place among [`ConformanceKernel::steps`].
    pub places: Vec<u32>,
    /// Microseconds; a journey in which nothing happens for longer is over. None: it is over at an end of the map only.
    pub over_after: Option<i64>,
}

impl Version {
    /// Aligns a journey that comes by the map, as it stands at a moment, and judges it; whether it is over by then.
    pub(crate) fn held(
        &self,
        journey: (&[u16], &[i64]),
        as_of: i64,
        aligner: &mut Aligner,
        judged: &mut Judged,
    ) -> (Aligned, bool) {
        let ((codes, times), network) = (journey, &self.network);
        let quiet = as_of.saturating_sub(times[times.len() - 1]);
        let mut is_over = self.over_after.is_some_and(|over_after| quiet > over_after);
        let mut aligned = aligner.align(network, codes, is_over);
        // Whoever has come to an end by the plan is there, whatever may follow.
        if !is_over && network.ends[usize::from(aligned.last)] && network.from(aligned.last).next().is_none() {
            is_over = true;
            aligned = aligner.align(network, codes, true);
        }
        judged.judge(network, journey, (aligned, aligner.moves()), is_over, as_of);
        (aligned, is_over)
    }
}

/// What a map's steps are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepName {
    /// The step's id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its stage's id.
    pub stage: String,
    /// Some touchpoint shows it.
    pub measured: bool,
}

/// Holds journeys against the version of a map that is in force when they begin.
#[derive(Clone, Debug)]
pub struct ConformanceKernel {
    /// The map's name.
    pub map: String,
    /// Ascending by `from`, one at least; the first also holds for what began earlier.
    pub versions: Vec<Version>,
    /// All steps of all versions, those of the newest first.
    pub steps: Vec<StepName>,
    /// The latest moment known, microseconds since 1970.
    pub as_of: i64,
}

/// Journeys and the customers they belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Journeys in which it is so.
    pub journeys: u64,
    /// Distinct customers of these.
    pub customers: u64,
    /// Of these journeys, those that are over.
    pub over: u64,
    /// Of those that are over, those that came to an end of the map.
    pub completed: u64,
    /// The customer counted last: the block's number of customers never reaches it.
    #[serde(skip)]
    last: Option<u32>,
}

impl Tally {
    fn add(&mut self, customer: u32, (over, completed): (bool, bool)) {
        self.journeys += 1;
        self.over += u64::from(over);
        self.completed += u64::from(completed);
        if self.last != Some(customer) {
            self.last = Some(customer);
            self.customers += 1;
        }
    }

    fn merge(&mut self, other: &Self) {
        self.journeys += other.journeys;
        self.customers += other.customers;
        self.over += other.over;
        self.completed += other.completed;
    }
}

/// How many journeys have which cost and worst cost, ascending: sums over it do not depend on the order of scans.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fits(Vec<((u32, u32), u64)>);

impl Fits {
    fn add(&mut self, costs: (u32, u32), journeys: u64) {
        match self.0.binary_search_by_key(&costs, |(costs, _)| *costs) {
            Ok(place) => self.0[place].1 += journeys,
            Err(place) => self.0.insert(place, (costs, journeys)),
        }
    }

    fn merge(&mut self, other: Self) {
        other.0.into_iter().for_each(|(costs, journeys)| self.add(costs, journeys));
    }

    /// Number of journeys.
    pub(crate) fn n(&self) -> u64 {
        self.0.iter().map(|(_, journeys)| journeys).sum()
    }

    /// Sum over journeys of a figure of 1 - cost / worst.
    pub(crate) fn sum(&self, figure: impl Fn(f64) -> f64) -> f64 {
        let of = |(cost, worst): (u32, u32)| figure(1.0 - f64::from(cost) / f64::from(worst));
        self.0.iter().map(|(costs, journeys)| *journeys as f64 * of(*costs)).sum()
    }

    /// All costs and all worst costs.
    pub(crate) fn costs(&self) -> (u64, u64) {
        let all = self.0.iter();
        all.fold((0, 0), |(cost, worst), (costs, n)| (cost + n * u64::from(costs.0), worst + n * u64::from(costs.1)))
    }
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    /// Of these, at a touchpoint of the map, in journeys that come by it.
    pub(crate) on_map: u64,
    /// Of the same journeys all events.
    pub(crate) of_those: u64,
    /// Journeys that come by no touchpoint of the map.
    pub(crate) elsewhere: u64,
    /// All others.
    pub(crate) all: Tally,
    /// Those that go as planned all along, as far as they have come.
    pub(crate) as_planned: Tally,
    /// Of journeys that are over.
    pub(crate) fits: Fits,
    /// Of those that are not.
    pub(crate) fits_open: Fits,
    pub(crate) movements: u64,
    pub(crate) explained: u64,
    /// By step and verdict.
    pub(crate) steps: Vec<[Tally; Verdict::ALL.len()]>,
    /// By step: journeys that were over there, before an end of the map.
    pub(crate) left_at: Vec<u64>,
    /// By the step after which (none: at the start) and the touchpoint.
    pub(crate) unplanned: Vec<(Beside, Happened)>,
    /// By version and state: how often journeys went on from there, and which ways they took.
    pub(crate) visits: Vec<Vec<(u64, Vec<u16>)>>,
    /// By step: microseconds it took where there is a limit, in any order.
    pub(crate) times: Vec<Vec<i64>>,
}

/// The place of an event beside the plan.
pub(crate) type Beside = (Option<u32>, u16);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Happened {
    pub(crate) occurrences: u64,
    pub(crate) tally: Tally,
}

/// What is known of a step that a journey has come to: the n of its shares.
pub(crate) const VERDICTS: [Verdict; 5] =
    [Verdict::AsPlanned, Verdict::OutOfOrder, Verdict::Late, Verdict::Failing, Verdict::Missing];

/// The way that stands for ending.
const ENDING: u16 = u16::MAX;

impl ConformanceKernel {
    pub(crate) fn version(&self, begun: i64) -> (usize, &Version) {
        let at = self.versions.partition_point(|version| version.from <= begun).saturating_sub(1);
        (at, &self.versions[at])
    }

    /// Memory for every step and state.
    fn prepare(&self, partial: &mut Partial) {
        partial.steps.resize(self.steps.len(), [Tally::default(); Verdict::ALL.len()]);
        partial.left_at.resize(self.steps.len(), 0);
        partial.times.resize(self.steps.len(), Vec::new());
        if partial.visits.is_empty() {
            let states = |version: &Version| vec![(0, Vec::new()); version.network.states()];
            partial.visits = self.versions.iter().map(states).collect();
        }
    }
}

impl Kernel for ConformanceKernel {
    type Partial = Partial;
    type Answer = Conformance;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        self.prepare(partial);
        let (mut aligner, mut judged) = (Aligner::default(), Judged::default());
        let mut unplanned: BTreeMap<Beside, Happened> = std::mem::take(&mut partial.unplanned).into_iter().collect();
        // Numbers of customers mean something in their own block only.
        partial.all.last = None;
        partial.as_planned.last = None;
        partial.steps.iter_mut().flatten().for_each(|tally| tally.last = None);
        unplanned.values_mut().for_each(|beside| beside.tally.last = None);
        let mut in_this_journey: Vec<Beside> = Vec::new();
        for (span, &customer) in slice.spans.iter().zip(slice.customers) {
            let (codes, times) = slice.journey(*span);
            partial.events += codes.len() as u64;
            let (number, version) = self.version(times[0]);
            let network = &version.network;
            let on_map = codes.iter().filter(|&&code| network.knows(code)).count() as u64;
            if on_map == 0 {
                partial.elsewhere += 1;
                continue;
            }
            partial.on_map += on_map;
            partial.of_those += codes.len() as u64;
            let (aligned, is_over) = version.held((codes, times), self.as_of, &mut aligner, &mut judged);
            let state = (is_over, judged.completed);
            partial.all.add(customer, state);
            if judged.is_as_planned(aligned) {
                partial.as_planned.add(customer, state);
            }
            if aligned.worst > 0 {
                let fits = if is_over { &mut partial.fits } else { &mut partial.fits_open };
                fits.add((aligned.cost, aligned.worst), 1);
            }
            partial.movements += judged.movements;
            partial.explained += judged.explained;
            for (step, verdict) in judged.verdicts.iter().enumerate() {
                if let Some(verdict) = verdict {
                    let place = version.places[step] as usize;
                    partial.steps[place][*verdict as usize].add(customer, state);
                }
            }
            if is_over
                && !judged.completed
                && let Some(step) = network.step_at(aligned.last)
            {
                partial.left_at[version.places[usize::from(step)] as usize] += 1;
            }
            for &(transition, took) in &judged.times {
                let step = network.transitions[usize::from(transition)].step;
                partial.times[version.places[usize::from(step)] as usize].push(took);
            }
            in_this_journey.clear();
            for &(event, at) in &judged.unplanned {
                let after = network.step_at(at).map(|step| version.places[usize::from(step)]);
                let beside = (after, codes[event as usize]);
                let found = unplanned.entry(beside).or_default();
                found.occurrences += 1;
                if !in_this_journey.contains(&beside) {
                    in_this_journey.push(beside);
                    found.tally.add(customer, state);
                }
            }
            let visits = &mut partial.visits[number];
            let mut went = |from: u16, way: u16| {
                let (visits, ways) = &mut visits[usize::from(from)];
                *visits += 1;
                if !ways.contains(&way) {
                    ways.push(way);
                }
            };
            for step in aligner.moves() {
                if let Move::Taken { transition, from, .. } = *step
                    && network.transitions[usize::from(transition)].from == from
                {
                    went(from, transition);
                }
            }
            if judged.completed {
                went(aligned.last, ENDING);
            }
        }
        partial.unplanned = unplanned.into_iter().collect();
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        self.prepare(partial);
        partial.events += other.events;
        partial.on_map += other.on_map;
        partial.of_those += other.of_those;
        partial.elsewhere += other.elsewhere;
        partial.all.merge(&other.all);
        partial.as_planned.merge(&other.as_planned);
        partial.fits.merge(other.fits);
        partial.fits_open.merge(other.fits_open);
        partial.movements += other.movements;
        partial.explained += other.explained;
        for (mine, more) in partial.steps.iter_mut().flatten().zip(other.steps.iter().flatten()) {
            mine.merge(more);
        }
        for (mine, more) in partial.left_at.iter_mut().zip(&other.left_at) {
            *mine += more;
        }
        for (mine, more) in partial.times.iter_mut().zip(other.times) {
            mine.extend(more);
        }
        let mut unplanned: BTreeMap<Beside, Happened> = std::mem::take(&mut partial.unplanned).into_iter().collect();
        for (beside, more) in &other.unplanned {
            let mine = unplanned.entry(*beside).or_default();
            mine.occurrences += more.occurrences;
            mine.tally.merge(&more.tally);
        }
        partial.unplanned = unplanned.into_iter().collect();
        for (mine, more) in partial.visits.iter_mut().flatten().zip(other.visits.into_iter().flatten()) {
            mine.0 += more.0;
            for way in more.1 {
                if !mine.1.contains(&way) {
                    mine.1.push(way);
                }
            }
        }
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Conformance {
        Conformance::of(self, &partial, about)
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let share = |what, subject, part, whole| Figure {
            what,
            subject,
            measure: Measure::Share { part, whole, of_customers: false },
        };
        let mut figures = vec![
            share("share of journeys as planned", Subject::All, partial.as_planned.journeys, partial.all.journeys),
            share("share of journeys completed", Subject::All, partial.all.completed, partial.all.over),
            Figure {
                what: "fitness",
                subject: Subject::All,
                measure: Measure::Mean { sum: partial.fits.sum(|fitness| fitness), n: partial.fits.n() },
            },
            share(
                "share of movements not in the plan",
                Subject::All,
                partial.movements - partial.explained,
                partial.movements,
            ),
        ];
        for (name, step) in self.steps.iter().zip(&partial.steps) {
            let whole: u64 = VERDICTS.iter().map(|verdict| step[*verdict as usize].journeys).sum();
            for (verdict, what) in [
                (Verdict::AsPlanned, "share as planned"),
                (Verdict::Missing, "share missing"),
                (Verdict::Failing, "share failing"),
                (Verdict::Late, "share late"),
                (Verdict::OutOfOrder, "share out of order"),
            ] {
                let part = step[verdict as usize].journeys;
                figures.push(share(what, Subject::Planned(name.id.as_str().into()), part, whole));
            }
        }
        figures
    }

    fn bytes(&self, partial: &Partial) -> usize {
        partial.times.iter().map(|times| times.capacity() * 8).sum::<usize>()
            + partial.unplanned.len() * size_of::<(Beside, Happened)>()
    }
}
