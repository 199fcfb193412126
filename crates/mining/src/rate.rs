use serde::Serialize;

/// 97.5 % point of the standard normal distribution: intervals are at 95 %.
pub const Z: f64 = 1.959_963_984_540_054;

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

/// The z of which a standard normal figure stays within with probability `level`.
pub(crate) fn z_of(level: f64) -> f64 {
    let (mut low, mut high) = (0.0, 40.0);
    while high - low > 1e-12 {
        let middle = f64::midpoint(low, high);
        if 1.0 - libm::erfc(middle / std::f64::consts::SQRT_2) < level { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The t of which a figure of Student's distribution with `freedom` degrees of freedom, one at least, stays within with
/// probability `level`: a finite sum for whole numbers (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4).
pub(crate) fn t_of(level: f64, freedom: usize) -> f64 {
    let within = |angle: f64| {
        let (sine, cosine) = angle.sin_cos();
        let odd = freedom % 2 == 1;
        let (mut power, mut term) = if odd { (1, cosine) } else { (0, 1.0) };
        let mut sum = 0.0;
        while power + 2 <= freedom {
            sum += term;
            power += 2;
            term *= cosine * cosine * (power - 1) as f64 / power as f64;
        }
        if odd { std::f64::consts::FRAC_2_PI * (angle + sine * sum) } else { sine * sum }
    };
    let (mut low, mut high) = (0.0, std::f64::consts::FRAC_PI_2);
    while high - low > 1e-13 {
        let middle = f64::midpoint(low, high);
        if within(middle) < level { low = middle } else { high = middle }
    }
    (freedom as f64).sqrt() * low.tan()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn z_is_that_of_the_tables() {
        for (level, z) in [(0.95, Z), (0.99, 2.575_829_303_548_901), (0.683, 1.000_642), (0.999_5, 3.480_756)] {
            assert!((z_of(level) - z).abs() < 1e-5, "{level}: {}", z_of(level));
        }
    }

    #[test]
    fn t_is_that_of_the_tables() {
        // scipy.stats.t.ppf(0.5 + level / 2, freedom)
        for (level, freedom, t) in [
            (0.95, 1, 12.706_204_736),
            (0.95, 2, 4.302_652_730),
            (0.95, 5, 2.570_581_836),
            (0.95, 10, 2.228_138_852),
            (0.99, 3, 5.840_909_310),
            (0.95, 255, 1.969_310_57),
        ] {
            assert!((t_of(level, freedom) - t).abs() < 1e-6 * t, "{level} {freedom}: {}", t_of(level, freedom));
        }
    }
}
