//! Figures over all journeys that are held against a map.

use mining::report::Table;
use mining::statistics::{Denominator, Numerator, Ratio};
use mining::{Felt, MoodSums, share};
use serde::Serialize;

use crate::felt::MILLI;
use crate::kernel::ConformanceKernel;
use crate::partial::{Fits, Partial};
use crate::units::{Sum, Units};

/// How some journeys go by a map, all in all.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
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
    /// Wilson's interval of it at 95 %, n by design effect.
    pub completed_interval: Option<[f64; 2]>,
    /// Those that go as planned all along, as far as they have come.
    pub as_planned: u64,
    /// The same as a share; none if there is no journey.
    pub as_planned_share: Option<f64>,
    /// Wilson's interval of it at 95 %, n by design effect.
    pub as_planned_interval: Option<[f64; 2]>,
    /// Mean over the journeys that are over of 1 - cost / worst cost; none if there is none.
    pub fitness: Option<f64>,
    /// Student's interval of the mean at 95 %, customers as units; none under two customers.
    pub fitness_interval: Option<[f64; 2]>,
    /// 1 - all costs / all worst costs: long journeys count for more.
    pub log_fitness: Option<f64>,
    /// Mean of those that may still go on, as far as they have come.
    pub fitness_open: Option<f64>,
    /// Events in these journeys.
    pub events: u64,
    /// Those at a touchpoint of the map, as a share of them: the coverage.
    pub events_on_map_share: Option<f64>,
    /// Wilson's interval of it at 95 %, n by design effect.
    pub events_on_map_interval: Option<[f64; 2]>,
    /// Movements from one event at a touchpoint of the map to the next.
    pub movements: u64,
    /// Those that the plan has not, as a share; none where there is no movement.
    pub unexplained_movement_rate: Option<f64>,
    /// Wilson's interval of it at 95 %, n by design effect.
    pub unexplained_movement_interval: Option<[f64; 2]>,
    /// Of the ways the map allows where journeys were, those that some journey takes, weighted by how often they were
    /// there (after Muñoz-Gama and Carmona 2010); none if none was anywhere. It has no interval: it is no mean over customers, and
    /// grows with what they find.
    pub precision: Option<f64>,
    /// How customers said they felt; none if nobody did.
    pub experience: Option<Experience>,
}

/// How customers said they felt on their journeys, -2 to 2. Moods that were computed or assumed do not count.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Experience {
    /// Journeys that tell a mood.
    pub journeys: u64,
    /// All moods of all journeys.
    pub moods: Felt,
    /// Mean over journeys of their mean.
    pub mean: Mean,
    /// Mean over journeys of (peak + end) / 2, what people are said to remember (Kahneman 1993): beside the mean, never in
    /// its place.
    pub remembered: Mean,
    /// Mean over journeys of the mood furthest from neutral, the later of equal ones.
    pub peak: Mean,
    /// Mean over journeys of the last mood.
    pub end: Mean,
}

/// A mean over journeys.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Student's interval at 95 %, customers as units; none below two of them.
    pub interval: Option<[f64; 2]>,
}

impl Mean {
    /// `scale` of the sum are one.
    fn of(units: &Units, what: Sum, scale: f64) -> Option<Self> {
        let sums = units.of(what);
        let bounds = |ends: [f64; 2]| ends.map(|end| (end / scale).clamp(-2.0, 2.0));
        sums.value().map(|mean| Self { mean: mean / scale, interval: sums.mean_interval().map(bounds) })
    }
}

impl Experience {
    fn of(partial: &Partial) -> Option<Self> {
        Some(Self {
            journeys: partial.units.of(Sum::Mean).below.number as u64,
            moods: felt(&partial.moods)?,
            mean: Mean::of(&partial.units, Sum::Mean, MILLI)?,
            remembered: Mean::of(&partial.units, Sum::PeakAndEnd, 2.0)?,
            peak: Mean::of(&partial.units, Sum::Peak, 1.0)?,
            end: Mean::of(&partial.units, Sum::End, 1.0)?,
        })
    }
}

/// Moods in figures; none if there is none.
pub(super) fn felt(sums: &MoodSums) -> Option<Felt> {
    (sums.n() > 0).then(|| Felt::of(sums))
}

impl Fits {
    fn mean(&self) -> Option<f64> {
        (self.n() > 0).then(|| self.sum() / self.n() as f64)
    }
}

/// Student's interval at 95 % of the mean fitness of what is over, customers as units; none below two of them.
fn fitness_interval(partial: &Partial) -> Option<[f64; 2]> {
    let [low, high] = partial.units.of(Sum::Fitness).mean_interval()?;
    // Around the mean as it is, not as it is in thousandths.
    let (mean, half) = (partial.fits.mean()?, (high - low) / 2.0 / MILLI);
    Some([(mean - half).max(0.0), (mean + half).min(1.0)])
}

/// Wilson's interval at 95 % of a share of journeys, of as many independent ones as tell as much. `several` are those of customers
/// who have several; everybody else has one.
pub(super) fn interval((part, whole): (u64, u64), several: &Ratio) -> Option<[f64; 2]> {
    let (part, whole) = (part as f64 - several.above.sum, whole as f64 - several.below.number);
    let mut all = *several;
    all.merge(&Ratio {
        above: Numerator { sum: part, squared: part, by_number: part },
        below: Denominator { customers: whole as u64, number: whole, squared: whole },
    });
    all.share_interval()
}

impl Summary {
    pub(crate) fn of(kernel: &ConformanceKernel, partial: &Partial) -> Self {
        let all = partial.all;
        let (cost, worst) = partial.fits.costs();
        let (on_map, unexplained) = (partial.units.of(Sum::OnMap), partial.units.of(Sum::Unexplained));
        Self {
            journeys: all.journeys,
            customers: all.customers,
            journeys_elsewhere: partial.elsewhere,
            over: all.over,
            completed: all.completed,
            completed_share: share(all.completed, all.over),
            completed_interval: interval((all.completed, all.over), &partial.several.completed),
            as_planned: partial.as_planned.journeys,
            as_planned_share: share(partial.as_planned.journeys, all.journeys),
            as_planned_interval: interval((partial.as_planned.journeys, all.journeys), &partial.several.as_planned),
            fitness: partial.fits.mean(),
            fitness_interval: fitness_interval(partial),
            log_fitness: share(worst - cost, worst),
            fitness_open: partial.fits_open.mean(),
            events: on_map.below.number as u64,
            events_on_map_share: on_map.value(),
            events_on_map_interval: on_map.share_interval(),
            movements: unexplained.below.number as u64,
            unexplained_movement_rate: unexplained.value(),
            unexplained_movement_interval: unexplained.share_interval(),
            precision: precision(kernel, partial),
            experience: Experience::of(partial),
        }
    }
}

/// A figure in a line of its own.
struct Line {
    figure: &'static str,
    value: Option<f64>,
    interval: Option<[f64; 2]>,
    n: u64,
    of: &'static str,
}

impl Summary {
    /// Every figure with its interval, its n, and what that counts.
    pub(super) fn table(&self) -> Table {
        let line = |figure, value, interval, (n, of)| Line { figure, value, interval, n, of };
        let journeys = (self.journeys, "journeys");
        let over = (self.over, "journeys over");
        let mut lines = vec![
            line("as planned", self.as_planned_share, self.as_planned_interval, journeys),
            line("completed", self.completed_share, self.completed_interval, over),
            line("fitness", self.fitness, self.fitness_interval, over),
            line("fitness by cost", self.log_fitness, None, over),
            line("coverage", self.events_on_map_share, self.events_on_map_interval, (self.events, "events")),
            line("precision", self.precision, None, journeys),
            line(
                "unexplained movements",
                self.unexplained_movement_rate,
                self.unexplained_movement_interval,
                (self.movements, "movements"),
            ),
        ];
        if let Some(experience) = &self.experience {
            let told = (experience.journeys, "journeys with a mood");
            let moods = [("mean mood", experience.mean), ("remembered mood", experience.remembered)];
            lines.extend(moods.map(|(figure, mood)| line(figure, Some(mood.mean), mood.interval, told)));
        }
        let table = Table::of("figures", &lines)
            .text("figure", |line| line.figure.to_owned())
            .number("value", |line| line.value)
            .number("value_low", |line| line.interval.map(|[low, _]| low))
            .number("value_high", |line| line.interval.map(|[_, high]| high))
            .count("n", |line| line.n)
            .text("of", |line| line.of.to_owned());
        table.done()
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
