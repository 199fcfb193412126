//! What filters choose: the tables of docs/semantics.md, and any filters against plain reading.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::HashMap;
use std::sync::Arc;

use mining::{Control, Facts, GraphQuestion, NO_CASE, Names, Query, Question, TimeRange, ask};
use model::{CustomerId, JourneyRule, Moment, Peso, Timestamp};
use proptest::prelude::*;
use support::{Collect, Columns, Given, ONE, by_gap, customers, table};

const MINUTE: i64 = 60_000_000;

/// The journeys of a query, where the letters mean what the page says of them.
fn chosen(mut columns: Columns, only: &str, wanted: &str, query: Query) -> Vec<String> {
    columns.channel_names = ["", "web", "store"].map(str::to_owned).to_vec();
    let labels = &columns.labels;
    let channel = |code: &u16| match labels[usize::from(*code)].as_str() {
        "W" => 1,
        "S" => 2,
        _ => 0,
    };
    columns.channels = columns.codes.iter().map(channel).collect();
    let facts = |label: &String| match label.as_str() {
        "P" => Facts { peso: Some(Peso::Paid), moment: Some(Moment::Before) },
        "O" => Facts { peso: Some(Peso::Owned), moment: Some(Moment::During) },
        "E" => Facts { peso: Some(Peso::Earned), moment: Some(Moment::After) },
        _ => Facts::default(),
    };
    let facts: Vec<Facts> = columns.labels.iter().map(facts).collect();
    let names = Names { facts: &facts, ..columns.names() };
    let values = |values: [&str; 2]| {
        Arc::new((0..).map(CustomerId).zip(values.map(str::to_owned)).collect::<HashMap<CustomerId, String>>())
    };
    let properties =
        HashMap::from([("age".to_owned(), values(["17", "30"])), ("country".to_owned(), values(["DE", "AT"]))]);
    let query = Query {
        only: (!only.is_empty()).then(|| only.parse().unwrap()),
        wanted: (!wanted.is_empty()).then(|| wanted.parse().unwrap()),
        properties,
        ..query
    };
    ask(&[columns.block()].as_slice(), &names, &query, &Collect.kernel(&names).unwrap(), &Control::new(ONE)).unwrap().0
}

fn of_rule(rule: &str) -> Query {
    Query { rule: rule.parse().unwrap(), ..Query::default() }
}

#[test]
fn events_are_chosen_as_the_page_says() {
    for row in table("| only | events | left |") {
        assert_eq!(chosen(customers(&row[1]), &row[0], "", Query::default()).concat(), row[2], "{row:?}");
    }
}

#[test]
fn journeys_are_chosen_as_the_page_says() {
    for row in table("| where | journeys | kept |") {
        let by_gap = || Query { rule: by_gap(), ..Query::default() };
        assert_eq!(chosen(customers(&row[1]), "", &row[0], by_gap()).join(" "), row[2], "{row:?}");
        let all = chosen(customers(&row[1]), "", "", by_gap());
        let others = chosen(customers(&row[1]), "", &format!("not ({})", row[0]), by_gap());
        assert_eq!(
            others,
            all.into_iter().filter(|journey| !row[2].split(' ').any(|kept| kept == journey)).collect::<Vec<_>>(),
            "{row:?}"
        );
    }
}

#[test]
fn events_are_chosen_before_journeys_are_cut_and_journeys_after() {
    for row in table("| rule | range | only |") {
        let letters = row[4].char_indices().filter(|(_, letter)| *letter != '-');
        let given: Vec<Given<'_>> =
            letters.map(|(at, _)| (0, (at as i64 + 1) * 10 * MINUTE, &row[4][at..=at], NO_CASE)).collect();
        let bound = |minutes: &str| minutes.parse::<i64>().ok().map(|minutes| Timestamp::clamped(minutes * MINUTE));
        let (from, to) = row[1].split_once("..").unwrap_or_default();
        let query = Query { range: TimeRange { from: bound(from), to: bound(to) }, ..of_rule(&row[0]) };
        // A pause inside a journey is drawn as it is in the events.
        let expected: Vec<String> = row[5].split_whitespace().map(|journey| journey.replace('-', "")).collect();
        assert_eq!(chosen(Columns::of(&given), &row[2], &row[3], query), expected, "{row:?}");
    }
}

#[test]
fn cases_are_made_of_chosen_events() {
    for row in table("| only | where | ada |") {
        let mut given: Vec<Given<'_>> = Vec::new();
        for (customer, events) in (0..).zip(&row[2..4]) {
            for event in events.split_whitespace() {
                given.push((customer, given.len() as i64, &event[..1], event[1..].parse().unwrap()));
            }
        }
        let journeys = chosen(Columns::of(&given), &row[0], &row[1], of_rule("case:order"));
        assert_eq!(journeys.join(" "), row[4], "{row:?}");
    }
}

#[test]
fn what_is_left_out_is_counted() {
    let columns = customers("AB A | BC");
    let query = Query {
        rule: by_gap(),
        only: Some("not C".parse().unwrap()),
        wanted: Some("did B".parse().unwrap()),
        ..Query::default()
    };
    let coverage = columns.ask_about(query, GraphQuestion).unwrap().coverage;
    assert_eq!((coverage.events_in_journeys, coverage.events_not_chosen), (3, 1));
    assert_eq!((coverage.journeys, coverage.journeys_not_chosen), (2, 1));
}

#[test]
fn a_property_that_was_not_read_is_refused() {
    let query = Query { wanted: Some("customer.email is known".parse().unwrap()), ..Query::default() };
    let error = customers("A").ask_about(query, GraphQuestion).unwrap_err();
    assert_eq!(error.to_string(), "where: \"email\" is a property that was not read");
}

/// An event as plain reading sees it: microseconds and touchpoint.
type Event<'a> = (i64, &'a str);
type EventCheck = fn(Event<'_>) -> bool;
type JourneyCheck = fn(&[Event<'_>], &[Event<'_>]) -> bool;

const EVENTS: [(&str, EventCheck); 8] = [
    ("a", |(_, name)| name == "a"),
    ("touchpoint != b", |(_, name)| name != "b"),
    ("touchpoint in (a, c)", |(_, name)| name == "a" || name == "c"),
    ("touchpoint like \"web/*\"", |(_, name)| name.starts_with("web/")),
    ("channel = web", |(_, name)| name.starts_with("web/")),
    ("channel != web", |(_, name)| !name.starts_with("web/")),
    ("time >= 1970-01-01T00:00:01Z", |(at, _)| at >= 1_000_000),
    ("time < 1970-01-01T00:00:02Z", |(at, _)| at < 2_000_000),
];

fn times(events: &[Event<'_>], name: &str) -> usize {
    events.iter().filter(|event| event.1 == name).count()
}

/// True if two events of these names, in this order, lie at most so many seconds apart.
fn pair(events: &[Event<'_>], first: &str, then: &str, most: i64) -> bool {
    (0..events.len()).any(|i| {
        (i + 1..events.len())
            .any(|j| events[i].1 == first && events[j].1 == then && events[j].0 - events[i].0 <= most * 1_000_000)
    })
}

const JOURNEYS: [(&str, JourneyCheck); 12] = [
    ("did a", |own, _| times(own, "a") > 0),
    ("did not b", |own, _| times(own, "b") == 0),
    ("did a at least 2 times", |own, _| times(own, "a") >= 2),
    ("did b at most 1 time", |own, _| times(own, "b") <= 1),
    ("did c exactly 1 time", |own, _| times(own, "c") == 1),
    ("did a before b within 2s", |own, _| pair(own, "a", "b", 2)),
    ("did a before a", |own, _| pair(own, "a", "a", i64::MAX / 1_000_000)),
    ("starts with c", |own, _| own[0].1 == "c"),
    ("events >= 3", |own, _| own.len() >= 3),
    ("duration <= 1s", |own, _| own[own.len() - 1].0 - own[0].0 <= 1_000_000),
    ("customer did a before c within 3s", |_, all| pair(all, "a", "c", 3)),
    ("customer did b exactly 2 times", |_, all| times(all, "b") == 2),
];

/// A formula over tests, as text and as what it says of each test's answer.
#[derive(Clone, Debug)]
enum Any {
    Test(usize),
    Not(Box<Any>),
    And(Box<Any>, Box<Any>),
    Or(Box<Any>, Box<Any>),
}

fn any(tests: usize) -> impl Strategy<Value = Any> {
    (0..tests).prop_map(Any::Test).prop_recursive(3, 8, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            inner.prop_map(|one| Any::Not(Box::new(one))),
            two.clone().prop_map(|(one, other)| Any::And(Box::new(one), Box::new(other))),
            two.prop_map(|(one, other)| Any::Or(Box::new(one), Box::new(other))),
        ]
    })
}

impl Any {
    fn text(&self, tests: &[&str]) -> String {
        match self {
            Self::Test(test) => tests[*test].to_owned(),
            Self::Not(one) => format!("not ({})", one.text(tests)),
            Self::And(one, other) => format!("({}) and ({})", one.text(tests), other.text(tests)),
            Self::Or(one, other) => format!("({}) or ({})", one.text(tests), other.text(tests)),
        }
    }

    fn holds(&self, test: &dyn Fn(usize) -> bool) -> bool {
        match self {
            Self::Test(index) => test(*index),
            Self::Not(one) => !one.holds(test),
            Self::And(one, other) => one.holds(test) && other.holds(test),
            Self::Or(one, other) => one.holds(test) || other.holds(test),
        }
    }
}

proptest! {
    #[test]
    fn any_filters_choose_what_plain_reading_chooses(
        events in proptest::collection::vec((0_u32..3, 0_i64..5, proptest::sample::select(&["a", "b", "c", "web/a"])), 0..25),
        only in any(EVENTS.len()), wanted in any(JOURNEYS.len()), from in proptest::option::of(0_i64..3),
        to in proptest::option::of(2_i64..5), by_case: bool,
    ) {
        let second = |second: i64| second * 1_000_000;
        let case = |at: i64, name: &str| (at as u32 * 3 + name.len() as u32) % 4;
        let given: Vec<Given<'_>> =
            events.iter().map(|&(customer, at, name)| (customer, second(at), name, case(at, name))).collect();
        let in_range = |at: i64| from.is_none_or(|from| at >= second(from)) && to.is_none_or(|to| at < second(to));
        // Customer, case, time, arrival, touchpoint.
        let mut left: Vec<(u32, u32, i64, usize, &str)> = given
            .iter()
            .enumerate()
            .filter(|(_, (_, at, name, _))| in_range(*at) && only.holds(&|test| EVENTS[test].1((*at, name))))
            .map(|(arrival, &(customer, at, name, case))| (customer, case, at, arrival, name))
            .collect();
        if by_case {
            left.sort_by_key(|&(_, case, at, arrival, _)| (case, at, arrival));
            for events in left.chunk_by_mut(|a, b| a.1 == b.1) {
                let customer = events[0].0;
                events.iter_mut().for_each(|event| event.0 = customer);
            }
        }
        let mut expected = Vec::new();
        let plain = |events: &[(u32, u32, i64, usize, &'static str)]| {
            let mut events = events.to_vec();
            events.sort_by_key(|event| (event.2, event.3));
            events.into_iter().map(|event| (event.2, event.4)).collect::<Vec<Event<'static>>>()
        };
        left.sort_by_key(|&(customer, case, at, arrival, _)| (customer, if by_case { case } else { 0 }, at, arrival));
        for of_customer in left.chunk_by(|a, b| a.0 == b.0) {
            let all = plain(of_customer);
            let same = |a: &(u32, u32, i64, usize, &str), b: &(u32, u32, i64, usize, &str)| {
                if by_case { a.1 == b.1 } else { b.2 - a.2 <= second(1) }
            };
            for journey in of_customer.chunk_by(same) {
                let own = plain(journey);
                if wanted.holds(&|test| JOURNEYS[test].1(&own, &all)) {
                    expected.push(own.iter().map(|event| event.1).collect::<String>());
                }
            }
        }
        let query = Query {
            rule: if by_case { "case:order".parse().unwrap() } else { JourneyRule::Gap { seconds: 1.0 } },
            range: TimeRange { from: from.map(|at| Timestamp::clamped(second(at))), to: to.map(|at| Timestamp::clamped(second(at))) },
            only: Some(only.text(&EVENTS.map(|test| test.0)).parse().unwrap()),
            wanted: Some(wanted.text(&JOURNEYS.map(|test| test.0)).parse().unwrap()),
            ..Query::default()
        };
        prop_assert_eq!(support::journeys(&Columns::of(&given), query), expected);
    }
}
