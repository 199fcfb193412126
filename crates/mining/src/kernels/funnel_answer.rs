use model::Timestamp;
use serde::Serialize;

use super::funnel::{By, Order};
use crate::journeys::Coverage;
use crate::report::{Answer, Table};

/// How far the units came.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Funnel {
    /// Units with an entry; the n of every rate.
    pub entered: u64,
    /// The steps, in their order.
    pub steps: Vec<FunnelStep>,
    /// All steps lie within so many seconds of the entry.
    pub window_s: f64,
    /// In which order.
    pub order: Order,
    /// What the units are.
    pub by: By,
    /// The latest moment that was recorded, by which attempts are open or over.
    pub as_of: Timestamp,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// One step of a funnel: `reached` is `in_progress`, `dropped` and the next required step's `reached` together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FunnelStep {
    /// The touchpoint; in any order, how many of how many.
    pub touchpoint: String,
    /// It may be left out: `reached` are those who took it, whether or not they came further.
    pub optional: bool,
    /// Units that came here or further.
    pub reached: u64,
    /// Of those who came no further, units with an entry whose window is still open.
    pub in_progress: u64,
    /// Of those who came no further, all others.
    pub dropped: u64,
    /// `reached` as a share of `entered`; undefined if nobody entered.
    pub rate: Option<f64>,
    /// Wilson's interval of the rate at 95 %, the units taken as independent.
    pub interval: Option<[f64; 2]>,
    /// `reached` as a share of those who reached the step before; undefined if nobody did.
    pub rate_of_previous: Option<f64>,
}

impl Answer for Funnel {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("entered", self.entered)]
    }

    fn tables(&self) -> Vec<Table> {
        let steps = Table::of("steps", &self.steps)
            .text("touchpoint", |step| step.touchpoint.clone() + if step.optional { " (optional)" } else { "" })
            .count("reached", |step| step.reached)
            .bar("rate", |step| step.rate)
            .interval("rate", |step| step.interval)
            .share("rate_of_previous", |step| step.rate_of_previous)
            .count_if("in_progress", |step| (!step.optional).then_some(step.in_progress))
            .count_if("dropped", |step| (!step.optional).then_some(step.dropped));
        vec![steps.done()]
    }
}
