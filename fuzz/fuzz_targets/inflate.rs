//! Packed bodies.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    if let Ok(inflated) = ingest::inflate(body, 100_000) {
        assert!(inflated.len() <= 100_000);
    }
});
