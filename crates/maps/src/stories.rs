//! Stories of sequences that were seen before, so that the next question need not tell them again.

use std::fmt;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::story::Story;

/// A power of two: threads that look at different ones do not wait for each other.
const SHARES: usize = 256;

/// Longer sequences hardly ever come twice.
const LONGEST: usize = 64;

/// What sequences of touchpoints come to on one map, kept from one question to the next. All questions that share it have
/// to mean the same versions of the map in the same codes. Any number of threads.
pub struct Stories {
    shares: Vec<Mutex<Share>>,
    hasher: DefaultHashBuilder,
    /// Words that are kept in all, and at most.
    words: AtomicUsize,
    most: usize,
}

#[derive(Default)]
struct Share {
    /// One entry after the other: its length, its kind, the number of codes, the codes two a word, the story.
    words: Vec<u32>,
    /// By hash: where an entry begins.
    table: HashTable<(u64, u32)>,
}

impl fmt::Debug for Stories {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stories").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

impl Stories {
    /// Keeps at most so many bytes.
    pub fn at_most(bytes: usize) -> Self {
        Self {
            shares: (0..SHARES).map(|_| Mutex::default()).collect(),
            hasher: DefaultHashBuilder::default(),
            words: AtomicUsize::new(0),
            most: bytes / size_of::<u32>(),
        }
    }

    /// Bytes of what is kept.
    pub fn bytes(&self) -> usize {
        self.words.load(Ordering::Relaxed) * size_of::<u32>()
    }

    /// Shows the story of a sequence of a kind: one that is kept, or what `tell` writes, which is then kept if there is
    /// room. `scratch` is memory to write in.
    pub(crate) fn of<R>(
        &self,
        (kind, codes): (u32, &[u16]),
        scratch: &mut Vec<u32>,
        tell: impl FnOnce(&mut Vec<u32>),
        look: impl FnOnce(Story<'_>) -> R,
    ) -> R {
        if codes.len() > LONGEST {
            scratch.clear();
            tell(scratch);
            return look(Story(scratch));
        }
        let hash = self.hasher.hash_one((kind, codes));
        // The table takes the lower and the highest bits.
        let share = &self.shares[(hash >> 40) as usize % SHARES];
        {
            let share = locked(share);
            if let Some(story) = share.find(hash, kind, codes) {
                return look(story);
            }
        }
        scratch.clear();
        tell(scratch);
        self.keep(&mut locked(share), hash, (kind, codes), scratch);
        look(Story(scratch))
    }

    fn keep(&self, share: &mut Share, hash: u64, (kind, codes): (u32, &[u16]), story: &[u32]) {
        let length = 3 + codes.len().div_ceil(2) + story.len();
        // Twice that: the table, and what lists hold to grow into.
        let cost = 2 * length;
        // Another thread may have told it in the meantime.
        if self.words.load(Ordering::Relaxed) + cost > self.most || share.find(hash, kind, codes).is_some() {
            return;
        }
        self.words.fetch_add(cost, Ordering::Relaxed);
        share.table.insert_unique(hash, (hash, share.words.len() as u32), |entry| entry.0);
        share.words.extend([length as u32, kind, codes.len() as u32]);
        share.words.extend(packed(codes));
        share.words.extend_from_slice(story);
    }
}

impl Share {
    fn find(&self, hash: u64, kind: u32, codes: &[u16]) -> Option<Story<'_>> {
        let entry = |begin: u32| {
            let begin = begin as usize;
            &self.words[begin..begin + self.words[begin] as usize]
        };
        let story_at = 3 + codes.len().div_ceil(2);
        let same = |known: &(u64, u32)| {
            known.0 == hash && {
                let entry = entry(known.1);
                entry[1] == kind
                    && entry[2] as usize == codes.len()
                    && packed(codes).eq(entry[3..story_at].iter().copied())
            }
        };
        self.table.find(hash, same).map(|found| Story(&entry(found.1)[story_at..]))
    }
}

fn packed(codes: &[u16]) -> impl Iterator<Item = u32> {
    codes.chunks(2).map(|pair| u32::from(pair[0]) | u32::from(pair.get(1).copied().unwrap_or_default()) << 16)
}

fn locked(share: &Mutex<Share>) -> MutexGuard<'_, Share> {
    share.lock().unwrap_or_else(PoisonError::into_inner)
}
