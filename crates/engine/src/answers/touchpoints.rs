//! The register of touchpoints beside what was measured: what is planned, what is lived, and what nobody has registered.

use std::collections::{BTreeMap, BTreeSet};

use columns::Label;
use model::{DocumentKind, Timestamp, Touchpoint};
use serde::Serialize;

use super::Answers;
use crate::EngineError;
use crate::plans::typed;

/// The register and what was measured in a window of time.
#[derive(Clone, Debug, Serialize)]
pub struct TouchpointList {
    /// First moment of the window; from the beginning if none.
    pub from: Option<Timestamp>,
    /// First moment after it; to the end if none.
    pub to: Option<Timestamp>,
    /// Events in the window that take a place in journeys.
    pub events: u64,
    /// Of these, events at touchpoints that nobody registered.
    pub unregistered: u64,
    /// Version of the mapping in force; 0 if there is none.
    pub mapping_version: u32,
    /// Every registered touchpoint, by id; without events where nothing was measured.
    pub touchpoints: Vec<RegisteredTouchpoint>,
    /// Touchpoints that events name and nobody registered, the most frequent first.
    pub discovered: Vec<UnregisteredTouchpoint>,
    /// How many of these there are in all.
    pub discovered_in_all: u64,
}

/// A touchpoint of the register with what was measured there.
#[derive(Clone, Debug, Serialize)]
pub struct RegisteredTouchpoint {
    /// Its id.
    pub id: String,
    /// Version of the document that describes it.
    pub version: u32,
    /// Mapping rules in force that lead to it; with none nothing can be measured.
    pub rules: u64,
    /// What was measured.
    pub measured: Measured,
    /// What the register says.
    #[serde(flatten)]
    pub says: Touchpoint,
}

/// A touchpoint without a place in the register.
#[derive(Clone, Debug, Serialize)]
pub struct UnregisteredTouchpoint {
    /// The events' own name, or the id of a touchpoint that was removed while rules still lead to it.
    pub touchpoint: String,
    /// True if rules lead to it.
    pub mapped: bool,
    /// What was measured.
    pub measured: Measured,
}

/// What was measured at a touchpoint in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Measured {
    /// Events there.
    pub occurrences: u64,
    /// Distinct customers they belong to.
    pub customers: u64,
    /// Time of the earliest one.
    pub first_at: Option<Timestamp>,
    /// Time of the latest one.
    pub last_at: Option<Timestamp>,
}

impl Measured {
    fn add(&mut self, at: Timestamp, is_first_of_customer: bool) {
        self.occurrences += 1;
        self.customers += u64::from(is_first_of_customer);
        self.first_at = Some(self.first_at.map_or(at, |first| first.min(at)));
        self.last_at = Some(self.last_at.map_or(at, |last| last.max(at)));
    }
}

impl Answers {
    /// The register beside what was measured from a moment on and before another; at most `most` discovered touchpoints.
    ///
    /// Every event in the columns is looked at once.
    pub fn touchpoints(
        &self,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        most: usize,
    ) -> Result<TouchpointList, EngineError> {
        let mut measured = self.measured(from, to)?;
        let events = measured.values().map(|measured| measured.occurrences).sum();
        let (mapping_version, rules) = {
            let plans = &self.settled()?.plans;
            (plans.mapping_version, plans.mapping.touchpoints().map(str::to_owned).collect::<Vec<_>>())
        };
        let mut touchpoints = Vec::new();
        for document in self.plans().documents(Some(DocumentKind::Touchpoint))? {
            let label = Label { text: document.name, registered: true };
            touchpoints.push(RegisteredTouchpoint {
                version: document.version,
                rules: rules.iter().filter(|touchpoint| **touchpoint == label.text).count() as u64,
                measured: measured.remove(&label).unwrap_or_default(),
                says: typed(&document.body)?,
                id: label.text,
            });
        }
        let of_rules: BTreeSet<&String> = rules.iter().collect();
        let mut discovered: Vec<_> = measured
            .into_iter()
            .map(|(label, measured)| UnregisteredTouchpoint {
                mapped: label.registered && of_rules.contains(&label.text),
                touchpoint: label.text,
                measured,
            })
            .collect();
        let key =
            |found: &UnregisteredTouchpoint| (std::cmp::Reverse(found.measured.occurrences), found.touchpoint.clone());
        discovered.sort_by_cached_key(key);
        let unregistered = discovered.iter().map(|found| found.measured.occurrences).sum();
        let discovered_in_all = discovered.len() as u64;
        discovered.truncate(most);
        Ok(TouchpointList {
            from,
            to,
            events,
            unregistered,
            mapping_version,
            touchpoints,
            discovered,
            discovered_in_all,
        })
    }

    fn measured(
        &self,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Result<BTreeMap<Label, Measured>, EngineError> {
        let columns = self.snapshot()?.columns;
        let window = from.map_or(i64::MIN, Timestamp::micros)..to.map_or(i64::MAX, Timestamp::micros);
        let labels = columns.dictionary().labels();
        // One more for those that found no code of their own.
        let mut measured = vec![Measured::default(); labels.len() + 1];
        let mut last_customer = vec![None; labels.len() + 1];
        for bucket in columns.in_memory_first() {
            let segment = columns.segment(bucket)?;
            let (codes, times) = (segment.codes(), segment.times());
            for (customer, run) in segment.customers().iter().zip(segment.runs().windows(2)) {
                for index in run[0] as usize..run[1] as usize {
                    if window.contains(&times[index]) {
                        let code = usize::from(codes[index]).min(labels.len());
                        let is_first = last_customer[code].replace(*customer) != Some(*customer);
                        measured[code].add(Timestamp::clamped(times[index]), is_first);
                    }
                }
            }
        }
        let other = Label { text: columns::OTHER.to_owned(), registered: false };
        let labels = labels.iter().cloned().chain([other]);
        Ok(labels.zip(measured).filter(|(_, measured)| measured.occurrences > 0).collect())
    }
}
