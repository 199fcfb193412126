//! Answers against the document.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

/// The document as it is served.
pub(crate) static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&api::openapi()).expect("the document is JSON"));

/// The document with every object closed to fields that it does not name.
static STRICT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = DOCUMENT.clone();
    close(&mut document["components"]);
    document
});

fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.contains_key("properties") && members.get("type") == Some(&json!("object")) {
                members.entry("additionalProperties").or_insert(json!(false));
            }
            members.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Every operation: method, path, description.
pub(crate) fn operations() -> Vec<(String, &'static str, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().expect("paths are an object");
    let of_path = |(path, item): (&'static String, &'static Value)| {
        let item: &Map<String, Value> = item.as_object().expect("a path item is an object");
        item.iter().map(move |(method, operation)| (method.to_uppercase(), path.as_str(), operation))
    };
    paths.iter().flat_map(of_path).collect()
}

/// One exchange that has to be as the document says.
pub(crate) struct Exchange<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) request: (&'a str, &'a [u8]),
    pub(crate) status: u16,
    pub(crate) answer: (&'a str, &'a [u8]),
}

impl Exchange<'_> {
    pub(crate) fn check(&self) {
        let place = format!("{} {} -> {}", self.method, self.path, self.status);
        let Some(operation) = self.operation() else {
            // Pages and files of the app are for people: the document is about the rest.
            let is_for_people = !self.path.starts_with("/v1/");
            let is_refusal = matches!(self.status, 200 | 404 | 405);
            assert!(is_for_people || is_refusal, "{place}: an answer of a route that is not documented");
            return;
        };
        let responses = &operation["responses"];
        let status = self.status.to_string();
        let response = responses.get(&status).unwrap_or(&responses["default"]);
        let (media_type, body) = (media_type(self.answer.0), self.answer.1);
        if response["content"].is_null() {
            assert!(body.is_empty(), "{place}: an answer of {} bytes where none is documented", body.len());
        } else {
            let schema = &response["content"][media_type]["schema"];
            assert!(!schema.is_null(), "{place}: {media_type:?} is not among the documented answers");
            if media_type.ends_with("json") {
                valid(&STRICT, schema, body, &place);
            }
        }
        let (media_type, body) = (self::media_type(self.request.0), self.request.1);
        let schema = &operation["requestBody"]["content"][media_type]["schema"];
        if self.is_content() && !schema.is_null() && !body.starts_with(&[0x1f, 0x8b]) {
            valid(&DOCUMENT, schema, body, &format!("body of {place}"));
        }
    }

    /// True if the server had nothing to say against the body.
    fn is_content(&self) -> bool {
        let answer: Value = serde_json::from_slice(self.answer.1).unwrap_or_default();
        self.status == 200 && answer["rejected"].as_array().is_none_or(Vec::is_empty)
    }

    fn operation(&self) -> Option<&'static Value> {
        let path = self.path.split('?').next()?.trim_end_matches('/');
        let fits = |template: &str| {
            let (template, path) = (template.split('/'), path.split('/'));
            template.clone().count() == path.clone().count()
                && template.zip(path).all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
        };
        let mut found: Vec<_> =
            operations().into_iter().filter(|(method, path, _)| method == self.method && fits(path)).collect();
        // A path that is spelt out wins over one with parameters, as in the router.
        found.sort_by_key(|(_, path, _)| path.matches('{').count());
        found.first().map(|(_, _, operation)| *operation)
    }
}

fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

fn valid(document: &Value, schema: &Value, body: &[u8], place: &str) {
    let instance: Value = serde_json::from_slice(body)
        .unwrap_or_else(|error| panic!("{place}: {error} in {:?}", String::from_utf8_lossy(body)));
    let root = json!({ "allOf": [schema], "components": document["components"] });
    let validator = jsonschema::options().should_validate_formats(true).build(&root).expect("the schema is one");
    let faults: Vec<String> =
        validator.iter_errors(&instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(faults.is_empty(), "{place} is not as documented: {faults:#?}\n{instance:#}");
}

#[test]
fn the_document_in_docs_is_the_one_that_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == api::openapi(),
        "docs/openapi.json is not what is served: cargo run -p geleit -- openapi > docs/openapi.json"
    );
}

#[test]
fn references_resolve_and_operation_ids_are_unique() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    found.push(reference.clone());
                }
                members.values().for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut found = Vec::new();
    references(&DOCUMENT, &mut found);
    assert!(!found.is_empty());
    for reference in &found {
        let pointer = reference.strip_prefix('#').expect("references stay within the document");
        assert!(DOCUMENT.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for name in DOCUMENT["components"]["schemas"].as_object().unwrap().keys() {
        let reference = format!("#/components/schemas/{name}");
        assert!(found.iter().any(|used| used.starts_with(&reference)), "{name} is used nowhere");
    }
    let mut ids: Vec<&str> = operations().iter().map(|(_, _, o)| o["operationId"].as_str().unwrap()).collect();
    let operations = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), operations);
}

#[test]
fn no_operation_has_two_parameters_of_one_name() {
    for (method, path, operation) in operations() {
        let parameters = operation["parameters"].as_array().unwrap();
        let mut names: Vec<_> = parameters.iter().map(|given| (given["in"].as_str(), given["name"].as_str())).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{method} {path}: {names:?}");
    }
}
