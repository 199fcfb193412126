//! Figures over lived journeys: the same JSON as the command line's.

mod asked;
mod live;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::{Answered, Engine, Found, MiningQuery, MiningQuestion, RunningQuestion};
use export::{Drawn, Format};
use mining::report::Table;
use mining::{Known, QUESTIONS, Recipe, Setting};
use model::Invalid;
use serde_json::{Value, json};

use crate::Api;
use crate::auth::Area;
use crate::extract::{Asked, At, Told};
use crate::openapi::{Operation, list, of, one_of, text};
use crate::problem::{NOT_FOUND, Problem};
use crate::question::ask;
use crate::routes::{Door, Route};

/// Most questions in one call.
const MOST_QUESTIONS: usize = 50;
/// Edges drawn of a network where the question does not say how many.
const EDGES: usize = 50;

pub(crate) fn routes() -> Vec<Route> {
    let door = Door::Token(Area::Mining);
    let mut routes: Vec<Route> = QUESTIONS.iter().map(|known| question_route(known, door)).collect();
    let ask = Operation::new("ask", "mining", "Several questions about the same journeys, in one scan")
        .saying("`about` holds the parameters that every question takes, such as `journey` and `where`.")
        .json_body(&of("Ask"))
        .json(200, "The answers, in the order of the questions", &list(&json!({ "type": "object" }), "Answers"))
        .fails(400, "A question or a parameter cannot be read");
    let again = Operation::new("again", "mining", "The answer that a recipe stands for")
        .saying("From the same events, under the versions of plans that the recipe names.")
        .json_body(&of("Recipe"))
        .json(200, "The answer", &json!({ "type": "object" }))
        .fails(400, "The recipe cannot be repeated: events are filed under other versions of the plans by now");
    let running = Operation::new("running", "mining", "The questions that are being answered, with their progress")
        .json(200, "The oldest first", &list(&of("RunningQuestion"), "Questions"));
    let call_off = Operation::new("callOff", "mining", "Calls a question off")
        .path("id", json!({ "type": "integer", "minimum": 1 }), "Its number")
        .answers(204, "It ends before its next block of events", "application/json", &json!({}))
        .fails(404, "No question of that number is being answered");
    routes.extend([
        live::route(door),
        Route::new(Method::POST, "/v1/mining/ask", door, ask, self::ask_all),
        Route::new(Method::POST, "/v1/mining/again", door, again, self::again),
        Route::new(Method::GET, "/v1/mining/running", door, running, self::running),
        Route::new(Method::DELETE, "/v1/mining/running/{id}", door, call_off, self::call_off),
    ]);
    routes
}

/// The route of a question: its parameters are the common ones and its own settings.
fn question_route(known: &'static Known, door: Door) -> Route {
    let operation = asked::described(Operation::new(known.name, "mining", known.what));
    let operation = known.settings.iter().fold(operation, |operation, setting| {
        let about = match setting.default {
            Some(default) => format!("{}; `{default}` if not given", setting.what),
            None => setting.what.to_owned(),
        };
        let schema = schema_of(setting);
        if setting.required {
            operation.needed_query(setting.name, schema, &about)
        } else {
            operation.query(setting.name, schema, &about)
        }
    });
    let schema = json!({ "oneOf": [of(answer_schema(known.name)), of("Comparison")] });
    let operation = operation
        .query(
            "format",
            one_of(["json", "csv", "parquet", "dot", "mermaid"], "Of the answer"),
            "JSON with everything, one table as CSV or Parquet, or a drawing of a network; `json` if not given",
        )
        .query("table", text("Such as `edges`"), "Which table, for CSV and Parquet; the first if not given")
        .query("edges", json!({ "type": "integer", "minimum": 1 }), "Edges drawn in dot and Mermaid, 50 if not given")
        .json(200, "The figures, with what they cost and how to get them again", &schema)
        .fails(400, "A parameter cannot be read")
        .fails(503, "The question went beyond its limit of time or memory, or was called off");
    let handler = move |State(api): State<Api>, Asked(given): Asked<BTreeMap<String, String>>| async move {
        one(&api, known.name, given).await
    };
    Route::new(Method::GET, format!("/v1/mining/{}", known.name), door, operation, handler)
}

fn schema_of(setting: &Setting) -> Value {
    match setting.form {
        "COUNT" => json!({ "type": "integer", "minimum": 1 }),
        words if words.contains('|') && words.chars().all(|c| c.is_ascii_lowercase() || c == '|' || c == '_') => {
            json!({ "type": "string", "enum": words.split('|').collect::<Vec<_>>() })
        }
        "DURATION" => text("Such as `7d`"),
        "NAMES" => text("Touchpoints between commas"),
        form => text(form),
    }
}

/// The schema of a question's answer.
fn answer_schema(question: &str) -> &'static str {
    crate::openapi::ANSWERS
        .iter()
        .find_map(|(name, schema)| (*name == question).then_some(*schema))
        .expect("every question's answer has a schema")
}

async fn one(api: &Api, name: &'static str, mut given: BTreeMap<String, String>) -> Result<Response, Problem> {
    let format = given.remove("format").map_or(Ok(Format::Json), |format| format.parse())?;
    let table = given.remove("table");
    let edges = match given.remove("edges") {
        // Some questions have a setting of that name.
        Some(edges) if QUESTIONS.iter().any(|known| known.name == name && has_setting(known, "edges")) => {
            given.insert("edges".to_owned(), edges);
            EDGES
        }
        Some(edges) => edges.parse().map_err(|_| Invalid::new("edges", &edges, "is no whole number"))?,
        None => EDGES,
    };
    let query = asked::query(&mut given)?;
    let question = MiningQuestion { name: name.to_owned(), settings: given };
    let answered = answers(api, query, vec![question]).await?.remove(0);
    formed(&answered, name, format, table.as_deref(), edges)
}

fn has_setting(known: &Known, name: &str) -> bool {
    known.settings.iter().any(|setting| setting.name == name)
}

/// The answers; the question is called off when the client goes, because then this future is dropped.
async fn answers(api: &Api, query: MiningQuery, questions: Vec<MiningQuestion>) -> Result<Vec<Answered>, Problem> {
    let names: Vec<&str> = questions.iter().map(|question| question.name.as_str()).collect();
    let asking = Arc::new(api.engine().answers().asking(names.join(", "), query.limits));
    let watched = CallOff(Arc::clone(&asking));
    let answers = ask(api, move |engine| Ok(engine.answers().mine(&query, &questions, asking.control())?)).await;
    drop(watched);
    answers
}

/// Calls a question off when it is dropped.
struct CallOff(Arc<engine::Asking>);

impl Drop for CallOff {
    fn drop(&mut self) {
        self.0.control().cancel();
    }
}

fn formed(
    answered: &Answered,
    name: &str,
    format: Format,
    table: Option<&str>,
    edges: usize,
) -> Result<Response, Problem> {
    let internal = |error: &dyn std::fmt::Display| Problem::internal(error);
    let body = match format {
        Format::Json => answered.to_json().map_err(|error| internal(&error))?.into_bytes(),
        Format::Csv => export::csv(&chosen_table(answered, table)?).map_err(|error| internal(&error))?,
        Format::Parquet => {
            let recipe = serde_json::to_string(&answered.recipe).map_err(|error| internal(&error))?;
            export::parquet(&chosen_table(answered, table)?, &recipe).map_err(|error| internal(&error))?
        }
        Format::Dot | Format::Mermaid => {
            let network = match &answered.found {
                Found::One(report) => report.network.as_ref(),
                Found::Two(_) => None,
            };
            let network = network.ok_or_else(|| {
                Invalid::new("format", format.name(), "draws networks; this answer is none: json, csv or parquet")
            })?;
            let drawn = Drawn { strongest: edges };
            if format == Format::Dot { export::dot(network, &drawn) } else { export::mermaid(network, &drawn) }
                .into_bytes()
        }
    };
    let content_type = HeaderValue::from_static(format.media_type());
    let mut response = ([(header::CONTENT_TYPE, content_type)], body).into_response();
    if format != Format::Json {
        let name = format!("attachment; filename=\"{name}.{}\"", format.extension());
        let name = HeaderValue::try_from(name).map_err(|error| internal(&error))?;
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// A table by its name, or the first one; of a comparison the differences.
fn chosen_table(answered: &Answered, name: Option<&str>) -> Result<Table, Invalid> {
    let tables = answered.tables();
    match name {
        None => tables.into_iter().next().ok_or_else(|| Invalid::missing("table", "is missing: the answer has none")),
        Some(name) => {
            let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
            let unknown = Invalid::new("table", name, format!("is none of {}", names.join(", ")));
            tables.into_iter().find(|table| table.name == name).ok_or(unknown)
        }
    }
}

async fn ask_all(State(api): State<Api>, Told(mut told): Told<asked::Ask>) -> Result<Response, Problem> {
    if told.questions.is_empty() || told.questions.len() > MOST_QUESTIONS {
        let reason = format!("lies outside 1 to {MOST_QUESTIONS}");
        return Err(Invalid::new("questions", &told.questions.len().to_string(), reason).into());
    }
    let query = asked::query(&mut told.about).map_err(|error| error.within("about"))?;
    if let Some(unknown) = told.about.keys().next() {
        let known: Vec<&str> = asked::ABOUT_JOURNEYS.iter().map(|(name, ..)| *name).collect();
        return Err(Invalid::new("about", unknown, format!("is none of {}", known.join(", "))).into());
    }
    let answered = answers(&api, query, told.questions.into_iter().map(Into::into).collect()).await?;
    let all = answered.iter().map(Answered::to_json).collect::<Result<Vec<_>, _>>();
    let all = all.map_err(|error| Problem::internal(&error))?;
    Ok(json_text(format!("[{}]", all.join(","))))
}

async fn again(State(api): State<Api>, Told(recipe): Told<Recipe>) -> Result<Response, Problem> {
    let answered = ask(&api, move |engine: &Engine| {
        let answers = engine.answers();
        let limits = asked::query(&mut BTreeMap::new())?.limits;
        let asking = answers.asking(recipe.question.clone(), limits);
        Ok(answers.mine_again(&recipe, asking.control())?)
    });
    Ok(json_text(answered.await?.to_json().map_err(|error| Problem::internal(&error))?))
}

async fn running(State(api): State<Api>) -> Result<axum::Json<Vec<RunningQuestion>>, Problem> {
    Ok(axum::Json(api.engine().answers().running()))
}

async fn call_off(State(api): State<Api>, At(id): At<u64>) -> Result<StatusCode, Problem> {
    if api.engine().answers().call_off(id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::new(NOT_FOUND, format!("no question {id} is being answered")))
    }
}

fn json_text(text: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response()
}
