//! Funnels: how far people come on a way of several steps, within a time.

use std::num::NonZeroUsize;
use std::str::FromStr;

use model::{Invalid, Timestamp};
use serde::{Deserialize, Serialize};

use crate::journeys::{Coverage, Journeys, Slice};
use crate::log::TimeRange;
use crate::rate::{share, wilson};
use crate::threads;

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

impl FromStr for Order {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "ordered" => Ok(Self::Ordered),
            "strict" => Ok(Self::Strict),
            "any" => Ok(Self::Any),
            _ => Err(Invalid::new("order", text, "is no order: ordered, strict or any")),
        }
    }
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

impl FromStr for By {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "customer" => Ok(Self::Customer),
            "attempt" => Ok(Self::Attempt),
            "session" => Ok(Self::Session),
            _ => Err(Invalid::new("by", text, "is nothing to count by: customer, attempt or session")),
        }
    }
}

/// What a funnel asks. `docs/semantics.md` has the tables.
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelQuestion {
    /// The touchpoints, in their order.
    pub steps: Vec<String>,
    /// All steps lie within so many seconds of the entry, that moment included.
    pub window_s: f64,
    /// In which order.
    pub order: Order,
    /// What is counted.
    pub by: By,
    /// Which entries count; what follows an entry may lie outside.
    pub entries: TimeRange,
}

/// A question in codes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The code of each step; none for a touchpoint that no event was ever at.
    steps: Vec<Option<u16>>,
    window: i64,
    order: Order,
    by: By,
    entries: TimeRange,
    /// The latest moment of the log: attempts whose window reaches beyond it are open.
    as_of: i64,
}

impl FunnelQuestion {
    /// The question in the codes of a log whose latest event is at `as_of`, microseconds since 1970.
    ///
    /// Refused: no step or too many, and a step named twice where any order is right.
    pub fn plan(&self, labels: &[String], as_of: i64) -> Result<Plan, Invalid> {
        let written = self.steps.join(",");
        if self.steps.is_empty() || self.steps.len() > MOST_STEPS {
            return Err(Invalid::new("steps", &written, format!("names not 1 to {MOST_STEPS} touchpoints")));
        }
        if self.order == Order::Any && (1..self.steps.len()).any(|at| self.steps[..at].contains(&self.steps[at])) {
            return Err(Invalid::new("steps", &written, "names a touchpoint twice, which has no meaning in any order"));
        }
        let code = |name: &String| labels.iter().position(|label| label == name).map(|code| code as u16);
        Ok(Plan {
            steps: self.steps.iter().map(code).collect(),
            window: (self.window_s * 1e6).round() as i64,
            order: self.order,
            by: self.by,
            entries: self.entries,
            as_of,
        })
    }
}

/// What one scan counted. Partials of slices merge in any order to the partial of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    /// By steps reached, from 0: units that came so far and no further, and those of them that are still open.
    ended: Vec<(u64, u64)>,
}

/// How far a unit came.
#[derive(Clone, Copy, Default)]
struct Reach {
    depth: usize,
    /// An attempt may still go on.
    open: bool,
}

impl Plan {
    /// Counts the units of some journeys.
    pub fn scan(&self, slice: &Slice<'_>) -> Partial {
        let mut partial = Partial { events: 0, ended: vec![(0, 0); self.steps.len() + 1] };
        let mut current: Option<(u32, Reach)> = None;
        for (span, &customer) in slice.spans.iter().zip(slice.customers) {
            let (codes, times) = (&slice.codes[span.range()], &slice.times[span.range()]);
            partial.events += codes.len() as u64;
            match self.by {
                By::Attempt => self.attempts(codes, times, |reach| partial.count(reach)),
                By::Session => partial.count(self.best(codes, times)),
                By::Customer => {
                    let reach = self.best(codes, times);
                    match &mut current {
                        Some((same, so_far)) if *same == customer => {
                            so_far.depth = so_far.depth.max(reach.depth);
                            so_far.open |= reach.open;
                        }
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
        partial
    }

    fn best(&self, codes: &[u16], times: &[i64]) -> Reach {
        match self.order {
            Order::Ordered => self.best_ordered(codes, times),
            Order::Strict => self.best_strict(codes, times),
            Order::Any => self.best_any(codes, times),
        }
    }

    fn enters(&self, time: i64) -> bool {
        self.entries.contains(time)
    }

    fn is_open(&self, entry: i64) -> bool {
        self.as_of.saturating_sub(entry) <= self.window
    }

    /// One pass: `latest[k]` is the latest entry from which step k was reached. Steps are tried from the last to the
    /// first, so that one event serves one step.
    fn best_ordered(&self, codes: &[u16], times: &[i64]) -> Reach {
        const NONE: i64 = i64::MIN;
        let mut latest = [NONE; MOST_STEPS];
        let mut depth = 0;
        for (&code, &time) in codes.iter().zip(times) {
            for step in (0..=depth.min(self.steps.len() - 1)).rev() {
                if self.steps[step] != Some(code) {
                    continue;
                }
                let entry = match step.checked_sub(1) {
                    None if self.enters(time) => time,
                    None => continue,
                    Some(before) => latest[before],
                };
                if entry != NONE && time.saturating_sub(entry) <= self.window {
                    latest[step] = latest[step].max(entry);
                    depth = depth.max(step + 1);
                }
            }
        }
        Reach { depth, open: depth > 0 && self.is_open(latest[0]) }
    }

    fn best_strict(&self, codes: &[u16], times: &[i64]) -> Reach {
        let mut best = Reach::default();
        for begin in 0..codes.len() {
            if self.steps[0] == Some(codes[begin]) && self.enters(times[begin]) {
                let depth = self.straight(&codes[begin..], &times[begin..]);
                best.depth = best.depth.max(depth);
                best.open |= begin + depth == codes.len() && self.is_open(times[begin]);
            }
        }
        best
    }

    /// How many steps the events take from the first one on, one directly after the other.
    fn straight(&self, codes: &[u16], times: &[i64]) -> usize {
        let taken = self.steps.iter().zip(codes).zip(times);
        taken
            .take_while(|((step, code), time)| **step == Some(**code) && time.saturating_sub(times[0]) <= self.window)
            .count()
    }

    fn best_any(&self, codes: &[u16], times: &[i64]) -> Reach {
        let mut latest: [Option<i64>; MOST_STEPS] = [None; MOST_STEPS];
        let mut latest_entry = None;
        let mut depth = 0;
        for (&code, &time) in codes.iter().zip(times) {
            let Some(step) = self.steps.iter().position(|step| *step == Some(code)) else { continue };
            if self.entries.from.is_some_and(|from| time < from.micros()) {
                continue;
            }
            latest[step] = Some(time);
            if self.enters(time) {
                latest_entry = Some(time);
            }
            let recent = |moment: Option<i64>| moment.is_some_and(|then| time.saturating_sub(then) <= self.window);
            if recent(latest_entry) {
                depth = depth.max(latest[..self.steps.len()].iter().filter(|moment| recent(**moment)).count());
            }
        }
        Reach { depth, open: latest_entry.is_some_and(|entry| self.is_open(entry)) }
    }

    /// Attempts one after the other: an entry opens one if none is open; it ends complete, out of time, or, where the
    /// order is strict, with the first other event.
    fn attempts(&self, codes: &[u16], times: &[i64], mut done: impl FnMut(Reach)) {
        let mut attempt: Option<Attempt> = None;
        for (&code, &time) in codes.iter().zip(times) {
            if let Some(open) = &mut attempt {
                let in_time = time.saturating_sub(open.entry) <= self.window;
                let step = in_time.then(|| self.next_step(open, code)).flatten();
                if let Some(step) = step {
                    open.taken |= 1 << step;
                } else if !in_time || self.order == Order::Strict {
                    done(Reach { depth: open.depth(), open: false });
                    attempt = None;
                }
                if step.is_some() || attempt.is_some() {
                    if let Some(complete) = attempt.take_if(|open| open.depth() == self.steps.len()) {
                        done(Reach { depth: complete.depth(), open: false });
                    }
                    continue;
                }
            }
            let begins = Attempt { entry: time, taken: 0 };
            if let Some(step) = self.next_step(&begins, code).filter(|_| self.enters(time)) {
                let begun = Attempt { taken: 1 << step, ..begins };
                if self.steps.len() == 1 {
                    done(Reach { depth: 1, open: false });
                } else {
                    attempt = Some(begun);
                }
            }
        }
        if let Some(open) = attempt {
            done(Reach { depth: open.depth(), open: self.is_open(open.entry) });
        }
    }

    /// The step an event is in an attempt, if it is one that is due.
    fn next_step(&self, attempt: &Attempt, code: u16) -> Option<usize> {
        match self.order {
            Order::Any => {
                let step = self.steps.iter().position(|step| *step == Some(code))?;
                (attempt.taken & 1 << step == 0).then_some(step)
            }
            Order::Ordered | Order::Strict => {
                let step = attempt.depth();
                (self.steps[step] == Some(code)).then_some(step)
            }
        }
    }
}

struct Attempt {
    entry: i64,
    /// A bit for each step.
    taken: u64,
}

impl Attempt {
    fn depth(&self) -> usize {
        self.taken.count_ones() as usize
    }
}

impl Partial {
    fn count(&mut self, reach: Reach) {
        let (ended, open) = &mut self.ended[reach.depth];
        *ended += 1;
        *open += u64::from(reach.open);
    }

    /// The partial of both slices.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.events += other.events;
        if self.ended.len() < other.ended.len() {
            self.ended.resize(other.ended.len(), (0, 0));
        }
        for (mine, more) in self.ended.iter_mut().zip(other.ended) {
            mine.0 += more.0;
            mine.1 += more.1;
        }
        self
    }

    /// The answer.
    pub fn finish(&self, question: &FunnelQuestion, as_of: Option<Timestamp>, coverage: &Coverage) -> Funnel {
        let steps = question.steps.len();
        let ended = |depth: usize| self.ended.get(depth).copied().unwrap_or_default();
        let reached = |depth: usize| (depth..=steps).map(|depth| ended(depth).0).sum::<u64>();
        let entered = reached(1);
        let rows = (1..=steps).map(|depth| {
            let (stayed, open) = if depth < steps { ended(depth) } else { (0, 0) };
            FunnelStep {
                touchpoint: match question.order {
                    Order::Any => format!("any {depth} of {steps}"),
                    Order::Ordered | Order::Strict => question.steps[depth - 1].clone(),
                },
                reached: reached(depth),
                in_progress: open,
                dropped: stayed - open,
                rate: share(reached(depth), entered),
                interval: wilson(reached(depth), entered),
                rate_of_previous: share(reached(depth), if depth == 1 { entered } else { reached(depth - 1) }),
            }
        });
        Funnel {
            entered,
            steps: rows.collect(),
            window_s: question.window_s,
            order: question.order,
            by: question.by,
            as_of,
            coverage: coverage.clone(),
        }
    }
}

/// How far the units came.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Funnel {
    /// Units with an entry; the n of every rate.
    pub entered: u64,
    /// The steps, in their order.
    pub steps: Vec<FunnelStep>,
    /// All steps lie within so many seconds of the entry.
    pub window_s: f64,
    /// In which order.
    pub order: Order,
    /// What the units are.
    pub by: By,
    /// The latest event of the log, by which attempts are open or over; none where there is no event.
    pub as_of: Option<Timestamp>,
    /// How much of the events the journeys hold.
    #[serde(serialize_with = "Coverage::with_share")]
    pub coverage: Coverage,
}

/// One step of a funnel: `reached` is `in_progress`, `dropped` and the next step's `reached` together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FunnelStep {
    /// The touchpoint; in any order, how many of how many.
    pub touchpoint: String,
    /// Units that came here or further.
    pub reached: u64,
    /// Of those who came no further, units with an entry whose window is still open.
    pub in_progress: u64,
    /// Of those who came no further, all others.
    pub dropped: u64,
    /// `reached` as a share of `entered`; undefined if nobody entered.
    pub rate: Option<f64>,
    /// Wilson's interval of the rate at 95 %, the units taken as independent.
    pub interval: Option<[f64; 2]>,
    /// `reached` as a share of those who reached the step before; undefined if nobody did.
    pub rate_of_previous: Option<f64>,
}

/// The funnel over the journeys.
pub fn funnel(journeys: &Journeys<'_>, question: &FunnelQuestion, threads: NonZeroUsize) -> Result<Funnel, Invalid> {
    let latest = journeys.all().spans.iter().map(|span| journeys.times[span.end as usize - 1]).max();
    let plan = question.plan(journeys.labels(), latest.unwrap_or_default())?;
    let slices = journeys.split(threads.get());
    let partials = threads::map(slices, threads, |slice| slice.spans.len(), |slice| plan.scan(&slice));
    let merged = partials.into_iter().reduce(Partial::merge).unwrap_or_default();
    Ok(merged.finish(question, latest.map(Timestamp::clamped), journeys.coverage()))
}
