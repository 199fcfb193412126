//! Questions being answered: who looks on sees how far they are, and may call them off.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use mining::Control;
use serde::Serialize;

use super::Answers;
use super::mining::MiningLimits;

/// Questions that run now, by number.
#[derive(Debug, Default)]
pub(super) struct Running {
    last: AtomicU64,
    asked: Mutex<BTreeMap<u64, Arc<Entry>>>,
}

#[derive(Debug)]
struct Entry {
    question: String,
    began: Instant,
    control: Control,
}

/// A question that runs, as others see it.
#[derive(Clone, Debug, Serialize)]
pub struct RunningQuestion {
    /// What it is called off by.
    pub id: u64,
    /// What was asked.
    pub question: String,
    /// Seconds since it began.
    pub seconds: f64,
    /// Events scanned so far.
    pub events_done: u64,
    /// Events to scan; 0 before it is known.
    pub events_in_all: u64,
}

/// Keeps a question on the list while it lives. When it is dropped, a question that still runs is called off: nobody
/// waits for the answer any more.
#[derive(Debug)]
pub struct Asking {
    id: u64,
    entry: Arc<Entry>,
    list: Arc<Running>,
}

impl Asking {
    /// The question's bounds and progress.
    pub fn control(&self) -> &Control {
        &self.entry.control
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.entry.control.cancel();
        self.list.asked().remove(&self.id);
    }
}

impl Running {
    fn asked(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Entry>>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answers {
    /// Puts a question on the list of those that run.
    pub fn asking(&self, question: impl Into<String>, limits: MiningLimits) -> Asking {
        let list = Arc::clone(&self.running);
        let id = list.last.fetch_add(1, Ordering::Relaxed) + 1;
        let entry = Arc::new(Entry { question: question.into(), began: Instant::now(), control: self.control(limits) });
        list.asked().insert(id, Arc::clone(&entry));
        Asking { id, entry, list }
    }

    /// Every question that runs, the oldest first.
    pub fn running(&self) -> Vec<RunningQuestion> {
        let asked = self.running.asked();
        let view = |(id, entry): (&u64, &Arc<Entry>)| {
            let (events_done, events_in_all) = entry.control.progress();
            let seconds = entry.began.elapsed().as_secs_f64();
            RunningQuestion { id: *id, question: entry.question.clone(), seconds, events_done, events_in_all }
        };
        asked.iter().map(view).collect()
    }

    /// Calls a question off; false if none of that number runs.
    pub fn call_off(&self, id: u64) -> bool {
        let asked = self.running.asked();
        asked.get(&id).inspect(|entry| entry.control.cancel()).is_some()
    }
}
