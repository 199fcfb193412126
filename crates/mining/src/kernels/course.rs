//! The course of things: what happens at touchpoints, and how customers feel there, from one period to the next.
//!
//! No question of its own: targets, effects and digests are made of it.

use model::MoodOrigin;
use serde::{Deserialize, Serialize};

use crate::compare::Figure;
use crate::felt::mood_interval;
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, Kernel};
use crate::report::{Answer, Table};
use crate::statistics::{Denominator, Numerator, Ratio};

/// A stretch of time, and the group it counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First microsecond.
    pub from: i64,
    /// First microsecond after.
    pub to: i64,
    /// Several periods can make one group: it counts a customer once, and how many of its periods they were active in.
    pub group: u32,
}

/// What is looked at when.
#[derive(Clone, Debug, Default)]
pub struct CourseKernel {
    /// Only moods that come from there.
    pub origin: Option<MoodOrigin>,
    /// By touchpoint code: the places it is a part of, each once. A place may be several touchpoints together.
    pub places_of: Vec<Vec<u32>>,
    /// Number of places.
    pub places: usize,
    /// Ascending, none reaching into the next.
    pub periods: Vec<Period>,
    /// Number of groups.
    pub groups: usize,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Partial {
    /// By group: periods in which customers were active, with anything.
    active: Vec<Denominator>,
    /// By group and place.
    at: Vec<At>,
}

/// What was counted at a place in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct At {
    customers: u64,
    /// Events.
    occurrences: Numerator,
    /// Periods in which customers came by.
    came: Numerator,
    moods: Ratio,
    /// Customers whose mean mood is below 0.
    negative: u64,
}

/// One customer at one place in one group.
#[derive(Clone, Copy, Debug, Default)]
struct Own {
    occurrences: u32,
    came: u32,
    /// The period they came in last, counted from 1.
    last: u32,
    moods: u32,
    sum: i32,
}

impl CourseKernel {
    /// A kernel over periods of which each is a group of its own.
    pub fn by_period(bounds: &[(i64, i64)]) -> Vec<Period> {
        (0..).zip(bounds).map(|(group, &(from, to))| Period { from, to, group }).collect()
    }

    fn prepare(&self, partial: &mut Partial) {
        partial.active.resize(self.groups, Denominator::default());
        partial.at.resize(self.groups * self.places, At::default());
    }
}

impl Kernel for CourseKernel {
    type Partial = Partial;
    type Answer = Course;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        self.prepare(partial);
        let mut own = vec![Own::default(); self.groups * self.places];
        let mut touched: Vec<usize> = Vec::new();
        // By group: periods in which this customer was active, and the last of them, counted from 1.
        let mut active = vec![(0_u32, 0_u32); self.groups];
        for spans in slice.by_customer() {
            for span in spans {
                let (codes, times) = slice.journey(*span);
                let mut period = self.periods.partition_point(|period| period.to <= times[0]);
                for ((&code, &time), mood) in codes.iter().zip(times).zip(&slice.events.moods[span.range()]) {
                    while self.periods.get(period).is_some_and(|now| now.to <= time) {
                        period += 1;
                    }
                    let Some(now) = self.periods.get(period) else { break };
                    if time < now.from {
                        continue;
                    }
                    let number = period as u32 + 1;
                    let (periods, last) = &mut active[now.group as usize];
                    if *last != number {
                        (*periods, *last) = (*periods + 1, number);
                    }
                    let mood = mood.mood().filter(|(_, origin)| self.origin.is_none_or(|wanted| wanted == *origin));
                    for place in &self.places_of[usize::from(code)] {
                        let index = now.group as usize * self.places + *place as usize;
                        let here = &mut own[index];
                        if here.occurrences == 0 {
                            touched.push(index);
                        }
                        here.occurrences += 1;
                        if here.last != number {
                            (here.came, here.last) = (here.came + 1, number);
                        }
                        if let Some((value, _)) = mood {
                            here.moods += 1;
                            here.sum += i32::from(value);
                        }
                    }
                }
            }
            for index in touched.drain(..) {
                let here = std::mem::take(&mut own[index]);
                let at = &mut partial.at[index];
                let periods = f64::from(active[index / self.places].0);
                at.customers += 1;
                at.occurrences.add(here.occurrences.into(), periods);
                at.came.add(here.came.into(), periods);
                if here.moods > 0 {
                    at.moods.add(here.sum.into(), here.moods.into());
                    at.negative += u64::from(here.sum < 0);
                }
            }
            for (all, (periods, last)) in partial.active.iter_mut().zip(&mut active) {
                if *periods > 0 {
                    all.add(f64::from(*periods));
                }
                (*periods, *last) = (0, 0);
            }
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        self.prepare(partial);
        for (mine, more) in partial.active.iter_mut().zip(&other.active) {
            mine.merge(more);
        }
        for (mine, more) in partial.at.iter_mut().zip(&other.at) {
            mine.customers += more.customers;
            mine.occurrences.merge(&more.occurrences);
            mine.came.merge(&more.came);
            mine.moods.merge(&more.moods);
            mine.negative += more.negative;
        }
    }

    fn finish(&self, mut partial: Partial, about: &About<'_>) -> Course {
        self.prepare(&mut partial);
        let groups = partial.active.iter().enumerate().map(|(group, active)| {
            let of_group = &partial.at[group * self.places..(group + 1) * self.places];
            let at = of_group.iter().map(|at| CourseAt {
                customers: at.customers,
                occurrences: Ratio { above: at.occurrences, below: *active },
                came: Ratio { above: at.came, below: *active },
                moods: at.moods,
                negative: at.negative,
            });
            CourseGroup { active: *active, at: at.collect() }
        });
        Course { groups: groups.collect(), coverage: about.coverage.clone() }
    }

    fn figures<'p>(&self, _: &'p Partial) -> Vec<Figure<'p>> {
        Vec::new()
    }

    fn bytes(&self, partial: &Partial) -> usize {
        size_of_val(partial.at.as_slice()) + size_of_val(partial.active.as_slice())
    }
}

/// What happened when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Course {
    /// In the order of their numbers.
    pub groups: Vec<CourseGroup>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// What happened in a group of periods.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CourseGroup {
    /// Customers with anything in it, and in how many of its periods.
    pub active: Denominator,
    /// By place.
    pub at: Vec<CourseAt>,
}

/// What happened at a place in a group of periods.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CourseAt {
    /// Customers who came by.
    pub customers: u64,
    /// Events there, of the periods in which customers were active anywhere.
    pub occurrences: Ratio,
    /// Periods in which customers came by, of those in which they were active anywhere.
    pub came: Ratio,
    /// Their moods.
    pub moods: Ratio,
    /// Of the customers who told a mood those whose mean mood is below 0.
    pub negative: u64,
}

impl CourseAt {
    /// Of the mean mood at 95 %.
    pub fn mood_interval(&self) -> Option<[f64; 2]> {
        mood_interval(&self.moods)
    }

    /// Customers with a mean mood below 0, of all who told a mood.
    pub fn negative_share(&self) -> (u64, u64) {
        (self.negative, self.moods.below.customers)
    }
}

impl Answer for Course {
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
