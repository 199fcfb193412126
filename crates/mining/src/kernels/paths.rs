//! A walker over touchpoints that sometimes loses interest: where it is, and which ways it most likely takes.
//!
//! At each touchpoint it goes on with probability [`DAMPING`] as journeys do, and else begins anew where journeys begin.

use std::num::NonZeroUsize;

use crate::wait::each_in_turn;

/// The probability of going on as journeys do; that of Brin and Page (1998).
pub(crate) const DAMPING: f64 = 0.85;

/// Lengths of ways that differ by less are the same: those of one product of probabilities, multiplied in another order.
const SAME: f64 = 1e-9;

/// Touchpoints and how journeys go between them; touchpoints are numbers from 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ways {
    /// By touchpoint: whereto, with which probability. What is missing to 1 are ends of journeys.
    pub(crate) next: Vec<Vec<(u32, f64)>>,
    /// By touchpoint: the share of journeys that begin there.
    pub(crate) starts: Vec<f64>,
}

impl Ways {
    /// PageRank (Brin and Page 1998) with the journeys' starts as restart vector (Haveliwala 2002): the share of its time
    /// that the walker spends at each touchpoint. An end of a journey leads to a start.
    pub(crate) fn ranks(&self, damping: f64) -> Vec<f64> {
        let mut ranks = self.starts.clone();
        // Each step shrinks the error by the damping; what is left after so many is below what an f64 can tell.
        for _ in 0..1_000 {
            let stepped = self.step(&ranks, damping);
            let moved: f64 = ranks.iter().zip(&stepped).map(|(before, after)| (before - after).abs()).sum();
            ranks = stepped;
            if moved < 1e-15 {
                break;
            }
        }
        ranks
    }

    fn step(&self, ranks: &[f64], damping: f64) -> Vec<f64> {
        let mut stepped = vec![0.0; ranks.len()];
        let mut anew = 0.0;
        for (rank, next) in ranks.iter().zip(&self.next) {
            let mut ends = 1.0;
            for &(to, probability) in next {
                stepped[to as usize] += damping * rank * probability;
                ends -= probability;
            }
            anew += rank * (1.0 - damping + damping * ends);
        }
        for (rank, start) in stepped.iter_mut().zip(&self.starts) {
            *rank += anew * start;
        }
        stepped
    }

    /// Betweenness (Freeman 1977) by Brandes' algorithm (2001): for each touchpoint, the sum over all ordered pairs of
    /// others of the share of the most probable ways from one to the other that go by it. The length of a transition is
    /// -ln(damping * probability), so the shortest way is the most probable one of the walker.
    pub(crate) fn betweenness(&self, threads: NonZeroUsize) -> Vec<f64> {
        let sources: Vec<u32> = (0..self.next.len() as u32).collect();
        // Chunks of one size on any number of threads: sums of floats depend on their order.
        let chunks: Vec<&[u32]> = sources.chunks(32).collect();
        let sums = each_in_turn(&chunks, threads, |chunk| {
            let mut sum = vec![0.0; self.next.len()];
            chunk.iter().for_each(|&source| self.add_from(source as usize, &mut sum));
            sum
        });
        let mut betweenness = vec![0.0; self.next.len()];
        for sum in sums {
            betweenness.iter_mut().zip(sum).for_each(|(all, more)| *all += more);
        }
        betweenness
    }

    /// What the ways that begin at one touchpoint add.
    fn add_from(&self, source: usize, sum: &mut [f64]) {
        let n = self.next.len();
        let (mut length, mut ways) = (vec![f64::INFINITY; n], vec![0.0; n]);
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); n];
        let mut settled = Vec::new();
        let mut waiting = std::collections::BinaryHeap::from([Nearest(0.0, source as u32)]);
        let mut is_settled = vec![false; n];
        (length[source], ways[source]) = (0.0, 1.0);
        while let Some(Nearest(_, at)) = waiting.pop() {
            let from = at as usize;
            if std::mem::replace(&mut is_settled[from], true) {
                continue;
            }
            settled.push(from);
            for &(to, probability) in &self.next[from] {
                let (to, by) = (to as usize, length[from] - (DAMPING * probability).ln());
                if by < length[to] - SAME {
                    length[to] = by;
                    ways[to] = ways[from];
                    before[to].clear();
                    before[to].push(at);
                    waiting.push(Nearest(by, to as u32));
                } else if by <= length[to] + SAME && to != source {
                    ways[to] += ways[from];
                    before[to].push(at);
                }
            }
        }
        let mut depends = vec![0.0; n];
        for &to in settled.iter().skip(1).rev() {
            for &from in &before[to] {
                depends[from as usize] += ways[from as usize] / ways[to] * (1.0 + depends[to]);
            }
            sum[to] += depends[to];
        }
    }
}

/// A touchpoint and the length of the way to it; the shortest is the greatest, as a heap wants it.
#[derive(PartialEq)]
struct Nearest(f64, u32);

impl Eq for Nearest {}

impl Ord for Nearest {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.0.total_cmp(&self.0).then_with(|| other.1.cmp(&self.1))
    }
}

impl PartialOrd for Nearest {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Journeys over five touchpoints as counts of transitions, with starts and occurrences.
    #[derive(Debug)]
    struct Counted {
        pairs: [[u64; 5]; 5],
        starts: [u64; 5],
        occurrences: [u64; 5],
    }

    impl Counted {
        fn of(journeys: &[Vec<usize>]) -> Self {
            let mut counted = Self { pairs: [[0; 5]; 5], starts: [0; 5], occurrences: [0; 5] };
            for journey in journeys {
                counted.starts[journey[0]] += 1;
                journey.iter().for_each(|&at| counted.occurrences[at] += 1);
                journey.windows(2).for_each(|pair| counted.pairs[pair[0]][pair[1]] += 1);
            }
            counted
        }

        fn ways(&self) -> Ways {
            let journeys = self.starts.iter().sum::<u64>() as f64;
            let next = self.pairs.iter().zip(self.occurrences).map(|(row, occurrences)| {
                let pairs = (0..5_u32).zip(row).filter(|(_, count)| **count > 0);
                pairs.map(|(to, &count)| (to, count as f64 / occurrences as f64)).collect()
            });
            Ways { next: next.collect(), starts: self.starts.map(|count| count as f64 / journeys).to_vec() }
        }

        /// Adds every way without a repeat from the end of `way` to `target`, with its probability as a fraction.
        fn each_way(
            &self,
            way: &mut Vec<usize>,
            target: usize,
            so_far: (u128, u128),
            found: &mut Vec<(Vec<usize>, (u128, u128))>,
        ) {
            let at = way[way.len() - 1];
            if at == target {
                found.push((way.clone(), so_far));
                return;
            }
            for to in (0..5).filter(|&to| self.pairs[at][to] > 0) {
                if !way.contains(&to) {
                    let by = (
                        so_far.0 * 17 * u128::from(self.pairs[at][to]),
                        so_far.1 * 20 * u128::from(self.occurrences[at]),
                    );
                    way.push(to);
                    self.each_way(way, target, by, found);
                    way.pop();
                }
            }
        }
    }

    fn journeys() -> impl Strategy<Value = Vec<Vec<usize>>> {
        proptest::collection::vec(proptest::collection::vec(0_usize..5, 1..9), 1..12)
    }

    proptest! {
        #[test]
        fn betweenness_is_that_of_all_most_probable_ways(journeys in journeys()) {
            let counted = Counted::of(&journeys);
            let mut expected = [0.0; 5];
            for (from, to) in (0..5).flat_map(|from| (0..5).map(move |to| (from, to))).filter(|(from, to)| from != to) {
                let mut found = Vec::new();
                counted.each_way(&mut vec![from], to, (1, 1), &mut found);
                let Some(best) = found.iter().map(|(_, chance)| *chance).reduce(|a, b| if a.0 * b.1 >= b.0 * a.1 { a } else { b })
                else { continue };
                found.retain(|(_, chance)| chance.0 * best.1 == best.0 * chance.1);
                for (way, _) in &found {
                    way[1..way.len() - 1].iter().for_each(|&by| expected[by] += 1.0 / found.len() as f64);
                }
            }
            for threads in [1, 3] {
                let betweenness = counted.ways().betweenness(NonZeroUsize::new(threads).unwrap());
                for (found, expected) in betweenness.iter().zip(expected) {
                    prop_assert!((found - expected).abs() < 1e-9, "{betweenness:?} {expected:?}");
                }
            }
        }

        #[test]
        fn ranks_add_up_to_1_and_stay_where_they_are(journeys in journeys()) {
            let counted = Counted::of(&journeys);
            let ways = counted.ways();
            let ranks = ways.ranks(DAMPING);
            prop_assert!((ranks.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{ranks:?}");
            let stepped = ways.step(&ranks, DAMPING);
            prop_assert!(ranks.iter().zip(stepped).all(|(before, after)| (before - after).abs() < 1e-12));
            // A walker that never loses interest is where events are.
            let events = counted.occurrences.iter().sum::<u64>() as f64;
            let shares = counted.occurrences.map(|occurrences| occurrences as f64 / events);
            prop_assert!(shares.iter().zip(ways.step(&shares, 1.0)).all(|(before, after)| (before - after).abs() < 1e-12));
        }
    }
}
