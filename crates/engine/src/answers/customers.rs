//! One customer: who it is, and everything that happened.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{Arrival, CustomerId, Event, IdentifierKind, Invalid, NodeId, bucket_of};
use serde::Serialize;

use super::Answers;
use crate::EngineError;
use crate::folded::Folded;

/// `{"customer": {...}}`
#[derive(Clone, Debug, Serialize)]
pub struct CustomerAnswer {
    /// The customer.
    pub customer: CustomerView,
}

/// A resolved person as others see it.
#[derive(Clone, Debug, Serialize)]
pub struct CustomerView {
    /// The id under which the customer stands; the older of all that were merged.
    pub id: String,
    /// Ids that redirect to it.
    pub former_ids: Vec<String>,
    /// Everything that points to the customer, in the order of first appearance.
    pub identifiers: Vec<IdentifierView>,
}

/// One identifier of a customer.
#[derive(Clone, Debug, Serialize)]
pub struct IdentifierView {
    /// What the value is.
    pub kind: String,
    /// The normalised value.
    pub value: String,
    /// The event that first brought it.
    pub first_seen: String,
}

/// A page of a customer's events: oldest page first, newest event last.
#[derive(Clone, Debug, Serialize)]
pub struct Timeline {
    /// The events of this page.
    pub events: Vec<TimelineEvent>,
    /// Give this as `cursor` for the next page; none on the last.
    pub next: Option<String>,
}

/// One event as it is told to people and programs.
#[derive(Clone, Debug, Serialize)]
pub struct TimelineEvent {
    /// The event's number.
    pub id: String,
    /// Where it happened: the registered touchpoint, else the event's own name.
    pub touchpoint: String,
    /// True if the touchpoint is in the register.
    pub registered: bool,
    /// What was recorded.
    #[serde(flatten)]
    pub event: Event<'static>,
}

impl Answers {
    /// The customer that an identifier points to.
    pub fn lookup(&self, kind: &str, value: &str) -> Result<Option<CustomerAnswer>, EngineError> {
        let kind = IdentifierKind::parse(kind)?;
        let found = self.settled()?.identity.lookup(&kind, value);
        found.map_or(Ok(None), |customer| self.customer(customer))
    }

    /// The customer with that id, or the one it redirects to.
    pub fn customer(&self, id: CustomerId) -> Result<Option<CustomerAnswer>, EngineError> {
        let folded = self.settled()?;
        let Some(customer) = folded.identity.resolve(id) else { return Ok(None) };
        let nodes = folded.identity.nodes_of(customer);
        let former = folded.identity.former_ids(customer);
        let identifiers =
            nodes.into_iter().map(|node| self.identifier(&folded, node)).collect::<Result<Vec<_>, _>>()?;
        let former_ids = former.into_iter().filter(|&id| id != customer).map(|id| id.to_string()).collect();
        Ok(Some(CustomerAnswer { customer: CustomerView { id: customer.to_string(), former_ids, identifiers } }))
    }

    /// A page of at most `limit` events after `cursor`; `None` if there is no such customer.
    pub fn timeline(
        &self,
        id: CustomerId,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<Option<Timeline>, EngineError> {
        let after = cursor.map(parse_cursor).transpose()?;
        let folded = self.settled()?;
        let Some(customer) = folded.identity.resolve(id) else { return Ok(None) };
        let nodes = folded.identity.nodes_of(customer);
        let mut filed_under: Vec<u64> = folded.identity.former_ids(customer).into_iter().map(|id| id.0).collect();
        filed_under.extend(folded.identity.strays(customer).into_iter().map(|id| id.0));
        filed_under.sort_unstable();
        filed_under.dedup();
        let buckets: BTreeSet<u16> = filed_under.iter().map(|&id| bucket_of(CustomerId(id))).collect();
        let mut fresh = Vec::new();
        for tail in folded.tail.blocks() {
            for (index, arrival, row) in tail.rows() {
                let key = (row.at, arrival);
                if belongs(&nodes, row.anchor) && after.is_none_or(|after| key > after) {
                    fresh.push((key, Arc::clone(&tail.block), index, folded.labels.label(row.code).clone()));
                }
            }
        }
        let parts: Vec<_> = folded
            .parts
            .iter()
            .filter(|part| buckets.contains(&part.bucket))
            .filter(|part| after.is_none_or(|(at, _)| part.times.1.micros() >= at))
            .map(Arc::clone)
            .collect();
        drop(folded);

        let mut page: Vec<((i64, Arrival), TimelineEvent)> = Vec::with_capacity(fresh.len());
        for (key, block, index, label) in fresh {
            let event = block.event(index)?.into_owned();
            let id = key.1.to_string();
            page.push((key, TimelineEvent { id, touchpoint: label.name, registered: label.registered, event }));
        }
        for part in parts {
            for row in self.parts.read_customer(&part.path, &filed_under)? {
                let key = (row.event.at.micros(), row.arrival);
                // A part written before a split can hold rows of other nodes: the anchor decides.
                if belongs(&nodes, row.anchor.0) && after.is_none_or(|after| key > after) {
                    let touchpoint = row.touchpoint.into();
                    page.push((
                        key,
                        TimelineEvent {
                            id: key.1.to_string(),
                            touchpoint,
                            registered: row.registered,
                            event: row.event,
                        },
                    ));
                }
            }
        }
        page.sort_by_key(|(key, _)| *key);
        let more = page.len() > limit;
        page.truncate(limit);
        let next = page.last().filter(|_| more).map(|((at, arrival), _)| format!("{at}.{}", arrival.0));
        Ok(Some(Timeline { events: page.into_iter().map(|(_, event)| event).collect(), next }))
    }

    pub(super) fn identifier(&self, folded: &Folded, node: NodeId) -> Result<IdentifierView, EngineError> {
        let unsaved = folded.unsaved.iter().find(|row| row.node == node);
        let row = match unsaved {
            Some(row) => row.clone(),
            None => self.state().node(node)?.ok_or_else(|| store::StoreError::Corrupt {
                place: "state.db".to_owned(),
                reason: format!("identifier {node} is missing"),
            })?,
        };
        Ok(IdentifierView {
            kind: row.kind.as_str().to_owned(),
            value: row.value.into_owned(),
            first_seen: row.first_seen.to_string(),
        })
    }
}

fn belongs(sorted_nodes: &[NodeId], anchor: u32) -> bool {
    match sorted_nodes {
        [only] => only.0 == anchor,
        several => several.binary_search(&NodeId(anchor)).is_ok(),
    }
}

fn parse_cursor(text: &str) -> Result<(i64, Arrival), Invalid> {
    let parts = text.split_once('.').and_then(|(at, arrival)| Some((at.parse().ok()?, arrival.parse().ok()?)));
    parts
        .map(|(at, arrival)| (at, Arrival(arrival)))
        .ok_or_else(|| Invalid::new("cursor", text, "is no cursor of a timeline"))
}
