//! Figures over lived journeys: the same JSON as the command line's.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use engine::{MiningQuery, SESSION_GAP};
use mining::steps::MOST_COLUMNS;
use mining::{By, FunnelQuestion, Order, StepsQuestion, TimeRange};
use model::{Invalid, Timestamp, parse_duration_s};
use serde::Deserialize;
use serde_json::json;

use crate::Api;
use crate::auth::Area;
use crate::extract::Asked;
use crate::openapi::{Operation, of, one_of, text, up_to};
use crate::problem::Problem;
use crate::question::answer;
use crate::routes::{Door, Route};

/// Variants in full where the question does not say how many.
const TOP: usize = 20;
const MOST_TOP: usize = 10_000;

pub(crate) fn routes() -> Vec<Route> {
    let door = Door::Token(Area::Mining);
    let about_journeys = |id: &str, summary: &str, schema: &str| {
        Operation::new(id, "mining", summary)
            .query(
                "journey",
                text("Such as `whole`, `gap:30m`, `start:a;end:b`, `case:order_id`, or a planned one's name"),
                "Where a journey begins and ends; `whole` if not given",
            )
            .query("from", json!({ "type": "string", "format": "date-time" }), "First moment")
            .query("to", json!({ "type": "string", "format": "date-time" }), "First moment after")
            .json(200, "The figures, with what they cost and how to get them again", &of(schema))
            .fails(400, "The journey rule or a time cannot be read")
    };
    let graph = about_journeys("graph", "Which touchpoint follows which, how often, after how long", "Graph");
    let variants = about_journeys("variants", "The most frequent whole sequences of touchpoints", "Variants").query(
        "top",
        json!({ "type": "integer", "minimum": 1, "maximum": MOST_TOP }),
        "How many, 20 if not given",
    );
    let transitions = about_journeys("transitions", "The rates of each transition", "Transitions");
    let funnel = about_journeys(
        "funnel",
        "How far people come on a way of several steps; the time range chooses the entries",
        "Funnel",
    )
    .query("steps", text("Such as `product,cart,checkout`"), "The touchpoints, in their order")
    .query("window", text("Such as `7d`"), "All steps lie within this time of the entry; 30 days if not given")
    .query(
        "order",
        one_of(["ordered", "strict", "any"], "In which order"),
        "Others may lie between, none may, or any order; `ordered` if not given",
    )
    .query(
        "by",
        one_of(["customer", "attempt", "session"], "What is counted"),
        "Each customer, each attempt or each journey; `customer` if not given",
    );
    let steps = about_journeys("steps", "Where journeys are at each step, or around an anchor", "StepMatrix")
        .query("steps", up_to(MOST_COLUMNS), "Columns, 10 if not given; with an anchor, on each side of it")
        .query("anchor", text("A touchpoint"), "Step 0 is a journey's first event there");
    let sessions = about_journeys("sessions", "How many sessions, how long, where they begin and end", "Sessions")
        .query(
            "gap",
            text("Such as `30m`"),
            "A session ends where nothing happens for longer; 30 minutes if not given",
        );
    vec![
        Route::new(Method::GET, "/v1/mining/funnel", door, funnel, self::funnel),
        Route::new(Method::GET, "/v1/mining/steps", door, steps, self::steps),
        Route::new(Method::GET, "/v1/mining/sessions", door, sessions, self::sessions),
        Route::new(Method::GET, "/v1/mining/graph", door, graph, self::graph),
        Route::new(Method::GET, "/v1/mining/variants", door, variants, self::variants),
        Route::new(Method::GET, "/v1/mining/transitions", door, transitions, self::transitions),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    journey: Option<String>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl From<Question> for MiningQuery {
    fn from(question: Question) -> Self {
        let Question { journey, from, to } = question;
        let of_all = Self::default();
        Self { journey: journey.unwrap_or(of_all.journey), from, to }
    }
}

/// Spelt out, because a flattened query would lose the types of its fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TopQuestion {
    journey: Option<String>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    top: Option<usize>,
}

async fn graph(State(api): State<Api>, Asked(question): Asked<Question>) -> Result<Response, Problem> {
    answer(&api, move |engine| Ok(engine.answers().graph(&question.into())?)).await
}

async fn variants(State(api): State<Api>, Asked(question): Asked<TopQuestion>) -> Result<Response, Problem> {
    let TopQuestion { journey, from, to, top } = question;
    let top = top.unwrap_or(TOP);
    if !(1..=MOST_TOP).contains(&top) {
        let reason = format!("lies outside 1 to {MOST_TOP}");
        return Err(Problem::invalid(&Invalid::new("top", &top.to_string(), reason)));
    }
    let query = MiningQuery::from(Question { journey, from, to });
    answer(&api, move |engine| Ok(engine.answers().variants(&query, top)?)).await
}

async fn transitions(State(api): State<Api>, Asked(question): Asked<Question>) -> Result<Response, Problem> {
    answer(&api, move |engine| Ok(engine.answers().transitions(&question.into())?)).await
}

/// Columns of a step matrix where the question does not say how many.
const COLUMNS: usize = 10;
/// The window of a funnel where the question does not say how long.
const WINDOW: &str = "30d";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FunnelParameters {
    journey: Option<String>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    steps: Option<String>,
    window: Option<String>,
    order: Option<String>,
    by: Option<String>,
}

async fn funnel(State(api): State<Api>, Asked(asked): Asked<FunnelParameters>) -> Result<Response, Problem> {
    let invalid = |error: Invalid| Problem::invalid(&error);
    let steps = asked.steps.unwrap_or_default();
    let question = FunnelQuestion {
        steps: steps.split(',').map(str::trim).filter(|step| !step.is_empty()).map(str::to_owned).collect(),
        window_s: parse_duration_s(asked.window.as_deref().unwrap_or(WINDOW))
            .map_err(|error| invalid(error.within("window")))?,
        order: asked.order.map_or(Ok(Order::default()), |order| order.parse()).map_err(invalid)?,
        by: asked.by.map_or(Ok(By::default()), |by| by.parse()).map_err(invalid)?,
        entries: TimeRange::ALL,
    };
    let query = MiningQuery::from(Question { journey: asked.journey, from: asked.from, to: asked.to });
    answer(&api, move |engine| Ok(engine.answers().funnel(&query, question)?)).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepsParameters {
    journey: Option<String>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    steps: Option<usize>,
    anchor: Option<String>,
}

async fn steps(State(api): State<Api>, Asked(asked): Asked<StepsParameters>) -> Result<Response, Problem> {
    let question = StepsQuestion { steps: asked.steps.unwrap_or(COLUMNS), anchor: asked.anchor };
    let query = MiningQuery::from(Question { journey: asked.journey, from: asked.from, to: asked.to });
    answer(&api, move |engine| Ok(engine.answers().steps(&query, &question)?)).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionsParameters {
    journey: Option<String>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    gap: Option<String>,
}

async fn sessions(State(api): State<Api>, Asked(asked): Asked<SessionsParameters>) -> Result<Response, Problem> {
    let gap = asked.gap.unwrap_or_else(|| SESSION_GAP.to_owned());
    let query = MiningQuery::from(Question { journey: asked.journey, from: asked.from, to: asked.to });
    answer(&api, move |engine| Ok(engine.answers().sessions(&query, &gap)?)).await
}
