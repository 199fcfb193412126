//! Strings and JSON that are borrowed where they can be: an event on its way from the socket to the
//! journal copies none of its text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A string that borrows from its input where the input has no escapes.
///
/// (`Option<Cow<str>>` would always copy under serde; this type never does without need.)
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text<'a>(Cow<'a, str>);

impl<'a> Text<'a> {
    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True for `""`.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same text, owning its characters.
    pub fn into_owned(self) -> Text<'static> {
        Text(Cow::Owned(self.0.into_owned()))
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}
impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}
impl<'a> From<Cow<'a, str>> for Text<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self(text)
    }
}
impl From<Text<'_>> for String {
    fn from(text: Text<'_>) -> Self {
        text.0.into_owned()
    }
}
impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}
impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}
impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowing;
        impl<'de> Visitor<'de> for Borrowing {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(text.into())
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(text.to_owned().into())
            }
            fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
                Ok(text.into())
            }
        }
        deserializer.deserialize_str(Borrowing)
    }
}

/// A JSON value kept as the text in which it came, so that unknown properties survive unchanged.
///
/// In JSON it appears as itself, in the journal as a string. The empty text stands for "nothing
/// was sent" and appears in JSON as `{}`.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct RawJson<'a>(Text<'a>);

impl<'a> RawJson<'a> {
    /// Takes text that is known to be one valid JSON value (for example from a [`RawValue`]).
    ///
    /// Text that comes from anywhere else goes through [`RawJson::parse`].
    pub fn trusted(text: impl Into<Text<'a>>) -> Self {
        let text = text.into();
        debug_assert!(text.is_empty() || serde_json::from_str::<&RawValue>(text.as_str()).is_ok(), "not JSON: {text}");
        Self(text)
    }

    /// Checks that `text` is one JSON value.
    pub fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        let raw: &'a RawValue = serde_json::from_str(text)?;
        Ok(Self(raw.get().into()))
    }

    /// The text of the value; `{}` if nothing was sent.
    pub fn as_str(&self) -> &str {
        if self.0.is_empty() { "{}" } else { self.0.as_str() }
    }

    /// True if nothing was sent, or an empty object.
    pub fn is_empty(&self) -> bool {
        matches!(self.as_str(), "{}" | "null")
    }

    /// The value as a tree; for the paths where speed does not matter.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::from_str(self.as_str()).unwrap_or_default()
    }

    /// The same value, owning its text.
    pub fn into_owned(self) -> RawJson<'static> {
        RawJson(self.0.into_owned())
    }
}

impl<'a> From<&'a RawValue> for RawJson<'a> {
    fn from(raw: &'a RawValue) -> Self {
        Self(raw.get().into())
    }
}
impl From<serde_json::Value> for RawJson<'static> {
    fn from(value: serde_json::Value) -> Self {
        Self(value.to_string().into())
    }
}
impl fmt::Debug for RawJson<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for RawJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            let raw: &RawValue = serde_json::from_str(self.as_str()).map_err(serde::ser::Error::custom)?;
            raw.serialize(serializer)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawJson<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            <&'de RawValue>::deserialize(deserializer).map(Self::from)
        } else {
            Text::deserialize(deserializer).map(Self)
        }
    }
}
