//! What lived journeys made of a map, in figures.

mod deviations;
mod steps;
mod summary;
mod ways;

use mining::report::{Answer, Table};
use mining::{About, Coverage};
use serde::Serialize;

use crate::kernel::ConformanceKernel;
use crate::partial::Partial;

pub use deviations::{Deviation, Deviations, MoodBeside, Unplanned};
pub use steps::{Gap, StepOutcome};
pub use summary::{Experience, Mean, Summary};
pub use ways::WayTaken;

/// Lived journeys against a map.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conformance {
    /// The map's name.
    pub map: String,
    /// Its versions that journeys were held against, the oldest first.
    pub versions: Vec<u32>,
    /// All journeys together.
    #[serde(flatten)]
    pub all: Summary,
    /// Step by step, in the order of the map.
    pub steps: Vec<StepOutcome>,
    /// Ways taken as the plan has them.
    pub ways: Vec<WayTaken>,
    /// Events the plan has not, by where the journey stood and where they happened, most customers first.
    pub unplanned: Vec<Unplanned>,
    /// What goes otherwise than planned, the most expensive first.
    pub deviations: Vec<Deviation>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

impl Conformance {
    pub(crate) fn of(kernel: &ConformanceKernel, partial: &Partial, about: &About<'_>) -> Self {
        Self {
            map: kernel.map.clone(),
            versions: kernel.versions.iter().map(|version| version.version).collect(),
            all: Summary::of(kernel, partial),
            steps: steps::steps(kernel, partial),
            ways: ways::ways(kernel, partial),
            unplanned: deviations::unplanned(kernel, partial, about),
            deviations: deviations::deviations(kernel, partial, about),
            coverage: about.coverage.clone(),
        }
    }
}

impl Answer for Conformance {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![
            ("journeys", self.all.journeys),
            ("journeys elsewhere", self.all.journeys_elsewhere),
            ("over", self.all.over),
            ("completed", self.all.completed),
            ("as planned", self.all.as_planned),
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
            .interval("as_planned_share", |row| row.interval)
            .count_if("moods", |row| row.felt.as_ref().map(|felt| felt.n))
            .number("mean_mood", |row| row.felt.as_ref().map(|felt| felt.mean))
            .number("mood_low", |row| row.felt.as_ref()?.interval.map(|[low, _]| low))
            .number("mood_high", |row| row.felt.as_ref()?.interval.map(|[_, high]| high))
            .number("assumed", |row| row.assumed.get("all").map(|mood| f64::from(*mood)))
            .number("expected", |row| row.expected.map(f64::from))
            .number("importance", |row| row.importance.map(|importance| importance.r));
        let deviations = Table::of("deviations", &self.deviations)
            .text("kind", |row| row.kind.in_words().to_owned())
            .text("step", |row| row.step.clone().unwrap_or_default())
            .text("touchpoint", |row| row.touchpoint.clone().unwrap_or_default())
            .count("journeys", |row| row.journeys)
            .count("customers", |row| row.customers)
            .count("of", |row| row.of)
            .share("of_share", |row| row.of_share)
            .share("completed_with", |row| row.completed_with)
            .share("completed_without", |row| row.completed_without)
            .number("lost", |row| Some(row.lost))
            .number("mood_difference", |row| row.mood.map(|mood| mood.difference))
            .number("mood_low", |row| row.mood?.difference_interval.map(|[low, _]| low))
            .number("mood_high", |row| row.mood?.difference_interval.map(|[_, high]| high))
            .seconds("mood_after_median_s", |row| row.mood?.after_median_s);
        let unplanned = Table::of("unplanned", &self.unplanned)
            .text("after", |row| row.after.clone().unwrap_or_default())
            .text("touchpoint", |row| row.touchpoint.clone())
            .count("occurrences", |row| row.occurrences)
            .count("journeys", |row| row.journeys)
            .count("customers", |row| row.customers)
            .share("share", |row| row.share);
        let ways = Table::of("ways", &self.ways)
            .text("from", |row| row.from.clone())
            .text("to", |row| row.to.clone())
            .count("journeys", |row| row.journeys)
            .count("customers", |row| row.customers)
            .share("share", |row| row.share);
        vec![steps.done(), deviations.done(), unplanned.done(), ways.done(), self.all.table()]
    }
}
