//! Saved segments in conditions on journeys.

use std::collections::BTreeSet;

use super::{Formula, JourneyFilter, JourneyTest, MAX_DEPTH};
use crate::Invalid;

/// The most tests, `not`, `and` and `or` in a condition with all its segments: each reference copies its segment, so a
/// few short texts could ask for any amount of memory.
const MAX_PARTS: usize = 10_000;

impl JourneyFilter {
    /// The segments to which this condition refers itself, each once, in the order of their names.
    pub fn segments(&self) -> BTreeSet<&str> {
        let tests = self.tests().into_iter();
        tests
            .filter_map(|test| if let JourneyTest::Segment(name) = test { Some(name.as_str()) } else { None })
            .collect()
    }

    /// The same condition with the conditions of segments in the place of their names; `find` knows them or says why not.
    ///
    /// Refuses segments that refer to themselves, on whatever way, and more than 10,000 parts or 64 levels in all.
    pub fn with_segments(&self, find: &dyn Fn(&str) -> Result<Self, Invalid>) -> Result<Self, Invalid> {
        Substitution { find, open: Vec::new(), parts: 0 }.put(self, 0)
    }
}

struct Substitution<'a> {
    find: &'a dyn Fn(&str) -> Result<JourneyFilter, Invalid>,
    /// The segments inside which we are, the outermost first.
    open: Vec<String>,
    parts: usize,
}

impl Substitution<'_> {
    fn put(&mut self, filter: &JourneyFilter, depth: usize) -> Result<JourneyFilter, Invalid> {
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Err(self.refused(format!("makes more than {MAX_PARTS} parts of the condition")));
        }
        if depth > MAX_DEPTH {
            return Err(self.refused(format!("makes the condition deeper than {MAX_DEPTH} levels")));
        }
        match filter {
            Formula::Test(JourneyTest::Segment(name)) => {
                let again = self.open.contains(name);
                self.open.push(name.clone());
                if again {
                    return Err(self.refused("refers to itself"));
                }
                let put = self.put(&(self.find)(name)?, depth + 1)?;
                self.open.pop();
                Ok(put)
            }
            Formula::Test(test) => Ok(Formula::Test(test.clone())),
            Formula::Not(inner) => Ok(Formula::Not(Box::new(self.put(inner, depth + 1)?))),
            Formula::And(parts) => Ok(Formula::And(self.put_each(parts, depth)?)),
            Formula::Or(parts) => Ok(Formula::Or(self.put_each(parts, depth)?)),
        }
    }

    fn put_each(&mut self, parts: &[JourneyFilter], depth: usize) -> Result<Vec<JourneyFilter>, Invalid> {
        parts.iter().map(|part| self.put(part, depth + 1)).collect()
    }

    fn refused(&self, reason: impl Into<String>) -> Invalid {
        Invalid::new("segment", &self.open.join(" -> "), reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_put_in_place_of_their_names() {
        let saved = |name: &str| -> Result<JourneyFilter, Invalid> {
            let text = match name {
                "buyers" => "did order or did call",
                "loyal" => "in segment buyers and events > 3",
                "ring" => "not in segment round",
                "round" => "events = 1 or in segment ring",
                _ => return Err(Invalid::new("segment", name, "is not saved")),
            };
            Ok(text.parse()?)
        };
        for (written, expected) in [
            ("in segment buyers", Ok("did order or did call")),
            ("not in segment loyal", Ok("not ((did order or did call) and events >= 4)")),
            ("in segment buyers and in segment buyers", Ok("(did order or did call) and (did order or did call)")),
            ("in segment ring", Err("segment: \"ring -> round -> ring\" refers to itself")),
            ("did cart or in segment gone", Err("segment: \"gone\" is not saved")),
        ] {
            let filter: JourneyFilter = written.parse().unwrap();
            let found = filter.with_segments(&saved).map(|filter| filter.to_string());
            assert_eq!(found.map_err(|error| error.to_string()), expected.map(str::to_owned).map_err(str::to_owned));
        }
        let filter: JourneyFilter = "not in segment b or in segment a and in segment b".parse().unwrap();
        assert_eq!(filter.segments().into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn short_texts_cannot_ask_for_any_amount_of_memory() {
        // Each segment holds the next one twice.
        let chain = |length: u32| {
            let find = move |name: &str| -> Result<JourneyFilter, Invalid> {
                let next = name[1..].parse::<u32>().unwrap() + 1;
                let text = if next < length {
                    format!("in segment s{next} and in segment s{next}")
                } else {
                    "events = 1".into()
                };
                Ok(text.parse()?)
            };
            "in segment s0".parse::<JourneyFilter>().unwrap().with_segments(&find)
        };
        assert_eq!(chain(10).unwrap().tests().len(), 1 << 9);
        for (length, reason) in [(20, "makes more than 10000 parts"), (40, "makes the condition deeper than 64 levels")]
        {
            let error = chain(length).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
