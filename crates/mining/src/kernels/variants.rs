//! Variants: journeys that are alike, touchpoint by touchpoint.

use model::Invalid;
use serde::{Deserialize, Serialize};

use crate::compare::{Figure, Measure, Subject};
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, Kernel};
use crate::names::Names;
use crate::questions::Question;
use crate::report::{Answer, Table};
use crate::sequences::Sequences;
use crate::settings::{Setting, Settings};

/// Most variants that are shown in full.
pub const MOST_TOP: usize = 10_000;

/// The most frequent variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariantsQuestion {
    /// How many in full.
    pub top: usize,
}

impl Question for VariantsQuestion {
    const NAME: &'static str = "variants";
    const WHAT: &'static str = "The most frequent whole sequences of touchpoints";
    const SETTINGS: &'static [Setting] = &[Setting::new("top", "COUNT", "How many are shown in full", "20")];
    type Kernel = VariantsKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        Ok(Self { top: settings.count("top", 1..=MOST_TOP)? })
    }

    fn kernel(&self, _: &Names<'_>) -> Result<VariantsKernel, Invalid> {
        Ok(VariantsKernel { top: self.top })
    }
}

/// Variants in codes.
#[derive(Clone, Copy, Debug)]
pub struct VariantsKernel {
    /// How many are shown in full.
    pub top: usize,
}

/// What was counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    /// Journeys scanned.
    pub journeys: u64,
    sequences: Sequences,
}

impl Partial {
    /// Each distinct sequence with how many journeys have it, in no order that means anything.
    pub fn sequences(&self) -> impl Iterator<Item = (&[u16], u32)> {
        self.sequences.iter()
    }

    /// The `top` most frequent sequences with how many journeys have each, equal ones by the names of their touchpoints.
    pub(crate) fn top(&self, top: usize, labels: &[String]) -> Vec<(&[u16], u32)> {
        self.sequences.top(top, labels)
    }
}

impl Kernel for VariantsKernel {
    type Partial = Partial;
    type Answer = Variants;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        partial.sequences.index();
        for span in slice.spans {
            let (codes, _) = slice.journey(*span);
            partial.events += codes.len() as u64;
            partial.journeys += 1;
            partial.sequences.add(codes, 1);
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        partial.events += other.events;
        partial.journeys += other.journeys;
        partial.sequences.merge(other.sequences);
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Variants {
        Variants::of(&partial, self.top, about)
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let figure = |(sequence, count): (&[u16], u32)| Figure {
            what: "share of journeys",
            subject: Subject::Sequence(sequence.into()),
            measure: Measure::Share { part: count.into(), whole: partial.journeys, of_customers: false },
        };
        partial.sequences.by_count().into_iter().map(figure).collect()
    }

    fn whole_of(&self, subject: &Subject) -> Option<Subject> {
        subject.without_next()
    }

    fn bytes(&self, partial: &Partial) -> usize {
        partial.sequences.bytes()
    }
}

impl Variants {
    fn of(partial: &Partial, top: usize, about: &About<'_>) -> Self {
        let mut so_far = 0;
        let first = partial.sequences.top(top, about.names.labels);
        let shown = first.into_iter().map(|(sequence, count)| {
            let journeys = u64::from(count);
            so_far += journeys;
            Variant {
                touchpoints: sequence.iter().map(|&code| about.names.label(code)).collect(),
                journeys,
                share: journeys as f64 / partial.journeys as f64,
                cumulative_share: so_far as f64 / partial.journeys as f64,
            }
        });
        Self {
            journeys: partial.journeys,
            events: partial.events,
            variants: partial.sequences.len() as u64,
            top: shown.collect(),
            coverage: about.coverage.clone(),
        }
    }
}

/// The variants of the journeys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variants {
    /// Number of journeys.
    pub journeys: u64,
    /// Number of events in them.
    pub events: u64,
    /// Number of distinct sequences.
    pub variants: u64,
    /// The most frequent ones, equal ones by the names of their touchpoints.
    pub top: Vec<Variant>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// One variant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variant {
    /// The whole sequence, repeats kept.
    pub touchpoints: Vec<String>,
    /// Journeys that have it.
    pub journeys: u64,
    /// Share of all journeys.
    pub share: f64,
    /// Share of all journeys that this and the variants before it cover.
    pub cumulative_share: f64,
}

impl Answer for Variants {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("journeys", self.journeys), ("variants", self.variants)]
    }

    fn tables(&self) -> Vec<Table> {
        let top = Table::of("variants", &self.top)
            .count("journeys", |variant| variant.journeys)
            .bar("share", |variant| Some(variant.share))
            .share("cumulative_share", |variant| Some(variant.cumulative_share))
            .text("touchpoints", |variant| variant.touchpoints.join(" > "));
        vec![top.done()]
    }
}
