//! Folded state: everything here can be thrown away and made again from the journal.

use std::borrow::Cow;
use std::str::FromStr;

use model::{Arrival, CustomerId, IdentifierKind, Invalid, Kind, LinkId, NodeId, Timestamp};

use crate::StoreError;

/// How far the state has come, and under which plans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateHead {
    /// The last journal block that is folded in; 0 for none.
    pub position: u64,
    /// The last journal block whose events are in the parts; 0 for none.
    pub columns_through: u64,
    /// The version of the mapping document the state was made under, if any.
    pub mapping_version: Option<u32>,
    /// The version of the identity document the state was made under, if any.
    pub identity_version: Option<u32>,
}

/// One identifier value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRow<'a> {
    /// Its number.
    pub node: NodeId,
    /// What the value is.
    pub kind: IdentifierKind<'a>,
    /// The normalised value.
    pub value: Cow<'a, str>,
    /// The customer it founded or first belonged to.
    pub founder: CustomerId,
    /// The event it first came with.
    pub first_seen: Arrival,
    /// When that happened.
    pub first_at: Timestamp,
    /// The purposes it may serve, with blanks between; empty for all.
    pub purpose: Cow<'a, str>,
    /// Why it may join nobody, whoever shares it.
    pub fault: Option<Cow<'a, str>>,
    /// From when on this node stands for the value, if another stood for it before: the thing was handed on.
    pub since: Option<Timestamp>,
    /// The event that showed that too many share the value; it joins nobody since.
    pub demoted: Option<Arrival>,
}

impl NodeRow<'_> {
    /// The same row, owning its text.
    pub fn into_owned(self) -> NodeRow<'static> {
        NodeRow {
            kind: self.kind.into_owned(),
            value: Cow::Owned(self.value.into_owned()),
            node: self.node,
            founder: self.founder,
            first_seen: self.first_seen,
            first_at: self.first_at,
            purpose: Cow::Owned(self.purpose.into_owned()),
            fault: self.fault.map(|fault| Cow::Owned(fault.into_owned())),
            since: self.since,
            demoted: self.demoted,
        }
    }
}

/// One entry of the link log.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkRow<'a> {
    /// Its number.
    pub id: LinkId,
    /// One of the two nodes.
    pub a: NodeId,
    /// The other.
    pub b: NodeId,
    /// The event that is the evidence.
    pub arrival: Arrival,
    /// When that happened.
    pub at: Timestamp,
    /// Who said so.
    pub source: Cow<'a, str>,
    /// The rule that made the link.
    pub rule: Cow<'a, str>,
    /// The purposes it may serve; empty for all.
    pub purpose: Cow<'a, str>,
    /// How strong the evidence is, 0 to 1.
    pub weight: f64,
    /// What it says, and whether it still counts.
    pub state: LinkState,
}

/// What an entry of the link log says now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// The two are one person.
    Active,
    /// It said so once.
    Closed,
    /// The two are two people, whatever else speaks for their being one.
    CannotLink,
}

impl LinkState {
    const ALL: [Self; 3] = [Self::Active, Self::Closed, Self::CannotLink];

    /// The state's name in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Closed => "closed",
            Self::CannotLink => "cannot_link",
        }
    }
}

impl FromStr for LinkState {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let named = Self::ALL.into_iter().find(|state| state.as_str() == text);
        named.ok_or_else(|| Invalid::new("state", text, "is none of active, closed, cannot_link"))
    }
}

impl LinkRow<'_> {
    /// The same row, owning its text.
    pub fn into_owned(self) -> LinkRow<'static> {
        LinkRow {
            id: self.id,
            a: self.a,
            b: self.b,
            arrival: self.arrival,
            at: self.at,
            source: Cow::Owned(self.source.into_owned()),
            rule: Cow::Owned(self.rule.into_owned()),
            purpose: Cow::Owned(self.purpose.into_owned()),
            weight: self.weight,
            state: self.state,
        }
    }
}

/// What remains of a customer after a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedirectRow {
    /// The younger customer.
    pub from: CustomerId,
    /// The older one, which stands for both.
    pub to: CustomerId,
    /// The link that merged them.
    pub link: LinkId,
    /// The event that merged them.
    pub arrival: Arrival,
}

/// A link that was not made, and why. Keyed by nodes and rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalRow<'a> {
    /// One of the two nodes.
    pub a: NodeId,
    /// The other.
    pub b: NodeId,
    /// The rule or limit that forbade it.
    pub rule: Cow<'a, str>,
    /// The first event that asked for it.
    pub first: Arrival,
    /// The last.
    pub last: Arrival,
    /// How many did.
    pub count: u64,
}

impl RefusalRow<'_> {
    /// The same row, owning its text.
    pub fn into_owned(self) -> RefusalRow<'static> {
        RefusalRow {
            a: self.a,
            b: self.b,
            rule: Cow::Owned(self.rule.into_owned()),
            first: self.first,
            last: self.last,
            count: self.count,
        }
    }
}

/// What one sort of event looks like: touchpoints nobody registered show here. Keyed by source, name, channel, kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureRow<'a> {
    /// Who sends it.
    pub source: Cow<'a, str>,
    /// The events' name.
    pub name: Cow<'a, str>,
    /// The events' channel; may be empty.
    pub channel: Cow<'a, str>,
    /// The events' kind.
    pub kind: Kind,
    /// How many there were in all.
    pub events: u64,
    /// How many of them no mapping rule matched.
    pub unmapped: u64,
    /// The earliest time of one.
    pub first_at: Timestamp,
    /// The latest time of one.
    pub last_at: Timestamp,
    /// Some of the last, for looking at.
    pub examples: Cow<'a, [Arrival]>,
}

impl SignatureRow<'_> {
    /// The same row, owning its text.
    pub fn into_owned(self) -> SignatureRow<'static> {
        SignatureRow {
            source: Cow::Owned(self.source.into_owned()),
            name: Cow::Owned(self.name.into_owned()),
            channel: Cow::Owned(self.channel.into_owned()),
            kind: self.kind,
            events: self.events,
            unmapped: self.unmapped,
            first_at: self.first_at,
            last_at: self.last_at,
            examples: Cow::Owned(self.examples.into_owned()),
        }
    }
}

/// One Parquet part. Keyed by path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartRow {
    /// Where it lies, relative to the directory of the columns.
    pub path: String,
    /// The person bucket.
    pub bucket: u16,
    /// The time window: a calendar year in UTC.
    pub window: i32,
    /// How many events.
    pub rows: u64,
    /// Size of the file.
    pub bytes: u64,
    /// The lowest and the highest arrival number.
    pub arrivals: (Arrival, Arrival),
    /// The earliest and the latest time.
    pub times: (Timestamp, Timestamp),
    /// The version of the mapping document its touchpoints were made under.
    pub mapping_version: u32,
    /// How often its rows were compacted.
    pub generation: u64,
}

/// Rows to write and positions to move, in one transaction. Rows replace those with the same key; `None` leaves
/// what is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StateChange<'a> {
    /// The last journal block that is now folded in.
    pub position: Option<u64>,
    /// The last journal block whose events are now in the parts.
    pub columns_through: Option<u64>,
    /// The mapping the state is made under.
    pub mapping_version: Option<u32>,
    /// The identity rules the state is made under.
    pub identity_version: Option<u32>,
    /// New identifier values.
    pub nodes: Vec<NodeRow<'a>>,
    /// Nodes, new or old, whose values too many share, each with the event that showed it; those of `nodes` are put in first.
    pub demoted: Vec<(NodeId, Arrival)>,
    /// Nodes, new or old, and the purposes they may serve now; those of `nodes` are put in first.
    pub widened: Vec<(NodeId, String)>,
    /// New links.
    pub links: Vec<LinkRow<'a>>,
    /// Links that do not count any more; those of `links` are put in first.
    pub links_closed: Vec<LinkId>,
    /// New or changed redirects.
    pub redirects: Vec<RedirectRow>,
    /// Customers who stand for themselves again.
    pub redirects_removed: Vec<CustomerId>,
    /// New or changed refusals.
    pub refusals: Vec<RefusalRow<'a>>,
    /// New or changed signatures.
    pub discovered: Vec<SignatureRow<'a>>,
    /// Parts that now count.
    pub parts_added: Vec<PartRow>,
    /// Paths of the parts that no longer do. Taken out before the others are put in.
    pub parts_removed: Vec<String>,
}

/// Reads folded state, also beside the process that writes it. Everything comes ordered by its key, so that two
/// states can be compared row by row.
pub trait StateReader: Send + Sync {
    /// How far the state has come.
    fn head(&self) -> Result<StateHead, StoreError>;

    /// All identifier values with numbers above `after`, by number.
    fn load_nodes(&self, after: NodeId, visit: &mut dyn FnMut(NodeRow<'_>)) -> Result<(), StoreError>;

    /// At most `most` identifier values with numbers above `after`, by number.
    fn nodes_after(&self, after: NodeId, most: usize) -> Result<Vec<NodeRow<'static>>, StoreError>;

    /// One identifier value.
    fn node(&self, node: NodeId) -> Result<Option<NodeRow<'static>>, StoreError>;

    /// All links, by number.
    fn load_links(&self, visit: &mut dyn FnMut(LinkRow<'_>)) -> Result<(), StoreError>;

    /// One link.
    fn link(&self, id: LinkId) -> Result<Option<LinkRow<'static>>, StoreError>;

    /// All redirects, by the customer who redirects.
    fn load_redirects(&self, visit: &mut dyn FnMut(RedirectRow)) -> Result<(), StoreError>;

    /// All refusals, by nodes and rule.
    fn load_refusals(&self, visit: &mut dyn FnMut(RefusalRow<'_>)) -> Result<(), StoreError>;

    /// All signatures, by source, name, channel, kind.
    fn load_discovered(&self, visit: &mut dyn FnMut(SignatureRow<'_>)) -> Result<(), StoreError>;

    /// All parts, by path.
    fn load_parts(&self, visit: &mut dyn FnMut(PartRow)) -> Result<(), StoreError>;
}

/// Writes folded state; there is one such per state.
pub trait State: StateReader {
    /// Writes a change as a whole or not at all. Errors with [`StoreError::Behind`] if it would move a position back.
    fn commit(&mut self, change: &StateChange<'_>) -> Result<(), StoreError>;

    /// Forgets everything, positions included.
    fn clear(&mut self) -> Result<(), StoreError>;
}
