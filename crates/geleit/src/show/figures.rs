//! Answers about journeys as tables for people, with small drawings in them.

use engine::{Answered, Found};
use mining::report::{Cells, Table};
use mining::{Comparison, Coverage, Report};

use super::{count, duration, percent, table_text};

/// Rows of a table; more are there in the other formats.
const ROWS: usize = 30;

/// The answer as text: what it counts, its tables, and what to know of them.
pub(crate) fn answer(answered: &Answered) -> String {
    let recipe = &answered.recipe;
    let mut about = vec![recipe.journey.clone()];
    let moments = [("from", recipe.from), ("to", recipe.to)];
    about.extend(moments.iter().filter_map(|(name, moment)| Some(format!("{name} {}", (*moment)?))));
    let filters = [("only", &recipe.only), ("where", &recipe.wanted)];
    about.extend(filters.iter().filter_map(|(name, filter)| Some(format!("{name} {}", filter.as_ref()?))));
    about.extend(recipe.settings.iter().map(|(name, value)| format!("{name} {}", setting(value))));
    let about = about.join("; ");
    match &answered.found {
        Found::One(report) => {
            let mut parts = vec![format!("{} ({about})", totals(report))];
            let several = report.tables.len() > 1;
            let tables = report.tables.iter().filter(|table| table.rows() > 0);
            parts.extend(
                tables.map(
                    |shown| if several { format!("{}:\n{}", words(shown.name), table(shown)) } else { table(shown) },
                ),
            );
            parts.extend(notes(&report.coverage));
            parts.join("\n\n")
        }
        Found::Two(both) => {
            let [a, b] = recipe.compare.clone().unwrap_or_default();
            let head = format!("{about}\na: {}  ({a})\nb: {}  ({b})", totals(&both.a), totals(&both.b));
            format!("{head}\n\n{}", comparison(both))
        }
    }
}

/// A setting as people write it: seconds in the unit that fits.
fn setting(value: &str) -> String {
    value.strip_suffix('s').and_then(|seconds| seconds.parse().ok()).map_or_else(|| value.to_owned(), duration)
}

fn totals(report: &Report) -> String {
    let totals = report.totals.iter().map(|(what, number)| format!("{} {}", count(*number), counted(what, *number)));
    totals.collect::<Vec<_>>().join(", ")
}

/// What is counted, its first word in the singular where there is one of it.
fn counted(what: &str, number: u64) -> String {
    let (first, rest) = what.split_at(what.find(' ').unwrap_or(what.len()));
    match (number, first) {
        (1, "matches") => format!("match{rest}"),
        (1, plural) => format!("{}{rest}", plural.strip_suffix('s').unwrap_or(plural)),
        _ => what.to_owned(),
    }
}

/// What is not in the figures, where there is something.
fn notes(coverage: &Coverage) -> Option<String> {
    let mut notes = Vec::new();
    let mut note = |number: u64, what: &str| {
        if number > 0 {
            notes.push(format!("{} {what}", count(number)));
        }
    };
    note(coverage.events_outside, "events lie in no journey");
    note(coverage.events_not_chosen, "events do not count (--only)");
    note(coverage.journeys_not_chosen, "journeys are not looked at (--where)");
    note(coverage.open_journeys, "journeys have not ended as their rule says");
    let unknown = coverage.unknown_marks.iter().map(|mark| format!("no event was ever at {mark}"));
    notes.extend(unknown);
    (!notes.is_empty()).then(|| format!("{}.", notes.join("; ")))
}

/// One table, its first rows.
fn table(table: &Table) -> String {
    let (mut heads, mut columns): (Vec<String>, Vec<Vec<String>>) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(column) = table.columns.get(at) {
        let next = table.columns.get(at + 1);
        let stem = column.name.strip_suffix("_low");
        match (stem, next) {
            (Some(stem), Some(next)) if next.name.strip_suffix("_high") == Some(stem) => {
                let (low, high) = (cells(&column.cells), cells(&next.cells));
                let ends = low
                    .into_iter()
                    .zip(high)
                    .map(|(low, high)| if low == UNDEFINED { low } else { format!("{low} to {high}") });
                heads.push(format!("{} 95 % interval", words(stem)));
                columns.push(ends.collect());
                at += 2;
            }
            _ => {
                heads.push(words(&column.name));
                columns.push(cells(&column.cells));
                if let Cells::Bar(shares) = &column.cells {
                    heads.push(String::new());
                    columns.push(shares.iter().take(ROWS).map(|share| bar(share.unwrap_or_default())).collect());
                }
                at += 1;
            }
        }
    }
    let rows = table.rows();
    let shown: Vec<Vec<String>> =
        (0..rows.min(ROWS)).map(|row| columns.iter().map(|column| column[row].clone()).collect()).collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut text = table_text(&heads, &shown);
    if rows > ROWS {
        text.push_str(&format!(
            "\n{} more {} with --json or --format csv --table {}",
            count((rows - ROWS) as u64),
            table.name,
            table.name
        ));
    }
    text
}

const UNDEFINED: &str = "undefined";

fn cells(cells: &Cells) -> Vec<String> {
    fn shown<T: Copy>(cells: &[Option<T>], show: impl Fn(T) -> String) -> Vec<String> {
        cells.iter().take(ROWS).map(|cell| cell.map_or_else(|| UNDEFINED.to_owned(), &show)).collect()
    }
    match cells {
        Cells::Text(texts) => texts.iter().take(ROWS).cloned().collect(),
        Cells::Count(counts) => counts.iter().take(ROWS).map(|cell| cell.map_or_else(String::new, count)).collect(),
        Cells::Share(shares) | Cells::Bar(shares) => shown(shares, |share| percent(Some(share))),
        Cells::Heat(shares) => shown(shares, |share| {
            if share == 0.0 { "-".to_owned() } else { format!("{:.0} % {}", share * 100.0, shade(share)) }
        }),
        Cells::Seconds(seconds) => shown(seconds, duration),
        Cells::Number(numbers) => shown(numbers, number),
    }
}

/// A number with as many digits as tell something.
fn number(number: f64) -> String {
    if number.abs() >= 100.0 { format!("{number:.0}") } else { format!("{number:.3}") }
}

/// `wait_median_s` as people say it.
fn words(name: &str) -> String {
    name.strip_suffix("_s").unwrap_or(name).replace('_', " ")
}

fn bar(share: f64) -> String {
    super::picture::bar(share.clamp(0.0, 1.0))
}

fn shade(share: f64) -> char {
    ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'][((share.clamp(0.0, 1.0) * 8.0) as usize).min(7)]
}

/// Figure by figure: what both groups have, and which is higher.
fn comparison(both: &Comparison) -> String {
    let differences = &both.differences;
    let written = |unit: &str, value: Option<f64>| match (unit, value) {
        (_, None) => UNDEFINED.to_owned(),
        ("share", share) => percent(share),
        ("seconds", Some(seconds)) => duration(seconds),
        (_, Some(value)) => number(value),
    };
    // A difference of shares is told in points: "5 % lower" could mean anything.
    let by = |unit: &str, difference: f64| match unit {
        "share" => format!("{:+.1} points", difference * 100.0),
        "seconds" if difference < 0.0 => format!("-{}", duration(-difference)),
        "seconds" => format!("+{}", duration(difference)),
        _ => format!("{}{}", if difference < 0.0 { "" } else { "+" }, number(difference)),
    };
    let rows: Vec<Vec<String>> = differences
        .figures
        .iter()
        .take(ROWS)
        .map(|figure| {
            let interval = figure.interval.map_or_else(
                || UNDEFINED.to_owned(),
                |[low, high]| format!("{} to {}", by(figure.unit, low), by(figure.unit, high)),
            );
            vec![
                figure.what.to_owned(),
                figure.subject.clone(),
                written(figure.unit, figure.a.value),
                count(figure.a.n),
                written(figure.unit, figure.b.value),
                count(figure.b.n),
                figure.difference.map_or_else(|| UNDEFINED.to_owned(), |difference| by(figure.unit, difference)),
                interval,
                figure.verdict.in_words().to_owned(),
            ]
        })
        .collect();
    let heads = ["figure", "of", "a", "n", "b", "n", "b - a", "interval", "b is"];
    let mut text = table_text(&heads, &rows);
    let more = differences.figures.len().saturating_sub(ROWS) as u64 + differences.left_out;
    if more > 0 {
        text.push_str(&format!(
            "\n{} more figures, {} of them with --json",
            count(more),
            count(more - differences.left_out)
        ));
    }
    format!(
        "{text}\n\nAll {} intervals are right together with a probability of {:.0} %.",
        differences.figures.len(),
        differences.level * 100.0
    )
}
