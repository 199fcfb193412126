//! Delimited text.

use std::borrow::Cow;
use std::io::{BufRead, Cursor};

use model::Invalid;

use super::assemble::{Assembler, Output, Place, Reading, TableColumn, TableRow};
use super::cell::Cell;
use super::guess::{self, Sample};
use super::input::Input;
use super::plan::{Guess, Plan};
use super::split::{Split, Splitter};
use super::table::{Fields, TableRows};
use super::{FileError, Options, Prepared, Source, decode, number};

/// More columns than this are a mistake.
pub(super) const MAX_COLUMNS: usize = 2_000;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How the text is cut.
#[derive(Clone, Copy, Debug)]
struct Cut {
    delimiter: u8,
    skip_space: bool,
    /// Records before the first row: the header, and the line `sep=;` that some programs write before it.
    head: usize,
}

pub(super) fn prepare(input: &Input, options: &Options, plan: &mut Plan) -> Result<Prepared, FileError> {
    let (encoding, encoding_reason) = decode::encoding_of(&input.head, options.encoding.as_deref())?;
    plan.encoding = Some(Guess::new(encoding.name(), encoding_reason));
    let head = encoding.decode(&input.head).0;
    let (mut cut, delimiter_reason) = how_to_cut(&head, options);
    plan.delimiter = Some(Guess::new(shown_delimiter(cut.delimiter), delimiter_reason));
    if cut.skip_space {
        plan.notes.push("blanks behind a delimiter are left out".into());
    }

    let mut splitter = Splitter::new(input.text(encoding)?, cut.delimiter, cut.skip_space);
    if head.starts_with("sep=") {
        splitter.advance()?;
        cut.head = 2;
    }
    let names = match splitter.advance()? {
        Some(header) => names(&header)?,
        None => return Err(FileError::whole("holds no line")),
    };
    let mut rows = Vec::new();
    while rows.len() < Sample::ROWS {
        // A break of the file is told when the reader comes to it.
        let Ok(Some(split)) = splitter.advance() else { break };
        if split.len() == names.len() {
            rows.push(split.iter().map(str::to_owned).collect());
        }
    }
    let decimal_comma =
        options.decimal_comma.unwrap_or_else(|| cut.delimiter != b',' && looks_like_decimal_comma(&rows));
    let sample = Sample { columns: names.clone(), rows, untyped: true, decimal_comma, preset: None };
    let reading = guess::reading(&sample, options, plan)?;

    let (input, options) = (input.clone(), options.clone());
    let start = move || -> Result<Box<dyn Source>, FileError> {
        let mut splitter = Splitter::new(input.text(encoding)?, cut.delimiter, cut.skip_space);
        for _ in 0..cut.head {
            splitter.advance()?;
        }
        Ok(Box::new(CsvSource {
            splitter,
            cut,
            columns: TableColumn::of(&names, &reading),
            assembler: assembler(&reading, &options)?,
        }))
    };
    Ok(Prepared { start: Box::new(start) })
}

/// The columns of a file and its rows as texts.
pub(super) fn table(input: &Input, options: &Options) -> Result<(Vec<String>, Box<dyn TableRows>), FileError> {
    let (encoding, _) = decode::encoding_of(&input.head, options.encoding.as_deref())?;
    let head = encoding.decode(&input.head).0;
    let (cut, _) = how_to_cut(&head, options);
    let mut splitter = Splitter::new(input.text(encoding)?, cut.delimiter, cut.skip_space);
    if head.starts_with("sep=") {
        splitter.advance()?;
    }
    let names = match splitter.advance()? {
        Some(header) => names(&header)?,
        None => return Err(FileError::whole("holds no line")),
    };
    let width = names.len();
    Ok((names, Box::new(CsvTable { splitter, width })))
}

struct CsvTable<R> {
    splitter: Splitter<R>,
    width: usize,
}

impl<R: BufRead + Send> TableRows for CsvTable<R> {
    fn advance(&mut self, sink: &mut dyn FnMut(Fields<'_>)) -> Result<bool, FileError> {
        let Some(split) = self.splitter.advance()? else { return Ok(false) };
        let place = || format!("line {}", split.line);
        if split.invalid().is_some() {
            sink(Err(FileError::at(place(), "is not UTF-8: give the encoding, such as windows-1252")));
        } else if split.iter().all(str::is_empty) {
            // A line of nothing but delimiters says nothing.
        } else if split.len() != self.width {
            let reason = format!("has {} fields where the header has {}", split.len(), self.width);
            sink(Err(FileError::at(place(), reason)));
        } else {
            let fields: Vec<Cow<'_, str>> = split.iter().map(Cow::Borrowed).collect();
            sink(Ok(&fields));
        }
        Ok(true)
    }
}

/// The assembler of a file, for this and the other formats.
pub(super) fn assembler(reading: &Reading, options: &Options) -> Result<Assembler, FileError> {
    Assembler::new(reading.clone(), &options.source, options.received_at)
        .map_err(|fault| FileError::whole(fault.to_string()))
}

struct CsvSource<R> {
    splitter: Splitter<R>,
    cut: Cut,
    columns: Vec<TableColumn>,
    assembler: Assembler,
}

impl<R: BufRead + Send> Source for CsvSource<R> {
    fn advance(&mut self, out: &mut Output<'_>) -> Result<bool, FileError> {
        let Some(split) = self.splitter.advance()? else { return Ok(false) };
        let place = Place { unit: "line", number: split.line };
        if let Some(bytes) = split.invalid() {
            let readable = String::from_utf8_lossy(bytes);
            let mut again = Splitter::with_capacity(
                Cursor::new(readable.as_bytes()),
                self.cut.delimiter,
                self.cut.skip_space,
                readable.len().max(1),
            );
            if let Some(split) = again.advance()? {
                let reason = "is not UTF-8: give the encoding, such as windows-1252";
                let fault = ("bad_encoding", Invalid::new("", readable.trim_end(), reason));
                refuse(&mut self.assembler, &self.columns, split, place, fault, out);
            }
            return Ok(true);
        }
        if split.len() != self.columns.len() {
            if split.iter().any(|field| !field.is_empty()) {
                let reason = format!("has {} fields where the header has {}", split.len(), self.columns.len());
                let fault = ("wrong_width", Invalid::missing("", reason));
                refuse(&mut self.assembler, &self.columns, split, place, fault, out);
            }
            return Ok(true);
        }
        // A line of nothing but delimiters says nothing.
        if split.iter().any(|field| !field.is_empty()) {
            let row = TableRow { columns: &self.columns, untyped: true, cell: |index| cell(&split, index) };
            self.assembler.deliver(&row, place, out);
        }
        Ok(true)
    }
}

fn cell<'b>(split: &Split<'b>, index: usize) -> Cell<'b> {
    match split.field(index) {
        "" => Cell::Missing,
        text => Cell::Plain(text),
    }
}

/// Delivers a bad row; fields beyond the header get the number of their column for a name.
fn refuse(
    assembler: &mut Assembler,
    columns: &[TableColumn],
    split: Split<'_>,
    place: Place,
    fault: (&'static str, Invalid),
    out: &mut Output<'_>,
) {
    let mut named = columns.to_vec();
    let surplus: Vec<String> = (columns.len()..split.len()).map(|index| format!("column {}", index + 1)).collect();
    named.extend(TableColumn::of(&surplus, assembler.reading()));
    let row = TableRow { columns: &named, untyped: true, cell: |index| cell(&split, index) };
    assembler.refuse(&row, place, fault, out);
}

fn how_to_cut(head: &str, options: &Options) -> (Cut, String) {
    let told_by_file = head.strip_prefix("sep=").and_then(|rest| rest.bytes().next());
    let (delimiter, reason) = match (options.delimiter, told_by_file) {
        (Some(delimiter), _) => (delimiter, "as told".into()),
        (None, Some(delimiter)) => (delimiter, "by the first line, sep=".into()),
        (None, None) => guess_delimiter(head),
    };
    let looks_spaced =
        |first: &[String]| first.len() > 1 && first[1..].iter().all(|field| field.starts_with(' ') && field.len() > 1);
    let first = first_records(head, delimiter, 1);
    let skip_space = options.skip_initial_space.unwrap_or_else(|| first.first().is_some_and(|f| looks_spaced(f)));
    (Cut { delimiter, skip_space, head: 1 }, reason)
}

/// The delimiter under which most of the first lines have as many fields as the header, two at least.
fn guess_delimiter(head: &str) -> (u8, String) {
    let fit = |delimiter: u8| {
        let records = first_records(head, delimiter, 50);
        let width = records.first().map_or(0, Vec::len);
        let alike = records.iter().filter(|record| record.len() == width).count();
        if width < 2 { (0, 0) } else { (alike, width) }
    };
    let best = DELIMITERS.into_iter().rev().max_by_key(|&delimiter| fit(delimiter)).unwrap_or(b',');
    match fit(best) {
        (0, _) => (b',', "nothing else was found".into()),
        (alike, width) => (best, format!("{alike} of the first lines have {width} fields with it")),
    }
}

fn first_records(head: &str, delimiter: u8, most: usize) -> Vec<Vec<String>> {
    let mut splitter = Splitter::with_capacity(Cursor::new(head.as_bytes()), delimiter, false, head.len().max(1));
    let mut records = Vec::new();
    while records.len() < most {
        let Ok(Some(split)) = splitter.advance() else { break };
        records.push(split.iter().map(str::to_owned).collect());
    }
    records
}

fn shown_delimiter(delimiter: u8) -> String {
    if delimiter == b'\t' { "tab".into() } else { char::from(delimiter).to_string() }
}

/// Names of the columns: no two alike, none empty.
fn names(header: &Split<'_>) -> Result<Vec<String>, FileError> {
    if header.invalid().is_some() {
        return Err(FileError::at("line 1", "the header is not UTF-8: give the encoding, such as windows-1252"));
    }
    distinct(header.iter().map(str::trim))
}

/// Names that tell the columns apart, for this and the other formats.
pub(super) fn distinct<'n>(names: impl Iterator<Item = &'n str>) -> Result<Vec<String>, FileError> {
    let mut taken = hashbrown::HashSet::new();
    let mut distinct = Vec::new();
    for (index, name) in names.enumerate() {
        if index == MAX_COLUMNS {
            return Err(FileError::at("line 1", format!("there are more than {MAX_COLUMNS} columns")));
        }
        let wanted = if name.is_empty() { format!("column {}", index + 1) } else { name.to_owned() };
        let mut name = wanted.clone();
        let mut number = 1;
        while !taken.insert(name.clone()) {
            number += 1;
            name = format!("{wanted} ({number})");
        }
        distinct.push(name);
    }
    Ok(distinct)
}

/// True if some value is a number only with a decimal comma, and none only with a point.
fn looks_like_decimal_comma(rows: &[Vec<String>]) -> bool {
    let values = || rows.iter().flatten();
    let with_point = |text: &String| text.contains('.') && number::is_canonical(text);
    values().any(|text| number::from_decimal_comma(text).is_some()) && !values().any(with_point)
}
