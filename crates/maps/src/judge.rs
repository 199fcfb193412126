//! What is said of each step of a journey, times and all.

use model::Join;

use crate::kernel::Version;
use crate::network::StepIndex;
use crate::story::{Story, Told};
use crate::verdicts::Verdict;

/// What an edge with a limit or a join asks of a step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    /// It took so many microseconds.
    Took(StepIndex, i64),
    /// Two events have to be of one case or product.
    Joined(StepIndex, Join, [u32; 2]),
}

/// What had to follow within a time that is over has not: no way without a limit leads on, and the journey is not over. What comes
/// next is late then, if nothing else could have followed.
pub(crate) fn is_overdue(version: &Version, times: &[i64], story: Story<'_>, as_of: i64) -> bool {
    let (network, last) = (&version.network, story.last());
    if story.is_over() || network.ends[usize::from(last)] {
        return false;
    }
    // None where a way has no limit, 0 where there is no way.
    let longest = network.from(last).try_fold(0, |longest, next| next.within.map(|within| within.max(longest)));
    let since = story.taken_last().map(|event| times[event]);
    since.zip(longest).is_some_and(|(since, longest)| longest > 0 && as_of.saturating_sub(since) > longest)
}

/// Nothing is bound but by time, and nothing took too long.
pub(crate) fn is_in_time(version: &Version, times: &[i64], story: Story<'_>) -> bool {
    story.limited().all(|limited| {
        let transition = &version.network.transitions[usize::from(limited.transition)];
        let took = times[limited.event as usize] - times[limited.since as usize];
        transition.join == Join::Customer && transition.within.is_none_or(|within| took <= within)
    })
}

/// Judges journeys, one after the other, in the same memory.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    told: Vec<Told>,
    /// By step of the version: its place in `told` and one; 0 if nothing is said of it.
    place_of: Vec<u32>,
}

impl Judge {
    /// Judges a journey whose story is known, as of a moment. `bound` is shown what is bound by its edge, and says whether a
    /// join holds.
    pub(crate) fn judge(
        &mut self,
        version: &Version,
        (codes, times): (&[u16], &[i64]),
        story: Story<'_>,
        as_of: i64,
        mut bound: impl FnMut(Bound) -> bool,
    ) {
        self.judge_story(version, story);
        for limited in story.limited() {
            let transition = version.network.transitions[usize::from(limited.transition)];
            let told = |verdict| Told { step: transition.step, verdict, event: limited.event };
            if let Some(within) = transition.within {
                let took = times[limited.event as usize] - times[limited.since as usize];
                bound(Bound::Took(transition.step, took));
                if took > within {
                    self.tell(told(Verdict::Late));
                }
            }
            if transition.join != Join::Customer
                && !bound(Bound::Joined(transition.step, transition.join, [limited.since, limited.event]))
            {
                self.tell(told(Verdict::Missing));
            }
        }
        self.judge_rest(version, codes.len(), story, is_overdue(version, times, story, as_of));
    }

    /// Judges journeys of which nothing else is to be said than their story, and whether something is overdue.
    pub(crate) fn judge_alike(&mut self, version: &Version, events: usize, story: Story<'_>, overdue: bool) {
        self.judge_story(version, story);
        self.judge_rest(version, events, story, overdue);
    }

    fn judge_story(&mut self, version: &Version, story: Story<'_>) {
        for told in self.told.drain(..) {
            self.place_of[usize::from(told.step)] = 0;
        }
        if self.place_of.len() < version.places.len() {
            self.place_of.resize(version.places.len(), 0);
        }
        story.verdicts().for_each(|told| self.tell(told));
    }

    /// What is to come, where the journey is not over.
    fn judge_rest(&mut self, version: &Version, events: usize, story: Story<'_>, overdue: bool) {
        if story.is_over() {
            return;
        }
        let (network, last) = (&version.network, story.last());
        let event = events.saturating_sub(1) as u32;
        if overdue {
            for next in network.from(last) {
                self.tell(Told { step: next.step, verdict: Verdict::Late, event });
            }
        }
        for &step in network.ahead(last) {
            if self.place_of[usize::from(step)] == 0 {
                self.tell(Told { step, verdict: Verdict::Undetermined, event });
            }
        }
    }

    /// What is said of the journey judged last, each step once.
    pub(crate) fn told(&self) -> &[Told] {
        &self.told
    }

    /// The journey judged last, with its story, went by the plan all along, as far as it has come.
    pub(crate) fn is_as_planned(&self, story: Story<'_>) -> bool {
        story.cost() == 0 && !self.told.iter().any(|told| told.verdict.deviates())
    }

    fn tell(&mut self, told: Told) {
        let place = &mut self.place_of[usize::from(told.step)];
        if *place == 0 {
            self.told.push(told);
            *place = self.told.len() as u32;
        } else {
            let known = &mut self.told[*place as usize - 1];
            if known.verdict < told.verdict {
                *known = told;
            }
        }
    }
}
