//! Who may send: sources and their write keys.

use axum::Json;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Api;
use crate::auth::Area;
use crate::extract::{At, Told};
use crate::openapi::{Operation, of, text};
use crate::problem::Problem;
use crate::question::{answer, ask};
use crate::routes::{Door, Route};

pub(crate) fn routes() -> Vec<Route> {
    let (read, write) = (Door::Token(Area::SourcesRead), Door::Token(Area::SourcesWrite));
    let of_source = |operation: Operation| {
        operation
            .path("name", text("Such as `web-shop`"), "The source's name")
            .fails(404, "There is no such source, or it has no write key")
    };
    vec![
        Route::new(
            Method::GET,
            "/v1/sources",
            read,
            Operation::new("sources", "sources", "Every source that is registered or has sent something")
                .saying(
                    "Write keys are kept as hashes and cannot be shown. What was sent of late is counted in memory, so after a \
                     restart it begins at `counted_since`.",
                )
                .json(200, "By name", &of("Sources")),
            sources,
        ),
        Route::new(
            Method::POST,
            "/v1/sources",
            write,
            Operation::new("createSource", "sources", "Register a source, which may send from then on")
                .json_body(&of("NewSource"))
                .json(201, "Its write key, which cannot be shown again", &of("SourceKey"))
                .fails(400, "The name is none")
                .fails(409, "There is a source of that name"),
            create,
        ),
        Route::new(
            Method::POST,
            "/v1/sources/{name}/key",
            write,
            of_source(Operation::new("rotateSourceKey", "sources", "Give a source a new write key"))
                .saying("The old one is void within a second.")
                .json(200, "Its write key, which cannot be shown again", &of("SourceKey")),
            rotate,
        ),
        Route::new(
            Method::DELETE,
            "/v1/sources/{name}/key",
            write,
            of_source(Operation::new("revokeSourceKey", "sources", "Take a source's write key away"))
                .saying(
                    "Nobody can send under its name within a second, until it gets a new key. What it sent stays, and so does the \
                     name.",
                )
                .no_content(204, "It is void"),
            revoke,
        ),
    ]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSource {
    name: String,
}

/// A source at the only moment its key is known.
#[derive(Serialize)]
struct SourceKey {
    name: String,
    write_key: String,
    key_at: Timestamp,
}

async fn sources(State(api): State<Api>) -> Result<Response, Problem> {
    answer(&api, |engine| Ok(engine.answers().sources()?)).await
}

async fn create(State(api): State<Api>, Told(NewSource { name }): Told<NewSource>) -> Result<Response, Problem> {
    let made = ask(&api, move |engine| {
        let key_at = Timestamp::now();
        let write_key = engine.answers().plans().create_source(&name, key_at)?;
        Ok(SourceKey { name, write_key, key_at })
    });
    Ok((StatusCode::CREATED, Json(made.await?)).into_response())
}

async fn rotate(State(api): State<Api>, At(name): At<String>) -> Result<Response, Problem> {
    answer(&api, move |engine| {
        let key_at = Timestamp::now();
        let write_key = engine.answers().plans().rotate_source_key(&name, key_at)?;
        Ok(SourceKey { name, write_key, key_at })
    })
    .await
}

async fn revoke(State(api): State<Api>, At(name): At<String>) -> Result<StatusCode, Problem> {
    ask(&api, move |engine| Ok(engine.answers().plans().revoke_source_key(&name)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}
