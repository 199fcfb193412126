//! Plans as people write them, in TOML.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::{DocumentKind, Event, Mapping, MappingPlan, RawJson, Timestamp, check_body};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(body) = toml::from_str::<serde_json::Value>(text) else { return };
    for kind in DocumentKind::ALL {
        let _ = check_body(kind, "default", &body);
    }
    let Ok(plan) = serde_json::from_value::<MappingPlan>(body) else { return };
    if let Ok(mapping) = Mapping::compile(&plan) {
        let mut event = Event::new("m", "shop", "checkout", Timestamp::default());
        event.properties = RawJson::trusted(r#"{"total":{"amount":1200},"url":"https://x.example/checkout"}"#);
        let _ = mapping.find(&event);
    }
});
