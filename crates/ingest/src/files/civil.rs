//! Dates, times of day and numbers as people and programs write them.

use super::TimeFormat;

/// A date, a time of day and perhaps an offset, as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Civil {
    /// Year, month, day; month and day within 1 to 12 and 1 to 31.
    pub(super) date: (i16, u8, u8),
    /// Microseconds since midnight.
    pub(super) of_day: i64,
    pub(super) offset_s: Option<i32>,
}

/// Reads a text in a format that names a date.
pub(super) fn civil_time(format: TimeFormat, text: &str) -> Option<Civil> {
    let mut cursor = Cursor(text.trim_ascii().as_bytes());
    let date = match format {
        TimeFormat::Iso => cursor.year_first()?,
        TimeFormat::DayFirst | TimeFormat::MonthFirst => {
            let (first, second, year) = cursor.year_last()?;
            if format == TimeFormat::DayFirst { (year, second, first) } else { (year, first, second) }
        }
        TimeFormat::Seconds | TimeFormat::Millis | TimeFormat::Micros | TimeFormat::Nanos => return None,
    };
    if !(1..=12).contains(&date.1) || !(1..=31).contains(&date.2) {
        return None;
    }
    let mut civil = Civil { date, of_day: 0, offset_s: None };
    if !cursor.0.is_empty() {
        cursor.skip(b',');
        let gap = cursor.0.len();
        cursor.skip_any(b"Tt ");
        if cursor.0.len() == gap {
            return None;
        }
        civil.of_day = cursor.time_of_day()?;
        civil.offset_s = cursor.offset()?;
    }
    cursor.0.is_empty().then_some(civil)
}

/// What is left to read of a text.
struct Cursor<'t>(&'t [u8]);

impl Cursor<'_> {
    fn skip(&mut self, wanted: u8) -> bool {
        let found = self.0.first() == Some(&wanted);
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    fn skip_any(&mut self, wanted: &[u8]) {
        while self.0.first().is_some_and(|byte| wanted.contains(byte)) {
            self.0 = &self.0[1..];
        }
    }

    fn skip_word(&mut self, word: &str) -> bool {
        let found = self.0.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
        if found {
            self.0 = &self.0[word.len()..];
        }
        found
    }

    /// A number of `least` to `most` digits, and how many they were.
    fn number(&mut self, least: usize, most: usize) -> Option<(u32, usize)> {
        let mut value = 0;
        let mut count = 0;
        while count < most && self.0.get(count).is_some_and(u8::is_ascii_digit) {
            value = value * 10 + u32::from(self.0[count] - b'0');
            count += 1;
        }
        self.0 = &self.0[count..];
        (count >= least).then_some((value, count))
    }

    fn year_first(&mut self) -> Option<(i16, u8, u8)> {
        let (year, _) = self.number(4, 4)?;
        let separator = self.0.first().copied()?;
        if separator.is_ascii_digit() {
            let (month, _) = self.number(2, 2)?;
            let (day, _) = self.number(2, 2)?;
            return Some((year as i16, month as u8, day as u8));
        }
        if !matches!(separator, b'-' | b'/' | b'.') {
            return None;
        }
        self.skip(separator);
        let (month, _) = self.number(1, 2)?;
        if !self.skip(separator) {
            return None;
        }
        let (day, _) = self.number(1, 2)?;
        Some((year as i16, month as u8, day as u8))
    }

    /// Two numbers and a year of two or four digits; two digits mean 1969 to 2068 (POSIX `%y`).
    fn year_last(&mut self) -> Option<(u8, u8, i16)> {
        let (first, _) = self.number(1, 2)?;
        let separator = self.0.first().copied().filter(|byte| matches!(byte, b'.' | b'/' | b'-'))?;
        self.skip(separator);
        let (second, _) = self.number(1, 2)?;
        if !self.skip(separator) {
            return None;
        }
        let year = match self.number(2, 4)? {
            (year, 4) => year,
            (year @ 69.., 2) => 1900 + year,
            (year, 2) => 2000 + year,
            _ => return None,
        };
        Some((first as u8, second as u8, year as i16))
    }

    /// Microseconds since midnight. A leap second counts as the last microsecond before it ends.
    fn time_of_day(&mut self) -> Option<i64> {
        let (mut hour, digits) = self.number(1, 2)?;
        let compact = digits == 2 && self.0.first().is_some_and(u8::is_ascii_digit);
        if !compact && !self.skip(b':') {
            return None;
        }
        let (minute, _) = self.number(2, 2)?;
        let mut second = 0;
        let mut micros = 0;
        if if compact { self.0.first().is_some_and(u8::is_ascii_digit) } else { self.skip(b':') } {
            (second, _) = self.number(2, 2)?;
            if self.skip(b'.') || self.skip(b',') {
                let (value, count) = self.number(1, 6)?;
                micros = i64::from(value) * 10_i64.pow(6 - count as u32);
                self.skip_any(b"0123456789");
            }
        }
        let before_half = self.0;
        self.skip_any(b" ");
        match (self.skip_word("am"), self.skip_word("pm")) {
            (false, false) if self.skip_word("uhr") => {}
            (false, false) => self.0 = before_half,
            (_, afternoon) if (1..=12).contains(&hour) => hour = hour % 12 + if afternoon { 12 } else { 0 },
            _ => return None,
        }
        let end_of_day = hour == 24 && minute == 0 && second == 0 && micros == 0;
        if (hour > 23 && !end_of_day) || minute > 59 || second > 60 {
            return None;
        }
        if second == 60 {
            (second, micros) = (59, 999_999);
        }
        Some(i64::from(hour * 3600 + minute * 60 + second) * 1_000_000 + micros)
    }

    /// `Z`, `UTC`, `+01:00`, `+0100`, `+01`, or nothing (the inner `None`).
    fn offset(&mut self) -> Option<Option<i32>> {
        if self.0.is_empty() {
            return Some(None);
        }
        self.skip_any(b" ");
        if self.skip_word("utc") || self.skip_word("gmt") || self.skip_word("z") {
            return Some(Some(0));
        }
        let sign = match (self.skip(b'+'), self.skip(b'-')) {
            (true, false) => 1,
            (false, true) => -1,
            _ => return None,
        };
        let (hours, _) = self.number(2, 2)?;
        self.skip(b':');
        let minutes = if self.0.is_empty() { 0 } else { self.number(2, 2)?.0 };
        (hours <= 25 && minutes <= 59).then_some(Some(sign * (hours * 3600 + minutes * 60) as i32))
    }
}

/// A decimal number times `factor`, rounded towards negative infinity; digits after the point are counted in.
pub(super) fn scaled(text: &str, factor: i64) -> Option<i64> {
    let text = text.trim_ascii();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if digits.is_empty() || digits.len() > 19 || !all_digits(digits) || !all_digits(fraction) {
        return None;
    }
    let mut value = digits.parse::<i64>().ok()?.checked_mul(factor)?;
    let mut place = factor;
    for digit in fraction.bytes() {
        place /= 10;
        if place == 0 {
            break;
        }
        value = value.checked_add(i64::from(digit - b'0') * place)?;
    }
    Some(if whole.starts_with('-') { -value } else { value })
}

/// True for a time of day alone, such as `14:05` or `2:05:30 PM`.
pub(super) fn is_time_of_day(text: &str) -> bool {
    let mut cursor = Cursor(text.trim().as_bytes());
    cursor.time_of_day().is_some() && cursor.0.is_empty()
}
