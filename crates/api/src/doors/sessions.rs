//! Sessions of people: found by their cookie, prolonged by use.

use std::sync::Arc;

use axum::http::HeaderMap;
use engine::Engine;
use model::Timestamp;
use store::{Expiry, Session, StoreError};

use super::cookies;
use crate::Api;
use crate::problem::Problem;

/// An unused session ends after a long working day.
const IDLE_S: i64 = 12 * 3600;
/// And any after a week.
const ABSOLUTE_S: i64 = 7 * 24 * 3600;
/// Uses within so many seconds prolong a session once: each prolonging is written to the disk.
const PROLONGED_EVERY_S: i64 = 300;

/// A session that holds, and the secret that its browser shows for it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) secret: String,
    pub(crate) session: Session,
}

/// The session that a request is part of.
pub(crate) async fn of(api: &Api, headers: &HeaderMap) -> Result<Option<Held>, Problem> {
    let Some(secret) = cookies::find(headers, cookies::SESSION).map(str::to_owned) else { return Ok(None) };
    let now = (api.settings().clock)();
    blocking(api, move |engine| {
        let users = engine.answers().users();
        let Some(session) = users.session(&secret, now)? else { return Ok(None) };
        let idle = later(now, IDLE_S);
        if idle.seconds_since(session.expiry.idle) >= PROLONGED_EVERY_S as f64 {
            users.prolong_session(&secret, idle)?;
        }
        Ok(Some(Held { secret, session }))
    })
    .await
}

/// Begins a session of somebody who has shown who they are; the one that the browser had before ends.
pub(crate) async fn start(api: &Api, user: u64, headers: &HeaderMap) -> Result<String, Problem> {
    let before = cookies::find(headers, cookies::SESSION).map(str::to_owned);
    let now = (api.settings().clock)();
    let expiry = Expiry { idle: later(now, IDLE_S), absolute: later(now, ABSOLUTE_S) };
    blocking(api, move |engine| {
        let users = engine.answers().users();
        if let Some(before) = before {
            users.end_session(&before)?;
        }
        users.start_session(user, now, expiry)
    })
    .await
}

/// Ends a session.
pub(crate) async fn end(api: &Api, secret: String) -> Result<(), Problem> {
    blocking(api, move |engine| engine.answers().users().end_session(&secret)).await
}

/// Asks the database on a thread that may wait.
pub(super) async fn blocking<T: Send + 'static>(
    api: &Api,
    work: impl FnOnce(&Engine) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Problem> {
    let engine = Arc::clone(api.engine());
    let working = tokio::task::spawn_blocking(move || work(&engine));
    let outcome = working.await.map_err(|failed| Problem::internal(&failed))?;
    outcome.map_err(|error| Problem::of_store(&error))
}

fn later(moment: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::clamped(moment.micros() + seconds * 1_000_000)
}
