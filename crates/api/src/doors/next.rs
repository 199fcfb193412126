//! Where somebody wanted to go before they were asked who they are.

/// The place if it lies on this server, else the start: a link to the log-in shall not lead to another site afterwards.
pub(super) fn place(wanted: &str) -> &str {
    // Browsers read `//x` and `/\x` as another host, and pass over tabs and line breaks.
    let is_plain = wanted.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\');
    let path = wanted.split(['?', '#']).next().unwrap_or_default();
    let is_local = wanted.starts_with('/') && !wanted.starts_with("//");
    let is_door = matches!(path, "/login" | "/logout" | "/setup");
    if is_local && is_plain && !is_door && wanted.len() <= 2048 { wanted } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_on_this_server_are_gone_to() {
        for good in ["/", "/journeys?persona=jana&to=%2F%2Fx", "/customers/email:ada@example.org#top"] {
            assert_eq!(place(good), good);
        }
        for bad in [
            "",
            "journeys",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/a\r\nset-cookie: x",
            "/login?next=/login",
            "/ä",
            " /a",
        ] {
            assert_eq!(place(bad), "/", "{bad:?}");
        }
    }
}
