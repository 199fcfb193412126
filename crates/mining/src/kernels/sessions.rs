//! Sessions: how many there are, how long they last, where they begin and end.

use model::{Invalid, JourneyRule};
use serde::{Deserialize, Serialize};

use crate::compare::{Figure, Measure, Subject};
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, Kernel};
use crate::names::Names;
use crate::questions::Question;
use crate::rate::{Count, counts, share};
use crate::report::{Answer, Table};
use crate::run::Query;
use crate::settings::{Setting, Settings};
use crate::wait::Wait;

/// The pause after which a session is over, unless a question says otherwise: seconds.
pub(crate) const GAP_S: f64 = 1_800.0;

/// The sessions: journeys by a pause, or by the query's rule where it names one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SessionsQuestion {
    /// Seconds; a session ends where nothing happens for longer.
    pub gap_s: f64,
}

impl Question for SessionsQuestion {
    const NAME: &'static str = "sessions";
    const WHAT: &'static str = "How many sessions, how long, where they begin and end";
    const SETTINGS: &'static [Setting] =
        &[Setting::new("gap", "DURATION", "A session ends where nothing happens for longer", "30m")];
    type Kernel = SessionsKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        let gap = settings.duration("gap")?.unwrap_or_default();
        Ok(Self { gap_s: gap as f64 / 1e6 })
    }

    fn adapt(&mut self, query: &mut Query) {
        if query.rule == JourneyRule::Whole {
            query.rule = JourneyRule::Gap { seconds: self.gap_s };
        }
    }

    fn kernel(&self, names: &Names<'_>) -> Result<SessionsKernel, Invalid> {
        Ok(SessionsKernel { labels: names.labels.len() })
    }
}

/// Sessions in codes.
#[derive(Clone, Copy, Debug)]
pub struct SessionsKernel {
    labels: usize,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    customers: u64,
    single_event: u64,
    /// Microseconds from first to last event, in any order.
    durations: Vec<i64>,
    starts: Vec<u64>,
    ends: Vec<u64>,
}

impl Kernel for SessionsKernel {
    type Partial = Partial;
    type Answer = Sessions;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        partial.starts.resize(self.labels, 0);
        partial.ends.resize(self.labels, 0);
        partial.customers += slice.distinct_customers();
        for span in slice.spans {
            let (codes, times) = slice.journey(*span);
            let last = codes.len() - 1;
            partial.events += codes.len() as u64;
            partial.single_event += u64::from(last == 0);
            partial.durations.push(times[last] - times[0]);
            partial.starts[usize::from(codes[0])] += 1;
            partial.ends[usize::from(codes[last])] += 1;
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        partial.starts.resize(self.labels, 0);
        partial.ends.resize(self.labels, 0);
        partial.events += other.events;
        partial.customers += other.customers;
        partial.single_event += other.single_event;
        partial.durations.extend_from_slice(&other.durations);
        for (mine, more) in [(&mut partial.starts, other.starts), (&mut partial.ends, other.ends)] {
            for (mine, more) in mine.iter_mut().zip(more) {
                *mine += more;
            }
        }
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Sessions {
        let sessions = partial.durations.len() as u64;
        Sessions {
            sessions,
            customers: partial.customers,
            events: partial.events,
            single_event: partial.single_event,
            single_event_share: share(partial.single_event, sessions),
            events_per_session: share(partial.events, sessions),
            sessions_per_customer: share(sessions, partial.customers),
            duration: Wait::of(std::iter::once(&*partial.durations)),
            starts: counts(&partial.starts, about.names.labels),
            ends: counts(&partial.ends, about.names.labels),
            coverage: about.coverage.clone(),
        }
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let sessions = partial.durations.len() as u64;
        let figure = |what, measure| Figure { what, subject: Subject::All, measure };
        let mut figures = vec![
            figure(
                "share of sessions with a single event",
                Measure::Share { part: partial.single_event, whole: sessions, of_customers: false },
            ),
            figure("events a session", Measure::Mean { sum: partial.events as f64, n: sessions }),
            figure("sessions a customer", Measure::Mean { sum: sessions as f64, n: partial.customers }),
            figure("median duration", Measure::Median(vec![&partial.durations])),
        ];
        for (what, by_code) in
            [("share of sessions that begin", &partial.starts), ("share of sessions that end", &partial.ends)]
        {
            figures.extend((0..=u16::MAX).zip(by_code).filter(|(_, count)| **count > 0).map(|(code, &part)| Figure {
                what,
                subject: Subject::Touchpoint(code),
                measure: Measure::Share { part, whole: sessions, of_customers: false },
            }));
        }
        figures
    }

    fn whole_of(&self, subject: &Subject) -> Option<Subject> {
        subject.without_next()
    }

    fn bytes(&self, partial: &Partial) -> usize {
        partial.durations.capacity() * 8
    }
}

/// The sessions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sessions {
    /// Number of sessions.
    pub sessions: u64,
    /// Distinct customers with a session.
    pub customers: u64,
    /// Events in them.
    pub events: u64,
    /// Sessions of one event only.
    pub single_event: u64,
    /// The same as a share of all sessions; undefined if there is none.
    pub single_event_share: Option<f64>,
    /// Mean number of events; undefined if there is no session.
    pub events_per_session: Option<f64>,
    /// Mean number of sessions; undefined if there is no customer.
    pub sessions_per_customer: Option<f64>,
    /// From the first to the last event of a session; undefined if there is no session.
    pub duration: Option<Wait>,
    /// Where sessions begin.
    pub starts: Vec<Count>,
    /// Where they end.
    pub ends: Vec<Count>,
    /// How much of the events the sessions hold.
    pub coverage: Coverage,
}

impl Answer for Sessions {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("sessions", self.sessions), ("customers", self.customers), ("events", self.events)]
    }

    fn tables(&self) -> Vec<Table> {
        let one = [self];
        let figures = Table::of("figures", &one)
            .share("single_event_share", |all| all.single_event_share)
            .number("events_per_session", |all| all.events_per_session)
            .number("sessions_per_customer", |all| all.sessions_per_customer)
            .seconds("duration_median_s", |all| all.duration.map(|wait| wait.median_s))
            .seconds("duration_mean_s", |all| all.duration.map(|wait| wait.mean_s))
            .seconds("duration_q95_s", |all| all.duration.map(|wait| wait.q95_s));
        let listed = |name, counts: &[Count]| {
            Table::of(name, counts)
                .text("touchpoint", |count| count.touchpoint.clone())
                .count("count", |count| count.count)
                .bar("share", |count| share(count.count, self.sessions))
                .done()
        };
        vec![figures.done(), listed("starts", &self.starts), listed("ends", &self.ends)]
    }
}
