//! Figures over journeys.

use serde_json::json;

use super::{Named, named};
use crate::openapi::schema::{Fields, list, map, moment, number, of, or_null, share, text, whole};

/// What stands around every answer about journeys.
fn answered(mut fields: Fields) -> Fields {
    fields.extend([
        ("journeys", whole("Journeys in question")),
        ("events", whole("Events in them")),
        ("coverage", of("Coverage")),
        ("events_in_other", whole("Events whose touchpoints are shown as one, because there are too many")),
        ("timing", of("Timing")),
        ("recipe", of("Recipe")),
    ]);
    fields
}

pub(super) fn schemas() -> Named {
    vec![
        named(
            "Graph",
            "The directly-follows graph",
            answered(vec![
                ("nodes", list(&of("Node"), "The most frequent first")),
                ("edges", list(&of("Edge"), "The most frequent first")),
            ]),
        ),
        named(
            "Node",
            "A touchpoint",
            vec![
                ("touchpoint", text("What it is shown as")),
                ("occurrences", whole("Events there")),
                ("customers", whole("Distinct customers who came by")),
                ("starts", whole("Journeys that begin there")),
                ("ends", whole("Journeys that end there")),
            ],
        ),
        named(
            "Edge",
            "One touchpoint directly followed by another",
            vec![
                ("from", text("The earlier touchpoint")),
                ("to", text("The later touchpoint")),
                ("occurrences", whole("How often")),
                ("customers", whole("Distinct customers")),
                ("journeys", whole("Distinct journeys")),
                ("wait", of("Wait")),
            ],
        ),
        named(
            "Wait",
            "The time between two touchpoints in seconds, over all times it happened",
            vec![
                ("n", whole("Number of waits")),
                ("min_s", number("The shortest")),
                ("mean_s", number("The mean")),
                ("median_s", number("The median")),
                ("q95_s", number("The 95 % quantile, by linear interpolation")),
                ("max_s", number("The longest")),
            ],
        ),
        named(
            "Variants",
            "Whole sequences of touchpoints",
            answered(vec![
                ("variants", whole("Distinct sequences")),
                ("top", list(&of("Variant"), "The most frequent ones")),
            ]),
        ),
        named(
            "Variant",
            "One sequence",
            vec![
                ("touchpoints", list(&json!({ "type": "string" }), "The sequence, repeats kept")),
                ("journeys", whole("Journeys that have it")),
                ("share", share("Share of all journeys")),
            ],
        ),
        named(
            "Transitions",
            "The transition matrix, its empty cells left out",
            answered(vec![
                ("transitions", whole("Transitions; the n of `share_of_total`")),
                ("touchpoints", list(&of("Margin"), "Rows and columns, with the n of `proba_out` and `proba_in`")),
                ("pairs", list(&of("Pair"), "Cells, the most frequent first")),
            ]),
        ),
        named(
            "Margin",
            "Row and column sum of a touchpoint",
            vec![
                ("touchpoint", text("What it is shown as")),
                ("outgoing", whole("Transitions that leave it")),
                ("incoming", whole("Transitions that reach it")),
            ],
        ),
        named(
            "Pair",
            "One cell of the matrix",
            vec![
                ("from", text("The earlier touchpoint")),
                ("to", text("The later touchpoint")),
                ("count", whole("How often the later directly follows the earlier")),
                ("unique_journeys", whole("Distinct journeys")),
                ("share_of_total", share("Share of all transitions")),
                ("avg_per_journey", number("For each journey")),
                ("proba_out", share("Share of the transitions that leave `from`")),
                ("proba_in", share("Share of the transitions that reach `to`")),
                ("time_median_s", number("Median of the time between, in seconds")),
                ("time_q95_s", number("95 % quantile of the time between, in seconds")),
            ],
        ),
        named(
            "Coverage",
            "How much of the events the journeys hold",
            vec![
                ("events_in_journeys", whole("Events in a journey")),
                ("events_outside", whole("Events in none")),
                ("journeys", whole("Journeys")),
                ("open_journeys", whole("Journeys without the end their rule asks for")),
                ("share", or_null(share("Share of the events in a journey; null if there is no event"))),
                (
                    "unknown_marks",
                    list(&json!({ "type": "string" }), "Touchpoints the rule names that no event was ever at"),
                ),
            ],
        ),
        named(
            "Timing",
            "What the answer cost, in milliseconds",
            vec![("load_ms", number("Bringing the columns up to date")), ("scan_ms", number("Cutting and scanning"))],
        ),
        named(
            "Recipe",
            "All it takes to get the answer again",
            vec![
                ("question", text("What was asked")),
                ("journey", text("The journey rule")),
                ("from", or_null(moment("First moment"))),
                ("to", or_null(moment("First moment after"))),
                (
                    "plans",
                    map(
                        &json!({ "type": "integer", "minimum": 0 }),
                        "The version of each plan that took part; 0 for none",
                    ),
                ),
                ("events_through", or_null(whole("Number of the last event that was taken into account"))),
            ],
        ),
    ]
}
