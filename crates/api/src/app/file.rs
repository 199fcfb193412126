//! One file as an answer: in the encoding that the client takes, with the tag by which it is asked for again.

use std::borrow::Cow;
use std::fmt::Write;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

/// A file of the web app.
#[derive(Clone, Debug)]
pub struct AppFile {
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
    /// A hash of the content.
    pub hash: [u8; 32],
}

/// Where the web app's files come from, by path without a slash in front. A compressed twin lies beside its file as
/// `NAME.br` and `NAME.gz`.
pub type AppFiles = fn(&str) -> Option<AppFile>;

/// Everything comes from here, nothing else runs, and no other site may show it inside its own.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
    img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";

/// Names of files under `assets/` hold a hash of the content: what has another content has another name.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

/// Encodings by preference, with the ending of the twin.
const TWINS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The file at a path; `None` if there is none.
pub(super) fn answer(files: AppFiles, path: &str, headers: &HeaderMap) -> Option<Response> {
    if TWINS.iter().any(|(_, ending)| path.ends_with(ending)) {
        return None;
    }
    let plain = files(path)?;
    let twins = TWINS.map(|(encoding, ending)| Some((encoding, files(&format!("{path}{ending}"))?)));
    let has_twins = twins.iter().any(Option::is_some);
    let taken = twins.into_iter().flatten().find(|(encoding, _)| accepts_encoding(headers, encoding));
    let (encoding, file) = taken.map_or((None, plain), |(encoding, twin)| (Some(encoding), twin));
    let cache = if path.starts_with("assets/") { FOR_EVER } else { ASK_AGAIN };
    let mut response = answer_with(file, content_type(path).unwrap_or("application/octet-stream"), cache, headers);
    let mut set = |name, value: &'static str| response.headers_mut().insert(name, HeaderValue::from_static(value));
    if has_twins {
        set(header::VARY, "accept-encoding");
    }
    if let Some(encoding) = encoding {
        set(header::CONTENT_ENCODING, encoding);
    }
    Some(response)
}

/// A text that belongs to the pages of the server.
pub(crate) fn text(content: &'static str, content_type: &'static str, headers: &HeaderMap) -> Response {
    let hash = *blake3::hash(content.as_bytes()).as_bytes();
    answer_with(AppFile { bytes: content.as_bytes().into(), hash }, content_type, ASK_AGAIN, headers)
}

/// A file with its type and the time it may be kept; 304 if the client has it.
fn answer_with(file: AppFile, content_type: &'static str, cache: &'static str, headers: &HeaderMap) -> Response {
    let tag = tag(&file.hash);
    let mut response = if is_known(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = match file.bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Response::new(Body::from(body))
    };
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    fields.insert(header::ETAG, tag);
    secure(fields, content_type == HTML);
    response
}

/// A page that is made for this one request.
pub(crate) fn html(status: StatusCode, page: String) -> Response {
    let mut response = (status, page).into_response();
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    fields.insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    secure(fields, true);
    response
}

fn secure(fields: &mut HeaderMap, is_page: bool) {
    fields.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if is_page {
        fields.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
        fields.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    }
}

/// What the ending of a name says about the content; the kinds of files that a built app has.
fn content_type(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next()?;
    Some(match name.rsplit_once('.')?.1 {
        "html" => HTML,
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        _ => return None,
    })
}

pub(super) fn is_known_type(path: &str) -> bool {
    content_type(path).is_some() || TWINS.iter().any(|(_, ending)| path.ends_with(ending))
}

fn tag(hash: &[u8; 32]) -> HeaderValue {
    let mut tag = String::from("\"");
    for byte in &hash[..16] {
        write!(tag, "{byte:02x}").expect("writing to a string cannot fail");
    }
    tag.push('"');
    HeaderValue::try_from(tag).expect("digits in quotes are visible")
}

/// Compared weakly, as RFC 9110 says for `If-None-Match`.
fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let given = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    given.flat_map(|list| list.split(',')).map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

/// True if the client takes this encoding: it is named, or all are, and its weight is not 0.
fn accepts_encoding(headers: &HeaderMap, encoding: &str) -> bool {
    let given = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut all = false;
    for one in given.flat_map(|list| list.split(',')) {
        let (name, parameters) = one.split_once(';').unwrap_or((one, ""));
        let weight = parameters.trim().trim_start_matches("q=").parse().unwrap_or(1.0);
        if name.trim().eq_ignore_ascii_case(encoding) {
            return weight > 0.0;
        }
        all |= name.trim() == "*" && weight > 0.0;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_taken_where_it_is_named_and_not_weighed_with_nothing() {
        for (given, br, gzip) in [
            ("gzip, deflate, br, zstd", true, true),
            ("gzip", false, true),
            ("br;q=0, gzip;q=0.5", false, true),
            ("*", true, true),
            ("*, br;q=0", false, true),
            ("identity", false, false),
            ("", false, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, given.parse().unwrap());
            let taken = (accepts_encoding(&headers, "br"), accepts_encoding(&headers, "gzip"));
            assert_eq!(taken, (br, gzip), "{given:?}");
        }
    }
}
