//! How many go along which edge of a map.

use std::collections::BTreeMap;

use mining::share;
use model::{END, START};
use serde::Serialize;

use crate::kernel::ConformanceKernel;
use crate::partial::{Partial, Tally};

/// Journeys that go from one step to the next as the plan has it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WayTaken {
    /// Id of a step, or `start`. Of steps that happen in any order the last one of the map's that is done.
    pub from: String,
    /// Id of a step, or `end`.
    pub to: String,
    /// Journeys that go along it, once or more often.
    pub journeys: u64,
    /// Their customers; one who goes that way by several versions of the map counts for each.
    pub customers: u64,
    /// `journeys` of all.
    pub share: Option<f64>,
}

/// Ways that some journey took, in the order of the map.
pub(super) fn ways(kernel: &ConformanceKernel, partial: &Partial) -> Vec<WayTaken> {
    let mut taken: BTreeMap<(Option<u32>, u32), Tally> = BTreeMap::new();
    // An end comes after all steps.
    let end = kernel.steps.len() as u32;
    for (version, went) in kernel.versions.iter().zip(&partial.went) {
        let network = &version.network;
        let place = |step: u16| version.places[usize::from(step)];
        let along = network.transitions.iter().map(|way| (way.from, place(way.step)));
        let ending = (0..network.states()).map(|state| (state as u16, end));
        for ((from, to), tally) in along.chain(ending).zip(went).filter(|(_, tally)| tally.journeys > 0) {
            taken.entry((network.step_at(from).map(place), to)).or_default().merge(tally);
        }
    }
    let id = |place: u32| kernel.steps.get(place as usize).map_or(END, |step| &step.says.id).to_owned();
    let told = |((from, to), tally): ((Option<u32>, u32), Tally)| WayTaken {
        from: from.map_or_else(|| START.to_owned(), id),
        to: id(to),
        journeys: tally.journeys,
        customers: tally.customers,
        share: share(tally.journeys, partial.all.journeys),
    };
    taken.into_iter().map(told).collect()
}
