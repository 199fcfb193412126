//! Files that people send to be imported: looked into, tried, imported while they watch.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::sse::{Event as Frame, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use ingest::files::Words;
use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Api;
use crate::auth::Area;
use crate::extract::{Asked, At, Told};
use crate::openapi::{Operation, of, text};
use crate::problem::{IN_PROGRESS, NOT_FOUND, Problem, UNAVAILABLE};
use crate::question::ask;
use crate::routes::{Door, Route};

mod bad_rows;
mod folder;
mod look;
mod upload;
mod work;

pub(crate) use folder::Uploads;
pub(crate) use upload::Phase;

use look::Look;
use upload::{Status, Upload};

/// How long a cancelled import may take to finish what it has handed over.
const LAST_ROWS: Duration = Duration::from_secs(30);
/// Between two frames of progress.
const PAUSE: Duration = Duration::from_millis(500);

pub(crate) fn routes() -> Vec<Route> {
    let door = Door::Token(Area::Import);
    let one = |operation: Operation| {
        operation.path("id", text("Such as `3f9a...`"), "The upload's id").fails(404, "There is no such upload")
    };
    let reading = |operation: Operation| {
        one(operation)
            .json_body(&of("ReadingOptions"))
            .fails(400, "An option means nothing, or the file cannot be read with these options")
            .fails(409, "The file is being read already, or is imported")
    };
    let lasts = "An upload lasts until it is discarded, until it makes room for others or the server starts anew; what was \
                 imported stays.";
    vec![
        Route::new(
            Method::POST,
            "/v1/uploads",
            door,
            Operation::new("createUpload", "uploads", "Send a file, and learn what can be guessed about it")
                .saying(format!("The body is the file as it is; gzip is seen by itself. {lasts}"))
                .needed_query("name", text("Such as `orders.csv`"), "What the file is called")
                .body_of(&[("*/*", &text("The file"))])
                .json(201, "What is in it", &of("Upload"))
                .fails(400, "The file is of no form that can be read")
                .fails(413, "The file is over the limit")
                .fails_for_now(429, "As many uploads are there as can be")
                .fails_for_now(503, "The disk is full, or nearly so"),
            create,
        ),
        Route::new(
            Method::GET,
            "/v1/uploads",
            door,
            Operation::new("uploads", "uploads", "Every upload there is").json(200, "The newest first", &of("Uploads")),
            uploads,
        ),
        Route::new(
            Method::GET,
            "/v1/uploads/{id}",
            door,
            one(Operation::new("upload", "uploads", "How far an upload is")).json(
                200,
                "Its state",
                &of("UploadStatus"),
            ),
            upload,
        ),
        Route::new(
            Method::DELETE,
            "/v1/uploads/{id}",
            door,
            one(Operation::new("cancelUpload", "uploads", "Cancel an import that runs; else discard the upload"))
                .saying("What is stored by then stays, and the answer says how much.")
                .json(200, "What it came to", &of("UploadStatus"))
                .fails_for_now(503, "It did not end in time"),
            cancel,
        ),
        Route::new(
            Method::POST,
            "/v1/uploads/{id}/look",
            door,
            reading(Operation::new("lookIntoUpload", "uploads", "Look into a file again with other options")).json(
                200,
                "What is in it",
                &of("Upload"),
            ),
            look_again,
        ),
        Route::new(
            Method::POST,
            "/v1/uploads/{id}/try",
            door,
            reading(Operation::new("tryUpload", "uploads", "Read a file as an import would, and store nothing"))
                .saying("The whole file is read, which takes about as long as importing it; it ends when the client goes.")
                .json(200, "What would be", &of("UploadTrial")),
            try_it,
        ),
        Route::new(
            Method::POST,
            "/v1/uploads/{id}/import",
            door,
            reading(Operation::new("importUpload", "uploads", "Import a file"))
                .saying(
                    "Goes on by itself; `GET /v1/uploads/{id}` tells how far it is. The same file with the same options is stored \
                     once, and an import that broke off can be begun again.",
                )
                .json(202, "It has begun", &of("UploadStatus"))
                .fails_for_now(429, "As many imports run as can"),
            import,
        ),
        Route::new(
            Method::GET,
            "/v1/uploads/{id}/progress",
            door,
            one(Operation::new("uploadProgress", "uploads", "How far an upload is, as server-sent events"))
                .saying("A frame `progress` twice a second while something changes; the stream ends with the work.")
                .answers(
                    200,
                    "The stream",
                    "text/event-stream",
                    &serde_json::json!({ "type": "string", "x-events": { "progress": of("UploadStatus") } }),
                )
                .fails_for_now(429, "There are as many streams as can be"),
            progress,
        ),
        Route::new(
            Method::GET,
            "/v1/uploads/{id}/bad.csv",
            door,
            one(Operation::new("uploadBadRows", "uploads", "The rows that cannot be events, with the reason"))
                .saying(
                    "Of the last trial or import: number of the row, column, value, sort of fault, reason, then the row as it came. \
                     At most 64 MiB; `bad_rows` of the upload says how many there are and how many of them are in it.",
                )
                .answers(200, "The rows", "text/csv", &text("CSV with a header")),
            bad_csv,
        ),
    ]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

/// A file and what is in it.
#[derive(Serialize)]
struct LookedInto {
    id: String,
    name: String,
    bytes: u64,
    received_at: Timestamp,
    #[serde(flatten)]
    look: Look,
}

async fn create(
    State(api): State<Api>,
    Asked(Named { name }): Asked<Named>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let upload = api.uploads().receive(&api, &name, announced, body).await?;
    let looked = look_into(&api, Arc::clone(&upload), Words::default()).await;
    if looked.is_err() {
        // Nobody would know its id.
        api.uploads().discard(&upload.id);
    }
    Ok((StatusCode::CREATED, Json(looked?)).into_response())
}

async fn look_into(api: &Api, upload: Arc<Upload>, words: Words) -> Result<LookedInto, Problem> {
    ask(api, move |_| {
        let look = Look::into_file(&upload, &words)?;
        let Upload { id, name, bytes, received_at, .. } = upload.as_ref();
        Ok(LookedInto { id: id.clone(), name: name.clone(), bytes: *bytes, received_at: *received_at, look })
    })
    .await
}

fn known(api: &Api, id: &str) -> Result<Arc<Upload>, Problem> {
    api.uploads().get(id).ok_or_else(|| Problem::new(NOT_FOUND, format!("there is no upload {id:?}")))
}

/// All uploads; there are so few that they need no pages.
#[derive(Serialize)]
struct All {
    uploads: Vec<Status>,
}

async fn uploads(State(api): State<Api>) -> Json<All> {
    Json(All { uploads: api.uploads().all().iter().map(|upload| upload.status()).collect() })
}

async fn upload(State(api): State<Api>, At(id): At<String>) -> Result<Json<Status>, Problem> {
    Ok(Json(known(&api, &id)?.status()))
}

async fn look_again(
    State(api): State<Api>,
    At(id): At<String>,
    Told(words): Told<Words>,
) -> Result<Json<LookedInto>, Problem> {
    let upload = known(&api, &id)?;
    if !upload.has_file() {
        return Err(upload.is_used_up());
    }
    Ok(Json(look_into(&api, upload, words).await?))
}

async fn try_it(
    State(api): State<Api>,
    At(id): At<String>,
    Told(words): Told<Words>,
) -> Result<Json<work::Trial>, Problem> {
    let upload = known(&api, &id)?;
    let options = words.options()?;
    upload.begin(Phase::Trying)?;
    // Whoever hangs up is not read for any more.
    let watched = upload.cancelled_on_drop();
    let trial = work::try_upload(&api, Arc::clone(&upload), options).await;
    watched.keep();
    Ok(Json(trial?))
}

async fn import(State(api): State<Api>, At(id): At<String>, Told(words): Told<Words>) -> Result<Response, Problem> {
    let upload = known(&api, &id)?;
    let options = words.options()?;
    work::begin_import(&api, &upload, options)?;
    Ok((StatusCode::ACCEPTED, Json(upload.status())).into_response())
}

async fn cancel(State(api): State<Api>, At(id): At<String>) -> Result<Json<Status>, Problem> {
    let upload = known(&api, &id)?;
    if upload.status().state.is_running() {
        upload.cancel();
        let mut changes = upload.changes();
        let ended = changes.wait_for(|state| !state.phase.is_running());
        if tokio::time::timeout(LAST_ROWS, ended).await.is_err() {
            return Err(
                Problem::new(UNAVAILABLE, "the import is still finishing what it has handed over").retry_after(5)
            );
        }
        return Ok(Json(upload.status()));
    }
    api.uploads().discard(&id);
    Ok(Json(Status { state: Phase::Discarded, ..upload.status() }))
}

async fn progress(State(api): State<Api>, At(id): At<String>) -> Result<Response, Problem> {
    let upload = known(&api, &id)?;
    let place = api.watching().place()?;
    let (changes, stopping) = (upload.changes(), api.watching().stopping());
    let frames = stream::unfold(Some((upload, changes, stopping, place, true)), |watching| async {
        let (upload, mut changes, mut stopping, place, is_first) = watching?;
        if !is_first {
            let changed = async {
                tokio::time::sleep(PAUSE).await;
                changes.changed().await.is_ok()
            };
            let goes_on = tokio::select! {
                changed = changed => changed,
                stopped = stopping.wait_for(|stopping| *stopping) => { drop(stopped); false }
            };
            if !goes_on {
                return None;
            }
        }
        changes.mark_unchanged();
        let status = upload.status();
        let json = serde_json::to_string(&status).expect("texts and numbers are JSON");
        let frame = Frame::default().event("progress").data(json);
        let next = status.state.is_running().then_some((upload, changes, stopping, place, false));
        Some((Ok::<_, Infallible>(frame), next))
    });
    Ok(Sse::new(frames).keep_alive(KeepAlive::default()).into_response())
}

async fn bad_csv(State(api): State<Api>, At(id): At<String>) -> Result<Response, Problem> {
    let upload = known(&api, &id)?;
    if upload.status().state.is_running() {
        return Err(Problem::new(IN_PROGRESS, "the file is being read: ask again when it is done"));
    }
    let rows = ask(&api, move |_| upload.bad_csv()).await?;
    let disposition = HeaderValue::from_static("attachment; filename=\"bad-rows.csv\"");
    let content_type = HeaderValue::from_static("text/csv; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, content_type), (header::CONTENT_DISPOSITION, disposition)], rows).into_response())
}
