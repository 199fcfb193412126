//! The Segment HTTP dialect, as Segment's and RudderStack's clients speak it.
//!
//! | call | kind | name | identifiers |
//! |---|---|---|---|
//! | `track` | interaction, or the item's own `kind` | `event` | `userId`, `anonymousId` |
//! | `page`, `screen` | interaction, or the item's own `kind` | `name`, else `page` or `screen` | the same |
//! | `identify` | identify | `identify` | the same, `email` and `phone` of `traits` |
//! | `group` | identify; the properties are `groupId` and the traits | `group` | `userId`, `anonymousId` |
//! | `alias` | link | `alias` | `userId`, `previousId`, `anonymousId` |
//!
//! - **Who**: `userId` or `anonymousId` is needed; `null` and empty texts count as not sent, numbers become texts.
//!   `previousId` is an anonymous id unless it looks like a mail address. Every call also takes `email` and
//!   `phone` of `context.traits`, `context.device.id`, and each `{id, type}` of `context.externalIds` under the
//!   kind that `type` names.
//! - **When**: `timestamp`, else `originalTimestamp`, else the time of receipt. A client clock that is off by more
//!   than a second, seen by `sentAt` beside the time of receipt, is corrected by the difference and its own time
//!   kept in `client_at`. Items with a `receivedAt` were corrected by the collector that relays them.
//! - **How**: `properties.channel`, else `channel` (`browser` is `web`, `mobile` is `app`; `server` says how the
//!   request came, not the customer, and is passed over), else what the context shows (a page or a browser library:
//!   `web`; a device or an operating system: `app`), else `web` for `page` and `app` for `screen`.
//! - **Mood**: `mood` beside `event`, as `{value, origin, method}` or a bare value; or `mood` and `mood_origin`
//!   in the properties.
//! - **Again**: `writeKey`, `sentAt` and the client's count of its retries change between attempts and are left
//!   out, so an event that is sent twice is the same twice. Whatever else has no place in the envelope is kept in
//!   `extra`.

use std::marker::PhantomData;
use std::str::FromStr;

use model::{Event, Invalid, Text};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::json::{self, Object};
use crate::{Arrived, BadRow, Dialect, Parsed, Refused, body};

mod circumstances;
mod item;

/// Most bytes of one event.
pub const MAX_EVENT_BYTES: usize = 32 * 1024;
/// Most bytes of one batch, inflated.
pub const MAX_BATCH_BYTES: usize = 500 * 1024;

/// What a request calls for: the last part of its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Something was done.
    Track,
    /// Who somebody is.
    Identify,
    /// A page was seen.
    Page,
    /// A screen of an app was seen.
    Screen,
    /// Somebody belongs to a group.
    Group,
    /// Two ids are one person.
    Alias,
    /// Any of the others, many at once.
    Batch,
}

impl Route {
    const ALL: [Self; 7] =
        [Self::Track, Self::Identify, Self::Page, Self::Screen, Self::Group, Self::Alias, Self::Batch];

    /// The route's full name; its first letter is its short form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Identify => "identify",
            Self::Page => "page",
            Self::Screen => "screen",
            Self::Group => "group",
            Self::Alias => "alias",
            Self::Batch => "batch",
        }
    }

    fn as_json(self) -> &'static str {
        match self {
            Self::Track => r#""track""#,
            Self::Identify => r#""identify""#,
            Self::Page => r#""page""#,
            Self::Screen => r#""screen""#,
            Self::Group => r#""group""#,
            Self::Alias => r#""alias""#,
            Self::Batch => r#""batch""#,
        }
    }
}

impl FromStr for Route {
    type Err = Invalid;

    /// A full name or its first letter, as browsers send it.
    fn from_str(name: &str) -> Result<Self, Invalid> {
        let wanted = |route: &Self| name == route.as_str() || name == &route.as_str()[..1];
        Self::ALL
            .into_iter()
            .find(wanted)
            .ok_or_else(|| Invalid::new("", name, format!("is none of {}", Self::ALL.map(Self::as_str).join(", "))))
    }
}

/// Reads the inflated body of a request.
///
/// A call of its own (any route but [`Route::Batch`]) gives one event or one bad row. Refuses what is over
/// [`MAX_EVENT_BYTES`] or, for a batch, [`MAX_BATCH_BYTES`]; an item of a batch that is over its limit is a bad row.
pub fn parse<'a>(route: Route, body: &'a [u8], arrived: &Arrived<'a>) -> Result<Parsed<'a>, Refused> {
    if route == Route::Batch {
        Refused::above("the batch", MAX_BATCH_BYTES, body.len())?;
        return parse_batch(body::text(body)?, arrived);
    }
    Refused::above("the event", MAX_EVENT_BYTES, body.len())?;
    let text = body::text(body)?;
    Object::parse(text)?;
    let mut parsed = Parsed::with_capacity(1);
    let shared = Shared { route: Some(route), ..Shared::default() };
    parsed.add(0, read(text, &shared, arrived, 0));
    Ok(parsed)
}

/// Reads one item that names its `type`, as it stands in a batch or in the quarantine.
pub fn event<'a>(item: &'a str, arrived: &Arrived<'a>) -> Result<Event<'a>, BadRow<'a>> {
    read(item, &Shared::default(), arrived, 0)
}

/// The write key in a body, for clients that put it there instead of into the header.
pub fn write_key(body: &[u8]) -> Option<Text<'_>> {
    memchr::memmem::find(body, b"\"writeKey\"")?;
    let mut object = Object::parse(body::text(body).ok()?).ok()?;
    object.take("writeKey").and_then(json::string).filter(|key| !key.is_empty())
}

/// The settings document that browser clients ask for before they send anything.
///
/// `origin` is where events go, such as `https://events.example.org`; clients add `/v1`. The client's telemetry to its
/// maker is switched off.
pub fn settings(write_key: &str, origin: &str) -> String {
    let (protocol, host) = origin.split_once("://").unwrap_or(("https", origin));
    let api_host = format!("{}/v1", host.trim_end_matches('/'));
    let everything = serde_json::json!({ "__default": { "enabled": true, "integrations": {} } });
    serde_json::json!({
        "integrations": {
            "Segment.io": {
                "apiKey": write_key,
                "apiHost": &api_host,
                "protocol": protocol,
                "unbundledIntegrations": [],
                "addBundledMetadata": true,
                "maybeBundledConfigIds": {},
                "versionSettings": { "version": "4.4.7", "componentTypes": ["browser"] }
            }
        },
        "plan": { "track": &everything, "identify": &everything, "group": &everything },
        "edgeFunction": {},
        "analyticsNextEnabled": true,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": { "sampleRate": 0, "host": api_host },
        "legacyVideoPluginsEnabled": false,
        "remotePlugins": []
    })
    .to_string()
}

fn parse_batch<'a>(text: &'a str, arrived: &Arrived<'a>) -> Result<Parsed<'a>, Refused> {
    if let Some(parsed) = parse_faultless_batch(text, arrived) {
        return Ok(parsed);
    }
    let batch: Batch<'a, &'a RawValue> = serde_json::from_str(text)?;
    let Some(items) = batch.items else {
        return Err(Refused::WrongShape(Invalid::missing("batch", "is missing: a list of calls")));
    };
    let mut parsed = Parsed::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        parsed.add(index, read(item.get(), &batch.shared, arrived, index));
    }
    Ok(parsed)
}

/// Reads a batch in one pass over its text: nearly all are like that. `None` if there is anything wrong with it; then its
/// items have to be told apart first, so that the bad ones can be kept as they came.
fn parse_faultless_batch<'a>(text: &'a str, arrived: &Arrived<'a>) -> Option<Parsed<'a>> {
    let batch: Batch<'a, Object<'a>> = serde_json::from_str(text).ok()?;
    let items = batch.items?;
    let mut parsed = Parsed::with_capacity(items.len());
    for (index, mut item) in items.into_iter().enumerate() {
        // Near the limit the item's own text counts, to the byte.
        if item.size() > MAX_EVENT_BYTES / 2 {
            return None;
        }
        batch.shared.lend_to(&mut item);
        parsed.add(index, Ok(item::read(item, arrived, index).ok()?));
    }
    Some(parsed)
}

fn read<'a>(text: &'a str, shared: &Shared<'a>, arrived: &Arrived<'a>, index: usize) -> Result<Event<'a>, BadRow<'a>> {
    let read_item = || {
        body::within_limit(text, MAX_EVENT_BYTES)?;
        let mut object = Object::of_item(text)?;
        shared.lend_to(&mut object);
        item::read(object, arrived, index)
    };
    read_item().map_err(|fault| fault.of(Dialect::Segment, shared.completed(text)))
}

/// What stands around an item and holds for it too.
#[derive(Default)]
struct Shared<'a> {
    /// The route that says what the item is, whatever its `type`.
    route: Option<Route>,
    context: Option<&'a str>,
    integrations: Option<&'a str>,
    sent_at: Option<&'a str>,
}

impl<'a> Shared<'a> {
    fn lend_to(&self, item: &mut Object<'a>) {
        if let Some(route) = self.route {
            item.take("type");
            item.put_missing("type", Some(route.as_json()));
        }
        item.put_missing("context", self.context);
        item.put_missing("integrations", self.integrations);
        item.put_missing("sentAt", self.sent_at);
    }

    /// The item with what it borrowed, so that it can be read again without its surroundings.
    fn completed(&self, text: &'a str) -> Text<'a> {
        let stands_alone =
            self.route.is_none() && self.context.is_none() && self.integrations.is_none() && self.sent_at.is_none();
        match Object::parse(text) {
            Ok(mut object) if !stands_alone => {
                self.lend_to(&mut object);
                String::from(object.rest().as_str()).into()
            }
            Ok(_) | Err(_) => text.into(),
        }
    }
}

/// The body of a batch; `I` is how far its items are looked into.
struct Batch<'a, I> {
    items: Option<Vec<I>>,
    shared: Shared<'a>,
}

impl<'de: 'a, 'a, I: Deserialize<'de>> Deserialize<'de> for Batch<'a, I> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(BatchVisitor(PhantomData))
    }
}

struct BatchVisitor<I>(PhantomData<I>);

impl<'de, I: Deserialize<'de>> Visitor<'de> for BatchVisitor<I> {
    type Value = Batch<'de, I>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object with a list of calls in `batch`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut batch = Batch { items: None, shared: Shared::default() };
        while let Some(key) = map.next_key::<Text<'de>>()? {
            if key.as_str() == "batch" {
                batch.items = Some(map.next_value()?);
                continue;
            }
            let value = Some(map.next_value::<&RawValue>()?.get());
            match key.as_str() {
                "context" => batch.shared.context = value,
                "integrations" => batch.shared.integrations = value,
                "sentAt" => batch.shared.sent_at = value,
                _ => {} // belongs to the request, not to an event
            }
        }
        Ok(batch)
    }
}
