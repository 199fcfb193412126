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
/// A part is written under a temporary name, flushed to the disk and renamed; an existing part is never replaced.
/// When this returns, the parts survive a power cut. Leftovers of a call that failed end in `.tmp`
/// or stand in no manifest. Memory: 48 bytes a row, and one row group.
pub fn write_parts(data_dir: &Path, generation: u64, rows: &[Row<'_>]) -> Result<Vec<PartMeta>> {
    let mut order: Vec<Place> = rows.iter().enumerate().map(|(index, row)| Place::of(row, index)).collect();
    order.sort_unstable();
    order
        .chunk_by(|a, b| (a.bucket, a.window) == (b.bucket, b.window))
        .map(|places| write_part(data_dir, generation, rows, places))
        .collect()
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
    create_folder(&directory)?;
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
    file.sync_all().at(&temporary)?;
    let bytes = file.metadata().at(&temporary)?.len();

    let (name, target) = free_name(&directory, generation);
    fs::rename(&temporary, &target).at(&target)?;
    sync_folder(&directory)?;

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

/// Creates the folder and those above it; a new one is flushed into the folder that holds it.
fn create_folder(directory: &Path) -> Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    if let Some(outer) = directory.parent() {
        create_folder(outer)?;
        match fs::create_dir(directory) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error).at(directory),
            Ok(()) | Err(_) => {}
        }
        sync_folder(outer)?;
    }
    Ok(())
}

fn sync_folder(directory: &Path) -> Result<()> {
    File::open(directory).and_then(|folder| folder.sync_all()).at(directory)
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
