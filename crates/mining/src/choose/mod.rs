//! Filters in the codes of a log: which events count, which journeys are looked at.

mod deeds;
mod journeys;
mod way;

use std::collections::HashMap;

use model::filter::{EventTest, Formula, Order};
use model::{CustomerId, EventFilter, MoodCode};

use crate::log::{Block, TimeRange};
use crate::names::Names;

pub(crate) use journeys::{Customers, Wanted};
pub(crate) use way::Way;

/// The values of one property of customers, by customer id; who has none is not in it.
pub type Properties = HashMap<CustomerId, String>;

/// An event filter in codes. Touchpoint, medium and moment are one question: which codes.
#[derive(Clone, Debug)]
pub(crate) enum Chosen {
    All,
    Code(Vec<bool>),
    Channel(Vec<bool>),
    Time(Order, i64),
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
}

impl Chosen {
    pub(crate) fn of(filter: &EventFilter, names: &Names<'_>) -> Self {
        match filter {
            Formula::Test(EventTest::Touchpoint(test)) => {
                Self::Code(names.labels.iter().map(|label| test.accepts(label)).collect())
            }
            Formula::Test(EventTest::Channel(test)) => Self::Channel(
                (0..=255).map(|code| test.accepts(names.channels.get(code).map_or("", |name| name))).collect(),
            ),
            Formula::Test(EventTest::Peso(wanted)) => {
                let says = |code| names.facts(code).peso.is_some_and(|peso| wanted.contains(&peso));
                Self::Code((0..names.labels.len()).map(says).collect())
            }
            Formula::Test(EventTest::Stage(wanted)) => {
                let says = |code| names.facts(code).moment.is_some_and(|moment| wanted.contains(&moment));
                Self::Code((0..names.labels.len()).map(says).collect())
            }
            Formula::Test(EventTest::Time(order, moment)) => Self::Time(*order, moment.micros()),
            Formula::Not(inner) => match Self::of(inner, names) {
                Self::Code(codes) => Self::Code(codes.into_iter().map(|is| !is).collect()),
                Self::Channel(channels) => Self::Channel(channels.into_iter().map(|is| !is).collect()),
                other @ (Self::All | Self::Time(..) | Self::Not(_) | Self::And(_) | Self::Or(_)) => {
                    Self::Not(Box::new(other))
                }
            },
            Formula::And(parts) => Self::joined(parts, names, |a, b| a && b, Self::And),
            Formula::Or(parts) => Self::joined(parts, names, |a, b| a || b, Self::Or),
        }
    }

    /// Parts that all ask for the code are one table, and so for the channel.
    fn joined(
        parts: &[EventFilter],
        names: &Names<'_>,
        join: fn(bool, bool) -> bool,
        otherwise: fn(Vec<Self>) -> Self,
    ) -> Self {
        let mut joined: Vec<Self> = Vec::new();
        for part in parts {
            let part = Self::of(part, names);
            let same = joined.iter_mut().find_map(|earlier| match (earlier, &part) {
                (Self::Code(all), Self::Code(more)) | (Self::Channel(all), Self::Channel(more)) => Some((all, more)),
                _ => None,
            });
            match same {
                Some((all, more)) => {
                    for (is, more) in all.iter_mut().zip(more) {
                        *is = join(*is, *more);
                    }
                }
                None => joined.push(part),
            }
        }
        if joined.len() == 1 { joined.remove(0) } else { otherwise(joined) }
    }

    #[inline]
    pub(crate) fn accepts(&self, code: u16, channel: u8, at: i64) -> bool {
        match self {
            Self::All => true,
            Self::Code(codes) => codes[usize::from(code)],
            Self::Channel(channels) => channels[usize::from(channel)],
            Self::Time(order, moment) => match order {
                Order::Less => at < *moment,
                Order::AtMost => at <= *moment,
                Order::AtLeast => at >= *moment,
                Order::More => at > *moment,
            },
            Self::Not(inner) => !inner.accepts(code, channel, at),
            Self::And(parts) => parts.iter().all(|part| part.accepts(code, channel, at)),
            Self::Or(parts) => parts.iter().any(|part| part.accepts(code, channel, at)),
        }
    }

    pub(crate) fn accepts_event(&self, block: &Block<'_>, event: usize) -> bool {
        self.accepts(block.codes[event], block.channels[event], block.times[event])
    }
}

/// The chosen events of a block, in memory that serves the next block too. Customers without any keep an empty run, so
/// that their numbers stay.
#[derive(Debug, Default)]
pub(crate) struct Filtered {
    codes: Vec<u16>,
    channels: Vec<u8>,
    moods: Vec<MoodCode>,
    times: Vec<i64>,
    /// Only filled where somebody asks which event is which: no kernel does.
    arrivals: Option<Vec<u64>>,
    runs: Vec<u32>,
    /// Events in the range that were not chosen.
    pub(crate) not_chosen: u64,
}

impl Filtered {
    /// Keeps the arrival numbers, too.
    pub(crate) fn with_arrivals() -> Self {
        Self { arrivals: Some(Vec::new()), ..Self::default() }
    }

    pub(crate) fn fill(&mut self, block: &Block<'_>, chosen: &Chosen, range: TimeRange, through: u64) {
        self.codes.clear();
        self.channels.clear();
        self.moods.clear();
        self.times.clear();
        self.runs.clear();
        self.arrivals.iter_mut().for_each(Vec::clear);
        let mut in_range = 0;
        for customer in 0..block.customers.len() {
            self.runs.push(self.codes.len() as u32);
            let run = range.within(block.times, block.run(customer));
            let arrived = |event: &usize| through == u64::MAX || block.arrivals[*event] <= through;
            in_range += run.clone().filter(arrived).count();
            for event in run.filter(arrived).filter(|&event| chosen.accepts_event(block, event)) {
                self.codes.push(block.codes[event]);
                self.channels.push(block.channels[event]);
                self.moods.push(block.moods[event]);
                self.times.push(block.times[event]);
                if let Some(arrivals) = &mut self.arrivals {
                    arrivals.push(block.arrivals[event]);
                }
            }
        }
        self.runs.push(self.codes.len() as u32);
        self.not_chosen = (in_range - self.codes.len()) as u64;
    }

    pub(crate) fn block<'b>(&'b self, of: &Block<'b>) -> Block<'b> {
        Block {
            codes: &self.codes,
            channels: &self.channels,
            moods: &self.moods,
            times: &self.times,
            arrivals: self.arrivals.as_deref().unwrap_or_default(),
            runs: &self.runs,
            customers: of.customers,
            cases: None,
        }
    }
}
