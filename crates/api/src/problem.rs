//! Errors as RFC 9457 `application/problem+json`.
//!
//! A handler answers with a [`Problem`] and knows nothing about the request around it; what is observed around every
//! request (see `observe`) writes it out with the request's id.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::EngineError;
use ingest::Refused;
use model::Invalid;
use serde::Serialize;
use store::StoreError;

/// A sort of problem: what clients tell apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sort {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
}

const fn sort(status: StatusCode, code: &'static str, title: &'static str) -> Sort {
    Sort { status, code, title }
}

pub(crate) const INVALID: Sort = sort(StatusCode::BAD_REQUEST, "invalid", "The request is not valid");
pub(crate) const MALFORMED: Sort = sort(StatusCode::BAD_REQUEST, "malformed", "The body cannot be read");
pub(crate) const BAD_EVENT: Sort = sort(StatusCode::BAD_REQUEST, "bad_event", "The event is not valid");
pub(crate) const UNAUTHENTICATED: Sort =
    sort(StatusCode::UNAUTHORIZED, "unauthenticated", "No valid credential came with the request");
pub(crate) const FORBIDDEN: Sort = sort(StatusCode::FORBIDDEN, "forbidden", "The credential does not allow this");
pub(crate) const NOT_FOUND: Sort = sort(StatusCode::NOT_FOUND, "not_found", "There is no such thing");
pub(crate) const NO_ROUTE: Sort = sort(StatusCode::NOT_FOUND, "no_route", "There is no such route");
pub(crate) const BAD_METHOD: Sort =
    sort(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "The route does not take this method");
pub(crate) const BODY_TIMEOUT: Sort =
    sort(StatusCode::REQUEST_TIMEOUT, "body_timeout", "The body did not arrive in time");
pub(crate) const VERSION_CONFLICT: Sort =
    sort(StatusCode::CONFLICT, "version_conflict", "Somebody changed it in between");
pub(crate) const KEPT_APART: Sort = sort(StatusCode::CONFLICT, "kept_apart", "A rule keeps the two apart");
pub(crate) const EXISTS: Sort = sort(StatusCode::CONFLICT, "exists", "There is one already");
pub(crate) const IN_PROGRESS: Sort = sort(StatusCode::CONFLICT, "in_progress", "The same call is still being answered");
pub(crate) const TOO_LARGE: Sort = sort(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is over a limit");
pub(crate) const BAD_MEDIA_TYPE: Sort =
    sort(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "The content type is not application/json");
pub(crate) const KEY_REUSED: Sort =
    sort(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", "The idempotency key was used for another call");
pub(crate) const QUEUE_FULL: Sort = sort(StatusCode::TOO_MANY_REQUESTS, "queue_full", "Too much waits already");
pub(crate) const TOO_MANY: Sort = sort(StatusCode::TOO_MANY_REQUESTS, "too_many", "There are as many as can be");
pub(crate) const INTERNAL: Sort = sort(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server failed");
pub(crate) const UNAVAILABLE: Sort =
    sort(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The server cannot do this now");
pub(crate) const UNANSWERED: Sort =
    sort(StatusCode::SERVICE_UNAVAILABLE, "unanswered", "The question ended without an answer");
pub(crate) const DISK_FULL: Sort = sort(StatusCode::SERVICE_UNAVAILABLE, "disk_full", "The disk is full");

/// An answer that is an error.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    sort: Sort,
    detail: String,
    invalid_params: Vec<InvalidParam>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// One thing that is wrong with a body, a query or a path.
#[derive(Clone, Debug, Serialize)]
struct InvalidParam {
    name: String,
    reason: String,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    /// The detail again: RudderStack's Python library reads `code` and `message` together, and fails without.
    message: &'a str,
    code: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    invalid_params: &'a [InvalidParam],
}

impl Problem {
    pub(crate) fn new(sort: Sort, detail: impl Into<String>) -> Self {
        Self { sort, detail: detail.into(), invalid_params: Vec::new(), headers: Vec::new() }
    }

    /// The same problem under a code of its own.
    pub(crate) fn coded(mut self, code: &'static str) -> Self {
        self.sort.code = code;
        self
    }

    /// Names a field or parameter that is wrong; without a name nothing is added.
    pub(crate) fn naming(mut self, name: impl Into<String>, reason: impl Into<String>) -> Self {
        let name = name.into();
        if !name.is_empty() {
            self.invalid_params.push(InvalidParam { name, reason: reason.into() });
        }
        self
    }

    /// Says after how many seconds the same request may succeed.
    pub(crate) fn retry_after(mut self, seconds: u16) -> Self {
        self.headers.push((header::RETRY_AFTER, seconds.into()));
        self
    }

    /// No or a wrong credential. The scheme is Bearer on all routes, which take it too: on `Basic` browsers would ask
    /// the visitors of a shop for a password.
    pub(crate) fn unauthenticated(detail: impl Into<String>) -> Self {
        let mut problem = Self::new(UNAUTHENTICATED, detail);
        problem.headers.push((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"geleit\"")));
        problem
    }

    /// What it says to people.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    pub(crate) fn not_found(what: impl std::fmt::Display) -> Self {
        Self::new(NOT_FOUND, format!("there is no {what}"))
    }

    pub(crate) fn invalid(invalid: &Invalid) -> Self {
        Self::new(INVALID, invalid.to_string()).about(invalid)
    }

    /// Names the field of a refusal.
    pub(crate) fn about(self, invalid: &Invalid) -> Self {
        let told = Invalid { path: String::new(), ..invalid.clone() };
        self.naming(invalid.path.as_str(), told.to_string())
    }

    /// What the server could not do, for a reason that concerns only whoever runs it.
    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(INTERNAL, "the request could not be answered: the server's log says why")
    }

    /// The store's refusal of a read or of a change that somebody asked for.
    pub(crate) fn of_store(error: &StoreError) -> Self {
        match error {
            StoreError::NotFound { .. } => Self::new(NOT_FOUND, error.to_string()),
            StoreError::Exists { .. } => Self::new(EXISTS, error.to_string()),
            StoreError::VersionConflict { .. } => {
                Self::new(VERSION_CONFLICT, error.to_string()).naming("expected_version", error.to_string())
            }
            StoreError::Invalid(invalid) => Self::invalid(invalid),
            StoreError::TooLarge { .. } => Self::new(TOO_LARGE, error.to_string()),
            StoreError::Full { .. } | StoreError::Busy { .. } | StoreError::Moved { .. } => Self::not_stored(error),
            StoreError::Locked { .. }
            | StoreError::TooNew { .. }
            | StoreError::TooOld { .. }
            | StoreError::Foreign { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Behind { .. }
            | StoreError::Io { .. }
            | StoreError::Database { .. } => Self::internal(error),
        }
    }

    /// The store's refusal of events: they may come again, so nothing of them is lost.
    pub(crate) fn not_stored(error: &StoreError) -> Self {
        tracing::error!(%error, "nothing was stored");
        let sort = if matches!(error, StoreError::Full { .. }) { DISK_FULL } else { UNAVAILABLE };
        Self::new(sort, "nothing was stored: send it again later").retry_after(5)
    }

    pub(crate) fn shutting_down() -> Self {
        Self::new(UNAVAILABLE, "the server is shutting down: nothing was stored").retry_after(5)
    }

    /// The whole answer, for one request.
    pub(crate) fn written(&self, mut response: Response, request_id: &str) -> Response {
        let body = Body {
            r#type: format!("urn:geleit:problem:{}", self.sort.code),
            title: self.sort.title,
            status: self.sort.status.as_u16(),
            detail: &self.detail,
            message: &self.detail,
            code: self.sort.code,
            request_id,
            invalid_params: &self.invalid_params,
        };
        let (parts, body) = Json(body).into_response().into_parts();
        // Headers that layers in between have added, CORS for one, stay.
        response.headers_mut().extend(parts.headers);
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json; charset=utf-8"));
        *response.body_mut() = body;
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.sort.status.into_response();
        response.headers_mut().extend(self.headers.iter().cloned());
        response.extensions_mut().insert(self);
        response
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Store(error) => Self::of_store(&error),
            EngineError::Refused(error) => Self::of_store(&error),
            EngineError::Invalid(invalid) => Self::invalid(&invalid),
            EngineError::Closed => Self::shutting_down(),
            EngineError::NeverSeen(invalid) => Self::new(NOT_FOUND, invalid.to_string()),
            EngineError::Forbidden { .. } => Self::new(KEPT_APART, error.to_string()),
            EngineError::Behind { .. } | EngineError::Unfiled => {
                Self::new(UNAVAILABLE, error.to_string()).retry_after(5)
            }
            EngineError::Unanswered(error) => Self::new(UNANSWERED, error.to_string()),
            EngineError::Columns(_) | EngineError::PlansNotInForce(_) | EngineError::Io { .. } => {
                Self::internal(&error)
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::of_store(&error)
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self::invalid(&invalid)
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        if refused.is_too_large() {
            return Self::new(TOO_LARGE, refused.to_string());
        }
        let problem = Self::new(MALFORMED, refused.to_string()).coded(refused.code());
        match &refused {
            Refused::WrongShape(invalid) => problem.about(invalid),
            Refused::NotJson { .. } | Refused::TooLarge { .. } | Refused::BadGzip(_) | Refused::NotUtf8 { .. } => {
                problem
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_succeed_later_says_when_and_what_concerns_nobody_outside_stays_inside() {
        let place = || "/srv/data/journal.db".to_owned();
        let busy = StoreError::Busy { place: place() };
        let corrupt = StoreError::Corrupt { place: place(), reason: "a checksum".to_owned() };
        let cases = [
            (Problem::not_stored(&StoreError::Full { place: place() }), 503, "disk_full", Some("5")),
            (Problem::not_stored(&corrupt), 503, "unavailable", Some("5")),
            (Problem::of_store(&busy), 503, "unavailable", Some("5")),
            (Problem::of_store(&corrupt), 500, "internal", None),
            (EngineError::Closed.into(), 503, "unavailable", Some("5")),
            (StoreError::NotFound { what: "source", name: "till".to_owned() }.into(), 404, "not_found", None),
            (StoreError::Exists { what: "source", name: "till".to_owned() }.into(), 409, "exists", None),
        ];
        for (problem, status, code, retry_after) in cases {
            assert!(!problem.detail.contains("/srv"), "{problem:?}");
            let (sort, answer) = (problem.sort, problem.into_response());
            assert_eq!((answer.status().as_u16(), sort.code), (status, code));
            let header = answer.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap());
            assert_eq!(header, retry_after, "{code}");
        }
    }
}
