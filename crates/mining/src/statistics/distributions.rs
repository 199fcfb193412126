//! The normal distribution and Student's.

/// 97.5 % point of the standard normal distribution: intervals are at 95 %.
pub const Z: f64 = 1.959_963_984_540_054;

/// Degrees of freedom from which on Student's t is taken for normal; the two differ by less than 0.2 %.
const MANY: f64 = 1_000.0;

/// The probability that a standard normal figure lies farther from 0 than `z`, on either side.
pub fn normal_beyond(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// The z of which a standard normal figure stays within with probability `level`.
pub(crate) fn z_of(level: f64) -> f64 {
    let (mut low, mut high) = (0.0, 40.0);
    while high - low > 1e-12 {
        let middle = f64::midpoint(low, high);
        if 1.0 - normal_beyond(middle) < level { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The probability that a figure of Student's distribution with `freedom` degrees of freedom, one at least, stays within
/// `tangent * sqrt(freedom)`, told by the angle: a finite sum for whole numbers (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4).
fn within(angle: f64, freedom: usize) -> f64 {
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
}

/// The t of which a figure of Student's distribution with `freedom` degrees of freedom, one at least, stays within with
/// probability `level`.
pub(crate) fn t_of(level: f64, freedom: usize) -> f64 {
    let (mut low, mut high) = (0.0, std::f64::consts::FRAC_PI_2);
    while high - low > 1e-13 {
        let middle = f64::midpoint(low, high);
        if within(middle, freedom) < level { low = middle } else { high = middle }
    }
    (freedom as f64).sqrt() * low.tan()
}

/// The same at 95 %, for degrees of freedom that need not be a whole number: rounded down, which makes intervals wider, and
/// normal from 1,000 on.
pub(crate) fn t_at_95(freedom: f64) -> f64 {
    if freedom > MANY { Z } else { t_of(0.95, (freedom as usize).max(1)) }
}

/// The probability that a figure of Student's distribution lies farther from 0 than `t`, on either side; degrees of freedom
/// as in [`t_at_95`].
pub(crate) fn t_beyond(t: f64, freedom: f64) -> f64 {
    if freedom > MANY {
        return normal_beyond(t);
    }
    let freedom = (freedom as usize).max(1);
    let angle = (t.abs() / (freedom as f64).sqrt()).atan();
    (1.0 - within(angle, freedom)).max(0.0)
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

    #[test]
    fn a_t_is_as_rare_as_its_level_says() {
        for (level, freedom) in [(0.95, 1), (0.95, 7), (0.99, 30), (0.999_9, 12), (0.5, 999)] {
            let rare = t_beyond(t_of(level, freedom), freedom as f64 + 0.9);
            assert!((rare - (1.0 - level)).abs() < 1e-9, "{level} {freedom}: {rare}");
        }
        assert!((t_beyond(Z, 1e6) - 0.05).abs() < 1e-12 && (t_at_95(1e6) - Z).abs() < 1e-12);
    }
}
