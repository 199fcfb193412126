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
        // Together, as they are read twice: small pieces would cost a miss of the cache each time.
        let mut waits = Vec::with_capacity(n);
        lists.for_each(|list| waits.extend_from_slice(list));
        let spread = Spread::of(&waits);
        // Linear interpolation (Hyndman and Fan 1996, type 7; what numpy does by default): a quantile lies at position
        // `percent/100 * (n-1)` of the sorted values, counted from 0.
        let places = [50, 95].map(|percent| (percent * (n - 1) / 100, percent * (n - 1) % 100));
        let wanted = places.map(|(place, rest)| [place, place + usize::from(rest > 0)]);
        let found = spread.order_statistics(&waits, wanted.as_flattened());
        let quantile = |index: usize| {
            let (low, next) = (found[2 * index], found[2 * index + 1]);
            (low as f64 + (next - low) as f64 * (places[index].1 as f64 / 100.0)) / 1e6
        };
        Some(Self {
            n: n as u64,
            min_s: spread.min as f64 / 1e6,
            mean_s: spread.sum as f64 / n as f64 / 1e6,
            median_s: quantile(0),
            q95_s: quantile(1),
            max_s: spread.max as f64 / 1e6,
        })
    }
}

/// How values are spread: how many have which leading bits, their least, greatest, and sum.
struct Spread {
    /// By bucket.
    counts: Vec<u32>,
    /// Bits of a value, written as a floating-point number, that do not tell its bucket.
    dropped: u32,
    min: i64,
    max: i64,
    sum: i128,
}

/// Below it every whole number has a floating-point number of its own.
const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;

/// Values are added up in words, so many at a time.
const FEW: usize = 1 << 10;

impl Spread {
    /// The more values there are, the more buckets, so that few share one.
    fn of(values: &[i64]) -> Self {
        let dropped = f64::MANTISSA_DIGITS - 1 - (values.len().max(1).ilog2() / 2).min(9);
        let mut spread =
            Self { counts: vec![0; bucket(i64::MAX, dropped) + 1], dropped, min: i64::MAX, max: i64::MIN, sum: 0 };
        let last = spread.counts.len() - 1;
        for few in values.chunks(FEW) {
            let (mut low, mut high, mut partly) = (i64::MAX, i64::MIN, 0_i64);
            for &value in few {
                low = low.min(value);
                high = high.max(value);
                partly = partly.wrapping_add(value);
                spread.counts[bucket(value, dropped).min(last)] += 1;
            }
            // Sums of few fit into a word where the values do.
            let fits = high <= i64::MAX / FEW as i64 && low >= i64::MIN / FEW as i64;
            spread.sum += if fits { partly.into() } else { few.iter().map(|&value| i128::from(value)).sum::<i128>() };
            spread.min = spread.min.min(low);
            spread.max = spread.max.max(high);
        }
        spread
    }

    /// The values at some places, ascending, of the sorted values; `values` are those that were counted.
    fn order_statistics(&self, values: &[i64], places: &[usize]) -> Vec<i64> {
        let mut near: Vec<Near> = Vec::new();
        let (mut bucket, mut before) = (0, 0);
        for &place in places {
            while before + self.counts[bucket] as usize <= place {
                before += self.counts[bucket] as usize;
                bucket += 1;
            }
            if near.last().is_none_or(|near| near.before != before) {
                near.push(Near::of(self, bucket, before));
            }
        }
        for near in &mut near {
            // One comparison: whether a value lies before the bucket or in it is nothing that a processor foresees.
            let width = near.last.wrapping_sub(near.first) as u64;
            near.values.extend(values.iter().filter(|&&value| value.wrapping_sub(near.first) as u64 <= width));
            near.values.sort_unstable();
        }
        let at = |&place: &usize| {
            let near = near.iter().rfind(|near| near.before <= place).expect("each place has its bucket");
            near.values[place - near.before]
        };
        places.iter().map(at).collect()
    }
}

/// The values of a bucket in which a wanted place lies.
struct Near {
    first: i64,
    last: i64,
    /// How many values lie before.
    before: usize,
    values: Vec<i64>,
}

impl Near {
    fn of(spread: &Spread, number: usize, before: usize) -> Self {
        let begin = |number: usize| {
            let number_of_float = number as u64 + (1_f64.to_bits() >> spread.dropped);
            let float = f64::from_bits(number_of_float << spread.dropped);
            if float < EXACT {
                return float.ceil() as i64 - 1;
            }
            // Values that large are rounded on their way to their bucket, so its begin is searched for.
            let (mut low, mut high) = (0, i64::MAX);
            while low < high {
                let middle = low + (high - low) / 2;
                if bucket(middle, spread.dropped) < number { low = middle + 1 } else { high = middle }
            }
            low
        };
        let first = if number == 0 { i64::MIN } else { begin(number) };
        let last = if number + 1 == spread.counts.len() { i64::MAX } else { begin(number + 1) - 1 };
        Self { first, last, before, values: Vec::with_capacity(spread.counts[number] as usize) }
    }
}

/// Ascends with the value: exponent and leading bits of the nearest floating-point number. Values below 0 share the bucket
/// of 0.
#[inline]
fn bucket(value: i64, dropped: u32) -> usize {
    let one = 1_f64.to_bits() >> dropped;
    ((value.max(0).saturating_add(1) as f64).to_bits() >> dropped) as usize - one as usize
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
        let waits: Vec<i64> = (0..12_000)
            .map(|number| match number % 6 {
                0 => 0,
                1 => (draw() % 64) as i64,
                2 => 1_000_000,
                3 => -((draw() % 1_000) as i64),
                4 => (draw() % 100_000_000_000) as i64,
                _ => i64::MAX - (draw() % 3) as i64,
            })
            .collect();
        let mut sorted = waits.clone();
        sorted.sort_unstable();
        let places = [0, 1, sorted.len() / 2, sorted.len() * 19 / 20, sorted.len() - 1];
        let found = Spread::of(&waits).order_statistics(&waits, &places);
        for (place, found) in places.into_iter().zip(found) {
            assert_eq!(found, sorted[place], "{place}");
        }
        let wait = Wait::of(waits.chunks(1_000)).unwrap();
        let sum: i128 = waits.iter().map(|&wait| i128::from(wait)).sum();
        assert!((wait.mean_s / (sum as f64 / waits.len() as f64 / 1e6) - 1.0).abs() < 1e-12);
    }
}
