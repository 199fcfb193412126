//! What opens a door: random, shown once, kept as a hash.

use std::fmt::Write;

use crate::StoreError;

/// 256 random bits in hex behind a prefix that says what they open.
pub fn new_secret(prefix: &str) -> Result<String, StoreError> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| StoreError::Io {
        place: "the system's random numbers".to_owned(),
        source: std::io::Error::other(error.to_string()),
    })?;
    let mut text = prefix.to_owned();
    for byte in random {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    Ok(text)
}

/// What is kept of a secret.
///
/// A plain hash suffices: nobody guesses 256 bits, so there is nothing that a slow hash would slow down.
pub(crate) fn hash_of(secret: &str) -> [u8; 32] {
    *blake3::hash(secret.as_bytes()).as_bytes()
}
