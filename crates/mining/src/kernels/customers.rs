//! Customers: some of those whose journeys are looked at, so that figures can be held against people.

use std::collections::BTreeMap;

use model::{CustomerId, Invalid, Timestamp};
use serde::{Deserialize, Serialize};

use crate::compare::{Figure, Measure, Subject};
use crate::journeys::{Coverage, Slice, Span};
use crate::kernel::{About, Kernel};
use crate::names::Names;
use crate::questions::Question;
use crate::report::{Answer, Table};
use crate::settings::{Setting, Settings};

/// Most customers that are drawn.
const MOST_DRAWN: usize = 1_000;

/// Some of the customers, drawn evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomersQuestion {
    /// How many at most.
    pub most: usize,
}

impl Question for CustomersQuestion {
    const NAME: &'static str = "customers";
    const WHAT: &'static str = "Some of the customers, drawn evenly: the same ones each time";
    const SETTINGS: &'static [Setting] = &[Setting::new("most", "COUNT", "How many are drawn", "20")];
    type Kernel = CustomersKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        Ok(Self { most: settings.count("most", 1..=MOST_DRAWN)? })
    }

    fn kernel(&self, _: &Names<'_>) -> Result<CustomersKernel, Invalid> {
        Ok(CustomersKernel { most: self.most })
    }
}

/// The draw.
#[derive(Clone, Copy, Debug)]
pub struct CustomersKernel {
    most: usize,
}

/// What was counted, and who has the lowest lots so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Partial {
    /// Events scanned.
    pub events: u64,
    journeys: u64,
    customers: u64,
    /// By lot. Two customers never have the same one: it is a bijection of their ids.
    drawn: BTreeMap<u64, Drawn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Drawn {
    customer: CustomerId,
    journeys: u64,
    events: u64,
    first: i64,
    last: i64,
}

/// The lot of a customer, alike in every question: so a group's draw holds those of a larger group's who are in it. Each
/// step can be undone (the finisher of `SplitMix64`; Steele, Lea, Flood, OOPSLA 2014), so lots differ where ids do.
fn lot(customer: CustomerId) -> u64 {
    let spread = customer.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let spread = (spread ^ (spread >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let spread = (spread ^ (spread >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    spread ^ (spread >> 31)
}

impl Drawn {
    fn of(slice: &Slice<'_>, customer: CustomerId, spans: &[Span]) -> Self {
        let times = |span: &Span| slice.journey(*span).1;
        Self {
            customer,
            journeys: spans.len() as u64,
            events: spans.iter().map(|span| times(span).len() as u64).sum(),
            first: spans.iter().map(|span| times(span)[0]).min().unwrap_or_default(),
            last: spans.iter().map(|span| times(span)[times(span).len() - 1]).max().unwrap_or_default(),
        }
    }
}

impl Partial {
    fn draw(&mut self, most: usize, lot: u64, drawn: impl FnOnce() -> Drawn) {
        if self.drawn.len() >= most && self.drawn.last_key_value().is_some_and(|(last, _)| *last < lot) {
            return;
        }
        self.drawn.insert(lot, drawn());
        if self.drawn.len() > most {
            self.drawn.pop_last();
        }
    }
}

impl Kernel for CustomersKernel {
    type Partial = Partial;
    type Answer = SomeCustomers;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        let mut runs = slice.customers.chunk_by(|a, b| a == b);
        for spans in slice.by_customer() {
            let Some(run) = runs.next() else { break };
            let customer = slice.events.customers[run[0] as usize];
            partial.customers += 1;
            partial.journeys += spans.len() as u64;
            partial.events += spans.iter().map(|span| span.range().len() as u64).sum::<u64>();
            partial.draw(self.most, lot(customer), || Drawn::of(slice, customer, spans));
        }
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        partial.events += other.events;
        partial.journeys += other.journeys;
        partial.customers += other.customers;
        for (lot, drawn) in other.drawn {
            partial.draw(self.most, lot, || drawn);
        }
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> SomeCustomers {
        let some = partial.drawn.into_values().map(|drawn| SomeCustomer {
            customer: drawn.customer.to_string(),
            journeys: drawn.journeys,
            events: drawn.events,
            first_at: Timestamp::clamped(drawn.first),
            last_at: Timestamp::clamped(drawn.last),
        });
        SomeCustomers {
            customers: partial.customers,
            journeys: partial.journeys,
            events: partial.events,
            some: some.collect(),
            coverage: about.coverage.clone(),
        }
    }

    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        let mean =
            |what, sum: u64, n| Figure { what, subject: Subject::All, measure: Measure::Mean { sum: sum as f64, n } };
        vec![
            mean("journeys a customer", partial.journeys, partial.customers),
            mean("events a customer", partial.events, partial.customers),
        ]
    }

    fn bytes(&self, partial: &Partial) -> usize {
        partial.drawn.len() * size_of::<(u64, Drawn)>()
    }
}

/// Some of the customers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SomeCustomers {
    /// Distinct customers with a journey that was looked at.
    pub customers: u64,
    /// Their journeys.
    pub journeys: u64,
    /// The events in them.
    pub events: u64,
    /// Those who were drawn, in the order of the draw.
    pub some: Vec<SomeCustomer>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// One of the customers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SomeCustomer {
    /// Whose id it is, as `c17`.
    pub customer: String,
    /// Own journeys that were looked at.
    pub journeys: u64,
    /// Events in them.
    pub events: u64,
    /// The first of these events.
    pub first_at: Timestamp,
    /// The last of them.
    pub last_at: Timestamp,
}

impl Answer for SomeCustomers {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("customers", self.customers), ("journeys", self.journeys), ("events", self.events)]
    }

    fn tables(&self) -> Vec<Table> {
        let table = Table::of("customers", &self.some)
            .text("customer", |row| row.customer.clone())
            .count("journeys", |row| row.journeys)
            .count("events", |row| row.events)
            .text("first_at", |row| row.first_at.to_string())
            .text("last_at", |row| row.last_at.to_string());
        vec![table.done()]
    }
}
