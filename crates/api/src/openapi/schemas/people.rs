//! Customers found, and pairs to be decided on.

use super::{Named, named};
use crate::openapi::schema::{list, moment, number, of, one_of, or_null, share, text, truth, whole};

pub(super) fn schemas() -> Named {
    vec![
        named(
            "SearchAnswer",
            "Customers that a search has found",
            vec![
                ("customers", list(&of("FoundCustomer"), "Those that are called just so first")),
                ("more", truth("Whether there are more")),
                ("complete", truth("False if a part of `q` is in so many words that not all of them were looked at")),
                ("behind", whole("Events and identifiers that are stored and not yet in the index")),
                ("left_out", whole("Words for which there was no room")),
            ],
        ),
        named(
            "FoundCustomer",
            "A customer that a search has found",
            vec![
                ("customer", text("The customer as of now")),
                ("name", or_null(text("The name told last; none where the search is for a purpose"))),
                (
                    "identifiers",
                    list(
                        &of("KnownIdentifier"),
                        "Some of what points to the customer, the matched one first; 5 at most",
                    ),
                ),
                ("identifiers_in_all", whole("How many there are")),
            ],
        ),
        named(
            "ReviewPage",
            "Pairs of customers that may be one person",
            vec![
                ("pairs", list(&of("ReviewPair"), "The likeliest first")),
                ("next", or_null(whole("Give this as `cursor` for the next page"))),
                ("waiting", whole("Pairs that wait for a decision, on all pages")),
                ("left_out", whole("Pairs beyond those kept")),
                ("model", text("The version of the linkage model, such as `linkage@3`; `built_in` if there is none")),
                ("link_from", share("From this probability on the model takes two for one person")),
                ("review_from", share("From this probability on it asks")),
                ("records", whole("Records that were compared")),
                ("records_not_compared", whole("Records that have come since, or for which there was no room")),
                ("found_at", moment("When the pairs were found")),
                ("seconds", number("How long that took")),
            ],
        ),
        named(
            "ReviewPair",
            "Two customers who may be one",
            vec![
                ("a", of("ReviewSide")),
                ("b", of("ReviewSide")),
                ("weight", number("Weight of their most alike records, in bits")),
                ("probability", share("That both are one person")),
                (
                    "doubt",
                    or_null(one_of(
                        ["weak_pair", "cannot_link", "too_many_records", "veto", "little_evidence"],
                        "Why the model does not take them for one by itself; none if it would",
                    )),
                ),
                ("forbidden", or_null(text("The rule that forbids to say that they are one, if there is one"))),
                ("prior", number("The odds before anything is compared, in bits")),
                ("steps", list(&of("WeightStep"), "The comparisons; `prior` and their weights sum up to `weight`")),
            ],
        ),
        named(
            "ReviewSide",
            "One of two customers",
            vec![("customer", text("The customer as of now")), ("identifier", of("KnownIdentifier"))],
        ),
    ]
}
