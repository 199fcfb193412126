//! Lived journeys against a map.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use export::Format;
use model::Invalid;

use super::{ENDED, asked, asked_by, formed};
use crate::Api;
use crate::extract::{Asked, At};
use crate::mining::ABOUT_JOURNEYS;
use crate::openapi::{Operation, either, one_of, text};
use crate::problem::Problem;
use crate::routes::{Door, Route};

pub(super) fn route(door: Door) -> Route {
    let operation = Operation::new("conformance", "mining", "Lived journeys against a map")
        .saying(
            "Each journey is held against the version of the map that was in force when it began. Journeys are cut as the \
             map says, unless `journey` says otherwise. The figures are described in docs/conformance.md.",
        )
        .path("map", text("Such as `bike-purchase`"), "The map's name");
    let operation = asked::described(operation)
        .query(
            "format",
            one_of(["json", "csv", "parquet"], "Of the answer"),
            "JSON with everything, or one table; `json` if not given",
        )
        .query(
            "table",
            text("`steps`, `deviations` or `unplanned`"),
            "Which table, for CSV and Parquet; the first if not given",
        )
        .json(200, "The figures, with what they cost and how to get them again", &either("Conformance"))
        .or_as(200, formed::media_type(Format::Csv), &formed::schema(Format::Csv))
        .or_as(200, formed::media_type(Format::Parquet), &formed::schema(Format::Parquet))
        .fails(400, "There is no such map, or a parameter cannot be read")
        .fails(503, ENDED);
    Route::new(Method::GET, "/v1/maps/{map}/conformance", door, operation, conformance)
}

async fn conformance(
    State(api): State<Api>,
    At(map): At<String>,
    Asked(given): Asked<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let mut given = asked::by_name(given)?;
    let format = given.remove("format").map_or(Ok(Format::Json), |format| format.parse())?;
    let table = given.remove("table");
    let query = asked::query(&mut given)?;
    if let Some(unknown) = given.keys().next() {
        let names: Vec<&str> = ABOUT_JOURNEYS.iter().map(|(name, ..)| *name).collect();
        let reason = format!("is no parameter of this question: {}, format, table", names.join(", "));
        return Err(Invalid::missing(unknown.as_str(), reason).into());
    }
    let limits = query.limits;
    let asking =
        asked_by(&api, "conformance", limits, move |answers, asking| answers.conform(&map, &query, asking.control()));
    formed::formed(&asking.await?, "conformance", format, table.as_deref(), &formed::all_edges())
}
