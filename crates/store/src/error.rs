use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use model::Invalid;

use crate::Holder;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full. Nothing of the request was stored; the same request succeeds once there is space.
    #[error("no space left on the disk of {place}: nothing was stored")]
    Full {
        /// The file that could not grow.
        place: String,
    },
    /// Another process writes to this data directory.
    #[error("{} is in use by {holder}", directory.display())]
    Locked {
        /// The data directory.
        directory: PathBuf,
        /// Who holds it.
        holder: Holder,
    },
    /// Another process kept a database locked for longer than the store waits.
    #[error("{place} was locked by another process for too long")]
    Busy {
        /// The file.
        place: String,
    },
    /// A newer version of the program wrote this.
    #[error("{place} has format version {found}, this program knows {known}: use a newer version of the program")]
    TooNew {
        /// The file, or the block in it.
        place: String,
        /// The version that was found.
        found: i64,
        /// The newest version this program can read.
        known: i64,
    },
    /// An earlier version of the program wrote this; it is made again from the journal by whoever writes.
    #[error(
        "{place} has format version {found}, this program makes version {known}: a command that writes, or the server, \
         makes it again from the journal"
    )]
    TooOld {
        /// The file.
        place: String,
        /// The version that was found.
        found: i64,
        /// The version this program makes.
        known: i64,
    },
    /// A database that some other program wrote.
    #[error("{place} is not a database of this program (application id {found:#x})")]
    Foreign {
        /// The file.
        place: String,
        /// The application id that was found.
        found: i64,
    },
    /// Bytes that do not mean what was written.
    #[error("{place} is damaged: {reason}")]
    Corrupt {
        /// The file, and the block or page in it.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Something was asked for that is not there.
    #[error("there is no {what} {name:?}")]
    NotFound {
        /// What sort of thing.
        what: &'static str,
        /// Its name or number.
        name: String,
    },
    /// Something was to be made that is there already.
    #[error("there is a {what} {name:?} already")]
    Exists {
        /// What sort of thing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// Somebody else wrote a version of the document in between.
    #[error("{name:?} is at version {current}, not at {expected}: somebody changed it in between")]
    VersionConflict {
        /// The document.
        name: String,
        /// The version the writer had read; 0 for none.
        expected: u32,
        /// The version that is current; 0 for none.
        current: u32,
    },
    /// Somebody else changed the plans in between.
    #[error("the plans are at revision {current}, not at {expected}: somebody changes them all the time; try again")]
    Moved {
        /// The revision the writer had read.
        expected: u64,
        /// The revision that is current.
        current: u64,
    },
    /// A state change that lies before the state.
    #[error("the state is at journal position {stored}, a change to {given} lies before it")]
    Behind {
        /// The position of the stored state.
        stored: u64,
        /// The position of the change.
        given: u64,
    },
    /// More than one commit can take.
    #[error("{bytes} bytes are too many for one commit of at most {limit}")]
    TooLarge {
        /// Encoded bytes of the commit.
        bytes: u64,
        /// The most there may be.
        limit: u64,
    },
    /// A value that does not fit its place.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The operating system refused.
    #[error("{place}: {source}")]
    Io {
        /// The file or directory.
        place: String,
        /// What the system said.
        source: io::Error,
    },
    /// The database refused.
    #[error("{place}: {reason}")]
    Database {
        /// The file.
        place: String,
        /// What the database said.
        reason: String,
    },
}

impl StoreError {
    pub(crate) fn corrupt(place: impl fmt::Display, reason: impl fmt::Display) -> Self {
        Self::Corrupt { place: place.to_string(), reason: reason.to_string() }
    }

    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        let place = path.display().to_string();
        let kind = source.kind();
        if matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            return Self::Full { place };
        }
        if matches!(kind, io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) {
            return Self::corrupt(place, source);
        }
        Self::Io { place, source }
    }
}
