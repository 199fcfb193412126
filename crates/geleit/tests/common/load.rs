//! Senders that behave as client libraries do: what was not acknowledged is sent again, the same events under the same ids.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::{Value, json};

use super::Place;
use super::served::agent;

/// Answers to one batch.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Durable.
    Taken,
    /// Refused for now, with the seconds of `Retry-After`.
    Later { status: u16, retry_after_s: u64 },
    /// The connection broke: nobody knows.
    Lost,
}

/// A batch in the Segment dialect.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) ids: Vec<String>,
    body: String,
}

impl Batch {
    /// Events `first..first + size` of one sender, of some customers, each with so many bytes of padding.
    pub(crate) fn new(sender: usize, first: u64, size: u64, padding: usize) -> Self {
        let ids: Vec<String> = (first..first + size).map(|number| format!("m-{sender}-{number}")).collect();
        let events: Vec<Value> = (first..)
            .zip(&ids)
            .map(|(number, id)| event(sender, number, id, &noise(sender as u64 ^ (number << 8), padding)))
            .collect();
        Self { ids, body: json!({ "batch": events }).to_string() }
    }

    pub(crate) fn send(&self, agent: &ureq::Agent, base: &str, key: &str) -> Answer {
        let request = agent.post(format!("{base}/v1/batch")).header("authorization", format!("Bearer {key}"));
        let Ok(mut response) = request.header("content-type", "application/json").send(&self.body) else {
            return Answer::Lost;
        };
        let status = response.status().as_u16();
        let header = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        match (status, header) {
            (200, _) => match response.body_mut().read_json::<Value>() {
                Ok(taken) => {
                    assert_eq!(taken["rejected"], json!([]), "every event is good");
                    let counted = taken["accepted"].as_u64().unwrap() + taken["duplicates"].as_u64().unwrap();
                    assert_eq!(counted, self.ids.len() as u64, "{taken}");
                    Answer::Taken
                }
                Err(_) => Answer::Lost,
            },
            (429 | 503, Some(retry_after_s)) => Answer::Later { status, retry_after_s },
            _ => panic!(
                "{status} (Retry-After: {header:?}): {}",
                response.body_mut().read_to_string().unwrap_or_default()
            ),
        }
    }
}

/// Text that hardly packs, so that bytes sent are bytes stored; the same for the same seed.
fn noise(seed: u64, length: usize) -> String {
    let mut state = seed | 1;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'0' + (state >> 58) as u8)
    };
    // From 0 to o in ASCII, with the one character that JSON would escape replaced.
    std::iter::repeat_with(next).take(length).map(|c| if c == '\\' { '~' } else { c }).collect()
}

/// Now and then somebody logs in, so that people are joined while events go in.
fn event(sender: usize, number: u64, id: &str, padding: &str) -> Value {
    let (browser, account) = (number % 7, number % 3);
    let mut event = json!({
        "type": "track", "event": format!("step {}", number % 5), "messageId": id,
        "anonymousId": format!("browser-{sender}-{browser}"), "properties": { "n": number, "padding": padding },
        // Far enough apart that the order within a journey is clear.
        "timestamp": format!("2026-03-{:02}T{:02}:{:02}:{:02}Z", 1 + number / 86_400, number / 3_600 % 24, number / 60 % 60, number % 60),
    });
    if number.is_multiple_of(50) {
        event["userId"] = json!(format!("account-{sender}-{account}-{}", number / 5_000));
    }
    event
}

/// What senders know of their events.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    tried: Mutex<BTreeSet<String>>,
    acknowledged: Mutex<BTreeSet<String>>,
    /// Batches refused for now, all of them with `Retry-After`.
    pub(crate) refused_429: AtomicU64,
    pub(crate) refused_503: AtomicU64,
}

impl Ledger {
    /// Sends and notes what became of it.
    pub(crate) fn send(&self, batch: &Batch, agent: &ureq::Agent, base: &str, key: &str) -> Answer {
        self.tried.lock().unwrap().extend(batch.ids.iter().cloned());
        let answer = batch.send(agent, base, key);
        match &answer {
            Answer::Taken => self.acknowledged.lock().unwrap().extend(batch.ids.iter().cloned()),
            Answer::Later { status, retry_after_s } => {
                assert!((1..=60).contains(retry_after_s), "Retry-After: {retry_after_s}");
                let counter = if *status == 429 { &self.refused_429 } else { &self.refused_503 };
                counter.fetch_add(1, Ordering::Relaxed);
            }
            Answer::Lost => {}
        }
        answer
    }

    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// Fails unless everything acknowledged is stored once, and all the rest at most once.
    pub(crate) fn assert_kept(&self, place: &Place) {
        let stored = place.stored();
        let twice: Vec<_> = stored.iter().filter(|(_, times)| **times > 1).take(5).collect();
        assert!(twice.is_empty(), "stored more than once: {twice:?}");
        let acknowledged = self.acknowledged.lock().unwrap();
        let lost: Vec<_> = acknowledged.iter().filter(|id| !stored.contains_key(*id)).take(5).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        let tried = self.tried.lock().unwrap();
        let foreign: Vec<_> = stored.keys().filter(|id| !tried.contains(*id)).take(5).collect();
        assert!(foreign.is_empty(), "stored and never sent: {foreign:?}");
    }
}

/// A sender with a place in its own stream of events, and the batch that was not yet acknowledged.
#[derive(Debug)]
pub(crate) struct Sender {
    number: usize,
    next: u64,
    pending: Option<Batch>,
}

impl Sender {
    pub(crate) fn new(number: usize) -> Self {
        Self { number, next: 0, pending: None }
    }

    /// Sends batch after batch until told to stop or until the server is gone.
    pub(crate) fn send_on(
        &mut self,
        ledger: &Ledger,
        base: &str,
        key: &str,
        stop: &AtomicBool,
        (size, padding): (u64, usize),
    ) {
        let agent = agent();
        while !stop.load(Ordering::Relaxed) {
            let batch = self.pending.take().unwrap_or_else(|| {
                self.next += size;
                Batch::new(self.number, self.next - size, size, padding)
            });
            match ledger.send(&batch, &agent, base, key) {
                Answer::Taken => {}
                Answer::Later { .. } => {
                    self.pending = Some(batch);
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
                Answer::Lost => {
                    self.pending = Some(batch);
                    return;
                }
            }
        }
    }
}
