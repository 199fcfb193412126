//! The shapes of bodies and answers. Types stay free of any schema library; that these schemas are complete and true is
//! what the crate's tests hold every answer against.

use model::{DocumentKind, Kind};
use serde_json::{Map, Value, json};
use store::BadState;

use super::schema::{
    Fields, anything, free_object, list, map, moment, number, object, of, one_of, or_null, share, text, truth, whole,
};

/// Every schema by its name.
pub(super) fn all() -> Map<String, Value> {
    [requests(), events(), customers(), mining(), plans(), quarantine(), problems()].into_iter().flatten().collect()
}

type Named = Vec<(String, Value)>;

fn named(name: &str, about: &str, fields: Fields) -> (String, Value) {
    (name.to_owned(), object(about, fields))
}

fn requests() -> Named {
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

fn event_fields() -> Fields {
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

fn events() -> Named {
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

fn customers() -> Named {
    let mut timeline_event = vec![
        ("id", text("The event's number, such as `e17`")),
        ("touchpoint", text("Where it happened: the registered touchpoint, else the event's own name")),
        ("registered", truth("True if the touchpoint is in the register")),
    ];
    timeline_event.extend(event_fields());
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

/// What stands around every answer about journeys.
fn answered(mut fields: Fields) -> Fields {
    fields.extend([
        ("journeys", whole("Journeys in question")),
        ("events", whole("Events in them")),
        ("coverage", of("Coverage")),
        ("events_in_other", whole("Events whose touchpoints are shown as one, because there are too many")),
        ("timing", of("Timing")),
        ("recipe", of("Recipe")),
    ]);
    fields
}

fn mining() -> Named {
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

fn plans() -> Named {
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

fn quarantine() -> Named {
    let states = || one_of(BadState::ALL.map(BadState::as_str), "What became of it");
    vec![
        named(
            "QuarantinePage",
            "A page of the quarantine",
            vec![
                ("counts", list(&of("QuarantineCount"), "Items of each code in each state, filters aside")),
                ("items", list(&of("QuarantineItem"), "The items of this page")),
                ("next", or_null(whole("Give this as `after` for the next page"))),
            ],
        ),
        named(
            "QuarantineCount",
            "Items of one code in one state",
            vec![("code", text("The sort of fault")), ("state", states()), ("items", whole("How many"))],
        ),
        named(
            "QuarantineItem",
            "What could not become an event",
            vec![
                ("id", whole("Its number")),
                ("received_at", moment("When it reached us")),
                ("source", text("Who sent it")),
                ("dialect", text("In what form")),
                ("code", text("The sort of fault")),
                ("reason", text("What is wrong, with place and value")),
                ("payload", text("The item as it came")),
                ("state", states()),
                ("repaired_as", or_null(whole("Number of the event stored in its place"))),
            ],
        ),
        named(
            "RepairOne",
            "A repair of one item",
            vec![
                ("payload?", anything("In the place of the item's own: JSON, or a text that is the payload")),
                ("dry_run?", truth("Only say what would happen")),
            ],
        ),
        named(
            "RepairMany",
            "A repair of all open items that fit",
            vec![
                ("code?", text("Only items with this code")),
                ("source?", text("Only items of this source")),
                ("patch", list(&free_object("One operation"), "An RFC 6902 patch, applied to each payload")),
                ("dry_run?", truth("Only say what would happen")),
            ],
        ),
        named(
            "Repaired",
            "What became of a repair",
            vec![
                ("repaired", whole("Items that are events now, or in a dry run would be")),
                ("duplicates", whole("Of these, how many had been stored before")),
                ("still_bad", list(&of("StillBad"), "Items that cannot be read even now")),
            ],
        ),
        named(
            "StillBad",
            "An item that is still bad",
            vec![("id", whole("Its number")), ("reason", text("What is wrong"))],
        ),
    ]
}

fn problems() -> Named {
    vec![
        named(
            "Problem",
            "An error (RFC 9457)",
            vec![
                ("type", json!({ "type": "string", "format": "uri", "description": "The sort of problem as a URI" })),
                ("title", text("The sort of problem in words")),
                ("status", whole("The HTTP status")),
                ("detail", text("What is wrong this time")),
                ("code", text("The sort of problem as a stable word")),
                ("request_id", text("The id under which the server's log speaks of the request")),
                ("invalid_params?", list(&of("InvalidParam"), "What is wrong with a body, a query or a path")),
            ],
        ),
        named(
            "InvalidParam",
            "A field or parameter that is wrong",
            vec![("name", text("Which one")), ("reason", text("What is wrong with it"))],
        ),
        named("Health", "The server's own state", vec![("status", text("`ok` or `ready`"))]),
    ]
}
