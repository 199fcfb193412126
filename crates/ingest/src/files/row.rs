//! A bad row, repaired by hand, is read again.
//!
//! A [`BadRow`] of a file carries all that is needed for it:
//!
//! ```json
//! {"line": 17,
//!  "row": {"customer": "ada", "event": "purchase", "timestamp": "yesterday"},
//!  "mapping": {"customer": "customer", "customer_kind": "user_id", "touchpoint": "event",
//!              "time": ["timestamp"], "time_format": "iso", "time_zone": "UTC"}}
//! ```
//!
//! Whoever repairs it changes the values in `row`; the repaired row gets the id it would have had in the file.

use model::{Event, Invalid};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::assemble::{Assembler, Fault, Reading, at_place};
use super::pairs::Pairs;
use crate::{Arrived, BadRow, Dialect};

#[derive(Deserialize)]
struct Payload<'a> {
    /// Number of the line, row or event in its file.
    line: u64,
    #[serde(borrow)]
    row: &'a RawValue,
    mapping: Reading,
    #[serde(default = "first")]
    repetition: u32,
    #[serde(default)]
    saying: Option<usize>,
}

fn first() -> u32 {
    1
}

/// Reads the payload of a [`Dialect::Row`] again, as it is or repaired.
///
/// # Errors
/// What is still wrong with it, around the same payload.
pub fn reparse(payload: &str, arrived: &Arrived<'_>) -> Result<Event<'static>, BadRow<'static>> {
    event(payload, arrived).map_err(|(code, fault)| BadRow {
        dialect: Dialect::Row,
        code,
        fault,
        payload: payload.to_owned().into(),
    })
}

fn event(payload: &str, arrived: &Arrived<'_>) -> Result<Event<'static>, Fault> {
    let unreadable = |path: &str, error: serde_json::Error| {
        ("bad_json", Invalid::new(path, payload, format!("is not a row of a file: {error}")))
    };
    let read: Payload<'_> = serde_json::from_str(payload).map_err(|error| unreadable("", error))?;
    let mut pairs = Pairs::parse(read.row.get()).map_err(|error| unreadable("row", error))?;
    pairs.untyped = read.mapping.untyped;
    pairs.saying = read.saying;
    let assembler = Assembler::new(read.mapping, arrived.source, arrived.received_at)
        .map_err(|fault| ("bad_mapping", fault.within("mapping")))?;
    let place = format!("line {}", read.line);
    assembler.repaired(&&pairs, read.repetition).map_err(|(code, fault)| (code, at_place(&place, fault)))
}
