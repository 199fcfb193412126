//! Ways through a journey: `a -> ... -> b without c within 7 days`, in codes.

use std::ops::Range;

use model::Invalid;
use model::filter::{Link, PathPattern, Step};

use super::Chosen;
use super::deeds::micros;
use crate::log::Block;
use crate::names::Names;

/// Most steps of a way.
pub(super) const MOST_STEPS: usize = 32;

/// Marks an event that may not lie between the first and the last event of a match; the bits below are the steps.
const FORBIDDEN: u64 = 1 << 63;

/// A [`PathPattern`] in the codes of a log.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    steps: usize,
    /// By code: a bit for each step that such an event may be.
    of_code: Vec<u64>,
    /// The same by channel; empty where nothing asks for the channel. An event is what both say.
    of_channel: Vec<u64>,
    /// What neither code nor channel decides: a bit, and the test it needs besides.
    besides: Vec<(u64, Chosen)>,
    /// The steps that the next one follows directly.
    then_directly: u64,
    at_start: bool,
    at_end: bool,
    within: Option<i64>,
}

/// One finding of a way: indices of its first and its last event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The first event.
    pub(crate) first: usize,
    /// The last event.
    pub(crate) last: usize,
}

impl Way {
    /// The pattern in the codes of a log. Refused: more than 32 steps.
    pub(crate) fn of(pattern: &PathPattern, names: &Names<'_>) -> Result<Self, Invalid> {
        let steps = pattern.next.len() + 1;
        if steps > MOST_STEPS {
            return Err(Invalid::new("way", &pattern.to_string(), format!("has more than {MOST_STEPS} steps")));
        }
        let all_steps = u64::MAX >> (64 - steps);
        let forbidden = if pattern.without.is_some() { FORBIDDEN } else { 0 };
        let mut way = Self {
            steps,
            of_code: vec![all_steps | forbidden; names.labels.len()],
            of_channel: Vec::new(),
            besides: Vec::new(),
            then_directly: 0,
            at_start: pattern.at_start,
            at_end: pattern.at_end,
            within: pattern.within_s.map(micros),
        };
        for (index, (link, _)) in pattern.next.iter().enumerate() {
            way.then_directly |= u64::from(*link == Link::Directly) << index;
        }
        for (index, step) in
            std::iter::once(&pattern.first).chain(pattern.next.iter().map(|(_, step)| step)).enumerate()
        {
            match step {
                Step::Any => {}
                Step::Event(event) => way.narrow(1 << index, Chosen::of(event, names)),
            }
        }
        if let Some(without) = &pattern.without {
            way.narrow(FORBIDDEN, Chosen::of(without, names));
        }
        Ok(way)
    }

    /// Takes the bit from all events that are not chosen.
    fn narrow(&mut self, bit: u64, chosen: Chosen) {
        let take = |masks: &mut [u64], keep: &[bool]| {
            masks.iter_mut().zip(keep).filter(|(_, keep)| !**keep).for_each(|(mask, _)| *mask &= !bit);
        };
        match chosen {
            Chosen::All => {}
            Chosen::Code(codes) => take(&mut self.of_code, &codes),
            Chosen::Channel(channels) => {
                self.of_channel.resize(channels.len(), u64::MAX);
                take(&mut self.of_channel, &channels);
            }
            Chosen::And(parts) => parts.into_iter().for_each(|part| self.narrow(bit, part)),
            test @ (Chosen::Time(..) | Chosen::Not(_) | Chosen::Or(_)) => self.besides.push((bit, test)),
        }
    }

    /// What an event may be.
    #[inline]
    fn roles(&self, block: &Block<'_>, event: usize) -> u64 {
        let mut roles = self.of_code[usize::from(block.codes[event])];
        if !self.of_channel.is_empty() {
            roles &= self.of_channel[usize::from(block.channels[event])];
        }
        for (bit, test) in &self.besides {
            if roles & bit != 0 && !test.accepts_event(block, event) {
                roles &= !bit;
            }
        }
        roles
    }

    pub(crate) fn is_found(&self, block: &Block<'_>, journey: Range<usize>) -> bool {
        let begin = journey.start;
        self.find(block, journey, begin).is_some()
    }

    /// The finding in a journey, from an event on, that ends first; of those the one that begins last. None if there is
    /// none.
    ///
    /// One pass. For each step the latest first event from which it was reached is enough: to begin later is to have
    /// fewer events between and less time gone by, so no earlier beginning can do what the latest cannot. Which steps
    /// were reached is a set of bits, so that an event that can be none of the steps that are due costs a look.
    pub(crate) fn find(&self, block: &Block<'_>, journey: Range<usize>, from: usize) -> Option<Found> {
        if journey.end.saturating_sub(from) < self.steps || (self.at_start && from != journey.start) {
            return None;
        }
        let last = self.steps - 1;
        // Steps reached by the event before and by any so far, and from which beginning at the latest.
        let (mut just_now, mut so_far) = (0_u64, 0_u64);
        let (mut begun_now, mut begun_so_far) = ([0_u32; MOST_STEPS], [0_u32; MOST_STEPS]);
        for event in from..journey.end {
            let roles = self.roles(block, event);
            if (just_now | so_far | (roles & 1)) == 0 {
                // Nothing has begun, and nothing begins here.
                if self.at_start {
                    return None;
                }
                continue;
            }
            let may_begin = u64::from(!self.at_start || event == from);
            let due = may_begin | ((just_now & self.then_directly | so_far & !self.then_directly) << 1);
            let mut possible = roles & due & !FORBIDDEN;
            just_now = 0;
            // From the last step down: a step looks at what the one before was at the event before.
            while possible != 0 {
                let step = possible.ilog2() as usize;
                possible &= !(1 << step);
                let begun = match step.checked_sub(1) {
                    None => event as u32,
                    Some(before) if self.then_directly & (1 << before) != 0 => begun_now[before],
                    Some(before) => begun_so_far[before],
                };
                let in_time = self
                    .within
                    .is_none_or(|within| block.times[event].saturating_sub(block.times[begun as usize]) <= within);
                if !in_time {
                    continue;
                }
                if step == last && (!self.at_end || event + 1 == journey.end) {
                    return Some(Found { first: begun as usize, last: event });
                }
                just_now |= 1 << step;
                begun_now[step] = begun;
            }
            if roles & FORBIDDEN != 0 {
                // Whatever began earlier has this event in between; what begins here does not.
                so_far = 0;
                just_now &= 1;
            }
            let mut reached = just_now;
            while reached != 0 {
                let step = reached.trailing_zeros() as usize;
                reached &= reached - 1;
                let earlier = if so_far & (1 << step) != 0 { begun_so_far[step] } else { 0 };
                begun_so_far[step] = earlier.max(begun_now[step]);
            }
            so_far |= just_now;
            if self.at_start && so_far == 0 {
                return None;
            }
        }
        None
    }
}
