//! Events: as they come in, what becomes of them, as they are told.

use model::Kind;
use serde_json::json;

use super::{Named, named};
use crate::openapi::schema::{
    Fields, anything, free_object, list, moment, object, of, one_of, or_null, text, truth, whole,
};

pub(super) fn of_requests() -> Named {
    let call: Fields = vec![
        ("type?", one_of(["track", "identify", "page", "screen", "group", "alias"], "What is called, in a batch")),
        ("messageId?", text("Tells a second sending from a second event; derived from the content if missing")),
        ("userId?", or_null(json!({ "type": ["string", "number"] }))),
        ("anonymousId?", or_null(json!({ "type": ["string", "number"] }))),
        ("previousId?", or_null(json!({ "type": ["string", "number"] }))),
        ("event?", text("What happened, of a track call")),
        ("name?", or_null(text("Which page or screen"))),
        ("properties?", or_null(free_object("What the sender tells about it"))),
        ("traits?", or_null(free_object("Who somebody is"))),
        ("context?", or_null(free_object("The circumstances"))),
        ("timestamp?", or_null(anything("When, by the sender's clock: RFC 3339 or milliseconds since 1970"))),
        ("sentAt?", or_null(anything("When it was sent, by the sender's clock; corrects that clock"))),
        ("writeKey?", text("The write key, from clients that send no header")),
    ];
    let mut batch = named(
        "SegmentBatch",
        "Many calls at once",
        vec![
            ("batch", list(&of("SegmentCall"), "The calls")),
            ("sentAt?", anything("As in a call")),
            ("writeKey?", text("As in a call")),
        ],
    );
    batch.1["additionalProperties"] = true.into();
    let (name, mut cloud_event) = named(
        "CloudEvent",
        "A CloudEvent 1.0 in JSON",
        vec![
            ("specversion", one_of(["1.0"], "The version of CloudEvents")),
            ("id", text("With `source` it tells duplicates")),
            ("source", text("Who sent it")),
            ("type", text("Its last dotted part is the event's name")),
            ("time?", moment("When it happened")),
            ("userid?", text("Who, by account")),
            ("anonymousid?", text("Who, by browser or installation")),
            ("kind?", text("What sort of happening")),
            ("channel?", text("How")),
            ("data?", anything("What is told about it; `data.traits` are traits")),
        ],
    );
    cloud_event["additionalProperties"] = true.into();
    let mut own = object("An event in Geleit's own envelope; what is missing has a default", event_fields());
    own["required"] = json!(["name", "identifiers"]);
    own["additionalProperties"] = true.into();
    let mut segment_call = object("A call of the Segment dialect", call);
    segment_call["additionalProperties"] = true.into();
    vec![
        ("SegmentCall".to_owned(), segment_call),
        batch,
        (name, cloud_event),
        ("NewEvent".to_owned(), own),
        named(
            "Taken",
            "What became of the events; everything that is counted is durable",
            vec![
                ("success", truth("Always true: the request as such was fine")),
                ("accepted", whole("Events that are stored now")),
                ("duplicates", whole("Events that had been stored before")),
                ("rejected", list(&of("Rejected"), "Events that are in the quarantine, in their order")),
            ],
        ),
        named(
            "Rejected",
            "An event that is in the quarantine",
            vec![("index", whole("Its place in the body, from 0")), ("reason", text("What is wrong with it"))],
        ),
    ]
}

pub(super) fn event_fields() -> Fields {
    vec![
        ("message_id", text("The sender's id of the event; with the source it tells duplicates")),
        ("source", text("Who sent it")),
        ("at", moment("When it happened, the sender's clock corrected")),
        ("received_at", moment("When it reached us")),
        ("client_at", or_null(moment("When it happened by the sender's own clock, where that was corrected"))),
        ("kind", one_of(Kind::ALL.map(Kind::as_str), "What sort of thing happened")),
        ("name", text("What happened, in the sender's words")),
        ("channel", text("How; empty if not said")),
        ("identifiers", list(&of("Identifier"), "Who, as far as the sender knew")),
        ("properties", free_object("What the sender tells about the happening")),
        ("context", free_object("What the sender tells about the circumstances")),
        ("extra", free_object("Fields of the sender's dialect that have no place in the envelope")),
        ("mood", or_null(of("Mood"))),
    ]
}

pub(super) fn of_answers() -> Named {
    vec![
        named("Event", "Something that happened", event_fields()),
        named(
            "Identifier",
            "One typed value that points to a person",
            vec![("kind", text("What the value is: `user_id`, `email`, ...")), ("value", text("The value as it came"))],
        ),
        named(
            "Mood",
            "How the person felt",
            vec![
                (
                    "value",
                    json!({ "type": "integer", "minimum": -2, "maximum": 2, "description": "From very bad to very good" }),
                ),
                ("origin", one_of(["assumed", "reported", "inferred"], "Where the value comes from")),
                ("method?", text("The method, where the mood was inferred")),
            ],
        ),
    ]
}
