use std::collections::HashMap;
use std::sync::Arc;

use crate::dictionary::{OTHER, frequent};

/// Channels that get a code of their own; the last code stands for all others.
const CODES: usize = u8::MAX as usize;

/// Channels by one-byte codes, given once and kept.
#[derive(Clone, Debug)]
pub(crate) struct Channels {
    own: Vec<String>,
    code_of: HashMap<String, u8>,
    shown: Arc<[String]>,
}

impl Default for Channels {
    fn default() -> Self {
        Self { own: Vec::new(), code_of: HashMap::new(), shown: shown(&[]) }
    }
}

impl Channels {
    /// A channel that is really called `(other)` counts as all others, so that no name has two codes.
    pub(crate) fn code(&self, name: &str) -> u8 {
        self.code_of.get(name).copied().unwrap_or(u8::MAX)
    }

    /// The names with codes of their own, by code.
    pub(crate) fn own(&self) -> &[String] {
        &self.own
    }

    /// A name for each of the 256 codes; codes that no event has are called "".
    pub(crate) fn shown(&self) -> &Arc<[String]> {
        &self.shown
    }

    /// Gives new names the next codes, in the order of their text; the most frequent ones if there is no room for all.
    pub(crate) fn add(&mut self, counted: Vec<(String, u64)>) {
        let is_new = |(name, _): &(String, u64)| name != OTHER && !self.code_of.contains_key(name);
        let new: Vec<_> = counted.into_iter().filter(is_new).collect();
        if new.is_empty() {
            return;
        }
        for name in frequent(new, CODES - self.own.len()).0 {
            self.code_of.insert(name.clone(), self.own.len() as u8);
            self.own.push(name);
        }
        self.shown = shown(&self.own);
    }
}

fn shown(own: &[String]) -> Arc<[String]> {
    let mut shown = own.to_vec();
    shown.resize(CODES, String::new());
    shown.push(OTHER.to_owned());
    shown.into()
}
