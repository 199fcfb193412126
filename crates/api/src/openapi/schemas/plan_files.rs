//! Maps and touchpoints from files of other programs.

use super::{Named, named};
use crate::openapi::schema::{anything, free_object, list, of, one_of, or_null, text, whole};

pub(super) fn schemas() -> Named {
    let notes = || list(&of("FileNote"), "What was left out, changed, assumed, or is not there");
    vec![
        named(
            "MapImport",
            "A map from a file",
            vec![
                ("body", free_object("The map, as the body of its document")),
                ("notes", notes()),
                ("version", or_null(whole("The version that has it now; null of a dry run"))),
            ],
        ),
        named(
            "FileNote",
            "Something to know of a file that was read",
            vec![
                (
                    "code",
                    one_of(
                        ["left_out", "changed", "assumed", "unknown", "lived"],
                        "The file says it and the map does not have it; the map has it in another form; the file does not say it; \
                         the map refers to it and it is not there yet; it was said of a journey that was lived",
                    ),
                ),
                ("place", text("Where: `line 4`, `step order`; empty where the whole file is meant")),
                ("text", text("What, in a sentence")),
            ],
        ),
        named(
            "RegisterChanges",
            "What a table changes in the register",
            vec![
                ("rows", list(&of("RegisterRow"), "Row by row, those that are not wrong")),
                (
                    "errors",
                    list(
                        &of("RegisterError"),
                        "What is wrong, 200 at most; while there is something nothing is written",
                    ),
                ),
                ("notes", notes()),
                ("written", whole("Touchpoints that were written")),
            ],
        ),
        named(
            "RegisterRow",
            "What a row changes",
            vec![
                ("row", whole("The line of the file or the row of the sheet, from 1")),
                ("id", text("The touchpoint")),
                ("what", one_of(["new", "changed", "same"], "Whether it is there already, and changes")),
                ("fields", list(&of("RegisterField"), "The fields that change")),
            ],
        ),
        named(
            "RegisterField",
            "A field that changes",
            vec![
                ("field", text("Its name")),
                ("from", anything("What it is; null if it is not there")),
                ("to", anything("What it becomes")),
            ],
        ),
        named(
            "RegisterError",
            "What is wrong with a row",
            vec![
                ("row", whole("The line of the file or the row of the sheet, from 1")),
                ("column", text("The column as the file calls it; empty where the row as a whole is meant")),
                ("value", text("What stands there")),
                ("reason", text("What is wrong with it, to be read after the value")),
            ],
        ),
    ]
}
