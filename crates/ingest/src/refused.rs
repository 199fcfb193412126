use model::Invalid;

/// Why a body was refused as a whole; reads as one clear line. Nothing of the body was taken.
///
/// Permanently bad, so clients must not retry: 413 where [`Refused::is_too_large`], else 400.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refused {
    /// The text breaks the rules of JSON.
    #[error("the body is not JSON: {detail} at line {line}, column {column}")]
    NotJson {
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault in bytes, from 1.
        column: usize,
        /// What the parser expected or met.
        detail: String,
    },
    /// JSON, but not of the shape in which items can be told apart.
    #[error("the body does not fit its dialect: {0}")]
    WrongShape(Invalid),
    /// Over a limit in bytes.
    #[error("{what} has {found} bytes or more, {limit} are allowed")]
    TooLarge {
        /// What was measured: `the body`, `the inflated body`, `the event`.
        what: &'static str,
        /// Most bytes allowed.
        limit: usize,
        /// Bytes seen; there may be more.
        found: usize,
    },
    /// Begins like gzip and cannot be inflated.
    #[error("the body is broken gzip: {0}")]
    BadGzip(String),
    /// Text that is not UTF-8.
    #[error("the body is not UTF-8: first wrong byte at offset {at}")]
    NotUtf8 {
        /// Offset in bytes, from 0.
        at: usize,
    },
}

impl Refused {
    /// True for a body over a limit (HTTP 413); everything else is malformed (HTTP 400).
    pub fn is_too_large(&self) -> bool {
        matches!(self, Self::TooLarge { .. })
    }

    /// A stable word for the sort of refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotJson { .. } => "not_json",
            Self::WrongShape(_) => "wrong_shape",
            Self::TooLarge { .. } => "too_large",
            Self::BadGzip(_) => "bad_gzip",
            Self::NotUtf8 { .. } => "not_utf8",
        }
    }

    /// Refuses `found` bytes if they are more than `limit`.
    pub(crate) fn above(what: &'static str, limit: usize, found: usize) -> Result<(), Self> {
        if found > limit { Err(Self::TooLarge { what, limit, found }) } else { Ok(()) }
    }
}

impl From<serde_json::Error> for Refused {
    fn from(error: serde_json::Error) -> Self {
        let told = error.to_string();
        let detail = told.split(" at line ").next().unwrap_or_default().to_owned();
        match error.classify() {
            serde_json::error::Category::Data => Self::WrongShape(Invalid::missing("", detail)),
            serde_json::error::Category::Io
            | serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof => Self::NotJson { line: error.line(), column: error.column(), detail },
        }
    }
}
