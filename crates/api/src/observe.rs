//! Around every request: its id, its problem written out, its place in metrics and log.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::Api;
use crate::app::OfApp;
use crate::auth::Who;
use crate::problem::Problem;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Stands for the route of a request that has none, so that guessed paths do not fill the metrics.
const NO_ROUTE: &str = "none";
/// And for the files and pages of the app.
const APP: &str = "app";

/// Observes one request from its head to its answer.
///
/// The log names the route, not the path and never the query: they hold mail addresses.
pub(crate) async fn observe(State(api): State<Api>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = api.request_ids().of(request.headers());
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;

    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem.written(response, id.to_str().expect("ids are made of visible characters"));
    }
    let route = match matched.as_ref().map(MatchedPath::as_str) {
        Some(route) if route.len() > 1 => route.trim_end_matches('/'),
        Some(route) => route,
        None if response.extensions_mut().remove::<OfApp>().is_some() => APP,
        None => NO_ROUTE,
    };
    let took = started.elapsed();
    api.http().count(route, &method, response.status(), took);
    let who = response.extensions_mut().remove::<Who>();
    let who = who.as_ref().map_or("", |who| who.0.as_ref());
    let (status, ms) = (response.status().as_u16(), took.as_secs_f64() * 1e3);
    // One line for each batch of events would be a log of events, and one for each file of the app says nothing.
    if (crate::ingest::is_ingest(route) || route == APP) && !response.status().is_server_error() {
        tracing::debug!(%method, route, status, ms, who, request_id = ?id, "answered");
    } else {
        tracing::info!(%method, route, status, ms, who, request_id = ?id, "answered");
    }
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// Gives each request an id.
#[derive(Debug)]
pub(crate) struct RequestIds {
    /// Tells this run of the server from others.
    run: u64,
    given: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new() -> Self {
        // Without random numbers ids repeat after a restart, which harms nobody but the reader of a log.
        let run = getrandom::u64().unwrap_or_default();
        Self { run, given: AtomicU64::new(0) }
    }

    /// The id that the client or a proxy gave, if it is sane; else a new one.
    fn of(&self, headers: &HeaderMap) -> HeaderValue {
        if let Some(given) = headers.get(REQUEST_ID).filter(|id| is_sane(id)) {
            return given.clone();
        }
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        HeaderValue::try_from(format!("{:016x}-{number:x}", self.run)).expect("digits and - are visible")
    }
}

/// Short and of characters that neither break a log line nor mean anything in one.
fn is_sane(id: &HeaderValue) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte);
    (1..=128).contains(&id.len()) && id.as_bytes().iter().all(is_plain)
}

/// Counts and times requests by route, method and status.
#[derive(Debug)]
pub(crate) struct HttpMetrics {
    requests: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    route: String,
    method: String,
    status: u16,
}

/// From half a millisecond to half a minute.
const STEPS: [f64; 15] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

impl HttpMetrics {
    pub(crate) fn register(registry: &mut Registry) -> Self {
        let seconds: fn() -> Histogram = || Histogram::new(STEPS);
        let metrics = Self { requests: Family::default(), seconds: Family::new_with_constructor(seconds) };
        let registry = registry.sub_registry_with_prefix("geleit");
        registry.register("http_requests", "HTTP requests answered", metrics.requests.clone());
        registry.register_with_unit(
            "http_request",
            "Time from the head of a request to the head of its answer",
            Unit::Seconds,
            metrics.seconds.clone(),
        );
        metrics
    }

    fn count(&self, route: &str, method: &Method, status: StatusCode, took: Duration) {
        // Methods are free text; only those that routes take are told apart.
        let known = matches!(*method, Method::GET | Method::POST | Method::PUT | Method::DELETE | Method::OPTIONS);
        let method = if known { method.as_str() } else { "other" };
        let labels = Labels { route: route.to_owned(), method: method.to_owned(), status: status.as_u16() };
        self.requests.get_or_create(&labels).inc();
        self.seconds.get_or_create(&labels).observe(took.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_clients_are_kept_unless_they_could_harm_a_log() {
        let ids = RequestIds::new();
        for (given, kept) in [("f00-Ba_r.1:2", true), ("", false), ("a b", false), ("a\"b", false)] {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, given.parse().unwrap());
            assert_eq!(ids.of(&headers) == given, kept, "{given}");
        }
        let long = HeaderValue::try_from("x".repeat(129)).unwrap();
        assert!(!is_sane(&long));
        let none = HeaderMap::new();
        assert_ne!(ids.of(&none), ids.of(&none));
    }
}
