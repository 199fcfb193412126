//! All state that is folded from the journal, and the one function that takes a block in.
//!
//! The state is a pure function of the blocks and the plans: `verify` builds it anew and compares.

use std::sync::Arc;

use identity::{Changes, Identity};
use model::{Arrival, Event, Mapping, NodeId};
use store::{Block, LinkRow, NodeRow, PartRow, SignatureRow, StoreError};

use crate::labels::{ChannelCode, Channels, Code, Labels};
use crate::plans::AppliedPlans;
use crate::signatures::{SignatureIndex, Signatures};
use crate::tail::{Tail, TailRow};

#[derive(Debug)]
pub(crate) struct Folded {
    pub(crate) plans: AppliedPlans,
    pub(crate) identity: Identity,
    pub(crate) labels: Labels,
    pub(crate) channels: Channels,
    pub(crate) signatures: Signatures,
    pub(crate) tail: Tail,
    /// Parquet parts that hold everything up to `columns_through`.
    pub(crate) parts: Vec<Arc<PartRow>>,
    /// The last journal position that is in parts.
    pub(crate) columns_through: u64,
    /// The last journal position taken in.
    pub(crate) position: u64,
    /// The last one of which all that came of it is in the state database. Only up to there events are filed: what lies in
    /// parts is not folded again after a crash.
    pub(crate) kept: u64,
    /// The last event taken in.
    pub(crate) through: Arrival,
    /// Grows when touchpoints or customers of events already filed are found anew.
    pub(crate) epoch: u64,
    /// Identifiers that are not yet in the state database.
    pub(crate) unsaved: Vec<NodeRow<'static>>,
    /// Links that are not yet there either.
    pub(crate) unsaved_links: Vec<LinkRow<'static>>,
    /// Touchpoint by signature, where the envelope alone decides.
    code_by_signature: Vec<Option<Code>>,
}

impl Folded {
    pub(crate) fn new(plans: AppliedPlans, identity: Identity, signatures: Signatures) -> Self {
        Self {
            plans,
            identity,
            labels: Labels::default(),
            channels: Channels::default(),
            signatures,
            tail: Tail::default(),
            parts: Vec::new(),
            columns_through: 0,
            position: 0,
            kept: 0,
            through: Arrival(0),
            epoch: 0,
            unsaved: Vec::new(),
            unsaved_links: Vec::new(),
            code_by_signature: Vec::new(),
        }
    }

    /// Takes in the next block and notes what has to be kept.
    pub(crate) fn apply(&mut self, block: &Arc<Block>, changes: &mut Changes) -> Result<(), StoreError> {
        debug_assert_eq!(block.position, self.position + 1, "blocks come in their order");
        let (first_new_node, first_new_link) = (changes.nodes.len(), changes.links.len());
        let splits = self.identity.splits();
        let events: Vec<(Arrival, Event<'_>)> = block.events().collect::<Result<_, _>>()?;
        let mut anchors = Vec::with_capacity(events.len());
        self.identity.observe_all(&events, changes, |observed| anchors.push(observed.anchor));
        let mut rows = Vec::with_capacity(events.len());
        for ((arrival, event), anchor) in events.iter().zip(anchors) {
            let signature = self.signatures.count(*arrival, event);
            let (code, mapped) = self.touchpoint(signature, event);
            if !mapped {
                self.signatures.count_unmapped(signature);
            }
            rows.push(tail_row(event, anchor, code, self.channels.code(event.channel.as_str())));
            self.through = *arrival;
        }
        self.unsaved.extend_from_slice(&changes.nodes[first_new_node..]);
        self.unsaved_links.extend_from_slice(&changes.links[first_new_link..]);
        if self.identity.splits() != splits {
            self.epoch += 1;
        }
        self.tail.push(Arc::clone(block), rows);
        self.position = block.position;
        Ok(())
    }

    /// Puts a block that was folded before, but is not yet in parts, back into the tail.
    pub(crate) fn recall(&mut self, block: &Arc<Block>) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(block.len());
        for entry in block.events() {
            let (arrival, event) = entry?;
            let anchor = self.identity.anchor_of(arrival, &event).ok_or_else(|| StoreError::Corrupt {
                place: "state.db".to_owned(),
                reason: format!("event {arrival} was folded, its identifiers are not known"),
            })?;
            let code = self.touchpoint_of(&event);
            rows.push(tail_row(&event, anchor, code, self.channels.code(event.channel.as_str())));
        }
        self.tail.push(Arc::clone(block), rows);
        Ok(())
    }

    /// Takes new mapping rules and counts anew what the envelope alone decides. The tail is mapped again; parts are
    /// rewritten by the caller.
    pub(crate) fn set_plans(&mut self, plans: AppliedPlans) -> Result<(), StoreError> {
        self.plans = plans;
        self.code_by_signature.clear();
        self.epoch += 1;
        let recalled: Vec<Arc<Block>> = self.tail.blocks().iter().map(|tail| Arc::clone(&tail.block)).collect();
        self.tail = Tail::default();
        for block in recalled {
            self.recall(&block)?;
        }
        Ok(())
    }

    /// The touchpoint of any event under the current rules.
    pub(crate) fn touchpoint_of(&mut self, event: &Event<'_>) -> Code {
        let (name, registered) = touchpoint(&self.plans.mapping, event);
        self.labels.code(name, registered)
    }

    /// Number of touchpoints with events, if the envelope alone decides about them.
    pub(crate) fn touchpoints_by_signature(&self) -> Option<usize> {
        if self.plans.mapping.looks_into_json() || !self.signatures.all_exact() {
            return None;
        }
        let mut found = std::collections::BTreeSet::new();
        for row in self.signatures.rows().filter(|row| row.kind.is_part_of_journeys()) {
            let event = signature_event(row);
            let (name, registered) = touchpoint(&self.plans.mapping, &event);
            found.insert((name.to_owned(), registered));
        }
        Some(found.len())
    }

    fn touchpoint(&mut self, signature: SignatureIndex, event: &Event<'_>) -> (Code, bool) {
        let index = signature as usize;
        if let Some(Some(code)) = self.code_by_signature.get(index).copied() {
            return (code, self.labels.label(code).registered);
        }
        let (name, registered) = touchpoint(&self.plans.mapping, event);
        let code = self.labels.code(name, registered);
        // The signature that stands for all the rest has many names.
        if !self.plans.mapping.looks_into_json() && self.signatures.is_exact(signature) {
            if self.code_by_signature.len() <= index {
                self.code_by_signature.resize(index + 1, None);
            }
            self.code_by_signature[index] = Some(code);
        }
        (code, registered)
    }
}

/// The touchpoint an event happened at: the registered one of the first rule that matches, else the event's own name,
/// a discovered one.
pub(crate) fn touchpoint<'e>(mapping: &'e Mapping, event: &'e Event<'_>) -> (&'e str, bool) {
    match mapping.find(event) {
        Some((_, touchpoint)) => (touchpoint, true),
        None => (event.name.as_str(), false),
    }
}

/// An event with nothing but a signature: what rules that look at the envelope alone need.
pub(crate) fn signature_event<'r>(row: &'r SignatureRow<'_>) -> Event<'r> {
    let mut event = Event::new("", row.source.as_ref(), row.name.as_ref(), row.first_at);
    event.channel = row.channel.as_ref().into();
    event.kind = row.kind;
    event
}

fn tail_row(event: &Event<'_>, anchor: NodeId, code: Code, channel: ChannelCode) -> TailRow {
    let in_journeys = event.kind.is_part_of_journeys().then(|| event.mood.as_ref().into());
    TailRow { at: event.at.micros(), anchor: anchor.0, code, channel, in_journeys }
}
