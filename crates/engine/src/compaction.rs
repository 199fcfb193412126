//! From the tail into Parquet parts, in the background, and from many small parts into fewer.
//!
//! The journal stays the truth: parts are written first, then the manifest takes them up in one transaction, then the
//! tail lets its blocks go. Whatever stops this half-way leaves files no manifest names; they are swept at the next start.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use columns::{PartMeta, Row};
use model::{Arrival, CustomerId, NodeId, Timestamp, bucket_of};
use store::{PartRow, StateChange};

use crate::EngineError;
use crate::folded::Folded;
use crate::shared::Shared;
use crate::tail::TailBlock;

/// Parts of one bucket and year that may stand side by side before they are made one.
const MOST_PARTS: usize = 8;
/// Parts stay on disk for a while after the manifest has dropped them: somebody may still be reading.
const GRACE: Duration = Duration::from_secs(60);
/// Rows decoded at a time when parts are rewritten; about half a kilobyte each.
const ROWS_AT_A_TIME: usize = 100_000;

/// Where a row goes and where it is now: enough to sort by, small enough for all rows of a tail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    bucket: u16,
    customer: u64,
    at: i64,
    arrival: u64,
    block: u32,
    index: u32,
}

/// Files everything in the tail of which the folds have kept what came of it; false if there was nothing.
pub(crate) fn file_tail(shared: &Shared) -> Result<bool, EngineError> {
    let _alone = shared.columns_work.lock().unwrap_or_else(PoisonError::into_inner);
    let started = Instant::now();
    let (blocks, customers, mapping_version) = {
        let folded = shared.folded();
        let is_kept = |tail: &&TailBlock| tail.block.position <= folded.kept;
        let blocks: Vec<TailBlock> = folded.tail.blocks().iter().take_while(is_kept).cloned().collect();
        (blocks, folded.identity.customers_by_node(), folded.plans.mapping_version)
    };
    let Some(last) = blocks.last() else { return Ok(false) };
    let position = last.block.position;

    let mut places: Vec<Place> = Vec::with_capacity(blocks.iter().map(|tail| tail.rows.len()).sum());
    for (block, tail) in (0u32..).zip(&blocks) {
        for (index, arrival, row) in tail.rows() {
            let customer = u64::from(customers[row.anchor as usize]);
            let bucket = bucket_of(CustomerId(customer));
            places.push(Place { bucket, customer, at: row.at, arrival: arrival.0, block, index: index as u32 });
        }
    }
    drop(customers);
    places.sort_unstable();

    let generation = shared.next_generation();
    let mut written = Vec::new();
    for bucket in places.chunk_by(|a, b| a.bucket == b.bucket) {
        let labels =
            shared.labels_of(bucket.iter().map(|place| blocks[place.block as usize].rows[place.index as usize].code));
        let mut rows = Vec::with_capacity(bucket.len());
        for place in bucket {
            let tail = &blocks[place.block as usize];
            let row = tail.rows[place.index as usize];
            let label = &labels[&row.code];
            rows.push(Row {
                customer: CustomerId(place.customer),
                anchor: NodeId(row.anchor),
                arrival: Arrival(place.arrival),
                touchpoint: label.name.as_str().into(),
                registered: label.registered,
                event: tail.block.event(place.index as usize)?,
            });
        }
        written.extend(columns::write_parts(shared.directory.root(), generation, &rows)?);
    }
    columns::make_durable(shared.directory.root())?;
    let added: Vec<PartRow> = written.into_iter().map(|meta| part_row(meta, mapping_version, generation)).collect();
    shared.commit(&StateChange {
        columns_through: Some(position),
        mapping_version: Some(mapping_version),
        parts_added: added.clone(),
        ..StateChange::default()
    })?;
    let mut folded = shared.folded_mut();
    folded.parts.extend(added.into_iter().map(Arc::new));
    folded.columns_through = position;
    folded.tail.drop_through(position);
    drop(folded);
    shared.room_in_tail();
    shared.metrics.compacted(started.elapsed());
    tracing::debug!(events = places.len(), seconds = started.elapsed().as_secs_f64(), "tail filed");
    Ok(true)
}

/// Makes one part of many where too many stand side by side; at most one bucket a call. False if there was none.
pub(crate) fn merge_parts(shared: &Shared) -> Result<bool, EngineError> {
    let _alone = shared.columns_work.lock().unwrap_or_else(PoisonError::into_inner);
    let started = Instant::now();
    let crowded = {
        let folded = shared.folded();
        let mut by_place: BTreeMap<(u16, i32), Vec<Arc<PartRow>>> = BTreeMap::new();
        for part in &folded.parts {
            by_place.entry((part.bucket, part.window)).or_default().push(Arc::clone(part));
        }
        by_place.into_values().find(|parts| parts.len() > MOST_PARTS)
    };
    let Some(parts) = crowded else { return Ok(false) };
    let rewritten = rewrite(shared, &parts, |folded, row| {
        row.customer = folded.identity.customer_of(row.anchor);
    })?;
    swap(shared, &parts, rewritten, StateChange::default(), |_| Ok(()))?;
    shared.metrics.compacted(started.elapsed());
    Ok(true)
}

/// Files events anew whose customers were split, so that each lies under its own again.
///
/// Runs on the thread that splits, before the split is kept. Until then whoever asks for a customer looks in all places
/// where events may lie, and whoever asks about all waits.
pub(crate) fn refile_strays(shared: &Shared) -> Result<(), EngineError> {
    let strays = shared.folded().identity.all_strays();
    if strays.is_empty() {
        return Ok(());
    }
    let _alone = shared.columns_work.lock().unwrap_or_else(PoisonError::into_inner);
    let buckets: BTreeSet<u16> = strays.iter().map(|id| bucket_of(*id)).collect();
    let filed_under: Vec<u64> = strays.iter().map(|id| id.0).collect();
    let near: Vec<Arc<PartRow>> =
        shared.folded().parts.iter().filter(|part| buckets.contains(&part.bucket)).map(Arc::clone).collect();
    let mut wrong = Vec::new();
    for part in near {
        let rows = shared.parts.read_customer(&part.path, &filed_under)?;
        let folded = shared.folded();
        let is_wrong =
            |row: &Row<'_>| folded.identity.resolve(row.customer) != Some(folded.identity.customer_of(row.anchor));
        if rows.iter().any(is_wrong) {
            wrong.push(part);
        }
    }
    let rewritten = rewrite(shared, &wrong, |folded, row| row.customer = folded.identity.customer_of(row.anchor))?;
    swap(shared, &wrong, rewritten, StateChange::default(), |folded| {
        folded.identity.forget_strays();
        Ok(())
    })
}

/// Reads the rows of parts, lets `change` look at each, and writes them anew; the manifest stays as it is.
pub(crate) fn rewrite(
    shared: &Shared,
    parts: &[Arc<PartRow>],
    mut change: impl FnMut(&Folded, &mut Row<'static>),
) -> Result<Vec<PartMeta>, EngineError> {
    let generation = shared.next_generation();
    let mut written = Vec::new();
    let mut rows: Vec<Row<'static>> = Vec::new();
    let mut file = |rows: &mut Vec<Row<'static>>| -> Result<(), EngineError> {
        written.extend(columns::write_parts(shared.directory.root(), generation, rows)?);
        rows.clear();
        Ok(())
    };
    for part in parts {
        for batch in shared.parts.read_rows(&part.path)? {
            let mut batch = batch?;
            let folded = shared.folded();
            batch.iter_mut().for_each(|row| change(&folded, row));
            drop(folded);
            rows.append(&mut batch);
            if rows.len() >= ROWS_AT_A_TIME {
                file(&mut rows)?;
            }
        }
    }
    file(&mut rows)?;
    columns::make_durable(shared.directory.root())?;
    Ok(written)
}

/// Puts new parts in the place of old ones, in the manifest and in memory, together with whatever `also` changes.
pub(crate) fn swap(
    shared: &Shared,
    old: &[Arc<PartRow>],
    new: Vec<PartMeta>,
    change: StateChange<'_>,
    also: impl FnOnce(&mut Folded) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let generation = shared.generation();
    let mapping_version = change.mapping_version.unwrap_or_else(|| old.first().map_or(0, |part| part.mapping_version));
    let added: Vec<PartRow> = new.into_iter().map(|meta| part_row(meta, mapping_version, generation)).collect();
    let removed: BTreeSet<String> = old.iter().map(|part| part.path.clone()).collect();
    let mut folded = shared.folded_mut();
    shared.commit(&StateChange {
        parts_added: added.clone(),
        parts_removed: removed.iter().cloned().collect(),
        ..change
    })?;
    folded.parts.retain(|part| !removed.contains(&part.path));
    folded.parts.extend(added.into_iter().map(Arc::new));
    also(&mut folded)?;
    drop(folded);
    shared.bury(removed.into_iter().collect());
    Ok(())
}

/// Deletes dropped parts whose time of grace is over.
pub(crate) fn sweep_buried(shared: &Shared) {
    let mut buried = shared.buried.lock().unwrap_or_else(PoisonError::into_inner);
    buried.retain(|(dropped_at, path)| {
        if dropped_at.elapsed() < GRACE {
            return true;
        }
        let file = shared.directory.root().join(path);
        if let Err(error) = std::fs::remove_file(&file) {
            tracing::warn!(file = %file.display(), %error, "a dropped part could not be removed");
        }
        false
    });
}

/// Deletes part files that no manifest names: left by a compaction that was stopped half-way.
pub(crate) fn sweep_strays(columns: &Path, named: &BTreeSet<String>) -> std::io::Result<usize> {
    let mut strays = 0;
    let Ok(buckets) = std::fs::read_dir(columns) else { return Ok(0) };
    for bucket in buckets {
        let bucket = bucket?;
        for window in std::fs::read_dir(bucket.path())? {
            let window = window?;
            for part in std::fs::read_dir(window.path())? {
                let part = part?;
                let names = [bucket.file_name(), window.file_name(), part.file_name()];
                let path = format!("columns/{}", names.map(|name| name.to_string_lossy().into_owned()).join("/"));
                if !named.contains(&path) {
                    std::fs::remove_file(part.path())?;
                    strays += 1;
                }
            }
        }
    }
    Ok(strays)
}

fn part_row(meta: PartMeta, mapping_version: u32, generation: u64) -> PartRow {
    let times: (Timestamp, Timestamp) = (meta.min_at, meta.max_at);
    PartRow {
        path: meta.path,
        bucket: meta.bucket,
        window: i32::from(meta.window),
        rows: meta.rows,
        bytes: meta.bytes,
        arrivals: (meta.min_arrival, meta.max_arrival),
        times,
        mapping_version,
        generation,
    }
}
