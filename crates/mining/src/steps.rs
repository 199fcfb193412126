//! The step matrix: where journeys are at their first, second, third event, or around an anchor.

use std::num::NonZeroUsize;

use model::Invalid;
use serde::{Deserialize, Serialize};

use crate::journeys::{Coverage, Journeys, Slice};
use crate::rate::share;
use crate::threads;

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

/// What one scan counted. Partials of slices merge in any order to the partial of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    /// Journeys in the matrix.
    journeys: u64,
    /// Journeys without the anchor.
    without_anchor: u64,
    /// By column: journeys that had not begun, that were over, and then by code.
    columns: Vec<Vec<u64>>,
}

const NOT_BEGUN: usize = 0;
const OVER: usize = 1;
const FIRST_CODE: usize = 2;

/// Counts where some journeys are at each step. `labels` is the number of codes, `anchor` the code of step 0 (the outer
/// `None`: no anchor asked for; the inner: no event was ever there).
pub fn scan(slice: &Slice<'_>, labels: usize, steps: usize, anchor: Option<Option<u16>>) -> Partial {
    let before = if anchor.is_some() { steps } else { 0 };
    let columns = if anchor.is_some() { 2 * steps + 1 } else { steps };
    let mut partial = Partial { columns: vec![vec![0; labels + FIRST_CODE]; columns], ..Partial::default() };
    for span in slice.spans {
        let codes = &slice.codes[span.range()];
        partial.events += codes.len() as u64;
        let zero = match anchor {
            None => Some(0),
            Some(anchor) => codes.iter().position(|&code| Some(code) == anchor),
        };
        let Some(zero) = zero else {
            partial.without_anchor += 1;
            continue;
        };
        partial.journeys += 1;
        for (column, counts) in partial.columns.iter_mut().enumerate() {
            let row = match (zero + column).checked_sub(before) {
                None => NOT_BEGUN,
                Some(event) => codes.get(event).map_or(OVER, |&code| usize::from(code) + FIRST_CODE),
            };
            counts[row] += 1;
        }
    }
    partial
}

impl Partial {
    /// The partial of both slices. Whose codes mean different things must not be merged.
    #[must_use]
    pub fn merge(mut self, mut other: Self) -> Self {
        if self.columns.is_empty() {
            std::mem::swap(&mut self, &mut other);
        }
        self.events += other.events;
        self.journeys += other.journeys;
        self.without_anchor += other.without_anchor;
        for (mine, more) in self.columns.iter_mut().flatten().zip(other.columns.iter().flatten()) {
            *mine += more;
        }
        self
    }

    /// The answer.
    pub fn finish(&self, question: &StepsQuestion, labels: &[String], coverage: &Coverage) -> StepMatrix {
        let first = if question.anchor.is_some() { -(question.steps as i64) } else { 1 };
        let row = |index: usize, name: &str| -> Option<StepRow> {
            let journeys: Vec<u64> = self.columns.iter().map(|column| column[index]).collect();
            journeys.iter().any(|&count| count > 0).then(|| StepRow {
                touchpoint: name.to_owned(),
                share: journeys.iter().map(|&count| share(count, self.journeys)).collect(),
                journeys,
            })
        };
        let named = labels.iter().enumerate();
        let mut rows: Vec<StepRow> = named.filter_map(|(code, label)| row(code + FIRST_CODE, label)).collect();
        let total = |row: &StepRow| row.journeys.iter().sum::<u64>();
        rows.sort_by(|a, b| total(b).cmp(&total(a)).then_with(|| a.touchpoint.cmp(&b.touchpoint)));
        StepMatrix {
            journeys: self.journeys,
            without_anchor: self.without_anchor,
            steps: (first..first + self.columns.len() as i64).collect(),
            rows,
            path_start: row(NOT_BEGUN, "path_start"),
            path_end: row(OVER, "path_end"),
            coverage: coverage.clone(),
        }
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
    #[serde(serialize_with = "Coverage::with_share")]
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

/// The step matrix of the journeys. Refused: no columns or too many.
pub fn steps(journeys: &Journeys<'_>, question: &StepsQuestion, threads: NonZeroUsize) -> Result<StepMatrix, Invalid> {
    if !(1..=MOST_COLUMNS).contains(&question.steps) {
        let reason = format!("lies outside 1 to {MOST_COLUMNS}");
        return Err(Invalid::new("steps", &question.steps.to_string(), reason));
    }
    let labels = journeys.labels();
    let code = |name: &String| labels.iter().position(|label| label == name).map(|code| code as u16);
    let anchor = question.anchor.as_ref().map(code);
    let slices = journeys.split(threads.get());
    let count = |slice: Slice<'_>| scan(&slice, labels.len(), question.steps, anchor);
    let partials = threads::map(slices, threads, |slice| slice.spans.len(), count);
    let merged = partials.into_iter().reduce(Partial::merge).unwrap_or_default();
    Ok(merged.finish(question, labels, journeys.coverage()))
}
