//! Excel workbooks.
#![no_main]

use geleit_fuzz::read_file;
use ingest::files::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| read_file(Format::Xlsx, bytes));
