//! One scan of a log for any number of questions.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use model::{Arrival, CustomerId, EventFilter, Invalid, JourneyFilter, JourneyRule, Timestamp};

use crate::choose::{Chosen, Customers, Filtered, Properties, Wanted};
use crate::compare::{Comparison, Tallies, differences};
use crate::cut::{Cut, Rule};
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, AnyKernel, AnyPartial, Kernel, own};
use crate::lists::Kept;
use crate::log::{Block, Source, TimeRange, Unreadable};
use crate::names::Names;
use crate::regroup::Regrouped;

/// Which journeys a question is about. The filter of events is applied first, then journeys are cut, then chosen.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Where journeys begin and end.
    pub rule: JourneyRule,
    /// Which events are looked at.
    pub range: TimeRange,
    /// Which of them count.
    pub only: Option<EventFilter>,
    /// Only events up to this one, in the order of arrival; none for all.
    pub through: Option<Arrival>,
    /// Which journeys are looked at; segments are in their places.
    pub wanted: Option<JourneyFilter>,
    /// Touchpoints that the question names and no event was ever at; told with the coverage.
    pub unknown: Vec<String>,
    /// Values of the customers' properties that filters name, by path.
    pub properties: HashMap<String, Arc<Properties>>,
}

impl Query {
    /// Which events count; none where all of them do and none arrived too late.
    fn chosen(&self, names: &Names<'_>) -> Option<Chosen> {
        match &self.only {
            None if self.through.is_none() => None,
            None => Some(Chosen::All),
            Some(only) => Some(Chosen::of(only, names)),
        }
    }
}

/// How a run may be held in bounds, watched and called off.
#[derive(Debug)]
pub struct Control {
    threads: NonZeroUsize,
    deadline: Option<(Instant, Duration)>,
    most_bytes: Option<usize>,
    kept: Arc<Kept>,
    cancelled: AtomicBool,
    events_done: AtomicU64,
    events_in_all: AtomicU64,
}

impl Control {
    /// No bounds, on so many threads.
    pub fn new(threads: NonZeroUsize) -> Self {
        Self {
            threads,
            deadline: None,
            most_bytes: None,
            kept: Arc::default(),
            cancelled: AtomicBool::new(false),
            events_done: AtomicU64::new(0),
            events_in_all: AtomicU64::new(0),
        }
    }

    /// Ends a run that takes longer; looked at between blocks.
    #[must_use]
    pub fn at_most(mut self, time: Duration) -> Self {
        self.deadline = Some((Instant::now() + time, time));
        self
    }

    /// Ends a run whose partials hold more; looked at between blocks.
    #[must_use]
    pub fn within_bytes(mut self, bytes: usize) -> Self {
        self.most_bytes = Some(bytes);
        self
    }

    /// Takes memory that runs before it have left, and leaves its own to those after it.
    #[must_use]
    pub fn keeping(mut self, kept: &Arc<Kept>) -> Self {
        self.kept = Arc::clone(kept);
        self
    }

    /// Ends the run before its next block.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Events scanned, and how many there are to scan, in all scans that have begun.
    pub fn progress(&self) -> (u64, u64) {
        (self.events_done.load(Ordering::Relaxed), self.events_in_all.load(Ordering::Relaxed))
    }

    /// How many threads scan.
    pub fn threads(&self) -> NonZeroUsize {
        self.threads
    }

    fn check(&self, bytes: usize) -> Result<(), RunError> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(RunError::Cancelled);
        }
        if let Some((deadline, time)) = self.deadline
            && Instant::now() > deadline
        {
            return Err(RunError::TooLong { seconds: time.as_secs_f64() });
        }
        match self.most_bytes {
            Some(most) if bytes.saturating_mul(self.threads.get()) > most => Err(RunError::TooMuch { most }),
            _ => Ok(()),
        }
    }
}

/// Why a run ended without an answer.
#[derive(Debug)]
pub enum RunError {
    /// The question cannot be asked of this log.
    Invalid(Invalid),
    /// Somebody called it off.
    Cancelled,
    /// It took longer than it may.
    TooLong {
        /// The limit.
        seconds: f64,
    },
    /// What it had counted took more memory than it may.
    TooMuch {
        /// The limit in bytes.
        most: usize,
    },
    /// Events could not be read.
    Unreadable(Unreadable),
    /// A figure of the answer cannot be written as JSON.
    Json(serde_json::Error),
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Invalid(invalid) => invalid.fmt(f),
            Self::Cancelled => f.write_str("the question was called off"),
            Self::TooLong { seconds } => write!(f, "the question took longer than its limit of {seconds} s"),
            Self::TooMuch { most } => {
                write!(f, "the question needs more memory than its limit of {:.0} MB", *most as f64 / 1e6)
            }
            Self::Unreadable(error) => error.fmt(f),
            Self::Json(error) => write!(f, "a figure cannot be written as JSON: {error}"),
        }
    }
}

impl std::error::Error for RunError {}

impl From<Invalid> for RunError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<Unreadable> for RunError {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable)
    }
}

/// What a run found: the partial of each kernel, and the coverage.
#[derive(Debug)]
pub struct Scanned {
    /// In the order of the kernels.
    pub partials: Vec<AnyPartial>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// The answer of one kernel.
pub fn ask<K: Kernel>(
    source: &dyn Source,
    names: &Names<'_>,
    query: &Query,
    kernel: &K,
    control: &Control,
) -> Result<K::Answer, RunError> {
    let mut scanned = scan(source, names, query, &[kernel], control)?;
    let about = About { names: *names, coverage: &scanned.coverage, threads: control.threads };
    let partial = scanned.partials.pop().unwrap_or_else(|| AnyKernel::begin(kernel, &control.kept));
    Ok(Kernel::finish(kernel, own::<K>(partial), &about))
}

/// The answers of several kernels in each of two groups of journeys, and their differences.
pub fn compare(
    source: &dyn Source,
    names: &Names<'_>,
    query: &Query,
    groups: [JourneyFilter; 2],
    kernels: &[&dyn AnyKernel],
    control: &Control,
) -> Result<Vec<Comparison>, RunError> {
    let groups = groups.map(Some);
    let mut found = scan_groups(source, names, query, &groups, kernels, control)?.into_iter();
    let (a, b) = found.next().zip(found.next()).expect("there are two groups");
    let reports = |group: &Group, partial, kernel: &dyn AnyKernel| {
        let about = About { names: *names, coverage: &group.scanned.coverage, threads: control.threads };
        kernel.finish(partial, &about).map_err(RunError::Json)
    };
    let (mut a, mut b) = (a, b);
    let partials = std::mem::take(&mut a.scanned.partials).into_iter().zip(std::mem::take(&mut b.scanned.partials));
    let compared = kernels.iter().zip(partials).enumerate().map(|(index, (kernel, (of_a, of_b)))| {
        let differences = {
            let (figures_a, figures_b) = (kernel.figures(&of_a), kernel.figures(&of_b));
            differences(names, *kernel, [&figures_a, &figures_b], [&a.tallies[index], &b.tallies[index]])
        };
        Ok(Comparison { a: reports(&a, of_a, *kernel)?, b: reports(&b, of_b, *kernel)?, differences })
    });
    compared.collect()
}

/// The latest event that lies not after a moment, of those that came up to `through` if it is said; none where there is none.
pub fn latest(
    source: &dyn Source,
    not_after: Timestamp,
    through: Option<Arrival>,
    control: &Control,
) -> Result<Option<Timestamp>, RunError> {
    extreme(source, (through, not_after), control, i64::max)
}

/// The earliest event of those that came up to `through` if it is said; none where there is none.
pub fn earliest(
    source: &dyn Source,
    through: Option<Arrival>,
    control: &Control,
) -> Result<Option<Timestamp>, RunError> {
    extreme(source, (through, Timestamp::clamped(i64::MAX)), control, i64::min)
}

/// Of all times that are in question the one that `better` chooses.
fn extreme(
    source: &dyn Source,
    (through, not_after): (Option<Arrival>, Timestamp),
    control: &Control,
    better: fn(i64, i64) -> i64,
) -> Result<Option<Timestamp>, RunError> {
    let next = AtomicUsize::new(0);
    let came = |arrival: u64| through.is_none_or(|through| arrival <= through.0);
    let look = || -> Result<Option<i64>, RunError> {
        let mut found: Option<i64> = None;
        loop {
            let block = next.fetch_add(1, Ordering::Relaxed);
            if block >= source.blocks() {
                return Ok(found);
            }
            control.check(0)?;
            source.visit(block, &mut |block| {
                let events = block.times.iter().zip(block.arrivals);
                let counted = events.filter(|(time, arrival)| **time <= not_after.micros() && came(**arrival));
                found = found.into_iter().chain(counted.map(|(time, _)| *time)).reduce(better);
            })?;
        }
    };
    let found = thread::scope(|scope| {
        let others: Vec<_> = (1..control.threads.get()).map(|_| scope.spawn(look)).collect();
        let own = look();
        let others =
            others.into_iter().map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        std::iter::once(own).chain(others).collect::<Result<Vec<_>, _>>()
    })?;
    Ok(found.into_iter().flatten().reduce(better).map(Timestamp::clamped))
}

/// One scan for several kernels: each journey is cut, chosen and in the processor's cache once.
pub fn scan(
    source: &dyn Source,
    names: &Names<'_>,
    query: &Query,
    kernels: &[&dyn AnyKernel],
    control: &Control,
) -> Result<Scanned, RunError> {
    let mut groups = scan_groups(source, names, query, &[None], kernels, control)?;
    Ok(groups.pop().map(|group| group.scanned).expect("there is one group"))
}

/// What one group of journeys came to.
#[derive(Debug)]
pub struct Group {
    /// The partials and the coverage.
    pub scanned: Scanned,
    /// By kernel: what each figure came to in each block, where groups are compared.
    pub(crate) tallies: Vec<Tallies>,
}

/// One scan for several kernels and several groups of journeys; a journey may lie in several groups, or in none.
pub fn scan_groups(
    source: &dyn Source,
    names: &Names<'_>,
    query: &Query,
    groups: &[Option<JourneyFilter>],
    kernels: &[&dyn AnyKernel],
    control: &Control,
) -> Result<Vec<Group>, RunError> {
    let through = query.through.map_or(u64::MAX, |through| through.0);
    let chosen = query.chosen(names);
    let (rule, mut unknown_marks) = Rule::of(&query.rule, names);
    unknown_marks.extend(query.unknown.iter().cloned());
    let regrouped = match rule {
        Rule::Case => Some(Regrouped::of(source, chosen.as_ref().unwrap_or(&Chosen::All), query.range, through)?),
        Rule::Whole | Rule::Gap(_) | Rule::Marks { .. } => None,
    };
    let mut customers = Customers::default();
    let mut wanted = |filter: &JourneyFilter| Wanted::of(filter, names, &query.properties, &mut customers);
    let plan = Plan {
        source: regrouped.as_ref().map_or(source, |regrouped| regrouped),
        range: if regrouped.is_some() { TimeRange::ALL } else { query.range },
        chosen: if regrouped.is_some() { None } else { chosen },
        through,
        wanted: query.wanted.as_ref().map(&mut wanted).transpose()?,
        groups: groups.iter().map(|group| group.as_ref().map(&mut wanted).transpose()).collect::<Result<_, _>>()?,
        rule,
        kernels,
        control,
        next: AtomicUsize::new(0),
    };
    let events = (0..plan.source.blocks()).map(|block| plan.source.events(block) as u64).sum();
    // Questions that mean other journeys are scans of their own under the same control.
    control.events_in_all.fetch_add(events, Ordering::Relaxed);

    let threads = control.threads.get().min(plan.source.blocks()).max(1);
    let failed = Mutex::new(None);
    let mut hands: Vec<Hand> = thread::scope(|scope| {
        let work = |mut hand: Hand| {
            if let Err(error) = plan.work(&mut hand) {
                control.cancel();
                let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                // The first failure is the cause; what follows was called off by it.
                failed.get_or_insert(error);
            }
            hand
        };
        let others: Vec<_> =
            (1..threads).map(|_| plan.hand(customers.again())).map(|hand| scope.spawn(move || work(hand))).collect();
        let own = work(plan.hand(customers.again()));
        let joined =
            others.into_iter().map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        std::iter::once(own).chain(joined).collect()
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let mut all = hands.remove(0).groups;
    for hand in hands {
        for (group, more) in all.iter_mut().zip(hand.groups) {
            group.merge(more, kernels);
        }
    }
    for group in &mut all {
        group.scanned.coverage.unknown_marks.clone_from(&unknown_marks);
        if let Some(regrouped) = &regrouped {
            group.scanned.coverage.events_outside += regrouped.outside;
            group.scanned.coverage.events_not_chosen += regrouped.not_chosen;
        }
    }
    Ok(all)
}

/// Shows the journeys of a query, block by block in the order of their numbers, so that the same log is always shown the same way.
/// Beside a slice stands whose each event of its block is, where journeys are cases and hold events of several customers.
///
/// # Errors
/// Those of the run, and those of `show`, which end it.
pub fn walk<E: From<RunError>>(
    source: &dyn Source,
    names: &Names<'_>,
    query: &Query,
    control: &Control,
    mut show: impl FnMut(&Slice<'_>, Option<&[CustomerId]>) -> Result<(), E>,
) -> Result<(), E> {
    let through = query.through.map_or(u64::MAX, |through| through.0);
    let mut chosen = query.chosen(names);
    let (rule, _) = Rule::of(&query.rule, names);
    let regrouped = match rule {
        Rule::Case => {
            let chosen = chosen.take().unwrap_or(Chosen::All);
            Some(Regrouped::of(source, &chosen, query.range, through).map_err(RunError::from)?)
        }
        Rule::Whole | Rule::Gap(_) | Rule::Marks { .. } => None,
    };
    let range = if regrouped.is_some() { TimeRange::ALL } else { query.range };
    let mut customers = Customers::default();
    let wanted = query.wanted.as_ref().map(|filter| Wanted::of(filter, names, &query.properties, &mut customers));
    let wanted = wanted.transpose().map_err(RunError::from)?;
    let mut blocks: Vec<usize> = (0..source.blocks()).collect();
    blocks.sort_unstable_by_key(|block| source.number(*block));
    let shown: &dyn Source = regrouped.as_ref().map_or(source, |regrouped| regrouped);
    let events = blocks.iter().map(|block| shown.events(*block) as u64).sum();
    control.events_in_all.fetch_add(events, Ordering::Relaxed);

    let (mut filtered, mut cut) = (Filtered::with_arrivals(), Cut::default());
    for block in blocks {
        control.check(0)?;
        let mut outcome = Ok(());
        shown
            .visit(block, &mut |events| {
                let (events, range) = match &chosen {
                    None => (events, range),
                    Some(chosen) => {
                        filtered.fill(&events, chosen, range, through);
                        (filtered.block(&events), TimeRange::ALL)
                    }
                };
                cut.cut(&events, &rule, range);
                customers.look_at(&events, range);
                if let Some(wanted) = &wanted {
                    cut.retain(|span, customer| wanted.accepts(&events, span.range(), customer, &customers));
                }
                if !cut.spans.is_empty() {
                    let slice = Slice { events, spans: &cut.spans, customers: &cut.customers };
                    outcome = show(&slice, regrouped.as_ref().map(|regrouped| regrouped.whose(block)));
                }
            })
            .map_err(RunError::from)?;
        outcome?;
        control.events_done.fetch_add(shown.events(block) as u64, Ordering::Relaxed);
    }
    Ok(())
}

/// A run in the codes of a log.
struct Plan<'a> {
    source: &'a dyn Source,
    rule: Rule,
    range: TimeRange,
    chosen: Option<Chosen>,
    through: u64,
    wanted: Option<Wanted>,
    groups: Vec<Option<Wanted>>,
    kernels: &'a [&'a dyn AnyKernel],
    control: &'a Control,
    /// The block that is due.
    next: AtomicUsize,
}

/// What one thread holds.
struct Hand {
    filtered: Filtered,
    cut: Cut,
    of_group: Cut,
    customers: Customers,
    groups: Vec<Group>,
}

impl Group {
    fn new(kernels: &[&dyn AnyKernel], kept: &Arc<Kept>) -> Self {
        Self {
            scanned: Scanned {
                partials: kernels.iter().map(|kernel| kernel.begin(kept)).collect(),
                coverage: Coverage::default(),
            },
            tallies: kernels.iter().map(|_| Tallies::default()).collect(),
        }
    }

    fn merge(&mut self, other: Self, kernels: &[&dyn AnyKernel]) {
        let pairs = self.scanned.partials.iter_mut().zip(other.scanned.partials);
        for (kernel, (mine, more)) in kernels.iter().zip(pairs) {
            kernel.merge(mine, more);
        }
        self.scanned.coverage = std::mem::take(&mut self.scanned.coverage).merge(&other.scanned.coverage);
        for (mine, more) in self.tallies.iter_mut().zip(other.tallies) {
            mine.merge(more);
        }
    }
}

impl Plan<'_> {
    fn hand(&self, customers: Customers) -> Hand {
        Hand {
            filtered: Filtered::default(),
            cut: Cut::default(),
            of_group: Cut::default(),
            customers,
            groups: self.groups.iter().map(|_| Group::new(self.kernels, &self.control.kept)).collect(),
        }
    }

    fn work(&self, hand: &mut Hand) -> Result<(), RunError> {
        loop {
            let block = self.next.fetch_add(1, Ordering::Relaxed);
            if block >= self.source.blocks() {
                let partials =
                    hand.groups.iter_mut().flat_map(|group| group.scanned.partials.iter_mut().zip(self.kernels));
                partials.for_each(|(partial, kernel)| kernel.settle(partial));
                return Ok(());
            }
            let held = hand.groups.iter().flat_map(|group| group.scanned.partials.iter().zip(self.kernels));
            let partials: usize = held.map(|(partial, kernel)| kernel.bytes(partial)).sum();
            let tallies: usize = hand.groups.iter().flat_map(|group| &group.tallies).map(|tallies| tallies.bytes).sum();
            self.control.check(partials + tallies)?;
            self.source.visit(block, &mut |events| self.scan(hand, self.source.number(block), events))?;
            self.control.events_done.fetch_add(self.source.events(block) as u64, Ordering::Relaxed);
        }
    }

    fn scan(&self, hand: &mut Hand, number: u32, block: Block<'_>) {
        let Hand { filtered, cut, of_group, customers, groups } = hand;
        let (block, range, not_chosen) = match &self.chosen {
            None => (block, self.range, 0),
            Some(chosen) => {
                filtered.fill(&block, chosen, self.range, self.through);
                (filtered.block(&block), TimeRange::ALL, filtered.not_chosen)
            }
        };
        cut.cut(&block, &self.rule, range);
        customers.look_at(&block, range);
        let mut common = Coverage { events_not_chosen: not_chosen, ..Coverage::default() };
        if let Some(wanted) = &self.wanted {
            let before = cut.spans.len();
            cut.retain(|span, customer| wanted.accepts(&block, span.range(), customer, customers));
            common.journeys_not_chosen = (before - cut.spans.len()) as u64;
        }
        let compared = self.groups.len() > 1;
        for (group, wanted) in groups.iter_mut().zip(&self.groups) {
            let journeys: &Cut = match wanted {
                None => cut,
                Some(wanted) => {
                    of_group.clone_from_cut(cut);
                    of_group.retain(|span, customer| wanted.accepts(&block, span.range(), customer, customers));
                    of_group
                }
            };
            let mut coverage = common.clone();
            coverage.journeys_not_chosen += (cut.spans.len() - journeys.spans.len()) as u64;
            journeys.count(&mut coverage);
            group.scanned.coverage = std::mem::take(&mut group.scanned.coverage).merge(&coverage);
            if journeys.spans.is_empty() {
                continue;
            }
            let slice = Slice { events: block, spans: &journeys.spans, customers: &journeys.customers };
            let of_kernels = group.scanned.partials.iter_mut().zip(&mut group.tallies);
            for (kernel, (partial, all)) in self.kernels.iter().zip(of_kernels) {
                if compared {
                    let mut own = kernel.begin(&self.control.kept);
                    kernel.scan(&slice, &mut own);
                    kernel.settle(&mut own);
                    all.add(number, *kernel, &slice, &kernel.figures(&own));
                    kernel.merge(partial, own);
                } else {
                    kernel.scan(&slice, partial);
                }
            }
        }
    }
}
