//! Weeks and months of the calendar, in UTC.

use jiff::civil::{ISOWeekDate, Weekday};
use model::{Every, Invalid, Timestamp};

pub(super) const DAY: i64 = 86_400_000_000;
pub(super) const WEEK: i64 = 7 * DAY;

/// A week or a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CalendarPeriod {
    /// `2026-W40`, `2026-09`.
    pub(super) name: String,
    /// First microsecond.
    pub(super) from: i64,
    /// First microsecond after.
    pub(super) to: i64,
}

impl CalendarPeriod {
    /// The one that holds a moment.
    pub(super) fn of(every: Every, moment: i64) -> Self {
        let moment = Timestamp::clamped(moment);
        let from = every.begin(moment);
        let first = jiff::tz::Offset::UTC.to_datetime(from.to_jiff()).date();
        let name = match every {
            Every::Week => {
                let week = first.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Every::Month => format!("{:04}-{:02}", first.year(), first.month()),
        };
        Self { name, from: from.micros(), to: every.next(moment).micros() }
    }

    /// All that hold some of the time from one moment to another, both included.
    pub(super) fn between(every: Every, first: i64, last: i64) -> Vec<Self> {
        let mut periods = vec![Self::of(every, first)];
        while let Some(to) = periods.last().map(|period| period.to).filter(|to| *to <= last) {
            periods.push(Self::of(every, to));
        }
        periods
    }

    /// A week as it is written, such as `2026-W40`.
    pub(super) fn week_named(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::new("week", text, "is no week such as 2026-W40");
        let (year, number) = text.trim().split_once("-W").ok_or_else(wrong)?;
        let (year, number) = (year.parse().map_err(|_| wrong())?, number.parse().map_err(|_| wrong())?);
        let monday = ISOWeekDate::new(year, number, Weekday::Monday).map_err(|_| wrong())?.date();
        let monday = jiff::tz::Offset::UTC.to_timestamp(monday.at(0, 0, 0, 0)).map_err(|_| wrong())?;
        Ok(Self::of(Every::Week, Timestamp::from(monday).micros()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().micros()
    }

    #[test]
    fn weeks_begin_on_mondays_and_belong_to_the_year_of_their_thursday() {
        for (moment, name, from) in [
            ("2026-01-01T00:00:00Z", "2026-W01", "2025-12-29T00:00:00Z"),
            ("2025-12-28T23:59:59.999999Z", "2025-W52", "2025-12-22T00:00:00Z"),
            ("2026-12-31T12:00:00Z", "2026-W53", "2026-12-28T00:00:00Z"),
            ("1969-12-31T12:00:00Z", "1970-W01", "1969-12-29T00:00:00Z"),
        ] {
            let found = CalendarPeriod::of(Every::Week, at(moment));
            assert_eq!((found.name.as_str(), found.from, found.to), (name, at(from), at(from) + WEEK), "{moment}");
            assert_eq!(CalendarPeriod::week_named(name).unwrap(), found);
        }
        for wrong in ["2026-40", "2026-W54", "W40", "2025-W53", "x-W1", ""] {
            let error = CalendarPeriod::week_named(wrong).unwrap_err().to_string();
            assert!(error.contains("is no week such as 2026-W40"), "{error}");
        }
    }

    #[test]
    fn months_and_weeks_follow_each_other_without_a_gap() {
        let february = CalendarPeriod::of(Every::Month, at("2028-02-29T23:00:00Z"));
        assert_eq!((february.name.as_str(), february.to - february.from), ("2028-02", 29 * DAY));
        for every in [Every::Week, Every::Month] {
            let all = CalendarPeriod::between(every, at("2025-11-30T10:00:00Z"), at("2026-03-01T00:00:00Z"));
            assert!(all.windows(2).all(|pair| pair[0].to == pair[1].from), "{all:?}");
            assert!(all[0].from <= at("2025-11-30T10:00:00Z") && all.last().unwrap().to > at("2026-03-01T00:00:00Z"));
            assert_eq!(all.len(), if every == Every::Week { 14 } else { 5 });
        }
    }
}
