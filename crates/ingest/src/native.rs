//! Geleit's own envelope: the JSON of [`model::Event`], one object an event, with defaults.
//!
//! ```json
//! {"name": "offer refused", "at": "2026-11-22T10:00:00Z", "kind": "conversation", "channel": "shop",
//!  "identifiers": [{"kind": "loyalty_card", "value": "4711"}], "properties": {"reason": "price"}}
//! ```
//!
//! Only `name` and `identifiers` are needed. `at` is the time of receipt if missing, `message_id` is derived from
//! the content, `kind` is `interaction`. Fields without a place in the envelope are added to `extra`.
//!
//! Two doors read it and trust it differently: [`parse`] is for senders, whose source is the one of their
//! credential and whose events arrive now; [`line()`] is for files of our own, which keep source and time of receipt.

use model::{Event, Identifier, Invalid, Timestamp};

use crate::bad::Fault;
use crate::fields::{self, text};
use crate::json::{self, Object, Writer};
use crate::{Arrived, BadRow, Dialect, MAX_EVENT_BYTES, Parsed, Refused, body, derive};

/// Reads the inflated body of a request: one event or an array of them.
pub fn parse<'a>(body: &'a [u8], arrived: &Arrived<'a>) -> Result<Parsed<'a>, Refused> {
    body::each_item(body, |index, item| read(item, arrived, Trust::Sender, index))
}

/// Reads one event of a sender, as in a body or in the quarantine.
///
/// An event that names another source than the one that sent it is refused; its `received_at` is ours.
pub fn event<'a>(item: &'a str, arrived: &Arrived<'a>) -> Result<Event<'a>, BadRow<'a>> {
    read(item, arrived, Trust::Sender, 0)
}

/// Reads one line of a file that Geleit wrote: `source` and `received_at` are kept, and taken from `arrived` if
/// missing. An exported event reads back as it was.
pub fn line<'a>(line: &'a str, arrived: &Arrived<'a>) -> Result<Event<'a>, BadRow<'a>> {
    read(line, arrived, Trust::OwnFile, 0)
}

#[derive(Clone, Copy, PartialEq)]
enum Trust {
    Sender,
    OwnFile,
}

fn read<'a>(item: &'a str, arrived: &Arrived<'a>, trust: Trust, index: usize) -> Result<Event<'a>, BadRow<'a>> {
    let read = body::within_limit(item, MAX_EVENT_BYTES)
        .and_then(|()| envelope(Object::of_item(item)?, arrived, trust, index));
    let dialect = match trust {
        Trust::Sender => Dialect::Native,
        Trust::OwnFile => Dialect::NativeLine,
    };
    read.map_err(|fault| fault.of(dialect, item))
}

fn envelope<'a>(mut item: Object<'a>, arrived: &Arrived<'a>, trust: Trust, index: usize) -> Result<Event<'a>, Fault> {
    let said_source = text("source", item.take("source"))?;
    let said_receipt = fields::time("received_at", item.take("received_at"))?;
    let (source, received_at) = match (trust, said_source) {
        (Trust::OwnFile, source) => {
            (source.unwrap_or_else(|| arrived.source.into()), said_receipt.unwrap_or(arrived.received_at))
        }
        (Trust::Sender, Some(source)) if source.as_str() != arrived.source => {
            let reason = format!("is not the source of this credential, which is {:?}", arrived.source);
            return Err(Fault::new("foreign_source", Invalid::new("source", source.as_str(), reason)));
        }
        (Trust::Sender, _) => (arrived.source.into(), arrived.received_at),
    };
    let said_at = fields::time("at", item.take("at"))?;
    let mut event =
        Event::new(text("message_id", item.take("message_id"))?.unwrap_or_default(), source, "", Timestamp::default());
    event.received_at = received_at;
    event.at = said_at.unwrap_or(received_at);
    event.client_at = fields::time("client_at", item.take("client_at"))?;
    event.kind = fields::kind(item.take("kind"))?.unwrap_or_default();
    event.name = text("name", item.take("name"))?.unwrap_or_default();
    event.channel = text("channel", item.take("channel"))?.unwrap_or_default();
    event.identifiers = identifiers(item.take("identifiers"))?;
    event.properties = fields::object(item.take("properties"));
    event.context = fields::object(item.take("context"));
    event.mood = fields::mood(item.take("mood"))?;
    let said_extra = item.take("extra");
    let unknown = item.rest();
    event.extra = match said_extra {
        Some(extra) if extra.starts_with('{') && !unknown.is_empty() => {
            let mut both = Writer::default();
            both.members_of(extra);
            both.members_of(unknown.as_str());
            both.finish()
        }
        Some(extra) => json::raw(extra),
        None => unknown,
    };
    if event.message_id.is_empty() {
        event.message_id = derive::message_id(&event, event.client_at.or(said_at), index).into();
    }
    event.validate()?;
    Ok(event)
}

fn identifiers(raw: Option<&str>) -> Result<Vec<Identifier<'_>>, Fault> {
    let Some(raw) = raw else { return Ok(Vec::new()) };
    serde_json::from_str(raw).map_err(|error| {
        let reason = format!("is not a list of {{kind, value}}: {error}");
        Fault::new("bad_identifier", Invalid::new("identifiers", raw, reason))
    })
}
