//! The rows of a table as texts, for readers that make something else than events of them: person records, texts.

use std::borrow::Cow;
use std::path::Path;

use super::input::Input;
use super::{FileError, Format, Options, csv, parquet, sniff, xlsx};

/// A row: its fields in the order of [`Table::columns`], empty where nothing stands, or why it cannot be read.
pub type Fields<'r> = Result<&'r [Cow<'r, str>], FileError>;

/// Rows of a format, one after the other.
pub(super) trait TableRows: Send {
    /// Gives the next row, or none where a line says nothing; false at the end of the file.
    fn advance(&mut self, sink: &mut dyn FnMut(Fields<'_>)) -> Result<bool, FileError>;
}

/// A CSV, Parquet or XLSX file, read row by row without a meaning of its columns.
///
/// ```
/// use ingest::files::{Options, Table};
///
/// # let path = std::env::temp_dir().join(format!("geleit-table-{}.csv", std::process::id()));
/// std::fs::write(&path, "Vorname;Nachname\nJörg;Meier\nAnna\n")?;
/// let mut table = Table::open(&path, &Options::default())?;
/// assert_eq!(table.columns(), ["Vorname", "Nachname"]);
/// let mut seen = Vec::new();
/// table.for_each(|row| seen.push(row.map_or_else(|bad| bad.to_string(), |fields| fields.join(" "))))?;
/// assert_eq!(seen[0], "Jörg Meier");
/// assert!(seen[1].ends_with("line 3: has 1 fields where the header has 2"));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Table {
    file: String,
    columns: Vec<String>,
    rows: Box<dyn TableRows>,
    delivered: u64,
}

impl Table {
    /// Opens a file and reads its header. Of the options only format, delimiter, encoding, blanks and sheet matter.
    ///
    /// # Errors
    /// When the file cannot be opened, is not of its format, or is of a format that has no rows and columns.
    pub fn open(path: &Path, options: &Options) -> Result<Self, FileError> {
        let file = path.display().to_string();
        let opened = || {
            let input = Input::look_at(path)?;
            match sniff::format(&input, options.format)?.0 {
                Format::Csv => csv::table(&input, options),
                Format::Parquet => parquet::table(&input),
                Format::Xlsx => xlsx::table(&input, options),
                other @ (Format::Jsonl | Format::Xes | Format::Ocel | Format::CloudEvents) => {
                    Err(FileError::whole(format!("is {other}, not a table: csv, parquet and xlsx are")))
                }
            }
        };
        let (columns, rows) = opened().map_err(|error| error.in_file(&file, 0))?;
        Ok(Self { file, columns, rows, delivered: 0 })
    }

    /// Names of the columns; no two alike, none empty.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Gives all rows to `sink`, in the order of the file.
    ///
    /// # Errors
    /// When the file breaks off or is not what it seemed. All rows before that place have been given.
    pub fn for_each(&mut self, mut sink: impl FnMut(Fields<'_>)) -> Result<(), FileError> {
        let Self { file, rows, delivered, .. } = self;
        let mut counted = |row: Fields<'_>| {
            *delivered += 1;
            sink(row.map_err(|error| error.in_file(file, 0)));
        };
        loop {
            match rows.advance(&mut counted) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => return Err(error.in_file(&self.file, self.delivered)),
            }
        }
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("file", &self.file).field("columns", &self.columns).finish_non_exhaustive()
    }
}
