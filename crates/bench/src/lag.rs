//! How far the folds (who is who, columns) run behind the journal at a steady rate, by the server's own histogram.

use anyhow::{Result, ensure};

use crate::figures::{Figures, Target};
use crate::load;
use crate::metrics::Histogram;
use crate::segment::BATCH;
use crate::server::{Keys, Server};
use crate::workplace::Workplace;

/// Half of the rate that ingest is to reach.
const EVENTS_PER_SECOND: f64 = 50_000.0;
const SECONDS: u64 = 30;
const HISTOGRAM: &str = "geleit_fold_lag_seconds";

pub(crate) fn run(workplace: &Workplace, figures: &mut Figures) -> Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure(workplace, figures))
}

async fn measure(workplace: &Workplace, figures: &mut Figures) -> Result<()> {
    let data = tempfile::tempdir()?;
    // Two sources, as the generator counts its message ids from the start each time.
    let keys = Keys::create(workplace, data.path(), "web")?;
    let second = Keys::create(workplace, data.path(), "app")?;
    let server = Server::serve(workplace, data.path()).await?;
    // The first second makes caches and files; it is not measured.
    let batches_per_second = (EVENTS_PER_SECOND / BATCH as f64) as u64;
    load::run(&server.address, &keys.write_key, batches_per_second, Some(EVENTS_PER_SECOND)).await?;
    let before = Histogram::parse(&server.metrics(&keys.token).await?, HISTOGRAM, "")?;

    let batches = batches_per_second * workplace.scaled(SECONDS);
    let mut load = load::run(&server.address, &second.write_key, batches, Some(EVENTS_PER_SECOND)).await?;
    let lag = Histogram::parse(&server.metrics(&keys.token).await?, HISTOGRAM, "")?.since(&before);
    let stored = server.events_in_journeys(&keys.token).await?;
    let sent = load.events + batches_per_second * BATCH as u64;
    ensure!(stored == sent, "{sent} events were acknowledged and {stored} are stored");
    server.stop()?;

    ensure!(lag.count() > 0.0, "{HISTOGRAM} observed nothing");
    figures.add("lag: events/s sent", load.events_per_second(), "/s", Target::None);
    figures.add("lag: fold lag p50, at most", lag.quantile_at_most(0.5) * 1e3, "ms", Target::None);
    figures.add("lag: fold lag p99, at most", lag.quantile_at_most(0.99) * 1e3, "ms", Target::AtMost(100.0));
    figures.add("lag: request p50", load.times.quantile_ms(0.5), "ms", Target::None);
    figures.add("lag: request p99", load.times.quantile_ms(0.99), "ms", Target::None);
    Ok(())
}
