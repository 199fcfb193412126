//! Plans and their versions.

use model::{DocumentKind, Kind, Medium};
use serde_json::json;

use super::{Named, named};
use crate::openapi::schema::{Fields, anything, list, moment, number, of, one_of, or_null, share, text, truth, whole};

pub(super) fn schemas() -> Named {
    let change: Fields = vec![
        ("note?", text("Why")),
        ("expected_version?", whole("The version that was read, 0 for none; refused with 409 if another is current")),
    ];
    let mut put = vec![("body", anything("The content; what it has to look like depends on the kind"))];
    put.extend(change.clone());
    let mut restore = vec![("version", whole("The version whose content becomes current again"))];
    restore.extend(change);
    let mut found = vec![
        ("events", whole("Events stored that take a place in journeys")),
        ("unmapped", whole("Events that no rule matches")),
    ];
    found.extend([
        ("mapping_version", whole("Version of the mapping in force; 0 if there is none")),
        ("touchpoints", list(&of("DiscoveredTouchpoint"), "The most frequent first")),
    ]);
    vec![
        named("PutDocument", "A new version", put),
        named("RestoreDocument", "An old version made current", restore),
        named(
            "Document",
            "One version of a plan",
            vec![
                ("kind", one_of(DocumentKind::ALL.map(DocumentKind::as_str), "What it is about")),
                ("name", text("Which one")),
                ("version", whole("1, 2, 3, ...")),
                ("at", moment("When it was written")),
                ("author", text("Who wrote it")),
                ("note", text("Why")),
                ("body", anything("The content; null if this version removes the document")),
            ],
        ),
        named(
            "Documents",
            "A page of documents",
            vec![
                ("documents", list(&of("Document"), "Ordered by kind and name; versions by number, the newest first")),
                ("next", or_null(text("Give this as `cursor` for the next page"))),
            ],
        ),
        named(
            "Comparison",
            "What differs between two versions",
            vec![("differences", list(&of("Difference"), "In the order of the places"))],
        ),
        named(
            "Difference",
            "A value that differs",
            vec![
                ("path", text("Where: a JSON pointer (RFC 6901)")),
                ("from?", anything("The value before; missing if there was none")),
                ("to?", anything("The value after; missing if there is none")),
            ],
        ),
        named(
            "MappingTrial",
            "What would be if these rules were in force",
            vec![
                ("events", whole("Events that take a place in journeys")),
                ("unmapped", whole("Events that would match no rule")),
                ("changed", whole("Events that would change their touchpoint")),
                ("rules", list(&of("RuleTrial"), "In the order of the rules")),
                ("changes", list(&of("Change"), "The most frequent first, 100 at most")),
                ("touchpoints", list(&of("TouchpointChange"), "Those that lose most events first, 100 at most")),
            ],
        ),
        named(
            "RuleTrial",
            "What one rule would do",
            vec![
                ("touchpoint", text("The touchpoint it leads to")),
                ("events", whole("Events it would catch")),
                ("examples", list(&json!({ "type": "string" }), "Up to three of them: `source/name`")),
                ("moved", whole("Of these, events that stand somewhere else now")),
                ("takes", list(&of("Change"), "From where it would take them, the most frequent first, 10 at most")),
                ("samples", list(&of("Event"), "Up to three events that it would take, whole")),
            ],
        ),
        named(
            "Change",
            "Events that would move",
            vec![
                ("from", text("Where they are now")),
                ("to", text("Where they would be")),
                ("events", whole("How many")),
            ],
        ),
        named(
            "IdentityTrial",
            "What would be if these identity rules were in force",
            vec![
                ("events", whole("Events looked at: all there are")),
                (
                    "moved",
                    whole("Events that would belong to another customer than most events of the one they belong to"),
                ),
                ("customers", whole("Customers now")),
                ("customers_then", whole("Customers there would be")),
                ("split", whole("Customers that would become several")),
                ("merged", whole("Customers there would be that are several now")),
                ("splits", list(&of("SplitExample"), "Those with the most events, 20 at most")),
                ("merges", list(&of("MergeExample"), "Those with the most events, 20 at most")),
                ("refusals", list(&of("RefusalCount"), "Joins refused now, by rule")),
                ("refusals_then", list(&of("RefusalCount"), "Joins that would be refused, by rule")),
            ],
        ),
        named(
            "SplitExample",
            "A customer that would become several",
            vec![
                ("customer", text("Its id")),
                ("events", whole("How many events it has")),
                (
                    "into",
                    list(
                        &json!({ "type": "array", "items": of("KnownIdentifier") }),
                        "Some identifiers of each customer it would become",
                    ),
                ),
            ],
        ),
        named(
            "MergeExample",
            "Customers that would become one",
            vec![
                ("events", whole("How many events they have together")),
                ("of", list(&of("MergedCustomer"), "The customers, those with the most events first")),
            ],
        ),
        named(
            "MergedCustomer",
            "One of several customers that would become one",
            vec![
                ("customer", text("Its id")),
                ("identifiers", list(&of("KnownIdentifier"), "Some of its identifiers")),
            ],
        ),
        named("Discovered", "Touchpoints that nobody registered", found),
        named(
            "TouchpointChange",
            "A touchpoint that would have more events or fewer",
            vec![
                ("touchpoint", text("As journeys show it")),
                ("events", whole("Events it has")),
                ("events_then", whole("Events it would have")),
            ],
        ),
        named(
            "TouchpointList",
            "The register beside what was measured in a window",
            vec![
                ("from", or_null(moment("First moment of the window; from the beginning if none"))),
                ("to", or_null(moment("First moment after it; to the end if none"))),
                ("events", whole("Events in the window that take a place in journeys")),
                ("unregistered", whole("Of these, events at touchpoints that nobody registered")),
                ("mapping_version", whole("Version of the mapping in force; 0 if there is none")),
                ("touchpoints", list(&of("RegisteredTouchpoint"), "Every registered one, by id")),
                ("discovered", list(&of("UnregisteredTouchpoint"), "The most frequent first")),
                ("discovered_in_all", whole("How many of these there are")),
                ("coverage", of("RegisterCoverage")),
            ],
        ),
        named("RegisterCoverage", "What is known of the register, and what is not", coverage()),
        named(
            "Covered",
            "Some of all touchpoints that are looked at: a full count, so without an interval",
            vec![
                ("n", whole("How many")),
                ("of", whole("Of how many")),
                ("share", or_null(share("The one of the other; null of none"))),
                ("touchpoints", list(&json!({ "type": "string" }), "Which ones, the most important first")),
            ],
        ),
        named("RegisteredTouchpoint", "A touchpoint of the register with what was measured there", registered()),
        named(
            "UnregisteredTouchpoint",
            "A touchpoint without a place in the register",
            vec![
                ("touchpoint", text("The events' own name, or the id of a touchpoint that was removed")),
                ("mapped", truth("True if rules still lead to it")),
                ("measured", of("Measured")),
            ],
        ),
        named(
            "Measured",
            "What was measured at a touchpoint in the window",
            vec![
                ("occurrences", whole("Events there")),
                ("customers", whole("Distinct customers they belong to")),
                ("first_at", or_null(moment("The earliest"))),
                ("last_at", or_null(moment("The latest"))),
            ],
        ),
        named(
            "DiscoveredTouchpoint",
            "Events alike in source, name, channel and kind, of which some match no rule",
            vec![
                ("touchpoint", text("The name under which journeys show it")),
                ("source", text("Who sends the events")),
                ("channel", text("How")),
                ("kind", one_of(Kind::ALL.map(Kind::as_str), "What sort of happening")),
                ("unmapped", whole("Events that no rule matches")),
                ("events", whole("All events of this sort")),
                ("first_at", moment("The earliest")),
                ("last_at", moment("The latest")),
                ("examples", list(&of("Event"), "Some of the latest, whole")),
            ],
        ),
    ]
}

fn registered() -> Fields {
    let importance = |of: &str| number(&format!("Importance to {of} as people state it, 0 to 10"));
    vec![
        ("id", text("Its id")),
        ("version", whole("Version of the document that describes it")),
        ("rules", whole("Mapping rules in force that lead to it; with none nothing can be measured")),
        (
            "medium",
            or_null(one_of(Medium::ALL.map(Medium::as_str), "In what world its channel lies; null if not known")),
        ),
        ("measured", of("Measured")),
        ("branch", of("Measured")),
        ("title", text("What people call it")),
        ("description?", text("What happens there")),
        ("channel?", text("How: web, app, mail, phone, shop, ...")),
        ("peso?", one_of(["paid", "earned", "shared", "owned"], "Who pays for the contact")),
        ("moment?", one_of(["before", "during", "after"], "Before, during or after the purchase")),
        ("parent?", text("Id of the touchpoint this one is a part of")),
        ("owner?", text("Who answers for it")),
        ("deputy?", text("Who does so when the owner is away")),
        ("control?", one_of(["full", "influence", "none"], "How far we control it")),
        ("importance_to_customer?", importance("the customer's goal")),
        ("importance_to_business?", importance("the business goal")),
        ("reach_per_year?", number("People reached in a year")),
        ("cost_per_year?", number("Cost in a year, in `currency`")),
        ("currency?", text("ISO 4217 code")),
        ("evidence?", one_of(["assumed", "partly", "measured"], "On what it rests what the register says of it")),
        ("promises?", list(&json!({ "type": "string" }), "What customers are promised there")),
        ("questions?", list(&json!({ "type": "string" }), "What customers are asked there")),
        ("review_on?", text("When it is to be looked at again: `YYYY-MM-DD`")),
        ("remind_before?", text("How long before that day its owner is to be reminded: `14d`")),
    ]
}

fn coverage() -> Fields {
    let covered = |about: &str| {
        let mut schema = of("Covered");
        schema["description"] = about.into();
        schema
    };
    vec![
        ("day", text("Day against which reviews are held, in UTC: `YYYY-MM-DD`")),
        ("important_from", number("Stated importance from which a touchpoint counts as important, 0 to 10")),
        ("measured", covered("Registered ones measured in the window, there or at one of their parts")),
        ("important", covered("Registered ones that are important")),
        ("importance_unknown", covered("Registered ones of which nobody has said how important they are")),
        ("important_measured", covered("Important ones that are measured")),
        ("important_unmeasured", covered("Important ones that are not")),
        ("uncontrolled", covered("Registered ones that nobody in the company controls")),
        ("control_unknown", covered("Registered ones of which nobody has said who controls them")),
        ("unowned", covered("Registered ones without an owner")),
        ("overdue", covered("Registered ones whose day of review is over, the earliest first")),
        ("due", covered("Registered ones whose day of review, or the time of its reminder, has come")),
        ("review_unknown", covered("Registered ones without a day of review")),
        ("unregistered", covered("Of all places where something was measured, those that nobody registered")),
    ]
}
