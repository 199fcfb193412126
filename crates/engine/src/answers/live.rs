//! The graph of the last hour or day, kept between questions and brought up to date for each with what arrived since.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use columns::{Label, OTHER};
use mining::{GraphQuestion, LiveGraph, Question, Recipe, Report, RunError};
use model::{Arrival, CustomerId, DocumentKind, Invalid, JourneyRule, NodeId, Timestamp};
use serde::Serialize;
use store::PartRow;

use super::Answers;
use super::columns::Snapshot;
use super::mining::{Answered, Found, Timing, as_one_object};
use crate::EngineError;
use crate::folded::Folded;

/// Windows kept at a time; the one that was not asked for the longest makes room.
const MOST_WINDOWS: usize = 4;
/// The shortest and the longest window, in seconds: what is kept is in memory as a whole.
const WINDOW_S: (f64, f64) = (1.0, 7.0 * 86_400.0);
/// Parts are read to catch up if they hold at most so many rows, or at most this share of all; to read a row of a part
/// takes about so many times as long as to look at an event in the columns.
const WORTH_READING: (u64, u64) = (10_000, 16);

/// The graph over a window that ends now.
#[derive(Clone, Debug)]
pub struct LiveAnswer {
    /// The graph; the recipe asks for the same window at any later time. `load_ms` is the time it took to take in what
    /// was new, `scan_ms` that of the figures.
    pub answered: Answered,
    /// What it is about.
    pub window: LiveWindow,
}

/// What a live answer is about, and what it took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LiveWindow {
    /// First moment.
    pub from: Timestamp,
    /// First moment after.
    pub to: Timestamp,
    /// From the one to the other, in seconds.
    pub window_s: f64,
    /// Events that this question took in: those that arrived since the last one and do not lie before the window.
    pub updated_events: u64,
    /// True if the window was counted from scratch: for the first question, and where what is kept cannot be carried on.
    pub rebuilt: bool,
}

impl LiveAnswer {
    /// One JSON object: that of [`Answered::to_json`] with the fields of [`LiveWindow`].
    pub fn to_json(&self) -> serde_json::Result<String> {
        Ok(as_one_object(&serde_json::to_string(&self.window)?, &self.answered.to_json()?))
    }
}

/// A window as the last question left it.
#[derive(Debug)]
pub(super) struct Kept {
    window: i64,
    graph: LiveGraph,
    names: Codes,
    events_in_other: u64,
    /// The last event that was taken in.
    through: Arrival,
    /// Plans and people under which it was.
    epoch: u64,
    regroupings: u64,
    versions: (u32, u32),
}

/// The codes of a live graph: those of the columns it was built from, then the next to what is new.
#[derive(Debug, Default)]
struct Codes {
    labels: Vec<Label>,
    code_of: HashMap<Label, u16>,
    shown: Vec<String>,
}

/// An event from a part that was filed since the last question.
struct FiledEvent {
    anchor: NodeId,
    at: i64,
    arrival: u64,
    label: Label,
}

/// All that is new, under who is who at one instant.
#[derive(Default)]
struct News {
    joins: Vec<(CustomerId, CustomerId)>,
    labels: Vec<Label>,
    /// Customer, time, arrival, which of the labels.
    events: Vec<(CustomerId, i64, u64, usize)>,
}

impl Answers {
    /// The graph over the events from `now - window` to before `now`, all that a customer did in it being one journey.
    ///
    /// What this answer took in is kept for the next one about the same window. `now` should not go back: that costs a
    /// look at all events, as the first question does.
    pub fn live(&self, window: Duration, now: Timestamp) -> Result<LiveAnswer, EngineError> {
        let window = micros(window)?;
        let started = Instant::now();
        let mut windows = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        // What fails half-way is not put back.
        let last = windows.iter().position(|kept| kept.window == window).map(|index| windows.remove(index));
        let carried_on = match last {
            Some(kept) => self.carried_on(kept, now)?,
            None => None,
        };
        let rebuilt = carried_on.is_none();
        let (mut kept, updated_events) = match carried_on {
            Some(carried_on) => carried_on,
            None => self.counted_anew(window, now)?,
        };
        let loaded = Instant::now();
        let graph = kept.graph.graph(&kept.names.shown);
        let report = Report::of(&graph).map_err(RunError::Json)?;
        let timing = Timing {
            load_ms: loaded.duration_since(started).as_secs_f64() * 1e3,
            scan_ms: loaded.elapsed().as_secs_f64() * 1e3,
            columns_bytes: 0,
        };
        let (from, to) = (Timestamp::clamped(now.micros() - window), now);
        let recipe = kept.recipe(from, to);
        let answered = Answered { found: Found::One(report), events_in_other: kept.events_in_other, timing, recipe };
        if windows.len() == MOST_WINDOWS {
            windows.remove(0);
        }
        windows.push(kept);
        let window_s = window as f64 / 1e6;
        Ok(LiveAnswer { answered, window: LiveWindow { from, to, window_s, updated_events, rebuilt } })
    }

    /// A window counted from scratch, and how many events it took in.
    fn counted_anew(&self, window: i64, now: Timestamp) -> Result<(Kept, u64), EngineError> {
        let Snapshot { columns, through, epoch, regroupings, versions, .. } = self.snapshot()?;
        let mut graph = LiveGraph::new(window, now.micros());
        let from = now.micros() - window;
        let mut events = 0;
        for bucket in columns.in_memory_first() {
            let segment = columns.segment(bucket)?;
            let (codes, times, arrivals) = (segment.codes(), segment.times(), segment.arrivals());
            for (run, &customer) in segment.runs().windows(2).zip(segment.customers()) {
                let (begin, end) = (run[0] as usize, run[1] as usize);
                let first = begin + times[begin..end].partition_point(|&time| time < from);
                for event in first..end {
                    graph.observe(customer, times[event], arrivals[event], codes[event]);
                }
                events += (end - first) as u64;
            }
        }
        let dictionary = columns.dictionary();
        let names = Codes::of(dictionary.labels(), dictionary.events_in_other() > 0);
        let events_in_other = dictionary.events_in_other();
        Ok((Kept { window, graph, names, events_in_other, through, epoch, regroupings, versions }, events))
    }

    /// A window with what arrived since it was last asked for, and how many events it took in. None where it must be
    /// counted from scratch: somebody was split, touchpoints were mapped anew, the clock went back, or more was filed
    /// since than is worth reading.
    fn carried_on(&self, mut kept: Kept, now: Timestamp) -> Result<Option<(Kept, u64)>, EngineError> {
        if now.micros() < kept.graph.now() {
            return Ok(None);
        }
        let from = now.micros() - kept.window;
        let mut filed = Vec::new();
        let news = loop {
            let folded = self.settled_and_filed()?;
            if folded.epoch != kept.epoch {
                return Ok(None);
            }
            let filed_through = filed_through(&folded);
            if filed_through <= kept.through {
                let news = News::of(&folded, &kept, filed);
                kept.regroupings = folded.identity.regroupings();
                kept.versions = (folded.plans.mapping_version, folded.plans.identity_version);
                kept.through =
                    folded.tail.blocks().last().map_or(kept.through, |last| Arrival(last.block.next().0 - 1));
                break news;
            }
            // What arrived since was filed meanwhile. While it is read, more may be.
            let newer = |part: &&Arc<PartRow>| part.arrivals.1 > kept.through && part.times.1.micros() >= from;
            let newer: Vec<Arc<PartRow>> = folded.parts.iter().filter(newer).cloned().collect();
            let rows: u64 = newer.iter().map(|part| part.rows).sum();
            let all: u64 = folded.parts.iter().map(|part| part.rows).sum();
            drop(folded);
            if rows > WORTH_READING.0.max(all / WORTH_READING.1) {
                return Ok(None);
            }
            for part in newer {
                self.read_since(&part, kept.through, &mut filed)?;
            }
            kept.through = filed_through;
        };
        kept.graph.advance(now.micros());
        Ok(kept.take_in(news, from).map(|events| (kept, events)))
    }

    fn read_since(&self, part: &PartRow, since: Arrival, filed: &mut Vec<FiledEvent>) -> Result<(), EngineError> {
        for batch in self.parts().read_rows(&part.path)? {
            let rows = batch?.into_iter().filter(|row| row.arrival > since && row.event.kind.is_part_of_journeys());
            filed.extend(rows.map(|row| FiledEvent {
                anchor: row.anchor,
                at: row.event.at.micros(),
                arrival: row.arrival.0,
                label: Label { text: row.touchpoint.as_str().to_owned(), registered: row.registered },
            }));
        }
        Ok(())
    }
}

/// The last event that is in parts and not in the tail; the last of all where the tail is empty.
fn filed_through(folded: &Folded) -> Arrival {
    folded.tail.blocks().first().map_or(folded.through, |first| Arrival(first.block.first.0 - 1))
}

fn micros(window: Duration) -> Result<i64, Invalid> {
    let seconds = window.as_secs_f64();
    if (WINDOW_S.0..=WINDOW_S.1).contains(&seconds) {
        return Ok(window.as_micros() as i64);
    }
    Err(Invalid::new("window", &format!("{seconds} s"), "lies outside 1s to 7d"))
}

impl News {
    /// What the tail holds that was not taken in yet, beside what was read from parts.
    fn of(folded: &Folded, kept: &Kept, filed: Vec<FiledEvent>) -> Self {
        let mut news = Self::default();
        if folded.identity.regroupings() != kept.regroupings {
            let stands = |id: CustomerId| Some((id, folded.identity.resolve(id).filter(|now| *now != id)?));
            news.joins = kept.graph.customers().filter_map(stands).collect();
        }
        for FiledEvent { anchor, at, arrival, label } in filed {
            news.events.push((folded.identity.customer_of(anchor), at, arrival, news.labels.len()));
            news.labels.push(label);
        }
        let mut label_of = HashMap::new();
        let blocks = folded.tail.blocks();
        let first = blocks.partition_point(|tail| tail.block.next().0 <= kept.through.0 + 1);
        for (_, arrival, row) in blocks[first..].iter().flat_map(|tail| tail.rows()) {
            if arrival <= kept.through || row.in_journeys.is_none() {
                continue;
            }
            let label = *label_of.entry(row.code).or_insert_with(|| {
                let label = folded.labels.label(row.code);
                news.labels.push(Label { text: label.name.clone(), registered: label.registered });
                news.labels.len() - 1
            });
            let customer = folded.identity.customer_of(NodeId(row.anchor));
            news.events.push((customer, row.at, arrival.0, label));
        }
        news
    }
}

impl Kept {
    /// How many of the new events do not lie before the window; none if there are more touchpoints than codes, of which
    /// the columns know which ones have none.
    fn take_in(&mut self, news: News, from: i64) -> Option<u64> {
        let codes: Vec<u16> = news.labels.into_iter().map(|label| self.names.code(label)).collect::<Option<_>>()?;
        self.names.show_new();
        for (gone, stands) in news.joins {
            self.graph.join(gone, stands);
        }
        let mut taken = 0;
        for (customer, at, arrival, label) in news.events.into_iter().filter(|(_, at, ..)| *at >= from) {
            self.graph.observe(customer, at, arrival, codes[label]);
            taken += 1;
        }
        Some(taken)
    }

    fn recipe(&self, from: Timestamp, to: Timestamp) -> Recipe {
        let versions = [(DocumentKind::Mapping, self.versions.0), (DocumentKind::Identity, self.versions.1)];
        Recipe {
            question: GraphQuestion::NAME.to_owned(),
            journey: JourneyRule::Whole.to_string(),
            from: Some(from),
            to: Some(to),
            only: None,
            wanted: None,
            compare: None,
            settings: BTreeMap::new(),
            plans: versions.map(|(kind, version)| (format!("{kind}/default"), version)).into(),
            events_through: (self.through.0 > 0).then_some(self.through),
            as_of: Some(to),
        }
    }
}

impl Codes {
    fn of(labels: &[Label], others: bool) -> Self {
        let mut shown = columns::shown(labels);
        shown.extend(others.then(|| OTHER.to_owned()));
        Self { labels: labels.to_vec(), code_of: labels.iter().cloned().zip(0..).collect(), shown }
    }

    /// The code of a label; none if it has none and all are given.
    fn code(&mut self, label: Label) -> Option<u16> {
        if let Some(&code) = self.code_of.get(&label) {
            return Some(code);
        }
        // The last code is that of all others.
        let code = u16::try_from(self.labels.len()).ok().filter(|code| *code < u16::MAX)?;
        self.labels.push(label.clone());
        self.code_of.insert(label, code);
        Some(code)
    }

    fn show_new(&mut self) {
        if self.shown.len() < self.labels.len() {
            self.shown = columns::shown(&self.labels);
        }
    }
}
