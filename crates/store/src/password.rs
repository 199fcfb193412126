//! Passwords of people, and the only thing that is kept of them.

use std::fmt;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, Params};
use model::Invalid;

use crate::StoreError;

/// A password, salted and hashed with Argon2id: 19 MiB of memory, two passes, one lane, as OWASP's Password Storage Cheat
/// Sheet has it. It takes some hundredths of a second on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Characters that a password has at least; what it is made of is its owner's affair.
    pub const LEAST_CHARACTERS: usize = 10;
    /// Bytes that it has at most, so that nobody keeps the server hashing books.
    pub const MOST_BYTES: usize = 1024;

    /// Hashes a new password. Errors with [`StoreError::Invalid`] at `password` if it has under 10 characters or over 1024
    /// bytes; the refusal does not repeat it.
    pub fn of(password: &str) -> Result<Self, StoreError> {
        let refused = |reason: String| Err(StoreError::Invalid(Invalid::missing("password", reason)));
        let characters = password.chars().count();
        if characters < Self::LEAST_CHARACTERS {
            return refused(format!("has {characters} characters, {} are needed", Self::LEAST_CHARACTERS));
        }
        if password.len() > Self::MOST_BYTES {
            return refused(format!("has {} bytes, {} are the most", password.len(), Self::MOST_BYTES));
        }
        match hasher().hash_password(password.as_bytes()) {
            Ok(hash) => Ok(Self(hash.to_string())),
            Err(error) => Err(StoreError::corrupt("the hash of a password", error)),
        }
    }

    /// True if this is the password.
    pub fn matches(&self, password: &str) -> bool {
        password.len() <= Self::MOST_BYTES && hasher().verify_password(password.as_bytes(), self.0.as_str()).is_ok()
    }

    /// Takes the time of [`Self::matches`] and says nothing: whoever tries names does not learn from the clock which exist.
    pub fn pretend_to_match(password: &str) {
        if password.len() > Self::MOST_BYTES {
            return;
        }
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        let hashed = hasher().hash_password_into(password.as_bytes(), b"a salt of nobody", &mut out);
        std::hint::black_box((hashed.is_ok(), out));
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What [`Self::as_str`] gave.
    pub(crate) fn kept(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// Argon2id with the library's defaults, which are OWASP's; a test holds them to it.
fn hasher() -> Argon2<'static> {
    Argon2::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_never_shown() {
        let hash = PasswordHash::of("correct horse battery").unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert!(hash.matches("correct horse battery"));
        assert!(!hash.matches("correct horse batterz") && !hash.matches(""));
        assert_ne!(hash, PasswordHash::of("correct horse battery").unwrap(), "each has a salt of its own");
        assert_eq!(format!("{hash:?}"), "PasswordHash(..)");
    }

    #[test]
    fn length_is_all_that_is_asked_of_a_password() {
        for good in ["0000000000", "zehn Zeich", "ääääääääää", &"x".repeat(1024)] {
            assert!(PasswordHash::of(good).unwrap().matches(good), "{good}");
        }
        for (bad, reason) in [
            ("short", "password: has 5 characters, 10 are needed".to_owned()),
            (&"x".repeat(1025), "password: has 1025 bytes, 1024 are the most".to_owned()),
        ] {
            assert_eq!(PasswordHash::of(bad).unwrap_err().to_string(), reason);
        }
    }
}
