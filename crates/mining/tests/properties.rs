//! What holds for any events, any rule and any cut into slices.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use mining::{
    By, Coverage, FunnelQuestion, NO_CASE, Order, StepsQuestion, TimeRange, cut, funnel, graph, sessions, steps,
    transitions, variants,
};
use model::{JourneyRule, Timestamp};
use proptest::prelude::*;
use support::{Columns, Given};

const ONE: NonZeroUsize = NonZeroUsize::MIN;
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

/// Customers, journeys and waits of an edge.
type PlainEdge = (BTreeSet<u32>, BTreeSet<usize>, Vec<i64>);

proptest! {
    #[test]
    fn answers_do_not_depend_on_how_the_customers_were_shared_out(
        given in given(), rule in rule(), range in range(), threads in 1_usize..9, backwards: bool,
    ) {
        let columns = Columns::of(&given);
        let journeys = cut(&columns.log(), &rule, range).unwrap();
        let (whole_graph, whole_variants) = (graph(&journeys, ONE), variants(&journeys, 7, ONE));

        let mut slices = journeys.split(threads);
        if backwards {
            slices.reverse();
        }
        // Through bytes, as between machines.
        let through_bytes = |partial: &mining::graph::Partial| -> mining::graph::Partial {
            serde_json::from_str(&serde_json::to_string(partial).unwrap()).unwrap()
        };
        let partials = slices.iter().map(|slice| mining::graph::scan(slice, columns.labels.len()));
        let partials: Vec<_> = partials.map(|partial| through_bytes(&partial)).collect();
        prop_assert_eq!(partials.iter().map(|partial| partial.events).sum::<u64>(), journeys.coverage().events_in_journeys);
        let merged = partials.clone().into_iter().reduce(mining::graph::Partial::merge).unwrap_or_default();
        let from_right = partials.into_iter().rev().reduce(|all, partial| partial.merge(all)).unwrap_or_default();
        for merged in [merged, from_right] {
            prop_assert_eq!(&merged.finish(&columns.labels, journeys.coverage(), ONE), &whole_graph);
        }
        let partials = slices.iter().map(mining::variants::scan);
        let merged = partials.reduce(mining::variants::Partial::merge).unwrap_or_default();
        prop_assert_eq!(merged.finish(&columns.labels, journeys.coverage(), 7), whole_variants);

        let shared_out = NonZeroUsize::new(threads).unwrap();
        for by in [By::Customer, By::Attempt, By::Session] {
            let steps = vec!["a".to_owned(), "b".to_owned()];
            let question = FunnelQuestion { steps, window_s: 2e-6, order: Order::Ordered, by, entries: range };
            let one = funnel(&journeys, &question, ONE).unwrap();
            prop_assert_eq!(&funnel(&journeys, &question, shared_out).unwrap(), &one);
            for pair in one.steps.windows(2) {
                let (step, next) = (&pair[0], &pair[1]);
                prop_assert_eq!(step.reached, step.in_progress + step.dropped + next.reached);
            }
        }
        for anchor in [None, Some("b".to_owned())] {
            let question = StepsQuestion { steps: 3, anchor };
            let one = steps(&journeys, &question, ONE).unwrap();
            prop_assert_eq!(steps(&journeys, &question, shared_out).unwrap(), one);
        }
        prop_assert_eq!(sessions(&journeys, shared_out), sessions(&journeys, ONE));
    }

    #[test]
    fn graph_and_variants_are_those_of_a_plain_count(given in given(), rule in rule(), range in range()) {
        let columns = Columns::of(&given);
        let journeys = cut(&columns.log(), &rule, range).unwrap();
        let slice = journeys.all();
        let mut edges: BTreeMap<(&str, &str), PlainEdge> = BTreeMap::new();
        let mut visitors: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        let mut sequences: BTreeMap<Vec<&str>, u64> = BTreeMap::new();
        for (number, (span, &customer)) in slice.spans.iter().zip(slice.customers).enumerate() {
            let names: Vec<&str> =
                slice.codes[span.range()].iter().map(|&code| columns.labels[usize::from(code)].as_str()).collect();
            let times = &slice.times[span.range()];
            prop_assert!(times.is_sorted());
            for (name, next) in names.iter().zip(1..) {
                visitors.entry(name).or_default().insert(customer);
                if next < names.len() {
                    let edge = edges.entry((name, names[next])).or_default();
                    edge.0.insert(customer);
                    edge.1.insert(number);
                    edge.2.push(times[next] - times[next - 1]);
                }
            }
            *sequences.entry(names).or_default() += 1;
        }

        let graph = graph(&journeys, ONE);
        prop_assert!(graph.flow_is_conserved());
        prop_assert_eq!(graph.edges.len(), edges.len());
        for edge in &graph.edges {
            let (customers, numbers, waits) = &edges[&(edge.from.as_str(), edge.to.as_str())];
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
            prop_assert_eq!(node.customers, visitors[node.touchpoint.as_str()].len() as u64);
        }

        let mut expected: Vec<(Vec<&str>, u64)> = sequences.into_iter().collect();
        expected.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let variants = variants(&journeys, 5, ONE);
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
        let journeys = cut(&columns.log(), &rule, range).unwrap();
        let inside = |at: i64| {
            range.from.is_none_or(|from| at >= from.micros()) && range.to.is_none_or(|to| at < to.micros())
        };
        let chosen = given.iter().filter(|(_, at, ..)| inside(*at)).count() as u64;
        let Coverage { events_in_journeys, events_outside, open_journeys, .. } = *journeys.coverage();
        prop_assert_eq!(events_in_journeys + events_outside, chosen);
        prop_assert!(open_journeys <= journeys.coverage().journeys);
        let spans: Vec<_> = journeys.all().spans.iter().map(|span| span.range()).collect();
        prop_assert_eq!(spans.iter().map(ExactSizeIterator::len).sum::<usize>() as u64, events_in_journeys);
        prop_assert!(spans.iter().all(|span| !span.is_empty()));
        prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }

    #[test]
    fn pictures_conserve_flow_however_little_they_show(given in given(), rule in rule(), strongest in 0_usize..12) {
        let columns = Columns::of(&given);
        let graph = graph(&cut(&columns.log(), &rule, TimeRange::ALL).unwrap(), ONE);
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
    let journeys = cut(&columns.log(), &JourneyRule::Whole, TimeRange::ALL).unwrap();
    let graph = graph(&journeys, NonZeroUsize::new(2).unwrap());
    assert!(graph.flow_is_conserved());
    assert_eq!(graph.edges.len(), 2_000);
    assert_eq!(graph.edges.iter().map(|edge| edge.occurrences).sum::<u64>(), 5_998);
    let edge = graph.edges.iter().find(|edge| edge.from == "touchpoint 0000").unwrap();
    assert_eq!((edge.to.as_str(), edge.occurrences, edge.customers), ("touchpoint 0007", 3, 2));
}

#[test]
fn an_empty_log_answers_with_nothing_and_undefined_shares() {
    let columns = Columns::default();
    let journeys = cut(&columns.log(), &JourneyRule::Whole, TimeRange::ALL).unwrap();
    let coverage = serde_json::json!({
        "events_in_journeys": 0, "events_outside": 0, "journeys": 0, "open_journeys": 0, "share": null,
        "unknown_marks": [],
    });
    let graph = serde_json::to_value(graph(&journeys, ONE)).unwrap();
    let expected = serde_json::json!({"journeys": 0, "events": 0, "nodes": [], "edges": [], "coverage": coverage});
    assert_eq!(graph, expected);
    let variants = serde_json::to_value(variants(&journeys, 10, ONE)).unwrap();
    let expected = serde_json::json!({"journeys": 0, "events": 0, "variants": 0, "top": [], "coverage": coverage});
    assert_eq!(variants, expected);
    assert!(transitions(&journeys, ONE).pairs.is_empty());
}

#[test]
fn answers_are_written_as_the_contract_names_them() {
    let columns = Columns::of(&[(0, 0, "a", NO_CASE), (0, 1_500_000, "b", NO_CASE), (1, 0, "c", NO_CASE)]);
    let journeys = cut(&columns.log(), &"start:a,x".parse().unwrap(), TimeRange::ALL).unwrap();
    let graph = serde_json::to_value(graph(&journeys, ONE)).unwrap();
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
                "events_in_journeys": 2, "events_outside": 1, "journeys": 1, "open_journeys": 0, "share": 2.0 / 3.0,
                "unknown_marks": ["x"],
            },
        })
    );
    let variants = serde_json::to_value(variants(&journeys, 10, ONE)).unwrap();
    assert_eq!(variants["top"], serde_json::json!([{"touchpoints": ["a", "b"], "journeys": 1, "share": 1.0}]));
}

#[test]
fn a_case_rule_without_cases_is_refused() {
    let columns = Columns::of(&[(0, 0, "a", NO_CASE)]);
    let log = mining::Log { cases: None, ..columns.log() };
    let error = cut(&log, &"case:order.id".parse().unwrap(), TimeRange::ALL).unwrap_err();
    assert_eq!(error.to_string(), "journey: \"order.id\" is not known for the events: their cases were not read");
}
