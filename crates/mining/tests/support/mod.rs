//! Small logs for tests: events by hand, sorted by the plainest means.

use mining::Log;

/// Columns as a [`Log`] sees them, owned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    pub(crate) codes: Vec<u16>,
    pub(crate) times: Vec<i64>,
    pub(crate) arrivals: Vec<u64>,
    pub(crate) runs: Vec<u32>,
    pub(crate) labels: Vec<String>,
    pub(crate) cases: Vec<u32>,
}

/// One event: customer, microseconds, touchpoint, case. Its place in the list is its arrival.
pub(crate) type Given<'a> = (u32, i64, &'a str, u32);

impl Columns {
    pub(crate) fn of(given: &[Given<'_>]) -> Self {
        let mut labels: Vec<String> = given.iter().map(|(_, _, touchpoint, _)| (*touchpoint).to_owned()).collect();
        labels.sort();
        labels.dedup();
        let mut events: Vec<(u32, i64, u64, &str, u32)> = given
            .iter()
            .enumerate()
            .map(|(arrival, &(customer, at, touchpoint, case))| (customer, at, arrival as u64, touchpoint, case))
            .collect();
        events.sort();
        let mut columns = Self { labels, ..Self::default() };
        let mut last = None;
        for (customer, at, arrival, touchpoint, case) in events {
            if last.replace(customer) != Some(customer) {
                columns.runs.push(columns.codes.len() as u32);
            }
            let code = columns.labels.iter().position(|label| label == touchpoint).unwrap();
            columns.codes.push(code as u16);
            columns.times.push(at);
            columns.arrivals.push(arrival);
            columns.cases.push(case);
        }
        if last.is_some() {
            columns.runs.push(columns.codes.len() as u32);
        }
        columns
    }

    pub(crate) fn log(&self) -> Log<'_> {
        Log {
            codes: &self.codes,
            times: &self.times,
            arrivals: &self.arrivals,
            runs: &self.runs,
            labels: &self.labels,
            cases: Some(&self.cases),
        }
    }
}
