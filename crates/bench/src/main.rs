//! Load generators and benchmarks: they measure the program from outside, as its users meet it, and no product code uses them.
//!
//! `bench [WHAT...]` runs the named benchmarks (all, in order, without a name) against the `geleit` that lies beside it and
//! prints one table of figures with the targets of `docs/benchmarks.md`. `--small` runs a hundredth of the work (`mining`: a tenth),
//! to try them out; `--hundred` runs `mining` on 100 M events.

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
mod mining;
mod postgres;
mod process;
mod quickstart;
mod segment;
mod server;
mod start;
mod workplace;

use anyhow::{Result, bail, ensure};
use figures::Figures;
use workplace::{Size, Workplace};

/// The product's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One benchmark: its name and what runs it.
type Benchmark = (&'static str, fn(&Workplace, &mut Figures) -> Result<()>);

const BENCHMARKS: [Benchmark; 10] = [
    ("ingest", ingest::run),
    ("lag", lag::run),
    ("csv", csv::run),
    ("start", start::run),
    ("lookup", lookup::run),
    ("quickstart", quickstart::run),
    ("identity", identity::run),
    ("joining", joining::run),
    ("mining", mining::run),
    ("conformance", mining::conformance::run),
];

fn main() -> Result<()> {
    let mut size = Size::Full;
    let mut chosen = Vec::new();
    for argument in std::env::args().skip(1) {
        match BENCHMARKS.iter().find(|(name, _)| *name == argument) {
            Some(benchmark) => chosen.push(*benchmark),
            None if argument == "--small" => size = Size::Small,
            None if argument == "--hundred" => size = Size::Hundred,
            None => {
                let names = BENCHMARKS.map(|(name, _)| name).join(", ");
                bail!("there is no benchmark {argument:?}; there are {names}, and the options --small and --hundred");
            }
        }
    }
    if chosen.is_empty() {
        // Joining is a part of identity.
        chosen.extend(BENCHMARKS.into_iter().filter(|(name, _)| *name != "joining"));
    }

    let workplace = Workplace::open(size)?;
    workplace.describe();
    let mut figures = Figures::default();
    for (name, benchmark) in chosen {
        println!("\n{name}");
        benchmark(&workplace, &mut figures)?;
    }
    figures.print(size == Size::Full);
    ensure!(figures.failures() == 0, "{} figures could not be taken", figures.failures());
    Ok(())
}
