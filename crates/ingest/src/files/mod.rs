//! Files: streaming readers that turn rows into events.
//!
//! A file of any [`Format`] is read in one go from its first to its last row with bounded memory, whatever its
//! size (two exceptions, told where they are: the sheet of an XLSX file and the object ids of an OCEL file). What
//! the columns mean is guessed from their names and first values, can be looked at before anything is read
//! ([`Reader::plan`]) and can be overridden ([`Options`]).
//!
//! - A row that cannot be an event becomes a [`BadRow`](crate::BadRow) and reading goes on; [`row::reparse`]
//!   reads it again after a repair.
//! - A file that is broken as a whole is a [`FileError`]; everything before the break was delivered.
//! - The message id of a row is made of its content, so the same file imported twice, or two files that overlap,
//!   give each row once. Rows that are equal to the letter are told apart by counting: the second gets `-2`.
//!   The count reaches back over at least 1.8 million different rows; equal rows further apart than that pass
//!   for duplicates.
//!
//! ```
//! use ingest::files::{Options, open};
//!
//! let path = std::env::temp_dir().join(format!("geleit-doctest-{}.csv", std::process::id()));
//! std::fs::write(&path, "Kunde;Ereignis;Zeit;Betrag\nada;Kauf;22.11.2026 14:05;12,50\nbob;Kauf;heute;1\n")?;
//!
//! let mut reader = open(&path, &Options { source: "till".into(), ..Options::default() })?;
//! let mut seen = Vec::new();
//! reader.for_each(|row| {
//!     seen.push(match row {
//!         Ok(event) => format!("{} {} {}", event.identifiers[0].value, event.at, event.properties.as_str()),
//!         Err(bad) => bad.fault.to_string(),
//!     });
//! })?;
//! assert_eq!(seen, [
//!     r#"ada 2026-11-22T14:05:00Z {"Betrag":12.50}"#,
//!     r#"line 3, column Zeit: "heute" is not a time such as 22.11.2026 14:05"#,
//! ]);
//! # std::fs::remove_file(&path)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::tz::TimeZone;
use model::{IdentifierKind, Invalid, Timestamp};
use serde::{Deserialize, Serialize};

mod assemble;
mod cell;
mod civil;
mod csv;
mod decode;
mod fault;
mod guess;
mod input;
mod items;
mod json;
mod number;
mod ocel;
mod pairs;
mod parquet;
mod plan;
pub mod row;
mod sniff;
mod split;
mod table;
mod time;
mod twins;
mod words;
mod xes;
mod xlsx;

pub use assemble::Row;
pub use fault::FileError;
pub use input::file_fingerprint;
pub use plan::{Guess, Plan, PlannedColumn, PlannedTime, Role};
pub use table::{Fields, Table};
pub use time::TimeFormat;
pub use words::Words;

use assemble::Output;
use input::Input;

/// The forms of file that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Delimited text with a header line.
    Csv,
    /// JSON objects, one a line, one behind the other or in one array: events of our own, or rows of any kind.
    Jsonl,
    /// Apache Parquet.
    Parquet,
    /// Event logs of process mining (IEEE 1849).
    Xes,
    /// Object-centric event logs, OCEL 2.0 in JSON.
    Ocel,
    /// CloudEvents 1.0 in JSON: one, an array, or one a line.
    CloudEvents,
    /// One sheet of an Excel workbook.
    Xlsx,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 7] =
        [Self::Csv, Self::Jsonl, Self::Parquet, Self::Xes, Self::Ocel, Self::CloudEvents, Self::Xlsx];

    /// The format's name in options and plans.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
            Self::Xes => "xes",
            Self::Ocel => "ocel",
            Self::CloudEvents => "cloudevents",
            Self::Xlsx => "xlsx",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|format| format.as_str() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            Invalid::new("format", text, format!("is none of {names}"))
        })
    }
}

/// How a file is to be read. What is `None` is guessed; [`Reader::plan`] tells what came of it.
#[derive(Clone, Debug)]
pub struct Options {
    /// The file's format.
    pub format: Option<Format>,
    /// Name of the source that the events are filed under.
    pub source: String,
    /// When the file reached us: the time of receipt of each row.
    pub received_at: Timestamp,
    /// Column that says who it was.
    pub customer: Option<String>,
    /// What kind of identifier the customer column holds.
    pub customer_kind: IdentifierKind<'static>,
    /// Column that says what happened.
    pub touchpoint: Option<String>,
    /// Column that says when; date and time of day in two columns are written `Date+Time`.
    pub time: Option<String>,
    /// Column that says how: web, phone, shop.
    pub channel: Option<String>,
    /// Further columns that hold identifiers of the customer.
    pub identifiers: Vec<(IdentifierKind<'static>, String)>,
    /// How the times are written.
    pub time_format: Option<TimeFormat>,
    /// Where the clocks hung that plain local times were read from; UTC if not said.
    pub time_zone: Option<TimeZone>,
    /// What stands between two fields of a CSV file.
    pub delimiter: Option<u8>,
    /// The text's encoding by its usual name, such as `windows-1252`.
    pub encoding: Option<String>,
    /// Whether `12,50` is a number; guessed only where the delimiter is no comma.
    pub decimal_comma: Option<bool>,
    /// Whether blanks behind a delimiter are no part of the field.
    pub skip_initial_space: Option<bool>,
    /// The type of object that is the customer in an OCEL file.
    pub object_type: Option<String>,
    /// Name of the sheet of a workbook; the first one that is not empty if not said.
    pub sheet: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: None,
            source: "import".into(),
            received_at: Timestamp::now(),
            customer: None,
            customer_kind: IdentifierKind::UserId,
            touchpoint: None,
            time: None,
            channel: None,
            identifiers: Vec::new(),
            time_format: None,
            time_zone: None,
            delimiter: None,
            encoding: None,
            decimal_comma: None,
            skip_initial_space: None,
            object_type: None,
            sheet: None,
        }
    }
}

/// Rows of a format, one after the other.
trait Source: Send {
    /// Reads on and delivers what it finds, often one row; false at the end of the file.
    fn advance(&mut self, out: &mut Output<'_>) -> Result<bool, FileError>;
}

/// A file about which everything is decided.
struct Prepared {
    /// Begins with the first row, as often as it is called.
    start: Box<dyn Fn() -> Result<Box<dyn Source>, FileError>>,
}

/// Rows that the plan shows.
const SHOWN: u64 = 5;

/// Looks into a file, decides how it is read and stands before its first row.
///
/// # Errors
/// When the file cannot be opened, is not of its format, or a column cannot be guessed; the error says which
/// columns were found and which option to give.
pub fn open(path: &Path, options: &Options) -> Result<Reader, FileError> {
    let looked = look(path, options)?;
    match (looked.reader, looked.undecided) {
        (Some(reader), _) => Ok(reader),
        (None, Some(error)) => Err(error),
        (None, None) => unreachable!("a file is decided or it is not"),
    }
}

/// A file that was looked into, whether it can be read as it was asked for or not.
#[derive(Debug)]
pub struct Look {
    /// How it is going to be read; of a file that cannot be read yet, as far as it was decided.
    pub plan: Plan,
    /// Stands before the first row; `None` if something is left open.
    pub reader: Option<Reader>,
    /// What is left open, and which option decides it.
    pub undecided: Option<FileError>,
}

/// Looks into a file for somebody who is going to say what its columns mean: what they are called, what they hold, and what
/// could be guessed.
///
/// # Errors
/// When the file cannot be opened or is of no format that can be read.
pub fn look(path: &Path, options: &Options) -> Result<Look, FileError> {
    let file = path.display().to_string();
    let in_file = |error: FileError| error.in_file(&file, 0);
    if options.source.is_empty() || options.source.chars().count() > 100 {
        let reason = format!("source {:?} is not a name of 1 to 100 characters", options.source);
        return Err(in_file(FileError::whole(reason)));
    }
    let input = Input::look_at(path).map_err(in_file)?;
    let (format, reason) = sniff::format(&input, options.format).map_err(in_file)?;
    let mut plan = Plan::new(format, reason, input.gzip, options.customer_kind.as_str());
    Ok(match prepare(&input, options, &file, format, &mut plan) {
        Ok(reader) => Look { plan, reader: Some(reader), undecided: None },
        Err(error) => Look { plan, reader: None, undecided: Some(in_file(error)) },
    })
}

fn prepare(input: &Input, options: &Options, file: &str, format: Format, plan: &mut Plan) -> Result<Reader, FileError> {
    let prepared = match format {
        Format::Csv => csv::prepare(input, options, plan)?,
        Format::Jsonl | Format::CloudEvents => json::prepare(input, options, plan)?,
        Format::Parquet => parquet::prepare(input, options, plan)?,
        Format::Xes => xes::prepare(input, options, plan)?,
        Format::Ocel => ocel::prepare(input, options, plan)?,
        Format::Xlsx => xlsx::prepare(input, options, plan)?,
    };
    plan.sample = shown(&prepared)?;
    let source = (prepared.start)()?;
    input.taken.store(0, Ordering::Relaxed);
    Ok(Reader {
        file: file.to_owned(),
        plan: plan.clone(),
        source,
        taken: Arc::clone(&input.taken),
        size: input.size,
        delivered: 0,
        ended: false,
    })
}

/// The first rows, for the plan. A break of the file is told when the reader comes to it.
fn shown(prepared: &Prepared) -> Result<Vec<serde_json::Value>, FileError> {
    let mut sample = Vec::new();
    let mut sink = |row: Row<'_>| {
        sample.push(match row {
            Ok(event) => serde_json::to_value(&event).unwrap_or_default(),
            Err(bad) => serde_json::json!({"bad_row": bad.code, "fault": bad.fault.to_string()}),
        });
    };
    let mut out = Output { sink: &mut sink, delivered: 0 };
    let mut source = (prepared.start)()?;
    while out.delivered < SHOWN && matches!(source.advance(&mut out), Ok(true)) {}
    sample.truncate(SHOWN as usize);
    Ok(sample)
}

/// A file that is being read.
pub struct Reader {
    file: String,
    plan: Plan,
    source: Box<dyn Source>,
    taken: Arc<AtomicU64>,
    size: u64,
    delivered: u64,
    ended: bool,
}

impl Reader {
    /// How the file is read, and what its first rows become.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Gives about `most` rows to `sink`, in the order of the file; false when the file has no more.
    ///
    /// # Errors
    /// When the file breaks off or is not what it seemed. All rows before that place have been given.
    pub fn read(&mut self, most: u64, mut sink: impl FnMut(Row<'_>)) -> Result<bool, FileError> {
        let mut out = Output { sink: &mut sink, delivered: 0 };
        let outcome = loop {
            if self.ended || out.delivered >= most {
                break Ok(());
            }
            match self.source.advance(&mut out) {
                Ok(more) => self.ended = !more,
                Err(error) => break Err(error),
            }
        };
        self.delivered += out.delivered;
        self.ended |= outcome.is_err();
        outcome.map_err(|error| error.in_file(&self.file, self.delivered))?;
        Ok(!self.ended)
    }

    /// Gives all rows that are left to `sink`.
    ///
    /// # Errors
    /// Those of [`Reader::read`].
    pub fn for_each(&mut self, mut sink: impl FnMut(Row<'_>)) -> Result<(), FileError> {
        while self.read(u64::MAX, &mut sink)? {}
        Ok(())
    }

    /// Rows given so far, good and bad.
    pub fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Bytes of the file that were taken so far, about; of [`Reader::bytes_total`].
    pub fn bytes_read(&self) -> u64 {
        if self.ended { self.size } else { self.taken.load(Ordering::Relaxed).min(self.size) }
    }

    /// Bytes of the file as it lies on the disk.
    pub fn bytes_total(&self) -> u64 {
        self.size
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("file", &self.file).field("delivered", &self.delivered).finish_non_exhaustive()
    }
}
