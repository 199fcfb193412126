//! Words for writing JSON schemas (2020-12) briefly.

use serde_json::{Map, Value, json};

/// A reference to a schema of the document.
pub(crate) fn of(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

pub(crate) fn text(about: &str) -> Value {
    json!({ "type": "string", "description": about })
}

/// A whole number from 0.
pub(crate) fn whole(about: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": about })
}

pub(crate) fn number(about: &str) -> Value {
    json!({ "type": "number", "description": about })
}

pub(crate) fn truth(about: &str) -> Value {
    json!({ "type": "boolean", "description": about })
}

/// A whole number from 1 to `most`.
pub(crate) fn up_to(most: usize) -> Value {
    json!({ "type": "integer", "minimum": 1, "maximum": most })
}

/// A share, from 0 to 1.
pub(crate) fn share(about: &str) -> Value {
    json!({ "type": "number", "minimum": 0, "maximum": 1, "description": about })
}

pub(crate) fn moment(about: &str) -> Value {
    json!({ "type": "string", "format": "date-time", "description": about })
}

/// One of these words.
pub(crate) fn one_of(words: impl IntoIterator<Item = &'static str>, about: &str) -> Value {
    let words: Vec<&str> = words.into_iter().collect();
    json!({ "type": "string", "enum": words, "description": about })
}

pub(crate) fn list(items: &Value, about: &str) -> Value {
    json!({ "type": "array", "items": items, "description": about })
}

/// The same, or `null`.
pub(crate) fn or_null(mut schema: Value) -> Value {
    let about = schema.as_object_mut().and_then(|members| members.remove("description"));
    let mut either = json!({ "anyOf": [schema, { "type": "null" }] });
    if let Some(about) = about {
        either["description"] = about;
    }
    either
}

/// Any JSON object: what senders put there is theirs.
pub(crate) fn free_object(about: &str) -> Value {
    json!({ "type": "object", "additionalProperties": true, "description": about })
}

pub(crate) fn map(values: &Value, about: &str) -> Value {
    json!({ "type": "object", "additionalProperties": values, "description": about })
}

/// Any JSON value.
pub(crate) fn anything(about: &str) -> Value {
    json!({ "description": about })
}

/// The fields of an object; a `?` behind a name says that it may be missing.
pub(crate) type Fields = Vec<(&'static str, Value)>;

pub(crate) fn object(about: &str, fields: Fields) -> Value {
    let mut required = Vec::new();
    let mut properties = Map::new();
    for (written, schema) in fields {
        let name = written.trim_end_matches('?');
        if name == written {
            required.push(name);
        }
        properties.insert(name.to_owned(), schema);
    }
    json!({ "type": "object", "description": about, "required": required, "properties": properties })
}
