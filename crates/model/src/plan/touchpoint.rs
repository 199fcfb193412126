//! The register of touchpoints.

use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use crate::{Invalid, Medium, Timestamp, parse_duration_s};

/// Media as marketing people divide it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Peso {
    /// Bought reach.
    Paid,
    /// Reach others give us.
    Earned,
    /// Social and partner media.
    Shared,
    /// Our own places.
    Owned,
}

impl Peso {
    /// All four, in the order of the name.
    pub const ALL: [Self; 4] = [Self::Paid, Self::Earned, Self::Shared, Self::Owned];

    /// As written in plans and filters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Earned => "earned",
            Self::Shared => "shared",
            Self::Owned => "owned",
        }
    }
}

/// When in the relation the touchpoint is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Before the purchase.
    Before,
    /// During the purchase.
    During,
    /// After the purchase.
    After,
}

impl Moment {
    /// All three, in their order.
    pub const ALL: [Self; 3] = [Self::Before, Self::During, Self::After];

    /// As written in plans and filters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::During => "during",
            Self::After => "after",
        }
    }
}

/// How far the company controls what happens at a touchpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Fully.
    Full,
    /// It can influence it.
    Influence,
    /// Not at all.
    None,
}

/// On what it rests that something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Somebody thinks so.
    Assumed,
    /// Talks, single observations, old figures.
    Partly,
    /// Data of now.
    Measured,
}

/// How it stands with the next look at a touchpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// No day is set.
    None,
    /// The day is further away than the reminder reaches.
    Later,
    /// The day or the time of its reminder has come.
    Due,
    /// The day is over.
    Overdue,
}

/// A place where customer and company meet, as the register describes it. Its id is the document's name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Touchpoint {
    /// What people call it.
    pub title: String,
    /// What happens there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// How: web, app, mail, phone, shop, post, social, device, event, ...
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub channel: String,
    /// Paid, earned, shared or owned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peso: Option<Peso>,
    /// Before, during or after the purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moment: Option<Moment>,
    /// Id of the touchpoint this one is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Who does so when the owner is away.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub deputy: String,
    /// How far we control it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Control>,
    /// Importance to the customer's goal as people state it, 0 to 10. What data say of it is an answer, never written here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importance_to_customer: Option<f64>,
    /// Importance to the business goal as people state it, 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importance_to_business: Option<f64>,
    /// People reached in a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach_per_year: Option<f64>,
    /// Cost in a year, in `currency`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_per_year: Option<f64>,
    /// ISO 4217 code of the cost's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// On what it rests what the register says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// What customers are promised there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<String>,
    /// What customers are asked there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
    /// When it is to be looked at again: `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_on: Option<String>,
    /// How long before that day its owner is to be reminded: `14d`; on the day if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_before: Option<String>,
}

impl Touchpoint {
    /// In what world it lies, told by its channel; `None` where the channel is not said or not known.
    pub fn medium(&self) -> Option<Medium> {
        Medium::of_channel(&self.channel)
    }

    /// The greater one of its stated importances, 0 to 10; `None` where none is stated.
    pub fn importance(&self) -> Option<f64> {
        let stated = [self.importance_to_customer, self.importance_to_business];
        stated.into_iter().flatten().reduce(f64::max)
    }

    /// How it stands at `now` with the next look at it; days are days in UTC.
    pub fn review(&self, now: Timestamp) -> Review {
        let Some(day) = self.review_on.as_deref().and_then(|day| day.parse::<Date>().ok()) else {
            return Review::None;
        };
        let today = Offset::UTC.to_datetime(now.to_jiff()).date();
        if day < today {
            return Review::Overdue;
        }
        // What cannot be read was refused before it was stored.
        let before_s = self.remind_before.as_deref().and_then(|before| parse_duration_s(before).ok()).unwrap_or(0.0);
        let begins = Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).map(Timestamp::from).unwrap_or(Timestamp::MAX);
        if begins.seconds_since(now) <= before_s { Review::Due } else { Review::Later }
    }
}

pub(super) fn check_touchpoint(touchpoint: &Touchpoint) -> Result<(), Invalid> {
    if touchpoint.title.trim().is_empty() {
        return Err(Invalid::missing("title", "is empty"));
    }
    let importances = [
        ("importance_to_customer", touchpoint.importance_to_customer),
        ("importance_to_business", touchpoint.importance_to_business),
    ];
    for (path, importance) in importances {
        if let Some(value) = importance.filter(|value| !(0.0..=10.0).contains(value)) {
            return Err(Invalid::new(path, &value.to_string(), "lies outside 0 to 10"));
        }
    }
    for (path, amount) in [("reach_per_year", touchpoint.reach_per_year), ("cost_per_year", touchpoint.cost_per_year)] {
        if let Some(value) = amount.filter(|value| *value < 0.0) {
            return Err(Invalid::new(path, &value.to_string(), "is negative"));
        }
    }
    if touchpoint.cost_per_year.is_some() && touchpoint.currency.is_none() {
        return Err(Invalid::missing("currency", "is missing: a cost has a currency"));
    }
    if let Some(code) = &touchpoint.currency
        && !(code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase()))
    {
        return Err(Invalid::new("currency", code, "is not a code of three capital letters such as EUR"));
    }
    for (path, lines) in [("promises", &touchpoint.promises), ("questions", &touchpoint.questions)] {
        if let Some(index) = lines.iter().position(|line| line.trim().is_empty()) {
            return Err(Invalid::missing(format!("{path}[{index}]"), "is empty"));
        }
    }
    if let Some(day) = &touchpoint.review_on {
        // Also `20261122` is a date to a parser; one way to write it keeps days in order as texts.
        let canonical = day.parse::<Date>().is_ok_and(|read| read.to_string() == *day);
        if !canonical {
            return Err(Invalid::new("review_on", day, "is not a date such as 2026-11-22"));
        }
    }
    if let Some(before) = &touchpoint.remind_before {
        parse_duration_s(before).map_err(|error| error.within("remind_before"))?;
        if touchpoint.review_on.is_none() {
            return Err(Invalid::missing("review_on", "is missing: a reminder needs its day"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_is_due_from_its_reminder_to_the_end_of_its_day() {
        let of = |day: Option<&str>, before: Option<&str>| Touchpoint {
            review_on: day.map(str::to_owned),
            remind_before: before.map(str::to_owned),
            ..Touchpoint::default()
        };
        for (day, before, now, expected) in [
            (None, None, "2026-11-22T12:00:00Z", Review::None),
            (Some("2026-11-22"), None, "2026-11-21T23:59:59Z", Review::Later),
            (Some("2026-11-22"), None, "2026-11-22T00:00:00Z", Review::Due),
            (Some("2026-11-22"), None, "2026-11-22T23:59:59Z", Review::Due),
            (Some("2026-11-22"), None, "2026-11-23T00:00:00Z", Review::Overdue),
            (Some("2026-11-22"), Some("14d"), "2026-11-07T23:59:59Z", Review::Later),
            (Some("2026-11-22"), Some("14d"), "2026-11-08T00:00:00Z", Review::Due),
            (Some("2026-11-22"), Some("14d"), "2026-11-23T00:00:00Z", Review::Overdue),
            (Some("9999-12-31"), Some("2w"), "2026-11-22T00:00:00Z", Review::Later),
        ] {
            assert_eq!(of(day, before).review(now.parse().unwrap()), expected, "{day:?} {before:?} {now}");
        }
    }

    #[test]
    fn the_greater_importance_counts() {
        let of = |customer, business| Touchpoint {
            importance_to_customer: customer,
            importance_to_business: business,
            ..Touchpoint::default()
        };
        assert_eq!(of(None, None).importance(), None);
        assert_eq!(of(Some(3.0), None).importance(), Some(3.0));
        assert_eq!(of(Some(3.0), Some(8.0)).importance(), Some(8.0));
    }
}
