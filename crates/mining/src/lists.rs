//! Many lists that grow side by side.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// Values a piece: two lines of the processor's cache.
const PIECE: usize = 16;
/// Pieces a slab, half a megabyte.
const SLAB: usize = 4_096;

type Piece = [i64; PIECE];

/// Full pieces, and the list of each.
#[derive(Clone, Debug, Default)]
struct Slab {
    pieces: Vec<Piece>,
    owners: Vec<u32>,
}

/// Bytes of a slab.
const SLAB_BYTES: usize = SLAB * (size_of::<Piece>() + size_of::<u32>());

/// Memory that is kept from one run to the next. New memory has to be had from the system page by page: for the waits of
/// ten million events that takes longer than to count them, and threads wait for each other at it.
#[derive(Default)]
pub struct Kept {
    slabs: Mutex<Vec<Slab>>,
    most: usize,
}

impl Kept {
    /// Keeps at most so many bytes.
    pub fn at_most(bytes: usize) -> Self {
        Self { slabs: Mutex::default(), most: bytes / SLAB_BYTES }
    }

    /// Bytes that are kept and not in use.
    pub fn bytes(&self) -> usize {
        self.slabs.lock().unwrap_or_else(PoisonError::into_inner).len() * SLAB_BYTES
    }

    /// Gives all of it back to the system.
    pub fn release(&self) {
        drop(std::mem::take(&mut *self.slabs.lock().unwrap_or_else(PoisonError::into_inner)));
    }

    fn take(&self) -> Slab {
        let kept = self.slabs.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.unwrap_or_else(|| Slab { pieces: Vec::with_capacity(SLAB), owners: Vec::with_capacity(SLAB) })
    }

    fn give(&self, slabs: &mut Vec<Slab>) {
        let mut kept = self.slabs.lock().unwrap_or_else(PoisonError::into_inner);
        let room = self.most.saturating_sub(kept.len());
        kept.extend(slabs.drain(..).take(room).map(|mut slab| {
            slab.pieces.clear();
            slab.owners.clear();
            slab
        }));
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({} of {} slabs)", self.bytes() / SLAB_BYTES, self.most)
    }
}

/// Lists of microseconds, thousands of them, without an allocation or a copy for each that grows. The youngest values of
/// each stand together, small enough for the processor's cache; as soon as they fill a piece it is written behind the
/// pieces of all lists, one after the other as memory likes it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub(crate) struct Lists {
    /// By list: the values that do not fill a piece yet.
    young: Vec<Piece>,
    /// By list: how many values it has.
    counts: Vec<u32>,
    /// Full pieces; the next one goes into the last slab.
    slabs: Vec<Slab>,
    kept: Arc<Kept>,
}

/// How lists travel.
#[derive(Serialize, Deserialize)]
struct Written(Vec<Vec<i64>>);

impl Lists {
    /// No list yet; memory comes from what is kept and goes back to it.
    pub(crate) fn new(kept: &Arc<Kept>) -> Self {
        Self { young: Vec::new(), counts: Vec::new(), slabs: Vec::new(), kept: Arc::clone(kept) }
    }

    /// Makes it so many lists; new ones are empty.
    pub(crate) fn resize(&mut self, lists: usize) {
        self.young.resize(lists, [0; PIECE]);
        self.counts.resize(lists, 0);
    }

    /// Adds a value to the list of that number.
    #[inline]
    pub(crate) fn push(&mut self, list: usize, value: i64) {
        let count = &mut self.counts[list];
        let place = *count as usize % PIECE;
        *count += 1;
        self.young[list][place] = value;
        if place == PIECE - 1 {
            self.file(list);
        }
    }

    /// Puts the full piece of a list behind the others.
    fn file(&mut self, list: usize) {
        let (piece, owner) = (self.young[list], list as u32);
        if self.slabs.last().is_none_or(|slab| slab.owners.len() == SLAB) {
            self.slabs.push(self.kept.take());
        }
        if let Some(slab) = self.slabs.last_mut() {
            slab.pieces.push(piece);
            slab.owners.push(owner);
        }
    }

    /// By list: how many values it has.
    pub(crate) fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// By list: its values, in several pieces.
    pub(crate) fn pieces(&self) -> Vec<Vec<&[i64]>> {
        let room = |&count: &u32| Vec::with_capacity((count as usize).div_ceil(PIECE));
        let mut pieces: Vec<Vec<&[i64]>> = self.counts.iter().map(room).collect();
        for slab in &self.slabs {
            slab.owners.iter().zip(&slab.pieces).for_each(|(&list, piece)| pieces[list as usize].push(piece));
        }
        for ((pieces, piece), &count) in pieces.iter_mut().zip(&self.young).zip(&self.counts) {
            pieces.extend(Some(&piece[..count as usize % PIECE]).filter(|rest| !rest.is_empty()));
        }
        pieces
    }

    /// Adds the values of other lists; `numbers` has the own number of each of them. Full pieces are taken over.
    pub(crate) fn extend(&mut self, mut other: Self, numbers: impl Iterator<Item = usize> + Clone) {
        for ((list, piece), &count) in numbers.clone().zip(&other.young).zip(&other.counts) {
            let rest = count as usize % PIECE;
            piece[..rest].iter().for_each(|&value| self.push(list, value));
            self.counts[list] += count - rest as u32;
        }
        let numbers: Vec<u32> = numbers.map(|number| number as u32).collect();
        let mut filling = self.slabs.pop();
        for mut slab in std::mem::take(&mut other.slabs) {
            slab.owners.iter_mut().for_each(|owner| *owner = numbers[*owner as usize]);
            // A slab is never left with more room than two have values.
            match &mut filling {
                Some(filling) if filling.owners.len() + slab.owners.len() <= SLAB => {
                    filling.pieces.append(&mut slab.pieces);
                    filling.owners.append(&mut slab.owners);
                    other.slabs.push(slab);
                }
                Some(_) => self.slabs.push(slab),
                none => *none = Some(slab),
            }
        }
        self.slabs.extend(filling);
    }

    /// Bytes on the heap, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let lists = self.young.len() * (size_of::<Piece>() + size_of::<u32>());
        lists + self.slabs.len() * SLAB_BYTES
    }
}

impl Drop for Lists {
    fn drop(&mut self) {
        self.kept.give(&mut self.slabs);
    }
}

impl From<Lists> for Written {
    fn from(lists: Lists) -> Self {
        Self(lists.pieces().into_iter().map(|pieces| pieces.concat()).collect())
    }
}

impl From<Written> for Lists {
    fn from(Written(written): Written) -> Self {
        let mut lists = Self::default();
        lists.resize(written.len());
        for (list, values) in written.into_iter().enumerate() {
            values.into_iter().for_each(|value| lists.push(list, value));
        }
        lists
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(lists: &Lists) -> Vec<Vec<i64>> {
        lists.pieces().into_iter().map(|pieces| pieces.concat()).collect()
    }

    /// Two long lists, one that stays short and one that stays empty.
    fn filled(kept: &Arc<Kept>, values: i64) -> (Lists, Vec<Vec<i64>>) {
        let (mut lists, mut expected) = (Lists::new(kept), vec![Vec::new(); 4]);
        lists.resize(4);
        for value in 0..values {
            let list = if value < 5 { 1 } else { [0, 0, 3][value as usize % 3] };
            lists.push(list, -value);
            expected[list].push(-value);
        }
        (lists, expected)
    }

    #[test]
    fn lists_hold_what_was_pushed_and_memory_comes_back() {
        let kept = Arc::new(Kept::at_most(2 * SLAB_BYTES));
        for values in [0, 1, 4, 5, 70, 3 * (SLAB * PIECE) as i64 + 7] {
            let (lists, expected) = filled(&kept, values);
            assert_eq!(held(&lists), expected, "{values} values");
            let lengths: Vec<u32> = expected.iter().map(|list| list.len() as u32).collect();
            assert_eq!(lists.counts(), lengths);
            let json = serde_json::to_string(&lists).unwrap();
            assert_eq!(held(&serde_json::from_str(&json).unwrap()), expected);
        }
        assert_eq!(kept.bytes(), 2 * SLAB_BYTES);
        kept.release();
        assert_eq!(kept.bytes(), 0);
    }

    #[test]
    fn lists_that_are_put_together_hold_the_values_of_both() {
        let kept = Arc::new(Kept::at_most(100 * SLAB_BYTES));
        let sizes = [0, 3, 40, 900, (SLAB * PIECE) as i64, 2 * (SLAB * PIECE) as i64 + 5];
        for (first, second) in sizes.iter().flat_map(|&first| sizes.map(|second| (first, second))) {
            let (mut lists, mut expected) = filled(&kept, first);
            let (other, more) = filled(&kept, second);
            lists.extend(other, [3, 2, 1, 0].into_iter());
            for (list, values) in more.into_iter().enumerate() {
                expected[3 - list].extend(values);
            }
            let mut found = held(&lists);
            expected.iter_mut().chain(&mut found).for_each(|list| list.sort_unstable());
            assert_eq!(found, expected, "{first} and {second} values");
            let room: usize = lists.slabs.iter().map(|slab| SLAB - slab.owners.len()).sum();
            assert!(room <= 2 * SLAB, "{room} pieces of room");
        }
    }
}
