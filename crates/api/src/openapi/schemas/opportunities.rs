//! What could be better, weighed.

use model::{Axis, Progress};
use serde_json::{Value, json};

use super::{Named, named};
use crate::openapi::schema::{Fields, list, number, of, one_of, or_null, share, text, whole};

pub(super) fn schemas() -> Named {
    let place = |by: &str| or_null(whole(&format!("By {by}: 1 is the highest; equal figures share a place")));
    vec![
        named(
            "OpportunityList",
            "Opportunities, weighed",
            vec![
                ("weight", share("Weight of worth to customers in the value")),
                ("progress", list(&progress("How far"), "How far those have come that are weighed; all if empty")),
                ("axes", list(&of("AxisCut"), "What a matrix can have on its axes")),
                ("opportunities", list(&of("Opportunity"), "By id")),
            ],
        ),
        named(
            "AxisCut",
            "An axis and where the mean cuts it",
            vec![
                ("axis", one_of(Axis::ALL.map(Axis::as_str), "A field of opportunities, or a figure made of some")),
                ("most", or_null(number("The end of its scale, which begins at 0; null where there is none"))),
                ("mean", or_null(number("The mean of the opportunities that have it; null where there are none"))),
                ("n", whole("How many these are")),
            ],
        ),
        named("Opportunity", "An opportunity, weighed", opportunity()),
        named(
            "OpportunityRanks",
            "Places among those that are weighed; null where the figure is undefined",
            vec![
                ("value_per_effort", place("value for each unit of effort")),
                ("ulwick", place("Ulwick's score")),
                ("weighted_gap", place("weighted gap")),
            ],
        ),
        named(
            "EasedPain",
            "A pain point that an opportunity would ease",
            vec![
                ("id", text("Its id")),
                ("title", text("What hurts")),
                ("severity", or_null(number("How much, 0 to 10"))),
                ("touchpoints", names("Touchpoints at which it hurts")),
            ],
        ),
        named(
            "ReferringStep",
            "A step of a map that refers to an opportunity",
            vec![
                ("map", text("Name of the map")),
                ("map_title", text("What people call it")),
                ("step", text("Id of the step")),
                ("step_title", text("What people call it")),
            ],
        ),
        named(
            "TakingSolution",
            "A solution that takes an opportunity",
            vec![
                ("id", text("Its id")),
                ("title", text("What is to be done")),
                ("progress", progress("How far it has come")),
                ("since", text("The day from which on it is in place, `YYYY-MM-DD`; empty if it is not known")),
            ],
        ),
    ]
}

fn progress(about: &str) -> Value {
    one_of(Progress::ALL.map(Progress::as_str), about)
}

fn names(about: &str) -> Value {
    list(&json!({ "type": "string" }), about)
}

fn opportunity() -> Fields {
    let figure = |about: &str| or_null(number(&format!("{about}; null where a field that it needs is missing")));
    vec![
        ("id", text("Its id")),
        ("version", whole("Version of its document")),
        ("title", text("What could be better, in a few words")),
        ("description?", text("The same in more")),
        ("pain_points?", names("Ids of the pain points it would ease, also of those without a document")),
        ("customer_value?", number("Worth to customers, 0 to 100")),
        ("business_value?", number("Worth to the company, 0 to 100")),
        ("effort?", number("Effort, 0 to 5")),
        ("importance?", number("How important the outcome is to customers, 0 to 10")),
        ("satisfaction?", number("How satisfied they are with it today, 0 to 10")),
        ("owner?", text("Who answers for it")),
        ("progress?", progress("How far it has come; `open` if not given")),
        ("value", figure("Worth to customers and to the company in one, 0 to 100")),
        ("value_per_effort", figure("Value for each unit of effort")),
        ("ulwick", figure("Ulwick's opportunity score, 0 to 20")),
        ("weighted_gap", figure("Importance times what is missing to full satisfaction, 0 to 100")),
        ("severity", figure("The highest severity among the pain points it would ease, 0 to 10")),
        ("ranks", of("OpportunityRanks")),
        ("eases", list(&of("EasedPain"), "The pain points it would ease, as far as there are documents of them")),
        ("referred", list(&of("ReferringStep"), "Steps that refer to it, map by map")),
        ("solutions", list(&of("TakingSolution"), "Solutions that take it")),
    ]
}
