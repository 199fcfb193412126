use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::channels::Channels;
use crate::codes::{Coder, Fixed};
use crate::dictionary::Dictionary;
use crate::entry::{Entry, sort_once};
use crate::error::Result;
use crate::redirects::{Redirected, Redirects};
use crate::scan::Scanned;
use crate::{PartMeta, Parts, Segment, Sequence};

/// How much memory the columns may take, and how many threads build them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that may stay in memory between questions.
    pub bytes: usize,
    /// Threads that read parts.
    pub threads: NonZeroUsize,
}

/// A part the columns are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// Where it lies, relative to the data directory.
    pub path: String,
    /// The person bucket of its customers.
    pub bucket: u16,
    /// Number of events.
    pub rows: u64,
    /// Highest arrival number in it.
    pub max_arrival: u64,
}

impl From<&PartMeta> for Filed {
    fn from(meta: &PartMeta) -> Self {
        Self { path: meta.path.clone(), bucket: meta.bucket, rows: meta.rows, max_arrival: meta.max_arrival.0 }
    }
}

/// Which events there are at one instant, and who is who.
#[derive(Clone, Debug, Default)]
pub struct Present {
    /// All parts.
    pub parts: Vec<Filed>,
    /// The events that lie in no part and arrived after [`Columns::through`]; all that lie in none for
    /// [`Columns::build`].
    pub fresh: Sequence,
    /// The last arrival number given.
    pub through: u64,
    /// Who redirects to whom; none if nothing has changed since the columns were last brought up to date.
    pub redirects: Option<Redirects>,
}

/// All events that take part in journeys, one [`Segment`] for each person bucket.
///
/// Segments are read from the parts when they are asked for and stay in memory as long as the budget allows; the least
/// recently used ones are dropped. Newer columns share what has not changed with older ones. The numbers of events are
/// known without any segment in memory.
///
/// What lies in no part, or in the part of another bucket because its customer was merged, cannot be read again bucket by
/// bucket: it stays in memory beside the segments, 32 bytes an event, until it is filed where it belongs.
#[derive(Clone, Debug)]
pub struct Columns {
    pub(crate) parts: Arc<Parts>,
    pub(crate) limits: Limits,
    pub(crate) dictionary: Arc<Dictionary>,
    pub(crate) channels: Arc<Channels>,
    pub(crate) buckets: Vec<Arc<Bucket>>,
    pub(crate) through: u64,
    pub(crate) left_out: u64,
    pub(crate) clock: Arc<AtomicU64>,
}

/// What is known of one bucket; what is in memory of it changes, the events do not.
#[derive(Debug, Default)]
pub(crate) struct Bucket {
    pub(crate) number: u16,
    pub(crate) files: Vec<Filed>,
    pub(crate) redirected: Redirected,
    pub(crate) rows: usize,
    pub(crate) held: Mutex<Held>,
    /// Bytes of the segment in memory.
    pub(crate) segment_bytes: AtomicUsize,
    /// Bytes of the loose events.
    pub(crate) loose_bytes: AtomicUsize,
    /// When it was last asked for, by the clock of the columns.
    pub(crate) used: AtomicU64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    pub(crate) segment: Option<Arc<Segment>>,
    pub(crate) loose: Loose,
}

/// Events of a bucket that may not lie in its own parts, sorted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Loose {
    pub(crate) entries: Arc<[Entry]>,
    /// How many there were when they were last compared with the parts.
    pub(crate) compared: usize,
}

impl Columns {
    /// Number of buckets, with or without events.
    pub fn buckets(&self) -> usize {
        self.buckets.len()
    }

    /// Number of events of a bucket.
    pub fn rows(&self, bucket: usize) -> usize {
        self.buckets[bucket].rows
    }

    /// The events of a bucket: from memory, else from the parts.
    pub fn segment(&self, bucket: usize) -> Result<Arc<Segment>> {
        let own = &self.buckets[bucket];
        own.used.store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        let (segment, is_new) = own.segment(&self.parts, self.codes())?;
        if is_new {
            self.keep_to_budget();
        }
        Ok(segment)
    }

    /// All buckets, those in memory first: whoever goes through all of them over budget reads only what is missing, where
    /// always the same order would find each segment dropped just before its turn.
    pub fn in_memory_first(&self) -> Vec<usize> {
        let mut buckets: Vec<usize> = (0..self.buckets.len()).collect();
        // Cached: other threads change what is in memory while this is sorted.
        buckets.sort_by_cached_key(|&bucket| self.buckets[bucket].segment_bytes.load(Ordering::Relaxed) == 0);
        buckets
    }

    /// What the touchpoint codes stand for.
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// What the channel codes stand for: 256 names, "" for events that say none, `(other)` at 255 for what found no code
    /// of its own.
    pub fn channels(&self) -> &Arc<[String]> {
        self.channels.shown()
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.buckets.iter().map(|bucket| bucket.rows).sum()
    }

    /// True if there is no event.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Events that were read and left out because their kind takes no place in journeys.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The arrival number up to which all events are in.
    pub fn through(&self) -> u64 {
        self.through
    }

    /// Bytes in memory: segments and loose events.
    pub fn bytes_resident(&self) -> usize {
        self.buckets.iter().map(|bucket| bucket.bytes()).sum()
    }

    /// Number of segments in memory.
    pub fn segments_resident(&self) -> usize {
        self.buckets.iter().filter(|bucket| bucket.segment_bytes.load(Ordering::Relaxed) > 0).count()
    }

    pub(crate) fn codes(&self) -> Fixed<'_> {
        Fixed { dictionary: &self.dictionary, channels: &self.channels }
    }

    /// Drops the least recently used segments until the rest is within the budget.
    pub(crate) fn keep_to_budget(&self) {
        let mut bytes = self.bytes_resident();
        if bytes <= self.limits.bytes {
            return;
        }
        let mut oldest_first: Vec<&Arc<Bucket>> = self.buckets.iter().collect();
        // Cached: other threads use segments while this is sorted.
        oldest_first.sort_by_cached_key(|bucket| bucket.used.load(Ordering::Relaxed));
        for bucket in oldest_first {
            if bytes <= self.limits.bytes {
                return;
            }
            // Segments that came in meanwhile are not in the sum.
            bytes = bytes.saturating_sub(bucket.drop_segment());
        }
    }
}

impl Bucket {
    pub(crate) fn new(number: u16, files: Vec<Filed>, redirected: Redirected, rows: usize, held: Held) -> Self {
        let segment_bytes = held.segment.as_ref().map_or(0, |segment| segment.bytes());
        let loose_bytes = size_of_val::<[Entry]>(&held.loose.entries);
        Self {
            number,
            files,
            redirected,
            rows,
            held: Mutex::new(held),
            segment_bytes: segment_bytes.into(),
            loose_bytes: loose_bytes.into(),
            used: AtomicU64::new(0),
        }
    }

    pub(crate) fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bytes(&self) -> usize {
        self.segment_bytes.load(Ordering::Relaxed) + self.loose_bytes.load(Ordering::Relaxed)
    }

    /// The segment, and whether it was not in memory. Whoever asks meanwhile waits and takes the same.
    pub(crate) fn segment(&self, parts: &Parts, codes: Fixed<'_>) -> Result<(Arc<Segment>, bool)> {
        let mut held = self.held();
        if let Some(segment) = &held.segment {
            return Ok((Arc::clone(segment), false));
        }
        let (segment, loose) = self.load(parts, codes, &held.loose)?;
        let segment = Arc::new(segment);
        self.segment_bytes.store(segment.bytes(), Ordering::Relaxed);
        self.loose_bytes.store(size_of_val::<[Entry]>(&loose.entries), Ordering::Relaxed);
        *held = Held { segment: Some(Arc::clone(&segment)), loose };
        Ok((segment, true))
    }

    /// Reads the parts anew; of the loose events those stay loose that are not in them.
    fn load(&self, parts: &Parts, codes: Fixed<'_>, loose: &Loose) -> Result<(Segment, Loose)> {
        let (mut own, _leaving) = self.scan(parts, &codes)?;
        sort_once(&mut own.entries);
        let is_filed = |entry: &&Entry| own.entries.binary_search_by_key(&entry.place(), |filed| filed.place()).is_ok();
        let still: Vec<Entry> = loose.entries.iter().filter(|entry| !is_filed(entry)).copied().collect();
        own.entries.extend_from_slice(&still);
        own.entries.sort();
        let segment = Segment::of_entries(self.number, &own.entries)?;
        Ok((segment, Loose { compared: still.len(), entries: still.into() }))
    }

    /// The events of the bucket's parts: those that stay, and those whose customers redirect into other buckets.
    pub(crate) fn scan(&self, parts: &Parts, coder: &dyn Coder) -> Result<(Scanned, Vec<Entry>)> {
        let mut own = Scanned::default();
        own.entries.reserve_exact(self.files.iter().map(|file| file.rows as usize).sum());
        for file in &self.files {
            own.read(parts, &file.path, coder, 0)?;
        }
        let leaving = own.redirect(self.number, &self.redirected);
        Ok((own, leaving))
    }

    /// The bucket, as recently used as the one it replaces.
    pub(crate) fn in_place_of(self, before: &Self) -> Arc<Self> {
        self.used.store(before.used.load(Ordering::Relaxed), Ordering::Relaxed);
        Arc::new(self)
    }

    /// Lets the segment go; how many bytes that frees. One that is being read just now stays.
    pub(crate) fn drop_segment(&self) -> usize {
        let Ok(mut held) = self.held.try_lock() else { return 0 };
        held.segment = None;
        self.segment_bytes.swap(0, Ordering::Relaxed)
    }
}
