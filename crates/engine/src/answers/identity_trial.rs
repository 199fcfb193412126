//! Identity rules tried on everything stored, before they are in force: who would become two, and who would become one.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use identity::{Changes, Identity};
use model::{Arrival, CustomerId, Event, IdentityRules, NodeId};
use serde::Serialize;

use super::links::counts_by_rule;
use super::{Answers, IdentifierView, RefusalCount};
use crate::EngineError;
use crate::folded::Folded;
use crate::plans::check_identity;

/// Journal blocks read at a time.
const BLOCKS_AT_A_TIME: usize = 16;
/// Splits and merges that are shown; the rest is only counted.
const SHOWN: usize = 20;
/// Identifiers shown of each customer.
const SHOWN_IDENTIFIERS: usize = 5;

/// What would be if these identity rules were in force.
#[derive(Clone, Debug, Serialize)]
pub struct IdentityTrial {
    /// Events looked at: all there are.
    pub events: u64,
    /// Events that would belong to another customer than the one that most of their customer's events belong to.
    pub moved: u64,
    /// Customers now.
    pub customers: u64,
    /// Customers there would be.
    pub customers_then: u64,
    /// Customers that would become several.
    pub split: u64,
    /// Customers there would be that are several now.
    pub merged: u64,
    /// Some of those that would become several, those with the most events first.
    pub splits: Vec<SplitExample>,
    /// Some of those that are several now, those with the most events first.
    pub merges: Vec<MergeExample>,
    /// Joins refused now, by rule.
    pub refusals: Vec<RefusalCount>,
    /// Joins that would be refused, by rule.
    pub refusals_then: Vec<RefusalCount>,
}

/// A customer that would become several.
#[derive(Clone, Debug, Serialize)]
pub struct SplitExample {
    /// Its id.
    pub customer: String,
    /// How many events it has.
    pub events: u64,
    /// Of each customer it would become, the one with the most events first, some identifiers.
    pub into: Vec<Vec<IdentifierView>>,
}

/// Customers that would become one.
#[derive(Clone, Debug, Serialize)]
pub struct MergeExample {
    /// How many events they have together.
    pub events: u64,
    /// Of each of them, the one with the most events first, its id and some identifiers.
    pub of: Vec<MergedCustomer>,
}

/// One of several customers that would become one.
#[derive(Clone, Debug, Serialize)]
pub struct MergedCustomer {
    /// Its id.
    pub customer: String,
    /// Some of its identifiers.
    pub identifiers: Vec<IdentifierView>,
}

/// Events by the customer they have now and the one they would have.
type Moves = HashMap<(u32, u32), u64>;

impl Answers {
    /// Tries identity rules on all stored events, from the first on; changes nothing. Takes about as long as a replay.
    pub fn try_identity(&self, rules: &IdentityRules) -> Result<IdentityTrial, EngineError> {
        check_identity(rules)?;
        let through = self.settled()?.position;
        let mut then = Identity::new(rules);
        // By the identifier an event belongs to, now and then.
        let mut anchors: HashMap<(u32, u32), u64> = HashMap::new();
        let (mut position, mut events) = (0, 0);
        while position < through {
            let blocks = self.journal().read_after(position, BLOCKS_AT_A_TIME)?;
            let Some(last) = blocks.last() else { break };
            position = last.position;
            for block in blocks.iter().take_while(|block| block.position <= through) {
                let all: Vec<(Arrival, Event<'_>)> = block.events().collect::<Result<_, _>>()?;
                let mut anchors_then = Vec::with_capacity(all.len());
                // Nobody asks for its rows: what is kept of them is thrown away with each block.
                then.observe_all(&all, &mut Changes::default(), |observed| anchors_then.push(observed.anchor));
                let folded = self.folded();
                for ((arrival, event), anchor_then) in all.iter().zip(anchors_then) {
                    let anchor = folded.identity.anchor_of(*arrival, event).unwrap_or_default();
                    *anchors.entry((anchor.0, anchor_then.0)).or_default() += 1;
                    events += 1;
                }
            }
        }
        let folded = self.folded();
        let mut moves = Moves::new();
        for ((now, by_then), events) in anchors {
            let customers = (folded.identity.customer_of(NodeId(now)), then.customer_of(NodeId(by_then)));
            *moves.entry((customers.0.0 as u32, customers.1.0 as u32)).or_default() += events;
        }
        let by_now = grouped(&moves, |(now, by_then)| (now, by_then));
        let by_then = grouped(&moves, |(now, by_then)| (by_then, now));
        let stay = |(&now, into): (&u32, &Vec<(u32, u64)>)| {
            let (main, events) = into[0];
            if by_then[&main][0].0 == now { events } else { 0 }
        };
        let stayed: u64 = by_now.iter().map(stay).sum();
        let (split, splits) = several(&by_now);
        let (merged, merges) = several(&by_then);
        let splits = splits.into_iter().map(|(customer, events)| self.split(&folded, &then, customer, events));
        let merges = merges.into_iter().map(|(customer, events)| self.merge(&folded, &by_then[&customer], events));
        Ok(IdentityTrial {
            events,
            moved: events - stayed,
            customers: folded.identity.customers(),
            customers_then: then.customers(),
            split,
            merged,
            splits: splits.collect::<Result<_, EngineError>>()?,
            merges: merges.collect::<Result<_, EngineError>>()?,
            refusals: counts_by_rule(folded.identity.refusals()),
            refusals_then: counts_by_rule(then.refusals()),
        })
    }

    fn split(&self, folded: &Folded, then: &Identity, customer: u32, events: u64) -> Result<SplitExample, EngineError> {
        let customer = CustomerId(u64::from(customer));
        let mut into: BTreeMap<CustomerId, Vec<IdentifierView>> = BTreeMap::new();
        for node in folded.identity.nodes_of(customer) {
            let view = self.identifier(folded, node)?;
            let Ok(kind) = model::IdentifierKind::parse(view.kind.as_str()) else { continue };
            let Some(customer_then) = then.lookup(&kind, &view.value) else { continue };
            let some = into.entry(customer_then).or_default();
            if some.len() < SHOWN_IDENTIFIERS {
                some.push(view);
            }
        }
        Ok(SplitExample { customer: customer.to_string(), events, into: into.into_values().collect() })
    }

    fn merge(&self, folded: &Folded, of: &[(u32, u64)], events: u64) -> Result<MergeExample, EngineError> {
        let of = of.iter().map(|&(customer, _)| {
            let customer = CustomerId(u64::from(customer));
            let some = folded.identity.nodes_of(customer).into_iter().take(SHOWN_IDENTIFIERS);
            let identifiers = some.map(|node| self.identifier(folded, node)).collect::<Result<_, EngineError>>()?;
            Ok(MergedCustomer { customer: customer.to_string(), identifiers })
        });
        Ok(MergeExample { events, of: of.take(SHOWN).collect::<Result<_, EngineError>>()? })
    }
}

/// By one side of the moves: the other sides with their events, those with the most first.
fn grouped(moves: &Moves, sides: impl Fn((u32, u32)) -> (u32, u32)) -> BTreeMap<u32, Vec<(u32, u64)>> {
    let mut grouped: BTreeMap<u32, Vec<(u32, u64)>> = BTreeMap::new();
    for (&move_, &events) in moves {
        let (side, other) = sides(move_);
        grouped.entry(side).or_default().push((other, events));
    }
    for others in grouped.values_mut() {
        others.sort_by_key(|&(other, events)| (std::cmp::Reverse(events), other));
    }
    grouped
}

/// How many have several other sides, and those of them with the most events.
fn several(grouped: &BTreeMap<u32, Vec<(u32, u64)>>) -> (u64, Vec<(u32, u64)>) {
    let with_several = grouped.iter().filter(|(_, others)| others.len() > 1);
    let all: BTreeSet<(std::cmp::Reverse<u64>, u32)> = with_several
        .map(|(&customer, others)| (std::cmp::Reverse(others.iter().map(|(_, events)| events).sum()), customer))
        .collect();
    let shown = all.iter().take(SHOWN).map(|&(events, customer)| (customer, events.0)).collect();
    (all.len() as u64, shown)
}
