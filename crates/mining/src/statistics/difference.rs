use serde::{Deserialize, Serialize};

use super::distributions::{Z, normal_beyond, t_at_95, t_beyond};
use super::ratio::Ratio;
use crate::rate::wilson;

/// How far two figures lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The second less the first.
    pub value: f64,
    /// Its interval at 95 %.
    pub interval: [f64; 2],
    /// How likely a difference at least so large is if there were none in truth. The interval leaves out 0 where it is below
    /// 0.05, and nowhere else.
    pub p: f64,
}

impl Difference {
    /// The interval leaves out 0.
    pub fn is_clear(&self) -> bool {
        self.interval[0] > 0.0 || self.interval[1] < 0.0
    }
}

/// The interval of `a - b` made of those of two independent figures, each with its own (Newcombe 1998, method 10; Zou and
/// Donner 2008 for figures of any kind).
pub fn interval_of_difference(
    (a, [low_a, high_a]): (f64, [f64; 2]),
    (b, [low_b, high_b]): (f64, [f64; 2]),
) -> [f64; 2] {
    let below = ((a - low_a).powi(2) + (high_b - b).powi(2)).sqrt();
    let above = ((high_a - a).powi(2) + (b - low_b).powi(2)).sqrt();
    [a - b - below, a - b + above]
}

/// Newcombe's interval at 95 % for the difference of two shares of independent units, each `part` of `whole`; none where one is
/// of nothing.
///
/// ```
/// let [low, high] = mining::statistics::newcombe((56, 70), (48, 80)).unwrap();
/// assert!((low - 0.0524).abs() < 1e-4 && (high - 0.3339).abs() < 1e-4);
/// ```
pub fn newcombe(a: (u64, u64), b: (u64, u64)) -> Option<[f64; 2]> {
    let (of_a, of_b) = (wilson(a.0, a.1)?, wilson(b.0, b.1)?);
    let share = |(part, whole): (u64, u64)| part as f64 / whole as f64;
    let [low, high] = interval_of_difference((share(a), of_a), (share(b), of_b));
    Some([low.max(-1.0), high.min(1.0)])
}

/// The second share less the first, of different customers or taken for such: Newcombe's interval, each share with Wilson's of
/// as many independent units as tell as much. p is 1 less the level at which the interval just holds 0.
pub fn difference_of_shares(first: &Ratio, second: &Ratio) -> Option<Difference> {
    let (from, to) = (first.value()?, second.value()?);
    let at = |z: f64| {
        let ends = second.share_interval_at(z).zip(first.share_interval_at(z));
        ends.map(|(of_second, of_first)| interval_of_difference((to, of_second), (from, of_first)))
    };
    let [low, high] = at(Z)?;
    let holds_0 = |z: f64| at(z).is_none_or(|[low, high]| low <= 0.0 && high >= 0.0);
    let (mut without, mut with) = (0.0, 40.0);
    while with - without > 1e-9 && to != from {
        let middle = f64::midpoint(without, with);
        if holds_0(middle) { with = middle } else { without = middle }
    }
    let p = normal_beyond(without);
    Some(Difference { value: to - from, interval: [low.max(-1.0), high.min(1.0)], p })
}

/// The second mean less the first, of different customers or taken for such (Welch 1947; degrees of freedom after Satterthwaite
/// 1946, rounded down). None where nothing is known of how customers differ: with fewer than two of them on a side, and where
/// on each side all are alike.
pub fn difference_of_means(first: &Ratio, second: &Ratio) -> Option<Difference> {
    let value = second.value()? - first.value()?;
    let (of_first, of_second) = (first.variance()?, second.variance()?);
    let variance = of_first + of_second;
    if variance <= 0.0 {
        return None;
    }
    let share = |part: f64, of: &Ratio| part * part / (of.below.customers - 1) as f64;
    let freedom = variance * variance / (share(of_first, first) + share(of_second, second));
    let error = variance.sqrt();
    let half = t_at_95(freedom) * error;
    Some(Difference { value, interval: [value - half, value + half], p: t_beyond(value / error, freedom) })
}
