//! The rules of who is who, as people write them.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::{IdentifierKind, Invalid, parse_duration_s};

/// The rules of who is who.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdentityRules {
    /// Values that never join people, whatever their kind; compared without case and outer blanks.
    pub blocked: Vec<String>,
    /// Kinds from the strongest to the weakest; others come last. An event belongs to its strongest identifier,
    /// and the weakest is dropped first where a rule refuses a join.
    pub priority: Vec<String>,
    /// Where an identifier would break a limit: is it alone dropped, or all that are weaker as well?
    pub on_conflict: OnConflict,
    /// The country of telephone numbers without one: two letters (ISO 3166).
    pub region: String,
    /// True if the number of a landline joins those who name it. Mostly it is a household's and not a person's.
    pub landlines_join: bool,
    /// Kinds whose values belong to one customer at a time and may be handed on, such as a vehicle that is sold.
    pub owned: Vec<String>,
    /// The form that the values of a kind are brought into before they are compared; other kinds lose outer blanks alone.
    pub forms: BTreeMap<String, Form>,
    /// How the last digit of a kind's values follows from the others; values that do not follow it join nobody.
    pub check_digits: BTreeMap<String, CheckDigit>,
    /// How many values of a kind one customer may have; a join that would exceed it is refused.
    pub limits: BTreeMap<String, Limit>,
    /// Kinds of which a person mostly has one value: two customers that have different ones are not brought together by
    /// anything weaker, as two mail addresses by the browser that both were entered at.
    pub identifying: Vec<String>,
    /// How many others may claim a value of a kind, and be refused by a limit or a conflict, before it is an attribute as hot
    /// values are.
    pub contested: BTreeMap<String, u32>,
    /// With how many stronger identifiers a value of a kind may be seen; one that is shared by more is an attribute: it
    /// joins nobody any more, and what it has joined is parted.
    pub hot: BTreeMap<String, u32>,
    /// What identifiers and links may be used for, by the source that brings them; a source not named serves every purpose.
    pub purposes: BTreeMap<String, Vec<String>>,
}

impl Default for IdentityRules {
    fn default() -> Self {
        let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect();
        let forms =
            [("email", Form::Email), ("phone", Form::Phone), ("loyalty_card", Form::Card), ("vehicle_id", Form::Card)];
        let hot = ["email", "phone", "vehicle_id", "device_id", "anonymous_id"];
        Self {
            blocked: words(&[
                "",
                "-",
                "0",
                "-1",
                "00000000-0000-0000-0000-000000000000",
                "anonymous",
                "false",
                "guest",
                "id",
                "n/a",
                "na",
                "nan",
                "nil",
                "none",
                "not set",
                "null",
                "test",
                "true",
                "undefined",
                "unknown",
                "user",
                "[object object]",
            ]),
            priority: words(&["user_id", "loyalty_card", "email", "phone", "vehicle_id", "device_id", "anonymous_id"]),
            on_conflict: OnConflict::DropConflicting,
            region: "DE".to_owned(),
            landlines_join: false,
            owned: words(&["vehicle_id", "device_id"]),
            forms: forms.into_iter().map(|(kind, form)| (kind.to_owned(), form)).collect(),
            check_digits: BTreeMap::new(),
            limits: BTreeMap::from([
                ("user_id".to_owned(), Limit { most: 1, within: None }),
                ("anonymous_id".to_owned(), Limit { most: 500, within: Some("365d".to_owned()) }),
            ]),
            identifying: words(&["user_id", "loyalty_card", "email"]),
            contested: ["email", "phone"].map(|kind| (kind.to_owned(), 1)).into(),
            hot: hot.into_iter().map(|kind| (kind.to_owned(), 20)).collect(),
            purposes: BTreeMap::new(),
        }
    }
}

impl IdentityRules {
    /// Most purposes that may be named.
    pub const MOST_PURPOSES: usize = 16;

    /// Checks the rules; errors name the field.
    pub fn check(&self) -> Result<(), Invalid> {
        let named = [
            ("priority", self.priority.iter().collect::<Vec<_>>()),
            ("owned", self.owned.iter().collect()),
            ("identifying", self.identifying.iter().collect()),
        ];
        let keyed = [
            ("forms", self.forms.keys().collect::<Vec<_>>()),
            ("check_digits", self.check_digits.keys().collect()),
            ("limits", self.limits.keys().collect()),
            ("hot", self.hot.keys().collect()),
            ("contested", self.contested.keys().collect()),
        ];
        for (field, kinds) in named.into_iter().chain(keyed) {
            for kind in kinds {
                IdentifierKind::parse(kind.as_str())
                    .map_err(|invalid| Invalid { path: field.to_owned(), ..invalid })?;
            }
        }
        let is_region = self.region.len() == 2 && self.region.bytes().all(|byte| byte.is_ascii_uppercase());
        if !is_region {
            return Err(Invalid::new("region", &self.region, "is not a country of two capital letters, such as DE"));
        }
        for (kind, limit) in &self.limits {
            let place = |field: &str| format!("limits.{kind}{field}");
            if limit.most == 0 {
                return Err(Invalid::new(place(""), "0", "would forbid the kind: the least is 1"));
            }
            limit.within_s().map_err(|invalid| invalid.within(&place(".within")))?;
        }
        for (field, numbers) in [("hot", &self.hot), ("contested", &self.contested)] {
            if let Some(kind) = numbers.iter().find_map(|(kind, &most)| (most == 0).then_some(kind)) {
                return Err(Invalid::new(format!("{field}.{kind}"), "0", "would forbid the kind: the least is 1"));
            }
        }
        for (source, purposes) in &self.purposes {
            if purposes.is_empty() {
                return Err(Invalid::missing(
                    format!("purposes.{source}"),
                    "names no purpose: what may it be used for?",
                ));
            }
            for purpose in purposes {
                if !crate::is_slug(purpose) {
                    let reason = "is not a purpose: lower case letters, digits, - and _, 80 at most";
                    return Err(Invalid::new(format!("purposes.{source}"), purpose, reason));
                }
            }
        }
        let purposes = self.all_purposes();
        if purposes.len() > Self::MOST_PURPOSES {
            let reason = format!("are more purposes than {}", Self::MOST_PURPOSES);
            return Err(Invalid::new("purposes", &purposes.len().to_string(), reason));
        }
        Ok(())
    }

    /// True if what a source brings may be used for a purpose.
    pub fn serves(&self, source: &str, purpose: &str) -> bool {
        self.purposes.get(source).is_none_or(|named| named.iter().any(|named| named == purpose))
    }

    /// Every purpose that is named, in order.
    pub fn all_purposes(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.purposes.values().flatten().map(String::as_str).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// What happens to an event's identifiers where one of them would break a limit. They are tried from the strongest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// Those that would break it are dropped; weaker ones that break none are joined all the same.
    #[default]
    DropConflicting,
    /// The first that would break it is dropped, and all that are weaker.
    DropWeaker,
}

/// The form that values are brought into before they are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Without outer blanks.
    AsIs,
    /// A mail address: lower case.
    Email,
    /// A telephone number: `+`, country code and number, digits alone.
    Phone,
    /// A number of a card or thing: capital letters and digits alone.
    Card,
    /// A person's name: small letters, umlauts levelled, no titles.
    Name,
}

/// How the last digit follows from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckDigit {
    /// ISO/IEC 7812: cards of banks and many loyalty cards.
    Luhn,
    /// EAN and GTIN: 8 to 14 digits, weighed 3 and 1.
    Ean,
}

/// How many values of a kind one customer may have: `3`, or `{ most = 5, within = "7d" }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The most there may be.
    pub most: u32,
    /// The limit holds for values first seen within so long a time; for ever if `None`.
    pub within: Option<String>,
}

impl Limit {
    /// Seconds of `within`.
    pub fn within_s(&self) -> Result<Option<u32>, Invalid> {
        let Some(text) = &self.within else { return Ok(None) };
        let seconds = parse_duration_s(text)?;
        if !(1.0..=f64::from(u32::MAX)).contains(&seconds) {
            return Err(Invalid::new("", text, "lies outside a second to 136 years"));
        }
        Ok(Some(seconds as u32))
    }
}

impl Serialize for Limit {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let Some(within) = &self.within else { return serializer.serialize_u32(self.most) };
        let mut limit = serializer.serialize_struct("Limit", 2)?;
        limit.serialize_field("most", &self.most)?;
        limit.serialize_field("within", within)?;
        limit.end()
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrTable;

        impl<'de> Visitor<'de> for NumberOrTable {
            type Value = Limit;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or a table such as { most = 5, within = \"7d\" }")
            }

            fn visit_u64<E: de::Error>(self, most: u64) -> Result<Limit, E> {
                let most = u32::try_from(most).map_err(|_| E::custom(format!("{most} is more than {}", u32::MAX)))?;
                Ok(Limit { most, within: None })
            }

            fn visit_i64<E: de::Error>(self, most: i64) -> Result<Limit, E> {
                let most = u64::try_from(most).map_err(|_| E::custom(format!("{most} is less than nothing")))?;
                self.visit_u64(most)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Limit, A::Error> {
                #[derive(Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Table {
                    most: u32,
                    within: Option<String>,
                }
                let Table { most, within } = Table::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Limit { most, within })
            }
        }

        deserializer.deserialize_any(NumberOrTable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rules_read_back_as_written_and_faults_are_told_with_their_place() {
        let read = |value: serde_json::Value| serde_json::from_value::<IdentityRules>(value);
        let rules = read(json!({
            "limits": {"user_id": 1, "email": {"most": 5, "within": "7d"}},
            "forms": {"member": "card"},
            "check_digits": {"member": "luhn"},
            "on_conflict": "drop_weaker",
            "purposes": {"crm": ["service"]}
        }))
        .unwrap();
        assert_eq!(rules.limits["email"].within_s().unwrap(), Some(604_800));
        assert_eq!(read(serde_json::to_value(&rules).unwrap()).unwrap(), rules);
        rules.check().unwrap();

        for (body, expected) in [
            (json!({"limits": {"User": 1}}), "limits: \"User\" is not a kind"),
            (json!({"limits": {"email": 0}}), "limits.email: \"0\" would forbid"),
            (json!({"limits": {"email": {"most": 5, "within": "7"}}}), "limits.email.within: \"7\" is not a duration"),
            (json!({"owned": ["Bike"]}), "owned: \"Bike\" is not a kind"),
            (json!({"hot": {"email": 0}}), "hot.email: \"0\" would forbid"),
            (json!({"region": "Germany"}), "region: \"Germany\" is not a country"),
            (json!({"purposes": {"crm": []}}), "purposes.crm: names no purpose"),
            (json!({"purposes": {"crm": ["All of it"]}}), "purposes.crm: \"All of it\" is not a purpose"),
        ] {
            let error = read(body).unwrap().check().unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        for (body, expected) in [
            (json!({"limits": {"email": "many"}}), "a number, or a table such as"),
            (json!({"limits": {"email": {"most": 5, "in": "7d"}}}), "unknown field `in`"),
            (json!({"check_digits": {"member": "luhm"}}), "unknown variant `luhm`"),
        ] {
            let error = read(body).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
