//! The law of partials: answers do not depend on how the customers were shared out, on how many threads scanned them, on the
//! order in which partials were merged, and on whether they travelled as text.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;

use mining::compare::Measure;
use mining::{
    About, AnyKernel, AnyPartial, Block, Control, Coverage, NO_CASE, Names, Planned, QUESTIONS, Query, TimeRange,
    planned, scan,
};
use model::{JourneyRule, MoodCode, MoodOrigin, Timestamp};
use proptest::prelude::*;
use support::{Columns, Given, ONE};

const NAMES: [&str; 7] = ["a", "b", "web/a", "web/b", "shop/a", "shop/c", "call/a"];

fn given() -> impl Strategy<Value = Vec<Given<'static>>> {
    // Far past and far future beside a few moments that make ties likely.
    let time = prop_oneof![9 => -6_i64..7, 1 => Just(Timestamp::MIN.micros()), 1 => Just(Timestamp::MAX.micros())];
    let case = prop_oneof![0_u32..4, Just(NO_CASE)];
    proptest::collection::vec((0_u32..6, time, proptest::sample::select(&NAMES), case), 0..80)
}

/// Events whose touchpoints come by any channel, not only by the one in their name; some tell a mood.
fn columns() -> impl Strategy<Value = Columns> {
    (given(), proptest::collection::vec(any::<u8>(), 80)).prop_map(|(given, channels)| {
        let mut columns = Columns::of(&given);
        let known = columns.channel_names.len() as u8;
        for (event, other) in channels.into_iter().enumerate().take(columns.channels.len()) {
            columns.channels[event] = other % known;
            columns.moods[event] = match other / 16 {
                mood @ 0..=4 => MoodCode::of(mood as i8 - 2, MoodOrigin::ALL[usize::from(other % 3)]),
                _ => MoodCode::NONE,
            };
        }
        columns
    })
}

fn rule() -> impl Strategy<Value = JourneyRule> {
    const RULES: [&str; 8] = [
        "whole",
        "gap:0s",
        "gap:0.000001s",
        "start:a",
        "end:b,shop/c",
        "start:a,b;end:b,web/a",
        "case:order",
        "start:no",
    ];
    proptest::sample::select(&RULES).prop_map(|rule| rule.parse().unwrap())
}

fn query() -> impl Strategy<Value = Query> {
    let bound = || proptest::option::of((-6_i64..7).prop_map(Timestamp::clamped));
    const ONLY: [&str; 2] = ["not (b or channel = shop)", "time < 1970-01-01T00:00:00.000002Z"];
    const WANTED: [&str; 4] =
        ["did a before b", "events >= 2", "customer did web/a", "path a -> ... -> b without shop/c"];
    let filter = |texts: &'static [&'static str]| proptest::option::of(proptest::sample::select(texts));
    (rule(), bound(), bound(), filter(&ONLY), filter(&WANTED)).prop_map(|(rule, from, to, only, wanted)| Query {
        rule,
        range: TimeRange { from, to },
        only: only.map(|text| text.parse().unwrap()),
        wanted: wanted.map(|text| text.parse().unwrap()),
        ..Query::default()
    })
}

/// Questions with their settings between `;`.
const ASKED: [(&str, &str); 31] = [
    ("graph", ""),
    ("transitions", ""),
    ("variants", "top=7"),
    ("funnel", "steps=a,b,web/a;window=0.000002s;exclude=shop/c;optional=b"),
    ("funnel", "steps=a,b;by=attempt"),
    ("funnel", "steps=a,b;by=session;order=strict"),
    ("funnel", "steps=a,b;order=any;window=0.000003s"),
    ("steps", "steps=3"),
    ("steps", "steps=3;anchor=b"),
    ("sankey", "steps=3;edges=4"),
    ("sankey", "steps=6;edges=29;anchor=a"),
    ("sessions", "gap=0.000001s"),
    ("loops", "top=3"),
    ("hops", "top=3"),
    ("dropoff", "within=0.000002s"),
    ("retention", "period=0.000002s;periods=3"),
    ("retention", "period=0.000001s;periods=70;start=a;return=b,web/a;cohort=none"),
    ("conversion", "start=a;goal=b"),
    ("conversion", "start=a;goal=a;within=0.000002s;attempt=last"),
    ("conversion", "start=b;goal=web/a;within=0.000001s;attempt=best"),
    ("pattern", "way=a -> ... -> b without shop/c within 1s;top=3"),
    ("pattern", "way=start -> * -> ... -> channel = web;top=1"),
    ("centrality", "top=4"),
    ("clusters", "clusters=3;variants=12"),
    ("clusters", ""),
    ("moods", ""),
    ("moods", "origin=reported"),
    ("importance", "least=4"),
    ("importance", "origin=any;least=4"),
    ("customers", "most=2"),
    ("customers", ""),
];

fn asked(columns: &Columns, query: &Query, (question, settings): (&str, &str)) -> Planned {
    let pairs = settings.split(';').filter_map(|setting| setting.split_once('='));
    let given = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    planned(question, given, query, &columns.names()).unwrap()
}

fn json(kernel: &dyn AnyKernel, names: &Names<'_>, partial: AnyPartial, coverage: &Coverage) -> String {
    kernel.finish(partial, &About { names: *names, coverage, threads: ONE }).unwrap().json.get().to_owned()
}

/// What can be compared, whatever the order of the values that a median is of.
fn figures(kernel: &dyn AnyKernel, partial: &AnyPartial) -> Vec<String> {
    let figures = kernel.figures(partial).into_iter().map(|figure| {
        let measure = match figure.measure {
            Measure::Median(lists) => {
                let mut values = lists.concat();
                values.sort_unstable();
                format!("{values:?}")
            }
            other @ (Measure::Share { .. } | Measure::Mean { .. }) => format!("{other:?}"),
        };
        format!("{} {:?} {measure}", figure.what, figure.subject)
    });
    figures.collect()
}

/// One block on one thread, several blocks on several threads, partials of blocks that travelled: all answer alike.
fn does_not_depend_on_blocks(columns: &Columns, asked: &Planned) {
    let Planned { query, kernel, .. } = asked;
    let (names, kernel) = (columns.names(), &**kernel);
    let answer = |source: &[Block<'_>], threads: usize| {
        let control = Control::new(NonZeroUsize::new(threads).unwrap());
        let scanned = scan(&source, &names, query, &[kernel], &control).unwrap();
        (scanned.partials.into_iter().next().unwrap(), scanned.coverage)
    };
    let (whole, coverage) = answer(&[columns.block()], 1);
    let expected_figures = figures(kernel, &whole);
    let subjects: BTreeSet<String> =
        kernel.figures(&whole).iter().map(|figure| format!("{} {:?}", figure.what, figure.subject)).collect();
    assert_eq!(subjects.len(), expected_figures.len(), "a figure stands there twice");
    let expected = json(kernel, &names, whole, &coverage);
    for blocks in [2, 5] {
        let shared = columns.shared_out(blocks);
        let blocks: Vec<Block<'_>> = shared.iter().map(Columns::block).collect();
        for threads in [1, 3] {
            let (partial, coverage) = answer(&blocks, threads);
            if coverage.journeys > 0 {
                assert_eq!(figures(kernel, &partial), expected_figures, "{threads} threads");
            }
            assert_eq!(json(kernel, &names, partial, &coverage), expected, "{threads} threads");
        }
        if matches!(query.rule, JourneyRule::Case { .. }) {
            // A case brings customers of several blocks together, so blocks cannot be scanned apart.
            continue;
        }
        let travelled = |block: &Block<'_>| {
            let (partial, _) = answer(&[*block], 1);
            kernel.read_json(&kernel.to_json(&partial).unwrap()).unwrap()
        };
        let merged = |partials: &mut dyn Iterator<Item = AnyPartial>| {
            let mut merged = kernel.begin(&Arc::default());
            for partial in partials {
                kernel.merge(&mut merged, partial);
                // What was merged travels on.
                merged = kernel.read_json(&kernel.to_json(&merged).unwrap()).unwrap();
            }
            merged
        };
        let forwards = merged(&mut blocks.iter().map(travelled));
        let backwards = merged(&mut blocks.iter().rev().map(travelled));
        for partial in [forwards, backwards] {
            if coverage.journeys > 0 {
                assert_eq!(figures(kernel, &partial), expected_figures);
            }
            assert_eq!(json(kernel, &names, partial, &coverage), expected);
        }
    }
}

proptest! {
    #[test]
    fn answers_do_not_depend_on_how_the_customers_were_shared_out(
        columns in columns(), query in query(), question in proptest::sample::select(&ASKED),
    ) {
        does_not_depend_on_blocks(&columns, &asked(&columns, &query, question));
    }
}

#[test]
fn touchpoints_that_fit_no_square_table_are_held_to_the_law() {
    let names: Vec<String> = (0..2_000).map(|number| format!("touchpoint {number:04}")).collect();
    let name = |index: usize| names[index * 7 % 2_000].as_str();
    let given: Vec<Given<'_>> =
        (0..3_000).map(|index| (index as u32 / 10, index as i64 * 1_000_000, name(index / 3), NO_CASE)).collect();
    let columns = Columns::of(&given);
    for question in [("graph", ""), ("sankey", "steps=5"), ("loops", "top=3"), ("dropoff", "")] {
        does_not_depend_on_blocks(&columns, &asked(&columns, &Query::default(), question));
    }
}

#[test]
fn every_question_is_held_to_the_law() {
    let asked: BTreeSet<&str> = ASKED.iter().map(|(question, _)| *question).collect();
    assert_eq!(asked, QUESTIONS.iter().map(|known| known.name).collect());
}
