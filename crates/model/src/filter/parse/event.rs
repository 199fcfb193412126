//! Tests of one event.

use super::super::words::{EVENT_PROPERTIES, JOURNEY_WORDS, meant};
use super::super::{EventFilter, EventTest, FilterError, Formula, Order, TextTest};
use super::{Parsed, Parser, Sort, Value};
use crate::{Moment, Peso, Timestamp};

/// The right side of a comparison of texts.
pub(super) enum Texts {
    OneOf(Vec<Value>),
    Like(Value),
}

impl From<Texts> for TextTest {
    fn from(texts: Texts) -> Self {
        match texts {
            Texts::OneOf(values) => Self::OneOf(values.into_iter().map(|value| value.text).collect()),
            Texts::Like(wildcard) => Self::Like(wildcard.text),
        }
    }
}

impl Parser<'_> {
    /// An event in the place of a name: a name, one comparison, or a filter in parentheses.
    pub(super) fn event(&mut self) -> Parsed<EventFilter> {
        if self.token().sort == Sort::Sign("(") { self.parentheses(Self::event_test) } else { self.event_test() }
    }

    pub(super) fn event_test(&mut self) -> Parsed<EventFilter> {
        let word = self.word().unwrap_or_default();
        let is_property = EVENT_PROPERTIES.contains(&word.as_str());
        if !is_property && self.compares(1) {
            return Err(self.no_property(&word));
        }
        if !is_property {
            if JOURNEY_WORDS.contains(&word.as_str()) {
                return Err(self.refuse(
                    "begins a condition on journeys where an event is due; as a name it stands in quotation marks",
                ));
            }
            let name = self.name("an event")?;
            return Ok(Formula::Test(EventTest::Touchpoint(TextTest::OneOf(vec![name.text]))));
        }
        self.step();
        if word == "time" {
            return self.time();
        }
        let (negated, texts) = self.texts("=, !=, in, not in, like or not like")?;
        let test = match word.as_str() {
            "peso" => EventTest::Peso(known("peso", texts, &Peso::ALL, Peso::as_str)?),
            "stage" => EventTest::Stage(known("stage", texts, &Moment::ALL, Moment::as_str)?),
            "channel" => EventTest::Channel(texts.into()),
            _ => EventTest::Touchpoint(texts.into()),
        };
        Ok(Formula::Test(test).negated_if(negated))
    }

    /// True if the token so many places further can only follow on a property.
    pub(super) fn compares(&self, places: usize) -> bool {
        match &self.ahead(places).sort {
            Sort::Sign(sign) => matches!(*sign, "=" | "!=" | "<" | "<=" | ">" | ">="),
            Sort::Word(_) => match self.word_ahead(places).unwrap_or_default().as_str() {
                "like" => true,
                "in" => self.ahead(places + 1).sort == Sort::Sign("("),
                "not" => self.word_ahead(places + 1).is_some_and(|word| word == "like" || word == "in"),
                _ => false,
            },
            Sort::Quoted(_) | Sort::End => false,
        }
    }

    fn no_property(&self, word: &str) -> FilterError {
        let hint = meant(word, &EVENT_PROPERTIES);
        self.refuse(format!("is no property of an event: {}{hint}", EVENT_PROPERTIES.join(", ")))
    }

    fn time(&mut self) -> Parsed<EventFilter> {
        let order = self.order()?;
        let value = self.value("a day or moment")?;
        let moment = moment(&value.text).ok_or_else(|| {
            let reason = "is no day such as 2026-01-31 and no moment such as 2026-01-31T10:00:00Z";
            FilterError::new(value.place, &value.text, reason)
        })?;
        Ok(Formula::Test(EventTest::Time(order, moment)))
    }

    /// `<`, `<=`, `>` or `>=`.
    pub(super) fn order(&mut self) -> Parsed<Order> {
        let order = self.order_here().ok_or_else(|| self.due("<, <=, > or >=", &[]))?;
        self.step();
        Ok(order)
    }

    pub(super) fn order_here(&self) -> Option<Order> {
        match self.token().sort {
            Sort::Sign("<") => Some(Order::Less),
            Sort::Sign("<=") => Some(Order::AtMost),
            Sort::Sign(">=") => Some(Order::AtLeast),
            Sort::Sign(">") => Some(Order::More),
            Sort::Sign(_) | Sort::Word(_) | Sort::Quoted(_) | Sort::End => None,
        }
    }

    /// An operator and its texts, and whether the opposite is meant.
    pub(super) fn texts(&mut self, operators: &str) -> Parsed<(bool, Texts)> {
        if self.eat_sign("=") {
            return Ok((false, Texts::OneOf(vec![self.value("a value")?])));
        }
        if self.eat_sign("!=") {
            return Ok((true, Texts::OneOf(vec![self.value("a value")?])));
        }
        let negated = self.eat_word("not");
        if self.eat_word("in") {
            return Ok((negated, Texts::OneOf(self.list()?)));
        }
        if self.eat_word("like") {
            return Ok((negated, Texts::Like(self.value("a text in quotation marks")?)));
        }
        Err(self.due(if negated { "in or like" } else { operators }, &["in", "not", "like"]))
    }

    fn list(&mut self) -> Parsed<Vec<Value>> {
        self.need_sign("(")?;
        let mut values = vec![self.value("a value")?];
        while self.eat_sign(",") {
            values.push(self.value("a value")?);
        }
        if self.eat_sign(")") { Ok(values) } else { Err(self.due("a comma or )", &[])) }
    }
}

/// The values of a property that has only some, in the order in which they are written or, after `like`, of the property.
fn known<T: Copy>(property: &str, texts: Texts, all: &[T], as_str: fn(T) -> &'static str) -> Parsed<Vec<T>> {
    let names: Vec<&str> = all.iter().map(|&one| as_str(one)).collect();
    let wrong = |value: &Value, hint: &str| {
        let reason = format!("is no value of {property}: {}{hint}", names.join(", "));
        FilterError::new(value.place, &value.text, reason)
    };
    match texts {
        Texts::OneOf(values) => values
            .iter()
            .map(|value| {
                let found = all.iter().copied().find(|&one| as_str(one).eq_ignore_ascii_case(&value.text));
                found.ok_or_else(|| wrong(value, &meant(&value.text, &names)))
            })
            .collect(),
        Texts::Like(wildcard) => {
            let test = TextTest::Like(wildcard.text.to_lowercase());
            let found: Vec<T> = all.iter().copied().filter(|&one| test.accepts(as_str(one))).collect();
            if found.is_empty() { Err(wrong(&wildcard, "")) } else { Ok(found) }
        }
    }
}

/// A moment in RFC 3339, or the first moment of a day in UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let is_day = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if is_day { format!("{text}T00:00:00Z").parse().ok() } else { text.parse().ok() }
}
