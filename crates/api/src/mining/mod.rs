//! Figures over lived journeys: the same JSON as the command line's.

mod asked;
mod composed;
mod conformance;
mod formed;
mod live;
mod lived;

pub(crate) use asked::ABOUT_JOURNEYS;
pub(crate) use lived::Logs;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::{Answered, Answers, Asking, EngineError, MiningLimits, MiningQuestion, RunningQuestion};
use export::Format;
use mining::{Known, QUESTIONS, Recipe, Setting};
use model::Invalid;
use serde_json::{Value, json};

use crate::Api;
use crate::auth::Area;
use crate::extract::{Asked, At, Told};
use crate::openapi::{Operation, either, list, of, one_of, text};
use crate::problem::{NOT_FOUND, Problem};
use crate::question::ask;
use crate::routes::{Door, Route};

const ENDED: &str = "The question went beyond its limit of time or memory, or was called off";

/// Most questions in one call.
const MOST_QUESTIONS: usize = 50;

pub(crate) fn routes() -> Vec<Route> {
    let door = Door::Token(Area::Mining);
    let mut routes: Vec<Route> = QUESTIONS.iter().map(|known| question_route(known, door)).collect();
    let ask = Operation::new("ask", "mining", "Several questions about the same journeys, in one scan")
        .saying("`about` holds the parameters that every question takes, such as `journey` and `where`.")
        .json_body(&of("Ask"))
        .json(200, "The answers, in the order of the questions", &list(&of("Answer"), "Answers"))
        .fails(400, "A question or a parameter cannot be read")
        .fails(503, ENDED);
    let again = Operation::new("again", "mining", "The answer that a recipe stands for")
        .saying("From the same events, under the versions of plans that the recipe names.")
        .json_body(&of("Recipe"))
        .json(200, "The answer", &of("Answer"))
        .fails(400, "The recipe cannot be repeated: events are filed under other versions of the plans by now")
        .fails(503, ENDED);
    let running = Operation::new("running", "mining", "The questions that are being answered, with their progress")
        .json(200, "The oldest first", &list(&of("RunningQuestion"), "Questions"));
    let call_off = Operation::new("callOff", "mining", "Calls a question off")
        .path("id", json!({ "type": "integer", "minimum": 1 }), "Its number")
        .no_content(204, "It ends before its next block of events")
        .fails(404, "No question of that number is being answered");
    routes.extend(conformance::routes(door));
    routes.extend([
        live::route(door),
        lived::route(door),
        Route::new(Method::POST, "/v1/mining/ask", door, ask, self::ask_all),
        Route::new(Method::POST, "/v1/mining/again", door, again, self::again),
        Route::new(Method::GET, "/v1/mining/running", door, running, self::running),
        Route::new(Method::DELETE, "/v1/mining/running/{id}", door, call_off, self::call_off),
    ]);
    routes.extend(composed::routes(door));
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
    let operation = if has_setting(known, "edges") {
        operation
    } else {
        let schema = json!({ "type": "integer", "minimum": 1 });
        operation.query("edges", schema, "Edges drawn in dot and Mermaid, 50 if not given")
    };
    let operation = operation
        .query(
            "format",
            one_of(["json", "csv", "parquet", "dot", "mermaid"], "Of the answer"),
            "JSON with everything, one table as CSV or Parquet, or a drawing of a network; `json` if not given",
        )
        .query(
            "table",
            text("Such as `edges`"),
            "Which table, for CSV and Parquet; the first if not given. Those of the groups of a comparison are `a.edges` \
             and `b.edges`, beside `differences`",
        )
        .json(200, "The figures, with what they cost and how to get them again", &either(answer_schema(known.name)));
    let others = Format::ALL.into_iter().filter(|format| *format != Format::Json);
    let operation = others
        .fold(operation, |operation, format| operation.or_as(200, formed::media_type(format), &formed::schema(format)))
        .fails(400, "A parameter cannot be read")
        .fails(503, ENDED);
    let handler = move |State(api): State<Api>, Asked(given): Asked<Vec<(String, String)>>| async move {
        one(&api, known, asked::by_name(given)?).await
    };
    Route::new(Method::GET, format!("/v1/mining/{}", known.name), door, operation, handler)
}

fn schema_of(setting: &Setting) -> Value {
    match setting.form {
        "COUNT" => json!({ "type": "integer", "minimum": 1 }),
        words
            if words.contains('|')
                && words.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "|_".contains(c)) =>
        {
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

async fn one(api: &Api, known: &Known, mut given: BTreeMap<String, String>) -> Result<Response, Problem> {
    let format = given.remove("format").map_or(Ok(Format::Json), |format| format.parse())?;
    let table = given.remove("table");
    let drawn = if has_setting(known, "edges") {
        // The answer holds no more edges than asked for.
        formed::all_edges()
    } else {
        formed::strongest_edges(given.remove("edges").as_deref())?
    };
    let query = asked::query(&mut given)?;
    if let Some(unknown) = given.keys().find(|name| !has_setting(known, name)) {
        let own = known.settings.iter().map(|setting| setting.name);
        let names: Vec<&str> = own.chain(ABOUT_JOURNEYS.map(|(name, ..)| name)).collect();
        let reason = format!("is no parameter of this question: {}, format, table, edges", names.join(", "));
        return Err(Invalid::missing(unknown.as_str(), reason).into());
    }
    let question = MiningQuestion { name: known.name.to_owned(), settings: given };
    let asking = asked_by(api, known.name, query.limits, move |answers, asking| {
        answers.mine(&query, std::slice::from_ref(&question), asking.control())
    });
    formed::formed(&asking.await?.remove(0), known.name, format, table.as_deref(), &drawn)
}

fn has_setting(known: &Known, name: &str) -> bool {
    known.settings.iter().any(|setting| setting.name == name)
}

/// What is found while a client waits for it. When the client goes, this future is dropped, and the question called off.
async fn asked_by<T: Send + 'static>(
    api: &Api,
    names: impl Into<String>,
    limits: MiningLimits,
    find: impl FnOnce(&Answers, &Asking) -> Result<T, EngineError> + Send + 'static,
) -> Result<T, Problem> {
    let asking = Arc::new(api.engine().answers().asking(names, limits));
    let watched = CallOff(Arc::clone(&asking));
    let found = ask(api, move |engine| Ok(find(engine.answers(), &asking)?)).await;
    drop(watched);
    found
}

/// Calls a question off when it is dropped.
struct CallOff(Arc<Asking>);

impl Drop for CallOff {
    fn drop(&mut self) {
        self.0.control().cancel();
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
    let questions: Vec<MiningQuestion> = told.questions.into_iter().map(Into::into).collect();
    for (place, question) in questions.iter().enumerate() {
        known(question).map_err(|error| error.within(&format!("questions[{place}]")))?;
    }
    let names: Vec<&str> = questions.iter().map(|question| question.name.as_str()).collect();
    let asking = asked_by(&api, names.join(", "), query.limits, move |answers, asking| {
        answers.mine(&query, &questions, asking.control())
    });
    let answered = asking.await?;
    let all = answered.iter().map(Answered::to_json).collect::<Result<Vec<_>, _>>();
    let all = all.map_err(|error| Problem::internal(&error))?;
    Ok(json_text(format!("[{}]", all.join(","))))
}

/// Refused: a question or a setting that there is not.
fn known(question: &MiningQuestion) -> Result<(), Invalid> {
    let Some(known) = QUESTIONS.iter().find(|known| known.name == question.name) else {
        let names: Vec<&str> = QUESTIONS.iter().map(|known| known.name).collect();
        return Err(Invalid::new("question", &question.name, format!("is none of {}", names.join(", "))));
    };
    match question.settings.keys().find(|name| !has_setting(known, name)) {
        None => Ok(()),
        Some(unknown) => {
            let names: Vec<&str> = known.settings.iter().map(|setting| setting.name).collect();
            let reason = format!("is no setting of this question: {}", names.join(", "));
            Err(Invalid::missing(format!("settings.{unknown}"), reason))
        }
    }
}

async fn again(State(api): State<Api>, Told(recipe): Told<Recipe>) -> Result<Response, Problem> {
    let limits = asked::query(&mut BTreeMap::new())?.limits;
    let name = recipe.question.clone();
    let asking = asked_by(&api, name, limits, move |answers, asking| answers.mine_again(&recipe, asking.control()));
    Ok(json_text(asking.await?.to_json().map_err(|error| Problem::internal(&error))?))
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
