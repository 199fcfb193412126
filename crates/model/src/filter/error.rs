use std::fmt;

use serde::Serialize;

use crate::Invalid;

/// Characters of the text that are shown before and after the place of an error.
const AROUND: usize = 60;

/// Why a filter was refused, and where in its text.
///
/// Reads as `at character 4: "chanel" is no property of an event: touchpoint, ...`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FilterError {
    /// Characters of the text before the place.
    pub position: usize,
    /// Characters that are wrong; 0 at the end of the text.
    pub length: usize,
    /// What stands there, cut after 80 characters; empty where the reason says all.
    pub found: String,
    /// What is wrong with it, to be read after it.
    pub reason: String,
}

impl FilterError {
    /// A refusal of what stands from `start` up to `end`, counted in characters.
    pub(super) fn new((start, end): (usize, usize), found: &str, reason: impl Into<String>) -> Self {
        let mut cut: String = found.chars().take(80).collect();
        if cut.len() < found.len() {
            cut.push('…');
        }
        Self { position: start, length: end - start, found: cut, reason: reason.into() }
    }

    /// Three lines for a terminal: the line of `text` that holds the place, carets under the place, and what is wrong.
    pub fn render(&self, text: &str) -> String {
        // Everything that would move the cursor counts as one blank.
        let characters: Vec<char> = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
        let position = self.position.min(characters.len());
        let line_start = characters[..position].iter().rposition(|&c| c == '\n').map_or(0, |at| at + 1);
        let line_end =
            characters[position..].iter().position(|&c| c == '\n').map_or(characters.len(), |at| position + at);
        let start = line_start.max(position.saturating_sub(AROUND));
        let end = line_end.min(position + AROUND);
        let before = if start > line_start { "…" } else { "" };
        let after = if end < line_end { "…" } else { "" };
        let shown: String = characters[start..end].iter().collect();
        let blanks = " ".repeat(position - start + before.chars().count());
        let carets = "^".repeat(self.length.clamp(1, (end - position).max(1)));
        format!("{before}{shown}{after}\n{blanks}{carets}\n{self}")
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: ", self.position)?;
        if !self.found.is_empty() {
            write!(f, "{:?} ", self.found)?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for FilterError {}

impl From<FilterError> for Invalid {
    /// The place in the text stays in the reason; the path is the caller's to add, with [`Invalid::within`].
    fn from(error: FilterError) -> Self {
        Self::missing("", error.to_string())
    }
}
