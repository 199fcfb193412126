//! From names to codes while events are read.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Label;
use crate::channels::Channels;
use crate::dictionary::Dictionary;
use crate::entry::Entry;

/// Numbers the names that readers come across. Asked once for each name of a batch, not for each event.
pub(crate) trait Coder: Sync {
    fn label(&self, text: &str, registered: bool) -> u32;
    fn channel(&self, name: &str) -> u32;
}

/// The codes in force: what has none is `(other)`.
#[derive(Clone, Copy)]
pub(crate) struct Fixed<'a> {
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) channels: &'a Channels,
}

impl Coder for Fixed<'_> {
    fn label(&self, text: &str, registered: bool) -> u32 {
        self.dictionary.code_or_other(&Label { text: text.to_owned(), registered }).into()
    }

    fn channel(&self, name: &str) -> u32 {
        self.channels.code(name).into()
    }
}

/// Codes that are still being given: the next number to whatever is new. Threads share it, so the order of the new
/// numbers is anyone's; [`Growing::settle`] brings them into an order of their own.
#[derive(Default)]
pub(crate) struct Growing(Mutex<Found>);

#[derive(Default)]
struct Found {
    labels: Numbers<Label>,
    channels: Numbers<String>,
}

struct Numbers<K> {
    number_of: HashMap<K, u32>,
    keys: Vec<K>,
    /// How many events each number has.
    counts: Vec<u64>,
}

/// What [`Growing`] found, in force: the tables, and the code of each number given on the way.
pub(crate) struct Settled {
    pub(crate) dictionary: Dictionary,
    pub(crate) channels: Channels,
    pub(crate) codes: Vec<u16>,
    pub(crate) channel_codes: Vec<u8>,
    /// True if more numbers were given than a segment has codes: what was built with them must be built again.
    pub(crate) overflowed: bool,
}

impl Growing {
    /// Goes on after codes given before.
    pub(crate) fn after(codes: Fixed<'_>) -> Self {
        Self(Mutex::new(Found {
            labels: Numbers::of(codes.dictionary.labels()),
            channels: Numbers::of(codes.channels.own()),
        }))
    }

    /// Counts the events of each number.
    pub(crate) fn count(&self, entries: &[Entry]) {
        let (mut labels, mut channels): (Vec<u64>, Vec<u64>) = (Vec::new(), Vec::new());
        let add = |counts: &mut Vec<u64>, number: u32| {
            let index = number as usize;
            if counts.len() <= index {
                counts.resize(index + 1, 0);
            }
            counts[index] += 1;
        };
        for entry in entries {
            add(&mut labels, entry.code);
            add(&mut channels, entry.channel);
        }
        let mut found = self.lock();
        found.labels.add(&labels);
        found.channels.add(&channels);
    }

    /// Gives the new names of counted events their codes, in the order of their text; codes given before stay.
    pub(crate) fn settle(self, mut dictionary: Dictionary, mut channels: Channels) -> Settled {
        let found = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        dictionary.add(found.labels.counted());
        channels.add(found.channels.counted());
        let (labels, names) = (found.labels.keys.len(), found.channels.keys.len());
        Settled {
            overflowed: labels > usize::from(u16::MAX) || names > usize::from(u8::MAX),
            codes: found.labels.keys.iter().map(|label| dictionary.code_or_other(label)).collect(),
            channel_codes: found.channels.keys.iter().map(|name| channels.code(name)).collect(),
            dictionary,
            channels,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Found> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Coder for Growing {
    fn label(&self, text: &str, registered: bool) -> u32 {
        self.lock().labels.number(Label { text: text.to_owned(), registered })
    }

    fn channel(&self, name: &str) -> u32 {
        self.lock().channels.number(name.to_owned())
    }
}

impl Settled {
    pub(crate) fn fixed(&self) -> Fixed<'_> {
        Fixed { dictionary: &self.dictionary, channels: &self.channels }
    }

    /// The events with the codes in force.
    pub(crate) fn recode(&self, entries: &mut [Entry]) {
        for entry in entries {
            entry.code = self.codes[entry.code as usize].into();
            entry.channel = self.channel_codes[entry.channel as usize].into();
        }
    }
}

impl<K> Default for Numbers<K> {
    fn default() -> Self {
        Self { number_of: HashMap::new(), keys: Vec::new(), counts: Vec::new() }
    }
}

impl<K: Clone + Eq + Hash> Numbers<K> {
    fn of(keys: &[K]) -> Self {
        Self { number_of: keys.iter().cloned().zip(0..).collect(), keys: keys.to_vec(), counts: vec![0; keys.len()] }
    }

    fn number(&mut self, key: K) -> u32 {
        let (keys, counts) = (&mut self.keys, &mut self.counts);
        *self.number_of.entry(key).or_insert_with_key(|key| {
            keys.push(key.clone());
            counts.push(0);
            (keys.len() - 1) as u32
        })
    }

    fn add(&mut self, more: &[u64]) {
        self.counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
    }

    /// The keys that events have, with their number.
    fn counted(&self) -> Vec<(K, u64)> {
        let counted = self.keys.iter().zip(&self.counts).filter(|(_, count)| **count > 0);
        counted.map(|(key, &count)| (key.clone(), count)).collect()
    }
}
