//! A way that is searched for: where it is found, how long it takes, what lies on it and around it.

use std::collections::BTreeMap;

use model::{Invalid, PathPattern};
use serde::{Deserialize, Serialize};

use crate::choose::Way;
use crate::compare::{Figure, Measure, Subject};
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, Kernel};
use crate::names::Names;
use crate::questions::Question;
use crate::rate::{Count, counts, share};
use crate::report::{Answer, Table};
use crate::sequences::Sequences;
use crate::settings::{Setting, Settings};
use crate::wait::Wait;

/// Most middle parts that are shown.
pub const MOST_TOP: usize = 10_000;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternQuestion {
    /// The way.
    pub way: PathPattern,
    /// How many of the most frequent middle parts are shown.
    pub top: usize,
}

impl Question for PatternQuestion {
    const NAME: &'static str = "pattern";
    const WHAT: &'static str = "Where a way is found, how long it takes, what lies on it and around it";
    const SETTINGS: &'static [Setting] = &[
        Setting::required("way", "WAY", "The way, such as a -> ... -> b without c within 7 days"),
        Setting::new("top", "COUNT", "How many middle parts are shown", "20"),
    ];
    type Kernel = PatternKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        Ok(Self { way: settings.way("way")?, top: settings.count("top", 1..=MOST_TOP)? })
    }

    fn kernel(&self, names: &Names<'_>) -> Result<PatternKernel, Invalid> {
        Ok(PatternKernel {
            written: self.way.to_string(),
            way: Way::of(&self.way, names)?,
            top: self.top,
            labels: names.labels.len(),
        })
    }
}

/// A way in codes.
#[derive(Clone, Debug)]
pub struct PatternKernel {
    written: String,
    way: Way,
    top: usize,
    labels: usize,
}

/// What was counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    journeys: u64,
    customers: u64,
    journeys_with_match: u64,
    customers_with_match: u64,
    /// Microseconds from the first to the last event of each match, in any order.
    times: Vec<i64>,
    /// What lies between.
    middles: Sequences,
    /// By code of the event directly before a match; the journey begins with the rest.
    before: Vec<u64>,
    /// By code of the event directly after it; the journey ends with the rest.
    after: Vec<u64>,
}

impl Partial {
    fn matches(&self) -> u64 {
        self.times.len() as u64
    }
}

impl Kernel for PatternKernel {
    type Partial = Partial;
    type Answer = Matches;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        let block = &slice.events;
        partial.middles.index();
        partial.before.resize(self.labels, 0);
        partial.after.resize(self.labels, 0);
        for journeys in slice.by_customer() {
            let matches_before = partial.times.len();
            for span in journeys {
                let journey = span.range();
                partial.events += journey.len() as u64;
                partial.journeys += 1;
                let mut from = journey.start;
                while let Some(found) = self.way.find(block, journey.clone(), from) {
                    partial.journeys_with_match += u64::from(from == journey.start);
                    partial.times.push(block.times[found.last] - block.times[found.first]);
                    let middle = &block.codes[(found.first + 1).min(found.last)..found.last];
                    partial.middles.add(middle, 1);
                    if found.first > journey.start {
                        partial.before[usize::from(block.codes[found.first - 1])] += 1;
                    }
                    from = found.last + 1;
                    if from < journey.end {
                        partial.after[usize::from(block.codes[from])] += 1;
                    }
                }
            }
            partial.customers += 1;
            partial.customers_with_match += u64::from(partial.times.len() > matches_before);
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        partial.events += other.events;
        partial.journeys += other.journeys;
        partial.customers += other.customers;
        partial.journeys_with_match += other.journeys_with_match;
        partial.customers_with_match += other.customers_with_match;
        partial.times.extend_from_slice(&other.times);
        partial.middles.merge(other.middles);
        for (mine, more) in [(&mut partial.before, other.before), (&mut partial.after, other.after)] {
            mine.resize(self.labels, 0);
            mine.iter_mut().zip(more).for_each(|(mine, more)| *mine += more);
        }
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Matches {
        let matches = partial.matches();
        let middle = |(sequence, count): (&[u16], u32)| Middle {
            touchpoints: sequence.iter().map(|&code| about.names.label(code)).collect(),
            matches: count.into(),
            share: share(count.into(), matches),
        };
        Matches {
            way: self.written.clone(),
            journeys: partial.journeys,
            journeys_with_match: partial.journeys_with_match,
            share_of_journeys: share(partial.journeys_with_match, partial.journeys),
            customers: partial.customers,
            customers_with_match: partial.customers_with_match,
            share_of_customers: share(partial.customers_with_match, partial.customers),
            matches,
            time: Wait::of(std::iter::once(&*partial.times)),
            between: Between::of(&partial.middles),
            distinct_middles: partial.middles.len() as u64,
            middles: partial.middles.top(self.top, about.names.labels).into_iter().map(middle).collect(),
            at_start: matches - partial.before.iter().sum::<u64>(),
            before: counts(&partial.before, about.names.labels),
            after: counts(&partial.after, about.names.labels),
            at_end: matches - partial.after.iter().sum::<u64>(),
            coverage: about.coverage.clone(),
        }
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let all = |what, measure| Figure { what, subject: Subject::All, measure };
        let share = |part, whole, of_customers| Measure::Share { part, whole, of_customers };
        let mut figures = vec![
            all("share of journeys with a match", share(partial.journeys_with_match, partial.journeys, false)),
            all("share of customers with a match", share(partial.customers_with_match, partial.customers, true)),
            all("matches a journey", Measure::Mean { sum: partial.matches() as f64, n: partial.journeys }),
            all("median time", Measure::Median(vec![&partial.times])),
        ];
        figures.extend(partial.middles.by_count().into_iter().map(|(middle, count)| {
            let measure = share(count.into(), partial.matches(), false);
            if middle.is_empty() {
                return all("share of matches with nothing between", measure);
            }
            Figure { what: "share of matches with this between", subject: Subject::Sequence(middle.into()), measure }
        }));
        figures
    }

    fn bytes(&self, partial: &Partial) -> usize {
        partial.times.capacity() * 8 + partial.middles.bytes()
    }
}

/// Where a way is found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Matches {
    /// The way, in canonical form.
    pub way: String,
    /// Number of journeys.
    pub journeys: u64,
    /// Journeys in which it is found.
    pub journeys_with_match: u64,
    /// The same as a share; undefined if there is no journey.
    pub share_of_journeys: Option<f64>,
    /// Distinct customers with a journey.
    pub customers: u64,
    /// Those with a journey in which it is found.
    pub customers_with_match: u64,
    /// The same as a share; undefined if there is no customer.
    pub share_of_customers: Option<f64>,
    /// How often it is found; no event lies in two matches.
    pub matches: u64,
    /// From the first to the last event of a match; undefined if there is none.
    pub time: Option<Wait>,
    /// Number of events between the two; undefined if there is no match.
    pub between: Option<Between>,
    /// Number of distinct middle parts.
    pub distinct_middles: u64,
    /// The most frequent middle parts, equal ones by the names of their touchpoints.
    pub middles: Vec<Middle>,
    /// Matches with which the journey begins.
    pub at_start: u64,
    /// What came directly before the others.
    pub before: Vec<Count>,
    /// What came directly after a match.
    pub after: Vec<Count>,
    /// Matches with which the journey ends.
    pub at_end: u64,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// How many events lie strictly between the first and the last event of a match.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Between {
    /// The mean.
    pub mean: f64,
    /// The median; the mean of the two in the middle where the number of matches is even.
    pub median: f64,
    /// The most.
    pub max: usize,
}

impl Between {
    fn of(middles: &Sequences) -> Option<Self> {
        let mut between: BTreeMap<usize, u64> = BTreeMap::new();
        for (middle, matches) in middles.iter() {
            *between.entry(middle.len()).or_default() += u64::from(matches);
        }
        let (&max, _) = between.last_key_value()?;
        let n: u64 = between.values().sum();
        let sum: u64 = between.iter().map(|(&events, &matches)| events as u64 * matches).sum();
        let at = |place: u64| {
            let mut below = 0;
            let found = between.iter().find(|(_, matches)| {
                below += **matches;
                below > place
            });
            found.map_or(max, |(&events, _)| events) as f64
        };
        Some(Self { mean: sum as f64 / n as f64, median: f64::midpoint(at((n - 1) / 2), at(n / 2)), max })
    }
}

/// What lies strictly between the first and the last event of matches.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Middle {
    /// The touchpoints in their order; none where the two are neighbours.
    pub touchpoints: Vec<String>,
    /// Matches that have it.
    pub matches: u64,
    /// The same as a share of all matches.
    pub share: Option<f64>,
}

impl Answer for Matches {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![
            ("journeys", self.journeys),
            ("journeys with a match", self.journeys_with_match),
            ("customers with a match", self.customers_with_match),
            ("matches", self.matches),
        ]
    }

    fn tables(&self) -> Vec<Table> {
        let one = [self];
        let figures = Table::of("figures", &one)
            .share("share_of_journeys", |all| all.share_of_journeys)
            .share("share_of_customers", |all| all.share_of_customers)
            .seconds("time_median_s", |all| all.time.map(|time| time.median_s))
            .seconds("time_mean_s", |all| all.time.map(|time| time.mean_s))
            .seconds("time_q95_s", |all| all.time.map(|time| time.q95_s))
            .number("between_median", |all| all.between.map(|between| between.median))
            .number("between_mean", |all| all.between.map(|between| between.mean));
        let middles = Table::of("middles", &self.middles)
            .count("matches", |middle| middle.matches)
            .bar("share", |middle| middle.share)
            .text("touchpoints", |middle| {
                if middle.touchpoints.is_empty() { "(directly)".to_owned() } else { middle.touchpoints.join(" > ") }
            });
        let around = |name, edge: &str, at_edge, others: &[Count]| {
            let edge = (at_edge > 0).then(|| Count { touchpoint: edge.to_owned(), count: at_edge });
            let rows: Vec<Count> = edge.into_iter().chain(others.iter().cloned()).collect();
            Table::of(name, &rows)
                .text("touchpoint", |count| count.touchpoint.clone())
                .count("matches", |count| count.count)
                .bar("share", |count| share(count.count, self.matches))
                .done()
        };
        vec![
            figures.done(),
            middles.done(),
            around("before", "(the journey begins)", self.at_start, &self.before),
            around("after", "(the journey ends)", self.at_end, &self.after),
        ]
    }
}
