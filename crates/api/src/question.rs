//! Questions to the engine, asked on a thread that may wait: folds are waited for, files are read.

use std::sync::Arc;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use engine::Engine;
use serde::{Deserialize, Serialize};

use crate::Api;
use crate::problem::Problem;

/// Items on a page where the question does not say how many.
const PAGE: usize = 100;
/// Most items on a page.
pub(crate) const MOST_ON_A_PAGE: usize = 1000;

/// Which page of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    pub(crate) limit: Option<usize>,
    pub(crate) cursor: Option<String>,
}

/// Items on a page: what was asked for, 100 if nothing was; refused outside of 1 to 1000.
pub(crate) fn page_size(asked: Option<usize>) -> Result<usize, Problem> {
    let limit = asked.unwrap_or(PAGE);
    if (1..=MOST_ON_A_PAGE).contains(&limit) {
        return Ok(limit);
    }
    let reason = format!("lies outside 1 to {MOST_ON_A_PAGE}");
    Err(Problem::invalid(&model::Invalid::new("limit", &limit.to_string(), reason)))
}

/// What the engine says, as it is.
pub(crate) async fn ask<T: Send + 'static>(
    api: &Api,
    question: impl FnOnce(&Engine) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let engine = Arc::clone(api.engine());
    let asking = tokio::task::spawn_blocking(move || question(&engine));
    asking.await.unwrap_or_else(|failed| Err(Problem::internal(&failed)))
}

/// What the engine says, as JSON; written where it was found, because a graph can be large.
pub(crate) async fn answer<T: Serialize>(
    api: &Api,
    question: impl FnOnce(&Engine) -> Result<T, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let json = ask(api, |engine| serde_json::to_vec(&question(engine)?).map_err(|error| Problem::internal(&error)));
    let content_type = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, content_type)], json.await?).into_response())
}
