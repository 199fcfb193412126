use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::FileError;
use super::decode::Transcoded;

/// Bytes looked at before anything is decided: format, encoding, delimiter.
const HEAD: usize = 256 << 10;

/// One row, record or item may be this long, in bytes; so that an unclosed quote cannot fill the memory.
pub(super) const MAX_ROW: usize = 4 << 20;

/// A file that can be opened again and again, and what its first bytes show.
#[derive(Clone)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    pub(super) gzip: bool,
    /// The first bytes, unpacked.
    pub(super) head: Vec<u8>,
    /// True if `head` is the whole content.
    pub(super) head_is_all: bool,
    /// Bytes of the file taken so far, for progress.
    pub(super) taken: Arc<AtomicU64>,
}

impl Input {
    pub(super) fn look_at(path: &Path) -> Result<Self, FileError> {
        let cannot_open = |error: io::Error| FileError::whole(format!("cannot be opened: {error}"));
        let mut file = File::open(path).map_err(cannot_open)?;
        let metadata = file.metadata().map_err(cannot_open)?;
        if metadata.is_dir() {
            return Err(FileError::whole("is a folder, not a file"));
        }
        let mut magic = Vec::with_capacity(2);
        file.by_ref().take(2).read_to_end(&mut magic).map_err(cannot_open)?;
        let mut input = Self {
            path: path.to_owned(),
            size: metadata.len(),
            gzip: magic == [0x1f, 0x8b],
            head: Vec::new(),
            head_is_all: false,
            taken: Arc::default(),
        };
        let mut head = Vec::new();
        let outcome = input.bytes()?.take(HEAD as u64 + 1).read_to_end(&mut head);
        if let (Err(error), true) = (outcome, head.is_empty()) {
            return Err(FileError::reading("byte 0", &error));
        }
        input.head_is_all = head.len() <= HEAD;
        head.truncate(HEAD);
        input.head = head;
        if input.head.is_empty() {
            return Err(FileError::whole("is empty"));
        }
        Ok(input)
    }

    /// The content from its beginning, unpacked.
    pub(super) fn bytes(&self) -> Result<Box<dyn BufRead + Send>, FileError> {
        let file = File::open(&self.path).map_err(|error| FileError::whole(format!("cannot be opened: {error}")))?;
        let counted = BufReader::with_capacity(256 << 10, Counted { file, taken: Arc::clone(&self.taken) });
        Ok(if self.gzip {
            Box::new(BufReader::with_capacity(256 << 10, MultiGzDecoder::new(counted)))
        } else {
            Box::new(counted)
        })
    }

    /// The content from its beginning as UTF-8 text, without byte order mark.
    ///
    /// A file that calls itself UTF-8 passes unchecked: the rows that break the rule are told one by one.
    pub(super) fn text(&self, encoding: &'static encoding_rs::Encoding) -> Result<Box<dyn BufRead + Send>, FileError> {
        let mut bytes = self.bytes()?;
        if encoding == encoding_rs::UTF_8 {
            if self.head.starts_with(b"\xef\xbb\xbf") {
                bytes.read_exact(&mut [0; 3]).map_err(|error| FileError::reading("byte 0", &error))?;
            }
            return Ok(bytes);
        }
        Ok(Box::new(BufReader::with_capacity(256 << 10, Transcoded::new(bytes, encoding))))
    }
}

struct Counted {
    file: File,
    taken: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.taken.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A content hash (BLAKE3, 64 hex digits) of the file as it lies on the disk, read in a stream.
///
/// Two files with the same fingerprint are the same file: importing the second stores nothing new.
///
/// # Errors
/// Those of opening and reading the file.
pub fn file_fingerprint(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(hasher.finalize().to_hex().to_string())
}
