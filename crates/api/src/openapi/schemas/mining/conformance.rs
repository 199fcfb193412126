//! Lived journeys against a map.

use serde_json::{Value, json};

use super::{Figures, Named, interval, journeys, named, share_or_null};
use crate::openapi::schema::{Fields, anything, list, moment, number, of, one_of, or_null, text, truth, whole};

pub(super) fn figures() -> Vec<Figures> {
    let mut whole = map_and_versions();
    whole.extend(summary());
    whole.extend([
        ("steps", list(&of("StepOutcome"), "Step by step, in the order of the map")),
        ("ways", list(&of("WayTaken"), "Ways taken as the plan has them, in the order of the map")),
        ("unplanned", list(&of("Unplanned"), "Events the plan has not, most customers first")),
        ("deviations", list(&of("Deviation"), "What goes otherwise than planned, the most expensive first")),
    ]);
    vec![("Conformance", "Lived journeys against a map", whole)]
}

fn map_and_versions() -> Fields {
    let versions = list(&json!({ "type": "integer" }), "Its versions that journeys were held against");
    vec![("map", text("The map's name")), ("versions", versions)]
}

/// The answer by groups: it cannot be compared with another.
pub(super) fn by_groups() -> Named {
    let groups = "Periods in their order; channels with the most journeys first; personas in the order of the map";
    let own = vec![("groups", list(&of("ConformanceGroup"), groups)), ("coverage", of("Coverage"))];
    let fields = [map_and_versions(), own, super::around::fields()].concat();
    vec![named("ConformanceBy", "Lived journeys against a map, group by group", fields)]
}

/// Figures over some journeys.
fn summary() -> Fields {
    vec![
        journeys(),
        ("customers", whole("Their customers")),
        ("journeys_elsewhere", whole("Journeys that come by no touchpoint of the map; nothing else is said of them")),
        ("over", whole("Of `journeys` those that are over; the others may still go on")),
        ("completed", whole("Those that are over and came to an end of the map")),
        ("completed_share", share_or_null("`completed` of `over`; null if none is over")),
        ("completed_interval", interval("Wilson's interval of it at 95 %, n by design effect")),
        ("as_planned", whole("Journeys as planned all along, as far as they have come")),
        ("as_planned_share", share_or_null("The same as a share of `journeys`; null if there is none")),
        ("as_planned_interval", interval("Wilson's interval of it at 95 %, n by design effect")),
        ("fitness", share_or_null("Mean of 1 - cost / worst cost over the journeys that are over")),
        (
            "fitness_interval",
            interval("Student's interval of the mean at 95 %, customers as units; null under two customers"),
        ),
        ("log_fitness", share_or_null("1 - all costs / all worst costs")),
        ("fitness_open", share_or_null("Mean over those that may still go on, as far as they have come")),
        ("events", whole("Events in these journeys")),
        ("events_on_map_share", share_or_null("Those at a touchpoint of the map, as a share of them: the coverage")),
        ("events_on_map_interval", interval("Wilson's interval of it at 95 %, n by design effect")),
        ("movements", whole("From one event at a touchpoint of the map to the next")),
        ("unexplained_movement_rate", share_or_null("Those the plan has not; null where there is no movement")),
        ("unexplained_movement_interval", interval("Wilson's interval of it at 95 %, n by design effect")),
        ("precision", share_or_null("Of the ways the map allows where journeys were, those that some journey takes")),
        ("experience", or_null(of("Experience"))),
    ]
}

pub(super) fn parts() -> Named {
    vec![
        named(
            "StepOutcome",
            "What became of a step",
            vec![
                ("step", text("The step's id")),
                ("title", text("What people call it")),
                ("stage", text("Its stage's id; empty if it has none")),
                ("measured", truth("Some touchpoint shows it; nothing is known of the others")),
                ("journeys", whole("Journeys on whose way it lies")),
                ("as_planned", whole("Done where the plan has it, in time")),
                ("missing", whole("Not done, and the journey has gone on")),
                (
                    "for_another",
                    whole("How often it was done, but for another case or product: those are `missing` it"),
                ),
                ("failing", whole("Tried and failed at least once")),
                ("late", whole("Done too late, or due")),
                ("out_of_order", whole("Done at another place of the journey")),
                ("undetermined", whole("Not done yet, and may still be")),
                ("not_reached", whole("Not done, the journey was over before")),
                ("left_here", whole("Journeys that were over here, before an end of the map")),
                ("as_planned_share", share_or_null("Of those that came to it or past it; null if there is none")),
                ("interval", interval("Wilson's interval of it at 95 %, n by design effect")),
                ("median_s", or_null(number("Median of the time it took where the plan has a limit, in seconds"))),
                ("timed", whole("How many times that median is of")),
                ("unseen", list(&json!({ "type": "string" }), "Its touchpoints where nothing ever happened")),
                ("evidence", or_null(one_of(["assumed", "partly", "measured"], "On what it rests what the map says"))),
                ("felt", or_null(of("Felt"))),
                (
                    "assumed",
                    json!({
                        "type": "object", "additionalProperties": mood("A mood"),
                        "description": "How the map assumes customers feel, by persona; `all` for whoever is not named",
                    }),
                ),
                ("expected", or_null(mood("How they expect to feel"))),
                ("beside_assumed", or_null(of("MoodGap"))),
                ("beside_expected", or_null(of("MoodGap"))),
                ("importance", or_null(of("Correlation"))),
                ("moment_of_truth", text("Which moment of truth it is by the map; empty if none")),
                (
                    "derived_moment_of_truth",
                    or_null(truth("Its importance is among the highest quarter of those known; null if not known")),
                ),
            ],
        ),
        named(
            "WayTaken",
            "Journeys that go from one step to the next as the plan has it",
            vec![
                ("from", text("Id of a step, or `start`")),
                ("to", text("Id of a step, or `end`")),
                ("journeys", whole("Journeys that go along it, once or more often")),
                ("customers", whole("Their customers; by several versions of the map, counted for each")),
                ("share", share_or_null("`journeys` of all")),
            ],
        ),
        named("ConformanceGroup", "One group of journeys", {
            let mut group = vec![
                ("group", text("The first day of a period, a channel, or the name of a persona")),
                ("title", text("What people call it")),
                ("from", or_null(moment("The first moment of a period"))),
                ("open", truth("The period is not over yet")),
            ];
            group.extend(summary());
            group
        }),
        named(
            "Experience",
            "How customers said they felt, -2 to 2; moods that were computed or assumed do not count",
            vec![
                ("journeys", whole("Journeys that tell a mood")),
                ("moods", of("Felt")),
                ("mean", of("MeanMood")),
                ("remembered", of("MeanMood")),
                ("peak", of("MeanMood")),
                ("end", of("MeanMood")),
            ],
        ),
        named(
            "MeanMood",
            "A mean over journeys: of their mean; of (peak + end) / 2; of the mood furthest from neutral; of the last one",
            vec![
                ("mean", mood("The mean")),
                (
                    "interval",
                    or_null(ends(2, "Student's interval at 95 %, customers as units; null under two of them")),
                ),
            ],
        ),
        named("Felt", "Moods from -2, very bad, to 2, very good", super::customers::felt()),
        named(
            "MoodGap",
            "A mean mood beside a figure of the plan",
            vec![
                ("difference", number("The mean less the figure")),
                ("interval", or_null(ends(4, "Its interval at 95 %"))),
            ],
        ),
        named(
            "Correlation",
            "How closely two figures go together: not what causes what",
            vec![
                ("r", signed("Pearson's r")),
                ("interval", ends(1, "Fisher's interval at 95 %")),
                ("n", whole("Pairs")),
            ],
        ),
        named(
            "MapDraft",
            "A map drawn from lived journeys; it is not stored",
            vec![
                ("map", anything("The content of a map document")),
                ("journeys", whole("Of so many journeys")),
                ("events", whole("With so many events")),
            ],
        ),
        named(
            "Unplanned",
            "Events the plan has not",
            vec![
                ("after", or_null(text("The step the journey had come to last; null at its start"))),
                ("touchpoint", text("Where it happened")),
                ("occurrences", whole("How often")),
                ("journeys", whole("In how many journeys")),
                ("customers", whole("Of how many customers")),
                ("share", share_or_null("`journeys` of all")),
            ],
        ),
        named(
            "Deviation",
            "What goes otherwise than planned",
            vec![
                ("kind", one_of(["missing", "failing", "late", "out_of_order", "unplanned"], "In which way")),
                ("step", or_null(text("The step; for what is unplanned the one before, null at the start"))),
                ("touchpoint", or_null(text("Where it happened, for what is unplanned"))),
                ("journeys", whole("Journeys in which it is so")),
                ("customers", whole("Their customers")),
                ("share", share_or_null("`journeys` of all")),
                (
                    "of",
                    whole("Journeys in which it could be so: that came to the step or past it, or did the one before"),
                ),
                ("of_share", share_or_null("`journeys` of `of`")),
                ("of_interval", interval("Wilson's interval of it at 95 %")),
                ("completed_with", share_or_null("Of these that are over, those that came to an end of the map")),
                ("completed_without", share_or_null("The same of all others that are over")),
                ("difference", or_null(signed("`completed_with` less `completed_without`"))),
                ("difference_interval", or_null(ends(1, "Newcombe's interval of the difference at 95 %"))),
                ("lost", number("Completed journeys fewer than if these had come to an end as often as the others")),
                ("mood", or_null(of("MoodBeside"))),
            ],
        ),
        named(
            "MoodBeside",
            "The last moods told in journeys with a deviation, beside those of the others in which it could be",
            vec![
                ("with", mood("Mean of the last moods of journeys with it")),
                ("n_with", whole("Of so many journeys")),
                ("without", mood("Mean of the last moods of journeys without it")),
                ("n_without", whole("Of so many journeys")),
                ("difference", number("`with` less `without`")),
                ("difference_interval", or_null(ends(4, "Welch's interval of the difference at 95 %"))),
                ("after_median_s", or_null(number("Median of the time from it to that mood, in seconds"))),
                ("after_n", whole("How many times that median is of")),
            ],
        ),
    ]
}

fn signed(about: &str) -> Value {
    json!({ "type": "number", "minimum": -1, "maximum": 1, "description": about })
}

fn ends(scale: i32, about: &str) -> Value {
    let items = json!({ "type": "number", "minimum": -scale, "maximum": scale });
    json!({ "type": "array", "items": items, "minItems": 2, "maxItems": 2, "description": about })
}

fn mood(about: &str) -> Value {
    json!({ "type": "number", "minimum": -2, "maximum": 2, "description": about })
}
