//! Tables as they are read: a header and rows of texts, whatever the format.

use model::Invalid;

use crate::cells::Cell;
use crate::guard::{guarded, unguarded};
use crate::{Note, decode};

/// More rows than this are refused.
const MOST_ROWS: usize = 20_000;
/// More columns than this are refused.
const MOST_COLUMNS: usize = 500;
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// A table.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    /// The sheet's name; empty in CSV.
    pub(crate) sheet: String,
    /// Names of the columns in one form: `front_stage`.
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The row of a sheet, or the line of a file, from 1.
    pub(crate) number: usize,
    /// As many as the header has names.
    pub(crate) cells: Vec<String>,
}

impl Grid {
    /// A table of rows as they stand in a file, the first that is not empty being the header.
    pub(crate) fn of(sheet: &str, rows: impl IntoIterator<Item = Row>) -> Result<Option<Self>, Invalid> {
        let mut rows = rows.into_iter().filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()));
        let Some(first) = rows.next() else { return Ok(None) };
        let mut grid = Self {
            sheet: sheet.to_owned(),
            header: first.cells.iter().map(|name| normal(name)).collect(),
            rows: Vec::new(),
        };
        while grid.header.last().is_some_and(String::is_empty) {
            grid.header.pop();
        }
        if grid.header.len() > MOST_COLUMNS {
            return Err(Invalid::new(
                grid.row(first.number),
                &grid.header.len().to_string(),
                format!("columns are more than {MOST_COLUMNS}"),
            ));
        }
        for (at, name) in grid.header.iter().enumerate() {
            if !name.is_empty() && grid.header[..at].contains(name) {
                return Err(Invalid::new(grid.row(first.number), name, "is the name of two columns"));
            }
        }
        for mut row in rows {
            if let Some(beyond) = row.cells.iter().skip(grid.header.len()).find(|cell| !cell.trim().is_empty()) {
                return Err(Invalid::new(grid.row(row.number), beyond, "stands in a column that has no name"));
            }
            row.cells.resize(grid.header.len(), String::new());
            grid.rows.push(row);
            if grid.rows.len() > MOST_ROWS {
                return Err(Invalid::missing(
                    grid.row(grid.rows[MOST_ROWS].number),
                    format!("there are more than {MOST_ROWS} rows"),
                ));
            }
        }
        Ok(Some(grid))
    }

    /// Where a row is.
    pub(crate) fn row(&self, number: usize) -> String {
        if self.sheet.is_empty() { format!("line {number}") } else { format!("sheet {}, row {number}", self.sheet) }
    }

    /// Where a cell is.
    pub(crate) fn place(&self, number: usize, column: &str) -> String {
        format!("{}, column {column}", self.row(number))
    }

    /// Tells the columns that nobody asked for.
    pub(crate) fn tell_unknown(&self, is_known: impl Fn(&str) -> bool, notes: &mut Vec<Note>) {
        for name in self.header.iter().filter(|name| !name.is_empty() && !is_known(name)) {
            let place = if self.sheet.is_empty() { String::new() } else { format!("sheet {}", self.sheet) };
            notes.push(Note::left_out(place, format!("column {name:?} is not known")));
        }
    }
}

/// A column's name in the form it is known by. What stands behind a colon is a name of somebody's own.
fn normal(name: &str) -> String {
    let name = name.trim().replace('’', "'");
    match name.split_once(':') {
        Some((before, own)) => format!("{}:{}", normal(before), own.trim()),
        None => {
            name.to_lowercase().split([' ', '-', '_']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
        }
    }
}

/// A CSV file as a table; `None` if nothing stands in it.
pub(crate) fn read_csv(bytes: &[u8]) -> Result<Option<Grid>, Invalid> {
    let text = decode::text(bytes)?;
    let (told, rest) = match text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')) {
        Some((sign, rest)) if sign.trim_end().len() == 1 => (sign.bytes().next(), rest),
        Some(_) | None => (None, &*text),
    };
    let skipped = if told.is_some() { 1 } else { 0 };
    let delimiter = told.unwrap_or_else(|| guess_delimiter(rest));
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(rest.as_bytes());
    let (mut rows, mut last) = (Vec::new(), 0);
    for record in reader.records() {
        let record = record.map_err(|error| Invalid::missing("file", error.to_string()))?;
        let (line, byte) =
            record.position().map_or((0, 0), |position| (position.line() as usize, position.byte() as usize));
        last = byte;
        rows.push(Row {
            number: line + skipped,
            cells: record.iter().map(|cell| unguarded(cell).to_owned()).collect(),
        });
        if rows.len() > MOST_ROWS + 1 {
            break;
        }
    }
    if let Some(row) = rows.last()
        && is_cut_off(&rest[last.min(rest.len())..], delimiter)
    {
        return Err(Invalid::missing(
            format!("line {}", row.number),
            "opens a quotation mark that is never closed: the file is cut off",
        ));
    }
    Grid::of("", rows)
}

/// True if the last record ends within quotation marks: one of its fields begins with one, and not all have a partner.
fn is_cut_off(record: &str, delimiter: u8) -> bool {
    let opens = record.trim_start().starts_with('"') || record.contains(&format!("{}\"", char::from(delimiter)));
    opens && !record.matches('"').count().is_multiple_of(2)
}

/// The delimiter that stands most often in the first line outside of quotation marks; a comma if none does.
fn guess_delimiter(text: &str) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted && counts.iter().any(|count| *count > 0) => break,
            other if !quoted => {
                if let Some(at) = DELIMITERS.iter().position(|delimiter| *delimiter == other) {
                    counts[at] += 1;
                }
            }
            _ => {}
        }
    }
    // Of equal ones the first.
    let best = (0..DELIMITERS.len()).rev().max_by_key(|at| counts[*at]).unwrap_or_default();
    DELIMITERS[best]
}

/// A table as CSV: UTF-8 with a byte order mark, without which spreadsheets take umlauts for something else; CRLF; texts guarded.
pub(crate) fn write_csv(header: &[String], rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    let mut line = |fields: Vec<String>| {
        writer.write_record(fields).expect("memory takes what is written, and rows are equally long");
    };
    line(header.iter().map(|name| guarded(name).into_owned()).collect());
    for row in rows {
        let field = |cell: &Cell| match cell {
            Cell::Empty => String::new(),
            // No text holds a NUL: no reader would take it.
            Cell::Text(text) => guarded(&text.replace('\0', "\u{fffd}")).into_owned(),
            Cell::Number(number) => number.to_string(),
        };
        line(row.iter().map(field).collect());
    }
    writer.into_inner().expect("memory takes what is written")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Grid>, Invalid> {
        read_csv(text.as_bytes())
    }

    #[test]
    fn tables_are_read_whatever_parts_their_fields() {
        for text in [
            "Titel;A b\nx;\"1;\n2\"\n",
            "sep=;\nTitel;A b\nx;\"1;\n2\"\n",
            "\u{feff}Titel\tA-b\nx\t\"1;\n2\"\n",
            "\n\nTitel,A_b,\nx,\"1;\n2\"\n",
        ] {
            let grid = read(text).unwrap().unwrap();
            assert_eq!(grid.header, ["titel", "a_b"], "{text}");
            assert_eq!(grid.rows[0].cells, ["x", "1;\n2"], "{text}");
        }
        assert!(read("").unwrap().is_none());
        assert!(read("\n;;\n").unwrap().is_none());
        assert_eq!(read("\"a;b\",c\n1,2\n").unwrap().unwrap().header, ["a;b", "c"]);
        assert_eq!(read("TP ID,lane:Mein Kanal\n").unwrap().unwrap().header, ["tp_id", "lane:Mein Kanal"]);
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_place() {
        let many = format!("a\n{}", "1\n".repeat(MOST_ROWS + 1));
        let wide =
            ["a"; MOST_COLUMNS + 1].iter().enumerate().map(|(n, a)| format!("{a}{n}")).collect::<Vec<_>>().join(",");
        for (text, expected) in [
            ("a,A\n", "line 1: \"a\" is the name of two columns"),
            ("a\n1,2\n", "line 2: \"2\" stands in a column that has no name"),
            ("sep=;\na\n1;2\n", "line 3: \"2\" stands in a column that has no name"),
            ("a,b\n1,\"two\nthree", "line 2: opens a quotation mark that is never closed"),
            (&many, "line 20002: there are more than 20000 rows"),
            (&wide, "line 1: \"501\" columns are more than 500"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
        assert_eq!(read("a\n5\" screen\n").unwrap().unwrap().rows[0].cells, ["5\" screen"]);
    }
}
