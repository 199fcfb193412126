//! The data directory: what lies where, and who may write to it.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::StoreError;

/// The place where everything lies that one installation knows.
///
/// | name | holds | written by |
/// |---|---|---|
/// | `journal.db` | events, duplicates' runs, quarantine, counters | the process with the lock |
/// | `plans.db` | documents, sources, tokens | any process |
/// | `state.db` | folded state | the process with the lock |
/// | `dedup/` | sorted runs of message ids | the process with the lock |
/// | `columns/` | Parquet parts | the process with the lock |
/// | `uploads/` | files that are looked at or imported in the browser | the process with the lock, emptied at its start |
/// | `lookup.key` | the secret of hashed look-up values | any process, once |
/// | `geleit.lock` | who writes, and where it listens | the process with the lock |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataDirectory {
    root: PathBuf,
}

impl DataDirectory {
    /// The directory at `root`, made if it is not there.
    pub fn create(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let directory = Self { root: root.into() };
        for path in [directory.dedup(), directory.columns()] {
            fs::create_dir_all(&path).map_err(|error| StoreError::io(&path, error))?;
        }
        Ok(directory)
    }

    /// The directory at `root`, which has to be there.
    pub fn existing(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let directory = Self { root: root.into() };
        if directory.journal().is_file() || directory.plans().is_file() {
            return Ok(directory);
        }
        Err(StoreError::NotFound { what: "data directory", name: directory.root.display().to_string() })
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the Parquet parts lie.
    pub fn columns(&self) -> PathBuf {
        self.root.join("columns")
    }

    /// Where files lie that were sent to be imported. Nothing of it is needed after a restart.
    pub fn uploads(&self) -> PathBuf {
        self.root.join("uploads")
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.root.join("journal.db")
    }

    pub(crate) fn plans(&self) -> PathBuf {
        self.root.join("plans.db")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.root.join("state.db")
    }

    pub(crate) fn dedup(&self) -> PathBuf {
        self.root.join("dedup")
    }

    /// Where the secret of hashed look-up values lies.
    pub(crate) fn lookup_key(&self) -> PathBuf {
        self.root.join("lookup.key")
    }

    fn lock_file(&self) -> PathBuf {
        self.root.join("geleit.lock")
    }

    /// Takes the right to write, or says with [`StoreError::Locked`] who has it.
    ///
    /// The right ends when the lock is dropped, or with the process, however it ends.
    pub fn lock(&self) -> Result<DirectoryLock, StoreError> {
        let path = self.lock_file();
        let io = |error| StoreError::io(&path, error);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Locked { directory: self.root.clone(), holder: Holder::read(&file) });
            }
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        let mut lock = DirectoryLock { directory: self.clone(), file };
        lock.write(&Holder { pid: Some(std::process::id()), address: None })?;
        Ok(lock)
    }

    /// The process that writes at this moment, if there is one.
    pub fn holder(&self) -> Result<Option<Holder>, StoreError> {
        let path = self.lock_file();
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::io(&path, error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(Some(Holder::read(&file))),
            Err(TryLockError::Error(error)) => Err(StoreError::io(&path, error)),
        }
    }
}

/// The right of this process to write journal, state and columns.
#[derive(Debug)]
pub struct DirectoryLock {
    directory: DataDirectory,
    file: File,
}

impl DirectoryLock {
    /// The directory that is locked.
    pub fn directory(&self) -> &DataDirectory {
        &self.directory
    }

    /// Tells other processes where this one listens, for example `127.0.0.1:8080`.
    pub fn announce(&mut self, address: &str) -> Result<(), StoreError> {
        self.write(&Holder { pid: Some(std::process::id()), address: Some(address.to_owned()) })
    }

    fn write(&mut self, holder: &Holder) -> Result<(), StoreError> {
        let json = serde_json::to_vec(holder).expect("a number and a string are JSON");
        let mut replace = || {
            self.file.set_len(0)?;
            self.file.rewind()?;
            self.file.write_all(&json)
        };
        replace().map_err(|error| StoreError::io(&self.directory.lock_file(), error))
    }
}

/// The process that writes to a data directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its number; `None` in the instant between taking the lock and saying so.
    pub pid: Option<u32>,
    /// Where it listens, once it does.
    pub address: Option<String>,
}

impl Holder {
    fn read(mut file: &File) -> Self {
        let mut text = String::new();
        match file.read_to_string(&mut text) {
            Ok(_) => serde_json::from_str(&text).unwrap_or_default(),
            Err(_) => Self::default(),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pid {
            Some(pid) => write!(f, "process {pid}")?,
            None => f.write_str("another process")?,
        }
        match &self.address {
            Some(address) => write!(f, ", which listens on {address}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_writes_and_the_other_is_told_who() {
        let scratch = tempfile::tempdir().unwrap();
        let directory = DataDirectory::create(scratch.path()).unwrap();
        assert_eq!(directory.holder().unwrap(), None);

        let mut lock = directory.lock().unwrap();
        lock.announce("127.0.0.1:8080").unwrap();
        let refusal = directory.lock().unwrap_err().to_string();
        let told = format!("is in use by process {}, which listens on 127.0.0.1:8080", std::process::id());
        assert!(refusal.ends_with(&told), "{refusal}");
        assert_eq!(directory.holder().unwrap().unwrap().address.as_deref(), Some("127.0.0.1:8080"));

        drop(lock);
        assert_eq!(directory.holder().unwrap(), None);
        assert!(directory.lock().is_ok());
    }
}
