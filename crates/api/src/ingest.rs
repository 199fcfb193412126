//! Events in: one way for all dialects. Who sends, what was sent, durable, answered.

use std::sync::Arc;

use ::ingest::segment::{self, MAX_BATCH_BYTES, Route as Call};
use ::ingest::{Arrived, BadRow, MAX_BODY_BYTES, Parsed, cloudevents, inflate, native};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use engine::NotTaken;
use model::{Invalid, Timestamp};
use serde::Serialize;
use store::{Encoded, NewBad, Receipt, Submission};
use tokio::sync::oneshot;

use crate::auth::{Who, write_keys};
use crate::doors::origin;
use crate::extract::At;
use crate::openapi::{Operation, list, of, text};
use crate::problem::{BAD_EVENT, Problem, QUEUE_FULL};
use crate::routes::{Door, Route};
use crate::{Api, body};

/// The calls of the Segment dialect with their bodies.
const CALLS: [(Call, &str, &str); 7] = [
    (Call::Track, "SegmentCall", "Something was done"),
    (Call::Identify, "SegmentCall", "Who somebody is"),
    (Call::Page, "SegmentCall", "A page was seen"),
    (Call::Screen, "SegmentCall", "A screen of an app was seen"),
    (Call::Group, "SegmentCall", "Somebody belongs to a group"),
    (Call::Alias, "SegmentCall", "Two ids are one person"),
    (Call::Batch, "SegmentBatch", "Any of the others, many at once"),
];

pub(crate) fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for (call, schema, about) in CALLS {
        let name = call.as_str();
        for (path, id) in [(name, name.to_owned()), (&name[..1], format!("{name}Short"))] {
            let take =
                move |api: State<Api>, headers: HeaderMap, body: Body| take(Form::Segment(call), api, headers, body);
            let operation = taking(Operation::new(id, "events", about))
                .saying(
                    "Segment's HTTP dialect. The body may be gzip, and its content type is not looked at; the write key \
                     may stand in the body as `writeKey`. The path may end with a slash.",
                )
                .body_of(&[("application/json", &of(schema)), ("text/plain", &of(schema))]);
            routes.push(
                Route::new(Method::POST, format!("/v1/{path}"), Door::WriteKey, operation, take).with_slash_too(),
            );
        }
    }
    let settings =
        Operation::new("clientSettings", "events", "What a browser client of the Segment dialect asks for first")
            .path("key", text("A write key"), "The write key")
            .json(200, "The settings", &serde_json::json!({ "type": "object", "additionalProperties": true }))
            .fails(404, "No source has that write key");
    routes.push(Route::new(Method::GET, "/v1/projects/{key}/settings", Door::WriteKey, settings, client_settings));

    let cloud = taking(Operation::new("cloudEvents", "events", "CloudEvents 1.0"))
        .saying("Structured or batched as JSON, or binary: attributes in `ce-` headers and data in the body.")
        .body_of(&[
            ("application/cloudevents+json", &of("CloudEvent")),
            ("application/cloudevents-batch+json", &list(&of("CloudEvent"), "Many at once")),
            ("*/*", &serde_json::json!({ "description": "The data of one event in binary mode" })),
        ]);
    let take_cloud = |api: State<Api>, headers: HeaderMap, body: Body| take(Form::CloudEvents, api, headers, body);
    routes.push(Route::new(Method::POST, "/v1/cloudevents", Door::WriteKey, cloud, take_cloud).with_slash_too());

    let one_or_many = serde_json::json!({ "oneOf": [of("NewEvent"), list(&of("NewEvent"), "Many at once")] });
    let own = taking(Operation::new("events", "events", "Events in Geleit's own envelope, one or many"))
        .json_body(&one_or_many);
    let take_own = |api: State<Api>, headers: HeaderMap, body: Body| take(Form::Native, api, headers, body);
    routes.push(Route::new(Method::POST, "/v1/events", Door::WriteKey, own, take_own).with_slash_too());
    routes
}

fn taking(operation: Operation) -> Operation {
    operation
        .json(200, "Everything that is counted is durable", &of("Taken"))
        .fails(400, "Nothing in the body can be told apart, or its only event is not valid")
        .fails(413, "The body is over a limit of its dialect")
        .fails_for_now(429, "Too much waits already; nothing was stored")
        .fails_for_now(503, "Nothing could be stored")
}

/// True for the routes on which events come in.
pub(crate) fn is_ingest(route: &str) -> bool {
    matches!(route, "/v1/events" | "/v1/cloudevents")
        || route.strip_prefix("/v1/").is_some_and(|call| call.parse::<Call>().is_ok())
}

/// The form in which a request brings events.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Segment(Call),
    CloudEvents,
    Native,
}

impl Form {
    /// Most bytes of a body, packed or not.
    fn most_bytes(self) -> usize {
        match self {
            Self::Segment(Call::Batch) => MAX_BATCH_BYTES,
            Self::Segment(_) => segment::MAX_EVENT_BYTES,
            Self::CloudEvents | Self::Native => MAX_BODY_BYTES,
        }
    }

    fn parse<'a>(self, headers: &'a HeaderMap, body: &'a [u8], arrived: &Arrived<'a>) -> Result<Parsed<'a>, Problem> {
        Ok(match self {
            Self::Segment(call) => segment::parse(call, body, arrived)?,
            Self::CloudEvents => {
                let headers = headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
                cloudevents::parse(headers, body, arrived)?
            }
            Self::Native => native::parse(body, arrived)?,
        })
    }

    /// True if the body is one event by its form, not a list that happens to hold one.
    fn is_one_event(self, headers: &HeaderMap, body: &[u8]) -> bool {
        let is_list = || body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
        match self {
            Self::Segment(call) => call != Call::Batch,
            Self::CloudEvents => is_binary_cloud_event(headers) || !is_list(),
            Self::Native => !is_list(),
        }
    }
}

fn is_binary_cloud_event(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let has_attributes = headers.keys().any(|name| name.as_str().starts_with("ce-"));
    has_attributes && !content_type.trim_start().to_ascii_lowercase().starts_with("application/cloudevents")
}

/// What became of the events of one request.
#[derive(Debug, Serialize)]
struct Taken {
    success: bool,
    accepted: u32,
    duplicates: u32,
    rejected: Vec<Rejected>,
}

#[derive(Debug, Serialize)]
struct Rejected {
    index: u32,
    reason: String,
}

async fn take(form: Form, State(api): State<Api>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let received_at = Timestamp::now();
    let limit = form.most_bytes().min(api.settings().max_body_bytes);
    let source = source_in_headers(&api, &headers).await?;
    let packed = body::collect(body, limit).await?;
    let plain = inflate(&packed, limit)?;
    let source = match source {
        Some(source) => source,
        None => source_in_body(&api, form, &plain).await?,
    };
    let who = Extension(Who(Arc::clone(&source)));
    let taken = take_from(&api, form, &headers, &plain, &source, received_at).await;
    Ok((who, taken.map(Json)).into_response())
}

async fn take_from(
    api: &Api,
    form: Form,
    headers: &HeaderMap,
    body: &[u8],
    source: &str,
    received_at: Timestamp,
) -> Result<Taken, Problem> {
    let (submission, mut rejected, faults) = {
        let parsed = form.parse(headers, body, &Arrived { source, received_at })?;
        let mut events = Encoded::default();
        for (index, event) in &parsed.events {
            events.push(*index, event);
        }
        let rejected: Vec<_> =
            parsed.bad.iter().map(|(index, bad)| Rejected { index: *index, reason: bad.to_string() }).collect();
        let is_refused = !parsed.bad.is_empty() && form.is_one_event(headers, body);
        let faults: Option<(&'static str, Invalid)> =
            parsed.bad.first().filter(|_| is_refused).map(|(_, bad)| (bad.code, bad.fault.clone()));
        let bad = parsed.bad.iter().map(|(_, bad)| kept(bad, received_at)).collect();
        (Submission { source: source.to_owned(), events, bad, ..Submission::default() }, rejected, faults)
    };
    let receipt = if submission.events.is_empty() && submission.bad.is_empty() {
        Receipt::default()
    } else {
        store(api, submission).await?
    };
    if let Some((code, fault)) = faults {
        let detail = format!("{fault}; the event is kept in the quarantine");
        return Err(Problem::new(BAD_EVENT, detail).coded(code).about(&fault));
    }
    rejected.extend(
        receipt
            .conflicts
            .iter()
            .map(|&index| Rejected { index, reason: "message id was already used for another payload".to_owned() }),
    );
    rejected.sort_by_key(|rejected| rejected.index);
    Ok(Taken { success: true, accepted: receipt.accepted, duplicates: receipt.duplicates, rejected })
}

/// Hands everything to the writer and waits until it is durable.
async fn store(api: &Api, submission: Submission) -> Result<Receipt, Problem> {
    let (sender, receiver) = oneshot::channel();
    // Whoever hung up meanwhile does not need the receipt.
    let taken = api.engine().submit(submission, move |outcome| drop(sender.send(outcome)));
    match taken {
        Ok(()) => {}
        Err(NotTaken::QueueFull) => {
            return Err(
                Problem::new(QUEUE_FULL, "too many events wait to be stored: nothing was stored").retry_after(1)
            );
        }
        Err(NotTaken::Closed) => return Err(Problem::shutting_down()),
    }
    match receiver.await {
        Ok(Ok(receipt)) => Ok(receipt),
        Ok(Err(error)) => Err(Problem::not_stored(&error)),
        Err(_) => Err(Problem::shutting_down()),
    }
}

fn kept(bad: &BadRow<'_>, received_at: Timestamp) -> NewBad {
    NewBad {
        received_at,
        dialect: bad.dialect.as_str().to_owned(),
        code: bad.code.to_owned(),
        reason: bad.fault.to_string(),
        payload: bad.payload.as_str().to_owned(),
    }
}

/// The source that the headers name; `None` if they name none.
async fn source_in_headers(api: &Api, headers: &HeaderMap) -> Result<Option<Arc<str>>, Problem> {
    let keys = write_keys(headers);
    for key in &keys {
        if let Some(source) = api.access().source(key).await? {
            return Ok(Some(source));
        }
    }
    if keys.is_empty() { Ok(None) } else { Err(Problem::unauthenticated("the write key is unknown")) }
}

async fn source_in_body(api: &Api, form: Form, body: &[u8]) -> Result<Arc<str>, Problem> {
    let key = match form {
        Form::Segment(_) => segment::write_key(body),
        Form::CloudEvents | Form::Native => None,
    };
    let Some(key) = key else {
        return Err(Problem::unauthenticated("a write key is needed: as user name of Basic, or as bearer token"));
    };
    let source = api.access().source(key.as_str()).await?;
    source.ok_or_else(|| Problem::unauthenticated("the write key is unknown"))
}

async fn client_settings(State(api): State<Api>, At(key): At<String>, headers: HeaderMap) -> Result<Response, Problem> {
    if api.access().source(&key).await?.is_none() {
        return Err(Problem::not_found("source with that write key"));
    }
    let document = segment::settings(&key, &origin::origin(&headers, api.settings().behind_proxy));
    Ok(([(header::CONTENT_TYPE, "application/json")], document).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_routes_for_events_count_as_ingest() {
        for (route, expected) in [
            ("/v1/track", true),
            ("/v1/b", true),
            ("/v1/events", true),
            ("/v1/cloudevents", true),
            ("/v1/plans", false),
            ("/v1/projects/{key}/settings", false),
            ("none", false),
        ] {
            assert_eq!(is_ingest(route), expected, "{route}");
        }
    }
}
