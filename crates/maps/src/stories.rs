//! Stories of sequences that were seen before, so that the next question need not tell them again.

use std::fmt;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    /// Bytes that are kept here.
    bytes: AtomicUsize,
    room: Arc<Room>,
}

/// Memory that the stories of several maps share.
#[derive(Debug)]
pub struct Room {
    used: AtomicUsize,
    most: usize,
}

impl Room {
    /// So many bytes.
    pub fn of(bytes: usize) -> Arc<Self> {
        Arc::new(Self { used: AtomicUsize::new(0), most: bytes })
    }

    /// Less than a quarter of it is left.
    pub fn is_scarce(&self) -> bool {
        self.used.load(Ordering::Relaxed) > self.most / 4 * 3
    }

    /// Takes some of it; false where it is not there.
    fn take(&self, bytes: usize) -> bool {
        let used = self.used.fetch_add(bytes, Ordering::Relaxed);
        if used + bytes > self.most {
            self.used.fetch_sub(bytes, Ordering::Relaxed);
        }
        used + bytes <= self.most
    }
}

/// A story that is kept, for as long as its [`Stories`] are: its share, and where it begins there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoryId {
    pub(crate) share: u32,
    pub(crate) begin: u32,
}

/// A sequence that is sought: its share and hash, its kind, and a number by which it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sought {
    share: u32,
    pub(crate) kind: u32,
    pub(crate) number: u32,
    hash: u64,
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
        Self::within(&Room::of(bytes))
    }

    /// Keeps what there is room for; what is dropped makes room again.
    pub fn within(room: &Arc<Room>) -> Self {
        Self {
            shares: (0..SHARES).map(|_| Mutex::default()).collect(),
            hasher: DefaultHashBuilder::default(),
            bytes: AtomicUsize::new(0),
            room: Arc::clone(room),
        }
    }

    /// Bytes of what is kept.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Shows the story of a sequence of a kind: one that is kept, or what `tell` writes, which is then kept if there is
    /// room; and under what it is kept, if it is. `scratch` is memory to write in.
    pub(crate) fn of<R>(
        &self,
        (kind, codes): (u32, &[u16]),
        scratch: &mut Vec<u32>,
        tell: impl FnOnce(&mut Vec<u32>),
        look: impl FnOnce(Option<StoryId>, Story<'_>) -> R,
    ) -> R {
        if codes.len() > LONGEST {
            scratch.clear();
            tell(scratch);
            return look(None, Story(scratch));
        }
        let (number, hash) = self.share_of(kind, codes);
        let id = |begin: u32| StoryId { share: number as u32, begin };
        {
            let share = locked(&self.shares[number]);
            if let Some(begin) = share.find(hash, kind, codes) {
                return look(Some(id(begin)), share.entry(begin).story());
            }
        }
        scratch.clear();
        tell(scratch);
        let kept = self.keep(&mut locked(&self.shares[number]), hash, (kind, codes), scratch);
        look(kept.map(id), Story(scratch))
    }

    fn share_of(&self, kind: u32, codes: &[u16]) -> (usize, u64) {
        let hash = self.hasher.hash_one((kind, codes));
        // The table takes the lower and the highest bits.
        ((hash >> 40) as usize % SHARES, hash)
    }

    /// How to look for a sequence among others; none for one that is not kept.
    pub(crate) fn sought(&self, number: u32, kind: u32, codes: &[u16]) -> Option<Sought> {
        let (share, hash) = (codes.len() <= LONGEST).then(|| self.share_of(kind, codes))?;
        Some(Sought { share: share as u32, kind, number, hash })
    }

    /// Shows the stories of many sequences, those of one share after the other: the processor waits for several of them at once
    /// rather than for one after the other. Those that are not kept are left in `sought`.
    pub(crate) fn find_all<'c>(
        &self,
        sought: &mut Vec<Sought>,
        codes: impl Fn(&Sought) -> &'c [u16],
        mut look: impl FnMut(&Sought, StoryId, Story<'_>) -> bool,
    ) {
        sought.sort_unstable_by_key(|sought| sought.share);
        let (mut left, mut begins) = (Vec::new(), Vec::new());
        for of_share in sought.chunk_by(|a, b| a.share == b.share) {
            let number = of_share[0].share;
            let share = locked(&self.shares[number as usize]);
            // Nothing in these two loops waits for the memory that the round before has asked for.
            begins.clear();
            begins.extend(of_share.iter().map(|one| share.maybe(one.hash)));
            let heads = begins.iter().flatten().map(|begin| share.words[*begin as usize]);
            std::hint::black_box(heads.fold(0, u32::wrapping_add));
            for (one, begin) in of_share.iter().zip(&begins) {
                let found = begin.filter(|begin| share.entry(*begin).is_of(one.kind, codes(one)));
                let done =
                    found.is_some_and(|begin| look(one, StoryId { share: number, begin }, share.entry(begin).story()));
                if !done {
                    left.push(*one);
                }
            }
        }
        *sought = left;
    }

    /// Shows stories that are kept, in ascending order, each with its place among `ids`, its kind and its sequence.
    pub(crate) fn each(&self, ids: &[StoryId], mut look: impl FnMut(usize, u32, &[u16], Story<'_>)) {
        let mut codes = Vec::new();
        let mut place = 0;
        // Of one share at a time: threads that go through all of them follow each other.
        for of_share in ids.chunk_by(|a, b| a.share == b.share) {
            let share = locked(&self.shares[of_share[0].share as usize]);
            for id in of_share {
                let entry = share.entry(id.begin);
                entry.unpack(&mut codes);
                look(place, entry.kind(), &codes, entry.story());
                place += 1;
            }
        }
    }

    /// Where it is kept, if there is room.
    fn keep(&self, share: &mut Share, hash: u64, (kind, codes): (u32, &[u16]), story: &[u32]) -> Option<u32> {
        let length = 3 + codes.len().div_ceil(2) + story.len();
        // Half as much again is what lists hold to grow into.
        let cost = length * size_of::<u32>() * 3 / 2 + 2 * size_of::<(u64, u32)>();
        // Another thread may have told it in the meantime.
        if let Some(begin) = share.find(hash, kind, codes) {
            return Some(begin);
        }
        if !self.room.take(cost) {
            return None;
        }
        self.bytes.fetch_add(cost, Ordering::Relaxed);
        let begin = share.words.len() as u32;
        share.table.insert_unique(hash, (hash, begin), |entry| entry.0);
        share.words.extend([length as u32, kind, codes.len() as u32]);
        share.words.extend(packed(codes));
        share.words.extend_from_slice(story);
        Some(begin)
    }
}

impl Drop for Stories {
    fn drop(&mut self) {
        self.room.used.fetch_sub(self.bytes(), Ordering::Relaxed);
    }
}

impl Share {
    fn find(&self, hash: u64, kind: u32, codes: &[u16]) -> Option<u32> {
        let same = |known: &(u64, u32)| known.0 == hash && self.entry(known.1).is_of(kind, codes);
        self.table.find(hash, same).map(|found| found.1)
    }

    /// Where a sequence with that hash is kept: hardly ever another one.
    fn maybe(&self, hash: u64) -> Option<u32> {
        self.table.find(hash, |known| known.0 == hash).map(|found| found.1)
    }

    fn entry(&self, begin: u32) -> Entry<'_> {
        let begin = begin as usize;
        Entry(&self.words[begin..begin + self.words[begin] as usize])
    }
}

/// A story with what it is the story of.
struct Entry<'a>(&'a [u32]);

impl<'a> Entry<'a> {
    fn kind(&self) -> u32 {
        self.0[1]
    }

    fn story_at(&self) -> usize {
        3 + self.0[2].div_ceil(2) as usize
    }

    fn story(&self) -> Story<'a> {
        Story(&self.0[self.story_at()..])
    }

    fn is_of(&self, kind: u32, codes: &[u16]) -> bool {
        self.kind() == kind
            && self.0[2] as usize == codes.len()
            && packed(codes).eq(self.0[3..self.story_at()].iter().copied())
    }

    fn unpack(&self, codes: &mut Vec<u16>) {
        let pairs = &self.0[3..self.story_at()];
        codes.resize(2 * pairs.len(), 0);
        for (codes, pair) in codes.chunks_exact_mut(2).zip(pairs) {
            codes.copy_from_slice(&[*pair as u16, (pair >> 16) as u16]);
        }
        codes.truncate(self.0[2] as usize);
    }
}

fn packed(codes: &[u16]) -> impl Iterator<Item = u32> {
    codes.chunks(2).map(|pair| u32::from(pair[0]) | u32::from(pair.get(1).copied().unwrap_or_default()) << 16)
}

fn locked(share: &Mutex<Share>) -> MutexGuard<'_, Share> {
    share.lock().unwrap_or_else(PoisonError::into_inner)
}
