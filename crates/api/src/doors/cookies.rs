//! Cookies: found in requests, written into answers.

use axum::http::{HeaderMap, HeaderValue, header};

use super::csrf;
use crate::problem::Problem;

/// Holds a session.
pub(crate) const SESSION: &str = "geleit_session";
/// Stands for a browser that has no session yet, so that its forms can be told from those of other sites.
const VISIT: &str = "geleit_visit";

/// The value of a cookie.
pub(crate) fn find<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// A header that sets a cookie until the browser closes; an empty value removes it.
///
/// No script reads it, no other site's form takes it along, and once it came over TLS it goes over nothing else.
pub(crate) fn set(name: &str, value: &str, is_https: bool) -> HeaderValue {
    let end = if value.is_empty() { "; Max-Age=0" } else { "" };
    let secure = if is_https { "; Secure" } else { "" };
    HeaderValue::try_from(format!("{name}={value}; HttpOnly; SameSite=Lax; Path=/{end}{secure}"))
        .expect("names and secrets are letters and digits")
}

/// A browser without a session.
#[derive(Debug)]
pub(crate) struct Visit(String);

impl Visit {
    /// The visit that the request is part of, or a new one.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        if let Some(known) = Self::known(headers) {
            return Ok(known);
        }
        Ok(Self(store::new_secret("")?))
    }

    /// True if a form with this token was written for this browser.
    pub(crate) fn has_sent(headers: &HeaderMap, token: &str) -> bool {
        Self::known(headers).is_some_and(|visit| csrf::belongs(token, &visit.0))
    }

    /// What a form of this visit carries.
    pub(crate) fn token(&self) -> String {
        csrf::token_of(&self.0)
    }

    pub(crate) fn cookie(&self, is_https: bool) -> HeaderValue {
        set(VISIT, &self.0, is_https)
    }

    fn known(headers: &HeaderMap) -> Option<Self> {
        let is_secret = |value: &&str| value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        find(headers, VISIT).filter(is_secret).map(|value| Self(value.to_owned()))
    }
}
