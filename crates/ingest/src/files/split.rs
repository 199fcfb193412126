//! Text into records and fields: CSV by RFC 4180, read the lenient way all tools share.
//!
//! Differences to the `csv` crate, for which this is not used: a record stays borrowed from one buffer; a field
//! may be quoted after a blank (`skip_space`); a quote that is never closed is an error with its line, not a last
//! long row; a record may not grow without limit.

use std::io::{self, BufRead};

use memchr::memchr;

use super::FileError;
use super::input::MAX_ROW;

/// Where one field of a record stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Field {
    start: usize,
    end: usize,
    /// True if it holds doubled quotes, or text behind its closing quote.
    tangled: bool,
}

/// What a look at the buffer found.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// A record that ends before `end`, its line break included, over `lines` line breaks.
    Record { end: usize, lines: u64 },
    /// The record goes on beyond the buffer.
    More,
    /// Nothing is left.
    End,
    /// A quoted field is never closed.
    Unclosed,
}

/// Splits a stream of text into records.
pub(super) struct Splitter<R> {
    input: R,
    delimiter: u8,
    skip_space: bool,
    buffer: Vec<u8>,
    start: usize,
    filled: usize,
    /// Set once the input ended, well or badly.
    ended: Option<io::Result<()>>,
    /// Line on which the next record begins, from 1.
    line: u64,
    fields: Vec<Field>,
    /// Fields that had to be disentangled, one behind the other.
    disentangled: String,
}

/// One record: its line and its fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split<'b> {
    pub(super) line: u64,
    text: Result<&'b str, &'b [u8]>,
    fields: &'b [Field],
    disentangled: &'b str,
}

impl<'b> Split<'b> {
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// The record as it came, where its bytes are not UTF-8.
    pub(super) fn invalid(&self) -> Option<&'b [u8]> {
        self.text.err()
    }

    /// The field's text, without quotes; empty if there is no such field.
    pub(super) fn field(&self, index: usize) -> &'b str {
        let (Some(field), Ok(text)) = (self.fields.get(index), self.text) else { return "" };
        let source = if field.tangled { self.disentangled } else { text };
        source.get(field.start..field.end).unwrap_or_default()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'b str> + use<'_, 'b> {
        (0..self.len()).map(|index| self.field(index))
    }
}

impl<R: BufRead> Splitter<R> {
    pub(super) fn new(input: R, delimiter: u8, skip_space: bool) -> Self {
        Self::with_capacity(input, delimiter, skip_space, 256 << 10)
    }

    /// With a buffer of `capacity` bytes, at least one, to begin with.
    pub(super) fn with_capacity(input: R, delimiter: u8, skip_space: bool, capacity: usize) -> Self {
        Self {
            input,
            delimiter,
            skip_space,
            buffer: vec![0; capacity],
            start: 0,
            filled: 0,
            ended: None,
            line: 1,
            fields: Vec::new(),
            disentangled: String::new(),
        }
    }

    /// The next record; `None` at the end of the text.
    ///
    /// Where the input broke off, all whole records before it come first. What stands between the last line break
    /// and the break is never a record.
    pub(super) fn advance(&mut self) -> Result<Option<Split<'_>>, FileError> {
        let (end, lines) = loop {
            let rest = &self.buffer[self.start..self.filled];
            let whole = matches!(self.ended, Some(Ok(())));
            match find_record(rest, self.delimiter, self.skip_space, whole, &mut self.fields) {
                Found::Record { end, lines } => break (end, lines),
                Found::End if whole => return Ok(None),
                Found::Unclosed => {
                    return Err(FileError::at(
                        format!("line {}", self.line),
                        "a quote is opened in the row that begins here and never closed",
                    ));
                }
                Found::End | Found::More => {
                    if let Some(Err(error)) = &self.ended {
                        return Err(FileError::reading(format!("line {}", self.line), error));
                    }
                    self.fill()?;
                }
            }
        };
        let bytes = &self.buffer[self.start..self.start + end];
        let line = self.line
            + bytes.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).filter(|&&b| b == b'\n').count() as u64;
        self.start += end;
        self.line += lines;
        let text = std::str::from_utf8(bytes).map_err(|_| bytes);
        self.disentangled.clear();
        if let Ok(text) = text {
            for field in self.fields.iter_mut().filter(|field| field.tangled) {
                let start = self.disentangled.len();
                disentangle(&text[field.start..field.end], &mut self.disentangled);
                (field.start, field.end) = (start, self.disentangled.len());
            }
        }
        Ok(Some(Split { line, text, fields: &self.fields, disentangled: &self.disentangled }))
    }

    fn fill(&mut self) -> Result<(), FileError> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.filled -= self.start;
            self.start = 0;
        }
        if self.filled == self.buffer.len() {
            if self.filled >= MAX_ROW {
                let reason =
                    format!("the row that begins here is longer than {MAX_ROW} bytes: is a quote never closed?");
                return Err(FileError::at(format!("line {}", self.line), reason));
            }
            self.buffer.resize(self.filled * 2, 0);
        }
        match self.input.read(&mut self.buffer[self.filled..]) {
            Ok(0) => self.ended = Some(Ok(())),
            Ok(count) => self.filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => self.ended = Some(Err(error)),
        }
        Ok(())
    }
}

/// Finds the fields of the first record in `bytes`; `whole`: nothing comes after these bytes.
///
/// Empty lines are no records. A line ends with `\n`, `\r\n` or `\r`.
fn find_record(bytes: &[u8], delimiter: u8, skip_space: bool, whole: bool, fields: &mut Vec<Field>) -> Found {
    fields.clear();
    let mut at = 0;
    let mut lines = 0;
    while let Some(byte @ (b'\n' | b'\r')) = bytes.get(at) {
        lines += u64::from(*byte == b'\n');
        at += 1;
    }
    if at == bytes.len() {
        return Found::End;
    }
    loop {
        if skip_space {
            at += bytes[at..].iter().take_while(|&&byte| byte == b' ' && byte != delimiter).count();
        }
        let mut field = Field { start: at, end: at, tangled: false };
        let quoted = bytes.get(at) == Some(&b'"');
        if quoted {
            field.start += 1;
            let mut from = field.start;
            loop {
                let Some(quote) = memchr(b'"', &bytes[from..]).map(|offset| from + offset) else {
                    return if whole { Found::Unclosed } else { Found::More };
                };
                match bytes.get(quote + 1) {
                    None if !whole => return Found::More,
                    Some(b'"') => {
                        field.tangled = true;
                        from = quote + 2;
                    }
                    _ => {
                        field.end = quote;
                        at = quote + 1;
                        break;
                    }
                }
            }
            lines += bytes[field.start..field.end].iter().filter(|&&byte| byte == b'\n').count() as u64;
            if bytes.get(at).is_some_and(|&byte| byte != delimiter && byte != b'\n' && byte != b'\r') {
                field.tangled = true;
            }
        }
        let rest = &bytes[at..];
        let stop = rest.iter().position(|&byte| byte == delimiter || byte == b'\n' || byte == b'\r');
        let Some(stop) = stop.map(|offset| at + offset).or(whole.then_some(bytes.len())) else { return Found::More };
        if field.tangled || !quoted {
            field.end = stop;
        }
        fields.push(field);
        at = stop;
        match bytes.get(at) {
            Some(&byte) if byte == delimiter => at += 1,
            Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => return Found::Record { end: at + 2, lines: lines + 1 },
            Some(b'\r') if at + 1 == bytes.len() && !whole => return Found::More,
            Some(b'\n') => return Found::Record { end: at + 1, lines: lines + 1 },
            Some(_) => return Found::Record { end: at + 1, lines },
            None => return Found::Record { end: at, lines },
        }
    }
}

/// The text of a quoted field, from behind its opening quote to its end, with doubled quotes made single.
fn disentangle(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(quote) = rest.find('"') {
        out.push_str(&rest[..quote]);
        rest = &rest[quote + 1..];
        match rest.strip_prefix('"') {
            Some(behind) => {
                out.push('"');
                rest = behind;
            }
            // Behind the closing quote all stands for itself.
            None => break,
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &[u8], delimiter: u8, skip_space: bool, capacity: usize) -> Result<Vec<(u64, Vec<String>)>, String> {
        let input = io::BufReader::with_capacity(capacity, text);
        let mut splitter = Splitter::with_capacity(input, delimiter, skip_space, capacity);
        let mut records = Vec::new();
        loop {
            match splitter.advance() {
                Ok(Some(record)) => records.push((record.line, record.iter().map(str::to_owned).collect())),
                Ok(None) => return Ok(records),
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    #[test]
    fn fields_and_lines_are_told_apart() {
        for (text, expected) in [
            ("a,b\n1,2\n", &[(1, &["a", "b"][..]), (2, &["1", "2"])][..]),
            ("a,b\r\n\r\n1,2", &[(1, &["a", "b"]), (3, &["1", "2"])]),
            ("\"x,\ny\",2\n3,4", &[(1, &["x,\ny", "2"]), (3, &["3", "4"])]),
            ("\"say \"\"hi\"\"\",\"\"\n", &[(1, &["say \"hi\"", ""])]),
            ("a\"b,\"c\"d\"e\n", &[(1, &["a\"b", "cd\"e"])]),
            ("a,\n,b\n,\n", &[(1, &["a", ""]), (2, &["", "b"]), (3, &["", ""])]),
            ("", &[]),
            ("\n\n", &[]),
        ] {
            for capacity in [1, 2, 3, 64] {
                let expected: Vec<(u64, Vec<String>)> = expected
                    .iter()
                    .map(|(line, fields)| (*line, fields.iter().map(|f| (*f).to_owned()).collect()))
                    .collect();
                assert_eq!(split(text.as_bytes(), b',', false, capacity).unwrap(), expected, "{text:?} by {capacity}");
            }
        }
        assert_eq!(split(b"a, \"b, c\",  d", b',', true, 8).unwrap()[0].1, ["a", "b, c", "d"]);
        assert_eq!(
            split(b"a,b\n1,\"2\n3,4\n", b',', false, 8).unwrap_err(),
            ", line 2: a quote is opened in the row that begins here and never closed"
        );
    }

    #[test]
    fn a_row_without_end_is_an_error_and_no_full_memory() {
        let text = format!("a,b\n1,\"{}", "x".repeat(MAX_ROW + 1));
        assert!(
            split(text.as_bytes(), b',', false, 1 << 20)
                .unwrap_err()
                .contains("line 2: the row that begins here is longer")
        );
    }

    proptest::proptest! {
        #[test]
        fn records_are_those_of_the_csv_crate(text in "[ab ,;\"\n\r]{0,40}", capacity in 1_usize..50) {
            let mut oracle = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let expected: Vec<Vec<String>> =
                oracle.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
            match split(text.as_bytes(), b',', false, capacity) {
                Ok(records) => {
                    let records: Vec<Vec<String>> = records.into_iter().map(|(_, fields)| fields).collect();
                    proptest::prop_assert_eq!(records, expected);
                }
                Err(error) => proptest::prop_assert!(error.contains("never closed"), "{}", error),
            }
        }
    }
}
