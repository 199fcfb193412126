//! The graph that is kept current is the graph that is counted from scratch, whatever came in which order.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::HashMap;

use mining::{GraphQuestion, LiveGraph, Query, TimeRange};
use model::{CustomerId, Timestamp};
use proptest::prelude::*;
use support::{Columns, Given, table};

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
/// Microseconds.
const WINDOW: i64 = 12;

/// What can happen. Times are relative to the present.
#[derive(Clone, Debug)]
enum Step {
    Event { customer: u32, after_now: i64, code: usize, arrival: u8 },
    Join { from: u32, into: u32 },
    Time { passes: i64 },
    Question,
}

fn step() -> impl Strategy<Value = Step> {
    let customer = || 0_u32..5;
    // Just now, late, too late, and by a clock that runs ahead; few enough moments for ties.
    let event = (customer(), -16_i64..8, 0..NAMES.len(), any::<u8>());
    prop_oneof![
        8 => event.prop_map(|(customer, after_now, code, arrival)| Step::Event { customer, after_now, code, arrival }),
        1 => (customer(), customer()).prop_map(|(from, into)| Step::Join { from, into }),
        3 => (-2_i64..10).prop_map(|passes| Step::Time { passes }),
        2 => Just(Step::Question),
    ]
}

/// Everything that was ever told, and who is who by now.
#[derive(Default)]
struct Log {
    /// Arrival, customer at that time, microseconds, code.
    events: Vec<(u64, u32, i64, usize)>,
    joined: HashMap<u32, u32>,
}

impl Log {
    fn who(&self, customer: u32) -> u32 {
        self.joined.get(&customer).map_or(customer, |into| self.who(*into))
    }

    fn columns(&self) -> Columns {
        let mut events = self.events.clone();
        events.sort_unstable();
        let given: Vec<Given<'_>> =
            events.into_iter().map(|(_, customer, time, code)| (self.who(customer), time, NAMES[code], 0)).collect();
        Columns::of(&given)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]
    #[test]
    fn the_live_graph_is_the_graph_of_the_window_after_any_events_joins_and_time(
        steps in proptest::collection::vec(step(), 0..90),
    ) {
        let labels = NAMES.map(str::to_owned);
        let mut now = 1_000;
        let mut live = LiveGraph::new(WINDOW, now);
        let mut log = Log::default();
        for (number, step) in (0_u64..).zip(steps.into_iter().chain([Step::Question])) {
            match step {
                Step::Event { customer, after_now, code, arrival } => {
                    // Whatever was filed is read after what is fresh: arrivals need not ascend.
                    let arrival = u64::from(arrival) << 32 | number;
                    let (customer, time) = (log.who(customer), now + after_now);
                    log.events.push((arrival, customer, time, code));
                    live.observe(CustomerId(customer.into()), time, arrival, code as u16);
                }
                Step::Join { from, into } => {
                    let (from, into) = (log.who(from), log.who(into));
                    if from != into {
                        log.joined.insert(from, into);
                    }
                    live.join(CustomerId(from.into()), CustomerId(into.into()));
                }
                Step::Time { passes } => {
                    live.advance(now + passes);
                    now = now.max(now + passes);
                }
                Step::Question => {
                    let moment = |at: i64| Some(Timestamp::clamped(at));
                    let range = TimeRange { from: moment(now - WINDOW), to: moment(now) };
                    let query = Query { range, ..Query::default() };
                    let expected = log.columns().ask_about(query, GraphQuestion).unwrap();
                    prop_assert_eq!(live.graph(&labels), expected);
                }
            }
        }
    }
}

#[test]
fn a_late_event_an_early_one_and_one_that_is_too_old_stand_where_the_page_says() {
    const MINUTE: i64 = 60_000_000;
    let labels = ["A", "B", "C"].map(str::to_owned);
    for row in table("| one customer's events | asked at minute |") {
        let now: i64 = row[1].parse().unwrap();
        let mut live = LiveGraph::new(60 * MINUTE, 0);
        for (arrival, event) in (0..).zip(row[0].split(' ')) {
            let (touchpoint, minute) = event.split_once('@').unwrap();
            let code = labels.iter().position(|label| label == touchpoint).unwrap() as u16;
            live.observe(CustomerId(1), minute.parse::<i64>().unwrap() * MINUTE, arrival, code);
        }
        live.advance(now * MINUTE);
        let graph = live.graph(&labels);
        // No touchpoint comes twice, so the edges are the journey.
        let mut edges: Vec<String> = graph.edges.iter().map(|edge| format!("{}{}", edge.from, edge.to)).collect();
        edges.sort();
        let expected: Vec<String> = (1..row[2].len()).map(|end| row[2][end - 1..=end].to_owned()).collect();
        assert_eq!((graph.events as usize, edges), (row[2].len(), expected), "{row:?}");
    }
}

#[test]
fn what_has_left_the_window_takes_no_memory() {
    let labels = NAMES.map(str::to_owned);
    let mut live = LiveGraph::new(3_600_000_000, 0);
    let mut most = 0;
    for hour in 0..24 {
        for event in 0..20_000_u64 {
            let (customer, code) = (CustomerId(event % 4_000), (event / 4_000 % 4) as u16);
            live.observe(customer, hour * 3_600_000_000 + event as i64, event, code);
        }
        live.advance((hour + 1) * 3_600_000_000);
        assert_eq!(live.graph(&labels).events, 20_000);
        if hour == 1 {
            most = live.bytes();
        }
    }
    assert!(live.bytes() <= most, "{} after a day, {most} after two hours", live.bytes());
    assert!(most / 20_000 < 120, "{} bytes an event", most / 20_000);
    live.advance(30 * 3_600_000_000);
    assert_eq!((live.graph(&labels).events, live.customers().count()), (0, 0));
}
