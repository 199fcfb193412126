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
    /// Mood of the person after it, -100 to 100.
    pub mood: i8,
}

/// The truth about one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TruthPerson {
    /// Number of the person, 0 to the number of customers.
    pub person: u32,
    /// Given name.
    pub given_name: String,
    /// Family name, at the end.
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
    /// Where they live, at the end.
    pub city: String,
    /// Where they lived before, if they moved in the time of the world.
    pub former_city: Option<String>,
    /// When they did.
    pub moved: Option<Timestamp>,
    /// Their name before a wedding in the time of the world.
    pub maiden_name: Option<String>,
    /// When it was.
    pub married: Option<Timestamp>,
    /// `de` or `en`.
    pub language: String,
    /// Stage in which the world's end found them.
    pub stage: Stage,
    /// Happenings in their life, with and without trace.
    pub happenings: u32,
    /// The mood to which they return, -100 to 100.
    pub temper: i32,
    /// How much they ride, in per cent of the average.
    pub riding: u32,
    /// When an owner fell silent for good; none for those who did not, and for people who never had a bike.
    pub left: Option<Timestamp>,
    /// Their identifiers, in the order in which they got them.
    #[serde(skip)]
    pub identifiers: Vec<TruthIdentifier>,
    /// What was promised to them, in the order in which it was.
    #[serde(skip)]
    pub promises: Vec<TruthPromise>,
    /// Their part in campaigns, in the order of time.
    #[serde(skip)]
    pub effects: Vec<TruthEffect>,
    /// Why they began to want a bike, each time they did.
    #[serde(skip)]
    pub needs: Vec<TruthNeed>,
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

/// A promise and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthPromise {
    /// Number of the person.
    pub person: u32,
    /// Id of the event in which it was made.
    pub message_id: String,
    /// `delivery_date` or `repair_ready`.
    pub promise: String,
    /// When it was made.
    pub made: Timestamp,
    /// The day, `2025-06-03`.
    pub due: String,
    /// When it was kept, broken or cancelled; none while it is open.
    pub closed: Option<Timestamp>,
    /// `kept`, `broken`, `cancelled`, or `open` where the world ended first.
    pub outcome: String,
    /// Of broken ones: true if the company said so on the day that it was due, or before.
    pub told_in_time: Option<bool>,
}

/// One person's part in one campaign: what they did, and what they would have done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TruthEffect {
    /// Number of the person.
    pub person: u32,
    /// Name of the campaign.
    pub campaign: String,
    /// When the offer went out, also to those who were held out.
    pub at: Timestamp,
    /// Drawn at random; false for the control group.
    pub treated: bool,
    /// `persuadable`, `sure_thing`, `lost_cause` or `sleeping_dog`.
    pub reaction: String,
    /// Probability of buying within the window without the offer.
    pub untreated_rate: f64,
    /// The same with it; the difference is the person's true uplift.
    pub treated_rate: f64,
    /// Whether they bought because of what their group's rate says.
    pub bought: bool,
}

/// Why somebody began to want a bike: without it this need would not have been.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthNeed {
    /// Number of the person.
    pub person: u32,
    /// When.
    pub at: Timestamp,
    /// `own`, `friend`, `poster` or `advertisement`.
    pub cause: String,
}
