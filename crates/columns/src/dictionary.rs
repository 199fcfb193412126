use std::collections::{HashMap, HashSet};

use crate::Label;

/// What the events are shown as whose touchpoints found no code of their own.
pub const OTHER: &str = "(other)";

/// Labels that get a code; the last code stands for all others.
const CODES: usize = u16::MAX as usize;

/// Touchpoints by two-byte codes: `0..len()` in the order of [`Dictionary::shown`].
///
/// There are at most 65,535 labels with codes; what is over goes to one code, shown as `(other)`, and is counted.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    labels: Vec<Label>,
    code_of: HashMap<Label, u16>,
    shown: Vec<String>,
    events_in_other: u64,
}

impl Dictionary {
    /// The code of a label, if it has one of its own.
    pub fn code(&self, label: &Label) -> Option<u16> {
        self.code_of.get(label).copied()
    }

    /// The label of each code; the code after the last, where it occurs, is `(other)`.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// What people see for each code: the text of the label. Where a discovered label has the text of a registered
    /// touchpoint, it is shown as `label (discovered)`.
    pub fn shown(&self) -> &[String] {
        &self.shown
    }

    /// Events whose touchpoint found no code of its own.
    pub fn events_in_other(&self) -> u64 {
        self.events_in_other
    }

    pub(crate) fn code_or_other(&self, label: &Label) -> u16 {
        self.code(label).unwrap_or(CODES as u16)
    }

    /// Takes in more events by label. New labels get the next codes, in the order of their text if there is room for
    /// all, so that equal events give equal codes; else the most frequent ones get them. Codes given before stay.
    pub(crate) fn add(&mut self, counted: Vec<(Label, u64)>) {
        let new: Vec<_> = counted.into_iter().filter(|(label, _)| !self.code_of.contains_key(label)).collect();
        if new.is_empty() {
            return;
        }
        let (labels, events_left) = frequent(new, CODES - self.labels.len());
        for label in labels {
            self.code_of.insert(label.clone(), self.labels.len() as u16);
            self.labels.push(label);
        }
        self.events_in_other += events_left;
        self.name();
    }

    fn name(&mut self) {
        self.shown = shown(&self.labels);
        if self.events_in_other > 0 {
            self.shown.push(OTHER.to_owned());
        }
    }
}

/// What people see for each of some labels, no two alike: see [`Dictionary::shown`].
pub fn shown(labels: &[Label]) -> Vec<String> {
    let registered = labels.iter().filter(|label| label.registered).map(|label| label.text.clone());
    let mut taken: HashSet<String> = registered.chain([OTHER.to_owned()]).collect();
    let show = |label: &Label| {
        let mut shown = label.text.clone();
        if !label.registered {
            while !taken.insert(shown.clone()) {
                shown.push_str(" (discovered)");
            }
        }
        shown
    };
    labels.iter().map(show).collect()
}

/// At most `most` of the keys, in their order: all, or those with the highest counts; and the counts of the others.
pub(crate) fn frequent<K: Ord>(mut counted: Vec<(K, u64)>, most: usize) -> (Vec<K>, u64) {
    let mut left = 0;
    if counted.len() > most {
        counted.sort_unstable_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
        left = counted.drain(most..).map(|(_, count)| count).sum();
    }
    let mut keys: Vec<K> = counted.into_iter().map(|(key, _)| key).collect();
    keys.sort_unstable();
    (keys, left)
}
