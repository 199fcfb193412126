//! Lived journeys against a map, and a map of lived journeys.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use export::Format;
use model::Invalid;
use serde_json::Value;

use super::{ENDED, asked, asked_by, formed};
use crate::Api;
use crate::extract::{Asked, At};
use crate::mining::ABOUT_JOURNEYS;
use crate::openapi::{Operation, either, of, one_of, text};
use crate::problem::Problem;
use crate::routes::{Door, Route};

pub(super) fn routes(door: Door) -> Vec<Route> {
    vec![whole(door), by(door), draft(door)]
}

fn whole(door: Door) -> Route {
    let operation = Operation::new("conformance", "mining", "Lived journeys against a map")
        .saying(
            "Each journey is held against the version of the map that was in force when it began. Journeys are cut as the \
             map says, unless `journey` says otherwise. The figures are described in docs/conformance.md.",
        )
        .path("map", text("Such as `bike-purchase`"), "The map's name");
    let operation = tables(
        asked::described(operation),
        "`steps`, `deviations`, `unplanned`, `ways` or `figures`",
        &either("Conformance"),
    );
    Route::new(Method::GET, "/v1/maps/{map}/conformance", door, operation, conformance)
}

fn by(door: Door) -> Route {
    let operation = Operation::new("conformanceBy", "mining", "Lived journeys against a map, group by group")
        .saying(
            "By the week or month (UTC) in which journeys begin, by the channel of their first event, or by the personas of \
             the map that say by which journeys they are known; a journey may belong to several personas. Two groups of \
             one's own are compared by `compare` at `/v1/maps/{map}/conformance`.",
        )
        .path("map", text("Such as `bike-purchase`"), "The map's name")
        .needed_query("by", one_of(["week", "month", "channel", "persona"], "By what"), "What makes a group");
    let operation = tables(asked::described(operation), "`groups`", &of("ConformanceBy"));
    Route::new(Method::GET, "/v1/maps/{map}/conformance/by", door, operation, conformance_by)
}

/// What both have: forms of the answer, and how they fail.
fn tables(operation: Operation, names: &str, schema: &Value) -> Operation {
    operation
        .query(
            "format",
            one_of(["json", "csv", "parquet"], "Of the answer"),
            "JSON with everything, or one table; `json` if not given",
        )
        .query("table", text(names), "Which table, for CSV and Parquet; the first if not given")
        .json(200, "The figures, with what they cost and how to get them again", schema)
        .or_as(200, formed::media_type(Format::Csv), &formed::schema(Format::Csv))
        .or_as(200, formed::media_type(Format::Parquet), &formed::schema(Format::Parquet))
        .fails(400, "There is no such map, or a parameter cannot be read")
        .fails(503, ENDED)
}

fn draft(door: Door) -> Route {
    let operation = Operation::new("draftMap", "mining", "A first map, drawn from lived journeys")
        .saying(
            "The touchpoints that most customers came by as steps, and the ways that are taken most: a filter such as \
             `did order` makes it the way of those who got there. Nothing is written; PUT `map` at \
             `/v1/plans/map/{name}` to keep it.",
        )
        .query("title", text("Any"), "The map's title; one that says what it is if not given")
        .query("steps", crate::openapi::up_to(MOST_DRAFTED), "Most steps, 12 if not given")
        .query("language", one_of(["en", "de"], "Of the titles that are made up"), "`en` if not given");
    let operation = asked::described(operation)
        .json(200, "The map", &of("MapDraft"))
        .fails(400, "A parameter cannot be read")
        .fails(503, ENDED);
    Route::new(Method::GET, "/v1/maps/draft", door, operation, drafted)
}

/// Steps of a draft, at most, and where nothing is said.
const MOST_DRAFTED: usize = 100;
const DRAFTED: usize = 12;

async fn conformance(
    State(api): State<Api>,
    At(map): At<String>,
    Asked(given): Asked<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    held(&api, map, None, asked::by_name(given)?).await
}

async fn conformance_by(
    State(api): State<Api>,
    At(map): At<String>,
    Asked(given): Asked<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let mut given = asked::by_name(given)?;
    let by = given.remove("by").ok_or_else(|| Invalid::missing("by", "is missing: week, month, channel or persona"))?;
    held(&api, map, Some(by), given).await
}

async fn held(
    api: &Api,
    map: String,
    by: Option<String>,
    mut given: BTreeMap<String, String>,
) -> Result<Response, Problem> {
    let format = given.remove("format").map_or(Ok(Format::Json), |format| format.parse())?;
    let table = given.remove("table");
    let query = asked::query(&mut given)?;
    nothing_else(&given, "format, table")?;
    let limits = query.limits;
    let asking = asked_by(api, "conformance", limits, move |answers, asking| {
        answers.conform(&map, by.as_deref(), &query, asking.control())
    });
    formed::formed(&asking.await?, "conformance", format, table.as_deref(), &formed::all_edges())
}

async fn drafted(State(api): State<Api>, Asked(given): Asked<Vec<(String, String)>>) -> Result<Response, Problem> {
    let mut given = asked::by_name(given)?;
    let steps = given.remove("steps").map_or(Ok(DRAFTED), |written| {
        let steps = written.parse().ok().filter(|steps| (1..=MOST_DRAFTED).contains(steps));
        steps.ok_or_else(|| Invalid::new("steps", &written, format!("is no whole number from 1 to {MOST_DRAFTED}")))
    })?;
    let (lived, stages) = match given.remove("language").as_deref() {
        None | Some("en") => ("As it is lived", ["Before the purchase", "Purchase", "After the purchase", "Other"]),
        Some("de") => ("Wie es gelebt wird", ["Vor dem Kauf", "Kauf", "Nach dem Kauf", "Weiteres"]),
        Some(other) => return Err(Invalid::new("language", other, "is none of en, de").into()),
    };
    let title = given.remove("title").filter(|title| !title.trim().is_empty()).unwrap_or_else(|| lived.to_owned());
    let query = asked::query(&mut given)?;
    nothing_else(&given, "title, steps, language")?;
    let limits = query.limits;
    let asking = asked_by(&api, "draft of a map", limits, move |answers, _| {
        answers.draft_map(&title, stages.map(str::to_owned), steps, &query)
    });
    Ok(axum::Json(asking.await?).into_response())
}

fn nothing_else(given: &BTreeMap<String, String>, own: &str) -> Result<(), Invalid> {
    let Some(unknown) = given.keys().next() else { return Ok(()) };
    let names: Vec<&str> = ABOUT_JOURNEYS.iter().map(|(name, ..)| *name).collect();
    Err(Invalid::missing(unknown.as_str(), format!("is no parameter of this question: {}, {own}", names.join(", "))))
}
