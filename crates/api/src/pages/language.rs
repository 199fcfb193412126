//! The language of a reader.

use axum::http::{HeaderMap, header};

/// The languages that pages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    German,
    English,
}

impl Language {
    /// The one that the browser prefers; English if it names neither.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (Self::English, 0.0);
        for range in given.split(',') {
            let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
            let weight: f32 = parameters.trim().trim_start_matches("q=").parse().unwrap_or(1.0);
            let primary = tag.split('-').next().unwrap_or_default().trim();
            let language = if primary.eq_ignore_ascii_case("de") {
                Self::German
            } else if primary.eq_ignore_ascii_case("en") {
                Self::English
            } else {
                continue;
            };
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
        }
    }

    /// The text in this language.
    pub(crate) fn pick<T>(self, german: T, english: T) -> T {
        match self {
            Self::German => german,
            Self::English => english,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_language_is_taken_and_english_where_neither_is() {
        for (given, expected) in [
            ("de-DE,de;q=0.9,en;q=0.8", Language::German),
            ("en-GB,en;q=0.9,de;q=0.8", Language::English),
            ("fr,de;q=0.5,en;q=0.4", Language::German),
            ("fr", Language::English),
            ("de;q=0", Language::English),
            ("", Language::English),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, given.parse().unwrap());
            assert_eq!(Language::of(&headers), expected, "{given:?}");
        }
    }
}
