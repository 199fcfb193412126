//! What a format cannot show, kept beside what it shows.

use std::collections::BTreeSet;

use model::{END, Edge, Invalid, MapPlan, START};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Note;

/// A value as JSON on one line that says nothing to anybody else: no character in it ends a comment, a processing instruction or
/// a directive, and none is forbidden in XML.
pub(crate) fn json(value: &impl Serialize) -> String {
    let plain = serde_json::to_string(value).expect("plans are JSON");
    let mut text = String::with_capacity(plain.len());
    for character in plain.chars() {
        // All of these can only stand inside of strings.
        let speaks = matches!(
            character,
            '%' | '<' | '>' | '?' | '&' | '\u{7f}'..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}'
        ) || matches!(character, '\u{fffe}' | '\u{ffff}');
        if speaks { text.push_str(&format!("\\u{:04x}", u32::from(character))) } else { text.push(character) }
    }
    text
}

/// The value again; `place` is where it stood.
pub(crate) fn value<T: DeserializeOwned>(json: &str, place: &str) -> Result<T, Invalid> {
    serde_json::from_str(json)
        .map_err(|error| Invalid::new(place, json, format!("is a note of Geleit that cannot be read: {error}")))
}

/// What holds: what was kept, if it would be shown as it is seen, else what is seen.
pub(crate) fn told(seen: &str, kept: &str, shown: impl Fn(&str) -> String, read: impl Fn(&str) -> String) -> String {
    if shown(kept) == seen { kept.to_owned() } else { read(seen) }
}

/// Drops the edges of steps that are gone, because somebody took them out of what is seen.
pub(crate) fn drop_loose_edges(map: &mut MapPlan, notes: &mut Vec<Note>) {
    let there: BTreeSet<&str> = map.step.iter().map(|step| step.id.as_str()).chain([START, END]).collect();
    let is_there = |edge: &Edge| there.contains(edge.from.as_str()) && there.contains(edge.to.as_str());
    for edge in map.edge.iter().filter(|edge| !is_there(edge)) {
        notes.push(Note::left_out("", format!("the edge {} -> {}: one of the two is gone", edge.from, edge.to)));
    }
    map.edge = map.edge.iter().filter(|edge| is_there(edge)).cloned().collect();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_comes_back_and_says_nothing_on_its_way(text in "(?s).*|[%{?><&\u{2028}\u{ffff}\u{85}\\x00-]*") {
            let written = json(&text);
            prop_assert_eq!(value::<String>(&written, "line 1").unwrap(), text);
            prop_assert!(!written.contains("%%") && !written.contains("?>") && !written.contains(char::is_control), "{}", written);
        }
    }
}
