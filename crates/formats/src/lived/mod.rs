//! Journeys that were lived, as event logs of process mining. Written one by one, so that a log of any length needs little memory.

use std::fmt;
use std::io;
use std::str::FromStr;

use model::{Invalid, Timestamp};

mod ocel;
mod xes;

pub use ocel::Ocel;
pub use xes::Xes;

/// A format of event logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogFormat {
    /// OCEL 2.0 in JSON: events that refer to objects.
    Ocel,
    /// XES (IEEE 1849-2016): traces of events.
    Xes,
}

impl LogFormat {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Ocel, Self::Xes];

    /// Its name in requests and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ocel => "ocel",
            Self::Xes => "xes",
        }
    }

    /// The media type. XES has none of its own that is registered.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Ocel => "application/json",
            Self::Xes => "application/xml",
        }
    }

    /// The end of a file's name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Ocel => "jsonocel",
            Self::Xes => "xes",
        }
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for LogFormat {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|format| format.name() == text);
        found.ok_or_else(|| Invalid::new("format", text, "is none of ocel, xes"))
    }
}

/// What the journeys of a log are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// All that a customer did.
    Customer,
    /// A part of it.
    Attempt,
    /// All events with one value of a property, whoever they belong to.
    Case {
        /// The property.
        property: String,
    },
}

/// An event of a lived journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LivedEvent<'a> {
    /// Its number in the journal.
    pub arrival: u64,
    /// Where it happened.
    pub touchpoint: &'a str,
    /// When.
    pub at: Timestamp,
    /// How; empty if nobody said.
    pub channel: &'a str,
    /// How the customer felt, -2 to 2, if it is known.
    pub mood: Option<i8>,
    /// Whose it is.
    pub customer: &'a str,
}

/// A lived journey.
#[derive(Clone, Copy, Debug)]
pub struct Lived<'a> {
    /// Whose journey it counts as.
    pub customer: &'a str,
    /// Which of the customer's journeys, from 1.
    pub number: u64,
    /// The value of the property, where journeys are cases.
    pub case: Option<&'a str>,
    /// In their order; never empty.
    pub events: &'a [LivedEvent<'a>],
}

impl Lived<'_> {
    /// What tells it from all others of the log.
    fn id(&self, unit: &Unit) -> String {
        match (unit, self.case) {
            (Unit::Customer, _) => self.customer.to_owned(),
            (Unit::Case { .. }, Some(case)) => case.to_owned(),
            (Unit::Attempt | Unit::Case { .. }, _) => format!("{}/{}", self.customer, self.number),
        }
    }
}

/// Writes a log, journey by journey.
pub trait Log {
    /// Adds a journey.
    ///
    /// # Errors
    /// Those of what is written into.
    fn journey(&mut self, journey: &Lived<'_>) -> io::Result<()>;

    /// Ends the log.
    ///
    /// # Errors
    /// Those of what is written into.
    fn end(self: Box<Self>) -> io::Result<()>;
}

/// A log in a format.
///
/// # Errors
/// Those of what is written into.
pub fn log<'w>(format: LogFormat, out: impl io::Write + 'w, unit: Unit) -> io::Result<Box<dyn Log + 'w>> {
    Ok(match format {
        LogFormat::Ocel => Box::new(Ocel::new(out, unit)?),
        LogFormat::Xes => Box::new(Xes::new(out, unit)?),
    })
}
