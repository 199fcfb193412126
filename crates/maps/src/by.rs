//! Lived journeys against a map, group by group.

use std::collections::BTreeMap;

use mining::compare::Figure;
use mining::report::{Answer, Table};
use mining::{About, Coverage, Kernel, Slice, Span};
use model::{Every, Timestamp};
use serde::Serialize;

use crate::answer::Summary;
use crate::kernel::ConformanceKernel;
use crate::partial::Partial;

/// By what journeys are grouped: each lies in one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The period (UTC) in which a journey begins.
    Period(Every),
    /// The channel of its first event.
    Channel,
}

/// Counts what a [`ConformanceKernel`] does, in each group for itself.
#[derive(Clone, Debug)]
pub struct ByKernel {
    /// What counts.
    pub kernel: ConformanceKernel,
    /// By what.
    pub by: By,
}

impl Kernel for ByKernel {
    /// By first moment of the period, or by channel code; ascending.
    type Partial = Vec<(i64, Partial)>;
    type Answer = ConformanceBy;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Self::Partial) {
        let mut groups: BTreeMap<i64, (Vec<Span>, Vec<u32>)> = BTreeMap::new();
        // Journeys are many, periods are few: most begin in that of the one before.
        let mut known = 0..0;
        let mut group = 0;
        for (span, &customer) in slice.spans.iter().zip(slice.customers) {
            let first = span.begin as usize;
            match self.by {
                By::Channel => group = i64::from(slice.events.channels[first]),
                By::Period(every) => {
                    let begin = slice.events.times[first];
                    if !known.contains(&begin) {
                        let at = Timestamp::clamped(begin);
                        known = every.begin(at).micros()..every.next(at).micros();
                        group = known.start;
                    }
                }
            }
            let (spans, customers) = groups.entry(group).or_default();
            spans.push(*span);
            customers.push(customer);
        }
        for (group, (spans, customers)) in &groups {
            let place = partial.binary_search_by_key(group, |(group, _)| *group).unwrap_or_else(|place| {
                partial.insert(place, (*group, Partial::default()));
                place
            });
            self.kernel.scan(&Slice { events: slice.events, spans, customers }, &mut partial[place].1);
        }
    }

    fn settle(&self, partial: &mut Self::Partial) {
        partial.iter_mut().for_each(|(_, partial)| self.kernel.settle(partial));
    }

    fn merge(&self, partial: &mut Self::Partial, other: Self::Partial) {
        let mut all: BTreeMap<i64, Partial> = std::mem::take(partial).into_iter().collect();
        for (group, more) in other {
            self.kernel.merge(all.entry(group).or_default(), more);
        }
        *partial = all.into_iter().collect();
    }

    fn finish(&self, partial: Self::Partial, about: &About<'_>) -> ConformanceBy {
        let groups = partial.into_iter().map(|(key, partial)| {
            let (group, from) = match self.by {
                By::Channel => (about.names.channel(key as u8), None),
                By::Period(_) => {
                    let from = Timestamp::clamped(key);
                    (from.to_string().chars().take(10).collect(), Some(from))
                }
            };
            let open = match self.by {
                By::Channel => false,
                By::Period(every) => every.next(Timestamp::clamped(key)) > about.names.as_of,
            };
            GroupSummary { title: group.clone(), group, from, open, all: self.kernel.summary(partial) }
        });
        let mut by = ConformanceBy::of(&self.kernel, groups.collect(), about.coverage.clone());
        if self.by == By::Channel {
            by.groups.sort_by(|a, b| b.all.journeys.cmp(&a.all.journeys).then_with(|| a.group.cmp(&b.group)));
        }
        by
    }

    fn figures<'p>(&self, _: &'p Self::Partial) -> Vec<Figure<'p>> {
        Vec::new()
    }

    fn bytes(&self, partial: &Self::Partial) -> usize {
        partial.iter().map(|(_, partial)| self.kernel.bytes(partial) + size_of::<(i64, Partial)>()).sum()
    }
}

impl ConformanceKernel {
    /// The figures over all journeys of a partial.
    pub fn summary(&self, mut partial: Partial) -> Summary {
        self.prepare(&mut partial);
        Summary::of(self, &partial)
    }
}

/// Lived journeys against a map, group by group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConformanceBy {
    /// The map's name.
    pub map: String,
    /// Its versions that journeys were held against, the oldest first.
    pub versions: Vec<u32>,
    /// Periods in their order; channels with the most journeys first; personas in the order of the map.
    pub groups: Vec<GroupSummary>,
    /// How much of the events the journeys hold, all groups together.
    pub coverage: Coverage,
}

/// One group of journeys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupSummary {
    /// The first day of a period, a channel, or the name of a persona.
    pub group: String,
    /// What people call it.
    pub title: String,
    /// The first moment of a period.
    pub from: Option<Timestamp>,
    /// The period is not over yet.
    pub open: bool,
    /// The figures of its journeys.
    #[serde(flatten)]
    pub all: Summary,
}

impl ConformanceBy {
    /// The figures of some groups.
    pub fn of(kernel: &ConformanceKernel, groups: Vec<GroupSummary>, coverage: Coverage) -> Self {
        let versions = kernel.versions.iter().map(|version| version.version).collect();
        Self { map: kernel.map.clone(), versions, groups, coverage }
    }
}

impl Answer for ConformanceBy {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("groups", self.groups.len() as u64)]
    }

    fn tables(&self) -> Vec<Table> {
        let groups = Table::of("groups", &self.groups)
            .text("group", |row| row.group.clone())
            .count("journeys", |row| row.all.journeys)
            .count("customers", |row| row.all.customers)
            .count("over", |row| row.all.over)
            .count("completed", |row| row.all.completed)
            .share("completed_share", |row| row.all.completed_share)
            .interval("completed_share", |row| row.all.completed_interval)
            .bar("as_planned_share", |row| row.all.as_planned_share)
            .interval("as_planned_share", |row| row.all.as_planned_interval)
            .number("fitness", |row| row.all.fitness)
            .number("fitness_low", |row| row.all.fitness_interval.map(|[low, _]| low))
            .number("fitness_high", |row| row.all.fitness_interval.map(|[_, high]| high))
            .share("events_on_map_share", |row| row.all.events_on_map_share)
            .interval("events_on_map_share", |row| row.all.events_on_map_interval)
            .share("unexplained_movement_rate", |row| row.all.unexplained_movement_rate)
            .interval("unexplained_movement_rate", |row| row.all.unexplained_movement_interval)
            .number("precision", |row| row.all.precision)
            .count_if("moods", |row| row.all.experience.as_ref().map(|experience| experience.moods.n))
            .number("mean_mood", |row| row.all.experience.as_ref().map(|experience| experience.moods.mean));
        vec![groups.done()]
    }
}
