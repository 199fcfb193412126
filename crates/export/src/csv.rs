use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};
use formats::guarded;
use mining::report::{Cells, Table};

use crate::Error;
use crate::columns::{defined, rows};

/// A table as CSV (RFC 4180): UTF-8 without a byte order mark, CRLF, a header; an undefined cell is empty. Numbers have
/// every digit that is needed to read back the same number; what is not finite is undefined.
///
/// A name that begins like a formula is [`guarded`] by an apostrophe. Nothing is lost: whoever reads a text that begins with
/// apostrophes and then with one of `=`, `+`, `-`, `@`, their full-width forms, tab, CR, LF or NUL takes one apostrophe away.
/// Names of columns are guarded too, as some hold names of touchpoints; numbers are not, so `-1.5` stays a number.
///
/// The guard holds for a spreadsheet that takes the comma for the separator, as it must to show the table at all.
pub fn csv(table: &Table) -> Result<Vec<u8>, Error> {
    let rows = rows(table)?;
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    if !table.columns.is_empty() {
        writer.write_record(table.columns.iter().map(|column| guarded(&column.name).into_owned()))?;
        for row in 0..rows {
            for column in &table.columns {
                writer.write_field(cell(&column.cells, row).as_bytes())?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
    }
    writer.into_inner().map_err(|full| Error::Csv(full.into_error().into()))
}

fn cell(cells: &Cells, row: usize) -> Cow<'_, str> {
    match cells {
        Cells::Text(cells) => guarded(&cells[row]),
        Cells::Count(cells) => cells[row].map(|count| count.to_string()).unwrap_or_default().into(),
        Cells::Share(cells) | Cells::Bar(cells) | Cells::Heat(cells) | Cells::Seconds(cells) | Cells::Number(cells) => {
            // `{:?}` is the shortest text that reads back as the same number, with an exponent where it is far from 1.
            defined(cells[row]).map(|number| format!("{number:?}")).unwrap_or_default().into()
        }
    }
}
