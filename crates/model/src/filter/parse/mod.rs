//! Recursive descent over the tokens: a function for each rule of the grammar in `docs/filters.md`.

mod event;
mod journey;
mod pattern;

use std::fmt::Display;

use super::lex::{Sort, Token, tokens};
use super::words::{customer_path, is_keyword, meant};
use super::{EventFilter, FilterError, Formula, JourneyFilter, MAX_DEPTH, MAX_LENGTH, PathPattern};

pub(super) fn event_filter(text: &str) -> Result<EventFilter, FilterError> {
    whole(text, |parser| parser.formula(Parser::event_test))
}

pub(super) fn journey_filter(text: &str) -> Result<JourneyFilter, FilterError> {
    whole(text, |parser| parser.formula(Parser::journey_test))
}

pub(super) fn path_pattern(text: &str) -> Result<PathPattern, FilterError> {
    whole(text, Parser::pattern)
}

/// Reads all of `text`. What was read can be written: its canonical text is no longer than a text may be.
fn whole<'a, T: Display>(text: &'a str, read: fn(&mut Parser<'a>) -> Parsed<T>) -> Parsed<T> {
    let mut parser = Parser { text, tokens: tokens(text)?, at: 0, depth: 0 };
    let value = read(&mut parser)?;
    if parser.token().sort != Sort::End {
        return Err(parser.not_the_end());
    }
    if value.to_string().chars().count() > MAX_LENGTH {
        let reason = format!("the text, written out in full, is longer than {MAX_LENGTH} characters");
        return Err(FilterError::new((0, parser.token().end), "", reason));
    }
    Ok(value)
}

type Parsed<T> = Result<T, FilterError>;

/// First and last place of something in the text, in characters; the last is not part of it.
type Place = (usize, usize);

struct Parser<'a> {
    text: &'a str,
    /// At least the token of the end.
    tokens: Vec<Token>,
    at: usize,
    /// Parentheses and `not` around the place.
    depth: usize,
}

/// A name or value with its place, for what is found wrong with it later.
struct Value {
    text: String,
    place: Place,
}

impl<'a> Parser<'a> {
    fn token(&self) -> &Token {
        self.ahead(0)
    }

    /// The token so many places further; the end if there are fewer.
    fn ahead(&self, places: usize) -> &Token {
        &self.tokens[(self.at + places).min(self.tokens.len() - 1)]
    }

    fn step(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    /// The word here, in lower case.
    fn word(&self) -> Option<String> {
        self.word_ahead(0)
    }

    fn word_ahead(&self, places: usize) -> Option<String> {
        match &self.ahead(places).sort {
            Sort::Word(word) => Some(word.to_lowercase()),
            Sort::Quoted(_) | Sort::Sign(_) | Sort::End => None,
        }
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let there = self.word().is_some_and(|found| found == word);
        if there {
            self.step();
        }
        there
    }

    fn eat_sign(&mut self, sign: &str) -> bool {
        let there = matches!(self.token().sort, Sort::Sign(found) if found == sign);
        if there {
            self.step();
        }
        there
    }

    fn need_word(&mut self, word: &str) -> Parsed<()> {
        if self.eat_word(word) { Ok(()) } else { Err(self.due(word, &[word])) }
    }

    fn need_sign(&mut self, sign: &str) -> Parsed<()> {
        if self.eat_sign(sign) { Ok(()) } else { Err(self.due(sign, &[])) }
    }

    fn written(&self, (start, end): Place) -> String {
        self.text.chars().skip(start).take(end - start).collect()
    }

    /// A refusal of the token here.
    fn refuse(&self, reason: impl Into<String>) -> FilterError {
        let place = (self.token().start, self.token().end);
        FilterError::new(place, &self.written(place), reason)
    }

    /// A refusal because something else is due here, perhaps one of `words`.
    fn due(&self, what: &str, words: &[&str]) -> FilterError {
        if self.token().sort == Sort::End {
            return self.refuse(format!("the text ends where {what} is due"));
        }
        let hint = self.word().map(|word| meant(&word, words)).unwrap_or_default();
        self.refuse(format!("stands where {what} is due{hint}"))
    }

    fn not_the_end(&self) -> FilterError {
        let hint = self.word().map(|word| meant(&word, &["and", "or"])).unwrap_or_default();
        if !hint.is_empty() || matches!(self.token().sort, Sort::Sign(_)) {
            return self.refuse(format!("stands where and, or or the end is due{hint}"));
        }
        self.refuse("stands where and, or or the end is due; a name of several words stands in quotation marks")
    }

    /// `a or b`, of `a and b`, of `not a`, of tests and of formulas in parentheses.
    fn formula<T>(&mut self, test: Rule<'a, T>) -> Parsed<Formula<T>> {
        self.joined("or", Formula::Or, &|parser| parser.joined("and", Formula::And, &|parser| parser.unary(test)))
    }

    fn joined<T>(
        &mut self,
        word: &str,
        join: fn(Vec<Formula<T>>) -> Formula<T>,
        part: &dyn Fn(&mut Self) -> Parsed<Formula<T>>,
    ) -> Parsed<Formula<T>> {
        let first = part(self)?;
        let mut parts = vec![first];
        while self.eat_word(word) {
            parts.push(part(self)?);
        }
        Ok(if parts.len() > 1 { join(parts) } else { parts.remove(0) })
    }

    fn unary<T>(&mut self, test: Rule<'a, T>) -> Parsed<Formula<T>> {
        if self.word().is_some_and(|word| word == "not") {
            return self.deeper(|parser| Ok(parser.unary(test)?.negated_if(true)));
        }
        if self.token().sort == Sort::Sign("(") {
            return self.parentheses(test);
        }
        test(self)
    }

    fn parentheses<T>(&mut self, test: Rule<'a, T>) -> Parsed<Formula<T>> {
        self.deeper(|parser| {
            let inner = parser.formula(test)?;
            if parser.eat_sign(")") { Ok(inner) } else { Err(parser.due("and, or or )", &["and", "or"])) }
        })
    }

    /// Steps over the token here and reads what it opens: the one way in which the parser calls itself.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == MAX_DEPTH {
            return Err(self.refuse(format!("opens more than {MAX_DEPTH} levels of parentheses and not")));
        }
        self.step();
        self.depth += 1;
        let found = read(self)?;
        self.depth -= 1;
        Ok(found)
    }

    /// A name: quoted, or a word that is none of the language.
    fn name(&mut self, what: &str) -> Parsed<Value> {
        let keyword = self.word().is_some_and(|word| is_keyword(&word));
        if keyword {
            let reason = format!("is a word of filters where {what} is due; as a name it stands in quotation marks");
            return Err(self.refuse(reason));
        }
        self.value(what)
    }

    /// A value after an operator. Nothing else can stand there, so it may be a word of the language: `country = AT`.
    fn value(&mut self, what: &str) -> Parsed<Value> {
        let token = self.token();
        let place = (token.start, token.end);
        let text = match &token.sort {
            Sort::Word(word) if customer_path(word).is_some() => {
                return Err(
                    self.refuse(format!("is a property of customers where {what} is due: it is compared with values"))
                );
            }
            Sort::Word(text) | Sort::Quoted(text) => text.clone(),
            Sort::Sign(_) | Sort::End => return Err(self.due(what, &[])),
        };
        self.step();
        Ok(Value { text, place })
    }

    fn whole_number(&mut self) -> Parsed<u32> {
        let number = self.word().and_then(|word| word.parse().ok());
        let number = number.ok_or_else(|| self.due("a whole number up to 4294967295", &[]))?;
        self.step();
        Ok(number)
    }

    /// Seconds: `7d`, `7 d`, `7 days`.
    fn duration(&mut self) -> Parsed<f64> {
        let Some(mut written) = self.word() else { return Err(self.due("a duration such as 30m or 7 days", &[])) };
        let mut place = (self.token().start, self.token().end);
        self.step();
        if !written.ends_with(char::is_alphabetic)
            && let Some(unit) = self.word().filter(|word| !is_keyword(word))
        {
            written = format!("{written} {unit}");
            place.1 = self.token().end;
            self.step();
        }
        crate::parse_duration_s(&written).map_err(|error| FilterError::new(place, &self.written(place), error.reason))
    }
}

/// One rule of the grammar, which reads a test or its opposite.
type Rule<'a, T> = fn(&mut Parser<'a>) -> Parsed<Formula<T>>;
