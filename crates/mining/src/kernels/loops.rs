//! Loops and dead ends: where journeys stay, come back, go to and fro, and end.

use model::Invalid;
use serde::{Deserialize, Serialize};

use crate::compare::{Figure, Measure, Subject};
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, Kernel};
use crate::names::{Names, places};
use crate::pairs::{Numbers, Pairs, Tally, keep_top, rank};
use crate::questions::Question;
use crate::rate::{share, wilson};
use crate::report::{Answer, Table};
use crate::settings::{Setting, Settings};
use crate::wait::{Wait, each_in_turn};

/// Most rows of a list.
pub const MOST_TOP: usize = 10_000;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoopsQuestion {
    /// Most rows of each list.
    pub top: usize,
}

impl Question for LoopsQuestion {
    const NAME: &'static str = "loops";
    const WHAT: &'static str = "Where journeys repeat, come back, go to and fro, and end";
    const SETTINGS: &'static [Setting] = &[Setting::new("top", "COUNT", "Most rows of each list", "20")];
    type Kernel = LoopsKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        Ok(Self { top: settings.count("top", 1..=MOST_TOP)? })
    }

    fn kernel(&self, names: &Names<'_>) -> Result<LoopsKernel, Invalid> {
        Ok(LoopsKernel { labels: names.labels.len(), top: self.top })
    }
}

/// Loops in codes.
#[derive(Clone, Copy, Debug)]
pub struct LoopsKernel {
    labels: usize,
    top: usize,
}

/// What was counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Partial {
    numbers: Numbers,
    /// Journeys with a self-loop, a return, a ping-pong.
    journeys_with: [u64; 3],
    /// By code.
    spots: Vec<Spot>,
    /// By touchpoint and the one that followed it first: how many returns.
    left_to: Pairs<u64>,
    /// `a -> b -> a`, by `(a, b)`.
    ping_pongs: Pairs<Tally>,
}

/// What was counted of a touchpoint.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Spot {
    visits: Tally,
    self_loops: Tally,
    returns: Tally,
    ends: Tally,
    /// Microseconds until each return, in any order.
    waits: Vec<i64>,
}

impl LoopsKernel {
    fn prepare(&self, partial: &mut Partial) {
        partial.spots.resize_with(self.labels, Spot::default);
        partial.left_to.prepare(self.labels);
        partial.ping_pongs.prepare(self.labels);
    }
}

impl Kernel for LoopsKernel {
    type Partial = Partial;
    type Answer = Loops;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        self.prepare(partial);
        let Partial { numbers, journeys_with, spots, left_to, ping_pongs } = partial;
        // By code: the last journey that came there, counted from 1, and its last event there.
        let mut last_seen = vec![(0_u32, 0_u32); self.labels];
        let mut last = None;
        for ((number, span), &customer) in (1..).zip(slice.spans).zip(slice.customers) {
            let (codes, times) = slice.journey(*span);
            numbers.next(codes.len(), customer, &mut last);
            let (journey, customer) = (numbers.journeys, numbers.customers);
            let mut has = [false; 3];
            for (event, &code) in codes.iter().enumerate() {
                let spot = &mut spots[usize::from(code)];
                spot.visits.count(journey, customer);
                let seen = &mut last_seen[usize::from(code)];
                let before = std::mem::replace(seen, (number, event as u32));
                if before.0 != number {
                    continue;
                }
                let before = before.1 as usize;
                if before + 1 == event {
                    spot.self_loops.count(journey, customer);
                    has[0] = true;
                    continue;
                }
                spot.returns.count(journey, customer);
                spot.waits.push(times[event] - times[before]);
                *left_to.at((code, codes[before + 1])) += 1;
                has[1] = true;
                if before + 2 == event {
                    ping_pongs.at((code, codes[before + 1])).count(journey, customer);
                    has[2] = true;
                }
            }
            spots[usize::from(codes[codes.len() - 1])].ends.count(journey, customer);
            for (journeys, has) in journeys_with.iter_mut().zip(has) {
                *journeys += u64::from(has);
            }
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        self.prepare(partial);
        partial.numbers.merge(&other.numbers);
        for (mine, more) in partial.journeys_with.iter_mut().zip(other.journeys_with) {
            *mine += more;
        }
        for (mine, more) in partial.spots.iter_mut().zip(&other.spots) {
            mine.visits.merge(&more.visits);
            mine.self_loops.merge(&more.self_loops);
            mine.returns.merge(&more.returns);
            mine.ends.merge(&more.ends);
            mine.waits.extend_from_slice(&more.waits);
        }
        partial.left_to.merge(other.left_to, |mine, more| *mine += more);
        partial.ping_pongs.merge(other.ping_pongs, |mine, more| mine.merge(&more));
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Loops {
        Loops::of(&partial, self.top, about)
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let journeys = partial.numbers.journeys;
        let share = |part, whole| Measure::Share { part, whole, of_customers: false };
        let with = [
            "share of journeys with a self-loop",
            "share of journeys with a return",
            "share of journeys with a ping-pong",
        ];
        let with = with.into_iter().zip(partial.journeys_with);
        let mut figures: Vec<Figure<'p>> =
            with.map(|(what, part)| Figure { what, subject: Subject::All, measure: share(part, journeys) }).collect();
        let visited = (0..=u16::MAX).zip(&partial.spots).filter(|(_, spot)| spot.visits.occurrences > 0);
        let visited: Vec<(u16, &Spot)> = visited.collect();
        // Also where it never happens: that is 0 of the journeys there, not undefined.
        let mut of_each = |what, count: fn(&Spot) -> u64| {
            let mut spots = visited.clone();
            rank(&mut spots, |(_, spot)| count(spot), |(code, _)| *code);
            figures.extend(spots.into_iter().map(|(code, spot)| Figure {
                what,
                subject: Subject::Touchpoint(code),
                measure: share(count(spot), spot.visits.journeys),
            }));
        };
        of_each("share of the journeys there that end there", |spot| spot.ends.journeys);
        of_each("share of the journeys there that come back", |spot| spot.returns.journeys);
        of_each("share of the journeys there that repeat it", |spot| spot.self_loops.journeys);
        figures.extend(visited.iter().filter(|(_, spot)| !spot.waits.is_empty()).map(|(code, spot)| Figure {
            what: "median time until the return",
            subject: Subject::Touchpoint(*code),
            measure: Measure::Median(vec![&spot.waits]),
        }));
        figures
    }

    fn bytes(&self, partial: &Partial) -> usize {
        let waits: usize = partial.spots.iter().map(|spot| spot.waits.capacity() * 8).sum();
        let spots = partial.spots.capacity() * size_of::<Spot>();
        spots + waits + partial.left_to.bytes() + partial.ping_pongs.bytes()
    }
}

/// Loops and dead ends. Each list begins with the most frequent, equal ones by name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Loops {
    /// Number of journeys.
    pub journeys: u64,
    /// Distinct customers.
    pub customers: u64,
    /// Events in the journeys.
    pub events: u64,
    /// Journeys with at least one self-loop.
    pub journeys_with_self_loop: u64,
    /// Journeys with at least one return.
    pub journeys_with_return: u64,
    /// Journeys with at least one ping-pong.
    pub journeys_with_ping_pong: u64,
    /// Touchpoints with a self-loop, also those that are not listed.
    pub self_loops_in_all: u64,
    /// Touchpoints directly followed by themselves.
    pub self_loops: Vec<SelfLoop>,
    /// Touchpoints with a return, also those that are not listed.
    pub returns_in_all: u64,
    /// Touchpoints to which journeys come back after something else.
    pub returns: Vec<Return>,
    /// Pairs with a ping-pong, also those that are not listed.
    pub ping_pongs_in_all: u64,
    /// To another touchpoint and straight back.
    pub ping_pongs: Vec<PingPong>,
    /// Touchpoints where a journey ends, also those that are not listed.
    pub dead_ends_in_all: u64,
    /// Touchpoints where journeys end.
    pub dead_ends: Vec<DeadEnd>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// A touchpoint directly followed by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SelfLoop {
    /// What it is shown as.
    pub touchpoint: String,
    /// How often.
    pub occurrences: u64,
    /// Distinct customers.
    pub customers: u64,
    /// Distinct journeys.
    pub journeys: u64,
    /// Journeys that come to the touchpoint; the n of `share`.
    pub journeys_there: u64,
    /// Share of the journeys that come to the touchpoint.
    pub share: Option<f64>,
}

/// A touchpoint to which journeys come back after something else.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Return {
    /// What it is shown as.
    pub touchpoint: String,
    /// How often.
    pub occurrences: u64,
    /// Distinct customers.
    pub customers: u64,
    /// Distinct journeys.
    pub journeys: u64,
    /// Journeys that come to the touchpoint; the n of `share`.
    pub journeys_there: u64,
    /// Share of the journeys that come to the touchpoint.
    pub share: Option<f64>,
    /// From the last event there to the return.
    pub wait: Wait,
    /// The touchpoint that most often followed first.
    pub via: String,
    /// Returns on which it did.
    pub via_occurrences: u64,
}

/// To another touchpoint and straight back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PingPong {
    /// Where it begins and ends.
    pub touchpoint: String,
    /// What lies between.
    pub via: String,
    /// How often.
    pub occurrences: u64,
    /// Distinct customers.
    pub customers: u64,
    /// Distinct journeys.
    pub journeys: u64,
}

/// A touchpoint where journeys end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeadEnd {
    /// What it is shown as.
    pub touchpoint: String,
    /// Journeys that end there.
    pub ends: u64,
    /// Events there.
    pub visits: u64,
    /// Share of the events there that are the last of their journey.
    pub share_of_visits: Option<f64>,
    /// Journeys that come there.
    pub journeys_there: u64,
    /// Share of them that end there.
    pub share_of_journeys: Option<f64>,
    /// Customers with a journey that comes there.
    pub customers_there: u64,
    /// Customers with a journey that ends there.
    pub customers: u64,
    /// Share of them of those that come there.
    pub share_of_customers: Option<f64>,
    /// Wilson's interval of `share_of_customers`: customers are independent of each other, visits and journeys are not.
    pub interval: Option<[f64; 2]>,
}

impl Loops {
    fn of(partial: &Partial, top: usize, about: &About<'_>) -> Self {
        let by_name = places(about.names.labels);
        let order = |code: u16| by_name[usize::from(code)];
        let label = |code: u16| about.names.label(code);
        // Touchpoints by one of their counts, and how many there are.
        let listed = |count: fn(&Spot) -> u64| {
            let mut spots: Vec<(u16, &Spot)> =
                (0..=u16::MAX).zip(&partial.spots).filter(|(_, spot)| count(spot) > 0).collect();
            let in_all = spots.len() as u64;
            keep_top(&mut spots, top, |(_, spot)| count(spot), |(code, _)| order(*code));
            (spots, in_all)
        };
        let (self_loops, self_loops_in_all) = listed(|spot| spot.self_loops.occurrences);
        let (returns, returns_in_all) = listed(|spot| spot.returns.occurrences);
        let (dead_ends, dead_ends_in_all) = listed(|spot| spot.ends.occurrences);

        let mut first_after: Vec<((u16, u16), u64)> =
            partial.left_to.iter().map(|(pair, &returns)| (pair, returns)).collect();
        rank(&mut first_after, |(_, returns)| *returns, |((_, via), _)| order(*via));
        let mut via = vec![None; partial.spots.len()];
        for ((code, next), returns) in first_after {
            via[usize::from(code)].get_or_insert((next, returns));
        }
        let returns = each_in_turn(&returns, about.threads, |&(code, spot)| {
            let (next, via_occurrences) = via[usize::from(code)]?;
            Some(Return {
                touchpoint: label(code),
                occurrences: spot.returns.occurrences,
                customers: spot.returns.customers,
                journeys: spot.returns.journeys,
                journeys_there: spot.visits.journeys,
                share: share(spot.returns.journeys, spot.visits.journeys),
                wait: Wait::of(std::iter::once(&*spot.waits))?,
                via: label(next),
                via_occurrences,
            })
        });

        let mut ping_pongs: Vec<((u16, u16), &Tally)> = partial.ping_pongs.iter().collect();
        let ping_pongs_in_all = ping_pongs.len() as u64;
        let by_names = |(from, via): (u16, u16)| (order(from), order(via));
        keep_top(&mut ping_pongs, top, |(_, tally)| tally.occurrences, |(pair, _)| by_names(*pair));

        let [journeys_with_self_loop, journeys_with_return, journeys_with_ping_pong] = partial.journeys_with;
        Self {
            journeys: partial.numbers.journeys,
            customers: partial.numbers.customers,
            events: partial.numbers.events,
            journeys_with_self_loop,
            journeys_with_return,
            journeys_with_ping_pong,
            self_loops_in_all,
            self_loops: self_loops
                .into_iter()
                .map(|(code, spot)| SelfLoop {
                    touchpoint: label(code),
                    occurrences: spot.self_loops.occurrences,
                    customers: spot.self_loops.customers,
                    journeys: spot.self_loops.journeys,
                    journeys_there: spot.visits.journeys,
                    share: share(spot.self_loops.journeys, spot.visits.journeys),
                })
                .collect(),
            returns_in_all,
            returns: returns.into_iter().flatten().collect(),
            ping_pongs_in_all,
            ping_pongs: ping_pongs
                .into_iter()
                .map(|((from, via), tally)| PingPong {
                    touchpoint: label(from),
                    via: label(via),
                    occurrences: tally.occurrences,
                    customers: tally.customers,
                    journeys: tally.journeys,
                })
                .collect(),
            dead_ends_in_all,
            dead_ends: dead_ends
                .into_iter()
                .map(|(code, Spot { visits, ends, .. })| DeadEnd {
                    touchpoint: label(code),
                    ends: ends.occurrences,
                    visits: visits.occurrences,
                    share_of_visits: share(ends.occurrences, visits.occurrences),
                    journeys_there: visits.journeys,
                    share_of_journeys: share(ends.journeys, visits.journeys),
                    customers_there: visits.customers,
                    customers: ends.customers,
                    share_of_customers: share(ends.customers, visits.customers),
                    interval: wilson(ends.customers, visits.customers),
                })
                .collect(),
            coverage: about.coverage.clone(),
        }
    }
}

impl Answer for Loops {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![
            ("journeys", self.journeys),
            ("with a self-loop", self.journeys_with_self_loop),
            ("with a return", self.journeys_with_return),
            ("with a ping-pong", self.journeys_with_ping_pong),
        ]
    }

    fn tables(&self) -> Vec<Table> {
        let self_loops = Table::of("self_loops", &self.self_loops)
            .text("touchpoint", |row| row.touchpoint.clone())
            .count("occurrences", |row| row.occurrences)
            .count("customers", |row| row.customers)
            .count("journeys", |row| row.journeys)
            .count("journeys_there", |row| row.journeys_there)
            .bar("share", |row| row.share)
            .done();
        let returns = Table::of("returns", &self.returns)
            .text("touchpoint", |row| row.touchpoint.clone())
            .count("occurrences", |row| row.occurrences)
            .count("customers", |row| row.customers)
            .count("journeys", |row| row.journeys)
            .count("journeys_there", |row| row.journeys_there)
            .bar("share", |row| row.share)
            .seconds("wait_median_s", |row| Some(row.wait.median_s))
            .text("via", |row| row.via.clone())
            .count("via_occurrences", |row| row.via_occurrences)
            .done();
        let ping_pongs = Table::of("ping_pongs", &self.ping_pongs)
            .text("touchpoint", |row| row.touchpoint.clone())
            .text("via", |row| row.via.clone())
            .count("occurrences", |row| row.occurrences)
            .count("customers", |row| row.customers)
            .count("journeys", |row| row.journeys)
            .done();
        let dead_ends = Table::of("dead_ends", &self.dead_ends)
            .text("touchpoint", |row| row.touchpoint.clone())
            .count("ends", |row| row.ends)
            .count("visits", |row| row.visits)
            .share("share_of_visits", |row| row.share_of_visits)
            .count("journeys_there", |row| row.journeys_there)
            .bar("share_of_journeys", |row| row.share_of_journeys)
            .count("customers", |row| row.customers)
            .count("customers_there", |row| row.customers_there)
            .share("share_of_customers", |row| row.share_of_customers)
            .interval("share_of_customers", |row| row.interval)
            .done();
        vec![self_loops, returns, ping_pongs, dead_ends]
    }
}
