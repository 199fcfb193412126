//! The log-in.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use store::{PasswordHash, User};

use super::cookies::{self, Visit};
use super::{go_to, is_https, next, origin, sessions};
use crate::Api;
use crate::auth;
use crate::extract::Asked;
use crate::pages::{self, Field, Language};
use crate::problem::{MALFORMED, Problem};

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Claim {
    name: String,
    password: String,
    next: String,
    csrf: String,
}

/// Why somebody is shown the form again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// There is nobody of that name, or the password is another.
    Wrong,
    /// The password is right, and its owner is kept out.
    Disabled,
    /// So many seconds are to be waited.
    TooMany(u16),
    /// The form was not written for this browser, or long ago.
    Stale,
}

impl Refusal {
    fn status(self) -> StatusCode {
        match self {
            Self::Wrong | Self::Disabled | Self::Stale => StatusCode::FORBIDDEN,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    fn in_words(self, language: Language) -> String {
        let plain = |german: &str, english: &str| language.pick(german, english).to_owned();
        match self {
            Self::Wrong => plain("Name oder Passwort stimmt nicht.", "The name or the password is wrong."),
            Self::Disabled => plain(
                "Dieses Konto ist gesperrt. Wer Geleit verwaltet, kann es wieder öffnen.",
                "This account is disabled. Whoever runs Geleit can open it again.",
            ),
            Self::TooMany(1) => plain(
                "Zu viele Versuche. In einer Sekunde geht es weiter.",
                "Too many attempts. Try again in a second.",
            ),
            Self::TooMany(seconds) => language.pick(
                format!("Zu viele Versuche. In {seconds} Sekunden geht es weiter."),
                format!("Too many attempts. Try again in {seconds} seconds."),
            ),
            Self::Stale => plain(
                "Diese Seite war zu alt. Bitte noch einmal anmelden; Cookies müssen erlaubt sein.",
                "This page was too old. Please log in again; cookies must be allowed.",
            ),
        }
    }
}

pub(super) async fn show(State(api): State<Api>, Asked(wish): Asked<Wish>, parts: Parts) -> Result<Response, Problem> {
    if auth::is_somebody(&api, &parts).await? {
        return Ok(go_to(next::place(&wish.next), None));
    }
    let language = Language::of(&parts.headers);
    if sessions::blocking(&api, |engine| engine.answers().users().users()).await?.is_empty() {
        return Ok(nobody_yet(language));
    }
    form(&api, &parts, &Claim { next: wish.next, ..Claim::default() }, None)
}

pub(super) async fn take(
    State(api): State<Api>,
    parts: Parts,
    claim: Result<Form<Claim>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(claim) = claim.map_err(|rejection| Problem::new(MALFORMED, rejection.body_text()))?;
    let behind_proxy = api.settings().behind_proxy;
    if !Visit::has_sent(&parts.headers, &claim.csrf) || !origin::is_of_this_site(&parts.headers, behind_proxy) {
        return form(&api, &parts, &claim, Some(Refusal::Stale));
    }
    let now = (api.settings().clock)();
    let attempt = match api.throttle().begin(&claim.name, origin::network(&parts, behind_proxy), now) {
        Ok(attempt) => attempt,
        Err(seconds) => return form(&api, &parts, &claim, Some(Refusal::TooMany(seconds))),
    };
    match proven(&api, &claim).await? {
        Ok(user) => {
            api.throttle().forgive(&attempt);
            let secret = sessions::start(&api, user.id, &parts.headers).await?;
            tracing::info!(name = user.name, "logged in");
            let cookie = cookies::set(cookies::SESSION, &secret, is_https(&api, &parts));
            Ok(go_to(next::place(&claim.next), Some(cookie)))
        }
        Err(refusal) => {
            // Not the name: people type passwords there.
            tracing::warn!(?refusal, from = ?origin::network(&parts, behind_proxy), "log-in refused");
            form(&api, &parts, &claim, Some(refusal))
        }
    }
}

/// Whose password this is. It takes as long where there is nobody of that name.
async fn proven(api: &Api, claim: &Claim) -> Result<Result<User, Refusal>, Problem> {
    let (engine, name, password) = (Arc::clone(api.engine()), claim.name.clone(), claim.password.clone());
    api.hashing()
        .run(move || {
            let Some((user, kept)) = engine.answers().users().user(&name)? else {
                PasswordHash::pretend_to_match(&password);
                return Ok(Err(Refusal::Wrong));
            };
            if !kept.matches(&password) {
                return Ok(Err(Refusal::Wrong));
            }
            Ok(if user.disabled_at.is_some() { Err(Refusal::Disabled) } else { Ok(user) })
        })
        .await
}

fn form(api: &Api, parts: &Parts, claim: &Claim, refusal: Option<Refusal>) -> Result<Response, Problem> {
    let language = Language::of(&parts.headers);
    let visit = Visit::of(&parts.headers)?;
    let told = refusal.map(|refusal| refusal.in_words(language));
    let is_wrong = refusal == Some(Refusal::Wrong);
    let at_field = told.as_deref().filter(|_| is_wrong);
    let name = Field {
        name: "name",
        label: language.pick("Name", "User name"),
        value: &claim.name,
        autocomplete: "username",
        is_focused: claim.name.is_empty(),
        ..Field::default()
    };
    let password = Field {
        name: "password",
        label: language.pick("Passwort", "Password"),
        is_secret: true,
        autocomplete: "current-password",
        fault: at_field,
        is_focused: !claim.name.is_empty(),
        ..Field::default()
    };
    let content = html! {
        @if let Some(told) = told.as_deref().filter(|_| !is_wrong) { p.notice role="alert" { (told) } }
        form method="post" action="/login" {
            input type="hidden" name="csrf" value=(visit.token());
            @if !claim.next.is_empty() { input type="hidden" name="next" value=(next::place(&claim.next)); }
            (name) (password)
            button type="submit" { (language.pick("Anmelden", "Log in")) }
        }
    };
    let status = refusal.map_or(StatusCode::OK, Refusal::status);
    let mut page = pages::page(status, language, language.pick("Anmelden", "Log in"), &content);
    page.headers_mut().append(header::SET_COOKIE, visit.cookie(is_https(api, parts)));
    if let Some(Refusal::TooMany(seconds)) = refusal {
        page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(page)
}

fn nobody_yet(language: Language) -> Response {
    let content: Markup = html! {
        p {
            (language.pick(
                "Der Server hat beim Start einen Link gezeigt, mit dem das erste Konto entsteht. Er steht in der Ausgabe von ",
                "When it started, the server showed a link with which the first account is made. It stands in the output of ",
            ))
            code { "geleit serve" } "."
        }
        p {
            (language.pick("Ohne Browser geht es mit ", "Without a browser it is made by "))
            code { "geleit user create" } "."
        }
    };
    let title = language.pick("Noch gibt es kein Konto", "There is no account yet");
    pages::page(StatusCode::OK, language, title, &content)
}
