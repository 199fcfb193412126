use std::collections::HashMap;
use std::sync::Arc;

use model::{BUCKETS, CustomerId, bucket_of};

/// Which customer a merged customer's events go to. Chains are followed to their end.
pub type Redirects = HashMap<CustomerId, CustomerId>;

/// The customers of one bucket whose events go to others: from, to; sorted, chains followed to their end.
pub(crate) type Redirected = Arc<[(u64, u64)]>;

/// The redirects of each bucket: a bucket without any need not look for them.
pub(crate) fn by_bucket(redirects: &Redirects) -> Vec<Redirected> {
    let mut of_bucket: Vec<Vec<(u64, u64)>> = vec![Vec::new(); usize::from(BUCKETS)];
    for &from in redirects.keys() {
        let to = resolve(from, redirects);
        if to != from {
            of_bucket[usize::from(bucket_of(from))].push((from.0, to.0));
        }
    }
    let sorted = |mut pairs: Vec<(u64, u64)>| {
        pairs.sort_unstable();
        Redirected::from(pairs)
    };
    of_bucket.into_iter().map(sorted).collect()
}

/// Whom a customer's events go to, if to somebody else.
pub(crate) fn target(redirected: &[(u64, u64)], customer: u64) -> Option<u64> {
    redirected.binary_search_by_key(&customer, |&(from, _)| from).ok().map(|index| redirected[index].1)
}

/// The redirects that are new or lead elsewhere.
pub(crate) fn changed(before: &[(u64, u64)], now: &[(u64, u64)]) -> Vec<(u64, u64)> {
    now.iter().filter(|(from, to)| target(before, *from) != Some(*to)).copied().collect()
}

/// Follows redirects to their end; one that leads back to where it began, which no link log writes, ends there.
fn resolve(customer: CustomerId, redirects: &Redirects) -> CustomerId {
    let mut resolved = customer;
    for _ in 0..redirects.len() {
        match redirects.get(&resolved) {
            Some(&next) => resolved = next,
            None => break,
        }
    }
    resolved
}
