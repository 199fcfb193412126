//! What to repair first, and whether it helped: answers put together of several questions and of plans.
//!
//! `docs/evaluation.md` defines every figure. Each is computed from events and plans alone, so each can be got again by its
//! recipe; nothing is stored, alarms neither.

mod alarm;
mod compared;
mod digest;
mod documents;
mod effect;
mod findings;
mod matrix;
mod periods;
mod targets;
mod words;

use std::collections::BTreeMap;

use mining::{Control, Recipe, Setting, Settings};
use model::Invalid;

use super::Answers;
use super::mining::{Answered, MiningQuery};
use super::resolve::Resolved;
use crate::EngineError;

pub use alarm::PeriodState;
pub use compared::{Compared, Side};
pub use digest::{Digest, Finding, FindingKind, Said, Sizes};
pub use effect::{Effect, EffectAt, EffectOnMap, EffectOnStep, Happened, Window};
pub use matrix::{By, Cut, Evaluated, Evaluation, MeasuredAt, Quadrant};
pub use targets::{Alarm, TargetPeriod, TargetView, Targets};

/// An answer that is put together of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Composed {
    /// Importance and satisfaction of touchpoints, and what to repair first.
    Evaluation,
    /// Targets and their alarms.
    Targets,
    /// Before and after a solution was put in place.
    Effect,
    /// What stands out in a week.
    Digest,
}

impl Composed {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Evaluation, Self::Targets, Self::Effect, Self::Digest];

    /// Its name in recipes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Evaluation => "evaluation",
            Self::Targets => "targets",
            Self::Effect => "effect",
            Self::Digest => "digest",
        }
    }

    /// Its settings.
    pub fn settings(self) -> &'static [Setting] {
        match self {
            Self::Evaluation => matrix::SETTINGS,
            Self::Targets => targets::SETTINGS,
            Self::Effect => effect::SETTINGS,
            Self::Digest => digest::SETTINGS,
        }
    }

    pub(super) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|composed| composed.name() == name)
    }
}

impl Answers {
    /// An answer put together of several. Only an evaluation is about some journeys; what a query says of others is refused.
    pub fn compose(
        &self,
        composed: Composed,
        query: &MiningQuery,
        settings: BTreeMap<String, String>,
        control: &Control,
    ) -> Result<Answered, EngineError> {
        let about = MiningQuery { limits: query.limits, ..MiningQuery::default() };
        if composed != Composed::Evaluation && *query != about {
            let reason = format!("is about all journeys: {} takes no filter", composed.name());
            return Err(Invalid::missing(composed.name(), reason).into());
        }
        let resolved = self.resolve(query)?;
        if resolved.compared.is_some() {
            let reason = "is nothing an evaluation does: compare the question importance";
            return Err(Invalid::missing("compare", reason).into());
        }
        self.composed(composed, resolved, settings, None, control)
    }

    /// The answer that a recipe stands for.
    pub(super) fn compose_again(
        &self,
        composed: Composed,
        recipe: &Recipe,
        resolved: Resolved,
        control: &Control,
    ) -> Result<Answered, EngineError> {
        self.composed(composed, resolved, recipe.settings.clone(), Some(recipe), control)
    }

    fn composed(
        &self,
        composed: Composed,
        resolved: Resolved,
        settings: BTreeMap<String, String>,
        again: Option<&Recipe>,
        control: &Control,
    ) -> Result<Answered, EngineError> {
        let settings = Settings::new(composed.settings(), settings)?;
        match composed {
            Composed::Evaluation => self.evaluation(resolved, settings, again, control),
            Composed::Targets => self.targets(resolved, settings, again, control),
            Composed::Effect => self.effect(resolved, settings, again, control),
            Composed::Digest => self.digest(resolved, settings, again, control),
        }
    }
}
