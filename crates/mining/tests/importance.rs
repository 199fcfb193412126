//! Importance and the course of touchpoints are those of the page and of a plain count.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;

use mining::kernels::by_begin::ByBegin;
use mining::kernels::course::{Course, CourseKernel, Period};
use mining::kernels::importance::{Importance, ImportanceQuestion};
use mining::kernels::moods::MoodsQuestion;
use mining::statistics::Ratio;
use mining::{AnyKernel, Block, Control, Kernel, NO_CASE, Query, Question, ask, scan};
use model::{JourneyRule, MoodCode, MoodOrigin};
use proptest::prelude::*;
use support::{Collect, Columns, Given, ONE, rows_of};

const PAGE: &str = include_str!("../../../docs/evaluation.md");

/// `A:1 B | A`: customers by `|`, events a microsecond apart, some with a mood.
fn told(text: &str) -> Columns {
    let (mut given, mut moods) = (Vec::new(), Vec::new());
    for (customer, events) in text.split('|').enumerate() {
        for event in events.split_whitespace() {
            let (name, mood) = event.split_once(':').unwrap_or((event, ""));
            given.push((customer as u32, given.len() as i64, name, NO_CASE));
            moods.push(mood.parse().map_or(MoodCode::NONE, |value| MoodCode::of(value, MoodOrigin::Reported)));
        }
    }
    Columns { moods, ..Columns::of(&given) }
}

fn importance(columns: &Columns, least: u64) -> Importance {
    columns.ask(&JourneyRule::Whole, ImportanceQuestion { origin: Some(MoodOrigin::Reported), least })
}

#[test]
fn importance_is_derived_as_the_page_says() {
    let rows = rows_of(PAGE, "## Importance", "| customers | derived importance |");
    assert!(rows.len() > 5);
    for row in rows {
        let found = importance(&told(&row[0]), 4);
        let rounded = |value: f64| (value * 1e3).round() / 1e3;
        let shown = found.touchpoints.iter().map(|at| {
            let value = at.derived.map_or(String::new(), |value| format!(" {}", rounded(value)));
            let interval = at.derived_interval.map_or(String::new(), |ends| format!(" {:?}", ends.map(rounded)));
            format!("{} {}{value}{interval}", at.touchpoint, at.derived_n)
        });
        assert_eq!(shown.collect::<Vec<_>>().join("; "), row[1], "{row:?}");
    }
}

fn columns() -> impl Strategy<Value = Columns> {
    let event = (0_u32..9, -6_i64..30, proptest::sample::select(&["a", "b", "c", "d"]), Just(NO_CASE));
    let given = proptest::collection::vec(event, 1..120);
    let mood = proptest::option::weighted(0.7, (-2_i8..3, proptest::sample::select(MoodOrigin::ALL.to_vec())));
    (given, proptest::collection::vec(mood, 120)).prop_map(|(given, moods): (Vec<Given<'static>>, Vec<_>)| {
        let mut columns = Columns::of(&given);
        let code = |mood: &Option<(i8, MoodOrigin)>| {
            mood.map_or(MoodCode::NONE, |(value, origin)| MoodCode::of(value, origin))
        };
        columns.moods = moods[..columns.codes.len()].iter().map(code).collect();
        columns
    })
}

/// One event of the log: customer, time, touchpoint, reported mood.
fn events(columns: &Columns) -> Vec<(u64, i64, String, Option<f64>)> {
    let mut events = Vec::new();
    for (number, customer) in columns.customers.iter().enumerate() {
        for event in columns.runs[number] as usize..columns.runs[number + 1] as usize {
            let mood = columns.moods[event].mood().filter(|(_, origin)| *origin == MoodOrigin::Reported);
            let name = columns.labels[usize::from(columns.codes[event])].clone();
            events.push((customer.0, columns.times[event], name, mood.map(|(value, _)| f64::from(value))));
        }
    }
    events
}

/// Figures as correlations count them, in parts of 2^-26: where customers hardly differ, what is rounded off shows.
fn in_parts(figure: f64) -> f64 {
    (figure * 67_108_864.0).round() / 67_108_864.0
}

/// Pearson by its definition, in two passes over centred values.
fn pearson(pairs: &[(f64, f64)]) -> Option<f64> {
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / pairs.len() as f64;
    let (x, y) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
    let (xx, yy) = (sum(&|pair| (pair.0 - x).powi(2)), sum(&|pair| (pair.1 - y).powi(2)));
    (xx > 1e-9 && yy > 1e-9).then(|| sum(&|pair| (pair.0 - x) * (pair.1 - y)) / (xx * yy).sqrt())
}

/// A ratio of sums, by definition.
fn ratio(of_each: impl IntoIterator<Item = (f64, f64)>) -> Ratio {
    let mut ratio = Ratio::default();
    of_each.into_iter().for_each(|(s, n)| ratio.add(s, n));
    ratio
}

/// A course with touchpoints a and b apart, c and d as one place, and a also in that place.
fn course_kernel(columns: &Columns, periods: &[Period], groups: usize) -> CourseKernel {
    let places = |label: &String| match label.as_str() {
        "a" => vec![0, 2],
        "b" => vec![1],
        _ => vec![2],
    };
    CourseKernel {
        origin: Some(MoodOrigin::Reported),
        places_of: columns.labels.iter().map(places).collect(),
        places: 3,
        periods: periods.to_vec(),
        groups,
    }
}

const PERIODS: [Period; 4] = [
    Period { from: -4, to: 2, group: 0 },
    Period { from: 2, to: 8, group: 0 },
    Period { from: 10, to: 15, group: 1 },
    Period { from: 15, to: 16, group: 1 },
];

/// In one block on one thread, in several blocks on several threads, and with partials that travelled: the same.
fn everywhere<K: Kernel>(columns: &Columns, query: &Query, kernel: &K) -> String
where
    K::Answer: serde::Serialize,
{
    let names = columns.names();
    let of = |blocks: &[Block<'_>], threads: usize| {
        let control = Control::new(NonZeroUsize::new(threads).unwrap());
        serde_json::to_string(&ask(&blocks, &names, query, kernel, &control).unwrap()).unwrap()
    };
    let whole = of(&[columns.block()], 1);
    let shared = columns.shared_out(4);
    let blocks: Vec<Block<'_>> = shared.iter().map(Columns::block).collect();
    assert_eq!(of(&blocks, 3), whole);
    let mut merged = AnyKernel::begin(kernel, &Arc::default());
    let mut coverage = mining::Coverage::default();
    for block in blocks.iter().rev() {
        let mut scanned = scan(&[*block].as_slice(), &names, query, &[kernel], &Control::new(ONE)).unwrap();
        coverage = coverage.merge(&scanned.coverage);
        let travelled = kernel.to_json(&scanned.partials.remove(0)).unwrap();
        AnyKernel::merge(kernel, &mut merged, kernel.read_json(&travelled).unwrap());
    }
    let about = mining::About { names, coverage: &coverage, threads: ONE };
    assert_eq!(AnyKernel::finish(kernel, merged, &about).unwrap().json.get(), whole);
    whole
}

proptest! {
    #[test]
    fn importance_is_that_of_a_plain_count(columns in columns()) {
        let events = events(&columns);
        let found = importance(&columns, 4);
        let names: BTreeSet<&String> = events.iter().map(|(_, _, name, _)| name).collect();
        prop_assert_eq!(found.touchpoints.len(), names.len());
        for at in &found.touchpoints {
            let mut own: BTreeMap<u64, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
            let mut came = BTreeSet::new();
            for (customer, _, name, mood) in &events {
                let here = *name == at.touchpoint;
                if here {
                    came.insert(customer);
                }
                if let Some(mood) = mood {
                    let (there, elsewhere) = own.entry(*customer).or_default();
                    if here { there.push(*mood) } else { elsewhere.push(*mood) }
                }
            }
            let mean = |moods: &[f64]| in_parts(moods.iter().sum::<f64>() / moods.len() as f64);
            let both = own.values().filter(|(there, elsewhere)| !there.is_empty() && !elsewhere.is_empty());
            let pairs: Vec<(f64, f64)> = both.map(|(there, elsewhere)| (mean(there), mean(elsewhere))).collect();
            let expected = if pairs.len() >= 4 { pearson(&pairs) } else { None };
            prop_assert_eq!((at.derived_n, at.customers), (pairs.len() as u64, came.len() as u64));
            prop_assert_eq!(at.derived.is_some(), expected.is_some(), "{:?} {:?}", at, pairs);
            prop_assert!(at.derived.zip(expected).is_none_or(|(a, b)| (a - b).abs() < 1e-8), "{:?} {:?}", at, expected);
            let moods = own.values().flat_map(|(there, _)| there).copied().collect::<Vec<_>>();
            prop_assert_eq!(at.felt.as_ref().map_or(0, |felt| felt.n), moods.len() as u64);
            prop_assert_eq!(at.negative, moods.iter().filter(|mood| **mood < 0.0).count() as u64);
        }
        // Satisfaction is the answer of the question about moods.
        let moods = columns.ask(&JourneyRule::Whole, MoodsQuestion { origin: Some(MoodOrigin::Reported) });
        for at in &moods.touchpoints {
            let same = found.touchpoints.iter().find(|other| other.touchpoint == at.touchpoint).unwrap();
            prop_assert_eq!(same.felt.as_ref(), Some(&at.felt));
        }
    }

    #[test]
    fn a_course_is_that_of_a_plain_count(columns in columns()) {
        let kernel = course_kernel(&columns, &PERIODS, 2);
        everywhere(&columns, &Query::default(), &kernel);
        let found: Course = ask(&[columns.block()].as_slice(), &columns.names(), &Query::default(), &kernel, &Control::new(ONE)).unwrap();
        let events = events(&columns);
        for (group, of_group) in (0..).zip(&found.groups) {
            let periods: Vec<&Period> = PERIODS.iter().filter(|period| period.group == group).collect();
            let in_period = |at: i64, period: &Period| period.from <= at && at < period.to;
            let customers: BTreeSet<u64> = events.iter().map(|event| event.0).collect();
            let active = |customer: u64| {
                let own = |period: &&&Period| events.iter().any(|event| event.0 == customer && in_period(event.1, period));
                periods.iter().filter(own).count() as f64
            };
            let mut expected = mining::statistics::Denominator::default();
            customers.iter().map(|customer| active(*customer)).filter(|n| *n > 0.0).for_each(|n| expected.add(n));
            prop_assert_eq!(of_group.active, expected);
            for (place, at) in of_group.at.iter().enumerate() {
                let belongs = |name: &str| match place { 0 => name == "a", 1 => name == "b", _ => name != "b" };
                let there = |customer: u64| -> Vec<&(u64, i64, String, Option<f64>)> {
                    let inside = |event: &&(u64, i64, String, Option<f64>)| event.0 == customer && belongs(&event.2) && periods.iter().any(|period| in_period(event.1, period));
                    events.iter().filter(inside).collect()
                };
                let who: Vec<u64> = customers.iter().copied().filter(|customer| !there(*customer).is_empty()).collect();
                prop_assert_eq!(at.customers, who.len() as u64);
                let of_all = |count: &dyn Fn(u64) -> f64| ratio(customers.iter().filter(|customer| active(**customer) > 0.0).map(|customer| (count(*customer), active(*customer))));
                prop_assert_eq!(at.occurrences, of_all(&|customer| there(customer).len() as f64));
                let periods_with = |customer: u64| periods.iter().filter(|period| there(customer).iter().any(|event| in_period(event.1, period))).count() as f64;
                prop_assert_eq!(at.came, of_all(&periods_with));
                let moods = |customer: u64| there(customer).iter().filter_map(|event| event.3).collect::<Vec<f64>>();
                let told: Vec<Vec<f64>> = who.iter().map(|customer| moods(*customer)).filter(|moods| !moods.is_empty()).collect();
                prop_assert_eq!(at.moods, ratio(told.iter().map(|moods| (moods.iter().sum(), moods.len() as f64))));
                prop_assert_eq!(at.negative_share(), (told.iter().filter(|moods| moods.iter().sum::<f64>() < 0.0).count() as u64, told.len() as u64));
            }
        }
    }

    /// Journeys go to the period in which they begin, whole.
    #[test]
    fn journeys_count_where_they_begin(columns in columns(), gap in 1_i64..5) {
        let query = Query { rule: JourneyRule::Gap { seconds: gap as f64 / 1e6 }, ..Query::default() };
        let bounds = vec![-3, 5, 6, 20];
        let moods = MoodsQuestion { origin: None }.kernel(&columns.names()).unwrap();
        everywhere(&columns, &query, &ByBegin { kernel: moods, bounds: bounds.clone() });
        let by_begin = ByBegin { kernel: Collect, bounds: bounds.clone() };
        let control = Control::new(ONE);
        let found = ask(&[columns.block()].as_slice(), &columns.names(), &query, &by_begin, &control).unwrap();
        let all = ask(&[columns.block()].as_slice(), &columns.names(), &query, &Collect, &control).unwrap();
        prop_assert_eq!(found.periods.len(), 3);
        for (period, answer) in found.periods.iter().enumerate() {
            let inside = |journey: &&support::Journey| bounds[period] <= journey.times[0] && journey.times[0] < bounds[period + 1];
            let expected: Vec<_> = all.1.iter().filter(inside).map(|journey| (journey.customer, journey.times.clone())).collect();
            prop_assert_eq!(answer.1.iter().map(|journey| (journey.customer, journey.times.clone())).collect::<Vec<_>>(), expected);
        }
    }
}
