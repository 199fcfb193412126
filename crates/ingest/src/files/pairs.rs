//! Rows whose columns differ from row to row: JSON objects, XES and OCEL events.

use std::borrow::Cow;
use std::fmt;

use model::Text;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::assemble::{Column, Reading, Record};
use super::cell::{Cell, push_content, push_json_text};

/// Names and values of one row, in their order; each value is the text of one JSON value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pairs<'a> {
    pub(super) members: Vec<(Text<'a>, Cow<'a, str>)>,
    /// True if texts may mean numbers (the row once was a line of CSV).
    pub(super) untyped: bool,
    /// How many members say what happened, if not all do; they come first.
    pub(super) saying: Option<usize>,
}

impl<'a> Pairs<'a> {
    /// Reads one JSON object and nothing else.
    pub(super) fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        let mut json = serde_json::Deserializer::from_str(text);
        let members = json.deserialize_map(Members)?;
        json.end()?;
        Ok(Self { members, untyped: false, saying: None })
    }

    pub(super) fn push(&mut self, name: impl Into<Text<'a>>, json: impl Into<Cow<'a, str>>) {
        self.members.push((name.into(), json.into()));
    }

    pub(super) fn push_text(&mut self, name: impl Into<Text<'a>>, text: &str) {
        let mut json = String::new();
        push_json_text(text, &mut json);
        self.push(name, json);
    }

    /// The value of that name; a dotted name also reaches into objects. Of a name given twice the last counts.
    pub(super) fn find(&self, path: &str) -> Option<&str> {
        let literal = self.members.iter().rev().find(|(name, _)| name.as_str() == path);
        literal.map(|(_, value)| value.as_ref()).or_else(|| {
            path.match_indices('.').find_map(|(dot, _)| {
                let (outer, inner) = (&path[..dot], &path[dot + 1..]);
                let (_, object) = self.members.iter().rev().find(|(name, _)| name.as_str() == outer)?;
                reach(object, inner)
            })
        })
    }

    /// Names of the columns in this row; objects are shown by the dotted names of what they hold.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (name, value) in &self.members {
            collect_names(name.as_str(), value, 0, &mut names);
        }
        names
    }
}

/// Objects deeper than this are not looked into for columns.
const DEEPEST_COLUMN: usize = 3;

fn collect_names(name: &str, value: &str, depth: usize, names: &mut Vec<String>) {
    let inner = if depth < DEEPEST_COLUMN && value.starts_with('{') { Pairs::parse(value).ok() } else { None };
    match inner {
        Some(pairs) if !pairs.members.is_empty() => {
            for (key, value) in &pairs.members {
                collect_names(&format!("{name}.{key}"), value, depth + 1, names);
            }
        }
        _ => names.push(name.to_owned()),
    }
}

fn reach<'v>(object: &'v str, path: &str) -> Option<&'v str> {
    if !object.starts_with('{') {
        return None;
    }
    let inner = Pairs::parse(object).ok()?;
    let found = inner.members.iter().rev().find(|(name, _)| name.as_str() == path);
    if let Some((_, Cow::Borrowed(value))) = found {
        return Some(value);
    }
    path.match_indices('.').find_map(|(dot, _)| {
        let (_, value) = inner.members.iter().rev().find(|(name, _)| name.as_str() == &path[..dot])?;
        match value {
            Cow::Borrowed(value) => reach(value, &path[dot + 1..]),
            Cow::Owned(_) => None,
        }
    })
}

impl<'p> Record<'p> for &'p Pairs<'_> {
    fn cell(&self, column: &Column) -> Cell<'p> {
        let Some(value) = self.find(&column.name) else { return Cell::Missing };
        Cell::of_json(value)
    }

    fn properties(&self, reading: &Reading, out: &mut String) {
        for (name, value) in self.members.iter().filter(|(name, _)| !reading.uses(name.as_str())) {
            let typed = if self.untyped { super::cell::text_of_json(value) } else { None };
            if value == "null" || typed.as_deref() == Some("") {
                continue;
            }
            if !out.ends_with('{') {
                out.push(',');
            }
            push_json_text(name.as_str(), out);
            out.push(':');
            match typed {
                Some(text) => Cell::Plain(&text).write_json(reading.decimal_comma, out),
                // A line break can only stand between two tokens.
                None if value.contains(['\n', '\r']) => out.push_str(&value.replace(['\n', '\r'], " ")),
                None => out.push_str(value),
            }
        }
    }

    fn content(&self, out: &mut Vec<u8>) {
        for (name, value) in self.members.iter().take(self.saying.unwrap_or(usize::MAX)) {
            if self.untyped {
                // As the line of a table would have given it, so that a repaired line has the id of a good one.
                push_content(&Cell::of_json(value).into_text(), out);
            } else {
                push_content(name.as_str(), out);
                push_content(value, out);
            }
        }
    }

    fn saying(&self) -> Option<usize> {
        self.saying
    }

    fn json(&self, out: &mut String) {
        out.push('{');
        for (index, (name, value)) in self.members.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            push_json_text(name.as_str(), out);
            out.push(':');
            out.push_str(value);
        }
        out.push('}');
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(Text<'de>, Cow<'de, str>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(12);
        while let Some((name, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
            members.push((name, Cow::Borrowed(value.get())));
        }
        Ok(members)
    }
}

/// The text of a value for guesses.
pub(super) fn shown(pairs: &Pairs<'_>, path: &str) -> String {
    pairs.find(path).map(|value| Cell::of_json(value).into_text().into_owned()).unwrap_or_default()
}

/// The member's text, if it is there and a string.
pub(super) fn text<'a>(pairs: &'a Pairs<'_>, name: &str) -> Option<Text<'a>> {
    super::cell::text_of_json(pairs.find(name)?).map(Text::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dotted_name_reaches_into_objects_and_the_literal_name_wins() {
        let pairs = Pairs::parse(r#"{"a":{"b":{"c":1},"b.c":2},"x.y":3,"x":{"y":4},"n":null,"a\u0062":5}"#).unwrap();
        for (path, expected) in [
            ("a.b.c", Some("2")),
            ("a.b", Some("{\"c\":1}")),
            ("x.y", Some("3")),
            ("n", Some("null")),
            ("ab", Some("5")),
            ("a.z", None),
            ("n.z", None),
            ("", None),
        ] {
            assert_eq!(pairs.find(path), expected, "{path}");
        }
        assert_eq!(pairs.names(), ["a.b.c", "a.b.c", "x.y", "x.y", "n", "ab"]);
    }
}
