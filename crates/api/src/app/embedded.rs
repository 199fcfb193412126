//! The files that the build script chose.

use super::AppFile;

include!(concat!(env!("OUT_DIR"), "/app.rs"));

/// A file of the app that was built in: from the binary, or in debug builds from the disk as it is now.
pub fn built(path: &str) -> Option<AppFile> {
    let file = Built::get(path)?;
    Some(AppFile { hash: file.metadata.sha256_hash(), bytes: file.data })
}
