//! Writes a CSV file of the usual shape and reads it: `cargo run --release -p ingest --example csv_speed [ROWS]`.

use std::io::{BufWriter, Write};
use std::time::Instant;

use ingest::files::{Options, open};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rows: u64 = std::env::args().nth(1).map_or(Ok(3_000_000), |text| text.parse())?;
    let path = std::env::temp_dir().join(format!("csv-speed-{}.csv", std::process::id()));
    let mut file = BufWriter::new(std::fs::File::create(&path)?);
    writeln!(file, "customer,event,timestamp,channel")?;
    let names = ["home", "catalog", "product view", "cart", "checkout", "purchase", "support call", "return"];
    let channels = ["web", "app", "shop", "phone"];
    let mut state: u64 = 7;
    for row in 0..rows {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let random = (state >> 33) as usize;
        let second = row * 86_400 * 30 / rows;
        let (day, hour, minute, second) = (second / 86_400 + 1, second / 3600 % 24, second / 60 % 60, second % 60);
        let (name, channel) = (names[random % 8], channels[random / 8 % 4]);
        writeln!(
            file,
            "user_{:07},{name},2026-11-{day:02} {hour:02}:{minute:02}:{second:02}.{:06},{channel}",
            random % 500_000,
            row % 1_000_000
        )?;
    }
    file.flush()?;
    drop(file);
    let bytes = std::fs::metadata(&path)?.len();

    for zone in ["UTC", "Europe/Berlin"] {
        let time_zone = Some(jiff::tz::TimeZone::get(zone)?);
        let mut reader = open(&path, &Options { source: "speed".into(), time_zone, ..Options::default() })?;
        let begin = Instant::now();
        let (mut events, mut checksum) = (0_u64, 0_i64);
        reader.for_each(|row| {
            if let Ok(event) = row {
                events += 1;
                checksum = checksum.wrapping_add(event.at.micros());
            }
        })?;
        let seconds = begin.elapsed().as_secs_f64();
        #[expect(clippy::print_stdout, reason = "an example speaks to people")]
        {
            println!(
                "{zone}: {events} rows in {seconds:.2} s: {:.0} rows/s, {:.0} MB/s (checksum {checksum:x})",
                events as f64 / seconds,
                bytes as f64 / seconds / 1e6
            );
        }
    }
    std::fs::remove_file(&path)?;
    Ok(())
}
