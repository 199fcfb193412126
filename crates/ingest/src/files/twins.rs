//! Rows that are equal to the letter are still several rows.

use hashbrown::HashMap;

/// Rows of one generation: just what a hash table of 2^21 places holds before it would grow.
const GENERATION: usize = 1_835_008;

/// Counts how often a row was met before, within bounded memory (about 75 MB).
///
/// It remembers the last one to two generations of different rows. An equal row that comes later than
/// that is counted from one again, gets the id of the first, and so passes for its duplicate.
#[derive(Debug)]
pub(super) struct Twins {
    generation: usize,
    current: HashMap<u64, u32>,
    previous: HashMap<u64, u32>,
}

impl Default for Twins {
    fn default() -> Self {
        Self::with_generation(GENERATION)
    }
}

impl Twins {
    fn with_generation(generation: usize) -> Self {
        Self { generation, current: HashMap::new(), previous: HashMap::new() }
    }

    /// The how-manieth row with this hash it is: 1 for the first.
    pub(super) fn count(&mut self, hash: u64) -> u32 {
        if let Some(count) = self.current.get_mut(&hash) {
            *count += 1;
            return *count;
        }
        if self.current.len() == self.generation {
            std::mem::swap(&mut self.current, &mut self.previous);
            self.current.clear();
        }
        let count = self.previous.get(&hash).copied().unwrap_or(0) + 1;
        self.current.insert(hash, count);
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_rows_are_counted_across_one_change_of_generation_and_forgotten_after_two() {
        let mut twins = Twins::with_generation(3);
        let counts: Vec<u32> = [7, 7, 8, 9, 10, 7, 11, 12, 13, 14, 8].map(|hash| twins.count(hash)).to_vec();
        assert_eq!(counts, [1, 2, 1, 1, 1, 3, 1, 1, 1, 1, 1]);
        assert!(twins.current.len() + twins.previous.len() <= 6);
    }
}
