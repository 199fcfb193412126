//! What could not become an event: counted, listed, shown.

use serde::Serialize;
use store::{BadFilter, BadRow, BadState, Order, QuarantineId};

use super::Answers;
use crate::EngineError;

/// Which items to list.
#[derive(Clone, Debug, Default)]
pub struct QuarantineQuery {
    /// Which items count.
    pub filter: BadFilter,
    /// From which end.
    pub order: Order,
    /// The last item of the page before.
    pub after: Option<QuarantineId>,
    /// Items on a page at most.
    pub limit: usize,
}

/// A page of the quarantine.
#[derive(Clone, Debug, Serialize)]
pub struct QuarantinePage {
    /// How many items there are of each code in each state.
    pub counts: Vec<QuarantineCount>,
    /// The items of this page.
    pub items: Vec<BadRow>,
    /// Give this as `after` for the next page; none on the last.
    pub next: Option<QuarantineId>,
}

/// Items of one code in one state.
#[derive(Clone, Debug, Serialize)]
pub struct QuarantineCount {
    /// The sort of fault.
    pub code: String,
    /// What became of them.
    pub state: BadState,
    /// How many.
    pub items: u64,
}

impl Answers {
    /// A page of the quarantine.
    pub fn quarantine(&self, query: &QuarantineQuery) -> Result<QuarantinePage, EngineError> {
        let journal = self.journal();
        let counts = journal.bad_counts()?;
        let counts = counts.into_iter().map(|(code, state, items)| QuarantineCount { code, state, items }).collect();
        let mut items = journal.bad_rows(&query.filter, query.order, query.after, query.limit + 1)?;
        drop(journal);
        let more = items.len() > query.limit;
        items.truncate(query.limit);
        let next = items.last().filter(|_| more).map(|item| item.id);
        Ok(QuarantinePage { counts, items, next })
    }

    /// One item of the quarantine.
    pub fn quarantined(&self, id: QuarantineId) -> Result<Option<BadRow>, EngineError> {
        Ok(self.journal().bad_row(id)?)
    }
}
