//! Reads the Prometheus text of `/metrics`, as far as the benchmarks need it.

use anyhow::{Context, Result};

/// The cumulative buckets of a histogram, summed over label sets: (upper bound, observations up to it), ascending.
#[derive(Debug, PartialEq)]
pub(crate) struct Histogram(Vec<(f64, f64)>);

impl Histogram {
    /// The histogram of that name in the text, of all label sets that have `label` among them (all if it is empty).
    pub(crate) fn parse(text: &str, name: &str, label: &str) -> Result<Self> {
        let prefix = format!("{name}_bucket{{");
        let mut buckets: Vec<(f64, f64)> = Vec::new();
        for line in text.lines().filter_map(|line| line.strip_prefix(&prefix)) {
            let (labels, count) = line.rsplit_once("} ").with_context(|| format!("no value in {line:?}"))?;
            if !label.is_empty() && !labels.split(',').any(|one| one == label) {
                continue;
            }
            let bound = labels.split(',').find_map(|label| label.strip_prefix("le=\"")?.strip_suffix('"'));
            let bound = bound.with_context(|| format!("no bound in {line:?}"))?;
            let bound: f64 =
                if bound == "+Inf" { f64::INFINITY } else { bound.parse().with_context(|| line.to_owned())? };
            let count: f64 = count.split(' ').next().unwrap_or(count).parse().with_context(|| line.to_owned())?;
            match buckets.iter_mut().find(|(known, _)| *known == bound) {
                Some((_, sum)) => *sum += count,
                None => buckets.push((bound, count)),
            }
        }
        anyhow::ensure!(!buckets.is_empty(), "/metrics has no histogram {name} of {label:?}");
        buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(Self(buckets))
    }

    /// What was observed since `earlier`.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let before = |bound| earlier.0.iter().find(|(known, _)| *known == bound).map_or(0.0, |(_, count)| *count);
        Self(self.0.iter().map(|&(bound, count)| (bound, count - before(bound))).collect())
    }

    /// How much was observed.
    pub(crate) fn count(&self) -> f64 {
        self.0.last().map_or(0.0, |(_, count)| *count)
    }

    /// The upper bound of the bucket that holds the quantile: the true value is not above it. NaN of an empty histogram.
    pub(crate) fn quantile_at_most(&self, share: f64) -> f64 {
        let wanted = share * self.count();
        if self.count() == 0.0 {
            return f64::NAN;
        }
        self.0.iter().find(|(_, count)| *count >= wanted).map_or(f64::INFINITY, |(bound, _)| *bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# TYPE lag_seconds histogram\n\
        lag_seconds_bucket{le=\"0.01\"} 90\nlag_seconds_bucket{le=\"0.1\"} 98\nlag_seconds_bucket{le=\"+Inf\"} 100\n\
        lag_seconds_sum 3.5\nlag_seconds_count 100\n\
        http_bucket{route=\"/a\",le=\"1\"} 1\nhttp_bucket{le=\"1\",route=\"/b\"} 2\nhttp_bucket{route=\"/a\",le=\"+Inf\"} 4\n";

    #[test]
    fn a_quantile_is_bounded_by_its_bucket() {
        let lag = Histogram::parse(TEXT, "lag_seconds", "").unwrap();
        let bounds = [0.5, 0.9, 0.95, 0.98, 0.99].map(|share| lag.quantile_at_most(share));
        assert_eq!(bounds, [0.01, 0.01, 0.1, 0.1, f64::INFINITY]);
        assert!(lag.since(&lag).quantile_at_most(0.5).is_nan());
    }

    #[test]
    fn label_sets_are_summed_or_chosen_and_absence_is_said() {
        let inf = f64::INFINITY;
        assert_eq!(Histogram::parse(TEXT, "http", "").unwrap(), Histogram(vec![(1.0, 3.0), (inf, 4.0)]));
        assert_eq!(Histogram::parse(TEXT, "http", "route=\"/a\"").unwrap(), Histogram(vec![(1.0, 1.0), (inf, 4.0)]));
        assert!(Histogram::parse(TEXT, "absent", "").unwrap_err().to_string().contains("no histogram absent"));
    }
}
