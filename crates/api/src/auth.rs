//! Credentials in requests, and what each role may do.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use store::Role;

use crate::Api;
use crate::doors::{csrf, origin, sessions};
use crate::problem::{FORBIDDEN, Problem};

/// What belongs together when it comes to who may do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    /// Who a customer is and what happened to one.
    Customers,
    /// Deciding who is who.
    Rulings,
    /// Figures over all journeys.
    Mining,
    /// What people have planned.
    PlansRead,
    /// Changing it.
    PlansWrite,
    /// Who sends, how much, and what arrives at the moment.
    SourcesRead,
    /// Letting somebody send, and stopping them.
    SourcesWrite,
    /// Storing rows of files under any source.
    Import,
    /// What could not become an event.
    QuarantineRead,
    /// Repairing or discarding it.
    QuarantineWrite,
    /// What the server tells about itself.
    Metrics,
}

impl Area {
    pub(crate) const ALL: [Self; 11] = [
        Self::Customers,
        Self::Rulings,
        Self::Mining,
        Self::PlansRead,
        Self::PlansWrite,
        Self::SourcesRead,
        Self::SourcesWrite,
        Self::Import,
        Self::QuarantineRead,
        Self::QuarantineWrite,
        Self::Metrics,
    ];

    /// The area's name in JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Rulings => "rulings",
            Self::Mining => "mining",
            Self::PlansRead => "plans_read",
            Self::PlansWrite => "plans_write",
            Self::SourcesRead => "sources_read",
            Self::SourcesWrite => "sources_write",
            Self::Import => "import",
            Self::QuarantineRead => "quarantine_read",
            Self::QuarantineWrite => "quarantine_write",
            Self::Metrics => "metrics",
        }
    }

    /// The area in words, to be read after "may not".
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Customers => "read customers",
            Self::Rulings => "decide who is who",
            Self::Mining => "read figures over journeys",
            Self::PlansRead => "read plans",
            Self::PlansWrite => "change plans",
            Self::SourcesRead => "read sources",
            Self::SourcesWrite => "register sources",
            Self::Import => "import files",
            Self::QuarantineRead => "read the quarantine",
            Self::QuarantineWrite => "repair or discard in the quarantine",
            Self::Metrics => "read metrics",
        }
    }

    /// The roles that may.
    pub(crate) fn roles(self) -> &'static [Role] {
        use Role::{Admin, Analyst, Manager, Marketer, Privacy, Service};
        match self {
            Self::Customers => &[Admin, Manager, Service, Marketer, Analyst, Privacy],
            Self::Rulings => &[Admin, Manager, Service, Privacy],
            Self::Mining => &[Admin, Manager, Marketer, Analyst],
            Self::PlansRead => &[Admin, Manager, Service, Marketer, Analyst, Privacy],
            Self::PlansWrite | Self::QuarantineWrite | Self::Import => &[Admin, Manager, Analyst],
            Self::SourcesRead => &[Admin, Manager, Analyst, Privacy],
            Self::SourcesWrite => &[Admin, Manager],
            Self::QuarantineRead => &[Admin, Manager, Analyst, Privacy],
            Self::Metrics => &[Admin, Manager, Analyst],
        }
    }
}

/// Who is asking; stands in the extensions of an admitted request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) identity: Identity,
    pub(crate) role: Role,
    /// Under what name changes are kept: the user's, or the token's, else its role.
    author: Arc<str>,
    /// What unsafe calls have to bring in [`csrf::HEADER`]; `None` where no browser adds the credential by itself.
    pub(crate) csrf: Option<String>,
}

/// Tells callers apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    /// The bearer of the token with this number.
    Token(u64),
    /// The user with this number, in a session.
    User(u64),
    /// Whoever sits at the machine where the demo runs.
    Demo,
}

impl Caller {
    pub(crate) fn author(&self) -> &str {
        &self.author
    }

    pub(crate) fn may(&self, area: Area) -> bool {
        area.roles().contains(&self.role)
    }
}

/// For the access log: who was answered; stands in the extensions of a response.
#[derive(Clone, Debug)]
pub(crate) struct Who(pub(crate) Arc<str>);

/// Lets in whoever is known and may do what lies in the area; without an area whoever is known.
pub(crate) async fn admit(
    State((api, area)): State<(Api, Option<Area>)>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let caller = caller(&api, &parts).await?;
    if let Some(area) = area.filter(|area| !caller.may(*area)) {
        return Err(Problem::new(FORBIDDEN, format!("the role {} may not {}", caller.role, area.in_words())));
    }
    let who = Who(Arc::clone(&caller.author));
    parts.extensions.insert(caller);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    response.extensions_mut().insert(who);
    Ok(response)
}

/// Who is asking: the bearer of a token, somebody in a session, or whoever sits at the machine of the demo.
async fn caller(api: &Api, parts: &Parts) -> Result<Caller, Problem> {
    if let Some(secret) = bearer(&parts.headers) {
        let Some(token) = api.access().token(secret).await? else {
            return Err(Problem::unauthenticated("the token is unknown or revoked"));
        };
        let author = if token.name.is_empty() { token.role.as_str() } else { &token.name };
        let (identity, role) = (Identity::Token(token.id), token.role);
        return Ok(Caller { identity, role, author: author.into(), csrf: None });
    }
    let Some((caller, secret)) = without_token(api, parts).await? else {
        let detail = "a token is needed, Authorization: Bearer <token>, or a session: log in at /login";
        return Err(Problem::unauthenticated(detail));
    };
    if !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        if !origin::is_of_this_site(&parts.headers, api.settings().behind_proxy) {
            return Err(Problem::new(FORBIDDEN, "a page of another site may not do this").coded("foreign_origin"));
        }
        let token = parts.headers.get(csrf::HEADER).and_then(|token| token.to_str().ok()).unwrap_or_default();
        if !csrf::belongs(token, &secret) {
            let detail = "in a session this needs the header x-csrf-token, as /v1/me gives it";
            return Err(Problem::new(FORBIDDEN, detail).coded("csrf").naming("x-csrf-token", "is not the session's"));
        }
    }
    Ok(caller)
}

/// True if whoever asks for a page need not log in.
pub(crate) async fn is_somebody(api: &Api, parts: &Parts) -> Result<bool, Problem> {
    Ok(without_token(api, parts).await?.is_some())
}

/// Whom a browser brings along by itself, with the secret that its csrf token belongs to.
async fn without_token(api: &Api, parts: &Parts) -> Result<Option<(Caller, String)>, Problem> {
    let known = |identity, role, author: &str, secret: String| {
        let csrf = Some(csrf::token_of(&secret));
        (Caller { identity, role, author: author.into(), csrf }, secret)
    };
    if let Some(held) = sessions::of(api, &parts.headers).await? {
        let user = held.session.user;
        return Ok(Some(known(Identity::User(user.id), user.role, &user.name, held.secret)));
    }
    let is_let_in = api.settings().open_door.is_some_and(|port| origin::is_local(parts, port));
    let secret = api.demo_secret().filter(|_| is_let_in);
    Ok(secret.map(|secret| known(Identity::Demo, Role::Admin, "demo", secret.to_owned())))
}

/// The write keys that a request may mean, the likeliest first; none if no header names one.
///
/// `Basic` is either base64 of `key:` or, from clients that never heard of it, the key as it is.
pub(crate) fn write_keys(headers: &HeaderMap) -> Vec<String> {
    let Some((scheme, credential)) = authorization(headers) else { return Vec::new() };
    let mut keys = Vec::with_capacity(2);
    if scheme.eq_ignore_ascii_case("basic") {
        let decoded = BASE64.decode(credential).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some((user, _)) = decoded.as_deref().and_then(|pair| pair.split_once(':')) {
            keys.push(user.to_owned());
        }
        keys.push(credential.to_owned());
    } else if scheme.eq_ignore_ascii_case("bearer") {
        keys.push(credential.to_owned());
    }
    keys.retain(|key| !key.is_empty());
    keys
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    authorization(headers).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token)
}

fn authorization(headers: &HeaderMap) -> Option<(&str, &str)> {
    let (scheme, credential) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    Some((scheme, credential.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_key_is_found_in_every_form_that_clients_send() {
        for (value, keys) in [
            ("Basic Z2x3XzE6", vec!["glw_1", "Z2x3XzE6"]),
            ("basic Z2x3XzE6c2VjcmV0", vec!["glw_1", "Z2x3XzE6c2VjcmV0"]),
            ("Basic glw_1", vec!["glw_1"]),
            ("Bearer glw_1", vec!["glw_1"]),
            ("Basic Og==", vec!["Og=="]),
            ("Basic ", vec![]),
            ("Digest x", vec![]),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            assert_eq!(write_keys(&headers), keys, "{value}");
        }
    }

    #[test]
    fn no_area_is_missing_from_the_list_and_no_two_have_one_name() {
        let mut names: Vec<_> = Area::ALL.iter().map(|area| area.as_str()).collect();
        names.dedup();
        // The last of the enum comes at the place that its number says.
        assert_eq!((names.len(), Area::ALL.len()), (Area::Metrics as usize + 1, Area::Metrics as usize + 1));
    }

    #[test]
    fn whoever_may_change_something_may_read_it() {
        for role in Role::ALL {
            for (write, read) in [
                (Area::PlansWrite, Area::PlansRead),
                (Area::QuarantineWrite, Area::QuarantineRead),
                (Area::SourcesWrite, Area::SourcesRead),
            ] {
                assert!(!write.roles().contains(&role) || read.roles().contains(&role), "{role}");
            }
        }
    }
}
