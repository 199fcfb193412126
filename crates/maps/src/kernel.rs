//! Lived journeys against a map, as a question over a log.

use std::sync::Arc;

use hashbrown::HashMap;
use mining::compare::{Figure, Measure, Subject};
use mining::statistics::Ratio;
use mining::{About, Kernel, NO_CASE, Slice};
use model::{Join, MoodOrigin, Step};

use crate::answer::Conformance;
use crate::felt::milli;
use crate::judge::{Bound, Judge, is_in_time, is_overdue};
use crate::network::Network;
use crate::partial::{Besides, Ended, Partial, Whose};
use crate::stories::{Sought, Stories, StoryId};
use crate::story::{ENDING, Story, Teller};
use crate::units::{OfOne, Sum, Units};
use crate::verdicts::Verdict;

/// A map from some moment on.
#[derive(Clone, Debug)]
pub struct Version {
    /// Journeys that begin from then on, microseconds since 1970.
    pub from: i64,
    /// The document's version.
    pub version: u32,
    /// Its network.
    pub network: Network,
    /// By step of its own: the place among [`ConformanceKernel::steps`].
    pub places: Vec<u32>,
    /// Microseconds; a journey in which nothing happens for longer is over. None: it is over at an end of the map only.
    pub over_after: Option<i64>,
    /// By arrival number of an event: its case, [`NO_CASE`] if it has none. None where no edge asks for it.
    pub case: Option<Arc<Vec<u32>>>,
    /// The same for its product.
    pub product: Option<Arc<Vec<u32>>>,
}

impl Version {
    /// Nothing has happened in a journey for longer than the map allows.
    pub(crate) fn is_quiet(&self, times: &[i64], as_of: i64) -> bool {
        let quiet = as_of.saturating_sub(times[times.len() - 1]);
        self.over_after.is_some_and(|over_after| quiet > over_after)
    }

    /// Two events, by their arrival numbers, are of one case or product, or it is not known of which.
    pub(crate) fn joins(&self, join: Join, arrivals: [Option<u64>; 2]) -> bool {
        let by_arrival = match join {
            Join::Customer => return true,
            Join::Case => &self.case,
            Join::Product => &self.product,
        };
        let value = |arrival: Option<u64>| {
            let value = by_arrival.as_ref()?.get(usize::try_from(arrival?).ok()?)?;
            Some(*value).filter(|value| *value != NO_CASE)
        };
        let [one, other] = arrivals.map(value);
        one.zip(other).is_none_or(|(one, other)| one == other)
    }
}

/// A step as the map says, and what the log has of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedStep {
    /// What the newest version that has it says.
    pub says: Step,
    /// Of its touchpoints those where nothing ever happened.
    pub unseen: Vec<String>,
}

/// Holds journeys against the version of a map that is in force when they begin.
#[derive(Clone, Debug)]
pub struct ConformanceKernel {
    /// The map's name.
    pub map: String,
    /// Ascending by `from`, one at least; the first also holds for what began earlier.
    pub versions: Vec<Version>,
    /// All steps of all versions, those of the newest first.
    pub steps: Vec<PlannedStep>,
    /// The latest moment known, microseconds since 1970.
    pub as_of: i64,
    /// Stories of earlier questions about the same versions in the same codes.
    pub stories: Arc<Stories>,
}

/// What is known of a step that a journey has come to: the n of its shares.
pub(crate) const VERDICTS: [Verdict; 5] =
    [Verdict::AsPlanned, Verdict::OutOfOrder, Verdict::Late, Verdict::Failing, Verdict::Missing];

/// What journeys count with beside their story.
struct Alike<'a> {
    version: (usize, &'a Version),
    whose: Whose,
    codes: &'a [u16],
    /// Of a single journey.
    times: &'a [i64],
}

/// A single journey.
struct Lived<'a> {
    alike: Alike<'a>,
    /// Empty where nobody knows them.
    arrivals: &'a [u64],
    quiet: bool,
    /// Its version and whether it is quiet: beside the sequence all that a story depends on.
    kind: u32,
}

/// What one scan holds in its hands, kept from one journey to the next for its memory.
#[derive(Default)]
struct Hand {
    unplanned: Besides,
    in_this_journey: Vec<u32>,
    judge: Judge,
    /// Moods told in this journey: event and value.
    moods: Vec<(u32, i8)>,
    /// Of this customer: all moods, and those at steps.
    of_customer: Vec<i8>,
    at_steps: Vec<(u32, i8)>,
    /// Of this journey: steps that were done or tried, and the moods told there.
    stood: Vec<u32>,
    here: Vec<(u32, i8)>,
    /// Ways it went by the plan.
    went: Vec<usize>,
    /// Of this customer, if they have several journeys.
    own: Option<Own>,
    /// Journeys of which nothing but their story may have to be known, by their place in the slice.
    plain: Vec<Sought>,
    /// Journeys by whether they are over, their cost and worst cost.
    fits: HashMap<(bool, u32, u32), u64>,
}

/// Journeys of one customer.
#[derive(Default)]
struct Own {
    journeys: u64,
    as_planned: u64,
    over: u64,
    completed: u64,
    sums: OfOne,
    /// Steps of which something is known, and whether it is that they went as planned.
    steps: Vec<(u32, bool)>,
}

impl Own {
    fn end(mut self, Partial { several, units, .. }: &mut Partial) {
        let add = |ratio: &mut Ratio, part: u64, whole: u64| {
            if whole > 0 {
                ratio.add(part as f64, whole as f64);
            }
        };
        add(&mut several.as_planned, self.as_planned, self.journeys);
        add(&mut several.completed, self.completed, self.over);
        units.add_one(&self.sums);
        self.steps.sort_unstable();
        for same in self.steps.chunk_by(|a, b| a.0 == b.0) {
            let as_planned = same.iter().filter(|(_, as_planned)| *as_planned).count();
            add(&mut several.steps[same[0].0 as usize], as_planned as u64, same.len() as u64);
        }
    }
}

impl Hand {
    /// Takes up what is counted place by place; [`Hand::lay_down`] gives it back.
    fn take_up(partial: &mut Partial) -> Self {
        Self { unplanned: std::mem::take(&mut partial.unplanned).into(), ..Self::default() }
    }

    fn lay_down(self, partial: &mut Partial) {
        partial.unplanned = self.unplanned.sorted();
        for ((over, cost, worst), journeys) in self.fits {
            let fits = if over { &mut partial.fits } else { &mut partial.fits_open };
            fits.add((cost, worst), journeys);
        }
    }

    /// Adds a sum over `n` of a journey, or of a journey of each of so many customers.
    fn add(&mut self, units: &mut Units, what: Sum, (sum, n): (i64, u64), customers: u64) {
        match &mut self.own {
            Some(own) => own.sums.add(what, sum, n),
            None => units.add(what, sum, n, customers),
        }
    }

    fn end_customer(&mut self, partial: &mut Partial) {
        if let Some(own) = self.own.take() {
            own.end(partial);
        }
        if self.of_customer.is_empty() {
            return;
        }
        let reported = |mood: i8| (mood, MoodOrigin::Reported);
        partial.moods.add_customer(self.of_customer.drain(..).map(reported));
        self.at_steps.sort_unstable();
        for same in self.at_steps.chunk_by(|a, b| a.0 == b.0) {
            partial.felt[same[0].0 as usize].add_customer(same.iter().map(|&(_, mood)| reported(mood)));
        }
        self.at_steps.clear();
    }
}

impl ConformanceKernel {
    pub(crate) fn version(&self, begun: i64) -> (usize, &Version) {
        let at = self.versions.partition_point(|version| version.from <= begun).saturating_sub(1);
        (at, &self.versions[at])
    }

    /// Memory for every step and state.
    pub(crate) fn prepare(&self, partial: &mut Partial) {
        let sizes = |version: &Version| (version.network.states(), version.network.transitions.len());
        partial.prepare(self.steps.len(), self.versions.iter().map(sizes));
    }

    /// A journey of a slice.
    fn lived<'a>(&'a self, slice: &Slice<'a>, number: usize) -> Lived<'a> {
        let span = slice.spans[number];
        let (codes, times) = slice.journey(span);
        let version = self.version(times[0]);
        let quiet = version.1.is_quiet(times, self.as_of);
        Lived {
            alike: Alike { version, whose: Whose::Customer(slice.customers[number]), codes, times },
            arrivals: slice.events.arrivals.get(span.range()).unwrap_or_default(),
            quiet,
            kind: (version.0 as u32) << 1 | u32::from(quiet),
        }
    }

    /// Counts a journey with the moods in hand, and tells its story if it is not kept.
    fn tell(
        &self,
        partial: &mut Partial,
        hand: &mut Hand,
        (teller, scratch): &mut (Teller, Vec<u32>),
        lived: &Lived<'_>,
    ) {
        let Alike { version: (_, version), codes, .. } = lived.alike;
        self.stories.of(
            (lived.kind, codes),
            scratch,
            |words| teller.tell(&version.network, codes, lived.quiet, words),
            |id, story| {
                let plain = hand.moods.is_empty() && hand.own.is_none();
                let put_off = id.filter(|_| plain).is_some_and(|id| self.put_off(partial, id, &lived.alike, story));
                if !put_off {
                    self.count_one(partial, hand, &lived.alike, lived.arrivals, story);
                }
            },
        );
    }

    /// Counts a journey by itself: judged by its times, and by its `arrivals`, which are empty where nobody knows them.
    fn count_one(
        &self,
        partial: &mut Partial,
        hand: &mut Hand,
        journey: &Alike<'_>,
        arrivals: &[u64],
        story: Story<'_>,
    ) {
        let (_, version) = journey.version;
        let Partial { times, for_another, .. } = partial;
        hand.judge.judge(version, (journey.codes, journey.times), story, self.as_of, |bound| match bound {
            Bound::Took(step, took) => {
                times[version.places[usize::from(step)] as usize].push(took);
                true
            }
            Bound::Joined(step, join, events) => {
                let holds = version.joins(join, events.map(|event| arrivals.get(event as usize).copied()));
                for_another[version.places[usize::from(step)] as usize] += u64::from(!holds);
                holds
            }
        });
        self.count(partial, hand, journey, story);
    }

    /// Puts off a journey of which nothing else is to be said than its story; false where there is more.
    fn put_off(&self, partial: &mut Partial, id: StoryId, journey: &Alike<'_>, story: Story<'_>) -> bool {
        let ((_, version), times) = (journey.version, journey.times);
        if !is_in_time(version, times, story) {
            return false;
        }
        for limited in story.limited() {
            let step = version.network.transitions[usize::from(limited.transition)].step;
            let took = times[limited.event as usize] - times[limited.since as usize];
            partial.times[version.places[usize::from(step)] as usize].push(took);
        }
        partial.put_off.add(id, is_overdue(version, times, story, self.as_of));
        true
    }

    /// Counts journeys that are judged.
    fn count(&self, partial: &mut Partial, hand: &mut Hand, alike: &Alike<'_>, story: Story<'_>) {
        let (number, version) = alike.version;
        let (network, whose, n) = (&version.network, alike.whose, alike.whose.journeys());
        let events = alike.codes.len() as u64;
        partial.events += n * events;
        if story.on_map() == 0 {
            partial.elsewhere += n;
            return;
        }
        hand.add(&mut partial.units, Sum::OnMap, (story.on_map() as i64, events), n);
        let ended =
            Ended { over: story.is_over(), completed: story.completed(), last_mood: hand.moods.last().copied() };
        partial.all.add(whose, &ended);
        let is_as_planned = hand.judge.is_as_planned(story);
        if is_as_planned {
            partial.as_planned.add(whose, &ended);
        }
        if let Some(own) = &mut hand.own {
            own.journeys += 1;
            own.as_planned += u64::from(is_as_planned);
            own.over += u64::from(ended.over);
            own.completed += u64::from(ended.completed);
            let known = hand.judge.told().iter().filter(|told| VERDICTS.contains(&told.verdict));
            own.steps
                .extend(known.map(|told| (version.places[usize::from(told.step)], told.verdict == Verdict::AsPlanned)));
        }
        if story.worst() > 0 {
            let (cost, worst) = (story.cost(), story.worst());
            *hand.fits.entry((ended.over, cost, worst)).or_default() += n;
            if ended.over {
                let fitness = milli(i64::from(worst) - i64::from(cost), u64::from(worst));
                hand.add(&mut partial.units, Sum::Fitness, (fitness, 1), n);
            }
        }
        let (movements, explained) = story.movements();
        hand.add(&mut partial.units, Sum::Unexplained, ((movements - explained) as i64, movements), n);
        // Time to the last mood told after an event.
        let until_mood = |event: u32| {
            let (at, _) = ended.last_mood.filter(|(at, _)| *at > event)?;
            Some(alike.times[at as usize] - alike.times[event as usize])
        };
        for told in hand.judge.told() {
            let place = version.places[usize::from(told.step)] as usize;
            partial.steps[place][told.verdict as usize].add(whose, &ended);
            if let Some(later) = VERDICTS[1..].iter().position(|verdict| *verdict == told.verdict) {
                partial.later[place][later].extend(until_mood(told.event));
            }
        }
        if ended.over
            && !ended.completed
            && let Some(step) = network.step_at(story.last())
        {
            partial.left_at[version.places[usize::from(step)] as usize] += n;
        }
        hand.in_this_journey.clear();
        for (event, at) in story.unplanned() {
            let after = network.step_at(at).map(|step| version.places[usize::from(step)]);
            let beside = hand.unplanned.number((after, alike.codes[event as usize]));
            let found = hand.unplanned.happened(beside);
            found.occurrences += n;
            if !hand.in_this_journey.contains(&beside) {
                hand.in_this_journey.push(beside);
                found.tally.add(whose, &ended);
                found.later.extend(until_mood(event));
            }
        }
        let visits = &mut partial.visits[number];
        for (from, way) in story.went() {
            let (visits, ways) = &mut visits[usize::from(from)];
            *visits += n;
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
        hand.went.clear();
        let transitions = network.transitions.len();
        hand.went.extend(story.went().map(|(from, way)| match way {
            ENDING => transitions + usize::from(from),
            transition => usize::from(transition),
        }));
        hand.went.sort_unstable();
        hand.went.dedup();
        hand.went.iter().for_each(|place| partial.went[number][*place].add(whose, &ended));
        hand.stood.clear();
        hand.stood.extend(story.taken().map(|(_, step)| version.places[usize::from(step)]));
        if !hand.moods.is_empty() {
            self.feel(partial, hand, version, story);
        }
        hand.stood.sort_unstable();
        hand.stood.dedup();
        hand.stood.iter().for_each(|place| partial.stood[*place as usize].add(whose, &ended));
    }

    /// Moods told in a journey, one at least.
    fn feel(&self, partial: &mut Partial, hand: &mut Hand, version: &Version, story: Story<'_>) {
        let values = hand.moods.iter().map(|(_, mood)| i64::from(*mood));
        let (sum, n) = (values.clone().sum::<i64>(), hand.moods.len() as u64);
        let end = values.clone().next_back().unwrap_or_default();
        // Of several that are as far from neutral the last one is the peak.
        let peak = values.max_by_key(|mood| mood.abs()).unwrap_or_default();
        let of_journey =
            [(Sum::Mean, milli(sum, n)), (Sum::PeakAndEnd, peak + end), (Sum::Peak, peak), (Sum::End, end)];
        for (what, figure) in of_journey {
            hand.add(&mut partial.units, what, (figure, 1), 1);
        }
        let Hand { moods, of_customer, at_steps, here, .. } = hand;
        of_customer.extend(moods.iter().map(|(_, mood)| *mood));
        here.clear();
        for (event, step) in story.taken() {
            if let Ok(found) = moods.binary_search_by_key(&event, |(event, _)| *event) {
                here.push((version.places[usize::from(step)], moods[found].1));
            }
        }
        at_steps.extend_from_slice(here);
        here.sort_unstable();
        for same in here.chunk_by(|a, b| a.0 == b.0) {
            let (n_here, here): (u64, i64) = (same.len() as u64, same.iter().map(|(_, mood)| i64::from(*mood)).sum());
            if n > n_here {
                partial.pairs[same[0].0 as usize].add(milli(here, n_here), milli(sum - here, n - n_here));
            }
        }
    }
}

impl Kernel for ConformanceKernel {
    type Partial = Partial;
    type Answer = Conformance;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        self.prepare(partial);
        partial.begin_block();
        let mut hand = Hand::take_up(partial);
        let mut teller = (Teller::default(), Vec::new());
        let mut before = None;
        for (number, (span, &customer)) in slice.spans.iter().zip(slice.customers).enumerate() {
            if before != Some(customer) {
                hand.end_customer(partial);
                before = Some(customer);
                hand.own = (slice.customers.get(number + 1) == Some(&customer)).then(Own::default);
            }
            let lived = self.lived(slice, number);
            hand.moods.clear();
            let moods = slice.events.moods[span.range()].iter().enumerate();
            hand.moods.extend(moods.filter_map(|(event, mood)| match mood.mood() {
                Some((value, MoodOrigin::Reported)) => Some((event as u32, value)),
                Some((_, MoodOrigin::Assumed | MoodOrigin::Inferred)) | None => None,
            }));
            let plain = hand.moods.is_empty() && hand.own.is_none();
            let sought = self.stories.sought(number as u32, lived.kind, lived.alike.codes).filter(|_| plain);
            match sought {
                Some(sought) => hand.plain.push(sought),
                None => self.tell(partial, &mut hand, &mut teller, &lived),
            }
        }
        hand.end_customer(partial);
        hand.moods.clear();
        let mut plain = std::mem::take(&mut hand.plain);
        let codes = |sought: &Sought| slice.journey(slice.spans[sought.number as usize]).0;
        self.stories.find_all(&mut plain, codes, |sought, id, story| {
            self.put_off(partial, id, &self.lived(slice, sought.number as usize).alike, story)
        });
        // What is told for the first time, and what takes more than its story.
        for sought in &plain {
            self.tell(partial, &mut hand, &mut teller, &self.lived(slice, sought.number as usize));
        }
        hand.lay_down(partial);
    }

    fn settle(&self, partial: &mut Partial) {
        let (stories, lived) = partial.put_off.take();
        if stories.is_empty() {
            return;
        }
        let mut hand = Hand::take_up(partial);
        self.stories.each(&stories, |place, kind, codes, story| {
            let number = (kind >> 1) as usize;
            let version = (number, &self.versions[number]);
            for (overdue, customers) in [false, true].into_iter().zip(lived[place]).filter(|(_, n)| *n > 0) {
                hand.judge.judge_alike(version.1, codes.len(), story, overdue);
                let whose = Whose::Customers(customers);
                self.count(partial, &mut hand, &Alike { version, whose, codes, times: &[] }, story);
            }
        });
        hand.lay_down(partial);
    }

    fn merge(&self, partial: &mut Partial, mut other: Partial) {
        self.prepare(partial);
        self.prepare(&mut other);
        partial.merge(other);
    }

    fn finish(&self, mut partial: Partial, about: &About<'_>) -> Conformance {
        self.prepare(&mut partial);
        Conformance::of(self, &partial, about)
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let share = |what, subject, part, whole| Figure {
            what,
            subject,
            measure: Measure::Share { part, whole, of_customers: false },
        };
        let unexplained = partial.units.of(Sum::Unexplained);
        let mut figures = vec![
            share("share of journeys as planned", Subject::All, partial.as_planned.journeys, partial.all.journeys),
            share("share of journeys completed", Subject::All, partial.all.completed, partial.all.over),
            Figure {
                what: "fitness",
                subject: Subject::All,
                measure: Measure::Mean { sum: partial.fits.sum(), n: partial.fits.n() },
            },
            share(
                "share of movements not in the plan",
                Subject::All,
                unexplained.above.sum as u64,
                unexplained.below.number as u64,
            ),
            Figure {
                what: "mean mood",
                subject: Subject::All,
                measure: Measure::Mean { sum: partial.moods.sum() as f64, n: partial.moods.n() },
            },
        ];
        let planned = |place: usize| Subject::Planned(self.steps[place].says.id.as_str().into());
        for (place, step) in partial.steps.iter().enumerate() {
            let whole: u64 = VERDICTS.iter().map(|verdict| step[*verdict as usize].journeys).sum();
            for (verdict, what) in [
                (Verdict::AsPlanned, "share as planned"),
                (Verdict::Missing, "share missing"),
                (Verdict::Failing, "share failing"),
                (Verdict::Late, "share late"),
                (Verdict::OutOfOrder, "share out of order"),
            ] {
                figures.push(share(what, planned(place), step[verdict as usize].journeys, whole));
            }
        }
        for (place, felt) in partial.felt.iter().enumerate().filter(|(_, felt)| felt.n() > 0) {
            let measure = Measure::Mean { sum: felt.sum() as f64, n: felt.n() };
            figures.push(Figure { what: "mean mood at the step", subject: planned(place), measure });
        }
        figures
    }

    fn bytes(&self, partial: &Partial) -> usize {
        partial.bytes()
    }
}
