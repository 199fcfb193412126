//! What a live answer takes with 1,000 fresh events, beside the graph question about the same window.
//!
//! `cargo run --release -p engine --example live_speed -- [EVENTS] [DAYS]`: so many events over so many days, by a fifth as
//! many customers.

// Figures are for people to read.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::time::{Duration, Instant};

use engine::{Engine, MiningQuery, MiningQuestion, Options};
use model::{Event, Identifier, IdentifierKind, Timestamp};
use store::{DataDirectory, Encoded, Submission};

const FRESH: u64 = 1_000;
const ROUNDS: usize = 9;
const SECOND: i64 = 1_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<u64> = std::env::args().skip(1).map(|argument| argument.parse()).collect::<Result<_, _>>()?;
    let events = numbers.first().copied().unwrap_or(1_000_000);
    let days = numbers.get(1).copied().unwrap_or(30);
    let scratch = tempfile::tempdir_in(".")?;
    let directory = DataDirectory::create(scratch.path())?;
    // What is fresh stays fresh while it is measured.
    let engine = Engine::open(&directory, &Options { quiet_s: 3_600, ..Options::default() })?;
    let mut now = Timestamp::now().micros();
    let step = days as i64 * 86_400 * SECOND / events as i64;
    for first in (0..events).step_by(5_000) {
        let numbers = first..(first + 5_000).min(events);
        let visit = |number: u64| visit(number, events / 5, now - (events - number) as i64 * step);
        send(&engine, &numbers.map(visit).collect::<Vec<_>>())?;
    }
    engine.settle()?;
    println!("{events} events over {days} days, {} customers", engine.answers().totals()?.0);

    for window_s in [3_600, 86_400] {
        let window = Duration::from_secs(window_s);
        let (mut live_ms, mut graph_ms) = (Vec::new(), Vec::new());
        let started = Instant::now();
        let first = engine.answers().live(window, Timestamp::clamped(now))?;
        let first_ms = started.elapsed().as_secs_f64() * 1e3;
        println!("window of {window_s} s: {} events, first answer {first_ms:.1} ms", first.window.updated_events);
        for _ in 0..ROUNDS {
            now += 10 * SECOND;
            let number = |fresh: u64| now as u64 / 1_000 + fresh;
            let fresh = (0..FRESH).map(|fresh| visit(number(fresh), events / 5, now - 1 - (fresh as i64) * 10_000));
            send(&engine, &fresh.collect::<Vec<_>>())?;
            engine.answers().totals()?; // folded
            let to = Timestamp::clamped(now);
            let started = Instant::now();
            let live = engine.answers().live(window, to)?;
            live_ms.push(started.elapsed().as_secs_f64() * 1e3);
            assert!(!live.window.rebuilt && live.window.updated_events == FRESH);
            let query = MiningQuery { from: Some(live.window.from), to: Some(to), ..MiningQuery::default() };
            let started = Instant::now();
            engine.answers().mine_one(&query, &MiningQuestion::new("graph", []))?;
            graph_ms.push(started.elapsed().as_secs_f64() * 1e3);
        }
        let (live, graph) = (median(live_ms), median(graph_ms));
        println!("  live {live:.2} ms, graph --from {graph:.1} ms: {:.0} times", graph / live);
    }
    engine.close()?;
    Ok(())
}

fn visit(number: u64, customers: u64, at: i64) -> Event<'static> {
    // A multiplication scatters the numbers (Knuth, section 6.4).
    let scattered = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    let (customer, page) = (scattered % customers, scattered / 7 % 40);
    let mut event = Event::new(format!("m{number}"), "web", format!("page {page}"), Timestamp::clamped(at));
    event.identifiers.push(Identifier::new(IdentifierKind::UserId, format!("u{customer}")));
    event
}

fn send(engine: &Engine, events: &[Event<'_>]) -> Result<(), Box<dyn Error>> {
    let events: Encoded = events.iter().collect();
    engine.submit_and_wait(Submission { source: "web".into(), events, ..Submission::default() })?;
    Ok(())
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
