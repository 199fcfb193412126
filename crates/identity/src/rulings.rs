//! What parts customers again: somebody's word, and values that too many share. And the way between two identifiers that
//! explains why they are one.

use model::{CustomerId, LinkId, NodeId};
use store::{LinkRow, LinkState, RedirectRow};

use crate::Identity;
use crate::changes::Changes;
use crate::fold::{Evidence, customer, link_row};
use crate::forest::Role;
use crate::limits::Joining;
use crate::nodes::Moment;
use crate::rules::Why;

impl Identity {
    /// The links that make two identifiers one person, in the order of the way from `a` to `b`; `None` if they are two.
    /// Of all ways it is the one whose links are the oldest.
    pub fn path(&self, a: NodeId, b: NodeId) -> Option<Vec<LinkId>> {
        let are_one = self.forest.root(a.0) == self.forest.root(b.0);
        are_one.then(|| self.forest.path(a.0, b.0).into_iter().map(id_of).collect())
    }

    /// True if a link of the log counts now.
    pub fn joins(&self, link: LinkId) -> bool {
        self.forest.role(link.0 as u32 - 1) != Role::Gone
    }

    /// The entry of the link log that keeps two customers apart, if somebody has parted them.
    pub fn kept_apart_by(&self, a: CustomerId, b: CustomerId) -> Option<LinkId> {
        self.bars.between(a.0 as u32, |node| u64::from(self.forest.root(node)) == b.0, None)
    }

    /// The rule that forbids somebody to say that two identifiers are one person; `None` if they are or may become one.
    /// That somebody once parted just these two does not count: whoever says so now takes that back.
    pub fn forbids_merge(&self, a: NodeId, b: NodeId) -> Option<String> {
        let (ours, theirs) = (self.forest.root(a.0), self.forest.root(b.0));
        if ours == theirs {
            return None;
        }
        let hot = [a.0, b.0].into_iter().find(|node| self.nodes.is_hot(*node, Moment::NOW));
        let hot = hot.map(|node| Why::Shared(self.nodes.kind(node)));
        let faulty = || [a.0, b.0].into_iter().find_map(|node| self.nodes.fault(node));
        let bar = || self.bars.between(ours, |node| self.forest.root(node) == theirs, Some((a.0, b.0)));
        let limit = || self.limits.broken(ours, Joining::Customer(theirs), 0, self.known());
        let why = hot.or_else(faulty).or_else(|| bar().map(Why::CannotLink)).or_else(limit);
        why.map(|why| self.rules.in_words(why))
    }

    /// Parts two identifiers and sees to it that they never meet again.
    ///
    /// The youngest link on the way between them goes, and the youngest on the way that then remains, until there is none:
    /// everybody is who they would be had these never been drawn.
    pub(crate) fn part(&mut self, a: u32, b: u32, evidence: Evidence<'_>, changes: &mut Changes) {
        if a == b {
            return;
        }
        while let Some(&youngest) = self.forest.path(a, b).iter().max() {
            self.take_out(&[youngest], evidence.moment, changes);
        }
        self.forest.skip_link(0, 0);
        self.links.skip(self.forest.links() as u32 - 1);
        let id = LinkId(self.links());
        self.put_bar(a, b, id);
        let row = link_row(id.0, (a, b), evidence, LinkState::CannotLink);
        changes.links.push(LinkRow { purpose: "".into(), ..row });
    }

    /// Too many share a value: it joins nobody any more, and whom it has joined are parted, unless other links hold them.
    pub(crate) fn demote(&mut self, node: u32, moment: Moment, changes: &mut Changes) {
        let first = self.nodes.first_of(node);
        self.nodes.set_hot(first, moment.arrival);
        changes.demoted.push((NodeId(first), moment.arrival));
        for node in self.nodes.all_of(first) {
            let links: Vec<u32> = self.forest.neighbours(node).map(|(link, _)| link).collect();
            self.take_out(&links, moment, changes);
        }
    }

    /// Takes links of one customer out and makes customers of what remains.
    fn take_out(&mut self, links: &[u32], moment: Moment, changes: &mut Changes) {
        let Some(&first) = links.first() else { return };
        let parts = self.forest.take_out(links);
        changes.links_closed.extend(links.iter().copied().map(id_of));
        if parts.len() < 2 {
            return;
        }
        let founders = |identity: &Self, nodes: &[u32]| -> Vec<u32> {
            nodes.iter().copied().filter(|node| identity.nodes.founded(*node)).collect()
        };
        self.regroupings += 1;
        self.splits += 1;

        // Whatever was filed so far lies under some founder of the whole, or where it lay before.
        let mut filed_under = self.strays.remove(&parts[0][0]).unwrap_or_default();
        filed_under.extend(parts.iter().flat_map(|part| founders(self, part)));
        filed_under.sort_unstable();
        filed_under.dedup();

        for (number, part) in parts.iter().enumerate() {
            let root = part[0];
            if number > 0 {
                self.nodes.set_founded(root);
                changes.remove_redirect(customer(root));
            }
            self.limits.recount(part, &self.nodes, &self.rules);
            self.bars.file(part);
            self.strays.insert(root, filed_under.clone());
            // Who redirected into the whole redirects to the part it belongs to.
            let redirecting = founders(self, part).into_iter().filter(|founder| *founder != root);
            changes.redirects.extend(redirecting.map(|founder| RedirectRow {
                from: customer(founder),
                to: customer(root),
                link: id_of(first),
                arrival: moment.arrival,
            }));
        }
    }

    /// Bars two nodes and files the bar with both their customers.
    pub(crate) fn put_bar(&mut self, a: u32, b: u32, entry: LinkId) {
        self.bars.put(a, b, entry);
        self.file_bars([a, b]);
    }

    fn file_bars(&mut self, nodes: [u32; 2]) {
        for node in nodes {
            let tree = self.forest.tree(self.forest.root(node));
            self.bars.file(&tree);
        }
    }

    /// Takes back that two identifiers must not meet, because somebody now says they are one.
    pub(crate) fn lift_bar(&mut self, a: u32, b: u32, changes: &mut Changes) {
        if self.bars.is_empty() {
            return;
        }
        changes.links_closed.extend(self.bars.lift(a, b));
        self.file_bars([a, b]);
    }

    /// The entry of the log that forbids two customers to become one, if somebody has parted them.
    pub(crate) fn bar_between(&self, ours: u32, theirs: u32) -> Option<LinkId> {
        if self.bars.is_empty() {
            return None;
        }
        self.bars.between(ours, |node| self.forest.root(node) == theirs, None)
    }

    /// Ids other than its own and its former ones under which events of the customer may still be filed since it was
    /// split from them.
    pub fn strays(&self, customer: CustomerId) -> Vec<CustomerId> {
        let strays = u32::try_from(customer.0).ok().and_then(|root| self.strays.get(&root));
        strays.into_iter().flatten().map(|&id| self::customer(id)).collect()
    }

    /// All ids of [`Identity::strays`], in order; none if nobody was split since [`Identity::forget_strays`].
    pub fn all_strays(&self) -> Vec<CustomerId> {
        let mut all: Vec<CustomerId> = self.strays.values().flatten().map(|&id| customer(id)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Call it when every event is filed under its customer again.
    pub fn forget_strays(&mut self) {
        self.strays.clear();
    }
}

fn id_of(link: u32) -> LinkId {
    LinkId(u64::from(link) + 1)
}
