//! Passwords are hashed a few at a time: each takes a processor and 19 MiB for some hundredths of a second, and a crowd at
//! the door shall not keep the server from its work.

use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::problem::{Problem, UNAVAILABLE};

/// Who may wait for a turn; whoever comes when all places are taken is asked to come again.
const MOST_WAITING: usize = 64;

/// The turns.
#[derive(Debug)]
pub(crate) struct Hashing {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Default for Hashing {
    /// Half of the processors hash at a time, and at least one.
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let turns = (processors / 2).max(1);
        Self { places: Arc::new(Semaphore::new(MOST_WAITING)), turns: Arc::new(Semaphore::new(turns)) }
    }
}

impl Hashing {
    /// Does work that hashes once it is its turn.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let busy = || Problem::new(UNAVAILABLE, "too many people log in at this moment").retry_after(2);
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| busy())?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| busy())?;
        // The turn ends with the work, also where nobody waits for the answer any more.
        let working = tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop((place, turn));
            outcome
        });
        working.await.unwrap_or_else(|failed| Err(Problem::internal(&failed)))
    }
}
