//! The course of a map: which verdicts fall from one moment to the next.
//!
//! Journeys that begin later have had less time to go wrong, so periods cannot be compared by the journeys that begin in them.
//! Here each journey is judged twice, as it stood when a period began and as it stood when it ended: what has been said of it
//! in between is what the period has to answer for. That is alike for all periods of equal length, also for the last one.

use mining::compare::Figure;
use mining::report::{Answer, Table};
use mining::statistics::{Denominator, Numerator, Ratio};
use mining::{About, Coverage, Kernel, Slice};
use serde::{Deserialize, Serialize};

use crate::judge::{Bound, Judge};
use crate::kernel::{ConformanceKernel, VERDICTS, Version};
use crate::story::Teller;
use crate::verdicts::Verdict;

/// Counts the verdicts that fall in each period.
#[derive(Clone, Debug)]
pub struct VerdictsKernel {
    /// The map; its `as_of` is not looked at.
    pub map: ConformanceKernel,
    /// Moments in microseconds, ascending: each period lies between two of them.
    pub cuts: Vec<i64>,
    /// By period: the group it counts for. Verdicts of one group add up.
    pub group_of: Vec<u32>,
    /// Number of groups.
    pub groups: usize,
    /// By step, in the order of the map's steps: the places it is a part of. A place may be several steps together.
    pub places_of: Vec<Vec<u32>>,
    /// Number of places.
    pub places: usize,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CoursePartial {
    /// By group.
    groups: Vec<Whole>,
    /// By group and place.
    at: Vec<At>,
}

/// Whole journeys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Whole {
    as_planned: Ratio,
    completed: Ratio,
}

/// Verdicts, in the order of [`VERDICTS`], and all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct At {
    of: [Numerator; VERDICTS.len()],
    all: Denominator,
}

/// Of one customer.
#[derive(Clone, Copy, Debug, Default)]
struct Own {
    active: u32,
    as_planned: u32,
    over: u32,
    completed: u32,
}

/// How a journey stands at a moment.
#[derive(Clone, Debug, Default)]
struct Standing {
    /// By step of the map; none where nothing is said of it for good.
    verdicts: Vec<Option<Verdict>>,
    over: bool,
    completed: bool,
    as_planned: bool,
    /// Events by then, up to the last one on the map.
    events: usize,
}

/// What one thread holds.
#[derive(Debug, Default)]
struct Hand {
    teller: Teller,
    scratch: Vec<u32>,
    judge: Judge,
    before: Standing,
    after: Standing,
}

impl Hand {
    /// How a journey stands at a moment, into `after`. One without an event on the map by then stands nowhere. What happens
    /// elsewhere later neither takes it up again nor keeps it going: a mail to all customers would else bring back everybody
    /// who has long gone.
    fn stand(&mut self, map: &ConformanceKernel, journey: &Journey<'_>, at: i64) {
        let (number, version) = journey.version;
        let by_then = journey.times.partition_point(|&time| time < at);
        let last = journey.codes[..by_then].iter().rposition(|&code| version.network.knows(code));
        let events = last.map_or(0, |last| last + 1);
        let Self { teller, scratch, judge, after, .. } = self;
        after.events = events;
        after.verdicts.clear();
        after.verdicts.resize(map.steps.len(), None);
        (after.over, after.completed, after.as_planned) = (false, false, true);
        if events == 0 {
            return;
        }
        let (codes, times) = (&journey.codes[..events], &journey.times[..events]);
        let quiet = version.is_quiet(times, at);
        let kind = (number as u32) << 1 | u32::from(quiet);
        let tell = |words: &mut Vec<u32>| teller.tell(&version.network, codes, quiet, words);
        map.stories.of((kind, codes), scratch, tell, |_, story| {
            judge.judge(version, (codes, times), story, at, |bound| match bound {
                Bound::Took(..) => true,
                Bound::Joined(_, join, events) => version.joins(join, events.map(|event| journey.arrival(event))),
            });
            after.over = story.is_over();
            after.completed = story.completed();
            after.as_planned = judge.is_as_planned(story);
            for told in judge.told().iter().filter(|told| VERDICTS.contains(&told.verdict)) {
                after.verdicts[version.places[usize::from(told.step)] as usize] = Some(told.verdict);
            }
        });
    }
}

/// A journey with the version of the map that it is held against.
struct Journey<'a> {
    version: (usize, &'a Version),
    codes: &'a [u16],
    times: &'a [i64],
    /// Empty where nobody knows them.
    arrivals: &'a [u64],
}

impl Journey<'_> {
    fn arrival(&self, event: u32) -> Option<u64> {
        self.arrivals.get(event as usize).copied()
    }
}

impl VerdictsKernel {
    fn prepare(&self, partial: &mut CoursePartial) {
        partial.groups.resize(self.groups, Whole::default());
        partial.at.resize(self.groups * self.places, At::default());
    }

    /// Nothing can be said of it in any period: it begins after them, or was over before them.
    fn is_elsewhere(&self, version: &Version, times: &[i64]) -> bool {
        let (Some(first), Some(last)) = (self.cuts.first(), self.cuts.last()) else { return true };
        let ended = times[times.len() - 1];
        times[0] >= *last || version.over_after.is_some_and(|quiet| ended.saturating_add(quiet) < *first)
    }

    fn count(&self, hand: &mut Hand, journey: &Journey<'_>, own: &mut [Own], said: &mut [[u32; VERDICTS.len()]]) {
        if self.is_elsewhere(journey.version.1, journey.times) {
            return;
        }
        for (period, cut) in self.cuts.iter().enumerate() {
            std::mem::swap(&mut hand.before, &mut hand.after);
            hand.stand(&self.map, journey, *cut);
            // The first cut is where the first period begins.
            let Some(group) = period.checked_sub(1).map(|period| self.group_of[period] as usize) else { continue };
            let Hand { before, after, .. } = &*hand;
            let own = &mut own[group];
            // What is overdue goes wrong without anything happening; what is given up is told by `completed`.
            let overdue = !after.as_planned && !after.over;
            if before.as_planned && (after.events > before.events || overdue) {
                own.active += 1;
                own.as_planned += u32::from(after.as_planned);
            }
            if after.over && !before.over {
                own.over += 1;
                own.completed += u32::from(after.completed);
            }
            for ((now, then), places) in after.verdicts.iter().zip(&before.verdicts).zip(&self.places_of) {
                // What is said already is said again only where it has become worse.
                let Some(verdict) = now.filter(|now| then.is_none_or(|then| *now > then)) else { continue };
                let kind = VERDICTS.iter().position(|known| *known == verdict).unwrap_or_default();
                for place in places {
                    said[group * self.places + *place as usize][kind] += 1;
                }
            }
        }
    }
}

impl Kernel for VerdictsKernel {
    type Partial = CoursePartial;
    type Answer = MapCourse;

    fn scan(&self, slice: &Slice<'_>, partial: &mut CoursePartial) {
        self.prepare(partial);
        let mut hand = Hand::default();
        let mut own = vec![Own::default(); self.groups];
        let mut said = vec![[0_u32; VERDICTS.len()]; self.groups * self.places];
        for spans in slice.by_customer() {
            for span in spans {
                let (codes, times) = slice.journey(*span);
                let arrivals = slice.events.arrivals.get(span.range()).unwrap_or_default();
                let journey = Journey { version: self.map.version(times[0]), codes, times, arrivals };
                // Nobody stands anywhere before their journey.
                hand.after = Standing { as_planned: true, ..Standing::default() };
                if codes.iter().any(|&code| journey.version.1.network.knows(code)) {
                    self.count(&mut hand, &journey, &mut own, &mut said);
                }
            }
            for (group, own) in partial.groups.iter_mut().zip(&mut own) {
                let own = std::mem::take(own);
                if own.active > 0 {
                    group.as_planned.add(own.as_planned.into(), own.active.into());
                }
                if own.over > 0 {
                    group.completed.add(own.completed.into(), own.over.into());
                }
            }
            for (at, said) in partial.at.iter_mut().zip(&mut said) {
                let said = std::mem::take(said);
                let all: u32 = said.iter().sum();
                if all > 0 {
                    at.all.add(all.into());
                    at.of.iter_mut().zip(said).for_each(|(of, said)| of.add(said.into(), all.into()));
                }
            }
        }
    }

    fn merge(&self, partial: &mut CoursePartial, other: CoursePartial) {
        self.prepare(partial);
        for (mine, more) in partial.groups.iter_mut().zip(&other.groups) {
            mine.as_planned.merge(&more.as_planned);
            mine.completed.merge(&more.completed);
        }
        for (mine, more) in partial.at.iter_mut().zip(&other.at) {
            mine.all.merge(&more.all);
            mine.of.iter_mut().zip(&more.of).for_each(|(mine, more)| mine.merge(more));
        }
    }

    fn finish(&self, mut partial: CoursePartial, about: &About<'_>) -> MapCourse {
        self.prepare(&mut partial);
        let groups = partial.groups.iter().enumerate().map(|(group, whole)| {
            let at = partial.at[group * self.places..(group + 1) * self.places].iter();
            let steps = at.map(|at| {
                let [as_planned, out_of_order, late, failing, missing] =
                    at.of.map(|of| Ratio { above: of, below: at.all });
                StepCourse { as_planned, out_of_order, late, failing, missing }
            });
            MapGroup { as_planned: whole.as_planned, completed: whole.completed, steps: steps.collect() }
        });
        MapCourse { groups: groups.collect(), coverage: about.coverage.clone() }
    }

    fn figures<'p>(&self, _: &'p CoursePartial) -> Vec<Figure<'p>> {
        Vec::new()
    }

    fn bytes(&self, partial: &CoursePartial) -> usize {
        size_of_val(partial.at.as_slice()) + size_of_val(partial.groups.as_slice())
    }
}

/// Which verdicts fell when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MapCourse {
    /// In the order of their numbers.
    pub groups: Vec<MapGroup>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// Which verdicts fell in a group of periods.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MapGroup {
    /// Journeys in which something happened, or that came to be overdue, and that had gone by the plan until then: those that
    /// still do at the end of the period.
    pub as_planned: Ratio,
    /// Journeys that came to be over: those that had come to an end of the map.
    pub completed: Ratio,
    /// By place.
    pub steps: Vec<StepCourse>,
}

/// Verdicts of a step, or of several, each of all that fell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StepCourse {
    /// Done where the plan has it, in time.
    pub as_planned: Ratio,
    /// Done at another place.
    pub out_of_order: Ratio,
    /// Done too late, or due.
    pub late: Ratio,
    /// Tried and failed.
    pub failing: Ratio,
    /// Not done, and the journey has gone on.
    pub missing: Ratio,
}

impl Answer for MapCourse {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("groups", self.groups.len() as u64)]
    }

    fn tables(&self) -> Vec<Table> {
        Vec::new()
    }
}
