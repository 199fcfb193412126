//! Days, opening hours, seasons and the hour of the day at which people do things.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

use crate::dice::Dice;
use crate::laws::media::{ADS, POSTERS};
use crate::life::Cause;

/// A moment: milliseconds since 1970 in UTC.
pub(crate) type Moment = i64;

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;
pub(crate) const DAY: i64 = 24 * HOUR;

const FIRST_DAY: Date = date(2025, 4, 1);
/// Number of days the world lasts: 2025-04-01 to 2026-09-30, two springs.
pub(crate) const LENGTH: u32 = 548;
/// Stories begin in the first so many days, so that few are cut off at their beginning.
const ENTRY_DAYS: usize = 460;
/// Days known beyond the end, so that a promise may point past it.
const OUTLOOK: i32 = 120;

/// Days on which shops and phones rest besides Sundays (North Rhine-Westphalia).
const HOLIDAYS: [Date; 17] = [
    date(2025, 4, 18),
    date(2025, 4, 21),
    date(2025, 5, 1),
    date(2025, 5, 29),
    date(2025, 6, 9),
    date(2025, 6, 19),
    date(2025, 10, 3),
    date(2025, 11, 1),
    date(2025, 12, 25),
    date(2025, 12, 26),
    date(2026, 1, 1),
    date(2026, 4, 3),
    date(2026, 4, 6),
    date(2026, 5, 1),
    date(2026, 5, 14),
    date(2026, 5, 25),
    date(2026, 6, 4),
];

/// How much cycling is on people's minds, January to December; the mean is about 90.
const SEASON: [u32; 12] = [45, 60, 110, 155, 150, 120, 100, 90, 75, 55, 45, 55];

/// How likely people are online in each hour of the day.
const ONLINE_HOURS: [u32; 24] =
    [4, 2, 1, 1, 1, 2, 8, 18, 22, 22, 24, 26, 34, 28, 24, 24, 28, 34, 42, 58, 72, 70, 44, 16];
/// The same for riding.
const RIDING_HOURS: [u32; 24] = [0, 0, 0, 0, 0, 1, 8, 24, 18, 16, 22, 26, 18, 20, 26, 28, 34, 38, 28, 16, 8, 4, 1, 0];

/// When the world around a step is awake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rhythm {
    /// Any time, evenings most.
    Online,
    /// Monday to Friday 10 to 19, Saturday 10 to 18; a visit begins at least 90 minutes before closing.
    Shop,
    /// Monday to Saturday 8 to 20.
    Phone,
    /// Working days, 8 to 17: mailings, couriers, the workshop.
    Office,
    /// Daylight; rarer in winter.
    Ride,
}

/// The day of the week on which there is time for such things, and how many per mille wait for it.
fn favourite_day(rhythm: Rhythm, dice: &mut Dice) -> Option<(u32, Weekday)> {
    match rhythm {
        Rhythm::Shop => Some((200, Weekday::Saturday)),
        Rhythm::Ride => Some((350, if dice.chance(500) { Weekday::Saturday } else { Weekday::Sunday })),
        Rhythm::Online => Some((40, Weekday::Sunday)),
        Rhythm::Phone | Rhythm::Office => None,
    }
}

/// What a day is like.
#[derive(Clone, Debug)]
struct Day {
    /// `2025-04-01`
    iso: String,
    /// `01.04.2025`
    german: String,
    weekday: Weekday,
    rests: bool,
    season: u32,
}

/// The days of the world.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    /// From the day before the first, because UTC is behind.
    days: Vec<Day>,
    /// UTC midnight of the first day.
    origin: Moment,
    /// Moments at which summer time begins and ends, in turn; the world starts in summer.
    switches: Vec<Moment>,
    entry_weights: Vec<u32>,
}

fn utc_midnight(day: Date) -> Moment {
    i64::from(day.since(date(1970, 1, 1)).expect("both are dates of the common era").get_days()) * DAY
}

impl Calendar {
    pub(crate) fn new() -> Self {
        let days: Vec<Day> = (-1..LENGTH as i32 + OUTLOOK)
            .map(|offset| {
                let day = FIRST_DAY + offset.days();
                Day {
                    iso: day.to_string(),
                    german: day.strftime("%d.%m.%Y").to_string(),
                    weekday: day.weekday(),
                    rests: day.weekday() == Weekday::Sunday || HOLIDAYS.contains(&day),
                    season: SEASON[day.month() as usize - 1],
                }
            })
            .collect();
        let switch = |year: i16, month: i8| {
            let sunday = date(year, month, 1).nth_weekday_of_month(-1, Weekday::Sunday);
            utc_midnight(sunday.expect("every month has a last Sunday")) + HOUR
        };
        let switches = vec![switch(2025, 10), switch(2026, 3), switch(2026, 10), switch(2027, 3)];
        let entry_weights = days[1..=ENTRY_DAYS].iter().map(|day| day.season).collect();
        Self { days, origin: utc_midnight(FIRST_DAY), switches, entry_weights }
    }

    /// The first moment of the world (local midnight), and the first one after it.
    pub(crate) fn span(&self) -> (Moment, Moment) {
        (self.to_utc(0, 0), self.to_utc(LENGTH, 0))
    }

    /// What local clocks show more than UTC.
    fn ahead(&self, at: Moment) -> i64 {
        let passed = self.switches.iter().filter(|switch| **switch <= at).count();
        if passed.is_multiple_of(2) { 2 * HOUR } else { HOUR }
    }

    fn local(&self, at: Moment) -> i64 {
        at + self.ahead(at) - self.origin
    }

    fn to_utc(&self, day: u32, millisecond: i64) -> Moment {
        let local = self.origin + i64::from(day) * DAY + millisecond;
        local - self.ahead(local - HOUR)
    }

    /// Local midnight at which the day of that number begins.
    pub(crate) fn midnight(&self, day: u32) -> Moment {
        self.to_utc(day, 0)
    }

    /// Number of the local day, 0 for the first.
    pub(crate) fn day_of(&self, at: Moment) -> u32 {
        self.local(at).div_euclid(DAY).max(0) as u32
    }

    fn day(&self, number: u32) -> &Day {
        &self.days[(number as usize + 1).min(self.days.len() - 1)]
    }

    /// A day on which a person's story may start: of its own accord more of them in spring, by posters and
    /// advertisements in the weeks in which there are contacts.
    pub(crate) fn entry_day(&self, cause: Cause, dice: &mut Dice) -> u32 {
        let weekly = match cause {
            Cause::Own | Cause::Friend => return dice.weighted(self.entry_weights.iter().copied()) as u32,
            Cause::Poster => &POSTERS,
            Cause::Advertisement => &ADS,
        };
        dice.weighted(weekly.iter().copied()) as u32 * 7 + dice.below(7)
    }

    /// A moment that fits the rhythm, `least..=most` days after `at` and always later than it.
    pub(crate) fn after_days(&self, at: Moment, least: u32, most: u32, rhythm: Rhythm, dice: &mut Dice) -> Moment {
        let today = self.day_of(at);
        let mut wait = dice.between(least, most);
        if rhythm == Rhythm::Ride {
            wait = wait * 120 / self.day(today).season;
        }
        let mut day = today + wait;
        if let Some((pulled, to)) = favourite_day(rhythm, dice)
            && dice.chance(pulled)
        {
            day += to.since(self.day(day).weekday) as u32;
        }
        if self.is_closed(day, rhythm) {
            day = self.open_day_near(day, today + least, rhythm, dice);
        }
        loop {
            if !self.is_closed(day, rhythm) {
                let then = self.to_utc(day, self.time_of_day(day, rhythm, dice));
                if then > at {
                    return then;
                }
            }
            day += 1;
        }
    }

    /// An open day up to two days before or after a closed one, not before `earliest`; the closed day itself if luck is out.
    /// Whoever finds the door shut does not always come on the next day, else all the week's rest would fall on Mondays.
    fn open_day_near(&self, day: u32, earliest: u32, rhythm: Rhythm, dice: &mut Dice) -> u32 {
        const TRIES: usize = 4;
        let mut tries = (0..TRIES).map(|_| (day + dice.below(5)).saturating_sub(2));
        tries.find(|other| *other >= earliest && !self.is_closed(*other, rhythm)).unwrap_or(day)
    }

    fn is_closed(&self, day: u32, rhythm: Rhythm) -> bool {
        let day = self.day(day);
        match rhythm {
            Rhythm::Online | Rhythm::Ride => false,
            Rhythm::Shop | Rhythm::Phone => day.rests,
            Rhythm::Office => day.rests || day.weekday == Weekday::Saturday,
        }
    }

    fn time_of_day(&self, day: u32, rhythm: Rhythm, dice: &mut Dice) -> i64 {
        let seconds = match rhythm {
            Rhythm::Online => dice.weighted(ONLINE_HOURS.into_iter()) as u32 * 3_600 + dice.below(3_600),
            Rhythm::Ride => dice.weighted(RIDING_HOURS.into_iter()) as u32 * 3_600 + dice.below(3_600),
            Rhythm::Shop if self.day(day).weekday == Weekday::Saturday => dice.between(10 * 3_600, 16 * 3_600 + 1_800),
            Rhythm::Shop => dice.between(10 * 3_600, 17 * 3_600 + 1_800),
            Rhythm::Phone => dice.between(8 * 3_600, 20 * 3_600 - 1),
            Rhythm::Office => dice.between(8 * 3_600, 17 * 3_600),
        };
        i64::from(seconds) * SECOND + i64::from(dice.below(1_000))
    }

    /// `2025-04-01T18:22:03.120Z`
    pub(crate) fn utc_text(&self, at: Moment) -> String {
        self.text(at - self.origin, "Z")
    }

    /// `2025-04-01T20:22:03.120+02:00`
    pub(crate) fn local_text(&self, at: Moment) -> String {
        self.text(self.local(at), if self.ahead(at) == HOUR { "+01:00" } else { "+02:00" })
    }

    fn text(&self, since_origin: i64, zone: &str) -> String {
        let day = &self.days[(since_origin.div_euclid(DAY) + 1) as usize];
        let rest = since_origin.rem_euclid(DAY);
        let (hour, minute) = (rest / HOUR, rest / 60_000 % 60);
        let (second, fraction) = (rest / SECOND % 60, rest % SECOND);
        format!("{}T{hour:02}:{minute:02}:{second:02}.{fraction:03}{zone}", day.iso)
    }

    /// Local date and time as German tills write them: `01.04.2025` and `20:22:03`.
    pub(crate) fn german(&self, at: Moment) -> (&str, String) {
        let local = self.local(at);
        let second = local.rem_euclid(DAY) / SECOND;
        let time = format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
        (&self.day(self.day_of(at)).german, time)
    }

    /// `2025-04-01`, of a day's number.
    pub(crate) fn iso_date(&self, day: u32) -> &str {
        &self.day(day).iso
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_clocks_follow_summer_time() {
        let calendar = Calendar::new();
        // Expected values from the rule: last Sundays of March and October, 01:00 UTC.
        for (utc, local) in [
            ("2025-04-01T10:00:00.000Z", "2025-04-01T12:00:00.000+02:00"),
            ("2025-10-26T00:59:59.000Z", "2025-10-26T02:59:59.000+02:00"),
            ("2025-10-26T01:00:00.000Z", "2025-10-26T02:00:00.000+01:00"),
            ("2026-03-29T00:59:59.000Z", "2026-03-29T01:59:59.000+01:00"),
            ("2026-03-29T01:00:00.000Z", "2026-03-29T03:00:00.000+02:00"),
        ] {
            let at = utc.parse::<jiff::Timestamp>().unwrap().as_millisecond();
            assert_eq!(calendar.utc_text(at), utc);
            assert_eq!(calendar.local_text(at), local);
        }
    }

    #[test]
    fn nobody_visits_a_closed_shop_and_time_only_goes_forward() {
        let calendar = Calendar::new();
        let mut dice = Dice::of(7, 7);
        let (start, end) = calendar.span();
        for _ in 0..20_000 {
            let at = start + i64::from(dice.below(LENGTH)) * DAY + i64::from(dice.below(86_400)) * SECOND;
            for rhythm in [Rhythm::Online, Rhythm::Shop, Rhythm::Phone, Rhythm::Office, Rhythm::Ride] {
                let then = calendar.after_days(at, 0, 9, rhythm, &mut dice);
                assert!(then > at);
                let zoned: jiff::Timestamp = calendar.local_text(then).parse().unwrap();
                assert_eq!(zoned.as_millisecond(), then, "the text says the same moment");
                let local = calendar.local(then);
                let hour = local.rem_euclid(DAY) / HOUR;
                let day = FIRST_DAY + (local.div_euclid(DAY) as i32).days();
                let open = match rhythm {
                    Rhythm::Online | Rhythm::Ride => true,
                    Rhythm::Shop => day.weekday() != Weekday::Sunday && (10..18).contains(&hour),
                    Rhythm::Phone => day.weekday() != Weekday::Sunday && (8..20).contains(&hour),
                    Rhythm::Office => day.weekday().to_monday_zero_offset() < 5 && (8..=17).contains(&hour),
                };
                assert!(open && !(rhythm == Rhythm::Shop && HOLIDAYS.contains(&day)), "{rhythm:?} on {day} at {hour}");
            }
        }
        assert_eq!(calendar.utc_text(end), "2026-09-30T22:00:00.000Z");
    }
}
