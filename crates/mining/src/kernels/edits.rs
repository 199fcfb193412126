//! How far two sequences of touchpoints are apart.

/// Longest sequence that can be compared: one bit of a word for each touchpoint.
pub(crate) const LONGEST: usize = 64;

/// The bits at which each touchpoint stands in one sequence, the pattern, to which others are compared.
#[derive(Clone, Debug)]
pub(crate) struct Pattern<'s> {
    sequence: &'s [u16],
    places: Vec<u64>,
}

impl<'s> Pattern<'s> {
    /// `sequence` has 1 to 64 touchpoints, each below `labels`.
    pub(crate) fn of(sequence: &'s [u16], labels: usize) -> Self {
        let mut places = vec![0; labels];
        for (place, &code) in sequence.iter().enumerate() {
            places[usize::from(code)] |= 1 << place;
        }
        Self { sequence, places }
    }

    /// The fewest touchpoints to be put in, taken out or replaced to make one sequence the other (Levenshtein 1966), all
    /// cells of a column at once (Myers 1999 in the form of Hyyrö 2001).
    pub(crate) fn edits(&self, other: &[u16]) -> u32 {
        let (mut more, mut less) = (u64::MAX, 0_u64);
        let mut edits = self.sequence.len() as u32;
        let last = 1_u64 << (self.sequence.len() - 1);
        for &code in other {
            let same = self.places[usize::from(code)];
            let diagonal = ((same & more).wrapping_add(more) ^ more) | same | less;
            let (right, left) = (less | !(diagonal | more), more & diagonal);
            edits += u32::from(right & last != 0);
            edits -= u32::from(left & last != 0);
            let (right, left) = (right << 1 | 1, left << 1);
            (more, less) = (left | !(diagonal | right), right & diagonal);
        }
        edits
    }

    /// Edits as a share, 0 for equal sequences and 1 for those that have nothing in common:
    /// `2 edits / (length + length + edits)`, a metric (Yujian and Bo 2007).
    pub(crate) fn distance(&self, other: &[u16]) -> f64 {
        let edits = f64::from(self.edits(other));
        2.0 * edits / ((self.sequence.len() + other.len()) as f64 + edits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Row by row, as the definition says.
    fn plain(a: &[u16], b: &[u16]) -> u32 {
        let mut row: Vec<u32> = (0..=b.len() as u32).collect();
        for (x, above) in a.iter().zip(0..) {
            let mut diagonal = above;
            row[0] = above + 1;
            for (place, y) in b.iter().enumerate() {
                let replaced = diagonal + u32::from(x != y);
                diagonal = row[place + 1];
                row[place + 1] = replaced.min(diagonal + 1).min(row[place] + 1);
            }
        }
        row[b.len()]
    }

    fn sequence() -> impl Strategy<Value = Vec<u16>> {
        proptest::collection::vec(0_u16..4, 1..=LONGEST)
    }

    proptest! {
        #[test]
        fn edits_are_those_of_the_definition_and_the_distance_is_a_metric(a in sequence(), b in sequence(), c in sequence()) {
            let [of_a, of_b] = [&a, &b].map(|sequence| Pattern::of(sequence, 4));
            prop_assert_eq!(of_a.edits(&b), plain(&a, &b));
            prop_assert_eq!(of_b.edits(&a), plain(&a, &b));
            prop_assert_eq!(of_a.distance(&b) == 0.0, a == b);
            prop_assert!(of_a.distance(&c) <= of_a.distance(&b) + of_b.distance(&c) + 1e-12);
        }
    }
}
