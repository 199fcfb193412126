//! Texts that mean a moment: one format for a whole column, found once, read fast.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use jiff::tz::{Offset, TimeZone};
use model::{Invalid, Timestamp};
use serde::{Deserialize, Serialize};

use super::civil::{civil_time, scaled};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// How the times of a column are written.
///
/// Where the text names no offset, the time zone of the [`Options`](super::Options) says which moment is
/// meant. A local time that the clocks skipped in spring moves forward by the length of the gap; one that
/// came twice in autumn means the first (RFC 5545, `jiff`'s "compatible" rule).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    /// `2026-11-22 14:05:00.5+01:00`, `2026/11/22T14:05`, `20261122`: year, month, day.
    Iso,
    /// `22.11.2026 14:05`, `22.11.26`, `22/11/2026`, `22-11-2026 2:05 PM`: day, month, year.
    DayFirst,
    /// `11/22/2026 2:05 PM`: month, day, year.
    MonthFirst,
    /// Seconds since 1970-01-01T00:00:00Z, with or without a fraction.
    Seconds,
    /// Milliseconds since 1970.
    Millis,
    /// Microseconds since 1970.
    Micros,
    /// Nanoseconds since 1970; cut to microseconds.
    Nanos,
}

impl TimeFormat {
    /// Every format.
    pub const ALL: [Self; 7] =
        [Self::Iso, Self::DayFirst, Self::MonthFirst, Self::Seconds, Self::Millis, Self::Micros, Self::Nanos];

    /// The format's name in options and plans.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Iso => "iso",
            Self::DayFirst => "day_first",
            Self::MonthFirst => "month_first",
            Self::Seconds => "seconds",
            Self::Millis => "millis",
            Self::Micros => "micros",
            Self::Nanos => "nanos",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Iso => "is not a time such as 2026-11-22 14:05:00",
            Self::DayFirst => "is not a time such as 22.11.2026 14:05",
            Self::MonthFirst => "is not a time such as 11/22/2026 2:05 PM",
            Self::Seconds => "is not a number of seconds since 1970",
            Self::Millis => "is not a number of milliseconds since 1970",
            Self::Micros => "is not a number of microseconds since 1970",
            Self::Nanos => "is not a number of nanoseconds since 1970",
        }
    }

    /// Units in a second, for the formats that count.
    fn per_second(self) -> Option<i64> {
        match self {
            Self::Iso | Self::DayFirst | Self::MonthFirst => None,
            Self::Seconds => Some(1),
            Self::Millis => Some(1_000),
            Self::Micros => Some(1_000_000),
            Self::Nanos => Some(1_000_000_000),
        }
    }
}

impl fmt::Display for TimeFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TimeFormat {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|format| format.as_str() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            Invalid::new("time format", text, format!("is none of {names}"))
        })
    }
}

/// What a column of texts turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detected {
    /// Times in this format.
    Format(TimeFormat),
    /// Dates that can be read with the day or with the month first, such as `04/05/2026`.
    Ambiguous,
    /// No times.
    None,
}

/// The format that reads most of the texts that are not empty, and at least `least_percent` of them.
///
/// Bare numbers pass for times from `least_count` on, by their size: below 10^11 seconds (the year 5138),
/// below 10^14 milliseconds, below 10^17 microseconds, else nanoseconds.
pub(super) fn detect<'t>(
    texts: impl Iterator<Item = &'t str> + Clone,
    least_count: u64,
    least_percent: usize,
) -> Detected {
    let texts = texts.filter(|text| !text.is_empty());
    let all = texts.clone().count();
    let fits = |format: TimeFormat| texts.clone().filter(|text| civil_time(format, text).is_some()).count();
    let enough = |count: usize| count > 0 && count * 100 >= all * least_percent;
    let (iso, day_first, month_first) =
        (fits(TimeFormat::Iso), fits(TimeFormat::DayFirst), fits(TimeFormat::MonthFirst));
    let counts = texts.clone().filter_map(|text| scaled(text, 1).map(i64::unsigned_abs));
    let large = counts.clone().filter(|&count| count >= least_count).count();
    let most = iso.max(day_first).max(month_first).max(large);
    if !enough(most) {
        return Detected::None;
    }
    if iso == most {
        return Detected::Format(TimeFormat::Iso);
    }
    if day_first.max(month_first) == most {
        return match day_first.cmp(&month_first) {
            std::cmp::Ordering::Greater => Detected::Format(TimeFormat::DayFirst),
            std::cmp::Ordering::Less => Detected::Format(TimeFormat::MonthFirst),
            std::cmp::Ordering::Equal => Detected::Ambiguous,
        };
    }
    Detected::Format(match counts.max().unwrap_or(0) {
        0..100_000_000_000 => TimeFormat::Seconds,
        100_000_000_000..100_000_000_000_000 => TimeFormat::Millis,
        100_000_000_000_000..100_000_000_000_000_000 => TimeFormat::Micros,
        _ => TimeFormat::Nanos,
    })
}

/// Reads the times of one column.
#[derive(Clone, Debug)]
pub(super) struct TimeReader {
    pub(super) format: TimeFormat,
    zone: TimeZone,
    day: Option<Day>,
}

/// A calendar day that was met last: most rows of a file lie on the day of the row before.
#[derive(Clone, Copy, Debug)]
struct Day {
    date: (i16, u8, u8),
    /// Its midnight, read as UTC.
    midnight: i64,
    /// Microseconds to add to local times of this day, if it is one number all day long.
    shift: Option<i64>,
}

impl TimeReader {
    pub(super) fn new(format: TimeFormat, zone: TimeZone) -> Self {
        Self { format, zone, day: None }
    }

    /// The moment a text means.
    pub(super) fn read(&mut self, text: &str) -> Result<Timestamp, Invalid> {
        self.moment(text).ok_or_else(|| Invalid::new("", text, self.format.example()))
    }

    fn moment(&mut self, text: &str) -> Option<Timestamp> {
        let micros = match self.format.per_second() {
            Some(1_000_000_000) => scaled(text, 1)?.div_euclid(1_000),
            Some(per_second) => scaled(text, 1_000_000 / per_second)?,
            None => {
                let civil = civil_time(self.format, text)?;
                let day = self.day(civil.date)?;
                match civil.offset_s {
                    Some(offset_s) => day.midnight + civil.of_day - i64::from(offset_s) * 1_000_000,
                    None => self.local(day, civil.of_day)?,
                }
            }
        };
        Timestamp::from_micros(micros).ok()
    }

    /// The moment at which the clocks of the time zone showed this time, in microseconds since 1970 as if in UTC.
    pub(super) fn local_moment(&mut self, micros: i64) -> Option<Timestamp> {
        let date = Offset::UTC.to_datetime(jiff::Timestamp::from_microsecond(micros).ok()?).date();
        let day = self.day((date.year(), date.month().unsigned_abs(), date.day().unsigned_abs()))?;
        Timestamp::from_micros(self.local(day, micros - day.midnight)?).ok()
    }

    /// The moment a number means when counted in the column's unit.
    pub(super) fn counted(&self, count: i64) -> Option<Timestamp> {
        let per_second = self.format.per_second()?;
        let micros = if per_second > 1_000_000 {
            count.div_euclid(per_second / 1_000_000)
        } else {
            count.checked_mul(1_000_000 / per_second)?
        };
        Timestamp::from_micros(micros).ok()
    }

    fn local(&self, day: Day, of_day: i64) -> Option<i64> {
        match day.shift {
            Some(shift) => Some(day.midnight + of_day + shift),
            None => self.utc_of(day.midnight + of_day),
        }
    }

    fn day(&mut self, date: (i16, u8, u8)) -> Option<Day> {
        if let Some(day) = self.day.filter(|day| day.date == date) {
            return Some(day);
        }
        let (year, month, day_of_month) = date;
        let civil = civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day_of_month).ok()?).ok()?;
        let midnight = Offset::UTC.to_timestamp(civil.to_datetime(civil::Time::midnight())).ok()?.as_microsecond();
        // The clocks are changed within two hours of some hour of the day, never twice in a day: equal shifts
        // at both ends and no doubtful moment there mean one shift all day long.
        let shift_at = |local: i64| self.utc_of(local).map(|utc| utc - local);
        let (first, last) = (shift_at(midnight), shift_at(midnight + MICROS_PER_DAY));
        let day = Day { date, midnight, shift: if first == last { first } else { None } };
        self.day = Some(day);
        Some(day)
    }

    fn utc_of(&self, local: i64) -> Option<i64> {
        let civil = Offset::UTC.to_datetime(jiff::Timestamp::from_microsecond(local).ok()?);
        self.zone.to_ambiguous_timestamp(civil).compatible().ok().map(jiff::Timestamp::as_microsecond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::civil::is_time_of_day;

    fn read(format: TimeFormat, zone: &str, text: &str) -> String {
        let zone = TimeZone::get(zone).expect("the zone database is installed");
        TimeReader::new(format, zone).read(text).map_or_else(|error| error.to_string(), |at| at.to_string())
    }

    #[test]
    fn each_way_of_writing_a_time_is_read() {
        for (format, text, expected) in [
            (TimeFormat::Iso, "2026-11-22 14:05", "2026-11-22T14:05:00Z"),
            (TimeFormat::Iso, "2026-11-22T14:05:07", "2026-11-22T14:05:07Z"),
            (TimeFormat::Iso, "2026-11-22T14:05:07.123456789Z", "2026-11-22T14:05:07.123456Z"),
            (TimeFormat::Iso, "2026-11-22 14:05:07,5 +0100", "2026-11-22T13:05:07.5Z"),
            (TimeFormat::Iso, "2026-11-22T00:30:00+01:00", "2026-11-21T23:30:00Z"),
            (TimeFormat::Iso, "2026-11-22 14:05:07-05", "2026-11-22T19:05:07Z"),
            (TimeFormat::Iso, "2026-11-22 14:05 UTC", "2026-11-22T14:05:00Z"),
            (TimeFormat::Iso, "2026-11-22", "2026-11-22T00:00:00Z"),
            (TimeFormat::Iso, "2026/1/2 3:04", "2026-01-02T03:04:00Z"),
            (TimeFormat::Iso, "20261122", "2026-11-22T00:00:00Z"),
            (TimeFormat::Iso, "20261122T140500Z", "2026-11-22T14:05:00Z"),
            (TimeFormat::Iso, "2026-12-31 24:00", "2027-01-01T00:00:00Z"),
            (TimeFormat::Iso, "2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"),
            (TimeFormat::DayFirst, "22.11.2026 14:05", "2026-11-22T14:05:00Z"),
            (TimeFormat::DayFirst, "22.11.26", "2026-11-22T00:00:00Z"),
            (TimeFormat::DayFirst, "1.2.99, 14:05 Uhr", "1999-02-01T14:05:00Z"),
            (TimeFormat::DayFirst, "22/11/2026 02:05 PM", "2026-11-22T14:05:00Z"),
            (TimeFormat::DayFirst, "29.02.2024 00:00:00", "2024-02-29T00:00:00Z"),
            (TimeFormat::MonthFirst, "11/22/2026 12:05 am", "2026-11-22T00:05:00Z"),
            (TimeFormat::Seconds, "1700000000", "2023-11-14T22:13:20Z"),
            (TimeFormat::Seconds, "1700000000.25", "2023-11-14T22:13:20.25Z"),
            (TimeFormat::Seconds, "-1", "1969-12-31T23:59:59Z"),
            (TimeFormat::Millis, "1700000000001", "2023-11-14T22:13:20.001Z"),
            (TimeFormat::Micros, "1700000000000001", "2023-11-14T22:13:20.000001Z"),
            (TimeFormat::Nanos, "1700000000000001999", "2023-11-14T22:13:20.000001Z"),
        ] {
            assert_eq!(read(format, "UTC", text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_no_time_is_refused_with_an_example() {
        for (format, text) in [
            (TimeFormat::Iso, ""),
            (TimeFormat::Iso, "2026-13-01"),
            (TimeFormat::Iso, "2026-02-30"),
            (TimeFormat::Iso, "2026-11-22 25:00"),
            (TimeFormat::Iso, "2026-11-22 14"),
            (TimeFormat::Iso, "2026-11-22 14:05:"),
            (TimeFormat::Iso, "2026-11-22 14:05:07+"),
            (TimeFormat::Iso, "2026-11-2214:05"),
            (TimeFormat::Iso, "2026-11-22 14:05 tomorrow"),
            (TimeFormat::DayFirst, "22.11."),
            (TimeFormat::DayFirst, "22.11.202"),
            (TimeFormat::DayFirst, "11/22/2026"),
            (TimeFormat::MonthFirst, "11/22/2026 13:05 PM"),
            (TimeFormat::Seconds, "soon"),
            (TimeFormat::Seconds, "99999999999999"),
            (TimeFormat::Nanos, "99999999999999999999"),
        ] {
            let message = read(format, "UTC", text);
            assert!(message.contains(format.example()), "{text}: {message}");
        }
    }

    #[test]
    fn local_times_follow_the_clocks_of_the_zone() {
        for (text, expected) in [
            ("2026-01-15 12:00", "2026-01-15T11:00:00Z"),
            ("2026-07-15 12:00", "2026-07-15T10:00:00Z"),
            ("2026-03-29 01:59", "2026-03-29T00:59:00Z"),
            // 02:30 was skipped: it moves on to 03:30 summer time.
            ("2026-03-29 02:30", "2026-03-29T01:30:00Z"),
            ("2026-03-29 12:00", "2026-03-29T10:00:00Z"),
            // 02:30 came twice: the first is meant.
            ("2026-10-25 02:30", "2026-10-25T00:30:00Z"),
            ("2026-10-25 03:00", "2026-10-25T02:00:00Z"),
            // An offset in the text wins over the zone.
            ("2026-07-15 12:00Z", "2026-07-15T12:00:00Z"),
        ] {
            assert_eq!(read(TimeFormat::Iso, "Europe/Berlin", text), expected, "{text}");
        }
    }

    #[test]
    fn the_format_of_a_column_is_found_in_its_values() {
        use TimeFormat::{DayFirst, Iso, Micros, Millis, MonthFirst, Nanos, Seconds};
        for (texts, expected) in [
            (&["2026-11-22 14:05", "", "2026-11-23"][..], Detected::Format(Iso)),
            (&["22.11.2026 14:05", "01.02.2026 00:00"], Detected::Format(DayFirst)),
            (&["22.11.26"], Detected::Format(DayFirst)),
            (&["01/02/2026", "01/22/2026"], Detected::Format(MonthFirst)),
            (&["01/02/2026", "22/01/2026"], Detected::Format(DayFirst)),
            (&["01/02/2026", "03/04/2026"], Detected::Ambiguous),
            (&["1700000000", "1700000001.5"], Detected::Format(Seconds)),
            (&["1700000000000"], Detected::Format(Millis)),
            (&["1700000000000000"], Detected::Format(Micros)),
            (&["1700000000000000000"], Detected::Format(Nanos)),
            (&["17", "18"], Detected::None),
            (&["cart", "home"], Detected::None),
            (&["14:05"], Detected::None),
            (&["", ""], Detected::None),
            (&["2026-11-22", "x", "y"], Detected::None),
            (&["22.11.2026", "22.11.2026", "22.11.2026", "22.11.2026", "2026-11-22"], Detected::Format(DayFirst)),
        ] {
            assert_eq!(detect(texts.iter().copied(), 100_000_000, 80), expected, "{texts:?}");
        }
        assert!(is_time_of_day("14:05") && is_time_of_day("2:05:30 PM") && !is_time_of_day("2026-11-22"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text: String, digits in "[0-9./:T+ -]{0,30}") {
            for format in TimeFormat::ALL {
                for text in [&text, &digits] {
                    let _ = TimeReader::new(format, TimeZone::UTC).read(text);
                }
            }
        }

        #[test]
        fn the_remembered_day_never_changes_an_answer(minutes in proptest::collection::vec(0_i64..600_000, 1..20)) {
            let zone = TimeZone::get("Europe/Berlin").expect("the zone database is installed");
            let mut remembering = TimeReader::new(TimeFormat::Iso, zone.clone());
            for minute in minutes {
                let local = Offset::UTC.to_datetime(jiff::Timestamp::from_second(1_767_225_600 + minute * 60).unwrap());
                let expected = zone.to_ambiguous_timestamp(local).compatible().unwrap();
                let text = local.strftime("%Y-%m-%d %H:%M").to_string();
                proptest::prop_assert_eq!(remembering.read(&text).unwrap(), Timestamp::from(expected));
            }
        }
    }
}
