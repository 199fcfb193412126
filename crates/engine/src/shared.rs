//! What the threads of one engine share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use columns::Parts;
use store::{DataDirectory, State, StateChange, StoreError};

use crate::answers::Answers;
use crate::feed::Feed;
use crate::folded::Folded;
use crate::labels::{Code, Label};
use crate::metrics::{Levels, Metrics};
use crate::queue::Queue;

pub(crate) struct Shared {
    pub(crate) answers: Answers,
    pub(crate) directory: DataDirectory,
    pub(crate) parts: Arc<Parts>,
    pub(crate) queue: Queue,
    pub(crate) feed: Arc<Feed>,
    pub(crate) metrics: Metrics,
    state: Mutex<Box<dyn State>>,
    /// Held by whoever rewrites parts: compaction and a change of plans take turns.
    pub(crate) columns_work: Mutex<()>,
    /// Parts no longer in the manifest, with the moment they left it.
    pub(crate) buried: Mutex<Vec<(Instant, String)>>,
    generation: AtomicU64,
    /// Signalled when the tail has grown or shrunk, and at the end.
    tail_changed: (Mutex<()>, Condvar),
    stopping: AtomicBool,
    /// True while the last try to file the tail has failed: a full disk, as a rule.
    filing_fails: AtomicBool,
    /// Why changed plans are not in force, if they could not be applied.
    plans_fault: Mutex<Option<String>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("answers", &self.answers).field("queue", &self.queue).finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn new(
        answers: Answers,
        directory: DataDirectory,
        state: Box<dyn State>,
        feed: Arc<Feed>,
        queue: Queue,
        generation: u64,
    ) -> Self {
        let parts = Arc::clone(answers.parts());
        Self {
            answers,
            directory,
            parts,
            queue,
            feed,
            metrics: Metrics::default(),
            state: Mutex::new(state),
            columns_work: Mutex::new(()),
            buried: Mutex::default(),
            generation: AtomicU64::new(generation),
            tail_changed: (Mutex::new(()), Condvar::new()),
            stopping: AtomicBool::new(false),
            filing_fails: AtomicBool::new(false),
            plans_fault: Mutex::default(),
        }
    }

    pub(crate) fn folded(&self) -> RwLockReadGuard<'_, Folded> {
        self.answers.folded()
    }

    pub(crate) fn folded_mut(&self) -> RwLockWriteGuard<'_, Folded> {
        self.answers.folded_mut()
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, Box<dyn State>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn commit(&self, change: &StateChange<'_>) -> Result<(), StoreError> {
        self.state().commit(change)
    }

    /// Number of the last set of parts written.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    pub(crate) fn next_generation(&self) -> u64 {
        self.generation.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub(crate) fn labels_of(&self, codes: impl Iterator<Item = Code>) -> BTreeMap<Code, Label> {
        let folded = self.folded();
        let mut labels = BTreeMap::new();
        for code in codes {
            labels.entry(code).or_insert_with(|| folded.labels.label(code).clone());
        }
        labels
    }

    pub(crate) fn bury(&self, paths: Vec<String>) {
        let now = Instant::now();
        let mut buried = self.buried.lock().unwrap_or_else(PoisonError::into_inner);
        buried.extend(paths.into_iter().map(|path| (now, path)));
    }

    pub(crate) fn room_in_tail(&self) {
        self.tail_changed.1.notify_all();
    }

    /// Waits until the tail changes, at most `patience`.
    pub(crate) fn wait_for_tail(&self, patience: Duration) {
        let (lock, changed) = &self.tail_changed;
        let guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        drop(changed.wait_timeout(guard, patience).unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn note_plans_fault(&self, fault: Option<String>) {
        *self.plans_fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    pub(crate) fn plans_fault(&self) -> Option<String> {
        self.plans_fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.tail_changed.1.notify_all();
    }

    pub(crate) fn note_filing(&self, fails: bool) {
        self.filing_fails.store(fails, Ordering::SeqCst);
    }

    pub(crate) fn filing_fails(&self) -> bool {
        self.filing_fails.load(Ordering::SeqCst)
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    pub(crate) fn levels(&self) -> Levels {
        let quarantine_open = self.answers.open_bad_rows().unwrap_or_default();
        let folded = self.folded();
        Levels {
            queue: self.queue.depth(),
            tail: folded.tail.size(),
            customers: folded.identity.customers(),
            identifiers: folded.identity.nodes(),
            parts: folded.parts.len(),
            quarantine_open,
        }
    }
}
