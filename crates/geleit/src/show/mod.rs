//! What the terminal shows: lines, tables, JSON, progress, and the picture of the most travelled paths.

mod figures;
mod picture;
mod progress;

use std::io::{self, Write};

use serde::Serialize;

pub(crate) use figures::answer;
pub(crate) use picture::paths;
pub(crate) use progress::Progress;

/// Writes a line to stdout.
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    finish(writeln!(io::stdout().lock(), "{text}"))
}

/// Writes one JSON document to stdout.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    finish(io::stdout().lock().write_all(&text))
}

/// Writes a note to stderr: for people, beside what is meant for machines.
pub(crate) fn note(text: &str) {
    // Nobody is left to be told if stderr is gone.
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Writes one clear line to stderr: what went wrong, and why. Some errors tell their cause themselves; it is told once.
pub(crate) fn complain(error: &anyhow::Error) {
    let mut told = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !told.contains(&cause) {
            told.push_str(": ");
            told.push_str(&cause);
        }
    }
    note(&format!("geleit: {told}"));
}

/// Writes bytes to stdout as they are.
pub(crate) fn bytes(bytes: &[u8]) -> anyhow::Result<()> {
    finish(io::stdout().lock().write_all(bytes))
}

/// Writes a note over the line before on stderr; an empty one clears it.
pub(crate) fn over(text: &str) {
    drop(write!(io::stderr().lock(), "\r\u{1b}[K{text}"));
}

/// Writes a table with columns as wide as they need to be; columns of numbers stand to the right.
pub(crate) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> anyhow::Result<()> {
    line(&table_text(head, &rows.into_iter().collect::<Vec<_>>()))
}

/// The same as text.
pub(crate) fn table_text(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |text: &str| text.chars().count();
    let is_number = |text: &str| {
        matches!(text, "" | "undefined") || text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'))
    };
    let columns: Vec<(usize, bool)> = (0..head.len())
        .map(|column| {
            let cells = || rows.iter().map(move |row| row[column].as_str());
            let widest = cells().chain([head[column]]).map(width).max().unwrap_or(0);
            (widest, !rows.is_empty() && cells().all(is_number))
        })
        .collect();
    let written = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells
            .zip(&columns)
            .map(|(cell, &(wide, right))| {
                let gap = " ".repeat(wide - width(cell));
                if right { format!("{gap}{cell}") } else { format!("{cell}{gap}") }
            })
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut lines = vec![written(&mut head.iter().copied())];
    lines.extend(rows.iter().map(|row| written(&mut row.iter().map(String::as_str))));
    lines.join("\n")
}

/// A count with thin groups of three: `1 234 567`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

/// A share as people read it: `12.3 %`.
pub(crate) fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "undefined".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// Seconds in the unit that fits: `12 s`, `3.5 min`, `2.0 h`, `4.1 d`.
pub(crate) fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 0.9995 => format!("{:.0} ms", s * 1e3),
        s if s < 99.5 => format!("{s:.0} s"),
        s if s < 90.0 * 60.0 => format!("{:.1} min", s / 60.0),
        s if s < 48.0 * 3600.0 => format!("{:.1} h", s / 3600.0),
        s => format!("{:.1} d", s / 86_400.0),
    }
}

/// A reader that went away (`geleit ... | head`) is no error.
fn finish(outcome: io::Result<()>) -> anyhow::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => Ok(outcome?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1\u{202f}000", "1\u{202f}234\u{202f}567"]);
        assert_eq!([Some(0.1234), None].map(percent), ["12.3 %", "undefined"]);
        assert_eq!(
            [0.25, 45.0, 150.0, 7_200.0, 354_240.0].map(duration),
            ["250 ms", "45 s", "2.5 min", "2.0 h", "4.1 d"]
        );
    }
}
