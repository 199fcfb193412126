//! The running engine: one writer thread, one folding thread, one that compacts.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use store::{
    DataDirectory, DirectoryLock, Journal, JournalOptions, QuarantineId, Receipt, SqliteJournal, SqliteJournalReader,
    SqlitePlans, SqliteState, StoreError, Submission,
};

use crate::answers::{Answers, MINING_BYTES};
use crate::feed::Feed;
use crate::folded::Folded;
use crate::queue::Queue;
use crate::shared::Shared;
use crate::{EngineError, Metrics, NotTaken, compaction, folding, open, writer};

/// How the engine behaves.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long message ids are remembered at least, in seconds.
    pub dedup_window_s: u64,
    /// Bytes of submissions that may wait for the writer.
    pub queue_bytes: usize,
    /// Bytes of fresh events held in memory before they are filed as columns.
    pub tail_bytes: usize,
    /// Bytes of columns for mining that may stay in memory between questions.
    pub mining_bytes: usize,
    /// Threads that share a question about journeys; as many as the machine has if none is said.
    pub mining_threads: Option<NonZeroUsize>,
    /// Fresh events are filed after this long without new ones, in seconds.
    pub quiet_s: u64,
}

impl Default for Options {
    /// 72 hours, 64 MiB, 48 MiB, 4 GB, 5 seconds.
    fn default() -> Self {
        Self {
            dedup_window_s: 72 * 3600,
            queue_bytes: 64 << 20,
            tail_bytes: 48 << 20,
            mining_bytes: MINING_BYTES,
            mining_threads: None,
            quiet_s: 5,
        }
    }
}

/// Writes to one data directory and answers from it.
#[derive(Debug)]
pub struct Engine {
    shared: Arc<Shared>,
    writer: JoinHandle<()>,
    folds: JoinHandle<()>,
    compaction: JoinHandle<()>,
    lock: DirectoryLock,
}

impl Engine {
    /// Opens the directory for writing, made if it is not there. Errors with [`StoreError::Locked`] if another process
    /// writes to it.
    pub fn open(directory: &DataDirectory, options: &Options) -> Result<Self, EngineError> {
        let lock = directory.lock()?;
        let journal_options = JournalOptions { window_s: options.dedup_window_s, ..JournalOptions::default() };
        let journal = SqliteJournal::open(&lock, journal_options)?;
        let plans = SqlitePlans::open(directory)?;
        let state = SqliteState::open(&lock)?;
        let folded = open::load(&plans, journal.reader(), &state)?;
        let named: BTreeSet<String> = folded.parts.iter().map(|part| part.path.clone()).collect();
        let strays = compaction::sweep_strays(&directory.columns(), &named)
            .map_err(|source| EngineError::Io { place: directory.columns().display().to_string(), source })?;
        if strays > 0 {
            tracing::info!(strays, "removed part files that no manifest names");
        }
        let generation = folded.parts.iter().map(|part| part.generation).max().unwrap_or(0);
        let feed = Arc::new(Feed::new(journal.reader().head()?.position, folded.position));
        let answers = Answers::new(folded, open::sources(directory)?, directory, Some(Arc::clone(&feed)))
            .with_mining_memory(options.mining_bytes)
            .with_mining_threads(options.mining_threads);
        let queue = Queue::new(options.queue_bytes);
        let shared =
            Arc::new(Shared::new(answers, directory.clone(), Box::new(state), Arc::clone(&feed), queue, generation));

        let (for_writer, for_folds, for_compaction) = (Arc::clone(&shared), Arc::clone(&shared), Arc::clone(&shared));
        let folder_journal = SqliteJournalReader::open(directory)?;
        let most_tail = 2 * options.tail_bytes;
        let (tail_bytes, quiet) = (options.tail_bytes, Duration::from_secs(options.quiet_s));
        let writer = start("writer", move || {
            let Shared { queue, feed, metrics, answers, .. } = for_writer.as_ref();
            writer::run(journal, queue, feed, metrics, answers.activity());
        })?;
        let folds = start("folds", move || folding::run(&for_folds, &folder_journal, most_tail))?;
        let compaction = start("compaction", move || compact(&for_compaction, tail_bytes, quiet))?;
        Ok(Self { shared, writer, folds, compaction, lock })
    }

    /// Hands a submission to the writer. `reply` is called once it is durable, or refused as a whole.
    pub fn submit(
        &self,
        submission: Submission,
        reply: impl FnOnce(Result<Receipt, Arc<StoreError>>) + Send + 'static,
    ) -> Result<(), NotTaken> {
        self.push(submission, Box::new(reply)).map_err(|refused| refused.0)
    }

    /// Submits and waits for the receipt. While the queue is full it waits for room: for imports, which can.
    pub fn submit_and_wait(&self, submission: Submission) -> Result<Receipt, EngineError> {
        let pending = self.submit_patiently(submission)?;
        pending.recv().map_err(|_| closed())?.map_err(EngineError::Refused)
    }

    /// Submits, waiting while the queue is full, and returns where the receipt will arrive.
    pub fn submit_patiently(
        &self,
        mut submission: Submission,
    ) -> Result<mpsc::Receiver<Result<Receipt, Arc<StoreError>>>, EngineError> {
        loop {
            let (sender, receiver) = mpsc::channel();
            // Whoever does not wait for the receipt any more does not need it.
            let reply = move |receipt| drop(sender.send(receipt));
            match self.push(submission, Box::new(reply)) {
                Ok(()) => return Ok(receiver),
                Err(refused) => match *refused {
                    (NotTaken::Closed, _) => return Err(closed()),
                    (NotTaken::QueueFull, given_back) => submission = given_back,
                },
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn push(&self, submission: Submission, reply: writer::Reply) -> Result<(), Box<(NotTaken, Submission)>> {
        let taken = self.shared.queue.push(submission, reply);
        if taken.as_ref().is_err_and(|refused| refused.0 == NotTaken::QueueFull) {
            self.shared.metrics.queue_was_full();
        }
        taken
    }

    /// Where everything lies.
    pub fn directory(&self) -> &DataDirectory {
        &self.shared.directory
    }

    /// Bytes that are free on the disk of the data directory, for whoever may write there without privileges.
    pub fn free_disk_bytes(&self) -> Result<u64, EngineError> {
        let root = self.directory().root();
        let system = rustix::fs::statvfs(root)
            .map_err(|error| EngineError::Io { place: root.display().to_string(), source: error.into() })?;
        Ok(system.f_bavail.saturating_mul(system.f_frsize))
    }

    /// Answers to all questions.
    pub fn answers(&self) -> &Answers {
        &self.shared.answers
    }

    /// Has `bell` rung whenever events have come into every answer or the quarantine has grown: for whoever shows what
    /// arrives. It is rung on the threads that do the work, so it must return at once. There is one such bell.
    pub fn ring_on_arrival(&self, bell: impl Fn() + Send + Sync + 'static) {
        self.answers().activity().hang(Box::new(bell));
    }

    /// What the engine tells about itself.
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// Brings the gauges of [`Engine::metrics`] up to date.
    pub fn measure(&self) {
        self.shared.metrics.set_levels(&self.shared.levels());
    }

    /// True once everything journalled before the start is folded.
    pub fn is_ready(&self) -> bool {
        let (head, folded) = self.shared.feed.positions();
        head - folded < 64
    }

    /// Writes the address the process listens at beside the lock, so that others can say who holds the directory.
    pub fn announce(&mut self, address: &str) -> Result<(), EngineError> {
        Ok(self.lock.announce(address)?)
    }

    /// Marks an open item of the quarantine as of no use.
    pub(crate) fn discard_row(&self, id: QuarantineId) -> Result<(), EngineError> {
        let (sender, receiver) = mpsc::channel();
        let chore = move |journal: &mut dyn Journal| drop(sender.send(journal.discard(id)));
        self.shared.queue.push_chore(Box::new(chore)).map_err(|_| closed())?;
        Ok(receiver.recv().map_err(|_| closed())??)
    }

    /// Waits until everything stored is in parts and changed plans are in force: for commands that end after their work.
    pub fn settle(&self) -> Result<(), EngineError> {
        while !self.shared.feed.settle(Duration::from_secs(60)) {}
        let plans = self.answers().plans();
        while plans.revision()? != self.shared.folded().plans.revision {
            if let Some(fault) = self.shared.plans_fault() {
                return Err(EngineError::PlansNotInForce(fault));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // Only what is kept is filed, and it is kept soon after it was folded; on a full disk it is not.
        let patience = Instant::now();
        let lags = |folded: &Folded| folded.kept < folded.position;
        while lags(&self.shared.folded()) && patience.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(5));
        }
        compaction::file_tail(&self.shared)?;
        while compaction::merge_parts(&self.shared)? {}
        Ok(())
    }

    /// Waits until everything stored is folded.
    pub(crate) fn fold_all(&self, patience: Duration) -> Result<(), EngineError> {
        if self.shared.feed.settle(patience) {
            return Ok(());
        }
        let (head, folded) = self.shared.feed.positions();
        Err(EngineError::Behind { blocks: head - folded })
    }

    /// Stops cleanly: what was taken is committed, folded and kept.
    pub fn close(self) -> Result<(), EngineError> {
        self.shared.queue.close();
        join(self.writer)?;
        self.shared.feed.close();
        join(self.folds)?;
        self.shared.stop();
        join(self.compaction)?;
        drop(self.lock);
        Ok(())
    }
}

fn join(thread: JoinHandle<()>) -> Result<(), EngineError> {
    let name = thread.thread().name().unwrap_or("unnamed").to_owned();
    thread
        .join()
        .map_err(|_| EngineError::Io { place: format!("thread {name}"), source: std::io::Error::other("it panicked") })
}

fn closed() -> EngineError {
    EngineError::Closed
}

fn start(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, EngineError> {
    Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(|source| EngineError::Io { place: format!("thread {name}"), source })
}

/// Steps by which compaction stands back behind the other threads where processors are short (as in `nice`).
#[cfg(target_os = "linux")]
const COMPACTION_STANDS_BACK: i32 = 10;

/// Under full load acknowledgements come first: what waits for compaction is safe in the journal. Only on Linux has each
/// thread a priority of its own.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, COMPACTION_STANDS_BACK) {
        tracing::debug!(%error, "compaction runs with the priority of all");
    }
}

/// Files the tail when it is large, or when nothing has come for a while; then merges what is crowded.
fn compact(shared: &Shared, tail_bytes: usize, quiet: Duration) {
    stand_back();
    let mut seen = (0, Instant::now());
    while !shared.is_stopping() {
        shared.wait_for_tail(Duration::from_millis(500));
        let (events, bytes) = shared.folded().tail.size();
        if events != seen.0 {
            seen = (events, Instant::now());
        }
        let is_due = bytes >= tail_bytes || (events > 0 && seen.1.elapsed() >= quiet);
        let outcome = if is_due { compaction::file_tail(shared) } else { compaction::merge_parts(shared) };
        shared.note_filing(outcome.is_err());
        if let Err(error) = outcome {
            tracing::error!(%error, "compaction failed and will be tried again");
            std::thread::sleep(Duration::from_secs(1));
        }
        compaction::sweep_buried(shared);
    }
}
