//! Leaving.

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::request::Parts;
use axum::response::Response;
use serde::Deserialize;

use super::{cookies, csrf, go_to, is_https, origin, sessions};
use crate::Api;
use crate::problem::{FORBIDDEN, Problem};

#[derive(Deserialize)]
pub(super) struct Leaving {
    #[serde(default)]
    csrf: String,
}

/// Ends the session. The token comes as the field `csrf` of a form, or in the header as with any call.
pub(super) async fn take(
    State(api): State<Api>,
    parts: Parts,
    form: Result<Form<Leaving>, FormRejection>,
) -> Result<Response, Problem> {
    if let Some(held) = sessions::of(&api, &parts.headers).await? {
        let in_header = parts.headers.get(csrf::HEADER).and_then(|token| token.to_str().ok());
        let in_form = form.as_ref().map(|Form(leaving)| leaving.csrf.as_str()).ok();
        let is_ours = [in_header, in_form].into_iter().flatten().any(|token| csrf::belongs(token, &held.secret));
        if !is_ours || !origin::is_of_this_site(&parts.headers, api.settings().behind_proxy) {
            return Err(Problem::new(FORBIDDEN, "the session's csrf token is needed to end it"));
        }
        sessions::end(&api, held.secret).await?;
    }
    Ok(go_to("/login", Some(cookies::set(cookies::SESSION, "", is_https(&api, &parts)))))
}
