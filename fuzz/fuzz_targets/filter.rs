//! Filters of events and journeys, and patterns of ways.
#![no_main]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use libfuzzer_sys::fuzz_target;
use model::{EventFilter, FilterError, JourneyFilter, PathPattern};

fuzz_target!(|text: &str| {
    check::<EventFilter>(text);
    check::<JourneyFilter>(text);
    check::<PathPattern>(text);
});

fn check<T: FromStr<Err = FilterError> + Display + PartialEq + Debug>(text: &str) {
    match text.parse::<T>() {
        Ok(filter) => {
            let again: T = filter.to_string().parse().expect("a filter reads back what it shows");
            assert_eq!(again, filter);
        }
        Err(error) => {
            assert!(error.position + error.length <= text.chars().count(), "the place lies in the text");
            assert!(error.render(text).ends_with(&error.to_string()));
        }
    }
}
