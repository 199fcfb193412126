use serde::Serialize;

use super::{Format, TimeFormat};

/// How a file is going to be read, with the reason of each guess: what `--dry-run` shows.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The file's format.
    pub format: Format,
    /// Why that format.
    pub format_reason: String,
    /// True if the file is packed with gzip.
    pub gzip: bool,
    /// Name of the text's encoding, and why; only where the format leaves it open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Guess>,
    /// What stands between two fields, and why; CSV only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<Guess>,
    /// Name of the sheet, and why; XLSX only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<Guess>,
    /// The type of object that is the customer, and why; OCEL only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_type: Option<Guess>,
    /// The columns in their order; empty where the format itself says what is what.
    pub columns: Vec<PlannedColumn>,
    /// The kind of identifier that the customer column holds.
    pub customer_kind: String,
    /// How times are written, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_format: Option<PlannedTime>,
    /// True if numbers are written with a decimal comma.
    pub decimal_comma: bool,
    /// What the reader leaves out or does besides.
    pub notes: Vec<String>,
    /// The first rows, as the events they become or with what is wrong with them.
    pub sample: Vec<serde_json::Value>,
    /// The first rows as texts, in the order of the columns; [`Plan::ROWS`] at most.
    #[serde(skip)]
    pub rows: Vec<Vec<String>>,
}

impl Plan {
    /// Rows that are shown as texts.
    pub const ROWS: usize = 20;

    pub(super) fn new(format: Format, format_reason: String, gzip: bool, customer_kind: &str) -> Self {
        Self {
            format,
            format_reason,
            gzip,
            encoding: None,
            delimiter: None,
            sheet: None,
            object_type: None,
            columns: Vec::new(),
            customer_kind: customer_kind.to_owned(),
            time_format: None,
            decimal_comma: false,
            notes: Vec::new(),
            sample: Vec::new(),
            rows: Vec::new(),
        }
    }
}

/// Something taken for granted, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Guess {
    /// What was taken.
    pub value: String,
    /// Why, in words for people.
    pub reason: String,
}

impl Guess {
    pub(super) fn new(value: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { value: value.into(), reason: reason.into() }
    }
}

/// A column of the file and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedColumn {
    /// The column's name in the file.
    pub name: String,
    /// What it is taken for.
    pub role: Role,
    /// Why, in words for people.
    pub reason: String,
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Says who: the first identifier of the event.
    Customer,
    /// Says what happened: the event's name.
    Touchpoint,
    /// Says when, alone or with other columns.
    Time,
    /// Says how.
    Channel,
    /// Another identifier of the customer.
    Identifier,
    /// Everything else goes into the event's properties.
    Property,
}

/// How the times are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedTime {
    /// The format.
    pub format: TimeFormat,
    /// Name of the time zone in which plain local times are read.
    pub zone: String,
    /// Why, in words for people.
    pub reason: String,
}
