//! What could be better, weighed: opportunities with their figures, their ranks, and what refers to them.

use std::collections::BTreeMap;

use model::map::scores::{mean, ranks};
use model::{Axis, DocumentKind, Invalid, MapPlan, Opportunity, PainPoint, Progress, Scores, Solution};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Answers;
use crate::EngineError;
use crate::plans::typed;

/// Which opportunities are weighed, and how.
#[derive(Clone, Debug)]
pub struct OpportunityQuery {
    /// Weight of worth to customers in the value, 0 to 1; worth to the company has the rest.
    pub weight: f64,
    /// Only those that have come so far; all if there is none.
    pub progress: Vec<Progress>,
}

impl Default for OpportunityQuery {
    fn default() -> Self {
        Self { weight: 0.5, progress: Vec::new() }
    }
}

/// Opportunities, weighed. `docs/improving.md` defines every figure.
#[derive(Clone, Debug, Serialize)]
pub struct OpportunityList {
    /// Weight of worth to customers in the value.
    pub weight: f64,
    /// How far those have come that are weighed; all if empty.
    pub progress: Vec<Progress>,
    /// What a matrix can have on its axes.
    pub axes: Vec<AxisCut>,
    /// The opportunities, by id.
    pub opportunities: Vec<OpportunityView>,
}

/// An axis and where the mean cuts it.
#[derive(Clone, Debug, Serialize)]
pub struct AxisCut {
    /// Which one.
    pub axis: Axis,
    /// The end of its scale, which begins at 0; none where there is none.
    pub most: Option<f64>,
    /// The mean of the opportunities that have it; none where there are none.
    pub mean: Option<f64>,
    /// How many these are.
    pub n: u64,
}

/// An opportunity, weighed.
#[derive(Clone, Debug, Serialize)]
pub struct OpportunityView {
    /// Its id.
    pub id: String,
    /// Version of its document.
    pub version: u32,
    /// What its document says.
    #[serde(flatten)]
    pub says: Opportunity,
    /// What is worked out of that.
    #[serde(flatten)]
    pub scores: Scores,
    /// Its place among those that are weighed.
    pub ranks: OpportunityRanks,
    /// The pain points that it would ease, as far as there are documents of them.
    pub eases: Vec<EasedPain>,
    /// Steps that refer to it, map by map.
    pub referred: Vec<ReferringStep>,
    /// Solutions that take it.
    pub solutions: Vec<TakingSolution>,
}

/// Places among opportunities, the highest figure first.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct OpportunityRanks {
    /// By value for each unit of effort.
    pub value_per_effort: Option<u32>,
    /// By Ulwick's score.
    pub ulwick: Option<u32>,
    /// By weighted gap.
    pub weighted_gap: Option<u32>,
}

/// A pain point that an opportunity would ease.
#[derive(Clone, Debug, Serialize)]
pub struct EasedPain {
    /// Its id.
    pub id: String,
    /// What hurts.
    pub title: String,
    /// How much, 0 to 10.
    pub severity: Option<f64>,
    /// Touchpoints at which it hurts.
    pub touchpoints: Vec<String>,
}

/// A step of a map that refers to an opportunity.
#[derive(Clone, Debug, Serialize)]
pub struct ReferringStep {
    /// Name of the map.
    pub map: String,
    /// What people call it.
    pub map_title: String,
    /// Id of the step.
    pub step: String,
    /// What people call it.
    pub step_title: String,
}

/// A solution that takes an opportunity.
#[derive(Clone, Debug, Serialize)]
pub struct TakingSolution {
    /// Its id.
    pub id: String,
    /// What is to be done.
    pub title: String,
    /// How far it has come.
    pub progress: Progress,
    /// The day from which on it is in place; empty if it is not known.
    pub since: String,
}

impl Answers {
    /// Opportunities with their figures, ranks and references. Errors name the weight if it lies outside 0 to 1.
    pub fn opportunities(&self, query: &OpportunityQuery) -> Result<OpportunityList, EngineError> {
        let OpportunityQuery { weight, progress } = query.clone();
        if !(0.0..=1.0).contains(&weight) {
            return Err(Invalid::new("weight", &weight.to_string(), "lies outside 0 to 1").into());
        }
        let pains: BTreeMap<String, PainPoint> =
            self.all(DocumentKind::PainPoint)?.into_iter().map(|(id, _, pain)| (id, pain)).collect();
        let solutions: Vec<(String, u32, Solution)> = self.all(DocumentKind::Solution)?;
        let maps: Vec<(String, u32, MapPlan)> = self.all(DocumentKind::Map)?;
        let mut opportunities = Vec::new();
        for (id, version, says) in self.all::<Opportunity>(DocumentKind::Opportunity)? {
            if !progress.is_empty() && !progress.contains(&says.progress) {
                continue;
            }
            let eases: Vec<EasedPain> =
                says.pain_points.iter().filter_map(|id| Some(eased(id, pains.get(id)?))).collect();
            opportunities.push(OpportunityView {
                scores: Scores::of(&says, eases.iter().map(|pain| pain.severity), weight),
                ranks: OpportunityRanks { value_per_effort: None, ulwick: None, weighted_gap: None },
                eases,
                referred: maps.iter().flat_map(|(name, _, map)| referring(name, map, &id)).collect(),
                solutions: solutions.iter().filter_map(|(name, _, solution)| taking(name, solution, &id)).collect(),
                id,
                version,
                says,
            });
        }
        rank(&mut opportunities);
        let cut = |axis: Axis| {
            let (mean, n) = mean(opportunities.iter().map(|one| one.scores.on(axis, &one.says)));
            AxisCut { axis, most: axis.most(), mean, n }
        };
        Ok(OpportunityList { weight, progress, axes: Axis::ALL.map(cut).to_vec(), opportunities })
    }

    /// The current documents of a kind: name, version and content, by name.
    fn all<T: DeserializeOwned>(&self, kind: DocumentKind) -> Result<Vec<(String, u32, T)>, EngineError> {
        let documents = self.plans().documents(Some(kind))?;
        documents.into_iter().map(|document| Ok((document.name, document.version, typed(&document.body)?))).collect()
    }
}

fn eased(id: &str, pain: &PainPoint) -> EasedPain {
    let PainPoint { title, severity, touchpoints, .. } = pain.clone();
    EasedPain { id: id.to_owned(), title, severity, touchpoints }
}

fn referring(name: &str, map: &MapPlan, opportunity: &str) -> Vec<ReferringStep> {
    let steps = map.step.iter().filter(|step| step.opportunities.iter().any(|id| id == opportunity));
    let referring = steps.map(|step| ReferringStep {
        map: name.to_owned(),
        map_title: map.title.clone(),
        step: step.id.clone(),
        step_title: step.title.clone(),
    });
    referring.collect()
}

fn taking(name: &str, solution: &Solution, opportunity: &str) -> Option<TakingSolution> {
    let Solution { title, progress, since, opportunities, .. } = solution.clone();
    let taken = opportunities.iter().any(|id| id == opportunity);
    taken.then(|| TakingSolution { id: name.to_owned(), title, progress, since })
}

fn rank(opportunities: &mut [OpportunityView]) {
    let by = |figure: fn(&Scores) -> Option<f64>| {
        ranks(&opportunities.iter().map(|one| figure(&one.scores)).collect::<Vec<_>>())
    };
    let (value_per_effort, ulwick, weighted_gap) =
        (by(|scores| scores.value_per_effort), by(|scores| scores.ulwick), by(|scores| scores.weighted_gap));
    for (place, one) in opportunities.iter_mut().enumerate() {
        one.ranks = OpportunityRanks {
            value_per_effort: value_per_effort[place],
            ulwick: ulwick[place],
            weighted_gap: weighted_gap[place],
        };
    }
}
