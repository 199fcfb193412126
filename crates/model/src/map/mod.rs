//! Journey maps: how a company plans that customers go, as a network of steps that refer to touchpoints.

mod check;
pub mod scores;
mod shared;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Evidence, Moment};

pub(crate) use check::check_map;
pub use scores::{Axis, Scores};
pub use shared::{Opportunity, PainPoint, Persona, Progress, Solution};
pub(crate) use shared::{check_opportunity, check_pain_point, check_persona, check_solution};

/// The ends of a map as edges name them: where journeys begin.
pub const START: &str = "start";
/// The ends of a map as edges name them: where journeys end.
pub const END: &str = "end";

/// A journey map. Its id is the document's name.
///
/// Steps follow each other along edges. Where a map has no edge, they follow each other in their order. Otherwise a
/// journey may begin at a step that no edge leads to, or to which one leads from `start`; it may end at a step that no
/// edge leaves, or from which one leads to `end`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapPlan {
    /// What people call it.
    pub title: String,
    /// Whose journey to what, in a few sentences.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// As it is, or as it is to be.
    #[serde(default, skip_serializing_if = "is_default")]
    pub state: MapState,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Ids of the personas it is drawn for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub personas: Vec<String>,
    /// How lived journeys are cut to be held against it: a journey rule, or the name of one; all that a customer did if empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub journey: String,
    /// The property of events that tells cases apart, such as `order_id`: for edges that join steps of one case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub case: String,
    /// The property of events that tells products apart, such as `bike.serial`: for edges that join steps of one product.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub product: String,
    /// The first day on which journeys are to go this way: `YYYY-MM-DD`; from the beginning if empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub valid_from: String,
    /// A journey is over once nothing has happened for longer: `30d`. Empty: only once it has come to an end of the map.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub over_after: String,
    /// What may happen between one step and the next, where an edge does not say otherwise.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mode: Mode,
    /// Stages, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stage: Vec<Stage>,
    /// Steps, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub step: Vec<Step>,
    /// What may follow what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edge: Vec<Edge>,
    /// Lanes of the company's own, beside those that every map has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lane: Vec<Lane>,
}

/// Whether a map shows what is or what shall be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MapState {
    /// How things are.
    #[default]
    AsIs,
    /// How they are to be.
    ToBe,
}

/// What may happen between one step and the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Anything that is on no step of the map.
    #[default]
    Eventually,
    /// Nothing.
    Next,
}

/// What has to be the same at both ends of an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// The customer.
    #[default]
    Customer,
    /// The case, too: an order, a claim, a ticket.
    Case,
    /// The product, too.
    Product,
}

/// A part of the way: awareness, advice, purchase, use, end of life.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Tells it from the map's other stages: a slug.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Before, during or after the purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moment: Option<Moment>,
}

/// What a customer is to do or to meet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Tells it from the map's other steps: a slug.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Id of its stage.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stage: String,
    /// Touchpoints at which it happens. Without any it cannot be seen in lived journeys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub touchpoints: Vec<String>,
    /// Touchpoints at which it was tried and failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<String>,
    /// It may be left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub optional: bool,
    /// Steps with the same word here happen in any order, all before the journey goes on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub parallel: String,
    /// Name of another map that shows it in detail.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub map: String,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// What the customer sees of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub front_stage: String,
    /// What happens behind it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub back_stage: String,
    /// What customers expect.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub expectation: String,
    /// The same as a figure: how they expect to feel, -2 to 2. Experience is held against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<i8>,
    /// How each persona is assumed to feel, -2 to 2; `all` for whoever is not named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub emotion: BTreeMap<String, i8>,
    /// On what it rests what the map says of the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// Zero, first, second, ultimate, or a kind of the company's own; empty if it is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub moment_of_truth: String,
    /// Ids of pain points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pain_points: Vec<String>,
    /// Ids of opportunities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opportunities: Vec<String>,
    /// By what it is judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kpis: Vec<String>,
    /// What stands in the company's own lanes, by lane.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cells: BTreeMap<String, String>,
}

/// One step may follow another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// Id of a step, or [`START`].
    pub from: String,
    /// Id of a step, or [`END`].
    pub to: String,
    /// What may happen in between; as the map says if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// Within which time: `2h`. Later is late.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub within: String,
    /// What has to be the same at both ends.
    #[serde(default, skip_serializing_if = "is_default")]
    pub join: Join,
    /// Why this way: a condition, a promise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
}

/// A lane of the company's own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lane {
    /// Tells it from the map's other lanes: a slug.
    pub id: String,
    /// What people call it.
    pub title: String,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl MapPlan {
    /// The edges as they hold: those of the order of the steps where none is written, and those from start and to the
    /// end that follow from there being no other.
    pub fn edges_in_force(&self) -> Vec<Edge> {
        let edge = |from: &str, to: &str| Edge { from: from.to_owned(), to: to.to_owned(), ..Edge::default() };
        if self.edge.is_empty() {
            let ids = self.step.iter().map(|step| step.id.as_str());
            let from = std::iter::once(START).chain(ids.clone());
            return from.zip(ids.chain(std::iter::once(END))).map(|(from, to)| edge(from, to)).collect();
        }
        let mut edges = self.edge.clone();
        for step in &self.step {
            // A step that leads only to itself still has to end somewhere.
            let others = |other: &str| other != step.id;
            if !self.edge.iter().any(|edge| edge.to == step.id && others(&edge.from)) {
                edges.push(edge(START, &step.id));
            }
            if !self.edge.iter().any(|edge| edge.from == step.id && others(&edge.to)) {
                edges.push(edge(&step.id, END));
            }
        }
        edges
    }
}
