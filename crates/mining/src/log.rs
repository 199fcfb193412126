//! Events as kernels meet them.

use std::fmt;
use std::ops::Range;

use model::{CustomerId, MoodCode, Timestamp};

/// Some customers with all their events: columns of equal length, ordered by customer, time, arrival.
///
/// A customer's events are one *run*; the number of the run is the customer's number in the block.
#[derive(Clone, Copy, Debug, Default)]
pub struct Block<'a> {
    /// Touchpoint of each event: index into [`crate::Names::labels`].
    pub codes: &'a [u16],
    /// Channel of each event: index into [`crate::Names::channels`].
    pub channels: &'a [u8],
    /// Mood of each event.
    pub moods: &'a [MoodCode],
    /// Time of each event, microseconds since 1970.
    pub times: &'a [i64],
    /// Arrival number of each event; breaks ties where events of several customers come together in a case.
    pub arrivals: &'a [u64],
    /// Where each run begins, and at last the number of events; empty if there is none.
    pub runs: &'a [u32],
    /// The id of each run's customer.
    pub customers: &'a [CustomerId],
    /// The case of each event, [`NO_CASE`] where it has none; only the rule `case:` needs it.
    pub cases: Option<&'a [u32]>,
}

impl Block<'_> {
    /// The events of a run.
    pub(crate) fn run(&self, customer: usize) -> Range<usize> {
        self.runs[customer] as usize..self.runs[customer + 1] as usize
    }
}

/// Stands in [`Block::cases`] for an event that belongs to no case.
pub const NO_CASE: u32 = u32::MAX;

/// Where blocks come from: memory, or files read when they are asked for.
pub trait Source: Sync {
    /// Number of blocks. A customer lies in one block.
    fn blocks(&self) -> usize;

    /// Events in a block, known without reading it.
    fn events(&self, block: usize) -> usize;

    /// What tells a block from others whenever the log is read; blocks may come in another order each time.
    fn number(&self, block: usize) -> u32 {
        block as u32
    }

    /// Shows a block to `look`, once.
    fn visit(&self, block: usize, look: &mut dyn FnMut(Block<'_>)) -> Result<(), Unreadable>;
}

/// Why a block could not be read.
#[derive(Debug)]
pub struct Unreadable(pub Box<dyn std::error::Error + Send + Sync>);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Unreadable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Blocks in memory.
impl Source for &[Block<'_>] {
    fn blocks(&self) -> usize {
        self.len()
    }

    fn events(&self, block: usize) -> usize {
        self[block].codes.len()
    }

    fn visit(&self, block: usize, look: &mut dyn FnMut(Block<'_>)) -> Result<(), Unreadable> {
        look(self[block]);
        Ok(())
    }
}

/// Which events a question is about: those with `from <= time < to`. An end that is not set is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeRange {
    /// The first moment inside.
    pub from: Option<Timestamp>,
    /// The first moment after.
    pub to: Option<Timestamp>,
}

impl TimeRange {
    /// Every moment.
    pub const ALL: Self = Self { from: None, to: None };

    /// The part of `run` whose events lie in the range; times ascend within a run.
    pub(crate) fn within(&self, times: &[i64], run: Range<usize>) -> Range<usize> {
        let position = |bound: Option<Timestamp>, otherwise: usize| match bound {
            Some(bound) => run.start + times[run.clone()].partition_point(|&time| time < bound.micros()),
            None => otherwise,
        };
        let begin = position(self.from, run.start);
        begin..position(self.to, run.end).max(begin)
    }

    pub(crate) fn contains(&self, time: i64) -> bool {
        self.from.is_none_or(|from| from.micros() <= time) && self.to.is_none_or(|to| time < to.micros())
    }
}
