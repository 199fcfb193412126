//! Tests of one journey.

use super::super::words::{EVENT_PROPERTIES, JOURNEY_WORDS, customer_path, meant};
use super::super::{Count, Deed, FilterError, Formula, JourneyFilter, JourneyTest, Order, PropertyTest, Scope};
use super::{Parsed, Parser, Sort};
use crate::is_slug;

impl Parser<'_> {
    pub(super) fn journey_test(&mut self) -> Parsed<JourneyFilter> {
        let word = self.word().unwrap_or_default();
        if customer_path(&word).is_some() {
            return self.customer_property();
        }
        if !JOURNEY_WORDS.contains(&word.as_str()) {
            return Err(self.no_journey_test(&word));
        }
        self.step();
        match word.as_str() {
            "did" => self.did(Scope::Journey),
            "customer" => {
                if !self.eat_word("did") {
                    return Err(self.due("did, or a property such as customer.country,", &["did"]));
                }
                self.did(Scope::Customer)
            }
            "starts" => {
                self.need_word("with")?;
                Ok(Formula::Test(JourneyTest::StartsWith(self.event()?)))
            }
            "ends" => {
                self.need_word("with")?;
                Ok(Formula::Test(JourneyTest::EndsWith(self.event()?)))
            }
            "events" => self.events(),
            "duration" => Ok(Formula::Test(JourneyTest::Duration(self.order()?, self.duration()?))),
            "in" => self.segment(),
            _ => Ok(Formula::Test(JourneyTest::Path(self.pattern()?))),
        }
    }

    /// What is no test of a journey, with what may have been meant.
    fn no_journey_test(&mut self, word: &str) -> FilterError {
        let here = self.at;
        if EVENT_PROPERTIES.contains(&word) {
            // Where the comparison itself is wrong, that is the first thing to say.
            if let Err(error) = self.event_test() {
                return error;
            }
            let comparison = self.written((self.tokens[here].start, self.tokens[self.at - 1].end));
            self.at = here;
            return self.refuse(format!(
                "asks about one event, not about a journey: write did {comparison}, or use --only for choosing events"
            ));
        }
        if !word.is_empty() && self.compares(1) {
            let hint = meant(word, &[&["events", "duration"][..], &EVENT_PROPERTIES].concat());
            return self.refuse(format!(
                "is nothing to compare of a journey: events, duration, or a property of its customer such as \
                 customer.country{hint}"
            ));
        }
        if !matches!(self.token().sort, Sort::Word(_) | Sort::Quoted(_)) {
            return self.due("a condition on journeys", &[]);
        }
        let mut hint = meant(word, &JOURNEY_WORDS);
        if hint.is_empty() {
            "; that an event happened is written did NAME".clone_into(&mut hint);
        }
        self.refuse(format!(
            "begins no condition on journeys: did, starts with, ends with, events, duration, customer, in segment, path{hint}"
        ))
    }

    /// What follows on `did`.
    fn did(&mut self, scope: Scope) -> Parsed<JourneyFilter> {
        let test = |deed| Formula::Test(JourneyTest::Did(scope, deed));
        if self.eat_word("not") {
            let event = self.event()?;
            let word = self.word().unwrap_or_default();
            if matches!(word.as_str(), "before" | "after" | "at" | "exactly") {
                return Err(self.refuse("does not go with did not: write not before did"));
            }
            return Ok(test(Deed::Times(event, Count::AtLeast(1))).negated_if(true));
        }
        let event = self.event()?;
        let before = self.eat_word("before");
        if before || self.eat_word("after") {
            let other = self.event()?;
            let within_s = if self.eat_word("within") { Some(self.duration()?) } else { None };
            let (first, then) = if before { (event, other) } else { (other, event) };
            return Ok(test(Deed::Before { first, then, within_s }));
        }
        let count = self.times()?;
        Ok(test(Deed::Times(event, count)))
    }

    /// How often: `at least 3 times` and its like; at least once where nothing is said.
    fn times(&mut self) -> Parsed<Count> {
        let count: fn(u32) -> Count = if self.eat_word("exactly") {
            Count::Exactly
        } else if self.eat_word("at") {
            if self.eat_word("least") {
                Count::AtLeast
            } else if self.eat_word("most") {
                Count::AtMost
            } else {
                return Err(self.due("least or most", &["least", "most"]));
            }
        } else {
            return Ok(Count::AtLeast(1));
        };
        let count = count(self.whole_number()?);
        if self.eat_word("times") || self.eat_word("time") { Ok(count) } else { Err(self.due("times", &["times"])) }
    }

    /// What follows on `events`. Numbers of events are whole: more than 4 are 5 or more.
    fn events(&mut self) -> Parsed<JourneyFilter> {
        let (order, negated) = match (self.order_here(), &self.token().sort) {
            (Some(order), _) => (Some(order), false),
            (None, Sort::Sign("=")) => (None, false),
            (None, Sort::Sign("!=")) => (None, true),
            (None, _) => return Err(self.due("=, !=, <, <=, > or >=", &[])),
        };
        self.step();
        let number_at = self.at;
        let number = self.whole_number()?;
        let count = match order {
            None => Some(Count::Exactly(number)),
            Some(Order::AtLeast) => Some(Count::AtLeast(number)),
            Some(Order::AtMost) => Some(Count::AtMost(number)),
            Some(Order::More) => number.checked_add(1).map(Count::AtLeast),
            Some(Order::Less) => number.checked_sub(1).map(Count::AtMost),
        };
        let count = count.ok_or_else(|| {
            self.at = number_at;
            self.refuse("leaves no number of events")
        })?;
        Ok(Formula::Test(JourneyTest::Events(count)).negated_if(negated))
    }

    fn segment(&mut self) -> Parsed<JourneyFilter> {
        self.need_word("segment")?;
        let name = self.name("the name of a segment")?;
        if !is_slug(&name.text) {
            let reason = "is no name of a segment: lower case letters, digits, - and _, 80 at most";
            return Err(FilterError::new(name.place, &name.text, reason));
        }
        Ok(Formula::Test(JourneyTest::Segment(name.text)))
    }

    /// `customer.country = DE`, `customer."any text" is known`.
    fn customer_property(&mut self) -> Parsed<JourneyFilter> {
        let path = self.property_path()?;
        let test = |test| Formula::Test(JourneyTest::Customer { path: path.clone(), test });
        if self.eat_word("is") {
            if self.eat_word("known") {
                return Ok(test(PropertyTest::Known));
            }
            if self.eat_word("unknown") {
                return Ok(test(PropertyTest::Known).negated_if(true));
            }
            return Err(self.due("known or unknown", &["known", "unknown"]));
        }
        if self.order_here().is_some() {
            return Ok(test(PropertyTest::Number(self.order()?, self.number()?)));
        }
        let (negated, texts) = self.texts("=, !=, in, not in, like, not like, <, <=, >, >= or is")?;
        Ok(test(PropertyTest::Text(texts.into())).negated_if(negated))
    }

    /// The path of a property, without `customer.`; it may stand in quotation marks.
    fn property_path(&mut self) -> Parsed<String> {
        let start = self.at;
        let mut path = match &self.token().sort {
            Sort::Word(word) => customer_path(word).unwrap_or_default().to_owned(),
            Sort::Quoted(_) | Sort::Sign(_) | Sort::End => String::new(),
        };
        let adjacent = self.ahead(1).start == self.token().end;
        self.step();
        if path.is_empty()
            && adjacent
            && let Sort::Quoted(quoted) = &self.token().sort
        {
            path.clone_from(quoted);
            self.step();
        }
        if path.split('.').any(str::is_empty) {
            self.at = start;
            return Err(self.refuse("is no path of a property such as customer.country or customer.address.country"));
        }
        Ok(path)
    }

    fn number(&mut self) -> Parsed<f64> {
        let number = self.word().and_then(|word| word.parse().ok()).filter(|number: &f64| number.is_finite());
        let number = number.ok_or_else(|| self.due("a number", &[]))?;
        self.step();
        Ok(number)
    }
}
