//! Workbooks of spreadsheets (Office Open XML): sheets of texts and numbers.

use std::io::{self, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader as _, Xlsx};
use model::Invalid;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::cells::Cell;
use crate::decode;
use crate::grid::{Grid, Row};

/// Most bytes that a workbook may unpack to.
const MOST_UNPACKED: u64 = 64 << 20;
/// Most files in a workbook.
const MOST_FILES: usize = 1_000;
/// More cells than this are refused.
const MOST_CELLS: usize = 500_000;
/// Characters that a cell holds, in the units that spreadsheets count: those of UTF-16.
const LONGEST: usize = 32_767;

/// A sheet as it is written.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) name: &'static str,
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// Sheets as a workbook: the same sheets give the same bytes.
pub(crate) fn write(sheets: &[Sheet]) -> Result<Vec<u8>, Invalid> {
    let broken = |error: XlsxError| Invalid::missing("workbook", error.to_string());
    let mut book = Workbook::new();
    let day = ExcelDateTime::from_ymd(2000, 1, 1).map_err(broken)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    let bold = Format::new().set_bold();
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(sheet.name).map_err(broken)?;
        page.set_freeze_panes(1, 0).map_err(broken)?;
        for (column, name) in (0..).zip(&sheet.header) {
            page.write_string_with_format(0, column, name, &bold).map_err(broken)?;
            page.set_column_width(column, (name.chars().count() as f64 + 2.0).clamp(12.0, 40.0)).map_err(broken)?;
        }
        for (number, row) in (1..).zip(&sheet.rows) {
            for ((column, name), cell) in (0..).zip(&sheet.header).zip(row) {
                match cell {
                    Cell::Empty => {}
                    Cell::Number(value) => drop(page.write_number(number, column, *value).map_err(broken)?),
                    Cell::Text(text) => {
                        let length = text.encode_utf16().count();
                        if length > LONGEST {
                            let place = format!("sheet {}, row {}, column {name}", sheet.name, number + 1);
                            return Err(Invalid::new(
                                place,
                                &length.to_string(),
                                format!("characters are more than the {LONGEST} that a cell holds"),
                            ));
                        }
                        page.write_string(number, column, text).map_err(broken)?;
                    }
                }
            }
        }
    }
    book.save_to_buffer().map_err(broken)
}

/// The sheets of a workbook that are not empty.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Grid>, Invalid> {
    decode::within_size(bytes)?;
    within_unpacked_size(bytes)?;
    // The library reads what others wrote; a slip of its own must not take the whole program with it.
    catch_unwind(AssertUnwindSafe(|| sheets(bytes))).unwrap_or_else(|_| {
        Err(Invalid::missing("file", "is not a workbook that can be read: its parts contradict each other"))
    })
}

/// A small file may unpack to one that fills the memory: it is unpacked once into nothing, and counted.
fn within_unpacked_size(bytes: &[u8]) -> Result<(), Invalid> {
    let broken = |error: &dyn std::fmt::Display| {
        Invalid::missing("file", format!("is not a workbook that can be read: {error}"))
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > MOST_FILES {
        return Err(Invalid::new(
            "file",
            &archive.len().to_string(),
            format!("files in a workbook are more than {MOST_FILES}"),
        ));
    }
    let mut left = MOST_UNPACKED;
    for number in 0..archive.len() {
        let file = archive.by_index(number).map_err(|error| broken(&error))?;
        let unpacked = io::copy(&mut file.take(left + 1), &mut io::sink()).map_err(|error| broken(&error))?;
        left = left
            .checked_sub(unpacked)
            .ok_or_else(|| Invalid::missing("file", format!("unpacks to more than {MOST_UNPACKED} bytes")))?;
    }
    Ok(())
}

fn sheets(bytes: &[u8]) -> Result<Vec<Grid>, Invalid> {
    let broken =
        |error: calamine::XlsxError| Invalid::missing("file", format!("is not a workbook that can be read: {error}"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let (mut grids, mut counted) = (Vec::new(), 0);
    for name in book.sheet_names() {
        // Sheets of charts have no cells.
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
        let place = || format!("sheet {name}");
        let mut rows: Vec<Row> = Vec::new();
        while let Some(cell) =
            cells.next_cell().map_err(|error| Invalid::missing(place(), format!("cannot be read: {error}")))?
        {
            let text = text(cell.get_value());
            if text.is_empty() {
                continue;
            }
            let (row, column) = cell.get_position();
            let number = row as usize + 1;
            if rows.last().is_some_and(|last| last.number > number) {
                return Err(Invalid::missing(format!("{}, row {number}", place()), "the rows are not in order"));
            }
            if rows.last().is_none_or(|last| last.number != number) {
                rows.push(Row { number, cells: Vec::new() });
            }
            let cells = &mut rows.last_mut().expect("a row was just added").cells;
            counted += (column as usize + 1).saturating_sub(cells.len());
            if counted > MOST_CELLS {
                return Err(Invalid::missing(
                    format!("{}, row {number}", place()),
                    format!("there are more than {MOST_CELLS} cells"),
                ));
            }
            cells.resize(cells.len().max(column as usize + 1), String::new());
            cells[column as usize] = text;
        }
        grids.extend(Grid::of(&name, rows)?);
    }
    Ok(grids)
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => if *truth { "yes" } else { "no" }.to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Error(error) => error.to_string(),
        DataRef::DateTime(serial) => {
            let (year, month, day, hour, minute, second, _) = serial.to_ymd_hms_milli();
            let clock = if (hour, minute, second) == (0, 0, 0) {
                String::new()
            } else {
                format!("T{hour:02}:{minute:02}:{second:02}")
            };
            format!("{year:04}-{month:02}-{day:02}{clock}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_workbook_is_refused() {
        let book = write(&[Sheet {
            name: "steps",
            header: vec!["title".to_owned()],
            rows: vec![vec![Cell::Text("a".to_owned())]],
        }])
        .unwrap();
        assert_eq!(read(&book).unwrap()[0].rows[0].cells, ["a"]);
        for bytes in [&book[..book.len() / 2], &book[..book.len() - 1], b"", b"PK\x03\x04", b"title\na\n"] {
            let error = read(bytes).unwrap_err().to_string();
            assert!(error.starts_with("file: is not a workbook that can be read"), "{error}");
        }
        let long =
            Sheet {
                name: "steps", header: vec!["title".to_owned()], rows: vec![vec![Cell::Text("ä".repeat(40_000))]]
            };
        let error = write(&[long]).unwrap_err().to_string();
        assert_eq!(
            error,
            "sheet steps, row 2, column title: \"40000\" characters are more than the 32767 that a cell holds"
        );
    }

    #[test]
    fn a_workbook_that_unpacks_to_more_than_it_may_is_refused_before_it_is_read() {
        use std::io::Write;
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).unwrap();
        let zeros = vec![b' '; 1 << 20];
        for _ in 0..=MOST_UNPACKED >> 20 {
            zip.write_all(&zeros).unwrap();
        }
        let bomb = zip.finish().unwrap().into_inner();
        assert!(bomb.len() < 1 << 20, "{}", bomb.len());
        assert_eq!(read(&bomb).unwrap_err().to_string(), "file: unpacks to more than 67108864 bytes");
    }
}
