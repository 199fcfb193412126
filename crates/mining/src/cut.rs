//! Events -> journeys. `docs/semantics.md` has the tables this follows.

use std::ops::Range;

use model::JourneyRule;

use crate::journeys::{Coverage, Span};
use crate::log::{Block, NO_CASE, TimeRange};
use crate::names::Names;

/// A journey rule in the codes of a log.
#[derive(Clone, Debug)]
pub(crate) enum Rule {
    Whole,
    /// Microseconds.
    Gap(i64),
    Marks {
        start: Option<Marks>,
        end: Option<Marks>,
    },
    Case,
}

impl Rule {
    /// The rule, and the touchpoints it names that are unknown.
    pub(crate) fn of(rule: &JourneyRule, names: &Names<'_>) -> (Self, Vec<String>) {
        let mut unknown = Vec::new();
        let rule = match rule {
            JourneyRule::Whole => Self::Whole,
            JourneyRule::Gap { seconds } => Self::Gap((seconds * 1e6).round() as i64),
            JourneyRule::Marks { start, end } => Self::Marks {
                start: Marks::of(start, names.labels, &mut unknown),
                end: Marks::of(end, names.labels, &mut unknown),
            },
            JourneyRule::Case { .. } => Self::Case,
        };
        (rule, unknown)
    }
}

/// Which codes are marks.
#[derive(Clone, Debug)]
pub(crate) struct Marks(Vec<bool>);

impl Marks {
    fn of(names: &[String], labels: &[String], unknown: &mut Vec<String>) -> Option<Self> {
        if names.is_empty() {
            return None;
        }
        unknown.extend(names.iter().filter(|name| !labels.contains(name)).cloned());
        Some(Self(labels.iter().map(|label| names.contains(label)).collect()))
    }

    fn has(&self, code: u16) -> bool {
        self.0[usize::from(code)]
    }
}

/// The journeys of a block, in memory that serves the next block too.
#[derive(Debug, Default)]
pub(crate) struct Cut {
    pub(crate) spans: Vec<Span>,
    /// The customer of each.
    pub(crate) customers: Vec<u32>,
    /// Whether each lacks the end its rule asks for; empty where no rule asks for one.
    pub(crate) open: Vec<bool>,
    /// Events in no journey.
    pub(crate) outside: u64,
}

impl Cut {
    /// Cuts a block into journeys; `range` chooses the events before anything is cut.
    pub(crate) fn cut(&mut self, block: &Block<'_>, rule: &Rule, range: TimeRange) {
        self.spans.clear();
        self.customers.clear();
        self.open.clear();
        self.outside = 0;
        match rule {
            Rule::Whole => self.each_run(block, range, |cut, customer, run| cut.add(customer, run)),
            Rule::Gap(longest) => {
                self.each_run(block, range, |cut, customer, run| cut.cut_at_pauses(block, customer, run, *longest));
            }
            Rule::Marks { start, end } => self.each_run(block, range, |cut, customer, run| match (start, end) {
                (None, None) => cut.add(customer, run),
                (Some(start), None) => cut.cut_before(block, customer, run, start),
                (None, Some(end)) => cut.cut_after(block, customer, run, end),
                (Some(start), Some(end)) => cut.cut_between(block, customer, run, start, end),
            }),
            Rule::Case => self.each_run(block, TimeRange::ALL, |cut, customer, run| {
                let cases = block.cases.unwrap_or_default();
                let mut begin = run.start;
                for case in cases.get(run).unwrap_or_default().chunk_by(|a, b| a == b) {
                    let events = begin..begin + case.len();
                    begin = events.end;
                    if case[0] == NO_CASE { cut.outside += case.len() as u64 } else { cut.add(customer, events) }
                }
            }),
        }
    }

    pub(crate) fn clone_from_cut(&mut self, other: &Self) {
        self.spans.clone_from(&other.spans);
        self.customers.clone_from(&other.customers);
        self.open.clone_from(&other.open);
        self.outside = other.outside;
    }

    /// What the journeys hold, all of them being looked at.
    pub(crate) fn count(&self, coverage: &mut Coverage) {
        coverage.events_in_journeys += self.spans.iter().map(|span| span.range().len() as u64).sum::<u64>();
        coverage.events_outside += self.outside;
        coverage.journeys += self.spans.len() as u64;
        coverage.open_journeys += self.open.iter().filter(|open| **open).count() as u64;
    }

    /// Drops the journeys that `keep` refuses.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(Span, u32) -> bool) {
        let mut kept = 0;
        for index in 0..self.spans.len() {
            if keep(self.spans[index], self.customers[index]) {
                self.spans[kept] = self.spans[index];
                self.customers[kept] = self.customers[index];
                if let Some(&open) = self.open.get(index) {
                    self.open[kept] = open;
                }
                kept += 1;
            }
        }
        self.spans.truncate(kept);
        self.customers.truncate(kept);
        self.open.truncate(kept);
    }

    fn each_run(&mut self, block: &Block<'_>, range: TimeRange, mut cut_run: impl FnMut(&mut Self, u32, Range<usize>)) {
        for customer in 0..block.runs.len().saturating_sub(1) {
            let run = range.within(block.times, block.run(customer));
            if !run.is_empty() {
                cut_run(self, customer as u32, run);
            }
        }
    }

    fn add(&mut self, customer: u32, events: Range<usize>) {
        self.spans.push(Span { begin: events.start as u32, end: events.end as u32 });
        self.customers.push(customer);
    }

    fn cut_at_pauses(&mut self, block: &Block<'_>, customer: u32, run: Range<usize>, longest_pause: i64) {
        let mut begin = run.start;
        for event in run.start + 1..run.end {
            if block.times[event] - block.times[event - 1] > longest_pause {
                self.add(customer, begin..event);
                begin = event;
            }
        }
        self.add(customer, begin..run.end);
    }

    fn cut_before(&mut self, block: &Block<'_>, customer: u32, run: Range<usize>, start: &Marks) {
        let mut begin = None;
        for event in run.clone() {
            if start.has(block.codes[event]) {
                match begin.replace(event) {
                    Some(earlier) => self.add(customer, earlier..event),
                    None => self.outside += (event - run.start) as u64,
                }
            }
        }
        match begin {
            Some(begin) => self.add(customer, begin..run.end),
            None => self.outside += run.len() as u64,
        }
    }

    fn cut_after(&mut self, block: &Block<'_>, customer: u32, run: Range<usize>, end: &Marks) {
        let mut begin = run.start;
        for event in run.clone() {
            if end.has(block.codes[event]) {
                self.add(customer, begin..event + 1);
                self.open.push(false);
                begin = event + 1;
            }
        }
        if begin < run.end {
            self.add(customer, begin..run.end);
            self.open.push(true);
        }
    }

    fn cut_between(&mut self, block: &Block<'_>, customer: u32, run: Range<usize>, start: &Marks, end: &Marks) {
        let mut begin = None;
        for event in run.clone() {
            let code = block.codes[event];
            match begin {
                None if start.has(code) => begin = Some(event),
                None => self.outside += 1,
                Some(first) if end.has(code) => {
                    self.add(customer, first..event + 1);
                    self.open.push(false);
                    begin = None;
                }
                Some(_) => {}
            }
        }
        if let Some(begin) = begin {
            self.add(customer, begin..run.end);
            self.open.push(true);
        }
    }
}
