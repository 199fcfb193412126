//! Journey rules.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::JourneyRule;

fuzz_target!(|text: &str| {
    if let Ok(rule) = text.parse::<JourneyRule>() {
        let written = rule.to_string();
        let again: JourneyRule = written.parse().expect("a rule reads back what it shows");
        assert_eq!(again.to_string(), written);
    }
});
