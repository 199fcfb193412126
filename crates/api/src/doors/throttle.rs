//! Slows down whoever tries passwords: per name and per address. Kept in memory; a restart forgets it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use model::Timestamp;

/// Seconds without a try after which a failure is forgotten.
const FORGOTTEN_AFTER_S: f64 = 15.0 * 60.0;
/// Names and addresses that are remembered at most.
const MOST: usize = 10_000;

/// After so many failures each further try waits, twice as long every time, up to a bound.
///
/// The bound for a name is low: it is what somebody else can make its owner wait.
struct Pace {
    free: u32,
    most_s: f64,
}

const BY_NAME: Pace = Pace { free: 5, most_s: 30.0 };
/// Whole offices share an address.
const BY_NETWORK: Pace = Pace { free: 20, most_s: 300.0 };

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Name(blake3::Hash),
    Network(IpAddr),
}

impl Key {
    fn pace(&self) -> Pace {
        match self {
            Self::Name(_) => BY_NAME,
            Self::Network(_) => BY_NETWORK,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Tries {
    failed: u32,
    last: Timestamp,
}

/// Counts tries that failed, or are still going on.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<Key, Tries>>);

/// One try, counted as a failure until it is forgiven.
#[derive(Debug)]
pub(crate) struct Try {
    name: Key,
}

impl Throttle {
    /// Begins a try, or says how many seconds are to be waited first. It counts as failed at once, so that a hundred at the
    /// same time are not a hundred for one.
    pub(crate) fn begin(&self, name: &str, network: Option<IpAddr>, now: Timestamp) -> Result<Try, u16> {
        let name = Key::Name(blake3::hash(name.to_lowercase().as_bytes()));
        let keys = [Some(name.clone()), network.map(Key::Network)];
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = keys.iter().flatten().map(|key| tries.get(key).map_or(0.0, |known| known.wait_s(&key.pace(), now)));
        let wait_s = waits.fold(0.0, f64::max);
        if wait_s > 0.0 {
            return Err(wait_s.ceil() as u16);
        }
        make_room(&mut tries, now);
        for key in keys.into_iter().flatten() {
            let known = tries.entry(key).or_insert(Tries { failed: 0, last: now });
            if known.is_forgotten(now) {
                known.failed = 0;
            }
            *known = Tries { failed: known.failed.saturating_add(1), last: now };
        }
        Ok(Try { name })
    }

    /// The password was right: nothing stands against the name any more. The address keeps its count, else whoever has one
    /// account could use it to try all others.
    pub(crate) fn forgive(&self, right: &Try) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&right.name);
    }
}

impl Tries {
    fn wait_s(&self, pace: &Pace, now: Timestamp) -> f64 {
        if self.failed < pace.free || self.is_forgotten(now) {
            return 0.0;
        }
        let pause_s = f64::from(self.failed - pace.free).exp2().min(pace.most_s);
        pause_s - now.seconds_since(self.last)
    }

    fn is_forgotten(&self, now: Timestamp) -> bool {
        now.seconds_since(self.last) > FORGOTTEN_AFTER_S
    }
}

fn make_room(tries: &mut HashMap<Key, Tries>, now: Timestamp) {
    if tries.len() + 2 <= MOST {
        return;
    }
    tries.retain(|_, known| !known.is_forgotten(now));
    while tries.len() + 2 > MOST {
        let oldest = tries.iter().min_by_key(|(_, known)| known.last).map(|(key, _)| key.clone());
        let Some(oldest) = oldest else { return };
        tries.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(seconds: i64) -> Timestamp {
        Timestamp::clamped(seconds * 1_000_000)
    }

    fn address(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn each_failure_after_the_fifth_makes_the_name_wait_twice_as_long_from_wherever() {
        let throttle = Throttle::default();
        for number in 0..5 {
            throttle.begin("ada", address(number), second(0)).unwrap();
        }
        assert_eq!(throttle.begin("ADA", address(9), second(0)).unwrap_err(), 1);
        throttle.begin("bob", address(9), second(0)).unwrap();
        let mut now = 0;
        for wait in [1, 2, 4, 8, 16, 30, 30] {
            assert_eq!(throttle.begin("ada", None, second(now)).unwrap_err(), wait);
            now += i64::from(wait);
            throttle.begin("ada", None, second(now)).unwrap();
        }
        throttle.begin("ada", None, second(now + 901)).unwrap();
        throttle.begin("ada", None, second(now + 901)).unwrap();
    }

    #[test]
    fn a_right_password_clears_the_name_and_not_the_address() {
        let throttle = Throttle::default();
        for number in 0..20 {
            let tried = throttle.begin(&format!("user-{number}"), address(1), second(0)).unwrap();
            throttle.forgive(&tried);
        }
        assert_eq!(throttle.begin("another", address(1), second(0)).unwrap_err(), 1);
        throttle.begin("another", address(2), second(0)).unwrap();
        for _ in 0..20 {
            let tried = throttle.begin("ada", None, second(0)).unwrap();
            throttle.forgive(&tried);
        }
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_oldest_goes_first() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            throttle.begin("ada", None, second(1)).unwrap();
        }
        for number in 0..20_000 {
            throttle.begin(&format!("user-{number}"), None, second(2)).unwrap();
        }
        assert!(throttle.0.lock().unwrap().len() <= MOST);
        throttle.begin("ada", None, second(1)).unwrap();
    }
}
