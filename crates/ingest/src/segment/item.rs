use std::borrow::Cow;

use model::{Event, Identifier, IdentifierKind, Invalid, Kind, RawJson, Text, Timestamp};

use super::{Route, circumstances};
use crate::bad::Fault;
use crate::fields::{self, Said, push_new};
use crate::json::{self, Object, Writer};
use crate::{Arrived, derive};

/// A client clock nearer than this to ours is right; the difference is the way the request took.
const TRUSTED_SKEW_MICROS: i64 = 1_000_000;

/// Makes an event of one item; what the item says beyond the envelope goes to `extra`.
pub(super) fn read<'a>(mut item: Object<'a>, arrived: &Arrived<'a>, index: usize) -> Result<Event<'a>, Fault> {
    let call = call_of(item.take("type"))?;
    let message_id = fields::id("messageId", item.take("messageId"))?;
    let when = When::read(&mut item, arrived)?;
    let mut identifiers = who(&mut item, call)?;
    let (kind, name) = what(&mut item, call)?;

    let (properties, said) = if matches!(call, Route::Identify | Route::Group) {
        let mut traits = item.take("traits");
        if call == Route::Identify {
            // RudderStack's Python library sends them in the context alone.
            traits = traits.or_else(|| item.get("context").and_then(circumstances::traits));
            traits.into_iter().for_each(|traits| fields::push_traits(&mut identifiers, traits));
        }
        let properties = if call == Route::Group { with_group(&mut item, traits)? } else { fields::object(traits) };
        (properties, Said::default())
    } else {
        let properties = item.take("properties");
        (fields::object(properties), fields::said_in(properties.unwrap_or_default())?)
    };
    let context = item.take("context");
    let shown = context.and_then(|context| circumstances::read(context, &mut identifiers));
    let channel = channel_of(&mut item, call, said.channel, shown)?;
    let mood = fields::mood(item.take("mood"))?.or(said.mood);
    item.take("writeKey");

    let mut event = Event {
        message_id: message_id.unwrap_or_default(),
        source: arrived.source.into(),
        at: when.at,
        received_at: arrived.received_at,
        client_at: when.by_client.filter(|by_client| *by_client != when.at),
        kind,
        name,
        channel,
        identifiers,
        properties,
        context: fields::object(context),
        extra: item.rest_with(without_retries),
        mood,
    };
    if event.message_id.is_empty() {
        event.message_id = derive::message_id(&event, when.by_client, index).into();
    }
    event.validate()?;
    Ok(event)
}

fn call_of(raw: Option<&str>) -> Result<Route, Fault> {
    let calls = "track, identify, page, screen, group, alias";
    let Some(name) = fields::text("type", raw)? else {
        return Err(Fault::new("unknown_type", Invalid::missing("type", format!("is missing: one of {calls}"))));
    };
    match name.as_str() {
        "track" => Ok(Route::Track),
        "identify" => Ok(Route::Identify),
        "page" => Ok(Route::Page),
        "screen" => Ok(Route::Screen),
        "group" => Ok(Route::Group),
        "alias" => Ok(Route::Alias),
        other => Err(Fault::new("unknown_type", Invalid::new("type", other, format!("is none of {calls}")))),
    }
}

/// The time of an event by the client's clock and by ours.
struct When {
    by_client: Option<Timestamp>,
    at: Timestamp,
}

impl When {
    fn read(item: &mut Object<'_>, arrived: &Arrived<'_>) -> Result<Self, Fault> {
        let mut by_client = fields::time("timestamp", item.take("timestamp"))?;
        if by_client.is_none() {
            by_client = fields::time("originalTimestamp", item.take("originalTimestamp"))?;
        }
        let sent_at = fields::time("sentAt", item.take("sentAt"))?;
        let at = match (by_client, sent_at) {
            (Some(by_client), Some(sent_at)) if item.get("receivedAt").is_none() => {
                let skew = arrived.received_at.micros() - sent_at.micros();
                let offset = if skew.abs() > TRUSTED_SKEW_MICROS { skew } else { 0 };
                Timestamp::clamped(by_client.micros() + offset)
            }
            (Some(by_client), _) => by_client,
            (None, _) => arrived.received_at,
        };
        Ok(Self { by_client, at })
    }
}

fn who<'a>(item: &mut Object<'a>, call: Route) -> Result<Vec<Identifier<'a>>, Fault> {
    let user_id = fields::id("userId", item.take("userId"))?;
    let anonymous_id = fields::id("anonymousId", item.take("anonymousId"))?;
    let previous_id = if call == Route::Alias { fields::id("previousId", item.take("previousId"))? } else { None };

    let missing = |path, reason| Fault::new("missing_identifier", Invalid::missing(path, reason));
    if user_id.is_none() && anonymous_id.is_none() {
        return Err(missing("userId", "is missing, and anonymousId too: one of them is needed to know who it was"));
    }
    if call == Route::Alias && (user_id.is_none() || (previous_id.is_none() && anonymous_id.is_none())) {
        return Err(missing(
            "",
            "an alias needs userId, and previousId or anonymousId: the two ids that are one person",
        ));
    }

    let mut identifiers = Vec::with_capacity(4);
    if let Some(value) = user_id {
        push_new(&mut identifiers, IdentifierKind::UserId, value);
    }
    if let Some(value) = previous_id {
        push_new(&mut identifiers, fields::kind_of_former(value.as_str()), value);
    }
    if let Some(value) = anonymous_id {
        push_new(&mut identifiers, IdentifierKind::AnonymousId, value);
    }
    Ok(identifiers)
}

fn what<'a>(item: &mut Object<'a>, call: Route) -> Result<(Kind, Text<'a>), Fault> {
    match call {
        Route::Track => {
            let kind = fields::kind(item.take("kind"))?.unwrap_or_default();
            let name = fields::text("event", item.take("event"))?.ok_or_else(|| {
                Fault::new("missing_event", Invalid::missing("event", "is missing: a track call names what happened"))
            })?;
            Ok((kind, name))
        }
        Route::Page | Route::Screen => {
            let kind = fields::kind(item.take("kind"))?.unwrap_or_default();
            Ok((kind, fields::text("name", item.take("name"))?.unwrap_or_else(|| call.as_str().into())))
        }
        Route::Identify | Route::Group => Ok((Kind::Identify, call.as_str().into())),
        Route::Alias => Ok((Kind::Link, call.as_str().into())),
        Route::Batch => unreachable!("a batch is no item: call_of does not name it"),
    }
}

/// The traits of a group with `groupId` before them.
fn with_group<'a>(item: &mut Object<'a>, traits: Option<&'a str>) -> Result<RawJson<'a>, Fault> {
    let Some(group_id) = item.take("groupId") else { return Ok(fields::object(traits)) };
    let mut properties = Writer::default();
    properties.member("groupId", group_id);
    match traits {
        Some(object) if object.starts_with('{') => properties.members_of(object),
        Some(other) => return Err(Fault::new("not_an_object", Invalid::new("traits", other, "is not a JSON object"))),
        None => {}
    }
    Ok(properties.finish())
}

fn channel_of<'a>(
    item: &mut Object<'a>,
    call: Route,
    said: Option<Text<'a>>,
    shown: Option<&'static str>,
) -> Result<Text<'a>, Fault> {
    if let Some(said) = said {
        return Ok(said);
    }
    let by_client = match item.get("channel").and_then(json::string) {
        Some(name) => match name.as_str() {
            "browser" => Some("web".into()),
            "mobile" => Some("app".into()),
            "server" | "" => None,
            _ => {
                item.take("channel"); // the only case in which the envelope says it as the client did
                Some(name)
            }
        },
        None => None,
    };
    let by_call = || match call {
        Route::Page => "web",
        Route::Screen => "app",
        Route::Track | Route::Identify | Route::Group | Route::Alias | Route::Batch => "",
    };
    Ok(by_client.unwrap_or_else(|| shown.unwrap_or_else(by_call).into()))
}

/// Browsers count their retries in `_metadata`; the same event must stay the same.
fn without_retries<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    if name != "_metadata" || !value.contains("\"retryCount\"") {
        return value.into();
    }
    match Object::parse(value) {
        Ok(metadata) => String::from(metadata.without("retryCount").as_str()).into(),
        Err(_) => value.into(),
    }
}
