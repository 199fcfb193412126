//! Channel hops: how journeys change from one channel to another.

use std::collections::BTreeMap;

use model::Invalid;
use serde::{Deserialize, Serialize};

use crate::compare::{Figure, Measure, Subject};
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, Kernel};
use crate::names::{Names, places};
use crate::pairs::{Numbers, Pairs, Tally, rank};
use crate::questions::Question;
use crate::rate::{share, wilson};
use crate::report::{Answer, Network, NetworkEdge, NetworkNode, Table};
use crate::sequences::Sequences;
use crate::settings::{Setting, Settings};
use crate::wait::{Wait, each_in_turn};

/// Most channel sequences that are shown in full.
pub const MOST_TOP: usize = 10_000;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HopsQuestion {
    /// How many channel sequences in full.
    pub top: usize,
}

impl Question for HopsQuestion {
    const NAME: &'static str = "hops";
    const WHAT: &'static str = "How journeys change from one channel to another";
    const SETTINGS: &'static [Setting] =
        &[Setting::new("top", "COUNT", "How many channel sequences are shown in full", "20")];
    type Kernel = HopsKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        Ok(Self { top: settings.count("top", 1..=MOST_TOP)? })
    }

    fn kernel(&self, names: &Names<'_>) -> Result<HopsKernel, Invalid> {
        Ok(HopsKernel { channels: names.channels.len(), top: self.top })
    }
}

/// Hops in codes.
#[derive(Clone, Copy, Debug)]
pub struct HopsKernel {
    channels: usize,
    top: usize,
}

/// What was counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Partial {
    numbers: Numbers,
    /// By channel.
    channels: Vec<Stop>,
    hops: Pairs<HopCount>,
    /// How many journeys, by number of distinct channels and by number of hops.
    by_channels: BTreeMap<u64, u64>,
    by_hops: BTreeMap<u64, u64>,
    /// Customers whose journeys use more than one channel.
    customers_across: u64,
    /// Channels in the order in which journeys use them, repeats collapsed.
    sequences: Sequences,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Stop {
    visits: Tally,
    starts: u64,
    ends: u64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct HopCount {
    tally: Tally,
    /// Microseconds, in any order.
    waits: Vec<i64>,
}

/// A set of channels.
#[derive(Clone, Copy, Debug, Default)]
struct Channels([u64; 4]);

impl Channels {
    fn insert(&mut self, channel: u8) {
        self.0[usize::from(channel >> 6)] |= 1 << (channel & 63);
    }

    fn extend(&mut self, other: Self) {
        for (mine, more) in self.0.iter_mut().zip(other.0) {
            *mine |= more;
        }
    }

    fn len(self) -> u64 {
        self.0.iter().map(|bits| u64::from(bits.count_ones())).sum()
    }
}

impl HopsKernel {
    fn prepare(&self, partial: &mut Partial) {
        partial.channels.resize_with(self.channels, Stop::default);
        partial.hops.prepare(self.channels);
        partial.sequences.index();
    }
}

impl Partial {
    fn journeys_across(&self) -> u64 {
        self.by_channels.range(2..).map(|(_, journeys)| journeys).sum()
    }

    fn hops_in_all(&self) -> u64 {
        self.by_hops.iter().map(|(hops, journeys)| hops * journeys).sum()
    }
}

impl Kernel for HopsKernel {
    type Partial = Partial;
    type Answer = Hops;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        self.prepare(partial);
        let Partial { numbers, channels: stops, hops, by_channels, by_hops, customers_across, sequences } = partial;
        let mut sequence: Vec<u16> = Vec::new();
        let mut of_customer = Channels::default();
        let mut last = None;
        for (span, &customer) in slice.spans.iter().zip(slice.customers) {
            let (channels, times) = (&slice.events.channels[span.range()], &slice.events.times[span.range()]);
            if numbers.next(channels.len(), customer, &mut last) {
                *customers_across += u64::from(of_customer.len() > 1);
                of_customer = Channels::default();
            }
            let (journey, customer) = (numbers.journeys, numbers.customers);
            let mut of_journey = Channels::default();
            sequence.clear();
            for (event, &channel) in channels.iter().enumerate() {
                stops[usize::from(channel)].visits.count(journey, customer);
                match event.checked_sub(1) {
                    Some(before) if channels[before] == channel => continue,
                    Some(before) => {
                        let hop = hops.at((channels[before].into(), channel.into()));
                        hop.tally.count(journey, customer);
                        hop.waits.push(times[event] - times[before]);
                    }
                    None => stops[usize::from(channel)].starts += 1,
                }
                of_journey.insert(channel);
                sequence.push(channel.into());
            }
            stops[usize::from(channels[channels.len() - 1])].ends += 1;
            of_customer.extend(of_journey);
            *by_channels.entry(of_journey.len()).or_default() += 1;
            *by_hops.entry(sequence.len() as u64 - 1).or_default() += 1;
            sequences.add(&sequence, 1);
        }
        *customers_across += u64::from(of_customer.len() > 1);
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        self.prepare(partial);
        partial.numbers.merge(&other.numbers);
        for (mine, more) in partial.channels.iter_mut().zip(&other.channels) {
            mine.visits.merge(&more.visits);
            mine.starts += more.starts;
            mine.ends += more.ends;
        }
        partial.hops.merge(other.hops, |mine, mut more| {
            mine.tally.merge(&more.tally);
            mine.waits.append(&mut more.waits);
        });
        for (mine, more) in [(&mut partial.by_channels, other.by_channels), (&mut partial.by_hops, other.by_hops)] {
            for (number, journeys) in more {
                *mine.entry(number).or_default() += journeys;
            }
        }
        partial.customers_across += other.customers_across;
        partial.sequences.merge(other.sequences);
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Hops {
        Hops::of(&partial, self.top, about)
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let Numbers { journeys, customers, .. } = partial.numbers;
        let share = |part, whole, of_customers| Measure::Share { part, whole, of_customers };
        let all = |what, measure| Figure { what, subject: Subject::All, measure };
        let mut figures = vec![
            all("share of journeys with several channels", share(partial.journeys_across(), journeys, false)),
            all("share of customers with several channels", share(partial.customers_across, customers, true)),
            all("hops a journey", Measure::Mean { sum: partial.hops_in_all() as f64, n: journeys }),
        ];
        let mut stops: Vec<(u8, &Stop)> = (0..=u8::MAX).zip(&partial.channels).collect();
        rank(&mut stops, |(_, stop)| stop.visits.occurrences, |(channel, _)| *channel);
        figures.extend(stops.iter().map(|(channel, stop)| Figure {
            what: "share of customers",
            subject: Subject::Channel(*channel),
            measure: share(stop.visits.customers, customers, true),
        }));
        // Also where no journey hops: that is 0 of the journeys there, not undefined.
        let mut hopping = vec![0; partial.channels.len().pow(2)];
        for ((from, to), hop) in partial.hops.iter() {
            hopping[usize::from(from) * partial.channels.len() + usize::from(to)] = hop.tally.journeys;
        }
        let mut pairs: Vec<(u8, u8, u64)> = stops
            .iter()
            .flat_map(|(from, _)| stops.iter().map(move |(to, _)| (*from, *to)))
            .filter(|(from, to)| from != to)
            .map(|(from, to)| (from, to, hopping[usize::from(from) * partial.channels.len() + usize::from(to)]))
            .collect();
        rank(&mut pairs, |(.., journeys)| *journeys, |(from, to, _)| (*from, *to));
        figures.extend(pairs.into_iter().map(|(from, to, part)| {
            let whole = partial.channels[usize::from(from)].visits.journeys;
            let measure = share(part, whole, false);
            Figure { what: "share of the journeys there that hop", subject: Subject::Channels(from, to), measure }
        }));
        let mut hops: Vec<((u16, u16), &HopCount)> = partial.hops.iter().collect();
        rank(&mut hops, |(_, hop)| hop.tally.occurrences, |(pair, _)| *pair);
        figures.extend(hops.into_iter().map(|((from, to), hop)| Figure {
            what: "median wait",
            subject: Subject::Channels(from as u8, to as u8),
            measure: Measure::Median(vec![&hop.waits]),
        }));
        figures
    }

    fn bytes(&self, partial: &Partial) -> usize {
        let waits: usize = partial.hops.iter().map(|(_, hop)| hop.waits.capacity() * 8).sum();
        let by_number = (partial.by_channels.len() + partial.by_hops.len()) * 16;
        waits + by_number + partial.hops.bytes() + partial.sequences.bytes()
    }
}

/// How journeys change from one channel to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hops {
    /// Number of journeys.
    pub journeys: u64,
    /// Distinct customers.
    pub customers: u64,
    /// Events in the journeys.
    pub events: u64,
    /// Changes of channel.
    pub hops_in_all: u64,
    /// Journeys that use more than one channel.
    pub journeys_across: u64,
    /// The same as a share of all journeys.
    pub journeys_across_share: Option<f64>,
    /// Customers whose journeys, taken together, use more than one channel.
    pub customers_across: u64,
    /// The same as a share of all customers.
    pub customers_across_share: Option<f64>,
    /// Wilson's interval of that share: customers are independent of each other, journeys are not.
    pub customers_across_interval: Option<[f64; 2]>,
    /// The channels, the most frequent first, equal ones by name. For each: events = starts + stays + hops_in, and
    /// events = ends + stays + hops_out.
    pub channels: Vec<ChannelUse>,
    /// From which channel to which, the most frequent first, equal ones by names.
    pub hops: Vec<Hop>,
    /// Journeys by number of distinct channels.
    pub by_channels: Vec<JourneysBy>,
    /// Journeys by number of hops.
    pub by_hops: Vec<JourneysBy>,
    /// Number of distinct channel sequences.
    pub sequences_in_all: u64,
    /// Channels in the order in which journeys use them, repeats collapsed; the most frequent first, equal ones by names.
    pub sequences: Vec<ChannelSequence>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// A channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChannelUse {
    /// What it is shown as; `(not said)` for events that say none.
    pub channel: String,
    /// Events there.
    pub events: u64,
    /// Distinct customers whose journeys use it.
    pub customers: u64,
    /// Distinct journeys that use it.
    pub journeys: u64,
    /// Journeys that begin there.
    pub starts: u64,
    /// Journeys that end there.
    pub ends: u64,
    /// Events whose next one comes by the same channel.
    pub stays: u64,
    /// Changes to the channel.
    pub hops_in: u64,
    /// Changes to another channel.
    pub hops_out: u64,
}

/// A change from one channel to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hop {
    /// The channel of the earlier event.
    pub from: String,
    /// The channel of the event directly after it.
    pub to: String,
    /// How often.
    pub occurrences: u64,
    /// Distinct customers.
    pub customers: u64,
    /// Distinct journeys.
    pub journeys: u64,
    /// The time between the two events.
    pub wait: Wait,
}

/// How many journeys have so many.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JourneysBy {
    /// So many.
    pub number: u64,
    /// Journeys that have so many.
    pub journeys: u64,
    /// The same as a share of all journeys.
    pub share: Option<f64>,
}

/// A sequence of channels.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChannelSequence {
    /// The channels in their order; no two neighbours are the same.
    pub channels: Vec<String>,
    /// Journeys that have it.
    pub journeys: u64,
    /// The same as a share of all journeys.
    pub share: Option<f64>,
}

impl Hops {
    fn of(partial: &Partial, top: usize, about: &About<'_>) -> Self {
        let Numbers { journeys, customers, events } = partial.numbers;
        let names: Vec<String> =
            (0..=u8::MAX).take(partial.channels.len()).map(|code| about.names.channel(code)).collect();
        let order = places(&names);
        let name = |channel: u16| names[usize::from(channel)].clone();
        let mut hops_in = vec![0; partial.channels.len()];
        let mut hops_out = vec![0; partial.channels.len()];
        for ((from, to), hop) in partial.hops.iter() {
            hops_out[usize::from(from)] += hop.tally.occurrences;
            hops_in[usize::from(to)] += hop.tally.occurrences;
        }
        let mut used: Vec<(u16, &Stop)> =
            (0..=u16::MAX).zip(&partial.channels).filter(|(_, stop)| stop.visits.occurrences > 0).collect();
        rank(&mut used, |(_, stop)| stop.visits.occurrences, |(channel, _)| order[usize::from(*channel)]);
        let channels = used
            .into_iter()
            .map(|(channel, Stop { visits, starts, ends })| ChannelUse {
                channel: name(channel),
                events: visits.occurrences,
                customers: visits.customers,
                journeys: visits.journeys,
                starts: *starts,
                ends: *ends,
                stays: visits.occurrences - starts - hops_in[usize::from(channel)],
                hops_in: hops_in[usize::from(channel)],
                hops_out: hops_out[usize::from(channel)],
            })
            .collect();

        let mut counted: Vec<((u16, u16), &HopCount)> = partial.hops.iter().collect();
        let by_ends = |(from, to): (u16, u16)| (order[usize::from(from)], order[usize::from(to)]);
        rank(&mut counted, |(_, hop)| hop.tally.occurrences, |(pair, _)| by_ends(*pair));
        let hops = each_in_turn(&counted, about.threads, |((from, to), hop)| {
            Some(Hop {
                from: name(*from),
                to: name(*to),
                occurrences: hop.tally.occurrences,
                customers: hop.tally.customers,
                journeys: hop.tally.journeys,
                wait: Wait::of(std::iter::once(&*hop.waits))?,
            })
        });

        let by = |numbers: &BTreeMap<u64, u64>| {
            let rows = numbers.iter();
            rows.map(|(&number, &count)| JourneysBy { number, journeys: count, share: share(count, journeys) })
                .collect()
        };
        let mut counted: Vec<(&[u16], u32)> = partial.sequences.iter().collect();
        let sequences_in_all = counted.len() as u64;
        let place = |channel: &u16| order[usize::from(*channel)];
        let before = |a: &(&[u16], u32), b: &(&[u16], u32)| {
            b.1.cmp(&a.1).then_with(|| a.0.iter().map(place).cmp(b.0.iter().map(place)))
        };
        if top < counted.len() {
            counted.select_nth_unstable_by(top, before);
            counted.truncate(top);
        }
        counted.sort_unstable_by(before);
        Self {
            journeys,
            customers,
            events,
            hops_in_all: partial.hops_in_all(),
            journeys_across: partial.journeys_across(),
            journeys_across_share: share(partial.journeys_across(), journeys),
            customers_across: partial.customers_across,
            customers_across_share: share(partial.customers_across, customers),
            customers_across_interval: wilson(partial.customers_across, customers),
            channels,
            hops: hops.into_iter().flatten().collect(),
            by_channels: by(&partial.by_channels),
            by_hops: by(&partial.by_hops),
            sequences_in_all,
            sequences: counted
                .into_iter()
                .map(|(sequence, count)| ChannelSequence {
                    channels: sequence.iter().map(|&channel| name(channel)).collect(),
                    journeys: count.into(),
                    share: share(count.into(), journeys),
                })
                .collect(),
            coverage: about.coverage.clone(),
        }
    }
}

impl Answer for Hops {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![
            ("journeys", self.journeys),
            ("journeys with several channels", self.journeys_across),
            ("customers", self.customers),
            ("customers with several channels", self.customers_across),
            ("hops", self.hops_in_all),
        ]
    }

    fn tables(&self) -> Vec<Table> {
        let hops = Table::of("hops", &self.hops)
            .text("from", |hop| hop.from.clone())
            .text("to", |hop| hop.to.clone())
            .count("occurrences", |hop| hop.occurrences)
            .count("customers", |hop| hop.customers)
            .count("journeys", |hop| hop.journeys)
            .seconds("wait_median_s", |hop| Some(hop.wait.median_s))
            .done();
        let channels = Table::of("channels", &self.channels)
            .text("channel", |channel| channel.channel.clone())
            .count("events", |channel| channel.events)
            .count("customers", |channel| channel.customers)
            .count("journeys", |channel| channel.journeys)
            .count("starts", |channel| channel.starts)
            .count("ends", |channel| channel.ends)
            .count("stays", |channel| channel.stays)
            .count("hops_in", |channel| channel.hops_in)
            .count("hops_out", |channel| channel.hops_out)
            .done();
        let by = |name, number: &str, rows: &[JourneysBy]| {
            Table::of(name, rows)
                .count(number, |row| row.number)
                .count("journeys", |row| row.journeys)
                .bar("share", |row| row.share)
                .done()
        };
        let sequences = Table::of("sequences", &self.sequences)
            .text("channels", |sequence| sequence.channels.join(" > "))
            .count("journeys", |sequence| sequence.journeys)
            .bar("share", |sequence| sequence.share)
            .done();
        let one = [self];
        let figures = Table::of("figures", &one)
            .share("journeys_across_share", |all| all.journeys_across_share)
            .share("customers_across_share", |all| all.customers_across_share)
            .interval("customers_across", |all| all.customers_across_interval)
            .done();
        let by_channels = by("by_channels", "channels", &self.by_channels);
        let by_hops = by("by_hops", "hops", &self.by_hops);
        vec![hops, channels, by_channels, by_hops, sequences, figures]
    }

    fn network(&self) -> Option<Network> {
        let node = |channel: &ChannelUse| NetworkNode {
            id: channel.channel.clone(),
            label: channel.channel.clone(),
            weight: channel.events,
        };
        let edge = |hop: &Hop| NetworkEdge {
            from: hop.from.clone(),
            to: hop.to.clone(),
            weight: hop.occurrences,
            seconds: Some(hop.wait.median_s),
        };
        Some(Network { nodes: self.channels.iter().map(node).collect(), edges: self.hops.iter().map(edge).collect() })
    }
}
