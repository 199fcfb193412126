//! Customers and their timelines.

use serde_json::json;

use super::{Named, named};
use crate::openapi::schema::{list, moment, of, or_null, text, truth};

pub(super) fn schemas() -> Named {
    let mut timeline_event = vec![
        ("id", text("The event's number, such as `e17`")),
        ("touchpoint", text("Where it happened: the registered touchpoint, else the event's own name")),
        ("registered", truth("True if the touchpoint is in the register")),
    ];
    timeline_event.extend(super::events::event_fields());
    vec![
        named("CustomerAnswer", "A customer", vec![("customer", of("Customer"))]),
        named(
            "Customer",
            "A resolved person",
            vec![
                ("id", text("The id, such as `c17`; it stays the same for ever")),
                (
                    "former_ids",
                    list(
                        &json!({ "type": "string" }),
                        "Ids of customers that were merged into this one; they redirect",
                    ),
                ),
                (
                    "identifiers",
                    list(
                        &of("KnownIdentifier"),
                        "Everything that points to the customer, in the order of first appearance",
                    ),
                ),
            ],
        ),
        named(
            "KnownIdentifier",
            "An identifier of a customer",
            vec![
                ("kind", text("What the value is")),
                ("value", text("The normalised value")),
                ("first_seen", text("The event that first brought it")),
            ],
        ),
        named(
            "Timeline",
            "A page of a customer's events, the newest last; the first page is the oldest",
            vec![
                ("events", list(&of("TimelineEvent"), "The events of this page")),
                ("next", or_null(text("Give this as `cursor` for the next page"))),
            ],
        ),
        named("TimelineEvent", "An event with its place", timeline_event),
        named(
            "Links",
            "What joined the identifiers of a customer",
            vec![("links", list(&of("Link"), "In the order in which they came"))],
        ),
        named(
            "Link",
            "Evidence that two identifiers are one person",
            vec![
                ("id", text("Its number in the link log, such as `l17`")),
                ("a", of("KnownIdentifier")),
                ("b", of("KnownIdentifier")),
                ("event", text("The event that is the evidence")),
                ("at", moment("When that happened")),
                ("source", text("Who sent it")),
                ("rule", text("The rule, with its version")),
                ("state", text("Whether it counts")),
            ],
        ),
    ]
}
