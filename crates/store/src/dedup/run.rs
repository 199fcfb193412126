//! An immutable file of sorted entries. Derived from the journal, so it may be deleted and made again.
//!
//! Layout: pages of 4,096 bytes (170 entries of 24 bytes, padding, XXH3 of the page), the filter, the first id (high
//! half) of every page, and a footer with counts, span and a checksum over all but the pages. Filter and first ids are
//! kept in memory; so a look-up that passes the filter reads exactly one page.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::filter::Filter;
use crate::block::Digest;

const PAGE: usize = 4096;
const ENTRY: usize = 24;
const PAGE_ENTRIES: usize = (PAGE - 8) / ENTRY;
const MAGIC: [u8; 8] = *b"GLTRUN01";
/// Entries, keys the filter is made for, after, through, oldest, newest, checksum, magic.
const FOOTER: usize = 8 * 8;

/// Which part of the journal a table or run stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// The blocks after this position ...
    pub(crate) after: u64,
    /// ... up to and with this one.
    pub(crate) through: u64,
    /// When the first of them was received, microseconds since 1970.
    pub(crate) oldest: i64,
    /// When the last of them was received.
    pub(crate) newest: i64,
}

impl Span {
    pub(super) fn joined(self, later: Self) -> Self {
        Self {
            after: self.after.min(later.after),
            through: self.through.max(later.through),
            oldest: self.oldest.min(later.oldest),
            newest: self.newest.max(later.newest),
        }
    }

    pub(super) fn length(self) -> i64 {
        self.newest - self.oldest
    }
}

#[derive(Debug)]
pub(crate) struct Run {
    pub(super) path: PathBuf,
    pub(super) span: Span,
    pub(super) entries: u64,
    file: File,
    filter: Filter,
    /// The high half of the first id of each page.
    fences: Vec<u64>,
}

impl Run {
    /// The name says which blocks are covered, so no two runs share one.
    pub(super) fn file_name(span: Span) -> String {
        format!("{}-{}.run", span.after, span.through)
    }

    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// Writes entries that come in order, under a temporary name first: what bears the name of a run is complete.
    pub(super) fn write(
        directory: &Path,
        span: Span,
        most_entries: usize,
        sorted: impl Iterator<Item = io::Result<Digest>>,
    ) -> io::Result<Self> {
        let path = directory.join(Self::file_name(span));
        let temporary = path.with_extension("tmp");
        let write = || {
            let mut writer = Writer::new(File::create(&temporary)?, most_entries);
            for entry in sorted {
                writer.push(entry?)?;
            }
            writer.finish(span)
        };
        if let Err(error) = write() {
            // Half a run only takes space, which may be what was missing.
            fs::remove_file(&temporary).ok();
            return Err(error);
        }
        fs::rename(&temporary, &path)?;
        // The name has to survive a power cut before the journal speaks of it.
        #[cfg(unix)]
        File::open(directory)?.sync_all()?;
        Self::open(&path, span)
    }

    /// Opens a run; `InvalidData` if it is not the complete run of that span.
    pub(super) fn open(path: &Path, span: Span) -> io::Result<Self> {
        let invalid = |reason: &str| io::Error::new(io::ErrorKind::InvalidData, reason.to_owned());
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let footer_at = length.checked_sub(FOOTER as u64).ok_or_else(|| invalid("it is shorter than its footer"))?;
        file.seek(SeekFrom::Start(footer_at))?;
        let mut footer = [0; FOOTER];
        file.read_exact(&mut footer)?;
        let field = |index: usize| u64::from_le_bytes(footer[index * 8..][..8].try_into().expect("eight bytes"));
        if footer[FOOTER - 8..] != MAGIC {
            return Err(invalid("it has no footer of a run"));
        }
        let entries = field(0);
        let pages_end = entries.div_ceil(PAGE_ENTRIES as u64).checked_mul(PAGE as u64);
        let pages_end = pages_end.filter(|end| *end <= footer_at).ok_or_else(|| invalid("its length is wrong"))?;

        file.seek(SeekFrom::Start(pages_end))?;
        let mut index = vec![0; (footer_at - pages_end) as usize];
        file.read_exact(&mut index)?;
        if field(6) != checksum(&index, &footer[..48]) {
            return Err(invalid("the checksum of its index does not match"));
        }
        let found = Span { after: field(2), through: field(3), oldest: field(4) as i64, newest: field(5) as i64 };
        if found != span {
            return Err(invalid("it covers other blocks than recorded"));
        }
        let (filter, fences) =
            Filter::split_from(&index, field(1) as usize).ok_or_else(|| invalid("its filter is cut off"))?;
        let fences: Vec<u64> =
            fences.chunks_exact(8).map(|fence| u64::from_le_bytes(fence.try_into().expect("eight bytes"))).collect();
        if fences.len() as u64 != pages_end / PAGE as u64 {
            return Err(invalid("its index does not fit its pages"));
        }
        Ok(Self { path: path.to_owned(), span, entries, file, filter, fences })
    }

    pub(super) fn may_hold(&self, id: [u64; 2]) -> bool {
        self.filter.may_hold(id)
    }

    /// The payload stored under the id; `InvalidData` at a damaged page.
    pub(super) fn find(&self, id: [u64; 2]) -> io::Result<Option<u64>> {
        // An id can stand in the last page that begins below its high half, and in all that begin with it.
        let first = self.fences.partition_point(|fence| *fence < id[0]).saturating_sub(1);
        let candidates = self.fences.iter().enumerate().skip(first).take_while(|(_, fence)| **fence <= id[0]);
        for (number, _) in candidates {
            let mut page = [0; PAGE];
            let mut file = &self.file;
            file.seek(SeekFrom::Start((number * PAGE) as u64))?;
            file.read_exact(&mut page)?;
            let entries = check_page(&page, number as u64, self.entries)?;
            let (mut low, mut high) = (0, entries);
            while low < high {
                let middle = low.midpoint(high);
                let entry = entry_at(&page, middle);
                match entry.id.cmp(&id) {
                    std::cmp::Ordering::Less => low = middle + 1,
                    std::cmp::Ordering::Greater => high = middle,
                    std::cmp::Ordering::Equal => return Ok(Some(entry.payload)),
                }
            }
        }
        Ok(None)
    }

    /// All entries in order, by an own handle and in large reads.
    pub(super) fn iter(&self) -> io::Result<impl Iterator<Item = io::Result<Digest>> + use<>> {
        let mut reader = BufReader::with_capacity(16 * PAGE, File::open(&self.path)?);
        let total = self.entries;
        let pages = (0..self.fences.len() as u64).map(move |number| {
            let mut page = [0; PAGE];
            reader.read_exact(&mut page)?;
            let entries = check_page(&page, number, total)?;
            Ok((page, entries))
        });
        Ok(pages.flat_map(|page: io::Result<_>| {
            let (page, entries, failed) = match page {
                Ok((page, entries)) => (page, entries, None),
                Err(error) => ([0; PAGE], 0, Some(Err(error))),
            };
            (0..entries).map(move |index| Ok(entry_at(&page, index))).chain(failed)
        }))
    }
}

fn checksum(index: &[u8], footer: &[u8]) -> u64 {
    xxh3_64_with_seed(footer, xxh3_64_with_seed(index, 0))
}

fn entry_at(page: &[u8; PAGE], index: usize) -> Digest {
    let word = |at: usize| u64::from_le_bytes(page[index * ENTRY + at..][..8].try_into().expect("eight bytes"));
    Digest { id: [word(0), word(8)], payload: word(16) }
}

/// Checks the page and says how many entries it holds.
fn check_page(page: &[u8; PAGE], number: u64, total: u64) -> io::Result<usize> {
    let (content, sum) = page.split_at(PAGE - 8);
    if sum != xxh3_64_with_seed(content, number).to_le_bytes() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("the checksum of page {number} does not match"),
        ));
    }
    Ok((total - number * PAGE_ENTRIES as u64).min(PAGE_ENTRIES as u64) as usize)
}

struct Writer {
    file: BufWriter<File>,
    page: Vec<u8>,
    filter: Filter,
    fences: Vec<u64>,
    entries: u64,
    keys: u64,
    last: Option<[u64; 2]>,
}

impl Writer {
    fn new(file: File, keys: usize) -> Self {
        Self {
            file: BufWriter::with_capacity(64 * PAGE, file),
            page: Vec::with_capacity(PAGE),
            filter: Filter::for_keys(keys),
            fences: Vec::with_capacity(keys.div_ceil(PAGE_ENTRIES)),
            entries: 0,
            keys: keys as u64,
            last: None,
        }
    }

    /// Of entries with the same id the first counts.
    fn push(&mut self, entry: Digest) -> io::Result<()> {
        if self.last == Some(entry.id) {
            return Ok(());
        }
        self.last = Some(entry.id);
        if self.page.is_empty() {
            self.fences.push(entry.id[0]);
        }
        for word in [entry.id[0], entry.id[1], entry.payload] {
            self.page.extend_from_slice(&word.to_le_bytes());
        }
        self.filter.insert(entry.id);
        self.entries += 1;
        if self.page.len() == PAGE_ENTRIES * ENTRY { self.end_page() } else { Ok(()) }
    }

    fn end_page(&mut self) -> io::Result<()> {
        self.page.resize(PAGE - 8, 0);
        let sum = xxh3_64_with_seed(&self.page, self.fences.len() as u64 - 1);
        self.page.extend_from_slice(&sum.to_le_bytes());
        self.file.write_all(&self.page)?;
        self.page.clear();
        Ok(())
    }

    fn finish(mut self, span: Span) -> io::Result<()> {
        if !self.page.is_empty() {
            self.end_page()?;
        }
        let mut index = self.filter.to_bytes();
        index.extend(self.fences.iter().flat_map(|fence| fence.to_le_bytes()));
        let fields = [self.entries, self.keys, span.after, span.through, span.oldest as u64, span.newest as u64];
        let mut footer: Vec<u8> = fields.iter().flat_map(|field| field.to_le_bytes()).collect();
        footer.extend(checksum(&index, &footer).to_le_bytes());
        footer.extend(MAGIC);
        self.file.write_all(&index)?;
        self.file.write_all(&footer)?;
        self.file.into_inner()?.sync_all()
    }
}
