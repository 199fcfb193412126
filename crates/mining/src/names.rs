//! What the codes stand for.

use model::Timestamp;
use model::{Moment, Peso};

/// What the codes of a log stand for, and when it was looked at.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// What each touchpoint code is shown as. No two are shown alike.
    pub labels: &'a [String],
    /// The channel of each channel code; empty where events say none.
    pub channels: &'a [String],
    /// What the register says of each touchpoint code; short or empty where it says nothing.
    pub facts: &'a [Facts],
    /// The latest moment that was recorded; what could still happen after it is open, not missed.
    pub as_of: Timestamp,
}

/// What the register says of a touchpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Paid, earned, shared or owned.
    pub peso: Option<Peso>,
    /// Before, during or after the purchase.
    pub moment: Option<Moment>,
}

impl Names<'_> {
    /// The code of a touchpoint; none if no event was ever there.
    pub fn code(&self, label: &str) -> Option<u16> {
        self.labels.iter().position(|known| known == label).map(|code| code as u16)
    }

    /// What a touchpoint code is shown as.
    pub fn label(&self, code: u16) -> String {
        self.labels[usize::from(code)].clone()
    }

    /// What a channel code is shown as.
    pub fn channel(&self, code: u8) -> String {
        match self.channels.get(usize::from(code)).map(String::as_str) {
            None | Some("") => "(not said)".to_owned(),
            Some(name) => name.to_owned(),
        }
    }

    pub(crate) fn facts(&self, code: usize) -> Facts {
        self.facts.get(code).copied().unwrap_or_default()
    }
}

/// The place of each name among all of them in the order of names, so that many can be put in order without their text.
pub(crate) fn places<N: AsRef<str>>(names: &[N]) -> Vec<u32> {
    let mut in_order: Vec<usize> = (0..names.len()).collect();
    in_order.sort_unstable_by_key(|&index| names[index].as_ref());
    let mut places = vec![0; names.len()];
    for (place, index) in (0..).zip(in_order) {
        places[index] = place;
    }
    places
}
