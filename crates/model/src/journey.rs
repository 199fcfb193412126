use std::fmt;
use std::str::FromStr;

use crate::Invalid;

/// Where a lived journey begins and ends. Written as in `--journey`; `docs/semantics.md` has the tables.
///
/// | written | one journey is |
/// |---|---|
/// | `whole` | all a customer ever did |
/// | `gap:30m` | a customer's events until nothing happens for more than the duration |
/// | `start:a,b` | from each `a` or `b` up to the next one |
/// | `end:c,d` | up to and with each `c` or `d`; what follows begins the next |
/// | `start:a;end:c` | from an `a` up to and with the first `c` after it |
/// | `case:order_id` | all events with one value of that property, whoever they belong to |
#[derive(Clone, Debug, Default, PartialEq)]
pub enum JourneyRule {
    /// All a customer ever did.
    #[default]
    Whole,
    /// Until nothing happens for more than so many seconds.
    Gap {
        /// Seconds; a pause of exactly this length does not cut.
        seconds: f64,
    },
    /// By touchpoints that open and close a journey; at least one list is not empty.
    Marks {
        /// Touchpoints that open a journey.
        start: Vec<String>,
        /// Touchpoints that close it.
        end: Vec<String>,
    },
    /// By the value of a property: a case, an order, a product.
    Case {
        /// Dotted path into the event's properties.
        property: String,
    },
}

impl FromStr for JourneyRule {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = |reason: &str| Invalid::new("journey", text, reason);
        let trimmed = text.trim();
        if trimmed == "whole" {
            return Ok(Self::Whole);
        }
        if let Some(duration) = trimmed.strip_prefix("gap:") {
            let seconds = parse_duration_s(duration).map_err(|error| error.within("journey"))?;
            return Ok(Self::Gap { seconds });
        }
        if let Some(property) = trimmed.strip_prefix("case:") {
            let property = property.trim();
            if property.is_empty() {
                return Err(wrong("names no property after case:"));
            }
            return Ok(Self::Case { property: property.to_owned() });
        }
        let (mut start, mut end) = (Vec::new(), Vec::new());
        for part in trimmed.split(';').map(str::trim) {
            let (list, names) = if let Some(names) = part.strip_prefix("start:") {
                (&mut start, names)
            } else if let Some(names) = part.strip_prefix("end:") {
                (&mut end, names)
            } else {
                return Err(wrong(
                    "is no journey rule: whole, gap:30m, start:a,b, end:c, start:a;end:c or case:order_id",
                ));
            };
            list.extend(names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned));
            if list.is_empty() {
                return Err(wrong("names no touchpoint after start: or end:"));
            }
        }
        Ok(Self::Marks { start, end })
    }
}

impl fmt::Display for JourneyRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("whole"),
            Self::Gap { seconds } => write!(f, "gap:{seconds}s"),
            Self::Case { property } => write!(f, "case:{property}"),
            Self::Marks { start, end } => {
                let lists = [("start", start), ("end", end)];
                let written: Vec<String> = lists
                    .iter()
                    .filter(|(_, names)| !names.is_empty())
                    .map(|(word, names)| format!("{word}:{}", names.join(",")))
                    .collect();
                f.write_str(&written.join(";"))
            }
        }
    }
}

/// Seconds in a duration with its unit: `90s`, `30m`, `1.5h`, `30d`, `2w`, or in words: `30 minutes`, `1 day`, `2 weeks`. Bare
/// numbers are refused, nobody knows what they mean.
pub fn parse_duration_s(text: &str) -> Result<f64, Invalid> {
    let trimmed = text.trim();
    let wrong = || Invalid::new("", trimmed, "is not a duration with a unit, such as 90s, 30m, 12h, 30d or 2w");
    let unit_at = trimmed.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(wrong)?;
    let (number, unit) = trimmed.split_at(unit_at);
    let seconds_per_unit = match unit {
        "s" | "second" | "seconds" => 1.0,
        "m" | "min" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        _ => return Err(wrong()),
    };
    let amount: f64 = number.trim().parse().map_err(|_| wrong())?;
    let seconds = amount * seconds_per_unit;
    if !(0.0..=1e11).contains(&seconds) {
        return Err(wrong());
    }
    Ok(seconds)
}

/// Bytes in an amount with its unit: `500MB`, `2GB`, `1.5GiB`. Decimal units are thousands, binary ones are 1,024s. Bare
/// numbers are refused.
pub fn parse_bytes(text: &str) -> Result<u64, Invalid> {
    const UNITS: [(&str, u32); 6] =
        [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)];
    let amount = UNITS.iter().find_map(|(unit, bytes)| {
        let number: f64 = text.trim().strip_suffix(unit)?.trim_end().parse().ok()?;
        (number.is_finite() && number >= 0.0).then_some((number * f64::from(*bytes)) as u64)
    });
    let reason = "is not a number of bytes with a unit, such as 500MB, 2GB or 1.5GiB";
    amount.ok_or_else(|| Invalid::new("", text, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_read_back_as_written() {
        for (written, shown) in [
            ("whole", "whole"),
            ("gap:30m", "gap:1800s"),
            ("start: a, b", "start:a,b"),
            ("end:order placed", "end:order placed"),
            ("start:a;end:c,d", "start:a;end:c,d"),
            ("case:order.id", "case:order.id"),
        ] {
            assert_eq!(written.parse::<JourneyRule>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn a_wrong_rule_says_what_would_be_right() {
        for (written, reason) in [
            ("gap:30", "is not a duration with a unit"),
            ("gap:-5m", "is not a duration with a unit"),
            ("start:", "names no touchpoint"),
            ("until:x", "is no journey rule: whole, gap:30m"),
            ("case:", "names no property"),
        ] {
            let error = written.parse::<JourneyRule>().unwrap_err().to_string();
            assert!(error.contains(reason), "{written}: {error}");
        }
    }
}
