//! Time to conversion: how many come from one touchpoint to another, and after how long.

use model::{Invalid, Timestamp};
use serde::{Deserialize, Serialize};

use crate::compare::{Figure, Measure, Subject};
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, Kernel};
use crate::log::TimeRange;
use crate::names::Names;
use crate::questions::Question;
use crate::rate::{share, wilson};
use crate::report::{Answer, Table};
use crate::run::Query;
use crate::settings::{Setting, Settings};
use crate::survival::{CurvePoint, kaplan_meier};
use crate::wait::Wait;

/// Where the curve is looked at, in seconds: 1h, 6h, 1d, 2d, 7d, 14d, 30d, 90d.
const CURVE_S: [i64; 8] = [3_600, 21_600, 86_400, 172_800, 604_800, 1_209_600, 2_592_000, 7_776_000];

/// Which of a customer's attempts counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attempt {
    /// From the first `from` to the first `to` after it.
    #[default]
    First,
    /// To the first `to` that has a `from` before it, from the latest such `from`.
    Last,
    /// The pair of a `from` and a later `to` that are nearest to each other.
    Best,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversionQuestion {
    /// The touchpoint at which the time begins.
    pub from: String,
    /// The touchpoint at which it ends.
    pub to: String,
    /// Most microseconds it may take, that moment included.
    pub within: Option<i64>,
    /// Which attempt counts.
    pub attempt: Attempt,
    /// Which events at `from` count; those at `to` may lie outside.
    pub entries: TimeRange,
}

impl Question for ConversionQuestion {
    const NAME: &'static str = "conversion";
    const WHAT: &'static str = "How many customers come from one touchpoint to another, and after how long; the time range chooses where they begin";
    const SETTINGS: &'static [Setting] = &[
        Setting::required("start", "NAME", "The touchpoint at which the time begins"),
        Setting::required("goal", "NAME", "The touchpoint at which it ends"),
        Setting::optional("within", "DURATION", "It may take no longer"),
        Setting::new(
            "attempt",
            "first|last|best",
            "From the first time there, from the last before the conversion, or the shortest",
            "first",
        ),
    ];
    type Kernel = ConversionKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        let attempts = [("first", Attempt::First), ("last", Attempt::Last), ("best", Attempt::Best)];
        let mut name =
            |setting: &str| settings.text(setting).ok_or_else(|| Invalid::new(setting, "", "names no touchpoint"));
        let (from, to) = (name("start")?, name("goal")?);
        let within = settings.duration("within")?;
        Ok(Self { from, to, within, attempt: settings.choice("attempt", &attempts)?, entries: TimeRange::ALL })
    }

    /// The time range chooses where customers begin, nothing else: what came of it may lie after its end.
    fn adapt(&mut self, query: &mut Query) {
        self.entries = std::mem::take(&mut query.range);
    }

    fn kernel(&self, names: &Names<'_>) -> Result<ConversionKernel, Invalid> {
        Ok(ConversionKernel {
            question: self.clone(),
            from: names.code(&self.from),
            to: names.code(&self.to),
            as_of: names.as_of.micros(),
        })
    }
}

/// A conversion in codes.
#[derive(Clone, Debug)]
pub struct ConversionKernel {
    question: ConversionQuestion,
    from: Option<u16>,
    to: Option<u16>,
    /// The latest moment that was recorded: attempts whose time reaches beyond it are open.
    as_of: i64,
}

/// What was counted. All times are in microseconds, in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    /// How long those who converted took.
    took: Vec<i64>,
    /// How long ago those began who may still convert.
    open: Vec<i64>,
    /// Customers whose time is up.
    not_converted: u64,
}

impl Partial {
    fn converted(&self) -> u64 {
        self.took.len() as u64
    }

    fn customers(&self) -> u64 {
        self.converted() + self.open.len() as u64 + self.not_converted
    }
}

/// What one customer's events, seen in their order, come to.
#[derive(Debug, Default)]
struct Attempts {
    first: Option<i64>,
    latest: Option<i64>,
    /// How long the attempt that counts took.
    took: Option<i64>,
}

impl Kernel for ConversionKernel {
    type Partial = Partial;
    type Answer = Conversion;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        // One customer's events at the two touchpoints: when, and where they stand among those of the same time.
        let mut met: Vec<(i64, u64, usize)> = Vec::new();
        for journeys in slice.by_customer() {
            met.clear();
            for span in journeys {
                let (codes, times) = slice.journey(*span);
                partial.events += codes.len() as u64;
                for (at, (&code, &time)) in span.range().zip(codes.iter().zip(times)) {
                    if Some(code) == self.from || Some(code) == self.to {
                        met.push((time, slice.events.arrivals.get(at).copied().unwrap_or_default(), at));
                    }
                }
            }
            // Only cases of one customer can lie beside each other in time.
            if !met.is_sorted() {
                met.sort_unstable();
            }
            let mut attempts = Attempts::default();
            for &(time, _, at) in &met {
                self.meet(&mut attempts, Some(slice.events.codes[at]), time);
            }
            self.count(&attempts, partial);
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        partial.events += other.events;
        partial.took.extend_from_slice(&other.took);
        partial.open.extend_from_slice(&other.open);
        partial.not_converted += other.not_converted;
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Conversion {
        let (customers, converted) = (partial.customers(), partial.converted());
        let (in_progress, not_converted) = (partial.open.len() as u64, partial.not_converted);
        let time = Wait::of(std::iter::once(&*partial.took));
        let (curve, method) = self.curve(partial);
        Conversion {
            from: self.question.from.clone(),
            to: self.question.to.clone(),
            attempt: self.question.attempt,
            within_s: self.question.within.map(|within| within as f64 / 1e6),
            customers,
            converted,
            in_progress,
            not_converted,
            rate: share(converted, customers),
            interval: wilson(converted, customers),
            time,
            curve,
            method,
            as_of: about.names.as_of,
            coverage: about.coverage.clone(),
        }
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let figure = |what, measure| Figure { what, subject: Subject::All, measure };
        let (part, whole) = (partial.converted(), partial.customers());
        vec![
            figure("share of customers who converted", Measure::Share { part, whole, of_customers: true }),
            figure("median time to conversion", Measure::Median(vec![&partial.took])),
        ]
    }

    fn bytes(&self, partial: &Partial) -> usize {
        (partial.took.capacity() + partial.open.capacity()) * 8
    }
}

impl ConversionKernel {
    fn meet(&self, attempts: &mut Attempts, code: Option<u16>, time: i64) {
        if code == self.to {
            let took = match self.question.attempt {
                Attempt::First => attempts.took.or(attempts.first.map(|begun| time - begun)),
                Attempt::Last => attempts.took.or(attempts.latest.map(|begun| time - begun)),
                Attempt::Best => attempts.took.into_iter().chain(attempts.latest.map(|begun| time - begun)).min(),
            };
            attempts.took = took;
        }
        if code == self.from && self.question.entries.contains(time) {
            attempts.first.get_or_insert(time);
            attempts.latest = Some(time);
        }
    }

    fn count(&self, attempts: &Attempts, partial: &mut Partial) {
        let begun = match self.question.attempt {
            Attempt::First => attempts.first,
            Attempt::Last | Attempt::Best => attempts.latest,
        };
        let Some(begun) = begun else { return };
        let in_time = |time: i64| self.question.within.is_none_or(|within| time <= within);
        let so_far = self.as_of.saturating_sub(begun).max(0);
        match attempts.took {
            Some(took) if in_time(took) => partial.took.push(took),
            // The attempt that counts is over, whatever came after it.
            Some(_) if self.question.attempt == Attempt::Last => partial.not_converted += 1,
            _ if in_time(so_far) => partial.open.push(so_far),
            _ => partial.not_converted += 1,
        }
    }

    /// The share who had converted by each time, and how it was found. Only the first attempt begins at a moment that
    /// does not depend on what comes later, as the estimate of Kaplan and Meier wants it.
    fn curve(&self, partial: Partial) -> (Vec<CurvePoint>, &'static str) {
        let within = self.question.within;
        let mut at: Vec<i64> = CURVE_S.into_iter().map(|seconds| seconds * 1_000_000).collect();
        if let Some(within) = within {
            at.retain(|&time| time < within);
            at.push(within);
        }
        let customers = partial.customers();
        match self.question.attempt {
            Attempt::First => {
                let mut watched = partial.open;
                let to_the_end = std::iter::repeat_n(within.unwrap_or_default(), partial.not_converted as usize);
                watched.extend(to_the_end);
                (kaplan_meier(partial.took, watched, &at), "Kaplan-Meier")
            }
            Attempt::Last | Attempt::Best => {
                let mut took = partial.took;
                took.sort_unstable();
                let by = |&time: &i64| {
                    let converted = took.partition_point(|&other| other <= time) as u64;
                    let (share, interval) = (share(converted, customers), wilson(converted, customers));
                    CurvePoint { after_s: time as f64 / 1e6, n: customers, share, interval }
                };
                (at.iter().map(by).collect(), "share of all customers")
            }
        }
    }
}

/// How many come from one touchpoint to another, and after how long.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conversion {
    /// Where the time begins.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// Which attempt of a customer counts.
    pub attempt: Attempt,
    /// How long it may take, in seconds; none where it may take any time.
    pub within_s: Option<f64>,
    /// Customers who were at `from`.
    pub customers: u64,
    /// Those of them who came to `to` in time.
    pub converted: u64,
    /// Those who may still do so.
    pub in_progress: u64,
    /// Those whose time is up.
    pub not_converted: u64,
    /// Converted / customers; undefined if there is none.
    pub rate: Option<f64>,
    /// Wilson's interval at 95 %.
    pub interval: Option<[f64; 2]>,
    /// How long the converted took; undefined if there is none.
    pub time: Option<Wait>,
    /// The share who had converted by some times.
    pub curve: Vec<CurvePoint>,
    /// How the curve was found: `Kaplan-Meier` or `share of all customers`.
    pub method: &'static str,
    /// The latest moment that was recorded.
    pub as_of: Timestamp,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

impl Answer for Conversion {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![
            ("customers", self.customers),
            ("converted", self.converted),
            ("in progress", self.in_progress),
            ("not converted", self.not_converted),
        ]
    }

    fn tables(&self) -> Vec<Table> {
        let one = [self];
        let figures = Table::of("figures", &one)
            .share("rate", |all| all.rate)
            .interval("rate", |all| all.interval)
            .seconds("min_s", |all| all.time.map(|time| time.min_s))
            .seconds("mean_s", |all| all.time.map(|time| time.mean_s))
            .seconds("median_s", |all| all.time.map(|time| time.median_s))
            .seconds("q95_s", |all| all.time.map(|time| time.q95_s))
            .seconds("max_s", |all| all.time.map(|time| time.max_s));
        let curve = Table::of("curve", &self.curve)
            .seconds("after_s", |by| Some(by.after_s))
            .count("n", |by| by.n)
            .bar("share", |by| by.share)
            .interval("share", |by| by.interval);
        vec![figures.done(), curve.done()]
    }
}
