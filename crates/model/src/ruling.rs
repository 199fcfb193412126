use serde::{Deserialize, Serialize};

use crate::{Event, Identifier, Kind, Timestamp};

/// The source under which people's own decisions about who is who stand in the journal. No sender may be called so.
pub const RULINGS_SOURCE: &str = "geleit";

/// What a person decides about two identifiers, or a linkage model finds. It stands in the journal as an event of kind `link` from
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
    /// A linkage model takes them for one person; [`Matched`] tells which model, and how sure it is. It joins like any
    /// event with two identifiers: limits hold, and it takes back nothing that a person decided.
    Match,
}

impl Ruling {
    /// The name of the event.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Unmerge => "unmerge",
            Self::Match => "match",
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
        [Self::Merge, Self::Unmerge, Self::Match].into_iter().find(|ruling| event.name.as_str() == ruling.as_str())
    }
}

/// The properties of a [`Ruling::Match`].
///
/// ```
/// use model::{Event, Identifier, IdentifierKind, Matched, RawJson, Ruling, Timestamp};
///
/// let record = |id| Identifier::new(IdentifierKind::parse("crm_id").unwrap(), id);
/// let mut event = Ruling::Match.event("m-1", [record("4711"), record("1337")], Timestamp::default());
/// event.properties = RawJson::trusted(r#"{"model":"linkage@3","weight":9.97,"probability":0.999}"#);
/// assert_eq!(Matched::of(&event).map(|matched| matched.model), Some("linkage@3".to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Matched {
    /// The version of the linkage model, such as `linkage@3`.
    pub model: String,
    /// Weight of the pair, in bits.
    pub weight: f64,
    /// Probability that both are one person, 0 to 1.
    pub probability: f64,
}

impl Matched {
    /// What a match says; `None` for every other event.
    pub fn of(event: &Event<'_>) -> Option<Self> {
        (Ruling::of(event) == Some(Ruling::Match))
            .then(|| serde_json::from_str(event.properties.as_str()).ok())
            .flatten()
    }
}
