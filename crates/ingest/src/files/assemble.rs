//! A row becomes an event: the one place where columns turn into fields.

use std::fmt::Write;

use jiff::tz::{Offset, TimeZone};
use model::{Event, Identifier, IdentifierKind, Invalid, Kind, RawJson, Text, Timestamp};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use super::cell::{Cell, push_json_text};
use super::time::TimeReader;
use super::twins::Twins;
use super::{FileError, TimeFormat};
use crate::{BadRow, Dialect};

/// What is made of one row: an event, or the row itself with what is wrong with it.
pub type Row<'a> = Result<Event<'a>, BadRow<'a>>;

/// Where the rows go, and how many went.
pub(super) struct Output<'s> {
    pub(super) sink: &'s mut dyn FnMut(Row<'_>),
    pub(super) delivered: u64,
}

impl Output<'_> {
    pub(super) fn give(&mut self, row: Row<'_>) {
        self.delivered += 1;
        (self.sink)(row);
    }
}

/// A column: its name, and its place where the format has places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Column {
    pub(super) name: String,
    #[serde(skip)]
    pub(super) index: usize,
}

/// How rows are read: which column means what. Travels with each bad row, so that it can be read again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Reading {
    pub(super) customer: Column,
    pub(super) customer_kind: String,
    #[serde(default, skip_serializing_if = "is_interaction")]
    pub(super) kind: Kind,
    pub(super) touchpoint: Column,
    /// Joined by a blank if several.
    pub(super) time: Vec<Column>,
    pub(super) time_format: TimeFormat,
    pub(super) time_zone: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) channel: Option<Column>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) identifiers: Vec<(String, Column)>,
    /// True if the format has no types, so that texts may mean numbers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) untyped: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) decimal_comma: bool,
}

fn is_interaction(kind: &Kind) -> bool {
    *kind == Kind::Interaction
}

impl Reading {
    /// True if the column has a role, so that it does not go into the properties.
    pub(super) fn uses(&self, name: &str) -> bool {
        let others = self.identifiers.iter().map(|(_, column)| column);
        [&self.customer, &self.touchpoint]
            .into_iter()
            .chain(&self.time)
            .chain(&self.channel)
            .chain(others)
            .any(|column| column.name == name)
    }
}

/// One row of any format.
pub(super) trait Record<'a> {
    /// The value of a column.
    fn cell(&self, column: &Column) -> Cell<'a>;
    /// Appends the members (`"a":1,"b":2`) of the columns that have no role.
    fn properties(&self, reading: &Reading, out: &mut String);
    /// Appends bytes that say what the row says: equal rows give equal bytes.
    fn content(&self, out: &mut Vec<u8>);
    /// Appends the whole row as a JSON object.
    fn json(&self, out: &mut String);
    /// How many members of that object say what happened, if not all do.
    fn saying(&self) -> Option<usize> {
        None
    }
}

/// A place in a file, as people count: `line 17`, `row 17`, `event 17`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) unit: &'static str,
    pub(super) number: u64,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.unit, self.number)
    }
}

/// What is wrong with a row: a word for counting, and the fault.
pub(super) type Fault = (&'static str, Invalid);

/// Turns the rows of one file into events.
#[derive(Debug)]
pub(super) struct Assembler {
    reading: Reading,
    kinds: Kinds,
    times: TimeReader,
    source: String,
    received_at: Timestamp,
    mapping_json: String,
    twins: Twins,
    // Buffers, taken over from row to row.
    content: Vec<u8>,
    id: String,
    properties: String,
}

#[derive(Debug)]
struct Kinds {
    customer: IdentifierKind<'static>,
    others: Vec<IdentifierKind<'static>>,
}

impl Assembler {
    pub(super) fn new(reading: Reading, source: &str, received_at: Timestamp) -> Result<Self, Invalid> {
        let kind = |name: &String| IdentifierKind::parse(name.clone());
        let kinds = Kinds {
            customer: kind(&reading.customer_kind)?,
            others: reading.identifiers.iter().map(|(name, _)| kind(name)).collect::<Result<_, _>>()?,
        };
        let times = TimeReader::new(reading.time_format, zone_named(&reading.time_zone)?);
        let mapping_json = serde_json::to_string(&reading).expect("names, words and flags are always JSON");
        Ok(Self {
            reading,
            kinds,
            times,
            source: source.to_owned(),
            received_at,
            mapping_json,
            twins: Twins::default(),
            content: Vec::new(),
            id: String::new(),
            properties: String::new(),
        })
    }

    pub(super) fn reading(&self) -> &Reading {
        &self.reading
    }

    /// Delivers the row as an event, or as a bad row if it is none.
    pub(super) fn deliver<'a>(&mut self, record: &impl Record<'a>, place: Place, out: &mut Output<'_>) {
        let repetition = self.name_row(record);
        match self.event(record) {
            Ok(event) => out.give(Ok(event)),
            Err(fault) => self.give_bad(record, place, repetition, fault, out),
        }
    }

    /// Delivers a row that cannot be an event for a reason its reader knows.
    pub(super) fn refuse<'a>(&mut self, record: &impl Record<'a>, place: Place, fault: Fault, out: &mut Output<'_>) {
        let repetition = self.name_row(record);
        self.give_bad(record, place, repetition, fault, out);
    }

    /// The event of a repaired row that was the `repetition`th of its kind.
    pub(super) fn repaired<'a>(mut self, record: &impl Record<'a>, repetition: u32) -> Result<Event<'static>, Fault> {
        self.name_row(record);
        write_repetition(repetition, &mut self.id);
        self.event(record).map(Event::into_owned)
    }

    /// Writes the row's message id: the same row has the same id, in this file and in the next one.
    fn name_row<'a>(&mut self, record: &impl Record<'a>) -> u32 {
        self.content.clear();
        record.content(&mut self.content);
        let hash = xxh3_128(&self.content);
        self.id.clear();
        let _ = write!(self.id, "f-{hash:032x}");
        let repetition = self.twins.count(hash as u64);
        write_repetition(repetition, &mut self.id);
        repetition
    }

    fn event<'e, 'a: 'e>(&'e mut self, record: &impl Record<'a>) -> Result<Event<'e>, Fault> {
        let reading = &self.reading;
        let customer = record.cell(&reading.customer);
        if customer.is_missing() {
            return Err(in_column(&reading.customer, "missing_identifier", Invalid::missing("", "is empty")));
        }
        let name = record.cell(&reading.touchpoint);
        if name.is_missing() {
            return Err(in_column(&reading.touchpoint, "missing_touchpoint", Invalid::missing("", "is empty")));
        }
        let at = moment(&mut self.times, reading, record)?;
        self.properties.clear();
        self.properties.push('{');
        record.properties(reading, &mut self.properties);
        if self.properties.len() > 1 {
            self.properties.push('}');
        } else {
            self.properties.clear();
        }
        let mut identifiers = Vec::with_capacity(1 + self.kinds.others.len());
        identifiers.push(Identifier::new(borrowed(&self.kinds.customer), customer.into_text()));
        for (kind, (_, column)) in self.kinds.others.iter().zip(&reading.identifiers) {
            let cell = record.cell(column);
            if !cell.is_missing() {
                identifiers.push(Identifier::new(borrowed(kind), cell.into_text()));
            }
        }
        let mut event = Event::new(self.id.as_str(), self.source.as_str(), name.into_text(), at);
        event.received_at = self.received_at;
        event.kind = reading.kind;
        if let Some(column) = &reading.channel {
            event.channel = record.cell(column).into_text().into();
        }
        event.identifiers = identifiers;
        event.properties = RawJson::trusted(self.properties.as_str());
        event.validate().map_err(|fault| explain(reading, fault))?;
        Ok(event)
    }

    fn give_bad<'a>(
        &self,
        record: &impl Record<'a>,
        place: Place,
        repetition: u32,
        (code, fault): Fault,
        out: &mut Output<'_>,
    ) {
        let mut payload = format!("{{\"line\":{},\"row\":", place.number);
        record.json(&mut payload);
        if repetition > 1 {
            let _ = write!(payload, ",\"repetition\":{repetition}");
        }
        if let Some(saying) = record.saying() {
            let _ = write!(payload, ",\"saying\":{saying}");
        }
        payload.push_str(",\"mapping\":");
        payload.push_str(&self.mapping_json);
        payload.push('}');
        let fault = at_place(&place.to_string(), fault);
        out.give(Err(BadRow { dialect: Dialect::Row, code, fault, payload: payload.into() }));
    }
}

/// `line 17, column timestamp`, or `line 17` alone.
pub(super) fn at_place(place: &str, mut fault: Invalid) -> Invalid {
    fault.path = if fault.path.is_empty() { place.to_owned() } else { format!("{place}, {}", fault.path) };
    fault
}

fn write_repetition(repetition: u32, id: &mut String) {
    if repetition > 1 {
        let _ = write!(id, "-{repetition}");
    }
}

/// The same kind without a copy of its name.
fn borrowed<'k>(kind: &'k IdentifierKind<'static>) -> IdentifierKind<'k> {
    match kind {
        IdentifierKind::AnonymousId => IdentifierKind::AnonymousId,
        IdentifierKind::UserId => IdentifierKind::UserId,
        IdentifierKind::Email => IdentifierKind::Email,
        IdentifierKind::Phone => IdentifierKind::Phone,
        IdentifierKind::LoyaltyCard => IdentifierKind::LoyaltyCard,
        IdentifierKind::DeviceId => IdentifierKind::DeviceId,
        IdentifierKind::VehicleId => IdentifierKind::VehicleId,
        IdentifierKind::Own(name) => IdentifierKind::Own(Text::from(name.as_str())),
    }
}

fn in_column(column: &Column, code: &'static str, mut fault: Invalid) -> Fault {
    fault.path = format!("column {}", column.name);
    (code, fault)
}

/// The columns' words for a fault that was found in the event.
fn explain(reading: &Reading, fault: Invalid) -> Fault {
    let column = match fault.path.as_str() {
        "name" => Some(&reading.touchpoint),
        "channel" => reading.channel.as_ref(),
        "identifiers[0].value" => Some(&reading.customer),
        other => other
            .strip_prefix("identifiers[")
            .and_then(|rest| rest.split(']').next())
            .and_then(|index| index.parse::<usize>().ok())
            .and_then(|index| reading.identifiers.get(index.wrapping_sub(1)))
            .map(|(_, column)| column),
    };
    match column {
        Some(column) => in_column(column, "bad_value", fault),
        None => ("bad_value", fault),
    }
}

fn moment<'a>(times: &mut TimeReader, reading: &Reading, record: &impl Record<'a>) -> Result<Timestamp, Fault> {
    let outside = |micros: i64| Invalid::new("", &micros.to_string(), "lies outside the years 1 to 9999");
    let [column] = reading.time.as_slice() else {
        let mut joined = String::new();
        for column in &reading.time {
            let cell = record.cell(column);
            if cell.is_missing() {
                return Err(in_column(column, "missing_time", Invalid::missing("", "is empty")));
            }
            if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(&cell.into_text());
        }
        return times.read(&joined).map_err(|mut fault| {
            let names: Vec<&str> = reading.time.iter().map(|column| column.name.as_str()).collect();
            fault.path = format!("columns {}", names.join("+"));
            ("bad_time", fault)
        });
    };
    let read = match record.cell(column) {
        Cell::Missing => return Err(in_column(column, "missing_time", Invalid::missing("", "is empty"))),
        Cell::Plain(text) => times.read(text),
        Cell::Text(text) | Cell::Json(text) => times.read(&text),
        Cell::Instant(micros) => Timestamp::from_micros(micros),
        Cell::Local(micros) => times.local_moment(micros).ok_or_else(|| outside(micros)),
        Cell::Integer(count) => match times.counted(count) {
            Some(at) => Ok(at),
            None => times.read(&count.to_string()),
        },
        cell @ (Cell::Float(_) | Cell::Truth(_)) => times.read(&cell.into_text()),
    };
    read.map_err(|fault| in_column(column, "bad_time", fault))
}

/// The text by which [`zone_named`] finds the zone again.
pub(super) fn name_of_zone(zone: Option<&TimeZone>) -> Result<String, FileError> {
    let Some(zone) = zone else { return Ok("UTC".into()) };
    if let Some(name) = zone.iana_name() {
        return Ok(name.into());
    }
    match zone.to_fixed_offset() {
        Ok(offset) => Ok(offset.to_string()),
        Err(_) => Err(FileError::whole("the time zone has no name: give one such as Europe/Berlin, or an offset")),
    }
}

fn zone_named(name: &str) -> Result<TimeZone, Invalid> {
    if name == "UTC" {
        return Ok(TimeZone::UTC);
    }
    let not_known = || Invalid::new("time_zone", name, "is not a time zone such as Europe/Berlin");
    if name.starts_with(['+', '-']) {
        let parsed = jiff::fmt::strtime::parse("%:z", name).or_else(|_| jiff::fmt::strtime::parse("%z", name));
        let offset: Option<Offset> = parsed.ok().and_then(|broken_down| broken_down.offset());
        return offset.map(Offset::to_time_zone).ok_or_else(not_known);
    }
    TimeZone::get(name).map_err(|_| not_known())
}

/// A row of a table: all rows have the same columns, and a value is found by its place.
pub(super) struct TableRow<'t, F> {
    pub(super) columns: &'t [TableColumn],
    pub(super) untyped: bool,
    pub(super) cell: F,
}

/// What is written for a column of a table, row after row.
#[derive(Clone, Debug)]
pub(super) struct TableColumn {
    /// `"name":`, ready to be written.
    key: String,
    /// False if the column has a role.
    is_property: bool,
}

impl TableColumn {
    pub(super) fn of(names: &[String], reading: &Reading) -> Vec<Self> {
        let column = |name: &String| {
            let mut key = String::new();
            push_json_text(name, &mut key);
            key.push(':');
            Self { key, is_property: !reading.uses(name) }
        };
        names.iter().map(column).collect()
    }
}

impl<'a, F: Fn(usize) -> Cell<'a>> Record<'a> for TableRow<'_, F> {
    fn cell(&self, column: &Column) -> Cell<'a> {
        (self.cell)(column.index)
    }

    fn properties(&self, reading: &Reading, out: &mut String) {
        for (index, column) in self.columns.iter().enumerate().filter(|(_, column)| column.is_property) {
            let cell = (self.cell)(index);
            if !cell.is_missing() {
                if !out.ends_with('{') {
                    out.push(',');
                }
                out.push_str(&column.key);
                cell.write_json(reading.decimal_comma, out);
            }
        }
    }

    fn content(&self, out: &mut Vec<u8>) {
        for index in 0..self.columns.len() {
            (self.cell)(index).write_content(out);
        }
    }

    fn json(&self, out: &mut String) {
        out.push('{');
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            out.push_str(&column.key);
            let cell = (self.cell)(index);
            if self.untyped {
                push_json_text(&cell.into_text(), out);
            } else {
                cell.write_json(false, out);
            }
        }
        out.push('}');
    }
}

/// Text of a cell for guesses and plans.
pub(super) fn shown(cell: Cell<'_>) -> String {
    cell.into_text().into_owned()
}
