//! Why somebody is who they are: the links that join, the way between two identifiers, and the joins that were refused.

use std::collections::{BTreeMap, BTreeSet};

use model::{Arrival, CustomerId, Identifier, Invalid, LinkId, NodeId, Timestamp};
use serde::Serialize;
use store::{LinkRow, LinkState, RefusalRow};

use super::{Answers, IdentifierView};
use crate::EngineError;
use crate::folded::Folded;

/// Evidence that joined two identifiers of a customer, or keeps them apart.
#[derive(Clone, Debug, Serialize)]
pub struct LinkView {
    /// Number of the entry in the link log.
    pub id: String,
    /// The stronger identifier.
    pub a: IdentifierView,
    /// The one that joined it.
    pub b: IdentifierView,
    /// The event that is the evidence.
    pub event: String,
    /// When it happened.
    pub at: Timestamp,
    /// Who sent it.
    pub source: String,
    /// The rule with its version.
    pub rule: String,
    /// The purposes it may serve; empty for all.
    pub purpose: String,
    /// How sure it is, from 0 to 1.
    pub weight: f64,
    /// What it says: `active`, `closed`, `cannot_link`.
    pub state: &'static str,
}

/// Why two identifiers are one person, or why not.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// The customer of the first.
    pub a: String,
    /// The customer of the second.
    pub b: String,
    /// The two.
    pub identifiers: [IdentifierView; 2],
    /// All owners of those of the two that were handed on, in their order.
    pub owners: Vec<Owner>,
    /// True if they are one.
    pub same: bool,
    /// The links from the first to the second, in the order of the way; empty if they are two people.
    pub path: Vec<LinkView>,
    /// Who has parted the two customers, if somebody has.
    pub kept_apart_by: Option<LinkView>,
    /// Joins between the two customers that were refused, the latest first.
    pub refusals: Vec<RefusalView>,
}

/// Whose a thing was from some time on.
#[derive(Clone, Debug, Serialize)]
pub struct Owner {
    /// The identifier, with the time.
    pub identifier: IdentifierView,
    /// The customer.
    pub customer: String,
}

/// A join that was asked for and refused.
#[derive(Clone, Debug, Serialize)]
pub struct RefusalView {
    /// The identifier whose customer would have grown.
    pub a: IdentifierView,
    /// The one that would have joined it.
    pub b: IdentifierView,
    /// The rule that forbade it: `limit KIND MOST` or `cannot_link ENTRY`.
    pub rule: String,
    /// How many events asked for it.
    pub count: u64,
    /// The first of them.
    pub first: String,
    /// The last of them.
    pub last: String,
}

/// A page of refusals, the latest first.
#[derive(Clone, Debug, Serialize)]
pub struct Refusals {
    /// Joins refused, by the rule that forbade them; all of them, not only this page's.
    pub counts: Vec<RefusalCount>,
    /// The refusals of this page.
    pub refusals: Vec<RefusalView>,
    /// Give this as `cursor` for the next page; none on the last.
    pub next: Option<String>,
}

/// Joins that one rule refused.
#[derive(Clone, Debug, Serialize)]
pub struct RefusalCount {
    /// The rule; entries of the link log are counted as one.
    pub rule: String,
    /// Pairs of identifiers.
    pub pairs: u64,
    /// Events that asked for them.
    pub events: u64,
}

impl Answers {
    /// The links that made the customer one and those that keep it apart from others, in the order in which they came;
    /// `None` if there is no such customer.
    pub fn links_of(&self, id: CustomerId) -> Result<Option<Vec<LinkView>>, EngineError> {
        let folded = self.settled()?;
        let Some(customer) = folded.identity.resolve(id) else { return Ok(None) };
        let nodes: BTreeSet<NodeId> = folded.identity.nodes_of(customer).into_iter().collect();
        let mut rows: Vec<LinkRow<'static>> = Vec::new();
        self.state().load_links(&mut |row| {
            if nodes.contains(&row.a) || nodes.contains(&row.b) {
                rows.push(row.into_owned());
            }
        })?;
        let kept = rows.last().map_or(LinkId(0), |row| row.id);
        let fresh = folded.unsaved_links.iter().filter(|row| row.id > kept);
        rows.extend(fresh.filter(|row| nodes.contains(&row.a) || nodes.contains(&row.b)).cloned());
        Ok(Some(rows.iter().map(|row| self.link_view(&folded, row)).collect::<Result<_, _>>()?))
    }

    /// Why two identifiers are one person, or why not. Errors name the one that was never seen.
    pub fn explain(&self, a: &Identifier<'_>, b: &Identifier<'_>) -> Result<Explanation, EngineError> {
        let folded = self.settled()?;
        let (node_a, node_b) = (known(&folded, "a", a)?, known(&folded, "b", b)?);
        let (customer_a, customer_b) = (folded.identity.customer_of(node_a), folded.identity.customer_of(node_b));
        let path = folded.identity.path(node_a, node_b).unwrap_or_default();
        let path = path.into_iter().map(|id| self.link_view(&folded, &self.link(&folded, id)?));
        let path = path.collect::<Result<Vec<_>, EngineError>>()?;
        let kept_apart_by = folded.identity.kept_apart_by(customer_a, customer_b);
        let kept_apart_by =
            kept_apart_by.map(|entry| self.link_view(&folded, &self.link(&folded, entry)?)).transpose()?;
        let is_between = |row: &RefusalRow<'static>| {
            let ends = [folded.identity.customer_of(row.a), folded.identity.customer_of(row.b)];
            ends == [customer_a, customer_b] || ends == [customer_b, customer_a]
        };
        let mut between: Vec<_> = folded.identity.refusals().filter(is_between).collect();
        between.sort_by_key(|row| std::cmp::Reverse(order_of(row)));
        let refusals = if customer_a == customer_b { Vec::new() } else { between };
        let refusals = refusals.iter().map(|row| self.refusal_view(&folded, row)).collect::<Result<Vec<_>, _>>()?;
        let handed_on = [node_a, node_b].map(|node| folded.identity.owners_of(node));
        let handed_on = handed_on.into_iter().filter(|owners| owners.len() > 1).flatten();
        let owners = handed_on.map(|node| {
            let customer = folded.identity.customer_of(node).to_string();
            Ok(Owner { identifier: self.identifier(&folded, node)?, customer })
        });
        Ok(Explanation {
            owners: owners.collect::<Result<_, EngineError>>()?,
            a: customer_a.to_string(),
            b: customer_b.to_string(),
            identifiers: [self.identifier(&folded, node_a)?, self.identifier(&folded, node_b)?],
            same: customer_a == customer_b,
            path,
            kept_apart_by,
            refusals,
        })
    }

    /// A page of at most `limit` refusals after `cursor`.
    pub fn refusals(&self, limit: usize, cursor: Option<&str>) -> Result<Refusals, EngineError> {
        let after = cursor.map(parse_cursor).transpose()?;
        let folded = self.settled()?;
        let mut rows: Vec<RefusalRow<'static>> = folded.identity.refusals().collect();
        let counts = counts_by_rule(rows.iter().cloned());
        rows.retain(|row| after.is_none_or(|after| order_of(row) < after));
        rows.sort_by_key(|row| std::cmp::Reverse(order_of(row)));
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| {
            let (last, a, b) = order_of(row);
            format!("{}.{a}.{b}", last.0)
        });
        let refusals = rows.iter().map(|row| self.refusal_view(&folded, row)).collect::<Result<_, _>>()?;
        Ok(Refusals { counts, refusals, next })
    }

    fn link(&self, folded: &Folded, id: LinkId) -> Result<LinkRow<'static>, EngineError> {
        let unsaved = folded.unsaved_links.iter().find(|row| row.id == id);
        let row = match unsaved {
            Some(row) => Some(row.clone()),
            None => self.state().link(id)?,
        };
        Ok(row.ok_or_else(|| store::StoreError::Corrupt {
            place: "state.db".to_owned(),
            reason: format!("link {id} is missing"),
        })?)
    }

    fn link_view(&self, folded: &Folded, row: &LinkRow<'_>) -> Result<LinkView, EngineError> {
        // Closed a moment ago, it may still stand as active where it is kept.
        let counts = row.state != LinkState::Active || folded.identity.joins(row.id);
        Ok(LinkView {
            id: row.id.to_string(),
            a: self.identifier(folded, row.a)?,
            b: self.identifier(folded, row.b)?,
            event: row.arrival.to_string(),
            at: row.at,
            source: row.source.clone().into_owned(),
            rule: row.rule.clone().into_owned(),
            purpose: row.purpose.clone().into_owned(),
            weight: row.weight,
            state: if counts { row.state } else { LinkState::Closed }.as_str(),
        })
    }

    fn refusal_view(&self, folded: &Folded, row: &RefusalRow<'_>) -> Result<RefusalView, EngineError> {
        Ok(RefusalView {
            a: self.identifier(folded, row.a)?,
            b: self.identifier(folded, row.b)?,
            rule: row.rule.clone().into_owned(),
            count: row.count,
            first: row.first.to_string(),
            last: row.last.to_string(),
        })
    }
}

/// The number of an identifier that was seen before; the error names it as `place`.
pub(crate) fn known(folded: &Folded, place: &str, identifier: &Identifier<'_>) -> Result<NodeId, EngineError> {
    let Identifier { kind, value } = identifier;
    let never_seen = || Invalid::new(place, value.as_str(), format!("was never seen as {}", kind.as_str()));
    folded.identity.node(kind, value.as_str()).ok_or_else(|| EngineError::NeverSeen(never_seen()))
}

/// Refusals added up by their rule.
pub(super) fn counts_by_rule(rows: impl Iterator<Item = RefusalRow<'static>>) -> Vec<RefusalCount> {
    let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for row in rows {
        let rule = if row.rule.starts_with("cannot_link") { "cannot_link" } else { row.rule.as_ref() };
        let count = counts.entry(rule.to_owned()).or_default();
        *count = (count.0 + 1, count.1 + row.count);
    }
    counts.into_iter().map(|(rule, (pairs, events))| RefusalCount { rule, pairs, events }).collect()
}

/// The order of refusals, earliest first.
fn order_of(row: &RefusalRow<'_>) -> (Arrival, u32, u32) {
    (row.last, row.a.0, row.b.0)
}

fn parse_cursor(text: &str) -> Result<(Arrival, u32, u32), Invalid> {
    let mut parts = text.split('.');
    let mut next = || parts.next().and_then(|part| part.parse::<u64>().ok());
    let numbers = (|| Some((next()?, u32::try_from(next()?).ok()?, u32::try_from(next()?).ok()?)))();
    numbers
        .map(|(last, a, b)| (Arrival(last), a, b))
        .ok_or_else(|| Invalid::new("cursor", text, "is no cursor of a list of refusals"))
}
