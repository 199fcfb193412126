use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Event, Invalid, Kind, MappingPlan, Pattern};

/// One line of the mapping: events that match everything named here happened at `touchpoint`.
/// What is not named matches anything. Patterns are written as in [`Pattern`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingRule {
    /// Id of the touchpoint in the register.
    pub touchpoint: String,
    /// Name of the event's source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Name of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Channel of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Kind of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Address of the page: `context.page.url`, else `properties.url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Values in the event's properties, by dotted path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, PropertyPattern>,
}

/// A pattern for text, or a plain number or truth value to be equal to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PropertyPattern {
    /// Equal to this truth value.
    Truth(bool),
    /// Equal to this number.
    Number(f64),
    /// Matches this [`Pattern`].
    Text(String),
}

/// The rules ready for use: ordered, the first that matches wins.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    rules: Vec<Compiled>,
    looks_into_json: bool,
}

#[derive(Clone, Debug)]
struct Compiled {
    touchpoint: String,
    source: Option<Pattern>,
    name: Option<Pattern>,
    channel: Option<Pattern>,
    kind: Option<Kind>,
    url: Option<Pattern>,
    properties: Vec<(String, PropertyTest)>,
}

#[derive(Clone, Debug)]
enum PropertyTest {
    Equal(Value),
    Matches(Pattern),
}

impl Mapping {
    /// Compiles the rules of a plan; errors name the rule and its field.
    pub fn compile(plan: &MappingPlan) -> Result<Self, Invalid> {
        let rules = plan
            .rule
            .iter()
            .enumerate()
            .map(|(index, rule)| Compiled::of(rule).map_err(|error| error.within(&format!("rule[{index}]"))))
            .collect::<Result<Vec<_>, _>>()?;
        let looks_into_json = rules.iter().any(|rule| rule.url.is_some() || !rule.properties.is_empty());
        Ok(Self { rules, looks_into_json })
    }

    /// The first rule that matches: its index and its touchpoint.
    pub fn find(&self, event: &Event<'_>) -> Option<(usize, &str)> {
        let mut json = None;
        self.rules
            .iter()
            .position(|rule| {
                rule.matches_envelope(event)
                    && (!rule.looks_into_json()
                        || rule.matches_json(json.get_or_insert_with(|| Looked::into_event(event))))
            })
            .map(|index| (index, self.rules[index].touchpoint.as_str()))
    }

    /// False if source, name, channel and kind alone decide, so that one answer serves all events alike in these.
    pub fn looks_into_json(&self) -> bool {
        self.looks_into_json
    }

    /// The touchpoint of each rule, in their order.
    pub fn touchpoints(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.touchpoint.as_str())
    }

    /// Number of rules.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// True if there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// An event's JSON, parsed once for all rules that ask.
struct Looked {
    properties: Value,
    context: Value,
}

impl Looked {
    fn into_event(event: &Event<'_>) -> Self {
        Self { properties: event.properties.to_value(), context: event.context.to_value() }
    }

    fn url(&self) -> Option<&str> {
        let in_context = self.context.pointer("/page/url").and_then(Value::as_str);
        in_context.or_else(|| self.properties.get("url").and_then(Value::as_str))
    }
}

impl Compiled {
    fn of(rule: &MappingRule) -> Result<Self, Invalid> {
        if rule.touchpoint.is_empty() {
            return Err(Invalid::missing("touchpoint", "is empty"));
        }
        let pattern = |field: &str, written: &Option<String>| -> Result<Option<Pattern>, Invalid> {
            written.as_deref().map(Pattern::parse).transpose().map_err(|error| error.within(field))
        };
        let mut properties = Vec::with_capacity(rule.properties.len());
        for (path, wanted) in &rule.properties {
            let test = match wanted {
                PropertyPattern::Truth(truth) => PropertyTest::Equal((*truth).into()),
                PropertyPattern::Number(number) => PropertyTest::Equal((*number).into()),
                PropertyPattern::Text(text) => {
                    let place = format!("properties.{path}");
                    PropertyTest::Matches(Pattern::parse(text).map_err(|error| error.within(&place))?)
                }
            };
            properties.push((path.clone(), test));
        }
        Ok(Self {
            touchpoint: rule.touchpoint.clone(),
            source: pattern("source", &rule.source)?,
            name: pattern("name", &rule.name)?,
            channel: pattern("channel", &rule.channel)?,
            kind: rule.kind,
            url: pattern("url", &rule.url)?,
            properties,
        })
    }

    fn looks_into_json(&self) -> bool {
        self.url.is_some() || !self.properties.is_empty()
    }

    fn matches_envelope(&self, event: &Event<'_>) -> bool {
        let fits = |pattern: &Option<Pattern>, text: &str| pattern.as_ref().is_none_or(|p| p.matches(text));
        self.kind.is_none_or(|kind| kind == event.kind)
            && fits(&self.source, event.source.as_str())
            && fits(&self.name, event.name.as_str())
            && fits(&self.channel, event.channel.as_str())
    }

    fn matches_json(&self, json: &Looked) -> bool {
        let url_fits = self.url.as_ref().is_none_or(|pattern| json.url().is_some_and(|url| pattern.matches(url)));
        url_fits
            && self.properties.iter().all(|(path, test)| {
                let found = path.split('.').try_fold(&json.properties, |value, key| value.get(key));
                match (found, test) {
                    (Some(Value::String(text)), PropertyTest::Matches(pattern)) => pattern.matches(text),
                    (Some(Value::Number(n)), PropertyTest::Matches(pattern)) => pattern.matches(&n.to_string()),
                    (Some(Value::Number(n)), PropertyTest::Equal(wanted)) => n.as_f64() == wanted.as_f64(),
                    (Some(value), PropertyTest::Equal(wanted)) => value == wanted,
                    (_, PropertyTest::Equal(_) | PropertyTest::Matches(_)) => false,
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RawJson, Timestamp};

    fn mapping(toml_text: &str) -> Mapping {
        Mapping::compile(&toml::from_str(toml_text).unwrap()).unwrap()
    }

    fn event(
        name: &'static str,
        channel: &'static str,
        properties: &'static str,
        context: &'static str,
    ) -> Event<'static> {
        let mut event = Event::new("m", "shop-tills", name, Timestamp::default());
        event.channel = channel.into();
        event.properties = RawJson::trusted(properties);
        event.context = RawJson::trusted(context);
        event
    }

    #[test]
    fn the_first_rule_that_matches_everything_it_names_wins() {
        let mapping = mapping(
            r#"
            [[rule]]
            touchpoint = "checkout"
            url = "https://*/checkout*"
            [[rule]]
            touchpoint = "big-order"
            name = "order"
            properties = { "total.amount" = "/^[0-9]{4,}/", express = true }
            [[rule]]
            touchpoint = "till"
            source = "shop-*"
            channel = "shop"
            "#,
        );
        let page = r#"{"page":{"url":"https://x.example/checkout?step=2"}}"#;
        for (event, expected) in [
            (event("Viewed", "web", "{}", page), Some((0, "checkout"))),
            (event("Viewed", "web", r#"{"url":"https://x.example/checkout"}"#, "{}"), Some((0, "checkout"))),
            (event("order", "web", r#"{"total":{"amount":1200},"express":true}"#, "{}"), Some((1, "big-order"))),
            (event("order", "web", r#"{"total":{"amount":120},"express":true}"#, "{}"), None),
            (event("order", "shop", r#"{"total":{"amount":"1200"}}"#, "{}"), Some((2, "till"))),
            (event("bought", "web", "{}", "{}"), None),
        ] {
            assert_eq!(mapping.find(&event), expected, "{event:?}");
        }
        assert!(mapping.looks_into_json());
    }

    #[test]
    fn a_broken_rule_is_named_with_its_field() {
        let plan: MappingPlan =
            toml::from_str("[[rule]]\ntouchpoint = \"a\"\n[[rule]]\ntouchpoint=\"b\"\nname=\"/(/\"").unwrap();
        let error = Mapping::compile(&plan).unwrap_err().to_string();
        assert!(error.starts_with("rule[1].name: \"/(/\" is not a regular expression"), "{error}");
    }
}
