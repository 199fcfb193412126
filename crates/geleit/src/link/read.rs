//! Person records out of a file, and what people decided about pairs of them.

use std::path::Path;

use anyhow::{Context, bail, ensure};
use ingest::files::{Format, Options, Table};
use linkage::{Field, Person, Records, Terms, field_of_header};
use serde::Serialize;

use crate::cli::Link;
use crate::show;

/// Names of columns, in small letters and without separators, that hold the id of a record.
const ID_NAMES: [&str; 12] = [
    "recordid",
    "recid",
    "id",
    "uniqueid",
    "customerid",
    "customerno",
    "customernumber",
    "kundennummer",
    "kundennr",
    "kundenid",
    "datensatz",
    "satznummer",
];

/// Bad rows that are shown; the rest is counted.
const SHOWN: u64 = 5;

/// A column and what it is taken for.
#[derive(Debug, Serialize)]
pub(super) struct PlannedColumn {
    pub(super) name: String,
    /// A field's name, `id`, `truth`, or `unused`.
    pub(super) role: String,
}

/// What a file holds.
#[derive(Debug)]
pub(super) struct Read {
    /// In the order of their ids.
    pub(super) records: Records,
    /// For each record the number of its row among the good ones.
    pub(super) row_of: Vec<u32>,
    /// For each record the number of the person it truly is, where a column says so.
    pub(super) truth: Option<Vec<u32>>,
    pub(super) columns: Vec<PlannedColumn>,
    pub(super) bad_rows: u64,
    /// True if a column holds the records' ids; else they are numbers of rows.
    pub(super) has_ids: bool,
}

pub(super) fn records(args: &Link) -> anyhow::Result<Read> {
    let mut table = Table::open(&args.file, &options(args)?)?;
    let (roles, id, truth_column) = roles(args, table.columns())?;
    let columns = planned(table.columns(), &roles, id, truth_column);
    ensure!(
        roles.iter().any(Option::is_some),
        "{}: no column holds what tells people apart; columns found: {}; say which with --column FIELD=COL",
        args.file.display(),
        table.columns().join(", ")
    );
    let (mut records, mut people, mut truth) = (Records::new(), Terms::default(), Vec::new());
    let mut bad_rows = 0;
    table.for_each(|row| {
        let fields = match row {
            Ok(fields) => fields,
            Err(error) => return refuse(&mut bad_rows, &error.to_string()),
        };
        let number = (records.len() + 1).to_string();
        let record_id = id.map_or(number.as_str(), |column| fields[column].trim());
        if record_id.is_empty() {
            return refuse(&mut bad_rows, &format!("{}: a row has no id", args.file.display()));
        }
        let mut person = Person::default();
        for (field, role) in fields.iter().zip(&roles) {
            if let Some(role) = role {
                person.set(*role, field);
            }
        }
        records.push(record_id, &person);
        if let Some(column) = truth_column {
            // A person without a number is a person of its own.
            let alone = format!("\u{0}{number}");
            truth.push(people.intern(if fields[column].is_empty() { &alone } else { &fields[column] }));
        }
    })?;
    if bad_rows > SHOWN {
        show::note(&format!("{bad_rows} rows could not be read; {SHOWN} are shown"));
    }
    let (records, row_of) =
        records.sorted_by_id().with_context(|| format!("{}: give --id COL", args.file.display()))?;
    let truth = truth_column.map(|_| row_of.iter().map(|&row| truth[row as usize]).collect());
    Ok(Read { records, row_of, truth, columns, bad_rows, has_ids: id.is_some() })
}

fn refuse(bad_rows: &mut u64, reason: &str) {
    *bad_rows += 1;
    if *bad_rows <= SHOWN {
        show::note(reason);
    }
}

fn options(args: &Link) -> anyhow::Result<Options> {
    Ok(Options {
        format: args.format.as_deref().map(str::parse::<Format>).transpose().context("--format")?,
        delimiter: match args.delimiter.as_deref() {
            None => None,
            Some("tab" | "\\t") => Some(b'\t'),
            Some(text) if text.len() == 1 => Some(text.as_bytes()[0]),
            Some(text) => bail!("--delimiter {text:?} is not one character"),
        },
        encoding: args.encoding.clone(),
        sheet: args.sheet.clone(),
        ..Options::default()
    })
}

/// What each column holds, and the columns of the id and of the truth.
type Roles = (Vec<Option<Field>>, Option<usize>, Option<usize>);

fn roles(args: &Link, columns: &[String]) -> anyhow::Result<Roles> {
    let column = |name: &str, option: &str| {
        let found = columns.iter().position(|column| column == name);
        found.with_context(|| format!("{option} {name:?} is none of the columns: {}", columns.join(", ")))
    };
    let truth = args.truth.as_deref().map(|name| column(name, "--truth")).transpose()?;
    let id = match &args.id {
        Some(name) => Some(column(name, "--id")?),
        None => {
            let bare = |name: &String| name.to_lowercase().replace(['_', '-', ' ', '.'], "");
            ID_NAMES.iter().find_map(|known| columns.iter().position(|name| bare(name) == *known))
        }
    };
    let mut roles: Vec<Option<Field>> = vec![None; columns.len()];
    let mut told = Vec::new();
    for written in &args.column {
        let Some((field_name, column_name)) = written.split_once('=') else {
            bail!("--column {written:?} is not FIELD=COL");
        };
        let field = Field::ALL.into_iter().find(|field| field.as_str() == field_name).with_context(|| {
            format!("--column {field_name:?} is none of {}", Field::ALL.map(Field::as_str).join(", "))
        })?;
        told.push(field);
        if !column_name.is_empty() {
            roles[column(column_name, "--column")?] = Some(field);
        }
    }
    for (index, name) in columns.iter().enumerate() {
        if roles[index].is_none() && Some(index) != id && Some(index) != truth {
            // The first column of a meaning has it; a further one would only hide it.
            let guess = field_of_header(name);
            roles[index] = guess.filter(|field| !told.contains(field) && !roles.contains(&Some(*field)));
        }
    }
    Ok((roles, id, truth))
}

fn planned(columns: &[String], roles: &[Option<Field>], id: Option<usize>, truth: Option<usize>) -> Vec<PlannedColumn> {
    let role = |index: usize| match roles[index] {
        Some(field) => field.as_str(),
        None if Some(index) == id => "id",
        None if Some(index) == truth => "truth",
        None => "unused",
    };
    columns
        .iter()
        .enumerate()
        .map(|(index, name)| PlannedColumn { name: name.clone(), role: role(index).into() })
        .collect()
}

/// What people decided, as the review file or the sample came back.
#[derive(Debug, Default)]
pub(super) struct Decided {
    pub(super) decisions: linkage::Decisions,
    /// Of the linked pairs in a sample: judged, and accepted.
    pub(super) sample: (u64, u64),
}

pub(super) fn decisions(file: &Path, records: &Records) -> anyhow::Result<Decided> {
    let mut table = Table::open(file, &Options::default())?;
    let columns = table.columns().to_vec();
    let column = |name: &str| {
        let found = columns.iter().position(|column| column == name);
        found.with_context(|| format!("{}: has no column {name:?}; found: {}", file.display(), columns.join(", ")))
    };
    let (a, b, decision) = (column("record_a")?, column("record_b")?, column("decision")?);
    let reason = column("reason").ok();
    let mut decided = Decided::default();
    let mut fault = None;
    table.for_each(|row| {
        let outcome = row.map_err(anyhow::Error::from).and_then(|fields| {
            let answer = fields[decision].trim().to_lowercase();
            if answer.is_empty() {
                return Ok(());
            }
            let record = |id: &str| {
                let found = records.find(id.trim());
                found.with_context(|| format!("{}: record {id:?} is not in the linked file", file.display()))
            };
            let pair = (record(&fields[a])?, record(&fields[b])?);
            let accepted = match answer.as_str() {
                "accept" => true,
                "reject" => false,
                other => bail!("{}: decision {other:?} is neither accept nor reject", file.display()),
            };
            if reason.is_some_and(|reason| fields[reason] == super::LINKED) {
                decided.sample.0 += 1;
                decided.sample.1 += u64::from(accepted);
            }
            if accepted {
                decided.decisions.accepted.push(pair);
            } else {
                decided.decisions.rejected.push(pair);
            }
            Ok(())
        });
        if let (Err(error), None) = (outcome, &fault) {
            fault = Some(error);
        }
    })?;
    fault.map_or(Ok(decided), Err)
}
