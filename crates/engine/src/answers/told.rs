//! What an identify event tells of a person, as fields that a linkage compares.

use linkage::{Field, Person, field_of_header};
use model::{Event, IdentifierKind, Kind};
use serde_json::Value;

/// Segment's call for the traits of a company; it tells nothing of the person.
pub(super) const GROUP: &str = "group";
/// Parts of one thing: who tells one of them anew tells the whole anew.
const ADDRESS: [Field; 4] = [Field::Street, Field::HouseNumber, Field::Postcode, Field::City];
const NAMES: [Field; 3] = [Field::GivenName, Field::Surname, Field::FullName];

/// Fields with their values, each at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told(Vec<(Field, String)>);

impl Told {
    /// The traits of an identify event, under Segment's names or those of columns, and the mail address, telephone and card
    /// among its identifiers. `None` if the event tells nothing of a person.
    pub(super) fn of(event: &Event<'_>) -> Option<Self> {
        if event.kind != Kind::Identify || event.name.as_str() == GROUP {
            return None;
        }
        let mut told = Self::default();
        if let Value::Object(traits) = event.properties.to_value() {
            for (name, value) in &traits {
                // `address` with its parts, as Segment has it.
                let parts = value.as_object().filter(|_| field_of_header(name) == Some(Field::Street));
                match parts {
                    Some(parts) => parts.iter().for_each(|(name, value)| told.note(name, value)),
                    None => told.note(name, value),
                }
            }
        }
        for identifier in &event.identifiers {
            let field = match identifier.kind {
                IdentifierKind::Email => Field::Email,
                IdentifierKind::Phone => Field::Phone,
                IdentifierKind::LoyaltyCard => Field::Identifier,
                IdentifierKind::AnonymousId
                | IdentifierKind::UserId
                | IdentifierKind::DeviceId
                | IdentifierKind::VehicleId
                | IdentifierKind::Own(_) => continue,
            };
            told.set(field, identifier.value.as_str().to_owned());
        }
        (!told.0.is_empty()).then_some(told)
    }

    fn note(&mut self, name: &str, value: &Value) {
        let Some(field) = field_of_header(name) else { return };
        match value {
            Value::String(text) => self.set(field, text.clone()),
            Value::Number(number) => self.set(field, number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
        }
    }

    fn set(&mut self, field: Field, value: String) {
        if !value.trim().is_empty() && !self.has(&[field]) {
            self.0.push((field, value));
        }
    }

    fn has(&self, any: &[Field]) -> bool {
        self.0.iter().any(|(field, _)| any.contains(field))
    }

    /// Adds what was known before, where nothing newer stands in its place.
    pub(super) fn over(mut self, before: impl Fn(Field) -> String) -> Self {
        let (moved, renamed) = (self.has(&ADDRESS), self.has(&[Field::FullName]));
        for field in Field::ALL {
            let is_old = (moved && ADDRESS.contains(&field)) || (renamed && NAMES.contains(&field));
            if !is_old {
                self.set(field, before(field));
            }
        }
        self
    }

    pub(super) fn person(&self) -> Person<'_> {
        let mut person = Person::default();
        for (field, value) in &self.0 {
            person.set(*field, value);
        }
        person
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Identifier, RawJson, Timestamp};
    use serde_json::json;

    fn told(name: &str, traits: Value) -> Option<Told> {
        let mut event = Event::new("1", "shop", name, Timestamp::default());
        event.kind = Kind::Identify;
        event.identifiers = vec![
            Identifier::new(IdentifierKind::UserId, "u1"),
            Identifier::new(IdentifierKind::Email, "ada@example.org"),
        ];
        event.properties = RawJson::from(traits);
        Told::of(&event)
    }

    #[test]
    fn traits_are_understood_under_segments_names_and_those_of_columns() {
        use Field::{BirthDate, City, Email, GivenName, Phone, Postcode, Street, Surname};
        for traits in [
            json!({"firstName": "Ada", "lastName": "Huber", "birthday": "1987-02-07T00:00:00Z", "phone": "0177 1234567",
                   "address": {"street": "Ostweg 3", "postalCode": 80331, "city": "München", "country": "DE"}, "age": 39}),
            json!({"Vorname": "Ada", "Nachname": "Huber", "Geburtsdatum": "07.02.1987", "Telefon": "0177 1234567",
                   "Straße": "Ostweg 3", "PLZ": "80331", "Ort": "München", "Newsletter": true}),
        ] {
            let told = told("identify", traits).unwrap();
            let mut fields: Vec<Field> = told.0.iter().map(|(field, _)| *field).collect();
            fields.sort();
            assert_eq!(fields, [GivenName, Surname, BirthDate, Street, Postcode, City, Phone, Email]);
            assert_eq!((told.person().get(Postcode), told.person().get(Email)), ("80331", "ada@example.org"));
        }
        assert_eq!(told("group", json!({"name": "Huber GmbH"})), None);
    }

    #[test]
    fn what_is_told_anew_takes_the_place_of_the_old_whole() {
        let known = [
            (Field::GivenName, "ada"),
            (Field::Surname, "huber"),
            (Field::Street, "ostweg"),
            (Field::HouseNumber, "3"),
        ];
        let before = |field| Person::of(&known).get(field).to_owned();
        let married = told("identify", json!({"lastName": "Meier"})).unwrap().over(before);
        let fields =
            [Field::GivenName, Field::Surname, Field::Street].map(|field| married.person().get(field).to_owned());
        assert_eq!(fields, ["ada", "Meier", "ostweg"]);
        let moved = told("identify", json!({"name": "Ada Meier", "street": "Westweg 1"})).unwrap().over(before);
        let fields = [Field::GivenName, Field::FullName, Field::Street, Field::HouseNumber];
        assert_eq!(fields.map(|field| moved.person().get(field).to_owned()), ["", "Ada Meier", "Westweg 1", ""]);
    }
}
