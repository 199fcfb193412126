//! Every example in docs/filters.md, and that each filter reads back from what it shows.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use model::filter::{
    Count, Deed, EventTest, Formula, JourneyTest, Link, MAX_DEPTH, MAX_LENGTH, Order, PropertyTest, Scope, Step,
    TextTest,
};
use model::{EventFilter, FilterError, Invalid, JourneyFilter, Moment, PathPattern, Peso, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde::Serialize;
use serde::de::DeserializeOwned;

const PAGE: &str = include_str!("../../../docs/filters.md");

/// The rows of the table whose header begins with these cells, without the marks of code.
fn table(header: &str) -> Vec<Vec<String>> {
    let mut lines = PAGE.lines().skip_while(|line| !line.starts_with(header));
    assert!(lines.next().is_some(), "the page has no table {header}");
    let rows: Vec<Vec<String>> = lines
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`').to_owned()).collect())
        .collect();
    assert!(!rows.is_empty(), "the table {header} has no rows");
    rows
}

trait Filter: Display + FromStr<Err = FilterError> + PartialEq + Debug + Serialize + DeserializeOwned {}
impl Filter for EventFilter {}
impl Filter for JourneyFilter {}
impl Filter for PathPattern {}

/// What is shown reads back as the same value, and in JSON it is that text.
fn reads_back<T: Filter>(value: &T) -> Result<(), TestCaseError> {
    let shown = value.to_string();
    let again: T = shown.parse().map_err(|error: FilterError| TestCaseError::fail(error.render(&shown)))?;
    prop_assert_eq!(&again, value, "{}", shown);
    let json = serde_json::to_value(value).unwrap();
    prop_assert_eq!(&json, &serde_json::Value::String(shown));
    prop_assert_eq!(&serde_json::from_value::<T>(json).unwrap(), value);
    Ok(())
}

fn example<T: Filter>(text: &str) {
    let value: T = text.parse().unwrap_or_else(|error: FilterError| panic!("{}", error.render(text)));
    reads_back(&value).unwrap();
}

#[test]
fn the_examples_on_the_page_are_read() {
    for row in table("| events | means |") {
        example::<EventFilter>(&row[0]);
    }
    for row in table("| journeys | means |") {
        example::<JourneyFilter>(&row[0]);
    }
    for row in table("| ways | means |") {
        example::<PathPattern>(&row[0]);
    }
}

#[test]
fn what_means_the_same_is_kept_as_one() {
    for row in table("| written | kept as |") {
        let filter: JourneyFilter =
            row[0].parse().unwrap_or_else(|error: FilterError| panic!("{}", error.render(&row[0])));
        assert_eq!(filter.to_string(), row[1], "{}", row[0]);
    }
}

#[test]
fn mistakes_are_told_with_their_place_as_on_the_page() {
    for row in table("| asked | text | error |") {
        let outcome = match row[0].as_str() {
            "events" => row[1].parse::<EventFilter>().map(drop),
            "journeys" => row[1].parse::<JourneyFilter>().map(drop),
            _ => row[1].parse::<PathPattern>().map(drop),
        };
        let error = outcome.expect_err(&row[1]);
        assert_eq!(error.to_string(), row[2], "{}", row[1]);
        let there: String = row[1].chars().skip(error.position).take(error.length).collect();
        assert_eq!(there, error.found, "{}", row[1]);
    }
}

#[test]
fn a_terminal_shows_carets_under_the_place() {
    let shown = PAGE.split("```").find(|block| block.contains('^')).unwrap().trim();
    let text = shown.lines().next().unwrap();
    assert_eq!(text.parse::<JourneyFilter>().unwrap_err().render(text), shown);

    let text = "did ä\n and did\tö öß";
    let error = text.parse::<JourneyFilter>().unwrap_err();
    assert_eq!(error.render(text).lines().take(2).collect::<Vec<_>>(), [" and did ö öß", "           ^^"]);

    let long = format!("{} or , or {}", ["a"; 200].join(" or "), ["b"; 200].join(" or "));
    let shown = long.parse::<EventFilter>().unwrap_err().render(&long);
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0].chars().nth(lines[1].find('^').unwrap()), Some(','), "{shown}");
    assert!(lines[0].chars().count() < 130, "{shown}");
}

#[test]
fn a_refused_filter_is_an_invalid_value_that_keeps_its_place() {
    let error = Invalid::from("did a or".parse::<JourneyFilter>().unwrap_err()).within("where");
    assert!(error.to_string().starts_with("where: at character 8: the text ends"), "{error}");
}

#[test]
fn neither_depth_nor_length_is_without_end() {
    let nested = |open: &str, close: &str, depth: usize| format!("{}a{}", open.repeat(depth), close.repeat(depth));
    for (open, close, width) in [("(", ")", 1), ("not ", "", 4)] {
        nested(open, close, MAX_DEPTH).parse::<EventFilter>().unwrap();
        let error = nested(open, close, MAX_DEPTH + 1).parse::<EventFilter>().unwrap_err();
        assert_eq!(error.position, width * MAX_DEPTH, "{error}");
        assert!(error.reason.contains("more than 64 levels"), "{error}");
    }
    assert!(nested("(", ")", MAX_LENGTH / 2 - 1).parse::<EventFilter>().unwrap_err().reason.contains("64 levels"));

    "a".repeat(MAX_LENGTH).parse::<EventFilter>().unwrap();
    assert_eq!("a".repeat(MAX_LENGTH + 1).parse::<EventFilter>().unwrap_err().position, MAX_LENGTH);
    // Short as written, long as kept: it could not be read again.
    let error = ["not a"; 1_000].join(" or ").parse::<EventFilter>().unwrap_err();
    assert!(error.reason.contains("written out in full"), "{error}");
}

/// Names and values that try the quotation marks.
fn text() -> impl Strategy<Value = String> {
    let plain = vec!["checkout", "händler_besuch", "404", "7d", "a-", "AT", "days"];
    let keywords = vec!["and", "Not", "end", "path", "time", "stage", "within", "customer.x", "..."];
    let odd = vec!["order placed", "", "a->b", "+1", "\"", "\\", "*", "a\\\"b\n\t"];
    prop_oneof![select([plain, keywords, odd].concat()).prop_map(str::to_owned), "[a-zä\"\\\\ *+().-]{0,5}",]
}

fn order() -> impl Strategy<Value = Order> {
    select(vec![Order::Less, Order::AtMost, Order::AtLeast, Order::More])
}

fn count() -> impl Strategy<Value = Count> {
    (0u32..3, select(vec![Count::AtLeast as fn(u32) -> Count, Count::AtMost, Count::Exactly]))
        .prop_map(|(count, bound)| bound(if count == 2 { u32::MAX } else { count }))
}

fn seconds() -> impl Strategy<Value = f64> {
    prop_oneof![
        0.0..1e11,
        (0u32..2_000_000_000).prop_map(f64::from),
        select(vec![0.0, 0.1, 60.0, 3600.0, 604_800.0, 1e11])
    ]
}

fn texts() -> impl Strategy<Value = TextTest> {
    prop_oneof![vec(text(), 1..4).prop_map(TextTest::OneOf), text().prop_map(TextTest::Like)]
}

fn formulas<T: Debug + Clone + 'static>(test: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Formula<T>> {
    let leaf = test.prop_map(Formula::Test);
    leaf.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| Formula::Not(Box::new(inner))),
            vec(inner.clone(), 2..4).prop_map(Formula::And),
            vec(inner, 2..4).prop_map(Formula::Or),
        ]
    })
    .boxed()
}

fn events() -> BoxedStrategy<EventFilter> {
    let moment = prop_oneof![
        (Timestamp::MIN.micros()..=Timestamp::MAX.micros()),
        (-700_000i64..2_900_000).prop_map(|day| day * 86_400_000_000)
    ];
    formulas(prop_oneof![
        3 => texts().prop_map(EventTest::Touchpoint),
        1 => texts().prop_map(EventTest::Channel),
        1 => vec(select(Peso::ALL.to_vec()), 1..4).prop_map(EventTest::Peso),
        1 => vec(select(Moment::ALL.to_vec()), 1..4).prop_map(EventTest::Stage),
        1 => (order(), moment).prop_map(|(order, micros)| EventTest::Time(order, Timestamp::clamped(micros))),
    ])
}

fn paths() -> impl Strategy<Value = PathPattern> {
    let step = || prop_oneof![3 => events().prop_map(Step::Event), 1 => Just(Step::Any)];
    let next = vec((select(vec![Link::Directly, Link::Later]), step()), 0..3);
    (any::<bool>(), step(), next, any::<bool>(), option::of(events()), option::of(seconds())).prop_map(
        |(at_start, first, next, at_end, without, within_s)| PathPattern {
            at_start,
            first,
            next,
            at_end,
            without,
            within_s,
        },
    )
}

fn journeys() -> BoxedStrategy<JourneyFilter> {
    let deed = prop_oneof![
        (events(), count()).prop_map(|(event, count)| Deed::Times(event, count)),
        (events(), events(), option::of(seconds())).prop_map(|(first, then, within_s)| Deed::Before {
            first,
            then,
            within_s
        }),
    ];
    let asked = prop_oneof![
        texts().prop_map(PropertyTest::Text),
        (order(), any::<f64>()).prop_map(|(order, number)| PropertyTest::Number(order, number)),
        Just(PropertyTest::Known),
    ];
    let path = prop_oneof!["[a-zA-Zä \"-]{1,4}(\\.[a-z-]{1,3}){0,2}", Just("country".to_owned())];
    formulas(prop_oneof![
        (select(vec![Scope::Journey, Scope::Customer]), deed).prop_map(|(scope, deed)| JourneyTest::Did(scope, deed)),
        events().prop_map(JourneyTest::StartsWith),
        events().prop_map(JourneyTest::EndsWith),
        count().prop_map(JourneyTest::Events),
        (order(), seconds()).prop_map(|(order, seconds)| JourneyTest::Duration(order, seconds)),
        (path, asked).prop_map(|(path, test)| JourneyTest::Customer { path, test }),
        prop_oneof!["[a-z0-9_][a-z0-9_-]{0,6}", Just("path".to_owned())].prop_map(JourneyTest::Segment),
        paths().prop_map(JourneyTest::Path),
    ])
}

proptest! {
    #[test]
    fn every_event_filter_reads_back_from_what_it_shows(filter in events()) {
        reads_back(&filter)?;
    }

    #[test]
    fn every_journey_filter_reads_back_from_what_it_shows(filter in journeys()) {
        reads_back(&filter)?;
    }

    #[test]
    fn every_way_reads_back_from_what_it_shows(way in paths()) {
        reads_back(&way)?;
    }

    #[test]
    fn any_text_is_read_or_refused_at_a_place_inside_it(text in "([a-z ]|not |\\(|\\)|did |\"|->|\\.\\.\\.|path | in | = |ä|é|💶|customer\\.|7d ){0,20}") {
        for outcome in [text.parse::<JourneyFilter>().map(drop), text.parse::<EventFilter>().map(drop)] {
            if let Err(error) = outcome {
                prop_assert!(error.position + error.length <= text.chars().count(), "{error}");
                prop_assert!(error.render(&text).ends_with(&error.to_string()));
            }
        }
    }
}
