//! What stands around every answer about journeys, and what is asked.

use serde_json::{Value, json};

use super::{Named, named, names, touchpoint};
use crate::mining::ABOUT_JOURNEYS;
use crate::openapi::schema::{Fields, list, map, moment, number, object, of, one_of, or_null, share, text, whole};

/// Beside the figures of every answer.
pub(super) fn fields() -> Fields {
    vec![
        ("events_in_other", whole("Events whose touchpoints are shown as one, because there are too many")),
        ("timing", of("Timing")),
        ("recipe", of("Recipe")),
    ]
}

pub(super) fn schemas() -> Named {
    let mut schemas = asking();
    schemas.extend(comparing());
    schemas.extend([
        named(
            "Wait",
            "The time between two events in seconds, over all times it happened",
            vec![
                ("n", whole("Number of waits")),
                ("min_s", number("The shortest")),
                ("mean_s", number("The mean")),
                ("median_s", number("The median")),
                ("q95_s", number("The 95 % quantile, by linear interpolation")),
                ("max_s", number("The longest")),
            ],
        ),
        named("Count", "How often a touchpoint", vec![("touchpoint", touchpoint()), ("count", whole("How often"))]),
        named(
            "Coverage",
            "How much of the events the journeys hold",
            vec![
                ("events_in_journeys", whole("Chosen events in a journey that was looked at")),
                ("events_outside", whole("Chosen events in no journey")),
                ("journeys", whole("Journeys looked at")),
                ("open_journeys", whole("Journeys without the end their rule asks for, of those looked at")),
                ("events_not_chosen", whole("Events in the time range that `only` leaves out")),
                ("journeys_not_chosen", whole("Journeys that `where` leaves out, or that are not in the group")),
                (
                    "share",
                    or_null(share("Share of the chosen events in a journey looked at; null if there is no event")),
                ),
                ("unknown_marks", names("Touchpoints that the rule or the question names and no event was ever at")),
            ],
        ),
        named(
            "Timing",
            "What the answer cost",
            vec![
                ("load_ms", number("Milliseconds of bringing the columns up to date")),
                ("scan_ms", number("Milliseconds of cutting and scanning; questions asked together share one scan")),
                ("columns_bytes", whole("Bytes of columns in memory")),
            ],
        ),
        named(
            "Recipe",
            "All it takes to get the answer again",
            vec![
                ("question", text("What was asked")),
                ("journey", text("The journey rule")),
                ("from", or_null(moment("First moment"))),
                ("to", or_null(moment("First moment after"))),
                ("only?", text("Which events count; all if not there")),
                ("where?", text("Which journeys are looked at, segments by their names; all if not there")),
                ("compare?", groups()),
                ("settings", map(&json!({ "type": "string" }), "What else the question says, by name")),
                (
                    "plans",
                    map(
                        &json!({ "type": "integer", "minimum": 0 }),
                        "The version of each plan that took part; 0 for none",
                    ),
                ),
                ("events_through", or_null(whole("Number of the last event that was taken into account"))),
                ("as_of", or_null(moment("The latest moment of the events; what could still happen after it is open"))),
            ],
        ),
    ]);
    schemas
}

fn groups() -> Value {
    json!({
        "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2,
        "description": "The two groups that are compared",
    })
}

fn asking() -> Named {
    let about = ABOUT_JOURNEYS.iter().map(|(name, form, meaning)| {
        let described = json!({ "type": "string", "description": format!("{meaning}. {form}") });
        (*name, described)
    });
    let mut about = object("The parameters that every question takes", about.collect());
    // None of them has to be there.
    about["required"] = json!([]);
    let questions = json!({
        "type": "array", "items": of("Question"), "minItems": 1, "maxItems": 50, "description": "What is asked",
    });
    vec![
        named("Ask", "Several questions about the same journeys", vec![("about?", about), ("questions", questions)]),
        named(
            "Question",
            "One of several questions",
            vec![
                ("question", one_of(mining::QUESTIONS.iter().map(|known| known.name), "Its name")),
                ("settings?", map(&json!({ "type": "string" }), "Its own parameters, by name")),
            ],
        ),
        named(
            "RunningQuestion",
            "A question that is being answered",
            vec![
                ("id", whole("What it is called off by")),
                ("question", text("What was asked; several that were asked together between commas")),
                ("seconds", number("Seconds since it began")),
                ("events_done", whole("Events scanned so far")),
                ("events_in_all", whole("Events to scan; 0 before it is known")),
            ],
        ),
    ]
}

fn comparing() -> Named {
    let ends = |about: &str| {
        or_null(json!({
            "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2, "description": about,
        }))
    };
    vec![
        named(
            "Differences",
            "The figures of two groups beside each other",
            vec![
                ("figures", list(&of("FigureDifference"), "Figure by figure, as people want to see them")),
                ("left_out", whole("Figures that were left out because there are more than 100")),
                ("level", share("The probability that all intervals are right together")),
            ],
        ),
        named(
            "FigureDifference",
            "One figure of both groups",
            vec![
                ("what", text("What is measured")),
                ("subject", text("What it is about; empty where it is about all journeys")),
                ("unit", one_of(["share", "seconds", "number"], "Of the figure")),
                ("a", of("Estimate")),
                ("b", of("Estimate")),
                ("difference", or_null(number("b minus a; null where one of them is"))),
                ("interval", ends("Interval of the difference; null where it cannot be known")),
                (
                    "verdict",
                    one_of(
                        ["higher", "lower", "no clear change", "undefined"],
                        "Where group b lies; no clear change where the interval holds 0 or is null",
                    ),
                ),
                ("method", text("How the intervals were found")),
            ],
        ),
        named(
            "Estimate",
            "A figure with how sure it is",
            vec![
                ("value", or_null(number("The figure; null over an empty set"))),
                ("n", whole("Units it rests on")),
                ("interval", ends("Its interval; null where there is too little to learn from")),
            ],
        ),
    ]
}
