//! The first start: whoever runs the server makes the first account, through a link that the server printed.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::Response;
use maud::html;
use serde::Deserialize;
use store::{NewUser, PasswordHash, Role, StoreError, User};

use super::cookies::{self, Visit};
use super::{go_to, is_https, origin, sessions};
use crate::Api;
use crate::extract::Asked;
use crate::pages::{self, Field, Language};
use crate::problem::{MALFORMED, Problem};

/// What the link is known by; `None` once it is used, or where it was never needed.
#[derive(Debug, Default)]
pub(crate) struct Setup(Mutex<Option<blake3::Hash>>);

impl Setup {
    /// Makes the link valid.
    pub(crate) fn open(&self, key: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(blake3::hash(key.as_bytes()));
    }

    fn is_open_to(&self, key: &str) -> bool {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) == Some(blake3::hash(key.as_bytes()))
    }

    fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    key: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Account {
    key: String,
    csrf: String,
    name: String,
    password: String,
    again: String,
}

/// What is wrong with a field, or with all of it.
#[derive(Debug)]
enum Fault {
    Stale,
    Name,
    Short,
    Long,
    Differs,
}

pub(super) async fn show(
    State(api): State<Api>,
    Asked(Link { key }): Asked<Link>,
    parts: Parts,
) -> Result<Response, Problem> {
    if !is_open(&api, &key).await? {
        return Ok(dead(Language::of(&parts.headers)));
    }
    form(&api, &parts, &Account { key, ..Account::default() }, None)
}

pub(super) async fn take(
    State(api): State<Api>,
    parts: Parts,
    account: Result<Form<Account>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(account) = account.map_err(|rejection| Problem::new(MALFORMED, rejection.body_text()))?;
    if !is_open(&api, &account.key).await? {
        return Ok(dead(Language::of(&parts.headers)));
    }
    if !Visit::has_sent(&parts.headers, &account.csrf)
        || !origin::is_of_this_site(&parts.headers, api.settings().behind_proxy)
    {
        return form(&api, &parts, &account, Some(&Fault::Stale));
    }
    if let Some(fault) = fault(&account) {
        return form(&api, &parts, &account, Some(&fault));
    }
    let made = create(&api, &account).await?;
    match made {
        Ok(user) => {
            api.setup().close();
            tracing::info!(name = user.name, "the first account is made");
            let secret = sessions::start(&api, user.id, &parts.headers).await?;
            Ok(go_to("/", Some(cookies::set(cookies::SESSION, &secret, is_https(&api, &parts)))))
        }
        // Somebody was quicker, here or on the command line.
        Err(StoreError::Exists { .. }) => Ok(dead(Language::of(&parts.headers))),
        Err(StoreError::Invalid(_)) => form(&api, &parts, &account, Some(&Fault::Name)),
        Err(other) => Err(other.into()),
    }
}

/// True if the key is that of the link, and it is still needed.
async fn is_open(api: &Api, key: &str) -> Result<bool, Problem> {
    let is_key = api.setup().is_open_to(key);
    Ok(is_key && sessions::blocking(api, |engine| engine.answers().users().users()).await?.is_empty())
}

fn fault(account: &Account) -> Option<Fault> {
    if account.password.chars().count() < PasswordHash::LEAST_CHARACTERS {
        Some(Fault::Short)
    } else if account.password.len() > PasswordHash::MOST_BYTES {
        Some(Fault::Long)
    } else if account.password != account.again {
        Some(Fault::Differs)
    } else {
        None
    }
}

async fn create(api: &Api, account: &Account) -> Result<Result<User, StoreError>, Problem> {
    let (engine, name, password) = (Arc::clone(api.engine()), account.name.clone(), account.password.clone());
    let now = (api.settings().clock)();
    api.hashing()
        .run(move || {
            let password = PasswordHash::of(&password)?;
            let user = NewUser { name: &name, display_name: "", mail: "", role: Role::Admin, password: &password };
            Ok(engine.answers().users().create_first_user(&user, now))
        })
        .await
}

fn form(api: &Api, parts: &Parts, account: &Account, fault: Option<&Fault>) -> Result<Response, Problem> {
    let language = Language::of(&parts.headers);
    let visit = Visit::of(&parts.headers)?;
    let (mut of_name, mut of_password, mut of_again, mut of_all) = (None, None, None, None);
    match fault {
        None => {}
        Some(Fault::Stale) => {
            of_all = Some(
                language.pick("Diese Seite war zu alt. Bitte noch einmal.", "This page was too old. Please try again."),
            );
        }
        Some(Fault::Name) => {
            of_name = Some(language.pick(
                "Der Name braucht 1 bis 64 Zeichen, ohne Leerzeichen.",
                "The name needs 1 to 64 characters, without blanks.",
            ));
        }
        Some(Fault::Short) => {
            of_password = Some(language.pick(
                "Das Passwort ist zu kurz: Es braucht mindestens 10 Zeichen.",
                "The password is too short: it needs at least 10 characters.",
            ));
        }
        Some(Fault::Long) => {
            of_password = Some(language.pick("Das Passwort ist zu lang.", "The password is too long."));
        }
        Some(Fault::Differs) => {
            of_again = Some(language.pick("Die Passwörter sind verschieden.", "The passwords differ."));
        }
    }
    let name = Field {
        name: "name",
        label: language.pick("Name", "User name"),
        value: &account.name,
        autocomplete: "username",
        fault: of_name,
        is_focused: of_password.is_none() && of_again.is_none(),
        ..Field::default()
    };
    let password =
        Field {
            name: "password",
            label: language.pick("Passwort", "Password"),
            is_secret: true,
            autocomplete: "new-password",
            hint: Some(language.pick(
                "Mindestens 10 Zeichen, gern ein ganzer Satz.",
                "At least 10 characters; a whole sentence is fine.",
            )),
            fault: of_password,
            is_focused: of_password.is_some(),
            ..Field::default()
        };
    let again = Field {
        name: "again",
        label: language.pick("Passwort wiederholen", "Repeat the password"),
        is_secret: true,
        autocomplete: "new-password",
        fault: of_again,
        is_focused: of_again.is_some(),
        ..Field::default()
    };
    let content = html! {
        p {
            (language.pick(
                "Das erste Konto verwaltet diese Installation und darf alles.",
                "The first account runs this installation and may do everything.",
            ))
        }
        @if let Some(told) = of_all { p.notice role="alert" { (told) } }
        form method="post" action="/setup" {
            input type="hidden" name="csrf" value=(visit.token());
            input type="hidden" name="key" value=(account.key);
            (name) (password) (again)
            button type="submit" { (language.pick("Konto anlegen", "Create the account")) }
        }
    };
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let title = language.pick("Willkommen bei Geleit", "Welcome to Geleit");
    let mut page = pages::page(status, language, title, &content);
    page.headers_mut().append(header::SET_COOKIE, visit.cookie(is_https(api, parts)));
    Ok(page)
}

fn dead(language: Language) -> Response {
    let content = html! {
        p {
            (language.pick(
                "Er galt für ein einziges Konto und nur bis zum nächsten Start des Servers.",
                "It was good for one account, and only until the next start of the server.",
            ))
        }
        p {
            a href="/login" { (language.pick("Zur Anmeldung", "Go to the log-in")) }
        }
    };
    let title = language.pick("Dieser Link gilt nicht mehr", "This link is no longer valid");
    pages::page(StatusCode::GONE, language, title, &content)
}
