//! What the doors of a world get, read by the doors' own code and put in the order of time.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use ingest::files::{self, Options, TimeFormat};
use ingest::segment::{self, Route};
use ingest::{Arrived, cloudevents};
use model::{Event, IdentifierKind, RawJson, Timestamp};

use super::{Truth, each_line};

/// The readable events of a world, each once, in the order of time, and whose each is. What an event tells besides who,
/// when and what is left out: nobody is recognised by it, and a hundred thousand people's events fit into memory.
#[derive(Debug)]
pub struct Traces {
    bytes: Vec<u8>,
    places: Vec<Place>,
    /// Events that came a second time.
    pub duplicates: u64,
    /// Items that belong into the quarantine.
    pub unreadable: u64,
}

#[derive(Debug)]
struct Place {
    at: Timestamp,
    person: u32,
    start: usize,
    end: usize,
}

impl Traces {
    /// Reads the doors' files in a world's folder.
    ///
    /// # Errors
    /// If a file cannot be read, or an event has no truth.
    pub fn read(world: &Path, truth: &mut Truth) -> Result<Self> {
        let mut traces = Self { bytes: Vec::new(), places: Vec::new(), duplicates: 0, unreadable: 0 };
        let received_at = Timestamp::now();
        each_line(&world.join("segment.jsonl"), |line| {
            let source = after(line, "{\"source\":\"")?;
            let parsed = segment::parse(Route::Batch, line.as_bytes(), &Arrived { source, received_at })?;
            traces.unreadable += parsed.bad.len() as u64;
            for (_, event) in parsed.events {
                let id = event.message_id.as_str().to_owned();
                traces.take(event, &id, truth)?;
            }
            Ok(())
        })?;
        each_line(&world.join("cloudevents.jsonl"), |line| {
            let source = after(line, "\"source\":\"/")?;
            let Ok(event) = cloudevents::event(line, &Arrived { source, received_at }) else {
                traces.unreadable += 1;
                return Ok(());
            };
            // The door puts the sender's name before the sender's id.
            let id = event.message_id.as_str().rsplit('#').next().unwrap_or_default().to_owned();
            traces.take(event, &id, truth)
        })?;
        traces.read_tills(&world.join("tills"), truth)?;
        traces.places.sort_by_key(|place| place.at);
        Ok(traces)
    }

    fn read_tills(&mut self, folder: &Path, truth: &mut Truth) -> Result<()> {
        let files = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
        let mut files: Vec<PathBuf> = files.map(|file| Ok(file?.path())).collect::<Result<_>>()?;
        files.sort();
        let options = till_options()?;
        for path in files {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // The header is line 1.
            let (mut line, mut outcome) = (1, Ok(()));
            files::open(&path, &options)?.for_each(|row| {
                line += 1;
                match row {
                    Ok(event) if outcome.is_ok() => outcome = self.take(event, &format!("{name}:{line}"), truth),
                    Ok(_) => {}
                    Err(_) => self.unreadable += 1,
                }
            })?;
            outcome?;
        }
        Ok(())
    }

    fn take(&mut self, event: Event<'_>, id: &str, truth: &mut Truth) -> Result<()> {
        let Some(person) = truth.claim(id)? else {
            self.duplicates += 1;
            return Ok(());
        };
        let nothing = RawJson::default;
        let event = Event { properties: nothing(), context: nothing(), extra: nothing(), ..event };
        let start = self.bytes.len();
        event.encode_into(&mut self.bytes);
        self.places.push(Place { at: event.at, person, start, end: self.bytes.len() });
        Ok(())
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// True if the doors got nothing that can be read.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whose the event numbered `index` truly is.
    pub fn person(&self, index: usize) -> u32 {
        self.places[index].person
    }

    /// The event numbered `index`.
    pub fn event(&self, index: usize) -> Event<'_> {
        let Place { start, end, .. } = self.places[index];
        Event::decode(&self.bytes[start..end]).expect("it was encoded by this type")
    }
}

/// How `geleit demo` reads the exports of Velunda's tills.
fn till_options() -> Result<Options> {
    Ok(Options {
        source: "shop-tills".to_owned(),
        customer: Some("Kundenkarte".to_owned()),
        customer_kind: IdentifierKind::LoyaltyCard,
        touchpoint: Some("Vorgang".to_owned()),
        time: Some("Datum+Uhrzeit".to_owned()),
        time_format: Some(TimeFormat::DayFirst),
        time_zone: Some(jiff::tz::TimeZone::get("Europe/Berlin")?),
        ..Options::default()
    })
}

/// The text from `mark` to the next quote.
fn after<'l>(line: &'l str, mark: &str) -> Result<&'l str> {
    let rest = line.split_once(mark).with_context(|| format!("no {mark} in {line:.80}"))?.1;
    Ok(rest.split('"').next().unwrap_or_default())
}
