//! The graph of the last hour or day.

use std::time::Duration;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::{Timestamp, parse_duration_s};
use serde::Deserialize;
use serde_json::json;

use super::json_text;
use crate::Api;
use crate::extract::Asked;
use crate::openapi::{Operation, list, of, text, whole};
use crate::problem::Problem;
use crate::question::ask;
use crate::routes::{Door, Route};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    window: Option<String>,
}

pub(super) fn route(door: Door) -> Route {
    let moment = |about: &str| json!({ "type": "string", "format": "date-time", "description": about });
    let properties = json!({
        "journeys": whole("Customers with an event in the window"),
        "events": whole("Events in the window"),
        "nodes": list(&of("Node"), "The most frequent first"),
        "edges": list(&of("Edge"), "The most frequent first"),
        "coverage": of("Coverage"),
        "events_in_other": whole("Events whose touchpoints are shown as one, because there are too many"),
        "timing": of("Timing"),
        "recipe": of("Recipe"),
        "from": moment("First moment of the window"),
        "to": moment("First moment after it: now"),
        "window_s": { "type": "number", "description": "From the one to the other, in seconds" },
        "updated_events": whole("Events that this question took in"),
        "rebuilt": { "type": "boolean", "description": "True if the window was counted from scratch" },
    });
    let names: Vec<&String> = properties.as_object().into_iter().flat_map(|fields| fields.keys()).collect();
    let schema = json!({ "type": "object", "required": names, "properties": properties });
    let operation = Operation::new("live", "mining", "The graph of the last hour or day")
        .saying(
            "All that a customer did in the window is one journey. The graph is kept between questions: each takes in \
             what arrived since the last one. Four windows are kept, those asked for last.",
        )
        .query("window", text("Such as `1h` or `1d`"), "From 1s to 7d; `1h` if not given")
        .json(200, "The figures, with what they cost and how to get them again", &schema)
        .fails(400, "The window cannot be read, or is too short or too long");
    Route::new(Method::GET, "/v1/mining/live", door, operation, live)
}

async fn live(State(api): State<Api>, Asked(wanted): Asked<Wanted>) -> Result<Response, Problem> {
    let window = parse_duration_s(wanted.window.as_deref().unwrap_or("1h")).map_err(|error| error.within("window"))?;
    let window = Duration::from_secs_f64(window);
    let answer = ask(&api, move |engine| Ok(engine.answers().live(window, Timestamp::now())?)).await?;
    Ok(json_text(answer.to_json().map_err(|error| Problem::internal(&error))?))
}
