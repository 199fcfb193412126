//! Pages that the server writes by itself: short, without script, in the reader's language. Everything else that people see
//! is the web app.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{DOCTYPE, Markup, html};

use crate::app;

mod field;
mod language;

pub(crate) use field::Field;
pub(crate) use language::Language;

/// Where their style sheet lies.
pub(crate) const STYLE_PATH: &str = "/doors.css";
const STYLE: &str = include_str!("doors.css");

/// A whole page around its content.
pub(crate) fn page(status: StatusCode, language: Language, title: &str, content: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Geleit" }
                meta name="robots" content="noindex";
                link rel="icon" type="image/svg+xml" href="/mark.svg";
                link rel="stylesheet" href=(STYLE_PATH);
            }
            body {
                main {
                    p.brand {
                        svg viewBox="0 0 24 24" width="28" height="28" aria-hidden="true" {
                            path.one d="M5 21c0-7 6-6.5 6-13" {}
                            circle.one cx="11" cy="4" r="2.3" {}
                            path.two d="M12 21c0-5 6-4.5 6-9" {}
                            circle.two cx="18" cy="8" r="2.3" {}
                        }
                        "Geleit"
                    }
                    h1 { (title) }
                    (content)
                }
            }
        }
    };
    app::html(status, page.into_string())
}

pub(crate) async fn style(headers: HeaderMap) -> Response {
    app::text(STYLE, "text/css; charset=utf-8", &headers)
}
