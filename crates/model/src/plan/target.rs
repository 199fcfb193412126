//! Figures that are to be reached.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

use crate::{Invalid, Timestamp};

/// A figure that is to be reached and watched. Its id is the document's name.
///
/// It is looked at once a period. It is missed from the first period in which the figure is below `at_least`, until one in
/// which it is at `clear_at` or above: a figure that swings about its target does not alarm twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// What people call it.
    pub title: String,
    /// What is watched.
    pub measure: TargetMeasure,
    /// Id of the touchpoint, for a mood.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub touchpoint: String,
    /// Name of the map, for all other measures.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub map: String,
    /// Id of the map's step, for the share of a step.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub step: String,
    /// The least that is aimed at: a mean mood from -2 to 2, a share from 0 to 1.
    pub at_least: f64,
    /// An alarm ends at this figure or above; at `at_least` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clear_at: Option<f64>,
    /// How often it is looked at.
    #[serde(default, skip_serializing_if = "is_default")]
    pub every: Every,
    /// Periods with fewer moods or journeys say nothing.
    #[serde(default = "Target::least_n", skip_serializing_if = "Target::is_least_n")]
    pub least_n: u64,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
}

impl Target {
    fn least_n() -> u64 {
        30
    }

    fn is_least_n(n: &u64) -> bool {
        *n == Self::least_n()
    }
}

/// What a target watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetMeasure {
    /// The mean mood at a touchpoint.
    Mood,
    /// The share of journeys that go as planned: of a map, or of one of its steps.
    AsPlanned,
    /// The share of journeys over that came to an end of a map.
    Completed,
}

/// A period of the calendar (UTC).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// From Monday to Sunday.
    #[default]
    Week,
    /// A month of the calendar.
    Month,
}

impl Every {
    /// The first moment of the period that a moment lies in.
    #[must_use]
    pub fn begin(self, at: Timestamp) -> Timestamp {
        let day = Offset::UTC.to_datetime(at.to_jiff()).date();
        let first = match self {
            Self::Week => day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()),
            Self::Month => Ok(day.first_of_month()),
        };
        first.map_or(Timestamp::MIN, moment)
    }

    /// The first moment of the next one.
    #[must_use]
    pub fn next(self, at: Timestamp) -> Timestamp {
        let begin = Offset::UTC.to_datetime(self.begin(at).to_jiff()).date();
        let next = match self {
            Self::Week => begin.checked_add(7.days()),
            Self::Month => begin.checked_add(1.month()),
        };
        next.map_or(Timestamp::MAX, moment)
    }
}

/// Midnight (UTC) of a day.
fn moment(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC)
        .map_or(Timestamp::MIN, |midnight| Timestamp::clamped(midnight.timestamp().as_microsecond()))
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

pub(super) fn check_target(target: &Target) -> Result<(), Invalid> {
    if target.title.trim().is_empty() {
        return Err(Invalid::missing("title", "is empty"));
    }
    let (scale, needed) = match target.measure {
        TargetMeasure::Mood => (-2.0..=2.0, ("touchpoint", &target.touchpoint)),
        TargetMeasure::AsPlanned | TargetMeasure::Completed => (0.0..=1.0, ("map", &target.map)),
    };
    if needed.1.is_empty() {
        return Err(Invalid::missing(needed.0, "is missing: what is to be watched"));
    }
    let is_of_steps = target.measure == TargetMeasure::AsPlanned;
    for (field, given) in [("touchpoint", &target.touchpoint), ("map", &target.map), ("step", &target.step)] {
        if !given.is_empty() && field != needed.0 && !(field == "step" && is_of_steps) {
            return Err(Invalid::new(field, given, "says nothing of this measure"));
        }
    }
    for (field, bound) in [("at_least", Some(target.at_least)), ("clear_at", target.clear_at)] {
        if let Some(bound) = bound.filter(|bound| !scale.contains(bound)) {
            let (low, high) = (scale.start(), scale.end());
            return Err(Invalid::new(field, &bound.to_string(), format!("lies outside {low} to {high}")));
        }
    }
    if let Some(clear_at) = target.clear_at.filter(|clear_at| *clear_at < target.at_least) {
        return Err(Invalid::new("clear_at", &clear_at.to_string(), "lies below at_least: no alarm would last"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_those_of_the_calendar() {
        for (every, at, begin, next) in [
            (Every::Week, "2026-11-27T03:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
            (Every::Week, "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
            (Every::Week, "1969-12-31T23:59:59Z", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"),
            (Every::Month, "2024-02-29T12:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
            (Every::Month, "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ] {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!((every.begin(at).to_string(), every.next(at).to_string()), (begin.into(), next.into()), "{at}");
        }
        assert_eq!(Every::Week.begin(Timestamp::MIN), Timestamp::MIN);
    }
}
