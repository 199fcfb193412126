//! Which pairs are looked at: an inverted index from keys to records, with a cap for each key.
//!
//! Comparing all pairs of n records costs n (n - 1) / 2. Two records become candidates if they share one of a few keys,
//! such as the mail address, or birth date and an initial. A key that more records bear than the cap says (a shop's own
//! telephone number) brings no candidates: it tells nothing, and would cost the square of its records.

use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::record::{Records, Row};
use crate::terms::MISSING;

/// The kinds of blocking keys.
const KINDS: usize = 12;

/// Their names, for people.
pub(crate) const KIND_NAMES: [&str; KINDS] = [
    "email",
    "local part of email",
    "mobile number",
    "landline number",
    "identifier",
    "birth date and an initial",
    "sound of a name and postcode",
    "both names in any order",
    "street, house number and an initial",
    "sound of street, house number and postcode",
    "sound of given name, house number and postcode",
    "birth date and postcode",
];

/// Calls `found` with the kind and the hash of each key of a record.
fn keys(records: &Records, row: &Row, mut found: impl FnMut(usize, u32)) {
    let mut emit = |kind: usize, parts: [u32; 3]| {
        let mut bytes = [0_u8; 12];
        for (slot, part) in bytes.chunks_exact_mut(4).zip(parts) {
            slot.copy_from_slice(&part.to_le_bytes());
        }
        let hash = xxh3_64(&bytes);
        found(kind, (hash ^ (hash >> 32)) as u32);
    };
    let (given, surname) = (&records.name_traits[row.given as usize], &records.name_traits[row.surname as usize]);
    // Of both names alike, so that swapped ones meet; each letter once.
    let initials = || {
        let second = Some(surname.initial).filter(|&initial| initial != given.initial);
        [Some(given.initial), second].into_iter().flatten().filter(|&initial| initial != 0)
    };
    if row.email != MISSING {
        emit(0, [row.email, 0, 0]);
        emit(1, [records.contact_locals[row.email as usize], 0, 0]);
    }
    for (kind, code) in [(2, row.mobile), (3, row.landline), (4, row.identifier)] {
        if code != MISSING {
            emit(kind, [code, 0, 0]);
        }
    }
    if row.birth != 0 {
        // Day and month in the order of their size, so that swapped ones meet.
        let (year, month, day) = (row.birth / 10_000, row.birth / 100 % 100, row.birth % 100);
        let date = year * 10_000 + month.min(day) * 100 + month.max(day);
        for initial in initials() {
            emit(5, [date, u32::from(initial), 0]);
        }
        // Whatever has become of the names.
        if row.postcode != MISSING {
            emit(11, [date, row.postcode, 0]);
        }
    }
    if row.postcode != MISSING {
        // Of both names alike, so that swapped ones meet.
        let sounds = surname.word_sounds.into_iter().chain([given.word_sounds[0]]);
        for sound in sounds.filter(|&sound| sound != 0) {
            emit(6, [sound, row.postcode, 0]);
        }
    }
    if row.given != MISSING && row.surname != MISSING {
        emit(7, [row.given.min(row.surname), row.given.max(row.surname), 0]);
    }
    if row.house != MISSING && row.street != MISSING {
        for initial in initials() {
            emit(8, [row.street, row.house, u32::from(initial)]);
        }
        if row.postcode != MISSING {
            emit(9, [records.place_sounds[row.street as usize], row.house, row.postcode]);
        }
    }
    if row.house != MISSING && row.postcode != MISSING && given.word_sounds[0] != 0 {
        emit(10, [given.word_sounds[0], row.house, row.postcode]);
    }
}

/// So many pairs more may stand unsorted, 8 bytes each.
const PAIRS_BETWEEN_SORTS: usize = 4_000_000;

/// A key that brings no candidates because too many records bear it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HotKeys {
    /// What kind of key.
    pub kind: &'static str,
    /// How many keys of that kind.
    pub keys: usize,
    /// How many records bear them.
    pub records: usize,
}

/// From keys to the records that bear them.
#[derive(Clone, Debug)]
pub struct BlockingIndex {
    cap: usize,
    /// For each kind, hash of key and record in one number, in order.
    sorted: Vec<Vec<u64>>,
    /// What came after.
    recent: Vec<HashMap<u32, Vec<u32>>>,
}

fn entry(hash: u32, record: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(record)
}

impl BlockingIndex {
    /// Indexes all records. `cap`: the most records of a key that still brings candidates.
    pub fn build(records: &Records, cap: usize) -> Self {
        let middle = records.rows.len() / 2;
        let part = |from: usize, to: usize| {
            let mut entries: Vec<Vec<u64>> = (0..KINDS).map(|_| Vec::new()).collect();
            for (record, row) in (from as u32..).zip(&records.rows[from..to]) {
                keys(records, row, |kind, hash| entries[kind].push(entry(hash, record)));
            }
            entries
        };
        let (mut sorted, second) = std::thread::scope(|scope| {
            let second = scope.spawn(|| part(middle, records.rows.len()));
            (part(0, middle), second.join().expect("indexing does not panic"))
        });
        for (first, second) in sorted.iter_mut().zip(second) {
            first.reserve_exact(second.len());
            first.extend_from_slice(&second);
        }
        let (even, odd) = sorted.split_at_mut(KINDS / 2);
        std::thread::scope(|scope| {
            scope.spawn(|| even.iter_mut().for_each(|entries| entries.sort_unstable()));
            odd.iter_mut().for_each(|entries| entries.sort_unstable());
        });
        Self { cap, sorted, recent: vec![HashMap::new(); KINDS] }
    }

    /// All candidate pairs of the records given to [`BlockingIndex::build`], each once and in order, and the keys left out.
    pub fn pairs(&self) -> (Vec<(u32, u32)>, Vec<HotKeys>) {
        let of = |kinds: std::ops::Range<usize>| {
            let (mut pairs, mut hot, mut distinct) = (Vec::new(), Vec::new(), 0);
            for kind in kinds {
                let mut left_out = HotKeys { kind: KIND_NAMES[kind], keys: 0, records: 0 };
                for group in self.sorted[kind].chunk_by(|a, b| a >> 32 == b >> 32) {
                    if group.len() > self.cap {
                        left_out.keys += 1;
                        left_out.records += group.len();
                        continue;
                    }
                    for (place, &a) in group.iter().enumerate() {
                        // A record may bear a key twice, and records within a group are in order.
                        pairs.extend(
                            group[place + 1..]
                                .iter()
                                .filter(|&&b| b as u32 != a as u32)
                                .map(|&b| entry(a as u32, b as u32)),
                        );
                    }
                }
                if left_out.keys > 0 {
                    hot.push(left_out);
                }
                // What several kinds find alike is dropped now and then, so that memory stays small.
                if pairs.len() > 2 * distinct + PAIRS_BETWEEN_SORTS {
                    pairs.sort_unstable();
                    pairs.dedup();
                    distinct = pairs.len();
                }
            }
            pairs.sort_unstable();
            pairs.dedup();
            (pairs, hot)
        };
        let ((first, mut hot), (second, more_hot)) = std::thread::scope(|scope| {
            let second = scope.spawn(|| of(KINDS / 2..KINDS));
            (of(0..KINDS / 2), second.join().expect("pairing does not panic"))
        });
        hot.extend(more_hot);
        (merged(&first, &second), hot)
    }

    /// The records that share a key with this one, each once, in order.
    pub(crate) fn candidates(&self, records: &Records, row: &Row) -> Vec<u32> {
        let mut found = Vec::new();
        keys(records, row, |kind, hash| {
            let entries = &self.sorted[kind];
            let start = entries.partition_point(|&e| e < entry(hash, 0));
            let most = entries[start..].iter().take(self.cap + 1);
            let group = most.take_while(|&&e| e >> 32 == u64::from(hash)).count();
            let recent = self.recent[kind].get(&hash).map_or(&[][..], Vec::as_slice);
            if group + recent.len() <= self.cap {
                found.extend(entries[start..start + group].iter().map(|&e| e as u32));
                found.extend_from_slice(recent);
            }
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Indexes one more record.
    pub(crate) fn add(&mut self, records: &Records, record: u32) {
        let recent = &mut self.recent;
        let cap = self.cap;
        keys(records, &records.rows[record as usize], |kind, hash| {
            let bearers = recent[kind].entry(hash).or_default();
            // Beyond the cap the key is silent, however many bear it.
            if bearers.len() <= cap {
                bearers.push(record);
            }
        });
    }
}

/// Two ordered lists of distinct pairs as one.
fn merged(first: &[u64], second: &[u64]) -> Vec<(u32, u32)> {
    let mut pairs = Vec::with_capacity(first.len() + second.len() / 2);
    let (mut left, mut right) = (first.iter().peekable(), second.iter().peekable());
    loop {
        let next = match (left.peek(), right.peek()) {
            (Some(&&a), Some(&&b)) => {
                if a <= b {
                    left.next();
                }
                if b <= a {
                    right.next();
                }
                a.min(b)
            }
            (Some(&&a), None) => {
                left.next();
                a
            }
            (None, Some(&&b)) => {
                right.next();
                b
            }
            (None, None) => break pairs,
        };
        pairs.push(((next >> 32) as u32, next as u32));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Field, Person};

    fn records(of: &[&[(Field, &str)]]) -> Records {
        let mut records = Records::new();
        for (number, fields) in of.iter().enumerate() {
            records.push(&number.to_string(), &Person::of(fields));
        }
        records
    }

    #[test]
    fn records_with_a_common_key_are_candidates_once() {
        use Field::{BirthDate, Email, GivenName, Phone, Postcode, Surname};
        let records = records(&[
            &[(Email, "a@gmx.de"), (Phone, "0177 123456")],
            &[(Email, "A@gmx.de"), (Phone, "+49 177 123456")],
            &[(GivenName, "Anna"), (BirthDate, "1987-02-07")],
            &[(GivenName, "Anne"), (BirthDate, "1987-07-02")],
            &[(GivenName, "Huber"), (Surname, "Eva")],
            &[(GivenName, "Eva"), (Surname, "Huber")],
            &[(Surname, "Huber")],
            &[(GivenName, "Mac Phail"), (Surname, "Brydee"), (Postcode, "22341")],
            &[(GivenName, "Brycdee"), (Surname, "Mac Phail"), (Postcode, "22341")],
        ]);
        assert_eq!(BlockingIndex::build(&records, 10).pairs().0, [(0, 1), (2, 3), (4, 5), (7, 8)]);
    }

    #[test]
    fn a_key_above_the_cap_brings_nothing_and_is_told() {
        let shop: &[(Field, &str)] = &[(Field::Phone, "0800 1234567")];
        let records = records(&[shop; 5]);
        assert_eq!(BlockingIndex::build(&records, 5).pairs().0.len(), 10);
        let (pairs, hot) = BlockingIndex::build(&records, 4).pairs();
        assert_eq!((pairs.len(), hot), (0, vec![HotKeys { kind: "landline number", keys: 1, records: 5 }]));
    }

    #[test]
    fn a_live_record_finds_what_the_batch_finds() {
        let mail: &[(Field, &str)] = &[(Field::Email, "a@gmx.de")];
        let all = records(&[mail, mail, &[(Field::Email, "b@gmx.de")]]);
        let mut index = BlockingIndex::build(&records(&[mail]), 10);
        index.add(&all, 1);
        index.add(&all, 2);
        assert_eq!(index.candidates(&all, &all.rows[0]), [0, 1]);
    }
}
