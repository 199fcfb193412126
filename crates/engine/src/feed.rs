//! From the writer to the folds: committed blocks, straight from memory while the folds keep up. When they fall behind,
//! old blocks are dropped here and read from the journal again, so an acknowledgement never waits for a fold.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use store::Block;

/// Bytes of blocks kept for the folds.
const KEPT_BYTES: usize = 16 << 20;

#[derive(Debug)]
pub(crate) struct Feed {
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Debug)]
struct Inner {
    kept: VecDeque<(Arc<Block>, Instant)>,
    kept_bytes: usize,
    head: u64,
    folded: u64,
    closed: bool,
}

/// What the folds should do next.
#[derive(Debug)]
pub(crate) enum Next {
    /// Take these blocks in; with each the moment of its commit.
    Blocks(Vec<(Arc<Block>, Instant)>),
    /// The following blocks are only in the journal.
    ReadJournal,
    /// Nothing came in time.
    Idle,
    /// Everything is folded and nothing more will come.
    Closed,
}

impl Feed {
    /// `head` is the journal's last position, `folded` the last one taken in.
    pub(crate) fn new(head: u64, folded: u64) -> Self {
        let inner = Inner { kept: VecDeque::new(), kept_bytes: 0, head, folded, closed: false };
        Self { inner: Mutex::new(inner), changed: Condvar::new() }
    }

    pub(crate) fn push(&self, block: Arc<Block>) {
        let mut inner = self.lock();
        inner.head = block.position;
        inner.kept_bytes += block.size();
        inner.kept.push_back((block, Instant::now()));
        while inner.kept_bytes > KEPT_BYTES && inner.kept.len() > 1 {
            if let Some((dropped, _)) = inner.kept.pop_front() {
                inner.kept_bytes -= dropped.size();
            }
        }
        drop(inner);
        self.changed.notify_all();
    }

    /// The blocks after `folded`, or what to do instead; waits for at most `patience`.
    pub(crate) fn next(&self, patience: Duration) -> Next {
        let mut inner = self.lock();
        if inner.head == inner.folded && !inner.closed {
            let (guard, _) = self
                .changed
                .wait_timeout_while(inner, patience, |inner| inner.head == inner.folded && !inner.closed)
                .unwrap_or_else(PoisonError::into_inner);
            inner = guard;
        }
        if inner.head == inner.folded {
            return if inner.closed { Next::Closed } else { Next::Idle };
        }
        let folded = inner.folded;
        while inner.kept.front().is_some_and(|(block, _)| block.position <= folded) {
            if let Some((done, _)) = inner.kept.pop_front() {
                inner.kept_bytes -= done.size();
            }
        }
        match inner.kept.front() {
            Some((first, _)) if first.position == folded + 1 => {
                inner.kept_bytes = 0;
                Next::Blocks(inner.kept.drain(..).collect())
            }
            _ => Next::ReadJournal,
        }
    }

    /// Tells everybody who waits that the folds have taken in everything up to `position`.
    pub(crate) fn folded_to(&self, position: u64) {
        self.lock().folded = position;
        self.changed.notify_all();
    }

    /// Waits until everything committed before this call is folded; false if that took longer than `patience`.
    pub(crate) fn settle(&self, patience: Duration) -> bool {
        let inner = self.lock();
        let wanted = inner.head;
        let (inner, _) = self
            .changed
            .wait_timeout_while(inner, patience, |inner| inner.folded < wanted)
            .unwrap_or_else(PoisonError::into_inner);
        inner.folded >= wanted
    }

    /// Positions committed and folded.
    pub(crate) fn positions(&self) -> (u64, u64) {
        let inner = self.lock();
        (inner.head, inner.folded)
    }

    /// True once nothing more will come.
    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
