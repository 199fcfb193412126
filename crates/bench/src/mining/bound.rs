//! Bare loops over sorted columns in memory: no names, no filters, no threads. What the machine can do, as the bound of what a
//! program can.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

use super::generate::{TOUCHPOINTS, name};
use super::runs::Run;

/// A power of two, so that a pair's place is found by shifting.
const WIDTH: usize = TOUCHPOINTS.next_power_of_two();

/// The log by customer, then by time.
pub(super) struct Columns {
    /// Where each customer's events begin, and the end.
    begins: Vec<usize>,
    pub(super) codes: Vec<u8>,
    /// Microseconds since 1970.
    pub(super) times: Vec<i64>,
}

impl Columns {
    /// Reads the file twice: to count each customer's events, and to place them. The file's order of time is kept.
    pub(super) fn read(file: &Path) -> Result<Self> {
        let mut counts: Vec<usize> = Vec::new();
        for_each(file, |customer, _, _| {
            if counts.len() <= customer {
                counts.resize(customer + 1, 0);
            }
            counts[customer] += 1;
            Ok(())
        })?;
        let mut begins = vec![0];
        begins.extend(counts.iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        }));
        let all = *begins.last().context("not even an end")?;
        let (mut codes, mut times, mut places) = (vec![0; all], vec![0; all], begins.clone());
        for_each(file, |customer, touchpoint, time| {
            let place = places[customer];
            codes[place] = touchpoint.strip_prefix("tp_").and_then(|number| number.parse().ok()).context("a name")?;
            times[place] = time;
            places[customer] += 1;
            Ok(())
        })?;
        ensure!(codes.iter().all(|&code| usize::from(code) < TOUCHPOINTS), "more touchpoints than {TOUCHPOINTS}");
        Ok(Self { begins, codes, times })
    }

    pub(super) fn events(&self) -> u64 {
        self.codes.len() as u64
    }

    /// Each customer's events.
    pub(super) fn journeys(&self) -> impl Iterator<Item = Range<usize>> {
        self.begins.windows(2).map(|pair| pair[0]..pair[1])
    }

    /// How often each pair, without its waits.
    pub(super) fn graph(&self, repeats: usize) -> Run {
        let mut counts = Vec::new();
        let mut run = Run::new("graph", "bare loop");
        for _ in 0..repeats {
            run.add(timed(|| {
                counts = vec![0_u64; WIDTH * WIDTH];
                for journey in self.journeys() {
                    for pair in self.codes[journey].windows(2) {
                        counts[place(pair)] += 1;
                    }
                }
            }));
        }
        let occurring = counts.iter().enumerate().filter(|(_, count)| **count > 0);
        run.answer = occurring.map(|(place, count)| json!([from(place), to(place), count])).collect();
        run
    }

    /// How often each pair, with n, sum, least and most of its waits.
    pub(super) fn waits(&self, repeats: usize) -> Run {
        let mut cells = Vec::new();
        let mut run = Run::new("waits", "bare loop");
        for _ in 0..repeats {
            run.add(timed(|| {
                cells = vec![Cell { n: 0, sum: 0, least: i64::MAX, most: i64::MIN }; WIDTH * WIDTH];
                for journey in self.journeys() {
                    let (codes, times) = (&self.codes[journey.clone()], &self.times[journey]);
                    for (pair, moments) in codes.windows(2).zip(times.windows(2)) {
                        let (cell, wait) = (&mut cells[place(pair)], moments[1] - moments[0]);
                        cell.n += 1;
                        cell.sum += wait;
                        cell.least = cell.least.min(wait);
                        cell.most = cell.most.max(wait);
                    }
                }
            }));
        }
        let occurring = cells.iter().enumerate().filter(|(_, cell)| cell.n > 0);
        let seconds = |micros: i64| micros as f64 / 1e6;
        let row = |(place, cell): (usize, &Cell)| {
            let mean = cell.sum as f64 / cell.n as f64 / 1e6;
            json!([from(place), to(place), cell.n, seconds(cell.least), mean, null, null, seconds(cell.most)])
        };
        run.answer = occurring.map(row).collect::<Value>();
        run
    }
}

#[derive(Clone)]
struct Cell {
    n: u64,
    sum: i64,
    least: i64,
    most: i64,
}

fn place(pair: &[u8]) -> usize {
    usize::from(pair[0]) * WIDTH + usize::from(pair[1])
}

fn from(place: usize) -> String {
    name(place / WIDTH)
}

fn to(place: usize) -> String {
    name(place % WIDTH)
}

/// Wall and processor seconds of work on this thread.
fn timed(work: impl FnOnce()) -> (f64, f64) {
    let cpu = || {
        let spent = clock_gettime(ClockId::ThreadCPUTime);
        spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
    };
    let (began, before) = (Instant::now(), cpu());
    work();
    (began.elapsed().as_secs_f64(), cpu() - before)
}

fn for_each(file: &Path, mut row: impl FnMut(usize, &str, i64) -> Result<()>) -> Result<()> {
    let opened = File::open(file).with_context(|| file.display().to_string())?;
    for batch in ParquetRecordBatchReaderBuilder::try_new(opened)?.with_batch_size(1 << 16).build()? {
        let batch = batch?;
        let column = |name| batch.column_by_name(name).with_context(|| format!("no column {name}"));
        let customers = column("customer")?.as_primitive::<Int64Type>();
        let touchpoints = column("touchpoint")?.as_string::<i32>();
        let times = column("time")?.as_primitive::<TimestampMicrosecondType>();
        for index in 0..batch.num_rows() {
            row(usize::try_from(customers.value(index))?, touchpoints.value(index), times.value(index))?;
        }
    }
    Ok(())
}
