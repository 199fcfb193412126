//! Message ids for senders that give none: the same event sent again gets the same id.

use blake3::Hasher;
use model::{Event, Timestamp};
use serde_json::Value;

/// `d-` and 128 bits in hex over everything the sender said, save when it was sent.
///
/// Cryptographic, so that no sender can make an event that shadows another's. Key order and white space do not
/// count. Where the sender gives no time either (`client_at` is none), the time of receipt and the place in the
/// body stand for it: a repeated fact cannot be told from a repeated request then, and is not dropped.
pub(crate) fn message_id(event: &Event<'_>, client_at: Option<Timestamp>, index: usize) -> String {
    let mut hasher = Hasher::new();
    let mut field = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    field(event.source.as_str().as_bytes());
    field(event.kind.as_str().as_bytes());
    field(event.name.as_str().as_bytes());
    field(event.channel.as_str().as_bytes());
    for identifier in &event.identifiers {
        field(identifier.kind.as_str().as_bytes());
        field(identifier.value.as_str().as_bytes());
    }
    match client_at {
        Some(at) => field(&at.micros().to_le_bytes()),
        None => {
            field(&event.received_at.micros().to_le_bytes());
            field(&(index as u64).to_le_bytes());
        }
    }
    for json in [&event.properties, &event.context, &event.extra] {
        field(canonical(json.as_str()).as_bytes());
    }
    hex("d-", &hasher)
}

/// `prefix` and 128 bits of `text` in hex: an id too long to be kept as it is.
pub(crate) fn short_id(prefix: &str, text: &str) -> String {
    let mut hasher = Hasher::new();
    hasher.update(text.as_bytes());
    hex(prefix, &hasher)
}

fn hex(prefix: &str, hasher: &Hasher) -> String {
    let digest = hasher.finalize().to_hex();
    format!("{prefix}{}", &digest.as_str()[..32])
}

/// JSON without white space and with sorted keys; text too deep for a tree stays as it is.
fn canonical(text: &str) -> String {
    let mut canonical = String::with_capacity(text.len());
    match serde_json::from_str::<Value>(text) {
        Ok(value) => push_sorted(&mut canonical, &value),
        Err(_) => canonical.push_str(text),
    }
    canonical
}

/// Sorts by itself: whether the parser's maps are sorted depends on what other crates ask of it.
fn push_sorted(out: &mut String, value: &Value) {
    match value {
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_unstable_by_key(|(key, _)| key.as_str());
            out.push('{');
            for (key, member) in members {
                out.push_str(&crate::json::quoted(key));
                out.push(':');
                push_sorted(out, member);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                push_sorted(out, item);
                out.push(',');
            }
            out.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => out.push_str(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use model::{Identifier, IdentifierKind, RawJson};

    use super::*;

    fn event(properties: &str) -> Event<'_> {
        let mut event = Event::new("", "shop", "purchase", Timestamp::clamped(1_000_000));
        event.identifiers.push(Identifier::new(IdentifierKind::UserId, "ada"));
        event.properties = RawJson::trusted(properties);
        event
    }

    #[test]
    fn key_order_and_white_space_do_not_change_the_id_but_values_do() {
        let at = Some(Timestamp::clamped(7));
        let id = message_id(&event(r#"{"a":{"x":1,"y":[2]},"b":"c"}"#), at, 0);
        assert_eq!(id, message_id(&event("{\"b\": \"c\",\"a\": {\"y\":[2], \"x\":1}}"), at, 5));
        assert_ne!(id, message_id(&event(r#"{"a":{"x":1,"y":[3]},"b":"c"}"#), at, 0));
        assert_ne!(id, message_id(&event(r#"{"a":{"x":1,"y":[2]},"b":"c"}"#), Some(Timestamp::clamped(8)), 0));
    }

    #[test]
    fn without_a_time_from_the_sender_two_equal_facts_stay_two() {
        assert_ne!(message_id(&event("{}"), None, 0), message_id(&event("{}"), None, 1));
    }

    #[test]
    fn derived_ids_are_fixed_for_ever() {
        let id = message_id(&event(r#"{"total":12.5}"#), Some(Timestamp::clamped(7)), 0);
        assert_eq!(id, "d-d4e64a7c55fe84d6e53bc47fb736d1f7");
    }
}
