//! What is coming in at the moment, source by source, and who wants to be told.
//!
//! The writer notes each commit here, in memory: how much a source sent in the last minute and hour needs no question to the
//! journal. After a restart the count begins anew, so it says since when it counts.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use model::Timestamp;
use serde::Serialize;
use store::Receipt;

/// Seconds of the short window.
const MINUTE: u64 = 60;
/// Seconds of the long window.
const HOUR: u64 = 3_600;
/// Sources noted at most; those silent for an hour make room.
const MOST_SOURCES: usize = 10_000;

/// What arrives, and the bell that is rung when something has.
pub(crate) struct Activity {
    started: Instant,
    started_at: Timestamp,
    sources: Mutex<BTreeMap<String, Recent>>,
    bell: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl std::fmt::Debug for Activity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Activity").field("sources", &self.sources).finish_non_exhaustive()
    }
}

impl Default for Activity {
    fn default() -> Self {
        Self { started: Instant::now(), started_at: Timestamp::now(), sources: Mutex::default(), bell: OnceLock::new() }
    }
}

/// How much a source has sent of late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// Events stored in the last minute.
    pub last_minute: u64,
    /// Events stored in the last hour.
    pub last_hour: u64,
}

/// What is known of a source since the engine was opened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) rate: Rate,
    /// When its last event was stored.
    pub(crate) stored_at: Option<Timestamp>,
}

/// Counts by second and by minute; a slot holds what fell into it when its stamp is the slot's own.
#[derive(Debug)]
struct Recent {
    seconds: [(u64, u64); MINUTE as usize],
    minutes: [(u64, u64); (HOUR / MINUTE) as usize],
    stored_at: Option<Timestamp>,
    quarantined: u64,
    last_s: u64,
}

impl Default for Recent {
    fn default() -> Self {
        Self { seconds: [(0, 0); 60], minutes: [(0, 0); 60], stored_at: None, quarantined: 0, last_s: 0 }
    }
}

impl Recent {
    fn note(&mut self, now_s: u64, events: u64) {
        for (slots, stamp) in [(&mut self.seconds, now_s), (&mut self.minutes, now_s / MINUTE)] {
            let slot = &mut slots[(stamp % 60) as usize];
            *slot = if slot.0 == stamp { (stamp, slot.1 + events) } else { (stamp, events) };
        }
        self.last_s = now_s;
    }

    fn rate(&self, now_s: u64) -> Rate {
        let within = |slots: &[(u64, u64)], now: u64| -> u64 {
            slots.iter().filter(|(stamp, _)| stamp + 60 > now).map(|(_, events)| events).sum()
        };
        Rate { last_minute: within(&self.seconds, now_s), last_hour: within(&self.minutes, now_s / MINUTE) }
    }
}

impl Activity {
    /// Notes what one submission of a source came to.
    pub(crate) fn note(&self, source: &str, receipt: &Receipt, at: Timestamp) {
        if receipt.accepted == 0 && receipt.quarantined == 0 {
            return;
        }
        let now_s = self.now_s();
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if !sources.contains_key(source) {
            if sources.len() >= MOST_SOURCES {
                sources.retain(|_, recent| recent.last_s + HOUR > now_s);
            }
            if sources.len() >= MOST_SOURCES {
                return;
            }
            sources.insert(source.to_owned(), Recent::default());
        }
        let Some(recent) = sources.get_mut(source) else { return };
        recent.note(now_s, u64::from(receipt.accepted));
        recent.quarantined += u64::from(receipt.quarantined);
        if receipt.accepted > 0 {
            recent.stored_at = Some(at);
        }
    }

    pub(crate) fn of(&self, source: &str) -> Seen {
        let now_s = self.now_s();
        let sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        sources
            .get(source)
            .map_or_else(Seen::default, |recent| Seen { rate: recent.rate(now_s), stored_at: recent.stored_at })
    }

    /// Items put into the quarantine since the engine was opened, by source.
    pub(crate) fn quarantined(&self) -> BTreeMap<String, u64> {
        let sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let grown = sources.iter().filter(|(_, recent)| recent.quarantined > 0);
        grown.map(|(source, recent)| (source.clone(), recent.quarantined)).collect()
    }

    /// Since when it is counted.
    pub(crate) fn since(&self) -> Timestamp {
        self.started_at
    }

    /// Has `bell` rung whenever events have been folded or the quarantine has grown. It is rung on the threads of the engine
    /// and must return at once. Only the first bell is hung.
    pub(crate) fn hang(&self, bell: Box<dyn Fn() + Send + Sync>) {
        if self.bell.set(bell).is_err() {
            tracing::warn!("a second listener to all that arrives is not heeded");
        }
    }

    pub(crate) fn ring(&self) {
        if let Some(bell) = self.bell.get() {
            bell();
        }
    }

    /// Seconds since the start, from an hour on: so that a stamp of 0 is never of now.
    fn now_s(&self) -> u64 {
        2 * HOUR + self.started.elapsed().as_secs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_a_window_does_not_count_in_it() {
        let mut recent = Recent::default();
        for (second, events) in [(7_200, 1), (7_201, 10), (7_260, 100), (10_000, 1_000)] {
            recent.note(second, events);
        }
        for (now, last_minute, last_hour) in
            [(10_000, 1_000, 1_111), (10_059, 1_000, 1_111), (10_060, 0, 1_111), (10_800, 0, 1_100), (13_600, 0, 0)]
        {
            assert_eq!(recent.rate(now), Rate { last_minute, last_hour }, "{now}");
        }
    }
}
