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
    pub fn of<'w>(lists: impl Iterator<Item = &'w [i64]>) -> Option<Self> {
        let mut waits = lists.collect::<Vec<_>>().concat();
        if waits.is_empty() {
            return None;
        }
        let n = waits.len();
        let (mut min, mut max, mut sum) = (i64::MAX, i64::MIN, 0_i128);
        for &wait in &waits {
            min = min.min(wait);
            max = max.max(wait);
            sum += i128::from(wait);
        }
        let q95_s = quantile_s(&mut waits, n, 95);
        // All that lies below the q95 stands before it now; from four waits on the median needs no more than that.
        let below = if n < 4 { n } else { 95 * (n - 1) / 100 + 1 };
        let median_s = quantile_s(&mut waits[..below], n, 50);
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

/// The quantile at `percent` by linear interpolation (Hyndman and Fan 1996, type 7; what numpy does by default), in
/// seconds: it lies at position `percent/100 * (n-1)` of the `n` sorted values, counted from 0. `waits` holds at least
/// the lowest values up to the one after that position.
fn quantile_s(waits: &mut [i64], n: usize, percent: usize) -> f64 {
    let hundredths = percent * (n - 1);
    let (position, rest) = (hundredths / 100, hundredths % 100);
    let (_, &mut low, above) = waits.select_nth_unstable(position);
    let next = above.iter().min().copied().filter(|_| rest > 0).unwrap_or(low);
    (low as f64 + (next - low) as f64 * (rest as f64 / 100.0)) / 1e6
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
}
