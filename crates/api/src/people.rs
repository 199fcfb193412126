//! Customers to be found by a part of what they are called, and pairs of customers to be decided on.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use engine::ReviewQuery;
use model::Invalid;
use serde::Deserialize;

use crate::Api;
use crate::auth::Area;
use crate::extract::Asked;
use crate::openapi::{Operation, of, one_of, text, up_to};
use crate::problem::Problem;
use crate::question::answer;
use crate::routes::{Door, Route};

/// Customers that a search finds, unless it says how many.
const FOUND: usize = 20;
/// Most of them.
const MOST_FOUND: usize = 100;
/// Pairs on a page, unless the question says how many.
const PAIRS: usize = 20;
/// Most of them.
const MOST_PAIRS: usize = 100;

pub(crate) fn routes() -> Vec<Route> {
    let door = Door::Token(Area::Customers);
    vec![
        Route::new(
            Method::GET,
            "/v1/customers/search",
            door,
            Operation::new("searchCustomers", "customers", "Customers by a part of a name or an identifier")
                .saying(
                    "All words of `q` have to occur: at the beginning of a word or, from three letters on, anywhere in it. Names are \
                     those that customers told of themselves; identifiers that machines make, of browsers and devices, are found \
                     whole. The index is made in memory at the first question and goes on for a quarter of a second at each; while \
                     `behind` is not 0, ask again. For a `purpose` names are not searched and not shown.",
                )
                .needed_query("q", text("Such as `ada hub`, or a part of a telephone number"), "What to search for")
                .query("limit", up_to(MOST_FOUND), "Customers in the answer, 20 if not given")
                .query("purpose", text("Such as `analytics`"), "Only what may be used for it")
                .json(200, "Those found", &of("SearchAnswer"))
                .fails(400, "There is nothing to search for, or the identity rules do not name the purpose"),
            search,
        ),
        Route::new(
            Method::GET,
            "/v1/customers/review",
            door,
            Operation::new("review", "customers", "Pairs of customers that may be one person, to be decided on")
                .saying(
                    "Found by the linkage model among what customers have told of themselves. `POST /v1/customers/merge` says that two \
                     are one, `POST /v1/customers/unmerge` that they are two; either way the pair is gone. The first question reads and \
                     compares everything, which takes some seconds for each 500,000 records; what was found is kept, and found anew \
                     when there is more, for at most a twentieth of the time.",
                )
                .query("doubt", one_of(["yes", "no"], "yes, no"), "Only pairs that the model doubts, or only others")
                .query("limit", up_to(MOST_PAIRS), "Pairs on a page, 20 if not given")
                .query("cursor", text("A number"), "`next` of the page before; the first page without")
                .json(200, "A page, the likeliest first", &of("ReviewPage")),
            review,
        ),
    ]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Searched {
    q: String,
    limit: Option<usize>,
    purpose: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reviewed {
    doubt: Option<String>,
    limit: Option<usize>,
    cursor: Option<String>,
}

fn within(limit: Option<usize>, usual: usize, most: usize) -> Result<usize, Problem> {
    let limit = limit.unwrap_or(usual);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    Err(Problem::invalid(&Invalid::new("limit", &limit.to_string(), format!("lies outside 1 to {most}"))))
}

async fn search(State(api): State<Api>, Asked(searched): Asked<Searched>) -> Result<Response, Problem> {
    let Searched { q, limit, purpose } = searched;
    let most = within(limit, FOUND, MOST_FOUND)?;
    answer(&api, move |engine| Ok(engine.answers().search(&q, most, purpose.as_deref())?)).await
}

async fn review(State(api): State<Api>, Asked(reviewed): Asked<Reviewed>) -> Result<Response, Problem> {
    let Reviewed { doubt, limit, cursor } = reviewed;
    let limit = within(limit, PAIRS, MOST_PAIRS)?;
    let in_doubt = match doubt.as_deref() {
        None => None,
        Some("yes") => Some(true),
        Some("no") => Some(false),
        Some(other) => return Err(Problem::invalid(&Invalid::new("doubt", other, "is neither yes nor no"))),
    };
    let after = match &cursor {
        None => 0,
        Some(cursor) => cursor
            .parse()
            .map_err(|_| Problem::invalid(&Invalid::new("cursor", cursor, "is no cursor of this list")))?,
    };
    answer(&api, move |engine| Ok(engine.answers().review(&ReviewQuery { in_doubt, after, limit })?)).await
}
