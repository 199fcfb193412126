//! Maps drawn from what is lived are maps, and say what was lived.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use maps::Draft;
use mining::{Block, Control, Graph, GraphQuestion, Names, Query, Question, Settings, ask};
use model::{CustomerId, DocumentKind, MapPlan, Moment, MoodCode, Timestamp, Touchpoint, check_body};
use proptest::prelude::*;

fn graph(journeys: &[Vec<u16>], labels: &[String]) -> Graph {
    let codes: Vec<u16> = journeys.concat();
    let times: Vec<i64> = (0..codes.len() as i64).collect();
    let mut runs = vec![0];
    runs.extend(journeys.iter().scan(0, |end, journey| {
        *end += journey.len() as u32;
        Some(*end)
    }));
    let customers: Vec<CustomerId> = (0..journeys.len() as u64).map(CustomerId).collect();
    let block = Block {
        codes: &codes,
        channels: &vec![0; codes.len()],
        moods: &vec![MoodCode::NONE; codes.len()],
        times: &times,
        arrivals: &[],
        runs: &runs,
        customers: &customers,
        cases: None,
    };
    let names = Names { labels, channels: &[], facts: &[], as_of: Timestamp::clamped(0) };
    let question = GraphQuestion::read(&mut Settings::new(&[], BTreeMap::new()).unwrap()).unwrap();
    let control = Control::new(NonZeroUsize::MIN);
    ask(&[block].as_slice(), &names, &Query::default(), &question.kernel(&names).unwrap(), &control).unwrap()
}

fn drawn(graph: &Graph, register: &BTreeMap<String, Touchpoint>, most_steps: usize) -> MapPlan {
    let stages = ["Before", "During", "After", "Other"].map(str::to_owned);
    Draft { title: "As lived".to_owned(), most_steps, stages, register }.of(graph)
}

fn labels(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_draft_has_the_ways_that_are_taken_most() {
    let labels = labels(&["Product page", "cart", "order", "ride", "rare"]);
    let mut journeys = vec![vec![0, 0, 1, 2, 3, 3]; 8];
    journeys.push(vec![0, 1]);
    journeys.push(vec![4, 2]);
    let says =
        |title: &str, moment| Touchpoint { title: title.to_owned(), moment: Some(moment), ..Touchpoint::default() };
    let register = BTreeMap::from([
        ("cart".to_owned(), says("Basket", Moment::During)),
        ("order".to_owned(), says("Order", Moment::During)),
        ("ride".to_owned(), says("Ride", Moment::After)),
    ]);
    let map = drawn(&graph(&journeys, &labels), &register, 4);
    let steps: Vec<_> =
        map.step.iter().map(|step| (step.id.as_str(), step.title.as_str(), step.stage.as_str())).collect();
    assert_eq!(
        steps,
        [
            ("cart", "Basket", "during"),
            ("order", "Order", "during"),
            ("ride", "Ride", "after"),
            ("product-page", "Product page", "other"),
        ]
    );
    let edges: Vec<_> = map.edge.iter().map(|edge| format!("{}>{}", edge.from, edge.to)).collect();
    assert_eq!(
        edges,
        [
            "start>product-page",
            "cart>order",
            "order>ride",
            "ride>ride",
            "ride>end",
            "product-page>cart",
            "product-page>product-page"
        ]
    );
    assert_eq!(map.over_after, "1d");
    check_body(DocumentKind::Map, "drawn", &serde_json::to_value(&map).unwrap()).unwrap();
}

proptest! {
    #[test]
    fn every_draft_is_a_map(
        journeys in proptest::collection::vec(proptest::collection::vec(0..8_u16, 1..7), 1..20), most in 0..9_usize,
    ) {
        let labels = labels(&["A", "a", "-", "start", "end", "Öl", "a b", "a-b"]);
        let map = drawn(&graph(&journeys, &labels), &BTreeMap::new(), most);
        let body = serde_json::to_value(&map).unwrap();
        prop_assert_eq!(check_body(DocumentKind::Map, "drawn", &body).map_err(|error| error.to_string()), Ok(()));
        prop_assert!(map.step.len() <= most);
    }
}
