//! Retention: who comes back, period by period after the beginning.

use std::collections::BTreeMap;

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

/// Most periods after the beginning.
pub const MOST_PERIODS: usize = 1_000;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetentionQuestion {
    /// Length of a period, in microseconds.
    pub period: i64,
    /// How many periods after the beginning are looked at.
    pub periods: usize,
    /// A customer begins with the first event at one of these; with any event where none is named.
    pub start: Vec<String>,
    /// An event at one of these is a return; any event where none is named.
    pub back: Vec<String>,
    /// Customers who begin in the same stretch of so many microseconds, counted from 1970, are a cohort; none: all are.
    pub cohort: Option<i64>,
    /// Which beginnings count; returns may lie outside.
    pub beginnings: TimeRange,
}

impl Question for RetentionQuestion {
    const NAME: &'static str = "retention";
    const WHAT: &'static str = "Who comes back, period by period; the time range chooses the beginnings";
    const SETTINGS: &'static [Setting] = &[
        Setting::new("period", "DURATION", "Length of a period", "7d"),
        Setting::new("periods", "COUNT", "How many periods after the beginning", "12"),
        Setting::optional(
            "start",
            "NAMES",
            "A customer begins with the first event at one of these, else with the first of all",
        ),
        Setting::optional("return", "NAMES", "An event at one of these is a return, else any event is"),
        Setting::optional(
            "cohort",
            "DURATION|none",
            "Who begins in the same stretch of this length is a cohort, else in the same period",
        ),
    ];
    type Kernel = RetentionKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        let period = settings.period("period")?;
        let cohort = match settings.text("cohort").as_deref() {
            None => Some(period),
            Some("none") => None,
            Some(_) => Some(settings.period("cohort")?),
        };
        Ok(Self {
            period,
            periods: settings.count("periods", 1..=MOST_PERIODS)?,
            start: settings.names("start"),
            back: settings.names("return"),
            cohort,
            beginnings: TimeRange::ALL,
        })
    }

    /// The time range chooses the beginnings, nothing else: a customer of old does not begin with it.
    fn adapt(&mut self, query: &mut Query) {
        self.beginnings = std::mem::take(&mut query.range);
    }

    fn kernel(&self, names: &Names<'_>) -> Result<RetentionKernel, Invalid> {
        let one_of = |wanted: &[String]| {
            names.labels.iter().map(|label| wanted.is_empty() || wanted.contains(label)).collect::<Vec<_>>()
        };
        let (starts, returns) = (one_of(&self.start), one_of(&self.back));
        Ok(RetentionKernel { question: self.clone(), starts, returns, as_of: names.as_of.micros() })
    }
}

/// Retention in codes.
#[derive(Clone, Debug)]
pub struct RetentionKernel {
    question: RetentionQuestion,
    /// By code: whether customers begin there.
    starts: Vec<bool>,
    /// By code: whether it is a return.
    returns: Vec<bool>,
    /// The latest moment that was recorded: periods that reach beyond it are open.
    as_of: i64,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    /// Customers who do not begin in the time range.
    without_start: u64,
    /// By number of the stretch in which they began.
    cohorts: BTreeMap<i64, Counted>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Counted {
    /// By number of periods that are over, the last entry for all that are asked for: customers.
    over: Vec<u64>,
    /// By period, counted from 0: customers who returned in it, of those for whom it is over.
    returned: Vec<u64>,
}

impl Counted {
    fn add(&mut self, other: &Self) {
        self.over.resize(other.over.len().max(self.over.len()), 0);
        self.returned.resize(other.returned.len().max(self.returned.len()), 0);
        let over = self.over.iter_mut().zip(&other.over);
        let returned = self.returned.iter_mut().zip(&other.returned);
        over.chain(returned).for_each(|(mine, more)| *mine += more);
    }

    fn customers(&self) -> u64 {
        self.over.iter().sum()
    }

    /// Customers for whom the period is over.
    fn n(&self, period: usize) -> u64 {
        self.over.iter().skip(period).sum()
    }

    fn returned(&self, period: usize) -> u64 {
        self.returned.get(period).copied().unwrap_or_default()
    }
}

impl Kernel for RetentionKernel {
    type Partial = Partial;
    type Answer = Retention;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        let (period, periods) = (self.question.period, self.question.periods);
        // Periods in which the customer was seen, counted from 0.
        let mut seen = vec![false; periods + 1];
        for journeys in slice.by_customer() {
            let mut start: Option<i64> = None;
            for span in journeys {
                let (codes, times) = slice.journey(*span);
                partial.events += codes.len() as u64;
                let first = codes.iter().position(|&code| self.starts[usize::from(code)]).map(|at| times[at]);
                start = start.into_iter().chain(first).min();
            }
            let Some(start) = start.filter(|&start| self.question.beginnings.contains(start)) else {
                partial.without_start += 1;
                continue;
            };
            // Whole periods up to the latest moment, without the one in which the customer began.
            let over = (self.as_of.saturating_sub(start) / period - 1).clamp(0, periods as i64) as usize;
            let cohort = partial.cohorts.entry(self.question.cohort.map_or(0, |length| start.div_euclid(length)));
            let counted = cohort.or_default();
            counted.over.resize(periods + 1, 0);
            counted.returned.resize(periods + 1, 0);
            counted.over[over] += 1;
            if over == 0 {
                continue;
            }
            for span in journeys {
                let (codes, times) = slice.journey(*span);
                // Nothing before this moment can be news: it is the beginning, or lies in a period that was seen.
                let mut next = start.saturating_add(period);
                for (&code, &at) in codes.iter().zip(times) {
                    if at >= next && self.returns[usize::from(code)] {
                        let number = at.saturating_sub(start) / period;
                        if number > over as i64 {
                            break;
                        }
                        seen[number as usize] = true;
                        next = start.saturating_add((number + 1).saturating_mul(period));
                    }
                }
            }
            for (seen, returned) in seen[..=over].iter_mut().zip(&mut counted.returned) {
                *returned += u64::from(std::mem::take(seen));
            }
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        partial.events += other.events;
        partial.without_start += other.without_start;
        for (number, counted) in &other.cohorts {
            partial.cohorts.entry(*number).or_default().add(counted);
        }
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Retention {
        let begins = |number: i64| self.question.cohort.map(|length| Timestamp::clamped(number.saturating_mul(length)));
        let all = partial.all();
        Retention {
            customers: all.customers(),
            without_start: partial.without_start,
            period_s: self.question.period as f64 / 1e6,
            cohort_s: self.question.cohort.map(|length| length as f64 / 1e6),
            periods: self.periods(&all),
            cohorts: partial
                .cohorts
                .iter()
                .map(|(&number, counted)| Cohort {
                    begins: begins(number),
                    customers: counted.customers(),
                    periods: self.periods(counted),
                })
                .collect(),
            as_of: about.names.as_of,
            coverage: about.coverage.clone(),
        }
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let all = partial.all();
        let figure = |period| Figure {
            what: "share of customers who came back",
            subject: Subject::Period(period as u32),
            measure: Measure::Share { part: all.returned(period), whole: all.n(period), of_customers: true },
        };
        (1..=self.question.periods).map(figure).collect()
    }

    fn bytes(&self, partial: &Partial) -> usize {
        partial.cohorts.len() * (self.question.periods + 4) * 16
    }
}

impl Partial {
    fn all(&self) -> Counted {
        let mut all = Counted::default();
        self.cohorts.values().for_each(|counted| all.add(counted));
        all
    }
}

impl RetentionKernel {
    fn periods(&self, counted: &Counted) -> Vec<Returned> {
        let customers = counted.customers();
        let period = |period| {
            let (returned, n) = (counted.returned(period), counted.n(period));
            let (rate, interval) = (share(returned, n), wilson(returned, n));
            Returned { period, n, open: customers - n, returned, rate, interval }
        };
        (1..=self.question.periods).map(period).collect()
    }
}

/// Who comes back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Retention {
    /// Customers who begin.
    pub customers: u64,
    /// Customers who never begin, or not in the time range.
    pub without_start: u64,
    /// Length of a period, in seconds.
    pub period_s: f64,
    /// Length of the stretch in which a cohort begins, in seconds; none where all customers are one.
    pub cohort_s: Option<f64>,
    /// All cohorts together, by period.
    pub periods: Vec<Returned>,
    /// Each cohort, the earliest first; those without a customer are not there.
    pub cohorts: Vec<Cohort>,
    /// The latest moment that was recorded.
    pub as_of: Timestamp,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// Customers who began in the same stretch of time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cohort {
    /// Where the stretch begins; none where all customers are one cohort.
    pub begins: Option<Timestamp>,
    /// Customers who began in it.
    pub customers: u64,
    /// Period by period.
    pub periods: Vec<Returned>,
}

/// How many came back in a period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Returned {
    /// Number of the period; the one that begins with the customer is 0 and not listed.
    pub period: usize,
    /// Customers for whom the period is over.
    pub n: u64,
    /// Customers for whom it is not.
    pub open: u64,
    /// Those of the n who came back in it.
    pub returned: u64,
    /// The same as a share of the n; undefined if there is none.
    pub rate: Option<f64>,
    /// Wilson's interval at 95 %.
    pub interval: Option<[f64; 2]>,
}

impl Answer for Retention {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        let mut totals = vec![("customers", self.customers), ("cohorts", self.cohorts.len() as u64)];
        if self.without_start > 0 {
            totals.push(("customers without a beginning", self.without_start));
        }
        totals
    }

    fn tables(&self) -> Vec<Table> {
        let periods = Table::of("periods", &self.periods)
            .count("period", |period| period.period as u64)
            .count("n", |period| period.n)
            .count("open", |period| period.open)
            .count("returned", |period| period.returned)
            .bar("rate", |period| period.rate)
            .interval("rate", |period| period.interval);
        let begins = |cohort: &Cohort| cohort.begins.map_or_else(|| "all".to_owned(), |begins| begins.to_string());
        let mut cohorts =
            Table::of("cohorts", &self.cohorts).text("begins", begins).count("customers", |cohort| cohort.customers);
        for index in 0..self.periods.len() {
            cohorts = cohorts.heat((index + 1).to_string(), move |cohort| cohort.periods[index].rate);
        }
        vec![periods.done(), cohorts.done()]
    }
}
