//! JSON values cut out of a stream of text, without looking into them more than needed.

use std::io::{self, BufRead};

use super::FileError;
use super::input::MAX_ROW;

/// A position in JSON text, moving forward.
pub(super) struct Scanner<R> {
    input: R,
    /// The line it stands in, from 1.
    line: u64,
}

impl<R: BufRead> Scanner<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, line: 1 }
    }

    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The next byte that is no white space, left where it is; `None` at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, FileError> {
        loop {
            let available = self.available()?;
            if available.is_empty() {
                return Ok(None);
            }
            let blank = available.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let next = available.get(blank).copied();
            self.consume(blank);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Steps over the next byte that is no white space if it is the wanted one.
    pub(super) fn skip(&mut self, wanted: u8) -> Result<bool, FileError> {
        let found = self.peek()? == Some(wanted);
        if found {
            self.consume(1);
        }
        Ok(found)
    }

    /// Steps over the wanted byte, which must come next.
    pub(super) fn expect(&mut self, wanted: u8) -> Result<(), FileError> {
        if self.skip(wanted)? { Ok(()) } else { Err(self.broken(&format!("{:?} is missing", char::from(wanted)))) }
    }

    /// Copies the next value into `value`.
    pub(super) fn take(&mut self, value: &mut Vec<u8>) -> Result<(), FileError> {
        value.clear();
        self.pass(Some(value))
    }

    /// Steps over the next value, however long it is.
    pub(super) fn pass_over(&mut self) -> Result<(), FileError> {
        self.pass(None)
    }

    fn pass(&mut self, mut copy: Option<&mut Vec<u8>>) -> Result<(), FileError> {
        let first = self.peek()?.ok_or_else(|| self.broken("a value is missing"))?;
        if matches!(first, b',' | b':' | b']' | b'}') {
            return Err(self.broken(&format!("{:?} stands where a value should", char::from(first))));
        }
        let is_scalar = !matches!(first, b'{' | b'[' | b'"');
        let mut depth = 0_usize;
        let mut in_string = false;
        let mut escaped = false;
        loop {
            let available = self.available()?;
            if available.is_empty() {
                return if is_scalar { Ok(()) } else { Err(self.broken("the text ends in the middle of a value")) };
            }
            let mut end = None;
            for (index, &byte) in available.iter().enumerate() {
                if is_scalar {
                    if byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}' | b':') {
                        end = Some(index);
                        break;
                    }
                } else if in_string {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => in_string = false,
                        _ => {}
                    }
                } else {
                    match byte {
                        b'"' => in_string = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                }
                if !is_scalar && depth == 0 && !in_string {
                    end = Some(index + 1);
                    break;
                }
            }
            let count = end.unwrap_or(available.len());
            if let Some(copy) = copy.as_deref_mut() {
                copy.extend_from_slice(&available[..count]);
                if copy.len() > MAX_ROW {
                    return Err(self.broken(&format!("a value is longer than {MAX_ROW} bytes")));
                }
            }
            self.consume(count);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// Copies the next line that is not blank into `line`, and tells its number; `None` at the end.
    fn take_line(&mut self, line: &mut Vec<u8>) -> Result<Option<u64>, FileError> {
        if self.peek()?.is_none() {
            return Ok(None);
        }
        line.clear();
        let number = self.line;
        loop {
            let available = self.available()?;
            let stop = memchr::memchr(b'\n', available);
            let count = stop.map_or(available.len(), |at| at + 1);
            line.extend_from_slice(&available[..count]);
            if line.len() > MAX_ROW {
                return Err(self.broken(&format!("the line is longer than {MAX_ROW} bytes")));
            }
            self.consume(count);
            if stop.is_some() || count == 0 {
                return Ok(Some(number));
            }
        }
    }

    pub(super) fn broken(&self, reason: &str) -> FileError {
        FileError::at(format!("line {}", self.line), format!("is not JSON: {reason}"))
    }

    fn available(&mut self) -> Result<&[u8], FileError> {
        // Asked twice, because a borrow cannot be returned from a loop that goes on otherwise.
        while let Err(error) = self.input.fill_buf() {
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(FileError::reading(format!("line {}", self.line), &error));
            }
        }
        self.input.fill_buf().map_err(|error| FileError::reading(format!("line {}", self.line), &error))
    }

    fn consume(&mut self, count: usize) {
        if let Ok(available) = self.input.fill_buf() {
            self.line += memchr::memchr_iter(b'\n', &available[..count.min(available.len())]).count() as u64;
        }
        self.input.consume(count);
    }
}

/// How a file of JSON objects is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// One object a line: a broken line breaks no other.
    Lines,
    /// One behind the other over any number of lines, or in one array.
    Values,
}

/// The objects of a file, one after the other.
pub(super) struct Items<R> {
    scanner: Scanner<R>,
    layout: Layout,
    in_array: bool,
    /// Values taken so far.
    count: u64,
    item: Vec<u8>,
}

impl<R: BufRead> Items<R> {
    pub(super) fn new(input: R, layout: Layout) -> Self {
        Self { scanner: Scanner::new(input), layout, in_array: false, count: 0, item: Vec::new() }
    }

    /// The next item and the line on which it begins; `None` at the end.
    pub(super) fn advance(&mut self) -> Result<Option<(u64, &[u8])>, FileError> {
        if self.layout == Layout::Lines {
            let line = self.scanner.take_line(&mut self.item)?;
            return Ok(line.map(|line| (line, self.item.trim_ascii())));
        }
        if self.count == 0 && self.scanner.skip(b'[')? {
            self.in_array = true;
        }
        if self.in_array {
            if self.scanner.skip(b']')? {
                return match self.scanner.peek()? {
                    None => Ok(None),
                    Some(_) => Err(self.scanner.broken("something follows the array")),
                };
            }
            if self.count > 0 {
                self.scanner.expect(b',')?;
            }
        } else if self.scanner.peek()?.is_none() {
            return Ok(None);
        }
        self.count += 1;
        self.scanner.peek()?;
        let line = self.scanner.line();
        self.scanner.take(&mut self.item)?;
        Ok(Some((line, &self.item)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str, layout: Layout) -> (Vec<(u64, String)>, Option<String>) {
        let mut items = Items::new(io::BufReader::with_capacity(3, text.as_bytes()), layout);
        let mut found = Vec::new();
        loop {
            match items.advance() {
                Ok(Some((line, item))) => found.push((line, String::from_utf8_lossy(item).into_owned())),
                Ok(None) => return (found, None),
                Err(error) => return (found, Some(error.to_string())),
            }
        }
    }

    #[test]
    fn values_are_cut_out_whole() {
        for (text, layout, expected, fault) in [
            ("{\"a\":1}\n\n{\"a\":2}", Layout::Lines, &["1 {\"a\":1}", "3 {\"a\":2}"][..], ""),
            ("{\"a\"\n{\"a\":2}\n", Layout::Lines, &["1 {\"a\"", "2 {\"a\":2}"], ""),
            (
                " [ {\"a\":\"]\\\"}\"} ,\n[1,{}], 7 ]\n",
                Layout::Values,
                &["1 {\"a\":\"]\\\"}\"}", "2 [1,{}]", "2 7"],
                "",
            ),
            ("{\n\"a\":1}\n{}", Layout::Values, &["1 {\n\"a\":1}", "3 {}"], ""),
            ("[]", Layout::Values, &[], ""),
            ("[{},", Layout::Values, &["1 {}"], "line 1: is not JSON: a value is missing"),
            ("[{}", Layout::Values, &["1 {}"], "line 1: is not JSON: ',' is missing"),
            ("[{} {}]", Layout::Values, &["1 {}"], "line 1: is not JSON: ',' is missing"),
            ("{\"a\":\n[", Layout::Values, &[], "line 2: is not JSON: the text ends in the middle of a value"),
            ("[]]", Layout::Values, &[], "line 1: is not JSON: something follows the array"),
        ] {
            let (found, error) = items(text, layout);
            let found: Vec<String> = found.into_iter().map(|(line, item)| format!("{line} {item}")).collect();
            assert_eq!(found, expected, "{text}");
            assert!(error.unwrap_or_default().contains(fault), "{text}");
        }
    }
}
