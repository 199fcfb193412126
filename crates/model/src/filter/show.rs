//! The canonical text: one for each value, and it reads back as that value.

use std::fmt::{self, Display};

use super::lex::{DOTS, is_plain};
use super::words::{customer_path, is_keyword};
use super::{
    Count, Deed, EventFilter, EventTest, Formula, JourneyTest, Link, Order, PathPattern, PropertyTest, Scope, Step,
    TextTest,
};
use crate::{Moment, Peso};

/// A test that may have words of its own for its opposite.
pub(super) trait Opposite {
    /// The text of the opposite; `None` where `not` before the test is all there is.
    fn opposite(&self) -> Option<String>;
}

impl<T: Display + Opposite> Display for Formula<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Test(test) => test.fmt(f),
            Self::Not(inner) => match opposite(self) {
                Some(opposite) => f.write_str(&opposite),
                None => write!(f, "not {}", Inside(inner, Strength::Not)),
            },
            Self::And(parts) => joined(f, parts, " and ", Strength::And),
            Self::Or(parts) => joined(f, parts, " or ", Strength::Or),
        }
    }
}

/// The opposite of one test, in words of its own.
fn opposite<T: Opposite>(formula: &Formula<T>) -> Option<String> {
    match formula {
        Formula::Not(inner) => match &**inner {
            Formula::Test(test) => test.opposite(),
            Formula::Not(_) | Formula::And(_) | Formula::Or(_) => None,
        },
        Formula::Test(_) | Formula::And(_) | Formula::Or(_) => None,
    }
}

fn strength<T>(formula: &Formula<T>) -> Strength {
    match formula {
        Formula::Or(_) => Strength::Or,
        Formula::And(_) => Strength::And,
        Formula::Not(_) => Strength::Not,
        Formula::Test(_) => Strength::Test,
    }
}

/// How tightly a formula holds its parts together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Or,
    And,
    Not,
    Test,
}

fn joined<T: Display + Opposite>(
    f: &mut fmt::Formatter<'_>,
    parts: &[Formula<T>],
    word: &str,
    strength: Strength,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        Inside(part, strength).fmt(f)?;
    }
    Ok(())
}

/// A formula as a part of another one: in parentheses unless it holds tighter, or is a `not` after a `not`.
struct Inside<'a, T>(&'a Formula<T>, Strength);

impl<T: Display + Opposite> Display for Inside<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let &Self(formula, outer) = self;
        if strength(formula) > outer || strength(formula) == Strength::Not {
            formula.fmt(f)
        } else {
            write!(f, "({formula})")
        }
    }
}

/// An event in the place of a name: in parentheses unless it is one comparison.
struct Event<'a>(&'a EventFilter);

impl Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if strength(self.0) == Strength::Test || opposite(self.0).is_some() {
            self.0.fmt(f)
        } else {
            write!(f, "({})", self.0)
        }
    }
}

/// A text as a name: in quotation marks where it must.
fn name(text: &str) -> String {
    if is_keyword(text) { quoted(text) } else { value(text) }
}

/// A text as a value: there keywords are words like others.
fn value(text: &str) -> String {
    let is_word = !text.is_empty() && text.chars().all(is_plain) && text != DOTS && customer_path(text).is_none();
    if is_word { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A comparison with one value, or with several, as they are written.
fn among(property: &str, values: &[String], negated: bool) -> String {
    match (values, negated) {
        ([value], false) => format!("{property} = {value}"),
        ([value], true) => format!("{property} != {value}"),
        (_, false) => format!("{property} in ({})", values.join(", ")),
        (_, true) => format!("{property} not in ({})", values.join(", ")),
    }
}

fn text_test(property: &str, test: &TextTest, negated: bool) -> String {
    match test {
        TextTest::OneOf(values) => among(property, &values.iter().map(|text| value(text)).collect::<Vec<_>>(), negated),
        // Always in quotation marks: a star needs them.
        TextTest::Like(wildcard) if negated => format!("{property} not like {}", quoted(wildcard)),
        TextTest::Like(wildcard) => format!("{property} like {}", quoted(wildcard)),
    }
}

fn pesos(pesos: &[Peso], negated: bool) -> String {
    among("peso", &pesos.iter().map(|peso| peso.as_str().to_owned()).collect::<Vec<_>>(), negated)
}

fn stages(stages: &[Moment], negated: bool) -> String {
    among("stage", &stages.iter().map(|stage| stage.as_str().to_owned()).collect::<Vec<_>>(), negated)
}

impl Display for EventTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Touchpoint(TextTest::OneOf(values)) if values.len() == 1 => f.write_str(&name(&values[0])),
            Self::Touchpoint(test) => f.write_str(&text_test("touchpoint", test, false)),
            Self::Channel(test) => f.write_str(&text_test("channel", test, false)),
            Self::Peso(one_of) => f.write_str(&pesos(one_of, false)),
            Self::Stage(one_of) => f.write_str(&stages(one_of, false)),
            Self::Time(order, moment) => {
                let shown = moment.to_string();
                write!(f, "time {order} {}", shown.strip_suffix("T00:00:00Z").unwrap_or(&shown))
            }
        }
    }
}

impl Opposite for EventTest {
    fn opposite(&self) -> Option<String> {
        match self {
            Self::Touchpoint(test) => Some(text_test("touchpoint", test, true)),
            Self::Channel(test) => Some(text_test("channel", test, true)),
            Self::Peso(one_of) => Some(pesos(one_of, true)),
            Self::Stage(one_of) => Some(stages(one_of, true)),
            Self::Time(..) => None,
        }
    }
}

impl Display for JourneyTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Did(scope, deed) => write!(f, "{scope}did {deed}"),
            Self::StartsWith(event) => write!(f, "starts with {}", Event(event)),
            Self::EndsWith(event) => write!(f, "ends with {}", Event(event)),
            Self::Events(Count::AtLeast(count)) => write!(f, "events >= {count}"),
            Self::Events(Count::AtMost(count)) => write!(f, "events <= {count}"),
            Self::Events(Count::Exactly(count)) => write!(f, "events = {count}"),
            Self::Duration(order, seconds) => write!(f, "duration {order} {}", duration(*seconds)),
            Self::Customer { path, test } => {
                let property = property(path);
                match test {
                    PropertyTest::Text(test) => f.write_str(&text_test(&property, test, false)),
                    PropertyTest::Number(order, number) => write!(f, "{property} {order} {number}"),
                    PropertyTest::Known => write!(f, "{property} is known"),
                }
            }
            Self::Segment(segment) => write!(f, "in segment {}", name(segment)),
            Self::Path(pattern) => write!(f, "path {pattern}"),
        }
    }
}

impl Opposite for JourneyTest {
    fn opposite(&self) -> Option<String> {
        match self {
            Self::Did(scope, Deed::Times(event, Count::AtLeast(1))) => Some(format!("{scope}did not {}", Event(event))),
            Self::Events(Count::Exactly(count)) => Some(format!("events != {count}")),
            Self::Customer { path, test: PropertyTest::Text(test) } => Some(text_test(&property(path), test, true)),
            Self::Customer { path, test: PropertyTest::Known } => Some(format!("{} is unknown", property(path))),
            Self::Did(..)
            | Self::StartsWith(_)
            | Self::EndsWith(_)
            | Self::Events(_)
            | Self::Duration(..)
            | Self::Customer { .. }
            | Self::Segment(_)
            | Self::Path(_) => None,
        }
    }
}

fn property(path: &str) -> String {
    if path.chars().all(is_plain) { format!("customer.{path}") } else { format!("customer.{}", quoted(path)) }
}

/// In the largest unit in which it is whole: an exact number, so that it reads back as it was.
fn duration(seconds: f64) -> String {
    for (unit, in_seconds) in [("d", 86_400.0), ("h", 3_600.0), ("m", 60.0)] {
        if seconds >= in_seconds && seconds % in_seconds == 0.0 {
            return format!("{}{unit}", seconds / in_seconds);
        }
    }
    format!("{seconds}s")
}

fn within(f: &mut fmt::Formatter<'_>, seconds: Option<f64>) -> fmt::Result {
    seconds.map_or(Ok(()), |seconds| write!(f, " within {}", duration(seconds)))
}

impl Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::More => ">",
        })
    }
}

impl Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Journey => "",
            Self::Customer => "customer ",
        })
    }
}

impl Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(event, count) => write!(f, "{}{}", Event(event), times(*count)),
            Self::Before { first, then, within_s } => {
                write!(f, "{} before {}", Event(first), Event(then))?;
                within(f, *within_s)
            }
        }
    }
}

fn times(count: Count) -> String {
    let (bound, count) = match count {
        Count::AtLeast(1) => return String::new(),
        Count::AtLeast(count) => ("at least", count),
        Count::AtMost(count) => ("at most", count),
        Count::Exactly(count) => ("exactly", count),
    };
    format!(" {bound} {count} {}", if count == 1 { "time" } else { "times" })
}

impl Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at_start {
            f.write_str("start -> ")?;
        }
        self.first.fmt(f)?;
        for (link, step) in &self.next {
            match link {
                Link::Directly => write!(f, " -> {step}")?,
                Link::Later => write!(f, " -> ... -> {step}")?,
            }
        }
        if self.at_end {
            f.write_str(" -> end")?;
        }
        if let Some(event) = &self.without {
            write!(f, " without {}", Event(event))?;
        }
        within(f, self.within_s)
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Event(event) => Event(event).fmt(f),
        }
    }
}
