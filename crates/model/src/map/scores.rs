//! What opportunities are weighed by. `docs/improving.md` has each formula with rows to check by hand.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Opportunity;
use crate::Invalid;

/// Most on the scales of importance, satisfaction and severity.
const MOST: f64 = 10.0;

/// A scored field of opportunities, or a figure made of some: what a matrix has on an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Worth to customers.
    CustomerValue,
    /// Worth to the company.
    BusinessValue,
    /// Both in one: [`value`].
    Value,
    /// Effort.
    Effort,
    /// [`value_per_effort`].
    ValuePerEffort,
    /// How important the outcome is to customers, as stated.
    Importance,
    /// How satisfied they are with it today.
    Satisfaction,
    /// [`ulwick`].
    Ulwick,
    /// [`weighted_gap`].
    WeightedGap,
    /// The highest severity among the pain points it would ease.
    Severity,
}

impl Axis {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::CustomerValue,
        Self::BusinessValue,
        Self::Value,
        Self::Effort,
        Self::ValuePerEffort,
        Self::Importance,
        Self::Satisfaction,
        Self::Ulwick,
        Self::WeightedGap,
        Self::Severity,
    ];

    /// As written in questions and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CustomerValue => "customer_value",
            Self::BusinessValue => "business_value",
            Self::Value => "value",
            Self::Effort => "effort",
            Self::ValuePerEffort => "value_per_effort",
            Self::Importance => "importance",
            Self::Satisfaction => "satisfaction",
            Self::Ulwick => "ulwick",
            Self::WeightedGap => "weighted_gap",
            Self::Severity => "severity",
        }
    }

    /// The end of its scale, which begins at 0; `None` where there is none.
    pub fn most(self) -> Option<f64> {
        match self {
            Self::CustomerValue | Self::BusinessValue | Self::Value => Some(100.0),
            Self::Effort => Some(5.0),
            Self::ValuePerEffort => None,
            Self::Importance | Self::Satisfaction | Self::Severity => Some(MOST),
            Self::Ulwick => Some(2.0 * MOST),
            Self::WeightedGap => Some(MOST * MOST),
        }
    }
}

impl FromStr for Axis {
    type Err = Invalid;

    fn from_str(written: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|axis| axis.as_str() == written).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.map(Self::as_str).to_vec();
            Invalid::new("", written, format!("is none of {}", names.join(", ")))
        })
    }
}

/// What is worked out of the fields of an opportunity; `None` where a field that it needs is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Scores {
    /// Worth to customers and to the company in one, 0 to 100: [`value`].
    pub value: Option<f64>,
    /// [`value_per_effort`].
    pub value_per_effort: Option<f64>,
    /// [`ulwick`], 0 to 20.
    pub ulwick: Option<f64>,
    /// [`weighted_gap`], 0 to 100.
    pub weighted_gap: Option<f64>,
    /// The highest severity among the pain points it would ease, 0 to 10.
    pub severity: Option<f64>,
}

impl Scores {
    /// The scores of an opportunity, `weight` being that of worth to customers (0 to 1) and `severities` those of its pain
    /// points.
    pub fn of(opportunity: &Opportunity, severities: impl IntoIterator<Item = Option<f64>>, weight: f64) -> Self {
        let Opportunity { customer_value, business_value, effort, importance, satisfaction, .. } = opportunity;
        let value = value(*customer_value, *business_value, weight);
        Self {
            value,
            value_per_effort: value_per_effort(value, *effort),
            ulwick: ulwick(*importance, *satisfaction),
            weighted_gap: weighted_gap(*importance, *satisfaction),
            severity: severities.into_iter().flatten().max_by(f64::total_cmp),
        }
    }

    /// Where the opportunity stands on an axis.
    pub fn on(&self, axis: Axis, opportunity: &Opportunity) -> Option<f64> {
        match axis {
            Axis::CustomerValue => opportunity.customer_value,
            Axis::BusinessValue => opportunity.business_value,
            Axis::Value => self.value,
            Axis::Effort => opportunity.effort,
            Axis::ValuePerEffort => self.value_per_effort,
            Axis::Importance => opportunity.importance,
            Axis::Satisfaction => opportunity.satisfaction,
            Axis::Ulwick => self.ulwick,
            Axis::WeightedGap => self.weighted_gap,
            Axis::Severity => self.severity,
        }
    }
}

/// Worth to customers and to the company in one: their mean, the former with `weight` (0 to 1), the latter with the rest.
/// What has no weight need not be given.
pub fn value(customers: Option<f64>, company: Option<f64>, weight: f64) -> Option<f64> {
    let part =
        |worth: Option<f64>, weight: f64| if weight > 0.0 { worth.map(|worth| worth * weight) } else { Some(0.0) };
    Some(part(customers, weight)? + part(company, 1.0 - weight)?)
}

/// Worth for each unit of effort; undefined where there is no effort, as nothing can be divided by it.
pub fn value_per_effort(value: Option<f64>, effort: Option<f64>) -> Option<f64> {
    Some(value? / effort.filter(|effort| *effort > 0.0)?)
}

/// Ulwick's opportunity score: importance, and what satisfaction falls short of it. Both from 0 to 10 (A. W. Ulwick, "Turn
/// customer input into innovation", Harvard Business Review, January 2002).
pub fn ulwick(importance: Option<f64>, satisfaction: Option<f64>) -> Option<f64> {
    let importance = importance?;
    Some(importance + (importance - satisfaction?).max(0.0))
}

/// What is missing to full satisfaction, weighted by importance. Both from 0 to 10.
pub fn weighted_gap(importance: Option<f64>, satisfaction: Option<f64>) -> Option<f64> {
    Some(importance? * (MOST - satisfaction?))
}

/// The place of each figure among those there are, the highest first; equal figures share a place, and the next one is as
/// many places behind.
pub fn ranks(figures: &[Option<f64>]) -> Vec<Option<u32>> {
    let mut descending: Vec<f64> = figures.iter().flatten().copied().collect();
    descending.sort_by(|a, b| b.total_cmp(a));
    let place = |figure: f64| descending.partition_point(|other| *other > figure) as u32 + 1;
    figures.iter().map(|figure| figure.map(place)).collect()
}

/// The mean of the figures there are, and how many these are.
pub fn mean(figures: impl IntoIterator<Item = Option<f64>>) -> (Option<f64>, u64) {
    let (sum, n) = figures.into_iter().flatten().fold((0.0, 0u64), |(sum, n), figure| (sum + figure, n + 1));
    ((n > 0).then(|| sum / n as f64), n)
}
