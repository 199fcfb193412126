//! What stands in the place of an app that was not built.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::html;

use crate::pages::{self, Language};

pub(super) fn page(headers: &HeaderMap) -> Response {
    let language = Language::of(headers);
    let content = html! {
        p {
            (language.pick(
                "Der Server läuft, und die Schnittstelle antwortet. Nur die Web-App ist in diesem Programm nicht enthalten. \
                 Mit Node 20.19 oder neuer wird sie im Ordner des Quelltexts gebaut:",
                "The server runs, and its API answers. Only the web app is not part of this program. With Node 20.19 or later \
                 it is built in the folder of the source code:",
            ))
        }
        pre { code { "cd ui\nnpm ci\nnpm run build\ncd ..\ncargo build --release -p geleit" } }
        p {
            (language.pick("Danach den Server neu starten. ", "Then start the server again. "))
            a href="/openapi.json" { (language.pick("Was die Schnittstelle kann", "What the API can do")) }
        }
    };
    let title = language.pick("Die Web-App ist noch nicht gebaut", "The web app is not built yet");
    pages::page(StatusCode::SERVICE_UNAVAILABLE, language, title, &content)
}
