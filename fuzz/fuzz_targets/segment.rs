//! Bodies and items of the Segment dialect.
#![no_main]

use geleit_fuzz::{arrived, check, check_item};
use ingest::segment;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let arrived = arrived();
    check(segment::parse(segment::Route::Batch, body, &arrived));
    check(segment::parse(segment::Route::Track, body, &arrived));
    if let Ok(item) = std::str::from_utf8(body) {
        check_item(segment::event(item, &arrived));
    }
    let _ = segment::write_key(body);
});
