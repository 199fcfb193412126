//! Writes the offline registers only: `cargo run --release -p sim --example registers -- 2000 7 OUT`.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use sim::World;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [customers, seed, out] = arguments.as_slice() else { return Err("wanted: CUSTOMERS SEED OUT".into()) };
    let begun = Instant::now();
    let records = World::new(seed.parse()?, customers.parse()?).write_registers(&PathBuf::from(out))?;
    Ok(writeln!(std::io::stdout(), "{records} records in {:.2} s", begun.elapsed().as_secs_f64())?)
}
