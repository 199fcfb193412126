//! The shapes of bodies and answers. Types stay free of any schema library; that these schemas are complete and true is
//! what the crate's tests hold every answer against.

use serde_json::{Map, Value};

use super::schema::{Fields, object};

mod customers;
mod events;
mod me;
pub(super) mod mining;
mod opportunities;
mod people;
mod plan_files;
mod plans;
mod problems;
mod quarantine;
mod sources;
mod uploads;

/// Every schema by its name.
pub(super) fn all() -> Map<String, Value> {
    every().collect()
}

fn every() -> impl Iterator<Item = (String, Value)> {
    [
        events::of_requests(),
        crate::import::schemas().map(|(name, schema)| (name.to_owned(), schema)).into(),
        events::of_answers(),
        me::schemas(),
        sources::schemas(),
        uploads::schemas(),
        customers::schemas(),
        people::schemas(),
        mining::schemas(),
        plans::schemas(),
        opportunities::schemas(),
        plan_files::schemas(),
        quarantine::schemas(),
        problems::schemas(),
    ]
    .into_iter()
    .flatten()
}

/// Schemas with their names.
type Named = Vec<(String, Value)>;

fn named(name: &str, about: &str, fields: Fields) -> (String, Value) {
    (name.to_owned(), object(about, fields))
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_two_schemas_have_one_name() {
        let mut names: Vec<String> = super::every().map(|(name, _)| name).collect();
        names.sort_unstable();
        let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| &pair[0]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}
