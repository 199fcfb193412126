//! Dialects: bytes become events. One file a dialect.
//!
//! Second on the way of the data: a door (HTTP route, file, command line) hands over bytes and what it knows
//! about their arrival; this crate answers with [`model::Event`]s that borrow from those bytes, and with
//! [`BadRow`]s, which keep what was refused, whole, so that it can be repaired and read again. Nothing here does
//! IO, writes anything or knows an HTTP library.
//!
//! A body is refused as a whole ([`Refused`]) only when no items can be told apart in it or it is over a limit;
//! a wrong item never fails its neighbours.
//!
//! ```
//! use ingest::{Arrived, segment};
//!
//! let arrived = Arrived { source: "shop", received_at: "2026-11-22T10:00:01Z".parse()? };
//! let body = br#"{"batch": [
//!     {"type": "track", "messageId": "m-1", "userId": "ada", "event": "purchase", "properties": {"total": 12.50}},
//!     {"type": "track", "messageId": "m-2", "userId": null, "event": "purchase"}
//! ]}"#;
//! let parsed = segment::parse(segment::Route::Batch, body, &arrived)?;
//!
//! let (index, event) = &parsed.events[0];
//! assert_eq!((*index, event.name.as_str(), event.properties.as_str()), (0, "purchase", r#"{"total": 12.50}"#));
//! let (index, bad) = &parsed.bad[0];
//! assert_eq!((*index, bad.code), (1, "missing_identifier"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use model::{Event, Timestamp};

mod bad;
mod body;
pub mod cloudevents;
mod derive;
mod fields;
pub mod files;
mod json;
pub mod native;
mod refused;
mod repair;
pub mod segment;

pub use bad::{BadRow, Dialect};
pub use body::inflate;
pub use refused::Refused;
pub use repair::reparse;

/// Most bytes of one event where its dialect names no limit of its own (Segment does).
pub const MAX_EVENT_BYTES: usize = 256 * 1024;
/// Most bytes of one request body, inflated, where its dialect names no limit of its own.
pub const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;

/// What the door knows about a request before anybody looks into it.
#[derive(Clone, Copy, Debug)]
pub struct Arrived<'a> {
    /// Name of the registered source that the credential belongs to.
    pub source: &'a str,
    /// When the request reached us.
    pub received_at: Timestamp,
}

/// What one request body became. Every item of the body is in exactly one of the two lists.
#[derive(Debug, Default)]
pub struct Parsed<'a> {
    /// Valid events, each with its place in the body, from 0.
    pub events: Vec<(u32, Event<'a>)>,
    /// Refused items, each with its place in the body, from 0.
    pub bad: Vec<(u32, BadRow<'a>)>,
}

impl<'a> Parsed<'a> {
    /// Number of items in the body: events and bad ones together.
    pub fn items(&self) -> usize {
        self.events.len() + self.bad.len()
    }

    fn with_capacity(items: usize) -> Self {
        Self { events: Vec::with_capacity(items), bad: Vec::new() }
    }

    fn add(&mut self, index: usize, read: Result<Event<'a>, BadRow<'a>>) {
        let place = u32::try_from(index).expect("a body of limited size holds fewer than 2^32 items");
        match read {
            Ok(event) => self.events.push((place, event)),
            Err(bad) => self.bad.push((place, bad)),
        }
    }
}
