//! `geleit simulate`: a world written to files, with the truth beside it.

use anyhow::Context;
use sim::World;

use crate::cli::Simulate;
use crate::show;

pub(crate) fn run(args: &Simulate) -> anyhow::Result<()> {
    let written = World::new(args.seed, args.customers)
        .write_to(&args.out)
        .with_context(|| format!("--out {}", args.out.display()))?;
    show::line(&format!(
        "{}: {} people, {} happenings, {} items as the doors see them (segment.jsonl, cloudevents.jsonl, tills/), the truth in truth/",
        args.out.display(),
        show::count(written.people),
        show::count(written.happenings),
        show::count(written.sent)
    ))
}
