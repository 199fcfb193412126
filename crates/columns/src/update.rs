//! Columns brought up to date: only the buckets with new events or new redirects are touched.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use model::{CustomerId, bucket_of};

use crate::build::{files_by_bucket, redirect};
use crate::codes::{Growing, Settled};
use crate::columns::{Bucket, Columns, Held, Loose, Present};
use crate::entry::{Entry, sort_once};
use crate::error::Result;
use crate::redirects::{Redirected, by_bucket, changed};
use crate::scan::Scanned;
use crate::{Filed, Segment, threads};

/// Loose events are compared with the parts again when there are so many more of them: at least so many, and at least
/// this share of the bucket. What is in the parts by then need not be kept.
const LOOSE_MORE: (usize, usize) = (1_024, 8);

/// A bucket on its way.
struct Step {
    before: Arc<Bucket>,
    files: Vec<Filed>,
    redirected: Redirected,
    held: Held,
    rows: usize,
    /// Events that come in, sorted.
    incoming: Vec<Entry>,
    /// True if the parts must be read, because the events in memory are not all there are.
    read: bool,
}

impl Columns {
    /// Columns with everything present. Customers may have come together since; that one became two needs
    /// [`Columns::build`], and so does a touchpoint that events in parts were given anew.
    ///
    /// Costs the parts with new events and a copy of each segment with new events or new customers.
    pub fn updated(&self, present: &Present) -> Result<Self> {
        let redirected = match &present.redirects {
            Some(redirects) => by_bucket(redirects),
            None => self.buckets.iter().map(|bucket| Arc::clone(&bucket.redirected)).collect(),
        };
        let (fresh, settled, left_out) = self.read_new(present)?;

        let files = files_by_bucket(&present.parts);
        let mut steps: Vec<Step> = self
            .buckets
            .iter()
            .zip(files.into_iter().zip(&redirected))
            .map(|(before, (files, redirected))| Step {
                before: Arc::clone(before),
                files,
                redirected: Arc::clone(redirected),
                held: before.held().clone(),
                rows: before.rows,
                incoming: Vec::new(),
                read: false,
            })
            .collect();
        let moved = self.move_customers(&mut steps, &settled)?;
        for entry in moved.into_iter().chain(redirect(fresh, &redirected)) {
            steps[usize::from(bucket_of(CustomerId(entry.customer)))].incoming.push(entry);
        }

        let read_bytes = AtomicUsize::new(0);
        let buckets = threads::map(steps, self.limits.threads, |step| self.finish(step, &settled, &read_bytes))?;
        let columns = Self {
            dictionary: Arc::new(settled.dictionary),
            channels: Arc::new(settled.channels),
            buckets,
            through: present.through,
            left_out: self.left_out + left_out,
            ..self.clone()
        };
        columns.keep_to_budget();
        Ok(columns)
    }

    /// The events that arrived since, from parts and fresh, with codes for all names among them.
    fn read_new(&self, present: &Present) -> Result<(Vec<Entry>, Settled, u64)> {
        let growing = Growing::after(self.codes());
        let newer: Vec<&Filed> = present.parts.iter().filter(|part| part.max_arrival > self.through).collect();
        let scanned = threads::map(newer, self.limits.threads, |part| {
            let mut scanned = Scanned::default();
            scanned.read(&self.parts, &part.path, &growing, self.through)?;
            Ok(scanned)
        })?;
        let mut entries = present.fresh.entries(&growing);
        entries.retain(|entry| entry.arrival > self.through);
        let mut left_out = present.fresh.left_out;
        for part in scanned {
            entries.extend(part.entries);
            left_out += part.left_out;
        }
        growing.count(&entries);
        let settled = growing.settle(self.dictionary.as_ref().clone(), self.channels.as_ref().clone());
        settled.recode(&mut entries);
        Ok((entries, settled, left_out))
    }

    /// Takes the events of customers who redirect since out of their buckets.
    fn move_customers(&self, steps: &mut [Step], settled: &Settled) -> Result<Vec<Entry>> {
        let mut sources = Vec::new();
        for number in 0..steps.len() {
            let step = &steps[number];
            let new = changed(&step.before.redirected, &step.redirected);
            if new.is_empty() {
                continue;
            }
            let is_in_memory = step.held.segment.is_some();
            if !is_in_memory {
                // Their events may have been filed anew meanwhile, under those they redirect to.
                steps[number].read = true;
                for (_, to) in &new {
                    steps[usize::from(bucket_of(CustomerId(*to)))].read = true;
                }
            }
            sources.push((number, new));
        }
        let taken = threads::map(sources, self.limits.threads, |(number, new)| {
            Ok((number, self.take(&steps[number], &new, settled)?))
        })?;
        let mut moved = Vec::new();
        for (number, (held, gone)) in taken {
            let step = &mut steps[number];
            step.rows = held.segment.as_ref().map_or(step.rows, |segment| segment.len());
            step.held = held;
            moved.extend(gone);
        }
        Ok(moved)
    }

    /// What a bucket holds without the customers who redirect since, and their events under those they redirect to.
    fn take(&self, step: &Step, new: &[(u64, u64)], settled: &Settled) -> Result<(Held, Vec<Entry>)> {
        let from: Vec<u64> = new.iter().map(|&(from, _)| from).collect();
        let to = |entry: &Entry| from.binary_search(&entry.customer).ok().map(|index| new[index].1);
        let mut gone: Vec<Entry> = Vec::new();
        let mut held = step.held.clone();
        let (leaving, staying): (Vec<Entry>, Vec<Entry>) =
            step.held.loose.entries.iter().partition(|entry| to(entry).is_some());
        if !leaving.is_empty() {
            held.loose = Loose { compared: staying.len(), entries: staying.into() };
        }
        match &step.held.segment {
            Some(segment) => {
                if from.iter().any(|&customer| segment.run_of(CustomerId(customer)).is_some()) {
                    let (kept, all) = segment.without(&from)?;
                    held.segment = Some(Arc::new(kept));
                    gone.extend(all);
                }
            }
            None => {
                gone.extend(leaving);
                let as_filed =
                    Bucket::new(step.before.number, step.files.clone(), Redirected::default(), 0, Held::default());
                let (scanned, _) = as_filed.scan(&self.parts, &settled.fixed())?;
                let known = scanned.entries.into_iter().filter(|entry| entry.arrival <= self.through);
                gone.extend(known.filter(|entry| to(entry).is_some()));
            }
        }
        for entry in &mut gone {
            entry.customer = to(entry).unwrap_or(entry.customer);
        }
        Ok((held, gone))
    }

    fn finish(&self, mut step: Step, settled: &Settled, read_bytes: &AtomicUsize) -> Result<Arc<Bucket>> {
        let number = step.before.number;
        sort_once(&mut step.incoming);
        let mut held = step.held;
        if !step.incoming.is_empty() {
            let mut loose: Vec<Entry> = held.loose.entries.to_vec();
            loose.extend_from_slice(&step.incoming);
            sort_once(&mut loose);
            held.loose = Loose { compared: held.loose.compared, entries: loose.into() };
        }
        let more = held.loose.entries.len() - held.loose.compared.min(held.loose.entries.len());
        let (least, share) = LOOSE_MORE;
        let is_due = more > least.max(step.rows / share) && !step.files.is_empty();
        if step.read || is_due {
            held.segment = None;
            let mut bucket = Bucket::new(number, step.files, step.redirected, 0, held);
            let (segment, _) = bucket.segment(&self.parts, settled.fixed())?;
            bucket.rows = segment.len();
            if read_bytes.fetch_add(segment.bytes(), Ordering::Relaxed) + segment.bytes() > self.limits.bytes {
                bucket.drop_segment();
            }
            return Ok(bucket.in_place_of(&step.before));
        }
        let is_same_segment = match (&held.segment, &step.before.held().segment) {
            (Some(now), Some(before)) => Arc::ptr_eq(now, before),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let is_untouched = step.incoming.is_empty()
            && is_same_segment
            && step.files == step.before.files
            && step.redirected == step.before.redirected;
        if is_untouched {
            return Ok(step.before);
        }
        if let (Some(segment), false) = (&held.segment, step.incoming.is_empty()) {
            held.segment = Some(Arc::new(Segment::with(segment, &step.incoming)?));
        }
        let rows = step.rows + step.incoming.len();
        Ok(Bucket::new(number, step.files, step.redirected, rows, held).in_place_of(&step.before))
    }
}
