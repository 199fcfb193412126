//! Questions: whose an identifier is, what belongs to a customer, which ids still lead to it.

use std::borrow::Cow;

use model::{CustomerId, IdentifierKind, NodeId};

use crate::Identity;
use crate::nodes::{Moment, hash_of};
use crate::rules::{EVERY_PURPOSE, Why};

impl Identity {
    /// The customer that an identifier points to; `None` if it was never seen.
    pub fn lookup(&self, kind: &IdentifierKind<'_>, value: &str) -> Option<CustomerId> {
        self.node(kind, value).map(|node| self.customer_of(node))
    }

    /// The number of an identifier, of its latest owner if it was handed on; `None` if it was never seen.
    pub fn node(&self, kind: &IdentifierKind<'_>, value: &str) -> Option<NodeId> {
        let text = self.rules.normalised(kind, value);
        self.nodes.find(hash_of(kind, &text), Moment::NOW).map(NodeId)
    }

    /// The form under which spellings of a value are the same.
    pub fn normalised<'v>(&self, kind: &IdentifierKind<'_>, value: &'v str) -> Cow<'v, str> {
        self.rules.normalised(kind, value)
    }

    /// The customer an identifier belongs to now.
    pub fn customer_of(&self, node: NodeId) -> CustomerId {
        CustomerId(u64::from(self.forest.root(node.0)))
    }

    /// The id under which a customer stands now: itself, or what it redirects to. `None` if there never was such an id.
    pub fn resolve(&self, customer: CustomerId) -> Option<CustomerId> {
        let founder = u32::try_from(customer.0).ok()?;
        let ever_founded = founder > 0 && self.nodes.founded(founder);
        ever_founded.then(|| CustomerId(u64::from(self.forest.root(founder))))
    }

    /// All identifiers of the customer, in the order of their first appearance.
    pub fn nodes_of(&self, customer: CustomerId) -> Vec<NodeId> {
        let Some(CustomerId(root)) = self.resolve(customer) else { return Vec::new() };
        self.forest.tree(root as u32).into_iter().map(NodeId).collect()
    }

    /// The customer's own id and all that redirect to it.
    pub fn former_ids(&self, customer: CustomerId) -> Vec<CustomerId> {
        let nodes = self.nodes_of(customer).into_iter();
        nodes.filter(|node| self.nodes.founded(node.0)).map(|node| CustomerId(u64::from(node.0))).collect()
    }

    /// Number of identifiers seen.
    pub fn nodes(&self) -> u32 {
        self.forest.len() as u32 - 1
    }

    /// Number of customers that stand.
    pub fn customers(&self) -> u64 {
        (1..self.forest.len() as u32).filter(|&node| self.forest.root(node) == node).count() as u64
    }

    /// Number of entries in the link log.
    pub fn links(&self) -> u64 {
        self.forest.links()
    }

    /// Grows whenever events already filed change hands: two customers became one, or one became two.
    pub fn regroupings(&self) -> u64 {
        self.regroupings
    }

    /// How often one customer became two.
    pub fn splits(&self) -> u64 {
        self.splits
    }

    /// Every id that redirects, with the id under which its customer stands now.
    pub fn redirects(&self) -> impl Iterator<Item = (CustomerId, CustomerId)> {
        let ids = (1..self.forest.len() as u32).filter(|&node| self.nodes.founded(node));
        let customer = |node: u32| CustomerId(u64::from(node));
        ids.map(move |id| (customer(id), customer(self.forest.root(id)))).filter(|(from, to)| from != to)
    }

    /// The current customer of every node, by node number; the entry at 0 is 0. For work on many rows at once.
    pub fn customers_by_node(&self) -> Vec<u32> {
        self.forest.roots()
    }

    /// True if so many share the identifier that it joins nobody.
    pub fn is_hot(&self, node: NodeId) -> bool {
        self.nodes.is_hot(node.0, Moment::NOW)
    }

    /// The numbers under which an identifier's value has stood, in the order of its owners; one unless it was handed on.
    pub fn owners_of(&self, node: NodeId) -> Vec<NodeId> {
        self.nodes.all_of(node.0).into_iter().map(NodeId).collect()
    }

    /// The rule by which an identifier joins nobody, whatever is seen with it: too many share it, or the value itself is at fault.
    pub fn joins_nobody(&self, node: NodeId) -> Option<String> {
        let hot = self.is_hot(node).then(|| Why::Shared(self.nodes.kind(node.0)));
        hot.or_else(|| self.nodes.fault(node.0)).map(|why| self.rules.in_words(why))
    }

    /// What remains of a customer if only links count that may be used for a purpose: its parts, each with its identifiers
    /// in the order of their first appearance, ordered by the oldest. One part if the rules tell no purposes apart; every
    /// identifier on its own if no source serves the purpose.
    pub fn parts_for(&self, customer: CustomerId, purpose: &str) -> Vec<Vec<NodeId>> {
        let Some(CustomerId(root)) = self.resolve(customer) else { return Vec::new() };
        let counts = |link| self.serves(link, purpose);
        let parts = self.forest.parts_of(root as u32, counts);
        parts.into_iter().map(|part| part.into_iter().map(NodeId).collect()).collect()
    }

    /// The purposes that an identifier may serve, with blanks between; no word for every purpose.
    pub fn purpose_of(&self, node: NodeId) -> String {
        self.rules.purpose_names(self.nodes.purposes(node.0))
    }

    /// The part of its customer that an identifier belongs to if only links count that may be used for a purpose, in the
    /// order of first appearance; empty if there is no such identifier.
    pub fn part_for(&self, node: NodeId, purpose: &str) -> Vec<NodeId> {
        if node.0 == 0 || node.0 >= self.forest.len() as u32 {
            return Vec::new();
        }
        let parts = self.parts_for(self.customer_of(node), purpose);
        parts.into_iter().find(|part| part.binary_search(&node).is_ok()).unwrap_or_default()
    }

    fn serves(&self, link: u32, purpose: &str) -> bool {
        let purposes = self.links.purposes(link);
        purposes == EVERY_PURPOSE || self.rules.purpose(purpose).is_some_and(|bit| purposes & bit != 0)
    }

    /// The customer of every node, by node number, if only links count that may be used for a purpose; as
    /// [`Identity::customers_by_node`], which is the same without purposes.
    pub fn customers_by_node_for(&self, purpose: &str) -> Vec<u32> {
        if !self.rules.have_purposes() {
            return self.customers_by_node();
        }
        let mut by_node = vec![0; self.forest.len()];
        for root in (1..self.forest.len() as u32).filter(|&node| self.forest.root(node) == node) {
            for part in self.forest.parts_of(root, |link| self.serves(link, purpose)) {
                part.iter().for_each(|&node| by_node[node as usize] = part[0]);
            }
        }
        by_node
    }
}
