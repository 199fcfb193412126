//! The journal's form of an event.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::Event;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(event) = Event::decode(bytes) {
        let encoded = event.encode();
        assert!(Event::decode(&encoded).expect("what was written reads back") == event);
        let _ = event.validate();
    }
});
