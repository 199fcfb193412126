//! The quarantine and its repairs.

use store::BadState;

use super::{Named, named};
use crate::openapi::schema::{anything, free_object, list, moment, of, one_of, or_null, text, truth, whole};

pub(super) fn schemas() -> Named {
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
