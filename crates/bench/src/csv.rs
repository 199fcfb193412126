//! Import of a large CSV file: time, memory, and that a second import stores nothing.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::figures::{Figures, Target};
use crate::segment::scatter;
use crate::workplace::Workplace;

const ROWS: u64 = 10_000_000;
const CHANNELS: [&str; 5] = ["web", "app", "shop", "phone", "mail"];
/// 2025-01-01T00:00:00Z.
const FIRST_SECOND: i64 = 1_735_689_600;

pub(crate) fn run(workplace: &Workplace, figures: &mut Figures) -> Result<()> {
    let file = workplace.path("10m.csv");
    let rows = workplace.scaled(ROWS);
    write_file(&file, rows).with_context(|| file.display().to_string())?;
    let mb = fs::metadata(&file)?.len() as f64 / 1e6;
    figures.add(format!("csv: file of {rows} rows"), mb, "MB", Target::None);

    let data = data_directory(workplace);
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    let (answer, cost) = workplace.import(&file, &data, &COLUMNS)?;
    ensure!(answer["stored"] == rows, "{rows} rows were to be stored: {answer}");
    figures.add("csv: import of 10 M rows", cost.wall.as_secs_f64(), "s", Target::AtMost(60.0));
    figures.add("csv: processor time", cost.cpu_s, "s", Target::None);
    figures.add("csv: resident at most", cost.peak_mb, "MB", Target::AtMost(600.0));

    let (again, cost) = workplace.import(&file, &data, &COLUMNS)?;
    ensure!(again["stored"] == 0 && again["duplicates"] == rows, "the second import was to store nothing: {again}");
    figures.add("csv: second import, nothing stored", cost.wall.as_secs_f64(), "s", Target::None);
    figures.add("csv: second import, resident at most", cost.peak_mb, "MB", Target::None);
    Ok(())
}

/// Where the imported events lie for the benchmarks that come after.
pub(crate) fn data_directory(workplace: &Workplace) -> PathBuf {
    workplace.path("10m-data")
}

/// The imported data directory; imports first if it is not there.
pub(crate) fn imported(workplace: &Workplace, figures: &mut Figures) -> Result<PathBuf> {
    let data = data_directory(workplace);
    if !data.exists() {
        run(workplace, figures)?;
    }
    Ok(data)
}

/// How `geleit import` is told what the columns are.
const COLUMNS: [&str; 10] = [
    "--format",
    "csv",
    "--customer",
    "customer",
    "--touchpoint",
    "event",
    "--time",
    "timestamp",
    "--channel",
    "channel",
];

/// Time-sorted rows, three seconds apart, of a tenth as many customers, over 40 touchpoints and 5 channels.
fn write_file(path: &Path, rows: u64) -> Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    file.write_all(b"customer,event,timestamp,channel\n")?;
    for row in 0..rows {
        let chance = scatter(row);
        let customer = chance % (rows / 10).max(1);
        // Small touchpoint numbers come more often, as some places are visited more than others.
        let touchpoint = (chance >> 32) % 40 * ((chance >> 40) % 40) / 40;
        let channel = CHANNELS[((chance >> 48) % 5) as usize];
        let at = jiff::Timestamp::from_second(FIRST_SECOND + 3 * row as i64)?;
        writeln!(file, "c{customer:07},touchpoint {touchpoint:02},{at},{channel}")?;
    }
    file.flush()?;
    Ok(())
}
