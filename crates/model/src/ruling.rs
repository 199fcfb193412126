use crate::{Event, Identifier, Kind, Timestamp};

/// The source under which people's own decisions about who is who stand in the journal. No sender may be called so.
pub const RULINGS_SOURCE: &str = "geleit";

/// What a person decides about two identifiers. It stands in the journal as an event of kind `link` from
/// [`RULINGS_SOURCE`] that names both, so that a replay decides the same.
///
/// ```
/// use model::{Identifier, IdentifierKind, Ruling, Timestamp};
///
/// let cookie = Identifier::new(IdentifierKind::AnonymousId, "cookie-1");
/// let account = Identifier::new(IdentifierKind::UserId, "ada");
/// let event = Ruling::Unmerge.event("r-1", [cookie, account], Timestamp::default());
/// assert!(event.validate().is_ok());
/// assert_eq!(Ruling::of(&event), Some(Ruling::Unmerge));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// They are one person.
    Merge,
    /// They are two people and will not be joined again.
    Unmerge,
}

impl Ruling {
    /// The name of the event.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Unmerge => "unmerge",
        }
    }

    /// The event that says so. Who decided, and why, are properties.
    pub fn event<'a>(self, message_id: &'a str, both: [Identifier<'a>; 2], at: Timestamp) -> Event<'a> {
        let mut event = Event::new(message_id, RULINGS_SOURCE, self.as_str(), at);
        event.kind = Kind::Link;
        event.identifiers = both.into();
        event
    }

    /// The ruling that an event is, if it is one.
    pub fn of(event: &Event<'_>) -> Option<Self> {
        if event.kind != Kind::Link || event.source.as_str() != RULINGS_SOURCE {
            return None;
        }
        [Self::Merge, Self::Unmerge].into_iter().find(|ruling| event.name.as_str() == ruling.as_str())
    }
}
