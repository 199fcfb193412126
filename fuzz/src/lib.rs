//! What every parser promises, whatever bytes it gets. A target feeds one parser; this crate holds the answers to
//! those promises:
//!
//! - nothing panics, overflows or runs for ever;
//! - what comes out as an event is valid, fits one line of JSON and reads back as it was;
//! - what is refused can be read again, and is refused for the same reason;
//! - what is read as a map may be stored, goes out in every format, and comes back the same.
//!
//! `cargo fuzz run segment fuzz/seeds/segment` from the project's root runs one target from its seeds.

use std::collections::BTreeMap;
use std::panic::{self, PanicHookInfo};
use std::path::PathBuf;
use std::sync::{LazyLock, Once};

use formats::register::{self, TableFormat};
use formats::{Beside, MapFormat, write_map};
use ingest::files::{self, Format, Options};
use ingest::{Arrived, BadRow, Dialect, Parsed, Refused, native, reparse};
use model::{DocumentKind, Event, Timestamp, check_body};

/// A request at a fixed moment, so that a finding can be repeated.
pub fn arrived() -> Arrived<'static> {
    Arrived { source: "fuzz", received_at: Timestamp::clamped(1_795_341_601_000_000) }
}

/// Checks the answer to a whole body.
pub fn check(answer: Result<Parsed<'_>, Refused>) {
    match answer {
        Ok(parsed) => {
            for (_, event) in &parsed.events {
                check_event(event);
            }
            for (_, bad) in &parsed.bad {
                check_bad(bad);
            }
        }
        Err(refused) => assert!(!refused.to_string().is_empty()),
    }
}

/// Checks the answer to one item or row.
pub fn check_item(answer: Result<Event<'_>, BadRow<'_>>) {
    match answer {
        Ok(event) => check_event(&event),
        Err(bad) => check_bad(&bad),
    }
}

fn check_event(event: &Event<'_>) {
    event.validate().expect("only valid events get through");
    let json = serde_json::to_string(event).expect("raw parts are JSON");
    assert!(!json.contains('\n'), "an event fits one line");
    let back = native::line(&json, &arrived()).expect("an export reads back");
    assert!(back == *event, "an export reads back as it was");
    assert!(Event::decode(&event.encode()).expect("the journal reads back") == *event);
}

fn check_bad(bad: &BadRow<'_>) {
    assert!(!bad.fault.to_string().is_empty());
    let again = reparse(bad.dialect, bad.payload.as_str(), &arrived());
    match bad.dialect {
        Dialect::Segment | Dialect::CloudEvents | Dialect::Native | Dialect::NativeLine => {
            assert_eq!(again.expect_err("is as bad as before").code, bad.code);
        }
        // A row may have been refused for its place in the file, which its payload does not tell.
        Dialect::Row => {}
        Dialect::Raw => assert!(again.is_err(), "nobody knows how to read it"),
    }
}

/// Lets the panics of file libraries unwind, as they do in the product, where the reader turns them into errors. A panic
/// in our own lines aborts at once, whoever would catch it; one that nobody catches is a finding wherever it began.
fn let_libraries_slip() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let aborting = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !is_of_a_library(info) {
                aborting(info); // libFuzzer's: it prints the panic and aborts
            }
        }));
    });
}

fn is_of_a_library(info: &PanicHookInfo<'_>) -> bool {
    info.location().is_some_and(|place| place.file().contains("/registry/src/") || place.file().starts_with("/rustc/"))
}

/// Reads `bytes` as a file of that format to its end.
pub fn read_file(format: Format, bytes: &[u8]) {
    let_libraries_slip();
    // One file a process: fuzzing jobs run side by side.
    static PATH: LazyLock<PathBuf> =
        LazyLock::new(|| std::env::temp_dir().join(format!("geleit-fuzz-{}", std::process::id())));
    std::fs::write(&*PATH, bytes).expect("the temporary directory can be written");
    let options = Options {
        format: Some(format),
        source: arrived().source.into(),
        received_at: arrived().received_at,
        ..Options::default()
    };
    let Ok(mut reader) = files::open(&PATH, &options) else { return };
    let _ = reader.for_each(check_item);
}

/// Reads `bytes` as a map.
pub fn read_map(format: MapFormat, bytes: &[u8]) {
    let_libraries_slip();
    let read = match formats::read_map(format, "map", bytes) {
        Ok(read) => read,
        Err(refused) => return assert!(!refused.reason.is_empty()),
    };
    let body = serde_json::to_value(&read.map).expect("plans are JSON");
    check_body(DocumentKind::Map, "map", &body).expect("what is read may be stored");
    for written in MapFormat::ALL {
        match write_map(written, "map", &read.map, &Beside::default()) {
            Ok(bytes) if written.is_read() && bytes.len() <= formats::MOST_BYTES => {
                let again = formats::read_map(written, "map", &bytes).expect("what we write we read");
                assert!(again.map == read.map, "{written} gives back another map");
            }
            Ok(_) => {}
            // A cell of a workbook holds only so much.
            Err(refused) => assert!(written == MapFormat::Xlsx, "{written}: {refused}"),
        }
    }
}

/// Reads `bytes` as a table of touchpoints.
pub fn read_register(format: TableFormat, bytes: &[u8]) {
    let_libraries_slip();
    let Ok(changes) = register::changes(format, bytes, &BTreeMap::new()) else { return };
    let new: BTreeMap<_, _> = changes.rows.into_iter().map(|row| (row.id, row.touchpoint)).collect();
    let written = register::write(TableFormat::Csv, &new).expect("a table holds any text");
    let again = register::changes(TableFormat::Csv, &written, &new).expect("what we write we read");
    let is_same = |row: &register::RowChange| row.what == register::Verdict::Same;
    // Rows that were wrong are not among those that were written, and may be parents of some.
    assert!(again.rows.iter().all(is_same), "the register comes back as another one");
}
