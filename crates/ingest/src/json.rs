//! The one place that knows the JSON parser. Values stay raw text until somebody asks for them, so most of an
//! event is checked once and never built as a tree. Checking needs no stack: deep nesting is no danger here.

use std::borrow::Cow;
use std::fmt;

use memchr::{memchr, memchr2};
use model::{Invalid, RawJson, Text};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::bad::Fault;

/// The members of a JSON object, each value as raw text. What is taken out is gone; what is left is the rest.
#[derive(Debug, Default)]
pub(crate) struct Object<'a> {
    members: Vec<(Text<'a>, &'a str)>,
}

/// Stands in the place of a value that was taken out; no JSON value is empty text.
const TAKEN: &str = "";

impl<'a> Object<'a> {
    /// Reads `text`, which must be one JSON object and nothing else.
    pub(crate) fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Bytes of its keys and values: its text without punctuation and white space.
    pub(crate) fn size(&self) -> usize {
        self.members.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
    }

    /// Reads an item; anything but an object is a fault that names what it is instead.
    pub(crate) fn of_item(text: &'a str) -> Result<Self, Fault> {
        Self::parse(text).map_err(|error| {
            if error.is_data() && !text.trim_start().starts_with('{') {
                Fault::new("not_an_object", Invalid::new("", text, "is not a JSON object"))
            } else {
                Fault::new("bad_json", Invalid::new("", text, format!("cannot be read: {error}")))
            }
        })
    }

    /// Takes a value out. `null` counts as not sent; of a key sent twice the last value is meant.
    pub(crate) fn take(&mut self, key: &str) -> Option<&'a str> {
        let mut found = None;
        for (name, value) in &mut self.members {
            if name.as_str() == key && !value.is_empty() {
                found = Some(std::mem::replace(value, TAKEN));
            }
        }
        found.filter(|value| *value != "null")
    }

    /// Puts a value in unless there is one already, `null` aside.
    pub(crate) fn put_missing(&mut self, key: &'static str, value: Option<&'a str>) {
        if let (None, Some(value)) = (self.get(key), value) {
            self.members.push((key.into(), value));
        }
    }

    /// A value that stays where it is; `null` counts as not sent.
    pub(crate) fn get(&self, key: &str) -> Option<&'a str> {
        let found = self.members.iter().rev().find(|(name, value)| name.as_str() == key && *value != TAKEN);
        found.map(|(_, value)| *value).filter(|value| *value != "null")
    }

    /// What nobody took, as one object.
    pub(crate) fn rest(&self) -> RawJson<'static> {
        self.rest_with(|_, value| value.into())
    }

    /// What nobody took, as one object, each value as `edit` leaves it; empty text leaves the member out.
    pub(crate) fn rest_with<'e>(&'e self, edit: impl Fn(&str, &'a str) -> Cow<'e, str>) -> RawJson<'static> {
        let mut writer = Writer::default();
        for (name, value) in &self.members {
            let edited = if *value == TAKEN { Cow::Borrowed(TAKEN) } else { edit(name.as_str(), value) };
            if edited != TAKEN {
                writer.member(name.as_str(), &edited);
            }
        }
        writer.finish()
    }

    /// All members but one, as one object.
    pub(crate) fn without(mut self, key: &str) -> RawJson<'static> {
        self.take(key);
        self.rest()
    }
}

/// Writes an object member by member.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    text: String,
}

impl Writer {
    /// Adds a member; `value` is known to be one JSON value.
    pub(crate) fn member(&mut self, name: &str, value: &str) {
        self.text.reserve(name.len() + value.len() + 4);
        self.text.push(if self.text.is_empty() { '{' } else { ',' });
        push_string(&mut self.text, name);
        self.text.push(':');
        push_one_line(&mut self.text, value);
    }

    /// Adds all members of an object's text.
    pub(crate) fn members_of(&mut self, object: &str) {
        let inner = object.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default().trim();
        if !inner.is_empty() {
            self.text.push(if self.text.is_empty() { '{' } else { ',' });
            push_one_line(&mut self.text, inner);
        }
    }

    /// The object; empty if it has no member.
    pub(crate) fn finish(mut self) -> RawJson<'static> {
        if !self.text.is_empty() {
            self.text.push('}');
        }
        RawJson::trusted(self.text)
    }
}

/// A raw value for an event. Line breaks between its tokens become blanks, so that an event always fits one line;
/// an object without members is the same as none.
pub(crate) fn raw(value: &str) -> RawJson<'_> {
    if value == "{}" {
        return RawJson::default();
    }
    if memchr2(b'\n', b'\r', value.as_bytes()).is_none() {
        return RawJson::trusted(value);
    }
    let mut line = String::with_capacity(value.len());
    push_one_line(&mut line, value);
    RawJson::trusted(line)
}

/// The text of a raw value that is a string; borrowed if it has no escapes. None for other values and for
/// strings that are no Unicode text (half of a surrogate pair).
pub(crate) fn string(value: &str) -> Option<Text<'_>> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    if memchr(b'\\', inner.as_bytes()).is_none() {
        return Some(inner.into());
    }
    serde_json::from_str::<String>(value).ok().map(Text::from)
}

/// `text` as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    push_string(&mut json, text);
    json
}

/// The items of an array, each as raw text.
pub(crate) fn items(array: &str) -> Result<Vec<&str>, serde_json::Error> {
    let items: Vec<&RawValue> = serde_json::from_str(array)?;
    Ok(items.into_iter().map(RawValue::get).collect())
}

/// Checks that `text` is one JSON value, and gives it without the white space around it.
pub(crate) fn value(text: &str) -> Result<&str, serde_json::Error> {
    serde_json::from_str::<&RawValue>(text).map(RawValue::get)
}

/// The first character that is not white space, which tells objects from arrays.
pub(crate) fn first_token(text: &str) -> Option<u8> {
    text.bytes().find(|byte| !byte.is_ascii_whitespace())
}

fn push_string(json: &mut String, text: &str) {
    if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
        json.push('"');
        json.push_str(text);
        json.push('"');
    } else {
        json.push_str(&serde_json::Value::from(text).to_string());
    }
}

/// Inside of JSON strings line breaks are always escaped, so those that are found stand between tokens.
fn push_one_line(json: &mut String, mut value: &str) {
    while let Some(at) = memchr2(b'\n', b'\r', value.as_bytes()) {
        json.push_str(&value[..at]);
        json.push(' ');
        value = &value[at + 1..];
    }
    json.push_str(value);
}

/// True if the object's text has a member of that name. Reads no further than to there, so what follows is not checked.
pub(crate) fn has_member(object: &str, name: &str) -> bool {
    let mut found = false;
    let mut parser = serde_json::Deserializer::from_str(object);
    // The end of the walk is told as an error when there is nothing more to look for.
    let _ = Walk(|key: Text<'_>, _: &str| {
        found = key.as_str() == name;
        !found
    })
    .deserialize(&mut parser);
    found
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Vec::with_capacity(16);
        let every = |key, value| {
            members.push((key, value));
            true
        };
        Walk(every).deserialize(deserializer)?;
        Ok(Self { members })
    }
}

/// Hands on key and raw value of each member, until it is told to stop.
struct Walk<F>(F);

impl<'de, F: FnMut(Text<'de>, &'de str) -> bool> Visitor<'de> for Walk<F> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Text<'de>>()? {
            if !self.0(key, map.next_value::<&'de RawValue>()?.get()) {
                return Err(A::Error::custom("nobody asked for more"));
            }
        }
        Ok(())
    }
}

impl<'de, F: FnMut(Text<'de>, &'de str) -> bool> DeserializeSeed<'de> for Walk<F> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_taken_is_the_rest_in_one_line_and_unchanged() {
        let text = "{\"a\": 1,\n \"b\\n\": [1.50,\n {}],\r\n \"c\": null, \"a\": 2, \"d\": \"x\\ny\"}";
        let mut object = Object::parse(text).unwrap();
        assert_eq!(object.take("a"), Some("2"));
        assert_eq!(object.take("a"), None);
        assert_eq!(object.get("c"), None);
        assert_eq!(object.rest().as_str(), r#"{"b\n":[1.50,  {}],"c":null,"d":"x\ny"}"#);
    }

    #[test]
    fn a_member_is_found_at_the_top_and_nowhere_deeper() {
        for (object, expected) in [
            (r#"{"page":1}"#, true),
            (r#"{"a":{"page":1},"page":{}, and the rest is not looked at"#, true),
            (r#"{"a":{"page":1}}"#, false),
            (r#"{"a":"page","b":["page"]}"#, false),
            (r#"{"pa\u0067e":1}"#, true),
            ("{}", false),
            ("[]", false),
        ] {
            assert_eq!(has_member(object, "page"), expected, "{object}");
        }
    }

    #[test]
    fn strings_are_borrowed_unless_they_have_escapes() {
        for (raw, expected) in [
            (r#""Grüße""#, Some("Grüße")),
            (r#""a\"b\u00e4""#, Some("a\"bä")),
            (r#""""#, Some("")),
            (r#""\ud83d""#, None),
            ("12", None),
        ] {
            assert_eq!(string(raw).as_ref().map(Text::as_str), expected, "{raw}");
        }
    }

    #[test]
    fn nesting_as_deep_as_a_body_allows_needs_no_stack() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(2_000_000), "]".repeat(2_000_000));
        assert_eq!(Object::parse(&deep).unwrap().take("a").map(str::len), Some(4_000_000));
    }
}
