//! The flow from step to step, loops, channel hops and drop-off of any events are those of a plain count.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use mining::compare::Figure;
use mining::kernels::dropoff::{Dropoff, DropoffQuestion, NextRow};
use mining::kernels::hops::{Hops, HopsQuestion};
use mining::kernels::loops::{Loops, LoopsQuestion};
use mining::kernels::sankey::{Sankey, SankeyQuestion};
use mining::{About, Block, Coverage, Kernel, NO_CASE, Names, Query, Question, Setting, Settings, Slice, TimeRange};
use model::{Invalid, JourneyRule, Timestamp};
use proptest::prelude::*;
use support::{Columns, Given};

const NAMES: [&str; 7] = ["a", "b", "web/a", "web/b", "shop/a", "shop/c", "call/a"];

fn given() -> impl Strategy<Value = Vec<Given<'static>>> {
    // Far past and far future beside a few moments that make ties likely.
    let time = prop_oneof![9 => -6_i64..7, 1 => Just(Timestamp::MIN.micros()), 1 => Just(Timestamp::MAX.micros())];
    let case = prop_oneof![0_u32..4, Just(NO_CASE)];
    proptest::collection::vec((0_u32..6, time, proptest::sample::select(&NAMES), case), 0..80)
}

/// Events whose touchpoints come by any channel, not only by the one in their name.
fn columns() -> impl Strategy<Value = Columns> {
    (given(), proptest::collection::vec(any::<u8>(), 80)).prop_map(|(given, channels)| {
        let mut columns = Columns::of(&given);
        let known = columns.channel_names.len() as u8;
        for (channel, other) in columns.channels.iter_mut().zip(channels) {
            *channel = other % known;
        }
        columns
    })
}

fn rule() -> impl Strategy<Value = JourneyRule> {
    const RULES: [&str; 8] = [
        "whole",
        "gap:0s",
        "gap:0.000001s",
        "start:a",
        "end:b,shop/c",
        "start:a,b;end:b,web/a",
        "case:order",
        "start:no",
    ];
    proptest::sample::select(&RULES).prop_map(|rule| rule.parse().unwrap())
}

fn query() -> impl Strategy<Value = Query> {
    let bound = || proptest::option::of((-6_i64..7).prop_map(Timestamp::clamped));
    (rule(), bound(), bound()).prop_map(|(rule, from, to)| Query {
        rule,
        range: TimeRange { from, to },
        ..Query::default()
    })
}

/// One event of a journey: time, arrival, touchpoint, channel.
type Event = (i64, u64, u16, u8);

/// Asks for the journeys event by event, each with the number of its customer.
#[derive(Clone, Copy, Debug)]
struct Plain;

impl Question for Plain {
    const NAME: &'static str = "plain";
    const WHAT: &'static str = "The journeys event by event";
    const SETTINGS: &'static [Setting] = &[];
    type Kernel = Self;

    fn read(_: &mut Settings) -> Result<Self, Invalid> {
        Ok(Self)
    }

    fn kernel(&self, _: &Names<'_>) -> Result<Self, Invalid> {
        Ok(*self)
    }
}

#[derive(Debug, serde::Serialize)]
struct PlainJourneys(Vec<(u64, Vec<Event>)>, Coverage);

impl mining::Answer for PlainJourneys {
    fn coverage(&self) -> &Coverage {
        &self.1
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("journeys", self.0.len() as u64)]
    }

    fn tables(&self) -> Vec<mining::report::Table> {
        Vec::new()
    }
}

impl Kernel for Plain {
    type Partial = Vec<(u64, Vec<Event>)>;
    type Answer = PlainJourneys;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Self::Partial) {
        let Block { times, arrivals, codes, channels, customers, .. } = slice.events;
        for (span, &customer) in slice.spans.iter().zip(slice.customers) {
            let events = span.range().map(|event| (times[event], arrivals[event], codes[event], channels[event]));
            partial.push((customers[customer as usize].0, events.collect()));
        }
    }

    fn merge(&self, partial: &mut Self::Partial, other: Self::Partial) {
        partial.extend(other);
    }

    fn finish(&self, partial: Self::Partial, about: &About<'_>) -> PlainJourneys {
        PlainJourneys(partial, about.coverage.clone())
    }

    fn figures<'p>(&self, _: &'p Self::Partial) -> Vec<Figure<'p>> {
        Vec::new()
    }

    fn bytes(&self, _: &Self::Partial) -> usize {
        0
    }
}

fn plain(columns: &Columns, query: &Query) -> Vec<(u64, Vec<Event>)> {
    columns.ask_about(query.clone(), Plain).unwrap().0
}

fn asked<Q: Question>(columns: &Columns, query: &Query, question: Q) -> support::Answer<Q> {
    columns.ask_about(query.clone(), question).unwrap()
}

/// How often, in which journeys, of which customers.
type Seen = (u64, BTreeSet<usize>, BTreeSet<u64>);

fn see<K: Ord>(seen: &mut BTreeMap<K, Seen>, key: K, journey: usize, customer: u64) {
    let (occurrences, journeys, customers) = seen.entry(key).or_default();
    *occurrences += 1;
    journeys.insert(journey);
    customers.insert(customer);
}

fn counts<K: Ord + Clone>(seen: &BTreeMap<K, Seen>, key: &K) -> (u64, u64, u64) {
    seen.get(key).map_or((0, 0, 0), |(occurrences, journeys, customers)| {
        (*occurrences, journeys.len() as u64, customers.len() as u64)
    })
}

fn median_s(waits: &[i64]) -> f64 {
    let mut waits = waits.to_vec();
    waits.sort_unstable();
    let (low, high) = (waits[(waits.len() - 1) / 2], waits[waits.len() / 2]);
    (low as f64 + (high - low) as f64 / 2.0) / 1e6
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(1.0)
}

proptest! {
    #[test]
    fn flow_is_conserved_however_few_links_are_shown_and_is_that_of_a_plain_count(
        columns in columns(), query in query(), steps in 1_usize..7, edges in 1_usize..30, anchored: bool,
    ) {
        let anchor = anchored.then(|| "a".to_owned());
        let name = |code: u16| columns.labels[usize::from(code)].clone();
        let (mut there, mut links) = (BTreeMap::new(), BTreeMap::new());
        let (mut journeys, mut moving) = (0_u64, 0_u64);
        for (_, events) in plain(&columns, &query) {
            let names: Vec<String> = events.iter().map(|event| name(event.2)).collect();
            let first = if anchored { names.iter().position(|name| name == "a") } else { Some(0) };
            let Some(first) = first else { continue };
            journeys += 1;
            let at = |step: usize| names.get(first + step).cloned().unwrap_or("path_end".to_owned());
            for step in 0..steps {
                *there.entry((step as u64 + 1, at(step))).or_insert(0_u64) += 1;
                if step + 1 < steps {
                    *links.entry((step as u64 + 1, at(step), at(step + 1))).or_insert(0_u64) += 1;
                    moving += u64::from(at(step) != "path_end");
                }
            }
        }
        let all = asked(&columns, &query, SankeyQuestion { steps, edges: 10_000, anchor: anchor.clone() });
        prop_assert!(all.flow_is_conserved());
        prop_assert_eq!(all.journeys, journeys);
        let found = |all: &Sankey| -> BTreeMap<_, _> {
            all.links.iter().map(|link| ((link.step, link.from.clone(), link.to.clone()), link.journeys)).collect()
        };
        prop_assert_eq!(found(&all), links.clone());
        let nodes: BTreeMap<_, _> =
            all.nodes.iter().map(|node| ((node.step, node.touchpoint.clone()), node.journeys)).collect();
        prop_assert_eq!(&nodes, &there);
        prop_assert_eq!(all.share_shown, (moving > 0).then_some(1.0));

        let few = asked(&columns, &query, SankeyQuestion { steps, edges, anchor });
        prop_assert!(few.flow_is_conserved());
        let own = |key: &(u64, String, String)| key.1 != "(other)" && key.2 != "(other)" && key.1 != "path_end";
        let shown: BTreeMap<_, _> = found(&few).into_iter().filter(|(key, _)| own(key)).collect();
        prop_assert!(shown.len() <= edges);
        prop_assert!(shown.iter().all(|(key, journeys)| links.get(key) == Some(journeys)));
        let share = (moving > 0).then(|| shown.values().sum::<u64>() as f64 / moving as f64);
        prop_assert_eq!(few.share_shown, share);
        for node in few.nodes.iter().filter(|node| node.touchpoint != "(other)") {
            prop_assert_eq!(there.get(&(node.step, node.touchpoint.clone())), Some(&node.journeys));
        }
        // Where something has no name, naming the ends of the strongest of its links would be too much.
        let named = |step: u64, name: &String| {
            name == "path_end" || few.nodes.iter().any(|node| node.step == step && node.touchpoint == *name)
        };
        let mut strongest: Vec<_> = links.iter().filter(|(key, _)| key.1 != "path_end").collect();
        strongest.sort_by_key(|(key, journeys)| (std::cmp::Reverse(**journeys), key.0));
        let hidden = strongest.iter().find(|(key, _)| !named(key.0, &key.1) || !named(key.0 + 1, &key.2));
        if let Some(((step, from, to), _)) = hidden {
            let named = |at: u64, name: &String| {
                named(at, name) || (at == *step && name == from) || (at == step + 1 && name == to)
            };
            let more = links.keys().filter(|key| key.1 != "path_end" && named(key.0, &key.1) && named(key.0 + 1, &key.2));
            prop_assert!(more.count() > edges);
        }
    }

    #[test]
    fn loops_and_dead_ends_are_those_of_a_plain_count(columns in columns(), query in query()) {
        let (mut there, mut again, mut back, mut to_and_fro, mut ends) =
            (BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut waits: BTreeMap<u16, Vec<i64>> = BTreeMap::new();
        let mut via: BTreeMap<(u16, u16), u64> = BTreeMap::new();
        let journeys = plain(&columns, &query);
        for (journey, (customer, events)) in journeys.iter().enumerate() {
            for (place, &(time, _, code, _)) in events.iter().enumerate() {
                see(&mut there, code, journey, *customer);
                let earlier = events[..place].iter().rposition(|event| event.2 == code);
                match earlier {
                    None => {}
                    Some(earlier) if earlier + 1 == place => see(&mut again, code, journey, *customer),
                    Some(earlier) => {
                        see(&mut back, code, journey, *customer);
                        waits.entry(code).or_default().push(time - events[earlier].0);
                        *via.entry((code, events[earlier + 1].2)).or_default() += 1;
                    }
                }
            }
            for three in events.windows(3).filter(|three| three[0].2 == three[2].2 && three[0].2 != three[1].2) {
                see(&mut to_and_fro, (three[0].2, three[1].2), journey, *customer);
            }
            see(&mut ends, events.last().unwrap().2, journey, *customer);
        }
        let Loops { self_loops, returns, ping_pongs, dead_ends, journeys_with_return, .. } =
            asked(&columns, &query, LoopsQuestion { top: 10_000 });
        let code = |name: &String| columns.names().code(name).unwrap();
        prop_assert_eq!([self_loops.len(), returns.len(), ping_pongs.len(), dead_ends.len()],
            [again.len(), back.len(), to_and_fro.len(), ends.len()]);
        for row in &self_loops {
            prop_assert_eq!((row.occurrences, row.journeys, row.customers), counts(&again, &code(&row.touchpoint)));
            prop_assert_eq!(row.journeys_there, counts(&there, &code(&row.touchpoint)).1);
        }
        for row in &returns {
            let code = code(&row.touchpoint);
            prop_assert_eq!((row.occurrences, row.journeys, row.customers), counts(&back, &code));
            prop_assert!(near(row.wait.median_s, median_s(&waits[&code])));
            prop_assert_eq!(row.wait.n, row.occurrences);
            let most = via.iter().filter(|((from, _), _)| *from == code).map(|(_, returns)| *returns).max();
            prop_assert_eq!(Some(row.via_occurrences), most);
            prop_assert_eq!(via[&(code, columns.names().code(&row.via).unwrap())], row.via_occurrences);
        }
        for row in &ping_pongs {
            let pair = (code(&row.touchpoint), code(&row.via));
            prop_assert_eq!((row.occurrences, row.journeys, row.customers), counts(&to_and_fro, &pair));
        }
        for row in &dead_ends {
            let code = code(&row.touchpoint);
            prop_assert_eq!((row.ends, row.ends, row.customers), counts(&ends, &code));
            prop_assert_eq!((row.visits, row.journeys_there, row.customers_there), counts(&there, &code));
        }
        let with: BTreeSet<usize> = back.values().flat_map(|seen| seen.1.clone()).collect();
        prop_assert_eq!(journeys_with_return, with.len() as u64);
    }

    #[test]
    fn channel_hops_are_those_of_a_plain_count(columns in columns(), query in query()) {
        let (mut there, mut hopped) = (BTreeMap::new(), BTreeMap::new());
        let mut waits: BTreeMap<(u8, u8), Vec<i64>> = BTreeMap::new();
        let (mut by_channels, mut by_hops) = (BTreeMap::<u64, u64>::new(), BTreeMap::<u64, u64>::new());
        let mut sequences: BTreeMap<Vec<String>, u64> = BTreeMap::new();
        let mut of_customers: BTreeMap<u64, BTreeSet<u8>> = BTreeMap::new();
        let names = columns.names();
        for (journey, (customer, events)) in plain(&columns, &query).iter().enumerate() {
            let mut channels: Vec<u8> = events.iter().map(|event| event.3).collect();
            for &channel in &channels {
                see(&mut there, channel, journey, *customer);
                of_customers.entry(*customer).or_default().insert(channel);
            }
            for two in events.windows(2).filter(|two| two[0].3 != two[1].3) {
                let pair = (two[0].3, two[1].3);
                see(&mut hopped, pair, journey, *customer);
                waits.entry(pair).or_default().push(two[1].0 - two[0].0);
            }
            *by_channels.entry(channels.iter().collect::<BTreeSet<_>>().len() as u64).or_default() += 1;
            channels.dedup();
            *by_hops.entry(channels.len() as u64 - 1).or_default() += 1;
            *sequences.entry(channels.iter().map(|&channel| names.channel(channel)).collect()).or_default() += 1;
        }
        let found: Hops = asked(&columns, &query, HopsQuestion { top: 5 });
        let code = |name: &String| (0_u8..8).find(|&code| names.channel(code) == *name).unwrap();
        prop_assert_eq!(found.channels.len(), there.len());
        for row in &found.channels {
            prop_assert_eq!((row.events, row.journeys, row.customers), counts(&there, &code(&row.channel)));
            prop_assert_eq!(row.starts + row.stays + row.hops_in, row.events);
            prop_assert_eq!(row.ends + row.stays + row.hops_out, row.events);
        }
        prop_assert_eq!(found.hops.len(), hopped.len());
        for row in &found.hops {
            let pair = (code(&row.from), code(&row.to));
            prop_assert_eq!((row.occurrences, row.journeys, row.customers), counts(&hopped, &pair));
            prop_assert!(near(row.wait.median_s, median_s(&waits[&pair])));
        }
        prop_assert_eq!(found.by_channels.iter().map(|row| (row.number, row.journeys)).collect::<BTreeMap<_, _>>(), by_channels);
        prop_assert_eq!(found.by_hops.iter().map(|row| (row.number, row.journeys)).collect::<BTreeMap<_, _>>(), by_hops);
        prop_assert_eq!(found.customers, of_customers.len() as u64);
        prop_assert_eq!(found.customers_across, of_customers.values().filter(|used| used.len() > 1).count() as u64);
        prop_assert_eq!(found.sequences_in_all, sequences.len() as u64);
        let mut sequences: Vec<(Vec<String>, u64)> = sequences.into_iter().collect();
        sequences.sort_by_key(|(_, journeys)| std::cmp::Reverse(*journeys));
        sequences.truncate(5);
        let shown: Vec<_> = found.sequences.into_iter().map(|row| (row.channels, row.journeys)).collect();
        prop_assert_eq!(shown, sequences);
    }

    #[test]
    fn drop_off_and_what_comes_next_are_those_of_a_plain_count(
        columns in columns(), query in query(), within in 0_i64..6, of_a: bool,
    ) {
        let journeys = plain(&columns, &query);
        // All that a customer did: for cases all events of the customer's cases, else all events of the customer.
        let mut deeds: BTreeMap<u64, Vec<Event>> = BTreeMap::new();
        if matches!(query.rule, JourneyRule::Case { .. }) {
            for (customer, events) in &journeys {
                deeds.entry(*customer).or_default().extend(events);
            }
        } else {
            let whole = Query { range: query.range, ..Query::default() };
            deeds.extend(plain(&columns, &whole));
        }
        for deeds in deeds.values_mut() {
            deeds.sort_unstable();
        }
        let names = columns.names();
        let last = query.range.to.map_or(i64::MAX, |to| to.micros() - 1).min(names.as_of.micros());
        let after = if of_a && names.code("a").is_some() { vec!["a".to_owned()] } else { Vec::new() };
        let mut expected: BTreeMap<(String, String, String), (u64, u64)> = BTreeMap::new();
        let mut waits: BTreeMap<(String, String, String), Vec<i64>> = BTreeMap::new();
        for (customer, events) in &journeys {
            let end = events.last().unwrap();
            if !after.is_empty() && names.label(end.2) != "a" {
                continue;
            }
            let next = deeds[customer].iter().find(|event| (event.0, event.1) > (end.0, end.1));
            let (next, channel, same) = match next {
                Some(event) if event.0 - end.0 <= within => {
                    let key = (names.label(end.2), names.label(event.2), names.channel(event.3));
                    waits.entry(key.clone()).or_default().push(event.0 - end.0);
                    (key.1, key.2, event.3 == end.3)
                }
                _ if last - end.0 <= within => ("OPEN".to_owned(), String::new(), false),
                _ => ("NOTHING".to_owned(), String::new(), false),
            };
            let counted = expected.entry((names.label(end.2), next, channel)).or_default();
            counted.0 += 1;
            counted.1 += u64::from(same);
        }
        let question = DropoffQuestion { after, within, range: TimeRange::ALL, by_case: false };
        let found: Dropoff = asked(&columns, &query, question);
        prop_assert!(found.adds_up());
        let mut rows = BTreeMap::new();
        for at in &found.touchpoints {
            let code = names.code(&at.touchpoint).unwrap();
            let there = journeys.iter().filter(|(_, events)| events.iter().any(|event| event.2 == code)).count();
            prop_assert_eq!(at.journeys_there, there as u64);
            for next in &at.next {
                let (touchpoint, channel, same) = match next {
                    NextRow::Event { touchpoint, channel, same_channel, wait, .. } => {
                        let key = (at.touchpoint.clone(), touchpoint.clone(), channel.clone());
                        prop_assert!(near(wait.unwrap().median_s, median_s(&waits[&key])));
                        (key.1, key.2, *same_channel)
                    }
                    NextRow::Nothing { .. } => ("NOTHING".to_owned(), String::new(), 0),
                    NextRow::Open { .. } => ("OPEN".to_owned(), String::new(), 0),
                };
                rows.insert((at.touchpoint.clone(), touchpoint, channel), (next.journeys(), same));
            }
        }
        prop_assert_eq!(rows, expected);
    }
}

#[test]
fn many_touchpoints_are_counted_as_few_are() {
    // 2,000 touchpoints do not fit a square table; the same journeys are counted with names folded to 100 by hand.
    let names: Vec<String> = (0..2_000).map(|number| format!("touchpoint {number:04}")).collect();
    let events = |of: usize| -> Vec<Given<'_>> {
        let name = |index: usize| names[index * 7 % of].as_str();
        (0..6_000).map(|index| (index as u32 / 10, index as i64 * 1_000_000, name(index / 3), NO_CASE)).collect()
    };
    for of in [100, 2_000] {
        let columns = Columns::of(&events(of));
        let sankey = SankeyQuestion { steps: 5, edges: 50, anchor: None };
        let loops = asked(&columns, &Query::default(), LoopsQuestion { top: 10_000 });
        // Of three neighbours alike two pairs repeat, less those that a customer's end cuts: 10 events are no threes.
        let cut = (1..600).filter(|customer| customer * 10 % 3 != 0).count() as u64;
        assert_eq!(loops.self_loops.iter().map(|row| row.occurrences).sum::<u64>(), 4_000 - cut);
        assert_eq!(loops.self_loops.len(), of);
        assert!(asked(&columns, &Query::default(), sankey).flow_is_conserved());
    }
}
