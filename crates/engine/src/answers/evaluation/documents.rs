//! The documents that take part in an answer, and which versions of them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use mining::Recipe;
use model::{DocumentKind, JourneyPlan, JourneyRule, Touchpoint};
use serde::de::DeserializeOwned;

use crate::EngineError;
use crate::answers::Answers;
use crate::answers::conformance::Drawn;
use crate::plans::{journey_rule, typed};

/// Documents as they are now, or in the versions that a recipe names. Whatever is read is noted.
pub(super) struct Documents<'a> {
    answers: &'a Answers,
    again: Option<&'a Recipe>,
    used: RefCell<BTreeMap<String, u32>>,
}

impl<'a> Documents<'a> {
    pub(super) fn of(answers: &'a Answers, again: Option<&'a Recipe>) -> Self {
        Self { answers, again, used: RefCell::default() }
    }

    /// All of a kind, by name.
    pub(super) fn all<T: DeserializeOwned>(&self, kind: DocumentKind) -> Result<Vec<Named<T>>, EngineError> {
        let names: Vec<String> = match self.again {
            Some(recipe) => {
                let prefix = format!("{kind}/");
                recipe.plans.keys().filter_map(|key| key.strip_prefix(&prefix)).map(str::to_owned).collect()
            }
            None => {
                let documents = self.answers.plans().documents(Some(kind))?;
                documents.into_iter().map(|document| document.name).collect()
            }
        };
        let read = |name: String| Ok(self.one(kind, &name)?.map(|found| Named { name, ..found }));
        names.into_iter().filter_map(|name| read(name).transpose()).collect()
    }

    /// One of a kind; none if there is no such document.
    pub(super) fn one<T: DeserializeOwned>(
        &self,
        kind: DocumentKind,
        name: &str,
    ) -> Result<Option<Named<T>>, EngineError> {
        let key = format!("{kind}/{name}");
        let version = match self.again {
            None => None,
            Some(recipe) => match recipe.plans.get(&key) {
                Some(version) => Some(*version),
                // It took no part then.
                None => return Ok(None),
            },
        };
        let Some(document) = self.answers.plans().document(kind, name, version)? else { return Ok(None) };
        self.used.borrow_mut().insert(key, document.version);
        Ok(Some(Named { name: name.to_owned(), version: document.version, says: typed(&document.body)? }))
    }

    /// The versions of a map; none if there is no such map.
    pub(super) fn map(&self, name: &str) -> Result<Option<Vec<Drawn>>, EngineError> {
        let Some(newest) = self.one::<model::MapPlan>(DocumentKind::Map, name)? else { return Ok(None) };
        Ok(Some(self.answers.drawn(name, Some(newest.version))?))
    }

    /// How the journeys of a map are cut: the rule as written, or that of a journey that was planned.
    pub(super) fn rule(&self, written: &str) -> Result<JourneyRule, EngineError> {
        if written.is_empty() {
            return Ok(JourneyRule::default());
        }
        journey_rule(written, |name| Ok(self.one::<JourneyPlan>(DocumentKind::Journey, name)?.map(|found| found.says)))
    }

    /// The version of each document that was read until now, by `kind/name`.
    pub(super) fn used(&self) -> BTreeMap<String, u32> {
        self.used.borrow().clone()
    }

    /// What people call a touchpoint by now; its id where nobody has said. It is read where it is written: what events are filed
    /// under follows a change of the register only some moments later.
    pub(super) fn title(&self, touchpoint: &str) -> Result<String, EngineError> {
        let found = self.answers.plans().document(DocumentKind::Touchpoint, touchpoint, None)?;
        let says = found.map(|found| typed::<Touchpoint>(&found.body)).transpose()?;
        Ok(says.map_or_else(|| touchpoint.to_owned(), |says| says.title))
    }
}

/// A document with its name.
#[derive(Clone, Debug)]
pub(super) struct Named<T> {
    pub(super) name: String,
    pub(super) version: u32,
    pub(super) says: T,
}
