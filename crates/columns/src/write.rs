use std::fs::{self, File};
use std::path::{Path, PathBuf};

use model::{Arrival, Timestamp, bucket_of};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;

use crate::Row;
use crate::encode::encode;
use crate::error::{At, Result};
use crate::schema::{ROWS_PER_PAGE, schema, writer_properties};

/// Rows turned into Arrow columns at a time: few enough to be still in the cache when they are packed.
const ROWS_PER_BATCH: usize = 2 * ROWS_PER_PAGE;

/// What a manifest says of a part.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PartMeta {
    /// Where the part lies, relative to the data directory, with `/` between the folders.
    pub path: String,
    /// The person bucket of its customers.
    pub bucket: u16,
    /// The calendar year (UTC) of its events.
    pub window: i16,
    /// Number of events.
    pub rows: u64,
    /// Size of the file.
    pub bytes: u64,
    /// Lowest arrival number in it.
    pub min_arrival: Arrival,
    /// Highest arrival number in it.
    pub max_arrival: Arrival,
    /// Time of its earliest event.
    pub min_at: Timestamp,
    /// Time of its latest event.
    pub max_at: Timestamp,
}

/// Files the rows: one part for each (bucket, year) among them, at
/// `columns/bucket=017/window=2026/part-<generation>-<n>.parquet` under the data directory.
///
/// A part is written under a temporary name and renamed; an existing part is never replaced. Parts survive a power cut
/// only after [`make_durable`], which serves the parts of many calls at once. Leftovers of a call that failed end in
/// `.tmp` or stand in no manifest. Memory: 40 bytes a row, and one row group.
pub fn write_parts(data_dir: &Path, generation: u64, rows: &[Row<'_>]) -> Result<Vec<PartMeta>> {
    let mut order: Vec<Place> = rows.iter().enumerate().map(|(index, row)| Place::of(row, index)).collect();
    order.sort_unstable();
    order
        .chunk_by(|a, b| (a.bucket, a.window) == (b.bucket, b.window))
        .map(|places| write_part(data_dir, generation, rows, places))
        .collect()
}

/// Makes all parts written so far survive a power cut; call it before a manifest names them.
///
/// One flush of the file system in place of two flushes a part: with hundreds of small parts that is the difference
/// between milliseconds and seconds.
pub fn make_durable(data_dir: &Path) -> Result<()> {
    let directory = File::open(data_dir).at(data_dir)?;
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(&directory).map_err(std::io::Error::from).at(data_dir)?;
    #[cfg(not(target_os = "linux"))]
    {
        drop(directory);
        rustix::fs::sync();
    }
    Ok(())
}

/// Where a row goes; the order of the fields is the order of files and rows.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    bucket: u16,
    window: i16,
    customer: u64,
    at: i64,
    arrival: u64,
    index: usize,
}

impl Place {
    fn of(row: &Row<'_>, index: usize) -> Self {
        Self {
            bucket: bucket_of(row.customer),
            window: row.event.at.year(),
            customer: row.customer.0,
            at: row.event.at.micros(),
            arrival: row.arrival.0,
            index,
        }
    }
}

fn write_part(data_dir: &Path, generation: u64, rows: &[Row<'_>], places: &[Place]) -> Result<PartMeta> {
    let Place { bucket, window, .. } = places[0];
    let folder = format!("columns/bucket={bucket:03}/window={window:04}");
    let directory = data_dir.join(&folder);
    fs::create_dir_all(&directory).at(&directory)?;
    let temporary = directory.join(format!("part-{generation}.tmp"));

    let file = File::create(&temporary).at(&temporary)?;
    // The schema reads back from the Parquet types alone; a copy of it would be a third of a small footer.
    let options = ArrowWriterOptions::new().with_properties(writer_properties()).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(file, schema(), options).at(&temporary)?;
    for chunk in places.chunks(ROWS_PER_BATCH) {
        let chunk: Vec<&Row<'_>> = chunk.iter().map(|place| &rows[place.index]).collect();
        writer.write(&encode(&chunk).at(&temporary)?).at(&temporary)?;
    }
    let file = writer.into_inner().at(&temporary)?;
    let bytes = file.metadata().at(&temporary)?.len();

    let (name, target) = free_name(&directory, generation);
    fs::rename(&temporary, &target).at(&target)?;

    let arrivals = || places.iter().map(|place| place.arrival);
    let times = || places.iter().map(|place| place.at);
    let of = |bound: Option<i64>| Timestamp::clamped(bound.expect("a part has rows"));
    Ok(PartMeta {
        path: format!("{folder}/{name}"),
        bucket,
        window,
        rows: places.len() as u64,
        bytes,
        min_arrival: Arrival(arrivals().min().expect("a part has rows")),
        max_arrival: Arrival(arrivals().max().expect("a part has rows")),
        min_at: of(times().min()),
        max_at: of(times().max()),
    })
}

fn free_name(directory: &Path, generation: u64) -> (String, PathBuf) {
    let mut number = 0_u32;
    loop {
        let name = format!("part-{generation}-{number}.parquet");
        let target = directory.join(&name);
        if !target.exists() {
            return (name, target);
        }
        number += 1;
    }
}
