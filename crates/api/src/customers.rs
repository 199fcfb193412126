//! Who somebody is, and everything that happened to them.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use engine::LinkView;
use linkage::Field;
use model::{CustomerId, Invalid};
use serde::{Deserialize, Serialize};

use crate::Api;
use crate::auth::Area;
use crate::extract::{Asked, At};
use crate::openapi::{Operation, of, text};
use crate::problem::Problem;
use crate::question::{answer, page_size};
use crate::routes::{Door, Route};

pub(crate) fn routes() -> Vec<Route> {
    let door = Door::Token(Area::Customers);
    let unknown = "There is no such customer";
    let for_purpose = |operation: Operation| {
        operation
            .query(
                "purpose",
                text("Such as `analytics`"),
                "Only what may be used for it, if the identity rules name purposes",
            )
            .fails(400, "The identity rules do not name the purpose")
    };
    let of_customer = |operation: Operation| {
        let about = "A customer's id, also one that was merged into another";
        operation.path("id", text("Such as `c17`"), about).fails(404, unknown)
    };
    vec![
        Route::new(
            Method::GET,
            "/v1/customers/lookup",
            door,
            for_purpose(Operation::new("lookupCustomer", "customers", "The customer that an identifier points to"))
                .saying(
                    "Give `kind` and `value`, or `hmac` alone: HMAC-SHA-256, with the key of `lookup.key`, over the kind, a zero \
                     byte and the normalised value. So the value itself stands in no request.",
                )
                .query("kind", text("Such as `email`"), "What the value is")
                .query("value", text("Any form of it"), "The value; normalised like those of events")
                .query("hmac", text("64 hex digits"), "The hash of kind and value")
                .json(200, "The customer", &of("CustomerAnswer"))
                .fails(404, "Nobody was ever seen with that identifier"),
            lookup,
        ),
        Route::new(Method::GET, "/v1/customers/match", door, match_operation(), match_person),
        Route::new(
            Method::GET,
            "/v1/customers/{id}",
            door,
            for_purpose(of_customer(Operation::new("customer", "customers", "A customer"))).json(
                200,
                "The customer",
                &of("CustomerAnswer"),
            ),
            customer,
        ),
        Route::new(
            Method::GET,
            "/v1/customers/{id}/timeline",
            door,
            for_purpose(of_customer(Operation::new("timeline", "customers", "What happened to a customer")))
                .saying("The oldest page comes first, and the newest event last.")
                .paged()
                .json(200, "A page", &of("Timeline")),
            timeline,
        ),
        Route::new(
            Method::GET,
            "/v1/customers/{id}/links",
            door,
            of_customer(Operation::new("links", "customers", "What joined the identifiers of a customer")).json(
                200,
                "The evidence",
                &of("Links"),
            ),
            links,
        ),
        Route::new(
            Method::GET,
            "/v1/customers/{id}/erasure",
            door,
            of_customer(Operation::new("erasure", "customers", "What erasing a customer would take: a dry run"))
                .saying("Nothing is erased. Whoever was wrongly joined to the customer is to be parted first, by an unmerge.")
                .json(200, "What it would take, and what it would leave", &of("Erasure")),
            erasure,
        ),
    ]
}

/// The question for customers that somebody could be: one parameter for each field that can be compared.
fn match_operation() -> Operation {
    let about = |field: Field| match field {
        Field::GivenName => "One or more given names, or an initial",
        Field::Surname => "The family name",
        Field::FullName => "Given name and surname in one",
        Field::BirthDate => "Such as `1987-02-07` or `07.02.1987`",
        Field::Street => "The street, with or without the house number",
        Field::HouseNumber => "The house number",
        Field::Postcode => "The postal code",
        Field::City => "The town",
        Field::Phone => "A telephone number",
        Field::OtherPhone => "A second one",
        Field::Email => "The mail address",
        Field::Identifier => "The number of a card",
    };
    let operation = Operation::new("matchPerson", "customers", "The known customers that somebody could be").saying(
        "Told is what the person says; at least one of it. Compared is what identify events have told of customers. The first \
         question reads them all and takes seconds where they are many.",
    );
    let asks =
        |operation: Operation, field: Field| operation.query(field.as_str(), text("As people write it"), about(field));
    Field::ALL
        .into_iter()
        .fold(operation, asks)
        .json(200, "The likeliest first", &of("Candidates"))
        .fails(400, "Nothing is told that could be compared")
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Identified {
    kind: Option<String>,
    value: Option<String>,
    hmac: Option<String>,
    purpose: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct For {
    purpose: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageFor {
    limit: Option<usize>,
    cursor: Option<String>,
    purpose: Option<String>,
}

#[derive(Debug, Serialize)]
struct Links {
    links: Vec<LinkView>,
}

async fn lookup(State(api): State<Api>, Asked(identified): Asked<Identified>) -> Result<Response, Problem> {
    let Identified { kind, value, hmac, purpose } = identified;
    answer(&api, move |engine| {
        let (answers, purpose) = (engine.answers(), purpose.as_deref());
        // The value itself stays out of what may be logged.
        match (kind, value, hmac) {
            (Some(kind), Some(value), None) => {
                let found = answers.lookup(&kind, &value, purpose)?;
                found.ok_or_else(|| Problem::not_found(format_args!("customer with that {kind}")))
            }
            (None, None, Some(hmac)) => {
                let found = answers.lookup_hmac(&hmac, purpose)?;
                found.ok_or_else(|| Problem::not_found("customer with an identifier of that hash"))
            }
            (kind, _, _) => {
                let missing = if kind.is_none() { "kind" } else { "value" };
                Err(Problem::invalid(&Invalid::missing(missing, "is missing: give kind and value, or hmac alone")))
            }
        }
    })
    .await
}

async fn match_person(
    State(api): State<Api>,
    Asked(told): Asked<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let fields =
        told.into_iter().map(|(name, value)| match Field::ALL.into_iter().find(|field| field.as_str() == name) {
            Some(field) => Ok((field, value)),
            None => {
                Err(Invalid::new("query", &name, format!("is none of {}", Field::ALL.map(Field::as_str).join(", "))))
            }
        });
    let fields = fields.collect::<Result<Vec<(Field, String)>, Invalid>>()?;
    answer(&api, move |engine| {
        let told: Vec<(Field, &str)> = fields.iter().map(|(field, value)| (*field, value.as_str())).collect();
        Ok(engine.answers().candidates(&told)?)
    })
    .await
}

async fn customer(
    State(api): State<Api>,
    At(id): At<String>,
    Asked(For { purpose }): Asked<For>,
) -> Result<Response, Problem> {
    let id = customer_id(&id)?;
    answer(&api, move |engine| engine.answers().customer(id, purpose.as_deref())?.ok_or_else(|| unknown(id))).await
}

async fn timeline(
    State(api): State<Api>,
    At(id): At<String>,
    Asked(PageFor { limit, cursor, purpose }): Asked<PageFor>,
) -> Result<Response, Problem> {
    let (id, limit) = (customer_id(&id)?, page_size(limit)?);
    answer(&api, move |engine| {
        let page = engine.answers().timeline(id, limit, cursor.as_deref(), purpose.as_deref())?;
        page.ok_or_else(|| unknown(id))
    })
    .await
}

async fn links(State(api): State<Api>, At(id): At<String>) -> Result<Response, Problem> {
    let id = customer_id(&id)?;
    answer(&api, move |engine| {
        let links = engine.answers().links_of(id)?.ok_or_else(|| unknown(id))?;
        Ok(Links { links })
    })
    .await
}

async fn erasure(State(api): State<Api>, At(id): At<String>) -> Result<Response, Problem> {
    let id = customer_id(&id)?;
    answer(&api, move |engine| engine.answers().erasure(id)?.ok_or_else(|| unknown(id))).await
}

fn customer_id(text: &str) -> Result<CustomerId, Problem> {
    text.parse().map_err(|invalid: model::Invalid| Problem::invalid(&invalid.within("id")))
}

fn unknown(id: CustomerId) -> Problem {
    Problem::not_found(format_args!("customer {id}"))
}
