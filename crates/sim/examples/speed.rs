//! How fast worlds grow: `cargo run --release -p sim --example speed -- 20000`, with `ordered` behind it in the order of time.

use std::error::Error;
use std::io::Write;
use std::time::Instant;

use sim::{Delivery, World};

fn main() -> Result<(), Box<dyn Error>> {
    let customers = std::env::args().nth(1).map_or(Ok(20_000), |text| text.parse())?;
    let mut world = World::new(1, customers);
    if std::env::args().nth(2).is_some_and(|word| word == "ordered") {
        world = world.in_order_of_time();
    }
    let begun = Instant::now();
    let (mut bytes, mut events) = (0, 0);
    for delivery in world.deliveries() {
        bytes += match &delivery {
            Delivery::SegmentBatch { body, .. } | Delivery::CloudEvents { body, .. } => body.len(),
            Delivery::Csv { bytes, .. } => bytes.len(),
        };
        // Items are counted by what each of them holds once.
        events += match &delivery {
            Delivery::SegmentBatch { body, .. } => body.matches("\"messageId\":").count(),
            Delivery::CloudEvents { body, .. } => body.lines().count(),
            Delivery::Csv { bytes, .. } => bytes.iter().filter(|byte| **byte == b'\n').count() - 1,
        };
    }
    let seconds = begun.elapsed().as_secs_f64();
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
