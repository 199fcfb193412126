//! `geleit simulate`: a world written to files, with the truth beside it.

use anyhow::Context;
use sim::World;

use crate::cli::{Part, Simulate};
use crate::show;

pub(crate) fn run(args: &Simulate) -> anyhow::Result<()> {
    anyhow::ensure!(
        args.customers <= World::MOST_CUSTOMERS,
        "--customers {}: a world has at most {} people",
        args.customers,
        World::MOST_CUSTOMERS
    );
    let world = World::new(args.seed, args.customers);
    let place = || format!("--out {}", args.out.display());
    if args.only == Some(Part::Registers) {
        let records = world.write_registers(&args.out).with_context(place)?;
        return show::line(&format!(
            "{}: {} records of {} people in registers/records.csv, whose each is in truth/records.csv",
            args.out.display(),
            show::count(records),
            show::count(u64::from(args.customers))
        ));
    }
    let written = world.write_to(&args.out).with_context(place)?;
    show::line(&format!(
        "{}: {} people, {} happenings, {} items as the doors see them (segment.jsonl, cloudevents.jsonl, tills/), {} records of offline registers (registers/), the truth in truth/",
        args.out.display(),
        show::count(written.people),
        show::count(written.happenings),
        show::count(written.sent),
        show::count(written.records)
    ))
}
