//! How fast worlds grow: `cargo run --release -p sim --example speed -- 20000`.

use std::error::Error;
use std::io::Write;
use std::time::Instant;

use sim::{Delivery, World};

fn main() -> Result<(), Box<dyn Error>> {
    let customers = std::env::args().nth(1).map_or(Ok(20_000), |text| text.parse())?;
    let world = World::new(1, customers);
    let begun = Instant::now();
    let mut bytes = 0;
    for delivery in world.deliveries() {
        bytes += match delivery {
            Delivery::SegmentBatch { body, .. } | Delivery::CloudEvents { body, .. } => body.len(),
            Delivery::Csv { bytes, .. } => bytes.len(),
        };
    }
    let seconds = begun.elapsed().as_secs_f64();
    let events: u64 = world.truth().map(|happening| u64::from(happening.copies)).sum();
    let mut out = std::io::stdout();
    writeln!(out, "{customers} customers, {events} events, {:.0} MB in {seconds:.2} s:", bytes as f64 / 1e6)?;
    writeln!(
        out,
        "{:.0} events/s, {:.1} events a customer",
        events as f64 / seconds,
        events as f64 / f64::from(customers)
    )?;
    Ok(())
}
