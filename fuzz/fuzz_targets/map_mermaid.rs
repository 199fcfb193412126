//! Maps as Mermaid journeys.
#![no_main]

use formats::MapFormat;
use geleit_fuzz::read_map;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| read_map(MapFormat::Mermaid, bytes));
