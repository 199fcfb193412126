//! Importance and satisfaction of touchpoints beside each other, and what to repair first.

use std::collections::BTreeMap;

use mining::kernels::importance::{ImportanceAt, ImportanceQuestion};
use mining::report::Table;
use mining::{Control, Coverage, Question, Recipe, Setting, Settings};
use model::{DocumentKind, Touchpoint};
use serde::Serialize;

use super::Composed;
use super::documents::Documents;
use crate::EngineError;
use crate::answers::Answers;
use crate::answers::mining::Answered;
use crate::answers::resolve::Resolved;

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new(
        "importance",
        "stated|business|derived",
        "Importance to the customer's goal or to the business goal as the register states it, or derived from moods",
        "stated",
    ),
    ImportanceQuestion::SETTINGS[0],
    ImportanceQuestion::SETTINGS[1],
    Setting::new("few", "COUNT", "Touchpoints where fewer customers told a mood are marked and have no rank", "10"),
];

/// Which importance is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// To the customer's goal, as the register states it.
    Stated,
    /// To the business goal, as the register states it.
    Business,
    /// By how moods go together.
    Derived,
}

/// Importance and satisfaction of every touchpoint.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Which importance is on the axis and in the ranks. With another one touchpoints lie in other quadrants.
    pub importance: By,
    /// The one scale of moods there is: its ends.
    pub scale: [i8; 2],
    /// Customers below which derived importance is undefined.
    pub least: u64,
    /// Customers below which a touchpoint is marked.
    pub few_below: u64,
    /// How derived importance is found.
    pub method: &'static str,
    /// Number of journeys.
    pub journeys: u64,
    /// Number of events in them.
    pub events: u64,
    /// Their customers.
    pub customers: u64,
    /// Events that tell a mood.
    pub moods: u64,
    /// Where the quadrants are cut.
    pub cut: Cut,
    /// Registered touchpoints at which nobody told a mood.
    pub without_mood: u64,
    /// Touchpoints with moods whose importance is not known.
    pub without_importance: u64,
    /// Every touchpoint that is registered or at which a mood was told: by rank, then those of few customers by gap, then all
    /// others by name.
    pub touchpoints: Vec<Evaluated>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// Where the quadrants of the matrix are cut: at the means over the touchpoints that have both figures and are not marked.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Cut {
    /// Mean importance, 0 to 10.
    pub importance: Option<f64>,
    /// Mean satisfaction, 0 to 10.
    pub satisfaction: Option<f64>,
    /// Touchpoints that these are the means of.
    pub n: u64,
}

/// A quadrant of importance and satisfaction (Martilla and James 1977).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quadrant {
    /// Important, and customers are not satisfied.
    Concentrate,
    /// Important, and they are.
    KeepUp,
    /// Neither.
    LowPriority,
    /// They are satisfied with what is not important.
    Overkill,
}

/// One touchpoint.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluated {
    /// What it is shown as; the id of a registered one.
    pub touchpoint: String,
    /// What people call it.
    pub title: String,
    /// Whether it is in the register.
    pub registered: bool,
    /// Its place by gap, from 1; none where the gap is undefined, or rests on too few customers.
    pub rank: Option<u64>,
    /// Too few customers told a mood there.
    pub few: bool,
    /// Where it lies in the matrix; none where one of the two is undefined.
    pub quadrant: Option<Quadrant>,
    /// The importance asked for, 0 to 10; a derived one is ten times the correlation, 0 below 0.
    pub importance: Option<f64>,
    /// The mean mood from -2 to 2 on a scale of 0 to 10.
    pub satisfaction: Option<f64>,
    /// Its interval at 95 %.
    pub satisfaction_interval: Option<[f64; 2]>,
    /// importance * (10 - satisfaction), 0 to 100.
    pub gap: Option<f64>,
    /// The same at the ends of the interval of satisfaction, importance taken as it is.
    pub gap_interval: Option<[f64; 2]>,
    /// Ulwick's opportunity score: importance + max(importance - satisfaction, 0), 0 to 20.
    pub ulwick: Option<f64>,
    /// Importance to the customer's goal as the register states it.
    pub stated_to_customer: Option<f64>,
    /// Importance to the business goal as the register states it.
    pub stated_to_business: Option<f64>,
    /// How important it is, and how customers felt; none where nobody came by.
    #[serde(flatten)]
    pub measured: MeasuredAt,
}

/// What was measured at a touchpoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MeasuredAt {
    /// Events there.
    pub occurrences: u64,
    /// Distinct customers of these.
    pub customers: u64,
    /// Correlation of moods here and elsewhere, -1 to 1.
    pub derived: Option<f64>,
    /// Customers with moods here and elsewhere.
    pub derived_n: u64,
    /// Interval of the correlation at 95 %.
    pub derived_interval: Option<[f64; 2]>,
    /// Mean mood, -2 to 2.
    pub mood: Option<f64>,
    /// Its interval at 95 %.
    pub mood_interval: Option<[f64; 2]>,
    /// Moods told.
    pub moods: u64,
    /// Customers who told them.
    pub mood_customers: u64,
    /// How many moods of -2, -1, 0, 1, 2.
    pub by_value: [u64; 5],
    /// Share of moods below 0.
    pub negative_share: Option<f64>,
    /// Its interval at 95 %.
    pub negative_interval: Option<[f64; 2]>,
}

impl From<&ImportanceAt> for MeasuredAt {
    fn from(at: &ImportanceAt) -> Self {
        let felt = at.felt.as_ref();
        Self {
            occurrences: at.occurrences,
            customers: at.customers,
            derived: at.derived,
            derived_n: at.derived_n,
            derived_interval: at.derived_interval,
            mood: felt.map(|felt| felt.mean),
            mood_interval: felt.and_then(|felt| felt.interval),
            moods: felt.map_or(0, |felt| felt.n),
            mood_customers: felt.map_or(0, |felt| felt.customers),
            by_value: felt.map(|felt| felt.by_value).unwrap_or_default(),
            negative_share: at.negative_share,
            negative_interval: at.negative_interval,
        }
    }
}

/// A mood from -2 to 2 on a scale of 0 to 10.
fn out_of_ten(mood: f64) -> f64 {
    (mood + 2.0) * 2.5
}

impl Evaluated {
    fn of(touchpoint: String, says: Option<&Touchpoint>, measured: MeasuredAt, by: By, few_below: u64) -> Self {
        let stated_to_customer = says.and_then(|says| says.importance_to_customer);
        let stated_to_business = says.and_then(|says| says.importance_to_business);
        let importance = match by {
            By::Stated => stated_to_customer,
            By::Business => stated_to_business,
            By::Derived => measured.derived.map(|correlation| (10.0 * correlation).max(0.0)),
        };
        let satisfaction = measured.mood.map(out_of_ten);
        let satisfaction_interval = measured.mood_interval.map(|ends| ends.map(out_of_ten));
        let both = importance.zip(satisfaction);
        let gap = |importance: f64, satisfaction: f64| importance * (10.0 - satisfaction);
        Self {
            title: says.map_or_else(|| touchpoint.clone(), |says| says.title.clone()),
            touchpoint,
            registered: says.is_some(),
            rank: None,
            few: measured.mood_customers < few_below,
            quadrant: None,
            importance,
            satisfaction,
            satisfaction_interval,
            gap: both.map(|(importance, satisfaction)| gap(importance, satisfaction)),
            gap_interval: importance
                .zip(satisfaction_interval)
                .map(|(importance, [low, high])| [gap(importance, high), gap(importance, low)]),
            ulwick: both.map(|(importance, satisfaction)| importance + (importance - satisfaction).max(0.0)),
            stated_to_customer,
            stated_to_business,
            measured,
        }
    }

    fn both(&self) -> Option<(f64, f64)> {
        self.importance.zip(self.satisfaction)
    }
}

impl Cut {
    fn of(touchpoints: &[Evaluated]) -> Self {
        let figures: Vec<(f64, f64)> = touchpoints.iter().filter(|one| !one.few).filter_map(Evaluated::both).collect();
        let mean = |of: fn(&(f64, f64)) -> f64| {
            (!figures.is_empty()).then(|| figures.iter().map(of).sum::<f64>() / figures.len() as f64)
        };
        Self { importance: mean(|pair| pair.0), satisfaction: mean(|pair| pair.1), n: figures.len() as u64 }
    }

    fn quadrant(&self, (importance, satisfaction): (f64, f64)) -> Option<Quadrant> {
        let (important, satisfied) = (importance >= self.importance?, satisfaction >= self.satisfaction?);
        Some(match (important, satisfied) {
            (true, false) => Quadrant::Concentrate,
            (true, true) => Quadrant::KeepUp,
            (false, false) => Quadrant::LowPriority,
            (false, true) => Quadrant::Overkill,
        })
    }
}

impl Answers {
    pub(super) fn evaluation(
        &self,
        mut resolved: Resolved,
        mut settings: Settings,
        again: Option<&Recipe>,
        control: &Control,
    ) -> Result<Answered, EngineError> {
        let by = [("stated", By::Stated), ("business", By::Business), ("derived", By::Derived)];
        let by = settings.choice("importance", &by)?;
        let question = ImportanceQuestion::read(&mut settings)?;
        let few_below = settings.count("few", 1..=1_000_000)? as u64;
        let documents = Documents::of(self, again);
        let register: BTreeMap<String, Touchpoint> = documents
            .all::<Touchpoint>(DocumentKind::Touchpoint)?
            .into_iter()
            .map(|found| (found.name, found.says))
            .collect();
        resolved.plans.extend(documents.used());
        let asked = (Composed::Evaluation.name(), settings.recipe());
        self.answered_whole(&resolved, again, control, asked, |log| {
            let kernel = question.kernel(log.names())?;
            let found = log.ask_asked(&kernel, control)?;
            let mut measured: BTreeMap<String, MeasuredAt> =
                found.touchpoints.iter().map(|at| (at.touchpoint.clone(), MeasuredAt::from(at))).collect();
            let registered = register.iter().map(|(id, says)| {
                Evaluated::of(id.clone(), Some(says), measured.remove(id).unwrap_or_default(), by, few_below)
            });
            let mut touchpoints: Vec<Evaluated> = registered.collect();
            let others = measured.into_iter().filter(|(_, measured)| measured.moods > 0);
            touchpoints.extend(others.map(|(name, measured)| Evaluated::of(name, None, measured, by, few_below)));
            let cut = Cut::of(&touchpoints);
            touchpoints.iter_mut().for_each(|one| one.quadrant = one.both().and_then(|both| cut.quadrant(both)));
            rank(&mut touchpoints);
            Ok(Evaluation {
                importance: by,
                scale: [-2, 2],
                least: question.least,
                few_below,
                method: found.method,
                journeys: found.journeys,
                events: found.events,
                customers: found.customers,
                moods: found.moods,
                cut,
                without_mood: touchpoints.iter().filter(|one| one.registered && one.measured.moods == 0).count() as u64,
                without_importance: touchpoints
                    .iter()
                    .filter(|one| one.measured.moods > 0 && one.importance.is_none())
                    .count() as u64,
                touchpoints,
                coverage: found.coverage,
            })
        })
    }
}

/// The widest gap first; of equal ones that of which more customers told.
fn rank(touchpoints: &mut [Evaluated]) {
    touchpoints.sort_by(|a, b| {
        let place = |one: &Evaluated| (one.gap.is_none(), one.few);
        place(a)
            .cmp(&place(b))
            .then_with(|| b.gap.unwrap_or_default().total_cmp(&a.gap.unwrap_or_default()))
            .then_with(|| b.measured.mood_customers.cmp(&a.measured.mood_customers))
            .then_with(|| a.touchpoint.cmp(&b.touchpoint))
    });
    for (place, one) in touchpoints.iter_mut().enumerate() {
        one.rank = (one.gap.is_some() && !one.few).then_some(place as u64 + 1);
    }
}

impl mining::Answer for Evaluation {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("journeys", self.journeys), ("customers", self.customers), ("moods", self.moods)]
    }

    fn tables(&self) -> Vec<Table> {
        let end = |of: Option<[f64; 2]>, end: usize| of.map(|interval| interval[end]);
        let with_gap: Vec<&Evaluated> = self.touchpoints.iter().filter(|one| one.gap.is_some()).collect();
        let table = Table::of("repair_first", &with_gap)
            .text("rank", |row| row.rank.map_or_else(|| "few".to_owned(), |rank| rank.to_string()))
            .text("touchpoint", |row| row.touchpoint.clone())
            .text("quadrant", |row| row.quadrant.map_or("", Quadrant::in_words).to_owned())
            .number("importance", |row| row.importance)
            .number("satisfaction", |row| row.satisfaction)
            .number("satisfaction_low", |row| end(row.satisfaction_interval, 0))
            .number("satisfaction_high", |row| end(row.satisfaction_interval, 1))
            .number("gap", |row| row.gap)
            .number("ulwick", |row| row.ulwick)
            .share("negative_share", |row| row.measured.negative_share)
            .count("moods", |row| row.measured.moods)
            .count("mood_customers", |row| row.measured.mood_customers);
        let all = Table::of("touchpoints", &self.touchpoints)
            .text("touchpoint", |row| row.touchpoint.clone())
            .number("stated_to_customer", |row| row.stated_to_customer)
            .number("stated_to_business", |row| row.stated_to_business)
            .number("derived", |row| row.measured.derived)
            .number("derived_low", |row| end(row.measured.derived_interval, 0))
            .number("derived_high", |row| end(row.measured.derived_interval, 1))
            .count("derived_n", |row| row.measured.derived_n)
            .number("mood", |row| row.measured.mood)
            .count("moods", |row| row.measured.moods)
            .count("occurrences", |row| row.measured.occurrences)
            .count("customers", |row| row.measured.customers);
        vec![table.done(), all.done()]
    }
}

impl Quadrant {
    fn in_words(self) -> &'static str {
        match self {
            Self::Concentrate => "concentrate here",
            Self::KeepUp => "keep up",
            Self::LowPriority => "low priority",
            Self::Overkill => "possible overkill",
        }
    }
}
