//! The quarantine: listed, repaired one by one or by a rule, discarded.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use engine::{Mode, QuarantineQuery};
use json_patch::Patch;
use model::Invalid;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use store::{BadFilter, BadState, Order, QuarantineId};

use crate::Api;
use crate::auth::Area;
use crate::extract::{Asked, At, Told};
use crate::openapi::{Operation, of, text, up_to, whole};
use crate::problem::Problem;
use crate::question::{MOST_ON_A_PAGE, answer, page_size};
use crate::routes::{Door, Route};

pub(crate) fn routes() -> Vec<Route> {
    let (read, write) = (Door::Token(Area::QuarantineRead), Door::Token(Area::QuarantineWrite));
    let item =
        |operation: Operation| operation.path("id", whole("From 1"), "Which item").fails(404, "There is no such item");
    vec![
        Route::new(
            Method::GET,
            "/v1/quarantine",
            read,
            Operation::new("quarantine", "quarantine", "What could not become an event")
                .query("state", json!({ "enum": ["open", "repaired", "discarded"] }), "Only items in this state")
                .query("code", text("Such as `missing_identifier`"), "Only items with this fault")
                .query("source", text("A source's name"), "Only items of this source")
                .query("order", json!({ "enum": ["newest", "oldest"] }), "From which end; newest if not given")
                .query("after", whole("An item's number"), "`next` of the page before")
                .query("limit", up_to(MOST_ON_A_PAGE), "Items on a page, 100 if not given")
                .json(200, "A page", &of("QuarantinePage")),
            list,
        ),
        Route::new(
            Method::GET,
            "/v1/quarantine/{id}",
            read,
            item(Operation::new("quarantined", "quarantine", "One item")).json(200, "The item", &of("QuarantineItem")),
            one,
        ),
        Route::new(
            Method::POST,
            "/v1/quarantine/{id}/repair",
            write,
            item(Operation::new("repair", "quarantine", "Read one item again, edited or as it is"))
                .saying("Stored and marked as repaired in one commit. An item can be repaired once.")
                .json_body(&of("RepairOne"))
                .json(200, "What became of it", &of("Repaired")),
            repair,
        ),
        Route::new(
            Method::POST,
            "/v1/quarantine/{id}/discard",
            write,
            item(Operation::new("discard", "quarantine", "Mark an open item as of no use")).json(
                200,
                "The item as it is now",
                &of("QuarantineItem"),
            ),
            discard,
        ),
        Route::new(
            Method::POST,
            "/v1/quarantine/repair",
            write,
            Operation::new("repairMany", "quarantine", "Patch all open items that fit and read them again")
                .json_body(&of("RepairMany"))
                .json(200, "What became of them", &of("Repaired"))
                .fails(400, "The patch cannot be read"),
            repair_many,
        ),
    ]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    state: Option<String>,
    code: Option<String>,
    source: Option<String>,
    order: Option<End>,
    after: Option<u64>,
    limit: Option<usize>,
}

/// From which end a list begins.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum End {
    Newest,
    Oldest,
}

async fn list(State(api): State<Api>, Asked(which): Asked<Which>) -> Result<Response, Problem> {
    let Which { state, code, source, order, after, limit } = which;
    let state = state.as_deref().map(str::parse::<BadState>).transpose()?;
    let order = match order {
        None | Some(End::Newest) => Order::NewestFirst,
        Some(End::Oldest) => Order::OldestFirst,
    };
    let query = QuarantineQuery {
        filter: BadFilter { state, code, source },
        order,
        after: after.map(QuarantineId),
        limit: page_size(limit)?,
    };
    answer(&api, move |engine| Ok(engine.answers().quarantine(&query)?)).await
}

async fn one(State(api): State<Api>, At(id): At<String>) -> Result<Response, Problem> {
    let id = item_id(&id)?;
    answer(&api, move |engine| engine.answers().quarantined(id)?.ok_or_else(|| unknown(id))).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Repair {
    payload: Option<Box<RawValue>>,
    #[serde(default)]
    dry_run: bool,
}

async fn repair(
    State(api): State<Api>,
    At(id): At<String>,
    Told(Repair { payload, dry_run }): Told<Repair>,
) -> Result<Response, Problem> {
    let id = item_id(&id)?;
    // JSON is taken as it was written, so that no number changes its digits; a text is the payload itself.
    let payload = payload.map(|raw| match serde_json::from_str::<String>(raw.get()) {
        Ok(text) => text,
        Err(_) => raw.get().to_owned(),
    });
    answer(&api, move |engine| Ok(engine.repair(id, payload.as_deref(), mode(dry_run))?)).await
}

async fn discard(State(api): State<Api>, At(id): At<String>) -> Result<Response, Problem> {
    let id = item_id(&id)?;
    answer(&api, move |engine| {
        engine.discard(id)?;
        engine.answers().quarantined(id)?.ok_or_else(|| unknown(id))
    })
    .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RepairMany {
    code: Option<String>,
    source: Option<String>,
    patch: Patch,
    #[serde(default)]
    dry_run: bool,
}

async fn repair_many(State(api): State<Api>, Told(told): Told<RepairMany>) -> Result<Response, Problem> {
    let RepairMany { code, source, patch, dry_run } = told;
    let filter = BadFilter { state: Some(BadState::Open), code, source };
    let query = QuarantineQuery { filter, ..QuarantineQuery::default() };
    answer(&api, move |engine| Ok(engine.repair_by_rule(&query, &patch, mode(dry_run))?)).await
}

fn mode(dry_run: bool) -> Mode {
    if dry_run { Mode::DryRun } else { Mode::Repair }
}

fn item_id(text: &str) -> Result<QuarantineId, Problem> {
    let number = text.parse().map_err(|_| Invalid::new("id", text, "is not the number of an item"))?;
    Ok(QuarantineId(number))
}

fn unknown(id: QuarantineId) -> Problem {
    Problem::not_found(format_args!("item {id} in the quarantine"))
}
