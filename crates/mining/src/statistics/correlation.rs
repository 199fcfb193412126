use serde::{Deserialize, Serialize};

use super::distributions::Z;

/// Figures are counted in so many parts of one, 2^26, so that sums are of whole numbers and do not depend on the order of scans.
/// What is rounded off moves a correlation by less than a hundred-millionth.
const PARTS: f64 = 67_108_864.0;

/// Sums over pairs of two figures of some units, from -2 to 2: what a correlation is made of. Up to 2^35 pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pairs {
    n: u64,
    x: i64,
    y: i64,
    xx: i128,
    yy: i128,
    xy: i128,
}

/// How closely two figures go together. It says nothing of what causes what.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    /// Pearson's correlation, -1 to 1.
    pub value: f64,
    /// Its interval at 95 % (Fisher 1921); none for fewer than four pairs, and where they lie on a line.
    pub interval: Option<[f64; 2]>,
}

impl Pairs {
    /// Adds a pair.
    pub fn add(&mut self, x: f64, y: f64) {
        let whole = |figure: f64| (figure * PARTS).round() as i64;
        let (x, y) = (whole(x), whole(y));
        self.n += 1;
        self.x += x;
        self.y += y;
        self.xx += i128::from(x) * i128::from(x);
        self.yy += i128::from(y) * i128::from(y);
        self.xy += i128::from(x) * i128::from(y);
    }

    /// Adds other pairs.
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.x += other.x;
        self.y += other.y;
        self.xx += other.xx;
        self.yy += other.yy;
        self.xy += other.xy;
    }

    /// Number of pairs.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Pearson's correlation; none where one of the figures is the same in all pairs.
    pub fn correlation(&self) -> Option<Correlation> {
        let n = i128::from(self.n);
        let spread = |ab: i128, a: i64, b: i64| n * ab - i128::from(a) * i128::from(b);
        let (xx, yy) = (spread(self.xx, self.x, self.x), spread(self.yy, self.y, self.y));
        if xx <= 0 || yy <= 0 {
            return None;
        }
        let together = spread(self.xy, self.x, self.y) as f64;
        let value = (together / ((xx as f64).sqrt() * (yy as f64).sqrt())).clamp(-1.0, 1.0);
        let ends = || {
            let half = Z / ((self.n - 3) as f64).sqrt();
            [(value.atanh() - half).tanh(), (value.atanh() + half).tanh()]
        };
        // On a line, but for what was rounded off.
        let on_a_line = 1.0 - value.abs() < 1e-12;
        Some(Correlation { value, interval: (self.n > 3 && !on_a_line).then(ends) })
    }
}
