//! `did ...` in codes.

use model::filter::{Count, Deed};

use super::Chosen;
use crate::log::Block;
use crate::names::Names;

/// See [`Deed`].
#[derive(Clone, Debug)]
pub(super) enum Done {
    Times(Chosen, Count),
    Before { first: Chosen, then: Chosen, within: Option<i64> },
}

impl Done {
    pub(super) fn of(deed: &Deed, names: &Names<'_>) -> Self {
        match deed {
            Deed::Times(event, count) => Self::Times(Chosen::of(event, names), *count),
            Deed::Before { first, then, within_s } => Self::Before {
                first: Chosen::of(first, names),
                then: Chosen::of(then, names),
                within: within_s.map(micros),
            },
        }
    }

    /// True if it happened among some events of one customer or case, which come in their order.
    pub(super) fn holds(&self, block: &Block<'_>, events: impl Iterator<Item = usize>) -> bool {
        match self {
            Self::Times(event, count) => {
                let enough = match *count {
                    Count::AtLeast(n) => n,
                    Count::AtMost(n) | Count::Exactly(n) => n.saturating_add(1),
                };
                let found = events.filter(|&at| event.accepts_event(block, at)).take(enough as usize).count() as u64;
                holds(*count, found)
            }
            Self::Before { first, then, within } => {
                // The latest earlier event is the best partner there is.
                let mut earlier: Option<i64> = None;
                for event in events {
                    let at = block.times[event];
                    let in_time = |begun: i64| within.is_none_or(|within| at.saturating_sub(begun) <= within);
                    if earlier.is_some_and(in_time) && then.accepts_event(block, event) {
                        return true;
                    }
                    if first.accepts_event(block, event) {
                        earlier = Some(at);
                    }
                }
                false
            }
        }
    }
}

/// True if a number found is one that is asked for.
pub(super) fn holds(count: Count, found: u64) -> bool {
    match count {
        Count::AtLeast(n) => found >= u64::from(n),
        Count::AtMost(n) => found <= u64::from(n),
        Count::Exactly(n) => found == u64::from(n),
    }
}

pub(super) fn micros(seconds: f64) -> i64 {
    (seconds * 1e6).round() as i64
}
