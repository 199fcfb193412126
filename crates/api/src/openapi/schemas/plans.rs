//! Plans and their versions.

use model::{DocumentKind, Kind};
use serde_json::json;

use super::{Named, named};
use crate::openapi::schema::{Fields, anything, list, moment, of, one_of, or_null, text, whole};

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
            ],
        ),
        named(
            "RuleTrial",
            "What one rule would do",
            vec![
                ("touchpoint", text("The touchpoint it leads to")),
                ("events", whole("Events it would catch")),
                ("examples", list(&json!({ "type": "string" }), "Up to three of them: `source/name`")),
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
