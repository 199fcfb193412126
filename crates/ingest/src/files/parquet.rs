//! Apache Parquet: read by row groups and batches, so memory is bounded by one page of each column.

use std::borrow::Cow;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::assemble::{Assembler, Output, Place, TableColumn, TableRow, shown};
use super::cell::{Cell, push_json_text};
use super::csv::{assembler, distinct};
use super::guess::{self, Sample};
use super::input::Input;
use super::plan::Plan;
use super::table::{Fields, TableRows};
use super::{FileError, Options, Prepared, Source};

const BATCH: usize = 4096;

/// Lists and structures deeper than this are left out.
const DEEPEST: usize = 16;

pub(super) fn prepare(input: &Input, options: &Options, plan: &mut Plan) -> Result<Prepared, FileError> {
    let (mut batches, _) = opened(input)?;
    let schema = batches_schema(&batches);
    let names = distinct(schema.iter().map(String::as_str))?;
    let left_out = left_out(input)?;
    if !left_out.is_empty() {
        plan.notes.push(format!("columns of types that are not read: {}", left_out.join(", ")));
    }
    let mut rows = Vec::new();
    // A break of the file is told when the reader comes to it.
    if let Ok(Some(batch)) = guarded(|| next_batch(&mut batches, 0)) {
        for row in 0..batch.num_rows().min(Sample::ROWS) {
            rows.push(batch.columns().iter().map(|column| shown(cell(column.as_ref(), row))).collect());
        }
    }
    let sample = Sample { columns: names.clone(), rows, ..Sample::default() };
    let reading = guess::reading(&sample, options, plan)?;
    let (input, options) = (input.clone(), options.clone());
    let start = move || -> Result<Box<dyn Source>, FileError> {
        let (batches, all_rows) = guarded(|| open(&input))?;
        Ok(Box::new(ParquetSource {
            input: input.clone(),
            batches,
            batch: None,
            next: 0,
            done: 0,
            all_rows,
            columns: TableColumn::of(&names, &reading),
            assembler: assembler(&reading, &options)?,
        }))
    };
    Ok(Prepared { start: Box::new(start) })
}

/// The columns of a file and its rows as texts.
pub(super) fn table(input: &Input) -> Result<(Vec<String>, Box<dyn TableRows>), FileError> {
    let (batches, _) = opened(input)?;
    let names = distinct(batches_schema(&batches).iter().map(String::as_str))?;
    Ok((names, Box::new(ParquetTable { batches, done: 0 })))
}

struct ParquetTable {
    batches: ParquetRecordBatchReader,
    done: u64,
}

impl TableRows for ParquetTable {
    fn advance(&mut self, sink: &mut dyn FnMut(Fields<'_>)) -> Result<bool, FileError> {
        let Self { batches, done } = self;
        let Some(batch) = guarded(|| next_batch(batches, *done))? else { return Ok(false) };
        for row in 0..batch.num_rows() {
            let fields: Vec<Cow<'_, str>> =
                batch.columns().iter().map(|column| cell(column.as_ref(), row).into_text()).collect();
            sink(Ok(&fields));
            self.done += 1;
        }
        Ok(true)
    }
}

fn opened(input: &Input) -> Result<(ParquetRecordBatchReader, u64), FileError> {
    if input.gzip {
        return Err(FileError::whole("is a packed Parquet file: unpack it first (Parquet packs its columns itself)"));
    }
    guarded(|| open(input))
}

/// The library trusts what a file says about itself further than a damaged file deserves: a slip of its own
/// becomes an error like any other.
fn guarded<T>(read: impl FnOnce() -> Result<T, FileError>) -> Result<T, FileError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(FileError::whole("is not a whole Parquet file: its parts contradict each other")))
}

fn broken(error: impl std::fmt::Display) -> FileError {
    FileError::whole(format!("is not a whole Parquet file: {error}"))
}

fn builder(input: &Input) -> Result<ParquetRecordBatchReaderBuilder<File>, FileError> {
    let file = File::open(&input.path).map_err(|error| FileError::whole(format!("cannot be opened: {error}")))?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(broken)
}

/// The rows of all columns whose types can be read, and how many rows there are.
fn open(input: &Input) -> Result<(ParquetRecordBatchReader, u64), FileError> {
    let builder = builder(input)?;
    let readable: Vec<usize> = (0..builder.schema().fields().len())
        .filter(|&index| is_readable(builder.schema().field(index).data_type(), 0))
        .collect();
    let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).map_err(broken)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), readable);
    let batches = builder.with_batch_size(BATCH).with_projection(mask).build().map_err(broken)?;
    Ok((batches, rows))
}

fn left_out(input: &Input) -> Result<Vec<String>, FileError> {
    let builder = guarded(|| builder(input))?;
    let fields = builder.schema().fields();
    let unread = fields.iter().filter(|field| !is_readable(field.data_type(), 0));
    Ok(unread.map(|field| format!("{} ({})", field.name(), field.data_type())).collect())
}

fn batches_schema(batches: &ParquetRecordBatchReader) -> Vec<String> {
    use arrow_array::RecordBatchReader;
    batches.schema().fields().iter().map(|field| field.name().clone()).collect()
}

fn next_batch(batches: &mut ParquetRecordBatchReader, done: u64) -> Result<Option<RecordBatch>, FileError> {
    let place = |reason: String| FileError::at(format!("row {}", done + 1), reason);
    batches.next().transpose().map_err(|error| place(format!("the Parquet data cannot be read: {error}")))
}

struct ParquetSource {
    input: Input,
    batches: ParquetRecordBatchReader,
    batch: Option<RecordBatch>,
    /// The next row in the batch.
    next: usize,
    /// Rows delivered so far.
    done: u64,
    all_rows: u64,
    columns: Vec<TableColumn>,
    assembler: Assembler,
}

impl Source for ParquetSource {
    fn advance(&mut self, out: &mut Output<'_>) -> Result<bool, FileError> {
        let batch = match self.batch.take() {
            Some(batch) if self.next < batch.num_rows() => batch,
            _ => {
                let (batches, done) = (&mut self.batches, self.done);
                let Some(batch) = guarded(|| next_batch(batches, done))? else { return Ok(false) };
                self.next = 0;
                let taken = u128::from(self.input.size) * u128::from(self.done) / u128::from(self.all_rows.max(1));
                self.input.taken.store(taken as u64, Ordering::Relaxed);
                batch
            }
        };
        if self.next < batch.num_rows() {
            let next = self.next;
            let arrays = batch.columns();
            let row = TableRow {
                columns: &self.columns,
                untyped: false,
                cell: |index: usize| cell(arrays[index].as_ref(), next),
            };
            self.done += 1;
            self.next += 1;
            self.assembler.deliver(&row, Place { unit: "row", number: self.done }, out);
        }
        self.batch = Some(batch);
        Ok(true)
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a type that is not listed is not read, and the plan says so")]
fn is_readable(data_type: &DataType, depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    match data_type {
        DataType::Null
        | DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Float32
        | DataType::Float64
        | DataType::Timestamp(_, _)
        | DataType::Date32
        | DataType::Date64
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_)
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Decimal128(_, _)
        | DataType::Decimal256(_, _) => true,
        DataType::List(field) | DataType::LargeList(field) => is_readable(field.data_type(), depth + 1),
        DataType::Struct(fields) => fields.iter().all(|field| is_readable(field.data_type(), depth + 1)),
        DataType::Dictionary(_, values) => is_readable(values, depth + 1),
        // Half floats, durations, intervals, maps, unions and runs.
        _ => false,
    }
}

/// The value of an array at a place.
#[expect(clippy::wildcard_enum_match_arm, reason = "a type that is not listed is not read, and the plan says so")]
fn cell(array: &dyn Array, row: usize) -> Cell<'_> {
    if row >= array.len() || array.is_null(row) {
        return Cell::Missing;
    }
    let text = |text: String| Cell::Text(Cow::Owned(text));
    match array.data_type() {
        DataType::Boolean => Cell::Truth(array.as_boolean().value(row)),
        DataType::Int8 => Cell::Integer(array.as_primitive::<Int8Type>().value(row).into()),
        DataType::Int16 => Cell::Integer(array.as_primitive::<Int16Type>().value(row).into()),
        DataType::Int32 => Cell::Integer(array.as_primitive::<Int32Type>().value(row).into()),
        DataType::Int64 => Cell::Integer(array.as_primitive::<Int64Type>().value(row)),
        DataType::UInt8 => Cell::Integer(array.as_primitive::<UInt8Type>().value(row).into()),
        DataType::UInt16 => Cell::Integer(array.as_primitive::<UInt16Type>().value(row).into()),
        DataType::UInt32 => Cell::Integer(array.as_primitive::<UInt32Type>().value(row).into()),
        DataType::UInt64 => {
            let value = array.as_primitive::<UInt64Type>().value(row);
            i64::try_from(value).map_or_else(|_| Cell::Json(value.to_string().into()), Cell::Integer)
        }
        DataType::Float32 => Cell::of_float(array.as_primitive::<Float32Type>().value(row).into()),
        DataType::Float64 => Cell::of_float(array.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal128(_, _) => Cell::Json(array.as_primitive::<Decimal128Type>().value_as_string(row).into()),
        DataType::Decimal256(_, _) => Cell::Json(array.as_primitive::<Decimal256Type>().value_as_string(row).into()),
        DataType::Utf8 => of_text(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => of_text(array.as_string::<i64>().value(row)),
        DataType::Utf8View => of_text(array.as_string_view().value(row)),
        DataType::Binary => of_bytes(array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => of_bytes(array.as_binary::<i64>().value(row)),
        DataType::BinaryView => of_bytes(array.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => of_bytes(array.as_fixed_size_binary().value(row)),
        DataType::Timestamp(unit, zone) => {
            let micros = match unit {
                TimeUnit::Second => array.as_primitive::<TimestampSecondType>().value(row).saturating_mul(1_000_000),
                TimeUnit::Millisecond => {
                    array.as_primitive::<TimestampMillisecondType>().value(row).saturating_mul(1_000)
                }
                TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().value(row),
                TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().value(row).div_euclid(1_000),
            };
            if zone.is_some() { Cell::Instant(micros) } else { Cell::Local(micros) }
        }
        DataType::Date32 => {
            Cell::Local(i64::from(array.as_primitive::<Date32Type>().value(row)).saturating_mul(86_400_000_000))
        }
        DataType::Date64 => Cell::Local(array.as_primitive::<Date64Type>().value(row).saturating_mul(1_000)),
        DataType::Time32(TimeUnit::Second) => {
            text(time_of_day(i64::from(array.as_primitive::<Time32SecondType>().value(row)).saturating_mul(1_000_000)))
        }
        DataType::Time32(_) => {
            text(time_of_day(i64::from(array.as_primitive::<Time32MillisecondType>().value(row)).saturating_mul(1_000)))
        }
        DataType::Time64(TimeUnit::Nanosecond) => {
            text(time_of_day(array.as_primitive::<Time64NanosecondType>().value(row).div_euclid(1_000)))
        }
        DataType::Time64(_) => text(time_of_day(array.as_primitive::<Time64MicrosecondType>().value(row))),
        DataType::Dictionary(_, _) => {
            let dictionary = array.as_any_dictionary();
            let Cell::Integer(key) = cell(dictionary.keys(), row) else { return Cell::Missing };
            usize::try_from(key).map_or(Cell::Missing, |key| cell(dictionary.values().as_ref(), key))
        }
        DataType::List(_) | DataType::LargeList(_) | DataType::Struct(_) => {
            let mut json = String::new();
            write_nested(array, row, &mut json);
            Cell::Json(json.into())
        }
        _ => Cell::Missing,
    }
}

fn of_text(text: &str) -> Cell<'_> {
    if text.is_empty() { Cell::Missing } else { Cell::Text(text.into()) }
}

/// Text where the bytes are text (older writers do not mark strings), else hex digits.
fn of_bytes(bytes: &[u8]) -> Cell<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => of_text(text),
        Err(_) => Cell::Text(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()),
    }
}

fn time_of_day(micros: i64) -> String {
    let (seconds, fraction) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if fraction == 0 { clock } else { format!("{clock}.{fraction:06}") }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a type that is not listed is not read, and the plan says so")]
fn write_nested(array: &dyn Array, row: usize, out: &mut String) {
    if array.is_null(row) {
        return out.push_str("null");
    }
    match array.data_type() {
        DataType::List(_) => write_list(array.as_list::<i32>().value(row).as_ref(), out),
        DataType::LargeList(_) => write_list(array.as_list::<i64>().value(row).as_ref(), out),
        DataType::Struct(fields) => {
            out.push('{');
            for (index, field) in fields.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push_json_text(field.name(), out);
                out.push(':');
                write_nested(array.as_struct().column(index).as_ref(), row, out);
            }
            out.push('}');
        }
        _ => cell(array, row).write_json(false, out),
    }
}

fn write_list(items: &dyn Array, out: &mut String) {
    out.push('[');
    for index in 0..items.len() {
        if index > 0 {
            out.push(',');
        }
        write_nested(items, index, out);
    }
    out.push(']');
}
