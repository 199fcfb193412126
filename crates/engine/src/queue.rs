//! The bounded queue in front of the writer. What does not fit is refused at once, so memory stays bounded and the
//! sender learns when to come back.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};

use store::{Journal, Submission};

use crate::NotTaken;
use crate::writer::Reply;

/// A submission and the one who waits for its receipt.
pub(crate) struct Waiting {
    pub(crate) submission: Submission,
    pub(crate) reply: Reply,
    bytes: usize,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waiting").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Something else that only the writer may do.
pub(crate) type Chore = Box<dyn FnOnce(&mut dyn Journal) + Send>;

/// What the writer does next.
pub(crate) struct Group {
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) chores: Vec<Chore>,
}

#[derive(Debug)]
pub(crate) struct Queue {
    most_bytes: usize,
    inner: Mutex<Inner>,
    arrived: Condvar,
}

#[derive(Default)]
struct Inner {
    waiting: VecDeque<Waiting>,
    chores: Vec<Chore>,
    bytes: usize,
    closed: bool,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner")
            .field("waiting", &self.waiting.len())
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

impl Queue {
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self { most_bytes, inner: Mutex::default(), arrived: Condvar::new() }
    }

    /// Takes a submission unless the bytes waiting would exceed the bound, else gives it back. An empty queue takes
    /// anything.
    pub(crate) fn push(&self, submission: Submission, reply: Reply) -> Result<(), Box<(NotTaken, Submission)>> {
        let bytes = weight(&submission);
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.closed {
            return Err(Box::new((NotTaken::Closed, submission)));
        }
        if inner.bytes > 0 && inner.bytes + bytes > self.most_bytes {
            return Err(Box::new((NotTaken::QueueFull, submission)));
        }
        inner.bytes += bytes;
        inner.waiting.push_back(Waiting { submission, reply, bytes });
        drop(inner);
        self.arrived.notify_one();
        Ok(())
    }

    /// Takes a chore, whatever else waits.
    pub(crate) fn push_chore(&self, chore: Chore) -> Result<(), NotTaken> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.closed {
            return Err(NotTaken::Closed);
        }
        inner.chores.push(chore);
        drop(inner);
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for work and takes all there is, submissions up to `most_bytes`; `None` once closed and empty.
    pub(crate) fn take_group(&self, most_bytes: usize) -> Option<Group> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        while inner.waiting.is_empty() && inner.chores.is_empty() {
            if inner.closed {
                return None;
            }
            inner = self.arrived.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
        let mut waiting = Vec::with_capacity(inner.waiting.len());
        let mut group_bytes = 0;
        while let Some(next) =
            inner.waiting.pop_front_if(|next| group_bytes == 0 || group_bytes + next.bytes <= most_bytes)
        {
            group_bytes += next.bytes;
            waiting.push(next);
        }
        inner.bytes -= group_bytes;
        Some(Group { waiting, chores: std::mem::take(&mut inner.chores) })
    }

    /// Takes no more; what waits is still handed out.
    pub(crate) fn close(&self) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.arrived.notify_all();
    }

    /// Submissions and bytes waiting.
    pub(crate) fn depth(&self) -> (usize, usize) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        (inner.waiting.len(), inner.bytes)
    }
}

/// Bytes a submission holds in memory, near enough.
fn weight(submission: &Submission) -> usize {
    let bad: usize = submission.bad.iter().map(|bad| bad.payload.len() + bad.reason.len() + 200).sum();
    submission.events.size() + 40 * submission.events.len() + bad
}
