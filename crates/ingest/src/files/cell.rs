//! What one field of a row holds, whatever the file's format, and how it is written as JSON.

use std::borrow::Cow;
use std::fmt::Write;

use super::number;

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// Nothing: an empty field, a null.
    Missing,
    /// Text of a format without types: it may mean a number.
    Plain(&'a str),
    /// Text that is text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// Any other number; finite.
    Float(f64),
    /// Yes or no.
    Truth(bool),
    /// A moment, in microseconds since 1970 UTC.
    Instant(i64),
    /// A time on the clocks of some place, in microseconds since 1970 as if in UTC.
    Local(i64),
    /// Any other JSON value, as its text.
    Json(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    /// The cell of a JSON value's text.
    pub(super) fn of_json(raw: &'a str) -> Self {
        match raw.as_bytes().first() {
            None => Self::Missing,
            Some(b'n') => Self::Missing,
            Some(b't') => Self::Truth(true),
            Some(b'f') => Self::Truth(false),
            Some(b'"') => match text_of_json(raw) {
                Some(text) if text.is_empty() => Self::Missing,
                Some(text) => Self::Text(text),
                None => Self::Json(raw.into()),
            },
            Some(_) => Self::Json(raw.into()),
        }
    }

    /// A number; what is not finite counts as missing.
    pub(super) fn of_float(value: f64) -> Self {
        if value.is_finite() { Self::Float(value) } else { Self::Missing }
    }

    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// The value as a person would write it; empty if missing. A whole number stored as a float has no point.
    pub(super) fn into_text(self) -> Cow<'a, str> {
        match self {
            Self::Missing => "".into(),
            Self::Plain(text) => text.into(),
            Self::Text(text) | Self::Json(text) => text,
            Self::Integer(value) => value.to_string().into(),
            Self::Float(value) => value.to_string().into(),
            Self::Truth(value) => value.to_string().into(),
            Self::Instant(micros) => written(micros, true).into(),
            Self::Local(micros) => written(micros, false).into(),
        }
    }

    /// Appends the value as JSON. `decimal_comma`: how untyped text writes its numbers.
    pub(super) fn write_json(&self, decimal_comma: bool, out: &mut String) {
        match self {
            Self::Missing => out.push_str("null"),
            Self::Plain(text) => write_plain(text, decimal_comma, out),
            Self::Text(text) => push_json_text(text, out),
            Self::Json(text) => out.push_str(text),
            Self::Integer(value) => {
                let _ = write!(out, "{value}");
            }
            Self::Float(value) => match serde_json::Number::from_f64(*value) {
                Some(number) => out.push_str(&number.to_string()),
                None => out.push_str("null"),
            },
            Self::Truth(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Instant(micros) => push_json_text(&written(*micros, true), out),
            Self::Local(micros) => push_json_text(&written(*micros, false), out),
        }
    }

    /// Appends bytes that differ wherever the value differs.
    pub(super) fn write_content(&self, out: &mut Vec<u8>) {
        match self {
            Self::Plain(text) => push_content(text, out),
            Self::Text(text) => push_content(text, out),
            Self::Missing
            | Self::Integer(_)
            | Self::Float(_)
            | Self::Truth(_)
            | Self::Instant(_)
            | Self::Local(_)
            | Self::Json(_) => push_content(&self.clone().into_text(), out),
        }
    }
}

/// Appends a text with its length before it, so that no two lists of texts give the same bytes.
pub(super) fn push_content(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// Appends a JSON string.
pub(super) fn push_json_text(text: &str, out: &mut String) {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        out.push_str(&serde_json::Value::from(text).to_string());
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

/// The text of a JSON string, borrowed where it has no escapes.
pub(super) fn text_of_json(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(raw).ok() } else { Some(inner.into()) }
}

fn write_plain(text: &str, decimal_comma: bool, out: &mut String) {
    let first = text.as_bytes().first().copied().unwrap_or_default();
    let may_be_typed = first.is_ascii_digit() || matches!(first, b'-' | b't' | b'f');
    if may_be_typed {
        if matches!(text, "true" | "false") || number::is_canonical(text) {
            return out.push_str(text);
        }
        if let Some(number) = decimal_comma.then(|| number::from_decimal_comma(text)).flatten() {
            return out.push_str(&number);
        }
    }
    push_json_text(text, out);
}

/// ISO 8601, with `Z` or without offset; a date alone if a local time lies at midnight.
fn written(micros: i64, utc: bool) -> String {
    let Ok(moment) = jiff::Timestamp::from_microsecond(micros) else { return micros.to_string() };
    if utc {
        return moment.to_string();
    }
    let local = jiff::tz::Offset::UTC.to_datetime(moment);
    if local.time() == jiff::civil::Time::midnight() { local.date().to_string() } else { local.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untyped_text_becomes_typed_json_only_where_nothing_is_lost() {
        for (text, comma, expected) in [
            ("12", false, "12"),
            ("007", false, "\"007\""),
            ("1.50", false, "\"1.50\""),
            ("12,50", false, "\"12,50\""),
            ("12,50", true, "12.50"),
            ("true", false, "true"),
            ("True", false, "\"True\""),
            ("NA", false, "\"NA\""),
            ("say \"hi\"\n", false, "\"say \\\"hi\\\"\\n\""),
            ("Größe", false, "\"Größe\""),
        ] {
            let mut out = String::new();
            Cell::Plain(text).write_json(comma, &mut out);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn a_typed_value_is_written_as_people_write_it() {
        for (cell, expected) in [
            (Cell::Float(4711.0), "4711"),
            (Cell::Float(0.5), "0.5"),
            (Cell::Instant(1_700_000_000_000_000), "2023-11-14T22:13:20Z"),
            (Cell::Local(1_700_000_000_000_000), "2023-11-14T22:13:20"),
            (Cell::Local(0), "1970-01-01"),
            (Cell::of_json("\"a\\u00e4\""), "aä"),
            (Cell::of_json("null"), ""),
            (Cell::of_json("12.50"), "12.50"),
        ] {
            assert_eq!(cell.into_text(), expected);
        }
    }
}
