//! The OpenAPI 3.1 document, made of the routes' own descriptions.

use serde_json::{Map, Value, json};

use crate::auth::Area;
use crate::routes::{self, Door, Route};

mod operation;
mod schema;
mod schemas;

pub(crate) use operation::Operation;
pub(crate) use schema::{list, moment, number, of, one_of, share, text, up_to, whole};
pub(crate) use schemas::mining::{ANSWERS, COMPOSED, either};

/// The document that `/openapi.json` serves: pretty JSON with a line break at its end, the same for the same version.
pub fn openapi() -> String {
    let mut paths: Map<String, Value> = Map::new();
    for route in routes::all() {
        let item = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
        item[route.method.as_str().to_ascii_lowercase()] = described(&route);
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Geleit",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Customer journeys: events in, answers out",
            "description": "Times are RFC 3339 in UTC, durations seconds. Fields may be added to any answer. \
                Errors are `application/problem+json` (RFC 9457). A request may bring an `X-Request-Id`; every answer has one.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "tags": [
            { "name": "events", "description": "What happened, sent by sources with their write keys" },
            { "name": "people", "description": "Who is asking" },
            { "name": "sources", "description": "Who sends, and what arrives at the moment" },
            { "name": "uploads", "description": "Files, looked into and imported" },
            { "name": "customers", "description": "Who somebody is, and what happened to them" },
            { "name": "mining", "description": "Figures over all journeys" },
            { "name": "evaluation", "description": "What to repair first, targets, effects, and what stands out in a week" },
            { "name": "plans", "description": "Versioned documents: touchpoints, mapping, identity rules, journeys, segments, the linkage model" },
            { "name": "quarantine", "description": "What could not become an event: kept, repaired or discarded" },
            { "name": "operations", "description": "What whoever runs the server asks" },
        ],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "A token of a role: `geleit token create`" },
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "geleit_session",
                    "description": "A session of somebody who logged in at `/login`. Every call that is not a GET also needs the \
                        header `X-Csrf-Token` with the token that `/v1/me` gives",
                },
                "writeKey": {
                    "type": "http", "scheme": "basic",
                    "description": "The write key as user name, no password; also as it is behind `Basic`, or as a bearer token",
                },
            },
            "schemas": schemas::all(),
        },
    });
    let mut pretty = serde_json::to_string_pretty(&document).expect("a value of texts and numbers is JSON");
    pretty.push('\n');
    pretty
}

fn described(route: &Route) -> Value {
    let mut operation = route.operation.described();
    let responses = operation["responses"].as_object_mut().expect("an operation has responses");
    let problem = |about: &str| {
        let schema = schema::of("Problem");
        json!({ "description": about, "content": { "application/problem+json": { "schema": schema } } })
    };
    match route.door {
        Door::Open => operation["security"] = json!([]),
        Door::WriteKey => {
            responses.insert("401".to_owned(), problem("No write key, or an unknown one"));
            operation["security"] = json!([{ "writeKey": [] }, { "token": [] }]);
        }
        Door::Known => {
            responses.insert("401".to_owned(), problem("No token and no session, or one that does not hold"));
            operation["security"] = json!([{ "token": [] }, { "session": [] }]);
        }
        Door::Token(area) => {
            let roles: Vec<&str> = area.roles().iter().map(|role| role.as_str()).collect();
            responses.insert("401".to_owned(), problem("No token and no session, or one that does not hold"));
            responses.insert(
                "403".to_owned(),
                problem("The caller's role may not do this, or a session's call lacks its csrf token"),
            );
            let open_by_setting = if area == Area::Metrics { vec![json!({})] } else { Vec::new() };
            operation["security"] =
                [open_by_setting, vec![json!({ "token": [] }), json!({ "session": [] })]].concat().into();
            operation["x-roles"] = json!(roles);
            if route.method != axum::http::Method::GET {
                let parameters = operation["parameters"].as_array_mut().expect("an operation has parameters");
                parameters.push(json!({
                    "name": "Idempotency-Key", "in": "header", "required": false,
                    "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
                    "description": "The same key with the same call gives the first answer again, for 24 hours",
                }));
            }
        }
    }
    operation["responses"]["default"] = problem("Anything else that went wrong");
    operation
}
