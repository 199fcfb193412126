//! Lived journeys against a map.

use std::collections::{BTreeMap, HashMap};

use maps::{ConformanceKernel, Network, StepName, Version};
use mining::{Control, Names, Planned, Recipe};
use model::{DocumentKind, Invalid, MapPlan, Timestamp, parse_duration_s};

use super::Answers;
use super::mining::{Answered, MiningQuery};
use super::resolve::Resolved;
use crate::EngineError;
use crate::plans::typed;

/// The question's name in recipes.
pub(super) const CONFORMANCE: &str = "conformance";
const MAP: &str = "map";

/// A version of a map that journeys are held against.
pub(super) struct Drawn {
    pub(super) version: u32,
    from: i64,
    pub(super) plan: MapPlan,
}

impl Drawn {
    /// Microseconds after which a journey in which nothing happens is over; 0 where it is over at an end of the map only.
    pub(super) fn over_after(&self) -> i64 {
        parse_duration_s(&self.plan.over_after).map_or(0, |seconds| (seconds * 1e6) as i64)
    }
}

impl Answers {
    /// Lived journeys against a map, each against the version in force when it began. The journeys are cut as the map says,
    /// unless the query says otherwise.
    pub fn conform(&self, map: &str, query: &MiningQuery, control: &Control) -> Result<Answered, EngineError> {
        let drawn = self.drawn(map, None)?;
        let mut query = query.clone();
        if let (None, Some(newest)) = (&query.journey, drawn.last()) {
            query.journey = Some(newest.plan.journey.clone()).filter(|journey| !journey.is_empty());
        }
        self.hold_against(map, &drawn, self.resolve(&query)?, None, control)
    }

    /// The answer a recipe stands for.
    pub(super) fn conform_again(
        &self,
        recipe: &Recipe,
        resolved: Resolved,
        control: &Control,
    ) -> Result<Answered, EngineError> {
        let map = recipe.settings.get(MAP).ok_or_else(|| Invalid::missing("recipe.settings.map", "is missing"))?;
        let version = recipe.plans.get(&format!("{}/{map}", DocumentKind::Map)).copied();
        self.hold_against(map, &self.drawn(map, version)?, resolved, Some(recipe), control)
    }

    fn hold_against(
        &self,
        map: &str,
        drawn: &[Drawn],
        mut resolved: Resolved,
        again: Option<&Recipe>,
        control: &Control,
    ) -> Result<Answered, EngineError> {
        if let Some(newest) = drawn.iter().map(|drawn| drawn.version).max() {
            resolved.plans.insert(format!("{}/{map}", DocumentKind::Map), newest);
        }
        let mut answers = self.answered(&resolved, again, control, |log| {
            let kernel = kernel(map, drawn, log.names())?;
            Ok(vec![Planned {
                question: CONFORMANCE,
                settings: BTreeMap::from([(MAP.to_owned(), map.to_owned())]),
                query: log.query().clone(),
                kernel: Box::new(kernel),
            }])
        })?;
        Ok(answers.remove(0))
    }

    /// The versions of a map, each from its day on, the earliest first; of several for the same day the newest. `through`
    /// is the newest that counts.
    pub(super) fn drawn(&self, map: &str, through: Option<u32>) -> Result<Vec<Drawn>, EngineError> {
        let mut history = self.plans().history(DocumentKind::Map, map)?;
        history.retain(|document| through.is_none_or(|through| document.version <= through));
        if history.first().is_none_or(|newest| newest.body.is_null()) {
            return Err(Invalid::new(MAP, map, "is no map").into());
        }
        let mut by_day: BTreeMap<i64, Drawn> = BTreeMap::new();
        for document in history.iter().filter(|document| !document.body.is_null()) {
            let plan: MapPlan = typed(&document.body)?;
            let from = begins(&plan)?;
            // The newest comes first.
            by_day.entry(from).or_insert(Drawn { version: document.version, from, plan });
        }
        Ok(by_day.into_values().collect())
    }
}

/// The first moment of the day on which a plan begins to hold (UTC).
fn begins(plan: &MapPlan) -> Result<i64, EngineError> {
    if plan.valid_from.is_empty() {
        return Ok(i64::MIN);
    }
    let moment: Timestamp = format!("{}T00:00:00Z", plan.valid_from).parse()?;
    Ok(moment.micros())
}

pub(super) fn kernel(map: &str, drawn: &[Drawn], names: &Names<'_>) -> Result<ConformanceKernel, Invalid> {
    let mut steps: Vec<StepName> = Vec::new();
    let mut place_of: HashMap<&str, u32> = HashMap::new();
    // What the newest version has stands first, in its order.
    let mut by_age: Vec<&Drawn> = drawn.iter().collect();
    by_age.sort_by_key(|drawn| std::cmp::Reverse(drawn.version));
    for step in by_age.iter().flat_map(|drawn| &drawn.plan.step) {
        place_of.entry(&step.id).or_insert_with(|| {
            steps.push(StepName {
                id: step.id.clone(),
                title: step.title.clone(),
                stage: step.stage.clone(),
                measured: !step.touchpoints.is_empty(),
            });
            (steps.len() - 1) as u32
        });
    }
    let version = |drawn: &Drawn| -> Result<Version, Invalid> {
        let over_after = match drawn.plan.over_after.as_str() {
            "" => None,
            written => Some((parse_duration_s(written)? * 1e6) as i64),
        };
        Ok(Version {
            from: drawn.from,
            version: drawn.version,
            network: Network::of(&drawn.plan, names.labels.len(), &|name| names.code(name))?,
            places: drawn.plan.step.iter().map(|step| place_of[step.id.as_str()]).collect(),
            over_after,
        })
    };
    Ok(ConformanceKernel {
        map: map.to_owned(),
        versions: drawn.iter().map(version).collect::<Result<_, _>>()?,
        steps,
        as_of: names.as_of.micros(),
    })
}
