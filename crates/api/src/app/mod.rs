//! The web app: files that lie in the binary, and the page that stands for every path which is the app's own.
//!
//! The app owns each path that no route of the API has, so that a link into it opens where it should: whoever asks such a
//! path for a page gets the app's `index.html`, which reads the path itself.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};

use crate::Api;
use crate::problem::{NO_ROUTE, Problem};

mod embedded;
mod file;
mod notice;

pub use embedded::built;
pub use file::{AppFile, AppFiles};
pub(crate) use file::{html, text};

const INDEX: &str = "index.html";

/// For log and metrics: the app answered; stands in the extensions of a response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OfApp;

/// Answers what no route answers.
pub(crate) async fn fallback(State(api): State<Api>, request: Request) -> Response {
    let path = request.uri().path();
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_read || path == "/v1" || path.starts_with("/v1/") {
        return no_route(path).into_response();
    }
    let (files, headers) = (api.settings().app, request.headers());
    let name = path.trim_start_matches('/');
    let is_page = path == "/" || name == INDEX || (!is_file_name(name) && accepts_html(headers));
    let answer = if is_page {
        Some(file::answer(files, INDEX, headers).unwrap_or_else(|| notice::page(headers)))
    } else {
        file::answer(files, name, headers)
    };
    let Some(mut answer) = answer else { return no_route(path).into_response() };
    answer.extensions_mut().insert(OfApp);
    answer
}

fn no_route(path: &str) -> Problem {
    Problem::new(NO_ROUTE, format!("there is nothing at {path}: /openapi.json lists what there is"))
}

/// True if the path can only mean a file: paths of the app may hold dots too, as mail addresses do.
fn is_file_name(name: &str) -> bool {
    name.starts_with("assets/") || file::is_known_type(name)
}

/// Browsers name HTML when they open a page. `*/*` means scripts, pictures and programs, for whom a page would be no answer.
fn accepts_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|list| list.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        parts.next().is_some_and(|media| media.eq_ignore_ascii_case("text/html")) && !parts.any(|part| part == "q=0")
    })
}
