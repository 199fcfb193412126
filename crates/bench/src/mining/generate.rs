//! The log of `bench mining`: as many customers as asked for, five events each on average, 40 touchpoints, a year.
//!
//! Journeys are a first-order Markov chain; their lengths are log-normal with median 3, the gaps log-normal with median six
//! hours. The first touchpoint takes a quarter of all events. No two events are at the same time, and the file is in the order
//! of time, so that every tool has to group by customer by itself. Only one day is held in memory at a time.

use std::f64::consts::TAU;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::segment::scatter;

/// Touchpoints, `tp_00` and so on.
pub(super) const TOUCHPOINTS: usize = 40;

const SEED: u64 = 42;
const DAYS: usize = 365;
const DAY: i64 = 86_400_000_000;
/// 2025-01-01T00:00:00Z in microseconds since 1970.
const FIRST: i64 = 1_735_689_600_000_000;
/// Mean 5 where the median is 3, so that ten million events are those of two million customers.
const LENGTH_SIGMA: f64 = 1.0;
const GAP_MEDIAN: f64 = 6.0 * 3_600e6;
const GAP_SIGMA: f64 = 1.5;
/// Bytes of an event in a day's file: time, customer, touchpoint.
const RECORD: usize = 13;

/// The name of a touchpoint.
pub(super) fn name(touchpoint: usize) -> String {
    format!("tp_{touchpoint:02}")
}

/// Writes the file (columns customer, touchpoint, time) and says how many events it holds.
pub(super) fn write(file: &Path, customers: u32) -> Result<u64> {
    let days = tempfile::tempdir_in(file.parent().context("a file in no folder")?)?;
    scatter_over_days(days.path(), customers)?;
    let columns: [(&str, ArrayRef); 3] = columns_of(&[]);
    let schema = RecordBatch::try_from_iter(columns)?.schema();
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?)).build();
    let unfinished = file.with_extension("unfinished");
    let mut writer = ArrowWriter::try_new(File::create(&unfinished)?, schema, Some(properties))?;
    let (mut rows, mut last) = (0, i64::MIN);
    for day in 0..DAYS {
        let mut events = read_day(&day_file(days.path(), day))?;
        events.sort_unstable();
        for (at, _, _) in &mut events {
            // Two events at one moment are a microsecond apart instead; that keeps the order.
            *at = (*at).max(last + 1);
            last = *at;
        }
        rows += events.len() as u64;
        writer.write(&RecordBatch::try_from_iter(columns_of(&events))?)?;
    }
    writer.close()?;
    fs::rename(&unfinished, file)?;
    Ok(rows)
}

type Event = (i64, u32, u8);

fn columns_of(events: &[Event]) -> [(&'static str, ArrayRef); 3] {
    let names: Vec<String> = (0..TOUCHPOINTS).map(name).collect();
    let customers: Int64Array = events.iter().map(|event| Some(i64::from(event.1))).collect();
    let touchpoints: StringArray = events.iter().map(|event| Some(&names[usize::from(event.2)])).collect();
    let times: TimestampMicrosecondArray = events.iter().map(|event| Some(event.0)).collect();
    [
        ("customer", Arc::new(customers)),
        ("touchpoint", Arc::new(touchpoints)),
        ("time", Arc::new(times.with_timezone_utc())),
    ]
}

/// Every journey from its first event to its last, each event into the file of its day.
fn scatter_over_days(folder: &Path, customers: u32) -> Result<()> {
    let mut days = (0..DAYS)
        .map(|day| Ok(BufWriter::with_capacity(1 << 16, File::create(day_file(folder, day))?)))
        .collect::<Result<Vec<_>>>()?;
    let mut chance = Chance(SEED << 40);
    let chain = Chain::new(&mut chance);
    let mut pauses = Vec::new();
    for customer in 0..customers {
        let length = (3.0 * (LENGTH_SIGMA * chance.normal()).exp()).round().max(1.0) as usize;
        pauses.clear();
        pauses.extend((1..length).map(|_| GAP_MEDIAN * (GAP_SIGMA * chance.normal()).exp()));
        let year = (DAYS as i64 * DAY) as f64 - 1.0;
        let lasts: f64 = pauses.iter().sum();
        // A journey that would outlast the year is pressed into it.
        let scale = (0.99 * year / lasts).min(1.0);
        let mut at = chance.share() * (year - lasts * scale).max(0.0);
        let mut touchpoint = chain.first(&mut chance);
        for step in 0..length {
            if step > 0 {
                at += pauses[step - 1] * scale;
                touchpoint = chain.next(touchpoint, &mut chance);
            }
            let micros = at as i64;
            let day = &mut days[(micros / DAY) as usize];
            day.write_all(&(FIRST + micros).to_le_bytes())?;
            day.write_all(&customer.to_le_bytes())?;
            day.write_all(&[touchpoint as u8])?;
        }
    }
    days.iter_mut().try_for_each(|day| day.flush().context("a day's file"))
}

fn day_file(folder: &Path, day: usize) -> std::path::PathBuf {
    folder.join(format!("day-{day}"))
}

fn read_day(file: &Path) -> Result<Vec<Event>> {
    let bytes = fs::read(file)?;
    let (records, rest) = bytes.as_chunks::<RECORD>();
    ensure!(rest.is_empty(), "{} ends within an event", file.display());
    let event = |record: &[u8; RECORD]| {
        let [t0, t1, t2, t3, t4, t5, t6, t7, c0, c1, c2, c3, touchpoint] = *record;
        let at = i64::from_le_bytes([t0, t1, t2, t3, t4, t5, t6, t7]);
        (at, u32::from_le_bytes([c0, c1, c2, c3]), touchpoint)
    };
    Ok(records.iter().map(event).collect())
}

/// Numbers that look random, the same in every run.
struct Chance(u64);

impl Chance {
    /// Uniform in [0, 1).
    fn share(&mut self) -> f64 {
        self.0 += 1;
        (scatter(self.0) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.share()).ln()).sqrt() * (TAU * self.share()).cos()
    }
}

/// Where journeys begin and how they go on: cumulative shares.
struct Chain {
    first: [f64; TOUCHPOINTS],
    next: Vec<[f64; TOUCHPOINTS]>,
}

impl Chain {
    /// Every touchpoint follows every other, some more gladly than others.
    fn new(chance: &mut Chance) -> Self {
        let mut weights: [f64; TOUCHPOINTS] = std::array::from_fn(|touchpoint| 1.0 / (touchpoint as f64 + 3.0));
        let others: f64 = weights[1..].iter().sum();
        weights[0] = others / 3.0; // a quarter of all
        let next = (0..TOUCHPOINTS).map(|_| {
            let drawn = std::array::from_fn(|to| weights[to] * if to == 0 { 1.0 } else { 0.2 + 1.6 * chance.share() });
            cumulative(drawn)
        });
        Self { next: next.collect(), first: cumulative(weights) }
    }

    fn first(&self, chance: &mut Chance) -> usize {
        draw(&self.first, chance)
    }

    fn next(&self, touchpoint: usize, chance: &mut Chance) -> usize {
        draw(&self.next[touchpoint], chance)
    }
}

fn cumulative(weights: [f64; TOUCHPOINTS]) -> [f64; TOUCHPOINTS] {
    let (all, mut so_far): (f64, f64) = (weights.iter().sum(), 0.0);
    weights.map(|weight| {
        so_far += weight / all;
        so_far
    })
}

fn draw(cumulative: &[f64; TOUCHPOINTS], chance: &mut Chance) -> usize {
    let share = chance.share();
    cumulative.partition_point(|&limit| limit <= share).min(TOUCHPOINTS - 1)
}

#[cfg(test)]
mod tests {
    use super::super::bound::Columns;
    use super::*;

    #[test]
    fn the_log_is_as_its_description_says() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log.parquet");
        let rows = write(&file, 20_000).unwrap();
        let columns = Columns::read(&file).unwrap();
        assert_eq!(columns.events(), rows);
        assert!((95_000..105_000).contains(&rows), "{rows} events of 20,000 customers");
        let at_first = columns.codes.iter().filter(|&&code| code == 0).count() as f64 / rows as f64;
        assert!((0.24..0.26).contains(&at_first), "{at_first} of the events are at the first touchpoint");
        let mut lengths: Vec<usize> = columns.journeys().map(|journey| journey.len()).collect();
        lengths.sort_unstable();
        assert_eq!(lengths.len(), 20_000);
        assert_eq!(lengths[10_000], 3);
        let mut times = columns.times.clone();
        times.sort_unstable();
        assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "two events are at the same time");
        assert!(times[0] >= FIRST && times[times.len() - 1] < FIRST + DAYS as i64 * DAY + 1_000);
        for journey in columns.journeys() {
            assert!(columns.times[journey].is_sorted());
        }
    }
}
