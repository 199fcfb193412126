//! Weeks and months of the calendar, in UTC.

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};
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

fn day_of(micros: i64) -> Date {
    jiff::tz::Offset::UTC.to_datetime(Timestamp::clamped(micros).to_jiff()).date()
}

/// The first microsecond of a day.
pub(super) fn begin_of(day: Date) -> i64 {
    let since_1970 = jiff::civil::date(1970, 1, 1).until(day).map_or(0, |span| i64::from(span.get_days()));
    since_1970 * DAY
}

fn week(day: Date) -> CalendarPeriod {
    let week = day.iso_week_date();
    let monday = day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days());
    let from = begin_of(monday);
    CalendarPeriod { name: format!("{:04}-W{:02}", week.year(), week.week()), from, to: from + WEEK }
}

fn month(day: Date) -> CalendarPeriod {
    let first = day.first_of_month();
    let next = day.last_of_month().saturating_add(1.day());
    CalendarPeriod { name: first.strftime("%Y-%m").to_string(), from: begin_of(first), to: begin_of(next) }
}

impl CalendarPeriod {
    /// The one that holds a moment.
    pub(super) fn of(every: Every, moment: i64) -> Self {
        match every {
            Every::Week => week(day_of(moment)),
            Every::Month => month(day_of(moment)),
        }
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
        let monday = ISOWeekDate::new(year, number, Weekday::Monday).map_err(|_| wrong())?;
        Ok(week(monday.date()))
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
