//! What is counted while journeys are held against a map.

use hashbrown::HashMap;
use mining::MoodSums;
use mining::statistics::Ratio;
use serde::{Deserialize, Serialize};

use crate::felt::{Pairs, Sums};
use crate::stories::StoryId;
use crate::units::Units;
use crate::verdicts::Verdict;

/// Journeys and the customers they belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Journeys in which it is so.
    pub journeys: u64,
    /// Distinct customers of these.
    pub customers: u64,
    /// Of these journeys, those that are over.
    pub over: u64,
    /// Of those that are over, those that came to an end of the map.
    pub completed: u64,
    /// The last mood told in each of them, where one was.
    pub(crate) lasts: Sums,
    /// The customer counted last: the block's number of customers never reaches it.
    #[serde(skip)]
    last: Option<u32>,
}

impl Tally {
    pub(crate) fn add(&mut self, whose: Whose, ended: &Ended) {
        let journeys = whose.journeys();
        self.journeys += journeys;
        self.over += if ended.over { journeys } else { 0 };
        self.completed += if ended.completed { journeys } else { 0 };
        if let Some((_, mood)) = ended.last_mood {
            self.lasts.add(i64::from(mood));
        }
        match whose {
            Whose::Customers(customers) => self.customers += customers,
            Whose::Customer(customer) if self.last != Some(customer) => {
                self.last = Some(customer);
                self.customers += 1;
            }
            Whose::Customer(_) => {}
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.journeys += other.journeys;
        self.customers += other.customers;
        self.over += other.over;
        self.completed += other.completed;
        self.lasts.merge(&other.lasts);
    }
}

/// Whose journeys are counted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whose {
    /// A journey of that customer of the block.
    Customer(u32),
    /// Journeys of so many customers who have no other.
    Customers(u64),
}

impl Whose {
    pub(crate) fn journeys(self) -> u64 {
        match self {
            Self::Customer(_) => 1,
            Self::Customers(customers) => customers,
        }
    }
}

/// How often stories were lived by customers who lived no other and told no mood, in time: that is all that has to be known of them.
/// By share: where the story begins, twice that, and one more if what comes next is overdue.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PutOff(Vec<Vec<u64>>);

impl PutOff {
    /// One more, in which what comes next may be overdue.
    pub(crate) fn add(&mut self, story: StoryId, overdue: bool) {
        let share = story.share as usize;
        if self.0.len() <= share {
            self.0.resize(share + 1, Vec::new());
        }
        self.0[share].push(u64::from(story.begin) << 1 | u64::from(overdue));
    }

    /// Stories in the order in which they are kept, and how often each was lived: without and with something overdue.
    pub(crate) fn take(&mut self) -> (Vec<StoryId>, Vec<[u64; 2]>) {
        let (mut stories, mut lived) = (Vec::new(), Vec::new());
        for (share, mut all) in (0..).zip(std::mem::take(&mut self.0)) {
            all.sort_unstable();
            for same in all.chunk_by(|a, b| a >> 1 == b >> 1) {
                stories.push(StoryId { share, begin: (same[0] >> 1) as u32 });
                let overdue = same.iter().filter(|one| *one & 1 > 0).count() as u64;
                lived.push([same.len() as u64 - overdue, overdue]);
            }
        }
        (stories, lived)
    }

    fn bytes(&self) -> usize {
        self.0.iter().map(|share| size_of_val(share) + share.capacity() * size_of::<u64>()).sum()
    }
}

/// How a journey ended, as far as it goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(crate) over: bool,
    pub(crate) completed: bool,
    /// The last mood that was told, and its event.
    pub(crate) last_mood: Option<(u32, i8)>,
}

/// How many journeys have which cost and worst cost, ascending: sums over it do not depend on the order of scans.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fits(Vec<((u32, u32), u64)>);

impl Fits {
    pub(crate) fn add(&mut self, costs: (u32, u32), journeys: u64) {
        match self.0.binary_search_by_key(&costs, |(costs, _)| *costs) {
            Ok(place) => self.0[place].1 += journeys,
            Err(place) => self.0.insert(place, (costs, journeys)),
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        other.0.into_iter().for_each(|(costs, journeys)| self.add(costs, journeys));
    }

    /// Number of journeys.
    pub(crate) fn n(&self) -> u64 {
        self.0.iter().map(|(_, journeys)| journeys).sum()
    }

    /// Sum of fitness over journeys.
    pub(crate) fn sum(&self) -> f64 {
        let of = |(cost, worst): (u32, u32)| 1.0 - f64::from(cost) / f64::from(worst);
        self.0.iter().map(|(costs, journeys)| *journeys as f64 * of(*costs)).sum()
    }

    /// All costs and all worst costs.
    pub(crate) fn costs(&self) -> (u64, u64) {
        let all = self.0.iter();
        all.fold((0, 0), |(cost, worst), (costs, n)| (cost + n * u64::from(costs.0), worst + n * u64::from(costs.1)))
    }
}

/// Shares of those customers who have several journeys: what one of them lives several times is alike, and tells less than as many
/// customers would.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Several {
    /// Completed, of what is over.
    pub(crate) completed: Ratio,
    /// As planned, of all.
    pub(crate) as_planned: Ratio,
    /// By step: as planned, of what is known.
    pub(crate) steps: Vec<Ratio>,
}

impl Several {
    fn merge(&mut self, other: &Self) {
        self.completed.merge(&other.completed);
        self.as_planned.merge(&other.as_planned);
        self.steps.iter_mut().zip(&other.steps).for_each(|(mine, more)| mine.merge(more));
    }
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    /// Journeys that come by no touchpoint of the map.
    pub(crate) elsewhere: u64,
    /// All others.
    pub(crate) all: Tally,
    /// Those that go as planned all along, as far as they have come.
    pub(crate) as_planned: Tally,
    /// Of these journeys, those of customers who have several.
    pub(crate) several: Several,
    /// Of journeys that are over.
    pub(crate) fits: Fits,
    /// Of those that are not.
    pub(crate) fits_open: Fits,
    /// Of journeys that come by the map.
    pub(crate) units: Units,
    /// By step and verdict.
    pub(crate) steps: Vec<[Tally; Verdict::ALL.len()]>,
    /// By step and deviation (out of order, late, failing, missing): microseconds to the last mood told after it.
    pub(crate) later: Vec<[Vec<i64>; 4]>,
    /// By step: journeys that did it or tried it, where the plan has it.
    pub(crate) stood: Vec<Tally>,
    /// By step: journeys that were over there, before an end of the map.
    pub(crate) left_at: Vec<u64>,
    /// By the step after which (none: at the start) and the touchpoint, ascending.
    pub(crate) unplanned: Vec<(Beside, Happened)>,
    /// By version and state: how often journeys went on from there, and which ways they took.
    pub(crate) visits: Vec<Vec<(u64, Vec<u16>)>>,
    /// By version: journeys that went along each transition, then those that ended by the plan in each state.
    pub(crate) went: Vec<Vec<Tally>>,
    /// By step: microseconds it took where there is a limit, in any order.
    pub(crate) times: Vec<Vec<i64>>,
    /// By step: how often it was done, but for another case or product than the step before it.
    pub(crate) for_another: Vec<u64>,
    /// By step: moods told there.
    pub(crate) felt: Vec<MoodSums>,
    /// By step: the mean mood of a journey there beside that of its other events, in thousandths.
    pub(crate) pairs: Vec<Pairs>,
    /// All moods told in these journeys.
    pub(crate) moods: MoodSums,
    /// What is still to be counted; means something in this process only.
    #[serde(skip)]
    pub(crate) put_off: PutOff,
}

/// The place of an event beside the plan.
pub(crate) type Beside = (Option<u32>, u16);

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Happened {
    pub(crate) occurrences: u64,
    pub(crate) tally: Tally,
    /// Microseconds from the first one to the last mood told after it, in any order.
    pub(crate) later: Vec<i64>,
}

impl Happened {
    pub(crate) fn merge(&mut self, other: Self) {
        self.occurrences += other.occurrences;
        self.tally.merge(&other.tally);
        self.later.extend(other.later);
    }
}

/// What happened beside the plan, while it is counted.
#[derive(Debug, Default)]
pub(crate) struct Besides {
    all: Vec<(Beside, Happened)>,
    /// By its place there.
    places: HashMap<Beside, u32>,
}

impl Besides {
    /// Its number.
    pub(crate) fn number(&mut self, beside: Beside) -> u32 {
        *self.places.entry(beside).or_insert_with(|| {
            self.all.push((beside, Happened::default()));
            (self.all.len() - 1) as u32
        })
    }

    pub(crate) fn happened(&mut self, number: u32) -> &mut Happened {
        &mut self.all[number as usize].1
    }

    /// All of it, ascending.
    pub(crate) fn sorted(mut self) -> Vec<(Beside, Happened)> {
        self.all.sort_unstable_by_key(|(beside, _)| *beside);
        self.all
    }
}

impl From<Vec<(Beside, Happened)>> for Besides {
    /// Of each place once.
    fn from(all: Vec<(Beside, Happened)>) -> Self {
        let places = all.iter().zip(0..).map(|((beside, _), number)| (*beside, number)).collect();
        Self { all, places }
    }
}

impl Partial {
    /// Memory for every step of so many, and by version for so many states and transitions.
    pub(crate) fn prepare(&mut self, steps: usize, versions: impl Iterator<Item = (usize, usize)>) {
        self.steps.resize(steps, Default::default());
        self.later.resize(steps, Default::default());
        self.several.steps.resize(steps, Ratio::default());
        self.stood.resize(steps, Tally::default());
        self.left_at.resize(steps, 0);
        self.times.resize(steps, Vec::new());
        self.for_another.resize(steps, 0);
        self.felt.resize(steps, MoodSums::default());
        self.pairs.resize(steps, Pairs::default());
        if self.visits.is_empty() {
            for (states, transitions) in versions {
                self.visits.push(vec![(0, Vec::new()); states]);
                self.went.push(vec![Tally::default(); transitions + states]);
            }
        }
    }

    /// Forgets the numbers of customers: they mean something in their own block only.
    pub(crate) fn begin_block(&mut self) {
        let steps = self.steps.iter_mut().flatten().chain(&mut self.stood).chain(self.went.iter_mut().flatten());
        let unplanned = self.unplanned.iter_mut().map(|(_, happened)| &mut happened.tally);
        let all = [&mut self.all, &mut self.as_planned].into_iter();
        all.chain(steps).chain(unplanned).for_each(|tally| tally.last = None);
    }

    /// Adds what was counted in other journeys of other customers. Both are prepared for the same map.
    pub(crate) fn merge(&mut self, other: Self) {
        self.events += other.events;
        self.elsewhere += other.elsewhere;
        self.all.merge(&other.all);
        self.as_planned.merge(&other.as_planned);
        self.several.merge(&other.several);
        self.fits.merge(other.fits);
        self.fits_open.merge(other.fits_open);
        self.units.merge(&other.units);
        for (mine, more) in self.steps.iter_mut().flatten().zip(other.steps.iter().flatten()) {
            mine.merge(more);
        }
        for (mine, more) in self.later.iter_mut().flatten().zip(other.later.into_iter().flatten()) {
            mine.extend(more);
        }
        self.stood.iter_mut().zip(&other.stood).for_each(|(mine, more)| mine.merge(more));
        self.left_at.iter_mut().zip(&other.left_at).for_each(|(mine, more)| *mine += more);
        self.times.iter_mut().zip(other.times).for_each(|(mine, more)| mine.extend(more));
        self.for_another.iter_mut().zip(&other.for_another).for_each(|(mine, more)| *mine += more);
        self.felt.iter_mut().zip(&other.felt).for_each(|(mine, more)| mine.merge(more));
        self.pairs.iter_mut().zip(&other.pairs).for_each(|(mine, more)| mine.merge(more));
        self.moods.merge(&other.moods);
        let mut unplanned = Besides::from(std::mem::take(&mut self.unplanned));
        for (beside, more) in other.unplanned {
            let number = unplanned.number(beside);
            unplanned.happened(number).merge(more);
        }
        self.unplanned = unplanned.sorted();
        self.went.iter_mut().flatten().zip(other.went.iter().flatten()).for_each(|(mine, more)| mine.merge(more));
        for (mine, more) in self.visits.iter_mut().flatten().zip(other.visits.into_iter().flatten()) {
            mine.0 += more.0;
            for way in more.1 {
                if !mine.1.contains(&way) {
                    mine.1.push(way);
                }
            }
        }
    }

    /// Bytes on the heap, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let times = self.times.iter().chain(self.later.iter().flatten());
        let later = self.unplanned.iter().map(|(_, happened)| &happened.later);
        times.chain(later).map(|times| times.capacity() * 8).sum::<usize>()
            + self.unplanned.len() * size_of::<(Beside, Happened)>()
            + self.put_off.bytes()
    }
}
