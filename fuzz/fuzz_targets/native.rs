//! Geleit's own envelope, from senders and from files.
#![no_main]

use geleit_fuzz::{arrived, check, check_item};
use ingest::native;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let arrived = arrived();
    check(native::parse(body, &arrived));
    if let Ok(line) = std::str::from_utf8(body)
        && let Ok(event) = native::line(line, &arrived)
    {
        check_item(Ok(event));
    }
});
