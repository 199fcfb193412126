//! Questions: whose an identifier is, what belongs to a customer, which ids still lead to it.

use model::{CustomerId, IdentifierKind, NodeId};

use crate::{Identity, normalise};

impl Identity {
    /// The customer that an identifier points to; `None` if it was never seen.
    pub fn lookup(&self, kind: &IdentifierKind<'_>, value: &str) -> Option<CustomerId> {
        self.node(kind, value).map(|node| self.customer_of(node))
    }

    /// The number of an identifier; `None` if it was never seen.
    pub fn node(&self, kind: &IdentifierKind<'_>, value: &str) -> Option<NodeId> {
        self.find(kind, &normalise(kind, value)).map(NodeId)
    }

    /// The customer an identifier belongs to now.
    pub fn customer_of(&self, node: NodeId) -> CustomerId {
        CustomerId(u64::from(self.forest.root(node.0)))
    }

    /// The id under which a customer stands now: itself, or what it redirects to. `None` if there never was such an id.
    pub fn resolve(&self, customer: CustomerId) -> Option<CustomerId> {
        let founder = u32::try_from(customer.0).ok()?;
        let ever_founded = founder > 0 && *self.founded.get(founder as usize)?;
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
        nodes.filter(|node| self.founded[node.0 as usize]).map(|node| CustomerId(u64::from(node.0))).collect()
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
        let ids = (1..self.forest.len() as u32).filter(|&node| self.founded[node as usize]);
        let customer = |node: u32| CustomerId(u64::from(node));
        ids.map(move |id| (customer(id), customer(self.forest.root(id)))).filter(|(from, to)| from != to)
    }

    /// The current customer of every node, by node number; the entry at 0 is 0. For work on many rows at once.
    pub fn customers_by_node(&self) -> Vec<u32> {
        self.forest.roots()
    }
}
