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
        let mut case_of_arrival: HashMap<u64, u32> = HashMap::new();
        for (arrival, value) in found {
            if let Some(value) = value {
                let next = number_of.len() as u32;
                case_of_arrival.insert(arrival, *number_of.entry(value).or_insert(next));
            }
        }
        let mut by_text: Vec<(String, u32)> = number_of.into_iter().collect();
        by_text.sort_unstable();
        let mut place = vec![0; by_text.len()];
        for (index, (_, number)) in by_text.iter().enumerate() {
            place[*number as usize] = index as u32;
        }
        let case = |arrival| case_of_arrival.get(arrival).map_or(NO_CASE, |&number| place[number as usize]);
        Self {
            of_event: columns.arrivals().iter().map(case).collect(),
            values: by_text.into_iter().map(|(value, _)| value).collect(),
        }
    }
}
