//! Drop-off: where journeys end, and what the same customers do next.

use hashbrown::HashMap;
use model::{Invalid, JourneyRule};
use serde::{Deserialize, Serialize};

use crate::compare::{Figure, Measure, Subject};
use crate::journeys::{Coverage, Slice, Span};
use crate::kernel::{About, Kernel};
use crate::log::TimeRange;
use crate::names::{Names, places};
use crate::pairs::{Numbers, Tally, rank};
use crate::questions::Question;
use crate::rate::share;
use crate::report::{Answer, Table};
use crate::run::Query;
use crate::settings::{Setting, Settings};
use crate::wait::Wait;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropoffQuestion {
    /// Only these touchpoints; all where it is empty.
    pub after: Vec<String>,
    /// What happens next counts up to so many microseconds after the end, that moment included.
    pub within: i64,
    /// Which events are looked at; what comes next lies in it too.
    pub range: TimeRange,
    /// Journeys are cases, so that a customer's events do not stand in the order of time.
    pub by_case: bool,
}

impl Question for DropoffQuestion {
    const NAME: &'static str = "dropoff";
    const WHAT: &'static str = "Where journeys end, and what the same customers do next";
    const SETTINGS: &'static [Setting] = &[
        Setting::optional("after", "NAMES", "Only journeys that end at these touchpoints"),
        Setting::new("within", "DURATION", "What comes next counts up to so long after the end", "7d"),
    ];
    type Kernel = DropoffKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        let within = settings.duration("within")?.unwrap_or_default();
        Ok(Self { after: settings.names("after"), within, range: TimeRange::ALL, by_case: false })
    }

    fn adapt(&mut self, query: &mut Query) {
        self.range = query.range;
        self.by_case = matches!(query.rule, JourneyRule::Case { .. });
    }

    fn kernel(&self, names: &Names<'_>) -> Result<DropoffKernel, Invalid> {
        let mut wanted = vec![self.after.is_empty(); names.labels.len()];
        for code in self.after.iter().filter_map(|name| names.code(name)) {
            wanted[usize::from(code)] = true;
        }
        let before = self.range.to.map(|to| to.micros());
        Ok(DropoffKernel {
            wanted,
            within: self.within,
            before,
            seen: before.map_or(i64::MAX, |to| to.saturating_sub(1)).min(names.as_of.micros()),
            by_case: self.by_case,
        })
    }
}

/// Drop-off in codes.
#[derive(Clone, Debug)]
pub struct DropoffKernel {
    /// By code: whether journeys that end there are asked for.
    wanted: Vec<bool>,
    /// Microseconds.
    within: i64,
    /// The first moment that is not looked at.
    before: Option<i64>,
    /// The last moment at which something could have been seen.
    seen: i64,
    by_case: bool,
}

/// What was counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Partial {
    numbers: Numbers,
    /// By code.
    spots: Vec<Spot>,
    /// What came next, by `touchpoint << 24 | next touchpoint << 8 | next channel`.
    next: HashMap<u64, Next>,
}

/// What was counted of a touchpoint.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Spot {
    visits: Tally,
    ends: Tally,
    nothing: u64,
    open: u64,
    /// What came next came by the same channel.
    same_channel: u64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Next {
    same_channel: u64,
    /// Microseconds since the journey's end, in any order: one for each journey.
    waits: Vec<i64>,
}

/// The events of a customer who has cases, in the order of time and arrival.
#[derive(Debug, Default)]
struct Ordered {
    customer: Option<u32>,
    events: Vec<u32>,
}

impl DropoffKernel {
    /// The customer's event after the last one of a journey.
    fn next(&self, slice: &Slice<'_>, span: Span, customer: u32, ordered: &mut Ordered) -> Option<usize> {
        let run = slice.events.run(customer as usize);
        let next = if self.by_case {
            let moment = |event: usize| {
                (slice.events.times[event], slice.events.arrivals.get(event).copied().unwrap_or_default())
            };
            if ordered.customer.replace(customer) != Some(customer) {
                ordered.events.clear();
                ordered.events.extend(run.start as u32..run.end as u32);
                ordered.events.sort_by_key(|&event| moment(event as usize));
            }
            let end = moment(span.range().end - 1);
            let after = ordered.events.partition_point(|&event| moment(event as usize) <= end);
            ordered.events.get(after).map(|&event| event as usize)
        } else {
            (span.range().end < run.end).then_some(span.range().end)
        };
        next.filter(|&event| self.before.is_none_or(|before| slice.events.times[event] < before))
    }
}

impl Kernel for DropoffKernel {
    type Partial = Partial;
    type Answer = Dropoff;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        partial.spots.resize(self.wanted.len(), Spot::default());
        let Partial { numbers, spots, next } = partial;
        let mut ordered = Ordered::default();
        let mut last = None;
        for (span, &customer) in slice.spans.iter().zip(slice.customers) {
            let (codes, times) = slice.journey(*span);
            numbers.next(codes.len(), customer, &mut last);
            for &code in codes {
                spots[usize::from(code)].visits.count(numbers.journeys, numbers.customers);
            }
            let (code, end) = (codes[codes.len() - 1], times[times.len() - 1]);
            if !self.wanted[usize::from(code)] {
                continue;
            }
            let spot = &mut spots[usize::from(code)];
            spot.ends.count(numbers.journeys, numbers.customers);
            let after = self.next(slice, *span, customer, &mut ordered);
            let after = after.map(|event| (event, slice.events.times[event].saturating_sub(end)));
            match after.filter(|(_, wait)| *wait <= self.within) {
                Some((event, wait)) => {
                    let channels = slice.events.channels;
                    let key = key(code, slice.events.codes[event], channels[event]);
                    let next = next.entry(key).or_default();
                    let is_same = channels[event] == channels[span.range().end - 1];
                    next.same_channel += u64::from(is_same);
                    spot.same_channel += u64::from(is_same);
                    next.waits.push(wait);
                }
                None if self.seen.saturating_sub(end) <= self.within => spot.open += 1,
                None => spot.nothing += 1,
            }
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        partial.spots.resize(self.wanted.len(), Spot::default());
        partial.numbers.merge(&other.numbers);
        for (mine, more) in partial.spots.iter_mut().zip(&other.spots) {
            mine.visits.merge(&more.visits);
            mine.ends.merge(&more.ends);
            mine.nothing += more.nothing;
            mine.open += more.open;
            mine.same_channel += more.same_channel;
        }
        for (key, mut more) in other.next {
            let mine = partial.next.entry(key).or_default();
            mine.same_channel += more.same_channel;
            mine.waits.append(&mut more.waits);
        }
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Dropoff {
        Dropoff::of(&partial, self, about)
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let wanted = (0..=u16::MAX).zip(&partial.spots).filter(|(code, _)| self.wanted[usize::from(*code)]);
        // Also where none ends: that is 0 of the journeys there, not undefined.
        let mut spots: Vec<(u16, &Spot)> = wanted.filter(|(_, spot)| spot.visits.occurrences > 0).collect();
        rank(&mut spots, |(_, spot)| spot.ends.occurrences, |(code, _)| *code);
        let figures = spots.into_iter().flat_map(|(code, spot)| {
            let figure = |what, part, whole| Figure {
                what,
                subject: Subject::Touchpoint(code),
                measure: Measure::Share { part, whole, of_customers: false },
            };
            let ends = spot.ends.occurrences;
            let settled = ends - spot.open;
            [
                figure("share of the journeys there that end there", ends, spot.visits.journeys),
                figure("share of these after which nothing comes, open ones aside", spot.nothing, settled),
                figure("share of these that go on in the same channel, open ones aside", spot.same_channel, settled),
            ]
        });
        figures.collect()
    }

    fn bytes(&self, partial: &Partial) -> usize {
        let waits: usize = partial.next.values().map(|next| next.waits.capacity() * 8).sum();
        partial.spots.capacity() * size_of::<Spot>() + partial.next.capacity() * (size_of::<Next>() + 9) + waits
    }
}

fn key(code: u16, next: u16, channel: u8) -> u64 {
    u64::from(code) << 24 | u64::from(next) << 8 | u64::from(channel)
}

/// Where journeys end, and what the same customers do next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dropoff {
    /// Number of journeys.
    pub journeys: u64,
    /// Distinct customers.
    pub customers: u64,
    /// Events in the journeys.
    pub events: u64,
    /// What comes next counts up to so many seconds after the end.
    pub within_s: f64,
    /// Where journeys end, the most frequent first, equal ones by name.
    pub touchpoints: Vec<DropoffAt>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// A touchpoint where journeys end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DropoffAt {
    /// What it is shown as.
    pub touchpoint: String,
    /// Journeys that come there.
    pub journeys_there: u64,
    /// Journeys that end there.
    pub drop_offs: u64,
    /// Distinct customers of these.
    pub customers: u64,
    /// Share of the journeys that come there.
    pub share: Option<f64>,
    /// What comes next, all drop-offs in all: the most frequent event first, equal ones by names, then nothing, then open.
    pub next: Vec<NextRow>,
}

/// What came after a journey's end.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum NextRow {
    /// The customer's next event.
    Event {
        /// Where.
        touchpoint: String,
        /// By which channel.
        channel: String,
        /// Drop-offs.
        journeys: u64,
        /// Those of them whose last event came by the same channel.
        same_channel: u64,
        /// Share of the touchpoint's drop-offs.
        share: Option<f64>,
        /// From the journey's end to it.
        wait: Option<Wait>,
    },
    /// Nothing within the time.
    Nothing {
        /// Drop-offs.
        journeys: u64,
        /// Share of the touchpoint's drop-offs.
        share: Option<f64>,
    },
    /// Nothing yet, and the time is not over.
    Open {
        /// Drop-offs.
        journeys: u64,
        /// Share of the touchpoint's drop-offs.
        share: Option<f64>,
    },
}

impl NextRow {
    /// Drop-offs of which it is so.
    pub fn journeys(&self) -> u64 {
        match self {
            Self::Event { journeys, .. } | Self::Nothing { journeys, .. } | Self::Open { journeys, .. } => *journeys,
        }
    }

    fn share(&self) -> Option<f64> {
        match self {
            Self::Event { share, .. } | Self::Nothing { share, .. } | Self::Open { share, .. } => *share,
        }
    }

    fn in_words(&self, within_s: f64) -> String {
        match self {
            Self::Event { touchpoint, .. } => touchpoint.clone(),
            Self::Nothing { .. } => format!("nothing within {}", in_words(within_s)),
            Self::Open { .. } => "still open".to_owned(),
        }
    }

    fn channel(&self) -> String {
        match self {
            Self::Event { channel, .. } => channel.clone(),
            Self::Nothing { .. } | Self::Open { .. } => String::new(),
        }
    }

    /// Drop-offs that go on in the same channel, and in another.
    fn same_and_other(&self) -> Option<[u64; 2]> {
        match self {
            Self::Event { journeys, same_channel, .. } => Some([*same_channel, journeys - same_channel]),
            Self::Nothing { .. } | Self::Open { .. } => None,
        }
    }

    fn median_s(&self) -> Option<f64> {
        match self {
            Self::Event { wait, .. } => wait.map(|wait| wait.median_s),
            Self::Nothing { .. } | Self::Open { .. } => None,
        }
    }
}

/// A duration in the greatest unit of which it is a whole number: `7d`.
fn in_words(seconds: f64) -> String {
    let units = [(86_400.0, "d"), (3_600.0, "h"), (60.0, "m")];
    let whole = units.into_iter().find(|(unit, _)| seconds > 0.0 && seconds % unit == 0.0);
    let (unit, name) = whole.unwrap_or((1.0, "s"));
    format!("{}{name}", seconds / unit)
}

impl Dropoff {
    fn of(partial: &Partial, kernel: &DropoffKernel, about: &About<'_>) -> Self {
        let label = |code: u16| about.names.label(code);
        let channels: Vec<String> =
            (0..about.names.channels.len()).map(|code| about.names.channel(code as u8)).collect();
        let (by_label, by_channel) = (places(about.names.labels), places(&channels));
        let mut spots: Vec<(u16, &Spot)> =
            (0..=u16::MAX).zip(&partial.spots).filter(|(_, spot)| spot.ends.occurrences > 0).collect();
        rank(&mut spots, |(_, spot)| spot.ends.occurrences, |(code, _)| by_label[usize::from(*code)]);
        let mut next: Vec<(u64, &Next)> = partial.next.iter().map(|(&key, next)| (key, next)).collect();
        let parts = |key: u64| ((key >> 24) as usize, (key >> 8) as u16, key as u8);
        let by_names = |key: u64| {
            let (_, next, channel) = parts(key);
            (by_label[usize::from(next)], by_channel[usize::from(channel)])
        };
        rank(&mut next, |(_, next)| next.waits.len() as u64, |(key, _)| by_names(*key));
        let mut by_code: Vec<Vec<NextRow>> = vec![Vec::new(); partial.spots.len()];
        for (key, next) in next {
            let (code, touchpoint, channel) = parts(key);
            let (touchpoint, channel) = (label(touchpoint), channels[usize::from(channel)].clone());
            let journeys = next.waits.len() as u64;
            by_code[code].push(NextRow::Event {
                touchpoint,
                channel,
                journeys,
                same_channel: next.same_channel,
                share: share(journeys, partial.spots[code].ends.occurrences),
                wait: Wait::of(std::iter::once(&*next.waits)),
            });
        }
        let touchpoints = spots.into_iter().map(|(code, spot)| {
            let drop_offs = spot.ends.occurrences;
            let mut next = std::mem::take(&mut by_code[usize::from(code)]);
            let of_all = |journeys| share(journeys, drop_offs);
            if spot.nothing > 0 {
                next.push(NextRow::Nothing { journeys: spot.nothing, share: of_all(spot.nothing) });
            }
            if spot.open > 0 {
                next.push(NextRow::Open { journeys: spot.open, share: of_all(spot.open) });
            }
            DropoffAt {
                touchpoint: label(code),
                journeys_there: spot.visits.journeys,
                drop_offs,
                customers: spot.ends.customers,
                share: share(drop_offs, spot.visits.journeys),
                next,
            }
        });
        let dropoff = Self {
            journeys: partial.numbers.journeys,
            customers: partial.numbers.customers,
            events: partial.numbers.events,
            within_s: kernel.within as f64 / 1e6,
            touchpoints: touchpoints.collect(),
            coverage: about.coverage.clone(),
        };
        debug_assert!(dropoff.adds_up(), "what comes next does not add up: {dropoff:?}");
        dropoff
    }

    /// True if at every touchpoint what comes next adds up to the drop-offs.
    pub fn adds_up(&self) -> bool {
        let sum = |at: &DropoffAt| at.next.iter().map(NextRow::journeys).sum::<u64>();
        self.touchpoints.iter().all(|at| sum(at) == at.drop_offs)
    }
}

impl Answer for Dropoff {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        let drop_offs = self.touchpoints.iter().map(|at| at.drop_offs).sum();
        vec![("journeys", self.journeys), ("drop-offs", drop_offs), ("events", self.events)]
    }

    fn tables(&self) -> Vec<Table> {
        let touchpoints = Table::of("touchpoints", &self.touchpoints)
            .text("touchpoint", |at| at.touchpoint.clone())
            .count("journeys_there", |at| at.journeys_there)
            .count("drop_offs", |at| at.drop_offs)
            .count("customers", |at| at.customers)
            .bar("share", |at| at.share)
            .done();
        let rows: Vec<(&DropoffAt, &NextRow)> =
            self.touchpoints.iter().flat_map(|at| at.next.iter().map(move |next| (at, next))).collect();
        let next = Table::of("next", &rows)
            .text("touchpoint", |(at, _)| at.touchpoint.clone())
            .text("next", |(_, next)| next.in_words(self.within_s))
            .text("channel", |(_, next)| next.channel())
            .count("journeys", |(_, next)| next.journeys())
            .bar("share", |(_, next)| next.share())
            .count_if("same_channel", |(_, next)| next.same_and_other().map(|[same, _]| same))
            .count_if("other_channel", |(_, next)| next.same_and_other().map(|[_, other]| other))
            .seconds("wait_median_s", |(_, next)| next.median_s())
            .done();
        vec![touchpoints, next]
    }
}
