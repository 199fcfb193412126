//! CloudEvents in binary, structured and batched form.
#![no_main]

use geleit_fuzz::{arrived, check};
use ingest::cloudevents;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let arrived = arrived();
    check(cloudevents::parse([], body, &arrived));
    // The first line may stand for a header of the binary form.
    let (header, data) = body.split_at(body.iter().position(|byte| *byte == b'\n').unwrap_or(0));
    let header = std::str::from_utf8(header).unwrap_or_default();
    let binary =
        [("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-type", "t"), ("ce-source", "s"), ("ce-userid", header)];
    check(cloudevents::parse(binary, data, &arrived));
});
