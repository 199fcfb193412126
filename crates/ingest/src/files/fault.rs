use std::fmt;
use std::io;

/// Why a file cannot be read, or cannot be read further: the place, the reason, and what came before it.
///
/// Everything that stood before the place was delivered. Single bad rows are never a `FileError`; they
/// are [`BadRow`](crate::BadRow)s.
#[derive(Debug)]
pub struct FileError {
    /// The file's path as it was given.
    pub file: String,
    /// Where in the file, such as `line 17` or `byte 4096`; empty if the whole file is meant.
    pub place: String,
    /// What is wrong, and which option would help where one would.
    pub reason: String,
    /// Rows that were delivered before, good and bad.
    pub delivered: u64,
}

impl FileError {
    pub(super) fn whole(reason: impl Into<String>) -> Self {
        Self::at("", reason)
    }

    pub(super) fn at(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { file: String::new(), place: place.into(), reason: reason.into(), delivered: 0 }
    }

    pub(super) fn reading(place: impl Into<String>, error: &io::Error) -> Self {
        let reason = if error.kind() == io::ErrorKind::UnexpectedEof {
            "the file ends in the middle of its compressed data".to_owned()
        } else {
            error.to_string()
        };
        Self::at(place, reason)
    }

    pub(super) fn in_file(mut self, file: &str, delivered: u64) -> Self {
        file.clone_into(&mut self.file);
        self.delivered = delivered;
        self
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if !self.place.is_empty() {
            write!(f, ", {}", self.place)?;
        }
        write!(f, ": {}", self.reason)?;
        match self.delivered {
            0 => Ok(()),
            1 => f.write_str("; 1 row was delivered before"),
            n => write!(f, "; {n} rows were delivered before"),
        }
    }
}

impl std::error::Error for FileError {}
