use std::num::NonZeroUsize;
use std::thread;

/// `work` done on every item, the items dealt out to threads so that each gets about the same `weight`. Results come
/// in the order of the items.
pub(crate) fn map<T: Send, R: Send>(
    items: Vec<T>,
    threads: NonZeroUsize,
    weight: impl Fn(&T) -> usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    if threads.get() == 1 || items.len() < 2 {
        return items.into_iter().map(work).collect();
    }
    let mut hands: Vec<(usize, Vec<(usize, T)>)> = (0..threads.get()).map(|_| (0, Vec::new())).collect();
    let mut heaviest_first: Vec<(usize, T)> = items.into_iter().enumerate().collect();
    heaviest_first.sort_by_key(|(_, item)| std::cmp::Reverse(weight(item)));
    for (index, item) in heaviest_first {
        let lightest = hands.iter_mut().min_by_key(|(load, _)| *load).expect("there is at least one thread");
        lightest.0 += weight(&item).max(1);
        lightest.1.push((index, item));
    }
    let work = &work;
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> = hands
            .into_iter()
            .map(|(_, hand)| {
                scope.spawn(move || hand.into_iter().map(|(index, item)| (index, work(item))).collect::<Vec<_>>())
            })
            .collect();
        let joined = workers.into_iter().flat_map(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    });
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
