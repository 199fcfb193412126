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
    /// Codes for the labels that occur, with their counts: in the order of their text if all fit, so that equal
    /// events give equal codes; else the most frequent ones fit.
    pub(crate) fn of(mut counted: Vec<(Label, u64)>) -> Self {
        if counted.len() > CODES {
            counted.sort_unstable_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
            counted.truncate(CODES);
        }
        counted.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let mut dictionary = Self::default();
        for (label, _) in counted {
            dictionary.insert(&label);
        }
        dictionary.name();
        dictionary
    }

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

    /// Gives new labels the next codes, in the order of their text; codes given before stay.
    pub(crate) fn add(&mut self, labels: &[Label]) {
        let mut new: Vec<&Label> = labels.iter().filter(|label| !self.code_of.contains_key(label)).collect();
        new.sort_unstable();
        new.dedup();
        for label in new {
            self.insert(label);
        }
        self.name();
    }

    /// The code of each label, and which of them share the one for all others.
    pub(crate) fn codes(&self, labels: &[Label]) -> Vec<u16> {
        labels.iter().map(|label| self.code(label).unwrap_or(CODES as u16)).collect()
    }

    pub(crate) fn count_other(&mut self, codes: &[u16]) {
        self.events_in_other = codes.iter().filter(|&&code| usize::from(code) == CODES).count() as u64;
        self.name();
    }

    fn insert(&mut self, label: &Label) {
        if self.labels.len() < CODES {
            self.code_of.insert(label.clone(), self.labels.len() as u16);
            self.labels.push(label.clone());
        }
    }

    fn name(&mut self) {
        let registered = self.labels.iter().filter(|label| label.registered).map(|label| label.text.clone());
        let mut taken: HashSet<String> = registered.chain([OTHER.to_owned()]).collect();
        self.shown = self
            .labels
            .iter()
            .map(|label| {
                let mut shown = label.text.clone();
                if !label.registered {
                    while !taken.insert(shown.clone()) {
                        shown.push_str(" (discovered)");
                    }
                }
                shown
            })
            .collect();
        if self.events_in_other > 0 {
            self.shown.push(OTHER.to_owned());
        }
    }
}
