//! What an alignment says of each step, whatever the times were: journeys through the same touchpoints share it.

use model::Join;

use crate::align::{Aligned, Aligner, Move};
use crate::network::{Network, State, StepIndex};
use crate::verdicts::Verdict;

/// What is said of a step, and the event of the journey by which it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) step: StepIndex,
    pub(crate) verdict: Verdict,
    pub(crate) event: u32,
}

/// A step that was taken along an edge with a limit or a join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limited {
    pub(crate) transition: u16,
    pub(crate) event: u32,
    /// The event of the step before.
    pub(crate) since: u32,
}

/// The way that stands for ending.
pub(crate) const ENDING: u16 = u16::MAX;

/// Judges sequences of touchpoints, one after the other, in the same memory.
#[derive(Debug, Default)]
pub(crate) struct Teller {
    aligner: Aligner,
    /// By step of the map; none where the journey did not come by it, as on another branch.
    verdicts: Vec<Option<(Verdict, u32)>>,
    left_out: Vec<StepIndex>,
    limited: Vec<Limited>,
    taken: Vec<(u32, StepIndex)>,
    unplanned: Vec<(u32, State)>,
    went: Vec<(State, u16)>,
}

impl Teller {
    /// Aligns and judges a sequence, and writes what it comes to behind `words`, to be read as a [`Story`]. `quiet` says
    /// that nothing has happened for longer than the map allows; a journey is over by then, or once it has come to an end
    /// that nothing follows.
    pub(crate) fn tell(&mut self, network: &Network, codes: &[u16], quiet: bool, words: &mut Vec<u32>) {
        let mut is_over = quiet;
        let mut aligned = self.aligner.align(network, codes, is_over);
        if !is_over && network.ends[usize::from(aligned.last)] && network.from(aligned.last).next().is_none() {
            is_over = true;
            aligned = self.aligner.align(network, codes, true);
        }
        self.judge(network, codes, aligned, is_over, words);
    }

    fn judge(&mut self, network: &Network, codes: &[u16], aligned: Aligned, is_over: bool, words: &mut Vec<u32>) {
        self.verdicts.clear();
        self.verdicts.resize(network.leaving_out.len(), None);
        self.limited.clear();
        self.taken.clear();
        self.unplanned.clear();
        self.went.clear();
        self.left_out.clear();
        let (mut movements, mut explained) = (0, 0);
        // The event of the last step taken; and of the last event on the map whether it was one.
        let mut taken_last: Option<u32> = None;
        let mut before: Option<bool> = None;
        let moves = std::mem::take(&mut self.aligner.moves);
        // What is left out after the last event was not come to.
        let events = moves.iter().rposition(|step| !matches!(step, Move::LeftOut(_))).map_or(0, |last| last + 1);
        let last_event = codes.len().saturating_sub(1) as u32;
        for step in &moves[events..] {
            if let Move::LeftOut(step) = *step
                && network.leaving_out[usize::from(step)] > 0
            {
                self.worse(step, Verdict::NotReached, last_event);
            }
        }
        for step in &moves[..events] {
            match *step {
                // Leaving out what may be left out is going by the plan; what no touchpoint shows cannot be missed.
                Move::LeftOut(step) if network.leaving_out[usize::from(step)] > 0 => self.left_out.push(step),
                Move::LeftOut(_) => {}
                Move::Taken { event, transition, from, fails } => {
                    let taken = network.transitions[usize::from(transition)];
                    let explains = self.left_out.is_empty();
                    for step in std::mem::take(&mut self.left_out) {
                        self.worse(step, Verdict::Missing, event);
                    }
                    let verdict = if fails { Verdict::Failing } else { Verdict::AsPlanned };
                    // An edge is one of this step after that one: not where others were left out in between.
                    let is_bound = taken.within.is_some() || taken.join != Join::Customer;
                    if let (true, Some(since), true) = (is_bound, taken_last, from == taken.from) {
                        self.limited.push(Limited { transition, event, since });
                    }
                    if from == taken.from {
                        self.went.push((from, transition));
                    }
                    self.worse(taken.step, verdict, event);
                    self.taken.push((event, taken.step));
                    if let Some(on_plan) = before {
                        movements += 1;
                        explained += u32::from(on_plan && explains);
                    }
                    (before, taken_last) = (Some(true), Some(event));
                }
                Move::Beside { event, at } => {
                    if network.knows(codes[event as usize]) {
                        movements += u32::from(before.is_some());
                        before = Some(false);
                    }
                    self.unplanned.push((event, at));
                }
            }
        }
        self.aligner.moves = moves;
        self.find_out_of_order(network, codes);
        let completed = is_over && network.ends[usize::from(aligned.last)];
        if completed {
            self.went.push((aligned.last, ENDING));
        }
        let comes = |known: &Option<(Verdict, u32)>| known.filter(|(verdict, _)| *verdict != Verdict::NotReached);
        let told = self.verdicts.iter().filter_map(comes).count() as u32;
        words.extend([
            aligned.cost,
            aligned.worst,
            u32::from(aligned.last) | u32::from(is_over) << 16 | u32::from(completed) << 17,
            codes.iter().filter(|&&code| network.knows(code)).count() as u32,
            movements,
            explained,
            taken_last.map_or(0, |event| event + 1),
            self.limited.len() as u32,
            told,
            self.taken.len() as u32,
            self.unplanned.len() as u32,
            last_event,
            self.verdicts.len().div_ceil(32) as u32,
        ]);
        // Most journeys are looked at no further than to here.
        words.extend(
            self.limited.iter().flat_map(|limited| [u32::from(limited.transition), limited.event, limited.since]),
        );
        for (step, known) in self.verdicts.iter().enumerate() {
            let told = comes(known).map(|(verdict, event)| [step as u32 | (verdict as u32) << 16, event]);
            words.extend(told.into_iter().flatten());
        }
        words.extend(self.taken.iter().flat_map(|&(event, step)| [event, u32::from(step)]));
        words.extend(self.unplanned.iter().flat_map(|&(event, at)| [event, u32::from(at)]));
        // What a journey did not come to is most of the map for most of them, and all of it shows by the last event: a bit each.
        words.extend(self.verdicts.chunks(32).map(|steps| {
            let bits = steps.iter().enumerate().map(|(bit, known)| match known {
                Some((Verdict::NotReached, _)) => 1 << bit,
                Some(_) | None => 0,
            });
            bits.fold(0, |all: u32, bit: u32| all | bit)
        }));
        words.extend(self.went.iter().map(|&(from, way)| u32::from(from) | u32::from(way) << 16));
    }

    fn worse(&mut self, step: StepIndex, verdict: Verdict, event: u32) {
        let known = &mut self.verdicts[usize::from(step)];
        if known.is_none_or(|(known, _)| known < verdict) {
            *known = Some((verdict, event));
        }
    }

    /// A step that is missing at its place and was done at another is out of order; its event is not unplanned then. A step
    /// that was tried beside the plan and failed is failing.
    fn find_out_of_order(&mut self, network: &Network, codes: &[u16]) {
        let Self { verdicts, unplanned, taken, .. } = self;
        unplanned.retain(|&(event, _)| {
            let takes = network.takes(codes[event as usize]);
            for &(transition, fails) in takes {
                let step = network.transitions[usize::from(transition)].step;
                let known = &mut verdicts[usize::from(step)];
                match known {
                    Some((Verdict::Missing | Verdict::NotReached, _)) if !fails => {
                        *known = Some((Verdict::OutOfOrder, event));
                    }
                    Some((Verdict::Missing | Verdict::NotReached | Verdict::AsPlanned, _)) if fails => {
                        *known = Some((Verdict::Failing, event));
                    }
                    Some(_) | None => continue,
                }
                taken.push((event, step));
                return false;
            }
            true
        });
    }
}

/// What a sequence of touchpoints comes to, as it was written by a [`Teller`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Story<'a>(pub(crate) &'a [u32]);

/// Words before the lists.
const HEAD: usize = 13;

impl<'a> Story<'a> {
    /// Planned steps left out that had to be done, failures, and events beside the plan that it does not allow there.
    pub(crate) fn cost(self) -> u32 {
        self.0[0]
    }

    /// What it would cost to leave out the whole plan, with all events beside it.
    pub(crate) fn worst(self) -> u32 {
        self.0[1]
    }

    /// The last state that was come to.
    pub(crate) fn last(self) -> State {
        self.0[2] as State
    }

    /// Nothing more is to be expected of it.
    pub(crate) fn is_over(self) -> bool {
        self.0[2] >> 16 & 1 > 0
    }

    /// It is over and ended where the plan lets it end.
    pub(crate) fn completed(self) -> bool {
        self.0[2] >> 17 & 1 > 0
    }

    /// Events at touchpoints of the map.
    pub(crate) fn on_map(self) -> u64 {
        u64::from(self.0[3])
    }

    /// Movements from one event at a touchpoint of the map to the next, and those of them that the plan has.
    pub(crate) fn movements(self) -> (u64, u64) {
        (u64::from(self.0[4]), u64::from(self.0[5]))
    }

    /// The event of the last step that was taken.
    pub(crate) fn taken_last(self) -> Option<usize> {
        (self.0[6] as usize).checked_sub(1)
    }

    fn list(self, which: usize) -> &'a [u32] {
        const WIDTHS: [usize; 5] = [3, 2, 2, 2, 1];
        // The last event stands between the numbers of the lists.
        let length = |which: usize| self.0[7 + which + usize::from(which == 4)] as usize * WIDTHS[which];
        let begin = HEAD + (0..which).map(length).sum::<usize>();
        if which < WIDTHS.len() { &self.0[begin..begin + length(which)] } else { &self.0[begin..] }
    }

    /// Steps of which something is said; steps that may still come are not among them.
    pub(crate) fn verdicts(self) -> impl Iterator<Item = Told> + 'a {
        let told = self.list(1).chunks_exact(2).map(|words| Told {
            step: words[0] as StepIndex,
            verdict: Verdict::ALL[(words[0] >> 16) as usize],
            event: words[1],
        });
        told.chain(self.not_reached())
    }

    fn not_reached(self) -> impl Iterator<Item = Told> + 'a {
        let event = self.0[11];
        self.list(4).iter().zip(0_u16..).flat_map(move |(&bits, word)| {
            let next = |bits: &u32| Some(bits & (bits - 1)).filter(|rest| *rest > 0);
            let bits = std::iter::successors(Some(bits).filter(|bits| *bits > 0), next);
            bits.map(move |bits| {
                let step = 32 * word + bits.trailing_zeros() as StepIndex;
                Told { step, verdict: Verdict::NotReached, event }
            })
        })
    }

    /// Steps taken along an edge with a limit or a join.
    pub(crate) fn limited(self) -> impl Iterator<Item = Limited> + 'a {
        let words = self.list(0).chunks_exact(3);
        words.map(|words| Limited { transition: words[0] as u16, event: words[1], since: words[2] })
    }

    /// Events that are a step of the map, at its place or out of order.
    pub(crate) fn taken(self) -> impl Iterator<Item = (u32, StepIndex)> + 'a {
        self.list(2).chunks_exact(2).map(|words| (words[0], words[1] as StepIndex))
    }

    /// Events beside the plan, and where the journey stood. Those that are a step out of order are not among them.
    pub(crate) fn unplanned(self) -> impl Iterator<Item = (u32, State)> + 'a {
        self.list(3).chunks_exact(2).map(|words| (words[0], words[1] as State))
    }

    /// Ways taken by the plan: from which state, and along which transition or [`ENDING`].
    pub(crate) fn went(self) -> impl Iterator<Item = (State, u16)> + 'a {
        self.list(5).iter().map(|word| (*word as State, (word >> 16) as u16))
    }
}
