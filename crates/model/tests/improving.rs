//! Every row of the tables in docs/improving.md, and laws for all others.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use model::map::scores::{mean, ranks, ulwick, value, weighted_gap};
use model::{Axis, Opportunity, Scores};
use proptest::prelude::*;

const PAGE: &str = include_str!("../../../docs/improving.md");

/// The cells of the table with this header; at least one row.
fn rows(header: &str) -> Vec<Vec<String>> {
    let mut lines = PAGE.lines().skip_while(|line| !line.starts_with(header));
    assert!(lines.next().is_some(), "the page has no table {header}");
    let rows: Vec<Vec<String>> = lines
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line[1..line.len() - 1].split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    assert!(!rows.is_empty(), "the table {header} has no row");
    rows
}

fn figure(cell: &str) -> Option<f64> {
    (!cell.is_empty()).then(|| cell.parse().unwrap())
}

/// `8, , 6`; an empty cell holds none.
fn figures(cell: &str) -> Vec<Option<f64>> {
    if cell.is_empty() { Vec::new() } else { cell.split(',').map(|part| figure(part.trim())).collect() }
}

#[test]
fn opportunities_score_as_the_page_says() {
    for row in rows("| C | B | w |") {
        let [c, b, w, e, i, s, expected @ ..] = row.as_slice() else { panic!("{row:?}") };
        let opportunity = Opportunity {
            customer_value: figure(c),
            business_value: figure(b),
            effort: figure(e),
            importance: figure(i),
            satisfaction: figure(s),
            ..Opportunity::default()
        };
        let scores = Scores::of(&opportunity, [], figure(w).unwrap());
        let found = [scores.value, scores.value_per_effort, scores.ulwick, scores.weighted_gap];
        assert_eq!(found.to_vec(), expected.iter().map(|cell| figure(cell)).collect::<Vec<_>>(), "{row:?}");
        let on = |axis| scores.on(axis, &opportunity);
        assert_eq!(
            [on(Axis::CustomerValue), on(Axis::Effort), on(Axis::Ulwick)],
            [figure(c), figure(e), scores.ulwick]
        );
    }
    for row in rows("| severities of its pain points |") {
        let scores = Scores::of(&Opportunity::default(), figures(&row[0]), 0.5);
        assert_eq!(scores.severity, figure(&row[1]), "{row:?}");
    }
}

#[test]
fn ranks_and_cuts_are_as_the_page_says() {
    for row in rows("| figures | ranks |") {
        let expected: Vec<Option<u32>> = row[1].split(',').map(|cell| cell.trim().parse().ok()).collect();
        assert_eq!(ranks(&figures(&row[0])), expected, "{row:?}");
    }
    for row in rows("| figures | mean |") {
        assert_eq!(mean(figures(&row[0])), (figure(&row[1]), row[2].parse().unwrap()), "{row:?}");
    }
}

#[test]
fn the_name_of_an_axis_is_the_one_that_is_read() {
    for axis in Axis::ALL {
        assert_eq!(axis.as_str().parse(), Ok(axis));
        assert_eq!(serde_json::to_value(axis).unwrap(), axis.as_str());
    }
    let unknown = "worth".parse::<Axis>().unwrap_err().to_string();
    assert!(unknown.starts_with("\"worth\" is none of customer_value, business_value, "), "{unknown}");
}

fn some(most: f64) -> impl Strategy<Value = Option<f64>> {
    proptest::option::of(0.0..=most)
}

proptest! {
    #[test]
    fn figures_stay_on_their_scales(c in some(100.0), b in some(100.0), w in 0.0..=1.0f64, i in some(10.0), s in some(10.0)) {
        let within = |figure: Option<f64>, axis: Axis| figure.is_none_or(|figure| (0.0..=axis.most().unwrap() + 1e-9).contains(&figure));
        prop_assert!(within(value(c, b, w), Axis::Value));
        prop_assert!(within(ulwick(i, s), Axis::Ulwick));
        prop_assert!(within(weighted_gap(i, s), Axis::WeightedGap));
        if let (Some(c), Some(b), Some(value)) = (c, b, value(c, b, w)) {
            prop_assert!(value >= c.min(b) - 1e-9 && value <= c.max(b) + 1e-9);
        }
    }

    #[test]
    fn a_rank_is_one_more_than_how_many_are_higher(figures in proptest::collection::vec(proptest::option::of(0u8..5), 0..20)) {
        let figures: Vec<Option<f64>> = figures.into_iter().map(|figure| figure.map(f64::from)).collect();
        for (figure, rank) in figures.iter().zip(ranks(&figures)) {
            let higher = |figure: f64| figures.iter().flatten().filter(|other| **other > figure).count() as u32;
            prop_assert_eq!(rank, figure.map(|figure| higher(figure) + 1));
        }
    }
}
