//! How often each sequence of touchpoints occurs.

use std::cmp::Ordering;
use std::num::NonZeroUsize;
use std::thread;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use serde::{Deserialize, Serialize};

/// Distinct sequences with their counts, in shares by their hash: those of two scans are put together share by share, by
/// as many threads as there are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sequences {
    /// None, or [`SHARES`].
    shares: Vec<Share>,
}

/// A power of two.
const SHARES: usize = 16;

/// From so many sequences on, another thread is worth its start.
const MANY: usize = 20_000;

/// Distinct sequences, one behind the other, with their counts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Share {
    codes: Vec<u16>,
    /// Where each sequence ends in `codes`.
    ends: Vec<u32>,
    /// How often each occurs.
    counts: Vec<u32>,
    /// Where each sequence stands, by its hash. Made again where they come from another machine.
    #[serde(skip)]
    table: HashTable<(u64, u32)>,
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

impl Sequences {
    /// Number of distinct sequences.
    pub(crate) fn len(&self) -> usize {
        self.shares.iter().map(|share| share.counts.len()).sum()
    }

    /// Bytes on the heap, roughly.
    pub(crate) fn bytes(&self) -> usize {
        self.shares.iter().map(Share::bytes).sum()
    }

    /// To be called before sequences are added.
    pub(crate) fn index(&mut self) {
        self.shares.resize_with(SHARES, Share::default);
        self.shares.iter_mut().for_each(Share::index);
    }

    pub(crate) fn add(&mut self, sequence: &[u16], count: u32) {
        let hash = hash_of(sequence);
        // The table takes the lower and the highest bits.
        self.shares[(hash >> 48) as usize % SHARES].add(hash, sequence, count);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        if self.shares.is_empty() || other.shares.is_empty() {
            self.shares.extend(other.shares);
            return;
        }
        let many = self.len().min(other.len()) > MANY;
        let threads = if many { thread::available_parallelism().map_or(1, NonZeroUsize::get) } else { 1 };
        let mut pairs: Vec<(&mut Share, Share)> = self.shares.iter_mut().zip(other.shares).collect();
        let put_together = |pairs: Vec<(&mut Share, Share)>| pairs.into_iter().for_each(|(own, more)| own.merge(more));
        thread::scope(|scope| {
            for left in (1..threads.min(SHARES)).rev() {
                let part = pairs.split_off(pairs.len() * left / (left + 1));
                scope.spawn(move || put_together(part));
            }
            put_together(pairs);
        });
    }

    /// Each distinct sequence with its count, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u16], u32)> {
        self.shares.iter().flat_map(Share::iter)
    }

    /// All of them, the most frequent first, equal ones by their codes.
    pub(crate) fn by_count(&self) -> Vec<(&[u16], u32)> {
        let mut all: Vec<(&[u16], u32)> = self.iter().collect();
        all.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        all
    }

    /// The most frequent ones, equal ones by the names of their touchpoints.
    pub(crate) fn top(&self, top: usize, labels: &[String]) -> Vec<(&[u16], u32)> {
        let mut by_name: Vec<usize> = (0..labels.len()).collect();
        by_name.sort_unstable_by_key(|&code| &labels[code]);
        let mut rank = vec![0_u32; labels.len()];
        for (place, &code) in by_name.iter().enumerate() {
            rank[code] = place as u32;
        }
        let order = |a: &(&[u16], u32), b: &(&[u16], u32)| -> Ordering {
            let ranks_of_a = a.0.iter().map(|&code| rank[usize::from(code)]);
            let ranks_of_b = b.0.iter().map(|&code| rank[usize::from(code)]);
            b.1.cmp(&a.1).then_with(|| ranks_of_a.cmp(ranks_of_b))
        };
        let mut first: Vec<(&[u16], u32)> = self.iter().collect();
        if top < first.len() {
            first.select_nth_unstable_by(top, order);
            first.truncate(top);
        }
        first.sort_unstable_by(order);
        first
    }
}

impl Share {
    fn bytes(&self) -> usize {
        self.codes.capacity() * 2 + self.ends.capacity() * 8 + self.table.capacity() * 17
    }

    fn index(&mut self) {
        if self.table.len() != self.counts.len() {
            self.table.clear();
            for index in 0..self.counts.len() as u32 {
                let hash = hash_of(stands_at(&self.codes, &self.ends, index as usize));
                self.table.insert_unique(hash, (hash, index), |entry| entry.0);
            }
        }
    }

    fn add(&mut self, hash: u64, sequence: &[u16], count: u32) {
        let Self { codes, ends, counts, table } = self;
        let same = |entry: &(u64, u32)| entry.0 == hash && stands_at(codes, ends, entry.1 as usize) == sequence;
        match table.entry(hash, same, |entry| entry.0) {
            Entry::Occupied(known) => counts[known.get().1 as usize] += count,
            Entry::Vacant(new) => {
                new.insert((hash, counts.len() as u32));
                codes.extend_from_slice(sequence);
                ends.push(codes.len() as u32);
                counts.push(count);
            }
        }
    }

    fn merge(&mut self, mut other: Self) {
        if self.counts.len() < other.counts.len() {
            std::mem::swap(self, &mut other);
        }
        self.index();
        for (sequence, count) in other.iter() {
            self.add(hash_of(sequence), sequence, count);
        }
    }

    fn iter(&self) -> impl Iterator<Item = (&[u16], u32)> {
        (0..self.counts.len()).map(|index| (stands_at(&self.codes, &self.ends, index), self.counts[index]))
    }
}

fn stands_at<'c>(codes: &'c [u16], ends: &[u32], index: usize) -> &'c [u16] {
    let begin = if index == 0 { 0 } else { ends[index - 1] as usize };
    &codes[begin..ends[index] as usize]
}
