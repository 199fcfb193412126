//! What erasing a customer would take, and what it would have to leave: a dry run, before anything can be erased.

use std::collections::BTreeSet;

use model::{CustomerId, NodeId};
use serde::Serialize;

use super::{Answers, IdentifierView};
use crate::EngineError;

/// Events read at a time.
const EVENTS_AT_A_TIME: usize = 1_000;

/// What erasing a customer would take. Whoever was wrongly joined to it is parted first, by an unmerge; then nothing of theirs
/// is in here.
#[derive(Clone, Debug, Serialize)]
pub struct Erasure {
    /// The customer.
    pub customer: String,
    /// Ids that redirect to it.
    pub former_ids: Vec<String>,
    /// Its identifiers.
    pub identifiers: Vec<IdentifierView>,
    /// How many events belong to it.
    pub events: u64,
    /// Those of them, 100 at most, that name identifiers of others as well: these would stay theirs.
    pub events_naming_others: Vec<NamingOthers>,
    /// How many entries of the link log are about its identifiers.
    pub links: u64,
    /// How often events of others name its identifiers, as far as a rule refused to join them: these would lose the name.
    pub named_by_others: u64,
}

/// An event that names identifiers of several customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamingOthers {
    /// The event.
    pub event: String,
    /// The other customers.
    pub customers: Vec<String>,
}

/// How many such events are listed.
const LISTED: usize = 100;

impl Answers {
    /// What erasing a customer would take; `None` if there is no such customer. Changes nothing.
    pub fn erasure(&self, id: CustomerId) -> Result<Option<Erasure>, EngineError> {
        let Some(answer) = self.customer(id, None)? else { return Ok(None) };
        let known = answer.customer;
        let customer: CustomerId = known.id.parse()?;
        let links = self.links_of(customer)?.map_or(0, |links| links.len() as u64);
        let nodes: BTreeSet<NodeId> = self.folded().identity.nodes_of(customer).into_iter().collect();
        let by_others = |row: &store::RefusalRow<'_>| nodes.contains(&row.b) && !nodes.contains(&row.a);
        let named_by_others = self.settled()?.identity.refusals().filter(by_others).map(|row| row.count).sum();

        let (mut events, mut events_naming_others, mut cursor) = (0, Vec::new(), None::<String>);
        while let Some(page) = self.timeline(customer, EVENTS_AT_A_TIME, cursor.as_deref(), None)? {
            let folded = self.folded();
            for event in &page.events {
                events += 1;
                let named = event.event.identifiers.iter();
                let customers = named.filter_map(|named| folded.identity.lookup(&named.kind, named.value.as_str()));
                let others: BTreeSet<CustomerId> = customers.filter(|other| *other != customer).collect();
                if !others.is_empty() && events_naming_others.len() < LISTED {
                    let customers = others.iter().map(CustomerId::to_string).collect();
                    events_naming_others.push(NamingOthers { event: event.id.clone(), customers });
                }
            }
            drop(folded);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let (former_ids, identifiers) = (known.former_ids, known.identifiers);
        let customer = known.id;
        Ok(Some(Erasure { customer, former_ids, identifiers, events, events_naming_others, links, named_by_others }))
    }
}
