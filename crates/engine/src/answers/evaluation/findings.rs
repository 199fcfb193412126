//! Which figures of a week are tested, and which of them stand out.

use maps::MapCourse;
use mining::kernels::course::{Course, CourseAt};
use mining::statistics::{Ratio, holm};
use serde::Serialize;

use super::compared::Compared;

/// The chance that anything at all is found where nothing has changed.
pub(super) const LEVEL: f64 = 0.05;

/// Customers with a mood on each side.
const LEAST_MOODS: u64 = 10;
/// Journeys, or verdicts, on each side.
const LEAST_JOURNEYS: u64 = 20;
/// Active customers on each side.
const LEAST_ACTIVE: u64 = 50;
/// Events on both sides together.
const LEAST_EVENTS: f64 = 20.0;

/// How large a change has to be at least, however sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sizes {
    /// Of a mean mood.
    pub mood: f64,
    /// Of a share.
    pub share: f64,
    /// Of how often something happens: so many times more often, or more seldom.
    pub times: f64,
    /// Customers of all active ones who came by what is new, or came by what is gone.
    pub came: f64,
}

/// The least sizes.
pub(super) const SIZES: Sizes = Sizes { mood: 0.3, share: 0.05, times: 1.25, came: 0.01 };

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A target is missed from a period on.
    AlarmBegan,
    /// A target is reached again.
    AlarmEnded,
    /// The mood at a touchpoint is another one.
    Mood,
    /// More or fewer journeys keep to a map.
    AsPlanned,
    /// More or fewer journeys come to an end of a map.
    Completed,
    /// A step is left out more or less often.
    StepMissing,
    /// A step fails more or less often.
    StepFailing,
    /// A step is late more or less often.
    StepLate,
    /// Events at a touchpoint where none was in the weeks before.
    New,
    /// No event at a touchpoint where some were in the weeks before.
    Gone,
    /// A touchpoint is come by more or less often.
    Occurrences,
}

impl FindingKind {
    /// Alarms first, since somebody asked for them; then what customers felt and what went otherwise than planned; then what
    /// happened more or less often.
    fn tier(self) -> u8 {
        match self {
            Self::AlarmBegan | Self::AlarmEnded => 0,
            Self::Mood | Self::AsPlanned | Self::Completed | Self::StepMissing | Self::StepFailing | Self::StepLate => {
                1
            }
            Self::New | Self::Gone | Self::Occurrences => 2,
        }
    }
}

/// What a figure is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// The touchpoint of that code.
    Touchpoint(u16),
    /// The map of that place, and a step of it.
    Map(usize, Option<usize>),
}

/// A figure that is tested.
#[derive(Clone, Debug)]
pub(super) struct Tested {
    pub(super) kind: FindingKind,
    pub(super) about: About,
    pub(super) compared: Compared,
    /// In multiples of the least size.
    pub(super) size: f64,
}

/// A figure that stands out.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) tested: Tested,
    /// p raised by Holm over everything tested.
    pub(super) p_raised: f64,
}

/// What is looked at, in the order in which it is found.
#[derive(Debug, Default)]
pub(super) struct Tests(Vec<Tested>);

impl Tests {
    fn add(&mut self, kind: FindingKind, about: About, compared: Compared, size: impl FnOnce(f64, &Compared) -> f64) {
        // What has too little on a side is not looked at.
        if let Some(difference) = compared.difference {
            let size = size(difference, &compared);
            self.0.push(Tested { kind, about, compared, size });
        }
    }

    /// Touchpoints, by code: the weeks before as group 0, the week as group 1; and each of the weeks before as a group of
    /// `by_week`.
    pub(super) fn add_touchpoints(&mut self, course: &Course, by_week: &Course) {
        let [before, after] = [0, 1].map(|group| &course.groups[group]);
        let enough = before.active.customers.min(after.active.customers) >= LEAST_ACTIVE;
        for (code, (before, after)) in before.at.iter().zip(&after.at).enumerate() {
            let about = || About::Touchpoint(code as u16);
            let mood = Compared::of_moods(before, after, LEAST_MOODS);
            self.add(FindingKind::Mood, about(), mood, |difference, _| difference.abs() / SIZES.mood);
            if enough {
                let weeks: Vec<&Ratio> = by_week.groups.iter().map(|week| &week.at[code].occurrences).collect();
                self.add_occurrences(about(), before, after, &weeks);
            }
        }
    }

    fn add_occurrences(&mut self, about: About, before: &CourseAt, after: &CourseAt, weeks: &[&Ratio]) {
        let (events_before, events_after) = (before.occurrences.above.sum, after.occurrences.above.sum);
        if events_before + events_after < LEAST_EVENTS {
            return;
        }
        // What comes in bursts differs from week to week anyway: more than in each of the weeks before, or less, is a change. So
        // it is in plain numbers too, or it is the customers that are others: a mail to everybody makes everybody active.
        let is_beyond = |of: fn(&Ratio) -> f64| {
            let now = of(&after.occurrences);
            weeks.iter().all(|then| now > of(then)) || weeks.iter().all(|then| now < of(then))
        };
        let rate = |ratio: &Ratio| ratio.value().unwrap_or_default();
        let counts = f64::from(u8::from(is_beyond(rate) && is_beyond(|ratio| ratio.above.sum)));
        if events_before == 0.0 || events_after == 0.0 {
            // A rate of nothing has no spread: the customers who came by are counted.
            let compared = Compared::of_shares("customer weeks", &before.came, &after.came, LEAST_ACTIVE);
            let kind = if events_before == 0.0 { FindingKind::New } else { FindingKind::Gone };
            self.add(kind, about, compared, |difference, _| counts * difference.abs() / SIZES.came);
            return;
        }
        let compared = Compared::of_rates(&before.occurrences, &after.occurrences, LEAST_ACTIVE);
        let a_week_before = events_before / weeks.len().max(1) as f64;
        self.add(FindingKind::Occurrences, about, compared, |_, compared| {
            let times = compared.after.value.zip(compared.before.value).map_or(1.0, |(after, before)| after / before);
            // The smaller one of the two, for the same reason.
            let times = times.ln().abs().min((events_after / a_week_before).ln().abs());
            counts * times / SIZES.times.ln()
        });
    }

    /// A map's journeys and steps: the weeks before as group 0, the week as group 1.
    pub(super) fn add_map(&mut self, map: usize, course: &MapCourse) {
        let [before, after] = [0, 1].map(|group| &course.groups[group]);
        let mut share = |kind, step, of, before: &Ratio, after: &Ratio| {
            // What is so on neither side has nothing to say, and would make everything else harder to find.
            if before.above.sum + after.above.sum > 0.0 {
                let compared = Compared::of_shares(of, before, after, LEAST_JOURNEYS);
                self.add(kind, About::Map(map, step), compared, |difference, _| difference.abs() / SIZES.share);
            }
        };
        share(FindingKind::AsPlanned, None, "journeys", &before.as_planned, &after.as_planned);
        share(FindingKind::Completed, None, "journeys", &before.completed, &after.completed);
        for (step, (before, after)) in before.steps.iter().zip(&after.steps).enumerate() {
            for (kind, before, after) in [
                (FindingKind::StepMissing, &before.missing, &after.missing),
                (FindingKind::StepFailing, &before.failing, &after.failing),
                (FindingKind::StepLate, &before.late, &after.late),
            ] {
                share(kind, Some(step), "verdicts", before, after);
            }
        }
    }

    /// How many figures are looked at.
    pub(super) fn looked_at(&self) -> u64 {
        self.0.len() as u64
    }

    /// Those that are sure and large enough, the ones that matter most first.
    pub(super) fn standing_out(self) -> Vec<Standing> {
        let raised = holm(&self.0.iter().map(|tested| tested.compared.p.unwrap_or(1.0)).collect::<Vec<_>>());
        let all = self.0.into_iter().zip(raised).map(|(tested, p_raised)| Standing { tested, p_raised });
        let mut standing: Vec<Standing> = all.filter(|one| one.p_raised <= LEVEL && one.tested.size >= 1.0).collect();
        standing.sort_by(|a, b| {
            let tier = |one: &Standing| one.tested.kind.tier();
            tier(a).cmp(&tier(b)).then_with(|| b.tested.size.total_cmp(&a.tested.size))
        });
        standing
    }
}
