//! How soon a server with 10 M stored events is ready, and what it holds in memory then.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::figures::{Figures, Target};
use crate::server::Server;
use crate::workplace::Workplace;
use crate::{csv, process};

const WARM_STARTS: usize = 5;
/// Until the memory of an idle server is read.
const SETTLE: Duration = Duration::from_secs(5);

pub(crate) fn run(workplace: &Workplace, figures: &mut Figures) -> Result<()> {
    let data = csv::imported(workplace, figures)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Only root may empty the page cache; else there is no cold start to measure.
    if std::fs::write(Path::new("/proc/sys/vm/drop_caches"), "3").is_ok() {
        let server = runtime.block_on(Server::serve(workplace, &data))?;
        figures.add("start: ready, file cache empty", server.ready_after.as_secs_f64(), "s", Target::AtMost(3.0));
        server.stop()?;
    }
    let mut slowest = Duration::ZERO;
    for _ in 0..WARM_STARTS {
        let server = runtime.block_on(Server::serve(workplace, &data))?;
        slowest = slowest.max(server.ready_after);
        server.stop()?;
    }
    let what = format!("start: ready with 10 M events, slowest of {WARM_STARTS}");
    figures.add(what, slowest.as_secs_f64(), "s", Target::AtMost(3.0));

    let server = runtime.block_on(Server::serve(workplace, &data))?;
    std::thread::sleep(SETTLE);
    figures.add("start: resident when idle", process::resident_mb(server.pid())?, "MB", Target::None);
    server.stop()
}
