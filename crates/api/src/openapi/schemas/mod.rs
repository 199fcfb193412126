//! The shapes of bodies and answers. Types stay free of any schema library; that these schemas are complete and true is
//! what the crate's tests hold every answer against.

use serde_json::{Map, Value};

use super::schema::{Fields, object};

mod customers;
mod events;
pub(super) mod mining;
mod plans;
mod problems;
mod quarantine;

/// Every schema by its name.
pub(super) fn all() -> Map<String, Value> {
    [
        events::of_requests(),
        crate::import::schemas().map(|(name, schema)| (name.to_owned(), schema)).into(),
        events::of_answers(),
        customers::schemas(),
        mining::schemas(),
        plans::schemas(),
        quarantine::schemas(),
        problems::schemas(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Schemas with their names.
type Named = Vec<(String, Value)>;

fn named(name: &str, about: &str, fields: Fields) -> (String, Value) {
    (name.to_owned(), object(about, fields))
}
