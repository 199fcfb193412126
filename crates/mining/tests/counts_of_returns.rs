//! Retention, conversion and ways through any events are those of a plain count.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use mining::kernels::conversion::ConversionQuestion;
use mining::kernels::pattern::PatternQuestion;
use mining::kernels::retention::RetentionQuestion;
use mining::{NO_CASE, Query, TimeRange};
use model::{JourneyRule, Timestamp};
use proptest::prelude::*;
use support::{Columns, Given, journeys, read};

const SECOND: i64 = 1_000_000;

fn given() -> impl Strategy<Value = Vec<Given<'static>>> {
    // Few moments make ties likely; the first and the last moment that can be written are far from all others.
    let ends = prop_oneof![Just(Timestamp::MIN.micros()), Just(Timestamp::MAX.micros())];
    let time = prop_oneof![30 => (-3_i64..9).prop_map(|second| second * SECOND), 1 => ends];
    let name = proptest::sample::select(&["a", "b", "c", "web/a", "web/b"]);
    let case = prop_oneof![0_u32..5, Just(NO_CASE)];
    proptest::collection::vec((0_u32..5, time, name, case), 0..50)
}

fn range() -> impl Strategy<Value = TimeRange> {
    let bound = || proptest::option::of((-3_i64..9).prop_map(|second| Timestamp::clamped(second * SECOND)));
    (bound(), bound()).prop_map(|(from, to)| TimeRange { from, to })
}

proptest! {
    #[test]
    fn retention_is_that_of_a_plain_count(
        given in given(), range in range(), by_case: bool, period in 1_i64..4, cohort in proptest::option::of(1_i64..5),
    ) {
        let columns = Columns::of(&given);
        let as_of = given.iter().map(|event| event.1).max().unwrap_or_default();
        let mut expected: BTreeMap<(Option<i64>, usize), (u64, u64)> = BTreeMap::new();
        for events in owned(&given, by_case).values() {
            let Some(start) = events.iter().filter(|event| event.2 != "c").map(|event| event.0).min() else { continue };
            if !contains(range, start) {
                continue;
            }
            for number in 1..=3 {
                let begin = start + number * period * SECOND;
                if begin + period * SECOND <= as_of {
                    let inside = |at: i64| at >= begin && at < begin + period * SECOND;
                    let back = events.iter().any(|event| inside(event.0) && event.2 != "a" && event.2 != "web/a");
                    let key = (cohort.map(|length| start.div_euclid(length * SECOND) * length * SECOND), number as usize);
                    let counted = expected.entry(key).or_default();
                    counted.0 += u64::from(back);
                    counted.1 += 1;
                }
            }
        }
        let cohort = cohort.map_or("none".to_owned(), |length| format!("{length}s"));
        let written = format!("period={period}s periods=3 start=a,b,web/a,web/b return=b,c,web/b cohort={cohort}");
        let retention = columns.ask_about(query(by_case, range), read::<RetentionQuestion>(&written).unwrap()).unwrap();
        let found = retention.cohorts.iter().flat_map(|cohort| {
            cohort.periods.iter().map(|period| {
                let begins = cohort.begins.map(Timestamp::micros);
                ((begins, period.period), (period.returned, period.n))
            })
        });
        let clamped = expected.into_iter().map(|((begins, period), counted)| {
            ((begins.map(|begins| Timestamp::clamped(begins).micros()), period), counted)
        });
        prop_assert_eq!(found.filter(|(_, (_, n))| *n > 0).collect::<BTreeMap<_, _>>(), clamped.collect());
    }

    #[test]
    fn conversions_are_those_of_a_plain_count(
        given in given(), range in range(), by_case: bool, within in proptest::option::of(0_i64..4),
        to in proptest::sample::select(&["a", "b"]), attempt in proptest::sample::select(&["first", "last", "best"]),
    ) {
        let columns = Columns::of(&given);
        let as_of = given.iter().map(|event| event.1).max().unwrap_or_default();
        let in_time = |time: i64| within.is_none_or(|within| time <= within * SECOND);
        let (mut took, mut open, mut not_converted) = (Vec::new(), 0, 0);
        for events in owned(&given, by_case).values() {
            let begins = |at: usize| events[at].2 == "a" && contains(range, events[at].0);
            let from: Vec<usize> = (0..events.len()).filter(|&at| begins(at)).collect();
            let ends: Vec<usize> = (0..events.len()).filter(|&at| events[at].2 == to).collect();
            let pairs: Vec<(usize, usize)> =
                from.iter().flat_map(|&from| ends.iter().filter(move |&&to| to > from).map(move |&to| (from, to))).collect();
            let (Some(&first), Some(&latest)) = (from.first(), from.last()) else { continue };
            let time = |&(from, to): &(usize, usize)| events[to].0 - events[from].0;
            let (begun, counts) = match attempt {
                "first" => (first, pairs.iter().filter(|pair| pair.0 == first).min_by_key(|pair| pair.1)),
                "last" => {
                    let pair = pairs.iter().min_by_key(|pair| (pair.1, std::cmp::Reverse(pair.0)));
                    (pair.map_or(latest, |pair| pair.0), pair)
                }
                _ => (latest, pairs.iter().min_by_key(|pair| time(pair))),
            };
            match counts.map(time) {
                Some(time) if in_time(time) => took.push(time),
                Some(_) if attempt == "last" => not_converted += 1,
                _ if in_time(as_of - events[begun].0) => open += 1,
                _ => not_converted += 1,
            }
        }
        let within = within.map_or(String::new(), |within| format!("within={within}s"));
        let question: ConversionQuestion = read(&format!("start=a goal={to} attempt={attempt} {within}")).unwrap();
        let conversion = columns.ask_about(query(by_case, range), question).unwrap();
        prop_assert_eq!(conversion.converted, took.len() as u64);
        prop_assert_eq!((conversion.in_progress, conversion.not_converted), (open, not_converted));
        took.sort_unstable();
        let ends = conversion.time.map(|time| (time.min_s, time.max_s));
        let expected = took.first().zip(took.last()).map(|(&min, &max)| (min as f64 / 1e6, max as f64 / 1e6));
        prop_assert_eq!(ends, expected);
        // Without anybody in progress the estimate is the plain share.
        if open == 0 && conversion.customers > 0 {
            for by in conversion.curve.iter().filter(|by| by.share.is_some()) {
                let converted = took.iter().filter(|&&time| time as f64 / 1e6 <= by.after_s).count() as f64;
                prop_assert!((by.share.unwrap() - converted / conversion.customers as f64).abs() < 1e-9, "{:?}", by);
            }
        }
    }

    #[test]
    fn ways_are_found_where_trying_every_way_finds_them(given in given(), way in way()) {
        let columns = Columns::of(&given);
        let mut lived: BTreeMap<u32, Vec<(i64, usize, &str)>> = BTreeMap::new();
        for (arrival, &(customer, at, name, _)) in given.iter().enumerate() {
            lived.entry(customer).or_default().push((at, arrival, name));
        }
        let (mut times, mut middles) = (Vec::new(), BTreeMap::<Vec<&str>, u64>::new());
        let (mut with_match, mut kept) = (BTreeSet::new(), Vec::new());
        let (mut at_start, mut at_end, mut before, mut after) = (0, 0, BTreeMap::new(), BTreeMap::new());
        for (customer, events) in &mut lived {
            events.sort_unstable();
            let events: Vec<(i64, &str)> = events.iter().map(|&(at, _, name)| (at, name)).collect();
            let mut from = 0;
            while let Some((first, last)) = way.found(&events, from) {
                if with_match.insert(*customer) {
                    kept.push(events.iter().map(|event| event.1).collect::<String>());
                }
                times.push(events[last].0 - events[first].0);
                let middle = events.get(first + 1..last).unwrap_or_default();
                *middles.entry(middle.iter().map(|event| event.1).collect()).or_default() += 1;
                match first {
                    0 => at_start += 1,
                    _ => *before.entry(events[first - 1].1.to_owned()).or_default() += 1_u64,
                }
                match events.get(last + 1) {
                    None => at_end += 1,
                    Some(next) => *after.entry(next.1.to_owned()).or_default() += 1_u64,
                }
                from = last + 1;
            }
        }
        let question = PatternQuestion { way: way.text().parse().unwrap(), top: 1_000 };
        let found = columns.ask(&JourneyRule::Whole, question);
        prop_assert_eq!((found.matches, found.journeys_with_match), (times.len() as u64, with_match.len() as u64));
        prop_assert_eq!(found.customers_with_match, with_match.len() as u64);
        let mean_s = times.iter().map(|&time| i128::from(time)).sum::<i128>() as f64 / times.len() as f64 / 1e6;
        prop_assert!(found.time.is_none_or(|time| (time.mean_s - mean_s).abs() <= 1e-9 * mean_s.abs()));
        let shown = found.middles.iter().map(|middle| (middle.touchpoints.iter().map(String::as_str).collect(), middle.matches));
        prop_assert_eq!(shown.collect::<BTreeMap<Vec<&str>, u64>>(), middles.clone());
        let mut between: Vec<usize> = middles.iter().flat_map(|(middle, &n)| vec![middle.len(); n as usize]).collect();
        between.sort_unstable();
        let n = between.len();
        prop_assert_eq!(
            found.between.map(|between| (between.median, between.max)),
            (n > 0).then(|| ((between[(n - 1) / 2] + between[n / 2]) as f64 / 2.0, between[n - 1]))
        );
        prop_assert_eq!((found.at_start, found.at_end), (at_start, at_end));
        let listed = |counts: &[mining::Count]| -> BTreeMap<String, u64> {
            counts.iter().map(|count| (count.touchpoint.clone(), count.count)).collect()
        };
        prop_assert_eq!((listed(&found.before), listed(&found.after)), (before, after));
        let wanted = Some(format!("path {}", way.text()).parse().unwrap());
        prop_assert_eq!(journeys(&columns, Query { wanted, ..Query::default() }), kept);
    }
}

fn contains(range: TimeRange, at: i64) -> bool {
    range.from.is_none_or(|from| at >= from.micros()) && range.to.is_none_or(|to| at < to.micros())
}

fn query(by_case: bool, range: TimeRange) -> Query {
    let rule = if by_case { "case:order".parse().unwrap() } else { JourneyRule::Whole };
    Query { rule, range, ..Query::default() }
}

/// Each customer's events in their order: time, arrival, touchpoint. By case, an event belongs to the customer of the
/// first event of its case, and one without a case to nobody.
fn owned<'g>(given: &[Given<'g>], by_case: bool) -> BTreeMap<u32, Vec<(i64, usize, &'g str)>> {
    let mut owned: BTreeMap<u32, Vec<(i64, usize, &str)>> = BTreeMap::new();
    for (arrival, &(customer, at, name, case)) in given.iter().enumerate() {
        let in_case = given.iter().enumerate().filter(|(_, event)| event.3 == case);
        let first = in_case.min_by_key(|(arrival, event)| (event.1, *arrival)).map(|(_, event)| event.0);
        match (by_case, case) {
            (true, NO_CASE) => {}
            (true, _) => owned.entry(first.unwrap()).or_default().push((at, arrival, name)),
            (false, _) => owned.entry(customer).or_default().push((at, arrival, name)),
        }
    }
    owned.values_mut().for_each(|events| events.sort_unstable());
    owned
}

type Check = fn(&str, i64) -> bool;

/// Steps as they are written and as they are read by the plainest means.
const STEPS: [(&str, Check); 7] = [
    ("*", |_, _| true),
    ("a", |name, _| name == "a"),
    ("b", |name, _| name == "b"),
    ("(a or c)", |name, _| name == "a" || name == "c"),
    ("channel = web", |name, _| name.starts_with("web/")),
    ("(touchpoint like \"*a\" and channel = web)", |name, _| name == "web/a"),
    ("(b or time >= 1970-01-01T00:00:03Z)", |name, at| name == "b" || at >= 3 * SECOND),
];

#[derive(Clone, Debug)]
struct Plain {
    /// Index into [`STEPS`], and whether it follows directly on the one before.
    steps: Vec<(usize, bool)>,
    at_start: bool,
    at_end: bool,
    without: Option<usize>,
    within: Option<i64>,
}

fn way() -> impl Strategy<Value = Plain> {
    let steps = proptest::collection::vec((0..STEPS.len(), any::<bool>()), 1..5);
    let without = proptest::option::of(1..STEPS.len());
    (steps, proptest::bool::weighted(0.2), proptest::bool::weighted(0.2), without, proptest::option::of(0_i64..6))
        .prop_map(|(steps, at_start, at_end, without, within)| Plain { steps, at_start, at_end, without, within })
}

impl Plain {
    fn text(&self) -> String {
        let mut text = if self.at_start { "start -> ".to_owned() } else { String::new() };
        for (number, &(step, directly)) in self.steps.iter().enumerate() {
            text += if number == 0 {
                ""
            } else if directly {
                " -> "
            } else {
                " -> ... -> "
            };
            text += STEPS[step].0;
        }
        text += if self.at_end { " -> end" } else { "" };
        text += &self.without.map_or(String::new(), |without| format!(" without {}", STEPS[without].0));
        text + &self.within.map_or(String::new(), |within| format!(" within {within}s"))
    }

    /// Of all findings from an event on the one that ends first, of those the one that begins last.
    fn found(&self, events: &[(i64, &str)], from: usize) -> Option<(usize, usize)> {
        let mut found = Vec::new();
        for first in from..events.len() {
            self.follow(events, first, first, 0, &mut found);
        }
        let fits = |&&(first, last): &&(usize, usize)| {
            let between = events.get(first + 1..last).unwrap_or_default();
            (!self.at_start || first == 0)
                && (!self.at_end || last + 1 == events.len())
                && self.within.is_none_or(|within| events[last].0 - events[first].0 <= within * SECOND)
                && !between.iter().any(|&(at, name)| self.without.is_some_and(|without| STEPS[without].1(name, at)))
        };
        found.iter().filter(fits).min_by_key(|(first, last)| (*last, std::cmp::Reverse(*first))).copied()
    }

    fn follow(&self, events: &[(i64, &str)], first: usize, at: usize, step: usize, found: &mut Vec<(usize, usize)>) {
        let (time, name) = events[at];
        if !STEPS[self.steps[step].0].1(name, time) {
            return;
        }
        let Some((_, directly)) = self.steps.get(step + 1) else { return found.push((first, at)) };
        let furthest = if *directly { (at + 2).min(events.len()) } else { events.len() };
        for next in at + 1..furthest {
            self.follow(events, first, next, step + 1, found);
        }
    }
}
