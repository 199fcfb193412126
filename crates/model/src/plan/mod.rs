//! Plans: what people write, version and compare. One document each, of one of a few kinds.

mod comment;
mod medium;
mod target;
mod touchpoint;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use comment::Comment;
pub use medium::Medium;
pub use target::{Every, Target, TargetMeasure};
pub use touchpoint::{Control, Evidence, Moment, Peso, Review, Touchpoint};

use crate::map;
use crate::{
    EventFilter, FilterError, IdentityRules, Invalid, JourneyFilter, JourneyRule, Mapping, MappingRule, Timestamp,
};

/// What a plan document is about. Also the name of its folder when plans are written as files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// One touchpoint of the register: a [`Touchpoint`].
    Touchpoint,
    /// The ordered mapping rules: one [`MappingPlan`], named `default`.
    Mapping,
    /// The rules of who is who: one [`IdentityRules`], named `default`.
    Identity,
    /// A named journey rule: a [`JourneyPlan`].
    Journey,
    /// A saved choice of journeys: a [`SegmentPlan`].
    Segment,
    /// A journey map: a [`MapPlan`](crate::MapPlan).
    Map,
    /// A kind of customer that maps are drawn for: a [`Persona`](crate::Persona).
    Persona,
    /// What hurts customers: a [`PainPoint`](crate::PainPoint).
    PainPoint,
    /// What could be better: an [`Opportunity`](crate::Opportunity).
    Opportunity,
    /// What is to be done: a [`Solution`](crate::Solution).
    Solution,
    /// A figure that is to be reached and watched: a [`Target`].
    Target,
    /// A remark about another document: a [`Comment`].
    Comment,
    /// The model by which records without a common identifier are linked, named `default`. Its type and its checks are
    /// those of the crate `linkage`.
    Linkage,
}

impl DocumentKind {
    /// Every kind, in the order in which plans are applied.
    pub const ALL: [Self; 13] = [
        Self::Touchpoint,
        Self::Mapping,
        Self::Identity,
        Self::Journey,
        Self::Segment,
        Self::Persona,
        Self::PainPoint,
        Self::Opportunity,
        Self::Solution,
        Self::Map,
        Self::Target,
        Self::Comment,
        Self::Linkage,
    ];

    /// The kind's name in JSON and paths.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Touchpoint => "touchpoint",
            Self::Mapping => "mapping",
            Self::Identity => "identity",
            Self::Journey => "journey",
            Self::Segment => "segment",
            Self::Map => "map",
            Self::Persona => "persona",
            Self::PainPoint => "pain_point",
            Self::Opportunity => "opportunity",
            Self::Solution => "solution",
            Self::Target => "target",
            Self::Comment => "comment",
            Self::Linkage => "linkage",
        }
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DocumentKind {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| Invalid::new("kind", text, format!("is none of {}", Self::ALL.map(Self::as_str).join(", "))))
    }
}

/// One version of a plan document. Versions count from 1 and are never changed; restoring an old one writes a new one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// What the document is about.
    pub kind: DocumentKind,
    /// Which one: a slug, see [`is_slug`].
    pub name: String,
    /// 1, 2, 3, ...
    pub version: u32,
    /// When this version was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub author: String,
    /// Why.
    pub note: String,
    /// The content; `null` if this version removes the document.
    pub body: Value,
}

/// The mapping rules, in their order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingPlan {
    /// The rules; the first that matches wins.
    #[serde(default)]
    pub rule: Vec<MappingRule>,
}

/// A journey rule under a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JourneyPlan {
    /// What people call it.
    pub title: String,
    /// The rule, as in [`JourneyRule`].
    pub rule: String,
}

/// A choice of journeys under a name, for questions and for other segments (`in segment NAME`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentPlan {
    /// What people call it.
    pub title: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// How journeys are cut: a [`JourneyRule`] as it is written, or the name of a [`JourneyPlan`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journey: Option<String>,
    /// From this moment on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// Only these events count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<EventFilter>,
    /// Only these journeys are looked at.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub where_: Option<JourneyFilter>,
}

/// True for names that serve as ids and file names: lower case letters, digits, `-` and `_`, 1 to 80 characters, no leading `-`.
pub fn is_slug(name: &str) -> bool {
    (1..=80).contains(&name.len())
        && !name.starts_with('-')
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

/// Checks name and content of a document before it is stored; errors name the field. What this crate cannot know, the
/// engine checks beside it: the touchpoints of a mapping, the content of a linkage model.
pub fn check_body(kind: DocumentKind, name: &str, body: &Value) -> Result<(), Invalid> {
    if !is_slug(name) {
        return Err(Invalid::new("name", name, "is not a name of lower case letters, digits, - and _, 80 at most"));
    }
    if matches!(kind, DocumentKind::Mapping | DocumentKind::Identity | DocumentKind::Linkage) && name != "default" {
        return Err(Invalid::new("name", name, format!("is not the one {kind} document there is: default")));
    }
    if body.is_null() {
        return Ok(());
    }
    match kind {
        DocumentKind::Touchpoint => touchpoint::check_touchpoint(&typed(body)?),
        DocumentKind::Mapping => Mapping::compile(&typed(body)?).map(drop),
        DocumentKind::Identity => typed::<IdentityRules>(body)?.check(),
        DocumentKind::Journey => typed::<JourneyPlan>(body)?.rule.parse::<JourneyRule>().map(drop),
        DocumentKind::Segment => check_segment(name, body),
        DocumentKind::Map => map::check_map(&typed(body)?),
        DocumentKind::Persona => {
            check_filter::<JourneyFilter>(body, "where")?;
            map::check_persona(&typed(body)?)
        }
        DocumentKind::PainPoint => map::check_pain_point(&typed(body)?),
        DocumentKind::Opportunity => map::check_opportunity(&typed(body)?),
        DocumentKind::Solution => map::check_solution(&typed(body)?),
        DocumentKind::Target => target::check_target(&typed(body)?),
        DocumentKind::Comment => comment::check_comment(&typed(body)?),
        DocumentKind::Linkage if body.is_object() => Ok(()),
        DocumentKind::Linkage => Err(Invalid::missing("", "is not an object: a linkage model is one")),
    }
}

fn typed<T: serde::de::DeserializeOwned>(body: &Value) -> Result<T, Invalid> {
    T::deserialize(body).map_err(|error| Invalid::missing("", error.to_string()))
}

/// The filters are read before the rest, so that their errors name the field. Whether the segments and journeys it refers
/// to are there is told when it is used: they come and go as documents of their own.
fn check_segment(name: &str, body: &Value) -> Result<(), Invalid> {
    check_filter::<EventFilter>(body, "only")?;
    check_filter::<JourneyFilter>(body, "where")?;
    let segment: SegmentPlan = typed(body)?;
    if segment.title.trim().is_empty() {
        return Err(Invalid::missing("title", "is empty"));
    }
    if let Some(written) = segment.journey.filter(|written| !is_slug(written)) {
        written.parse::<JourneyRule>()?;
    }
    if let (Some(from), Some(to)) = (segment.from, segment.to)
        && from >= to
    {
        return Err(Invalid::new("to", &to.to_string(), format!("is not after from, {from}")));
    }
    if segment.where_.is_some_and(|filter| filter.segments().contains(name)) {
        return Err(Invalid::new("where", name, "is a segment that refers to itself"));
    }
    Ok(())
}

fn check_filter<T: FromStr<Err = FilterError>>(body: &Value, field: &str) -> Result<(), Invalid> {
    let Some(text) = body.get(field).and_then(Value::as_str) else { return Ok(()) };
    text.parse::<T>().map(drop).map_err(|error| Invalid::from(error).within(field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bodies_are_checked_with_the_field_that_is_wrong() {
        for (kind, name, body, expected) in [
            (DocumentKind::Touchpoint, "till", json!({"title": "Till", "peso": "owned"}), None),
            (DocumentKind::Touchpoint, "till", json!(null), None),
            (DocumentKind::Touchpoint, "Till", json!({"title": "Till"}), Some("name: \"Till\" is not a name")),
            (
                DocumentKind::Touchpoint,
                "till",
                json!({"title": "Till", "pesso": "owned"}),
                Some("unknown field `pesso`"),
            ),
            (
                DocumentKind::Touchpoint,
                "till",
                json!({"title": "T", "importance_to_customer": 11}),
                Some("lies outside 0 to 10"),
            ),
            (
                DocumentKind::Touchpoint,
                "till",
                json!({"title": "T", "cost_per_year": 5}),
                Some("a cost has a currency"),
            ),
            (
                DocumentKind::Touchpoint,
                "till",
                json!({"title": "T", "remind_before": "14d"}),
                Some("review_on: is missing: a reminder needs its day"),
            ),
            (
                DocumentKind::Touchpoint,
                "till",
                json!({"title": "T", "review_on": "20261122"}),
                Some("review_on: \"20261122\" is not a date"),
            ),
            (
                DocumentKind::Touchpoint,
                "till",
                json!({"title": "T", "review_on": "2026-02-30"}),
                Some("review_on: \"2026-02-30\" is not a date"),
            ),
            (
                DocumentKind::Touchpoint,
                "till",
                json!({"title": "T", "review_on": "2026-11-22", "remind_before": "14"}),
                Some("remind_before: \"14\" is not a duration"),
            ),
            (
                DocumentKind::Touchpoint,
                "till",
                json!({"title": "T", "cost_per_year": 5, "currency": "Euro"}),
                Some("currency: \"Euro\" is not a code"),
            ),
            (
                DocumentKind::Touchpoint,
                "till",
                json!({"title": "T", "promises": ["Open on Sundays", " "]}),
                Some("promises[1]: is empty"),
            ),
            (
                DocumentKind::Touchpoint,
                "till",
                json!({"title": "T", "evidence": "guessed"}),
                Some("unknown variant `guessed`"),
            ),
            (
                DocumentKind::Target,
                "ride",
                json!({"title": "T", "measure": "mood", "touchpoint": "ride", "at_least": 1, "clear_at": 1.2}),
                None,
            ),
            (
                DocumentKind::Target,
                "ride",
                json!({"title": "T", "measure": "mood", "map": "buy", "at_least": 1}),
                Some("touchpoint: is missing"),
            ),
            (
                DocumentKind::Target,
                "ride",
                json!({"title": "T", "measure": "completed", "map": "buy", "step": "pay", "at_least": 0.5}),
                Some("step: \"pay\" says nothing of this measure"),
            ),
            (
                DocumentKind::Target,
                "ride",
                json!({"title": "T", "measure": "as_planned", "map": "buy", "step": "pay", "at_least": 50}),
                Some("at_least: \"50\" lies outside 0 to 1"),
            ),
            (
                DocumentKind::Target,
                "ride",
                json!({"title": "T", "measure": "mood", "touchpoint": "ride", "at_least": 1, "clear_at": 0.5}),
                Some("clear_at: \"0.5\" lies below at_least"),
            ),
            (DocumentKind::Comment, "c1", json!({"about": "map/buy", "place": "step/pay", "text": "Why?"}), None),
            (
                DocumentKind::Comment,
                "c1",
                json!({"about": "buy", "text": "Why?"}),
                Some("about: \"buy\" is not of the form KIND/NAME"),
            ),
            (DocumentKind::Comment, "c1", json!({"about": "map/buy", "text": " "}), Some("text: is empty")),
            (DocumentKind::Mapping, "mine", json!({}), Some("is not the one mapping document")),
            (
                DocumentKind::Mapping,
                "default",
                json!({"rule": [{"touchpoint": ""}]}),
                Some("rule[0].touchpoint: is empty"),
            ),
            (DocumentKind::Identity, "default", json!({"limits": {"user_id": 1}}), None),
            (DocumentKind::Identity, "default", json!({"limits": {"User": 1}}), Some("is not a kind of identifier")),
            (DocumentKind::Journey, "visit", json!({"title": "Visit", "rule": "gap:30"}), Some("is not a duration")),
            (
                DocumentKind::Segment,
                "loyal",
                json!({"title": "Loyal", "journey": "visit", "where": "events > 3"}),
                None,
            ),
            (
                DocumentKind::Segment,
                "loyal",
                json!({"title": "Loyal", "only": "chanel = web"}),
                Some("only: at character 0: \"chanel\" is no property of an event"),
            ),
            (
                DocumentKind::Segment,
                "loyal",
                json!({"title": "Loyal", "where": "did a and"}),
                Some("where: at character 9: the text ends"),
            ),
            (DocumentKind::Segment, "loyal", json!({"title": "Loyal", "where": 3}), Some("expected a string")),
            (DocumentKind::Segment, "loyal", json!({"title": " "}), Some("title: is empty")),
            (
                DocumentKind::Segment,
                "loyal",
                json!({"title": "Loyal", "where": "events = 1 or not in segment loyal"}),
                Some("where: \"loyal\" is a segment that refers to itself"),
            ),
            (
                DocumentKind::Segment,
                "loyal",
                json!({"title": "Loyal", "journey": "gap:30"}),
                Some("is not a duration with a unit"),
            ),
            (
                DocumentKind::Segment,
                "loyal",
                json!({"title": "Loyal", "from": "2026-02-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}),
                Some("to: \"2026-02-01T00:00:00Z\" is not after from"),
            ),
            (DocumentKind::Linkage, "mine", json!({}), Some("is not the one linkage document")),
            (DocumentKind::Linkage, "default", json!([]), Some("is not an object")),
        ] {
            match (check_body(kind, name, &body), expected) {
                (Ok(()), None) => {}
                (Err(error), Some(part)) => assert!(error.to_string().contains(part), "{error}"),
                (outcome, _) => panic!("{body}: {outcome:?}"),
            }
        }
    }
}
