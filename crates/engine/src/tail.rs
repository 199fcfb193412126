//! The newest events, not yet in columns. Kept as the journal's own blocks with a few numbers beside each event, so that
//! they are in every answer at once.

use std::sync::Arc;

use model::{Arrival, MoodCode};
use store::Block;

use crate::labels::{ChannelCode, Code};

/// What answers need of an event without decoding it. 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TailRow {
    /// Event time in microseconds.
    pub(crate) at: i64,
    /// The identifier the event belongs to.
    pub(crate) anchor: u32,
    /// Its touchpoint.
    pub(crate) code: Code,
    /// Its channel.
    pub(crate) channel: ChannelCode,
    /// How the person felt; none for kinds that take no place in journeys.
    pub(crate) in_journeys: Option<MoodCode>,
}

/// A block with its rows; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct TailBlock {
    pub(crate) block: Arc<Block>,
    pub(crate) rows: Arc<[TailRow]>,
}

impl TailBlock {
    pub(crate) fn rows(&self) -> impl Iterator<Item = (usize, Arrival, &TailRow)> {
        let first = self.block.first.0;
        self.rows.iter().enumerate().map(move |(index, row)| (index, Arrival(first + index as u64), row))
    }
}

#[derive(Debug, Default)]
pub(crate) struct Tail {
    blocks: Vec<TailBlock>,
    events: usize,
    bytes: usize,
}

impl Tail {
    pub(crate) fn push(&mut self, block: Arc<Block>, rows: Vec<TailRow>) {
        self.events += rows.len();
        self.bytes += held_bytes(&block);
        self.blocks.push(TailBlock { block, rows: rows.into() });
    }

    /// Drops the blocks that have become columns.
    pub(crate) fn drop_through(&mut self, position: u64) {
        let gone = self.blocks.partition_point(|tail| tail.block.position <= position);
        for tail in self.blocks.drain(..gone) {
            self.events -= tail.rows.len();
            self.bytes -= held_bytes(&tail.block);
        }
    }

    pub(crate) fn blocks(&self) -> &[TailBlock] {
        &self.blocks
    }

    /// Events and bytes held.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.events, self.bytes)
    }
}

fn held_bytes(block: &Block) -> usize {
    block.size() + block.len() * (size_of::<TailRow>() + size_of::<u32>())
}
