//! Variants: journeys that are alike, touchpoint by touchpoint.

use std::cmp::Ordering;
use std::num::NonZeroUsize;

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};

use crate::journeys::{Coverage, Journeys, Slice};
use crate::threads;

/// What one scan counted: the distinct sequences, one behind the other. Partials of slices merge in any order to the
/// partial of the whole, up to the order of the sequences.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    /// Journeys scanned.
    pub journeys: u64,
    codes: Vec<u16>,
    /// Where each sequence ends in `codes`.
    ends: Vec<u64>,
    /// How many journeys have each sequence.
    counts: Vec<u64>,
}

/// A distinct sequence while scanning: where it stands for the first time.
struct Found {
    hash: u64,
    begin: u32,
    end: u32,
    count: u32,
}

/// Counts the distinct sequences of some journeys.
pub fn scan(slice: &Slice<'_>) -> Partial {
    let mut table: HashTable<Found> = HashTable::new();
    let mut events = 0;
    for span in slice.spans {
        let sequence = &slice.codes[span.range()];
        events += sequence.len() as u64;
        let hash = hash_of(sequence);
        let same =
            |found: &Found| found.hash == hash && slice.codes[found.begin as usize..found.end as usize] == *sequence;
        table.entry(hash, same, |found| found.hash).and_modify(|found| found.count += 1).or_insert(Found {
            hash,
            begin: span.begin,
            end: span.end,
            count: 1,
        });
    }
    let mut partial = Partial { events, journeys: slice.spans.len() as u64, ..Partial::default() };
    for found in &table {
        partial.push(&slice.codes[found.begin as usize..found.end as usize], found.count.into());
    }
    partial
}

/// Spreads a sequence over 64 bits: multiply and fold, one step a touchpoint. Equal hashes are compared in full, so
/// this has to be fast, not safe.
fn hash_of(sequence: &[u16]) -> u64 {
    const MULTIPLIER: u128 = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;
    let mut hash = sequence.len() as u64;
    for &code in sequence {
        let product = u128::from(hash ^ u64::from(code).wrapping_mul(0xD6E8_FEB8_6659_FD93)).wrapping_mul(MULTIPLIER);
        hash = (product >> 64) as u64 ^ product as u64;
    }
    hash
}

impl Partial {
    fn push(&mut self, sequence: &[u16], count: u64) {
        self.codes.extend_from_slice(sequence);
        self.ends.push(self.codes.len() as u64);
        self.counts.push(count);
    }

    fn sequence(&self, index: usize) -> &[u16] {
        let begin = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.codes[begin..self.ends[index] as usize]
    }

    /// The partial of both slices. Whose codes mean different things must not be merged.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let (mut more, fewer) = if self.counts.len() >= other.counts.len() { (self, other) } else { (other, self) };
        let mut table: HashTable<(u64, u32)> = HashTable::with_capacity(more.counts.len());
        for index in 0..more.counts.len() {
            let hash = hash_of(more.sequence(index));
            table.insert_unique(hash, (hash, index as u32), |entry| entry.0);
        }
        for index in 0..fewer.counts.len() {
            let sequence = fewer.sequence(index);
            let hash = hash_of(sequence);
            let known = table.find(hash, |entry| entry.0 == hash && more.sequence(entry.1 as usize) == sequence);
            match known {
                Some(&(_, same)) => more.counts[same as usize] += fewer.counts[index],
                // Sequences are distinct within a partial, so this one cannot come again.
                None => more.push(sequence, fewer.counts[index]),
            }
        }
        more.events += fewer.events;
        more.journeys += fewer.journeys;
        more
    }

    /// The answer with the `top` most frequent variants.
    pub fn finish(&self, labels: &[String], coverage: &Coverage, top: usize) -> Variants {
        let mut by_name: Vec<usize> = (0..labels.len()).collect();
        by_name.sort_unstable_by_key(|&code| &labels[code]);
        let mut rank = vec![0_u32; labels.len()];
        for (place, &code) in by_name.iter().enumerate() {
            rank[code] = place as u32;
        }
        let ranks = |index: u32| self.sequence(index as usize).iter().map(|&code| rank[usize::from(code)]);
        let order = |&a: &u32, &b: &u32| -> Ordering {
            let by_count = self.counts[b as usize].cmp(&self.counts[a as usize]);
            by_count.then_with(|| ranks(a).cmp(ranks(b)))
        };
        let mut first: Vec<u32> = (0..self.counts.len() as u32).collect();
        if top < first.len() {
            first.select_nth_unstable_by(top, order);
            first.truncate(top);
        }
        first.sort_unstable_by(order);
        let shown = first.into_iter().map(|index| Variant {
            touchpoints: self.sequence(index as usize).iter().map(|&code| labels[usize::from(code)].clone()).collect(),
            journeys: self.counts[index as usize],
            share: self.counts[index as usize] as f64 / self.journeys as f64,
        });
        Variants {
            journeys: self.journeys,
            events: self.events,
            variants: self.counts.len() as u64,
            top: shown.collect(),
            coverage: coverage.clone(),
        }
    }
}

/// The variants of the journeys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variants {
    /// Number of journeys.
    pub journeys: u64,
    /// Number of events in them.
    pub events: u64,
    /// Number of distinct sequences.
    pub variants: u64,
    /// The most frequent ones, equal ones by the names of their touchpoints.
    pub top: Vec<Variant>,
    /// How much of the events the journeys hold.
    #[serde(serialize_with = "Coverage::with_share")]
    pub coverage: Coverage,
}

/// One variant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variant {
    /// The whole sequence, repeats kept.
    pub touchpoints: Vec<String>,
    /// Journeys that have it.
    pub journeys: u64,
    /// Share of all journeys.
    pub share: f64,
}

/// The variants of the journeys, the `top` most frequent ones in full.
pub fn variants(journeys: &Journeys<'_>, top: usize, threads: NonZeroUsize) -> Variants {
    let slices = journeys.split(threads.get());
    let partials = threads::map(slices, threads, |slice| slice.spans.len(), |slice| scan(&slice));
    let merged = partials.into_iter().reduce(Partial::merge).unwrap_or_default();
    merged.finish(journeys.labels(), journeys.coverage(), top)
}
