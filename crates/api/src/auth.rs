//! Credentials in requests, and what each role may do.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use store::{Role, Token};

use crate::Api;
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
pub(crate) struct Caller(pub(crate) Arc<Token>);

impl Caller {
    /// Under what name changes are kept: the token's, else its role.
    pub(crate) fn author(&self) -> &str {
        let Token { name, role, .. } = self.0.as_ref();
        if name.is_empty() { role.as_str() } else { name }
    }
}

/// For the access log: who was answered; stands in the extensions of a response.
#[derive(Clone, Debug)]
pub(crate) struct Who(pub(crate) Arc<str>);

/// Lets in whoever bears a token of a role that may.
pub(crate) async fn admit(
    State((api, area)): State<(Api, Area)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let Some(secret) = bearer(request.headers()) else {
        return Err(Problem::unauthenticated("a token is needed: Authorization: Bearer <token>"));
    };
    let Some(token) = api.access().token(secret).await? else {
        return Err(Problem::unauthenticated("the token is unknown or revoked"));
    };
    if !area.roles().contains(&token.role) {
        return Err(Problem::new(FORBIDDEN, format!("the role {} may not {}", token.role, area.in_words())));
    }
    let caller = Caller(token);
    let who = Who(Arc::from(caller.author()));
    request.extensions_mut().insert(caller);
    let mut response = next.run(request).await;
    response.extensions_mut().insert(who);
    Ok(response)
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
