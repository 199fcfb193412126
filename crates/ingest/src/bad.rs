use std::fmt;

use model::{Invalid, Text};

/// What was refused, kept whole so that it can be repaired and replayed: bad rows are data.
#[derive(Clone, Debug, PartialEq)]
pub struct BadRow<'a> {
    /// The form of `payload`, so that a repaired payload finds the parser again.
    pub dialect: Dialect,
    /// The sort of fault: a stable word for counting, such as `missing_identifier` or `bad_time`.
    pub code: &'static str,
    /// What exactly is wrong: place, value, reason.
    pub fault: Invalid,
    /// The item as it came; JSON wherever the dialect is JSON, else the raw row.
    pub payload: Text<'a>,
}

impl BadRow<'_> {
    /// Where a row of a file stands, as far as the fault says: the number of its line, row or event, and the column.
    pub fn place(&self) -> (Option<u64>, Option<&str>) {
        let (unit, rest) = self.fault.path.split_once(", ").unwrap_or((&self.fault.path, ""));
        let number = unit.split_once(' ').and_then(|(_, number)| number.parse().ok());
        (number, rest.strip_prefix("column "))
    }

    /// The same row, owning its payload.
    pub fn into_owned(self) -> BadRow<'static> {
        BadRow { dialect: self.dialect, code: self.code, fault: self.fault, payload: self.payload.into_owned() }
    }
}

impl fmt::Display for BadRow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)
    }
}

/// A form in which events come in; also says how a quarantined payload is read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// One item of the Segment dialect: JSON with `type`.
    Segment,
    /// One CloudEvent in JSON.
    CloudEvents,
    /// One event in Geleit's own envelope, from a sender: the JSON of `model::Event`.
    Native,
    /// The same from a file that Geleit wrote, which keeps its own source and time of receipt.
    NativeLine,
    /// One row of a file as a JSON object `{"row": {column: text, ...}, "mapping": {...}}`.
    Row,
    /// Bytes in which no item could be told apart; kept to be looked at.
    Raw,
}

impl Dialect {
    /// The dialect's name in JSON and lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Segment => "segment",
            Self::CloudEvents => "cloud_events",
            Self::Native => "native",
            Self::NativeLine => "native_line",
            Self::Row => "row",
            Self::Raw => "raw",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A fault found inside an item, before anybody has the whole item at hand.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) invalid: Invalid,
}

impl Fault {
    pub(crate) fn new(code: &'static str, invalid: Invalid) -> Self {
        Self { code, invalid }
    }

    /// The same fault, seen from one level further out.
    pub(crate) fn within(mut self, outer: &str) -> Self {
        self.invalid = self.invalid.within(outer);
        self
    }

    /// The bad row of an item with this fault.
    pub(crate) fn of<'a>(self, dialect: Dialect, payload: impl Into<Text<'a>>) -> BadRow<'a> {
        BadRow { dialect, code: self.code, fault: self.invalid, payload: payload.into() }
    }
}

/// Faults that [`model::Event::validate`] finds take their code from the field they stand in.
impl From<Invalid> for Fault {
    fn from(invalid: Invalid) -> Self {
        let code = match invalid.path.split(['.', '[']).next().unwrap_or_default() {
            "identifiers" if invalid.path == "identifiers" => "missing_identifier",
            "identifiers" => "bad_identifier",
            "message_id" => "bad_message_id",
            "source" => "bad_source",
            "name" => "bad_name",
            "channel" => "bad_channel",
            "kind" => "bad_kind",
            "mood" => "bad_mood",
            "properties" | "context" | "extra" => "not_an_object",
            _ => "invalid",
        };
        Self { code, invalid }
    }
}
