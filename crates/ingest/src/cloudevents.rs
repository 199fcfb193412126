//! CloudEvents 1.0 in its binary, structured and batched forms.
//!
//! | CloudEvent | becomes |
//! |---|---|
//! | `type` | the last dotted part is the name; `….identify` and `….alias` set the kind |
//! | `source` and `id` | message id `source#id`, shortened to a hash above 200 characters |
//! | extensions `userid`, `anonymousid`, else `data.userId`, `data.anonymousId` | identifiers |
//! | `data.previousId` | a further identifier of an alias |
//! | `data.identifiers`, a list of `{"kind": "loyalty_card", "value": "…"}` | identifiers of any kind |
//! | `data.traits` | identifiers `email` and `phone`; of an identify they are the properties |
//! | extensions `kind`, `channel`, else `data.channel`; `data.mood` as `{"value", "origin"}` or beside `data.mood_origin` | kind, channel, mood |
//! | `time` | when it happened; the time of receipt if missing |
//! | `data`, an object | properties; other JSON is kept as `{"data": …}`, bytes as `{"data_base64": …}` |
//!
//! All attributes but `specversion` and `time` are kept as they came in `extra`, so nothing is lost. The event's
//! own source is the registered one of the credential, not the CloudEvent's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use model::{Event, IdentifierKind, Invalid, Kind, RawJson, Text};

use crate::bad::Fault;
use crate::fields::{self, push_new, text};
use crate::json::{self, Object, Writer};
use crate::{Arrived, BadRow, Dialect, MAX_EVENT_BYTES, Parsed, Refused, body, derive};

/// Longest message id that is kept as it is, in characters.
const LONGEST_MESSAGE_ID: usize = 200;

/// Reads the headers and the inflated body of a request in whatever form it has.
///
/// With `ce-` headers it is the binary form, unless the content type says otherwise; else the body itself tells one
/// event (an object) from a batch (an array). Header names may be in any case.
pub fn parse<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    body: &'a [u8],
    arrived: &Arrived<'a>,
) -> Result<Parsed<'a>, Refused> {
    let mut content_type = "";
    let mut attributes = Vec::new();
    for (name, value) in headers {
        if name.eq_ignore_ascii_case("content-type") {
            content_type = value;
        } else if let Some(attribute) = strip_prefix_ignore_case(name, "ce-") {
            attributes.push((attribute.to_ascii_lowercase(), decoded(value)));
        }
    }
    let says_structured = strip_prefix_ignore_case(content_type.trim_start(), "application/cloudevents").is_some();
    if attributes.is_empty() || says_structured {
        return body::each_item(body, |_, item| event(item, arrived));
    }
    Refused::above("the event", MAX_EVENT_BYTES, body.len())?;
    let structured = structured(&attributes, content_type, body)?;
    let mut parsed = Parsed::with_capacity(1);
    parsed.add(0, event(&structured, arrived).map(Event::into_owned).map_err(BadRow::into_owned));
    Ok(parsed)
}

/// Reads one CloudEvent in JSON, as in a structured body, a batch, a file or the quarantine.
pub fn event<'a>(item: &'a str, arrived: &Arrived<'a>) -> Result<Event<'a>, BadRow<'a>> {
    let read = body::within_limit(item, MAX_EVENT_BYTES).and_then(|()| read(Object::of_item(item)?, arrived));
    read.map_err(|fault| fault.of(Dialect::CloudEvents, item))
}

fn read<'a>(mut envelope: Object<'a>, arrived: &Arrived<'a>) -> Result<Event<'a>, Fault> {
    let version = required(&envelope, "specversion")?;
    if version.as_str() != "1.0" {
        let reason = "is no version that can be read: 1.0 is";
        return Err(Fault::new("bad_attribute", Invalid::new("specversion", version.as_str(), reason)));
    }
    envelope.take("specversion");
    let id = required(&envelope, "id")?;
    let source = required(&envelope, "source")?;
    let kind_of_event = required(&envelope, "type")?;
    let at = fields::time("time", envelope.take("time"))?.unwrap_or(arrived.received_at);
    let (data, data_base64) = (envelope.take("data"), envelope.take("data_base64"));

    let name = last_part(kind_of_event);
    let kind = match fields::kind(envelope.get("kind"))? {
        Some(kind) => kind,
        None if name == "identify" => Kind::Identify,
        None if name == "alias" => Kind::Link,
        None => Kind::Interaction,
    };

    let told = match data {
        Some(object) if object.starts_with('{') => Object::of_item(object)?,
        Some(_) | None => Object::default(),
    };
    let mut identifiers = Vec::with_capacity(4);
    for (attribute, member, id_kind) in
        [("userid", "userId", IdentifierKind::UserId), ("anonymousid", "anonymousId", IdentifierKind::AnonymousId)]
    {
        let value = match fields::id(attribute, envelope.get(attribute))? {
            Some(value) => Some(value),
            None => fields::id(member, told.get(member)).map_err(|fault| fault.within("data"))?,
        };
        if let Some(value) = value {
            push_new(&mut identifiers, id_kind, value);
        }
    }
    if kind == Kind::Link
        && let Some(value) = fields::id("previousId", told.get("previousId")).map_err(|fault| fault.within("data"))?
    {
        push_new(&mut identifiers, fields::kind_of_former(value.as_str()), value);
    }
    if let Some(list) = told.get("identifiers") {
        fields::push_listed(&mut identifiers, list).map_err(|fault| fault.within("data"))?;
    }
    let traits = told.get("traits").filter(|traits| traits.starts_with('{'));
    if let Some(traits) = traits {
        fields::push_traits(&mut identifiers, traits);
    }
    let said = fields::said_in(data.unwrap_or_default()).map_err(|fault| fault.within("data"))?;
    let mood = match told.get("mood").filter(|mood| mood.starts_with('{')) {
        Some(mood) => fields::mood(Some(mood)).map_err(|fault| fault.within("data"))?,
        None => said.mood,
    };
    let channel = text("channel", envelope.get("channel"))?.or(said.channel).unwrap_or_default();

    let mut extra = Writer::default();
    extra.members_of(envelope.rest().as_str());
    let properties = match (data, traits) {
        (Some(_), Some(traits)) if kind == Kind::Identify => {
            extra.member("data", told.without("traits").as_str());
            json::raw(traits)
        }
        (Some(object), _) if object.starts_with('{') => json::raw(object),
        (Some(other), _) => wrapped("data", other),
        (None, _) => data_base64.map(|bytes| wrapped("data_base64", bytes)).unwrap_or_default(),
    };

    let mut event = Event::new(message_id(source.as_str(), id.as_str()), arrived.source, name, at);
    event.received_at = arrived.received_at;
    event.kind = kind;
    event.channel = channel;
    event.identifiers = identifiers;
    event.mood = mood;
    event.properties = properties;
    event.extra = extra.finish();
    event.validate()?;
    Ok(event)
}

fn required<'a>(envelope: &Object<'a>, attribute: &str) -> Result<Text<'a>, Fault> {
    let value = text(attribute, envelope.get(attribute))?;
    value.ok_or_else(|| Fault::new("bad_attribute", Invalid::missing(attribute, "is missing: every CloudEvent has it")))
}

/// The last dotted part of a type; all of it where nothing follows the last dot.
fn last_part<'a>(event_type: Text<'a>) -> Text<'a> {
    match event_type.as_str().rsplit_once('.') {
        Some((_, last)) if !last.is_empty() => last.to_owned().into(),
        Some(_) | None => event_type,
    }
}

fn message_id(source: &str, id: &str) -> String {
    let joined = format!("{source}#{id}");
    if joined.chars().count() > LONGEST_MESSAGE_ID { derive::short_id("c-", &joined) } else { joined }
}

fn wrapped(name: &str, value: &str) -> RawJson<'static> {
    let mut properties = Writer::default();
    properties.member(name, value);
    properties.finish()
}

/// The structured form of a binary request, so that both are read alike and a refused one can be repaired.
fn structured(attributes: &[(String, String)], content_type: &str, body: &[u8]) -> Result<String, Refused> {
    let mut envelope = Writer::default();
    for (name, value) in attributes {
        envelope.member(name, &json::quoted(value));
    }
    if !content_type.is_empty() {
        envelope.member("datacontenttype", &json::quoted(content_type));
    }
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = media_type.is_empty() || media_type.ends_with("/json") || media_type.ends_with("+json");
    match body::text(body) {
        Ok(_) if body.is_empty() => {}
        Ok(text) if is_json => envelope.member("data", json::value(text)?),
        Ok(text) => envelope.member("data", &json::quoted(text)),
        Err(_) => envelope.member("data_base64", &json::quoted(&BASE64.encode(body))),
    }
    Ok(String::from(envelope.finish().as_str()))
}

/// The value of a `ce-` header: its quotes removed, then its percent escapes resolved. What does not come out as
/// UTF-8 is replaced character by character.
fn decoded(header: &str) -> String {
    let trimmed = header.trim();
    let unquoted = match trimmed.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => unescaped(inner),
        None => trimmed.to_owned(),
    };
    let bytes = unquoted.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%').then(|| hex_pair(bytes.get(at + 1), bytes.get(at + 2))).flatten();
        plain.push(escape.unwrap_or(bytes[at]));
        at += if escape.is_some() { 3 } else { 1 };
    }
    String::from_utf8(plain).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn unescaped(quoted: &str) -> String {
    let mut plain = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        plain.push(if character == '\\' { characters.next().unwrap_or(character) } else { character });
    }
    plain
}

fn hex_pair(high: Option<&u8>, low: Option<&u8>) -> Option<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_values_lose_quotes_and_percent_escapes_and_nothing_else() {
        for (header, value) in [
            ("plain", "plain"),
            ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
            (r#""a \"quoted\" %22b%22""#, r#"a "quoted" "b""#),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%ff", "\u{fffd}"),
        ] {
            assert_eq!(decoded(header), value, "{header}");
        }
    }
}
