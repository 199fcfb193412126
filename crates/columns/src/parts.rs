use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use parquet::file::page_index::column_index::ColumnIndexMetaData;

use crate::Row;
use crate::decode::decode;
use crate::error::{At, Result};
use crate::schema::{column, schema};

/// Footers kept parsed, each with the places and bounds of its pages.
const FOOTERS_KEPT: usize = 512;

/// Rows decoded at a time when a whole part is read.
const ROWS_PER_BATCH: usize = 8_192;

/// The parts of a data directory, to be read. Cheap to share between threads.
///
/// Paths are relative to the data directory, as in [`crate::PartMeta::path`]. Parts never change, so
/// their parsed footers are kept, the least recently used ones dropped first.
#[derive(Debug)]
pub struct Parts {
    data_dir: PathBuf,
    footers: Mutex<Footers>,
}

#[derive(Debug, Default)]
struct Footers {
    by_path: HashMap<String, (u64, ArrowReaderMetadata)>,
    clock: u64,
}

impl Parts {
    /// The parts below `data_dir`; reads nothing yet.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self { data_dir: data_dir.into(), footers: Mutex::default() }
    }

    /// All events of the customers in a part, in the part's order. Decodes only the pages they lie on.
    pub fn read_customer(&self, path: &str, customers: &[u64]) -> Result<Vec<Row<'static>>> {
        let (file, footer, full) = self.open(path)?;
        let candidates = candidate_rows(footer.metadata(), customers);
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        let found = exact_rows(&file, &footer, &full, candidates, customers)?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let total = total_rows(footer.metadata());
        let count = found.iter().map(ExactSizeIterator::len).sum::<usize>();
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, footer)
            .with_batch_size(count.min(ROWS_PER_BATCH))
            .with_row_selection(RowSelection::from_consecutive_ranges(found.into_iter(), total))
            .build()
            .at(&full)?;
        let mut rows = Vec::with_capacity(count);
        for batch in reader {
            rows.extend(decode(&batch.at(&full)?, &full)?);
        }
        Ok(rows)
    }

    /// All events of a part, some thousand at a time, in its order.
    pub fn read_rows(&self, path: &str) -> Result<Rows> {
        let (file, footer, full) = self.open(path)?;
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, footer)
            .with_batch_size(ROWS_PER_BATCH)
            .build()
            .at(&full)?;
        Ok(Rows { path: full, reader })
    }

    /// Some columns of a part, the batches in its order.
    pub(crate) fn read_columns(
        &self,
        path: &str,
        columns: &[usize],
        as_schema: &arrow_schema::SchemaRef,
    ) -> Result<impl Iterator<Item = Result<RecordBatch>> + use<>> {
        let full = self.data_dir.join(path);
        let file = File::open(&full).at(&full)?;
        let options = ArrowReaderOptions::new().with_schema(Arc::clone(as_schema));
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).at(&full)?;
        let mask = ProjectionMask::roots(builder.parquet_schema(), columns.iter().copied());
        let reader = builder.with_projection(mask).with_batch_size(ROWS_PER_BATCH).build().at(&full)?;
        Ok(reader.map(move |batch| batch.at(&full)))
    }

    fn open(&self, path: &str) -> Result<(File, ArrowReaderMetadata, PathBuf)> {
        let full = self.data_dir.join(path);
        let file = File::open(&full).at(&full)?;
        let kept = self.footers.lock().unwrap_or_else(PoisonError::into_inner).get(path);
        if let Some(footer) = kept {
            return Ok((file, footer, full));
        }
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required).with_schema(schema());
        let footer = ArrowReaderMetadata::load(&file, options).at(&full)?;
        self.footers.lock().unwrap_or_else(PoisonError::into_inner).put(path, footer.clone());
        Ok((file, footer, full))
    }
}

impl Footers {
    fn get(&mut self, path: &str) -> Option<ArrowReaderMetadata> {
        self.clock += 1;
        let (used, footer) = self.by_path.get_mut(path)?;
        *used = self.clock;
        Some(footer.clone())
    }

    /// Where the cache is full, the older half goes: one pass in many calls instead of a list to keep in order.
    fn put(&mut self, path: &str, footer: ArrowReaderMetadata) {
        if self.by_path.len() >= FOOTERS_KEPT {
            let mut uses: Vec<u64> = self.by_path.values().map(|(used, _)| *used).collect();
            let (_, middle, _) = uses.select_nth_unstable(FOOTERS_KEPT / 2);
            let oldest_kept = *middle;
            self.by_path.retain(|_, (used, _)| *used >= oldest_kept);
        }
        self.clock += 1;
        self.by_path.insert(path.to_owned(), (self.clock, footer));
    }
}

/// All events of a part in batches; see [`Parts::read_rows`].
pub struct Rows {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Iterator for Rows {
    type Item = Result<Vec<Row<'static>>>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.reader.next()?;
        Some(batch.at(&self.path).and_then(|batch| decode(&batch, &self.path)))
    }
}

fn total_rows(metadata: &ParquetMetaData) -> usize {
    metadata.row_groups().iter().map(|group| group.num_rows() as usize).sum()
}

/// Row ranges of the pages whose bounds admit one of the customers; the whole part where it has no bounds.
fn candidate_rows(metadata: &ParquetMetaData, customers: &[u64]) -> Vec<std::ops::Range<usize>> {
    let (Some(bounds), Some(offsets)) = (metadata.column_index(), metadata.offset_index()) else {
        return std::iter::once(0..total_rows(metadata)).collect();
    };
    let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
    let mut group_begin = 0;
    for (group, (bounds, offsets)) in metadata.row_groups().iter().zip(bounds.iter().zip(offsets)) {
        let group_end = group_begin + group.num_rows() as usize;
        let pages = offsets[column::CUSTOMER].page_locations();
        for (page, location) in pages.iter().enumerate() {
            if page_may_hold(&bounds[column::CUSTOMER], page, customers) {
                let begin = group_begin + location.first_row_index as usize;
                let end = pages.get(page + 1).map_or(group_end, |next| group_begin + next.first_row_index as usize);
                match ranges.last_mut() {
                    Some(last) if last.end == begin => last.end = end,
                    _ => ranges.push(begin..end),
                }
            }
        }
        group_begin = group_end;
    }
    ranges
}

#[allow(clippy::wildcard_enum_match_arm, reason = "only one of the physical types can be a customer's")]
fn page_may_hold(bounds: &ColumnIndexMetaData, page: usize, customers: &[u64]) -> bool {
    match bounds {
        // Parquet stores unsigned numbers in signed ones, bit for bit.
        ColumnIndexMetaData::INT64(index) => match (index.min_value(page), index.max_value(page)) {
            (Some(&min), Some(&max)) => customers.iter().any(|id| (min as u64..=max as u64).contains(id)),
            _ => true,
        },
        _ => true,
    }
}

/// The rows among the candidates that are the customers' own: decodes the customer column alone, so that the
/// other nineteen are decoded for these rows only.
fn exact_rows(
    file: &File,
    footer: &ArrowReaderMetadata,
    path: &Path,
    candidates: Vec<std::ops::Range<usize>>,
    customers: &[u64],
) -> Result<Vec<std::ops::Range<usize>>> {
    let total = total_rows(footer.metadata());
    let mask = ProjectionMask::roots(footer.parquet_schema(), [column::CUSTOMER]);
    let mut positions = candidates.clone().into_iter().flatten();
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file.try_clone().at(path)?, footer.clone())
        .with_projection(mask)
        .with_batch_size(ROWS_PER_BATCH)
        .with_row_selection(RowSelection::from_consecutive_ranges(candidates.into_iter(), total))
        .build()
        .at(path)?;
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for batch in reader {
        let batch = batch.at(path)?;
        for (&customer, position) in
            batch.column(0).as_primitive::<UInt64Type>().values().iter().zip(positions.by_ref())
        {
            if customers.contains(&customer) {
                match found.last_mut() {
                    Some(last) if last.end == position => last.end = position + 1,
                    _ => found.push(position..position + 1),
                }
            }
        }
    }
    Ok(found)
}
