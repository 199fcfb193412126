use serde::Serialize;

use crate::statistics::Z;

/// Wilson's interval (1927) at 95 % for `part` of `whole` independent units; none over an empty set.
///
/// ```
/// let [low, high] = mining::wilson(8, 10).unwrap();
/// assert!((low - 0.490_162).abs() < 1e-6 && (high - 0.943_318).abs() < 1e-6);
/// assert_eq!(mining::wilson(0, 7).unwrap()[0], 0.0);
/// assert_eq!(mining::wilson(0, 0), None);
/// ```
pub fn wilson(part: u64, whole: u64) -> Option<[f64; 2]> {
    (whole > 0).then(|| wilson_at(part as f64 / whole as f64, whole as f64, Z))
}

/// Wilson's interval for a share of `n` units, which need not be a whole number, at the level of `z`.
pub(crate) fn wilson_at(share: f64, n: f64, z: f64) -> [f64; 2] {
    let middle = share + z * z / (2.0 * n);
    let half = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    // At the ends of the scale exactly there, not a rounding beside it.
    let low = if share > 0.0 { ((middle - half) / scale).max(0.0) } else { 0.0 };
    let high = if share < 1.0 { ((middle + half) / scale).min(1.0) } else { 1.0 };
    [low, high]
}

/// A share; undefined over an empty set.
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// How often a touchpoint is the first or the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// What it is shown as.
    pub touchpoint: String,
    /// How often.
    pub count: u64,
}

/// Counts by code as a list, the most frequent first, equal ones by name; what never occurs is left out.
pub(crate) fn counts(by_code: &[u64], labels: &[String]) -> Vec<Count> {
    let mut listed: Vec<Count> = by_code
        .iter()
        .zip(labels)
        .filter(|(count, _)| **count > 0)
        .map(|(&count, label)| Count { touchpoint: label.clone(), count })
        .collect();
    listed.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.touchpoint.cmp(&b.touchpoint)));
    listed
}
