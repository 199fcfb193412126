//! What Velunda wants to reach, and watches.

use model::{DocumentKind, Every, Target, TargetMeasure};

use crate::plans::{Plan, plan};

struct Line {
    name: &'static str,
    title: &'static str,
    measure: TargetMeasure,
    touchpoint: &'static str,
    step: &'static str,
    /// An alarm begins below the first and ends at the second.
    bounds: (f64, f64),
    every: Every,
    owner: &'static str,
}

const MAP: &str = "bike-purchase";

const TARGETS: [Line; 4] = [
    Line {
        name: "good-talks",
        title: "People leave a talk in a good mood",
        measure: TargetMeasure::Mood,
        touchpoint: "shop-talk",
        step: "",
        bounds: (0.5, 0.6),
        every: Every::Week,
        owner: "Shops",
    },
    Line {
        name: "helpful-hotline",
        title: "The hotline leaves nobody angry",
        measure: TargetMeasure::Mood,
        touchpoint: "hotline",
        step: "",
        bounds: (-0.5, -0.3),
        every: Every::Month,
        owner: "Call centre",
    },
    Line {
        name: "handover-in-time",
        title: "Bikes are handed over as promised",
        measure: TargetMeasure::AsPlanned,
        touchpoint: "",
        step: "handover",
        bounds: (0.85, 0.9),
        every: Every::Month,
        owner: "Logistics",
    },
    Line {
        name: "purchases-completed",
        title: "Who looks around ends up riding",
        measure: TargetMeasure::Completed,
        touchpoint: "",
        step: "",
        bounds: (0.04, 0.06),
        every: Every::Month,
        owner: "Customer experience",
    },
];

/// The targets, in the order in which they are applied.
pub(crate) fn documents() -> Vec<Plan> {
    let document = |line: &Line| {
        let body = Target {
            title: line.title.to_owned(),
            measure: line.measure,
            touchpoint: line.touchpoint.to_owned(),
            map: if line.touchpoint.is_empty() { MAP.to_owned() } else { String::new() },
            step: line.step.to_owned(),
            at_least: line.bounds.0,
            clear_at: Some(line.bounds.1),
            every: line.every,
            least_n: 30,
            owner: line.owner.to_owned(),
        };
        plan(DocumentKind::Target, line.name, &body)
    };
    TARGETS.iter().map(document).collect()
}
