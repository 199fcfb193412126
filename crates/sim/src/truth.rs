//! What is known only here: who did what, and who is behind each identifier.

use serde::{Deserialize, Serialize};

use model::Timestamp;

use crate::law::Stage;

/// The truth about one happening, whether a door saw it or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TruthEvent {
    /// The sender's id; for rows of a till `file:line`, the header being line 1. Empty if it left no trace.
    pub message_id: String,
    /// Name of the source that saw it. Empty if it left no trace.
    pub source: String,
    /// Number of the person, 0 to the number of customers.
    pub person: u32,
    /// When it truly happened.
    pub at: Timestamp,
    /// What the person truly did.
    pub step: String,
    /// Id of the touchpoint where it truly happened. Empty for identify calls, for happenings out of the company's
    /// sight, and for those at places that the demo plans leave out on purpose.
    pub touchpoint: String,
    /// Where in the relation the person stood.
    pub stage: Stage,
    /// True for the call that only tells who it was; the step itself has a line of its own.
    pub identify: bool,
    /// How often it was sent: 0 if it left no trace, 2 if it was retried.
    pub copies: u8,
    /// True if the item is broken and belongs into the quarantine.
    pub spoiled: bool,
}

/// The truth about one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TruthPerson {
    /// Number of the person, 0 to the number of customers.
    pub person: u32,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// `1981-01-15`.
    pub birth_date: String,
    /// Number of the first person of the household.
    pub household: u32,
    /// Street without the number.
    pub street: String,
    /// House number with its letter.
    pub house_no: String,
    /// German or British postcode.
    pub postcode: String,
    /// Where they live.
    pub city: String,
    /// `de` or `en`.
    pub language: String,
    /// Stage in which the world's end found them.
    pub stage: Stage,
    /// Happenings in their life, with and without trace.
    pub happenings: u32,
    /// Their identifiers, in the order in which they got them.
    #[serde(skip)]
    pub identifiers: Vec<TruthIdentifier>,
}

/// One identifier, whose it is, and the time in which it was theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthIdentifier {
    /// Number of the person; none for what belongs to the company.
    pub person: Option<u32>,
    /// Kind of the identifier, as in `model::IdentifierKind`.
    pub kind: String,
    /// The value as the person would write it.
    pub value: String,
    /// `own`: one person's at a time; `household`: a line for each of the family who goes by it; `company`: the hotline's
    /// number, tablets of the shops, which stand in many people's events.
    pub scope: String,
    /// Theirs from then on.
    pub from: Timestamp,
    /// Theirs until then; none if it still is.
    pub until: Option<Timestamp>,
}
