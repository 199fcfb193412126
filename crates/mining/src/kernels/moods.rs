//! Moods: how customers felt, at each touchpoint and on each way to one.

use std::collections::BTreeMap;

use model::{Invalid, MoodOrigin};
use serde::{Deserialize, Serialize};

use crate::compare::{Figure, Measure, Subject};
use crate::felt::{Felt, MoodSums};
use crate::journeys::{Coverage, Slice, Span};
use crate::kernel::{About, Kernel};
use crate::names::Names;
use crate::questions::Question;
use crate::report::{Answer, Table};
use crate::settings::{Setting, Settings};

/// Where moods may come from, as settings say it.
pub(super) const ORIGINS: [(&str, Option<MoodOrigin>); 4] = [
    ("any", None),
    ("reported", Some(MoodOrigin::Reported)),
    ("inferred", Some(MoodOrigin::Inferred)),
    ("assumed", Some(MoodOrigin::Assumed)),
];

/// How customers felt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoodsQuestion {
    /// Only moods that come from there.
    pub origin: Option<MoodOrigin>,
}

impl Question for MoodsQuestion {
    const NAME: &'static str = "moods";
    const WHAT: &'static str = "How customers felt, from -2 to 2, at each touchpoint and on each way to one";
    const SETTINGS: &'static [Setting] = &[Setting::new(
        "origin",
        "any|reported|inferred|assumed",
        "Only moods that customers or staff told, that were computed, or that were assumed",
        "any",
    )];
    type Kernel = MoodsKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        Ok(Self { origin: settings.choice("origin", &ORIGINS)? })
    }

    fn kernel(&self, _: &Names<'_>) -> Result<MoodsKernel, Invalid> {
        Ok(MoodsKernel { origin: self.origin })
    }
}

/// The same in codes.
#[derive(Clone, Copy, Debug)]
pub struct MoodsKernel {
    origin: Option<MoodOrigin>,
}

/// A touchpoint, or one and the next.
type Place = (Option<u16>, u16);

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    journeys: u64,
    /// Ascending, as a list: JSON has no such keys.
    at: Vec<(Place, MoodSums)>,
}

impl MoodsKernel {
    /// The moods of some journeys, each with the touchpoint and the one before it.
    fn found(self, slice: &Slice<'_>, spans: &[Span], found: &mut Vec<(Place, i8, MoodOrigin)>) {
        for span in spans {
            let (codes, _) = slice.journey(*span);
            for (step, mood) in slice.events.moods[span.range()].iter().enumerate() {
                let Some((value, origin)) = mood.mood() else { continue };
                if self.origin.is_some_and(|wanted| wanted != origin) {
                    continue;
                }
                found.push(((None, codes[step]), value, origin));
                if step > 0 {
                    found.push(((Some(codes[step - 1]), codes[step]), value, origin));
                }
            }
        }
    }
}

impl Kernel for MoodsKernel {
    type Partial = Partial;
    type Answer = Moods;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        let mut at: BTreeMap<Place, MoodSums> = std::mem::take(&mut partial.at).into_iter().collect();
        let mut found = Vec::new();
        for spans in slice.by_customer() {
            partial.journeys += spans.len() as u64;
            partial.events += spans.iter().map(|span| span.range().len() as u64).sum::<u64>();
            self.found(slice, spans, &mut found);
            found.sort_by_key(|(place, ..)| *place);
            for same in found.chunk_by(|a, b| a.0 == b.0) {
                at.entry(same[0].0).or_default().add_customer(same.iter().map(|&(_, value, origin)| (value, origin)));
            }
            found.clear();
        }
        partial.at = at.into_iter().collect();
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        partial.events += other.events;
        partial.journeys += other.journeys;
        let mut at: BTreeMap<Place, MoodSums> = std::mem::take(&mut partial.at).into_iter().collect();
        for (place, sums) in &other.at {
            at.entry(*place).or_default().merge(sums);
        }
        partial.at = at.into_iter().collect();
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Moods {
        let label = |code: u16| about.names.label(code);
        let (mut touchpoints, mut edges) = (Vec::new(), Vec::new());
        for ((before, here), sums) in &partial.at {
            let felt = Felt::of(sums);
            match before {
                None => touchpoints.push(MoodAt { touchpoint: label(*here), felt }),
                Some(before) => edges.push(MoodOn { from: label(*before), to: label(*here), felt }),
            }
        }
        touchpoints.sort_by(|a, b| b.felt.n.cmp(&a.felt.n).then_with(|| a.touchpoint.cmp(&b.touchpoint)));
        edges.sort_by(|a, b| b.felt.n.cmp(&a.felt.n).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
        let moods = touchpoints.iter().map(|at| at.felt.n).sum();
        let (journeys, events) = (partial.journeys, partial.events);
        Moods { journeys, events, moods, touchpoints, edges, coverage: about.coverage.clone() }
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let figure = |(place, sums): &(Place, MoodSums)| Figure {
            what: if place.0.is_none() { "mean mood" } else { "mean mood on the way" },
            subject: place.0.map_or(Subject::Touchpoint(place.1), |before| Subject::Pair(before, place.1)),
            measure: Measure::Mean { sum: sums.sum() as f64, n: sums.n() },
        };
        let mut listed: Vec<&(Place, MoodSums)> = partial.at.iter().collect();
        listed.sort_by_key(|(place, sums)| (place.0.is_some(), std::cmp::Reverse(sums.n())));
        listed.into_iter().map(figure).collect()
    }

    fn bytes(&self, partial: &Partial) -> usize {
        partial.at.len() * size_of::<(Place, MoodSums)>()
    }
}

/// How customers felt.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moods {
    /// Number of journeys.
    pub journeys: u64,
    /// Number of events in them.
    pub events: u64,
    /// Events that tell a mood.
    pub moods: u64,
    /// Where moods were told, most moods first, equal ones by name.
    pub touchpoints: Vec<MoodAt>,
    /// The same by where the journey came from directly.
    pub edges: Vec<MoodOn>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// How customers felt at a touchpoint.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MoodAt {
    /// What it is shown as.
    pub touchpoint: String,
    /// How they felt.
    #[serde(flatten)]
    pub felt: Felt,
}

/// How customers felt at a touchpoint to which they came directly from another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MoodOn {
    /// The touchpoint before.
    pub from: String,
    /// Where the mood was told.
    pub to: String,
    /// How they felt.
    #[serde(flatten)]
    pub felt: Felt,
}

impl Answer for Moods {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("journeys", self.journeys), ("events", self.events), ("moods", self.moods)]
    }

    fn tables(&self) -> Vec<Table> {
        let end = |felt: &Felt, end: usize| felt.interval.map(|interval| interval[end]);
        let touchpoints = Table::of("touchpoints", &self.touchpoints)
            .text("touchpoint", |row| row.touchpoint.clone())
            .count("n", |row| row.felt.n)
            .count("customers", |row| row.felt.customers)
            .number("mean", |row| Some(row.felt.mean))
            .number("mean_low", |row| end(&row.felt, 0))
            .number("mean_high", |row| end(&row.felt, 1));
        let edges = Table::of("edges", &self.edges)
            .text("from", |row| row.from.clone())
            .text("to", |row| row.to.clone())
            .count("n", |row| row.felt.n)
            .count("customers", |row| row.felt.customers)
            .number("mean", |row| Some(row.felt.mean))
            .number("mean_low", |row| end(&row.felt, 0))
            .number("mean_high", |row| end(&row.felt, 1));
        vec![touchpoints.done(), edges.done()]
    }
}
