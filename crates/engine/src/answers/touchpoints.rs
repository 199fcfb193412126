//! The register of touchpoints beside what was measured: what is planned, what is lived, and what nobody has registered.

use std::collections::{BTreeMap, BTreeSet};

use columns::Label;
use model::{DocumentKind, Medium, Timestamp, Touchpoint};
use serde::Serialize;

use super::Answers;
use super::coverage::{RegisterCoverage, Unregistered, coverage};
use crate::EngineError;
use crate::plans::typed;

/// What is asked of the register.
#[derive(Clone, Copy, Debug)]
pub struct TouchpointQuery {
    /// First moment of the window; from the beginning if none.
    pub from: Option<Timestamp>,
    /// First moment after it; to the end if none.
    pub to: Option<Timestamp>,
    /// How many discovered touchpoints are listed at most.
    pub most: usize,
    /// Stated importance from which a touchpoint counts as important, 0 to 10.
    pub important_from: f64,
    /// When it is asked: reviews are due by it.
    pub now: Timestamp,
}

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
    /// What the register leaves open.
    pub coverage: RegisterCoverage,
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
    /// In what world its channel lies; `None` where that is not known.
    pub medium: Option<Medium>,
    /// What was measured.
    pub measured: Measured,
    /// What was measured there and at all its parts, whatever lies between; customers are counted once.
    pub branch: Measured,
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

/// Which branches of the register an event at a touchpoint belongs to: those of the touchpoint itself, if it has parts, and
/// of all that it is a part of.
struct Branches {
    /// The touchpoints that have parts.
    tops: Vec<String>,
    /// By touchpoint, places in `tops`.
    of: BTreeMap<String, Vec<usize>>,
}

impl Branches {
    fn of(register: &BTreeMap<String, Touchpoint>) -> Self {
        let parent = |id: &str| {
            let parent = register.get(id)?.parent.as_deref()?;
            // One that is gone has no line in which the sum could stand.
            register.contains_key(parent).then_some(parent)
        };
        let tops: BTreeSet<&str> = register.keys().filter_map(|id| parent(id)).collect();
        let tops: Vec<String> = tops.into_iter().map(str::to_owned).collect();
        let above = |id: &str| {
            let mut places: Vec<usize> = Vec::new();
            let mut at = Some(id);
            while let Some(id) = at {
                match tops.binary_search_by(|top| top.as_str().cmp(id)) {
                    // Two that write at the same time can make a circle.
                    Ok(place) if places.contains(&place) => break,
                    Ok(place) => places.push(place),
                    Err(_) => {}
                }
                at = parent(id);
            }
            places
        };
        let of = register.keys().map(|id| (id.clone(), above(id))).filter(|(_, places)| !places.is_empty()).collect();
        Self { tops, of }
    }
}

/// What was measured in a window.
struct InWindow {
    by_label: BTreeMap<Label, Measured>,
    /// By touchpoint that has parts.
    by_branch: BTreeMap<String, Measured>,
}

impl Answers {
    /// The register beside what was measured in a window, and what it leaves open.
    ///
    /// Every event in the columns is looked at once.
    pub fn touchpoints(&self, query: &TouchpointQuery) -> Result<TouchpointList, EngineError> {
        let &TouchpointQuery { from, to, most, important_from, now } = query;
        let mut register = BTreeMap::new();
        let mut versions = BTreeMap::new();
        for document in self.plans().documents(Some(DocumentKind::Touchpoint))? {
            versions.insert(document.name.clone(), document.version);
            register.insert(document.name, typed::<Touchpoint>(&document.body)?);
        }
        let InWindow { by_label: mut measured, by_branch } = self.measured(from, to, &Branches::of(&register))?;
        let events = measured.values().map(|measured| measured.occurrences).sum();
        let (mapping_version, rules) = {
            let plans = &self.settled()?.plans;
            (plans.mapping_version, plans.mapping.touchpoints().map(str::to_owned).collect::<Vec<_>>())
        };
        let mut touchpoints = Vec::new();
        for (id, says) in register {
            let label = Label { text: id, registered: true };
            let there = measured.remove(&label).unwrap_or_default();
            touchpoints.push(RegisteredTouchpoint {
                version: versions.get(&label.text).copied().unwrap_or_default(),
                rules: rules.iter().filter(|touchpoint| **touchpoint == label.text).count() as u64,
                medium: says.medium(),
                measured: there,
                branch: by_branch.get(&label.text).copied().unwrap_or(there),
                says,
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
        let names = discovered.iter().map(|found| found.touchpoint.clone()).collect();
        let open = Unregistered { names, in_all: discovered_in_all };
        let coverage = coverage(&touchpoints, open, important_from, now);
        Ok(TouchpointList {
            from,
            to,
            events,
            unregistered,
            mapping_version,
            touchpoints,
            discovered,
            discovered_in_all,
            coverage,
        })
    }

    fn measured(
        &self,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        branches: &Branches,
    ) -> Result<InWindow, EngineError> {
        let columns = self.snapshot()?.columns;
        let window = from.map_or(i64::MIN, Timestamp::micros)..to.map_or(i64::MAX, Timestamp::micros);
        let labels = columns.dictionary().labels();
        // One more for those that found no code of their own.
        let mut measured = vec![Measured::default(); labels.len() + 1];
        let mut last_customer = vec![None; labels.len() + 1];
        let places = |label: &Label| {
            let places = if label.registered { branches.of.get(&label.text) } else { None };
            places.map_or(&[][..], Vec::as_slice)
        };
        let places: Vec<&[usize]> = labels.iter().map(places).chain([&[][..]]).collect();
        let mut branch = vec![Measured::default(); branches.tops.len()];
        let mut last_of_branch = vec![None; branches.tops.len()];
        for bucket in columns.in_memory_first() {
            let segment = columns.segment(bucket)?;
            let (codes, times) = (segment.codes(), segment.times());
            for (customer, run) in segment.customers().iter().zip(segment.runs().windows(2)) {
                for index in run[0] as usize..run[1] as usize {
                    if window.contains(&times[index]) {
                        let code = usize::from(codes[index]).min(labels.len());
                        let at = Timestamp::clamped(times[index]);
                        let is_first = last_customer[code].replace(*customer) != Some(*customer);
                        measured[code].add(at, is_first);
                        for &place in places[code] {
                            let is_first = last_of_branch[place].replace(*customer) != Some(*customer);
                            branch[place].add(at, is_first);
                        }
                    }
                }
            }
        }
        let other = Label { text: columns::OTHER.to_owned(), registered: false };
        let labels = labels.iter().cloned().chain([other]);
        let by_label = labels.zip(measured).filter(|(_, measured)| measured.occurrences > 0).collect();
        Ok(InWindow { by_label, by_branch: branches.tops.iter().cloned().zip(branch).collect() })
    }
}
