//! Small logs for tests: events by hand, sorted by the plainest means, and the tables of docs/semantics.md.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::num::NonZeroUsize;

use mining::compare::Figure;
use mining::report::Table;
use mining::{
    About, Block, Control, Coverage, Kernel, NO_CASE, Names, Query, Question, RunError, Setting, Settings, Slice, ask,
};
use model::{CustomerId, Invalid, JourneyRule, MoodCode, Timestamp};

/// Columns as a [`Block`] shows them, owned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    pub(crate) codes: Vec<u16>,
    pub(crate) channels: Vec<u8>,
    pub(crate) moods: Vec<MoodCode>,
    pub(crate) times: Vec<i64>,
    pub(crate) arrivals: Vec<u64>,
    pub(crate) runs: Vec<u32>,
    pub(crate) customers: Vec<CustomerId>,
    pub(crate) labels: Vec<String>,
    pub(crate) cases: Vec<u32>,
    /// The names of the channels; a touchpoint `web/cart` came by `web`.
    pub(crate) channel_names: Vec<String>,
}

/// One event: customer, microseconds, touchpoint, case. Its place in the list is its arrival.
pub(crate) type Given<'a> = (u32, i64, &'a str, u32);

pub(crate) const ONE: NonZeroUsize = NonZeroUsize::MIN;

impl Columns {
    pub(crate) fn of(given: &[Given<'_>]) -> Self {
        let channel = |touchpoint: &str| touchpoint.split_once('/').map_or("", |(channel, _)| channel).to_owned();
        let mut labels: Vec<String> = given.iter().map(|(_, _, touchpoint, _)| (*touchpoint).to_owned()).collect();
        labels.sort();
        labels.dedup();
        let mut channel_names: Vec<String> = labels.iter().map(|label| channel(label)).collect();
        channel_names.sort();
        channel_names.dedup();
        let mut events: Vec<(u32, i64, u64, &str, u32)> = given
            .iter()
            .enumerate()
            .map(|(arrival, &(customer, at, touchpoint, case))| (customer, at, arrival as u64, touchpoint, case))
            .collect();
        events.sort();
        let mut columns = Self { labels, channel_names, ..Self::default() };
        for (customer, at, arrival, touchpoint, case) in events {
            if columns.customers.last() != Some(&CustomerId(customer.into())) {
                columns.customers.push(CustomerId(customer.into()));
                columns.runs.push(columns.codes.len() as u32);
            }
            let code = columns.labels.iter().position(|label| label == touchpoint).unwrap();
            let of_channel = columns.channel_names.iter().position(|name| *name == channel(touchpoint)).unwrap();
            columns.codes.push(code as u16);
            columns.channels.push(of_channel as u8);
            columns.moods.push(MoodCode::NONE);
            columns.times.push(at);
            columns.arrivals.push(arrival);
            columns.cases.push(case);
        }
        if !columns.runs.is_empty() {
            columns.runs.push(columns.codes.len() as u32);
        }
        columns
    }

    /// Everything as one block.
    pub(crate) fn block(&self) -> Block<'_> {
        Block {
            codes: &self.codes,
            channels: &self.channels,
            moods: &self.moods,
            times: &self.times,
            arrivals: &self.arrivals,
            runs: &self.runs,
            customers: &self.customers,
            cases: Some(&self.cases),
        }
    }

    pub(crate) fn names(&self) -> Names<'_> {
        Names {
            labels: &self.labels,
            channels: &self.channel_names,
            facts: &[],
            as_of: Timestamp::clamped(self.times.iter().copied().max().unwrap_or_default()),
        }
    }

    /// The same customers in so many blocks, each with columns of its own.
    pub(crate) fn shared_out(&self, blocks: usize) -> Vec<Self> {
        let mut shared =
            vec![
                Self { labels: self.labels.clone(), channel_names: self.channel_names.clone(), ..Self::default() };
                blocks
            ];
        for (number, customer) in self.customers.iter().enumerate() {
            let to = &mut shared[number % blocks];
            to.customers.push(*customer);
            to.runs.push(to.codes.len() as u32);
            for event in self.runs[number] as usize..self.runs[number + 1] as usize {
                to.codes.push(self.codes[event]);
                to.channels.push(self.channels[event]);
                to.moods.push(self.moods[event]);
                to.times.push(self.times[event]);
                to.arrivals.push(self.arrivals[event]);
                to.cases.push(self.cases[event]);
            }
        }
        for block in shared.iter_mut().filter(|block| !block.runs.is_empty()) {
            block.runs.push(block.codes.len() as u32);
        }
        shared
    }

    /// The answer to a question over journeys of a rule, in one block on one thread.
    pub(crate) fn ask<Q: Question>(&self, rule: &JourneyRule, question: Q) -> Answer<Q> {
        self.ask_about(Query { rule: rule.clone(), ..Query::default() }, question).unwrap()
    }

    pub(crate) fn ask_about<Q: Question>(&self, mut query: Query, mut question: Q) -> Result<Answer<Q>, RunError> {
        question.adapt(&mut query);
        let names = self.names();
        let kernel = question.kernel(&names)?;
        ask(&[self.block()].as_slice(), &names, &query, &kernel, &Control::new(ONE))
    }
}

pub(crate) type Answer<Q> = <<Q as Question>::Kernel as Kernel>::Answer;

/// A question as its settings are written: `steps=a,b window=1h`.
pub(crate) fn read<Q: Question>(written: &str) -> Result<Q, Invalid> {
    let pairs = written.split(' ').filter_map(|setting| setting.split_once('='));
    let given = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Q::read(&mut mining::Settings::new(Q::SETTINGS, given)?)
}

/// The journeys of a query in the order of their events, each as its touchpoints' names joined.
pub(crate) fn journeys(columns: &Columns, query: Query) -> Vec<String> {
    columns.ask_about(query, Collect).unwrap().0
}

/// Asks for the journeys themselves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Collect;

#[derive(Debug, serde::Serialize)]
pub(crate) struct Journeys(pub(crate) Vec<String>, pub(crate) Vec<Journey>, pub(crate) Coverage);

/// One journey in full.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Journey {
    pub(crate) customer: u32,
    pub(crate) touchpoints: Vec<String>,
    pub(crate) times: Vec<i64>,
}

impl Question for Collect {
    const NAME: &'static str = "journeys";
    const WHAT: &'static str = "The journeys themselves";
    const SETTINGS: &'static [Setting] = &[];
    type Kernel = Self;

    fn read(_: &mut Settings) -> Result<Self, Invalid> {
        Ok(Self)
    }

    fn kernel(&self, _: &Names<'_>) -> Result<Self, Invalid> {
        Ok(*self)
    }
}

impl Kernel for Collect {
    type Partial = Vec<(u32, Vec<u16>, Vec<i64>)>;
    type Answer = Journeys;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Self::Partial) {
        for (span, &customer) in slice.spans.iter().zip(slice.customers) {
            let (codes, times) = slice.journey(*span);
            assert!(!codes.is_empty());
            partial.push((customer, codes.to_vec(), times.to_vec()));
        }
    }

    fn merge(&self, partial: &mut Self::Partial, other: Self::Partial) {
        partial.extend(other);
    }

    fn finish(&self, partial: Self::Partial, about: &About<'_>) -> Journeys {
        let journeys = partial.into_iter().map(|(customer, codes, times)| Journey {
            customer,
            touchpoints: codes.iter().map(|&code| about.names.label(code)).collect(),
            times,
        });
        let journeys: Vec<Journey> = journeys.collect();
        Journeys(
            journeys.iter().map(|journey| journey.touchpoints.concat()).collect(),
            journeys,
            about.coverage.clone(),
        )
    }

    fn figures<'p>(&self, _: &'p Self::Partial) -> Vec<Figure<'p>> {
        Vec::new()
    }

    fn bytes(&self, partial: &Self::Partial) -> usize {
        partial.iter().map(|(_, codes, _)| codes.len() * 10).sum()
    }
}

impl mining::Answer for Journeys {
    fn coverage(&self) -> &Coverage {
        &self.2
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("journeys", self.0.len() as u64)]
    }

    fn tables(&self) -> Vec<Table> {
        vec![Table::of("journeys", &self.0).text("touchpoints", Clone::clone).done()]
    }
}

const PAGE: &str =
    concat!(include_str!("../../../../docs/semantics.md"), "\n", include_str!("../../../../docs/choosing.md"));

/// The rows of the table whose header begins with these cells.
pub(crate) fn table(header: &str) -> Vec<Vec<String>> {
    rows_of(PAGE, "#", header)
}

/// The rows of a page's first table with such a header after a line that begins so.
pub(crate) fn rows_of(page: &str, after: &str, header: &str) -> Vec<Vec<String>> {
    let lines = page.lines().skip_while(|line| !line.starts_with(after));
    let mut lines = lines.skip_while(|line| !line.starts_with(header));
    assert!(lines.next().is_some(), "the page has no table {header} after {after}");
    let rows: Vec<Vec<String>> = lines
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let line = line.replace("\\|", "\u{1}");
            let inner = line.strip_prefix('|').and_then(|line| line.strip_suffix('|')).unwrap_or(&line);
            inner.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
        })
        .collect();
    assert!(!rows.is_empty(), "the table {header} has no rows");
    rows
}

/// `AB A | C`: customers by `|`, journeys by blanks (an hour's pause), neighbours a second apart.
pub(crate) fn customers(text: &str) -> Columns {
    let mut given = Vec::new();
    for (customer, journeys) in text.split('|').enumerate() {
        let mut at = 0;
        for (position, letter) in journeys.trim().char_indices() {
            at += if letter == ' ' { 3_600_000_000 } else { 1_000_000 };
            if letter != ' ' {
                given.push((customer as u32, at, &journeys.trim()[position..=position], NO_CASE));
            }
        }
    }
    Columns::of(&given)
}

/// Journeys by a pause of half an hour.
pub(crate) fn by_gap() -> JourneyRule {
    JourneyRule::Gap { seconds: 1800.0 }
}
