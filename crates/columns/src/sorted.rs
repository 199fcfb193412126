use std::collections::HashMap;

use model::{CustomerId, bucket_of};

use crate::dictionary::Dictionary;
use crate::error::{Error, Result};
use crate::{Label, Sequence};

/// Which customer a merged customer's events go to. Chains are followed to their end.
pub type Redirects = HashMap<CustomerId, CustomerId>;

/// All events that take part in journeys, sorted by customer, time, arrival: 18 bytes an event, 12 a customer.
///
/// A customer's events are one *run*. Runs stand in the order of (bucket, customer id), so that parts can be sorted
/// bucket by bucket; the number of a run is the *dense number* of its customer. Equal events give equal columns,
/// whatever the order in which they came, as long as they come at once.
#[derive(Clone, Debug, Default)]
pub struct SortedColumns {
    pub(crate) codes: Vec<u16>,
    pub(crate) times: Vec<i64>,
    pub(crate) arrivals: Vec<u64>,
    pub(crate) runs: Vec<u32>,
    pub(crate) customers: Vec<CustomerId>,
    pub(crate) dictionary: Dictionary,
    pub(crate) left_out: u64,
}

impl SortedColumns {
    /// Sorts the events of all sequences; each event goes to the customer its own customer redirects to.
    pub fn of_sequences(sequences: &[Sequence], redirects: &Redirects) -> Result<Self> {
        let mut counts: HashMap<&Label, u64> = HashMap::new();
        for sequence in sequences {
            for (label, count) in sequence.labels.iter().zip(label_counts(sequence)) {
                *counts.entry(label).or_default() += count;
            }
        }
        let counted = counts.into_iter().map(|(label, count)| (label.clone(), count)).collect();
        let empty = Self { dictionary: Dictionary::of(counted), ..Self::default() };
        empty.merged(sequences, redirects)
    }

    /// The columns with more events and with new redirects applied to all of them; labels not seen before get the
    /// next free codes. Costs one copy of the columns and a sort of the new events only.
    pub fn with_more(&self, sequences: &[Sequence], redirects: &Redirects) -> Result<Self> {
        let mut dictionary = self.dictionary.clone();
        for sequence in sequences {
            dictionary.add(&sequence.labels);
        }
        let renamed = Self { dictionary, ..self.clone() };
        renamed.merged(sequences, redirects)
    }

    /// Touchpoint code of each event.
    pub fn codes(&self) -> &[u16] {
        &self.codes
    }

    /// Time of each event, microseconds since 1970.
    pub fn times(&self) -> &[i64] {
        &self.times
    }

    /// Arrival number of each event.
    pub fn arrivals(&self) -> &[u64] {
        &self.arrivals
    }

    /// Where each run begins, and at last the number of events: `customers().len() + 1` numbers, or none.
    pub fn runs(&self) -> &[u32] {
        &self.runs
    }

    /// The customer of each run.
    pub fn customers(&self) -> &[CustomerId] {
        &self.customers
    }

    /// What the codes stand for.
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// True if there is no event.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Events that were read and left out because their kind takes no place in journeys.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Dense number of a customer (not redirected), if it has events.
    pub fn dense(&self, customer: CustomerId) -> Option<u32> {
        let key = |id: CustomerId| (bucket_of(id), id);
        self.customers.binary_search_by_key(&key(customer), |id| key(*id)).ok().map(|index| index as u32)
    }

    pub(crate) fn merged(mut self, sequences: &[Sequence], redirects: &Redirects) -> Result<Self> {
        let mut entries = self.take_redirected(redirects);
        for sequence in sequences {
            let codes = self.dictionary.codes(&sequence.labels);
            let mut targets = Targets::new(redirects);
            entries.reserve(sequence.len());
            for row in 0..sequence.len() {
                let (bucket, customer) = targets.of(sequence.customers[row]);
                entries.push(Entry {
                    bucket,
                    customer: customer.0,
                    at: sequence.at[row],
                    arrival: sequence.arrivals[row],
                    code: codes[sequence.codes[row] as usize].into(),
                });
            }
            self.left_out += sequence.left_out;
        }
        // Sequences from parts are sorted runs already, and a stable sort makes use of runs.
        entries.sort();
        let mut merged = self.merge(&entries)?;
        merged.dictionary.count_other(&merged.codes);
        Ok(merged)
    }

    /// Takes the events of customers who redirect to others out of the columns.
    fn take_redirected(&mut self, redirects: &Redirects) -> Vec<Entry> {
        let mut moved = Vec::new();
        if redirects.is_empty() || !self.customers.iter().any(|customer| redirects.contains_key(customer)) {
            return moved;
        }
        let mut kept = Self::default();
        for (dense, &customer) in self.customers.iter().enumerate() {
            let run = self.runs[dense] as usize..self.runs[dense + 1] as usize;
            let target = resolve(customer, redirects);
            if target == customer {
                kept.append_run(customer, self, run);
            } else {
                let bucket = bucket_of(target);
                moved.extend(run.map(|row| Entry {
                    bucket,
                    customer: target.0,
                    at: self.times[row],
                    arrival: self.arrivals[row],
                    code: self.codes[row].into(),
                }));
            }
        }
        kept.close();
        kept.dictionary = std::mem::take(&mut self.dictionary);
        kept.left_out = self.left_out;
        *self = kept;
        moved
    }

    /// Merges sorted entries in.
    fn merge(self, entries: &[Entry]) -> Result<Self> {
        let total = self.len() + entries.len();
        if total >= u32::MAX as usize {
            return Err(Error::TooManyRows { rows: total });
        }
        if entries.is_empty() {
            return Ok(self);
        }
        let mut merged = Self::with_capacity(total, self.customers.len());
        let mut old_runs = self.customers.iter().zip(self.runs.windows(2)).peekable();
        for group in entries.chunk_by(|a, b| a.customer == b.customer) {
            let customer = CustomerId(group[0].customer);
            let key = (group[0].bucket, customer);
            while let Some((&old, bounds)) = old_runs.next_if(|(old, _)| (bucket_of(**old), **old) < key) {
                merged.append_run(old, &self, bounds[0] as usize..bounds[1] as usize);
            }
            let own = old_runs.next_if(|(old, _)| **old == customer);
            merged.begin_run(customer);
            let mut rest = own.map_or(0..0, |(_, bounds)| bounds[0] as usize..bounds[1] as usize);
            for entry in group {
                let earlier =
                    rest.clone().take_while(|&row| (self.times[row], self.arrivals[row]) <= (entry.at, entry.arrival));
                let upto = rest.start + earlier.count();
                merged.append_rows(&self, rest.start..upto);
                rest.start = upto;
                merged.codes.push(entry.code as u16);
                merged.times.push(entry.at);
                merged.arrivals.push(entry.arrival);
            }
            merged.append_rows(&self, rest);
        }
        for (&old, bounds) in old_runs {
            merged.append_run(old, &self, bounds[0] as usize..bounds[1] as usize);
        }
        merged.close();
        merged.dictionary = self.dictionary;
        merged.left_out = self.left_out;
        Ok(merged)
    }

    pub(crate) fn with_capacity(rows: usize, customers: usize) -> Self {
        Self {
            codes: Vec::with_capacity(rows),
            times: Vec::with_capacity(rows),
            arrivals: Vec::with_capacity(rows),
            runs: Vec::with_capacity(customers + 1),
            customers: Vec::with_capacity(customers),
            ..Self::default()
        }
    }

    fn append_run(&mut self, customer: CustomerId, from: &Self, rows: std::ops::Range<usize>) {
        self.begin_run(customer);
        self.append_rows(from, rows);
    }

    pub(crate) fn begin_run(&mut self, customer: CustomerId) {
        self.customers.push(customer);
        self.runs.push(self.codes.len() as u32);
    }

    fn append_rows(&mut self, from: &Self, rows: std::ops::Range<usize>) {
        self.codes.extend_from_slice(&from.codes[rows.clone()]);
        self.times.extend_from_slice(&from.times[rows.clone()]);
        self.arrivals.extend_from_slice(&from.arrivals[rows]);
    }

    pub(crate) fn close(&mut self) {
        if !self.customers.is_empty() {
            self.runs.push(self.codes.len() as u32);
        }
    }
}

/// An event on its way into the columns; the order of the fields is the order of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) bucket: u16,
    pub(crate) customer: u64,
    pub(crate) at: i64,
    pub(crate) arrival: u64,
    /// As the columns' dictionary has it; before there is one, as the bucket's own labels have it.
    pub(crate) code: u32,
}

/// Where events go: neighbours mostly share their customer, so one look-up serves them all.
pub(crate) struct Targets<'r> {
    redirects: &'r Redirects,
    last: Option<(u64, u16, CustomerId)>,
}

impl<'r> Targets<'r> {
    pub(crate) fn new(redirects: &'r Redirects) -> Self {
        Self { redirects, last: None }
    }

    /// Bucket and id of the customer that a customer's events go to.
    pub(crate) fn of(&mut self, customer: u64) -> (u16, CustomerId) {
        match self.last {
            Some((own, bucket, target)) if own == customer => (bucket, target),
            _ => {
                let target = resolve(CustomerId(customer), self.redirects);
                let bucket = bucket_of(target);
                self.last = Some((customer, bucket, target));
                (bucket, target)
            }
        }
    }
}

pub(crate) fn label_counts(sequence: &Sequence) -> Vec<u64> {
    let mut counts = vec![0; sequence.labels.len()];
    for &code in &sequence.codes {
        counts[code as usize] += 1;
    }
    counts
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
