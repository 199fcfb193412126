//! Durable, de-duplicated ingest over HTTP, and the same events put into PostgreSQL by the usual means, in one run.

use anyhow::{Result, ensure};

use crate::figures::{Figures, Target};
use crate::segment::BATCH;
use crate::server::{Keys, Server};
use crate::workplace::Workplace;
use crate::{load, postgres, process};

/// Enough for the rate to include compaction, not only the first gulp.
const EVENTS: u64 = 5_000_000;

pub(crate) fn run(workplace: &Workplace, figures: &mut Figures) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ours = runtime.block_on(into_geleit(workplace, figures))?;
    let theirs = postgres::run(workplace, figures, &runtime, workplace.scaled(EVENTS))?;
    figures.add("ingest: times PostgreSQL's rate", ours / theirs, "x", Target::AtLeast(5.0));
    Ok(())
}

/// Events per second.
async fn into_geleit(workplace: &Workplace, figures: &mut Figures) -> Result<f64> {
    let data = tempfile::tempdir()?;
    let keys = Keys::create(workplace, data.path(), "web")?;
    let server = Server::serve(workplace, data.path()).await?;
    let cpu_before = process::cpu_seconds(server.pid())?;
    let batches = workplace.scaled(EVENTS) / BATCH as u64;
    let mut load = load::run(&server.address, &keys.write_key, batches, None).await?;
    let server_cpu_s = process::cpu_seconds(server.pid())? - cpu_before;
    let resident_mb = process::resident_mb(server.pid())?;
    let stored = server.events_in_journeys(&keys.token).await?;
    ensure!(stored == load.events, "{} events were acknowledged and {stored} are stored", load.events);
    server.stop()?;

    let rate = load.events_per_second();
    figures.add("ingest: durable events/s, batches of 100, 64 connections", rate, "/s", Target::AtLeast(100_000.0));
    figures.add("ingest: request p50", load.times.quantile_ms(0.5), "ms", Target::None);
    figures.add("ingest: request p99", load.times.quantile_ms(0.99), "ms", Target::None);
    figures.add(
        "ingest: events per processor second of the server",
        load.events as f64 / server_cpu_s,
        "/cpu-s",
        Target::None,
    );
    figures.add("ingest: processor time of the server", server_cpu_s, "s", Target::None);
    figures.add("ingest: processor time of the generator", load.client_cpu_s, "s", Target::None);
    figures.add("ingest: resident after the load", resident_mb, "MB", Target::None);
    Ok(rate)
}
