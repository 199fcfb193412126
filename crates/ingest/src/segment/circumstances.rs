use std::sync::LazyLock;

use memchr::memmem::Finder;
use model::{Identifier, IdentifierKind, Text};

use crate::fields::{id, push_new, push_traits};
use crate::json::{self, Object};

/// Browser libraries that send no page with their calls still name themselves.
const BROWSER_LIBRARIES: [&str; 3] = ["analytics.js", "RudderLabs JavaScript SDK", "jitsu-js"];

/// What the context of a call shows about who and how. What cannot be read is left alone: a context is free.
pub(super) fn read<'a>(context: &'a str, identifiers: &mut Vec<Identifier<'a>>) -> Option<&'static str> {
    if !context.starts_with('{') {
        return None;
    }
    if !names_somebody(context) && json::has_member(context, "page") {
        return Some("web");
    }
    let context = Object::parse(context).ok()?;
    if let Some(traits) = context.get("traits") {
        push_traits(identifiers, traits);
    }
    let device = context.get("device");
    if let Some(device_id) = device.and_then(|device| member(device, "id")) {
        push_new(identifiers, IdentifierKind::DeviceId, device_id);
    }
    if let Some(external_ids) = context.get("externalIds") {
        push_external_ids(identifiers, external_ids);
    }

    let is_browser_library = || {
        let name = context.get("library").and_then(|library| member(library, "name"));
        name.is_some_and(|name| BROWSER_LIBRARIES.contains(&name.as_str()))
    };
    if context.get("page").is_some() || is_browser_library() {
        Some("web")
    } else if device.is_some() || context.get("os").is_some() {
        Some("app")
    } else {
        None
    }
}

/// False if no member of the context can hold an identifier: then it need not be read whole.
fn names_somebody(context: &str) -> bool {
    static HOLDERS: LazyLock<[Finder<'static>; 3]> =
        LazyLock::new(|| ["\"traits\"", "\"device\"", "\"externalIds\""].map(Finder::new));
    let is_escaped_somewhere = || memchr::memchr(b'\\', context.as_bytes()).is_some();
    HOLDERS.iter().any(|holder| holder.find(context.as_bytes()).is_some()) || is_escaped_somewhere()
}

/// The traits of a context, where they are an object.
pub(super) fn traits(context: &str) -> Option<&str> {
    Object::parse(context).ok()?.get("traits").filter(|traits| traits.starts_with('{'))
}

/// A member that is a text or a number, as text.
fn member<'a>(object: &'a str, key: &str) -> Option<Text<'a>> {
    let object = Object::parse(object).ok()?;
    id(key, object.get(key)).ok().flatten()
}

fn push_external_ids<'a>(identifiers: &mut Vec<Identifier<'a>>, list: &'a str) {
    for item in json::items(list).unwrap_or_default() {
        let (Some(value), Some(name)) = (member(item, "id"), member(item, "type")) else { continue };
        if let Ok(kind) = IdentifierKind::parse(kind_name(name)) {
            push_new(identifiers, kind, value);
        }
    }
}

/// Clients name kinds such as `ios.idfa` or `Loyalty Card`; ours are lower case with underscores.
fn kind_name(name: Text<'_>) -> Text<'_> {
    let is_ours = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.as_str().chars().all(is_ours) {
        return name;
    }
    let lower = name.as_str().to_lowercase();
    lower.chars().map(|c| if is_ours(c) { c } else { '_' }).collect::<String>().into()
}
