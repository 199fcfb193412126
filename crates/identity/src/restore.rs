//! The state again from what was kept: nodes first, then links, redirects and refusals, each in their order.

use store::{LinkRow, LinkState, NodeRow, RedirectRow, RefusalRow};

use crate::Identity;
use crate::nodes::hash_of;
use crate::rules::EVERY_PURPOSE;

impl Identity {
    /// Takes up a node kept earlier.
    pub fn restore_node(&mut self, row: &NodeRow<'_>) {
        let code = self.rules.code_of(&row.kind);
        let hash = hash_of(&row.kind, &row.value);
        let node = match row.since.and_then(|since| Some((since, self.nodes.find(hash, crate::nodes::Moment::NOW)?))) {
            Some((since, before)) => self.nodes.add_later(before, since, row.first_seen),
            None => self.nodes.add(hash, code, row.first_at),
        };
        debug_assert_eq!(node, row.node.0, "nodes come in their order");
        self.take_up(node);
        if row.founder.0 == u64::from(node) {
            self.nodes.set_founded(node);
        }
        if self.rules.have_purposes() {
            self.nodes.add_purposes(node, self.rules.purposes_named(&row.purpose), true);
        }
        if let Some(since) = row.demoted {
            self.nodes.set_hot(node, since);
        }
        if let Some(fault) = row.fault.as_deref().and_then(|words| self.rules.why(words)) {
            self.nodes.set_fault(node, fault);
        }
    }

    /// Takes up an entry of the link log kept earlier.
    pub fn restore_link(&mut self, row: &LinkRow<'_>) {
        debug_assert_eq!(row.id.0, self.links() + 1, "links come in their order");
        let (a, b, link) = (row.a.0, row.b.0, self.forest.links() as u32);
        if row.rule == crate::fold::CANNOT_LINK {
            self.forest.skip_link(0, 0);
            self.links.skip(link);
            if row.state == LinkState::CannotLink {
                self.put_bar(a, b, row.id);
            }
            return;
        }
        let is_first = !self.links.knows(a, b, &self.forest);
        match row.state {
            LinkState::Active => self.draw(a, b, self.rules.purposes_named(&row.purpose)),
            LinkState::Closed | LinkState::CannotLink => {
                self.forest.skip_link(a, b);
                self.links.add(link, EVERY_PURPOSE, &self.forest);
            }
        }
        if is_first {
            self.recall_partners(a, b);
        }
    }

    /// Takes up a redirect kept earlier.
    pub fn restore_redirect(&mut self, row: &RedirectRow) {
        self.nodes.set_founded(row.from.0 as u32);
    }

    /// Takes up a refusal kept earlier.
    pub fn restore_refusal(&mut self, row: &RefusalRow<'_>) {
        let (a, b) = (row.a.0, row.b.0);
        let is_first = a != b && !self.links.knows(a, b, &self.forest) && !self.refusals.knows(a, b);
        let was_claim = self.refusals.is_claim((a, b));
        self.refusals.restore(row, &self.rules);
        if !was_claim && self.refusals.is_claim((a, b)) && self.rules.contested(self.nodes.kind(b)).is_some() {
            self.nodes.add_claim(b);
        }
        if is_first {
            self.recall_partners(a, b);
        }
    }

    /// Call it when everything kept is taken up: who stands alone after a split is known only then.
    pub fn restored(&mut self) {
        for node in 1..self.forest.len() as u32 {
            if self.forest.root(node) == node {
                self.nodes.set_founded(node);
            }
        }
    }

    /// Counts who shares what, without drawing conclusions: they were drawn then.
    fn recall_partners(&mut self, a: u32, b: u32) {
        let (strength_a, strength_b) = (self.nodes.kind(a), self.nodes.kind(b));
        for (node, own, other) in [(a, strength_a, strength_b), (b, strength_b, strength_a)] {
            if other <= own && self.rules.hot(own).is_some() {
                self.nodes.add_partner(node);
            }
        }
    }
}
