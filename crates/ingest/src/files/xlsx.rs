//! One sheet of an Excel workbook.
//!
//! The workbook's library needs the shared strings in memory, and the sheet is kept there too (as texts, cell by
//! cell; empty cells cost nothing). A sheet holds at most 1,048,576 rows.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};

use super::assemble::{Assembler, Output, Place, TableColumn, TableRow, shown};
use super::cell::Cell;
use super::csv::{MAX_COLUMNS, assembler, distinct};
use super::guess::{self, Sample};
use super::input::Input;
use super::plan::{Guess, Plan};
use super::table::{Fields, TableRows};
use super::{FileError, Options, Prepared, Source};

/// More cells than this are refused, so that a small file cannot fill the memory.
const MAX_CELLS: usize = 30_000_000;
/// More bytes of text than this are refused.
const MAX_TEXT: usize = 1 << 30;

/// What stands in a cell; texts lie one behind the other in the sheet.
#[derive(Clone, Copy, Debug)]
enum Value {
    Text { start: usize, end: usize },
    Number(f64),
    Truth(bool),
}

/// The cells of a sheet, row by row.
#[derive(Debug, Default)]
struct Sheet {
    text: String,
    cells: Vec<(u32, Value)>,
    /// Number of the row in the sheet, from 1, and where its cells begin.
    rows: Vec<(u64, usize)>,
}

impl Sheet {
    fn cells_of(&self, row: usize) -> &[(u32, Value)] {
        let end = self.rows.get(row + 1).map_or(self.cells.len(), |(_, start)| *start);
        &self.cells[self.rows[row].1..end]
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let cells = self.cells_of(row);
        let Ok(found) = cells.binary_search_by_key(&(column as u64), |(column, _)| u64::from(*column)) else {
            return Cell::Missing;
        };
        match cells[found].1 {
            Value::Text { start, end } => Cell::Text(self.text[start..end].into()),
            Value::Truth(truth) => Cell::Truth(truth),
            Value::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => Cell::Integer(number as i64),
            Value::Number(number) => Cell::of_float(number),
        }
    }

    /// Columns up to the last one that holds a cell in any row: what has no name in the header is kept all the same.
    fn width(&self) -> usize {
        self.cells.iter().map(|(column, _)| *column as usize + 1).max().unwrap_or(0)
    }

    fn push_text(&mut self, column: u32, text: &str) {
        if !text.is_empty() {
            let start = self.text.len();
            self.text.push_str(text);
            self.cells.push((column, Value::Text { start, end: self.text.len() }));
        }
    }
}

pub(super) fn prepare(input: &Input, options: &Options, plan: &mut Plan) -> Result<Prepared, FileError> {
    let (sheet, guess) = loaded(input, options)?;
    plan.sheet = Some(guess);
    let names = names(&sheet)?;
    let texts = |row: usize| (0..names.len()).map(|column| shown(sheet.cell(row, column))).collect();
    let rows = (1..sheet.rows.len().min(Sample::ROWS + 1)).map(texts).collect();
    let sample = Sample { columns: names.clone(), rows, ..Sample::default() };
    let reading = guess::reading(&sample, options, plan)?;
    plan.notes.push("the sheet is held in memory while it is read".into());
    let sheet = Arc::new(sheet);
    let (input, options) = (input.clone(), options.clone());
    let start = move || -> Result<Box<dyn Source>, FileError> {
        Ok(Box::new(XlsxSource {
            input: input.clone(),
            sheet: Arc::clone(&sheet),
            columns: TableColumn::of(&names, &reading),
            assembler: assembler(&reading, &options)?,
            next: 1,
        }))
    };
    Ok(Prepared { start: Box::new(start) })
}

/// The columns of a sheet and its rows as texts.
pub(super) fn table(input: &Input, options: &Options) -> Result<(Vec<String>, Box<dyn TableRows>), FileError> {
    let (sheet, _) = loaded(input, options)?;
    let names = names(&sheet)?;
    let width = names.len();
    Ok((names, Box::new(XlsxTable { sheet, width, next: 1 })))
}

struct XlsxTable {
    sheet: Sheet,
    width: usize,
    next: usize,
}

impl TableRows for XlsxTable {
    fn advance(&mut self, sink: &mut dyn FnMut(Fields<'_>)) -> Result<bool, FileError> {
        if self.next >= self.sheet.rows.len() {
            return Ok(false);
        }
        let fields: Vec<Cow<'_, str>> =
            (0..self.width).map(|column| self.sheet.cell(self.next, column).into_text()).collect();
        sink(Ok(&fields));
        self.next += 1;
        Ok(true)
    }
}

fn names(sheet: &Sheet) -> Result<Vec<String>, FileError> {
    let header: Vec<String> = (0..sheet.width()).map(|column| shown(sheet.cell(0, column))).collect();
    distinct(header.iter().map(|name| name.trim()))
}

fn loaded(input: &Input, options: &Options) -> Result<(Sheet, Guess), FileError> {
    if input.gzip {
        return Err(FileError::whole("is a packed workbook: unpack it first"));
    }
    // The library reads what others wrote; a slip of its own must not take the whole program with it.
    catch_unwind(AssertUnwindSafe(|| load(input, options))).unwrap_or_else(|_| {
        Err(FileError::whole("is not a workbook that can be read: its parts contradict each other"))
    })
}

fn load(input: &Input, options: &Options) -> Result<(Sheet, Guess), FileError> {
    let broken = |error: calamine::XlsxError| FileError::whole(format!("is not a workbook that can be read: {error}"));
    let file = File::open(&input.path).map_err(|error| FileError::whole(format!("cannot be opened: {error}")))?;
    let mut workbook = Xlsx::new(BufReader::new(file)).map_err(broken)?;
    let names = workbook.sheet_names();
    if let Some(name) = &options.sheet {
        if !names.contains(name) {
            return Err(FileError::whole(format!("has no sheet {name:?}; sheets found: {}", names.join(", "))));
        }
        let sheet = load_sheet(&mut workbook, name)?;
        if sheet.rows.is_empty() {
            return Err(FileError::whole(format!("sheet {name:?} is empty")));
        }
        return Ok((sheet, Guess::new(name.clone(), "as told")));
    }
    for name in &names {
        // Sheets of charts have no cells.
        if let Ok(sheet) = load_sheet(&mut workbook, name)
            && !sheet.rows.is_empty()
        {
            return Ok((sheet, Guess::new(name.clone(), "the first sheet that is not empty")));
        }
    }
    Err(FileError::whole("has no sheet with cells that can be read"))
}

fn load_sheet(workbook: &mut Xlsx<BufReader<File>>, name: &str) -> Result<Sheet, FileError> {
    let broken =
        |error: calamine::XlsxError| FileError::at(format!("sheet {name}"), format!("cannot be read: {error}"));
    let mut cells = workbook.worksheet_cells_reader(name).map_err(broken)?;
    let mut sheet = Sheet::default();
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let row = u64::from(row) + 1;
        let is_new_row = sheet.rows.last().is_none_or(|(last, _)| *last != row);
        let before = sheet.cells.len();
        match cell.get_value() {
            DataRef::Int(value) => sheet.cells.push((column, Value::Number(*value as f64))),
            DataRef::Float(value) => sheet.cells.push((column, Value::Number(*value))),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                sheet.push_text(column, text);
            }
            DataRef::SharedString(text) => sheet.push_text(column, text),
            DataRef::Bool(truth) => sheet.cells.push((column, Value::Truth(*truth))),
            DataRef::DateTime(serial) => sheet.push_text(column, &written(serial)),
            DataRef::Error(error) => sheet.push_text(column, &error.to_string()),
            DataRef::Empty => {}
        }
        if sheet.cells.len() == before {
            continue;
        }
        let in_order = sheet.rows.last().is_none_or(|(last, _)| *last <= row)
            && (is_new_row || before == 0 || sheet.cells[before - 1].0 < column);
        if !in_order {
            return Err(FileError::at(format!("sheet {name}, row {row}"), "the cells are not in order"));
        }
        if is_new_row {
            sheet.rows.push((row, before));
        }
        if sheet.cells.len() > MAX_CELLS || sheet.text.len() > MAX_TEXT || column as usize >= MAX_COLUMNS {
            let reason =
                format!("the sheet has more than {MAX_CELLS} cells, {MAX_COLUMNS} columns or {MAX_TEXT} bytes of text");
            return Err(FileError::at(format!("sheet {name}, row {row}"), reason));
        }
    }
    Ok(sheet)
}

/// A date, a time of day, or both, of the clocks where the workbook was written.
///
/// Serial numbers count days, to the millisecond. A duration may be longer than a day.
fn written(serial: &ExcelDateTime) -> String {
    let value = serial.as_f64();
    if serial.is_duration() {
        let seconds = (value * 86_400.0).round() as i64;
        return format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, milli) = serial.to_ymd_hms_milli();
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    let clock = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    if (0.0..1.0).contains(&value) {
        clock
    } else if value.fract() == 0.0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{clock}")
    }
}

struct XlsxSource {
    input: Input,
    sheet: Arc<Sheet>,
    columns: Vec<TableColumn>,
    assembler: Assembler,
    /// Index of the next row in the sheet.
    next: usize,
}

impl Source for XlsxSource {
    fn advance(&mut self, out: &mut Output<'_>) -> Result<bool, FileError> {
        let Some((number, _)) = self.sheet.rows.get(self.next) else { return Ok(false) };
        let place = Place { unit: "row", number: *number };
        let (sheet, next) = (&self.sheet, self.next);
        let row = TableRow { columns: &self.columns, untyped: false, cell: |column| sheet.cell(next, column) };
        self.assembler.deliver(&row, place, out);
        self.next += 1;
        let share = self.input.size as u128 * self.next as u128 / self.sheet.rows.len() as u128;
        self.input.taken.store(share as u64, Ordering::Relaxed);
        Ok(true)
    }
}
