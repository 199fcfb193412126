//! Files that are sent to be imported.

use ingest::files::{Format, TimeFormat};
use serde_json::{Value, json};

use super::{Named, named};
use crate::openapi::schema::{Fields, anything, list, moment, number, object, of, one_of, or_null, text, truth, whole};
use crate::uploads::Phase;

pub(super) fn schemas() -> Named {
    vec![
        named("Upload", "A file, what is in it, and what its columns could mean", upload()),
        named(
            "UploadColumn",
            "A column of a file",
            vec![
                ("name", text("As the file has it")),
                (
                    "guess",
                    one_of(
                        ["customer", "touchpoint", "time", "channel", "identifier", "property"],
                        "What it is taken for: `property` if it has no other role",
                    ),
                ),
                ("reason", text("Why, in words for people")),
                ("examples", list(&text("A value"), "Different values of the first rows, 3 at most")),
            ],
        ),
        ("ReadingOptions".to_owned(), reading_options()),
        named("UploadTrial", "What an import would come to", trial()),
        named(
            "BadFileRow",
            "A row that cannot be an event",
            vec![
                ("row", or_null(whole("Number of its line, row or event in the file"))),
                ("column", or_null(text("The column at fault, if it is one"))),
                ("value", or_null(text("The value at fault; cut after 80 characters"))),
                ("code", text("The sort of fault")),
                ("reason", text("What is wrong, to be read after the value")),
            ],
        ),
        named("UploadStatus", "How far an upload is", status()),
        named("Uploads", "All uploads", vec![("uploads", list(&of("UploadStatus"), "The newest first"))]),
        named(
            "UploadBadRows",
            "The rows that cannot be events, as of the last reading",
            vec![("n", whole("How many there are")), ("in_csv", whole("How many of them are in `bad.csv`"))],
        ),
    ]
}

fn identity() -> Fields {
    vec![
        ("id", text("The upload's id")),
        ("name", text("What the file is called")),
        ("bytes", whole("Its size")),
        ("received_at", moment("When it was there")),
    ]
}

/// How a file is going to be read.
fn reading() -> Fields {
    vec![
        ("format", one_of(Format::ALL.map(Format::as_str), "The file's format")),
        ("format_reason", text("Why that format")),
        ("gzip", truth("Whether it is packed")),
        ("time_format_reason", or_null(text("Why times are read as they are"))),
        ("notes", list(&text("A note"), "What the reader leaves out or does besides")),
        ("sample", list(&anything("An event, or `bad_row` and `fault`"), "What the first rows become, 5 at most")),
    ]
}

fn upload() -> Fields {
    let row = list(&text("A value"), "One row");
    let about = vec![
        ("columns", list(&of("UploadColumn"), "In their order; none where the format itself says what is what")),
        ("guess", of("ReadingOptions")),
        ("preview", list(&row, "The first rows as texts, in the order of the columns; 20 at most")),
        (
            "undecided",
            or_null(text("What could not be guessed, and which option decides it; such a file cannot be read yet")),
        ),
    ];
    [identity(), reading(), about].concat()
}

fn trial() -> Fields {
    let about = vec![
        ("read", whole("Rows read")),
        ("would_store", whole("Events that would be stored, if none of them is stored already")),
        ("duplicates", or_null(whole("Events stored already: all if the file was imported before, unknown else"))),
        ("imported_before", or_null(moment("When the same file was imported with the same options"))),
        ("bad", whole("Rows that would go into the quarantine")),
        ("first_bad", list(&of("BadFileRow"), "The first of them, 20 at most")),
        (
            "breaks_off",
            or_null(text("Where and why the file cannot be read to its end; what stands before would be stored")),
        ),
    ];
    [about, reading()].concat()
}

fn status() -> Fields {
    let about = vec![
        ("state", one_of(Phase::ALL.map(Phase::as_str), "`failed` can be begun again, `done` and `cancelled` cannot")),
        ("read", whole("Rows read")),
        ("stored", whole("Events stored")),
        ("duplicates", whole("Events that had been stored before")),
        ("quarantined", whole("Rows put into the quarantine")),
        ("bytes_read", whole("Bytes of the file read, about")),
        ("seconds", or_null(number("How long the last reading has taken"))),
        ("rows_per_second", or_null(number("Rows read in a second, on average"))),
        ("seconds_left", or_null(number("Estimated from the bytes that are left; only while it is being read"))),
        ("bad_rows", of("UploadBadRows")),
        ("imported_before", or_null(moment("When the same file was imported with the same options"))),
        ("reason", or_null(text("Why it failed or was cancelled, if that is known"))),
    ];
    [identity(), about].concat()
}

fn reading_options() -> Value {
    let word = |about: &str| or_null(text(about));
    let mut options = object(
        "How a file is to be read, in the words of `geleit import`; what is left out is guessed",
        vec![
            ("format?", word("csv, jsonl, parquet, xes, ocel, cloudevents or xlsx")),
            ("customer?", word("Column, or OCEL object type, that says who")),
            ("customer_kind?", word("What that column holds, such as `loyalty_card`; `user_id` if not said")),
            ("touchpoint?", word("Column that says what happened")),
            ("time?", word("Column that says when; `DATE+TIME` joins two")),
            ("channel?", word("Column that says how")),
            ("identifier?", list(&text("`KIND=COL`"), "Further columns that say who")),
            ("time_zone?", word("Zone of plain local times, such as `Europe/Berlin`; UTC if not said")),
            ("time_format?", word(&TimeFormat::ALL.map(TimeFormat::as_str).join(", "))),
            ("delimiter?", word("CSV: the character between fields, or `tab`")),
            ("encoding?", word("CSV: such as `windows-1252`")),
            ("decimal_comma?", truth("CSV: numbers are written `12,50`")),
            ("source?", word("Name under which the events are filed; `import` if not said")),
        ],
    );
    options["additionalProperties"] = json!(false);
    options
}
