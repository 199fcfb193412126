//! XES, IEEE 1849-2016: a trace for each journey, with the standard attributes for names and times, and channel and mood beside
//! them.
//!
//! Source: IEEE Standard for eXtensible Event Stream (XES) for Achieving Interoperability in Event Logs and Event Streams,
//! clauses 4 and 5, and the extensions Concept and Time.

use std::io::{self, Write};

use super::{Lived, Log, Unit};
use crate::xml::escaped;

/// A log in the making.
#[derive(Debug)]
pub struct Xes<W> {
    out: W,
    unit: Unit,
}

impl<W: Write> Xes<W> {
    /// Begins a log.
    ///
    /// # Errors
    /// Those of what is written into.
    pub fn new(mut out: W, unit: Unit) -> io::Result<Self> {
        out.write_all(
            br#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="trace">
    <string key="concept:name" value=""/>
    <string key="customer" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00Z"/>
  </global>
  <classifier name="Touchpoint" keys="concept:name"/>
"#,
        )?;
        Ok(Self { out, unit })
    }

    fn attribute(&mut self, sort: &str, key: &str, value: &str) -> io::Result<()> {
        write!(self.out, "<{sort} key=\"{}\" value=\"{}\"/>", escaped(key), escaped(value))
    }
}

impl<W: Write> Log for Xes<W> {
    fn journey(&mut self, journey: &Lived<'_>) -> io::Result<()> {
        self.out.write_all(b"  <trace>\n    ")?;
        let id = journey.id(&self.unit);
        self.attribute("string", "concept:name", &id)?;
        self.attribute("string", "customer", journey.customer)?;
        self.out.write_all(b"\n")?;
        for event in journey.events {
            self.out.write_all(b"    <event>")?;
            self.attribute("string", "concept:name", event.touchpoint)?;
            self.attribute("date", "time:timestamp", &event.at.to_string())?;
            if !event.channel.is_empty() {
                self.attribute("string", "channel", event.channel)?;
            }
            if let Some(mood) = event.mood {
                self.attribute("int", "mood", &mood.to_string())?;
            }
            if event.customer != journey.customer {
                self.attribute("string", "customer", event.customer)?;
            }
            self.out.write_all(b"</event>\n")?;
        }
        self.out.write_all(b"  </trace>\n")
    }

    fn end(mut self: Box<Self>) -> io::Result<()> {
        self.out.write_all(b"</log>\n")?;
        self.out.flush()
    }
}
