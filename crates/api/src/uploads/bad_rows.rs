//! The rows that cannot be events, as CSV: where, what and why, and the row as it came.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use csv::{Terminator, Writer, WriterBuilder};
use ingest::BadRow;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::upload::BadRows;

/// Bytes of the file at most; rows beyond are counted.
const MOST_BYTES: u64 = 64 << 20;
/// Rows told in an answer.
const FIRST: usize = 20;
/// What stands before the columns of the file, named so that none of them is likely to be called the same.
const HEADER: [&str; 5] = ["bad_row", "bad_column", "bad_value", "bad_code", "bad_reason"];
/// The one column behind them where the file has none.
const AS_IT_CAME: &str = "as_it_came";

/// A row that cannot be an event.
#[derive(Clone, Debug, Serialize)]
pub(super) struct BadOne {
    /// Number of its line, row or event in the file.
    row: Option<u64>,
    column: Option<String>,
    value: Option<String>,
    code: &'static str,
    reason: String,
}

impl BadOne {
    fn of(bad: &BadRow<'_>) -> Self {
        let (row, column) = bad.place();
        // The value is quoted as JSON is where it is a text.
        let quoted = bad.fault.value.as_str();
        let value = serde_json::from_str(quoted).unwrap_or_else(|_| quoted.to_owned());
        Self {
            row,
            column: column.map(str::to_owned),
            value: (!quoted.is_empty()).then_some(value),
            code: bad.code,
            reason: bad.fault.reason.clone(),
        }
    }
}

/// Writes bad rows as they turn up.
pub(super) struct BadRowsFile {
    writer: Writer<Counted>,
    columns: Vec<String>,
    pub(super) first: Vec<BadOne>,
    pub(super) rows: BadRows,
    /// The first fault of the disk; rows are counted on.
    fault: Option<io::Error>,
}

/// What is kept of a row of a file for its repair.
#[derive(Deserialize)]
struct Payload<'p> {
    #[serde(borrow)]
    row: &'p RawValue,
}

impl BadRowsFile {
    /// Begins the file anew; `columns` are those of the file that is read, none where it has none.
    pub(super) fn create(path: &Path, columns: Vec<String>) -> io::Result<Self> {
        let counted = Counted { file: BufWriter::new(File::create(path)?), bytes: 0 };
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(counted);
        let own: &[&str] = if columns.is_empty() { &[AS_IT_CAME] } else { &[] };
        let header = HEADER.iter().chain(own).copied().chain(columns.iter().map(String::as_str));
        writer.write_record(header)?;
        Ok(Self { writer, columns, first: Vec::new(), rows: BadRows::default(), fault: None })
    }

    pub(super) fn add(&mut self, bad: &BadRow<'_>) {
        let one = BadOne::of(bad);
        self.rows.n += 1;
        if self.fault.is_none() && self.writer.get_ref().bytes < MOST_BYTES {
            match self.write(&one, bad.payload.as_str()) {
                Ok(()) => self.rows.in_csv += 1,
                Err(error) => self.fault = Some(error),
            }
        }
        if self.first.len() < FIRST {
            self.first.push(one);
        }
    }

    fn write(&mut self, one: &BadOne, payload: &str) -> io::Result<()> {
        let number = one.row.map(|row| row.to_string()).unwrap_or_default();
        let told = [
            number.as_str(),
            one.column.as_deref().unwrap_or_default(),
            one.value.as_deref().unwrap_or_default(),
            one.code,
            &one.reason,
        ];
        for field in told {
            self.writer.write_field(field)?;
        }
        let as_row = serde_json::from_str::<Payload<'_>>(payload).ok().map(|payload| payload.row.get());
        if self.columns.is_empty() {
            self.writer.write_field(as_row.unwrap_or(payload))?;
        } else {
            let row: Map<String, Value> = as_row.and_then(|row| serde_json::from_str(row).ok()).unwrap_or_default();
            for column in &self.columns {
                match row.get(column) {
                    Some(Value::String(text)) => self.writer.write_field(text)?,
                    None | Some(Value::Null) => self.writer.write_field("")?,
                    Some(other) => self.writer.write_field(other.to_string())?,
                }
            }
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    /// Ends the file.
    pub(super) fn finish(&mut self) {
        let ended = self.writer.flush();
        if let Some(error) = self.fault.take().or(ended.err()) {
            tracing::warn!(%error, "not all bad rows of an upload could be written down");
        }
    }
}

struct Counted {
    file: BufWriter<File>,
    bytes: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
