//! Queries, paths and JSON bodies of requests, refused as problems that name the parameter.

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::body;
use crate::problem::{BAD_MEDIA_TYPE, INVALID, MALFORMED, Problem};

/// Most bytes of a JSON body on the routes that are not for events.
const MOST_JSON_BYTES: usize = 4 << 20;

/// The parameters of a query.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(rejection) => Err(bad_query(&rejection)),
        }
    }
}

/// The parts of a path.
#[derive(Debug)]
pub(crate) struct At<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(path)) => Ok(Self(path)),
            Err(rejection) => Err(Problem::new(INVALID, format!("the path cannot be read: {}", rejection.body_text()))),
        }
    }
}

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Told<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Told<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            let detail = format!("the content type is {media_type:?}: this route takes application/json");
            return Err(Problem::new(BAD_MEDIA_TYPE, detail));
        }
        let bytes = body::collect(request.into_body(), MOST_JSON_BYTES).await?;
        let mut parser = serde_json::Deserializer::from_slice(&bytes);
        let told = serde_path_to_error::deserialize(&mut parser)
            .map_err(|error| faulty(MALFORMED, "body", &error.path().to_string(), &error.inner().to_string()))?;
        parser.end().map_err(|error| Problem::new(MALFORMED, format!("the body goes on after its end: {error}")))?;
        Ok(Self(told))
    }
}

fn bad_query(rejection: &QueryRejection) -> Problem {
    // What axum wraps is the error that knows the parameter.
    type Inner = serde_path_to_error::Error<serde::de::value::Error>;
    let mut cause: Option<&dyn std::error::Error> = Some(rejection);
    while let Some(error) = cause {
        if let Some(inner) = error.downcast_ref::<Inner>() {
            return faulty(INVALID, "query", &inner.path().to_string(), &inner.inner().to_string());
        }
        cause = error.source();
    }
    Problem::new(INVALID, format!("the query cannot be read: {}", rejection.body_text()))
}

fn faulty(sort: crate::problem::Sort, what: &str, path: &str, reason: &str) -> Problem {
    // A field that is missing or too many has no path of its own; serde names it in the reason.
    let is_whole = matches!(path, "" | "." | "?");
    let name = if is_whole { reason.split('`').nth(1).unwrap_or_default() } else { path };
    let place = if is_whole { String::new() } else { format!("{name}: ") };
    Problem::new(sort, format!("the {what} cannot be read: {place}{reason}")).naming(name, reason)
}
