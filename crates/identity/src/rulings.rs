//! What people decide about who is who: parting what was joined, lifting such a decision, and the way between two
//! identifiers that explains why they are one.

use model::{CustomerId, LinkId, NodeId};
use store::RedirectRow;

use crate::Identity;
use crate::fold::{Changes, Evidence};
use crate::forest::Split;

impl Identity {
    /// The links that make two identifiers one person, in the order of the way from `a` to `b`; `None` if they are two.
    pub fn path(&self, a: NodeId, b: NodeId) -> Option<Vec<LinkId>> {
        let are_one = self.forest.root(a.0) == self.forest.root(b.0);
        are_one.then(|| self.forest.path(a.0, b.0).into_iter().map(id_of).collect())
    }

    /// True if a link of the log joins two identifiers now.
    pub fn joins(&self, link: LinkId) -> bool {
        self.forest.joins(link.0 as u32 - 1)
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
        let bar = self.bars.between(ours, |node| self.forest.root(node) == theirs, Some((a.0, b.0)));
        bar.map(cannot_link).or_else(|| self.limit_broken_by_union(ours, theirs))
    }

    /// Parts two identifiers and sees to it that they never meet again.
    ///
    /// The youngest link on the way between them goes: it is the one that made one customer of two, and without it
    /// everybody is who they would be had it never been drawn.
    pub(crate) fn part(&mut self, a: u32, b: u32, evidence: Evidence<'_>, changes: &mut Changes) {
        if a == b {
            return;
        }
        if let Some(&youngest) = self.forest.path(a, b).iter().max() {
            self.cut(youngest, evidence, changes);
        }
        self.bar(a, b, evidence, changes);
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

    fn cut(&mut self, link: u32, evidence: Evidence<'_>, changes: &mut Changes) {
        let founders = |identity: &Self, nodes: &[u32]| -> Vec<u32> {
            nodes.iter().copied().filter(|node| identity.founded[*node as usize]).collect()
        };
        let Split { root, older, younger } = self.forest.cut(link);
        changes.links_closed.push(id_of(link));
        self.regroupings += 1;
        self.splits += 1;

        // Whatever was filed so far lies under some founder of the whole, or where it lay before.
        let mut filed_under = self.strays.remove(&root).unwrap_or_default();
        filed_under.extend(founders(self, &older).into_iter().chain(founders(self, &younger)));
        filed_under.sort_unstable();
        filed_under.dedup();

        let stands_alone = younger[0];
        self.founded[stands_alone as usize] = true;
        changes.remove_redirect(customer(stands_alone));
        for side in [&older, &younger] {
            self.recount(side);
            self.bars.file(side);
            self.strays.insert(side[0], filed_under.clone());
        }
        // Who redirected into the whole redirects to the part it belongs to.
        for &founder in founders(self, &younger).iter().filter(|founder| **founder != stands_alone) {
            changes.redirects.push(RedirectRow {
                from: customer(founder),
                to: customer(stands_alone),
                link: id_of(link),
                arrival: evidence.arrival,
            });
        }
        for &founder in founders(self, &older).iter().filter(|founder| **founder != root) {
            changes.redirects.push(RedirectRow {
                from: customer(founder),
                to: customer(root),
                link: id_of(link),
                arrival: evidence.arrival,
            });
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

    /// The rule that forbids two customers to become one, if somebody has parted them.
    pub(crate) fn bar_between(&self, ours: u32, theirs: u32) -> Option<String> {
        if self.bars.is_empty() {
            return None;
        }
        self.bars.between(ours, |node| self.forest.root(node) == theirs, None).map(cannot_link)
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

fn cannot_link(entry: LinkId) -> String {
    format!("cannot_link {entry}")
}

fn id_of(link: u32) -> LinkId {
    LinkId(u64::from(link) + 1)
}

fn customer(root: u32) -> CustomerId {
    CustomerId(u64::from(root))
}
