//! How customers felt on their journeys: sums that do not depend on the order in which they were made.

use mining::Z;
use serde::{Deserialize, Serialize};

/// Journeys below which nothing is said of how two moods go together.
pub(crate) const LEAST_PAIRS: u64 = 20;

/// Whole numbers, their sum and that of their squares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sums {
    pub(crate) n: u64,
    sum: i64,
    squares: i64,
}

impl Sums {
    pub(crate) fn add(&mut self, value: i64) {
        self.n += 1;
        self.sum += value;
        self.squares += value * value;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.sum += other.sum;
        self.squares += other.squares;
    }

    /// Those that are here and not in a part of it.
    pub(crate) fn without(&self, part: &Self) -> Self {
        Self { n: self.n - part.n, sum: self.sum - part.sum, squares: self.squares - part.squares }
    }

    /// The mean; none if there is nothing.
    pub(crate) fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum as f64 / self.n as f64)
    }

    /// The square of the mean's standard error; none below two.
    fn error_squared(&self) -> Option<f64> {
        let (n, mean) = (self.n as f64, self.mean()?);
        (self.n > 1).then(|| (self.squares as f64 - n * mean * mean).max(0.0) / (n - 1.0) / n)
    }

    /// The difference of two means and its interval at 95 % (Welch 1947, with the normal in place of Student's).
    pub(crate) fn difference(&self, other: &Self) -> Option<(f64, Option<[f64; 2]>)> {
        let difference = self.mean()? - other.mean()?;
        let error = self.error_squared().zip(other.error_squared()).map(|(a, b)| Z * (a + b).sqrt());
        Some((difference, error.map(|half| [(difference - half).max(-4.0), (difference + half).min(4.0)])))
    }
}

/// Means as thousandths, so that sums of them are whole.
pub(crate) const MILLI: f64 = 1_000.0;

/// A mean in thousandths.
pub(crate) fn milli(sum: i64, n: u64) -> i64 {
    (MILLI * sum as f64 / n as f64).round() as i64
}

/// Pairs of whole numbers: whether they go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pairs {
    x: Sums,
    y: Sums,
    products: i64,
}

impl Pairs {
    pub(crate) fn add(&mut self, x: i64, y: i64) {
        self.x.add(x);
        self.y.add(y);
        self.products += x * y;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.x.merge(&other.x);
        self.y.merge(&other.y);
        self.products += other.products;
    }

    /// Pearson's correlation with Fisher's interval at 95 %; none below [`LEAST_PAIRS`] pairs or where one of the two is
    /// always the same.
    pub(crate) fn correlation(&self) -> Option<Correlation> {
        let n = self.x.n;
        if n < LEAST_PAIRS {
            return None;
        }
        let (x, y) = (self.x.mean()?, self.y.mean()?);
        let spread = |sums: &Sums, mean: f64| (sums.squares as f64 - n as f64 * mean * mean).max(0.0);
        let both = (spread(&self.x, x) * spread(&self.y, y)).sqrt();
        if both <= f64::EPSILON * n as f64 {
            return None;
        }
        let r = ((self.products as f64 - n as f64 * x * y) / both).clamp(-1.0, 1.0);
        let (middle, half) = (r.atanh(), Z / (n as f64 - 3.0).sqrt());
        let interval = if middle.is_finite() { [(middle - half).tanh(), (middle + half).tanh()] } else { [r, r] };
        Some(Correlation { r, interval, n })
    }
}

/// How closely two figures go together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Correlation {
    /// Pearson's r, -1 to 1.
    pub r: f64,
    /// Fisher's interval at 95 %.
    pub interval: [f64; 2],
    /// Pairs.
    pub n: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_tables() {
        let mut sums = Sums::default();
        [1, 2, 2, -1].into_iter().for_each(|value| sums.add(value));
        assert_eq!(sums.mean(), Some(1.0));
        // s = sqrt(2), standard error sqrt(2) / 2.
        let (difference, ends) = sums.difference(&sums).unwrap();
        let [low, high] = ends.unwrap();
        assert!(difference == 0.0 && (low + Z).abs() < 1e-12 && (high - Z).abs() < 1e-12, "{low} {high}");
        let mut pairs = Pairs::default();
        // Anscombe's first quartet (1973), twice, in hundredths: r = 0.81642.
        let x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
        let y = [804, 695, 758, 881, 833, 996, 724, 426, 1084, 482, 568];
        for _ in 0..2 {
            x.into_iter().zip(y).for_each(|(x, y)| pairs.add(x, y));
        }
        let found = pairs.correlation().unwrap();
        assert!((found.r - 0.816_42).abs() < 1e-5 && found.n == 22, "{found:?}");
        // atanh(0.81642) -/+ 1.95996 / sqrt(19)
        assert!((found.interval[0] - 0.602_0).abs() < 5e-4 && (found.interval[1] - 0.921_0).abs() < 5e-4, "{found:?}");
        assert_eq!(Pairs::default().correlation(), None);
    }
}
