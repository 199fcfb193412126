//! Load generators and benchmarks: they measure the program from outside, as its users meet it, and no product code uses them.
//!
//! `bench [WHAT...]` runs the named benchmarks (all, in order, without a name) against the `geleit` that lies beside it and
//! prints one table of figures with the targets of `docs/benchmarks.md`. `--small` runs a hundredth of the work, to try them out.

#![expect(clippy::print_stdout, reason = "a program for the terminal")]

mod csv;
mod exact;
mod figures;
mod http;
mod identity;
mod in_memory;
mod ingest;
mod joining;
mod lag;
mod load;
mod lookup;
mod metrics;
mod postgres;
mod process;
mod quickstart;
mod segment;
mod server;
mod start;
mod workplace;

use anyhow::{Result, bail};
use figures::Figures;
use workplace::Workplace;

/// The product's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One benchmark: its name and what runs it.
type Benchmark = (&'static str, fn(&Workplace, &mut Figures) -> Result<()>);

const BENCHMARKS: [Benchmark; 8] = [
    ("ingest", ingest::run),
    ("lag", lag::run),
    ("csv", csv::run),
    ("start", start::run),
    ("lookup", lookup::run),
    ("quickstart", quickstart::run),
    ("identity", identity::run),
    ("joining", joining::run),
];

fn main() -> Result<()> {
    let mut small = false;
    let mut chosen = Vec::new();
    for argument in std::env::args().skip(1) {
        match BENCHMARKS.iter().find(|(name, _)| *name == argument) {
            Some(benchmark) => chosen.push(*benchmark),
            None if argument == "--small" => small = true,
            None => {
                let names = BENCHMARKS.map(|(name, _)| name).join(", ");
                bail!("there is no benchmark {argument:?}; there are {names}, and the option --small");
            }
        }
    }
    if chosen.is_empty() {
        // Joining is a part of identity.
        chosen.extend(BENCHMARKS.into_iter().filter(|(name, _)| *name != "joining"));
    }

    let workplace = Workplace::open(small)?;
    workplace.describe();
    let mut figures = Figures::default();
    for (name, benchmark) in chosen {
        println!("\n{name}");
        benchmark(&workplace, &mut figures)?;
    }
    figures.print(small);
    Ok(())
}
