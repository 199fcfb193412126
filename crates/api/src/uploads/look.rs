//! What is in a file, and what its columns could mean.

use engine::look_into_file;
use ingest::files::{FileError, Plan, PlannedColumn, Role, Words};
use serde::Serialize;

use super::upload::Upload;
use crate::problem::{INVALID, Problem};

/// Examples shown of a column.
const EXAMPLES: usize = 3;

/// What a look into a file shows.
#[derive(Serialize)]
pub(super) struct Look {
    #[serde(flatten)]
    plan: Reading,
    columns: Vec<Column>,
    /// The options that were given, and in the place of the others what was guessed.
    guess: Words,
    /// The first rows as texts, in the order of the columns.
    preview: Vec<Vec<String>>,
    /// What is left open, and which option decides it.
    undecided: Option<String>,
}

/// How a file is going to be read.
#[derive(Serialize)]
pub(super) struct Reading {
    format: &'static str,
    format_reason: String,
    gzip: bool,
    time_format_reason: Option<String>,
    notes: Vec<String>,
    sample: Vec<serde_json::Value>,
}

/// One column.
#[derive(Serialize)]
struct Column {
    name: String,
    guess: Role,
    reason: String,
    examples: Vec<String>,
}

impl Look {
    pub(super) fn into_file(upload: &Upload, words: &Words) -> Result<Self, Problem> {
        let looked = look_into_file(&upload.path, &words.options()?).map_err(|error| unreadable(upload, error))?;
        let plan = looked.plan;
        let undecided = looked.undecided.map(|error| in_upload(upload, error).to_string());
        let columns = plan.columns.iter().enumerate().map(|(index, column)| Column {
            name: column.name.clone(),
            guess: column.role,
            reason: column.reason.clone(),
            examples: examples(&plan.rows, index),
        });
        let columns = columns.collect();
        let guess = guessed(&plan, words);
        let preview = plan.rows.clone();
        Ok(Self { plan: Reading::of(plan), columns, guess, preview, undecided })
    }
}

impl Reading {
    pub(super) fn of(plan: Plan) -> Self {
        Self {
            format: plan.format.as_str(),
            format_reason: plan.format_reason,
            gzip: plan.gzip,
            time_format_reason: plan.time_format.map(|time| time.reason),
            notes: plan.notes,
            sample: plan.sample,
        }
    }
}

/// The same error, naming the file as its sender knows it and not where it lies.
pub(super) fn in_upload(upload: &Upload, error: FileError) -> FileError {
    FileError { file: upload.name.clone(), ..error }
}

pub(super) fn unreadable(upload: &Upload, error: FileError) -> Problem {
    Problem::new(INVALID, in_upload(upload, error).to_string()).coded("unreadable_file")
}

/// Different values of a column among the first rows.
fn examples(rows: &[Vec<String>], column: usize) -> Vec<String> {
    let mut examples: Vec<String> = Vec::with_capacity(EXAMPLES);
    for value in rows.iter().filter_map(|row| row.get(column)).filter(|value| !value.is_empty()) {
        if examples.len() == EXAMPLES {
            break;
        }
        if !examples.contains(value) {
            examples.push(value.clone());
        }
    }
    examples
}

/// What was told, and in the place of the rest what was guessed: as options that mean the same.
fn guessed(plan: &Plan, told: &Words) -> Words {
    let named = |role: Role| {
        let columns = plan.columns.iter().filter(move |column| column.role == role);
        columns.map(|column: &PlannedColumn| column.name.clone())
    };
    let object_type = plan.object_type.as_ref().map(|guess| guess.value.clone());
    let time: Vec<String> = named(Role::Time).collect();
    let time_format = plan.time_format.as_ref();
    Words {
        format: Some(plan.format.as_str().to_owned()),
        customer: told.customer.clone().or(object_type).or_else(|| named(Role::Customer).next()),
        customer_kind: Some(plan.customer_kind.clone()),
        touchpoint: told.touchpoint.clone().or_else(|| named(Role::Touchpoint).next()),
        time: told.time.clone().or_else(|| (!time.is_empty()).then(|| time.join("+"))),
        channel: told.channel.clone().or_else(|| named(Role::Channel).next()),
        time_format: told.time_format.clone().or_else(|| time_format.map(|time| time.format.as_str().to_owned())),
        time_zone: told.time_zone.clone().or_else(|| time_format.map(|time| time.zone.clone())),
        delimiter: told.delimiter.clone().or_else(|| plan.delimiter.as_ref().map(|guess| guess.value.clone())),
        encoding: told.encoding.clone().or_else(|| plan.encoding.as_ref().map(|guess| guess.value.clone())),
        decimal_comma: told.decimal_comma || plan.decimal_comma,
        identifier: told.identifier.clone(),
        source: told.source.clone(),
    }
}
