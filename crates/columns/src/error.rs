use std::io;
use std::path::{Path, PathBuf};

/// Why a part could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no Parquet file, is damaged, or could not be encoded.
    #[error("{}: {source}", path.display())]
    Parquet {
        /// The part.
        path: PathBuf,
        /// What the Parquet library said.
        source: parquet::errors::ParquetError,
    },
    /// The file is a Parquet file but not one of our parts.
    #[error("{}: {reason}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What is not as in a part.
        reason: String,
    },
    /// More rows than one machine's columns can number.
    #[error("{rows} rows are more than the {} that fit into the columns in memory", u32::MAX)]
    TooManyRows {
        /// How many there were.
        rows: usize,
    },
}

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

pub(crate) trait At<T> {
    /// Adds the place to an error.
    fn at(self, path: &Path) -> Result<T>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|source| Error::Io { path: path.to_owned(), source })
    }
}

impl<T> At<T> for parquet::errors::Result<T> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|source| Error::Parquet { path: path.to_owned(), source })
    }
}

impl<T> At<T> for std::result::Result<T, arrow_schema::ArrowError> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|source| Error::Parquet { path: path.to_owned(), source: source.into() })
    }
}
