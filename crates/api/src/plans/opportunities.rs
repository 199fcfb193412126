//! What could be better, weighed.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use engine::OpportunityQuery;
use model::{Invalid, Progress};
use serde::Deserialize;

use crate::Api;
use crate::auth::Area;
use crate::extract::Asked;
use crate::openapi::{Operation, of, share, text};
use crate::problem::Problem;
use crate::question::answer;
use crate::routes::{Door, Route};

pub(super) fn route() -> Route {
    let operation = Operation::new("opportunities", "plans", "What could be better, weighed")
        .saying(
            "Every opportunity with its fields, the figures worked out of them, its ranks, the pain points that it would ease, the \
             steps that refer to it and the solutions that take it. A figure is null where a field that it needs is missing. \
             `axes` says what a matrix can have on its axes and where the mean cuts them. docs/improving.md defines every figure.",
        )
        .query("weight", share("One half if not given"), "Weight of worth to customers in the value; worth to the company has the rest")
        .query(
            "progress",
            text("Some of open, planned, started, done, declined, with commas between them"),
            "Only opportunities that have come so far: ranks and cuts are among them; all if not given",
        )
        .json(200, "The opportunities", &of("OpportunityList"))
        .fails(400, "The weight is no share, or a progress is none");
    Route::new(Method::GET, "/v1/opportunities", Door::Token(Area::PlansRead), operation, opportunities)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Weighing {
    weight: Option<f64>,
    progress: Option<String>,
}

async fn opportunities(State(api): State<Api>, Asked(weighing): Asked<Weighing>) -> Result<Response, Problem> {
    let written = weighing.progress.unwrap_or_default();
    let parts = written.split(',').map(str::trim).filter(|part| !part.is_empty());
    let progress: Result<Vec<Progress>, Invalid> = parts.map(str::parse).collect();
    let query = OpportunityQuery {
        weight: weighing.weight.unwrap_or(OpportunityQuery::default().weight),
        progress: progress.map_err(|error| error.within("progress"))?,
    };
    answer(&api, move |engine| Ok(engine.answers().opportunities(&query)?)).await
}
