//! Lived journeys for other programs.

use std::io::Write;

use formats::lived::{Lived, LivedEvent, LogFormat, Unit, log};
use mining::{Control, Slice, walk};
use model::{CustomerId, Invalid, JourneyRule, Timestamp};

use super::Answers;
use super::mining::{Log, MiningQuery};
use crate::EngineError;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrittenLog {
    /// Journeys.
    pub journeys: u64,
    /// Their events.
    pub events: u64,
}

impl Answers {
    /// Writes the journeys that a query is about as an event log, block by block. Nothing is written before it is sure that
    /// the query can be answered.
    ///
    /// # Errors
    /// The query compares groups, or cannot be read; those of what is written into come as [`EngineError::Io`].
    pub fn write_log(
        &self,
        query: &MiningQuery,
        format: LogFormat,
        out: &mut dyn Write,
        control: &Control,
    ) -> Result<WrittenLog, EngineError> {
        for (name, group) in [("compare", &query.compare), ("against", &query.against)] {
            if let Some(group) = group {
                return Err(Invalid::new(name, group, "divides journeys into groups: a log is of one").into());
            }
        }
        let resolved = self.resolve(query)?;
        self.on_log(&resolved, None, control, |told| {
            let unit = match &told.query().rule {
                JourneyRule::Whole => Unit::Customer,
                JourneyRule::Gap { .. } | JourneyRule::Marks { .. } => Unit::Attempt,
                JourneyRule::Case { property } => Unit::Case { property: property.clone() },
            };
            let mut log = log(format, out, unit).map_err(EngineError::of_log)?;
            let mut written = WrittenLog::default();
            walk::<EngineError>(told.source(), told.names(), told.query(), control, |slice, whose| {
                for journey in journeys(told, slice, whose) {
                    let events = journey.events();
                    log.journey(&journey.lived(&events)).map_err(EngineError::of_log)?;
                    written.journeys += 1;
                    written.events += events.len() as u64;
                }
                Ok(())
            })?;
            log.end().map_err(EngineError::of_log)?;
            Ok(written)
        })
    }
}

impl EngineError {
    fn of_log(source: std::io::Error) -> Self {
        Self::Io { place: "the log".to_owned(), source }
    }
}

/// One journey of a slice, with the names of what it is made of.
struct Journey<'a> {
    told: &'a Log<'a>,
    slice: &'a Slice<'a>,
    /// The place of the journey in the slice.
    place: usize,
    number: u64,
    customer: String,
    /// Of each event, where it may differ from the journey's.
    customers: Vec<String>,
}

/// The journeys of a slice, those of each customer counted from 1.
fn journeys<'a>(
    told: &'a Log<'a>,
    slice: &'a Slice<'a>,
    whose: Option<&'a [CustomerId]>,
) -> impl Iterator<Item = Journey<'a>> + 'a {
    let mut last = (None, 0);
    (0..slice.spans.len()).map(move |place| {
        let customer = slice.customers[place];
        last = if last.0 == Some(customer) { (Some(customer), last.1 + 1) } else { (Some(customer), 1) };
        let range = slice.spans[place].range();
        let customers = whose.map_or_else(Vec::new, |whose| whose[range].iter().map(ToString::to_string).collect());
        let customer = slice.events.customers[customer as usize].to_string();
        Journey { told, slice, place, number: last.1, customer, customers }
    })
}

impl Journey<'_> {
    fn events(&self) -> Vec<LivedEvent<'_>> {
        let (events, names) = (&self.slice.events, self.told.names());
        let event = |(at, event): (usize, usize)| LivedEvent {
            arrival: events.arrivals[event],
            touchpoint: &names.labels[usize::from(events.codes[event])],
            at: Timestamp::clamped(events.times[event]),
            channel: names.channels.get(usize::from(events.channels[event])).map_or("", String::as_str),
            mood: events.moods[event].mood().map(|(mood, _)| mood),
            customer: self.customers.get(at).map_or(&self.customer, |customer| customer),
        };
        self.slice.spans[self.place].range().enumerate().map(event).collect()
    }

    fn lived<'e>(&'e self, events: &'e [LivedEvent<'e>]) -> Lived<'e> {
        let first = self.slice.spans[self.place].begin as usize;
        let case = self.slice.events.cases.and_then(|cases| self.told.cases().get(cases[first] as usize));
        Lived { customer: &self.customer, number: self.number, case: case.map(String::as_str), events }
    }
}
