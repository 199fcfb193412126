//! What lives once and many maps refer to: personas, pain points, opportunities, solutions.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Invalid, JourneyFilter};

/// A kind of customer, as a person. Its id is the document's name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Their name.
    pub title: String,
    /// Who they are.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What they want.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goals: Vec<String>,
    /// What they would say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub quote: String,
    /// By which journeys they are known in what was lived: maps are held against these for the persona alone.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub where_: Option<JourneyFilter>,
}

/// How far something has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Nobody works on it.
    #[default]
    Open,
    /// It is decided.
    Planned,
    /// Somebody works on it.
    Started,
    /// It is done.
    Done,
    /// It will not be done.
    Declined,
}

impl Progress {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [Self::Open, Self::Planned, Self::Started, Self::Done, Self::Declined];

    /// As written in plans.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Planned => "planned",
            Self::Started => "started",
            Self::Done => "done",
            Self::Declined => "declined",
        }
    }
}

impl FromStr for Progress {
    type Err = Invalid;

    fn from_str(written: &str) -> Result<Self, Invalid> {
        let unknown = || Invalid::new("", written, "is none of open, planned, started, done, declined");
        Self::ALL.into_iter().find(|progress| progress.as_str() == written).ok_or_else(unknown)
    }
}

/// What hurts customers. Its id is the document's name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PainPoint {
    /// What hurts, in a few words.
    pub title: String,
    /// The same in more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Touchpoints at which it hurts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub touchpoints: Vec<String>,
    /// How much, 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<f64>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// How far it has come.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub progress: Progress,
}

/// What could be better for customers. Its id is the document's name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opportunity {
    /// What could be better, in a few words.
    pub title: String,
    /// The same in more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Ids of the pain points it would ease.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pain_points: Vec<String>,
    /// Worth to customers, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_value: Option<f64>,
    /// Worth to the company, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_value: Option<f64>,
    /// Effort, 0 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<f64>,
    /// How important the outcome is to customers, 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importance: Option<f64>,
    /// How satisfied they are with it today, 0 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<f64>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// How far it has come.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub progress: Progress,
}

/// What is to be done. Its id is the document's name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Solution {
    /// What is to be done, in a few words.
    pub title: String,
    /// The same in more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Ids of the opportunities it takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opportunities: Vec<String>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// How far it has come.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub progress: Progress,
    /// The day from which on it is in place: `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub since: String,
}

pub(super) fn titled(title: &str) -> Result<(), Invalid> {
    if title.trim().is_empty() { Err(Invalid::missing("title", "is empty")) } else { Ok(()) }
}

/// Every one of them a number within its scale, or not given.
fn scaled(given: &[(&str, Option<f64>, f64)]) -> Result<(), Invalid> {
    match given.iter().find(|(_, value, most)| value.is_some_and(|value| !(0.0..=*most).contains(&value))) {
        None => Ok(()),
        Some((path, value, most)) => {
            Err(Invalid::new(*path, &value.unwrap_or_default().to_string(), format!("lies outside 0 to {most}")))
        }
    }
}

pub(crate) fn check_persona(persona: &Persona) -> Result<(), Invalid> {
    titled(&persona.title)
}

pub(crate) fn check_pain_point(pain: &PainPoint) -> Result<(), Invalid> {
    titled(&pain.title)?;
    scaled(&[("severity", pain.severity, 10.0)])
}

pub(crate) fn check_opportunity(opportunity: &Opportunity) -> Result<(), Invalid> {
    titled(&opportunity.title)?;
    scaled(&[
        ("customer_value", opportunity.customer_value, 100.0),
        ("business_value", opportunity.business_value, 100.0),
        ("effort", opportunity.effort, 5.0),
        ("importance", opportunity.importance, 10.0),
        ("satisfaction", opportunity.satisfaction, 10.0),
    ])
}

pub(crate) fn check_solution(solution: &Solution) -> Result<(), Invalid> {
    titled(&solution.title)?;
    super::check::day("since", &solution.since)
}
