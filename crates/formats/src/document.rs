//! Documents as Geleit keeps them in files.

use model::{Invalid, MapPlan};
use serde::Serialize;

use crate::{Read, decode};

/// A document as TOML, its fields in the order of its type, so that a change in one place is a change in one line.
///
/// # Errors
/// A value that TOML cannot hold: a number beyond 64 bits.
pub fn toml<T: Serialize>(document: &T) -> Result<String, Invalid> {
    ::toml::to_string_pretty(document).map_err(|error| Invalid::missing("", error.to_string()))
}

pub(crate) fn read_map(bytes: &[u8]) -> Result<Read, Invalid> {
    let text = decode::text(bytes)?;
    let map: MapPlan = ::toml::from_str(&text).map_err(|error| {
        let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        Invalid::missing(line.map(|line| format!("line {line}")).unwrap_or_default(), error.message().to_owned())
    })?;
    Ok(Read { map, notes: Vec::new() })
}
