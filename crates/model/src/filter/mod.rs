//! The language of filters: which events count, which journeys are looked at, which ways are searched for.
//!
//! `docs/filters.md` has the grammar and examples that the tests read. The types here are what the text means; each reads
//! from text ([`FromStr`]), shows its canonical text ([`Display`](std::fmt::Display)) and is that text
//! in JSON. What differs only in words is one value: `a after b` is `b before a`, `touchpoint != a` is `not a`.
//!
//! ```
//! use model::{EventFilter, JourneyFilter, PathPattern};
//!
//! let only: EventFilter = "channel = web and not like_button".parse()?;
//! assert_eq!(only.to_string(), "channel = web and touchpoint != like_button");
//!
//! let journeys: JourneyFilter = "did cart before order within 7 days and customer.country in (DE, AT)".parse()?;
//! assert_eq!(journeys.to_string(), "did cart before order within 7d and customer.country in (DE, AT)");
//!
//! let way: PathPattern = "start -> home -> ... -> order without return".parse()?;
//! assert!(way.at_start && way.next.len() == 1);
//!
//! let error = "did chanel = web".parse::<JourneyFilter>().unwrap_err();
//! assert_eq!((error.position, error.length), (4, 6));
//! # Ok::<(), model::FilterError>(())
//! ```

mod error;
mod lex;
mod parse;
mod segments;
mod show;
mod words;

use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

pub use error::FilterError;

use crate::{Moment, Peso, Text, Timestamp};

/// The longest text that is read, and the longest canonical text of what was read: characters.
pub const MAX_LENGTH: usize = 10_000;

/// How deep parentheses and `not` may be nested in one text, and conditions with all their segments.
pub const MAX_DEPTH: usize = 64;

/// Tests joined by `not`, `and`, `or`.
///
/// Every opposite is a [`Formula::Not`]: `!=`, `not in`, `not like`, `did not` and `is unknown` have no form of their own.
/// So an opposite is true wherever the test is not, also where a property is unknown.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula<T> {
    /// True where the test is.
    Test(T),
    /// True where the inner one is not.
    Not(Box<Self>),
    /// True where each is; two at least.
    And(Vec<Self>),
    /// True where one is; two at least.
    Or(Vec<Self>),
}

/// Which events count, as written in `--only`.
pub type EventFilter = Formula<EventTest>;

/// Which journeys are looked at, as written in `--where`.
pub type JourneyFilter = Formula<JourneyTest>;

/// One test of one event.
#[derive(Clone, Debug, PartialEq)]
pub enum EventTest {
    /// Its touchpoint's id, or its own name where no mapping rule matches.
    Touchpoint(TextTest),
    /// The channel through which it came.
    Channel(TextTest),
    /// The medium of its touchpoint in the register is one of these; false where the register does not say.
    Peso(Vec<Peso>),
    /// The moment of its touchpoint in the register is one of these; false where the register does not say.
    Stage(Vec<Moment>),
    /// When it happened.
    Time(Order, Timestamp),
}

/// What a text is compared with. Upper and lower case differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextTest {
    /// Equal to one of these; one at least.
    OneOf(Vec<String>),
    /// Equal to this, where each `*` stands for any run of characters, also none.
    Like(String),
}

/// How an ordered value compares with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `>`
    More,
}

/// How often something may be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// So often or more.
    AtLeast(u32),
    /// So often or less.
    AtMost(u32),
    /// Just so often.
    Exactly(u32),
}

/// One test of one journey.
#[derive(Clone, Debug, PartialEq)]
pub enum JourneyTest {
    /// `did ...`, `customer did ...`: something happened.
    Did(Scope, Deed),
    /// Its first event is such a one.
    StartsWith(EventFilter),
    /// Its last event is such a one.
    EndsWith(EventFilter),
    /// How many events it has.
    Events(Count),
    /// Seconds from its first event to its last.
    Duration(Order, f64),
    /// What is known of its customer.
    Customer {
        /// Dotted path into the customer's properties: `country`, `address.country`.
        path: String,
        /// What is asked of the value.
        test: PropertyTest,
    },
    /// It meets the condition of the saved segment of that name; see [`JourneyFilter::with_segments`].
    Segment(String),
    /// The pattern is found in it.
    Path(PathPattern),
}

/// Whose events are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The journey's own.
    Journey,
    /// All events of the journey's customer.
    Customer,
}

/// What may have happened among events in their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// So many such events; a bare `did a` is at least one.
    Times(EventFilter, Count),
    /// An event of the first sort and a later one, in the order of events, of the second.
    Before {
        /// The earlier event.
        first: EventFilter,
        /// The later event; never the same one.
        then: EventFilter,
        /// At most so many seconds between the two.
        within_s: Option<f64>,
    },
}

/// What is asked of one property of a customer.
#[derive(Clone, Debug, PartialEq)]
pub enum PropertyTest {
    /// Its text; numbers, `true` and `false` as JSON writes them. False where it is unknown.
    Text(TextTest),
    /// Its number. False where it is unknown or no number.
    Number(Order, f64),
    /// There is a value.
    Known,
}

/// A way through a journey: one event after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct PathPattern {
    /// The first step is the journey's first event.
    pub at_start: bool,
    /// The first step.
    pub first: Step,
    /// The further steps, each with how it follows on the one before.
    pub next: Vec<(Link, Step)>,
    /// The last step is the journey's last event.
    pub at_end: bool,
    /// No such event lies strictly between the first and the last event of the match.
    pub without: Option<EventFilter>,
    /// At most so many seconds from the first to the last event of the match.
    pub within_s: Option<f64>,
}

/// How a step follows on the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// `->`: no event between.
    Directly,
    /// `-> ... ->`: any events between, also none.
    Later,
}

/// One event of a way.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `*`: whichever.
    Any,
    /// Such a one.
    Event(EventFilter),
}

impl<T> Formula<T> {
    /// Every test, in the order of the text.
    pub fn tests(&self) -> Vec<&T> {
        match self {
            Self::Test(test) => vec![test],
            Self::Not(inner) => inner.tests(),
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::tests).collect(),
        }
    }

    /// The formula itself, or its opposite.
    fn negated_if(self, negated: bool) -> Self {
        if negated { Self::Not(Box::new(self)) } else { self }
    }
}

impl TextTest {
    /// True if `text` passes.
    pub fn accepts(&self, text: &str) -> bool {
        match self {
            Self::OneOf(values) => values.iter().any(|value| value == text),
            Self::Like(wildcard) => is_like(text, wildcard),
        }
    }
}

/// The parts between the stars are found one after the other, each as early as can be: what is left is the longest
/// possible, so no earlier choice has to be taken back.
fn is_like(text: &str, wildcard: &str) -> bool {
    let Some((head, rest)) = wildcard.split_once('*') else { return text == wildcard };
    let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    let Some(mut left) = text.strip_prefix(head).and_then(|left| left.strip_suffix(tail)) else { return false };
    middle.split('*').all(|part| match left.find(part) {
        Some(at) => {
            left = &left[at + part.len()..];
            true
        }
        None => false,
    })
}

impl FromStr for EventFilter {
    type Err = FilterError;
    fn from_str(text: &str) -> Result<Self, FilterError> {
        parse::event_filter(text)
    }
}

impl FromStr for JourneyFilter {
    type Err = FilterError;
    fn from_str(text: &str) -> Result<Self, FilterError> {
        parse::journey_filter(text)
    }
}

impl FromStr for PathPattern {
    type Err = FilterError;
    fn from_str(text: &str) -> Result<Self, FilterError> {
        parse::path_pattern(text)
    }
}

impl<T> Serialize for Formula<T>
where
    Self: std::fmt::Display,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T> Deserialize<'de> for Formula<T>
where
    Self: FromStr<Err = FilterError>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer)?.as_str().parse().map_err(de::Error::custom)
    }
}

impl Serialize for PathPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PathPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Text::deserialize(deserializer)?.as_str().parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        for (wildcard, text, expected) in [
            ("product*", "product", true),
            ("product*", "product page", true),
            ("product*", "my product", false),
            ("*käufe", "einkäufe", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("*ab*ba*", "aba", false),
            ("a**b", "ab", true),
            ("*", "", true),
            ("plain", "plain", true),
            ("plain", "plainer", false),
            ("a.c", "abc", false),
        ] {
            assert_eq!(TextTest::Like(wildcard.to_owned()).accepts(text), expected, "{text} like {wildcard}");
        }
    }
}
