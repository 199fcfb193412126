//! Whether intervals hold their level where customers are not alike, and whether verdicts can be believed.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use mining::compare::{Difference, Figure, Measure, Subject, Verdict};
use mining::report::Table;
use mining::{
    About, AnyKernel, Block, Control, GraphQuestion, Kernel, NO_CASE, Properties, Query, Question, RunError, Slice,
    compare, wilson,
};
use serde::{Deserialize, Serialize};
use support::{Columns, Given, ONE, by_gap};

const REPLICATIONS: usize = 400;

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// How customers of a group behave.
#[derive(Clone, Copy)]
struct Habits {
    /// Those who like X have it in a journey with probability 0.9, others with probability 0.1.
    like_x: f64,
    /// Added to the number of Ys in each journey.
    more_y: u64,
    /// Added to how long each journey takes: seconds.
    longer: i64,
    /// How many journeys a customer has.
    journeys: fn(&mut Chance) -> i64,
}

fn one_five_or_nine(chance: &mut Chance) -> i64 {
    1 + 4 * chance.below(3) as i64
}

/// From 1 to 63; of the journeys, the busiest tenth of the customers has half.
fn mostly_few(chance: &mut Chance) -> i64 {
    (1.0 - 0.99 * chance.share()).powf(-0.9) as i64
}

const USUAL: Habits = Habits { like_x: 0.3, more_y: 0, longer: 0, journeys: one_five_or_nine };
const BUSY: Habits = Habits { like_x: 0.9, more_y: 3, longer: 600, ..USUAL };
const UNEVEN: Habits = Habits { journeys: mostly_few, ..USUAL };

/// What is so of usual customers: share of customers with an X, share of journeys with one, Ys a journey, median wait.
const TRUTH: [f64; 4] = [0.551_819_885_8, 0.34, 2.0, 700.0];

/// Customers of two groups, the first half in the first one.
fn world(chance: &mut Chance, customers: u32, habits: [Habits; 2]) -> Vec<Given<'static>> {
    let mut given = Vec::new();
    for customer in 0..2 * customers {
        let Habits { like_x, more_y, longer, journeys } = habits[usize::from(customer >= customers)];
        let x = if chance.share() < like_x { 0.9 } else { 0.1 };
        let ys = chance.below(4) + more_y;
        let pace = 300 + longer + chance.below(801) as i64;
        for journey in 0..journeys(chance) {
            let begin = journey * 100_000;
            let wait = pace - 50 + chance.below(101) as i64;
            let middle = if chance.share() < x { "X" } else { "W" };
            given.push((customer, begin, "begin", NO_CASE));
            given.push((customer, begin + 1, middle, NO_CASE));
            given.extend((0..ys + chance.below(2)).map(|_| (customer, begin + 2, "Y", NO_CASE)));
            given.push((customer, begin + wait, "end", NO_CASE));
        }
    }
    given.iter_mut().for_each(|event| event.1 *= 1_000_000);
    given
}

/// The four kinds of figures, each asked alone so that its level is 95 %.
#[derive(Clone, Copy, Debug)]
enum Alone {
    Customers,
    Journeys,
    Mean,
    Median,
}

const KINDS: [Alone; 4] = [Alone::Customers, Alone::Journeys, Alone::Mean, Alone::Median];

#[derive(Default, Serialize, Deserialize)]
struct Counts {
    customers: u64,
    customers_with: u64,
    journeys: u64,
    journeys_with: u64,
    ys: u64,
    waits: Vec<i64>,
}

#[derive(Debug, Serialize)]
struct Nothing(mining::Coverage);

impl mining::Answer for Nothing {
    fn coverage(&self) -> &mining::Coverage {
        &self.0
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        Vec::new()
    }

    fn tables(&self) -> Vec<Table> {
        Vec::new()
    }
}

#[derive(Clone, Copy, Debug)]
struct Measured {
    kind: Alone,
    x: u16,
    y: u16,
}

impl Kernel for Measured {
    type Partial = Counts;
    type Answer = Nothing;

    fn scan(&self, slice: &Slice<'_>, counts: &mut Counts) {
        let journeys: Vec<_> = slice.spans.iter().zip(slice.customers).collect();
        for of_customer in journeys.chunk_by(|a, b| a.1 == b.1) {
            let mut with = 0;
            for (span, _) in of_customer {
                let (codes, times) = slice.journey(**span);
                with += u64::from(codes.contains(&self.x));
                counts.ys += codes.iter().filter(|code| **code == self.y).count() as u64;
                counts.waits.push(times[times.len() - 1] - times[0]);
            }
            counts.customers += 1;
            counts.customers_with += u64::from(with > 0);
            counts.journeys += of_customer.len() as u64;
            counts.journeys_with += with;
        }
    }

    fn merge(&self, counts: &mut Counts, other: Counts) {
        counts.customers += other.customers;
        counts.customers_with += other.customers_with;
        counts.journeys += other.journeys;
        counts.journeys_with += other.journeys_with;
        counts.ys += other.ys;
        counts.waits.extend(other.waits);
    }

    fn finish(&self, _: Counts, about: &About<'_>) -> Nothing {
        Nothing(about.coverage.clone())
    }

    fn figures<'p>(&self, counts: &'p Counts) -> Vec<Figure<'p>> {
        let measure = match self.kind {
            Alone::Customers => {
                Measure::Share { part: counts.customers_with, whole: counts.customers, of_customers: true }
            }
            Alone::Journeys => {
                Measure::Share { part: counts.journeys_with, whole: counts.journeys, of_customers: false }
            }
            Alone::Mean => Measure::Mean { sum: counts.ys as f64, n: counts.journeys },
            Alone::Median => Measure::Median(vec![&counts.waits]),
        };
        vec![Figure { what: "measured", subject: Subject::All, measure }]
    }

    fn bytes(&self, _: &Counts) -> usize {
        0
    }
}

/// What tells customers before `first_of_b` from the others.
const BY_CUSTOMER: [&str; 2] = ["customer.group = a", "customer.group = b"];

/// Two groups beside each other, by each kernel, on one thread.
fn compared(
    columns: &Columns,
    blocks: usize,
    first_of_b: u32,
    groups: [&str; 2],
    kernels: &[&dyn AnyKernel],
) -> Vec<Vec<Difference>> {
    compared_under(&Control::new(ONE), columns, blocks, first_of_b, groups, kernels).unwrap()
}

fn compared_under(
    control: &Control,
    columns: &Columns,
    blocks: usize,
    first_of_b: u32,
    groups: [&str; 2],
    kernels: &[&dyn AnyKernel],
) -> Result<Vec<Vec<Difference>>, RunError> {
    let shared = columns.shared_out(blocks);
    let blocks: Vec<Block<'_>> = shared.iter().map(Columns::block).collect();
    let of_customers: Properties = columns
        .customers
        .iter()
        .map(|&customer| (customer, if customer.0 < u64::from(first_of_b) { "a" } else { "b" }.to_owned()))
        .collect();
    let properties = HashMap::from([("group".to_owned(), Arc::new(of_customers))]);
    let query = Query { rule: by_gap(), properties, ..Query::default() };
    let filters = groups.map(|group| group.parse().unwrap());
    let found = compare(&blocks.as_slice(), &columns.names(), &query, filters, kernels, control)?;
    Ok(found.into_iter().map(|comparison| comparison.differences.figures).collect())
}

/// A log whose two groups do not differ, and what tells the groups.
type Draw = fn(&mut Chance) -> (Columns, [&'static str; 2]);

/// How often, by kind: the interval of a held the truth, the verdict was that there is no clear change; and how often
/// plain Wilson over journeys held the truth.
fn held(seed: u64, blocks: usize, customers: u32, draw: Draw) -> ([f64; 4], [f64; 4], f64) {
    let mut chance = Chance(seed);
    let (mut truth, mut zero, mut plain) = ([0; 4], [0; 4], 0);
    for _ in 0..REPLICATIONS {
        let (columns, groups) = draw(&mut chance);
        let names = columns.names();
        let kernels = KINDS.map(|kind| Measured { kind, x: names.code("X").unwrap(), y: names.code("Y").unwrap() });
        let kernels: Vec<&dyn AnyKernel> = kernels.iter().map(|kernel| kernel as &dyn AnyKernel).collect();
        for (kind, figures) in compared(&columns, blocks, customers, groups, &kernels).iter().enumerate() {
            // An interval that is undefined claims nothing.
            let holds =
                |ends: Option<[f64; 2]>, value: f64| ends.is_none_or(|[low, high]| low <= value && value <= high);
            truth[kind] += usize::from(holds(figures[0].a.interval, TRUTH[kind]));
            zero[kind] += usize::from(figures[0].verdict == Verdict::NoClearChange);
            assert_eq!(holds(figures[0].interval, 0.0), figures[0].verdict == Verdict::NoClearChange);
            if kind == 1 {
                let n = figures[0].a.n;
                let part = (figures[0].a.value.unwrap() * n as f64).round() as u64;
                plain += usize::from(holds(wilson(part, n), TRUTH[kind]));
            }
        }
    }
    let rate = |count: usize| count as f64 / REPLICATIONS as f64;
    (truth.map(rate), zero.map(rate), rate(plain))
}

#[test]
fn intervals_of_figures_and_differences_hold_their_level_where_journeys_of_a_customer_are_alike() {
    let (truth, zero, plain) =
        held(1, 24, 120, |chance| (Columns::of(&world(chance, 120, [USUAL, USUAL])), BY_CUSTOMER));
    // 400 replications tell a rate of 0.95 to within 0.03, three standard errors.
    assert!(truth.iter().all(|rate| (0.92..=0.985).contains(rate)), "{truth:?}");
    assert!(zero.iter().all(|rate| (0.92..=0.99).contains(rate)), "{zero:?}");
    // Independent journeys would have been a bold claim: the test can tell.
    assert!(plain < 0.8, "{plain}");
}

#[test]
fn few_blocks_make_intervals_wide_and_not_wrong() {
    let (truth, zero, _) = held(2, 3, 60, |chance| (Columns::of(&world(chance, 60, [USUAL, USUAL])), BY_CUSTOMER));
    assert!(truth.iter().all(|rate| *rate >= 0.92), "{truth:?}");
    assert!(zero.iter().all(|rate| *rate >= 0.92), "{zero:?}");
}

#[test]
fn few_customers_with_most_journeys_are_allowed_for() {
    let (truth, zero, plain) =
        held(4, 24, 120, |chance| (Columns::of(&world(chance, 120, [UNEVEN, UNEVEN])), BY_CUSTOMER));
    // The truth for shares of customers is another one here.
    assert!(truth[1..].iter().all(|rate| *rate >= 0.9), "{truth:?}");
    assert!(zero.iter().all(|rate| *rate >= 0.92), "{zero:?}");
    assert!(plain < 0.65, "{plain}");
}

#[test]
fn groups_that_share_customers_err_towards_no_clear_change() {
    let (_, zero, _) = held(5, 24, 120, |chance| {
        let mut given = world(chance, 60, [USUAL, USUAL]);
        for event in given.iter_mut().filter(|event| event.2 == "begin") {
            event.2 = if chance.below(2) == 0 { "begin" } else { "enter" };
        }
        (Columns::of(&given), ["did begin", "did enter"])
    });
    assert!(zero.iter().all(|rate| *rate >= 0.97), "{zero:?}");
}

#[test]
fn without_a_difference_hardly_any_answer_has_a_clear_change_and_a_big_difference_is_found() {
    let mut chance = Chance(3);
    let (mut clear, mut found) = (0, 0);
    for _ in 0..REPLICATIONS {
        let mut graphs = |habits: [Habits; 2]| {
            let columns = Columns::of(&world(&mut chance, 80, habits));
            let kernel = GraphQuestion.kernel(&columns.names()).unwrap();
            compared(&columns, 24, 80, BY_CUSTOMER, &[&kernel]).remove(0)
        };
        let alike = graphs([USUAL, USUAL]);
        assert!(alike.len() > 10);
        clear += usize::from(alike.iter().any(|figure| figure.verdict != Verdict::NoClearChange));
        let other = graphs([USUAL, BUSY]);
        let is = |(what, subject, verdict): (&str, &str, Verdict)| {
            let figure = other.iter().find(|figure| (figure.what, &*figure.subject) == (what, subject)).unwrap();
            figure.verdict == verdict
        };
        let all = [
            ("share of those leaving", "begin -> X", Verdict::Higher),
            ("share of those leaving", "begin -> W", Verdict::Lower),
            ("share of those leaving", "Y -> Y", Verdict::Higher),
            ("median wait", "Y -> end", Verdict::Higher),
        ];
        found += usize::from(all.into_iter().all(is));
    }
    // Bonferroni, and design effects of 1 at least, err on the safe side.
    assert!(clear as f64 <= 0.05 * REPLICATIONS as f64, "{clear}");
    assert!(found as f64 >= 0.95 * REPLICATIONS as f64, "{found}");
}

/// Group a and group b, a journey for each word, and what comes of a figure.
fn by_hand(a: &[&'static str], b: &[&'static str], blocks: usize, what: &str, subject: &str) -> Option<Difference> {
    let mut given: Vec<Given<'static>> = Vec::new();
    for (customer, journeys) in (0..).zip(a.iter().chain(b)) {
        for (place, _) in journeys.char_indices().filter(|(_, letter)| *letter != ' ') {
            let pauses = journeys[..place].matches(' ').count() as i64;
            given.push((customer, (place as i64 + pauses * 3_600) * 1_000_000, &journeys[place..=place], NO_CASE));
        }
    }
    let columns = Columns::of(&given);
    let names = columns.names();
    let graph = GraphQuestion.kernel(&names).unwrap();
    let variants = mining::kernels::variants::VariantsQuestion { top: 1 }.kernel(&names).unwrap();
    let sessions = mining::kernels::sessions::SessionsQuestion { gap_s: 1.0 }.kernel(&names).unwrap();
    let figures = compared(&columns, blocks, a.len() as u32, BY_CUSTOMER, &[&graph, &variants, &sessions]);
    figures.into_iter().flatten().find(|figure| (figure.what, &*figure.subject) == (what, subject))
}

#[test]
fn what_never_happens_in_a_group_is_a_share_of_0_there() {
    let (with, without) = (["AB"; 40], ["AC"; 40]);
    for (what, subject) in [
        ("share of customers", "B"),
        ("share of those leaving", "A -> B"),
        ("share of journeys", "A > B"),
        ("share of sessions that end", "B"),
    ] {
        let lower = by_hand(&with, &without, 8, what, subject).unwrap();
        assert_eq!((lower.a.value, lower.b.value, lower.b.n), (Some(1.0), Some(0.0), 40), "{what}");
        assert_eq!(lower.verdict, Verdict::Lower, "{what}: {lower:?}");
        let higher = by_hand(&without, &with, 8, what, subject).unwrap();
        assert_eq!(higher.verdict, Verdict::Higher, "{what}: {higher:?}");
    }
    // Nobody leaves B in b, so no share of those leaving is defined there; a wait that never was has no median.
    for what in ["share of those leaving", "median wait"] {
        let undefined = by_hand(&["ABA"; 9], &["AC"; 9], 3, what, "B -> A").unwrap();
        assert_eq!((undefined.b.n, undefined.verdict), (0, Verdict::Undefined), "{what}");
    }
}

#[test]
fn blocks_without_a_subject_count_as_blocks_where_it_is_0_of_the_whole() {
    // Variant AB fills one block of four and is absent from three: what blocks tell must not come from one alone.
    let a: Vec<&str> = (0..40).map(|customer| if customer % 4 == 0 { "AB" } else { "AC" }).collect();
    let figure = by_hand(&a, &["AC"; 40], 4, "share of journeys", "A > B").unwrap();
    let [low, high] = figure.a.interval.unwrap();
    assert!(low < 0.05 && high > 0.75, "{figure:?}");
}

#[test]
fn too_little_to_learn_from_gives_no_verdict() {
    let one_block = by_hand(&["AB"; 50], &["AC"; 50], 1, "share of journeys", "A > B").unwrap();
    assert_eq!((one_block.interval, one_block.verdict), (None, Verdict::NoClearChange));
    // One busy customer a group: a thousand journeys of two people are two people.
    let (b, c) = ("AB ".repeat(50), "AC ".repeat(50));
    let (b, c): (&'static str, &'static str) = (b.leak(), c.leak());
    let few = by_hand(&[b; 3], &[c; 3], 3, "share of those leaving", "A -> B").unwrap();
    assert_eq!((few.a.value, few.b.value, few.verdict), (Some(1.0), Some(0.0), Verdict::NoClearChange), "{few:?}");
    // Two values that happen to be equal do not make a mean that is sure, and the middle of three is not sure.
    let mean = by_hand(&["AB"; 2], &["ABC"; 2], 2, "events a session", "").unwrap();
    assert_eq!((mean.difference, mean.interval, mean.verdict), (Some(1.0), None, Verdict::NoClearChange));
    let median = by_hand(&["AB"; 3], &["A  B"; 3], 3, "median duration", "").unwrap();
    assert_eq!((median.a.interval, median.verdict), (None, Verdict::NoClearChange));
    let empty = by_hand(&["AB"; 3], &[], 2, "share of customers", "A").unwrap();
    assert_eq!((empty.a.value, empty.b.value, empty.b.n, empty.verdict), (Some(1.0), None, 0, Verdict::Undefined));
}

#[test]
fn threads_change_nothing_and_what_blocks_came_to_counts_as_memory() {
    let columns = Columns::of(&world(&mut Chance(6), 40, [USUAL, BUSY]));
    let names = columns.names();
    let graph = GraphQuestion.kernel(&names).unwrap();
    let variants = mining::kernels::variants::VariantsQuestion { top: 5 }.kernel(&names).unwrap();
    let kernels: [&dyn AnyKernel; 2] = [&graph, &variants];
    let three = Control::new(NonZeroUsize::new(3).unwrap());
    let found = compared_under(&three, &columns, 16, 40, BY_CUSTOMER, &kernels).unwrap();
    assert_eq!(found, compared(&columns, 16, 40, BY_CUSTOMER, &kernels));
    // The variants themselves take less than that: it is the figures of each block that do not.
    let one: [&dyn AnyKernel; 1] = [&variants];
    let tight = || Control::new(ONE).within_bytes(8_000);
    let blocks = columns.shared_out(16);
    let blocks: Vec<Block<'_>> = blocks.iter().map(Columns::block).collect();
    let query = Query { rule: by_gap(), ..Query::default() };
    assert!(mining::scan(&blocks.as_slice(), &names, &query, &one, &tight()).is_ok());
    let refused = compared_under(&tight(), &columns, 16, 40, BY_CUSTOMER, &one);
    assert!(matches!(refused, Err(RunError::TooMuch { .. })));
}
