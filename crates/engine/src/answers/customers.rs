//! One customer: who it is, and everything that happened.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{Arrival, CustomerId, Event, IdentifierKind, Invalid, NodeId, Timestamp, bucket_of};
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
    /// From when on it belongs to this customer, if it was another's before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The purposes it may serve, with blanks between; no word for every purpose.
    pub purpose: String,
    /// The rule by which it joins nobody, if so: too many share it, or the value itself is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joins_nobody: Option<String>,
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
    /// The customer that an identifier points to, as far as it may be known for a purpose.
    pub fn lookup(
        &self,
        kind: &str,
        value: &str,
        purpose: Option<&str>,
    ) -> Result<Option<CustomerAnswer>, EngineError> {
        let kind = IdentifierKind::parse(kind)?;
        let found = self.settled()?.identity.node(&kind, value);
        found.map_or(Ok(None), |node| self.customer_of(node, purpose))
    }

    /// The customer with that id, or the one it redirects to, as far as it may be known for a purpose.
    pub fn customer(&self, id: CustomerId, purpose: Option<&str>) -> Result<Option<CustomerAnswer>, EngineError> {
        let folded = self.settled()?;
        let node = node_of(&folded, id, purpose);
        drop(folded);
        node.map_or(Ok(None), |node| self.customer_of(node, purpose))
    }

    pub(super) fn customer_of(
        &self,
        node: NodeId,
        purpose: Option<&str>,
    ) -> Result<Option<CustomerAnswer>, EngineError> {
        let folded = self.settled()?;
        let (customer, nodes) = known_for(&folded, node, purpose)?;
        let former = folded.identity.former_ids(folded.identity.customer_of(node)).into_iter();
        let former = former.filter(|&id| id != customer && nodes.binary_search(&NodeId(id.0 as u32)).is_ok());
        let former_ids = former.map(|id| id.to_string()).collect();
        let identifiers =
            nodes.into_iter().map(|node| self.identifier(&folded, node)).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(CustomerAnswer { customer: CustomerView { id: customer.to_string(), former_ids, identifiers } }))
    }

    /// A page of at most `limit` events after `cursor`; `None` if there is no such customer. For a purpose only events of
    /// sources that serve it, and of identifiers that may be known for it.
    pub fn timeline(
        &self,
        id: CustomerId,
        limit: usize,
        cursor: Option<&str>,
        purpose: Option<&str>,
    ) -> Result<Option<Timeline>, EngineError> {
        let after = cursor.map(parse_cursor).transpose()?;
        let folded = self.settled()?;
        let Some(node) = node_of(&folded, id, purpose) else { return Ok(None) };
        let customer = folded.identity.customer_of(node);
        let (_, nodes) = known_for(&folded, node, purpose)?;
        let rules = purpose.map(|purpose| (folded.plans.identity.clone(), purpose));
        let serves = |event: &Event<'_>| {
            rules.as_ref().is_none_or(|(rules, purpose)| rules.serves(event.source.as_str(), purpose))
        };
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
            if !serves(&event) {
                continue;
            }
            let id = key.1.to_string();
            page.push((key, TimelineEvent { id, touchpoint: label.name, registered: label.registered, event }));
        }
        for part in parts {
            for row in self.parts.read_customer(&part.path, &filed_under)? {
                let key = (row.event.at.micros(), row.arrival);
                // A part written before a split can hold rows of other nodes: the anchor decides.
                if belongs(&nodes, row.anchor.0) && after.is_none_or(|after| key > after) && serves(&row.event) {
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
            since: row.since,
            purpose: folded.identity.purpose_of(node),
            joins_nobody: folded.identity.joins_nobody(node),
        })
    }
}

/// The identifier that an id stands for: of a customer, or for a purpose of a part of one.
fn node_of(folded: &Folded, id: CustomerId, purpose: Option<&str>) -> Option<NodeId> {
    let stands = if purpose.is_some() { Some(id) } else { folded.identity.resolve(id) };
    let node = NodeId(u32::try_from(stands?.0).ok()?);
    (1..=folded.identity.nodes()).contains(&node.0).then_some(node)
}

/// What may be known of an identifier's customer: its id and its identifiers. For a purpose it is the part that links of that
/// purpose hold together, under the number of its oldest identifier. Errors if the rules do not name the purpose.
pub(super) fn known_for(
    folded: &Folded,
    node: NodeId,
    purpose: Option<&str>,
) -> Result<(CustomerId, Vec<NodeId>), EngineError> {
    let Some(purpose) = purpose else {
        let customer = folded.identity.customer_of(node);
        return Ok((customer, folded.identity.nodes_of(customer)));
    };
    is_named(folded, purpose)?;
    let part = folded.identity.part_for(node, purpose);
    let first = part.first().copied().unwrap_or(node);
    Ok((CustomerId(u64::from(first.0)), part))
}

/// Errors if the identity rules do not name the purpose.
pub(super) fn is_named(folded: &Folded, purpose: &str) -> Result<(), Invalid> {
    let named = folded.plans.identity.all_purposes();
    if named.contains(&purpose) {
        return Ok(());
    }
    let reason = match named.as_slice() {
        [] => "is no purpose: the identity rules name none".to_owned(),
        some => format!("is none of the purposes that the identity rules name: {}", some.join(", ")),
    };
    Err(Invalid::new("purpose", purpose, reason))
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
