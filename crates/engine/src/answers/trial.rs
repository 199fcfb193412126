//! Mapping rules tried against everything stored, before they are switched on.

use std::collections::BTreeMap;

use model::{Event, Mapping, MappingPlan};
use serde::Serialize;

use super::Answers;
use crate::EngineError;
use crate::folded::{signature_event, touchpoint};
use crate::plans::check_mapping;

/// What would be if these rules were in force.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MappingTrial {
    /// Events looked at: all that take a place in journeys.
    pub events: u64,
    /// Events that would match no rule.
    pub unmapped: u64,
    /// Events that would change their touchpoint.
    pub changed: u64,
    /// What each rule would do, in the order of the rules.
    pub rules: Vec<RuleTrial>,
    /// Changes of touchpoint with their counts, the most frequent first, 100 at most.
    pub changes: Vec<Change>,
}

/// What one rule would do.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RuleTrial {
    /// The touchpoint it leads to.
    pub touchpoint: String,
    /// Events it would catch.
    pub events: u64,
    /// Up to three of them: `source/name`.
    pub examples: Vec<String>,
}

/// Events that would move from one touchpoint to another.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// Where they are now.
    pub from: String,
    /// Where they would be.
    pub to: String,
    /// How many.
    pub events: u64,
}

impl Answers {
    /// Tries rules against all stored events; changes nothing.
    ///
    /// Rules that look at the envelope alone are answered from the counts by signature, others by a pass over all events.
    pub fn try_mapping(&self, plan: &MappingPlan) -> Result<MappingTrial, EngineError> {
        let mapping = Mapping::compile(plan)?;
        let folded = self.settled()?;
        check_mapping(plan, &|id| folded.plans.touchpoints.contains_key(id))?;
        let mut tally = Tally::new(plan, &mapping);
        if !mapping.looks_into_json() && !folded.plans.mapping.looks_into_json() && folded.signatures.all_exact() {
            for row in folded.signatures.rows() {
                let event = signature_event(row);
                let (from, _) = touchpoint(&folded.plans.mapping, &event);
                tally.add(&event, from, row.events);
            }
            return Ok(tally.finish());
        }
        let parts = folded.parts.clone();
        let tail = folded.tail.blocks().to_vec();
        let in_force = std::sync::Arc::clone(&folded.plans.mapping);
        drop(folded);
        for part in parts {
            for batch in self.parts().read_rows(&part.path)? {
                for row in batch? {
                    tally.add(&row.event, row.touchpoint.as_str(), 1);
                }
            }
        }
        for block in tail {
            for entry in block.block.events() {
                let (_, event) = entry?;
                let (from, _) = touchpoint(&in_force, &event);
                tally.add(&event, from, 1);
            }
        }
        Ok(tally.finish())
    }
}

struct Tally<'m> {
    mapping: &'m Mapping,
    trial: MappingTrial,
    changes: BTreeMap<(String, String), u64>,
}

impl<'m> Tally<'m> {
    fn new(plan: &MappingPlan, mapping: &'m Mapping) -> Self {
        let of_rule = |touchpoint: &String| RuleTrial { touchpoint: touchpoint.clone(), ..RuleTrial::default() };
        let rules = plan.rule.iter().map(|rule| of_rule(&rule.touchpoint)).collect();
        Self { mapping, trial: MappingTrial { rules, ..MappingTrial::default() }, changes: BTreeMap::new() }
    }

    fn add(&mut self, event: &Event<'_>, from: &str, events: u64) {
        if !event.kind.is_part_of_journeys() {
            return;
        }
        self.trial.events += events;
        let to = match self.mapping.find(event) {
            Some((index, touchpoint)) => {
                let rule = &mut self.trial.rules[index];
                rule.events += events;
                let example = format!("{}/{}", event.source, event.name);
                if rule.examples.len() < 3 && !rule.examples.contains(&example) {
                    rule.examples.push(example);
                }
                touchpoint
            }
            None => {
                self.trial.unmapped += events;
                event.name.as_str()
            }
        };
        if to != from {
            self.trial.changed += events;
            *self.changes.entry((from.to_owned(), to.to_owned())).or_default() += events;
        }
    }

    fn finish(mut self) -> MappingTrial {
        let mut changes: Vec<Change> =
            self.changes.into_iter().map(|((from, to), events)| Change { from, to, events }).collect();
        changes.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
        changes.truncate(100);
        self.trial.changes = changes;
        self.trial
    }
}
