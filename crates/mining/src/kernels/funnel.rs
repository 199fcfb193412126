//! Funnels: how far people come on a way of several steps, within a time.

use model::{Invalid, JourneyRule};
use serde::{Deserialize, Serialize};

pub use super::funnel_answer::{Funnel, FunnelStep};
use crate::compare::{Figure, Measure, Subject};
use crate::journeys::Slice;
use crate::kernel::{About, Kernel};
use crate::log::TimeRange;
use crate::names::Names;
use crate::questions::Question;
use crate::rate::{share, wilson};
use crate::run::Query;
use crate::settings::{Setting, Settings};

/// Most steps a funnel may have.
pub const MOST_STEPS: usize = 32;

/// In which order the steps are to be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// One after the other; other events may lie between.
    #[default]
    Ordered,
    /// One directly after the other.
    Strict,
    /// In any order.
    Any,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Each customer once, at the deepest step of all attempts in all journeys.
    #[default]
    Customer,
    /// Each attempt: it begins with an entry while no other attempt is open.
    Attempt,
    /// Each journey once, at the deepest step of the attempts in it.
    Session,
}

/// What a funnel asks. `docs/semantics.md` has the tables.
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelQuestion {
    /// The touchpoints, in their order.
    pub steps: Vec<String>,
    /// Those of them that may be left out.
    pub optional: Vec<String>,
    /// Touchpoints that end an attempt.
    pub exclude: Vec<String>,
    /// All steps lie within so many microseconds of the entry, that moment included.
    pub window: i64,
    /// In which order.
    pub order: Order,
    /// What is counted.
    pub by: By,
    /// Which entries count; what follows an entry may lie outside.
    pub entries: TimeRange,
}

impl Question for FunnelQuestion {
    const NAME: &'static str = "funnel";
    const WHAT: &'static str = "How far people come on a way of several steps; the time range chooses the entries";
    const SETTINGS: &'static [Setting] = &[
        Setting::required("steps", "NAMES", "The touchpoints, in their order"),
        Setting::new("window", "DURATION", "All steps lie within this time of the entry", "30d"),
        Setting::new("order", "ordered|strict|any", "Others may lie between, none may, or any order", "ordered"),
        Setting::new(
            "by",
            "customer|attempt|session",
            "Each customer, each attempt or each journey is counted",
            "customer",
        ),
        Setting::optional("optional", "NAMES", "Steps that may be left out"),
        Setting::optional("exclude", "NAMES", "Touchpoints that end an attempt"),
    ];
    type Kernel = FunnelKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        let orders = [("ordered", Order::Ordered), ("strict", Order::Strict), ("any", Order::Any)];
        let bys = [("customer", By::Customer), ("attempt", By::Attempt), ("session", By::Session)];
        let question = Self {
            steps: settings.names("steps"),
            optional: settings.names("optional"),
            exclude: settings.names("exclude"),
            window: settings.duration("window")?.unwrap_or_default(),
            order: settings.choice("order", &orders)?,
            by: settings.choice("by", &bys)?,
            entries: TimeRange::ALL,
        };
        question.check()?;
        Ok(question)
    }

    /// The time range chooses the entries, nothing else; sessions are journeys, by a pause of 30 minutes where the
    /// query names no rule.
    fn adapt(&mut self, query: &mut Query) {
        self.entries = std::mem::take(&mut query.range);
        if self.by == By::Session && query.rule == JourneyRule::Whole {
            query.rule = JourneyRule::Gap { seconds: super::sessions::GAP_S };
        }
    }

    fn kernel(&self, names: &Names<'_>) -> Result<FunnelKernel, Invalid> {
        self.check()?;
        let mut roles = vec![0; names.labels.len()];
        for (step, name) in self.steps.iter().enumerate() {
            if let Some(code) = names.code(name) {
                roles[usize::from(code)] |= 1 << step;
            }
        }
        for code in self.exclude.iter().filter_map(|name| names.code(name)) {
            roles[usize::from(code)] |= EXCLUDED;
        }
        Ok(FunnelKernel {
            optional: self.steps.iter().map(|step| self.optional.contains(step)).collect(),
            question: self.clone(),
            roles,
            as_of: names.as_of.micros(),
        })
    }
}

impl FunnelQuestion {
    fn check(&self) -> Result<(), Invalid> {
        let written = self.steps.join(",");
        if self.steps.is_empty() || self.steps.len() > MOST_STEPS {
            return Err(Invalid::new("steps", &written, format!("names not 1 to {MOST_STEPS} touchpoints")));
        }
        if self.order == Order::Any && (1..self.steps.len()).any(|at| self.steps[..at].contains(&self.steps[at])) {
            return Err(Invalid::new("steps", &written, "names a touchpoint twice, which has no meaning in any order"));
        }
        if let Some(name) = self.optional.iter().find(|name| !self.steps.contains(name)) {
            return Err(Invalid::new("optional", name, "is none of the steps"));
        }
        if !self.optional.is_empty() && self.order == Order::Any {
            return Err(Invalid::new("optional", &self.optional.join(","), "has no meaning in any order"));
        }
        if self.steps.iter().all(|step| self.optional.contains(step)) {
            return Err(Invalid::new("optional", &self.optional.join(","), "leaves no step that must be taken"));
        }
        if let Some(name) = self.exclude.iter().find(|name| self.steps.contains(name)) {
            return Err(Invalid::new("exclude", name, "is one of the steps"));
        }
        if !self.exclude.is_empty() && self.order == Order::Strict {
            let reason = "has no meaning in strict order, where every other touchpoint ends an attempt";
            return Err(Invalid::new("exclude", &self.exclude.join(","), reason));
        }
        Ok(())
    }
}

/// Marks a touchpoint that ends attempts.
const EXCLUDED: u64 = 1 << 63;

/// A funnel in codes.
#[derive(Clone, Debug)]
pub struct FunnelKernel {
    question: FunnelQuestion,
    optional: Vec<bool>,
    /// By code: a bit for each step it is, and [`EXCLUDED`].
    roles: Vec<u64>,
    /// The latest moment that was recorded: attempts whose window reaches beyond it are open.
    as_of: i64,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    /// By number of required steps taken: units that came so far and no further, and those of them that are still open.
    ended: Vec<(u64, u64)>,
    /// By step: units that took it, for those that may be left out.
    took: Vec<u64>,
}

/// How far a unit came.
#[derive(Clone, Copy, Debug, Default)]
struct Reach {
    /// Required steps taken.
    depth: usize,
    /// An attempt may still go on.
    open: bool,
    /// A bit for each step that was taken.
    took: u64,
}

impl Reach {
    fn or(&mut self, other: Self) {
        self.depth = self.depth.max(other.depth);
        self.open |= other.open;
        self.took |= other.took;
    }
}

impl Kernel for FunnelKernel {
    type Partial = Partial;
    type Answer = Funnel;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        partial.ended.resize(self.question.steps.len() + 1, (0, 0));
        partial.took.resize(self.question.steps.len(), 0);
        let mut current: Option<(u32, Reach)> = None;
        for (span, &customer) in slice.spans.iter().zip(slice.customers) {
            let (codes, times) = slice.journey(*span);
            partial.events += codes.len() as u64;
            match self.question.by {
                By::Attempt => self.attempts(codes, times, |reach| partial.count(reach)),
                By::Session => partial.count(self.best(codes, times)),
                By::Customer => {
                    let reach = self.best(codes, times);
                    match &mut current {
                        Some((same, so_far)) if *same == customer => so_far.or(reach),
                        _ => {
                            if let Some((_, done)) = current.replace((customer, reach)) {
                                partial.count(done);
                            }
                        }
                    }
                }
            }
        }
        if let Some((_, done)) = current {
            partial.count(done);
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        partial.events += other.events;
        partial.ended.resize(self.question.steps.len() + 1, (0, 0));
        partial.took.resize(self.question.steps.len(), 0);
        for (mine, more) in partial.ended.iter_mut().zip(other.ended) {
            mine.0 += more.0;
            mine.1 += more.1;
        }
        for (mine, more) in partial.took.iter_mut().zip(other.took) {
            *mine += more;
        }
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Funnel {
        let question = &self.question;
        let required = self.optional.iter().filter(|optional| !**optional).count();
        let entered = partial.reached(1);
        let mut depth = 0;
        let rows = question.steps.iter().enumerate().map(|(step, name)| {
            if self.optional[step] {
                let reached = partial.took.get(step).copied().unwrap_or_default();
                return FunnelStep {
                    touchpoint: name.clone(),
                    optional: true,
                    reached,
                    in_progress: 0,
                    dropped: 0,
                    rate: share(reached, entered),
                    interval: wilson(reached, entered),
                    rate_of_previous: None,
                };
            }
            depth += 1;
            let (stayed, open) = if depth < required { partial.ended(depth) } else { (0, 0) };
            let reached = partial.reached(depth);
            FunnelStep {
                touchpoint: match question.order {
                    Order::Any => format!("any {depth} of {required}"),
                    Order::Ordered | Order::Strict => name.clone(),
                },
                optional: false,
                reached,
                in_progress: open,
                dropped: stayed - open,
                rate: share(reached, entered),
                interval: wilson(reached, entered),
                rate_of_previous: share(reached, if depth == 1 { entered } else { partial.reached(depth - 1) }),
            }
        });
        Funnel {
            steps: rows.collect(),
            entered,
            window_s: question.window as f64 / 1e6,
            order: question.order,
            by: question.by,
            as_of: about.names.as_of,
            coverage: about.coverage.clone(),
        }
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let entered = partial.reached(1);
        let mut depth = 0;
        let of_customers = self.question.by == By::Customer;
        let rates = self.optional.iter().enumerate().map(|(step, optional)| {
            depth += usize::from(!optional);
            let part =
                if *optional { partial.took.get(step).copied().unwrap_or_default() } else { partial.reached(depth) };
            let measure = Measure::Share { part, whole: entered, of_customers };
            Figure { what: "share of those who entered", subject: Subject::Step(step as u32, None), measure }
        });
        rates.collect()
    }

    fn bytes(&self, partial: &Partial) -> usize {
        partial.ended.len() * 16 + partial.took.len() * 8
    }
}

impl FunnelKernel {
    fn best(&self, codes: &[u16], times: &[i64]) -> Reach {
        match self.question.order {
            Order::Ordered => self.best_ordered(codes, times),
            Order::Strict => self.best_strict(codes, times),
            Order::Any => self.best_any(codes, times),
        }
    }

    fn enters(&self, time: i64) -> bool {
        self.question.entries.contains(time)
    }

    fn is_open(&self, entry: i64) -> bool {
        self.as_of.saturating_sub(entry) <= self.question.window
    }

    fn in_time(&self, entry: i64, time: i64) -> bool {
        time.saturating_sub(entry) <= self.question.window
    }

    fn role(&self, code: u16) -> u64 {
        self.roles[usize::from(code)]
    }

    /// Steps that must be taken among the first ones, up to and with `step`.
    fn required_up_to(&self, step: usize) -> usize {
        self.optional[..=step].iter().filter(|optional| !**optional).count()
    }

    /// One pass: `latest[k]` is the latest entry from which step k was reached. Steps are tried from the last to the
    /// first, so that one event serves one step.
    fn best_ordered(&self, codes: &[u16], times: &[i64]) -> Reach {
        const NONE: i64 = i64::MIN;
        let mut latest = [NONE; MOST_STEPS];
        let mut took = 0_u64;
        for (&code, &time) in codes.iter().zip(times) {
            let mut role = self.role(code);
            if role == 0 {
                continue;
            }
            if role == EXCLUDED {
                latest[..self.optional.len()].fill(NONE);
                continue;
            }
            while role != 0 {
                let step = role.ilog2() as usize;
                role &= !(1 << step);
                // The best entry among the steps this one may follow on: the one before, and those before optional ones.
                let mut entry = NONE;
                let mut before = step;
                loop {
                    match before.checked_sub(1) {
                        None => {
                            if self.enters(time) {
                                entry = time;
                            }
                            break;
                        }
                        Some(earlier) => {
                            entry = entry.max(latest[earlier]);
                            if !self.optional[earlier] {
                                break;
                            }
                            before = earlier;
                        }
                    }
                }
                if entry != NONE && self.in_time(entry, time) {
                    latest[step] = latest[step].max(entry);
                    took |= 1 << step;
                }
            }
        }
        let deepest = (0..self.optional.len()).rev().find(|&step| took >> step & 1 == 1 && !self.optional[step]);
        let latest_entry = latest[..self.optional.len()].iter().copied().max().unwrap_or(NONE);
        Reach {
            depth: deepest.map_or(0, |step| self.required_up_to(step)),
            open: latest_entry != NONE && self.is_open(latest_entry),
            took,
        }
    }

    fn best_strict(&self, codes: &[u16], times: &[i64]) -> Reach {
        let mut best = Reach::default();
        for begin in 0..codes.len() {
            if self.enters(times[begin]) {
                let (taken, took) = self.straight(&codes[begin..], &times[begin..]);
                let open = taken > 0 && begin + taken == codes.len() && self.is_open(times[begin]);
                best.or(Reach { depth: self.depth(took), open, took });
            }
        }
        best
    }

    /// Which steps the events take from the first one on, one directly after the other: how many, and which.
    fn straight(&self, codes: &[u16], times: &[i64]) -> (usize, u64) {
        let (mut taken, mut took) = (0, 0);
        for (&code, &time) in codes.iter().zip(times) {
            match self.due(took, code) {
                Some(step) if self.in_time(times[0], time) => took |= 1 << step,
                _ => break,
            }
            taken += 1;
        }
        (taken, took)
    }

    /// The required steps among those taken.
    fn depth(&self, took: u64) -> usize {
        self.optional.iter().enumerate().filter(|(step, optional)| !**optional && took >> step & 1 == 1).count()
    }

    /// The step an event is after those taken: the next one, or a later one where those between may be left out.
    fn due(&self, took: u64, code: u16) -> Option<usize> {
        let first = took.checked_ilog2().map_or(0, |last| last as usize + 1);
        for step in first..self.optional.len() {
            if self.role(code) >> step & 1 == 1 {
                return Some(step);
            }
            if !self.optional[step] {
                break;
            }
        }
        None
    }

    fn best_any(&self, codes: &[u16], times: &[i64]) -> Reach {
        let mut latest: [Option<i64>; MOST_STEPS] = [None; MOST_STEPS];
        let mut latest_entry = None;
        let mut depth = 0;
        for (&code, &time) in codes.iter().zip(times) {
            let role = self.role(code);
            if role == EXCLUDED {
                latest.fill(None);
                latest_entry = None;
                continue;
            }
            if role == 0 || self.question.entries.from.is_some_and(|from| time < from.micros()) {
                continue;
            }
            latest[role.ilog2() as usize] = Some(time);
            if self.enters(time) {
                latest_entry = Some(time);
            }
            let recent = |moment: Option<i64>| moment.is_some_and(|then| self.in_time(then, time));
            if recent(latest_entry) {
                depth = depth.max(latest[..self.optional.len()].iter().filter(|moment| recent(**moment)).count());
            }
        }
        Reach { depth, open: latest_entry.is_some_and(|entry| self.is_open(entry)), took: 0 }
    }

    /// Attempts one after the other: an entry opens one if none is open; it ends complete, out of time, at an excluded
    /// touchpoint, or, where the order is strict, with the first other event.
    fn attempts(&self, codes: &[u16], times: &[i64], mut done: impl FnMut(Reach)) {
        let last = self.optional.iter().rposition(|optional| !optional).unwrap_or_default();
        let complete = |took: u64| match self.question.order {
            Order::Any => took.count_ones() as usize == self.optional.len(),
            Order::Ordered | Order::Strict => took >> last != 0,
        };
        let reach = |took: u64, open: bool| match self.question.order {
            Order::Any => Reach { depth: took.count_ones() as usize, open, took: 0 },
            Order::Ordered | Order::Strict => Reach { depth: self.depth(took), open, took },
        };
        let mut attempt: Option<(i64, u64)> = None;
        for (&code, &time) in codes.iter().zip(times) {
            if let Some((entry, took)) = attempt {
                let in_time = self.in_time(entry, time);
                let step = in_time.then(|| self.next_step(took, code)).flatten();
                if let Some(step) = step {
                    let took = took | 1 << step;
                    attempt = Some((entry, took));
                    if complete(took) {
                        done(reach(took, false));
                        attempt = None;
                    }
                    continue;
                }
                if in_time && self.question.order != Order::Strict && self.role(code) != EXCLUDED {
                    continue;
                }
                done(reach(took, false));
                attempt = None;
            }
            if let Some(step) = self.next_step(0, code).filter(|_| self.enters(time)) {
                if complete(1 << step) {
                    done(reach(1 << step, false));
                } else {
                    attempt = Some((time, 1 << step));
                }
            }
        }
        if let Some((entry, took)) = attempt {
            done(reach(took, self.is_open(entry)));
        }
    }

    /// The step an event is in an attempt, if it is one that is due.
    fn next_step(&self, took: u64, code: u16) -> Option<usize> {
        match self.question.order {
            Order::Any => {
                let step = (self.role(code) & !EXCLUDED).checked_ilog2()? as usize;
                (took & 1 << step == 0).then_some(step)
            }
            Order::Ordered | Order::Strict => self.due(took, code),
        }
    }
}

impl Partial {
    fn count(&mut self, reach: Reach) {
        let (ended, open) = &mut self.ended[reach.depth];
        *ended += 1;
        *open += u64::from(reach.open);
        // Who took no more than steps that may be left out did not enter.
        let mut took = if reach.depth > 0 { reach.took } else { 0 };
        while took != 0 {
            self.took[took.trailing_zeros() as usize] += 1;
            took &= took - 1;
        }
    }

    fn ended(&self, depth: usize) -> (u64, u64) {
        self.ended.get(depth).copied().unwrap_or_default()
    }

    /// Units that took so many required steps or more.
    fn reached(&self, depth: usize) -> u64 {
        self.ended.iter().skip(depth).map(|(units, _)| units).sum()
    }
}
