//! Cases: events of whoever belong together are made neighbours.

use model::{CustomerId, MoodCode};

use crate::choose::Chosen;
use crate::log::{Block, NO_CASE, Source, TimeRange, Unreadable};

/// The chosen events in the order of (case, time, arrival). A case is counted for the customer of its first event; the
/// cases of one customer are neighbours, and each customer stays in the block it came from.
#[derive(Debug)]
pub(crate) struct Regrouped {
    blocks: Vec<Owned>,
    /// Events in the range that belong to no case.
    pub(crate) outside: u64,
    /// Events in the range that were not chosen.
    pub(crate) not_chosen: u64,
}

#[derive(Debug, Default)]
struct Owned {
    codes: Vec<u16>,
    channels: Vec<u8>,
    moods: Vec<MoodCode>,
    times: Vec<i64>,
    arrivals: Vec<u64>,
    /// Whose each event is, whoever its case counts for.
    whose: Vec<CustomerId>,
    runs: Vec<u32>,
    customers: Vec<CustomerId>,
    cases: Vec<u32>,
}

/// An event on its way into its case; the order of the fields is the order of the events.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct CaseEvent {
    case: u32,
    at: i64,
    arrival: u64,
    block: u32,
    customer: CustomerId,
    code: u16,
    channel: u8,
    mood: MoodCode,
}

impl Regrouped {
    /// Reads every block; costs 48 bytes a chosen event until it returns.
    pub(crate) fn of<S: Source + ?Sized>(
        source: &S,
        chosen: &Chosen,
        range: TimeRange,
        through: u64,
    ) -> Result<Self, Unreadable> {
        let mut regrouped = Self { blocks: Vec::new(), outside: 0, not_chosen: 0 };
        regrouped.blocks.resize_with(source.blocks(), Owned::default);
        let mut events: Vec<CaseEvent> = Vec::new();
        for number in 0..source.blocks() {
            source.visit(number, &mut |block| {
                let cases = block.cases.unwrap_or_default();
                for customer in 0..block.customers.len() {
                    for event in block.run(customer) {
                        let (code, channel, at) = (block.codes[event], block.channels[event], block.times[event]);
                        let case = cases.get(event).copied().unwrap_or(NO_CASE);
                        if !range.contains(at) || block.arrivals[event] > through {
                        } else if !chosen.accepts(code, channel, at) {
                            regrouped.not_chosen += 1;
                        } else if case == NO_CASE {
                            regrouped.outside += 1;
                        } else {
                            let (arrival, customer) = (block.arrivals[event], block.customers[customer]);
                            let (block, mood) = (number as u32, block.moods[event]);
                            events.push(CaseEvent { case, at, arrival, block, customer, code, channel, mood });
                        }
                    }
                }
            })?;
        }
        events.sort_unstable();
        let mut cases: Vec<&[CaseEvent]> = events.chunk_by(|a, b| a.case == b.case).collect();
        cases.sort_by_key(|case| (case[0].block, case[0].customer));
        for of_customer in cases.chunk_by(|a, b| (a[0].block, a[0].customer) == (b[0].block, b[0].customer)) {
            let first = &of_customer[0][0];
            let owned = &mut regrouped.blocks[first.block as usize];
            owned.customers.push(first.customer);
            owned.runs.push(owned.codes.len() as u32);
            for event in of_customer.iter().copied().flatten() {
                owned.codes.push(event.code);
                owned.channels.push(event.channel);
                owned.moods.push(event.mood);
                owned.times.push(event.at);
                owned.arrivals.push(event.arrival);
                owned.whose.push(event.customer);
                owned.cases.push(event.case);
            }
        }
        for owned in regrouped.blocks.iter_mut().filter(|owned| !owned.runs.is_empty()) {
            owned.runs.push(owned.codes.len() as u32);
        }
        Ok(regrouped)
    }

    /// Whose each event of a block is.
    pub(crate) fn whose(&self, block: usize) -> &[CustomerId] {
        &self.blocks[block].whose
    }
}

impl Source for Regrouped {
    fn blocks(&self) -> usize {
        self.blocks.len()
    }

    fn events(&self, block: usize) -> usize {
        self.blocks[block].codes.len()
    }

    fn visit(&self, block: usize, look: &mut dyn FnMut(Block<'_>)) -> Result<(), Unreadable> {
        let owned = &self.blocks[block];
        look(Block {
            codes: &owned.codes,
            channels: &owned.channels,
            moods: &owned.moods,
            times: &owned.times,
            arrivals: &owned.arrivals,
            runs: &owned.runs,
            customers: &owned.customers,
            cases: Some(&owned.cases),
        });
        Ok(())
    }
}
