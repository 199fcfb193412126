//! What a fold gives back to be kept.

use std::collections::BTreeMap;

use model::{Arrival, CustomerId, LinkId, NodeId};
use store::{LinkRow, LinkState, NodeRow, RedirectRow, RefusalRow};

/// Rows to be kept, in the order in which they came about; a later row with the same key replaces the earlier. Feed them
/// to [`Identity::restore_node`](crate::Identity::restore_node) and its sisters to get the state back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Identifiers seen for the first time.
    pub nodes: Vec<NodeRow<'static>>,
    /// Identifiers, new or old, that too many share, each with the event that showed it.
    pub demoted: Vec<(NodeId, Arrival)>,
    /// Identifiers that a further source has brought, and all purposes they may serve now; no word for every purpose.
    pub widened: Vec<(NodeId, String)>,
    /// New entries of the link log.
    pub links: Vec<LinkRow<'static>>,
    /// Entries, new or old, that do not count any more.
    pub links_closed: Vec<LinkId>,
    /// Customers that turned out to be others.
    pub redirects: Vec<RedirectRow>,
    /// Customers who stand for themselves again. They redirect only if `redirects` names them too.
    pub redirects_removed: Vec<CustomerId>,
    /// Joins refused, with their counts so far, by the two identifiers and the rule.
    pub refusals: BTreeMap<(NodeId, NodeId, String), RefusalRow<'static>>,
}

impl Changes {
    /// True if nothing has to be kept.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
            && self.demoted.is_empty()
            && self.widened.is_empty()
            && self.links.is_empty()
            && self.links_closed.is_empty()
            && self.redirects.is_empty()
            && self.redirects_removed.is_empty()
            && self.refusals.is_empty()
    }

    /// Of rows with one key only the last, ordered by key: what a store holds that took them all.
    pub fn settled(self) -> Self {
        let mut redirects_removed = self.redirects_removed;
        redirects_removed.sort_unstable();
        redirects_removed.dedup();
        let mut nodes = self.nodes;
        for (demoted, since) in &self.demoted {
            if let Ok(at) = nodes.binary_search_by_key(demoted, |row| row.node) {
                nodes[at].demoted = Some(*since);
            }
        }
        for (widened, purpose) in &self.widened {
            if let Ok(at) = nodes.binary_search_by_key(widened, |row| row.node) {
                nodes[at].purpose = purpose.clone().into();
            }
        }
        let mut links = self.links;
        for closed in &self.links_closed {
            if let Ok(at) = links.binary_search_by_key(closed, |row| row.id) {
                links[at].state = LinkState::Closed;
            }
        }
        let redirects: BTreeMap<CustomerId, RedirectRow> =
            self.redirects.into_iter().map(|row| (row.from, row)).collect();
        Self {
            nodes,
            demoted: self.demoted,
            widened: self.widened,
            links,
            links_closed: self.links_closed,
            redirects: redirects.into_values().collect(),
            redirects_removed,
            refusals: self.refusals,
        }
    }

    pub(crate) fn remove_redirect(&mut self, customer: CustomerId) {
        self.redirects.retain(|row| row.from != customer);
        self.redirects_removed.push(customer);
    }
}
