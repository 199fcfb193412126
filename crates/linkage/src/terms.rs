//! Values as numbers, and how often each occurs.

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64;

/// Number of a value within its [`Terms`]; 0 stands for "no value".
pub type Code = u32;

/// The code of a missing value. It agrees with nothing, not even with itself.
pub const MISSING: Code = 0;

/// Each distinct text once, under a number.
#[derive(Clone, Debug)]
pub struct Terms {
    text: String,
    ends: Vec<u32>,
    table: HashTable<Code>,
}

impl Default for Terms {
    fn default() -> Self {
        Self { text: String::new(), ends: vec![0], table: HashTable::new() }
    }
}

impl Terms {
    /// The text's code, given to it now if it is new; the empty text is [`MISSING`].
    ///
    /// # Panics
    /// When all texts together exceed 4 GiB.
    pub fn intern(&mut self, text: &str) -> Code {
        if text.is_empty() {
            return MISSING;
        }
        let hash = xxh3_64(text.as_bytes());
        let (all, ends) = (&self.text, &self.ends);
        if let Some(&code) = self.table.find(hash, |&code| slice(all, ends, code) == text) {
            return code;
        }
        let code = Code::try_from(self.ends.len()).expect("fewer distinct values than fit into 32 bits");
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).expect("distinct values of one kind fit into 4 GiB"));
        let (all, ends) = (&self.text, &self.ends);
        self.table.insert_unique(hash, code, |&code| xxh3_64(slice(all, ends, code).as_bytes()));
        code
    }

    /// Forgets the texts that came last, so that `len` are left.
    pub(crate) fn truncate(&mut self, len: usize) {
        while self.ends.len() > len.max(1) {
            let code = self.ends.len() as Code - 1;
            let hash = xxh3_64(slice(&self.text, &self.ends, code).as_bytes());
            if let Ok(entry) = self.table.find_entry(hash, |&known| known == code) {
                entry.remove();
            }
            self.ends.pop();
            self.text.truncate(self.ends.last().copied().unwrap_or(0) as usize);
        }
    }

    /// The text of a code; empty for [`MISSING`].
    pub fn text(&self, code: Code) -> &str {
        slice(&self.text, &self.ends, code)
    }

    /// Distinct texts, the missing one included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True if no text was interned yet.
    pub fn is_empty(&self) -> bool {
        self.ends.len() == 1
    }
}

fn slice<'t>(text: &'t str, ends: &[u32], code: Code) -> &'t str {
    let index = code as usize;
    if index == 0 { "" } else { &text[ends[index - 1] as usize..ends[index] as usize] }
}

/// How many records bear each value: the term frequencies, kept record by record.
///
/// Two counts over the same [`Terms`] merge to what counting everything at once gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    by_code: Vec<u32>,
    bearers: u64,
    agreeing: u64,
}

impl Counts {
    /// One more record bears the value; a missing value is not counted.
    pub fn add(&mut self, code: Code) {
        self.add_many(code, 1);
    }

    fn add_many(&mut self, code: Code, more: u32) {
        if code == MISSING || more == 0 {
            return;
        }
        let index = code as usize;
        if self.by_code.len() <= index {
            self.by_code.resize(index + 1, 0);
        }
        let before = u64::from(self.by_code[index]);
        let (more_64, after) = (u64::from(more), before + u64::from(more));
        self.by_code[index] += more;
        self.bearers += more_64;
        self.agreeing += after * (after - 1) - before * before.saturating_sub(1);
    }

    /// Adds the counts of other records.
    pub fn merge(&mut self, other: &Self) {
        for (index, &count) in other.by_code.iter().enumerate() {
            self.add_many(index as Code, count);
        }
    }

    /// Records that bear this value.
    pub fn of(&self, code: Code) -> u32 {
        self.by_code.get(code as usize).copied().unwrap_or(0)
    }

    /// Records that bear any value.
    pub fn bearers(&self) -> u64 {
        self.bearers
    }

    /// The exact share of pairs of bearers that agree: sum of c (c - 1) over all values, over n (n - 1).
    /// `None` with fewer than two bearers.
    pub fn agreement(&self) -> Option<f64> {
        (self.bearers > 1).then(|| self.agreeing as f64 / (self.bearers as f64 * (self.bearers as f64 - 1.0)))
    }

    /// The share of the other bearers that agree with one bearer of this value: (c - 1) / (n - 1).
    pub fn frequency(&self, code: Code) -> f64 {
        f64::from(self.of(code).saturating_sub(1)) / (self.bearers as f64 - 1.0).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn agreement_counts_ordered_pairs_without_a_value_with_itself() {
        // a a a b b c: 3*2 + 2*1 + 0 = 8 of 6*5 = 30 ordered pairs.
        let mut counts = Counts::default();
        for code in [1, 1, 1, 2, 2, 3, MISSING] {
            counts.add(code);
        }
        assert_eq!(counts.agreement(), Some(8.0 / 30.0));
        assert_eq!(counts.frequency(1), 2.0 / 5.0);
        assert_eq!((counts.of(1), counts.of(9), counts.bearers()), (3, 0, 6));
        assert_eq!(Counts::default().agreement(), None);
    }

    #[test]
    fn a_text_has_one_code_and_keeps_it() {
        let mut terms = Terms::default();
        let codes = ["mueller", "meier", "mueller", ""].map(|text| terms.intern(text));
        assert_eq!(codes, [1, 2, 1, MISSING]);
        assert_eq!((terms.text(2), terms.text(MISSING), terms.len()), ("meier", "", 3));
    }

    #[test]
    fn what_is_forgotten_leaves_the_rest_as_it_was() {
        let mut terms = Terms::default();
        terms.intern("mueller");
        let before = terms.len();
        for text in ["meier", "huber"] {
            terms.intern(text);
        }
        terms.truncate(before);
        assert_eq!((terms.len(), terms.intern("mueller"), terms.intern("huber"), terms.text(2)), (2, 1, 2, "huber"));
    }

    proptest! {
        #[test]
        fn counting_in_parts_and_merging_equals_counting_at_once(
            values in prop::collection::vec(0_u32..20, 0..200), cut in 0_usize..200,
        ) {
            let count = |part: &[Code]| {
                let mut counts = Counts::default();
                part.iter().for_each(|&code| counts.add(code));
                counts
            };
            let cut = cut.min(values.len());
            let mut merged = count(&values[..cut]);
            merged.merge(&count(&values[cut..]));
            let at_once = count(&values);
            prop_assert_eq!(merged.bearers(), at_once.bearers());
            prop_assert_eq!(merged.agreement(), at_once.agreement());
            for code in 0..20 {
                prop_assert_eq!(merged.of(code), at_once.of(code));
            }
        }
    }
}
