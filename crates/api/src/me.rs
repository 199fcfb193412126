//! Who is asking, as the server sees them.

use axum::http::{Method, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde_json::json;

use crate::auth::{Area, Caller, Identity};
use crate::openapi::{Operation, of};
use crate::routes::{Door, Route};

pub(crate) fn routes() -> Vec<Route> {
    let me = Operation::new("me", "people", "Who is asking, and what they may do")
        .saying("Also the csrf token of the session, which every call but a GET has to bring in `X-Csrf-Token`.")
        .json(200, "The caller", &of("Me"));
    vec![Route::new(Method::GET, "/v1/me", Door::Known, me, show)]
}

async fn show(Extension(caller): Extension<Caller>) -> impl IntoResponse {
    let may: Vec<&str> = Area::ALL.into_iter().filter(|area| caller.may(*area)).map(Area::as_str).collect();
    let me = Json(json!({
        "name": caller.author(),
        "role": caller.role,
        "may": may,
        "csrf": caller.csrf,
        "demo": caller.identity == Identity::Demo,
        "version": env!("CARGO_PKG_VERSION"),
    }));
    ([(header::CACHE_CONTROL, "no-store")], me)
}
