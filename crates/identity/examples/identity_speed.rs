//! How fast identifiers are joined with limits, bars and the forest kept, and how long it takes to part a customer.
//!
//! `cargo run --release -p identity --example identity_speed -- [EVENTS]`

// Figures are for people to read.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use identity::{Changes, Identity};
use model::{Arrival, Event, Identifier, IdentifierKind as Kind, IdentityRules, Ruling, Timestamp};

/// The product's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Events made before the clock starts, so that making them is not measured.
const AT_A_TIME: u64 = 100_000;
/// Identifiers of the customer that is parted.
const LARGE: u64 = 1_000;
const PARTED: u64 = 1_000;

fn main() {
    let events = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(5_000_000);
    joining(events);
    parting();
}

/// Accounts with two browsers each on average; one event in 5,000 comes from a device that many share.
fn joining(events: u64) {
    let mut identity = Identity::new(&IdentityRules::default());
    let mut spent = Duration::ZERO;
    for first in (0..events).step_by(AT_A_TIME as usize) {
        let made: Vec<(Arrival, Event<'_>)> = (first..(first + AT_A_TIME).min(events))
            .map(|number| {
                let scattered = scatter(number);
                let cookie = if scattered.is_multiple_of(5_000) { number % 20 } else { scattered };
                let account = scatter(scattered) % (events / 2).max(1);
                (Arrival(number + 1), named(&[(Kind::UserId, account), (Kind::AnonymousId, cookie)]))
            })
            .collect();
        let mut changes = Changes::default();
        let began = Instant::now();
        identity.observe_all(&made, &mut changes, |_| ());
        spent += began.elapsed();
    }
    let seconds = spent.as_secs_f64();
    println!(
        "joining: {events} events with two identifiers, {} identifiers, {} customers, {} links, {} pairs refused",
        identity.nodes(),
        identity.customers(),
        identity.links(),
        identity.refusals().count()
    );
    println!(
        "joining: {:.2} s on one core, {:.0} events/s, {:.0} links/s",
        seconds,
        events as f64 / seconds,
        identity.links() as f64 / seconds
    );
}

/// A customer of many identifiers in a chain, parted somewhere and joined again.
fn parting() {
    let mut identity = Identity::new(&IdentityRules { limits: BTreeMap::new(), ..IdentityRules::default() });
    let mut changes = Changes::default();
    let cookie = |number: u64| (Kind::AnonymousId, number);
    for number in 1..LARGE {
        identity.observe(Arrival(number), &named(&[cookie(number - 1), cookie(number)]), &mut changes);
    }
    let mut times: Vec<Duration> = (0..PARTED)
        .map(|round| {
            let at = scatter(round) % (LARGE - 1);
            let both =
                || [cookie(at), cookie(at + 1)].map(|(kind, value)| Identifier::new(kind, format!("{value:016x}")));
            let unmerge = Ruling::Unmerge.event("r", both(), Timestamp::default());
            let began = Instant::now();
            identity.observe(Arrival(LARGE + round), &unmerge, &mut changes);
            let took = began.elapsed();
            assert_eq!(identity.customers(), 2);
            let merge = Ruling::Merge.event("r", both(), Timestamp::default());
            identity.observe(Arrival(LARGE + round), &merge, &mut changes);
            assert_eq!(identity.customers(), 1);
            took
        })
        .collect();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6;
    println!(
        "parting a customer of {LARGE} identifiers, {PARTED} times: p50 {:.0} µs, p99 {:.0} µs, worst {:.0} µs",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

fn named(identifiers: &[(Kind<'static>, u64)]) -> Event<'static> {
    let mut event = Event::new("m", "web", "visit", Timestamp::default());
    event.identifiers =
        identifiers.iter().map(|(kind, value)| Identifier::new(kind.clone(), format!("{value:016x}"))).collect();
    event
}

/// Sends each number to another, no two to the same (the finaliser of SplitMix64, Steele et al. 2014).
fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
