//! Importance: how closely a customer's mood at each touchpoint goes together with their mood elsewhere, and how satisfied
//! they are there.

use model::{Invalid, MoodOrigin};
use serde::{Deserialize, Serialize};

use super::moods::ORIGINS;
use crate::compare::{Figure, Measure, Subject};
use crate::felt::{Felt, MoodSums};
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, Kernel};
use crate::names::Names;
use crate::questions::Question;
use crate::report::{Answer, Table};
use crate::settings::{Setting, Settings};
use crate::statistics::{Pairs, Ratio};

/// How important each touchpoint is by what customers felt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportanceQuestion {
    /// Only moods that come from there.
    pub origin: Option<MoodOrigin>,
    /// Customers of whom moods there and elsewhere are known, below which nothing is said of how they go together.
    pub least: u64,
}

impl Question for ImportanceQuestion {
    const NAME: &'static str = "importance";
    const WHAT: &'static str = "How closely customers' mood at each touchpoint goes together with their mood elsewhere, and how satisfied they are";
    const SETTINGS: &'static [Setting] = &[
        Setting::new(
            "origin",
            "any|reported|inferred|assumed",
            "Only moods that customers or staff told, that were computed, or that were assumed",
            "reported",
        ),
        Setting::new(
            "least",
            "COUNT",
            "Fewer customers with moods there and elsewhere leave it undefined how they go together",
            "20",
        ),
    ];
    type Kernel = ImportanceKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        let origin = settings.choice("origin", &ORIGINS)?;
        Ok(Self { origin, least: settings.count("least", 4..=1_000_000)? as u64 })
    }

    fn kernel(&self, names: &Names<'_>) -> Result<ImportanceKernel, Invalid> {
        Ok(ImportanceKernel { origin: self.origin, least: self.least, touchpoints: names.labels.len() })
    }
}

/// The same in codes.
#[derive(Clone, Copy, Debug)]
pub struct ImportanceKernel {
    origin: Option<MoodOrigin>,
    least: u64,
    touchpoints: usize,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    journeys: u64,
    customers: u64,
    /// Customers with moods at two touchpoints or more.
    with_several: u64,
    /// By code.
    at: Vec<At>,
}

/// What was counted at a touchpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct At {
    occurrences: u64,
    customers: u64,
    moods: MoodSums,
    /// Moods below 0 of all moods of a customer.
    negative: Ratio,
    /// The mean mood here and the mean of all moods elsewhere.
    pairs: Pairs,
}

/// One customer at one touchpoint.
#[derive(Clone, Debug, Default)]
struct Own {
    occurrences: u64,
    moods: Vec<(i8, MoodOrigin)>,
    sum: i64,
    negative: u64,
}

impl Kernel for ImportanceKernel {
    type Partial = Partial;
    type Answer = Importance;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        partial.at.resize(self.touchpoints, At::default());
        let mut own = vec![Own::default(); self.touchpoints];
        let mut touched: Vec<u16> = Vec::new();
        for spans in slice.by_customer() {
            partial.customers += 1;
            partial.journeys += spans.len() as u64;
            for span in spans {
                partial.events += span.range().len() as u64;
                let (codes, _) = slice.journey(*span);
                for (&code, mood) in codes.iter().zip(&slice.events.moods[span.range()]) {
                    let here = &mut own[usize::from(code)];
                    if here.occurrences == 0 {
                        touched.push(code);
                    }
                    here.occurrences += 1;
                    if let Some((value, origin)) = mood.mood()
                        && self.origin.is_none_or(|wanted| wanted == origin)
                    {
                        here.moods.push((value, origin));
                        here.sum += i64::from(value);
                        here.negative += u64::from(value < 0);
                    }
                }
            }
            let of_all = touched.iter().map(|&code| &own[usize::from(code)]);
            let (sum, number) = of_all.fold((0, 0), |(sum, n), here| (sum + here.sum, n + here.moods.len()));
            let mut places = 0;
            for code in touched.drain(..) {
                let (here, at) = (&mut own[usize::from(code)], &mut partial.at[usize::from(code)]);
                at.occurrences += here.occurrences;
                at.customers += 1;
                let n = here.moods.len();
                if n > 0 {
                    places += 1;
                    at.negative.add(here.negative as f64, n as f64);
                    if number > n {
                        let elsewhere = (sum - here.sum) as f64 / (number - n) as f64;
                        at.pairs.add(here.sum as f64 / n as f64, elsewhere);
                    }
                    at.moods.add_customer(here.moods.drain(..));
                }
                (here.occurrences, here.sum, here.negative) = (0, 0, 0);
            }
            partial.with_several += u64::from(places > 1);
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        partial.at.resize(self.touchpoints, At::default());
        partial.events += other.events;
        partial.journeys += other.journeys;
        partial.customers += other.customers;
        partial.with_several += other.with_several;
        for (mine, more) in partial.at.iter_mut().zip(&other.at) {
            mine.occurrences += more.occurrences;
            mine.customers += more.customers;
            mine.moods.merge(&more.moods);
            mine.negative.merge(&more.negative);
            mine.pairs.merge(&more.pairs);
        }
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Importance {
        let came = partial.at.iter().enumerate().filter(|(_, at)| at.occurrences > 0);
        let mut touchpoints: Vec<ImportanceAt> = came
            .map(|(code, at)| {
                let enough = at.pairs.n() >= self.least;
                let derived = enough.then(|| at.pairs.correlation()).flatten();
                let told = at.moods.ratio().below.customers > 0;
                ImportanceAt {
                    touchpoint: about.names.label(code as u16),
                    occurrences: at.occurrences,
                    customers: at.customers,
                    derived: derived.map(|found| found.value),
                    derived_n: at.pairs.n(),
                    derived_interval: derived.and_then(|found| found.interval),
                    felt: told.then(|| Felt::of(&at.moods)),
                    negative: at.negative.above.sum as u64,
                    negative_share: at.negative.value(),
                    negative_interval: at.negative.share_interval(),
                }
            })
            .collect();
        touchpoints.sort_by(|a, b| {
            let by_value = |at: &ImportanceAt| at.derived.unwrap_or(f64::NEG_INFINITY);
            by_value(b).total_cmp(&by_value(a)).then_with(|| a.touchpoint.cmp(&b.touchpoint))
        });
        Importance {
            journeys: partial.journeys,
            events: partial.events,
            customers: partial.customers,
            moods: touchpoints.iter().filter_map(|at| at.felt.as_ref()).map(|felt| felt.n).sum(),
            customers_with_several: partial.with_several,
            least: self.least,
            method: METHOD,
            touchpoints,
            coverage: about.coverage.clone(),
        }
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let told = partial.at.iter().enumerate().filter(|(_, at)| at.moods.ratio().below.customers > 0);
        let mut told: Vec<(usize, &At)> = told.collect();
        told.sort_by(|a, b| {
            b.1.moods.ratio().below.number.total_cmp(&a.1.moods.ratio().below.number).then(a.0.cmp(&b.0))
        });
        let figure = |(code, at): (usize, &At)| {
            let (sum, n) = (at.moods.ratio().above.sum, at.moods.ratio().below.number as u64);
            Figure { what: "mean mood", subject: Subject::Touchpoint(code as u16), measure: Measure::Mean { sum, n } }
        };
        told.into_iter().map(figure).collect()
    }

    fn bytes(&self, partial: &Partial) -> usize {
        size_of_val(partial.at.as_slice())
    }
}

/// How derived importance is found.
pub const METHOD: &str = "Pearson correlation over customers of their mean mood there and their mean mood at all other \
                          touchpoints, Fisher's interval: what goes together, not what causes what";

/// How important each touchpoint is by what customers felt, and how satisfied they are there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Importance {
    /// Number of journeys.
    pub journeys: u64,
    /// Number of events in them.
    pub events: u64,
    /// Their customers.
    pub customers: u64,
    /// Events that tell a mood.
    pub moods: u64,
    /// Customers with moods at two touchpoints or more: only they tell what goes together.
    pub customers_with_several: u64,
    /// Fewer of them at a touchpoint leave its importance undefined.
    pub least: u64,
    /// How derived importance is found.
    pub method: &'static str,
    /// Every touchpoint that journeys come by: the most important first, those without importance last, equal ones by name.
    pub touchpoints: Vec<ImportanceAt>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// How important a touchpoint is, and how satisfied customers are there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportanceAt {
    /// What it is shown as.
    pub touchpoint: String,
    /// Events there.
    pub occurrences: u64,
    /// Distinct customers of these.
    pub customers: u64,
    /// How closely a customer's mood here goes together with their mood elsewhere, -1 to 1; none with too few customers, or
    /// where all feel the same.
    pub derived: Option<f64>,
    /// Customers with moods here and elsewhere.
    pub derived_n: u64,
    /// Its interval at 95 %.
    pub derived_interval: Option<[f64; 2]>,
    /// How they felt; none where nobody told.
    pub felt: Option<Felt>,
    /// Moods below 0.
    pub negative: u64,
    /// The same as a share of all moods here; none where there is none.
    pub negative_share: Option<f64>,
    /// Its interval at 95 %: Wilson's, n by design effect.
    pub negative_interval: Option<[f64; 2]>,
}

impl Answer for Importance {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("journeys", self.journeys), ("customers", self.customers), ("moods", self.moods)]
    }

    fn tables(&self) -> Vec<Table> {
        let end = |of: Option<[f64; 2]>, end: usize| of.map(|interval| interval[end]);
        let felt = |row: &ImportanceAt, end: usize| row.felt.as_ref()?.interval.map(|interval| interval[end]);
        let table = Table::of("touchpoints", &self.touchpoints)
            .text("touchpoint", |row| row.touchpoint.clone())
            .number("derived", |row| row.derived)
            .number("derived_low", |row| end(row.derived_interval, 0))
            .number("derived_high", |row| end(row.derived_interval, 1))
            .count("derived_n", |row| row.derived_n)
            .number("mood", |row| row.felt.as_ref().map(|felt| felt.mean))
            .number("mood_low", |row| felt(row, 0))
            .number("mood_high", |row| felt(row, 1))
            .count("moods", |row| row.felt.as_ref().map_or(0, |felt| felt.n))
            .share("negative_share", |row| row.negative_share)
            .count("occurrences", |row| row.occurrences)
            .count("customers", |row| row.customers);
        vec![table.done()]
    }
}
