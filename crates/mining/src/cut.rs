//! Events -> journeys. `docs/semantics.md` has the tables this follows.

use std::borrow::Cow;
use std::ops::Range;

use model::{Invalid, JourneyRule};

use crate::journeys::{Coverage, Journeys, Span};
use crate::log::{Log, NO_CASE, TimeRange};

/// Cuts a log into journeys; `range` chooses the events before anything is cut.
///
/// Refused: the rule `case:` over a log without cases.
pub fn cut<'a>(log: &Log<'a>, rule: &JourneyRule, range: TimeRange) -> Result<Journeys<'a>, Invalid> {
    let mut cutter = Cutter { log: *log, spans: Vec::new(), customers: Vec::new(), coverage: Coverage::default() };
    match rule {
        JourneyRule::Whole => cutter.each_run(range, |cutter, customer, run| cutter.add(customer, run)),
        JourneyRule::Gap { seconds } => {
            let longest_pause = (seconds * 1e6).round() as i64;
            cutter.each_run(range, |cutter, customer, run| cutter.cut_at_pauses(customer, run, longest_pause));
        }
        JourneyRule::Marks { start, end } => {
            let start = Marks::of(start, log.labels, &mut cutter.coverage.unknown_marks);
            let end = Marks::of(end, log.labels, &mut cutter.coverage.unknown_marks);
            cutter.each_run(range, |cutter, customer, run| match (&start, &end) {
                (None, None) => cutter.add(customer, run),
                (Some(start), None) => cutter.cut_before(customer, run, start),
                (None, Some(end)) => cutter.cut_after(customer, run, end),
                (Some(start), Some(end)) => cutter.cut_between(customer, run, start, end),
            });
        }
        JourneyRule::Case { property } => {
            let reason = "is not known for the events: their cases were not read";
            let cases = log.cases.ok_or_else(|| Invalid::new("journey", property, reason))?;
            return Ok(cutter.group_by_case(cases, range));
        }
    }
    Ok(cutter.finish(Cow::Borrowed(log.codes), Cow::Borrowed(log.times)))
}

/// Which codes are marks.
struct Marks(Vec<bool>);

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

struct Cutter<'a> {
    log: Log<'a>,
    spans: Vec<Span>,
    customers: Vec<u32>,
    coverage: Coverage,
}

impl<'a> Cutter<'a> {
    fn each_run(&mut self, range: TimeRange, mut cut_run: impl FnMut(&mut Self, u32, Range<usize>)) {
        for (customer, run) in self.log.runs.windows(2).enumerate() {
            let run = range.within(self.log.times, run[0] as usize..run[1] as usize);
            if !run.is_empty() {
                cut_run(self, customer as u32, run);
            }
        }
    }

    fn add(&mut self, customer: u32, events: Range<usize>) {
        self.coverage.events_in_journeys += events.len() as u64;
        self.spans.push(Span { begin: events.start as u32, end: events.end as u32 });
        self.customers.push(customer);
    }

    fn cut_at_pauses(&mut self, customer: u32, run: Range<usize>, longest_pause: i64) {
        let mut begin = run.start;
        for event in run.start + 1..run.end {
            if self.log.times[event] - self.log.times[event - 1] > longest_pause {
                self.add(customer, begin..event);
                begin = event;
            }
        }
        self.add(customer, begin..run.end);
    }

    fn cut_before(&mut self, customer: u32, run: Range<usize>, start: &Marks) {
        let mut begin = None;
        for event in run.clone() {
            if start.has(self.log.codes[event]) {
                match begin.replace(event) {
                    Some(earlier) => self.add(customer, earlier..event),
                    None => self.coverage.events_outside += (event - run.start) as u64,
                }
            }
        }
        match begin {
            Some(begin) => self.add(customer, begin..run.end),
            None => self.coverage.events_outside += run.len() as u64,
        }
    }

    fn cut_after(&mut self, customer: u32, run: Range<usize>, end: &Marks) {
        let mut begin = run.start;
        for event in run.clone() {
            if end.has(self.log.codes[event]) {
                self.add(customer, begin..event + 1);
                begin = event + 1;
            }
        }
        if begin < run.end {
            self.add(customer, begin..run.end);
            self.coverage.open_journeys += 1;
        }
    }

    fn cut_between(&mut self, customer: u32, run: Range<usize>, start: &Marks, end: &Marks) {
        let mut begin = None;
        for event in run.clone() {
            let code = self.log.codes[event];
            match begin {
                None if start.has(code) => begin = Some(event),
                None => self.coverage.events_outside += 1,
                Some(first) if end.has(code) => {
                    self.add(customer, first..event + 1);
                    begin = None;
                }
                Some(_) => {}
            }
        }
        if let Some(begin) = begin {
            self.add(customer, begin..run.end);
            self.coverage.open_journeys += 1;
        }
    }

    /// The events in the order of (case, time, arrival). A case is counted for the customer of its first event,
    /// and the cases of one customer are made neighbours.
    fn group_by_case(mut self, cases: &[u32], range: TimeRange) -> Journeys<'a> {
        let log = self.log;
        let mut events: Vec<CaseEvent> = Vec::new();
        for (customer, run) in log.runs.windows(2).enumerate() {
            for event in run[0]..run[1] {
                let index = event as usize;
                if !range.contains(log.times[index]) {
                    continue;
                }
                if cases[index] == NO_CASE {
                    self.coverage.events_outside += 1;
                } else {
                    let (case, at, arrival) = (cases[index], log.times[index], log.arrivals[index]);
                    events.push(CaseEvent { case, at, arrival, event, customer: customer as u32 });
                }
            }
        }
        events.sort_unstable();
        let mut journeys: Vec<&[CaseEvent]> = events.chunk_by(|a, b| a.case == b.case).collect();
        journeys.sort_by_key(|journey| journey[0].customer);

        let mut codes = Vec::with_capacity(events.len());
        let mut times = Vec::with_capacity(events.len());
        for journey in journeys {
            let begin = codes.len();
            codes.extend(journey.iter().map(|event| log.codes[event.event as usize]));
            times.extend(journey.iter().map(|event| event.at));
            self.add(journey[0].customer, begin..codes.len());
        }
        self.finish(Cow::Owned(codes), Cow::Owned(times))
    }

    fn finish(mut self, codes: Cow<'a, [u16]>, times: Cow<'a, [i64]>) -> Journeys<'a> {
        self.coverage.journeys = self.spans.len() as u64;
        Journeys {
            codes,
            times,
            spans: self.spans,
            customers: self.customers,
            labels: self.log.labels,
            coverage: self.coverage,
        }
    }
}

/// An event on its way into its case; the order of the fields is the order of the events.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct CaseEvent {
    case: u32,
    at: i64,
    arrival: u64,
    event: u32,
    customer: u32,
}
