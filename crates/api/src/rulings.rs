//! Who is who: why, why not, and what people decide about it.

use axum::Extension;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use engine::{LinkedRecords, Reason};
use model::{Identifier, IdentifierKind, Invalid, Ruling};
use serde::Deserialize;

use crate::Api;
use crate::auth::{Area, Caller};
use crate::extract::{Asked, Told};
use crate::openapi::{Operation, of, text};
use crate::problem::Problem;
use crate::question::{Page, answer, page_size};
use crate::routes::{Door, Route};

pub(crate) fn routes() -> Vec<Route> {
    let (read, write) = (Door::Token(Area::Customers), Door::Token(Area::Rulings));
    let ruling = |operation: Operation| {
        operation
            .json_body(&of("NewRuling"))
            .json(200, "It is in force, in every answer", &of("Ruled"))
            .fails(400, "Both identifiers are the same, or one is not well formed")
            .fails(404, "One of them was never seen")
    };
    vec![
        Route::new(
            Method::GET,
            "/v1/customers/explain",
            read,
            Operation::new("explain", "customers", "Why two identifiers are one person, or why not")
                .needed_query("a", text("KIND:VALUE, such as `email:ada@example.org`"), "One identifier")
                .needed_query("b", text("KIND:VALUE"), "The other")
                .json(200, "The links between them, or what was refused", &of("Explanation"))
                .fails(404, "One of them was never seen"),
            explain,
        ),
        Route::new(
            Method::GET,
            "/v1/customers/refusals",
            read,
            Operation::new("refusals", "customers", "Joins that a rule refused, the latest first")
                .paged()
                .json(200, "A page", &of("Refusals")),
            refusals,
        ),
        Route::new(
            Method::POST,
            "/v1/customers/merge",
            write,
            ruling(Operation::new("merge", "customers", "Say that two identifiers are one person"))
                .saying("Takes back an unmerge of the same two. Limits hold all the same.")
                .fails(409, "A rule keeps the two apart"),
            |api: State<Api>, caller: Extension<Caller>, told: Told<NewRuling>| rule(Ruling::Merge, api, caller, told),
        ),
        Route::new(
            Method::POST,
            "/v1/customers/unmerge",
            write,
            ruling(Operation::new("unmerge", "customers", "Say that two identifiers are two people, for good")).saying(
                "Where they are one, the youngest link between them is closed: everybody is who they would be without it. \
                 Nothing joins the two again but a merge of the same two.",
            ),
            |api: State<Api>, caller: Extension<Caller>, told: Told<NewRuling>| rule(Ruling::Unmerge, api, caller, told),
        ),
        Route::new(
            Method::POST,
            "/v1/customers/links",
            write,
            Operation::new("linkRecords", "customers", "Tell what a linkage of offline records found")
                .saying(
                    "The pairs are links between the records' identifiers as soon as the answer has come; the same pair of the \
                     same model is stored once. Limits and what people decided hold all the same.",
                )
                .json_body(&of("LinkedRecords"))
                .json(200, "They are stored", &of("LinksTaken"))
                .fails(400, "There is no such version of the model, or a pair is not well formed"),
            link_records,
        ),
    ]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Both {
    a: String,
    b: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRuling {
    a: Named,
    b: Named,
    #[serde(default)]
    note: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    kind: String,
    value: String,
}

impl Named {
    fn identifier(self, place: &str) -> Result<Identifier<'static>, Invalid> {
        let kind = IdentifierKind::parse(self.kind).map_err(|invalid| invalid.within(place))?;
        Ok(Identifier::new(kind, self.value))
    }
}

async fn explain(State(api): State<Api>, Asked(Both { a, b }): Asked<Both>) -> Result<Response, Problem> {
    let read = |place: &str, text: &str| {
        text.parse::<Identifier<'static>>().map_err(|invalid| Problem::invalid(&invalid.within(place)))
    };
    let (a, b) = (read("a", &a)?, read("b", &b)?);
    answer(&api, move |engine| Ok(engine.answers().explain(&a, &b)?)).await
}

async fn refusals(State(api): State<Api>, Asked(page): Asked<Page>) -> Result<Response, Problem> {
    let limit = page_size(page.limit)?;
    answer(&api, move |engine| Ok(engine.answers().refusals(limit, page.cursor.as_deref())?)).await
}

async fn rule(
    ruling: Ruling,
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Told(NewRuling { a, b, note }): Told<NewRuling>,
) -> Result<Response, Problem> {
    let both = [a.identifier("a")?, b.identifier("b")?];
    answer(&api, move |engine| {
        let reason = Reason { author: caller.author(), note: &note };
        Ok(engine.rule(ruling, &both, reason)?)
    })
    .await
}

async fn link_records(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    Told(links): Told<LinkedRecords>,
) -> Result<Response, Problem> {
    answer(&api, move |engine| Ok(engine.take_links(&links, caller.author())?)).await
}
