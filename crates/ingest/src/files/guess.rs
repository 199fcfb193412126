//! Which column is what: by what it is called, then by what it holds.

use std::collections::BTreeSet;

use model::Kind;

use super::assemble::{Column, Reading, name_of_zone};
use super::civil::is_time_of_day;
use super::plan::{Plan, PlannedColumn, PlannedTime, Role};
use super::time::{Detected, detect};
use super::{FileError, Options, TimeFormat};

/// Names of columns in English and German, the surest first. Compared by [`plain`].
const CUSTOMER: &[&str] = &[
    "case:concept:name",
    "customer_id",
    "customerid",
    "customer",
    "kunden_id",
    "kundenid",
    "kunden_nr",
    "kundennr",
    "kundennummer",
    "kunde",
    "client_id",
    "clientid",
    "client",
    "user_id",
    "userid",
    "user",
    "nutzer_id",
    "nutzer",
    "benutzer",
    "person_id",
    "person",
    "member_id",
    "member",
    "mitglied",
    "patient_id",
    "patient",
    "visitor_id",
    "visitor",
    "besucher",
    "contact_id",
    "contact",
    "kontakt",
    "account_id",
    "anonymous_id",
    "case_id",
    "caseid",
    "case",
    "fall_id",
    "fallnummer",
    "fall",
    "vorgang",
    "trace_id",
    "session_id",
];
const TOUCHPOINT: &[&str] = &[
    "concept:name",
    "touchpoint",
    "kontaktpunkt",
    "event_name",
    "event_type",
    "event",
    "ereignis",
    "activity_name",
    "activity",
    "aktivitaet",
    "taetigkeit",
    "action",
    "aktion",
    "handling",
    "task",
    "step",
    "schritt",
    "vorgangsart",
    "name",
];
const TIME: &[&str] = &[
    "time:timestamp",
    "timestamp",
    "event_time",
    "eventtime",
    "event_timestamp",
    "zeitstempel",
    "zeitpunkt",
    "datetime",
    "date_time",
    "datum_uhrzeit",
    "datum_zeit",
    "occurred_at",
    "happened_at",
    "created_at",
    "at",
    "time",
    "ts",
    "zeit",
    "complete_timestamp",
    "start_timestamp",
    "event_date",
    "date",
    "datum",
    "day",
    "tag",
];
const TIME_OF_DAY: &[&str] = &["uhrzeit", "time_of_day", "time", "zeit", "clock", "hour", "stunde"];
const CHANNEL: &[&str] = &["channel", "kanal", "channel_name", "vertriebskanal", "kontaktkanal"];

/// A bare number below this (March 1973 in seconds) is not taken for a time by itself.
const LEAST_COUNT: u64 = 100_000_000;

/// The columns of a file and the texts of its first rows.
#[derive(Debug, Default)]
pub(super) struct Sample {
    pub(super) columns: Vec<String>,
    /// One list of texts a row, in the order of the columns; empty where nothing stands.
    pub(super) rows: Vec<Vec<String>>,
    /// True if texts may mean numbers.
    pub(super) untyped: bool,
    pub(super) decimal_comma: bool,
    /// Columns taken unless told otherwise: customer, touchpoint, time.
    pub(super) preset: Option<[&'static str; 3]>,
}

impl Sample {
    /// Rows looked at.
    pub(super) const ROWS: usize = 200;

    fn values(&self, column: usize) -> impl Iterator<Item = &str> + Clone {
        self.rows.iter().map(move |row| row.get(column).map_or("", String::as_str))
    }

    fn index(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

/// A role that is still open: its option, and what helps to fill it.
struct Search<'s> {
    sample: &'s Sample,
    taken: Vec<(usize, Role, String)>,
}

/// True if the name is one of those that mean a person.
pub(super) fn names_a_customer(name: &str) -> bool {
    let name = plain(name);
    CUSTOMER.iter().any(|known| plain(known) == name || plain(&format!("{known}s")) == name)
}

/// Decides what each column is and writes it into the plan: all of it, or as much as could be decided.
pub(super) fn reading(sample: &Sample, options: &Options, plan: &mut Plan) -> Result<Reading, FileError> {
    let mut search = Search { sample, taken: Vec::new() };
    let decided = search.decide(options, plan);
    plan.columns = search.planned();
    plan.rows = sample.rows.iter().take(Plan::ROWS).cloned().collect();
    decided
}

impl Search<'_> {
    fn decide(&mut self, options: &Options, plan: &mut Plan) -> Result<Reading, FileError> {
        let preset = |role: usize| self.sample.preset.map(|columns| columns[role].to_owned());
        let asked = |told: &Option<String>, role: usize| match told {
            Some(name) => Some((name.clone(), "as told")),
            None => preset(role).map(|name| (name, "by the format's standard")),
        };
        // What was told comes first, so that no guess takes a column away from it.
        let told_time = asked(&options.time, 2).map(|(name, why)| self.told_time(&name, why)).transpose()?;
        let told_customer = self.told("customer", asked(&options.customer, 0), Role::Customer)?;
        let told_touchpoint = self.told("touchpoint", asked(&options.touchpoint, 1), Role::Touchpoint)?;
        let channel = options.channel.clone().map(|name| (name, "as told"));
        let told_channel = self.told("channel", channel, Role::Channel)?;
        let mut identifiers = Vec::with_capacity(options.identifiers.len());
        for (kind, name) in &options.identifiers {
            let told = self.told("identifier", Some((name.clone(), "as told")), Role::Identifier)?;
            identifiers.extend(told.map(|column| (kind.as_str().to_owned(), column)));
        }
        let time = match told_time {
            Some(columns) => columns,
            None => self.time()?,
        };
        let (time_format, format_reason) = self.time_format(&time, options)?;
        let channel = told_channel.or_else(|| self.by_name(CHANNEL, Role::Channel));
        let customer = told_customer.or_else(|| self.by_name(CUSTOMER, Role::Customer));
        let touchpoint = told_touchpoint.or_else(|| self.by_name(TOUCHPOINT, Role::Touchpoint));
        let touchpoint = match touchpoint.or_else(|| self.few_words(customer.is_some())) {
            Some(column) => column,
            None => return Err(self.unknown("touchpoint", "what happened")),
        };
        let customer = match customer.or_else(|| self.the_last_one()) {
            Some(column) => column,
            None => return Err(self.unknown("customer", "who it was")),
        };
        let time_zone = name_of_zone(options.time_zone.as_ref())?;
        plan.time_format = Some(PlannedTime { format: time_format, zone: time_zone.clone(), reason: format_reason });
        plan.decimal_comma = self.sample.decimal_comma;
        Ok(Reading {
            customer,
            customer_kind: options.customer_kind.as_str().to_owned(),
            kind: Kind::Interaction,
            touchpoint,
            time,
            time_format,
            time_zone,
            channel,
            identifiers,
            untyped: self.sample.untyped,
            decimal_comma: self.sample.decimal_comma,
        })
    }

    fn told(&mut self, option: &str, asked: Option<(String, &str)>, role: Role) -> Result<Option<Column>, FileError> {
        let Some((name, why)) = asked else { return Ok(None) };
        match self.sample.index(&name) {
            Some(index) => Ok(Some(self.take(index, role, why))),
            None => Err(FileError::whole(format!("has no column {name:?} ({option}); {}", self.found()))),
        }
    }

    /// Time columns by name; several are joined by `+`, unless one column is called just that.
    fn told_time(&mut self, name: &str, why: &str) -> Result<Vec<Column>, FileError> {
        let names = if self.sample.index(name).is_some() { vec![name] } else { name.split('+').collect() };
        let mut columns = Vec::with_capacity(names.len());
        for part in names {
            columns.extend(self.told("time", Some((part.to_owned(), why)), Role::Time)?);
        }
        Ok(columns)
    }

    fn time(&mut self) -> Result<Vec<Column>, FileError> {
        let holds_times = |index: usize, least_percent: usize| {
            detect(self.sample.values(index), LEAST_COUNT, least_percent) != Detected::None
        };
        let free: Vec<usize> = self.free().filter(|&index| holds_times(index, 80)).collect();
        let is_empty = self.sample.rows.is_empty();
        let by_name = self.ranked(TIME, |index| is_empty || holds_times(index, 50));
        let (index, why) = match (by_name, free.as_slice()) {
            (Some(index), _) => (index, "called like a time, and holds times"),
            (None, [only]) => (*only, "the only column that holds times"),
            (None, _) => return Err(self.no_time()),
        };
        let only_dates = self.sample.values(index).filter(|text| !text.is_empty()).all(|text| text.len() <= 10);
        let has_clock = |index: usize| {
            let mut values = self.sample.values(index).filter(|text| !text.is_empty()).peekable();
            values.peek().is_some() && values.all(is_time_of_day)
        };
        let mut columns = vec![self.take(index, Role::Time, why)];
        let clock = if only_dates { self.ranked(TIME_OF_DAY, has_clock) } else { None };
        if let Some(clock) = clock {
            columns.push(self.take(clock, Role::Time, "holds the times of day that belong to the dates"));
        }
        Ok(columns)
    }

    fn no_time(&self) -> FileError {
        let called = self.ranked(TIME, |_| true);
        let Some(index) = called else { return self.unknown("time", "when it happened") };
        let example = self.sample.values(index).find(|text| !text.is_empty()).unwrap_or_default();
        FileError::whole(format!(
            "column {} is called like a time, but holds values such as {example:?}: give the option time, \
             or the time format; {}",
            self.sample.columns[index],
            self.found()
        ))
    }

    fn time_format(&self, time: &[Column], options: &Options) -> Result<(TimeFormat, String), FileError> {
        if let Some(format) = options.time_format {
            return Ok((format, "as told".into()));
        }
        let joined = |row: &Vec<String>| {
            let texts: Vec<&str> = time.iter().filter_map(|c| row.get(c.index)).map(String::as_str).collect();
            texts.join(" ")
        };
        let texts: Vec<String> = self.sample.rows.iter().map(joined).collect();
        let names: Vec<&str> = time.iter().map(|column| column.name.as_str()).collect();
        let names = names.join("+");
        match detect(texts.iter().map(|text| text.trim()), 0, 1) {
            Detected::Format(format) => Ok((format, format!("fits the first values of {names}"))),
            Detected::Ambiguous | Detected::None if self.sample.preset.is_some() => {
                Ok((TimeFormat::Iso, "by the format's standard".into()))
            }
            Detected::Ambiguous => Err(FileError::whole(format!(
                "the dates of column {names} can be read with the day or the month first, such as {:?}: \
                 give the time format day_first or month_first",
                texts.iter().find(|text| !text.is_empty()).map_or("", String::as_str)
            ))),
            Detected::None if texts.iter().all(|text| text.trim().is_empty()) => {
                Ok((TimeFormat::Iso, "no value seen yet".into()))
            }
            Detected::None => Err(FileError::whole(format!(
                "column {names} holds no times that can be read, such as {:?}; {}",
                texts.iter().find(|text| !text.trim().is_empty()).map_or("", String::as_str),
                self.found()
            ))),
        }
    }

    fn by_name(&mut self, names: &[&str], role: Role) -> Option<Column> {
        let index = self.ranked(names, |_| true)?;
        Some(self.take(index, role, "by its name"))
    }

    /// The free column whose name comes first in the list.
    fn ranked(&self, names: &[&str], fits: impl Fn(usize) -> bool) -> Option<usize> {
        self.free()
            .filter_map(|index| {
                let name = plain(&self.sample.columns[index]);
                let rank = names.iter().position(|known| plain(known) == name)?;
                fits(index).then_some((rank, index))
            })
            .min()
            .map(|(_, index)| index)
    }

    /// The only free column with few different texts. While the customer is open too, that has to be found besides.
    fn few_words(&mut self, customer_is_known: bool) -> Option<Column> {
        let few = |index: &usize| {
            let values: Vec<&str> = self.sample.values(*index).filter(|text| !text.is_empty()).collect();
            let different: BTreeSet<&str> = values.iter().copied().collect();
            let wordy = values.iter().all(|text| text.contains(char::is_alphabetic));
            !values.is_empty() && wordy && (different.len() * 3 <= values.len() || customer_is_known)
        };
        let candidates: Vec<usize> = self.free().filter(few).collect();
        let [only] = candidates.as_slice() else { return None };
        Some(self.take(*only, Role::Touchpoint, "the only column left with few different words"))
    }

    fn the_last_one(&mut self) -> Option<Column> {
        let free: Vec<usize> = self.free().collect();
        let [only] = free.as_slice() else { return None };
        Some(self.take(*only, Role::Customer, "the only column left"))
    }

    fn free(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.sample.columns.len()).filter(|index| !self.taken.iter().any(|(taken, ..)| taken == index))
    }

    fn take(&mut self, index: usize, role: Role, why: &str) -> Column {
        self.taken.push((index, role, why.to_owned()));
        Column { name: self.sample.columns[index].clone(), index }
    }

    fn planned(&self) -> Vec<PlannedColumn> {
        let columns = self.sample.columns.iter().enumerate();
        columns
            .map(|(index, name)| {
                let taken = self.taken.iter().find(|(taken, ..)| *taken == index);
                let (role, reason) = match taken {
                    Some((_, role, reason)) => (*role, reason.clone()),
                    None => (Role::Property, "has no other role".to_owned()),
                };
                PlannedColumn { name: name.clone(), role, reason }
            })
            .collect()
    }

    fn unknown(&self, option: &str, says: &str) -> FileError {
        FileError::whole(format!("no column was found that says {says}: give the option {option}; {}", self.found()))
    }

    fn found(&self) -> String {
        let shown: Vec<&str> = self.sample.columns.iter().take(50).map(String::as_str).collect();
        let more = self.sample.columns.len().saturating_sub(shown.len());
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("columns found: {}{rest}", shown.join(", "))
    }
}

/// A name without case, umlauts and the signs between words: `Kunden-Nr.` and `kunden_nr` are the same.
fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'ä' => plain.push_str("ae"),
            'ö' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            ':' => plain.push(':'),
            other if other.is_alphanumeric() => plain.push(other),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Format;

    fn roles(columns: &str, rows: &[&str], options: &Options) -> Result<String, String> {
        let cells = |line: &str| line.split('|').map(str::to_owned).collect::<Vec<_>>();
        let sample =
            Sample { columns: cells(columns), rows: rows.iter().map(|row| cells(row)).collect(), ..Sample::default() };
        let mut plan = Plan::new(Format::Csv, String::new(), false, "user_id");
        let reading = reading(&sample, options, &mut plan).map_err(|error| error.to_string())?;
        let time: Vec<&str> = reading.time.iter().map(|column| column.name.as_str()).collect();
        let channel = reading.channel.map_or(String::new(), |column| format!(" via {}", column.name));
        Ok(format!(
            "{} did {} at {} ({}){channel}",
            reading.customer.name,
            reading.touchpoint.name,
            time.join("+"),
            reading.time_format
        ))
    }

    #[test]
    fn columns_are_found_by_name_and_by_value() {
        for (columns, row, expected) in [
            (
                "user_id|session_id|event|timestamp|channel",
                "u|s|home|2024-03-13 10:21:14|web",
                "user_id did event at timestamp (iso) via channel",
            ),
            (
                "handling|patient|employee|time",
                "Triage|1|r1|2017-01-02T11:41:53Z",
                "patient did handling at time (iso)",
            ),
            (
                "case:concept:name|concept:name|time:timestamp",
                "1|a|2020-01-01",
                "case:concept:name did concept:name at time:timestamp (iso)",
            ),
            (
                "Kunden-Nr.|Aktivität|Datum|Uhrzeit|Kanal",
                "7|Kauf|22.11.2026|14:05|Laden",
                "Kunden-Nr. did Aktivität at Datum+Uhrzeit (day_first) via Kanal",
            ),
            ("Kunde|Ereignis|Zeit", "7|Kauf|22.11.26 14:05", "Kunde did Ereignis at Zeit (day_first)"),
            ("Event Name|User ID|ts", "a|7|1700000000", "User ID did Event Name at ts (seconds)"),
            ("who|what|when", "7|bought|2026-01-01", "who did what at when (iso)"),
            ("date|time|customer|event", "2026-01-01|10:00|c|e", "customer did event at date+time (iso)"),
        ] {
            let rows = [row; 4];
            assert_eq!(roles(columns, &rows, &Options::default()).unwrap(), expected);
        }
    }

    #[test]
    fn an_impossible_guess_says_what_was_found_and_which_option_helps() {
        let with = |edit: fn(&mut Options)| {
            let mut options = Options::default();
            edit(&mut options);
            options
        };
        for (columns, row, options, expected) in [
            ("a|b", "x|y", with(|_| ()), "says when it happened: give the option time; columns found: a, b"),
            ("a|b|c|event|time", "x|y|z|e|2026-01-01", with(|_| ()), "says who it was: give the option customer"),
            ("user|a|b|time", "u|x|y|2026-01-01", with(|_| ()), "says what happened: give the option touchpoint"),
            (
                "user|event|time",
                "u|e|17",
                with(|_| ()),
                "column time is called like a time, but holds values such as \"17\"",
            ),
            ("user|event|time", "u|e|01/02/2026", with(|_| ()), "give the time format day_first or month_first"),
            (
                "user|event|time",
                "u|e|2026-01-01",
                with(|o| o.time = Some("when".into())),
                "has no column \"when\" (time); columns found: user, event, time",
            ),
            (
                "user|event|x",
                "u|e|soon",
                with(|o| o.time = Some("x".into())),
                "column x holds no times that can be read, such as \"soon\"",
            ),
        ] {
            let error = roles(columns, &[row; 2], &options).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn what_is_told_is_taken() {
        let options = Options {
            customer: Some("event".into()),
            touchpoint: Some("user".into()),
            time: Some("d+t".into()),
            time_format: Some(TimeFormat::MonthFirst),
            ..Options::default()
        };
        let told = roles("user|event|d|t", &["u|e|01/02/2026|10:00"], &options).unwrap();
        assert_eq!(told, "event did user at d+t (month_first)");
    }
}
