//! Touchpoints as CJML tells them, whether in XML or in the spreadsheet that its people use: who tells whom what, over which
//! channel. They become steps.

use std::collections::BTreeMap;

use model::{Evidence, Lane, MapPlan, Step, names};

use crate::Note;
use crate::names::Unique;

/// The lanes for what CJML says of a touchpoint and a step has no field for.
pub(crate) const CHANNEL: (&str, &str) = ("channel", "Channel");
pub(crate) const COMMENT: (&str, &str) = ("comment", "Comment");

/// Somebody who takes part.
#[derive(Clone, Debug, Default)]
pub(crate) struct Actor {
    /// As the file refers to it.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) is_customer: bool,
}

/// One touchpoint of a journey.
#[derive(Clone, Debug, Default)]
pub(crate) struct Point {
    pub(crate) place: String,
    pub(crate) id: String,
    pub(crate) initiator: Party,
    /// `None` for an action of one actor alone.
    pub(crate) receiver: Option<Party>,
    pub(crate) channel: String,
    /// Id of a stage.
    pub(crate) stage: String,
    pub(crate) comment: String,
    /// What is known of it as it was lived.
    pub(crate) lived: Lived,
}

/// One side of a touchpoint.
#[derive(Clone, Debug, Default)]
pub(crate) struct Party {
    pub(crate) actor: Actor,
    pub(crate) label: String,
}

/// What is said of a touchpoint as somebody lived it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lived {
    /// True if the journey was lived, not planned.
    pub(crate) is_actual: bool,
    pub(crate) compliance: String,
    pub(crate) experience: String,
    pub(crate) rating: String,
    /// Names and moments.
    pub(crate) times: Vec<(String, String)>,
}

impl Point {
    /// What the customer does or meets, and what the company does; the second is empty where there is but one of them.
    pub(crate) fn labels(&self) -> (&str, &str) {
        let initiator = self.initiator.label.as_str();
        match &self.receiver {
            None => (initiator, ""),
            Some(receiver) if receiver.actor.is_customer && !self.initiator.actor.is_customer => {
                if receiver.label.is_empty() { (initiator, "") } else { (&receiver.label, initiator) }
            }
            Some(receiver) => {
                if initiator.is_empty() {
                    (&receiver.label, "")
                } else {
                    (initiator, &receiver.label)
                }
            }
        }
    }

    /// The company's side of it, if it takes part.
    pub(crate) fn provider(&self) -> Option<&Actor> {
        let parties = std::iter::once(&self.initiator).chain(&self.receiver);
        parties.map(|party| &party.actor).find(|actor| !actor.is_customer && !actor.id.is_empty())
    }

    /// The step it is, with what has no field of its own in lanes.
    pub(crate) fn step(&self, ids: &mut Unique) -> Step {
        let (title, other) = self.labels();
        let title = if title.is_empty() { &self.id } else { title };
        let wanted = if self.id.is_empty() { title } else { &self.id };
        let mut step = Step {
            id: ids.slug(wanted, "step"),
            title: title.to_owned(),
            stage: self.stage.clone(),
            ..Step::default()
        };
        if step.title.is_empty() {
            step.title.clone_from(&step.id);
        }
        step.owner = self.provider().map(|actor| actor.name.clone()).unwrap_or_default();
        // Nobody but the company takes part: customers see nothing of it.
        let behind = !self.initiator.actor.is_customer
            && self.receiver.as_ref().is_some_and(|receiver| !receiver.actor.is_customer);
        if behind {
            step.back_stage = other.to_owned();
        } else {
            step.front_stage = other.to_owned();
        }
        for ((lane, _), text) in [(CHANNEL, &self.channel), (COMMENT, &self.comment)] {
            if !text.is_empty() {
                step.cells.insert(lane.to_owned(), text.clone());
            }
        }
        if self.lived.is_actual {
            step.evidence = Some(Evidence::Partly);
            step.optional = self.lived.compliance.eq_ignore_ascii_case("adhoc");
        }
        step
    }

    /// What was said of it as it was lived, which is no part of a plan.
    pub(crate) fn tell(&self, step: &str, notes: &mut Vec<Note>) {
        let place = format!("step {step}");
        let lived = &self.lived;
        let compliance = match lived.compliance.to_ascii_lowercase().as_str() {
            "" | "completed" => None,
            "adhoc" => Some("adhoc: it was not planned; the step is optional here".to_owned()),
            "missing" => Some("missing: it was planned and did not happen".to_owned()),
            "failing" => Some("failing: it was tried and failed".to_owned()),
            other => Some(format!("{other:?}")),
        };
        notes.extend(compliance.map(|compliance| Note::lived(&place, format!("compliance {compliance}"))));
        if !lived.experience.is_empty() {
            notes.push(Note::lived(&place, format!("experience {:?}", lived.experience)));
        }
        if !lived.rating.is_empty() {
            notes.push(Note::lived(
                &place,
                format!("experience rated {:?}; a map holds what is assumed, not what was felt", lived.rating),
            ));
        }
        for (name, moment) in &lived.times {
            notes.push(Note::lived(&place, format!("{name} {moment}")));
        }
    }
}

/// Adds the lanes that cells of the map's steps stand in and that it does not have yet.
pub(crate) fn add_lanes(map: &mut MapPlan) {
    for (id, title) in [CHANNEL, COMMENT] {
        let is_used = map.step.iter().any(|step| step.cells.contains_key(id));
        if is_used && !map.lane.iter().any(|lane| lane.id == id) {
            map.lane.push(Lane { id: id.to_owned(), title: title.to_owned() });
        }
    }
}

/// Personas of a map for the customers of a file: an id for each, after its name.
pub(crate) fn personas<'a>(actors: impl IntoIterator<Item = &'a Actor>) -> BTreeMap<String, String> {
    let mut ids = Unique::of(["all"]);
    let customers = actors.into_iter().filter(|actor| actor.is_customer);
    customers
        .map(|actor| {
            (actor.id.clone(), ids.slug(if actor.name.is_empty() { &actor.id } else { &actor.name }, "persona"))
        })
        .collect()
}

/// True if an actor is called like a customer, where a file does not say who is one.
pub(crate) fn is_called_customer(name: &str) -> bool {
    const CALLED: [&str; 18] = [
        "customer",
        "customers",
        "user",
        "end user",
        "enduser",
        "client",
        "consumer",
        "patient",
        "citizen",
        "guest",
        "member",
        "buyer",
        "kunde",
        "kundin",
        "nutzer",
        "nutzerin",
        "gast",
        "mitglied",
    ];
    CALLED.contains(&names::fold(name).as_str())
}
