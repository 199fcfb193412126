use std::fmt;

/// Why a value was refused: where it stood, what it was, and what would have been right.
///
/// Reads as one lower-case sentence without full stop, for example
/// `identifiers[0].value: "" is empty`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Path of the field, dotted, indices in brackets. Empty when the whole value is meant.
    pub path: String,
    /// The value that was wrong, as JSON or quoted text, cut after 80 characters.
    pub value: String,
    /// What is wrong with it, to be read after the value.
    pub reason: String,
}

impl Invalid {
    /// A refusal of `value` at `path`; the value is quoted and cut.
    pub fn new(path: impl Into<String>, value: &str, reason: impl Into<String>) -> Self {
        let mut quoted: String = value.chars().take(80).collect();
        if quoted.len() < value.len() {
            quoted.push('…');
        }
        Self { path: path.into(), value: format!("{quoted:?}"), reason: reason.into() }
    }

    /// A refusal because something is not there at all.
    pub fn missing(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), value: String::new(), reason: reason.into() }
    }

    /// The same refusal, seen from one level further out.
    #[must_use]
    pub fn within(mut self, outer: &str) -> Self {
        self.path = match (outer.is_empty(), self.path.is_empty()) {
            (true, _) => self.path,
            (false, true) => outer.to_owned(),
            (false, false) if self.path.starts_with('[') => format!("{outer}{}", self.path),
            (false, false) => format!("{outer}.{}", self.path),
        };
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        if !self.value.is_empty() {
            write!(f, "{} ", self.value)?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Invalid {}
