//! Fields that all JSON dialects read alike: texts, ids, times, moods.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use model::{Identifier, IdentifierKind, Invalid, Kind, Mood, MoodOrigin, RawJson, Text, Timestamp};

use crate::bad::Fault;
use crate::json::{self, Object};

/// A text; empty counts as not sent.
pub(crate) fn text<'a>(path: &str, raw: Option<&'a str>) -> Result<Option<Text<'a>>, Fault> {
    let Some(raw) = raw else { return Ok(None) };
    match json::string(raw) {
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => Ok(Some(text)),
        None => Err(Fault::new("bad_text", Invalid::new(path, raw, "is not a text"))),
    }
}

/// An id: a text, or a number as the text in which it came. Empty counts as not sent.
pub(crate) fn id<'a>(path: &str, raw: Option<&'a str>) -> Result<Option<Text<'a>>, Fault> {
    let Some(raw) = raw else { return Ok(None) };
    if is_number(raw) {
        return Ok(Some(raw.into()));
    }
    match json::string(raw) {
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => Ok(Some(text)),
        None => Err(Fault::new("bad_identifier", Invalid::new(path, raw, "is neither a text nor a number"))),
    }
}

/// A time: RFC 3339 text, or a number of milliseconds since 1970. Empty counts as not sent.
pub(crate) fn time(path: &str, raw: Option<&str>) -> Result<Option<Timestamp>, Fault> {
    let Some(raw) = raw else { return Ok(None) };
    let bad = |invalid: Invalid| Fault::new("bad_time", invalid.within(path));
    if is_number(raw) {
        let micros = match raw.parse::<i64>() {
            Ok(millis) => millis.checked_mul(1000),
            // Fractions of a millisecond; a float counts microseconds exactly until the year 2255.
            Err(_) => raw
                .parse::<f64>()
                .ok()
                .map(|millis| (millis * 1000.0).round())
                .filter(|m| m.abs() < 9e18)
                .map(|m| m as i64),
        };
        let out_of_range = || Invalid::new("", raw, "milliseconds lie outside the years 1 to 9999");
        return micros
            .ok_or_else(out_of_range)
            .and_then(|micros| Timestamp::from_micros(micros).map_err(|_| out_of_range()))
            .map(Some)
            .map_err(bad);
    }
    match json::string(raw) {
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => text.as_str().parse().map(Some).map_err(bad),
        None => Err(bad(Invalid::new("", raw, "is neither an RFC 3339 text nor milliseconds since 1970"))),
    }
}

/// One of our kinds by its name.
pub(crate) fn kind(raw: Option<&str>) -> Result<Option<Kind>, Fault> {
    let Some(name) = text("kind", raw)? else { return Ok(None) };
    Ok(Some(name.as_str().parse()?))
}

/// A mood: `{"value": -1, "origin": "reported"}`, or the bare value of a reported one.
pub(crate) fn mood<'a>(raw: Option<&'a str>) -> Result<Option<Mood<'a>>, Fault> {
    let Some(raw) = raw else { return Ok(None) };
    if let Ok(value) = raw.parse() {
        return Ok(Some(Mood { value, origin: MoodOrigin::Reported, method: Text::default() }));
    }
    serde_json::from_str(raw).map(Some).map_err(|error| {
        let reason = format!("is neither a whole number from -2 to 2 nor {{value, origin, method}}: {error}");
        Fault::new("bad_mood", Invalid::new("mood", raw, reason))
    })
}

/// What the sender's own properties say about our envelope.
#[derive(Debug, Default)]
pub(crate) struct Said<'a> {
    /// `channel`, where it is a text.
    pub(crate) channel: Option<Text<'a>>,
    /// `mood`, where `mood_origin` stands beside it and makes it ours.
    pub(crate) mood: Option<Mood<'a>>,
}

/// Reads `channel`, `mood` and `mood_origin` out of properties, and looks no closer if none of them is there.
pub(crate) fn said_in<'a>(properties: &'a str) -> Result<Said<'a>, Fault> {
    static ABOUT_US: LazyLock<[Finder<'static>; 2]> =
        LazyLock::new(|| ["\"channel\"", "\"mood_origin\""].map(Finder::new));
    if !properties.starts_with('{') || !ABOUT_US.iter().any(|key| key.find(properties.as_bytes()).is_some()) {
        return Ok(Said::default());
    }
    let object = Object::of_item(properties)?;
    let channel = object.get("channel").and_then(json::string).filter(|text| !text.is_empty());
    let mood = match (object.get("mood"), object.get("mood_origin")) {
        (Some(value), Some(origin)) => {
            let written = format!("{{\"value\":{value},\"origin\":{origin}}}");
            let read: Result<Mood<'_>, _> = serde_json::from_str(&written);
            let Ok(Mood { value, origin, .. }) = read else {
                let reason = "is no mood: mood is a whole number from -2 to 2, mood_origin is assumed or reported";
                return Err(Fault::new("bad_mood", Invalid::new("properties", &written, reason)));
            };
            Some(Mood { value, origin, method: Text::default() })
        }
        (_, None) | (None, Some(_)) => None,
    };
    Ok(Said { channel, mood })
}

/// Identifiers of any kind in our own words: a list of `{"kind", "value"}`.
pub(crate) fn push_listed<'a>(identifiers: &mut Vec<Identifier<'a>>, list: &'a str) -> Result<(), Fault> {
    let listed: Vec<Identifier<'a>> = serde_json::from_str(list).map_err(|error| {
        let reason =
            format!("is no list of identifiers such as {{\"kind\":\"loyalty_card\",\"value\":\"4711\"}}: {error}");
        Fault::new("bad_identifier", Invalid::new("identifiers", list, reason))
    })?;
    for Identifier { kind, value } in listed {
        push_new(identifiers, kind, value);
    }
    Ok(())
}

/// `email` and `phone` of a traits object; anything else in their place is left alone.
pub(crate) fn push_traits<'a>(identifiers: &mut Vec<Identifier<'a>>, traits: &'a str) {
    if !traits.starts_with('{') {
        return;
    }
    let Ok(object) = Object::parse(traits) else { return };
    for (key, kind) in [("email", IdentifierKind::Email), ("phone", IdentifierKind::Phone)] {
        if let Ok(Some(value)) = id(key, object.get(key)) {
            push_new(identifiers, kind, value);
        }
    }
}

/// Adds an identifier unless it is there already.
pub(crate) fn push_new<'a>(identifiers: &mut Vec<Identifier<'a>>, kind: IdentifierKind<'a>, value: Text<'a>) {
    let identifier = Identifier { kind, value };
    if !identifiers.contains(&identifier) {
        identifiers.push(identifier);
    }
}

/// A raw JSON value for the event, empty if nothing was sent.
pub(crate) fn object(raw: Option<&str>) -> RawJson<'_> {
    raw.map(json::raw).unwrap_or_default()
}

/// A former id that came without its kind: a mail address if it looks like one, else anonymous.
pub(crate) fn kind_of_former(value: &str) -> IdentifierKind<'static> {
    let looks_like_mail = value.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && host.contains('.') && !value.contains(char::is_whitespace) && !host.contains('@')
    });
    if looks_like_mail { IdentifierKind::Email } else { IdentifierKind::AnonymousId }
}

fn is_number(raw: &str) -> bool {
    raw.starts_with(|c: char| c == '-' || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339_or_milliseconds() {
        for (raw, expected) in [
            (r#""2026-11-22T11:00:00.5+01:00""#, Ok(Some("2026-11-22T10:00:00.5Z"))),
            ("1795341600500", Ok(Some("2026-11-22T10:00:00.5Z"))),
            ("1795341600500.25", Ok(Some("2026-11-22T10:00:00.50025Z"))),
            ("-1", Ok(Some("1969-12-31T23:59:59.999Z"))),
            (r#""""#, Ok(None)),
            ("true", Err("timestamp: \"true\" is neither an RFC 3339 text nor milliseconds since 1970")),
            (
                "99999999999999999999",
                Err("timestamp: \"99999999999999999999\" milliseconds lie outside the years 1 to 9999"),
            ),
            ("1e300", Err("timestamp: \"1e300\" milliseconds lie outside the years 1 to 9999")),
            (r#""2026-11-22""#, Err("timestamp: \"2026-11-22\" is not an RFC 3339 time such as 2026-11-22T10:00:00Z")),
        ] {
            let read = time("timestamp", Some(raw));
            let shown = read.map(|t| t.map(|t| t.to_string())).map_err(|fault| fault.invalid.to_string());
            assert_eq!(shown, expected.map(|t| t.map(str::to_owned)).map_err(str::to_owned), "{raw}");
        }
    }

    #[test]
    fn a_former_id_is_anonymous_unless_it_is_a_mail_address() {
        for (value, kind) in [
            ("ada@example.org", IdentifierKind::Email),
            ("anon-1", IdentifierKind::AnonymousId),
            ("@ada", IdentifierKind::AnonymousId),
            ("a@b@c.d", IdentifierKind::AnonymousId),
        ] {
            assert_eq!(kind_of_former(value), kind, "{value}");
        }
    }
}
