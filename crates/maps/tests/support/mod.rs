//! Maps and logs as the tables write them.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::num::NonZeroUsize;
use std::sync::Arc;

use maps::{ConformanceKernel, Network, PlannedStep, Stories, Version};
use mining::{Block, Control, Names};
use model::{CustomerId, Edge, MapPlan, Mode, MoodCode, Step, Timestamp};

pub(crate) const HOUR: i64 = 3_600_000_000;

pub(crate) fn map(written: &str, mode: &str) -> MapPlan {
    let (steps, edges) = written.split_once(';').unwrap_or((written, ""));
    let mut plan = MapPlan { title: written.to_owned(), over_after: "1d".to_owned(), ..MapPlan::default() };
    plan.mode = if mode == "next" { Mode::Next } else { Mode::Eventually };
    let mut parallel = false;
    let mut limits = Vec::new();
    for word in steps.split_whitespace() {
        parallel |= word.starts_with('(');
        let letter = word.trim_start_matches('(').chars().next().unwrap();
        plan.step.push(Step {
            id: letter.to_lowercase().to_string(),
            title: letter.to_string(),
            touchpoints: vec![letter.to_string()],
            failing: vec![letter.to_lowercase().to_string()],
            optional: word.contains('?'),
            parallel: if parallel { "g".to_owned() } else { String::new() },
            ..Step::default()
        });
        limits.push(word.split_once('<').map(|(_, limit)| limit.to_owned()));
        parallel &= !word.ends_with(')');
    }
    let edge = |from: &str, to: &str| Edge { from: from.to_lowercase(), to: to.to_lowercase(), ..Edge::default() };
    plan.edge = edges.split_whitespace().map(|pair| pair.split_once('>').unwrap()).map(|(a, b)| edge(a, b)).collect();
    if limits.iter().any(Option::is_some) {
        let pairs = plan.step.windows(2).zip(&limits[1..]);
        plan.edge = pairs
            .map(|(pair, limit)| Edge { within: limit.clone().unwrap_or_default(), ..edge(&pair[0].id, &pair[1].id) })
            .collect();
    }
    let body = serde_json::to_value(&plan).unwrap();
    model::check_body(model::DocumentKind::Map, "m", &body).unwrap();
    plan
}

/// Some customers with one journey each, an event an hour.
pub(crate) struct Log {
    pub(crate) labels: Vec<String>,
    pub(crate) codes: Vec<u16>,
    pub(crate) times: Vec<i64>,
    pub(crate) runs: Vec<u32>,
    pub(crate) customers: Vec<CustomerId>,
    pub(crate) channels: Vec<u8>,
    pub(crate) moods: Vec<MoodCode>,
}

pub(crate) fn labels() -> Vec<String> {
    ('A'..='D').chain('a'..='d').chain('x'..='y').map(String::from).collect()
}

pub(crate) fn code(name: &str) -> Option<u16> {
    labels().iter().position(|label| label == name).map(|code| code as u16)
}

impl Log {
    pub(crate) fn of(journeys: &[&str]) -> Self {
        let events = |journey: &&str| {
            let letters = journey.char_indices().filter(|(_, letter)| *letter != '-');
            letters.map(|(hour, letter)| (hour as i64 * HOUR, letter.to_string())).collect()
        };
        Self::at(&journeys.iter().map(events).collect::<Vec<_>>())
    }

    /// Events at their moments, ascending.
    pub(crate) fn at(journeys: &[Vec<(i64, String)>]) -> Self {
        let (mut codes, mut times, mut runs) = (Vec::new(), Vec::new(), vec![0]);
        for journey in journeys {
            for (at, name) in journey {
                codes.push(code(name).unwrap());
                times.push(*at);
            }
            runs.push(codes.len() as u32);
        }
        let customers = (0..journeys.len() as u64).map(CustomerId).collect();
        let (channels, moods) = (vec![0; codes.len()], vec![MoodCode::NONE; codes.len()]);
        Self { labels: labels(), codes, times, runs, customers, channels, moods }
    }

    pub(crate) fn block(&self) -> Block<'_> {
        Block {
            codes: &self.codes,
            channels: &self.channels,
            moods: &self.moods,
            times: &self.times,
            arrivals: &[],
            runs: &self.runs,
            customers: &self.customers,
            cases: None,
        }
    }

    /// So many hours after the last event.
    pub(crate) fn as_of(&self, now: i64) -> i64 {
        self.times.iter().max().unwrap() + now * HOUR
    }

    pub(crate) fn names(&self, now: i64) -> Names<'_> {
        Names { labels: &self.labels, channels: &[], facts: &[], as_of: Timestamp::clamped(self.as_of(now)) }
    }
}

pub(crate) fn kernel(plan: &MapPlan, as_of: i64) -> ConformanceKernel {
    let planned = |step: &Step| PlannedStep { says: step.clone(), unseen: Vec::new() };
    ConformanceKernel {
        map: "m".to_owned(),
        versions: vec![Version {
            from: i64::MIN,
            version: 1,
            network: Network::of(plan, labels().len(), &code).unwrap(),
            places: (0..plan.step.len() as u32).collect(),
            over_after: Some(24 * HOUR),
            case: None,
            product: None,
        }],
        steps: plan.step.iter().map(planned).collect(),
        as_of,
        stories: Arc::new(Stories::at_most(1 << 20)),
    }
}

pub(crate) fn control(threads: usize) -> Control {
    Control::new(NonZeroUsize::new(threads).unwrap())
}
