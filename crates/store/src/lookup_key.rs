//! The secret with which look-up values are hashed.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;

use model::hex;

use crate::{DataDirectory, StoreError};

/// 32 secret bytes in `lookup.key`, as hex digits, readable by the owner alone. The file may be a symbolic link: the key is
/// to lie apart from the data. Who replaces it makes all earlier hashes meaningless. No backup holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct LookupKey([u8; 32]);

impl fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookupKey")
    }
}

impl LookupKey {
    /// The key of a directory, made if there is none. Errors with [`StoreError::Corrupt`] if the file holds something else.
    pub fn of(directory: &DataDirectory) -> Result<Self, StoreError> {
        let path = directory.lookup_key();
        let io = |error| StoreError::io(&path, error);
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                let mut key = [0; 32];
                getrandom::fill(&mut key).map_err(|error| io(std::io::Error::other(error)))?;
                file.write_all(format!("{}\n", hex::written(&key)).as_bytes())
                    .and_then(|()| file.sync_all())
                    .map_err(io)?;
                Ok(Self(key))
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let mut text = String::new();
                File::open(&path).and_then(|file| file.take(1024).read_to_string(&mut text)).map_err(io)?;
                hex::parse(text.trim()).map(Self).ok_or_else(|| StoreError::Corrupt {
                    place: path.display().to_string(),
                    reason: "it holds no key of 64 hex digits".to_owned(),
                })
            }
            Err(error) => Err(io(error)),
        }
    }

    /// The bytes themselves.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_is_nobody_elses() {
        let scratch = tempfile::tempdir().unwrap();
        let directory = DataDirectory::create(scratch.path()).unwrap();
        let key = LookupKey::of(&directory).unwrap();
        assert_eq!(LookupKey::of(&directory).unwrap(), key);
        assert_eq!(format!("{key:?}"), "LookupKey");
        let mode = std::fs::metadata(directory.lookup_key()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);

        let elsewhere = DataDirectory::create(scratch.path().join("other")).unwrap();
        assert_ne!(LookupKey::of(&elsewhere).unwrap(), key);
        std::fs::write(elsewhere.lookup_key(), "not a key").unwrap();
        let error = LookupKey::of(&elsewhere).unwrap_err().to_string();
        assert!(error.ends_with("lookup.key is damaged: it holds no key of 64 hex digits"), "{error}");
    }
}
