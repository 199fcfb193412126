//! One upload: its file, how far it is, who may do what with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use engine::ImportCounts;
use model::Timestamp;
use serde::Serialize;
use tokio::sync::watch;

use super::folder::remove;
use crate::problem::{IN_PROGRESS, NOT_FOUND, Problem};

/// A file that somebody sent.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) received_at: Timestamp,
    pub(super) path: PathBuf,
    /// Where the bad rows of the last reading lie.
    pub(super) bad_csv: PathBuf,
    state: watch::Sender<State>,
    cancelled: AtomicBool,
}

/// Where an upload stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// It can be tried and imported.
    Ready,
    /// It is read, and nothing is stored.
    Trying,
    /// It is read and stored.
    Importing,
    /// All of it is stored.
    Done,
    /// The import broke off; it can be begun again.
    Failed,
    /// Somebody ended the import, or the server did.
    Cancelled,
    /// It is not there any more.
    Discarded,
}

impl Phase {
    /// Every phase.
    pub(crate) const ALL: [Self; 7] =
        [Self::Ready, Self::Trying, Self::Importing, Self::Done, Self::Failed, Self::Cancelled, Self::Discarded];

    /// The phase's name in JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Trying => "trying",
            Self::Importing => "importing",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Discarded => "discarded",
        }
    }

    pub(super) fn is_running(self) -> bool {
        matches!(self, Self::Trying | Self::Importing)
    }
}

/// What changes of an upload.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) phase: Phase,
    pub(super) counts: ImportCounts,
    pub(super) bytes_read: u64,
    /// When the reading that runs, or was the last, began.
    pub(super) began: Option<Instant>,
    /// How long it took, once it has ended.
    pub(super) took: Option<Duration>,
    pub(super) reason: Option<String>,
    /// When the same file had been imported before.
    pub(super) imported_before: Option<Timestamp>,
    pub(super) bad: BadRows,
}

/// The rows that cannot be events, as of the last reading.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct BadRows {
    /// How many there are.
    pub(super) n: u64,
    /// How many of them are in the CSV file.
    pub(super) in_csv: u64,
}

/// An upload as it is shown.
#[derive(Serialize)]
pub(super) struct Status {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) received_at: Timestamp,
    pub(super) state: Phase,
    #[serde(flatten)]
    pub(super) counts: ImportCounts,
    pub(super) bytes_read: u64,
    /// How long the last reading has taken, in seconds.
    pub(super) seconds: Option<f64>,
    pub(super) rows_per_second: Option<f64>,
    /// Estimated from the bytes that are left.
    pub(super) seconds_left: Option<f64>,
    pub(super) bad_rows: BadRows,
    pub(super) imported_before: Option<Timestamp>,
    pub(super) reason: Option<String>,
}

impl Upload {
    pub(super) fn new(
        id: String,
        name: String,
        bytes: u64,
        received_at: Timestamp,
        path: PathBuf,
        folder: &Path,
    ) -> Self {
        let state = State {
            phase: Phase::Ready,
            counts: ImportCounts::default(),
            bytes_read: 0,
            began: None,
            took: None,
            reason: None,
            imported_before: None,
            bad: BadRows::default(),
        };
        let bad_csv = folder.join(format!("{id}-bad-rows"));
        let (state, cancelled) = (watch::Sender::new(state), AtomicBool::new(false));
        Self { id, name, bytes, received_at, path, bad_csv, state, cancelled }
    }

    pub(super) fn status(&self) -> Status {
        let state = self.state.borrow();
        let seconds = state.took.or_else(|| state.began.map(|began| began.elapsed())).map(|took| took.as_secs_f64());
        let per_second = |amount: u64| seconds.filter(|seconds| *seconds > 0.0).map(|seconds| amount as f64 / seconds);
        let seconds_left = per_second(state.bytes_read)
            .filter(|rate| state.phase.is_running() && *rate > 0.0)
            .map(|rate| self.bytes.saturating_sub(state.bytes_read) as f64 / rate);
        Status {
            id: self.id.clone(),
            name: self.name.clone(),
            bytes: self.bytes,
            received_at: self.received_at,
            state: state.phase,
            counts: state.counts,
            bytes_read: state.bytes_read,
            seconds,
            rows_per_second: per_second(state.counts.read),
            seconds_left,
            bad_rows: state.bad,
            imported_before: state.imported_before,
            reason: state.reason.clone(),
        }
    }

    pub(super) fn changes(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut State)) {
        self.state.send_modify(change);
    }

    /// True while its file can be read.
    pub(super) fn has_file(&self) -> bool {
        !matches!(self.state.borrow().phase, Phase::Done | Phase::Cancelled | Phase::Discarded)
    }

    pub(super) fn is_used_up(&self) -> Problem {
        let state = self.state.borrow().phase.as_str();
        Problem::new(IN_PROGRESS, format!("the upload is {state}, and its file is gone: send it again"))
            .coded("used_up")
    }

    /// Begins to read the file, unless it is being read or gone.
    pub(super) fn begin(&self, phase: Phase) -> Result<(), Problem> {
        let mut refused = None;
        self.state.send_if_modified(|state| {
            let is_free = matches!(state.phase, Phase::Ready | Phase::Failed);
            if is_free {
                *state = State {
                    phase,
                    counts: ImportCounts::default(),
                    bytes_read: 0,
                    began: Some(Instant::now()),
                    took: None,
                    reason: None,
                    imported_before: None,
                    bad: BadRows::default(),
                };
                self.cancelled.store(false, Ordering::SeqCst);
            } else {
                refused = Some(state.phase);
            }
            is_free
        });
        match refused {
            None => Ok(()),
            Some(phase) if phase.is_running() => {
                Err(Problem::new(IN_PROGRESS, format!("the file is being read: the upload is {}", phase.as_str())))
            }
            Some(_) => Err(self.is_used_up()),
        }
    }

    /// Ends the reading; the file goes unless it may be read again.
    pub(super) fn end(&self, phase: Phase, reason: Option<String>) {
        self.change(|state| {
            state.phase = phase;
            state.took = state.began.map(|began| began.elapsed());
            state.reason = reason;
        });
        if !self.has_file() {
            remove(&self.path);
        }
    }

    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    /// Cancels what runs if it is dropped before it is told to keep on.
    pub(super) fn cancelled_on_drop(self: &Arc<Self>) -> Watched {
        Watched(Some(Arc::clone(self)))
    }

    pub(super) fn bad_csv(&self) -> Result<Vec<u8>, Problem> {
        match std::fs::read(&self.bad_csv) {
            Ok(rows) => Ok(rows),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(Problem::new(NOT_FOUND, "the file was not yet tried or imported"))
            }
            Err(error) => Err(Problem::internal(&error)),
        }
    }

    pub(super) fn remove_files(&self) {
        remove(&self.path);
        remove(&self.bad_csv);
    }
}

/// Somebody waits for an upload to be read.
pub(super) struct Watched(Option<Arc<Upload>>);

impl Watched {
    pub(super) fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(upload) = &self.0 {
            upload.cancel();
        }
    }
}
