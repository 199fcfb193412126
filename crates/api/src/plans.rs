//! Plans: read, written, compared, restored, tried.

use axum::Extension;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use engine::{Engine, TouchpointQuery, write_document};
use model::{Document, DocumentKind, IdentityRules, Invalid, MappingPlan, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Draft;

use crate::Api;
use crate::auth::{Area, Caller};
use crate::extract::{Asked, At, Told};
use crate::openapi::{Operation, moment, number, of, text, whole};
use crate::problem::Problem;
use crate::question::{Page, answer, page_size};
use crate::routes::{Door, Route};

mod compare;
mod opportunities;

pub(crate) fn routes() -> Vec<Route> {
    let (read, write) = (Door::Token(Area::PlansRead), Door::Token(Area::PlansWrite));
    let kinds = || of("Document/properties/kind");
    let plan = |operation: Operation| {
        operation
            .path("kind", kinds(), "What the document is about")
            .path(
                "name",
                text("Lower case letters, digits, - and _"),
                "Which one; `default` for mapping, identity rules and the linkage model",
            )
            .fails(404, "There is no such document")
    };
    let writes = |operation: Operation| {
        plan(operation)
            .json(200, "The version that is current now", &of("Document"))
            .fails(400, "The content is not valid; `invalid_params` names the field")
            .fails(409, "Another version is current than the one expected")
    };
    let one = "/v1/plans/{kind}/{name}";
    vec![
        Route::new(
            Method::GET,
            "/v1/plans",
            read,
            Operation::new("documents", "plans", "The current version of every document")
                .query("kind", kinds(), "Only documents about this")
                .paged()
                .json(200, "A page", &of("Documents")),
            documents,
        ),
        Route::new(
            Method::GET,
            one,
            read,
            plan(Operation::new("document", "plans", "The current version of a document")).json(
                200,
                "The document",
                &of("Document"),
            ),
            document,
        ),
        Route::new(
            Method::PUT,
            one,
            write,
            writes(Operation::new("putDocument", "plans", "Write a new version"))
                .saying(
                    "A mapping may only lead to touchpoints that are registered; a touchpoint may only be a part of one that is, and \
                     never of itself.",
                )
                .json_body(&of("PutDocument")),
            put,
        ),
        Route::new(
            Method::DELETE,
            one,
            write,
            writes(Operation::new("removeDocument", "plans", "Write a version that removes the document"))
                .query("note", text("Any"), "Why")
                .query("expected_version", whole("A version"), "The version that was read"),
            remove,
        ),
        Route::new(
            Method::GET,
            "/v1/plans/{kind}/{name}/history",
            read,
            plan(Operation::new("history", "plans", "All versions of a document, the newest first")).paged().json(
                200,
                "A page",
                &of("Documents"),
            ),
            history,
        ),
        Route::new(
            Method::GET,
            "/v1/plans/{kind}/{name}/versions/{version}",
            read,
            plan(Operation::new("version", "plans", "One version of a document"))
                .path("version", whole("From 1"), "Which one")
                .json(200, "The version", &of("Document")),
            version,
        ),
        Route::new(
            Method::GET,
            "/v1/plans/{kind}/{name}/compare",
            read,
            plan(Operation::new("compare", "plans", "What differs between two versions"))
                .needed_query("from", whole("A version"), "The version before")
                .needed_query("to", whole("A version"), "The version after")
                .json(200, "The differences", &of("Comparison")),
            compared,
        ),
        Route::new(
            Method::POST,
            "/v1/plans/{kind}/{name}/restore",
            write,
            writes(Operation::new("restore", "plans", "Make the content of an old version current again"))
                .json_body(&of("RestoreDocument")),
            restore,
        ),
        Route::new(
            Method::POST,
            "/v1/plans/mapping/try",
            write,
            Operation::new("tryMapping", "plans", "Try mapping rules against everything stored; nothing is changed")
                .query(
                    "touchpoint",
                    text("Such as `checkout`"),
                    "A touchpoint that is going to be registered with the rules: they may lead to it already",
                )
                .json_body(&body_of("mapping"))
                .json(200, "What would be", &of("MappingTrial"))
                .fails(400, "A rule is not valid"),
            try_mapping,
        ),
        Route::new(
            Method::POST,
            "/v1/plans/identity/try",
            write,
            Operation::new("tryIdentity", "plans", "Try identity rules on everything stored; nothing is changed")
                .saying("Every event is folded again, so it takes about as long as a replay.")
                .json_body(&body_of("identity"))
                .json(200, "What would be", &of("IdentityTrial"))
                .fails(400, "A rule is not valid"),
            try_identity,
        ),
        Route::new(
            Method::GET,
            "/v1/touchpoints",
            Door::Token(Area::Mining),
            Operation::new("touchpoints", "plans", "The register of touchpoints beside what was measured")
                .saying(
                    "Every registered touchpoint with its fields, also those where nothing was measured; those that events name and \
                     nobody registered; and what the register leaves open. Rules and customers count as they are now, reviews are \
                     due by the server's clock.",
                )
                .query("from", moment("A moment"), "First moment of the window; from the beginning if not given")
                .query("to", moment("A moment"), "First moment after the window; to the end if not given")
                .query(
                    "limit",
                    crate::openapi::up_to(crate::question::MOST_ON_A_PAGE),
                    "How many discovered ones, 100 if not given",
                )
                .query(
                    "important_from",
                    number("From 0 to 10"),
                    "Stated importance from which a touchpoint counts as important, 7 if not given",
                )
                .json(200, "The register", &of("TouchpointList"))
                .fails(400, "The window ends before it begins, or the importance lies outside 0 to 10"),
            touchpoints,
        ),
        Route::new(
            Method::GET,
            "/v1/touchpoints/discovered",
            Door::Token(Area::Mining),
            Operation::new("discovered", "plans", "Touchpoints that nobody registered, found in what the sources send")
                .query("limit", crate::openapi::up_to(crate::question::MOST_ON_A_PAGE), "How many, 100 if not given")
                .json(200, "The most frequent", &of("Discovered")),
            discovered,
        ),
        opportunities::route(),
    ]
}

/// The body of a document as a schema; what it has to look like is said in `docs/plans.md`.
fn body_of(kind: &str) -> Value {
    let about = format!("The body of a document about {kind}");
    serde_json::json!({ "type": "object", "additionalProperties": true, "description": about })
}

/// Which document a path means.
#[derive(Clone, Debug, Deserialize)]
struct Which {
    kind: String,
    name: String,
}

impl Which {
    fn kind(&self) -> Result<DocumentKind, Problem> {
        Ok(self.kind.parse::<DocumentKind>()?)
    }

    fn unknown(&self) -> Problem {
        Problem::not_found(format_args!("{} {:?}", self.kind, self.name))
    }
}

#[derive(Debug, Serialize)]
struct Documents {
    documents: Vec<Document>,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfKind {
    kind: Option<String>,
    limit: Option<usize>,
    cursor: Option<String>,
}

async fn documents(State(api): State<Api>, Asked(asked): Asked<OfKind>) -> Result<Response, Problem> {
    let limit = page_size(asked.limit)?;
    let kind = asked.kind.as_deref().map(str::parse::<DocumentKind>).transpose()?;
    let after = match &asked.cursor {
        Some(cursor) => Some(document_after(cursor)?),
        None => None,
    };
    answer(&api, move |engine| {
        let mut documents = engine.answers().plans().documents(kind)?;
        documents.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        if let Some((kind, name)) = &after {
            documents.retain(|document| (document.kind, &document.name) > (*kind, name));
        }
        Ok(page_of(documents, limit, |document| format!("{}/{}", document.kind, document.name)))
    })
    .await
}

fn document_after(cursor: &str) -> Result<(DocumentKind, String), Problem> {
    let parts = cursor.split_once('/').and_then(|(kind, name)| Some((kind.parse().ok()?, name.to_owned())));
    parts.ok_or_else(|| Problem::invalid(&Invalid::new("cursor", cursor, "is no cursor of a list of documents")))
}

fn page_of(mut documents: Vec<Document>, limit: usize, cursor: impl Fn(&Document) -> String) -> Documents {
    let more = documents.len() > limit;
    documents.truncate(limit);
    let next = documents.last().filter(|_| more).map(cursor);
    Documents { documents, next }
}

async fn document(State(api): State<Api>, At(which): At<Which>) -> Result<Response, Problem> {
    let kind = which.kind()?;
    answer(&api, move |engine| {
        engine.answers().plans().document(kind, &which.name, None)?.ok_or_else(|| which.unknown())
    })
    .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Put {
    body: Value,
    #[serde(default)]
    note: String,
    expected_version: Option<u32>,
}

async fn put(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    At(which): At<Which>,
    Told(told): Told<Put>,
) -> Result<Response, Problem> {
    if told.body.is_null() {
        return Err(Problem::invalid(&Invalid::missing("body", "is null: DELETE removes a document")));
    }
    let change = Change { body: told.body, note: told.note, expected_version: told.expected_version };
    write(api, caller, which, change).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Remove {
    #[serde(default)]
    note: String,
    expected_version: Option<u32>,
}

async fn remove(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    At(which): At<Which>,
    Asked(Remove { note, expected_version }): Asked<Remove>,
) -> Result<Response, Problem> {
    write(api, caller, which, Change { body: Value::Null, note, expected_version }).await
}

/// What a new version consists of.
#[derive(Debug)]
struct Change {
    body: Value,
    note: String,
    expected_version: Option<u32>,
}

async fn write(api: Api, caller: Caller, which: Which, change: Change) -> Result<Response, Problem> {
    let kind = which.kind()?;
    answer(&api, move |engine| put_checked(engine, kind, &which.name, &change, caller.author())).await
}

fn put_checked(
    engine: &Engine,
    kind: DocumentKind,
    name: &str,
    change: &Change,
    author: &str,
) -> Result<Document, Problem> {
    let plans = engine.answers().plans();
    let Change { body, note, expected_version } = change;
    let draft = Draft { kind, name, body, author, note, expected_version: *expected_version, at: Timestamp::now() };
    Ok(write_document(plans, draft)?)
}

async fn history(State(api): State<Api>, At(which): At<Which>, Asked(page): Asked<Page>) -> Result<Response, Problem> {
    let (kind, limit) = (which.kind()?, page_size(page.limit)?);
    let before = match &page.cursor {
        Some(cursor) => cursor
            .parse::<u32>()
            .map_err(|_| Problem::invalid(&Invalid::new("cursor", cursor, "is no cursor of a history")))?,
        None => u32::MAX,
    };
    answer(&api, move |engine| {
        let mut versions = known_history(engine, kind, &which)?;
        versions.retain(|version| version.version < before);
        Ok(page_of(versions, limit, |version| version.version.to_string()))
    })
    .await
}

/// All versions of a document, of which there is at least one.
fn known_history(engine: &Engine, kind: DocumentKind, which: &Which) -> Result<Vec<Document>, Problem> {
    let versions = engine.answers().plans().history(kind, &which.name)?;
    if versions.is_empty() { Err(which.unknown()) } else { Ok(versions) }
}

/// One version, also one that removes the document.
fn version_of(versions: &[Document], number: u32, which: &Which) -> Result<Document, Problem> {
    let found = versions.iter().find(|document| document.version == number).cloned();
    found.ok_or_else(|| Problem::not_found(format_args!("version {number} of {} {:?}", which.kind, which.name)))
}

#[derive(Debug, Deserialize)]
struct WhichVersion {
    kind: String,
    name: String,
    version: String,
}

async fn version(State(api): State<Api>, At(path): At<WhichVersion>) -> Result<Response, Problem> {
    let WhichVersion { kind, name, version } = path;
    let which = Which { kind, name };
    let kind = which.kind()?;
    let number: u32 =
        version.parse().map_err(|_| Problem::invalid(&Invalid::new("version", &version, "is not a number")))?;
    answer(&api, move |engine| version_of(&known_history(engine, kind, &which)?, number, &which)).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Between {
    from: u32,
    to: u32,
}

#[derive(Debug, Serialize)]
struct Comparison {
    differences: Vec<compare::Difference>,
}

async fn compared(
    State(api): State<Api>,
    At(which): At<Which>,
    Asked(Between { from, to }): Asked<Between>,
) -> Result<Response, Problem> {
    let kind = which.kind()?;
    answer(&api, move |engine| {
        let versions = known_history(engine, kind, &which)?;
        let (before, after) = (version_of(&versions, from, &which)?, version_of(&versions, to, &which)?);
        Ok(Comparison { differences: compare::differences(&before.body, &after.body) })
    })
    .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Restore {
    version: u32,
    #[serde(default)]
    note: String,
    expected_version: Option<u32>,
}

async fn restore(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    At(which): At<Which>,
    Told(told): Told<Restore>,
) -> Result<Response, Problem> {
    let kind = which.kind()?;
    answer(&api, move |engine| {
        let old = version_of(&known_history(engine, kind, &which)?, told.version, &which)?;
        if old.body.is_null() {
            let reason = "removes the document and has no content: DELETE removes it again";
            return Err(Problem::invalid(&Invalid::new("version", &told.version.to_string(), reason)));
        }
        let change = Change { body: old.body, note: told.note, expected_version: told.expected_version };
        put_checked(engine, kind, &which.name, &change, caller.author())
    })
    .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToBe {
    touchpoint: Option<String>,
}

async fn try_mapping(
    State(api): State<Api>,
    Asked(ToBe { touchpoint }): Asked<ToBe>,
    Told(plan): Told<MappingPlan>,
) -> Result<Response, Problem> {
    answer(&api, move |engine| Ok(engine.answers().try_mapping(&plan, touchpoint.as_deref())?)).await
}

async fn try_identity(State(api): State<Api>, Told(rules): Told<IdentityRules>) -> Result<Response, Problem> {
    answer(&api, move |engine| Ok(engine.answers().try_identity(&rules)?)).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Within {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    limit: Option<usize>,
    important_from: Option<f64>,
}

/// A touchpoint counts as important from this importance on, where the question does not say.
const IMPORTANT_FROM: f64 = 7.0;

async fn touchpoints(State(api): State<Api>, Asked(within): Asked<Within>) -> Result<Response, Problem> {
    let Within { from, to, limit, important_from } = within;
    let most = page_size(limit)?;
    let important_from = important_from.unwrap_or(IMPORTANT_FROM);
    if !(0.0..=10.0).contains(&important_from) {
        let wrong = Invalid::new("important_from", &important_from.to_string(), "lies outside 0 to 10");
        return Err(Problem::invalid(&wrong));
    }
    if let (Some(from), Some(to)) = (from, to)
        && to <= from
    {
        let reason = format!("is not after the first moment, {from}");
        return Err(Problem::invalid(&Invalid::new("to", &to.to_string(), reason)));
    }
    let query = TouchpointQuery { from, to, most, important_from, now: Timestamp::now() };
    answer(&api, move |engine| Ok(engine.answers().touchpoints(&query)?)).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Most {
    limit: Option<usize>,
}

async fn discovered(State(api): State<Api>, Asked(most): Asked<Most>) -> Result<Response, Problem> {
    let most = page_size(most.limit)?;
    answer(&api, move |engine| Ok(engine.answers().discovered(most)?)).await
}
