//! Every row of the tables in docs/conformance.md.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::sync::Arc;

use maps::{Conformance, ConformanceKernel, Stories};
use mining::report::{Answer, Cells};
use mining::{AnyKernel, Block, Names, Query, ask};
use model::{MapPlan, MoodCode, MoodOrigin};
use proptest::prelude::*;
use support::{Log, control, kernel, map};

const PAGE: &str = include_str!("../../../docs/conformance.md");

fn rows(header: &str) -> Vec<Vec<String>> {
    let mut lines = PAGE.lines().skip_while(|line| !line.starts_with(header));
    assert!(lines.next().is_some(), "the page has no table {header}");
    let rows = lines.skip(1).take_while(|line| line.starts_with('|'));
    let rows: Vec<Vec<String>> =
        rows.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect();
    assert!(!rows.is_empty(), "the table {header} has no rows");
    rows
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
        let fitness = found.all.fitness.or(found.all.fitness_open).unwrap();
        assert!((fitness - (1.0 - cost / worst)).abs() < 1e-12, "{row:?}: {fitness}");
    }
}

/// Customers' journeys such as `A:1 x B:-2`, an event an hour.
fn felt(written: &str, rule: &str) -> Conformance {
    let mut plain = Vec::new();
    let mut moods = Vec::new();
    for journey in written.split(';') {
        let mut letters = String::new();
        for word in journey.split_whitespace() {
            let (letter, mood) = word.split_once(':').unwrap_or((word, ""));
            letters.push_str(letter);
            if letter.starts_with('-') {
                continue;
            }
            moods.push(mood.parse().map_or(MoodCode::NONE, |mood| MoodCode::of(mood, MoodOrigin::Reported)));
        }
        plain.push(letters);
    }
    let journeys: Vec<&str> = plain.iter().map(String::as_str).collect();
    let log = Log { moods, ..Log::of(&journeys) };
    let blocks = [log.block()];
    let kernel = kernel(&map("A B C", "eventually"), log.as_of(48));
    let query = Query { rule: rule.parse().unwrap(), ..Query::default() };
    ask(&blocks.as_slice(), &log.names(48), &query, &kernel, &control(1)).unwrap()
}

fn close(figure: f64, written: &str) -> bool {
    (figure - written.parse::<f64>().unwrap()).abs() < 5e-4
}

#[test]
fn moods_are_those_of_the_page() {
    let rows = rows("| journeys | moods/mean at steps |");
    assert!(rows.len() >= 5);
    for row in rows {
        let found = felt(&row[0], "whole");
        let at = |step: &maps::StepOutcome| {
            step.felt.as_ref().map(|felt| format!("{}:{}/{}", step.title, felt.n, felt.mean))
        };
        let at: Vec<String> = found.steps.iter().filter_map(at).collect();
        assert_eq!(at.join(" "), row[1], "{row:?}");
        let all = found.all.experience.unwrap();
        for (mean, written) in [all.mean, all.remembered, all.peak, all.end].into_iter().zip(&row[2..]) {
            assert!(close(mean.mean, written), "{row:?}: {mean:?}");
        }
    }
    assert_eq!(felt("A B C", "whole").all.experience, None);
}

#[test]
fn what_goes_otherwise_stands_beside_how_customers_felt_at_last() {
    // Two without B, who say so two hours after C; three by the plan, of whom two tell a mood.
    let found = felt("A C x y:-1; A C x y:0; A B C:1; A B C:2; A B C", "whole");
    let missing = found.deviations.iter().find(|one| one.kind == maps::Deviations::Missing).unwrap();
    let mood = missing.mood.unwrap();
    assert_eq!((missing.of, missing.of_share), (5, Some(0.4)));
    assert_eq!((mood.with, mood.n_with, mood.without, mood.n_without), (-0.5, 2, 1.5, 2));
    assert_eq!((mood.difference, mood.after_median_s, mood.after_n), (-2.0, Some(2.0 * 3_600.0), 2));
    let [low, high] = mood.difference_interval.unwrap();
    // Each side has variance 1/2 and standard error 1/2.
    let half = 1.959_964 * 0.5_f64.sqrt();
    assert!((low + 2.0 + half).abs() < 1e-6 && (high + 2.0 - half).abs() < 1e-6, "{low} {high}");
    let beside = found.deviations.iter().find(|one| one.touchpoint.as_deref() == Some("x")).unwrap();
    assert_eq!((beside.step.as_deref(), beside.of, beside.journeys), (Some("c"), 5, 2));
}

#[test]
fn moments_of_truth_are_derived_from_what_goes_together() {
    // B goes with the rest, A does not; each of 24 customers tells all three.
    let journeys: Vec<String> = (0..24)
        .map(|number| {
            let (rest, other) = (if number % 2 == 0 { 1 } else { -1 }, if number % 4 < 2 { 1 } else { -1 });
            format!("A:{other} B:{rest} C:{rest}")
        })
        .collect();
    let found = felt(&journeys.join(";"), "whole");
    let of = |step: usize| (found.steps[step].importance.unwrap(), found.steps[step].derived_moment_of_truth);
    assert!(of(0).0.r.abs() < 1e-9 && of(0).1 == Some(false), "{:?}", of(0));
    // The rest of B is A and C: their mean and B, r = 1 / sqrt(2).
    assert!((of(1).0.r - 0.5_f64.sqrt()).abs() < 1e-6 && of(1).1 == Some(true) && of(1).0.n == 24, "{:?}", of(1));
    let few = felt(&journeys[..19].join(";"), "whole");
    assert_eq!((few.steps[1].importance, few.steps[1].derived_moment_of_truth), (None, None));
}

#[test]
fn figures_over_all_journeys_add_up() {
    let plan = map("A B C", "eventually");
    let found = held(&plan, &["ABC", "ABC", "AC", "A", "AxC", "xy", "ACB"], 48);
    assert_eq!((found.all.journeys, found.all.customers, found.all.journeys_elsewhere), (6, 6, 1));
    assert_eq!((found.all.over, found.all.completed, found.all.as_planned), (6, 5, 2));
    assert_eq!(found.all.completed_share, Some(5.0 / 6.0));
    // A to C without B, three times, and from C back to B; A to B and B to C are explained.
    assert_eq!((found.all.movements, found.all.unexplained_movement_rate), (8, Some(4.0 / 8.0)));
    assert_eq!((found.steps[0].left_here, found.steps[1].not_reached, found.steps[2].not_reached), (1, 1, 1));
    assert_eq!((found.steps[1].missing, found.steps[1].as_planned_share), (2, Some(2.0 / 5.0)));
    let missing = found.deviations.iter().find(|one| one.kind == maps::Deviations::Missing).unwrap();
    assert_eq!((missing.step.as_deref(), missing.journeys), (Some("b"), 2));
    assert_eq!((missing.completed_with, missing.completed_without, missing.lost), (Some(1.0), Some(0.75), 0.0));
    let unplanned: Vec<_> = found.unplanned.iter().map(|one| (one.after.as_deref(), &*one.touchpoint)).collect();
    assert_eq!(unplanned, [(Some("a"), "x")]);
    let ways: Vec<_> = found.ways.iter().map(|way| format!("{}>{} {}", way.from, way.to, way.journeys)).collect();
    assert_eq!(ways, ["start>a 6", "a>b 2", "b>c 2", "c>end 5"]);
    let figures = found.tables().pop().unwrap();
    let column = |name: &str| &figures.columns.iter().find(|column| column.name == name).unwrap().cells;
    let Cells::Number(values) = column("value") else { panic!("values are numbers") };
    let share = |part: f64, whole: f64| Some(part / whole);
    assert_eq!((figures.name, values.len(), values[0], values[1]), ("figures", 7, share(2.0, 6.0), share(5.0, 6.0)));
    assert_eq!((values[2], values[6]), (found.all.fitness, share(4.0, 8.0)));
    let Cells::Count(n) = column("n") else { panic!("n are counts") };
    assert_eq!((n[0], n[4], n[6]), (Some(6), Some(found.all.events), Some(8)));
    let nothing = held(&plan, &["xy"], 48);
    assert_eq!((nothing.all.fitness, nothing.all.as_planned_share, nothing.all.precision), (None, None, None));
    assert_eq!(nothing.all.unexplained_movement_rate, None);
}

/// The customers of a row against its map; a journey ends where nothing happens for more than three hours.
fn held_by_pauses(row: &[String]) -> Conformance {
    let customers: Vec<&str> = row[1].split("; ").collect();
    let log = Log::of(&customers);
    let kernel = kernel(&map(&row[0], "eventually"), log.as_of(48));
    let query = Query { rule: "gap:3h".parse().unwrap(), ..Query::default() };
    ask(&[log.block()].as_slice(), &log.names(48), &query, &kernel, &control(1)).unwrap()
}

#[test]
fn several_journeys_of_one_customer_tell_less_than_those_of_several() {
    let rows = rows("| map | customers | as planned | interval |");
    assert!(rows.len() >= 5);
    for row in rows {
        let rounded = |ends: [f64; 2]| ends.map(|end| (end * 1e4).round() / 1e4);
        let shown = |part: u64, whole: u64, interval: Option<[f64; 2]>| {
            let [low, high] = rounded(interval.unwrap());
            (format!("{part}/{whole}"), format!("[{low}, {high}]"))
        };
        let found = held_by_pauses(&row);
        let expected = (row[2].clone(), row[3].clone());
        assert_eq!(shown(found.all.as_planned, found.all.journeys, found.all.as_planned_interval), expected, "{row:?}");
        let step = &found.steps[1];
        assert_eq!(shown(step.as_planned, step.as_planned + step.missing, step.interval), expected, "{row:?}");
    }
}

/// A mean as a row shows it.
fn shown(mean: f64, interval: [f64; 2]) -> [String; 2] {
    let [mean, low, high] = [mean, interval[0], interval[1]].map(|figure| (figure * 1e4).round() / 1e4);
    [mean.to_string(), format!("[{low}, {high}]")]
}

#[test]
fn means_have_customers_as_units() {
    for row in rows("| customers' moods | mean | interval |") {
        let mean = felt(&row[0], "gap:3h").all.experience.unwrap().mean;
        assert_eq!(shown(mean.mean, mean.interval.unwrap()).as_slice(), &row[1..], "{row:?}");
    }
    for row in rows("| map | customers | fitness | interval |") {
        let found = held_by_pauses(&row);
        let (fitness, interval) = (found.all.fitness.unwrap(), found.all.fitness_interval.unwrap());
        assert_eq!(shown(fitness, interval).as_slice(), &row[2..], "{row:?}");
    }
    let of_one = felt("A:1 ----- A:-1", "gap:3h").all;
    assert_eq!((of_one.experience.unwrap().mean.interval, of_one.fitness_interval), (None, None));
}

#[test]
fn shares_of_events_and_movements_have_customers_as_units() {
    for row in rows("| map | customers | on the map | interval |") {
        let all = held_by_pauses(&row).all;
        let told = |share: Option<f64>, n: u64, interval: Option<[f64; 2]>| {
            let [_, interval] = shown(share.unwrap(), interval.unwrap());
            [format!("{}/{n}", share.unwrap() * n as f64), interval]
        };
        let on_map = told(all.events_on_map_share, all.events, all.events_on_map_interval);
        let unexplained = told(all.unexplained_movement_rate, all.movements, all.unexplained_movement_interval);
        assert_eq!([on_map, unexplained].concat(), row[2..], "{row:?}");
    }
    let nothing = held(&map("A B C", "eventually"), &["A"], 48).all;
    assert_eq!((nothing.movements, nothing.unexplained_movement_interval), (0, None));
}

#[test]
fn a_map_that_allows_more_than_happens_is_less_precise() {
    let journeys = ["ABC", "ABC"];
    let exact = held(&map("A B C", "eventually"), &journeys, 48).all.precision.unwrap();
    let loose =
        held(&map("A B C; start>A start>B start>C A>A A>B A>C B>A B>B B>C C>A C>B C>end", "eventually"), &journeys, 48);
    assert_eq!(exact, 1.0);
    assert!(loose.all.precision.unwrap() < 0.5 && loose.all.fitness == Some(1.0), "{:?}", loose.all.precision);
}

/// Journeys by the channel of their first event and by the week in which they begin: each in one group, all together the
/// whole.
#[test]
fn groups_share_the_journeys_out() {
    use maps::{By, ByKernel};
    use model::Every;
    let plan = map("A B C", "eventually");
    let week = "-".repeat(7 * 24);
    let journeys = ["ABC".to_owned(), "AC".to_owned(), format!("{week}ABC"), "xy".to_owned()];
    let mut log = Log::of(&journeys.iter().map(String::as_str).collect::<Vec<_>>());
    log.channels = vec![1, 0, 0, 0, 1, 1, 1, 1, 0, 0];
    let blocks = [log.block()];
    let channels = ["shop".to_owned(), "web".to_owned()];
    let names = Names { channels: &channels, ..log.names(48) };
    let by = |by: By| {
        let kernel = ByKernel { kernel: kernel(&plan, log.as_of(48)), by };
        ask(&blocks.as_slice(), &names, &Query::default(), &kernel, &control(1)).unwrap()
    };
    let told = |found: maps::ConformanceBy| -> Vec<(String, u64, u64, bool)> {
        found.groups.into_iter().map(|one| (one.group, one.all.journeys, one.all.as_planned, one.open)).collect()
    };
    assert_eq!(told(by(By::Channel)), [("web".to_owned(), 2, 2, false), ("shop".to_owned(), 1, 0, false)]);
    assert_eq!(
        told(by(By::Period(Every::Week))),
        [("1969-12-29".to_owned(), 2, 1, false), ("1970-01-05".to_owned(), 1, 1, true)]
    );
    assert_eq!(told(by(By::Period(Every::Month))), [("1970-01-01".to_owned(), 3, 2, true)]);
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
        prop_assert!(whole.all.journeys + whole.all.journeys_elsewhere == journeys.len() as u64);
        for _ in 0..3 {
            prop_assert_eq!(&held_in(&plan, &journeys, now, blocks), &whole);
        }
    }

    /// What was told of a sequence before is what would be told of it now.
    #[test]
    fn kept_stories_change_no_answer(
        journeys in proptest::collection::vec("[A-Da-dxy-]{0,6}[A-Dxy]", 1..30), now in 0..60_i64, bytes in 0..4_000_usize,
    ) {
        let plan = map("A B<2h C? D", "eventually");
        let journeys: Vec<&str> = journeys.iter().map(String::as_str).collect();
        let log = Log::of(&journeys);
        let blocks = [log.block()];
        let ask = |kernel: &ConformanceKernel| {
            ask(&blocks.as_slice(), &log.names(now), &Query::default(), kernel, &control(1)).unwrap()
        };
        let mut kernel = kernel(&plan, log.as_of(now));
        kernel.stories = Arc::new(Stories::at_most(0));
        let plain = ask(&kernel);
        prop_assert_eq!(kernel.stories.bytes(), 0);
        kernel.stories = Arc::new(Stories::at_most(bytes));
        for _ in 0..2 {
            prop_assert_eq!(&ask(&kernel), &plain);
        }
        prop_assert!(kernel.stories.bytes() <= bytes);
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
