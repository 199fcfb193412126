//! Columns from nothing: each bucket is read and sorted alone, several at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use model::{BUCKETS, CustomerId, bucket_of};

use crate::channels::Channels;
use crate::codes::{Coder, Growing};
use crate::columns::{Bucket, Columns, Held, Limits, Loose, Present};
use crate::dictionary::Dictionary;
use crate::entry::{Entry, sort_once};
use crate::error::Result;
use crate::redirects::{Redirected, by_bucket, target};
use crate::{Filed, Parts, Segment, threads};

/// A bucket after its own parts were read, before the events that come from elsewhere.
struct Read {
    bucket: Bucket,
    rows: usize,
    /// None if there was no room for it.
    segment: Option<Segment>,
    leaving: Vec<Entry>,
    left_out: u64,
}

impl Columns {
    /// Reads and sorts all events. Equal events give equal columns, whatever the order in which they came.
    ///
    /// Touchpoints are numbered as they are found and brought into the order of their text at the end; where there are
    /// more than have codes, the most frequent ones get them and the parts are read a second time.
    pub fn build(parts: Arc<Parts>, present: &Present, limits: Limits) -> Result<Self> {
        let redirected = by_bucket(present.redirects.as_ref().unwrap_or(&crate::Redirects::default()));
        let files = files_by_bucket(&present.parts);
        let read = |coder: &(dyn Coder + Sync), count: &(dyn Fn(&[Entry]) + Sync)| {
            let kept_bytes = AtomicUsize::new(0);
            let buckets = (0..BUCKETS).zip(files.iter().cloned().zip(redirected.iter().cloned()));
            threads::map(buckets, limits.threads, |(number, (files, redirected))| {
                let bucket = Bucket::new(number, files, redirected, 0, Held::default());
                let read = read_one(&parts, bucket, coder, count)?;
                let bytes = read.segment.as_ref().map_or(0, Segment::bytes);
                let fits = kept_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes <= limits.bytes;
                Ok(if fits { read } else { Read { segment: None, ..read } })
            })
        };

        let growing = Growing::default();
        let mut fresh = present.fresh.entries(&growing);
        growing.count(&fresh);
        let mut first = read(&growing, &|entries| growing.count(entries))?;
        let settled = growing.settle(Dictionary::default(), Channels::default());
        let again = settled.overflowed;
        if again {
            first = read(&settled.fixed(), &|_| ())?;
            fresh = present.fresh.entries(&settled.fixed());
        }

        let mut incoming: Vec<Vec<Entry>> = vec![Vec::new(); usize::from(BUCKETS)];
        let strays = first.iter_mut().flat_map(|read| std::mem::take(&mut read.leaving));
        for mut entry in strays.chain(redirect(fresh, &redirected)) {
            if !again {
                settled.recode(std::slice::from_mut(&mut entry));
            }
            incoming[usize::from(bucket_of(CustomerId(entry.customer)))].push(entry);
        }
        let left_out = present.fresh.left_out + first.iter().map(|read| read.left_out).sum::<u64>();
        let buckets = threads::map(first.into_iter().zip(incoming), limits.threads, |(read, mut loose)| {
            sort_once(&mut loose);
            let coded = read.segment.map(|segment| if again { segment } else { segment.recoded(&settled) });
            let segment = match coded {
                Some(segment) if !loose.is_empty() => Some(segment.with(&loose)?),
                segment => segment,
            };
            let Bucket { number, files, redirected, .. } = read.bucket;
            let rows = read.rows + loose.len();
            let loose = Loose { compared: loose.len(), entries: loose.into() };
            let held = Held { segment: segment.map(Arc::new), loose };
            Ok(Arc::new(Bucket::new(number, files, redirected, rows, held)))
        })?;
        let columns = Self {
            parts,
            limits,
            dictionary: Arc::new(settled.dictionary),
            channels: Arc::new(settled.channels),
            buckets,
            through: present.through,
            left_out,
            clock: Arc::new(AtomicU64::new(1)),
        };
        columns.keep_to_budget();
        Ok(columns)
    }
}

fn read_one(parts: &Parts, bucket: Bucket, coder: &dyn Coder, count: &(dyn Fn(&[Entry]) + Sync)) -> Result<Read> {
    let (mut own, leaving) = bucket.scan(parts, coder)?;
    count(&own.entries);
    count(&leaving);
    own.entries.sort();
    let segment = Segment::of_entries(bucket.number, &own.entries)?;
    Ok(Read { bucket, rows: segment.len(), segment: Some(segment), leaving, left_out: own.left_out })
}

pub(crate) fn files_by_bucket(parts: &[Filed]) -> Vec<Vec<Filed>> {
    let mut files = vec![Vec::new(); usize::from(BUCKETS)];
    for part in parts {
        files[usize::from(part.bucket)].push(part.clone());
    }
    files
}

/// Gives events to the customers that their own redirect to.
pub(crate) fn redirect(mut entries: Vec<Entry>, redirected: &[Redirected]) -> Vec<Entry> {
    for entry in &mut entries {
        let bucket = bucket_of(CustomerId(entry.customer));
        if let Some(to) = target(&redirected[usize::from(bucket)], entry.customer) {
            entry.customer = to;
        }
    }
    entries
}
