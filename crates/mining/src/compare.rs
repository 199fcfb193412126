//! Two groups of journeys beside each other, figure by figure: which is higher, and whether that is clear.
//!
//! Every figure has an interval that allows for several journeys of one customer being alike: customers lie in blocks
//! by a hash of their id, so blocks are a random grouping, and how far they differ tells how sure a figure is.
//! `docs/semantics.md` has the formulas and their sources.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::journeys::Slice;
use crate::kernel::AnyKernel;
use crate::names::Names;
use crate::rate::wilson_at;
use crate::report::{Report, Table};
use crate::statistics::{interval_of_difference, t_of, z_of};

/// Most figures that are compared in one answer; the more there are, the wider each interval has to be.
pub const MOST_FIGURES: usize = 100;

/// The probability that all intervals of an answer are right together.
const LEVEL: f64 = 0.95;

/// What a figure is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// All journeys.
    All,
    /// A touchpoint.
    Touchpoint(u16),
    /// One touchpoint and the next.
    Pair(u16, u16),
    /// A channel.
    Channel(u8),
    /// One channel and the next.
    Channels(u8, u8),
    /// A step, counted from 0, and what is there.
    Step(u32, Option<u16>),
    /// A whole sequence of touchpoints.
    Sequence(Box<[u16]>),
    /// A period after the first one, counted from 0.
    Period(u32),
    /// A step of a map, by its id.
    Planned(Box<str>),
}

impl Subject {
    /// What a share leaves from: of one and the next, the one; of anything else, all journeys. None for all journeys.
    pub(crate) fn without_next(&self) -> Option<Self> {
        match self {
            Self::All => None,
            Self::Pair(from, _) => Some(Self::Touchpoint(*from)),
            Self::Channels(from, _) => Some(Self::Channel(*from)),
            Self::Touchpoint(_)
            | Self::Channel(_)
            | Self::Step(..)
            | Self::Sequence(_)
            | Self::Period(_)
            | Self::Planned(_) => Some(Self::All),
        }
    }

    fn heap(&self) -> usize {
        match self {
            Self::Sequence(codes) => size_of_val(&**codes),
            Self::Planned(step) => step.len(),
            Self::All
            | Self::Touchpoint(_)
            | Self::Pair(..)
            | Self::Channel(_)
            | Self::Channels(..)
            | Self::Step(..)
            | Self::Period(_) => 0,
        }
    }

    fn in_words(&self, names: &Names<'_>) -> String {
        match self {
            Self::All => String::new(),
            Self::Touchpoint(code) => names.label(*code),
            Self::Pair(from, to) => format!("{} -> {}", names.label(*from), names.label(*to)),
            Self::Channel(code) => names.channel(*code),
            Self::Channels(from, to) => format!("{} -> {}", names.channel(*from), names.channel(*to)),
            Self::Step(step, None) => format!("step {}", step + 1),
            Self::Step(step, Some(code)) => format!("step {}: {}", step + 1, names.label(*code)),
            Self::Sequence(codes) => codes.iter().map(|&code| names.label(code)).collect::<Vec<_>>().join(" > "),
            Self::Period(number) => format!("period {number}"),
            Self::Planned(step) => step.to_string(),
        }
    }
}

/// What a figure comes to in some journeys. Sums over blocks are the figure of the whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure<'p> {
    /// `part` of `whole` units. Units that are customers are independent of each other; others are not.
    Share {
        /// Units for which it is so.
        part: u64,
        /// All units.
        whole: u64,
        /// Each unit is another customer.
        of_customers: bool,
    },
    /// The mean of `n` values.
    Mean {
        /// Their sum.
        sum: f64,
        /// Their number.
        n: u64,
    },
    /// The median of durations in microseconds, in any number of lists.
    Median(Vec<&'p [i64]>),
}

/// A figure that can be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure<'p> {
    /// What is measured: `share of journeys`, `median wait`.
    pub what: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// What it comes to.
    pub measure: Measure<'p>,
}

type Key = (&'static str, Subject);

/// What was found in each block, so that how far blocks differ can be told.
#[derive(Debug, Default)]
pub(crate) struct Tallies {
    /// What each figure came to in each block.
    figures: HashMap<(u32, Key), Tally>,
    /// By what [`Kernel::whole_of`](crate::Kernel::whole_of) says: the whole of the shares of a name in each block.
    wholes: HashMap<(u32, Key), u64>,
    journeys: u64,
    /// Sum over the customers of their journeys squared.
    squares: f64,
    /// Bytes held, roughly.
    pub(crate) bytes: usize,
}

#[derive(Clone, Debug)]
enum Tally {
    /// Numerator and denominator.
    Ratio(f64, f64),
    /// Microseconds.
    Times(Vec<i64>),
}

impl Tallies {
    pub(crate) fn add(&mut self, block: u32, kernel: &dyn AnyKernel, slice: &Slice<'_>, figures: &[Figure<'_>]) {
        for journeys in slice.customers.chunk_by(|a, b| a == b) {
            self.journeys += journeys.len() as u64;
            self.squares += (journeys.len() as f64).powi(2);
        }
        for figure in figures {
            let tally = match &figure.measure {
                Measure::Share { part, whole, .. } => {
                    if let Some(of) = kernel.whole_of(&figure.subject) {
                        self.wholes.insert((block, (figure.what, of)), *whole);
                    }
                    Tally::Ratio(*part as f64, *whole as f64)
                }
                Measure::Mean { sum, n } => Tally::Ratio(*sum, *n as f64),
                Measure::Median(lists) => Tally::Times(lists.concat()),
            };
            self.bytes += size_of::<((u32, Key), Tally)>() + tally.heap() + figure.subject.heap();
            self.figures.insert((block, (figure.what, figure.subject.clone())), tally);
        }
    }

    /// Adds what was found in other blocks.
    pub(crate) fn merge(&mut self, other: Self) {
        self.figures.extend(other.figures);
        self.wholes.extend(other.wholes);
        self.journeys += other.journeys;
        self.squares += other.squares;
        self.bytes += other.bytes;
    }

    /// The design effect if all journeys of a customer were alike: Kish (1965) with an intraclass correlation of 1.
    fn most_design_effect(&self) -> f64 {
        if self.journeys == 0 { 1.0 } else { self.squares / self.journeys as f64 }
    }
}

/// A figure with how sure it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure; undefined over an empty set.
    pub value: Option<f64>,
    /// Units it rests on.
    pub n: u64,
    /// Its interval; undefined where there is no value, or too little to learn from.
    pub interval: Option<[f64; 2]>,
}

/// Which group is higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// Group b lies clearly above group a.
    #[serde(rename = "higher")]
    Higher,
    /// Group b lies clearly below group a.
    #[serde(rename = "lower")]
    Lower,
    /// The interval of the difference holds 0, or is undefined.
    #[serde(rename = "no clear change")]
    NoClearChange,
    /// One of the two is undefined.
    #[serde(rename = "undefined")]
    Undefined,
}

impl Verdict {
    /// As it stands in JSON.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::NoClearChange => "no clear change",
            Self::Undefined => "undefined",
        }
    }
}

/// One figure of both groups.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// What is measured.
    pub what: &'static str,
    /// What it is about; empty where it is about all journeys.
    pub subject: String,
    /// `share`, `seconds` or `number`.
    pub unit: &'static str,
    /// The first group.
    pub a: Estimate,
    /// The second group.
    pub b: Estimate,
    /// b minus a; undefined where one of them is.
    pub difference: Option<f64>,
    /// Interval of the difference.
    pub interval: Option<[f64; 2]>,
    /// Which is higher.
    pub verdict: Verdict,
    /// How the intervals were found.
    pub method: &'static str,
}

/// The figures of two groups beside each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Differences {
    /// Figure by figure.
    pub figures: Vec<Difference>,
    /// Figures that were left out because there are more than 100.
    pub left_out: u64,
    /// The probability that all intervals are right together.
    pub level: f64,
}

/// Compares what a kernel found in two groups of journeys.
pub(crate) fn differences(
    names: &Names<'_>,
    kernel: &dyn AnyKernel,
    figures: [&[Figure<'_>]; 2],
    tallies: [&Tallies; 2],
) -> Differences {
    let found = figures.map(|figures| {
        let keyed = figures.iter().map(|figure| ((figure.what, figure.subject.clone()), &figure.measure));
        keyed.collect::<HashMap<Key, &Measure<'_>>>()
    });
    let mut keys = keys(figures);
    // What happened in neither group has nothing to say, and would make all other intervals wider.
    keys.retain(|key| found.iter().filter_map(|found| found.get(key)).any(|measure| !measure.is_nothing()));
    let left_out = keys.len().saturating_sub(MOST_FIGURES) as u64;
    keys.truncate(MOST_FIGURES);
    // Bonferroni: each interval is so wide that all are right together.
    let level = 1.0 - (1.0 - LEVEL) / keys.len().max(1) as f64;
    let groups = [0, 1].map(|group| Blocks::of(tallies[group], kernel, &keys));
    let compared = keys.iter().enumerate().map(|(index, key)| {
        let known = found.iter().find_map(|found| found.get(key)).copied();
        let estimates = [0, 1].map(|group| {
            let Blocks { blocks, most_design_effect } = &groups[group];
            let absent = || match known? {
                Measure::Share { of_customers, .. } => {
                    let whole = blocks[index].iter().map(|block| block.1.below()).sum::<f64>() as u64;
                    Some(Measure::Share { part: 0, whole, of_customers: *of_customers })
                }
                Measure::Mean { .. } | Measure::Median(_) => None,
            };
            let measure = found[group].get(key).map(|measure| (*measure).clone()).or_else(absent);
            measure.map_or(NOTHING, |measure| estimate(&measure, &blocks[index], *most_design_effect, level))
        });
        let (unit, method) = known.map_or(("number", ""), unit_and_method);
        let [a, b] = estimates;
        difference(key, names, unit, method, a, b)
    });
    Differences { figures: compared.collect(), left_out, level: LEVEL }
}

/// What is compared, each once: what comes first in a, what comes first in b, what comes second in a, and so on, so
/// that neither group decides alone which figures there is room for.
fn keys(figures: [&[Figure<'_>]; 2]) -> Vec<Key> {
    let mut seen = HashSet::new();
    let longest = figures.map(<[_]>::len).into_iter().max().unwrap_or_default();
    let in_turn = (0..longest).flat_map(|place| figures.into_iter().filter_map(move |figures| figures.get(place)));
    let keys = in_turn.map(|figure| (figure.what, figure.subject.clone()));
    keys.filter(|key| seen.insert(key.clone())).collect()
}

/// By figure: what each block came to, in the order of the blocks, so that sums of floats are the same on any number
/// of threads.
struct Blocks {
    blocks: Vec<Vec<(u32, Tally)>>,
    most_design_effect: f64,
}

impl Blocks {
    fn of(tallies: &Tallies, kernel: &dyn AnyKernel, keys: &[Key]) -> Self {
        let places: HashMap<&Key, usize> = keys.iter().zip(0..).collect();
        let mut blocks: Vec<Vec<(u32, Tally)>> = vec![Vec::new(); keys.len()];
        for ((block, key), tally) in &tallies.figures {
            if let Some(&place) = places.get(key) {
                blocks[place].push((*block, tally.clone()));
            }
        }
        let mut places_of_whole: HashMap<Key, Vec<usize>> = HashMap::new();
        for (place, (what, subject)) in keys.iter().enumerate() {
            if let Some(of) = kernel.whole_of(subject) {
                places_of_whole.entry((what, of)).or_default().push(place);
            }
        }
        for ((block, of), whole) in &tallies.wholes {
            for &place in places_of_whole.get(of).map(Vec::as_slice).unwrap_or_default() {
                if !tallies.figures.contains_key(&(*block, keys[place].clone())) {
                    blocks[place].push((*block, Tally::Ratio(0.0, *whole as f64)));
                }
            }
        }
        blocks.iter_mut().for_each(|blocks| blocks.sort_unstable_by_key(|(block, _)| *block));
        Self { blocks, most_design_effect: tallies.most_design_effect() }
    }
}

impl Tally {
    /// What a share or a mean is divided by.
    fn below(&self) -> f64 {
        match self {
            Self::Ratio(_, below) => *below,
            Self::Times(times) => times.len() as f64,
        }
    }

    fn heap(&self) -> usize {
        match self {
            Self::Ratio(..) => 0,
            Self::Times(times) => size_of_val(times.as_slice()),
        }
    }
}

impl Measure<'_> {
    fn is_nothing(&self) -> bool {
        match self {
            Self::Share { part, .. } => *part == 0,
            Self::Mean { n, .. } => *n == 0,
            Self::Median(lists) => lists.iter().all(|list| list.is_empty()),
        }
    }
}

fn unit_and_method(measure: &Measure<'_>) -> (&'static str, &'static str) {
    match measure {
        Measure::Share { of_customers: true, .. } => ("share", "Wilson"),
        Measure::Share { of_customers: false, .. } => ("share", "Wilson, n by design effect"),
        Measure::Mean { .. } => ("number", "ratio of block sums"),
        Measure::Median(_) => ("seconds", "Woodruff, blocks"),
    }
}

const NOTHING: Estimate = Estimate { value: None, n: 0, interval: None };

/// A mean that is the very same in all blocks is believed from so many blocks on.
const ALIKE_BLOCKS: usize = 30;

fn estimate(measure: &Measure<'_>, blocks: &[(u32, Tally)], most_design_effect: f64, level: f64) -> Estimate {
    let ratios =
        || blocks.iter().filter_map(|(_, tally)| if let Tally::Ratio(a, b) = tally { Some((*a, *b)) } else { None });
    match measure {
        Measure::Share { whole: 0, .. } | Measure::Mean { n: 0, .. } => NOTHING,
        Measure::Share { part, whole, of_customers } => {
            let (share, n) = (*part as f64 / *whole as f64, *whole as f64);
            let interval = if *of_customers {
                Some(wilson_at(share, n, z_of(level)))
            } else {
                Spread::of(share, n, ratios()).map(|spread| {
                    let simple = share * (1.0 - share) / n;
                    // Where all units agree, blocks cannot differ: the worst is taken, that customers decide, not units.
                    let effect = if simple > 0.0 { spread.variance / simple } else { most_design_effect };
                    wilson_at(share, n / effect.max(1.0), spread.t(level))
                })
            };
            Estimate { value: Some(share), n: *whole, interval }
        }
        Measure::Mean { sum, n } => {
            let mean = sum / *n as f64;
            let spread = Spread::of(mean, *n as f64, ratios());
            let spread = spread.filter(|spread| spread.variance > 0.0 || spread.blocks >= ALIKE_BLOCKS);
            let half = spread.map(|spread| spread.t(level) * spread.variance.sqrt());
            Estimate { value: Some(mean), n: *n, interval: half.map(|half| [mean - half, mean + half]) }
        }
        Measure::Median(lists) => median(&mut lists.concat(), blocks, level),
    }
}

/// How far blocks lie from each other.
struct Spread {
    /// Of the ratio.
    variance: f64,
    /// Blocks with anything in them; two at least.
    blocks: usize,
    /// As many blocks of equal size would tell as much (Kish 1965).
    equal_blocks: f64,
}

impl Spread {
    /// Variance of a ratio of two sums by the jackknife over blocks (Cochran 1977, 6.17): how far it moves where one is
    /// left out. None for fewer than two blocks.
    fn of(ratio: f64, denominator: f64, blocks: impl Iterator<Item = (f64, f64)>) -> Option<Self> {
        let (mut moved, mut squares, mut m) = (0.0, 0.0, 0);
        for (above, below) in blocks.filter(|(_, below)| *below > 0.0) {
            moved += ((above - ratio * below) / (denominator - below)).powi(2);
            squares += below * below;
            m += 1;
        }
        let variance = (m as f64 - 1.0) / m as f64 * moved;
        (m >= 2).then(|| Self { variance, blocks: m, equal_blocks: denominator * denominator / squares })
    }

    /// Few blocks, or few that have nearly everything, tell little of how far they differ: Student's t in place of z.
    fn t(&self, level: f64) -> f64 {
        t_of(level, (self.equal_blocks.round() as usize).max(2) - 1)
    }
}

/// The median and Woodruff's interval (1952): the quantiles at the ends of the interval of the share that lies below
/// the median. None where it reaches beyond the lowest or the highest value, of which nothing is known.
fn median(values: &mut [i64], blocks: &[(u32, Tally)], level: f64) -> Estimate {
    if values.is_empty() {
        return NOTHING;
    }
    values.sort_unstable();
    let n = values.len() as f64;
    let quantile = |at: f64| {
        let place = at * (n - 1.0);
        let (low, high) = (values[place.floor() as usize] as f64, values[place.ceil() as usize] as f64);
        low + (high - low) * place.fract()
    };
    let middle = quantile(0.5);
    let up_to_middle = |times: &[i64]| times.iter().filter(|&&time| time as f64 <= middle).count() as f64;
    let below = blocks.iter().filter_map(|(_, tally)| match tally {
        Tally::Times(times) => Some((up_to_middle(times), times.len() as f64)),
        Tally::Ratio(..) => None,
    });
    let spread = Spread::of(up_to_middle(values) / n, n, below);
    let half = spread.map(|spread| spread.t(level) * spread.variance.max(0.25 / n).sqrt()).filter(|half| *half < 0.5);
    let interval = half.map(|half| [quantile(0.5 - half) / 1e6, quantile(0.5 + half) / 1e6]);
    Estimate { value: Some(middle / 1e6), n: values.len() as u64, interval }
}

fn difference(
    key: &Key,
    names: &Names<'_>,
    unit: &'static str,
    method: &'static str,
    a: Estimate,
    b: Estimate,
) -> Difference {
    let by = a.value.zip(b.value).map(|(a, b)| b - a);
    let interval = match (a.value, a.interval, b.value, b.interval) {
        (Some(a), Some(of_a), Some(b), Some(of_b)) => Some(interval_of_difference((b, of_b), (a, of_a))),
        _ => None,
    };
    let verdict = match (by, interval) {
        (None, _) => Verdict::Undefined,
        (_, Some([low, _])) if low > 0.0 => Verdict::Higher,
        (_, Some([_, high])) if high < 0.0 => Verdict::Lower,
        _ => Verdict::NoClearChange,
    };
    let subject = key.1.in_words(names);
    Difference { what: key.0, subject, unit, a, b, difference: by, interval, verdict, method }
}

/// An answer for each of two groups, and the differences.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The first group's answer.
    pub a: Report,
    /// The second group's answer.
    pub b: Report,
    /// Figure by figure.
    pub differences: Differences,
}

impl Comparison {
    /// The differences as a table.
    pub fn table(&self) -> Table {
        let end =
            |of: fn(&Difference) -> Option<[f64; 2]>, end: usize| move |row: &Difference| of(row).map(|ends| ends[end]);
        Table::of("differences", &self.differences.figures)
            .text("what", |row| row.what.to_owned())
            .text("subject", |row| row.subject.clone())
            .text("unit", |row| row.unit.to_owned())
            .number("a", |row| row.a.value)
            .count("a_n", |row| row.a.n)
            .number("b", |row| row.b.value)
            .count("b_n", |row| row.b.n)
            .number("difference", |row| row.difference)
            .number("difference_low", end(|row| row.interval, 0))
            .number("difference_high", end(|row| row.interval, 1))
            .text("verdict", |row| row.verdict.in_words().to_owned())
            .text("method", |row| row.method.to_owned())
            .done()
    }
}
