//! Figures over journeys.

use serde_json::json;

use super::{Named, named};
use crate::openapi::schema::{Fields, list, map, moment, number, of, one_of, or_null, share, text, whole};

/// The schema of each question's answer.
pub(crate) const ANSWERS: &[(&str, &str)] = &[
    ("graph", "Graph"),
    ("variants", "Variants"),
    ("transitions", "Transitions"),
    ("funnel", "Funnel"),
    ("steps", "StepMatrix"),
    ("sankey", "Sankey"),
    ("sessions", "Sessions"),
    ("loops", "Loops"),
    ("hops", "Hops"),
    ("dropoff", "Dropoff"),
    ("retention", "Retention"),
    ("conversion", "Conversion"),
    ("pattern", "Matches"),
    ("centrality", "Centrality"),
    ("clusters", "Clusters"),
];

/// What stands around every answer about journeys.
fn answered(mut fields: Fields) -> Fields {
    fields.extend([("journeys", whole("Journeys in question")), ("events", whole("Events in them"))]);
    of_journeys(fields)
}

/// The same without the counts of journeys and events, for answers that count something else.
fn of_journeys(mut fields: Fields) -> Fields {
    fields.extend([
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
            "Funnel",
            "How far customers, attempts or sessions come",
            of_journeys(vec![
                ("entered", whole("Units with an entry; the n of every rate")),
                ("steps", list(&of("FunnelStep"), "The steps, in their order")),
                ("window_s", number("All steps lie within so many seconds of the entry")),
                ("order", one_of(["ordered", "strict", "any"], "In which order the steps are taken")),
                ("by", one_of(["customer", "attempt", "session"], "What the units are")),
                (
                    "as_of",
                    or_null(moment("The latest event, by which attempts are open or over; null if there is none")),
                ),
            ]),
        ),
        named(
            "FunnelStep",
            "One step; `reached` is `in_progress`, `dropped` and the next step's `reached` together",
            vec![
                ("touchpoint", text("The touchpoint; in any order, how many of how many")),
                ("reached", whole("Units that came here or further")),
                ("in_progress", whole("Came no further, and an entry's window is still open")),
                ("dropped", whole("Came no further, all others")),
                ("rate", or_null(share("Of `entered`; null if nobody entered"))),
                (
                    "interval",
                    or_null(list(
                        &share("A bound"),
                        "Wilson's interval of the rate at 95 %, the units taken as independent",
                    )),
                ),
                ("rate_of_previous", or_null(share("Of those who reached the step before; null if nobody did"))),
            ],
        ),
        named(
            "StepMatrix",
            "Where journeys are at each step; in each column the shares add up to 1",
            of_journeys(vec![
                ("journeys", whole("Journeys in the matrix; the n of every share")),
                ("without_anchor", whole("Journeys left out because they never come to the anchor")),
                (
                    "steps",
                    list(
                        &json!({ "type": "integer" }),
                        "The columns: 1 is the first event; with an anchor, 0 is its first",
                    ),
                ),
                ("rows", list(&of("StepRow"), "Touchpoints, the most frequent first")),
                ("path_start", or_null(of("StepRow"))),
                ("path_end", or_null(of("StepRow"))),
            ]),
        ),
        named(
            "StepRow",
            "A row of the step matrix, by column",
            vec![
                (
                    "touchpoint",
                    text("What it is shown as; `path_start` before the beginning, `path_end` after the end"),
                ),
                ("journeys", list(&whole("Journeys"), "Journeys that are there")),
                ("share", list(&or_null(share("A share")), "The same as shares of all journeys in the matrix")),
            ],
        ),
        named(
            "Sessions",
            "How many sessions there are, how long they last, where they begin and end",
            of_journeys(vec![
                ("sessions", whole("Number of sessions")),
                ("customers", whole("Distinct customers with a session")),
                ("events", whole("Events in them")),
                ("single_event", whole("Sessions of one event only")),
                ("single_event_share", or_null(share("Of all sessions; null if there is none"))),
                ("events_per_session", or_null(number("Mean; null if there is no session"))),
                ("sessions_per_customer", or_null(number("Mean; null if there is no customer"))),
                ("duration", or_null(of("Wait"))),
                ("starts", list(&of("Count"), "Where sessions begin, the most frequent first")),
                ("ends", list(&of("Count"), "Where they end, the most frequent first")),
            ]),
        ),
        named(
            "Count",
            "How often a touchpoint is the first or the last",
            vec![("touchpoint", text("What it is shown as")), ("count", whole("How often"))],
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
                ("settings", map(&json!({ "type": "string" }), "What else the question says, by name")),
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
