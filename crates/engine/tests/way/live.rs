//! The live graph against the graph of the same window, while everything happens that can happen in between.

use std::time::Duration;

use engine::{Answers, Engine, LiveWindow, MiningQuery, Reason};
use mining::GraphQuestion;
use model::{DocumentKind, Event, Identifier, Kind, Ruling, Timestamp};
use serde_json::{Value, json};

use crate::{Place, event, send};

const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;
/// The present when a test begins, in seconds.
const THEN: i64 = 1_790_000_000;

fn moment(second: i64) -> Timestamp {
    Timestamp::clamped(second * 1_000_000)
}

/// Asks for the live graph, which must be the graph of its window in every figure; what it took.
fn ask(answers: &Answers, window_s: u64, now: i64) -> LiveWindow {
    let live = answers.live(Duration::from_secs(window_s), moment(now)).unwrap();
    let mut told: Value = serde_json::from_str(&live.to_json().unwrap()).unwrap();
    let beside = ["events_in_other", "timing", "recipe", "from", "to", "window_s", "updated_events", "rebuilt"]
        .map(|name| told.as_object_mut().unwrap().remove(name).unwrap_or_else(|| panic!("{name} is missing")));
    assert_eq!(beside[5], json!(window_s as f64));
    let (from, to) = (Some(moment(now - window_s as i64)), Some(moment(now)));
    let query = MiningQuery { from, to, ..MiningQuery::default() };
    let expected = serde_json::to_string(&answers.ask(&query, GraphQuestion).unwrap()).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    assert_eq!(told, expected);
    let recipe = &live.answered.recipe;
    let again = answers.mine_again(recipe, &answers.control(query.limits)).unwrap();
    let mut again: Value = serde_json::from_str(&again.to_json().unwrap()).unwrap();
    again.as_object_mut().unwrap().retain(|name, _| told.get(name).is_some());
    assert_eq!(again, expected, "what the recipe stands for");
    live.window
}

/// What the last question took in, and whether it began anew.
fn took(answers: &Answers, window_s: u64, now: i64) -> (u64, bool) {
    let window = ask(answers, window_s, now);
    (window.updated_events, window.rebuilt)
}

/// Numbers that are everywhere: a linear congruence (Knuth, MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as i64 % end
    }

    /// Visits of cookies and accounts around a moment: most just now, some late, some by clocks ahead; some log in, which
    /// makes one customer of two.
    fn visits(&mut self, round: i64, count: i64, now: i64) -> Vec<Event<'static>> {
        let visit = |number: i64| {
            let second = match self.below(10) {
                0 => now - self.below(3 * HOUR as i64),
                1 => now + self.below(900),
                _ => now - self.below(60),
            };
            let (cookie, account) = (self.below(40), self.below(40));
            let who = match self.below(12) {
                0 => format!("anonymous_id=c{cookie},user_id=u{cookie}"),
                1..6 => format!("anonymous_id=c{cookie}"),
                _ => format!("user_id=u{account}"),
            };
            let name = format!("page {}", self.below(5 + round / 4));
            let mut visit = event(&format!("{round}-{number}"), &who, &name, second);
            if self.below(15) == 0 {
                visit.kind = Kind::Identify;
            }
            visit
        };
        (0..count).map(visit).collect()
    }
}

#[test]
fn while_events_stream_in_and_people_log_in_the_live_graph_is_current_and_nothing_is_scanned_again() {
    let place = Place::new();
    let engine = place.open();
    let mut numbers = Numbers(1);
    let mut now = THEN;
    send(&engine, &numbers.visits(0, 100, now - 1_800));
    assert!(ask(engine.answers(), HOUR, now).rebuilt, "nothing was kept before the first question");
    for round in 1..40 {
        now += numbers.below(400);
        let count = 1 + numbers.below(30);
        let visits = numbers.visits(round, count, now);
        let recent = |visit: &&Event<'_>| visit.kind != Kind::Identify && visit.at >= moment(now - HOUR as i64);
        let expected = visits.iter().filter(recent).count() as u64;
        send(&engine, &visits);
        assert_eq!(took(engine.answers(), HOUR, now), (expected, false), "round {round}");
        if round % 5 == 0 {
            assert_eq!(ask(engine.answers(), DAY, now).rebuilt, round == 5, "round {round}");
        }
        if round % 7 == 0 {
            assert_eq!(took(engine.answers(), HOUR, now), (0, false), "nothing is new");
        }
    }
    let customers = engine.answers().totals().unwrap().0;
    assert!(customers < 70, "{customers}: some logged in");
    // All of it leaves.
    now += 2 * HOUR as i64;
    assert_eq!(took(engine.answers(), HOUR, now), (0, false));
    engine.close().unwrap();
}

#[test]
fn what_was_filed_between_two_questions_is_read_from_its_parts_alone_or_all_is_counted_anew() {
    let place = Place::new();
    let engine = place.open();
    let mut numbers = Numbers(2);
    let mut now = THEN;
    let mut rebuilt = 0;
    for round in 0..24 {
        now += 60;
        for stretch in 0..3 {
            send(&engine, &numbers.visits(round * 10 + stretch, 20, now));
            // Once more is asked before the filing, once between, once when everything is filed.
            if stretch == round % 3 {
                engine.settle().unwrap();
            }
        }
        rebuilt += u32::from(ask(engine.answers(), HOUR, now).rebuilt);
    }
    assert_eq!(rebuilt, 1, "the first question's");

    // More than is worth reading row by row.
    let many: Vec<_> =
        (0..10_001).map(|n| event(&format!("m{n}"), &format!("user_id=m{}", n % 500), "rush", now)).collect();
    send(&engine, &many);
    engine.settle().unwrap();
    now += 1;
    assert!(ask(engine.answers(), HOUR, now).rebuilt);
    send(&engine, &numbers.visits(1_000, 20, now));
    assert!(!ask(engine.answers(), HOUR, now).rebuilt);
    engine.close().unwrap();
}

fn rule(engine: &Engine, ruling: Ruling, a: &str, b: &str) {
    let [a, b] = [a, b].map(|written| written.parse::<Identifier<'static>>().unwrap());
    engine.rule(ruling, &[a, b], Reason { author: "ada", note: "asked her" }).unwrap();
}

#[test]
fn after_a_restart_a_split_other_rules_or_a_clock_set_back_the_window_is_counted_anew_once() {
    let place = Place::new();
    let engine = place.open();
    let visits = [
        event("1", "anonymous_id=tablet", "home", THEN - 50),
        event("2", "user_id=ada", "login", THEN - 40),
        event("3", "anonymous_id=tablet", "cart", THEN - 30),
        event("4", "user_id=ada,anonymous_id=tablet", "login", THEN - 20),
    ];
    send(&engine, &visits[..3]);
    let answers = engine.answers();
    assert_eq!(took(answers, HOUR, THEN), (3, true));
    send(&engine, &visits[3..]);
    assert_eq!(took(answers, HOUR, THEN), (1, false), "two became one");
    rule(&engine, Ruling::Unmerge, "user_id:ada", "anonymous_id:tablet");
    assert!(ask(answers, HOUR, THEN).rebuilt, "one became two");
    rule(&engine, Ruling::Merge, "user_id:ada", "anonymous_id:tablet");
    assert_eq!(took(answers, HOUR, THEN), (0, false), "and one again");
    assert!(ask(answers, HOUR, THEN - 25).rebuilt, "the clock was set back");
    assert!(!ask(answers, HOUR, THEN).rebuilt);

    place.plan(DocumentKind::Touchpoint, "basket", &json!({"title": "Basket"}));
    place.plan(DocumentKind::Mapping, "default", &json!({"rule": [{"touchpoint": "basket", "name": "cart"}]}));
    engine.settle().unwrap();
    assert!(ask(answers, HOUR, THEN).rebuilt, "touchpoints were mapped anew");
    // The register's name and the same text as a mere name are two touchpoints.
    send(&engine, &[event("5", "user_id=bob", "basket", THEN - 1), event("6", "user_id=bob", "cart", THEN - 1)]);
    assert_eq!(took(answers, HOUR, THEN), (2, false));
    let shown = answers.live(Duration::from_secs(HOUR), moment(THEN)).unwrap().to_json().unwrap();
    assert!(shown.contains(r#""from":"basket (discovered)","to":"basket""#), "{shown}");
    engine.settle().unwrap();
    engine.close().unwrap();

    let engine = place.open();
    assert_eq!(took(engine.answers(), HOUR, THEN), (6, true), "a new process keeps nothing");
    assert_eq!(took(engine.answers(), HOUR, THEN), (0, false));
    send(&engine, &[event("7", "user_id=bob", "till", THEN - 1)]);
    assert_eq!(took(engine.answers(), HOUR, THEN), (1, false));
    let beside = Answers::read_only(&place.directory).unwrap();
    assert_eq!(took(&beside, HOUR, THEN), (7, true));
    engine.close().unwrap();
}

#[test]
fn a_few_windows_are_kept_and_one_too_short_or_too_long_is_refused() {
    let place = Place::new();
    let engine = place.open();
    send(&engine, &Numbers(3).visits(0, 50, THEN));
    let windows = [HOUR, DAY, 60, 7 * DAY, 1];
    assert!(windows.iter().all(|window| ask(engine.answers(), *window, THEN).rebuilt));
    assert!(windows[1..].iter().all(|window| !ask(engine.answers(), *window, THEN).rebuilt));
    assert!(ask(engine.answers(), HOUR, THEN).rebuilt, "it was not asked for the longest");
    for (window, told) in [(0.5, "0.5 s"), (604_801.0, "604801 s")] {
        let error = engine.answers().live(Duration::from_secs_f64(window), moment(THEN)).unwrap_err().to_string();
        assert_eq!(error, format!("window: \"{told}\" lies outside 1s to 7d"));
    }
    engine.close().unwrap();
}
