//! A figure of two stretches of time beside each other.

use mining::compare::Verdict;
use mining::kernels::course::CourseAt;
use mining::statistics::{Denominator, Difference, Numerator, Ratio, difference_of_means, difference_of_shares};
use serde::Serialize;

/// A figure before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// `mood`, `share`, or `rate`: how often for each customer and week.
    pub unit: &'static str,
    /// What `n` counts: `moods`, `customers`, `journeys`, `verdicts`, `customer weeks`.
    pub of: &'static str,
    /// The first stretch of time.
    pub before: Side,
    /// The second one.
    pub after: Side,
    /// `after` less `before`; undefined where one of them is, or has too few customers or units.
    pub difference: Option<f64>,
    /// Its interval at 95 %.
    pub interval: Option<[f64; 2]>,
    /// How likely a difference at least so large is if there were none in truth.
    pub p: Option<f64>,
    /// Which is higher, or that it is not clear.
    pub verdict: Verdict,
    /// How the interval was found.
    pub method: &'static str,
}

/// A figure of one stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Side {
    /// The figure; undefined over nothing.
    pub value: Option<f64>,
    /// Of a share, units for which it is so; of a rate, events; none for a mean mood.
    pub part: Option<u64>,
    /// Units it rests on.
    pub n: u64,
    /// Distinct customers of these.
    pub customers: u64,
    /// Its interval at 95 %.
    pub interval: Option<[f64; 2]>,
}

/// Units of which each is another customer, as a ratio.
pub(super) fn of_customers(part: u64, whole: u64) -> Ratio {
    let (part, number) = (part as f64, whole as f64);
    Ratio {
        above: Numerator { sum: part, squared: part, by_number: part },
        below: Denominator { customers: whole, number, squared: number },
    }
}

impl Side {
    fn of_mean(ratio: &Ratio, interval: Option<[f64; 2]>) -> Self {
        let (n, customers) = (ratio.below.number as u64, ratio.below.customers);
        Self { value: ratio.value(), part: None, n, customers, interval }
    }

    fn of_count(ratio: &Ratio, interval: Option<[f64; 2]>) -> Self {
        Self { part: Some(ratio.above.sum as u64), ..Self::of_mean(ratio, interval) }
    }
}

impl Compared {
    fn new(
        unit: &'static str,
        of: &'static str,
        sides: [Side; 2],
        found: Option<Difference>,
        method: &'static str,
    ) -> Self {
        let [before, after] = sides;
        let verdict = match &found {
            None => Verdict::Undefined,
            Some(found) if !found.is_clear() => Verdict::NoClearChange,
            Some(found) if found.value > 0.0 => Verdict::Higher,
            Some(_) => Verdict::Lower,
        };
        Self {
            unit,
            of,
            before,
            after,
            difference: found.map(|found| found.value),
            interval: found.map(|found| found.interval),
            p: found.map(|found| found.p),
            verdict,
            method,
        }
    }

    /// Mean moods; both sides need `least` customers.
    pub(super) fn of_moods(before: &CourseAt, after: &CourseAt, least: u64) -> Self {
        let enough = before.moods.below.customers.min(after.moods.below.customers) >= least;
        let found = if enough { difference_of_means(&before.moods, &after.moods) } else { None };
        let sides = [before, after].map(|at| Side::of_mean(&at.moods, at.mood_interval()));
        Self::new("mood", "moods", sides, found, "Welch, customers as units")
    }

    /// Customers with a mean mood below 0, of those who told one; both sides need `least` of these.
    pub(super) fn of_negative(before: &CourseAt, after: &CourseAt, least: u64) -> Self {
        let [before, after] =
            [before, after].map(|at| at.negative_share()).map(|(part, whole)| of_customers(part, whole));
        Self::of_shares("customers", &before, &after, least)
    }

    /// Shares of units; both sides need `least` of them.
    pub(super) fn of_shares(of: &'static str, before: &Ratio, after: &Ratio, least: u64) -> Self {
        let enough = before.below.number.min(after.below.number) >= least as f64;
        let found = if enough { difference_of_shares(before, after) } else { None };
        let method = if of == "customers" { "Newcombe" } else { "Newcombe, n by design effect" };
        Self::new("share", of, [before, after].map(|side| Side::of_count(side, side.share_interval())), found, method)
    }

    /// How often for each active customer and week; both sides need `least` active customers.
    pub(super) fn of_rates(before: &Ratio, after: &Ratio, least: u64) -> Self {
        let enough = before.below.customers.min(after.below.customers) >= least;
        let found = if enough { difference_of_means(before, after) } else { None };
        let at_least_0 = |[low, high]: [f64; 2]| [low.max(0.0), high];
        let sides = [before, after].map(|ratio| Side::of_count(ratio, ratio.mean_interval().map(at_least_0)));
        Self::new("rate", "customer weeks", sides, found, "Welch, customers as units")
    }
}
