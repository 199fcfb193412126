//! What it takes to hold journeys against a map: `cargo run --release -p maps --example map_speed -- [JOURNEYS] [MEGABYTES OF STORIES]`.
//!
//! A map of 40 steps with about 200 edges and loops; journeys of five events on average that follow it four times in five.
//! The first question aligns every sequence, those after it find them kept; the last has a filter that keeps part of them.

// Figures are for people to read.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use maps::{ConformanceKernel, Network, PlannedStep, Stories, Version};
use mining::{Block, Control, Names, Query, ask};
use model::{CustomerId, Edge, MapPlan, MoodCode, Step, Timestamp};

const STEPS: u64 = 40;
const BLOCKS: u64 = 256;
const HOUR: i64 = 3_600_000_000;

/// Numbers that look random: splitmix64 (Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

#[derive(Default)]
struct Columns {
    codes: Vec<u16>,
    channels: Vec<u8>,
    moods: Vec<MoodCode>,
    times: Vec<i64>,
    arrivals: Vec<u64>,
    runs: Vec<u32>,
    customers: Vec<CustomerId>,
}

impl Columns {
    fn made(dice: &mut Dice, journeys: u64) -> Self {
        let mut made = Self { runs: vec![0], ..Self::default() };
        for number in 0..journeys {
            let (mut at, mut time) = (dice.below(3), 0);
            // Half of all journeys end at each step from the third on: five events on average.
            let mut length = 1;
            while length < 3 || dice.below(3) > 0 {
                length += 1;
            }
            for _ in 0..length {
                at = if dice.below(5) > 0 { (at + 1 + dice.below(4)) % STEPS } else { dice.below(STEPS) };
                time += HOUR * (1 + dice.below(30) as i64);
                made.codes.push(at as u16);
                made.times.push(time);
                made.moods.push(MoodCode::NONE);
            }
            made.runs.push(made.codes.len() as u32);
            made.customers.push(CustomerId(number));
        }
        made.channels = vec![0; made.codes.len()];
        made.arrivals = (0..made.codes.len() as u64).collect();
        made
    }

    fn block(&self) -> Block<'_> {
        Block {
            codes: &self.codes,
            channels: &self.channels,
            moods: &self.moods,
            times: &self.times,
            arrivals: &self.arrivals,
            runs: &self.runs,
            customers: &self.customers,
            cases: None,
        }
    }
}

fn name(step: u64) -> String {
    format!("t{step}")
}

fn map() -> MapPlan {
    let edge = |from: String, to: String| Edge { from, to, within: "24h".to_owned(), ..Edge::default() };
    let mut map = MapPlan { title: "Speed".to_owned(), ..MapPlan::default() };
    for step in 0..STEPS {
        let (id, touchpoints) = (name(step), vec![name(step)]);
        map.step.push(Step { title: id.clone(), id, touchpoints, optional: step % 3 == 0, ..Step::default() });
        map.edge.extend((1..5).filter(|ahead| step + ahead < STEPS).map(|ahead| edge(name(step), name(step + ahead))));
        map.edge.extend((step % 2 == 0 && step > 0).then(|| edge(name(step), name(step - 1))));
        map.edge.extend((step % 4 == 0 && step > 0).then(|| edge(name(step), "end".to_owned())));
    }
    map
}

fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<u64> = std::env::args().skip(1).map(|argument| argument.parse()).collect::<Result<_, _>>()?;
    let journeys = numbers.first().copied().unwrap_or(2_000_000);
    let megabytes = numbers.get(1).copied().unwrap_or(1_000);
    let mut dice = Dice(4711);
    let columns: Vec<Columns> = (0..BLOCKS).map(|_| Columns::made(&mut dice, journeys / BLOCKS)).collect();
    let blocks: Vec<Block<'_>> = columns.iter().map(Columns::block).collect();
    let labels: Vec<String> = (0..STEPS).map(name).collect();
    let names = Names { labels: &labels, channels: &[], facts: &[], as_of: Timestamp::clamped(1_000 * HOUR) };
    let map = map();
    let kernel = ConformanceKernel {
        map: "speed".to_owned(),
        versions: vec![Version {
            from: i64::MIN,
            version: 1,
            network: Network::of(&map, labels.len(), &|name| names.code(name))?,
            places: (0..STEPS as u32).collect(),
            over_after: Some(48 * HOUR),
            case: None,
            product: None,
        }],
        steps: map.step.iter().map(|step| PlannedStep { says: step.clone(), unseen: Vec::new() }).collect(),
        as_of: names.as_of.micros(),
        stories: Arc::new(Stories::at_most(megabytes as usize * 1_000_000)),
    };
    let events: usize = columns.iter().map(|columns| columns.codes.len()).sum();
    println!("{events} events, {journeys} journeys, {} edges", map.edge.len());
    let threads = NonZeroUsize::new(2).ok_or("no threads")?;
    for wanted in ["", "", "", "did t7", "did t7"] {
        let wanted = if wanted.is_empty() { None } else { Some(wanted.parse()?) };
        let query = Query { wanted, ..Query::default() };
        let began = Instant::now();
        let answer = ask(&blocks.as_slice(), &names, &query, &kernel, &Control::new(threads))?;
        let seconds = began.elapsed().as_secs_f64();
        println!(
            "{seconds:.3} s: {} journeys, {} MB of stories, fitness {:?}",
            answer.all.journeys,
            kernel.stories.bytes() / 1_000_000,
            answer.all.fitness
        );
    }
    Ok(())
}
