//! Tokens that show that a request was made by a page of ours: each belongs to a secret in a cookie, which pages of other
//! sites can have sent along and cannot read.

/// Under which its token of a call stands.
pub(crate) const HEADER: &str = "x-csrf-token";

/// The token that belongs to the secret of a cookie.
pub(crate) fn token_of(secret: &str) -> String {
    hash_of(secret).to_hex().to_string()
}

/// True if the token belongs to the secret; compared in constant time.
pub(crate) fn belongs(token: &str, secret: &str) -> bool {
    blake3::Hash::from_hex(token).is_ok_and(|given| given == hash_of(secret))
}

fn hash_of(secret: &str) -> blake3::Hash {
    blake3::Hash::from_bytes(blake3::derive_key("geleit 2026-11-22 csrf token of a cookie", secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_belongs_to_one_secret_and_does_not_tell_it() {
        let token = token_of("gls_1");
        assert!(belongs(&token, "gls_1") && !belongs(&token, "gls_2"));
        assert!(!belongs("", "gls_1") && !belongs("gls_1", "gls_1") && !token.contains("gls_1"));
    }
}
