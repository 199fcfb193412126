//! What differs between two documents, place by place.

use serde::Serialize;
use serde_json::Value;

/// A value that differs.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Difference {
    /// JSON pointer (RFC 6901); empty for the whole document.
    path: String,
    /// The value before, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Value>,
    /// The value after, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Value>,
}

/// The smallest values that differ, in the order of their places. Items of lists are compared by their place.
pub(super) fn differences(from: &Value, to: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(&mut String::new(), Some(from), Some(to), &mut found);
    found
}

fn walk(path: &mut String, from: Option<&Value>, to: Option<&Value>, found: &mut Vec<Difference>) {
    match (from, to) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                let step = key.replace('~', "~0").replace('/', "~1");
                below(path, &step, |path| walk(path, before.get(key), after.get(key), found));
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            for index in 0..before.len().max(after.len()) {
                below(path, &index.to_string(), |path| walk(path, before.get(index), after.get(index), found));
            }
        }
        (before, after) if before == after => {}
        (before, after) => {
            found.push(Difference { path: path.clone(), from: before.cloned(), to: after.cloned() });
        }
    }
}

fn below(path: &mut String, step: &str, walk: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push('/');
    path.push_str(step);
    walk(path);
    path.truncate(length);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_smallest_values_that_differ_are_named_by_their_place() {
        for (from, to, expected) in [
            (json!({"a": 1}), json!({"a": 1}), json!([])),
            (json!({"a": 1}), json!({"a": 2}), json!([{"path": "/a", "from": 1, "to": 2}])),
            (json!({"a": null}), json!({}), json!([{"path": "/a", "from": null}])),
            (json!({}), json!({"a/b~": {"c": 1}}), json!([{"path": "/a~1b~0", "to": {"c": 1}}])),
            (
                json!([1, {"x": 1}]),
                json!([1, {"x": 2}, 3]),
                json!([{"path": "/1/x", "from": 1, "to": 2}, {"path": "/2", "to": 3}]),
            ),
            (json!(null), json!({"a": 1}), json!([{"path": "", "from": null, "to": {"a": 1}}])),
        ] {
            assert_eq!(serde_json::to_value(differences(&from, &to)).unwrap(), expected, "{from} -> {to}");
        }
    }
}
