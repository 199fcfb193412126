//! The step matrix: where journeys are at their first, second, third event, or around an anchor.

use model::Invalid;
use serde::{Deserialize, Serialize};

use crate::compare::{Figure, Measure, Subject};
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, Kernel};
use crate::names::Names;
use crate::questions::Question;
use crate::rate::share;
use crate::report::{Answer, Table};
use crate::settings::{Setting, Settings};

/// Most columns a matrix may have on one side.
pub const MOST_COLUMNS: usize = 1_000;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepsQuestion {
    /// Columns from the first event on; with an anchor, columns before it and columns after it.
    pub steps: usize,
    /// The touchpoint whose first event in a journey is step 0; journeys without it are left out.
    pub anchor: Option<String>,
}

impl Question for StepsQuestion {
    const NAME: &'static str = "steps";
    const WHAT: &'static str = "Where journeys are at each step, or around an anchor";
    const SETTINGS: &'static [Setting] = &[
        Setting::new("steps", "COUNT", "Columns; with an anchor, on each side of it", "10"),
        Setting::optional("anchor", "NAME", "Step 0 is a journey's first event at this touchpoint"),
    ];
    type Kernel = StepsKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        Ok(Self { steps: settings.count("steps", 1..=MOST_COLUMNS)?, anchor: settings.text("anchor") })
    }

    fn kernel(&self, names: &Names<'_>) -> Result<StepsKernel, Invalid> {
        let anchor = self.anchor.as_ref().map(|anchor| names.code(anchor));
        Ok(StepsKernel { labels: names.labels.len(), steps: self.steps, anchor })
    }
}

/// The step matrix in codes.
#[derive(Clone, Copy, Debug)]
pub struct StepsKernel {
    labels: usize,
    steps: usize,
    /// The outer none: no anchor asked for; the inner: no event was ever there.
    anchor: Option<Option<u16>>,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    /// Journeys in the matrix.
    journeys: u64,
    /// Journeys without the anchor.
    without_anchor: u64,
    /// Column by column: journeys that are there, by code.
    there: Vec<u64>,
    /// By number of events before step 0, the last entry for all that have more: how many journeys.
    before: Vec<u64>,
    /// By number of events from step 0 on, the last entry for all that have more: how many journeys.
    after: Vec<u64>,
}

impl StepsKernel {
    fn before(&self) -> usize {
        if self.anchor.is_some() { self.steps } else { 0 }
    }

    fn columns(&self) -> usize {
        if self.anchor.is_some() { 2 * self.steps + 1 } else { self.steps }
    }

    fn prepare(&self, partial: &mut Partial) {
        partial.there.resize(self.columns() * self.labels, 0);
        partial.before.resize(self.before() + 1, 0);
        partial.after.resize(self.columns() - self.before() + 1, 0);
    }
}

impl Kernel for StepsKernel {
    type Partial = Partial;
    type Answer = StepMatrix;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        self.prepare(partial);
        let (before, after) = (self.before(), self.columns() - self.before());
        for span in slice.spans {
            let (codes, _) = slice.journey(*span);
            partial.events += codes.len() as u64;
            let zero = match self.anchor {
                None => Some(0),
                Some(anchor) => codes.iter().position(|&code| Some(code) == anchor),
            };
            let Some(zero) = zero else {
                partial.without_anchor += 1;
                continue;
            };
            partial.journeys += 1;
            let first = zero.saturating_sub(before);
            let last = codes.len().min(zero + after);
            partial.before[zero - first] += 1;
            partial.after[last - zero] += 1;
            let column = before - (zero - first);
            for (cell, &code) in partial.there[column * self.labels..].chunks_mut(self.labels).zip(&codes[first..last])
            {
                cell[usize::from(code)] += 1;
            }
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        self.prepare(partial);
        partial.events += other.events;
        partial.journeys += other.journeys;
        partial.without_anchor += other.without_anchor;
        let pairs =
            [(&mut partial.there, other.there), (&mut partial.before, other.before), (&mut partial.after, other.after)];
        for (mine, more) in pairs {
            for (mine, more) in mine.iter_mut().zip(more) {
                *mine += more;
            }
        }
    }

    fn finish(&self, mut partial: Partial, about: &About<'_>) -> StepMatrix {
        self.prepare(&mut partial);
        let first = if self.anchor.is_some() { -(self.steps as i64) } else { 1 };
        let row = |name: &str, journeys: Vec<u64>| -> Option<StepRow> {
            journeys.iter().any(|&count| count > 0).then(|| StepRow {
                touchpoint: name.to_owned(),
                share: journeys.iter().map(|&count| share(count, partial.journeys)).collect(),
                journeys,
            })
        };
        let column = |index: usize| &partial.there[index * self.labels..(index + 1) * self.labels];
        let named = about.names.labels.iter().enumerate();
        let mut rows: Vec<StepRow> = named
            .filter_map(|(code, label)| row(label, (0..self.columns()).map(|index| column(index)[code]).collect()))
            .collect();
        let total = |row: &StepRow| row.journeys.iter().sum::<u64>();
        rows.sort_by(|a, b| total(b).cmp(&total(a)).then_with(|| a.touchpoint.cmp(&b.touchpoint)));
        // A journey with k events before step 0 has not begun in the columns before those.
        let not_begun = |index: usize| partial.before.iter().take(self.before().saturating_sub(index)).sum();
        let over = |index: usize| partial.after.iter().take((index + 1).saturating_sub(self.before())).sum();
        StepMatrix {
            journeys: partial.journeys,
            without_anchor: partial.without_anchor,
            steps: (first..first + self.columns() as i64).collect(),
            rows,
            path_start: row("path_start", (0..self.columns()).map(not_begun).collect()),
            path_end: row("path_end", (0..self.columns()).map(over).collect()),
            coverage: about.coverage.clone(),
        }
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let cells = (0..self.columns()).flat_map(|column| (0..self.labels).map(move |code| (column, code)));
        let figure = |(column, code)| Figure {
            what: "share of journeys",
            subject: Subject::Step(column as u32, Some(code as u16)),
            measure: Measure::Share {
                part: partial.there.get(column * self.labels + code).copied().unwrap_or_default(),
                whole: partial.journeys,
                of_customers: false,
            },
        };
        cells.map(figure).collect()
    }

    fn bytes(&self, partial: &Partial) -> usize {
        partial.there.len() * 8
    }
}

/// The step matrix. In each column the shares of all rows, `path_start` and `path_end` among them, add up to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepMatrix {
    /// Journeys in the matrix; the n of every share.
    pub journeys: u64,
    /// Journeys left out because they never come to the anchor.
    pub without_anchor: u64,
    /// The columns: 1 is a journey's first event; with an anchor, 0 is its first event at the anchor.
    pub steps: Vec<i64>,
    /// Touchpoints that occur in the columns, the most frequent first, equal ones by name.
    pub rows: Vec<StepRow>,
    /// Journeys that have not begun yet; none where all have.
    pub path_start: Option<StepRow>,
    /// Journeys that are over; none where none is.
    pub path_end: Option<StepRow>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// A row of the step matrix, by column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepRow {
    /// What it is shown as.
    pub touchpoint: String,
    /// Journeys that are there at each step.
    pub journeys: Vec<u64>,
    /// The same as shares of all journeys in the matrix; undefined if there is none.
    pub share: Vec<Option<f64>>,
}

impl Answer for StepMatrix {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        let mut totals = vec![("journeys", self.journeys)];
        if self.without_anchor > 0 {
            totals.push(("journeys without the anchor", self.without_anchor));
        }
        totals
    }

    fn tables(&self) -> Vec<Table> {
        let rows: Vec<&StepRow> = self.path_start.iter().chain(&self.rows).chain(&self.path_end).collect();
        let mut table = Table::of("steps", &rows).text("touchpoint", |row| row.touchpoint.clone());
        for (index, step) in self.steps.iter().enumerate() {
            table = table.heat(step.to_string(), |row| row.share[index]);
        }
        vec![table.done()]
    }
}
