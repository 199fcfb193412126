use std::collections::HashMap;

use crate::SortedColumns;

/// Stands for an event that belongs to no case.
pub const NO_CASE: u32 = u32::MAX;

/// The case of each event of the sorted columns: which value of a property it carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cases {
    /// By position in the columns: index into `values`, or [`NO_CASE`].
    pub of_event: Vec<u32>,
    /// The values, in the order of their text, so that equal events give equal cases.
    pub values: Vec<String>,
}

impl Cases {
    /// Joins values (as [`crate::Parts::read_property`] finds them, with those of events not filed yet) to the columns
    /// by arrival number. Values of events that are not in the columns are passed over.
    pub fn of(columns: &SortedColumns, found: impl IntoIterator<Item = (u64, Option<String>)>) -> Self {
        let mut number_of: HashMap<String, u32> = HashMap::new();
        // Arrival numbers have hardly any gaps: a place for each is smaller than a map.
        let highest = columns.arrivals().iter().max().map_or(0, |&arrival| arrival as usize);
        let mut case_of_arrival = vec![NO_CASE; highest + 1];
        for (arrival, value) in found {
            let slot = usize::try_from(arrival).ok().and_then(|arrival| case_of_arrival.get_mut(arrival));
            if let (Some(slot), Some(value)) = (slot, value) {
                let next = number_of.len() as u32;
                *slot = *number_of.entry(value).or_insert(next);
            }
        }
        let mut by_text: Vec<(String, u32)> = number_of.into_iter().collect();
        by_text.sort_unstable();
        let mut place = vec![0; by_text.len()];
        for (index, (_, number)) in by_text.iter().enumerate() {
            place[*number as usize] = index as u32;
        }
        let case = |&arrival: &u64| match case_of_arrival[arrival as usize] {
            NO_CASE => NO_CASE,
            number => place[number as usize],
        };
        Self {
            of_event: columns.arrivals().iter().map(case).collect(),
            values: by_text.into_iter().map(|(value, _)| value).collect(),
        }
    }
}
