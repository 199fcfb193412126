use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde::{Deserialize, Serialize};

/// How long it took from one touchpoint to the next, over all times it happened. Seconds, exact.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wait {
    /// Number of waits.
    pub n: u64,
    /// The shortest, in seconds.
    pub min_s: f64,
    /// The mean, in seconds.
    pub mean_s: f64,
    /// The median, in seconds; the mean of the two middle waits where `n` is even.
    pub median_s: f64,
    /// The 95 % quantile, in seconds, by linear interpolation.
    pub q95_s: f64,
    /// The longest, in seconds.
    pub max_s: f64,
}

impl Wait {
    /// The figures of waits in microseconds, in any number of lists; none if there is no wait.
    pub fn of<'w>(lists: impl Iterator<Item = &'w [i64]> + Clone) -> Option<Self> {
        let n: usize = lists.clone().map(<[i64]>::len).sum();
        if n == 0 {
            return None;
        }
        let (mut min, mut max, mut sum) = (i64::MAX, i64::MIN, 0_i128);
        // Sums of few fit into a word where the values do; of many they might not.
        for few in lists.clone().flat_map(|list| list.chunks(1 << 10)) {
            let (mut low, mut high, mut partly) = (i64::MAX, i64::MIN, 0_i64);
            for &wait in few {
                low = low.min(wait);
                high = high.max(wait);
                partly = partly.wrapping_add(wait);
            }
            let fits = high <= i64::MAX >> 10 && low >= i64::MIN >> 10;
            sum += if fits { i128::from(partly) } else { few.iter().map(|&wait| i128::from(wait)).sum::<i128>() };
            min = min.min(low);
            max = max.max(high);
        }
        let [median_s, q95_s] = quantiles_s(lists, n, [50, 95]);
        Some(Self {
            n: n as u64,
            min_s: min as f64 / 1e6,
            mean_s: sum as f64 / n as f64 / 1e6,
            median_s,
            q95_s,
            max_s: max as f64 / 1e6,
        })
    }
}

/// The quantiles at `percents` by linear interpolation (Hyndman and Fan 1996, type 7; what numpy does by default), in
/// seconds: each lies at position `percent/100 * (n-1)` of the `n` sorted values, counted from 0.
fn quantiles_s<'w, const K: usize>(
    lists: impl Iterator<Item = &'w [i64]> + Clone,
    n: usize,
    percents: [usize; K],
) -> [f64; K] {
    let places = percents.map(|percent| (percent * (n - 1) / 100, percent * (n - 1) % 100));
    let wanted = places.iter().flat_map(|&(place, rest)| [place, place + usize::from(rest > 0)]);
    let found = order_statistics(lists, n, wanted);
    places.map(|(place, rest)| {
        let (low, next) = (found[&place], found[&(place + usize::from(rest > 0))]);
        (low as f64 + (next - low) as f64 * (rest as f64 / 100.0)) / 1e6
    })
}

/// Values below this are sorted; more are counted first, so that only a few have to be.
const FEW: usize = 4_096;

/// The values at some places of the sorted values, by place. Two passes over the lists and no copy of them: the first counts
/// values by their leading bits, the second takes those that share them with a value at a wanted place.
fn order_statistics<'w>(
    lists: impl Iterator<Item = &'w [i64]> + Clone,
    n: usize,
    wanted: impl Iterator<Item = usize>,
) -> BTreeMap<usize, i64> {
    let mut places: Vec<usize> = wanted.collect();
    places.sort_unstable();
    places.dedup();
    if n <= FEW {
        let mut all = lists.collect::<Vec<_>>().concat();
        all.sort_unstable();
        return places.into_iter().map(|place| (place, all[place])).collect();
    }
    let mut counts = vec![0_usize; BUCKETS];
    lists.clone().flatten().for_each(|&value| counts[bucket(value)] += 1);
    // For each bucket with a wanted place: how many values lie before it, and its own.
    let mut chosen: Vec<(usize, usize, Vec<i64>)> = Vec::new();
    let mut before = 0;
    for (number, &count) in counts.iter().enumerate() {
        if places.iter().any(|&place| (before..before + count).contains(&place)) {
            chosen.push((number, before, Vec::with_capacity(count)));
        }
        before += count;
    }
    let mut is_chosen = vec![u8::MAX; BUCKETS];
    for (index, (number, ..)) in chosen.iter().enumerate() {
        is_chosen[*number] = index as u8;
    }
    for &value in lists.flatten() {
        let index = is_chosen[bucket(value)];
        if index != u8::MAX {
            chosen[usize::from(index)].2.push(value);
        }
    }
    let mut found = BTreeMap::new();
    for (_, before, values) in &mut chosen {
        values.sort_unstable();
        let here = places.iter().filter(|&&place| (*before..*before + values.len()).contains(&place));
        found.extend(here.map(|&place| (place, values[place - *before])));
    }
    found
}

/// Bits of a value after its leading one that tell its bucket.
const BITS: u32 = 6;
const BUCKETS: usize = ((64 - BITS as usize) << BITS) + 1;

/// Ascends with the value; values below 0 share the first one with 0.
fn bucket(value: i64) -> usize {
    let value = value.max(0) as u64;
    let shift = (63 - (value | (1 << BITS)).leading_zeros()) - BITS;
    ((shift as usize) << BITS) + (value >> shift) as usize
}

/// `work` on every item, the items handed to threads one after the other. Results come in the order of the items.
pub(crate) fn each_in_turn<T: Sync, R: Send>(
    items: &[T],
    threads: NonZeroUsize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    if threads.get() == 1 || items.len() < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let take = || {
            let mut done = Vec::new();
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(place) else { return done };
                done.push((place, work(item)));
            }
        };
        let others: Vec<_> = (1..threads.get()).map(|_| scope.spawn(take)).collect();
        let own = take();
        let joined = others.into_iter().flat_map(|other| match other.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        own.into_iter().chain(joined).collect()
    });
    results.sort_unstable_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_numpy() {
        // numpy.quantile([...], [.5, .95]) of the waits in seconds.
        for (seconds, median_s, q95_s) in [
            (vec![5], 5.0, 5.0),
            (vec![4, 1], 2.5, 3.85),
            (vec![3, 1, 2], 2.0, 2.9),
            (vec![10, 0, 0, 0], 0.0, 8.5),
            ((1..=21).rev().collect(), 11.0, 20.0),
            ((1..=100).collect(), 50.5, 95.05),
        ] {
            let waits: Vec<i64> = seconds.iter().map(|s: &i64| s * 1_000_000).collect();
            let wait = Wait::of(std::iter::once(&*waits)).unwrap();
            assert!((wait.median_s - median_s).abs() < 1e-9, "{seconds:?}: {wait:?}");
            assert!((wait.q95_s - q95_s).abs() < 1e-9, "{seconds:?}: {wait:?}");
        }
        assert_eq!(Wait::of(std::iter::empty()), None);
    }

    #[test]
    fn many_waits_have_the_figures_of_their_sorted_list() {
        let mut state = 7_u64;
        let mut draw = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 11
        };
        // Short, long, equal and extreme ones, in lists of any length.
        let waits: Vec<i64> = (0..3 * FEW)
            .map(|number| match number % 5 {
                0 => 0,
                1 => (draw() % 64) as i64,
                2 => 1_000_000,
                3 => (draw() % 100_000_000_000) as i64,
                _ => i64::MAX - (draw() % 3) as i64,
            })
            .collect();
        let lists = || waits.chunks(1_000);
        let mut sorted = waits.clone();
        sorted.sort_unstable();
        let places = [0, 1, sorted.len() / 2, sorted.len() * 19 / 20, sorted.len() - 1];
        let found = order_statistics(lists(), waits.len(), places.into_iter());
        for place in places {
            assert_eq!(found[&place], sorted[place], "{place}");
        }
        let wait = Wait::of(lists()).unwrap();
        let sum: i128 = waits.iter().map(|&wait| i128::from(wait)).sum();
        assert!((wait.mean_s / (sum as f64 / waits.len() as f64 / 1e6) - 1.0).abs() < 1e-12);
    }
}
