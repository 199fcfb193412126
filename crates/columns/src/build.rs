//! Sorted columns from many parts, on several threads: bucket by bucket, because a customer lies in one bucket.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

use crate::dictionary::Dictionary;
use crate::error::{Error, Result};
use crate::sorted::{Entry, Targets, label_counts};
use crate::{Label, PartMeta, Parts, Redirects, Sequence, SortedColumns};

impl SortedColumns {
    /// Reads and sorts the events of the parts. Equal to [`SortedColumns::of_sequences`] over all of them; until it
    /// returns it holds 28 bytes an event beside the columns themselves.
    pub fn of_parts(parts: &Parts, metas: &[PartMeta], redirects: &Redirects, threads: NonZeroUsize) -> Result<Self> {
        let mut paths_of_bucket: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
        for meta in metas {
            paths_of_bucket.entry(meta.bucket).or_default().push(&meta.path);
        }
        let mut buckets = sort_buckets(parts, paths_of_bucket, redirects, threads)?;
        buckets.sort_unstable_by_key(|bucket| bucket.number);

        let mut counts: HashMap<Label, u64> = HashMap::new();
        for bucket in &buckets {
            for sequence in [&bucket.own, &bucket.moved] {
                for (label, count) in sequence.labels.iter().zip(label_counts(sequence)) {
                    *counts.entry(label.clone()).or_default() += count;
                }
            }
        }
        let dictionary = Dictionary::of(counts.into_iter().collect());
        let rows = buckets.iter().map(|bucket| bucket.own.len()).sum();
        if rows >= u32::MAX as usize {
            return Err(Error::TooManyRows { rows });
        }
        let mut sorted = SortedColumns::with_capacity(rows, 0);
        let mut moved = Vec::new();
        for bucket in buckets {
            sorted.left_out += bucket.own.left_out;
            sorted.append_bucket(&bucket.own, &dictionary);
            moved.push(bucket.moved);
        }
        sorted.close();
        sorted.dictionary = dictionary;
        sorted.merged(&moved, redirects)
    }

    fn append_bucket(&mut self, own: &Sequence, dictionary: &Dictionary) {
        let codes = dictionary.codes(&own.labels);
        let mut row = 0;
        for run in own.customers.chunk_by(|a, b| a == b) {
            self.begin_run(model::CustomerId(run[0]));
            let rows = row..row + run.len();
            self.codes.extend(own.codes[rows.clone()].iter().map(|&code| codes[code as usize]));
            self.times.extend_from_slice(&own.at[rows.clone()]);
            self.arrivals.extend_from_slice(&own.arrivals[rows.clone()]);
            row = rows.end;
        }
    }
}

/// The events of one bucket's parts.
struct Bucket {
    number: u16,
    /// Those that stay, sorted, under the customers they redirect to.
    own: Sequence,
    /// Those whose customer redirects into another bucket.
    moved: Sequence,
}

fn sort_buckets(
    parts: &Parts,
    paths_of_bucket: BTreeMap<u16, Vec<&str>>,
    redirects: &Redirects,
    threads: NonZeroUsize,
) -> Result<Vec<Bucket>> {
    let work = Mutex::new(paths_of_bucket.into_iter());
    let next = || work.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.get())
            .map(|_| {
                scope.spawn(|| {
                    let mut done = Vec::new();
                    while let Some((number, paths)) = next() {
                        done.push(sort_bucket(parts, number, &paths, redirects)?);
                    }
                    Ok(done)
                })
            })
            .collect();
        let results = workers.into_iter().map(|worker| match worker.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        results.collect::<Result<Vec<_>>>().map(|lists| lists.into_iter().flatten().collect())
    })
}

fn sort_bucket(parts: &Parts, number: u16, paths: &[&str], redirects: &Redirects) -> Result<Bucket> {
    let mut bucket = Bucket { number, own: Sequence::default(), moved: Sequence::default() };
    let mut entries = Vec::new();
    for path in paths {
        let read = parts.read_sequence(path)?;
        bucket.own.left_out += read.left_out;
        let codes: Vec<u32> = read.labels.iter().map(|label| bucket.own.code(label.clone())).collect();
        let mut targets = Targets::new(redirects);
        entries.reserve(read.len());
        for row in 0..read.len() {
            let (target_bucket, target) = targets.of(read.customers[row]);
            let (at, arrival, code) = (read.at[row], read.arrivals[row], codes[read.codes[row] as usize]);
            if target_bucket == number {
                entries.push(Entry { bucket: number, customer: target.0, at, arrival, code });
            } else {
                let label = bucket.own.labels[code as usize].clone();
                bucket.moved.push_labelled(target.0, at, arrival, label);
            }
        }
    }
    entries.sort();
    let own = &mut bucket.own;
    own.customers = entries.iter().map(|entry| entry.customer).collect();
    own.at = entries.iter().map(|entry| entry.at).collect();
    own.arrivals = entries.iter().map(|entry| entry.arrival).collect();
    own.codes = entries.iter().map(|entry| entry.code).collect();
    Ok(bucket)
}
