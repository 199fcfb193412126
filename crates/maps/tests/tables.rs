//! Every row of the tables in docs/conformance.md.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use maps::Conformance;
use mining::{AnyKernel, Block, Query, ask};
use model::MapPlan;
use proptest::prelude::*;
use support::{Log, control, kernel, map};

const PAGE: &str = include_str!("../../../docs/conformance.md");

fn rows(header: &str) -> Vec<Vec<String>> {
    let mut lines = PAGE.lines().skip_while(|line| !line.starts_with(header));
    assert!(lines.next().is_some(), "the page has no table {header}");
    let rows = lines.skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// One journey of each customer against a map, in so many blocks; `now` is so many hours after the last event of all.
fn held_in(plan: &MapPlan, journeys: &[&str], now: i64, blocks: usize) -> Conformance {
    let all = Log::of(journeys);
    let shared: Vec<Log> = journeys.chunks(journeys.len().div_ceil(blocks)).map(Log::of).collect();
    let blocks: Vec<Block<'_>> = shared.iter().map(Log::block).collect();
    let kernel = kernel(plan, all.as_of(now));
    let threads = if blocks.len() > 1 { 2 } else { 1 };
    ask(&blocks.as_slice(), &all.names(now), &Query::default(), &kernel, &control(threads)).unwrap()
}

fn held(plan: &MapPlan, journeys: &[&str], now: i64) -> Conformance {
    held_in(plan, journeys, now, 1)
}

#[test]
fn journeys_are_judged_as_the_page_says() {
    let rows = rows("| map | mode | journey |");
    assert!(rows.len() > 20);
    for row in rows {
        let plan = map(&row[0], &row[1]);
        let found = held(&plan, &[&row[2]], row[3].parse().unwrap());
        let signs = |step: &maps::StepOutcome| {
            [
                ("=", step.as_planned),
                ("-", step.missing),
                ("!", step.failing),
                ("~", step.late),
                ("^", step.out_of_order),
                ("?", step.undetermined),
                (".", step.not_reached),
            ]
            .into_iter()
            .filter(|(_, n)| *n > 0)
            .map(|(sign, _)| format!("{}{sign}", step.title))
            .collect::<Vec<_>>()
        };
        let verdicts: Vec<String> = found.steps.iter().flat_map(signs).collect();
        let mut unplanned: Vec<String> = found
            .unplanned
            .iter()
            .map(|one| format!("{}:{}", one.after.clone().unwrap_or_default().to_uppercase(), one.touchpoint))
            .collect();
        unplanned.sort();
        let shown = (verdicts.join(" "), unplanned.join(" "));
        assert_eq!(shown, (row[4].clone(), row[5].clone()), "{row:?}");
        let (cost, worst) = row[6].split_once('/').unwrap();
        let (cost, worst): (f64, f64) = (cost.parse().unwrap(), worst.parse().unwrap());
        let fitness = found.fitness.or(found.fitness_open).unwrap();
        assert!((fitness - (1.0 - cost / worst)).abs() < 1e-12, "{row:?}: {fitness}");
    }
}

#[test]
fn figures_over_all_journeys_add_up() {
    let plan = map("A B C", "eventually");
    let found = held(&plan, &["ABC", "ABC", "AC", "A", "AxC", "xy", "ACB"], 48);
    assert_eq!((found.journeys, found.customers, found.journeys_elsewhere), (6, 6, 1));
    assert_eq!((found.over, found.completed, found.as_planned), (6, 5, 2));
    assert_eq!(found.completed_share, Some(5.0 / 6.0));
    // A to C without B, three times, and from C back to B; A to B and B to C are explained.
    assert_eq!((found.movements, found.unexplained_movement_rate), (8, Some(4.0 / 8.0)));
    assert_eq!((found.steps[0].left_here, found.steps[1].not_reached, found.steps[2].not_reached), (1, 1, 1));
    assert_eq!((found.steps[1].missing, found.steps[1].as_planned_share), (2, Some(2.0 / 5.0)));
    let missing = found.deviations.iter().find(|one| one.kind == maps::Deviations::Missing).unwrap();
    assert_eq!((missing.step.as_deref(), missing.journeys), (Some("b"), 2));
    assert_eq!((missing.completed_with, missing.completed_without, missing.lost), (Some(1.0), Some(0.75), 0.0));
    let unplanned: Vec<_> = found.unplanned.iter().map(|one| (one.after.as_deref(), &*one.touchpoint)).collect();
    assert_eq!(unplanned, [(Some("a"), "x")]);
    let nothing = held(&plan, &["xy"], 48);
    assert_eq!((nothing.fitness, nothing.as_planned_share, nothing.precision), (None, None, None));
    assert_eq!(nothing.unexplained_movement_rate, None);
}

#[test]
fn a_map_that_allows_more_than_happens_is_less_precise() {
    let journeys = ["ABC", "ABC"];
    let exact = held(&map("A B C", "eventually"), &journeys, 48).precision.unwrap();
    let loose =
        held(&map("A B C; start>A start>B start>C A>A A>B A>C B>A B>B B>C C>A C>B C>end", "eventually"), &journeys, 48);
    assert_eq!(exact, 1.0);
    assert!(loose.precision.unwrap() < 0.5 && loose.fitness == Some(1.0), "{:?}", loose.precision);
}

proptest! {
    /// Blocks are scanned by two threads, each into a partial of its own, in whatever order; so they are merged as well.
    #[test]
    fn the_answer_does_not_depend_on_how_customers_were_shared_out(
        journeys in proptest::collection::vec("[A-Da-dxy-]{0,6}[A-Dxy]", 1..30), blocks in 2..5_usize, now in 0..60_i64,
    ) {
        let plan = map("A B<2h C? D", "eventually");
        let journeys: Vec<&str> = journeys.iter().map(String::as_str).collect();
        let whole = held_in(&plan, &journeys, now, 1);
        prop_assert!(whole.journeys + whole.journeys_elsewhere == journeys.len() as u64);
        for _ in 0..3 {
            prop_assert_eq!(&held_in(&plan, &journeys, now, blocks), &whole);
        }
    }

    #[test]
    fn a_partial_that_travelled_as_text_is_the_same(journeys in proptest::collection::vec("[A-Dxy]{1,6}", 1..9)) {
        let plan = map("A B C? D", "next");
        let journeys: Vec<&str> = journeys.iter().map(String::as_str).collect();
        let log = Log::of(&journeys);
        let kernel = kernel(&plan, log.as_of(48));
        let blocks = [log.block()];
        let found = mining::scan(&blocks.as_slice(), &log.names(48), &Query::default(), &[&kernel], &control(1)).unwrap();
        let json = AnyKernel::to_json(&kernel, &found.partials[0]).unwrap();
        let again = AnyKernel::to_json(&kernel, &kernel.read_json(&json).unwrap()).unwrap();
        prop_assert_eq!(json, again);
    }
}
