use std::ops::Range;

use model::{CustomerId, MoodCode};

use crate::codes::Settled;
use crate::entry::Entry;
use crate::error::{Error, Result};

/// The events of one person bucket that take part in journeys, sorted by customer, time, arrival: 20 bytes an event,
/// 12 a customer. It never changes; whoever holds it may read on while a newer one takes its place.
///
/// A customer's events are one *run*; runs stand in the order of the customers' ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    bucket: u16,
    codes: Vec<u16>,
    channels: Vec<u8>,
    moods: Vec<MoodCode>,
    times: Vec<i64>,
    arrivals: Vec<u64>,
    runs: Vec<u32>,
    customers: Vec<CustomerId>,
}

impl Segment {
    /// The person bucket.
    pub fn bucket(&self) -> u16 {
        self.bucket
    }

    /// Touchpoint code of each event.
    pub fn codes(&self) -> &[u16] {
        &self.codes
    }

    /// Channel code of each event.
    pub fn channels(&self) -> &[u8] {
        &self.channels
    }

    /// Mood of each event.
    pub fn moods(&self) -> &[MoodCode] {
        &self.moods
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

    /// The customer of each run, ascending.
    pub fn customers(&self) -> &[CustomerId] {
        &self.customers
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// True if there is no event.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The number of a customer's run (not redirected), if it has events.
    pub fn run_of(&self, customer: CustomerId) -> Option<usize> {
        self.customers.binary_search(&customer).ok()
    }

    /// Bytes of memory it takes.
    pub fn bytes(&self) -> usize {
        self.codes.capacity() * size_of::<u16>()
            + self.channels.capacity()
            + self.moods.capacity() * size_of::<MoodCode>()
            + self.times.capacity() * size_of::<i64>()
            + self.arrivals.capacity() * size_of::<u64>()
            + self.runs.capacity() * size_of::<u32>()
            + self.customers.capacity() * size_of::<CustomerId>()
            + size_of::<Self>()
    }

    /// A segment of sorted events.
    pub(crate) fn of_entries(bucket: u16, entries: &[Entry]) -> Result<Self> {
        let customers = entries.chunk_by(|a, b| a.customer == b.customer).count();
        let mut segment = Self::with_capacity(bucket, entries.len(), customers)?;
        for run in entries.chunk_by(|a, b| a.customer == b.customer) {
            segment.begin_run(CustomerId(run[0].customer));
            segment.codes.extend(run.iter().map(|entry| code(entry.code)));
            segment.channels.extend(run.iter().map(|entry| channel(entry.channel)));
            segment.moods.extend(run.iter().map(|entry| entry.mood));
            segment.times.extend(run.iter().map(|entry| entry.at));
            segment.arrivals.extend(run.iter().map(|entry| entry.arrival));
        }
        segment.close();
        Ok(segment)
    }

    /// The segment with more events, which are sorted. Costs one copy.
    pub(crate) fn with(&self, entries: &[Entry]) -> Result<Self> {
        let groups = || entries.chunk_by(|a, b| a.customer == b.customer);
        let new = groups().filter(|group| self.run_of(CustomerId(group[0].customer)).is_none()).count();
        let rows = self.len() + entries.len();
        let mut merged = Self::with_capacity(self.bucket, rows, self.customers.len() + new)?;
        let mut next = 0;
        for group in groups() {
            let customer = CustomerId(group[0].customer);
            let before = next + self.customers[next..].partition_point(|&own| own < customer);
            merged.append_runs(self, next..before);
            next = before;
            merged.begin_run(customer);
            let mut rest = 0..0;
            if self.customers.get(next) == Some(&customer) {
                rest = self.rows_of(next..next + 1);
                next += 1;
            }
            for entry in group {
                let earlier =
                    rest.clone().take_while(|&row| (self.times[row], self.arrivals[row]) <= (entry.at, entry.arrival));
                let upto = rest.start + earlier.count();
                merged.append_rows(self, rest.start..upto);
                rest.start = upto;
                merged.codes.push(code(entry.code));
                merged.channels.push(channel(entry.channel));
                merged.moods.push(entry.mood);
                merged.times.push(entry.at);
                merged.arrivals.push(entry.arrival);
            }
            merged.append_rows(self, rest);
        }
        merged.append_runs(self, next..self.customers.len());
        merged.close();
        Ok(merged)
    }

    /// The segment without some customers (ascending), and the events they had.
    pub(crate) fn without(&self, leaving: &[u64]) -> Result<(Self, Vec<Entry>)> {
        let runs: Vec<usize> = leaving.iter().filter_map(|&customer| self.run_of(CustomerId(customer))).collect();
        let rows = runs.iter().map(|&run| self.rows_of(run..run + 1).len()).sum::<usize>();
        let mut kept = Self::with_capacity(self.bucket, self.len() - rows, self.customers.len() - runs.len())?;
        let mut gone = Vec::with_capacity(rows);
        let mut next = 0;
        for run in runs {
            kept.append_runs(self, next..run);
            next = run + 1;
            gone.extend(self.rows_of(run..next).map(|row| Entry {
                customer: self.customers[run].0,
                at: self.times[row],
                arrival: self.arrivals[row],
                code: self.codes[row].into(),
                channel: self.channels[row].into(),
                mood: self.moods[row],
            }));
        }
        kept.append_runs(self, next..self.customers.len());
        kept.close();
        Ok((kept, gone))
    }

    /// The segment with the codes in force.
    pub(crate) fn recoded(mut self, settled: &Settled) -> Self {
        self.codes.iter_mut().for_each(|code| *code = settled.codes[usize::from(*code)]);
        self.channels.iter_mut().for_each(|channel| *channel = settled.channel_codes[usize::from(*channel)]);
        self
    }

    fn with_capacity(bucket: u16, rows: usize, customers: usize) -> Result<Self> {
        if rows >= u32::MAX as usize {
            return Err(Error::TooManyRows { rows });
        }
        Ok(Self {
            bucket,
            codes: Vec::with_capacity(rows),
            channels: Vec::with_capacity(rows),
            moods: Vec::with_capacity(rows),
            times: Vec::with_capacity(rows),
            arrivals: Vec::with_capacity(rows),
            runs: Vec::with_capacity(if customers == 0 { 0 } else { customers + 1 }),
            customers: Vec::with_capacity(customers),
        })
    }

    /// The events of neighbouring runs.
    fn rows_of(&self, runs: Range<usize>) -> Range<usize> {
        if runs.is_empty() { 0..0 } else { self.runs[runs.start] as usize..self.runs[runs.end] as usize }
    }

    fn begin_run(&mut self, customer: CustomerId) {
        self.customers.push(customer);
        self.runs.push(self.codes.len() as u32);
    }

    fn append_runs(&mut self, from: &Self, runs: Range<usize>) {
        let rows = from.rows_of(runs.clone());
        let (begin, now) = (rows.start as u32, self.codes.len() as u32);
        self.customers.extend_from_slice(&from.customers[runs.clone()]);
        self.runs.extend(from.runs[runs].iter().map(|row| row - begin + now));
        self.append_rows(from, rows);
    }

    fn append_rows(&mut self, from: &Self, rows: Range<usize>) {
        self.codes.extend_from_slice(&from.codes[rows.clone()]);
        self.channels.extend_from_slice(&from.channels[rows.clone()]);
        self.moods.extend_from_slice(&from.moods[rows.clone()]);
        self.times.extend_from_slice(&from.times[rows.clone()]);
        self.arrivals.extend_from_slice(&from.arrivals[rows]);
    }

    fn close(&mut self) {
        if !self.customers.is_empty() {
            self.runs.push(self.codes.len() as u32);
        }
    }
}

/// Numbers beyond the last code occur only while codes are still being given; those segments are read again.
fn code(number: u32) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn channel(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}
