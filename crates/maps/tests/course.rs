//! Which verdicts fall when: every row of the table in docs/evaluation.md, and the laws of partials.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::sync::Arc;

use maps::{MapCourse, StepCourse, VerdictsKernel};
use mining::statistics::Ratio;
use mining::{AnyKernel, Block, Query, ask, scan};
use model::MapPlan;
use proptest::prelude::*;
use support::{HOUR, Log, control, kernel, map};

const PAGE: &str = include_str!("../../../docs/evaluation.md");

/// Each period a group, each step a place.
fn verdicts(plan: &MapPlan, cuts: &[i64]) -> VerdictsKernel {
    let periods = cuts.len() - 1;
    VerdictsKernel {
        map: kernel(plan, 0),
        cuts: cuts.to_vec(),
        group_of: (0..periods as u32).collect(),
        groups: periods,
        places_of: (0..plan.step.len() as u32).map(|step| vec![step]).collect(),
        places: plan.step.len(),
    }
}

/// Letters an hour apart, and where periods end.
fn journey(written: &str) -> (Vec<(i64, String)>, Vec<i64>) {
    let (mut at, mut events, mut cuts) = (0, Vec::new(), vec![i64::MIN / 2]);
    for letter in written.chars() {
        match letter {
            '|' => cuts.push(at * HOUR - HOUR / 2),
            '-' => at += 1,
            '*' => at += 24,
            letter => {
                events.push((at * HOUR, letter.to_string()));
                at += 1;
            }
        }
    }
    (events, cuts)
}

fn signs(step: &StepCourse, title: &str) -> Vec<String> {
    [("=", step.as_planned), ("-", step.missing), ("!", step.failing), ("~", step.late), ("^", step.out_of_order)]
        .into_iter()
        .filter(|(_, of)| of.above.sum > 0.0)
        .map(|(sign, _)| format!("{title}{sign}"))
        .collect()
}

fn of(ratio: &Ratio) -> String {
    format!("{}/{}", ratio.above.sum, ratio.below.number)
}

#[test]
fn verdicts_fall_as_the_page_says() {
    let mut lines = PAGE.lines().skip_while(|line| !line.starts_with("| map | journey | periods |")).skip(2);
    let rows: Vec<Vec<String>> = lines
        .by_ref()
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.replace("\\|", "\u{1}"))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect())
        .collect();
    assert!(rows.len() > 7);
    for row in rows {
        let plan = map(&row[0], "eventually");
        let (events, cuts) = journey(&row[1]);
        let log = Log::at(&[events]);
        let blocks = [log.block()];
        let found: MapCourse =
            ask(&blocks.as_slice(), &log.names(0), &Query::default(), &verdicts(&plan, &cuts), &control(1)).unwrap();
        let periods = found.groups.iter().map(|group| {
            let steps = group.steps.iter().zip(&plan.step);
            let mut said: Vec<String> = steps.flat_map(|(step, plan)| signs(step, &plan.title)).collect();
            said.extend([of(&group.as_planned), of(&group.completed)]);
            said.join(" ")
        });
        assert_eq!(periods.collect::<Vec<_>>().join("; "), row[2], "{row:?}");
    }
}

proptest! {
    /// Whatever is said for good by the last moment fell in some period, and only once unless it became worse; and answers do
    /// not depend on blocks, threads and travels.
    #[test]
    fn all_that_is_said_fell_in_some_period(
        journeys in proptest::collection::vec(proptest::collection::vec((0_i64..60, proptest::sample::select(&["A", "B", "C", "D", "b", "c", "x"])), 1..9), 1..7),
        written in proptest::sample::select(&["A B C", "A B? C D", "A (B C) D", "A B<3h C<9h", "A B C; start>A A>B B>A B>C"]),
        cuts in proptest::collection::btree_set(1_i64..90, 1..6),
    ) {
        let plan = map(written, "eventually");
        let journeys: Vec<Vec<(i64, String)>> = journeys.into_iter().map(|mut events| {
            events.sort();
            events.into_iter().map(|(hour, name)| (hour * HOUR, name.to_owned())).collect()
        }).collect();
        let log = Log::at(&journeys);
        // The first cut lies before everything.
        let cuts: Vec<i64> = std::iter::once(-HOUR).chain(cuts.into_iter().map(|hour| hour * HOUR)).collect();
        let kernel = verdicts(&plan, &cuts);
        let names = log.names(0);
        let asked = |blocks: &[Block<'_>], threads| ask(&blocks, &names, &Query::default(), &kernel, &control(threads)).unwrap();
        let found = asked(&[log.block()], 1);
        // By conformance as of the last cut, of the events before it up to the last one on the map.
        let last = *cuts.last().unwrap();
        let on_map = |name: &String| plan.step.iter().any(|step| step.touchpoints.contains(name) || step.failing.contains(name));
        let up_to_the_last_on_the_map = |events: &Vec<(i64, String)>| -> Vec<(i64, String)> {
            let before: Vec<_> = events.iter().filter(|(at, _)| *at < last).cloned().collect();
            let end = before.iter().rposition(|(_, name)| on_map(name)).map_or(0, |end| end + 1);
            before[..end].to_vec()
        };
        let cut = journeys.iter().map(up_to_the_last_on_the_map).filter(|events| !events.is_empty());
        let cut: Vec<Vec<(i64, String)>> = cut.collect();
        if !cut.is_empty() {
            let before = Log::at(&cut);
            let held = ask(&[before.block()].as_slice(), &before.names(0), &Query::default(), &support::kernel(&plan, last), &control(1)).unwrap();
            for (place, step) in held.steps.iter().enumerate() {
                let fell = |pick: fn(&StepCourse) -> Ratio| found.groups.iter().map(|group| pick(&group.steps[place]).above.sum).sum::<f64>();
                // The worst of all is said last and stays.
                prop_assert!(fell(|step| step.missing) >= step.missing as f64, "{place} {found:?} {held:?}");
                let all = fell(|step| step.as_planned) + fell(|step| step.missing) + fell(|step| step.late) + fell(|step| step.failing) + fell(|step| step.out_of_order);
                let said = step.as_planned + step.missing + step.late + step.failing + step.out_of_order;
                prop_assert!(all >= said as f64, "{place} {found:?} {held:?}");
            }
        }
        let shared: Vec<Log> = journeys.chunks(2).map(Log::at).collect();
        let blocks: Vec<Block<'_>> = shared.iter().map(Log::block).collect();
        prop_assert_eq!(&asked(&blocks, 3), &found);
        let mut merged = AnyKernel::begin(&kernel, &Arc::default());
        for block in blocks.iter().rev() {
            let mut scanned = scan(&[*block].as_slice(), &names, &Query::default(), &[&kernel], &control(1)).unwrap();
            let travelled = kernel.to_json(&scanned.partials.remove(0)).unwrap();
            AnyKernel::merge(&kernel, &mut merged, kernel.read_json(&travelled).unwrap());
        }
        let about = mining::About { names, coverage: &found.coverage, threads: std::num::NonZeroUsize::MIN };
        let report = AnyKernel::finish(&kernel, merged, &about).unwrap();
        prop_assert_eq!(report.json.get(), &serde_json::to_string(&found).unwrap());
    }
}
