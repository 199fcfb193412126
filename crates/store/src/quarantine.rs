//! Bad rows: kept as they came, with the reason, until somebody repairs or discards them.

use std::fmt;
use std::str::FromStr;

use model::{Arrival, Invalid, Timestamp};
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// The number of a bad row: 1, 2, 3, ... in the order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QuarantineId(pub u64);

impl fmt::Display for QuarantineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The code of an event whose id had been stored before with another payload.
pub const ID_CONFLICT: &str = "id_conflict";

/// A row that could not become an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBad {
    /// When it reached us.
    pub received_at: Timestamp,
    /// The dialect it came in, for example `segment`; `event` for an event as JSON.
    pub dialect: String,
    /// What sort of fault, for counting: a word of few.
    pub code: String,
    /// What is wrong, with place and value.
    pub reason: String,
    /// The row as it came.
    pub payload: String,
}

/// What became of a bad row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadState {
    /// Nobody has dealt with it.
    Open,
    /// An event was stored in its place.
    Repaired,
    /// Somebody decided that it is of no use.
    Discarded,
}

impl BadState {
    /// Every state, in the order of their numbers in the database.
    pub const ALL: [Self; 3] = [Self::Open, Self::Repaired, Self::Discarded];

    /// The state's name in JSON and filters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Repaired => "repaired",
            Self::Discarded => "discarded",
        }
    }
}

impl FromStr for BadState {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| Invalid::new("state", text, "is none of open, repaired, discarded"))
    }
}

/// A bad row as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// Its number.
    pub id: QuarantineId,
    /// When it reached us.
    pub received_at: Timestamp,
    /// Who sent it.
    pub source: String,
    /// The dialect it came in.
    pub dialect: String,
    /// What sort of fault.
    pub code: String,
    /// What is wrong, with place and value.
    pub reason: String,
    /// The row as it came.
    pub payload: String,
    /// What became of it.
    pub state: BadState,
    /// The event stored in its place; `None` also if a repaired row turned out to have been stored before.
    pub repaired_as: Option<Arrival>,
}

/// Which bad rows to list. Empty fields let everything pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadFilter {
    /// Only rows in that state.
    pub state: Option<BadState>,
    /// Only rows with that code.
    pub code: Option<String>,
    /// Only rows of that source.
    pub source: Option<String>,
}

/// From which end a list begins. A page goes on after the last id of the one before, so rows that come in between
/// neither repeat nor hide others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest row first.
    #[default]
    NewestFirst,
    /// The oldest row first.
    OldestFirst,
}

/// Reads bad rows.
pub trait QuarantineReader {
    /// At most `most` rows after the row `after`, in that order.
    fn bad_rows(
        &self,
        filter: &BadFilter,
        order: Order,
        after: Option<QuarantineId>,
        most: usize,
    ) -> Result<Vec<BadRow>, StoreError>;

    /// One row, if it is there.
    fn bad_row(&self, id: QuarantineId) -> Result<Option<BadRow>, StoreError>;

    /// How many rows there are of each code in each state, ordered by both.
    fn bad_counts(&self) -> Result<Vec<(String, BadState, u64)>, StoreError>;

    /// How many rows there are of each source in each state, ordered by both.
    fn bad_counts_by_source(&self) -> Result<Vec<(String, BadState, u64)>, StoreError>;
}
