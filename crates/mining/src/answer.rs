//! What is common to all answers.

use std::collections::BTreeMap;

use model::{Arrival, JourneyRule, Timestamp};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::journeys::Coverage;
use crate::log::TimeRange;

impl Coverage {
    /// For `#[serde(serialize_with)]`: the counts together with their share, `null` where there is no event.
    pub(crate) fn with_share<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Coverage", 6)?;
        fields.serialize_field("events_in_journeys", &self.events_in_journeys)?;
        fields.serialize_field("events_outside", &self.events_outside)?;
        fields.serialize_field("journeys", &self.journeys)?;
        fields.serialize_field("open_journeys", &self.open_journeys)?;
        fields.serialize_field("share", &self.share())?;
        fields.serialize_field("unknown_marks", &self.unknown_marks)?;
        fields.end()
    }
}

/// All it takes to ask the same question again and get the same answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// What was asked: `graph`, `variants`, ...
    pub question: String,
    /// The journey rule, as written.
    pub journey: String,
    /// First moment of the time range.
    pub from: Option<Timestamp>,
    /// First moment after the time range.
    pub to: Option<Timestamp>,
    /// What else the question says, by name, as written.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// The version of each plan that took part, by `kind/name`.
    pub plans: BTreeMap<String, u32>,
    /// The last event that was taken into account.
    pub events_through: Option<Arrival>,
}

impl Recipe {
    /// The recipe of a question, before plans and events are known.
    pub fn new(question: impl Into<String>, rule: &JourneyRule, range: TimeRange) -> Self {
        Self {
            question: question.into(),
            journey: rule.to_string(),
            from: range.from,
            to: range.to,
            settings: BTreeMap::new(),
            plans: BTreeMap::new(),
            events_through: None,
        }
    }
}
