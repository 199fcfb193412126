//! Values by pair of codes, without a hash where a table does.

use std::cmp::Reverse;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

/// Up to so many codes, pairs are found in a square table of 4 bytes a pair.
const SQUARE_CODES: usize = 512;

/// A value for each pair of codes that occurs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Pairs<T> {
    entries: Vec<((u16, u16), T)>,
    /// One more than the place of a pair among the entries, 0 for none. Made again where it comes from another machine.
    #[serde(skip)]
    square: Vec<u32>,
    /// The same where there are too many codes for a square table.
    #[serde(skip)]
    places: HashMap<u32, u32>,
    #[serde(skip)]
    codes: usize,
}

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), square: Vec::new(), places: HashMap::new(), codes: 0 }
    }
}

impl<T: Default> Pairs<T> {
    /// Makes ready for codes below `codes`; must be called before pairs are looked for.
    pub(crate) fn prepare(&mut self, codes: usize) {
        if self.codes == codes {
            return;
        }
        self.codes = codes;
        self.square = if codes <= SQUARE_CODES { vec![0; codes * codes] } else { Vec::new() };
        self.places.clear();
        for place in 1..=self.entries.len() {
            let pair = self.entries[place - 1].0;
            *self.place(pair) = place as u32;
        }
    }

    #[inline]
    fn place(&mut self, (from, to): (u16, u16)) -> &mut u32 {
        if self.codes <= SQUARE_CODES {
            &mut self.square[usize::from(from) * self.codes + usize::from(to)]
        } else {
            self.places.entry(u32::from(from) << 16 | u32::from(to)).or_default()
        }
    }

    /// The value of a pair, its default where the pair is new.
    #[inline]
    pub(crate) fn at(&mut self, pair: (u16, u16)) -> &mut T {
        let next = self.entries.len() as u32 + 1;
        let place = self.place(pair);
        if *place == 0 {
            *place = next;
            self.entries.push((pair, T::default()));
            return &mut self.entries[next as usize - 1].1;
        }
        let place = *place as usize - 1;
        &mut self.entries[place].1
    }

    /// Adds the values of another, one by one.
    pub(crate) fn merge(&mut self, other: Self, mut add: impl FnMut(&mut T, T)) {
        for (pair, more) in other.entries {
            add(self.at(pair), more);
        }
    }

    /// Every pair that occurs, in no order that means anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = ((u16, u16), &T)> {
        self.entries.iter().map(|(pair, value)| (*pair, value))
    }

    /// Bytes on the heap, what values hold aside.
    pub(crate) fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<((u16, u16), T)>() + self.square.len() * 4 + self.places.capacity() * 9
    }
}

/// How often something happens, in how many journeys, of how many customers. Journeys come customer by customer, so
/// remembering the last one is enough.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) occurrences: u64,
    pub(crate) journeys: u64,
    pub(crate) customers: u64,
    last_journey: u64,
    last_customer: u64,
}

impl Tally {
    /// Counts once more; journeys and customers are numbered from 1, over all a partial has seen.
    #[inline]
    pub(crate) fn count(&mut self, journey: u64, customer: u64) {
        self.occurrences += 1;
        self.journeys += u64::from(self.last_journey != journey);
        self.last_journey = journey;
        self.customers += u64::from(self.last_customer != customer);
        self.last_customer = customer;
    }

    /// Adds what was counted of other customers.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.occurrences += other.occurrences;
        self.journeys += other.journeys;
        self.customers += other.customers;
    }
}

/// Numbers journeys and customers from 1, over all slices a partial has seen.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Numbers {
    pub(crate) events: u64,
    pub(crate) journeys: u64,
    pub(crate) customers: u64,
}

impl Numbers {
    /// The next journey, and whether it is the first of its customer in this slice.
    #[inline]
    pub(crate) fn next(&mut self, events: usize, customer: u32, last: &mut Option<u32>) -> bool {
        self.events += events as u64;
        self.journeys += 1;
        let is_new = last.replace(customer) != Some(customer);
        self.customers += u64::from(is_new);
        is_new
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.events += other.events;
        self.journeys += other.journeys;
        self.customers += other.customers;
    }
}

/// Sorts by a count, the greatest first, equal ones by name.
pub(crate) fn rank<T, N: Ord>(list: &mut [T], count: impl Fn(&T) -> u64, name: impl Fn(&T) -> N) {
    list.sort_unstable_by_key(|item| (Reverse(count(item)), name(item)));
}

/// Keeps the `top` greatest by a count, equal ones by name, in that order.
pub(crate) fn keep_top<T, N: Ord>(list: &mut Vec<T>, top: usize, count: impl Fn(&T) -> u64, name: impl Fn(&T) -> N) {
    if top < list.len() {
        list.select_nth_unstable_by_key(top, |item| (Reverse(count(item)), name(item)));
        list.truncate(top);
    }
    rank(list, count, name);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_codes_are_counted_as_few_are_and_merge_after_json() {
        for codes in [8, SQUARE_CODES + 8] {
            let mut all = Pairs::<u64>::default();
            for part in 0..3 {
                let mut pairs = Pairs::<u64>::default();
                pairs.prepare(codes);
                for number in 0..40_u16 {
                    *pairs.at((number % 8, number * part % 8)) += 1;
                }
                let mut pairs: Pairs<u64> = serde_json::from_str(&serde_json::to_string(&pairs).unwrap()).unwrap();
                pairs.prepare(codes);
                *pairs.at((7, 7)) += 1;
                all.prepare(codes);
                all.merge(pairs, |mine, more| *mine += more);
            }
            for from in 0..8_u16 {
                for to in 0..8_u16 {
                    let given = (0..3).flat_map(|part| (0..40_u16).map(move |number| (number % 8, number * part % 8)));
                    let plain =
                        given.filter(|pair| *pair == (from, to)).count() as u64 + 3 * u64::from((from, to) == (7, 7));
                    assert_eq!(*all.at((from, to)), plain, "{from} {to}");
                }
            }
        }
    }
}
