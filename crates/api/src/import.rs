//! Rows of files, read by the command line and stored by the server that holds the directory.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use ingest::{Arrived, native};
use model::{Invalid, Timestamp, hex};
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use store::{Encoded, FileRecord, NewBad, Receipt, Submission};

use crate::Api;
use crate::auth::Area;
use crate::extract::Told;
use crate::openapi::{Operation, of};
use crate::problem::Problem;
use crate::question::answer;
use crate::routes::{Door, Route};

pub(crate) fn routes() -> Vec<Route> {
    let operation = Operation::new("import", "events", "Rows of a file, read elsewhere")
        .saying("What `geleit import` sends while a server holds the data directory. Waits while the queue is full.")
        .json_body(&of("ImportedRows"))
        .json(200, "Everything that is counted is durable", &of("ImportTaken"));
    vec![Route::new(Method::POST, "/v1/import", Door::Token(Area::Import), operation, import)]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    source: String,
    #[serde(default)]
    events: Vec<Box<RawValue>>,
    #[serde(default)]
    bad: Vec<Bad>,
    imported: Option<Imported>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bad {
    dialect: String,
    code: String,
    reason: String,
    payload: String,
}

/// The file whose last rows these are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Imported {
    fingerprint: String,
    options: String,
    name: String,
    rows: u64,
}

#[derive(Debug, Serialize)]
struct Taken {
    accepted: u32,
    duplicates: u32,
    quarantined: u32,
}

async fn import(State(api): State<Api>, Told(rows): Told<Rows>) -> Result<Response, Problem> {
    let submission = submission(rows, Timestamp::now())?;
    answer(&api, move |engine| {
        let Receipt { accepted, duplicates, quarantined, .. } = engine.submit_and_wait(submission)?;
        Ok(Taken { accepted, duplicates, quarantined })
    })
    .await
}

fn submission(rows: Rows, received_at: Timestamp) -> Result<Submission, Invalid> {
    let Rows { source, events, bad, imported } = rows;
    let mut encoded = Encoded::default();
    for (index, raw) in (0..).zip(&events) {
        let arrived = Arrived { source: &source, received_at };
        let event = native::line(raw.get(), &arrived).map_err(|bad| bad.fault.within(&format!("events[{index}]")))?;
        encoded.push(index, &event);
    }
    let kept = |Bad { dialect, code, reason, payload }| NewBad { received_at, dialect, code, reason, payload };
    let imported = imported
        .map(|Imported { fingerprint, options, name, rows }| {
            let (fingerprint, options) =
                (hash("imported.fingerprint", &fingerprint)?, hash("imported.options", &options)?);
            Ok::<_, Invalid>(FileRecord { fingerprint, options, name, rows, at: received_at })
        })
        .transpose()?;
    Ok(Submission {
        source,
        events: encoded,
        bad: bad.into_iter().map(kept).collect(),
        imported,
        ..Submission::default()
    })
}

/// 32 bytes, written as 64 hex digits.
fn hash(path: &str, text: &str) -> Result<[u8; 32], Invalid> {
    hex::parse(text).ok_or_else(|| Invalid::new(path, text, "is no hash of 64 hex digits"))
}

/// The schemas of this route's body and answer.
pub(crate) fn schemas() -> [(&'static str, serde_json::Value); 2] {
    let text = json!({ "type": "string" });
    let whole = json!({ "type": "integer", "minimum": 0 });
    [
        (
            "ImportedRows",
            json!({
                "type": "object",
                "description": "Rows of one file",
                "required": ["source"],
                "additionalProperties": false,
                "properties": {
                    "source": { "type": "string", "description": "Name under which bad rows are filed" },
                    "events": { "type": "array", "description": "Good rows", "items": of("NewEvent") },
                    "bad": {
                        "type": "array",
                        "description": "Rows that cannot be read",
                        "items": {
                            "type": "object",
                            "required": ["dialect", "code", "reason", "payload"],
                            "additionalProperties": false,
                            "properties": { "dialect": text, "code": text, "reason": text, "payload": text }
                        }
                    },
                    "imported": {
                        "description": "With the last rows: what makes the file known for ever",
                        "oneOf": [
                            { "type": "null" },
                            {
                                "type": "object",
                                "required": ["fingerprint", "options", "name", "rows"],
                                "additionalProperties": false,
                                "properties": { "fingerprint": text, "options": text, "name": text, "rows": whole }
                            }
                        ]
                    }
                }
            }),
        ),
        (
            "ImportTaken",
            json!({
                "type": "object",
                "description": "What became of the rows",
                "required": ["accepted", "duplicates", "quarantined"],
                "additionalProperties": false,
                "properties": { "accepted": whole, "duplicates": whole, "quarantined": whole }
            }),
        ),
    ]
}
