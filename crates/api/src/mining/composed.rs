//! What to repair first, and whether it helped: answers put together of several questions and of plans.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use engine::{Composed, MiningQuery};
use export::Format;
use model::Invalid;

use super::{ENDED, asked, asked_by, formed, schema_of};
use crate::Api;
use crate::extract::{Asked, At};
use crate::mining::ABOUT_JOURNEYS;
use crate::openapi::{COMPOSED, Operation, of, one_of, text};
use crate::problem::Problem;
use crate::routes::{Door, Route};

/// The setting that stands in the path.
const IN_PATH: &str = "solution";
/// Parameters of all answers.
const LIMITS: [&str; 2] = ["time_limit", "memory_limit"];

pub(super) fn routes(door: Door) -> Vec<Route> {
    let described = |composed: Composed, summary: &str, about: &str, tables: &str| {
        let operation = Operation::new(composed.name(), "evaluation", summary).saying(about);
        let operation = if composed == Composed::Evaluation {
            asked::described_without(operation, &["compare", "against"])
        } else {
            asked::described_only(operation, &LIMITS)
        };
        let settings = composed.settings().iter().filter(|setting| setting.name != IN_PATH);
        let operation = settings.fold(operation, |operation, setting| {
            let about = match setting.default {
                Some(default) => format!("{}; `{default}` if not given", setting.what),
                None => setting.what.to_owned(),
            };
            operation.query(setting.name, schema_of(setting), &about)
        });
        let operation = if composed == Composed::Effect {
            operation.path("name", text("Such as `new-date-by-mail`"), "The solution's name")
        } else {
            operation
        };
        let (_, schema) = COMPOSED.iter().find(|(name, _)| *name == composed.name()).expect("each has a schema");
        operation
            .query(
                "format",
                one_of(["json", "csv", "parquet"], "Of the answer"),
                "JSON with everything, or one table; `json` if not given",
            )
            .query("table", text(tables), "Which table, for CSV and Parquet; the first if not given")
            .json(200, "The figures, with what they cost and how to get them again", &of(schema))
            .or_as(200, formed::media_type(Format::Csv), &formed::schema(Format::Csv))
            .or_as(200, formed::media_type(Format::Parquet), &formed::schema(Format::Parquet))
            .fails(400, "A parameter cannot be read, or there is no such thing")
            .fails(503, ENDED)
    };
    let evaluation = described(
        Composed::Evaluation,
        "Importance and satisfaction of touchpoints, and what to repair first",
        "Stated importance is that of the register, derived importance is how closely moods go together. Quadrants are cut at the \
         means. docs/evaluation.md defines every figure.",
        "`repair_first` or `touchpoints`",
    );
    let targets = described(
        Composed::Targets,
        "Targets: their series, and whether an alarm is on",
        "Computed from events and plans, nothing of it is stored. docs/evaluation.md says when an alarm begins and ends.",
        "`targets`",
    );
    let effect = described(
        Composed::Effect,
        "Before and after a solution was put in place",
        "Moods at the touchpoints of the pain points that the solution is to ease, and what became of the steps that refer to its \
         opportunities. Before and after, not an experiment.",
        "`figures`",
    );
    let digest = described(
        Composed::Digest,
        "What stands out in a week, in German and English",
        "The week against the eight before; all tests together find nothing by chance in 95 of 100 weeks in which nothing has \
         changed. docs/evaluation.md lists what is looked at.",
        "`findings`",
    );
    let about_all = |composed: Composed| {
        move |State(api): State<Api>, Asked(given): Asked<Vec<(String, String)>>| async move {
            answered(&api, composed, asked::by_name(given)?).await
        }
    };
    vec![
        Route::new(Method::GET, "/v1/evaluation", door, evaluation, about_all(Composed::Evaluation)),
        Route::new(Method::GET, "/v1/targets", door, targets, about_all(Composed::Targets)),
        Route::new(
            Method::GET,
            "/v1/solutions/{name}/effect",
            door,
            effect,
            |State(api): State<Api>, At(name): At<String>, Asked(given): Asked<Vec<(String, String)>>| async move {
                let mut given = asked::by_name(given)?;
                given.insert(IN_PATH.to_owned(), name);
                answered(&api, Composed::Effect, given).await
            },
        ),
        Route::new(Method::GET, "/v1/digest", door, digest, about_all(Composed::Digest)),
    ]
}

async fn answered(api: &Api, composed: Composed, mut given: BTreeMap<String, String>) -> Result<Response, Problem> {
    let format = given.remove("format").map_or(Ok(Format::Json), |format| format.parse())?;
    let table = given.remove("table");
    let settings = composed.settings().iter().map(|setting| setting.name);
    let of_journeys = ABOUT_JOURNEYS.iter().map(|(name, ..)| *name);
    let of_journeys = of_journeys.filter(|name| composed == Composed::Evaluation || LIMITS.contains(name));
    let known: Vec<&str> = settings.clone().chain(of_journeys).collect();
    if let Some(unknown) = given.keys().find(|name| !known.contains(&name.as_str())) {
        let names = known.join(", ");
        let reason = format!("is no parameter of this question: {names}, format, table");
        return Err(Invalid::missing(unknown.as_str(), reason).into());
    }
    let own = settings.filter_map(|name| given.remove(name).map(|value| (name.to_owned(), value)));
    let own: BTreeMap<String, String> = own.collect();
    let query: MiningQuery = asked::query(&mut given)?;
    let asking = asked_by(api, composed.name(), query.limits, move |answers, asking| {
        answers.compose(composed, &query, own, asking.control())
    });
    formed::formed(&asking.await?, composed.name(), format, table.as_deref(), &formed::all_edges())
}
