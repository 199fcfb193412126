//! Which touchpoint follows which.

use serde_json::json;

use super::{Figures, Named, events, journeys, named, share_or_null, touchpoint};
use crate::openapi::schema::{list, number, of, or_null, share, text, whole};

pub(super) fn figures() -> Vec<Figures> {
    vec![
        (
            "Graph",
            "The directly-follows graph",
            vec![
                journeys(),
                events(),
                ("nodes", list(&of("Node"), "The most frequent first")),
                ("edges", list(&of("Edge"), "The most frequent first")),
            ],
        ),
        (
            "Transitions",
            "The transition matrix, its empty cells left out",
            vec![
                journeys(),
                events(),
                ("transitions", whole("Transitions; the n of `share_of_total`")),
                ("touchpoints", list(&of("Margin"), "Rows and columns, with the n of `proba_out` and `proba_in`")),
                ("pairs", list(&of("Pair"), "Cells, the most frequent first")),
            ],
        ),
        (
            "StepMatrix",
            "Where journeys are at each step; in each column the shares add up to 1",
            vec![
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
            ],
        ),
        (
            "Sankey",
            "How journeys flow from step to step",
            vec![
                ("journeys", whole("Journeys in the flow; the n of every share but `share_shown`")),
                ("without_anchor", whole("Journeys left out because they never come to the anchor")),
                ("steps", whole("Number of steps")),
                (
                    "nodes",
                    list(
                        &of("SankeyNode"),
                        "Step by step; in a step the most frequent first, `(other)` and `path_end` last",
                    ),
                ),
                ("links", list(&of("SankeyLink"), "Step by step; in a step the most frequent first")),
                (
                    "links_in_all",
                    whole("Links on which a journey goes, `(other)` split up again; not those from `path_end`"),
                ),
                (
                    "share_shown",
                    share_or_null(
                        "Share of what flows on `links_in_all` that flows on links without `(other)`; null if nothing flows",
                    ),
                ),
            ],
        ),
        (
            "Centrality",
            "Touchpoints by how much they matter",
            vec![
                ("journeys", whole("Journeys in question; the n of `share`")),
                events(),
                ("touchpoints", whole("Touchpoints in them")),
                ("damping", share("The probability with which the walker of `pagerank` and `betweenness` goes on")),
                ("top", list(&of("Central"), "The touchpoints of the highest PageRank")),
            ],
        ),
    ]
}

pub(super) fn parts() -> Named {
    vec![
        named(
            "Node",
            "A touchpoint",
            vec![
                ("touchpoint", touchpoint()),
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
            "Margin",
            "Row and column sum of a touchpoint",
            vec![
                ("touchpoint", touchpoint()),
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
            "StepRow",
            "A row of the step matrix, by column",
            vec![
                (
                    "touchpoint",
                    text("What it is shown as; `path_start` before the beginning, `path_end` after the end"),
                ),
                ("journeys", list(&whole("Journeys"), "Journeys that are there")),
                ("share", list(&share_or_null("A share"), "The same as shares of all journeys in the matrix")),
            ],
        ),
        named(
            "SankeyNode",
            "What journeys are at in a step",
            vec![
                ("step", whole("The step, counted from 1")),
                (
                    "touchpoint",
                    text(
                        "What it is shown as; `(other)` for all that have no node, `path_end` for journeys that are over. \
                         A touchpoint of that very name keeps it, and these stand in one more pair of parentheses",
                    ),
                ),
                ("journeys", whole("Journeys there")),
                ("share", share_or_null("Of all journeys in the flow")),
            ],
        ),
        named(
            "SankeyLink",
            "From a step to the next",
            vec![
                ("step", whole("The step where it begins, counted from 1")),
                ("from", text("The node where it begins")),
                ("to", text("The node of the next step where it ends")),
                ("journeys", whole("Journeys on it")),
                ("share", share_or_null("Of all journeys in the flow")),
            ],
        ),
        named(
            "Central",
            "A touchpoint in the network of journeys",
            vec![
                ("touchpoint", touchpoint()),
                ("journeys", whole("Journeys that come by")),
                ("share", share_or_null("Share of all journeys that come by")),
                ("degree_in", whole("Other touchpoints that directly precede it")),
                ("degree_out", whole("Other touchpoints that directly follow it")),
                ("strength_in", whole("Transitions from other touchpoints")),
                ("strength_out", whole("Transitions to other touchpoints")),
                (
                    "betweenness",
                    share_or_null(
                        "Share of the ordered pairs of other touchpoints between which the most probable way goes by it; \
                         null with fewer than three touchpoints or more than 2,000",
                    ),
                ),
                ("pagerank", share("Share of its time that a walker spends here; all shares add up to 1")),
            ],
        ),
    ]
}
