use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};
use mining::report::{Cells, Table};

use crate::Error;
use crate::columns::{defined, rows};

/// What makes a spreadsheet take a cell for a formula, or skip a character and then do so. The characters are those that
/// OWASP names under "CSV Injection", with NUL from its verification standard (ASVS 5, 1.2.10).
const FORMULA: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/// A table as CSV (RFC 4180): UTF-8 without a byte order mark, CRLF, a header; an undefined cell is empty. Numbers have
/// every digit that is needed to read back the same number; what is not finite is undefined.
///
/// A name that begins like a formula gets an apostrophe in front, as OWASP advises, and so does one that begins with
/// apostrophes and then like a formula. So nothing is lost: whoever reads a text that begins with apostrophes and then
/// with one of `=`, `+`, `-`, `@`, their full-width forms, tab, CR, LF or NUL takes one apostrophe away. Names of columns
/// are guarded too, as some hold names of touchpoints; numbers are not, so `-1.5` stays a number.
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

fn guarded(text: &str) -> Cow<'_, str> {
    if text.trim_start_matches('\'').starts_with(FORMULA) { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the documentation tells a reader to do.
    fn unguarded(text: &str) -> &str {
        match text.strip_prefix('\'') {
            Some(rest) if rest.trim_start_matches('\'').starts_with(FORMULA) => rest,
            _ => text,
        }
    }

    #[test]
    fn no_name_begins_like_a_formula_and_harmless_ones_stay_as_they_are() {
        for (name, written) in [
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-", "'-"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("'=1", "''=1"),
            ("'s-Hertogenbosch", "'s-Hertogenbosch"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(guarded(name), written);
        }
    }

    proptest! {
        #[test]
        fn a_guarded_name_reads_back_as_it_was(name in "['=+@a\t\n＝-]{0,6}|\\PC{0,8}") {
            let written = guarded(&name).into_owned();
            prop_assert!(!written.starts_with(FORMULA));
            prop_assert_eq!(unguarded(&written), name);
        }
    }
}
