//! Words and where they occur, found by their beginning or by what is in them: an index in memory, so that every key
//! that somebody presses can ask.
//!
//! A word is held once, however many it stands for. Beginnings are found in the order of the words; what stands inside of
//! words by their trigrams, of which the rarest is looked up and the rest compared.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Bound;
use std::sync::Arc;

use hashbrown::HashMap;

/// Letters of a gram.
const GRAM: usize = 3;

/// Words with the numbers they stand for.
#[derive(Debug, Default)]
pub(super) struct WordIndex {
    by_word: BTreeMap<Arc<str>, u32>,
    words: Vec<Arc<str>>,
    places: Vec<Places>,
    /// Places of words that have more than one.
    lists: Vec<Vec<u32>>,
    /// By trigram, the words that hold it.
    grams: HashMap<[u8; GRAM], Vec<u32>>,
}

/// The numbers a word stands for: most stand for one.
#[derive(Clone, Copy, Debug)]
enum Places {
    One(u32),
    Many(u32),
}

impl WordIndex {
    /// Different words held.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Notes that a word stands for a number. Numbers of one word come in any order; the same twice in a row is held once.
    pub(super) fn add(&mut self, word: &str, number: u32) {
        let next = self.words.len() as u32;
        let held: Arc<str> = Arc::from(word);
        match self.by_word.entry(Arc::clone(&held)) {
            Entry::Vacant(entry) => {
                entry.insert(next);
                let mut grams: Vec<[u8; GRAM]> = grams(word).collect();
                grams.sort_unstable();
                grams.dedup();
                for gram in grams {
                    self.grams.entry(gram).or_default().push(next);
                }
                self.words.push(held);
                self.places.push(Places::One(number));
            }
            Entry::Occupied(entry) => {
                let places = &mut self.places[*entry.get() as usize];
                match *places {
                    Places::One(only) if only == number => {}
                    Places::One(only) => {
                        *places = Places::Many(self.lists.len() as u32);
                        self.lists.push(vec![only, number]);
                    }
                    Places::Many(list) => {
                        let list = &mut self.lists[list as usize];
                        if list.last() != Some(&number) {
                            list.push(number);
                        }
                    }
                }
            }
        }
    }

    /// Words that are the text, then those that begin with it, then those that hold it, at most `most`; each group in the
    /// order of the words. A text of fewer than three bytes is only looked for at the beginning.
    pub(super) fn find(&self, text: &str, most: usize) -> Vec<u32> {
        let beginning = (Bound::Included(text), Bound::Unbounded);
        let begin = self.by_word.range::<str, _>(beginning).take_while(|(word, _)| word.starts_with(text));
        let mut found: Vec<u32> = begin.map(|(_, &word)| word).take(most).collect();
        if text.len() < GRAM || found.len() == most {
            return found;
        }
        let rarest = grams(text)
            .map(|gram| self.grams.get(&gram).map_or(&[][..], Vec::as_slice))
            .min_by_key(|words| words.len());
        let inside = rarest.unwrap_or_default().iter().copied().filter(|&word| {
            let word = &self.words[word as usize];
            !word.starts_with(text) && word.contains(text)
        });
        found.extend(inside.take(most - found.len()));
        found
    }

    /// The numbers a word stands for.
    pub(super) fn places(&self, word: u32) -> &[u32] {
        match &self.places[word as usize] {
            Places::One(number) => std::slice::from_ref(number),
            Places::Many(list) => &self.lists[*list as usize],
        }
    }
}

fn grams(text: &str) -> impl Iterator<Item = [u8; GRAM]> {
    text.as_bytes().windows(GRAM).map(|bytes| [bytes[0], bytes[1], bytes[2]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_word_itself_comes_first_then_beginnings_then_what_holds_it() {
        let mut index = WordIndex::default();
        for (number, word) in (0..).zip(["anna", "hannah", "ann", "annabell", "joanna", "uwe"]) {
            index.add(word, number);
        }
        let found = |text, most| {
            let words = index.find(text, most);
            words.into_iter().map(|word| index.words[word as usize].to_string()).collect::<Vec<_>>()
        };
        assert_eq!(found("ann", 10), ["ann", "anna", "annabell", "hannah", "joanna"]);
        assert_eq!(found("ann", 2), ["ann", "anna"]);
        assert_eq!(found("na", 10), Vec::<String>::new(), "two letters are looked for at the beginning");
        assert_eq!((found("annax", 9), found("", 2)), (vec![], vec!["ann".to_owned(), "anna".to_owned()]));
    }

    proptest! {
        #[test]
        fn whatever_holds_the_text_is_found(
            words in prop::collection::vec("[abü]{1,7}", 0..40), text in "[abü]{1,4}",
        ) {
            let mut index = WordIndex::default();
            for (number, word) in (0..).zip(&words) {
                index.add(word, number);
            }
            let mut found: Vec<u32> =
                index.find(&text, usize::MAX).into_iter().flat_map(|word| index.places(word).to_vec()).collect();
            found.sort_unstable();
            let holds = |word: &String| if text.len() < GRAM { word.starts_with(&text) } else { word.contains(&text) };
            let expected: Vec<u32> = (0..).zip(&words).filter(|(_, word)| holds(word)).map(|(number, _)| number).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
