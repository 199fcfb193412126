//! How good a linkage is: against the truth where it is known, and what can be said where it is not.

use hashbrown::HashMap;
use serde::Serialize;

use crate::cluster::Edge;
use crate::weigh::probability;

/// Pairs of records: found, right, and to be found. Rates without pairs are undefined, `None`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PairQuality {
    /// Pairs linked and truly one person.
    pub right: u64,
    /// Pairs linked.
    pub linked: u64,
    /// Pairs that truly are one person.
    pub true_pairs: u64,
    /// right / linked.
    pub precision: Option<f64>,
    /// right / true pairs.
    pub recall: Option<f64>,
    /// Harmonic mean of precision and recall.
    pub f1: Option<f64>,
}

impl PairQuality {
    fn of(right: u64, linked: u64, true_pairs: u64) -> Self {
        let rate = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let f1 = (linked + true_pairs > 0).then(|| 2.0 * right as f64 / (linked + true_pairs) as f64);
        Self { right, linked, true_pairs, precision: rate(right, linked), recall: rate(right, true_pairs), f1 }
    }
}

/// Unordered pairs among n.
fn pairs_of(n: u64) -> u64 {
    n * n.saturating_sub(1) / 2
}

fn pairs_within<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> u64 {
    let mut sizes: HashMap<K, u64> = HashMap::new();
    for key in keys {
        *sizes.entry(key).or_default() += 1;
    }
    sizes.into_values().map(pairs_of).sum()
}

/// Quality of clusters over all pairs of records; `clusters` and `truth` name for each record its cluster and its person.
pub fn cluster_quality(clusters: &[u32], truth: &[u32]) -> PairQuality {
    PairQuality::of(pairs_within(clusters.iter().zip(truth)), pairs_within(clusters.iter()), pairs_within(truth.iter()))
}

/// Quality of single edges.
pub fn edge_quality<'e>(edges: impl IntoIterator<Item = &'e Edge>, truth: &[u32]) -> PairQuality {
    let (mut right, mut linked) = (0, 0);
    for edge in edges {
        linked += 1;
        right += u64::from(truth[edge.a as usize] == truth[edge.b as usize]);
    }
    PairQuality::of(right, linked, pairs_within(truth.iter()))
}

/// The 95 % interval of a rate by Wilson (1927); `None` without trials.
pub fn wilson_interval(successes: u64, trials: u64) -> Option<[f64; 2]> {
    if trials == 0 {
        return None;
    }
    const Z: f64 = 1.959_963_984_540_054;
    let (n, share) = (trials as f64, successes as f64 / trials as f64);
    let centre = share + Z * Z / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    Some([((centre - spread) / scale).max(0.0), ((centre + spread) / scale).min(1.0)])
}

/// One bar of the histogram of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// Weights from here, in bits.
    pub from: i32,
    /// To below here.
    pub to: i32,
    /// Pairs.
    pub pairs: u64,
}

/// How many edges have which weight, in bars of `width` bits.
pub fn histogram(edges: &[Edge], width: i32) -> Vec<Bar> {
    let mut bars: std::collections::BTreeMap<i32, u64> = std::collections::BTreeMap::new();
    for edge in edges {
        *bars.entry((edge.weight.floor() as i32).div_euclid(width)).or_default() += 1;
    }
    bars.into_iter().map(|(bar, pairs)| Bar { from: bar * width, to: (bar + 1) * width, pairs }).collect()
}

/// What the model itself expects of the linked edges: the mean probability. An estimate that is as good as the model.
pub fn expected_precision<'e>(edges: impl IntoIterator<Item = &'e Edge>) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0_u64);
    for edge in edges {
        sum += probability(f64::from(edge.weight));
        n += 1;
    }
    (n > 0).then(|| sum / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_as_one_would_by_hand() {
        // Linked: 01, 02, 12, 34. True: 01, 23, 24, 34. Right: 01, 34.
        let quality = cluster_quality(&[0, 0, 0, 3, 3], &[7, 7, 8, 8, 8]);
        assert_eq!((quality.right, quality.linked, quality.true_pairs), (2, 4, 4));
        assert_eq!((quality.precision, quality.recall, quality.f1), (Some(0.5), Some(0.5), Some(0.5)));
        let edges = [(0, 1), (1, 2)].map(|(a, b)| Edge { a, b, weight: 1.0 });
        let quality = edge_quality(&edges, &[7, 7, 8, 8, 8]);
        assert_eq!((quality.right, quality.linked, quality.recall), (1, 2, Some(0.25)));
        let nothing = cluster_quality(&[0, 1], &[0, 1]);
        assert_eq!((nothing.precision, nothing.recall, nothing.f1), (None, None, None));
    }

    #[test]
    fn the_interval_is_wilsons() {
        // Newcombe (1998), table I: 81 of 263 and 0 of 20, Wilson's score method without continuity correction.
        for (successes, trials, low, high) in [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let [lower, upper] = wilson_interval(successes, trials).unwrap();
            assert!((lower - low).abs() < 1e-4 && (upper - high).abs() < 1e-4, "{lower} {upper}");
        }
        assert_eq!(wilson_interval(0, 0), None);
    }

    #[test]
    fn weights_fall_into_bars() {
        let edges = [-3.5, -0.1, 0.0, 1.9, 2.0].map(|weight| Edge { a: 0, b: 1, weight });
        let bars: Vec<_> = histogram(&edges, 2).iter().map(|bar| (bar.from, bar.to, bar.pairs)).collect();
        assert_eq!(bars, [(-4, -2, 1), (-2, 0, 1), (0, 2, 2), (2, 4, 1)]);
    }
}
