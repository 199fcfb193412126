//! Every row of the tables of differences in docs/evaluation.md.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use mining::statistics::{
    Difference, Ratio, difference_of_means, difference_of_shares, holm, interval_of_difference, newcombe,
};
use proptest::prelude::*;
use support::rows_of;

const PAGE: &str = include_str!("../../../docs/evaluation.md");

fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4 + 0.0
}

/// Difference, interval and p as the page writes them.
fn shown(difference: Option<Difference>) -> [String; 3] {
    let Some(found) = difference else { return Default::default() };
    let [low, high] = found.interval.map(rounded);
    [rounded(found.value).to_string(), format!("[{low}, {high}]"), rounded(found.p).to_string()]
}

/// Each unit another customer.
fn share(part: u64, whole: u64) -> Ratio {
    let mut ratio = Ratio::default();
    (0..whole).for_each(|unit| ratio.add(f64::from(u8::from(unit < part)), 1.0));
    ratio
}

/// Values, customers by `|`.
fn mean(customers: &str) -> Ratio {
    let mut ratio = Ratio::default();
    for customer in customers.split('|') {
        let values: Vec<f64> = customer.split_whitespace().map(|value| value.parse().unwrap()).collect();
        ratio.add(values.iter().sum(), values.len() as f64);
    }
    ratio
}

#[test]
fn shares_differ_as_the_page_says() {
    let rows = rows_of(PAGE, "**Shares**", "| first | second |");
    for row in &rows {
        let read = |cell: &str| {
            let (part, whole) = cell.split_once('/').unwrap();
            (part.parse().unwrap(), whole.parse().unwrap())
        };
        let (first, second): ((u64, u64), (u64, u64)) = (read(&row[0]), read(&row[1]));
        let found = difference_of_shares(&share(first.0, first.1), &share(second.0, second.1));
        assert_eq!(shown(found), row[2..5], "{row:?}");
        let plain = newcombe(second, first).unwrap();
        let found = found.unwrap();
        assert!((0..2).all(|end| (plain[end] - found.interval[end]).abs() < 1e-12), "{row:?}");
        assert_eq!(found.is_clear(), found.p < 0.05, "{row:?}");
    }
    assert!(rows.len() > 5);
    assert_eq!((newcombe((0, 0), (1, 2)), difference_of_shares(&share(0, 0), &share(1, 2))), (None, None));
}

#[test]
fn means_differ_as_the_page_says() {
    let rows = rows_of(PAGE, "**Means**", "| first | second |");
    assert!(rows.len() > 5);
    for row in rows {
        assert_eq!(shown(difference_of_means(&mean(&row[0]), &mean(&row[1]))), row[2..5], "{row:?}");
    }
}

/// Two samples of a textbook (Welch 1947 as told in many places), with t and degrees of freedom 27.9: computed again by integrating
/// the density of Student's distribution.
#[test]
fn a_difference_of_means_is_that_of_another_computation() {
    let first = mean("27.5|21.0|19.0|23.6|17.0|17.9|16.9|20.1|21.9|22.6|23.1|19.6|19.0|21.7|21.4");
    let second = mean("27.1|22.0|20.8|23.4|23.4|23.5|25.8|22.0|24.8|20.2|21.9|22.1|22.9|30.5|24.4");
    let found = difference_of_means(&first, &second).unwrap();
    assert!((found.value - 2.833_333_333).abs() < 1e-9, "{found:?}");
    assert!((found.interval[0] - 0.795_614_5).abs() < 1e-6 && (found.interval[1] - 4.871_052_1).abs() < 1e-6);
    assert!((found.p - 0.008_212_79).abs() < 1e-7, "{found:?}");
}

#[test]
fn several_tests_are_raised_as_the_page_says() {
    for row in rows_of(PAGE, "**Several tests", "| p | raised |") {
        let read = |cell: &str| cell.split_whitespace().map(|p| p.parse().unwrap()).collect::<Vec<f64>>();
        let raised = holm(&read(&row[0]));
        let expected = read(&row[1]);
        assert!(raised.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12) && raised.len() == expected.len());
    }
    assert!(holm(&[]).is_empty());
}

/// Units of customers who each say one thing are worth no more than the customers.
#[test]
fn units_of_one_customer_that_are_alike_count_as_one() {
    let customers = share(6, 20);
    let mut tenfold = Ratio::default();
    (0..20).for_each(|customer| tenfold.add(if customer < 6 { 10.0 } else { 0.0 }, 10.0));
    let ([low, high], [low_of_ten, high_of_ten]) =
        (customers.share_interval().unwrap(), tenfold.share_interval().unwrap());
    // The sample's variance has one customer less below the line.
    assert!((low - low_of_ten).abs() < 0.01 && (high - high_of_ten).abs() < 0.01, "{low_of_ten} {high_of_ten}");
    let [low, high] = share(60, 200).share_interval().unwrap();
    assert!(low > low_of_ten + 0.05 && high < high_of_ten - 0.05);
    let mut all_alike = Ratio::default();
    (0..5).for_each(|_| all_alike.add(10.0, 10.0));
    assert_eq!(all_alike.share_interval(), mining::wilson(5, 5));
}

proptest! {
    /// Holm by its definition: reject from the smallest p on, as long as p is at most level / (tests left).
    #[test]
    fn raised_probabilities_reject_what_stepping_down_rejects(tests in proptest::collection::vec(0.0..0.2_f64, 1..12), level in 0.01..0.2_f64) {
        let mut order: Vec<usize> = (0..tests.len()).collect();
        order.sort_by(|a, b| tests[*a].total_cmp(&tests[*b]));
        let mut rejected = vec![false; tests.len()];
        for (place, index) in order.iter().enumerate() {
            if tests[*index] * (tests.len() - place) as f64 > level {
                break;
            }
            rejected[*index] = true;
        }
        let raised: Vec<bool> = holm(&tests).iter().map(|p| *p <= level).collect();
        prop_assert_eq!(raised, rejected);
    }

    /// The interval leaves out 0 exactly where p is below 5 %, and turning the sides round turns the difference round.
    #[test]
    fn interval_and_probability_say_the_same(a in 0_u64..40, b in 0_u64..40, more_a in 1_u64..40, more_b in 1_u64..40) {
        let (first, second) = (share(a, a + more_a), share(b, b + more_b));
        let (there, back) = (difference_of_shares(&first, &second).unwrap(), difference_of_shares(&second, &first).unwrap());
        prop_assert!((there.value + back.value).abs() < 1e-12 && (there.p - back.p).abs() < 1e-7);
        prop_assert!((there.interval[0] + back.interval[1]).abs() < 1e-12);
        if (there.p - 0.05).abs() > 1e-6 {
            prop_assert_eq!(there.is_clear(), there.p < 0.05);
        }
        let means = (difference_of_means(&first, &second), difference_of_means(&second, &first));
        if let (Some(there), Some(back)) = means {
            prop_assert!((there.value + back.value).abs() < 1e-12 && (there.p - back.p).abs() < 1e-12);
            if (there.p - 0.05).abs() > 1e-6 {
                prop_assert_eq!(there.is_clear(), there.p < 0.05);
            }
        }
    }

    /// What is the same on both sides differs by nothing, and an interval holds its difference.
    #[test]
    fn an_interval_of_a_difference_holds_it(a in -2.0..2.0_f64, b in -2.0..2.0_f64, below in 0.0..1.0_f64, above in 0.0..1.0_f64) {
        let [low, high] = interval_of_difference((a, [a - below, a + above]), (b, [b - above, b + below]));
        prop_assert!(low <= a - b && a - b <= high);
    }
}
