//! The fold: events in, who is who out.

use std::borrow::Cow;

use hashbrown::HashMap;
use model::{Arrival, CustomerId, Event, IdentityRules, LinkId, Matched, NodeId, Ruling};
use store::{LinkRow, LinkState, NodeRow, RedirectRow, RefusalRow};

use crate::bars::Bars;
use crate::changes::Changes;
use crate::forest::Forest;
use crate::limits::{Joining, Limits};
use crate::links::Links;
use crate::nodes::{Moment, Nodes, hash_of};
use crate::refusals::Refusals;
use crate::rules::{EVERY_PURPOSE, Purposes, Rules, Value, Why};

/// Identifiers on one event are one person.
static SAME_EVENT: Cow<'static, str> = Cow::Borrowed("same_event@1");
/// A thing that belongs to one customer at a time was seen with another.
static HANDED_ON: Cow<'static, str> = Cow::Borrowed("handed_on@1");
/// Somebody said that two identifiers are one person.
static BY_HAND: Cow<'static, str> = Cow::Borrowed("by_hand@1");
/// Somebody said that two identifiers are two people.
pub(crate) static CANNOT_LINK: Cow<'static, str> = Cow::Borrowed("cannot_link@1");

/// Events whose identifiers are looked for at once: enough to wait for memory once and not for each.
const LOOKED_FOR_AT_ONCE: usize = 64;

/// What an event was found to be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The identifier the event belongs to, for ever.
    pub anchor: NodeId,
    /// That identifier's customer as of now.
    pub customer: CustomerId,
}

/// The fold's state: which identifiers belong to which customer. About 60 bytes a node and 22 a link.
#[derive(Debug)]
pub struct Identity {
    pub(crate) rules: Rules,
    pub(crate) nodes: Nodes,
    /// Who is together with whom; the root of a tree is its customer's number.
    pub(crate) forest: Forest,
    pub(crate) links: Links,
    /// Who must never be together.
    pub(crate) bars: Bars,
    pub(crate) limits: Limits,
    pub(crate) refusals: Refusals,
    /// Grows whenever events already filed change hands.
    pub(crate) regroupings: u64,
    /// How many of them made two customers of one.
    pub(crate) splits: u64,
    /// By root: other ids under which events of its nodes may still be filed, since customers were split.
    pub(crate) strays: HashMap<u32, Vec<u32>>,
}

impl Identity {
    /// An empty state under `rules`, which are sound ([`IdentityRules::check`]).
    pub fn new(rules: &IdentityRules) -> Self {
        let rules = Rules::new(rules);
        let mut identity = Self {
            limits: Limits::new(&rules),
            rules,
            nodes: Nodes::default(),
            forest: Forest::default(),
            links: Links::default(),
            bars: Bars::default(),
            refusals: Refusals::default(),
            regroupings: 0,
            splits: 0,
            strays: HashMap::new(),
        };
        identity.nodes.add_none(); // nodes count from 1
        identity.forest.add();
        identity.limits.add(crate::rules::UNNAMED, &identity.rules);
        identity
    }

    /// Takes in the next event: finds or makes its identifiers, joins what may be joined, and says whose event it is.
    ///
    /// The event has at least one identifier (`Event::validate`). A [`Ruling`] is such an event too.
    pub fn observe(&mut self, arrival: Arrival, event: &Event<'_>, changes: &mut Changes) -> Observed {
        let moment = Moment::of(arrival, event);
        let candidates = self.candidates(event, moment);
        self.fold(moment, event, candidates, changes)
    }

    /// Takes in events that follow each other, as [`Identity::observe`] does, and says of each whose it is. Where there are
    /// many identifiers this is quicker: those of several events are looked for at once.
    pub fn observe_all(
        &mut self,
        events: &[(Arrival, Event<'_>)],
        changes: &mut Changes,
        mut found: impl FnMut(Observed),
    ) {
        for some in events.chunks(LOOKED_FOR_AT_ONCE) {
            let mut known: Vec<Vec<Candidate<'_>>> = some.iter().map(|(_, event)| self.read(event)).collect();
            for ((arrival, event), candidates) in some.iter().zip(&mut known) {
                let moment = Moment::of(*arrival, event);
                candidates.iter_mut().for_each(|candidate| candidate.node = self.nodes.find(candidate.hash, moment));
            }
            // Brings what will be read next into the processor's cache.
            let nodes = known.iter().flatten().filter_map(|candidate| candidate.node);
            for node in nodes {
                let root = self.forest.root(node);
                std::hint::black_box((self.nodes.kind(node), self.limits.holds(root)));
            }
            for ((arrival, event), mut candidates) in some.iter().zip(known) {
                let moment = Moment::of(*arrival, event);
                for candidate in &mut candidates {
                    // An event of this round may have brought it, or handed it on.
                    if candidate.node.is_none() || self.rules.is_owned(candidate.value.code) {
                        candidate.node = self.nodes.find(candidate.hash, moment);
                    }
                }
                let candidates = self.in_order(candidates, moment);
                found(self.fold(moment, event, candidates, changes));
            }
        }
    }

    fn fold(
        &mut self,
        moment: Moment,
        event: &Event<'_>,
        (candidates, usable): (Vec<Candidate<'_>>, usize),
        changes: &mut Changes,
    ) -> Observed {
        let (usable, faulty) = candidates.split_at(usable);
        let moment = Moment { purposes: self.rules.purposes_of(event.source.as_str()), ..moment };
        self.widen(&candidates, moment.purposes, changes);
        let Some(strongest) = usable.first() else {
            // Nothing that may join: the event stands under the strongest of them all.
            let anchor = self.find_or_found(&faulty[0], moment, changes);
            if faulty.len() > 1 {
                self.refuse_faulty(faulty, moment, changes);
            }
            return self.observed(anchor);
        };
        let ruling = Ruling::of(event);
        let matched = Matched::of(event).map(|matched| (Cow::Owned(matched.model), matched.probability));
        let (rule, weight) = match (ruling, &matched) {
            (Some(Ruling::Merge), _) => (&BY_HAND, 1.0),
            (Some(Ruling::Unmerge), _) => (&CANNOT_LINK, 1.0),
            (Some(Ruling::Match), Some((model, probability))) => (model, *probability),
            (Some(Ruling::Match) | None, _) => (&SAME_EVENT, 1.0),
        };
        let evidence = Evidence { moment, event, rule, weight };
        if ruling == Some(Ruling::Unmerge) {
            let nodes: Vec<u32> = usable.iter().map(|value| self.find_or_found(value, moment, changes)).collect();
            for other in &nodes[1..] {
                self.part(nodes[0], *other, evidence, changes);
            }
            return self.observed(nodes[0]);
        }
        // A known weaker identifier brings its customer along: only if none is known a customer is founded.
        let anchor = match strongest.node {
            Some(node) => node,
            None if usable.len() == 1 => self.found(strongest, moment, changes),
            None => self.place_new_anchor(usable, evidence, changes),
        };
        let mut dropping = None;
        for value in &usable[1..] {
            let refused = match dropping {
                Some(why) => self.leave(anchor, value, why, moment, changes),
                None => self.join(anchor, value, evidence, changes),
            };
            if self.nodes.is_hot(anchor, Moment::NOW) {
                dropping = Some(Why::Shared(strongest.value.code));
            } else if refused && self.rules.drops_weaker {
                dropping = Some(Why::Weaker);
            }
        }
        self.refuse_faulty(faulty, moment, changes);
        self.forest.shorten_path(anchor);
        self.observed(anchor)
    }

    /// The identifier a known event belongs to: its strongest, as it was known then. `None` if it was never observed.
    pub fn anchor_of(&self, arrival: Arrival, event: &Event<'_>) -> Option<NodeId> {
        let moment = Moment::of(arrival, event);
        self.candidates(event, moment).0.first()?.node.map(NodeId)
    }

    /// The event's identifiers: first those that may join, then those that may not, each strongest first; and how many may.
    fn candidates<'e>(&self, event: &'e Event<'e>, moment: Moment) -> (Vec<Candidate<'e>>, usize) {
        let mut candidates = self.read(event);
        candidates.iter_mut().for_each(|candidate| candidate.node = self.nodes.find(candidate.hash, moment));
        self.in_order(candidates, moment)
    }

    /// The event's identifiers in their form, not yet looked for.
    fn read<'e>(&self, event: &'e Event<'e>) -> Vec<Candidate<'e>> {
        let read = |identifier| {
            let value = self.rules.read(identifier);
            let hash = hash_of(value.kind, &value.text);
            Candidate { value, hash, node: None, fault: None }
        };
        event.identifiers.iter().map(read).collect()
    }

    fn in_order<'e>(&self, mut all: Vec<Candidate<'e>>, moment: Moment) -> (Vec<Candidate<'e>>, usize) {
        for Candidate { value, node, fault, .. } in &mut all {
            *fault = match *node {
                Some(node) if self.nodes.is_hot(node, moment) => Some(Why::Shared(value.code)),
                Some(node) => self.nodes.fault(node),
                None => self.rules.fault_of(value.code, &value.text),
            };
        }
        // Among kinds without a priority, by name.
        let key = |Candidate { value, fault, .. }: &Candidate<'e>| (fault.is_some(), value.code, value.kind.as_str());
        all.sort_by(|one, other| key(one).cmp(&key(other)));
        let usable = all.partition_point(|candidate| candidate.fault.is_none());
        (all, usable)
    }

    fn observed(&self, anchor: u32) -> Observed {
        Observed { anchor: NodeId(anchor), customer: self.customer_of(NodeId(anchor)) }
    }

    /// Files a strongest identifier that is new: with the first weaker one whose customer may take it, else on its own.
    fn place_new_anchor(&mut self, usable: &[Candidate<'_>], evidence: Evidence<'_>, changes: &mut Changes) -> u32 {
        let strongest = &usable[0];
        let joining = Joining::Value(strongest.value.code, evidence.moment.seconds());
        let host = usable[1..].iter().find_map(|other| {
            let node = other.node?;
            let root = self.forest.root(node);
            self.limits.broken(root, joining, other.value.code, self.known()).is_none().then_some((node, root))
        });
        match host {
            Some((other, root)) => {
                let node = self.add(strongest, root, evidence.moment, changes);
                self.link((node, other), true, evidence, changes);
                node
            }
            None => self.found(strongest, evidence.moment, changes),
        }
    }

    /// Joins an identifier to the anchor's customer, or notes why not. True if it was refused.
    fn join(&mut self, anchor: u32, candidate: &Candidate<'_>, evidence: Evidence<'_>, changes: &mut Changes) -> bool {
        let ours = self.forest.root(anchor);
        let Some(other) = candidate.node.or_else(|| self.nodes.find(candidate.hash, evidence.moment)) else {
            let joining = Joining::Value(candidate.value.code, evidence.moment.seconds());
            if let Some(why) = self.limits.broken(ours, joining, candidate.value.code, self.known()) {
                return self.leave(anchor, candidate, why, evidence.moment, changes);
            }
            let node = self.add(candidate, ours, evidence.moment, changes);
            self.link((anchor, node), true, evidence, changes);
            return false;
        };
        if self.nodes.is_hot(other, Moment::NOW) {
            // This very event has shown it.
            self.refuse((other, other), Why::Shared(candidate.value.code), evidence.moment, changes);
            return true;
        }
        if *evidence.rule == BY_HAND {
            self.lift_bar(anchor, other, changes);
        }
        let theirs = self.forest.root(other);
        if ours == theirs {
            if anchor != other {
                self.confirm(anchor, other, evidence, changes);
            }
            return false;
        }
        let by = if *evidence.rule == SAME_EVENT { self.nodes.kind(anchor).max(self.nodes.kind(other)) } else { 0 };
        let limit = self.limits.broken(ours, Joining::Customer(theirs), by, self.known());
        if let Some(why) = self.bar_between(ours, theirs).map(Why::CannotLink).or(limit) {
            if why.is_claim() && self.is_handed_on(anchor, other, evidence) {
                return self.hand_on(anchor, candidate, other, evidence, changes);
            }
            let why = if *evidence.rule == SAME_EVENT { why } else { why.all_the_same() };
            self.refuse((anchor, other), why, evidence.moment, changes);
            return true;
        }
        let (older, younger) = (ours.min(theirs), ours.max(theirs));
        self.regroupings += 1;
        let link = LinkId(self.links() + 1);
        changes.redirects.push(RedirectRow {
            from: customer(younger),
            to: customer(older),
            link,
            arrival: evidence.moment.arrival,
        });
        self.link((anchor, other), false, evidence, changes);
        false
    }

    /// True if a stronger identifier shows that a thing which belongs to one customer at a time has passed to another. Word
    /// of a time before the thing was first seen with its owner does not count.
    fn is_handed_on(&self, anchor: u32, other: u32, evidence: Evidence<'_>) -> bool {
        let (ours, theirs) = (self.nodes.kind(anchor), self.nodes.kind(other));
        self.rules.is_owned(theirs)
            && ours < theirs
            && *evidence.rule == SAME_EVENT
            && self.nodes.is_latest(other)
            && evidence.moment.seconds() > self.nodes.first_at_s(other)
    }

    /// From this event on the value belongs to the anchor's customer, under a node of its own.
    fn hand_on(
        &mut self,
        anchor: u32,
        candidate: &Candidate<'_>,
        before: u32,
        evidence: Evidence<'_>,
        changes: &mut Changes,
    ) -> bool {
        let (ours, moment) = (self.forest.root(anchor), evidence.moment);
        let joining = Joining::Value(candidate.value.code, moment.seconds());
        if let Some(why) = self.limits.broken(ours, joining, candidate.value.code, self.known()) {
            self.refuse((anchor, before), why, moment, changes);
            return true;
        }
        let node = self.nodes.add_later(before, moment.at, moment.arrival);
        self.take_up(node);
        changes.nodes.push(NodeRow { since: Some(moment.at), ..self.node_row(node, candidate, ours, moment) });
        self.link((anchor, node), true, Evidence { rule: &HANDED_ON, ..evidence }, changes);
        false
    }

    /// Two identifiers of one customer were seen together: noted once for every purpose, so that they stay together when
    /// what joins them now is taken away.
    fn confirm(&mut self, a: u32, b: u32, evidence: Evidence<'_>, changes: &mut Changes) {
        let wanted = evidence.moment.purposes;
        if self.links.between(a, b, &self.forest) & wanted != wanted {
            self.link((a, b), false, evidence, changes);
        }
    }

    /// Draws a link and writes it into the log. `is_new` says that one of the two was never seen before.
    fn link(&mut self, (a, b): (u32, u32), is_new: bool, evidence: Evidence<'_>, changes: &mut Changes) {
        let is_first = is_new || (!self.links.knows(a, b, &self.forest) && !self.refusals.knows(a, b));
        let purposes = evidence.moment.purposes;
        self.draw(a, b, purposes);
        let purpose = self.rules.purpose_names(purposes);
        let row = link_row(self.links(), (a, b), evidence, LinkState::Active);
        changes.links.push(LinkRow { purpose: purpose.into(), ..row });
        if is_first {
            self.note_partners(a, b, evidence.moment, changes);
        }
    }

    /// Draws a link; if it makes one customer of two, counts, bars and strays go to the older.
    pub(crate) fn draw(&mut self, a: u32, b: u32, purposes: Purposes) {
        let link = self.forest.links() as u32;
        let joined = self.forest.draw(a, b);
        self.links.add(link, purposes, &self.forest);
        let Some((older, younger)) = joined else { return };
        self.limits.unite(older, younger);
        self.bars.unite(older, younger);
        if let Some(strays) = self.strays.remove(&younger) {
            self.strays.entry(older).or_default().extend(strays);
        }
    }

    /// Counts for the weaker of two identifiers seen together that one more stronger one shares it.
    fn note_partners(&mut self, a: u32, b: u32, moment: Moment, changes: &mut Changes) {
        let (strength_a, strength_b) = (self.nodes.kind(a), self.nodes.kind(b));
        for (node, own, other) in [(a, strength_a, strength_b), (b, strength_b, strength_a)] {
            let Some(most) = self.rules.hot(own).filter(|_| other <= own) else { continue };
            if self.nodes.add_partner(node) > most && !self.nodes.is_hot(node, Moment::NOW) {
                self.demote(node, moment, changes);
            }
        }
    }

    /// Makes an identifier known and notes why it does not join the anchor. True, as it was refused.
    fn leave(
        &mut self,
        anchor: u32,
        candidate: &Candidate<'_>,
        why: Why,
        moment: Moment,
        changes: &mut Changes,
    ) -> bool {
        let node = self.find_or_found(candidate, moment, changes);
        let are_one = self.forest.root(anchor) == self.forest.root(node);
        if !are_one {
            self.refuse((anchor, node), why, moment, changes);
        }
        !are_one
    }

    fn refuse_faulty(&mut self, faulty: &[Candidate<'_>], moment: Moment, changes: &mut Changes) {
        for candidate in faulty {
            let node = self.find_or_found(candidate, moment, changes);
            if let Some(why) = candidate.fault {
                self.refuse((node, node), why, moment, changes);
            }
        }
    }

    fn refuse(&mut self, (a, b): (u32, u32), why: Why, moment: Moment, changes: &mut Changes) {
        let is_first = a != b && !self.links.knows(a, b, &self.forest) && !self.refusals.knows(a, b);
        let is_claim = why.is_claim() && !self.refusals.is_claim((a, b));
        let row = self.refusals.add((a, b), why, moment.arrival, &self.rules);
        changes.refusals.insert((row.a, row.b, row.rule.clone().into_owned()), row);
        if is_first {
            self.note_partners(a, b, moment, changes);
        }
        let contested = self.rules.contested(self.nodes.kind(b)).filter(|_| is_claim);
        if contested.is_some_and(|most| self.nodes.add_claim(b) >= most) && !self.nodes.is_hot(b, Moment::NOW) {
            self.demote(b, moment, changes);
        }
    }

    /// Joins refused so far: two identifiers, the rule that forbade it, how often.
    pub fn refusals(&self) -> impl Iterator<Item = RefusalRow<'static>> {
        self.refusals.rows(&self.rules)
    }

    fn find_or_found(&mut self, candidate: &Candidate<'_>, moment: Moment, changes: &mut Changes) -> u32 {
        let known = candidate.node.or_else(|| self.nodes.find(candidate.hash, moment));
        known.unwrap_or_else(|| self.found(candidate, moment, changes))
    }

    /// Where sources differ in what they serve: what is known of the identifiers may be used for what this one serves.
    fn widen(&mut self, candidates: &[Candidate<'_>], purposes: Purposes, changes: &mut Changes) {
        if !self.rules.have_purposes() {
            return;
        }
        for node in candidates.iter().filter_map(|candidate| candidate.node) {
            if self.nodes.add_purposes(node, purposes, false) {
                let names = self.rules.purpose_names(self.nodes.purposes(node));
                changes.widened.push((NodeId(node), names));
            }
        }
    }

    /// A new identifier that is a customer of its own.
    fn found(&mut self, candidate: &Candidate<'_>, moment: Moment, changes: &mut Changes) -> u32 {
        let founder = self.forest.len() as u32;
        self.add(candidate, founder, moment, changes)
    }

    /// A new identifier that belongs to `founder`; its link comes next.
    fn add(&mut self, candidate: &Candidate<'_>, founder: u32, moment: Moment, changes: &mut Changes) -> u32 {
        let node = self.nodes.add(candidate.hash, candidate.value.code, moment.at);
        self.take_up(node);
        if founder == node {
            self.nodes.set_founded(node);
        }
        // That too many share it is no fault of the value.
        if let Some(fault) = candidate.fault {
            self.nodes.set_fault(node, fault);
        }
        changes.nodes.push(self.node_row(node, candidate, founder, moment));
        node
    }

    /// Makes room for a node that is new.
    pub(crate) fn take_up(&mut self, node: u32) {
        let in_forest = self.forest.add();
        debug_assert_eq!(in_forest, node, "nodes and forest go together");
        self.limits.add(self.nodes.kind(node), &self.rules);
    }

    fn node_row(&mut self, node: u32, candidate: &Candidate<'_>, founder: u32, moment: Moment) -> NodeRow<'static> {
        if self.rules.have_purposes() {
            self.nodes.add_purposes(node, moment.purposes, true);
        }
        NodeRow {
            node: NodeId(node),
            kind: candidate.value.kind.clone().into_owned(),
            value: candidate.value.text.clone().into_owned().into(),
            founder: customer(founder),
            first_seen: moment.arrival,
            first_at: moment.at,
            purpose: self.rules.purpose_names(moment.purposes).into(),
            fault: self.nodes.fault(node).map(|fault| self.rules.in_words(fault).into()),
            since: None,
            demoted: None,
        }
    }

    pub(crate) fn known(&self) -> crate::limits::Known<'_> {
        (&self.rules, &self.nodes, &self.forest)
    }
}

/// The event that speaks for a link or against it, the rule by which it does, and how strongly.
#[derive(Clone, Copy)]
pub(crate) struct Evidence<'e> {
    pub(crate) moment: Moment,
    pub(crate) event: &'e Event<'e>,
    pub(crate) rule: &'e Cow<'static, str>,
    pub(crate) weight: f64,
}

impl Moment {
    fn of(arrival: Arrival, event: &Event<'_>) -> Self {
        Self { at: event.at, arrival, purposes: EVERY_PURPOSE }
    }

    /// Unix time in seconds; 0 before 1970.
    fn seconds(self) -> u32 {
        u32::try_from(self.at.micros() / 1_000_000).unwrap_or_default()
    }
}

/// An identifier of the event at hand, and the node it is known as.
#[derive(Debug)]
struct Candidate<'e> {
    value: Value<'e>,
    hash: u128,
    node: Option<u32>,
    /// Why it may join nobody.
    fault: Option<Why>,
}

pub(crate) fn link_row(id: u64, (a, b): (u32, u32), evidence: Evidence<'_>, state: LinkState) -> LinkRow<'static> {
    LinkRow {
        id: LinkId(id),
        a: NodeId(a),
        b: NodeId(b),
        arrival: evidence.moment.arrival,
        at: evidence.event.at,
        source: evidence.event.source.as_str().to_owned().into(),
        rule: evidence.rule.clone(),
        purpose: "".into(),
        weight: evidence.weight,
        state,
    }
}

pub(crate) fn customer(root: u32) -> CustomerId {
    CustomerId(u64::from(root))
}
