//! What an alignment says of each step, in the customer's words.

use crate::align::{Aligned, Move};
use crate::network::{Network, State, StepIndex};

/// What became of a planned step in one journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The journey was over before it came there.
    NotReached,
    /// It was done where the plan has it, in time.
    AsPlanned,
    /// It is not done yet, and may still be.
    Undetermined,
    /// It was done, at another place of the journey than the plan has it.
    OutOfOrder,
    /// It was done after the time the plan allows, or that time is over and it was not done.
    Late,
    /// It was tried and failed, at least once.
    Failing,
    /// It was not done, and the journey has gone on.
    Missing,
}

impl Verdict {
    /// All; of several in one journey the last one here counts.
    pub const ALL: [Self; 7] = [
        Self::NotReached,
        Self::AsPlanned,
        Self::Undetermined,
        Self::OutOfOrder,
        Self::Late,
        Self::Failing,
        Self::Missing,
    ];
}

/// One journey, judged. Kept from one journey to the next for its memory.
#[derive(Debug, Default)]
pub struct Judged {
    /// By step of the map; none where the journey did not come by it, as on another branch.
    pub verdicts: Vec<Option<Verdict>>,
    /// Events beside the plan: the event, and where the journey stood. Those that are a step out of order are not in it.
    pub unplanned: Vec<(u32, State)>,
    /// Movements from one event at a step of the map to the next such event.
    pub movements: u64,
    /// Those of them that the plan has.
    pub explained: u64,
    /// The journey is over and ended where the plan lets it end.
    pub completed: bool,
    /// Microseconds by transition that has a limit: how long it took.
    pub times: Vec<(u16, i64)>,
}

impl Judged {
    /// Judges a journey that was aligned. `now` is the latest moment known, for what is due.
    pub fn judge(
        &mut self,
        network: &Network,
        journey: (&[u16], &[i64]),
        aligned: (Aligned, &[Move]),
        is_over: bool,
        now: i64,
    ) {
        let ((codes, times), (aligned, moves)) = (journey, aligned);
        self.verdicts.clear();
        self.verdicts.resize(network.leaving_out.len(), None);
        self.unplanned.clear();
        self.times.clear();
        (self.movements, self.explained) = (0, 0);
        // The event of the last step taken; and of the last event on the map whether it was one.
        let mut taken_last: Option<usize> = None;
        let mut before: Option<bool> = None;
        let mut left_out = false;
        // What is left out after the last event was not come to.
        let events = moves.iter().rposition(|step| !matches!(step, Move::LeftOut(_))).map_or(0, |last| last + 1);
        for step in &moves[events..] {
            if let Move::LeftOut(step) = *step
                && network.leaving_out[usize::from(step)] > 0
            {
                self.worse(step, Verdict::NotReached);
            }
        }
        for step in &moves[..events] {
            match *step {
                Move::LeftOut(step) => {
                    // Leaving out what may be left out is going by the plan; what no touchpoint shows cannot be missed.
                    if network.leaving_out[usize::from(step)] > 0 {
                        left_out = true;
                        self.worse(step, Verdict::Missing);
                    }
                }
                Move::Taken { event, transition, from, fails } => {
                    let (event, taken) = (event as usize, network.transitions[usize::from(transition)]);
                    let mut verdict = if fails { Verdict::Failing } else { Verdict::AsPlanned };
                    // A limit is one of this step after that one: not where others were left out in between.
                    if let (Some(within), Some(last), true) = (taken.within, taken_last, from == taken.from) {
                        let took = times[event] - times[last];
                        self.times.push((transition, took));
                        if took > within {
                            verdict = verdict.max(Verdict::Late);
                        }
                    }
                    self.worse(taken.step, verdict);
                    if let Some(on_plan) = before {
                        self.movements += 1;
                        self.explained += u64::from(on_plan && !left_out);
                    }
                    (before, taken_last) = (Some(true), Some(event));
                    left_out = false;
                }
                Move::Beside { event, at } => {
                    let code = codes[event as usize];
                    if network.knows(code) {
                        self.movements += u64::from(before.is_some());
                        before = Some(false);
                        left_out = false;
                    }
                    self.unplanned.push((event, at));
                }
            }
        }
        self.find_out_of_order(network, codes);
        self.completed = is_over && network.ends[usize::from(aligned.last)];
        if !is_over {
            self.look_ahead(network, aligned.last, taken_last.map(|event| times[event]), now);
        }
    }

    /// The journey went by the plan all along, as far as it has come.
    pub(crate) fn is_as_planned(&self, aligned: Aligned) -> bool {
        let bad =
            |verdict: &Verdict| !matches!(verdict, Verdict::AsPlanned | Verdict::Undetermined | Verdict::NotReached);
        aligned.cost == 0 && !self.verdicts.iter().flatten().any(bad)
    }

    fn worse(&mut self, step: StepIndex, verdict: Verdict) {
        let known = &mut self.verdicts[usize::from(step)];
        *known = Some(known.map_or(verdict, |known| known.max(verdict)));
    }

    /// A step that is missing at its place and was done at another is out of order; its event is not unplanned then. A step
    /// that was tried beside the plan and failed is failing.
    fn find_out_of_order(&mut self, network: &Network, codes: &[u16]) {
        let Self { verdicts, unplanned, .. } = self;
        unplanned.retain(|&(event, _)| {
            let takes = network.takes(codes[event as usize]);
            for &(transition, fails) in takes {
                let known = &mut verdicts[usize::from(network.transitions[usize::from(transition)].step)];
                match known {
                    Some(Verdict::Missing | Verdict::NotReached) if !fails => *known = Some(Verdict::OutOfOrder),
                    Some(Verdict::Missing | Verdict::NotReached | Verdict::AsPlanned | Verdict::Late) if fails => {
                        *known = Some(Verdict::Failing);
                    }
                    Some(_) | None => continue,
                }
                return false;
            }
            true
        });
    }

    /// Steps that may still come are undetermined. Those that had to follow within a time that is over are late, if nothing
    /// else could have followed.
    fn look_ahead(&mut self, network: &Network, last: State, since: Option<i64>, now: i64) {
        // None where a way has no limit; 0 where there is no way.
        let longest = network.from(last).try_fold(0, |longest, next| next.within.map(|within| within.max(longest)));
        let overdue = !network.ends[usize::from(last)]
            && since.zip(longest).is_some_and(|(since, longest)| longest > 0 && now.saturating_sub(since) > longest);
        if overdue {
            for next in network.from(last) {
                self.worse(next.step, Verdict::Late);
            }
        }
        for step in network.ahead(last) {
            self.verdicts[usize::from(*step)].get_or_insert(Verdict::Undetermined);
        }
    }
}
