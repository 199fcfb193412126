//! Exact quantiles of what the client saw.

use std::time::Duration;

/// Times taken, each kept, so that quantiles are exact and not those of a sketch.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// The smallest time that at least `share` of all times do not exceed, in milliseconds (nearest rank); NaN of none.
    pub(crate) fn quantile_ms(&mut self, share: f64) -> f64 {
        self.0.sort_unstable();
        let rank = (share * self.0.len() as f64).ceil() as usize;
        self.0.get(rank.max(1) - 1).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_by_nearest_rank() {
        let mut times = Times((1..=200).rev().map(Duration::from_millis).collect());
        for (share, ms) in [(0.0, 1.0), (0.5, 100.0), (0.99, 198.0), (1.0, 200.0)] {
            assert!((times.quantile_ms(share) - ms).abs() < 1e-9, "{share}");
        }
        assert!(Times::default().quantile_ms(0.5).is_nan());
    }
}
