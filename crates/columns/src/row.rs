use model::{Arrival, CustomerId, Event, NodeId, Text};

/// One event as it is filed: the event unchanged, and what the folds found out about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'a> {
    /// Whose event it is, as known when the part was written; later merges are redirects.
    pub customer: CustomerId,
    /// The identifier the event belongs to. Who stands behind it may change, this does not.
    pub anchor: NodeId,
    /// The event's place in the journal.
    pub arrival: Arrival,
    /// Id of a registered touchpoint, or the label of a discovered one.
    pub touchpoint: Text<'a>,
    /// True if `touchpoint` is an id of the register.
    pub registered: bool,
    /// The event, as the journal holds it.
    pub event: Event<'a>,
}

impl Row<'_> {
    /// The same row, owning its text.
    pub fn into_owned(self) -> Row<'static> {
        Row {
            customer: self.customer,
            anchor: self.anchor,
            arrival: self.arrival,
            touchpoint: self.touchpoint.into_owned(),
            registered: self.registered,
            event: self.event.into_owned(),
        }
    }
}
