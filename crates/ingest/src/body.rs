use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use model::{Event, Invalid};

use crate::bad::Fault;
use crate::{BadRow, MAX_BODY_BYTES, MAX_EVENT_BYTES, Parsed, Refused, json};

/// The body as its sender wrote it: inflated where it begins like gzip, whatever the headers said.
///
/// Real clients send gzip as `text/plain` without `Content-Encoding`, so only the bytes are asked. Never holds
/// more than `limit` bytes of output; a longer body, packed or not, is refused as too large.
///
/// ```
/// assert_eq!(ingest::inflate(b"{}", 10)?.as_ref(), b"{}");
/// assert!(ingest::inflate(b"[1,2,3,4,5]", 10).unwrap_err().is_too_large());
/// # Ok::<(), ingest::Refused>(())
/// ```
pub fn inflate(body: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, Refused> {
    if !body.starts_with(&[0x1f, 0x8b]) {
        Refused::above("the body", limit, body.len())?;
        return Ok(Cow::Borrowed(body));
    }
    let mut inflated = Vec::with_capacity(body.len().saturating_mul(4).min(limit));
    let one_too_many = limit as u64 + 1;
    MultiGzDecoder::new(body)
        .take(one_too_many)
        .read_to_end(&mut inflated)
        .map_err(|error| Refused::BadGzip(error.to_string()))?;
    Refused::above("the inflated body", limit, inflated.len())?;
    Ok(Cow::Owned(inflated))
}

/// The body as text, without the byte order mark that some clients put before it.
pub(crate) fn text(body: &[u8]) -> Result<&str, Refused> {
    let text = std::str::from_utf8(body).map_err(|error| Refused::NotUtf8 { at: error.valid_up_to() })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Reads a body that is one item, an object, or an array of items.
pub(crate) fn each_item<'a>(
    body: &'a [u8],
    mut read: impl FnMut(usize, &'a str) -> Result<Event<'a>, BadRow<'a>>,
) -> Result<Parsed<'a>, Refused> {
    Refused::above("the body", MAX_BODY_BYTES, body.len())?;
    let text = text(body)?;
    let items = match json::first_token(text) {
        Some(b'[') => json::items(text)?,
        Some(b'{') => {
            Refused::above("the event", MAX_EVENT_BYTES, text.len())?;
            vec![json::value(text)?]
        }
        Some(_) | None => {
            json::value(text)?;
            return Err(Refused::WrongShape(Invalid::new("", text, "is neither an object nor an array of them")));
        }
    };
    let mut parsed = Parsed::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        parsed.add(index, read(index, item));
    }
    Ok(parsed)
}

/// A fault if an item has more bytes than its dialect allows.
pub(crate) fn within_limit(item: &str, limit: usize) -> Result<(), Fault> {
    if item.len() <= limit {
        return Ok(());
    }
    let reason = format!("has {} bytes, {limit} are allowed", item.len());
    Err(Fault::new("event_too_large", Invalid::missing("", reason)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_is_known_by_its_bytes_and_read_to_the_end_of_its_last_member() {
        let two_members = [gzip(b"{\"a\":"), gzip(b"1}")].concat();
        assert_eq!(inflate(&two_members, 100).unwrap().as_ref(), b"{\"a\":1}");
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = gzip(&vec![b' '; 20_000_000]);
        assert!(bomb.len() < 30_000);
        let refused = inflate(&bomb, 512_000).unwrap_err();
        assert_eq!(refused.to_string(), "the inflated body has 512001 bytes or more, 512000 are allowed");
        assert!(inflate(&bomb, 20_000_000).is_ok());
    }

    #[test]
    fn broken_gzip_is_malformed_and_not_too_large() {
        let whole = gzip(b"{\"batch\":[]}");
        for broken in [&whole[..2], &whole[..whole.len() - 3], &[whole.as_slice(), b"junk"].concat()] {
            let refused = inflate(broken, 1000).unwrap_err();
            assert!(matches!(refused, Refused::BadGzip(_)), "{refused}");
        }
    }
}
