//! How an answer is got again.

use std::collections::BTreeMap;

use model::{Arrival, Timestamp};
use serde::{Deserialize, Serialize};

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
    /// Which events count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
    /// Which journeys are looked at; segments by their names.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    /// The two groups that are compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare: Option<[String; 2]>,
    /// What else the question says, by name, in canonical form.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// The version of each plan that took part, by `kind/name`.
    pub plans: BTreeMap<String, u32>,
    /// The last event that was taken into account.
    pub events_through: Option<Arrival>,
    /// The latest moment of the events that were there; what could still happen after it is open.
    #[serde(default)]
    pub as_of: Option<Timestamp>,
}
