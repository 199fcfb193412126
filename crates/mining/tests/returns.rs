//! Retention, conversion and ways: every row of their tables in docs/semantics.md.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use mining::kernels::conversion::ConversionQuestion;
use mining::kernels::pattern::{Matches, PatternQuestion};
use mining::kernels::retention::{RetentionQuestion, Returned};
use mining::{Count, NO_CASE, Names, QUESTIONS, Query, planned};
use model::JourneyRule;
use support::{Columns, Given, by_gap, customers, read, table};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// `A-B | C`: customers by `|`, each place a step of time from 1970 on.
fn places(text: &str, step: i64) -> Vec<Given<'_>> {
    let mut given = Vec::new();
    for (customer, places) in (0..).zip(text.split('|')) {
        let places = places.trim();
        let events = places.char_indices().filter(|(_, letter)| *letter != '-');
        given.extend(events.map(|(at, _)| (customer, at as i64 * step, &places[at..=at], NO_CASE)));
    }
    given
}

#[test]
fn retention_is_counted_as_the_page_says() {
    for row in table("| start | return |") {
        let columns = Columns::of(&places(&row[3], DAY));
        let settings = [("start", &row[0]), ("return", &row[1]), ("cohort", &row[2])].into_iter();
        let written: Vec<String> = settings.map(|(name, value)| format!("{name}={value}")).collect();
        let question: RetentionQuestion = read(&format!("period=1d periods=2 {}", written.join(" "))).unwrap();
        let retention = columns.ask(&JourneyRule::Whole, question);
        let shown = retention.cohorts.iter().map(|cohort| {
            let begins = cohort.begins.map_or("all".to_owned(), |begins| (begins.micros() / DAY).to_string());
            let period = |period: &Returned| {
                assert_eq!(period.n + period.open, cohort.customers, "{row:?}");
                format!("{}/{}", period.returned, period.n)
            };
            format!("{begins} {}", cohort.periods.iter().map(period).collect::<Vec<_>>().join(" "))
        });
        assert_eq!(shown.collect::<Vec<_>>().join("; "), row[4], "{row:?}");
        for (index, all) in retention.periods.iter().enumerate() {
            let summed: u64 = retention.cohorts.iter().map(|cohort| cohort.periods[index].returned).sum();
            assert_eq!((all.returned, all.rate.is_none()), (summed, all.n == 0), "{row:?}");
        }
    }
}

#[test]
fn the_time_range_chooses_beginnings_and_not_returns() {
    let columns = Columns::of(&places("AAA | -AA | --A", DAY));
    let day = |day: i64| Some(model::Timestamp::clamped(day * DAY));
    let query = Query { range: mining::TimeRange { from: day(1), to: day(2) }, ..Query::default() };
    let retention =
        columns.ask_about(query.clone(), read::<RetentionQuestion>("period=12h periods=1").unwrap()).unwrap();
    assert_eq!((retention.customers, retention.without_start), (1, 2));
    let conversion = columns.ask_about(query, read::<ConversionQuestion>("start=A goal=A").unwrap()).unwrap();
    assert_eq!((conversion.customers, conversion.converted), (2, 2));
}

#[test]
fn conversions_are_timed_as_the_page_says() {
    for row in table("| attempt | within |") {
        let columns = customers(&row[2]);
        let written = format!("start=A goal=C attempt={} within={}", row[0], row[1]);
        let conversion = columns.ask(&JourneyRule::Whole, read::<ConversionQuestion>(&written).unwrap());
        let counted = [conversion.converted, conversion.in_progress, conversion.not_converted];
        assert_eq!(counted.map(|count| count.to_string()), row[3..6], "{row:?}");
        assert_eq!(conversion.customers, counted.iter().sum::<u64>(), "{row:?}");
        let seconds: Vec<f64> = row[6].split_whitespace().map(|second| second.parse().unwrap()).collect();
        assert_eq!(conversion.time.map_or(0, |time| time.n), seconds.len() as u64, "{row:?}");
        if let Some(time) = conversion.time {
            assert_eq!(time.min_s, seconds.iter().copied().fold(f64::MAX, f64::min), "{row:?}");
            assert_eq!(time.max_s, seconds.iter().copied().fold(0.0, f64::max), "{row:?}");
            let by_its_end = conversion.curve.last().unwrap();
            assert_eq!(
                (by_its_end.after_s, by_its_end.share.is_some()),
                match conversion.within_s {
                    Some(within_s) => (within_s, true),
                    None => (7_776_000.0, conversion.method != "Kaplan-Meier" || conversion.in_progress == 0),
                },
                "{row:?}"
            );
        }
    }
}

#[test]
fn the_curve_is_that_of_kaplan_and_meier() {
    for row in table("| times | after |") {
        // All that there is to see ends after 100 seconds: who is watched for c seconds begins at 100 - c.
        let mut given = vec![(0, 100 * SECOND, "X", NO_CASE)];
        for (customer, time) in (1..).zip(row[0].split(' ')) {
            let seconds: i64 = time.trim_end_matches('+').parse().unwrap();
            if time.ends_with('+') {
                given.push((customer, (100 - seconds) * SECOND, "A", NO_CASE));
            } else {
                given.extend([(customer, 0, "A", NO_CASE), (customer, seconds * SECOND, "C", NO_CASE)]);
            }
        }
        let question: ConversionQuestion = read(&format!("start=A goal=C within={}s", row[1])).unwrap();
        let conversion = Columns::of(&given).ask(&JourneyRule::Whole, question);
        let point = conversion.curve.last().unwrap();
        assert_eq!((point.n.to_string(), point.share.is_none()), (row[2].clone(), row[3].is_empty()), "{row:?}");
        if let Some(share) = point.share {
            assert!((share - row[3].parse::<f64>().unwrap()).abs() < 1e-6, "{row:?}: {share}");
        }
    }
}

fn around(counts: &[Count]) -> Vec<String> {
    counts.iter().map(|count| format!("{} {}", count.touchpoint, count.count)).collect()
}

#[test]
fn ways_are_found_as_the_page_says() {
    for row in table("| way | journeys |") {
        let columns = customers(&row[1]);
        let question = PatternQuestion { way: row[0].parse().unwrap(), top: 10 };
        let found: Matches = columns.ask(&by_gap(), question);
        assert_eq!([found.journeys_with_match, found.matches].map(|count| count.to_string()), row[2..4], "{row:?}");
        let mut seconds: Vec<f64> = row[4].split_whitespace().map(|second| second.parse().unwrap()).collect();
        seconds.sort_by(f64::total_cmp);
        if let Some(time) = found.time {
            assert_eq!(time.n, seconds.len() as u64, "{row:?}");
            assert_eq!((time.min_s, time.max_s), (seconds[0], seconds[seconds.len() - 1]), "{row:?}");
            assert!((time.mean_s * time.n as f64 - seconds.iter().sum::<f64>()).abs() < 1e-9, "{row:?}");
        }
        let middles = found.middles.iter().map(|middle| match middle.touchpoints.concat().as_str() {
            "" => format!(". {}", middle.matches),
            touchpoints => format!("{touchpoints} {}", middle.matches),
        });
        assert_eq!(middles.collect::<Vec<_>>().join(" "), row[5], "{row:?}");
        let (mut before, mut after) = (around(&found.before), around(&found.after));
        before.extend((found.at_start > 0).then(|| format!("^ {}", found.at_start)));
        after.extend((found.at_end > 0).then(|| format!("$ {}", found.at_end)));
        for (mut found, expected) in [(before, &row[6]), (after, &row[7])] {
            let words: Vec<&str> = expected.split_whitespace().collect();
            let mut expected: Vec<String> = words.chunks(2).map(|pair| pair.join(" ")).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{row:?}");
        }
    }
}

#[test]
fn a_mistake_in_a_setting_is_refused_with_its_place() {
    let columns = customers("AB");
    let names: Names<'_> = columns.names();
    for (question, settings, expected) in [
        ("pattern", "way=a -> ...", "way: at character 8: the text ends where -> is due"),
        ("pattern", "way=", "way: at character 0: the text ends where an event is due"),
        ("pattern", "way=  a b", "way: at character 4: \"b\" stands where"),
        ("pattern", "", "way: is missing: The way, such as a -> ... -> b without c within 7 days"),
        ("conversion", "start=A", "goal: is missing: The touchpoint at which it ends"),
        ("conversion", "start=A;goal= ", "goal: \"\" names no touchpoint"),
        ("conversion", "start=A;goal=B;attempt=worst", "attempt: \"worst\" is none of first, last, best"),
        ("retention", "periods=1001", "periods: \"1001\" is no whole number from 1 to 1000"),
        ("retention", "period=0s", "period: \"0s\" is no time at all"),
        (
            "retention",
            "cohort=week",
            "cohort: \"week\" is not a duration with a unit, such as 90s, 30m, 12h, 30d or 2w",
        ),
    ] {
        let pairs = settings.split(';').filter_map(|setting| setting.split_once('='));
        let given = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let error = planned(question, given, &Query::default(), &names).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{question} {settings}: {error}");
    }
    let given = [("way".to_owned(), "A->(B) within 1 week".to_owned())].into_iter().collect();
    let asked = planned("pattern", given, &Query::default(), &names).unwrap();
    assert_eq!(asked.settings["way"], "A -> B within 7d");
    assert_eq!(QUESTIONS.iter().filter(|known| known.name == "pattern").count(), 1);
}
