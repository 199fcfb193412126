//! The register of touchpoints as a table, both ways.
//!
//! A column a field, the id first; lists are parted by `|`. Only columns that are there change anything: a table of `id` and
//! `owner` changes owners. An empty cell empties its field. What would change is told row by row, and so is what is wrong; one
//! wrong row, and nothing may be written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use model::{DocumentKind, Invalid, Touchpoint, check_body, is_slug};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cells::{Cell, Column, Sort, read as read_cell, written};
use crate::format::{CSV_TYPE, XLSX_TYPE};
use crate::grid::{self, Grid, Row};
use crate::names::slug;
use crate::workbook::{self, Sheet};
use crate::{Note, NoteCode};

const SHEET: &str = "touchpoints";
const ID: &str = "id";
/// The fields of a touchpoint in their order.
const FIELDS: [Column; 18] = [
    ("title", Sort::Text),
    ("description", Sort::Text),
    ("channel", Sort::Text),
    ("peso", Sort::Word(&["paid", "earned", "shared", "owned"])),
    ("moment", Sort::Word(&["before", "during", "after"])),
    ("parent", Sort::Text),
    ("owner", Sort::Text),
    ("deputy", Sort::Text),
    ("control", Sort::Word(&["full", "influence", "none"])),
    ("importance_to_customer", Sort::Number),
    ("importance_to_business", Sort::Number),
    ("reach_per_year", Sort::Number),
    ("cost_per_year", Sort::Number),
    ("currency", Sort::Text),
    ("evidence", Sort::Word(&["assumed", "partly", "measured"])),
    ("promises", Sort::List),
    ("questions", Sort::List),
    ("review_on", Sort::Text),
];
const REMIND: Column = ("remind_before", Sort::Text);
/// Most errors that are told.
const MOST_ERRORS: usize = 200;

fn fields() -> impl Iterator<Item = Column> {
    FIELDS.into_iter().chain([REMIND])
}

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableFormat {
    /// RFC 4180.
    Csv,
    /// Office Open XML.
    Xlsx,
}

impl TableFormat {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Xlsx];

    /// Its name in requests and on the command line, and the end of a file's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The media type, with the parameters of a `Content-Type`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => CSV_TYPE,
            Self::Xlsx => XLSX_TYPE,
        }
    }
}

impl fmt::Display for TableFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for TableFormat {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|format| format.name() == text);
        found.ok_or_else(|| Invalid::new("format", text, "is none of csv, xlsx"))
    }
}

/// What a table would change.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Changes {
    /// Row by row, those without an error.
    pub rows: Vec<RowChange>,
    /// What is wrong; nothing may be written while there is something.
    pub errors: Vec<RowError>,
    /// What was not taken over.
    pub notes: Vec<Note>,
}

/// What a row would change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowChange {
    /// The line of the file or the row of the sheet, from 1.
    pub row: usize,
    /// The touchpoint.
    pub id: String,
    /// Whether it is there already.
    pub what: Verdict,
    /// The fields that would change.
    pub fields: Vec<FieldChange>,
    /// The touchpoint as it would be.
    #[serde(skip)]
    pub touchpoint: Touchpoint,
}

/// Whether a row changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The touchpoint is not in the register yet.
    New,
    /// Some of its fields change.
    Changed,
    /// All is as it is.
    Same,
}

/// A field that would change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldChange {
    /// Its name.
    pub field: &'static str,
    /// What it is; `null` if it is not there.
    pub from: Value,
    /// What it would be.
    pub to: Value,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// The line of the file or the row of the sheet, from 1.
    pub row: usize,
    /// The column as it is called in the file; empty where the row as a whole is meant.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// What is wrong with it, to be read after the value.
    pub reason: String,
}

impl RowError {
    /// Where: `row 4, column peso`.
    pub fn place(&self) -> String {
        let column = if self.column.is_empty() { String::new() } else { format!(", column {}", self.column) };
        format!("row {}{column}", self.row)
    }

    /// What is wrong, with the value.
    pub fn told(&self) -> String {
        let invalid = if self.value.is_empty() {
            Invalid::missing("", &self.reason)
        } else {
            Invalid::new("", &self.value, &self.reason)
        };
        invalid.to_string()
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place(), self.told())
    }
}

/// The register as a table.
///
/// # Errors
/// A text that is longer than a cell may be, with its place.
pub fn write(format: TableFormat, register: &BTreeMap<String, Touchpoint>) -> Result<Vec<u8>, Invalid> {
    let header: Vec<String> = std::iter::once(ID).chain(fields().map(|(name, _)| name)).map(str::to_owned).collect();
    let row = |(id, touchpoint): (&String, &Touchpoint)| {
        let value = serde_json::to_value(touchpoint).expect("plans are JSON");
        let cells = fields().map(|(name, sort)| written(value.get(name), sort));
        std::iter::once(Cell::Text(id.clone())).chain(cells).collect()
    };
    let rows: Vec<Vec<Cell>> = register.iter().map(row).collect();
    match format {
        TableFormat::Csv => Ok(grid::write_csv(&header, &rows)),
        TableFormat::Xlsx => workbook::write(&[Sheet { name: SHEET, header, rows }]),
    }
}

/// What a table would change in a register.
///
/// # Errors
/// The file is no table at all, or has neither ids nor titles. What is wrong with single rows stands in the answer.
pub fn changes(format: TableFormat, bytes: &[u8], register: &BTreeMap<String, Touchpoint>) -> Result<Changes, Invalid> {
    let mut notes = Vec::new();
    let grid = match format {
        TableFormat::Csv => grid::read_csv(bytes)?.ok_or_else(|| Invalid::missing("file", "holds no table"))?,
        TableFormat::Xlsx => {
            let mut grids = workbook::read(bytes)?;
            if grids.is_empty() {
                return Err(Invalid::missing("file", "holds no sheet with anything in it"));
            }
            let wanted =
                grids.iter().position(|grid| grid.sheet.trim().eq_ignore_ascii_case(SHEET)).unwrap_or_default();
            let grid = grids.remove(wanted);
            for other in grids {
                notes.push(Note::left_out(
                    format!("sheet {}", other.sheet),
                    format!("only the sheet {} is read", grid.sheet),
                ));
            }
            grid
        }
    };
    grid.tell_unknown(|name| alias(name) == ID || fields().any(|(field, _)| field == alias(name)), &mut notes);
    let names: Vec<&str> = grid.header.iter().map(|name| alias(name)).collect();
    if !names.iter().any(|name| matches!(*name, ID | "title")) {
        return Err(Invalid::missing(grid.row(1), "no column is called id or title: which touchpoint is meant?"));
    }
    if let Some(twice) = (1..names.len()).find(|at| !names[*at].is_empty() && names[..*at].contains(&names[*at])) {
        return Err(Invalid::new(grid.row(1), &grid.header[twice], "is the name of two columns"));
    }
    let mut reading =
        Reading { grid: &grid, names, register, rows: Vec::new(), errors: Vec::new(), seen: BTreeSet::new() };
    for row in &grid.rows {
        reading.row(row);
    }
    reading.check_parents();
    let Reading { rows, mut errors, .. } = reading;
    errors.sort_by_key(|error| error.row);
    if errors.len() > MOST_ERRORS {
        notes.push(Note::new(
            NoteCode::LeftOut,
            "",
            format!("{} more errors are not told", errors.len() - MOST_ERRORS),
        ));
        errors.truncate(MOST_ERRORS);
    }
    Ok(Changes { rows, errors, notes: Note::few(notes) })
}

/// Other names of columns, as people write them.
fn alias(name: &str) -> &str {
    match name {
        "name" | "touchpoint" => "title",
        other => other,
    }
}

struct Reading<'a> {
    grid: &'a Grid,
    names: Vec<&'a str>,
    register: &'a BTreeMap<String, Touchpoint>,
    rows: Vec<RowChange>,
    errors: Vec<RowError>,
    seen: BTreeSet<String>,
}

impl Reading<'_> {
    fn row(&mut self, row: &Row) {
        let before = self.errors.len();
        let mut told: Map<String, Value> = Map::new();
        let mut id = String::new();
        for (place, text) in row.cells.iter().enumerate() {
            let name = self.names[place];
            if name == ID {
                text.trim().clone_into(&mut id);
                continue;
            }
            let Some((_, sort)) = fields().find(|(field, _)| *field == name) else { continue };
            match read_cell(text, sort) {
                // What is there and empty empties the field.
                Ok(value) => drop(told.insert(name.to_owned(), value.unwrap_or_default())),
                Err(reason) => self.wrong(row, name, text, reason),
            }
        }
        let title = told.get("title").and_then(Value::as_str).unwrap_or_default();
        if id.is_empty() {
            // Whoever writes a list of names means touchpoints; the same name always means the same one.
            id = slug(title);
        }
        if !is_slug(&id) {
            let reason = if id.is_empty() {
                "has neither an id nor a title to make one of"
            } else {
                "is not a name of lower case letters, digits, - and _, 80 at most"
            };
            self.wrong(row, if id.is_empty() { "" } else { ID }, &id, reason);
            return;
        }
        if !self.seen.insert(id.clone()) {
            self.wrong(row, ID, &id, "is the id of another row already");
            return;
        }
        if self.errors.len() > before {
            return;
        }
        let current = self.register.get(&id);
        let was = current
            .map(|touchpoint| serde_json::to_value(touchpoint).expect("plans are JSON"))
            .unwrap_or_else(|| Map::new().into());
        let mut body = was.clone();
        for (name, value) in &told {
            let members = body.as_object_mut().expect("a touchpoint is an object");
            if value.is_null() {
                members.remove(name);
            } else {
                members.insert(name.clone(), value.clone());
            }
        }
        if body.get("title").is_none() {
            self.wrong(row, "title", "", "is missing");
            return;
        }
        let touchpoint = serde_json::from_value::<Touchpoint>(body.clone());
        let touchpoint =
            match touchpoint.map_err(|error| Invalid::missing("", error.to_string())).and_then(|touchpoint| {
                check_body(DocumentKind::Touchpoint, &id, &body)?;
                Ok(touchpoint)
            }) {
                Ok(touchpoint) => touchpoint,
                Err(invalid) => {
                    // What is wrong may stand in the register, and the table only made it so.
                    let value = body.get(&invalid.path).map(|value| match (value.as_str(), value.as_f64()) {
                        (Some(text), _) => text.to_owned(),
                        (None, Some(number)) => number.to_string(),
                        (None, None) => value.to_string(),
                    });
                    self.wrong(row, &invalid.path, &value.unwrap_or_default(), invalid.reason);
                    return;
                }
            };
        let body = serde_json::to_value(&touchpoint).expect("plans are JSON");
        let of = |value: &Value, field: &str| value.get(field).cloned().unwrap_or_default();
        let changed = fields().filter(|(field, _)| of(&was, field) != of(&body, field));
        let changed: Vec<FieldChange> =
            changed.map(|(field, _)| FieldChange { field, from: of(&was, field), to: of(&body, field) }).collect();
        let what = match current {
            None => Verdict::New,
            Some(_) if changed.is_empty() => Verdict::Same,
            Some(_) => Verdict::Changed,
        };
        self.rows.push(RowChange { row: row.number, id, what, fields: changed, touchpoint });
    }

    fn wrong(&mut self, row: &Row, column: &str, value: &str, reason: impl Into<String>) {
        // As it is called in the file, if it is there.
        let written =
            self.names.iter().position(|name| *name == column).map_or(column, |place| self.grid.header[place].as_str());
        let value: String = value.chars().take(80).collect();
        self.errors.push(RowError { row: row.number, column: written.to_owned(), value, reason: reason.into() });
    }

    /// A touchpoint may be a part of one that is there, and not of itself, however far the way.
    fn check_parents(&mut self) {
        let mut parents: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for (id, touchpoint) in self.register {
            parents.insert(id, touchpoint.parent.as_deref());
        }
        for row in &self.rows {
            parents.insert(&row.id, row.touchpoint.parent.as_deref());
        }
        // Whoever stands in a row with an error is meant to be there.
        let is_there = |id: &str| parents.contains_key(id) || self.seen.contains(id);
        let mut wrong = Vec::new();
        for row in &self.rows {
            let Some(parent) = row.touchpoint.parent.as_deref() else { continue };
            if !is_there(parent) {
                wrong.push((row.row, parent.to_owned(), "is neither in the register nor in this file"));
                continue;
            }
            let (mut at, mut steps) = (Some(parent), 0);
            while let Some(id) = at.filter(|id| *id != row.id && steps <= parents.len()) {
                at = parents.get(id).copied().flatten();
                steps += 1;
            }
            if at == Some(row.id.as_str()) {
                wrong.push((row.row, parent.to_owned(), "is a part of this touchpoint itself"));
            }
        }
        for (number, parent, reason) in wrong {
            let row = Row { number, cells: Vec::new() };
            self.wrong(&row, "parent", &parent, reason);
        }
        let broken: BTreeSet<usize> = self.errors.iter().map(|error| error.row).collect();
        self.rows.retain(|row| !broken.contains(&row.row));
    }
}
