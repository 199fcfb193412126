use std::collections::HashMap;

/// Stands for an event that belongs to no case.
pub const NO_CASE: u32 = u32::MAX;

/// The case of each event: which value of a property it carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cases {
    of_arrival: Vec<u32>,
    values: Vec<String>,
}

impl Cases {
    /// Values by arrival number (as [`crate::Parts::read_property`] finds them, with those of events not filed yet).
    /// Those that arrived after `through` are passed over.
    pub fn of(through: u64, found: impl IntoIterator<Item = (u64, Option<String>)>) -> Self {
        let mut number_of: HashMap<String, u32> = HashMap::new();
        // Arrival numbers have hardly any gaps: a place for each is smaller than a map.
        let mut of_arrival = vec![NO_CASE; through as usize + 1];
        for (arrival, value) in found {
            let slot = usize::try_from(arrival).ok().and_then(|arrival| of_arrival.get_mut(arrival));
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
        for case in of_arrival.iter_mut().filter(|case| **case != NO_CASE) {
            *case = place[*case as usize];
        }
        Self { of_arrival, values: by_text.into_iter().map(|(value, _)| value).collect() }
    }

    /// The case of each of some events, given by their arrival numbers: index into the values, or [`NO_CASE`].
    pub fn of_events(&self, arrivals: &[u64]) -> Vec<u32> {
        let case = |&arrival: &u64| self.of_arrival.get(arrival as usize).copied().unwrap_or(NO_CASE);
        arrivals.iter().map(case).collect()
    }

    /// The same for every event, by its arrival number.
    pub fn by_arrival(&self) -> &[u32] {
        &self.of_arrival
    }

    /// The values, in the order of their text, so that equal events give equal cases.
    pub fn values(&self) -> &[String] {
        &self.values
    }
}
