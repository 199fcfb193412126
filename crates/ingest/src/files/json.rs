//! JSON objects: events in our own envelope, CloudEvents, or rows of any kind.

use std::io::BufRead;

use model::{Invalid, Text};

use super::assemble::{Assembler, Column, Output, Place, at_place};
use super::csv::{MAX_COLUMNS, assembler};
use super::guess::{self, Sample};
use super::input::Input;
use super::items::{Items, Layout};
use super::pairs::{self, Pairs};
use super::plan::{Guess, Plan};
use super::{FileError, Format, Options, Prepared, Source, decode};
use crate::{Arrived, BadRow, Dialect, cloudevents, native};

/// What the objects are.
enum Content {
    /// Events in the envelope of [`native`].
    Envelopes,
    CloudEvents,
    /// Anything else: members are columns.
    Rows(Box<Assembler>),
}

pub(super) fn prepare(input: &Input, options: &Options, plan: &mut Plan) -> Result<Prepared, FileError> {
    let (encoding, reason) = decode::encoding_of(&input.head, options.encoding.as_deref())?;
    plan.encoding = Some(Guess::new(encoding.name(), reason));
    let head = encoding.decode(&input.head).0;
    let layout = layout(&head, input.head_is_all);
    let (input, options) = (input.clone(), options.clone());
    let arrived = (options.source.clone(), options.received_at);

    let columns_are_told = options.customer.is_some() || options.touchpoint.is_some() || options.time.is_some();
    let reading = if plan.format == Format::CloudEvents {
        None
    } else {
        let sample = sample(Items::new(input.text(encoding)?, layout))?;
        let has = |name: &str| sample.columns.iter().any(|column| column == name);
        if !columns_are_told && has("name") && has("identifiers") {
            plan.notes.push("the objects are events in Geleit's own envelope: all fields are kept".into());
            None
        } else {
            Some(guess::reading(&sample, &options, plan)?)
        }
    };
    let format = plan.format;
    let start = move || -> Result<Box<dyn Source>, FileError> {
        let content = match &reading {
            Some(reading) => Content::Rows(Box::new(assembler(reading, &options)?)),
            None if format == Format::CloudEvents => Content::CloudEvents,
            None => Content::Envelopes,
        };
        let items = Items::new(input.text(encoding)?, layout);
        let (source, received_at) = arrived.clone();
        Ok(Box::new(JsonSource { items, content, source, received_at }))
    };
    Ok(Prepared { start: Box::new(start) })
}

/// Lines, if the first one is a whole object.
fn layout(head: &str, head_is_all: bool) -> Layout {
    let mut lines = head.trim_start().lines();
    let first = lines.next().unwrap_or_default();
    let is_whole = head_is_all || lines.next().is_some();
    if first.starts_with('{') && is_whole && Pairs::parse(first).is_ok() { Layout::Lines } else { Layout::Values }
}

/// The columns of the first objects, in the order in which they turn up.
fn sample<R: BufRead>(mut items: Items<R>) -> Result<Sample, FileError> {
    let mut texts = Vec::new();
    // A break of the file is told when the reader comes to it.
    while let (true, Ok(Some((_, item)))) = (texts.len() < Sample::ROWS, items.advance()) {
        texts.extend(std::str::from_utf8(item).map(str::to_owned));
    }
    let rows: Vec<Pairs<'_>> = texts.iter().filter_map(|text| Pairs::parse(text).ok()).collect();
    if rows.is_empty() {
        return Err(FileError::whole("holds no JSON object that can be read"));
    }
    of_pairs(&rows)
}

/// What the first rows show, for this and the other formats whose columns differ from row to row.
pub(super) fn of_pairs(rows: &[Pairs<'_>]) -> Result<Sample, FileError> {
    let mut columns: Vec<String> = Vec::new();
    let mut known = hashbrown::HashSet::new();
    for name in rows.iter().flat_map(Pairs::names) {
        if known.insert(name.clone()) {
            columns.push(name);
        }
        if columns.len() > MAX_COLUMNS {
            return Err(FileError::whole(format!("the first rows have more than {MAX_COLUMNS} columns")));
        }
    }
    let texts = |row: &Pairs<'_>| columns.iter().map(|column| pairs::shown(row, column)).collect();
    let rows = rows.iter().map(texts).collect();
    Ok(Sample { columns, rows, ..Sample::default() })
}

struct JsonSource<R> {
    items: Items<R>,
    content: Content,
    source: String,
    received_at: model::Timestamp,
}

impl<R: BufRead + Send> Source for JsonSource<R> {
    fn advance(&mut self, out: &mut Output<'_>) -> Result<bool, FileError> {
        let Some((line, item)) = self.items.advance()? else { return Ok(false) };
        let place = Place { unit: "line", number: line };
        let text = match std::str::from_utf8(item) {
            Ok(text) => text,
            Err(_) => {
                let readable = String::from_utf8_lossy(item);
                out.give(Err(raw(
                    &readable,
                    place,
                    "bad_encoding",
                    "is not UTF-8: give the encoding, such as windows-1252",
                )));
                return Ok(true);
            }
        };
        let arrived = Arrived { source: &self.source, received_at: self.received_at };
        match &mut self.content {
            Content::Envelopes => out.give(native::line(text, &arrived).map_err(|bad| placed(bad, place))),
            Content::CloudEvents => out.give(cloudevents::event(text, &arrived).map_err(|bad| placed(bad, place))),
            Content::Rows(assembler) => match Pairs::parse(text) {
                Ok(pairs) => assembler.deliver(&&pairs, place, out),
                Err(error) => out.give(Err(raw(text, place, "bad_json", &format!("is not a JSON object: {error}")))),
            },
        }
        Ok(true)
    }
}

fn placed(mut bad: BadRow<'_>, place: Place) -> BadRow<'_> {
    bad.fault = at_place(&place.to_string(), bad.fault);
    bad
}

/// An item in which no row can be seen.
pub(super) fn raw<'t>(text: &'t str, place: Place, code: &'static str, reason: &str) -> BadRow<'t> {
    let fault = Invalid::new(place.to_string(), text, reason);
    BadRow { dialect: Dialect::Raw, code, fault, payload: Text::from(text) }
}

/// A column that the format itself names.
pub(super) fn named(name: &str) -> Column {
    Column { name: name.to_owned(), index: 0 }
}
