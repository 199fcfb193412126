//! Who goes on, who comes back, who converts.

use serde_json::{Value, json};

use super::{Figures, Named, events, interval, journeys, named, share_or_null, touchpoint};
use crate::openapi::schema::{Fields, list, moment, number, of, one_of, or_null, text, truth, whole};

fn as_of() -> (&'static str, Value) {
    ("as_of", moment("The latest moment that was recorded; what could still happen after it is open"))
}

pub(super) fn figures() -> Vec<Figures> {
    vec![
        (
            "Funnel",
            "How far customers, attempts or sessions come",
            vec![
                ("entered", whole("Units with an entry; the n of every rate")),
                ("steps", list(&of("FunnelStep"), "The steps, in their order")),
                ("window_s", number("All steps lie within so many seconds of the entry")),
                ("order", one_of(["ordered", "strict", "any"], "In which order the steps are taken")),
                ("by", one_of(["customer", "attempt", "session"], "What the units are")),
                as_of(),
            ],
        ),
        (
            "Sessions",
            "How many sessions there are, how long they last, where they begin and end",
            vec![
                ("sessions", whole("Number of sessions")),
                ("customers", whole("Distinct customers with a session")),
                ("events", whole("Events in them")),
                ("single_event", whole("Sessions of one event only")),
                ("single_event_share", share_or_null("Of all sessions; null if there is none")),
                ("events_per_session", or_null(number("Mean; null if there is no session"))),
                ("sessions_per_customer", or_null(number("Mean; null if there is no customer"))),
                ("duration", or_null(of("Wait"))),
                ("starts", list(&of("Count"), "Where sessions begin, the most frequent first")),
                ("ends", list(&of("Count"), "Where they end, the most frequent first")),
            ],
        ),
        (
            "Moods",
            "How customers felt, from -2 (very bad) to 2 (very good)",
            vec![
                journeys(),
                events(),
                ("moods", whole("Events that tell a mood")),
                ("touchpoints", list(&of("MoodAt"), "Where moods were told, most moods first")),
                ("edges", list(&of("MoodOn"), "The same by where the journey came from directly")),
            ],
        ),
        (
            "SomeCustomers",
            "Some of the customers, drawn evenly",
            vec![
                ("customers", whole("Distinct customers with a journey that was looked at")),
                journeys(),
                events(),
                ("some", list(&of("SomeCustomer"), "Those who were drawn, in the order of the draw")),
            ],
        ),
        (
            "Dropoff",
            "Where journeys end, and what their customers do next",
            vec![
                journeys(),
                ("customers", whole("Distinct customers")),
                events(),
                ("within_s", number("What comes next counts up to so many seconds after the end")),
                ("touchpoints", list(&of("DropoffAt"), "Where journeys end, the most frequent first")),
            ],
        ),
        (
            "Retention",
            "Who comes back, period by period",
            vec![
                ("customers", whole("Customers who begin")),
                ("without_start", whole("Customers who never begin, or not in the time range")),
                ("period_s", number("Length of a period, in seconds")),
                (
                    "cohort_s",
                    or_null(number("Length of the stretch in which a cohort begins, in seconds; null for one cohort")),
                ),
                ("periods", list(&of("Returned"), "All cohorts together, by period")),
                ("cohorts", list(&of("Cohort"), "The earliest first; those without a customer are not there")),
                as_of(),
            ],
        ),
        ("Conversion", "Who comes from one touchpoint to another, and how long it takes", conversion()),
    ]
}

/// Moods in figures.
pub(super) fn felt() -> Fields {
    vec![
        ("n", whole("Events that tell a mood")),
        ("customers", whole("Distinct customers of these")),
        ("mean", number("The mean, from -2 to 2")),
        (
            "interval",
            json!({
                "type": ["array", "null"],
                "items": { "type": "number", "minimum": -2, "maximum": 2 },
                "minItems": 2,
                "maxItems": 2,
                "description": "Of the mean at 95 %, several moods of one customer being alike; null for a single customer",
            }),
        ),
        ("by_value", list(&json!({ "type": "integer" }), "How many moods of -2, -1, 0, 1, 2")),
        ("reported", whole("Told by customers or staff")),
        ("inferred", whole("Computed")),
        ("assumed", whole("Assumed")),
    ]
}

fn conversion() -> Fields {
    vec![
        ("from", text("Where the time begins")),
        ("to", text("Where it ends")),
        ("attempt", one_of(["first", "last", "best"], "Which attempt of a customer counts")),
        ("within_s", or_null(number("How long it may take, in seconds; null for any time"))),
        ("customers", whole("Customers who were at `from`")),
        ("converted", whole("Those of them who came to `to` in time")),
        ("in_progress", whole("Those who may still do so")),
        ("not_converted", whole("Those whose time is up")),
        ("rate", share_or_null("Converted of the customers; null if there is none")),
        ("interval", interval("Wilson's interval of the rate at 95 %")),
        ("time", or_null(of("Wait"))),
        ("curve", list(&of("CurvePoint"), "The share who had converted by some times")),
        ("method", one_of(["Kaplan-Meier", "share of all customers"], "How the curve was found")),
        as_of(),
    ]
}

pub(super) fn parts() -> Named {
    vec![
        named(
            "FunnelStep",
            "One step; `reached` is `in_progress`, `dropped` and the next step's `reached` together",
            vec![
                ("touchpoint", text("The touchpoint; in any order, how many of how many")),
                (
                    "optional",
                    truth("It may be left out: `reached` are those who took it, whether or not they came further"),
                ),
                ("reached", whole("Units that came here or further")),
                ("in_progress", whole("Came no further, and an entry's window is still open")),
                ("dropped", whole("Came no further, all others")),
                ("rate", share_or_null("Of `entered`; null if nobody entered")),
                ("interval", interval("Wilson's interval of the rate at 95 %, the units taken as independent")),
                ("rate_of_previous", share_or_null("Of those who reached the step before; null if nobody did")),
            ],
        ),
        named("MoodAt", "How customers felt at a touchpoint", [vec![("touchpoint", touchpoint())], felt()].concat()),
        named(
            "MoodOn",
            "How customers felt at a touchpoint to which they came directly from another",
            [vec![("from", text("The touchpoint before")), ("to", text("Where the mood was told"))], felt()].concat(),
        ),
        named(
            "SomeCustomer",
            "One of the customers",
            vec![
                ("customer", text("The customer's id, such as `c17`")),
                ("journeys", whole("Own journeys that were looked at")),
                ("events", whole("Events in them")),
                ("first_at", moment("The first of these events")),
                ("last_at", moment("The last of them")),
            ],
        ),
        named(
            "DropoffAt",
            "A touchpoint where journeys end",
            vec![
                ("touchpoint", touchpoint()),
                ("journeys_there", whole("Journeys that come there")),
                ("drop_offs", whole("Journeys that end there")),
                ("customers", whole("Distinct customers of these")),
                ("share", share_or_null("Share of the journeys that come there")),
                ("next", list(&of("Next"), "What comes next: the most frequent event first, then nothing, then open")),
            ],
        ),
        ("Next".to_owned(), next()),
        named(
            "Cohort",
            "Customers who began in the same stretch",
            vec![
                ("begins", or_null(moment("Where the stretch begins; null where all customers are one cohort"))),
                ("customers", whole("Customers who began in it")),
                ("periods", list(&of("Returned"), "Period by period")),
            ],
        ),
        named(
            "Returned",
            "Who came back in a period",
            vec![
                ("period", whole("Its number; the one that begins with the customer is 0 and not listed")),
                ("n", whole("Customers for whom the period is over")),
                ("open", whole("Customers for whom it is not")),
                ("returned", whole("Those of the n who came back in it")),
                ("rate", share_or_null("The same as a share of the n; null if there is none")),
                ("interval", interval("Wilson's interval at 95 %")),
            ],
        ),
        named(
            "CurvePoint",
            "By how long after the beginning it has happened to how many",
            vec![
                ("after_s", number("Time since the beginning, in seconds")),
                ("n", whole("How many the point rests on")),
                ("share", share_or_null("For whom it has happened by then; null where nobody was watched for so long")),
                ("interval", interval("At 95 %; null where it has happened to all or to nobody yet")),
            ],
        ),
    ]
}

/// What a customer did after a journey's end: one of three outcomes, told apart by `outcome`.
fn next() -> Value {
    let counted = |outcome: &'static str| {
        vec![
            ("outcome", json!({ "const": outcome })),
            ("journeys", whole("Drop-offs")),
            ("share", share_or_null("Share of the touchpoint's drop-offs")),
        ]
    };
    let event = vec![
        ("touchpoint", text("Where")),
        ("channel", text("By which channel; `(not said)` where the event says none")),
        ("same_channel", whole("Drop-offs whose last event came by the same channel")),
        ("wait", or_null(of("Wait"))),
    ];
    let object = crate::openapi::schema::object;
    json!({
        "description": "What comes after a journey's end",
        "oneOf": [
            object("The customer's next event", [counted("event"), event].concat()),
            object("Nothing within the time", counted("nothing")),
            object("Nothing yet, and the time is not over", counted("open")),
        ],
    })
}
