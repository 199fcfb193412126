//! Figures over lived journeys: the same JSON as the command line's.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use engine::MiningQuery;
use model::{Invalid, Timestamp};
use serde::Deserialize;
use serde_json::json;

use crate::Api;
use crate::auth::Area;
use crate::extract::Asked;
use crate::openapi::{Operation, of, text};
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
    vec![
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
