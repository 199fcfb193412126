use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// `work` done on every item by several threads, each taking the next one that nobody has; results come in the order
/// of the items. The first error ends it.
pub(crate) fn map<T: Send, R: Send, E: Send>(
    items: impl IntoIterator<Item = T>,
    threads: NonZeroUsize,
    work: impl Fn(T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let items: Vec<Mutex<Option<T>>> = items.into_iter().map(|item| Mutex::new(Some(item))).collect();
    let next = AtomicUsize::new(0);
    let take = || {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let item = items.get(index)?.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        Some((index, item))
    };
    let run = || -> Result<Vec<(usize, R)>, E> {
        let mut done = Vec::new();
        while let Some((index, item)) = take() {
            match work(item) {
                Ok(result) => done.push((index, result)),
                Err(error) => {
                    next.store(items.len(), Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
        Ok(done)
    };
    let mut results = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.get().min(items.len())).map(|_| scope.spawn(run)).collect();
        let mut results = run()?;
        for other in others {
            results.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(results)
    })?;
    results.sort_unstable_by_key(|(index, _)| *index);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}
