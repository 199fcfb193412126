//! How fast dialects are read on one core: batches of 100 events, each dialect for two seconds.
//!
//! `cargo run --release -p ingest --example parse_speed`
#![allow(clippy::print_stdout, reason = "prints its figures")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use ingest::{Arrived, Parsed, Refused, cloudevents, native, segment};
use model::Timestamp;

const EVENTS_A_BATCH: usize = 100;

fn main() {
    let arrived = Arrived { source: "shop", received_at: Timestamp::clamped(1_795_341_601_000_000) };
    let batch = format!("{{\"batch\":[{}],\"sentAt\":\"2026-11-22T10:00:00.900Z\"}}", list(segment_item));
    measure("segment", &batch, |body| segment::parse(segment::Route::Batch, body, &arrived));
    let batch = format!("[{}]", list(cloud_event));
    measure("cloudevents", &batch, |body| cloudevents::parse([], body, &arrived));
    let batch = format!("[{}]", list(native_event));
    measure("native", &batch, |body| native::parse(body, &arrived));
}

fn measure<'a>(dialect: &str, body: &'a str, parse: impl Fn(&'a [u8]) -> Result<Parsed<'a>, Refused>) {
    let began = Instant::now();
    let mut events = 0;
    while began.elapsed() < Duration::from_secs(2) {
        let parsed = parse(black_box(body.as_bytes())).expect("the batch is well formed");
        assert!(parsed.bad.is_empty(), "{:?}", parsed.bad);
        events += black_box(&parsed).events.len();
    }
    let seconds = began.elapsed().as_secs_f64();
    let bytes_an_event = body.len() / EVENTS_A_BATCH;
    let rate = events as f64 / seconds;
    println!("{dialect:12} {bytes_an_event} bytes an event  {rate:9.0} events/s  {:4.2} µs an event", 1e6 / rate);
}

fn list(item: impl Fn(usize) -> String) -> String {
    (0..EVENTS_A_BATCH).map(item).collect::<Vec<_>>().join(",")
}

fn segment_item(n: usize) -> String {
    format!(
        r#"{{"type":"track","messageId":"node-next-1795341600{n:03}-8c5b9a2e-3f71-4d0b-9a57-6f1d2c3b4a{n:02}","timestamp":"2026-11-22T10:00:{:02}.125Z","userId":"user-{}","anonymousId":"c9d1f6ae-5b1e-4c63-8a3e-1f2b3c4d5e{n:02}","event":"Product Added","properties":{{"product_id":"p-{n}","price":{}.95,"currency":"EUR","quantity":1,"category":"bikes"}},"context":{{"library":{{"name":"@segment/analytics-node","version":"3.1.0"}},"ip":"192.0.2.{n}"}},"integrations":{{}},"_metadata":{{"nodeVersion":"24.1.0","jsRuntime":"node"}}}}"#,
        n % 60,
        n * 37 % 50,
        n * 13 % 900,
    )
}

fn cloud_event(n: usize) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"8c5b9a2e-3f71-4d0b-9a57-6f1d2c3b4a{n:02}","source":"https://shop.example/orders","type":"example.shop.order.placed","time":"2026-11-22T10:00:{:02}Z","subject":"order/{n}","userid":"user-{}","datacontenttype":"application/json","data":{{"total":{}.95,"currency":"EUR","items":[{{"sku":"p-{n}","quantity":1}},{{"sku":"q-{n}","quantity":2}}],"traits":{{"email":"user-{}@example.org"}}}}}}"#,
        n % 60,
        n * 37 % 50,
        n * 13 % 900,
        n * 37 % 50,
    )
}

fn native_event(n: usize) -> String {
    format!(
        r#"{{"message_id":"till-7-{n}","at":"2026-11-22T10:00:{:02}Z","kind":"conversation","name":"offer refused","channel":"shop","identifiers":[{{"kind":"loyalty_card","value":"{}"}}],"properties":{{"reason":"price","product":"p-{n}","note":"came back with a friend, wants to think about it"}},"context":{{"till":7,"staff":"s-12"}},"mood":{{"value":-1,"origin":"reported"}}}}"#,
        n % 60,
        4_711_000 + n * 37 % 50,
    )
}
