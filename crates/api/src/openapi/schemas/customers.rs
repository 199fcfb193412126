//! Customers and their timelines.

use serde_json::json;

use super::{Named, named};
use crate::openapi::schema::{list, moment, number, of, one_of, or_null, text, truth, whole};

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
                ("since?", moment("From when on it belongs to this customer, if it was another's before")),
                ("purpose", text("The purposes it may serve, with blanks between; empty for all")),
                (
                    "joins_nobody?",
                    text(
                        "The rule by which it joins nobody, if so: too many share it, or the value itself is at fault",
                    ),
                ),
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
                ("purpose", text("The purposes it may serve; empty for all")),
                ("weight", number("How sure it is, from 0 to 1")),
                (
                    "state",
                    one_of(
                        ["active", "closed", "cannot_link"],
                        "Whether it joins the two, did so once, or keeps them apart",
                    ),
                ),
            ],
        ),
        named(
            "Erasure",
            "What erasing a customer would take, and what it would leave",
            vec![
                ("customer", text("The customer")),
                ("former_ids", list(&json!({ "type": "string" }), "Ids that redirect to it")),
                ("identifiers", list(&of("KnownIdentifier"), "Its identifiers")),
                ("events", whole("How many events belong to it")),
                (
                    "events_naming_others",
                    list(
                        &of("NamingOthers"),
                        "Those of them, 100 at most, that name others as well: these would stay theirs",
                    ),
                ),
                ("links", whole("How many entries of the link log are about its identifiers")),
                (
                    "named_by_others",
                    whole("How often events of others name its identifiers, as far as a rule kept the two apart"),
                ),
            ],
        ),
        named(
            "NamingOthers",
            "An event that names identifiers of several customers",
            vec![
                ("event", text("The event")),
                ("customers", list(&json!({ "type": "string" }), "The other customers")),
            ],
        ),
        named(
            "NewRuling",
            "Two identifiers about which somebody decides",
            vec![("a", of("Identifier")), ("b", of("Identifier")), ("note?", text("Why, in the words of who decides"))],
        ),
        named(
            "Ruled",
            "Whose two identifiers are now",
            vec![("a", text("The customer of the first")), ("b", text("The customer of the second"))],
        ),
        named(
            "Candidates",
            "Customers that somebody could be",
            vec![
                ("candidates", list(&of("Candidate"), "The likeliest first, 10 at most")),
                ("model", text("The version of the linkage model, such as `linkage@3`; `built_in` if there is none")),
                ("records", whole("Records of customers that were searched")),
                ("left_out", whole("Records for which there was no room")),
            ],
        ),
        named(
            "Candidate",
            "A customer, by the record that is most like the one asked for",
            vec![
                ("customer", text("The customer as of now")),
                ("probability", number("That both are one person, 0 to 1")),
                ("weight", number("Weight of the pair, in bits")),
                (
                    "vetoed",
                    truth("True if the two contradict each other in a way that forbids linking by weight alone"),
                ),
                ("prior", number("The odds before anything is compared, in bits")),
                ("steps", list(&of("WeightStep"), "The comparisons; `prior` and their weights sum up to `weight`")),
            ],
        ),
        named(
            "WeightStep",
            "What one comparison says",
            vec![
                ("comparison", text("What was compared; surname, address and landline are one, the household")),
                ("level", text("How far the two agree")),
                ("value_a", text("What was asked for, normalised")),
                ("value_b", text("What is known, normalised")),
                ("m", number("How often pairs of one person agree so far")),
                ("u", number("How often other pairs do that agree in all steps before")),
                ("frequency?", number("The value's own frequency, where it took the place of the strangers' u")),
                ("weight", number("log2(m / u), in bits")),
                ("sum", number("The prior and all weights so far, in bits")),
            ],
        ),
        named(
            "LinkedRecords",
            "What a linkage found out about the records of one source; 1,000 pairs at most",
            vec![
                ("kind", text("Kind of identifier under which the records are known, such as `crm_id`")),
                ("model_version", whole("Version of the plan `linkage/default` by which they were linked")),
                ("matches?", list(&of("MatchedRecords"), "Pairs that the model takes for one person")),
                ("accepted?", list(&pair_of_records(), "Pairs that people said are one person")),
                ("rejected?", list(&pair_of_records(), "Pairs that people said are two people")),
            ],
        ),
        named(
            "MatchedRecords",
            "Two records that a model takes for one person",
            vec![
                ("a", text("Id of the one")),
                ("b", text("Id of the other")),
                ("weight", number("Weight of the pair, in bits")),
                ("probability", number("That both are one person, 0 to 1")),
            ],
        ),
        named(
            "LinksTaken",
            "What became of them",
            vec![("stored", whole("Events stored")), ("duplicates", whole("Events that had been stored before"))],
        ),
        named(
            "Explanation",
            "Why two identifiers are one person, or why not",
            vec![
                ("a", text("The customer of the first")),
                ("b", text("The customer of the second")),
                ("identifiers", list(&of("KnownIdentifier"), "The two")),
                ("owners", list(&of("Owner"), "All owners of those of the two that were handed on, in their order")),
                ("same", truth("True if they are one")),
                ("path", list(&of("Link"), "From the first to the second; empty if they are two people")),
                ("kept_apart_by", or_null(of("Link"))),
                ("refusals", list(&of("Refusal"), "Joins of the two customers that were refused, the latest first")),
            ],
        ),
        named(
            "Owner",
            "Whose a thing was from some time on",
            vec![("identifier", of("KnownIdentifier")), ("customer", text("The customer"))],
        ),
        named(
            "Refusal",
            "A join that was asked for and refused",
            vec![
                ("a", of("KnownIdentifier")),
                ("b", of("KnownIdentifier")),
                (
                    "rule",
                    text(
                        "Such as `conflict email` or `limit user_id 1`, or `cannot_link` with the entry of the link log",
                    ),
                ),
                ("count", whole("How many events asked for it")),
                ("first", text("The first of them")),
                ("last", text("The last of them")),
            ],
        ),
        named(
            "Refusals",
            "A page of refusals, the latest first",
            vec![
                ("counts", list(&of("RefusalCount"), "All refusals by rule")),
                ("refusals", list(&of("Refusal"), "The refusals of this page")),
                ("next", or_null(text("Give this as `cursor` for the next page"))),
            ],
        ),
        named(
            "RefusalCount",
            "Joins that one rule refused",
            vec![
                ("rule", text("The rule")),
                ("pairs", whole("Pairs of identifiers")),
                ("events", whole("Events that asked for them")),
            ],
        ),
    ]
}

fn pair_of_records() -> serde_json::Value {
    json!({ "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2, "description": "Their ids" })
}
