//! Mapping rules tried against everything stored, before they are switched on.

use std::collections::BTreeMap;

use model::{Arrival, Event, Mapping, MappingPlan};
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
    /// Touchpoints that would have more events or fewer, those that lose most first, 100 at most.
    pub touchpoints: Vec<TouchpointChange>,
}

/// A touchpoint that would have more events or fewer.
#[derive(Clone, Debug, Serialize)]
pub struct TouchpointChange {
    /// The touchpoint, as journeys show it.
    pub touchpoint: String,
    /// Events it has.
    pub events: u64,
    /// Events it would have.
    pub events_then: u64,
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
    /// Of these, events that stand somewhere else now.
    pub moved: u64,
    /// From where it would take them, the most frequent first, 10 at most.
    pub takes: Vec<Change>,
    /// Up to three events that it would take, whole.
    pub samples: Vec<Event<'static>>,
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
                tally.add(&event, from, row.events, &row.examples);
            }
            drop(folded);
            return self.finished(tally);
        }
        let parts = folded.parts.clone();
        let tail = folded.tail.blocks().to_vec();
        let in_force = std::sync::Arc::clone(&folded.plans.mapping);
        drop(folded);
        for part in parts {
            for batch in self.parts().read_rows(&part.path)? {
                for row in batch? {
                    tally.add(&row.event, row.touchpoint.as_str(), 1, &[row.arrival]);
                }
            }
        }
        for block in tail {
            for entry in block.block.events() {
                let (arrival, event) = entry?;
                let (from, _) = touchpoint(&in_force, &event);
                tally.add(&event, from, 1, &[arrival]);
            }
        }
        self.finished(tally)
    }

    fn finished(&self, mut tally: Tally<'_>) -> Result<MappingTrial, EngineError> {
        for (rule, arrivals) in tally.trial.rules.iter_mut().zip(&tally.samples) {
            for &arrival in arrivals {
                if let Some(block) = self.journal().block_of(arrival)? {
                    rule.samples.push(block.event((arrival.0 - block.first.0) as usize)?.into_owned());
                }
            }
        }
        Ok(tally.finish())
    }
}

struct Tally<'m> {
    mapping: &'m Mapping,
    trial: MappingTrial,
    changes: BTreeMap<(String, String), u64>,
    /// By rule and where the events stand now.
    taken: BTreeMap<(usize, String), u64>,
    /// By rule, events that it would take.
    samples: Vec<Vec<Arrival>>,
    /// By touchpoint, events now and then.
    touchpoints: BTreeMap<String, (u64, u64)>,
}

/// Examples of each rule.
const EXAMPLES: usize = 3;

impl<'m> Tally<'m> {
    fn new(plan: &MappingPlan, mapping: &'m Mapping) -> Self {
        let of_rule = |touchpoint: &String| RuleTrial { touchpoint: touchpoint.clone(), ..RuleTrial::default() };
        let rules = plan.rule.iter().map(|rule| of_rule(&rule.touchpoint)).collect();
        Self {
            mapping,
            trial: MappingTrial { rules, ..MappingTrial::default() },
            changes: BTreeMap::new(),
            taken: BTreeMap::new(),
            samples: vec![Vec::new(); plan.rule.len()],
            touchpoints: BTreeMap::new(),
        }
    }

    /// Takes in events alike, some of them by their numbers.
    fn add(&mut self, event: &Event<'_>, from: &str, events: u64, some: &[Arrival]) {
        if !event.kind.is_part_of_journeys() {
            return;
        }
        self.trial.events += events;
        let found = self.mapping.find(event);
        let to = match found {
            Some((index, touchpoint)) => {
                let rule = &mut self.trial.rules[index];
                rule.events += events;
                let example = format!("{}/{}", event.source, event.name);
                if rule.examples.len() < EXAMPLES && !rule.examples.contains(&example) {
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
            if let Some((index, _)) = found {
                self.trial.rules[index].moved += events;
                *self.taken.entry((index, from.to_owned())).or_default() += events;
                let samples = &mut self.samples[index];
                samples.extend(some.iter().take(EXAMPLES - samples.len()));
            }
        }
        let mut count = |touchpoint: &str, now: u64, then: u64| match self.touchpoints.get_mut(touchpoint) {
            Some(counts) => *counts = (counts.0 + now, counts.1 + then),
            None => drop(self.touchpoints.insert(touchpoint.to_owned(), (now, then))),
        };
        count(from, events, 0);
        count(to, 0, events);
    }

    fn finish(mut self) -> MappingTrial {
        let changes = self.changes.into_iter().map(|((from, to), events)| Change { from, to, events });
        self.trial.changes = most_frequent(changes.collect(), 100);
        for (index, rule) in self.trial.rules.iter_mut().enumerate() {
            let of_rule = self.taken.range((index, String::new())..(index + 1, String::new()));
            let takes =
                of_rule.map(|((_, from), &events)| Change { from: from.clone(), to: rule.touchpoint.clone(), events });
            rule.takes = most_frequent(takes.collect(), 10);
        }
        let touchpoints = self.touchpoints.into_iter().filter(|(_, (now, then))| now != then);
        let touchpoints =
            touchpoints.map(|(touchpoint, (events, events_then))| TouchpointChange { touchpoint, events, events_then });
        self.trial.touchpoints = touchpoints.collect();
        self.trial.touchpoints.sort_by_key(|changed| i128::from(changed.events_then) - i128::from(changed.events));
        self.trial.touchpoints.truncate(100);
        self.trial
    }
}

fn most_frequent(mut changes: Vec<Change>, most: usize) -> Vec<Change> {
    changes.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
    changes.truncate(most);
    changes
}
