//! Moods and the draw of customers are those of a plain count.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use mining::kernels::customers::CustomersQuestion;
use mining::kernels::moods::MoodsQuestion;
use mining::{NO_CASE, Query};
use model::{MoodCode, MoodOrigin};
use proptest::prelude::*;
use support::{Columns, Given};

/// What was told where, one list for each customer.
type Told = BTreeMap<(Option<String>, String), BTreeMap<u64, Vec<f64>>>;

fn columns() -> impl Strategy<Value = Columns> {
    let event = (0_u32..6, -6_i64..7, proptest::sample::select(&["a", "b", "c"]), Just(NO_CASE));
    let given = proptest::collection::vec(event, 1..60);
    let mood = proptest::option::of((-2_i8..3, proptest::sample::select(MoodOrigin::ALL.to_vec())));
    (given, proptest::collection::vec(mood, 60)).prop_map(|(given, moods): (Vec<Given<'static>>, Vec<_>)| {
        let mut columns = Columns::of(&given);
        let code = |mood: &Option<(i8, MoodOrigin)>| {
            mood.map_or(MoodCode::NONE, |(value, origin)| MoodCode::of(value, origin))
        };
        columns.moods = moods[..columns.codes.len()].iter().map(code).collect();
        columns
    })
}

/// The mean of a customer's sum over that of a customer's number, and its standard error by leaving each customer's share of the
/// whole out of the ratio: the same figure as in docs/semantics.md, by definition and not by sums of squares.
fn ratio(of_each: &BTreeMap<u64, Vec<f64>>) -> (f64, f64) {
    let (c, n): (f64, f64) = (of_each.len() as f64, of_each.values().map(Vec::len).sum::<usize>() as f64);
    let mean = of_each.values().flatten().sum::<f64>() / n;
    let off = of_each.values().map(|moods| moods.iter().sum::<f64>() - mean * moods.len() as f64);
    (mean, (c / (c - 1.0) * off.map(|off| off * off).sum::<f64>()).sqrt() / n)
}

proptest! {
    #[test]
    fn moods_are_those_of_a_plain_count(columns in columns(), wanted in proptest::option::of(proptest::sample::select(MoodOrigin::ALL.to_vec()))) {
        let mut told = Told::new();
        for (number, customer) in columns.customers.iter().enumerate() {
            let run = columns.runs[number] as usize..columns.runs[number + 1] as usize;
            for event in run.clone() {
                let Some((value, origin)) = columns.moods[event].mood() else { continue };
                if wanted.is_some_and(|wanted| wanted != origin) {
                    continue;
                }
                let name = |event: usize| columns.labels[usize::from(columns.codes[event])].clone();
                let mut tell = |before| told.entry((before, name(event))).or_default().entry(customer.0).or_default().push(f64::from(value));
                tell(None);
                if event > run.start {
                    tell(Some(name(event - 1)));
                }
            }
        }
        let found = columns.ask_about(Query::default(), MoodsQuestion { origin: wanted }).unwrap();
        let at = found.touchpoints.iter().map(|at| ((None, at.touchpoint.clone()), &at.felt));
        let on = found.edges.iter().map(|on| ((Some(on.from.clone()), on.to.clone()), &on.felt));
        let found: BTreeMap<_, _> = at.chain(on).collect();
        prop_assert_eq!(found.keys().collect::<Vec<_>>(), told.keys().collect::<Vec<_>>());
        for (place, of_each) in &told {
            let felt = found[place];
            let (mean, error) = ratio(of_each);
            prop_assert_eq!((felt.n, felt.customers), (of_each.values().map(|moods| moods.len() as u64).sum(), of_each.len() as u64));
            prop_assert!((felt.mean - mean).abs() < 1e-12);
            prop_assert_eq!(felt.interval.is_none(), of_each.len() < 2);
            if let Some([low, high]) = felt.interval {
                // Student's t at 95 % for 1 to 5 degrees of freedom, from tables.
                let t = [12.706_205, 4.302_653, 3.182_446, 2.776_445, 2.570_582][of_each.len() - 2];
                prop_assert!((low - (mean - t * error).max(-2.0)).abs() < 1e-5 && (high - (mean + t * error).min(2.0)).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn whoever_is_drawn_is_there_with_what_is_theirs(columns in columns(), most in 1_usize..8) {
        let found = columns.ask_about(Query::default(), CustomersQuestion { most }).unwrap();
        prop_assert_eq!((found.customers, found.events), (columns.customers.len() as u64, columns.codes.len() as u64));
        prop_assert_eq!(found.some.len(), most.min(columns.customers.len()));
        let distinct: BTreeSet<&String> = found.some.iter().map(|one| &one.customer).collect();
        prop_assert_eq!(distinct.len(), found.some.len());
        for one in &found.some {
            let number = columns.customers.iter().position(|id| id.to_string() == one.customer).unwrap();
            let run = columns.runs[number] as usize..columns.runs[number + 1] as usize;
            prop_assert_eq!((one.journeys, one.events), (1, run.len() as u64));
            prop_assert_eq!((one.first_at.micros(), one.last_at.micros()), (columns.times[run.start], columns.times[run.end - 1]));
        }
    }
}
