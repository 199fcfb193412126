//! What the tests of the file readers share.
#![allow(dead_code, reason = "each test program uses a part")]

use std::io::Write;
use std::path::{Path, PathBuf};

use ingest::files::{FileError, Options, Plan, Row, open};
use model::Event;

/// A file that goes away with the test.
pub(crate) struct Scratch {
    pub(crate) path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Scratch {
    pub(crate) fn new(name: &str, content: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        Self { path, _folder: folder }
    }
}

pub(crate) fn gz(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn read(path: &Path, options: &Options, sink: impl FnMut(Row<'_>)) -> Result<Plan, FileError> {
    let mut reader = open(path, options)?;
    reader.for_each(sink)?;
    Ok(reader.plan().clone())
}

/// Events, and bad rows as `code fault`.
pub(crate) fn read_all(path: &Path, options: &Options) -> (Vec<Event<'static>>, Vec<String>, Plan) {
    let (mut events, mut bad) = (Vec::new(), Vec::new());
    let plan = read(path, options, |row| match row {
        Ok(event) => events.push(event.into_owned()),
        Err(row) => bad.push(format!("{} {}", row.code, row.fault)),
    })
    .unwrap();
    (events, bad, plan)
}

/// Whatever comes before a file breaks off, and how it broke off.
pub(crate) fn read_as_far_as_possible(path: &Path, options: &Options) -> (Vec<Event<'static>>, u64, Option<FileError>) {
    let mut reader = match open(path, options) {
        Ok(reader) => reader,
        Err(error) => return (Vec::new(), 0, Some(error)),
    };
    let (mut events, mut bad) = (Vec::new(), 0);
    let outcome = reader.for_each(|row| match row {
        Ok(event) => {
            event.validate().unwrap();
            events.push(event.into_owned());
        }
        Err(_) => bad += 1,
    });
    (events, bad, outcome.err())
}
