//! Which message ids were seen: exactly, within a window of time, in bounded memory.
//!
//! Recent ids lie in a hash table that is rebuilt from the journal at start. A full table is frozen, sorted and written
//! as a [`Run`] by a thread of its own, and consulted until the run takes its place. Four neighbouring runs of a size
//! become one, as long as that spans no more than a sixth of the window, so that old runs fall out of the window whole
//! and can be deleted. Nothing here is the truth: a run that is lost or damaged is made again from the journal's blocks.

mod filter;
mod run;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Slot;

use crate::StoreError;
use crate::block::Digest;
use crate::journal::JournalOptions;
pub(crate) use run::{Run, Span};

const FAN_IN: usize = 4;

/// A set of digests by id, hashed by what already is a hash.
#[derive(Debug, Default)]
pub(crate) struct Table {
    entries: HashTable<Digest>,
}

impl Table {
    pub(crate) fn payload_of(&self, id: [u64; 2]) -> Option<u64> {
        self.entries.find(id[1], |entry| entry.id == id).map(|entry| entry.payload)
    }

    /// Keeps the first of two entries with one id.
    pub(crate) fn insert(&mut self, digest: Digest) {
        if let Slot::Vacant(slot) = self.entries.entry(digest.id[1], |entry| entry.id == digest.id, |entry| entry.id[1])
        {
            slot.insert(digest);
        }
    }

    fn len(&self) -> usize {
        self.entries.len()
    }

    fn sorted(&self) -> Vec<Digest> {
        let mut sorted: Vec<Digest> = self.entries.iter().copied().collect();
        sorted.sort_unstable();
        sorted
    }
}

/// What the journal has to record before [`Dedup::adopt`] may be called.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) added: Vec<Arc<Run>>,
    pub(crate) removed: Vec<Arc<Run>>,
}

type Worker = JoinHandle<io::Result<Run>>;

#[derive(Debug)]
struct Frozen {
    table: Arc<Table>,
    span: Span,
    writer: Option<Worker>,
}

#[derive(Debug)]
struct Merge {
    parts: Vec<Arc<Run>>,
    writer: Worker,
}

#[derive(Debug)]
pub(crate) struct Dedup {
    directory: PathBuf,
    options: JournalOptions,
    recent: Table,
    /// What `recent` covers; `None` while it is empty.
    recent_span: Option<Span>,
    frozen: Option<Frozen>,
    /// Oldest first.
    runs: Vec<Arc<Run>>,
    merge: Option<Merge>,
}

impl Dedup {
    /// With the runs the journal has recorded. `derive` gives the digests of a span of blocks, for runs that are lost.
    pub(crate) fn open(
        directory: &Path,
        options: JournalOptions,
        recorded: &[Span],
        derive: impl Fn(Span) -> Result<Table, StoreError>,
    ) -> Result<Self, StoreError> {
        let known: BTreeSet<String> = recorded.iter().map(|span| Run::file_name(*span)).collect();
        let io = |error| StoreError::io(directory, error);
        for file in fs::read_dir(directory).map_err(io)? {
            let file = file.map_err(io)?;
            if !known.contains(&*file.file_name().to_string_lossy()) {
                fs::remove_file(file.path()).map_err(io)?;
            }
        }
        let mut dedup = Self {
            directory: directory.to_owned(),
            options,
            recent: Table::default(),
            recent_span: None,
            frozen: None,
            runs: Vec::new(),
            merge: None,
        };
        for span in recorded {
            let path = directory.join(Run::file_name(*span));
            let run = match Run::open(&path, *span) {
                Ok(run) => run,
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "run of message ids is made again from the journal");
                    write_run(directory, *span, &derive(*span)?).map_err(|error| StoreError::io(&path, error))?
                }
            };
            dedup.runs.push(Arc::new(run));
        }
        dedup.runs.sort_by_key(|run| run.span.after);
        Ok(dedup)
    }

    /// Remembers the digests of the block at `position`, received at `at`.
    pub(crate) fn insert(&mut self, position: u64, at: i64, digests: impl IntoIterator<Item = Digest>) {
        let span = Span { after: position - 1, through: position, oldest: at, newest: at };
        self.recent_span = Some(self.recent_span.map_or(span, |before| before.joined(span)));
        digests.into_iter().for_each(|digest| self.recent.insert(digest));
    }

    /// For each digest the payload that was stored under its id, if the id is remembered.
    ///
    /// Run by run and not id by id: the filters' cache misses then overlap.
    pub(crate) fn probe(
        &mut self,
        digests: &[Digest],
        derive: impl Fn(Span) -> Result<Table, StoreError>,
    ) -> Result<Vec<Option<u64>>, StoreError> {
        let mut found: Vec<Option<u64>> = digests.iter().map(|digest| self.recent.payload_of(digest.id)).collect();
        if let Some(frozen) = &self.frozen {
            for (payload, digest) in found.iter_mut().zip(digests) {
                *payload = payload.or_else(|| frozen.table.payload_of(digest.id));
            }
        }
        for run in self.runs.iter_mut().rev() {
            for (payload, digest) in found.iter_mut().zip(digests) {
                if payload.is_none() && run.may_hold(digest.id) {
                    *payload = match run.find(digest.id) {
                        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                            tracing::warn!(path = %run.path.display(), %error, "run is made again from the journal");
                            let derived = derive(run.span)?;
                            let written = write_run(&self.directory, run.span, &derived);
                            *run = Arc::new(written.map_err(|error| StoreError::io(&run.path, error))?);
                            derived.payload_of(digest.id)
                        }
                        answer => answer.map_err(|error| StoreError::io(&run.path, error))?,
                    };
                }
            }
        }
        Ok(found)
    }

    /// Makes room for `expected` more ids and collects what the background threads have finished.
    ///
    /// Waits only if two tables are full, which means that the disk takes runs more slowly than events come.
    pub(crate) fn tend(&mut self, expected: usize, now: i64) -> Result<Change, StoreError> {
        let mut change = Change::default();
        let full = self.recent_span.is_some() && self.recent.len() + expected > self.options.table_entries;
        if let Some(frozen) = &mut self.frozen {
            let done = frozen.writer.as_ref().is_none_or(JoinHandle::is_finished);
            if done || full {
                let written = match frozen.writer.take() {
                    Some(writer) => join(writer),
                    None => write_run(&self.directory, frozen.span, &frozen.table),
                };
                change.added.push(Arc::new(written.map_err(|error| StoreError::io(&self.directory, error))?));
            }
        }
        if let Some(merge) = self.merge.take_if(|merge| merge.writer.is_finished()) {
            match join(merge.writer) {
                Ok(merged) => {
                    change.removed.extend(merge.parts);
                    change.added.push(Arc::new(merged));
                }
                // The parts serve as well; a damaged one is found and made again when it is asked.
                Err(error) => tracing::warn!(%error, "runs of message ids could not be merged"),
            }
        }
        let oldest_needed = now.saturating_sub(self.window());
        let merging = self.merge.iter().flat_map(|merge| &merge.parts);
        let busy: BTreeSet<u64> = merging.chain(&change.removed).map(|run| run.span.after).collect();
        let expired = self.runs.iter().filter(|run| run.span.newest < oldest_needed && !busy.contains(&run.span.after));
        change.removed.extend(expired.cloned());
        Ok(change)
    }

    /// Takes over a change that the journal has recorded, deletes what it replaced and starts the next work.
    pub(crate) fn adopt(&mut self, change: Change, expected: usize) {
        for run in &change.removed {
            self.runs.retain(|kept| kept.span != run.span);
            if let Err(error) = fs::remove_file(&run.path) {
                tracing::warn!(path = %run.path.display(), %error, "a run of no more use could not be deleted");
            }
        }
        let more_runs = !change.added.is_empty();
        for run in change.added {
            if self.frozen.as_ref().is_some_and(|frozen| frozen.span == run.span) {
                self.frozen = None;
            }
            self.runs.push(run);
        }
        self.runs.sort_by_key(|run| run.span.after);

        if self.frozen.is_none() && self.recent.len() + expected > self.options.table_entries {
            self.freeze();
        }
        // Not at every call: a merge that failed for want of space would take what is left again and again.
        if more_runs && self.merge.is_none() {
            self.start_merge();
        }
    }

    fn freeze(&mut self) {
        let Some(span) = self.recent_span.take() else { return };
        let table = Arc::new(std::mem::take(&mut self.recent));
        let (directory, entries) = (self.directory.clone(), Arc::clone(&table));
        let writer = spawn("dedup-flush", move || write_run(&directory, span, &entries));
        self.frozen = Some(Frozen { table, span, writer });
    }

    fn start_merge(&mut self) {
        let most_span = self.window() / 6;
        let tier = |run: &Run| (run.entries * 2 / self.options.table_entries.max(1) as u64).max(1).ilog(FAN_IN as u64);
        let mergeable = |runs: &&[Arc<Run>]| {
            let same_tier = runs.iter().all(|run| tier(run) == tier(&runs[0]));
            same_tier && joined(runs).length() <= most_span
        };
        let Some(parts) = self.runs.windows(FAN_IN).rev().find(mergeable).map(<[_]>::to_vec) else { return };
        let (directory, sources) = (self.directory.clone(), parts.clone());
        let writer = spawn("dedup-merge", move || merge(&directory, &sources));
        self.merge = writer.map(|writer| Merge { parts, writer });
    }

    /// The window in microseconds.
    fn window(&self) -> i64 {
        i64::try_from(self.options.window_s.saturating_mul(1_000_000)).unwrap_or(i64::MAX)
    }
}

impl Drop for Dedup {
    /// Whoever deletes or copies the directory afterwards finds nobody writing there.
    fn drop(&mut self) {
        let writers = self.frozen.take().and_then(|frozen| frozen.writer).into_iter();
        for writer in writers.chain(self.merge.take().map(|merge| merge.writer)) {
            if let Err(error) = join(writer) {
                tracing::warn!(%error, "a run of message ids could not be written");
            }
        }
    }
}

/// `None` if the system gives no thread: then the work is done where it is waited for.
fn spawn(name: &str, work: impl FnOnce() -> io::Result<Run> + Send + 'static) -> Option<Worker> {
    thread::Builder::new().name(name.to_owned()).spawn(work).ok()
}

fn join(writer: Worker) -> io::Result<Run> {
    writer.join().unwrap_or_else(|_| Err(io::Error::other("the thread that wrote it panicked")))
}

fn joined(runs: &[Arc<Run>]) -> Span {
    runs.iter().map(|run| run.span).reduce(Span::joined).expect("there are runs to join")
}

fn write_run(directory: &Path, span: Span, table: &Table) -> io::Result<Run> {
    let sorted = table.sorted();
    Run::write(directory, span, sorted.len(), sorted.into_iter().map(Ok))
}

/// Writes the entries of neighbouring runs as one run; of equal ids the oldest counts.
fn merge(directory: &Path, parts: &[Arc<Run>]) -> io::Result<Run> {
    let entries = parts.iter().map(|run| run.entries as usize).sum();
    let mut sources = parts.iter().map(|run| Ok(run.iter()?.peekable())).collect::<io::Result<Vec<_>>>()?;
    let sorted = std::iter::from_fn(move || {
        // Four heads: looking at each is as quick as any heap. An error counts as the least, so that it comes out.
        let head = |source: &mut std::iter::Peekable<_>| {
            source.peek().map(|next: &io::Result<Digest>| next.as_ref().ok().map(|entry| entry.id))
        };
        let least = (0..sources.len()).filter_map(|at| Some((head(&mut sources[at])?, at))).min()?.1;
        sources[least].next()
    });
    Run::write(directory, joined(parts), entries, sorted)
}
