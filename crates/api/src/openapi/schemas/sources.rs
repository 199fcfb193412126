//! Sources, and the stream of what arrives.

use engine::SourceKind;

use super::{Named, named};
use crate::openapi::schema::{list, moment, of, one_of, or_null, text, truth, whole};

pub(super) fn schemas() -> Named {
    vec![
        named(
            "Sources",
            "All sources",
            vec![
                ("sources", list(&of("Source"), "By name")),
                ("counted_since", moment("Since when `recent` is counted: the start of the server")),
            ],
        ),
        named(
            "Source",
            "A sender of events",
            vec![
                ("name", text("As events carry it")),
                ("kind", one_of(SourceKind::ALL.map(SourceKind::as_str), "How its events come in")),
                ("created_at", or_null(moment("When it was registered, if it is"))),
                ("key_at", or_null(moment("When its write key was made; none if it has no key"))),
                ("accepted", whole("Events stored")),
                ("duplicates", whole("Events that had been stored before")),
                ("quarantined", whole("Items put into the quarantine")),
                ("quarantine_open", whole("Of these, items that wait for repair")),
                ("last_stored_at", or_null(moment("When its last event was stored"))),
                ("recent", of("SourceRate")),
            ],
        ),
        named(
            "SourceRate",
            "Events stored of late",
            vec![("last_minute", whole("In the last 60 seconds")), ("last_hour", whole("In the last 60 minutes"))],
        ),
        named("NewSource", "A source to be", vec![("name", text("1 to 100 characters, no blank at either end"))]),
        named(
            "SourceKey",
            "A source and its new write key",
            vec![
                ("name", text("As events carry it")),
                ("write_key", text("The user name of HTTP Basic, or a bearer token")),
                ("key_at", moment("When it was made")),
            ],
        ),
        named(
            "LiveEvent",
            "An event that has arrived; it names nobody",
            vec![
                ("id", text("Its number, the order of arrival; also the id in the stream")),
                ("message_id", text("The sender's id of it")),
                ("at", moment("When it happened")),
                ("received_at", moment("When it reached the server")),
                ("source", text("Who sent it")),
                ("kind", of("Event/properties/kind")),
                ("name", text("The event's name")),
                ("channel", text("How; may be empty")),
                ("touchpoint", text("The registered touchpoint, else the event's own name")),
                ("registered", truth("Whether the touchpoint is in the register")),
                ("customer", or_null(text("Whose it is, as of now"))),
            ],
        ),
        named(
            "LiveStart",
            "Where the stream begins",
            vec![
                ("after", text("Number of the last event before it")),
                ("missed", whole("Events since `Last-Event-ID` that are too far back to be looked at; 0 without one")),
                ("events_per_second", whole("Events shown in a second at most")),
                ("quarantine_open", whole("Items that wait for repair in the quarantine")),
            ],
        ),
        named(
            "LiveSkipped",
            "Events that came faster than they are shown",
            vec![
                ("n", whole("Events asked for that are not shown")),
                ("unread", whole("Older ones that nobody looked at: with `source`, whether it sent them is not known")),
            ],
        ),
        named(
            "LiveQuarantined",
            "The quarantine has grown",
            vec![("source", text("Who sent it")), ("n", whole("Items put into the quarantine since it was last told"))],
        ),
    ]
}
