//! What holds for any events, any rule and any cut into slices.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use mining::kernels::transitions::TransitionsQuestion;
use mining::kernels::variants::VariantsQuestion;
use mining::{
    About, Block, Control, GraphQuestion, NO_CASE, QUESTIONS, Query, RunError, TimeRange, planned, scan, walk,
};
use model::{Arrival, CustomerId, JourneyRule, Timestamp};
use proptest::prelude::*;
use support::{Collect, Columns, Given, ONE};

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

fn given() -> impl Strategy<Value = Vec<Given<'static>>> {
    // Far past and far future beside a few moments that make ties likely.
    let time = prop_oneof![4 => -3_i64..4, 1 => Just(Timestamp::MIN.micros()), 1 => Just(Timestamp::MAX.micros())];
    let case = prop_oneof![0_u32..4, Just(NO_CASE)];
    proptest::collection::vec((0_u32..6, time, proptest::sample::select(&NAMES), case), 0..80)
}

fn rule() -> impl Strategy<Value = JourneyRule> {
    const RULES: [&str; 8] =
        ["whole", "gap:0s", "gap:1s", "start:a", "end:b,c", "start:a,b;end:b,d", "case:order", "start:nowhere"];
    proptest::sample::select(&RULES).prop_map(|rule| rule.parse().unwrap())
}

fn range() -> impl Strategy<Value = TimeRange> {
    let bound = || proptest::option::of((-3_i64..4).prop_map(Timestamp::clamped));
    (bound(), bound()).prop_map(|(from, to)| TimeRange { from, to })
}

/// The least a question needs to be asked.
fn settings_of(question: &str) -> BTreeMap<String, String> {
    let settings: &[(&str, &str)] = match question {
        "funnel" => &[("steps", "a,b,c")],
        "conversion" => &[("start", "a"), ("goal", "b")],
        "pattern" => &[("way", "a -> ... -> b without c")],
        _ => &[],
    };
    settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Customers, journeys and waits of an edge.
type PlainEdge = (BTreeSet<u32>, BTreeSet<usize>, Vec<i64>);

proptest! {
    #[test]
    fn several_questions_share_one_scan(given in given(), rule in rule(), range in range()) {
        let columns = Columns::of(&given);
        let names = columns.names();
        let query = Query { rule, range, ..Query::default() };
        let questions: Vec<_> =
            QUESTIONS.iter().map(|known| planned(known.name, settings_of(known.name), &query, &names).unwrap()).collect();
        let kernels: Vec<_> = questions.iter().map(|question| &*question.kernel).collect();
        let block = [columns.block()];
        let together = scan(&block.as_slice(), &names, &query, &kernels, &Control::new(ONE)).unwrap();
        for (kernel, fused) in kernels.iter().zip(together.partials) {
            let mut alone = scan(&block.as_slice(), &names, &query, &[*kernel], &Control::new(ONE)).unwrap();
            let about = About { names, coverage: &together.coverage, threads: ONE };
            let fused = kernel.finish(fused, &about).unwrap();
            let alone = kernel.finish(alone.partials.remove(0), &about).unwrap();
            prop_assert_eq!(fused.json.get(), alone.json.get());
        }
    }

    #[test]
    fn a_walk_shows_the_journeys_that_a_scan_counts(
        given in given(), rule in rule(), range in range(), pick in 0_usize..4, through in proptest::option::of(0_u64..80),
    ) {
        let columns = Columns::of(&given);
        let is_case = matches!(rule, JourneyRule::Case { .. });
        let only = [None, Some("a or b or c"), None, Some("not d")][pick].map(|filter| filter.parse().unwrap());
        let wanted = [None, None, Some("did a"), Some("events >= 2")][pick].map(|filter| filter.parse().unwrap());
        let query = Query { rule, range, only, wanted, through: through.map(Arrival), ..Query::default() };
        let scanned = columns.ask_about(query.clone(), Collect).unwrap();
        for blocks in [1, 3] {
            let parts = columns.shared_out(blocks);
            let parts: Vec<Block<'_>> = parts.iter().map(Columns::block).collect();
            let (mut shown, mut whose_fits) = (Vec::new(), true);
            walk::<RunError>(&parts.as_slice(), &columns.names(), &query, &Control::new(ONE), |slice, whose| {
                whose_fits &= whose.is_some() == is_case;
                for (span, customer) in slice.spans.iter().zip(slice.customers) {
                    let (codes, times) = slice.journey(*span);
                    for event in span.range() {
                        let (_, at, name, _) = given[slice.events.arrivals[event] as usize];
                        let code = usize::from(slice.events.codes[event]);
                        whose_fits &= (at, name) == (slice.events.times[event], columns.labels[code].as_str());
                    }
                    let names: Vec<String> = codes.iter().map(|code| columns.labels[usize::from(*code)].clone()).collect();
                    let first = whose.map_or(slice.events.customers[*customer as usize], |whose| whose[span.begin as usize]);
                    // A case counts for the customer of its first event.
                    whose_fits &= first == slice.events.customers[*customer as usize];
                    shown.push((first, names, times.to_vec()));
                }
                Ok(())
            })
            .unwrap();
            prop_assert!(whose_fits);
            let mut counted: Vec<_> = scanned.1.iter().map(|journey| (journey.touchpoints.clone(), journey.times.clone())).collect();
            let mut walked: Vec<_> = shown.into_iter().map(|(_, names, times)| (names, times)).collect();
            counted.sort();
            walked.sort();
            prop_assert_eq!(walked, counted);
        }
    }

    #[test]
    fn graph_and_variants_are_those_of_a_plain_count(given in given(), rule in rule(), range in range()) {
        let columns = Columns::of(&given);
        let query = Query { rule, range, ..Query::default() };
        let mut edges: BTreeMap<(String, String), PlainEdge> = BTreeMap::new();
        let mut visitors: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        let mut sequences: BTreeMap<Vec<String>, u64> = BTreeMap::new();
        for (number, journey) in columns.ask_about(query.clone(), Collect).unwrap().1.into_iter().enumerate() {
            prop_assert!(journey.times.is_sorted());
            let names: Vec<String> = journey.touchpoints;
            for (name, next) in names.iter().zip(1..) {
                visitors.entry(name.clone()).or_default().insert(journey.customer);
                if next < names.len() {
                    let edge = edges.entry((name.clone(), names[next].clone())).or_default();
                    edge.0.insert(journey.customer);
                    edge.1.insert(number);
                    edge.2.push(journey.times[next] - journey.times[next - 1]);
                }
            }
            *sequences.entry(names).or_default() += 1;
        }

        let graph = columns.ask_about(query.clone(), GraphQuestion).unwrap();
        prop_assert!(graph.flow_is_conserved());
        prop_assert_eq!(graph.edges.len(), edges.len());
        for edge in &graph.edges {
            let (customers, numbers, waits) = &edges[&(edge.from.clone(), edge.to.clone())];
            let mut waits = waits.clone();
            waits.sort_unstable();
            prop_assert_eq!(edge.occurrences, waits.len() as u64);
            prop_assert_eq!(edge.customers, customers.len() as u64);
            prop_assert_eq!(edge.journeys, numbers.len() as u64);
            for (quantile, found) in [(0.0, edge.wait.min_s), (0.5, edge.wait.median_s), (0.95, edge.wait.q95_s), (1.0, edge.wait.max_s)] {
                let place = quantile * (waits.len() - 1) as f64;
                let (low, high) = (waits[place.floor() as usize] as f64, waits[place.ceil() as usize] as f64);
                let expected = (low + (high - low) * place.fract()) / 1e6;
                prop_assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{} {} {}", quantile, found, expected);
            }
        }
        for node in &graph.nodes {
            prop_assert_eq!(node.customers, visitors[&node.touchpoint].len() as u64);
        }

        let mut expected: Vec<(Vec<String>, u64)> = sequences.into_iter().collect();
        expected.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let variants = columns.ask_about(query, VariantsQuestion { top: 5 }).unwrap();
        prop_assert_eq!(variants.variants, expected.len() as u64);
        prop_assert_eq!(variants.top.len(), expected.len().min(5));
        for (found, (names, count)) in variants.top.iter().zip(&expected) {
            prop_assert_eq!(&found.touchpoints, names);
            prop_assert_eq!(found.journeys, *count);
        }
    }

    #[test]
    fn every_event_in_the_range_lies_in_one_journey_or_outside(given in given(), rule in rule(), range in range()) {
        let columns = Columns::of(&given);
        let inside = |at: i64| {
            range.from.is_none_or(|from| at >= from.micros()) && range.to.is_none_or(|to| at < to.micros())
        };
        let chosen = given.iter().filter(|(_, at, ..)| inside(*at)).count() as u64;
        let query = Query { rule, range, ..Query::default() };
        let coverage = columns.ask_about(query.clone(), GraphQuestion).unwrap().coverage;
        prop_assert_eq!(coverage.events_in_journeys + coverage.events_outside, chosen);
        prop_assert!(coverage.open_journeys <= coverage.journeys);
        let journeys = columns.ask_about(query, Collect).unwrap().1;
        prop_assert_eq!(journeys.len() as u64, coverage.journeys);
        prop_assert_eq!(journeys.iter().map(|journey| journey.times.len() as u64).sum::<u64>(), coverage.events_in_journeys);
    }

    #[test]
    fn pictures_conserve_flow_however_little_they_show(given in given(), rule in rule(), strongest in 0_usize..12) {
        let columns = Columns::of(&given);
        let graph = columns.ask(&rule, GraphQuestion);
        let picture = graph.picture(strongest);
        prop_assert!(picture.flow_is_conserved());
        prop_assert_eq!(picture.edges.len(), strongest.min(graph.edges.len()));
        prop_assert_eq!(picture.share_shown.is_none(), graph.edges.is_empty());
        let mut broken = graph.clone();
        if let Some(node) = broken.nodes.first_mut() {
            node.ends += 1;
            prop_assert!(!broken.flow_is_conserved());
        }
    }
}

#[test]
fn many_touchpoints_are_counted_as_few_are() {
    // 2,000 touchpoints do not fit the square table; the same journeys over and over make repeats.
    let names: Vec<String> = (0..2_000).map(|number| format!("touchpoint {number:04}")).collect();
    let given: Vec<Given<'_>> = (0..6_000)
        .map(|index: usize| {
            (index as u32 / 3_000, index as i64 * 1_000_000, names[index * 7 % 2_000].as_str(), NO_CASE)
        })
        .collect();
    let columns = Columns::of(&given);
    let graph = columns.ask(&JourneyRule::Whole, GraphQuestion);
    assert!(graph.flow_is_conserved());
    assert_eq!(graph.edges.len(), 2_000);
    assert_eq!(graph.edges.iter().map(|edge| edge.occurrences).sum::<u64>(), 5_998);
    let edge = graph.edges.iter().find(|edge| edge.from == "touchpoint 0000").unwrap();
    assert_eq!((edge.to.as_str(), edge.occurrences, edge.customers), ("touchpoint 0007", 3, 2));
}

#[test]
fn codes_up_to_the_last_one_are_counted() {
    // As many touchpoints as there are codes, the one for all others among them.
    let names: Vec<String> = (0..=u16::MAX).map(|number| format!("touchpoint {number:05}")).collect();
    let columns = Columns {
        codes: (0..=u16::MAX).collect(),
        moods: vec![model::MoodCode::NONE; 65_536],
        channels: vec![0; 65_536],
        times: (0..65_536).collect(),
        arrivals: (0..65_536).collect(),
        runs: vec![0, 65_536],
        customers: vec![CustomerId(7)],
        labels: names,
        cases: vec![NO_CASE; 65_536],
        channel_names: vec![String::new()],
    };
    for known in QUESTIONS {
        let names = columns.names();
        let settings = settings_of(known.name);
        let question = planned(known.name, settings, &Query::default(), &names).unwrap();
        let block = [columns.block()];
        let scanned =
            scan(&block.as_slice(), &names, &question.query, &[&*question.kernel], &Control::new(ONE)).unwrap();
        assert_eq!(scanned.coverage.events_in_journeys, 65_536, "{}", known.name);
        let about = About { names, coverage: &scanned.coverage, threads: ONE };
        question.kernel.finish(scanned.partials.into_iter().next().unwrap(), &about).unwrap();
    }
    let graph = columns.ask(&JourneyRule::Whole, GraphQuestion);
    assert_eq!((graph.nodes.len(), graph.edges.len()), (65_536, 65_535));
}

#[test]
fn an_empty_log_answers_with_nothing_and_undefined_shares() {
    let columns = Columns::default();
    let rule = JourneyRule::Whole;
    let coverage = serde_json::json!({
        "events_in_journeys": 0, "events_outside": 0, "journeys": 0, "open_journeys": 0,
        "events_not_chosen": 0, "journeys_not_chosen": 0, "share": null, "unknown_marks": [],
    });
    let graph = serde_json::to_value(columns.ask(&rule, GraphQuestion)).unwrap();
    let expected = serde_json::json!({"journeys": 0, "events": 0, "nodes": [], "edges": [], "coverage": coverage});
    assert_eq!(graph, expected);
    let variants = serde_json::to_value(columns.ask(&rule, VariantsQuestion { top: 10 })).unwrap();
    let expected = serde_json::json!({"journeys": 0, "events": 0, "variants": 0, "top": [], "coverage": coverage});
    assert_eq!(variants, expected);
    assert!(columns.ask(&rule, TransitionsQuestion).pairs.is_empty());
}

#[test]
fn answers_are_written_as_the_contract_names_them() {
    let columns = Columns::of(&[(0, 0, "a", NO_CASE), (0, 1_500_000, "b", NO_CASE), (1, 0, "c", NO_CASE)]);
    let rule = "start:a,x".parse().unwrap();
    let graph = serde_json::to_value(columns.ask(&rule, GraphQuestion)).unwrap();
    assert_eq!(
        graph,
        serde_json::json!({
            "journeys": 1,
            "events": 2,
            "nodes": [
                {"touchpoint": "a", "occurrences": 1, "customers": 1, "starts": 1, "ends": 0},
                {"touchpoint": "b", "occurrences": 1, "customers": 1, "starts": 0, "ends": 1},
            ],
            "edges": [{
                "from": "a", "to": "b", "occurrences": 1, "customers": 1, "journeys": 1,
                "wait": {"n": 1, "min_s": 1.5, "mean_s": 1.5, "median_s": 1.5, "q95_s": 1.5, "max_s": 1.5},
            }],
            "coverage": {
                "events_in_journeys": 2, "events_outside": 1, "journeys": 1, "open_journeys": 0,
                "events_not_chosen": 0, "journeys_not_chosen": 0, "share": 2.0 / 3.0, "unknown_marks": ["x"],
            },
        })
    );
    let variants = serde_json::to_value(columns.ask(&rule, VariantsQuestion { top: 10 })).unwrap();
    let top = serde_json::json!([{"touchpoints": ["a", "b"], "journeys": 1, "share": 1.0, "cumulative_share": 1.0}]);
    assert_eq!(variants["top"], top);
}

#[test]
fn a_run_ends_where_it_is_called_off_or_goes_beyond_its_bounds() {
    let given: Vec<Given<'_>> = (0..100).map(|number| (number % 10, i64::from(number), "a", NO_CASE)).collect();
    let columns = Columns::of(&given).shared_out(10);
    let blocks: Vec<Block<'_>> = columns.iter().map(Columns::block).collect();
    let names = columns[0].names();
    let planned = planned("graph", BTreeMap::new(), &Query::default(), &names).unwrap();
    let run =
        |control: &Control| scan(&blocks.as_slice(), &names, &planned.query, &[&*planned.kernel], control).map(drop);
    let called_off = Control::new(ONE);
    called_off.cancel();
    assert!(matches!(run(&called_off), Err(RunError::Cancelled)));
    assert!(matches!(run(&Control::new(ONE).at_most(std::time::Duration::ZERO)), Err(RunError::TooLong { .. })));
    assert!(matches!(run(&Control::new(ONE).within_bytes(10)), Err(RunError::TooMuch { most: 10 })));
    assert!(run(&Control::new(ONE).within_bytes(1 << 20).at_most(std::time::Duration::from_secs(600))).is_ok());
}

#[test]
fn touchpoints_that_a_question_names_and_nobody_came_to_are_told() {
    let columns = Columns::of(&[(0, 0, "cart", NO_CASE), (0, 1, "a, b", NO_CASE)]);
    for (question, name, value, unknown) in [
        ("funnel", "steps", "cart,crat,\"a, b\",\"c, d\"", vec!["crat", "c, d"]),
        ("steps", "anchor", "crat", vec!["crat"]),
        ("dropoff", "after", "cart,crat", vec!["crat"]),
        ("dropoff", "after", "cart", vec![]),
    ] {
        let settings = [(name.to_owned(), value.to_owned())].into();
        let names = columns.names();
        let asked = planned(question, settings, &Query::default(), &names).unwrap();
        let block = [columns.block()];
        let scanned = scan(&block.as_slice(), &names, &asked.query, &[&*asked.kernel], &Control::new(ONE)).unwrap();
        assert_eq!(scanned.coverage.unknown_marks, unknown, "{question}");
    }
}
