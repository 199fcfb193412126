//! How fast identifiers are joined with limits, bars and every pair kept, and how long it takes to part a customer: the fold alone,
//! from a decoded event to the rows to be kept, on one core.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ::identity::{Changes, Identity};
use anyhow::{Result, ensure};
use model::{Arrival, Event, Identifier, IdentifierKind, IdentityRules, Ruling, Timestamp};

use crate::exact::Times;
use crate::figures::{Figures, Target};
use crate::segment::scatter;
use crate::workplace::Workplace;

/// Events that are joined.
const EVENTS: u64 = 5_000_000;
/// Events made before the clock starts, so that making them is not measured.
const AT_A_TIME: u64 = 100_000;
/// Identifiers of the customer that is parted.
const LARGE: u64 = 1_000;
const PARTED: u64 = 1_000;

pub(crate) fn run(workplace: &Workplace, figures: &mut Figures) -> Result<()> {
    joining(workplace.scaled(EVENTS), figures)?;
    parting(figures)
}

/// Accounts with two browsers each on average; one event in 5,000 comes from a device that many share.
fn joining(events: u64, figures: &mut Figures) -> Result<()> {
    let mut identity = Identity::new(&IdentityRules::default());
    let mut spent = Duration::ZERO;
    for first in (0..events).step_by(AT_A_TIME as usize) {
        let event = |number: u64| {
            let scattered = scatter(number);
            let browser = if scattered.is_multiple_of(5_000) { number % 20 } else { scattered };
            let account = scatter(scattered) % (events / 2).max(1);
            let identifiers = [(IdentifierKind::UserId, account), (IdentifierKind::AnonymousId, browser)];
            (Arrival(number + 1), named(&identifiers))
        };
        let made: Vec<(Arrival, Event<'_>)> = (first..(first + AT_A_TIME).min(events)).map(event).collect();
        let mut changes = Changes::default();
        let began = Instant::now();
        identity.observe_all(&made, &mut changes, |_| ());
        spent += began.elapsed();
    }
    ensure!(identity.links() > events / 2, "{events} events drew {} links", identity.links());
    let rate = identity.links() as f64 / spent.as_secs_f64();
    figures.add("joining: in memory, links drawn", identity.links() as f64, "links", Target::None);
    figures.add("joining: in memory, identifiers", f64::from(identity.nodes()), "", Target::None);
    figures.add("joining: in memory", rate, "links/s", Target::AtLeast(1_000_000.0));
    Ok(())
}

/// A customer of many identifiers in a chain, parted somewhere and joined again.
fn parting(figures: &mut Figures) -> Result<()> {
    let mut identity = Identity::new(&IdentityRules { limits: BTreeMap::new(), ..IdentityRules::default() });
    let mut changes = Changes::default();
    let browser = |number: u64| (IdentifierKind::AnonymousId, number);
    for number in 1..LARGE {
        identity.observe(Arrival(number), &named(&[browser(number - 1), browser(number)]), &mut changes);
    }
    let mut times = Times::default();
    for round in 0..PARTED {
        let at = scatter(round) % (LARGE - 1);
        let both =
            || [browser(at), browser(at + 1)].map(|(kind, value)| Identifier::new(kind, format!("{value:016x}")));
        let unmerge = Ruling::Unmerge.event("r", both(), Timestamp::default());
        let began = Instant::now();
        identity.observe(Arrival(LARGE + round), &unmerge, &mut changes);
        times.add(began.elapsed());
        ensure!(identity.customers() == 2, "an unmerge left {} customers", identity.customers());
        let merge = Ruling::Merge.event("r", both(), Timestamp::default());
        identity.observe(Arrival(LARGE + round), &merge, &mut changes);
        ensure!(identity.customers() == 1, "a merge left {} customers", identity.customers());
    }
    for (what, share, target) in [("p50", 0.5, Target::None), ("p99", 0.99, Target::AtMost(10.0))] {
        let name = format!("joining: unmerge in a customer of 1,000 identifiers, {what}");
        figures.add(name, times.quantile_ms(share), "ms", target);
    }
    Ok(())
}

fn named(identifiers: &[(IdentifierKind<'static>, u64)]) -> Event<'static> {
    let mut event = Event::new("m", "web", "visit", Timestamp::default());
    event.identifiers =
        identifiers.iter().map(|(kind, value)| Identifier::new(kind.clone(), format!("{value:016x}"))).collect();
    event
}
