//! Ways through a journey.

use super::super::lex::DOTS;
use super::super::{Link, PathPattern, Step};
use super::{Parsed, Parser, Sort};

impl Parser<'_> {
    pub(super) fn pattern(&mut self) -> Parsed<PathPattern> {
        let at_start = self.eat_word("start");
        if at_start {
            self.need_sign("->")?;
            if self.token().sort == Sort::Sign(DOTS) {
                return Err(self.refuse("takes back what start says: leave out both"));
            }
        }
        let mut pattern = PathPattern {
            at_start,
            first: self.path_step()?,
            next: Vec::new(),
            at_end: false,
            without: None,
            within_s: None,
        };
        while self.eat_sign("->") {
            let link = if self.eat_sign(DOTS) { Link::Later } else { Link::Directly };
            if link == Link::Later {
                self.need_sign("->")?;
            }
            if self.word().is_some_and(|word| word == "end") {
                if link == Link::Later {
                    return Err(self.refuse("says nothing after ...: leave out both"));
                }
                self.step();
                pattern.at_end = true;
                break;
            }
            pattern.next.push((link, self.path_step()?));
        }
        loop {
            if pattern.without.is_some() && self.word().is_some_and(|word| word == "without") {
                return Err(self.refuse("stands there twice: write without (a or b)"));
            }
            if pattern.within_s.is_some() && self.word().is_some_and(|word| word == "within") {
                return Err(self.refuse("stands there twice"));
            }
            if self.eat_word("without") {
                pattern.without = Some(self.event()?);
            } else if self.eat_word("within") {
                pattern.within_s = Some(self.duration()?);
            } else {
                return Ok(pattern);
            }
        }
    }

    fn path_step(&mut self) -> Parsed<Step> {
        if self.eat_sign("*") {
            return Ok(Step::Any);
        }
        if self.token().sort == Sort::Sign(DOTS) {
            return Err(self.refuse("stands between two steps, once"));
        }
        self.event().map(Step::Event)
    }
}
