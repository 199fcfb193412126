//! How people come in: log-in, log-out, the first start. Pages of the server, which work without script.
//!
//! ```text
//!   GET /login --- visit cookie, token in the form ---> POST /login
//!                                                          |
//!                      of this site? token? --> too many tries? --> name and password (hashed in turn)
//!                                                                        |
//!                                           session cookie  <------------+
//! ```

use axum::extract::DefaultBodyLimit;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};

use crate::Api;

pub(crate) mod cookies;
pub(crate) mod csrf;
pub(crate) mod hashing;
mod login;
mod logout;
mod next;
pub(crate) mod origin;
pub(crate) mod sessions;
mod setup;
pub(crate) mod throttle;

pub(crate) use setup::Setup;

/// Most bytes of a form.
const MOST_FORM_BYTES: usize = 16 << 10;

/// The pages and their paths.
pub(crate) fn routes() -> [(&'static str, MethodRouter<Api>); 3] {
    let limit = || DefaultBodyLimit::max(MOST_FORM_BYTES);
    [
        ("/login", get(login::show).post(login::take).layer(limit())),
        ("/logout", post(logout::take).layer(limit())),
        ("/setup", get(setup::show).post(setup::take).layer(limit())),
    ]
}

/// True if the request came over an encrypted connection.
fn is_https(api: &Api, parts: &Parts) -> bool {
    origin::is_https(&parts.headers, api.settings().behind_proxy)
}

/// Sends the browser on, as a GET; `cookie` goes along.
fn go_to(place: &str, cookie: Option<HeaderValue>) -> Response {
    let place = HeaderValue::try_from(place).unwrap_or(HeaderValue::from_static("/"));
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, place);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
