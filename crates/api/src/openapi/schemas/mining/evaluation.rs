//! Importance and satisfaction of touchpoints; targets.

use serde_json::{Value, json};

use super::{Figures, Named, around, interval, journeys, named, share_or_null, touchpoint};
use crate::openapi::schema::{Fields, list, moment, number, of, one_of, or_null, text, truth, whole};

pub(super) fn figures() -> Vec<Figures> {
    let fields = vec![
        journeys(),
        ("events", whole("Events in the journeys")),
        ("customers", whole("Their customers")),
        ("moods", whole("Events that tell a mood")),
        (
            "customers_with_several",
            whole("Customers with moods at two touchpoints or more: only they tell what goes together"),
        ),
        ("least", whole("Fewer customers at a touchpoint leave its importance undefined")),
        ("method", text("How importance is derived")),
        ("touchpoints", list(&of("ImportanceAt"), "The most important first, those without importance last")),
    ];
    vec![("Importance", "How important each touchpoint is by what customers felt", fields)]
}

/// A figure between two ends, or null.
fn between(least: f64, most: f64, about: &str) -> Value {
    or_null(json!({ "type": "number", "minimum": least, "maximum": most, "description": about }))
}

/// The ends of an interval of any figure, or null.
pub(super) fn ends(about: &str) -> Value {
    let numbers = json!({ "type": "number" });
    or_null(json!({ "type": "array", "items": numbers, "minItems": 2, "maxItems": 2, "description": about }))
}

fn derived() -> Fields {
    vec![
        (
            "derived",
            between(-1.0, 1.0, "Correlation of a customer's mood here with their mood elsewhere; null with too few"),
        ),
        ("derived_n", whole("Customers with moods here and elsewhere")),
        ("derived_interval", ends("Fisher's interval of it at 95 %")),
        ("negative_share", share_or_null("Moods below 0 of all moods here; null if there is none")),
        ("negative_interval", interval("Its interval at 95 %: Wilson's, n by design effect")),
        ("occurrences", whole("Events there")),
        ("customers", whole("Distinct customers of these")),
    ]
}

fn evaluated() -> Fields {
    let out_of_ten = |about: &str| between(0.0, 10.0, about);
    let quadrants = ["concentrate", "keep_up", "low_priority", "overkill"];
    let mut fields = vec![
        ("touchpoint", touchpoint()),
        ("title", text("What people call it")),
        ("registered", truth("Whether it is in the register")),
        ("rank", or_null(whole("Its place by gap, from 1; null where the gap is undefined or rests on too few"))),
        ("few", truth("Too few customers told a mood there")),
        ("quadrant", or_null(one_of(quadrants, "Where it lies in the matrix"))),
        ("importance", out_of_ten("The importance asked for; a derived one is ten times the correlation, 0 below 0")),
        ("satisfaction", out_of_ten("The mean mood from -2 to 2 on a scale of 0 to 10")),
        ("satisfaction_interval", ends("Its interval at 95 %")),
        ("gap", between(0.0, 100.0, "importance * (10 - satisfaction)")),
        ("gap_interval", ends("The same at the ends of the interval of satisfaction")),
        ("ulwick", between(0.0, 20.0, "importance + max(importance - satisfaction, 0)")),
        ("stated_to_customer", out_of_ten("Importance to the customer's goal as the register states it")),
        ("stated_to_business", out_of_ten("Importance to the business goal as the register states it")),
        ("mood", between(-2.0, 2.0, "Mean mood; null where nobody told one")),
        ("mood_interval", ends("Its interval at 95 %")),
        ("moods", whole("Moods told")),
        ("mood_customers", whole("Customers who told them")),
        ("by_value", list(&json!({ "type": "integer" }), "How many moods of -2, -1, 0, 1, 2")),
    ];
    fields.extend(derived());
    fields
}

fn period() -> Fields {
    vec![
        ("period", text("Such as `2026-W40` or `2026-09`")),
        ("from", moment("First moment")),
        ("to", moment("First moment after")),
        ("judged_at", moment("When it is over: at its end, for a map's figure once `over_after` has passed, too")),
        ("value", or_null(number("The figure; null over nothing"))),
        ("n", whole("Units it rests on")),
        ("interval", ends("Its interval at 95 %")),
        ("still_open", or_null(whole("Journeys of the period that may still go on; null for moods"))),
        ("state", one_of(["reached", "missed", "too_few", "open"], "What is said of it; `open` is not over")),
        ("alarm", truth("Whether the alarm is on after it")),
    ]
}

fn target() -> Fields {
    vec![
        ("title", text("What people call it")),
        ("measure", one_of(["mood", "as_planned", "completed"], "What is watched")),
        ("touchpoint?", text("Id of the touchpoint, for a mood")),
        ("map?", text("Name of the map, for all others")),
        ("step?", text("Id of the map's step")),
        ("at_least", number("The least that is aimed at")),
        ("clear_at?", number("An alarm ends at this figure or above")),
        ("every?", one_of(["week", "month"], "`week` if not given")),
        ("least_n?", whole("Periods with fewer units say nothing; 30 if not given")),
        ("owner?", text("Who answers for it")),
    ]
}

pub(super) fn schemas() -> Named {
    let mut at: Fields =
        vec![("touchpoint", touchpoint()), ("felt", or_null(of("Felt"))), ("negative", whole("Moods below 0"))];
    at.extend(derived());
    let evaluation = vec![
        (
            "importance",
            one_of(["stated", "business", "derived"], "Which importance is meant; another one means other quadrants"),
        ),
        ("scale", list(&json!({ "type": "integer" }), "The ends of the one scale of moods")),
        ("least", whole("Fewer customers leave derived importance undefined")),
        ("few_below", whole("Touchpoints where fewer customers told a mood are marked")),
        ("method", text("How importance is derived")),
        journeys(),
        ("events", whole("Events in the journeys")),
        ("customers", whole("Their customers")),
        ("moods", whole("Events that tell a mood")),
        ("cut", of("Cut")),
        ("without_mood", whole("Registered touchpoints at which nobody told a mood")),
        ("without_importance", whole("Touchpoints with moods whose importance is not known")),
        ("touchpoints", list(&of("Evaluated"), "By rank, then those of few customers, then all others by name")),
        ("coverage", of("Coverage")),
    ];
    let targets = vec![
        ("as_of", moment("The moment of the latest event")),
        ("targets", list(&of("TargetView"), "Those with an alarm first, each group by name")),
    ];
    let view = vec![
        ("name", text("Its name")),
        ("version", whole("Version of its document")),
        ("says", of("Target")),
        ("about", text("What people call the touchpoint, or the map")),
        ("about_step", text("What people call the step; empty where it is about none")),
        ("unit", one_of(["mood", "share"], "Of the figures")),
        ("of", one_of(["moods", "journeys"], "What n counts")),
        ("method", text("How intervals are found")),
        ("clear_at", number("An alarm ends at this figure or above")),
        ("problem", text("Why nothing can be said of it; empty if something can")),
        ("alarm", of("Alarm")),
        ("current", or_null(of("TargetPeriod"))),
        ("periods_in_all", whole("Periods there are")),
        ("periods", list(&of("TargetPeriod"), "The latest of them, the earliest first")),
    ];
    let alarm = vec![
        ("on", truth("Whether it is on")),
        ("since", or_null(text("The period with which it began"))),
        ("since_at", or_null(moment("When that period began"))),
    ];
    let cut = vec![
        ("importance", between(0.0, 10.0, "Mean importance")),
        ("satisfaction", between(0.0, 10.0, "Mean satisfaction")),
        ("n", whole("Touchpoints that these are the means of")),
    ];
    vec![
        named("ImportanceAt", "How important a touchpoint is, and how satisfied customers are there", at),
        named("Evaluation", "Importance and satisfaction of touchpoints", [evaluation, around::fields()].concat()),
        named("Evaluated", "One touchpoint", evaluated()),
        named("Cut", "Where quadrants are cut: at the means", cut),
        named("Targets", "Every target, with its series", [targets, around::fields()].concat()),
        named("TargetView", "One target", view),
        named("Target", "A figure that is to be reached and watched", target()),
        named("Alarm", "Whether an alarm is on", alarm),
        named("TargetPeriod", "A figure in one period", period()),
    ]
}
