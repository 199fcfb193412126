//! Batches of Segment events, made once and patched in place, so that making them costs almost nothing.

use std::ops::Range;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Events in a batch.
pub(crate) const BATCH: usize = 100;

/// Bytes of one event with the comma after it: what a browser's track call with its context takes.
const EVENT_BYTES: usize = 476;

/// Different people among the events.
const PEOPLE: u64 = 200_000;

const NAMES: [&str; 20] = [
    "Product Viewed",
    "Product List Viewed",
    "Products Searched",
    "Product Added",
    "Product Removed",
    "Cart Viewed",
    "Checkout Started",
    "Checkout Step Viewed",
    "Payment Info Entered",
    "Order Completed",
    "Order Cancelled",
    "Coupon Entered",
    "Test Ride Booked",
    "Test Ride Taken",
    "Configurator Opened",
    "Newsletter Opened",
    "Store Locator Used",
    "Call Back Requested",
    "Service Booked",
    "Review Submitted",
];

/// Where the parts of one event lie that change from batch to batch.
struct Slot {
    event: Range<usize>,
    message_id: Range<usize>,
    name: &'static str,
    /// Eight digits each; one event in ten names an account besides the browser.
    people: Vec<Range<usize>>,
    at: Range<usize>,
}

/// A whole HTTP request with a batch of events in it.
pub(crate) struct Batch {
    request: Vec<u8>,
    slots: Vec<Slot>,
    sent_at: Range<usize>,
}

impl Batch {
    /// A batch for a server at `host`, sent with `write_key`.
    pub(crate) fn new(host: &str, write_key: &str) -> Result<Self> {
        let mut body = String::from(r#"{"batch":["#);
        let mut slots = Vec::with_capacity(BATCH);
        for index in 0..BATCH {
            slots.push(push_event(&mut body, index)?);
            body.push(if index + 1 < BATCH { ',' } else { ']' });
        }
        body.push_str(r#","sentAt":""#);
        let sent_at = push_placeholder(&mut body, TIME_BYTES);
        body.push_str(r#""}"#);

        let head = head(host, write_key, body.len());
        let shift = |range: &mut Range<usize>| *range = range.start + head.len()..range.end + head.len();
        let mut batch = Self { request: Vec::new(), slots, sent_at };
        shift(&mut batch.sent_at);
        for slot in &mut batch.slots {
            [&mut slot.event, &mut slot.message_id, &mut slot.at].into_iter().for_each(shift);
            slot.people.iter_mut().for_each(shift);
        }
        batch.request = [head.into_bytes(), body.into_bytes()].concat();
        Ok(batch)
    }

    /// Makes it the `number`th batch: new message ids, other people, the time is now.
    pub(crate) fn renew(&mut self, number: u64) {
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        self.request[self.sent_at.clone()].copy_from_slice(now.as_bytes());
        for (index, slot) in self.slots.iter().enumerate() {
            let scattered = scatter(number * BATCH as u64 + index as u64);
            write_hex(&mut self.request[slot.message_id.clone()], scattered);
            for person in &slot.people {
                write_decimal(&mut self.request[person.clone()], scattered % PEOPLE);
            }
            self.request[slot.at.clone()].copy_from_slice(now.as_bytes());
        }
    }

    /// The request's bytes.
    pub(crate) fn request(&self) -> &[u8] {
        &self.request
    }

    /// Message id, name and whole JSON of each event.
    pub(crate) fn events(&self) -> impl Iterator<Item = (&str, &'static str, &str)> {
        let text =
            |range: &Range<usize>| std::str::from_utf8(&self.request[range.clone()]).expect("it was made of text");
        self.slots.iter().map(move |slot| (text(&slot.message_id), slot.name, text(&slot.event)))
    }
}

/// The head of a POST to Segment's batch route.
pub(crate) fn head(host: &str, write_key: &str, body_bytes: usize) -> String {
    let authorization = STANDARD.encode(format!("{write_key}:"));
    format!(
        "POST /v1/batch HTTP/1.1\r\nhost: {host}\r\nauthorization: Basic {authorization}\r\n\
         content-type: application/json\r\ncontent-length: {body_bytes}\r\n\r\n"
    )
}

/// Length of a time like 2026-05-04T09:00:00.000Z.
const TIME_BYTES: usize = 24;

/// Appends one event of exactly `EVENT_BYTES` less the comma.
fn push_event(body: &mut String, index: usize) -> Result<Slot> {
    let start = body.len();
    let name = NAMES[index % NAMES.len()];
    let mut people = Vec::new();
    body.push_str(r#"{"type":"track","messageId":""#);
    let message_id = push_placeholder(body, 16);
    body.push_str(r#"","anonymousId":"browser-"#);
    people.push(push_placeholder(body, 8));
    if index.is_multiple_of(10) {
        body.push_str(r#"","userId":"rider-"#);
        people.push(push_placeholder(body, 8));
    }
    body.push_str(&format!(r#"","event":"{name}","timestamp":""#));
    let at = push_placeholder(body, TIME_BYTES);
    body.push_str(r#"","properties":{"sku":"EB-70","price":2499.5,"currency":"EUR"},"#);
    body.push_str(r#""context":{"page":{"path":"/bikes/eb-70","url":"http://shop.example/bikes/eb-70"},"#);
    body.push_str(r#""locale":"de-DE","userAgent":"Mozilla/5.0 "#);
    let end = r#""}}"#;
    let used = body.len() - start + end.len() + 1;
    let padding = EVENT_BYTES.checked_sub(used).context("the event's fixed parts are too long")?;
    body.extend(std::iter::repeat_n('x', padding));
    body.push_str(end);
    Ok(Slot { event: start..body.len(), message_id, name, people, at })
}

fn push_placeholder(body: &mut String, bytes: usize) -> Range<usize> {
    let start = body.len();
    body.extend(std::iter::repeat_n('0', bytes));
    start..body.len()
}

/// Sends each number to another, no two to the same (the finaliser of SplitMix64, Steele et al. 2014): message ids
/// arrive in no order, as those of real clients do.
pub(crate) fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn write_hex(place: &mut [u8], mut number: u64) {
    for digit in place.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number % 16) as usize];
        number /= 16;
    }
}

fn write_decimal(place: &mut [u8], mut number: u64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn every_batch_is_a_whole_request_of_new_events_of_the_said_size() {
        let mut batch = Batch::new("localhost:1", "key").unwrap();
        let mut seen = HashSet::new();
        for number in 0..3 {
            batch.renew(number);
            let request = std::str::from_utf8(batch.request()).unwrap();
            let (head, body) = request.split_once("\r\n\r\n").unwrap();
            assert!(head.contains("authorization: Basic a2V5Og==\r\n"), "{head}");
            assert!(head.ends_with(&format!("content-length: {}", body.len())), "{head}");
            let body: Value = serde_json::from_str(body).unwrap();
            assert_eq!(body["batch"].as_array().unwrap().len(), BATCH);
            for (index, (message_id, name, json)) in batch.events().enumerate() {
                assert_eq!(json.len() + 1, EVENT_BYTES);
                assert_eq!(body["batch"][index], serde_json::from_str::<Value>(json).unwrap());
                assert_eq!(body["batch"][index]["messageId"], message_id);
                assert_eq!(body["batch"][index]["event"], name);
                assert_eq!(body["batch"][index]["timestamp"], body["sentAt"]);
                assert!(seen.insert(message_id.to_owned()), "{message_id} came twice");
            }
        }
    }
}
