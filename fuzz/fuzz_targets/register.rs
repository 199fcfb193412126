//! The register of touchpoints as a table or a workbook.
#![no_main]

use formats::register::TableFormat;
use geleit_fuzz::read_register;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let format = if bytes.starts_with(b"PK") { TableFormat::Xlsx } else { TableFormat::Csv };
    read_register(format, bytes);
});
