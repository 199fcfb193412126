//! What whoever runs the server asks.

use axum::Json;
use axum::extract::State;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use serde_json::{Value, json};

use crate::Api;
use crate::auth::Area;
use crate::openapi::{self, Operation, of, text};
use crate::problem::{Problem, UNAVAILABLE};
use crate::question::ask;
use crate::routes::{Door, Route};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(crate) fn routes() -> Vec<Route> {
    let health =
        Operation::new("health", "operations", "Whether the process lives").json(200, "It does", &of("Health"));
    let ready = Operation::new("ready", "operations", "Whether everything journalled before the start is folded")
        .json(200, "It is", &of("Health"))
        .fails_for_now(503, "Not yet: answers would be stale");
    let metrics = Operation::new("metrics", "operations", "Figures for Prometheus")
        .saying("Open to anybody if the server was set so.")
        .answers(200, "OpenMetrics text", "application/openmetrics-text", &text("Counters, gauges and histograms"));
    let document = Operation::new("openapi", "operations", "This document").json(
        200,
        "OpenAPI 3.1",
        &json!({ "type": "object", "additionalProperties": true }),
    );
    vec![
        Route::new(Method::GET, "/healthz", Door::Open, health, healthz),
        Route::new(Method::GET, "/readyz", Door::Open, ready, readyz),
        Route::new(Method::GET, "/metrics", Door::Token(Area::Metrics), metrics, self::metrics),
        Route::new(Method::GET, "/openapi.json", Door::Open, document, openapi_json),
    ]
}

async fn healthz() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

async fn readyz(State(api): State<Api>) -> Result<Json<Value>, Problem> {
    if api.engine().is_ready() {
        return Ok(Json(json!({ "status": "ready" })));
    }
    let detail = "events that were stored before the start are still being folded";
    Err(Problem::new(UNAVAILABLE, detail).coded("not_ready").retry_after(1))
}

async fn metrics(State(api): State<Api>) -> Result<Response, Problem> {
    ask(&api, |engine| {
        engine.measure();
        Ok(())
    })
    .await?;
    let mut page = String::new();
    encode(&mut page, api.registry()).map_err(|error| Problem::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], page).into_response())
}

async fn openapi_json() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi::openapi())
}
