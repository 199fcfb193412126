//! The share for whom something has happened by a time, where some could not be watched to the end.

use serde::Serialize;

use crate::statistics::Z;

/// A point of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Time since the beginning, in seconds.
    pub after_s: f64,
    /// How many the point rests on.
    pub n: u64,
    /// Share for whom it has happened by then; undefined where nobody was watched for so long.
    pub share: Option<f64>,
    /// Its interval at 95 %; undefined where it has happened to all or to nobody yet.
    pub interval: Option<[f64; 2]>,
}

/// The estimate of Kaplan and Meier (1958), turned round: 1 - S(t) at each of some ascending times. `happened` and
/// `watched` are in microseconds: after how long it happened, and for how long the others were watched without it. Who
/// was watched up to the moment at which it happened to others is at risk then. `n` is the number still at risk after
/// the time: it has not happened to them by then, and they were watched until then. The interval is that of
/// log(-log S) with Greenwood's variance (Kalbfleisch and Prentice 1980).
pub(crate) fn kaplan_meier(mut happened: Vec<i64>, mut watched: Vec<i64>, at: &[i64]) -> Vec<CurvePoint> {
    happened.sort_unstable();
    watched.sort_unstable();
    let longest = happened.last().into_iter().chain(watched.last()).max().copied();
    let (mut without, mut greenwood) = (1.0_f64, 0.0_f64);
    // How many of each list lie behind.
    let (mut h, mut w) = (0, 0);
    let points = at.iter().map(|&time| {
        while h < happened.len() && happened[h] <= time {
            let moment = happened[h];
            while w < watched.len() && watched[w] < moment {
                w += 1;
            }
            let at_risk = (happened.len() - h + watched.len() - w) as f64;
            let now = happened[h..].partition_point(|&other| other == moment);
            h += now;
            let now = now as f64;
            without *= 1.0 - now / at_risk;
            greenwood += now / (at_risk * (at_risk - now));
        }
        let left = watched.len() - watched.partition_point(|&other| other < time);
        let known = longest.is_some_and(|longest| time <= longest) || (longest.is_some() && without <= 0.0);
        let inside = known && without > 0.0 && without < 1.0;
        CurvePoint {
            after_s: time as f64 / 1e6,
            n: (happened.len() - h + left) as u64,
            share: known.then_some(1.0 - without),
            interval: inside.then(|| {
                let spread = Z * greenwood.sqrt() / without.ln().abs();
                [1.0 - without.powf((-spread).exp()), 1.0 - without.powf(spread.exp())]
            }),
        }
    });
    points.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_that_of_the_textbooks() {
        // Weeks to relapse under 6-MP, Freireich and others 1963, as in Kalbfleisch and Prentice, table 1.1: the curve
        // and Greenwood's standard error.
        let relapses = vec![6, 6, 6, 7, 10, 13, 16, 22, 23];
        let watched = vec![6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        let curve = kaplan_meier(relapses, watched, &[5, 6, 7, 10, 13, 16, 22, 23, 35, 36]);
        let expected = [
            (1.0, 0.0),
            (0.857_1, 0.076_4),
            (0.806_7, 0.086_9),
            (0.752_9, 0.096_3),
            (0.690_2, 0.106_8),
            (0.627_5, 0.114_1),
            (0.537_8, 0.128_2),
            (0.448_2, 0.134_6),
            (0.448_2, 0.134_6),
        ];
        for (point, (without, error)) in curve.iter().zip(expected) {
            assert!((1.0 - point.share.unwrap() - without).abs() < 6e-5, "{point:?}");
            if let Some([low, high]) = point.interval {
                // Back from log(-log S): the half width is z times error / (S |log S|).
                let folded = |share: f64| (-(1.0 - share).ln()).ln();
                let half = (folded(high) - folded(low)) / 2.0;
                assert!((half / Z * without * without.ln().abs() - error).abs() < 1e-4, "{point:?}");
            }
        }
        assert_eq!(curve.iter().map(|point| point.n).collect::<Vec<_>>(), [21, 18, 16, 14, 11, 10, 6, 5, 1, 0]);
        assert_eq!((curve[0].interval, curve[9].share), (None, None));
        assert_eq!(kaplan_meier(Vec::new(), Vec::new(), &[1])[0].share, None);
        assert_eq!(kaplan_meier(vec![1, 2], Vec::new(), &[1, 2, 3]).last().unwrap().share, Some(1.0));
    }
}
