//! Copies of what cannot be made again.

use std::path::Path;

use super::{Database, Layout, journal, plans};
use crate::{DataDirectory, StoreError};

/// Copies journal and plans, each as it is at one moment, into a new data directory; also beside a process that writes.
/// State, columns and sorted runs are not copied: they are made anew from these two.
pub fn copy_truth(from: &DataDirectory, to: &Path) -> Result<(), StoreError> {
    let copy = DataDirectory::create(to)?;
    let databases: [(_, _, &Layout); 2] =
        [(from.journal(), copy.journal(), &journal::LAYOUT), (from.plans(), copy.plans(), &plans::LAYOUT)];
    for (source, target, layout) in databases {
        if source.is_file() {
            let target = target.display().to_string();
            Database::open_read_only(source, layout)?.read(|connection| {
                connection.execute("VACUUM INTO ?1", [&target])?;
                Ok(())
            })?;
        }
    }
    Ok(())
}
