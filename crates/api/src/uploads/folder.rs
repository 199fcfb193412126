//! The folder in which uploads lie: bounded in number and bytes, never at the cost of the journal's disk.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use engine::Engine;
use model::{Invalid, Timestamp};
use tokio::sync::{Semaphore, mpsc};

use super::upload::Upload;
use crate::problem::{DISK_FULL, Problem, TOO_LARGE, TOO_MANY};
use crate::{Api, body};

/// Files that may lie in the folder.
const MOST_FILES: usize = 8;
/// Imports at a time.
const MOST_IMPORTS: usize = 2;
/// What nobody has touched for so long makes room for others.
const FORGOTTEN: Duration = Duration::from_secs(24 * 3600);
/// Bytes of the disk that stay free for the journal.
const KEPT_FREE: u64 = 512 << 20;
/// The free space is looked at anew after so many bytes.
const LOOK_EVERY: u64 = 64 << 20;
/// Pieces of a body on their way to the disk.
const PIECES: usize = 16;

/// All uploads.
#[derive(Debug)]
pub(crate) struct Uploads {
    folder: PathBuf,
    kept: Mutex<Kept>,
    pub(super) imports: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Kept {
    by_id: HashMap<String, Arc<Upload>>,
    /// Files that are still coming in.
    coming: usize,
}

impl Uploads {
    /// Empties the folder of what an earlier run of the server left.
    pub(crate) fn of(engine: &Engine) -> Self {
        let folder = engine.directory().uploads();
        if let Err(error) = emptied(&folder) {
            tracing::warn!(%error, folder = %folder.display(), "the folder of uploads could not be emptied");
        }
        Self { folder, kept: Mutex::default(), imports: Arc::new(Semaphore::new(MOST_IMPORTS)) }
    }

    pub(super) fn get(&self, id: &str) -> Option<Arc<Upload>> {
        self.kept().by_id.get(id).map(Arc::clone)
    }

    /// Every upload, the newest first.
    pub(super) fn all(&self) -> Vec<Arc<Upload>> {
        let mut all: Vec<_> = self.kept().by_id.values().map(Arc::clone).collect();
        all.sort_by(|a, b| b.received_at.cmp(&a.received_at).then_with(|| a.id.cmp(&b.id)));
        all
    }

    pub(super) fn discard(&self, id: &str) {
        let removed = self.kept().by_id.remove(id);
        if let Some(upload) = removed {
            upload.remove_files();
        }
    }

    /// Writes a body to a file of its own.
    pub(super) async fn receive(
        &self,
        api: &Api,
        name: &str,
        announced: Option<u64>,
        mut body: Body,
    ) -> Result<Arc<Upload>, Problem> {
        let length = name.chars().count();
        if !(1..=255).contains(&length) || name.chars().any(char::is_control) {
            let reason = "is no name of a file: 1 to 255 characters, none of them a control character";
            return Err(Problem::invalid(&Invalid::new("name", name, reason)));
        }
        let limit = api.settings().max_upload_bytes;
        let too_large =
            |bytes: u64| Problem::new(TOO_LARGE, format!("the file has {bytes} bytes or more, {limit} are allowed"));
        if let Some(bytes) = announced.filter(|bytes| *bytes > limit) {
            return Err(too_large(bytes));
        }
        let id = new_id()?;
        let _coming = self.make_room()?;
        let path = self.folder.join(format!("{id}-{}", plain(name)));
        let partial = Partial(Some(path.clone()));
        let engine = Arc::clone(api.engine());
        let (sender, pieces) = mpsc::channel(PIECES);
        let target = path.clone();
        let writing = tokio::task::spawn_blocking(move || written(&engine, &target, announced.unwrap_or(0), pieces));
        let mut bytes = 0;
        let received = loop {
            match body::piece(&mut body).await {
                Ok(None) => break Ok(()),
                Ok(Some(piece)) => {
                    bytes += piece.len() as u64;
                    if bytes > limit {
                        break Err(too_large(bytes));
                    }
                    // Whoever writes has ended early only for a reason of its own, which counts.
                    if sender.send(piece).await.is_err() {
                        break Ok(());
                    }
                }
                Err(problem) => break Err(problem),
            }
        };
        drop(sender);
        let outcome = writing.await.unwrap_or_else(|failed| Err(Problem::internal(&failed)));
        received?;
        outcome?;
        let upload = Arc::new(Upload::new(id.clone(), name.to_owned(), bytes, Timestamp::now(), path, &self.folder));
        partial.keep();
        self.kept().by_id.insert(id, Arc::clone(&upload));
        Ok(upload)
    }

    /// A place for one more file; what is used up or forgotten goes.
    fn make_room(&self) -> Result<Coming<'_>, Problem> {
        let mut kept = self.kept();
        let now = Timestamp::now();
        let mut droppable: Vec<_> = kept.by_id.values().filter(|upload| !upload.status().state.is_running()).collect();
        droppable.sort_by_key(|upload| (upload.has_file(), upload.received_at));
        let is_forgotten = |upload: &Upload| now.seconds_since(upload.received_at) > FORGOTTEN.as_secs_f64();
        let droppable: Vec<String> = droppable
            .iter()
            .filter(|upload| !upload.has_file() || is_forgotten(upload))
            .map(|upload| upload.id.clone())
            .collect();
        for id in droppable {
            if kept.by_id.len() + kept.coming < MOST_FILES {
                break;
            }
            if let Some(upload) = kept.by_id.remove(&id) {
                upload.remove_files();
            }
        }
        if kept.by_id.len() + kept.coming >= MOST_FILES {
            let detail = format!("{MOST_FILES} uploads are there, and no more can be: discard one");
            return Err(Problem::new(TOO_MANY, detail).retry_after(60));
        }
        kept.coming += 1;
        Ok(Coming(self))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of a file that is coming in.
struct Coming<'u>(&'u Uploads);

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        self.0.kept().coming -= 1;
    }
}

/// A file that is removed unless it is kept.
struct Partial(Option<PathBuf>);

impl Partial {
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            remove(path);
        }
    }
}

/// Removes a file that need not be there.
pub(super) fn remove(path: &Path) {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => tracing::warn!(%error, path = %path.display(), "a file of an upload could not be removed"),
    }
}

fn emptied(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Writes pieces until there are no more; not so many that the disk gets short.
fn written(engine: &Engine, path: &Path, announced: u64, mut pieces: mpsc::Receiver<Bytes>) -> Result<(), Problem> {
    let full = || Problem::new(DISK_FULL, "the disk has no room for the file").retry_after(60);
    let failed = |error: io::Error| {
        let is_full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        if is_full { full() } else { Problem::internal(&error) }
    };
    let mut file = File::create_new(path).map_err(failed)?;
    let (mut bytes, mut looked_at) = (0_u64, None);
    while let Some(piece) = pieces.blocking_recv() {
        let is_due = looked_at.is_none_or(|at| bytes >= at + LOOK_EVERY);
        if is_due {
            let to_come = announced.saturating_sub(bytes).max(LOOK_EVERY);
            if engine.free_disk_bytes()? < KEPT_FREE + to_come {
                return Err(full());
            }
            looked_at = Some(bytes);
        }
        file.write_all(&piece).map_err(failed)?;
        bytes += piece.len() as u64;
    }
    Ok(())
}

/// 64 random bits: nobody guesses the id of somebody else's file.
fn new_id() -> Result<String, Problem> {
    let random = getrandom::u64().map_err(|error| Problem::internal(&error))?;
    Ok(format!("{random:016x}"))
}

/// What is left of a name in a path: enough to see the ending, by which forms are told apart.
fn plain(name: &str) -> String {
    let allowed = |letter: char| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '_' };
    let letters: Vec<char> = name.chars().map(allowed).collect();
    letters[letters.len().saturating_sub(60)..].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for (name, expected) in [
            ("orders.csv", "orders.csv"),
            ("../../etc/passwd", ".._.._etc_passwd"),
            ("Umsätze 2026.xlsx", "Ums_tze_2026.xlsx"),
        ] {
            assert_eq!(plain(name), expected);
        }
        assert!(plain(&"x".repeat(250)).len() == 60);
    }
}
