use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::{Invalid, Text};

/// A moment: microseconds since 1970-01-01T00:00:00Z. RFC 3339 in UTC wherever people see it.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 0001-01-01T00:00:00Z, the earliest moment that can be written.
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// 9999-12-30T22:00:00Z, the latest moment that can be written.
    pub const MAX: Self = Self(253_402_207_200_000_000);

    /// From microseconds since 1970; refused outside the years 1 to 9999.
    pub fn from_micros(micros: i64) -> Result<Self, Invalid> {
        let moment = Self(micros);
        if moment < Self::MIN || moment > Self::MAX {
            return Err(Invalid::new("", &micros.to_string(), "microseconds lie outside the years 1 to 9999"));
        }
        Ok(moment)
    }

    /// From microseconds since 1970, moved to the nearest moment that can be written.
    #[must_use]
    pub fn clamped(micros: i64) -> Self {
        Self(micros.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Microseconds since 1970.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Now, by the machine's clock.
    pub fn now() -> Self {
        Self::from(jiff::Timestamp::now())
    }

    /// Seconds from `earlier` to `self`; negative if `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        (self.0 - earlier.0) as f64 / 1e6
    }

    /// The calendar year in UTC.
    pub fn year(self) -> i16 {
        jiff::tz::Offset::UTC.to_datetime(self.to_jiff()).year()
    }

    /// The same moment for the `jiff` crate.
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or_default()
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(moment: jiff::Timestamp) -> Self {
        Self::clamped(moment.as_microsecond())
    }
}

impl FromStr for Timestamp {
    type Err = Invalid;

    /// RFC 3339 with an offset or `Z`; a blank may stand for the `T`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.parse::<jiff::Timestamp>() {
            Ok(moment) => Self::from_micros(moment.as_microsecond()),
            Err(_) => Err(Invalid::new("", text, "is not an RFC 3339 time such as 2026-11-22T10:00:00Z")),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_jiff(), f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { serializer.serialize_i64(self.0) }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            Text::deserialize(deserializer)?.as_str().parse().map_err(de::Error::custom)
        } else {
            i64::deserialize(deserializer).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_and_writes_as_rfc_3339() {
        for (text, shown) in [
            ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
            ("2026-11-22T11:00:00+01:00", "2026-11-22T10:00:00Z"),
            ("2026-11-22 10:00:00.250Z", "2026-11-22T10:00:00.25Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), shown);
        }
        assert_eq!(
            "yesterday".parse::<Timestamp>().unwrap_err().to_string(),
            "\"yesterday\" is not an RFC 3339 time such as 2026-11-22T10:00:00Z"
        );
        assert_eq!("0001-01-01T00:00:00Z".parse::<Timestamp>().unwrap(), Timestamp::MIN);
        assert_eq!("9999-12-30T22:00:00Z".parse::<Timestamp>().unwrap(), Timestamp::MAX);
        assert!(Timestamp::from_micros(i64::MAX).is_err());
    }
}
