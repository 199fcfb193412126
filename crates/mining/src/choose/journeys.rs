//! Conditions on journeys in codes.

use std::collections::HashMap;
use std::ops::Range;

use model::filter::{Count, Formula, JourneyTest, Order, PropertyTest, Scope};
use model::{Invalid, JourneyFilter};

use super::deeds::{Done, holds, micros};
use super::{Chosen, Properties, Way};
use crate::log::{Block, TimeRange};
use crate::names::Names;

/// A journey filter in codes.
#[derive(Clone, Debug)]
pub(crate) struct Wanted(Formula<Test>);

#[derive(Clone, Debug)]
enum Test {
    Did(Done),
    /// Index into [`Customers`].
    CustomerDid(usize),
    StartsWith(Chosen),
    EndsWith(Chosen),
    Events(Count),
    /// Microseconds.
    Duration(Order, i64),
    /// Index into [`Customers`].
    Customer(usize),
    Path(Way),
}

/// What is asked about customers, found out once a customer and block.
#[derive(Debug, Default)]
pub(crate) struct Customers {
    tests: Vec<CustomerTest>,
    /// By test, then by customer of the block.
    holds: Vec<Vec<bool>>,
}

#[derive(Clone, Debug)]
enum CustomerTest {
    Did(Done),
    Property(PropertyTest, std::sync::Arc<Properties>),
}

impl Wanted {
    /// The filter in codes; what it asks about customers goes into `customers`. `properties` holds the values of each
    /// property path it names. Refused: segments that were not put in their place, properties that were not read.
    pub(crate) fn of(
        filter: &JourneyFilter,
        names: &Names<'_>,
        properties: &HashMap<String, std::sync::Arc<Properties>>,
        customers: &mut Customers,
    ) -> Result<Self, Invalid> {
        Ok(Self(compiled(filter, names, properties, customers)?))
    }

    /// True if a journey meets it.
    pub(crate) fn accepts(&self, block: &Block<'_>, journey: Range<usize>, customer: u32, about: &Customers) -> bool {
        accepts(&self.0, block, &journey, customer, about)
    }
}

fn compiled(
    filter: &JourneyFilter,
    names: &Names<'_>,
    properties: &HashMap<String, std::sync::Arc<Properties>>,
    customers: &mut Customers,
) -> Result<Formula<Test>, Invalid> {
    let mut each = |parts: &[JourneyFilter]| -> Result<Vec<Formula<Test>>, Invalid> {
        parts.iter().map(|part| compiled(part, names, properties, customers)).collect()
    };
    let test = match filter {
        Formula::Not(inner) => {
            return Ok(Formula::Not(Box::new(compiled(inner, names, properties, customers)?)));
        }
        Formula::And(parts) => return Ok(Formula::And(each(parts)?)),
        Formula::Or(parts) => return Ok(Formula::Or(each(parts)?)),
        Formula::Test(test) => test,
    };
    Ok(Formula::Test(match test {
        JourneyTest::Did(Scope::Journey, deed) => Test::Did(Done::of(deed, names)),
        JourneyTest::Did(Scope::Customer, deed) => {
            customers.tests.push(CustomerTest::Did(Done::of(deed, names)));
            Test::CustomerDid(customers.tests.len() - 1)
        }
        JourneyTest::StartsWith(event) => Test::StartsWith(Chosen::of(event, names)),
        JourneyTest::EndsWith(event) => Test::EndsWith(Chosen::of(event, names)),
        JourneyTest::Events(count) => Test::Events(*count),
        JourneyTest::Duration(order, seconds) => Test::Duration(*order, micros(*seconds)),
        JourneyTest::Customer { path, test } => {
            let values = properties.get(path);
            let values = values.ok_or_else(|| Invalid::new("where", path, "is a property that was not read"))?;
            customers.tests.push(CustomerTest::Property(test.clone(), std::sync::Arc::clone(values)));
            Test::Customer(customers.tests.len() - 1)
        }
        JourneyTest::Segment(name) => {
            return Err(Invalid::new("where", name, "is a segment whose condition was not put in its place"));
        }
        JourneyTest::Path(pattern) => Test::Path(Way::of(pattern, names)?),
    }))
}

fn accepts(
    formula: &Formula<Test>,
    block: &Block<'_>,
    journey: &Range<usize>,
    customer: u32,
    about: &Customers,
) -> bool {
    let part = |formula: &Formula<Test>| accepts(formula, block, journey, customer, about);
    match formula {
        Formula::Not(inner) => !part(inner),
        Formula::And(parts) => parts.iter().all(part),
        Formula::Or(parts) => parts.iter().any(part),
        Formula::Test(test) => match test {
            Test::Did(done) => done.holds(block, journey.clone()),
            Test::CustomerDid(index) | Test::Customer(index) => about.holds[*index][customer as usize],
            Test::StartsWith(event) => event.accepts_event(block, journey.start),
            Test::EndsWith(event) => event.accepts_event(block, journey.end - 1),
            Test::Events(count) => holds(*count, journey.len() as u64),
            Test::Duration(order, bound) => {
                let duration = block.times[journey.end - 1] - block.times[journey.start];
                match order {
                    Order::Less => duration < *bound,
                    Order::AtMost => duration <= *bound,
                    Order::AtLeast => duration >= *bound,
                    Order::More => duration > *bound,
                }
            }
            Test::Path(way) => way.is_found(block, journey.clone()),
        },
    }
}

impl Customers {
    /// Asks everything about every customer of a block; of their events those in the range count.
    pub(crate) fn look_at(&mut self, block: &Block<'_>, range: TimeRange) {
        self.holds.resize_with(self.tests.len(), Vec::new);
        for (test, holds) in self.tests.iter().zip(&mut self.holds) {
            holds.clear();
            holds.extend((0..block.customers.len()).map(|customer| match test {
                CustomerTest::Did(done) => {
                    let run = range.within(block.times, block.run(customer));
                    // One case of a customer stands behind the other, though they may have happened at the same time.
                    let moment = |&event: &usize| (block.times[event], block.arrivals.get(event));
                    if block.cases.is_none() || run.clone().is_sorted_by_key(|event| moment(&event)) {
                        done.holds(block, run)
                    } else {
                        let mut events: Vec<usize> = run.collect();
                        events.sort_by_key(moment);
                        done.holds(block, events.into_iter())
                    }
                }
                CustomerTest::Property(test, values) => {
                    property_holds(test, values.get(&block.customers[customer]).map(String::as_str))
                }
            }));
        }
    }

    /// The same questions for another thread.
    pub(crate) fn again(&self) -> Self {
        Self { tests: self.tests.clone(), holds: Vec::new() }
    }
}

fn property_holds(test: &PropertyTest, value: Option<&str>) -> bool {
    match (test, value) {
        (_, None) => false,
        (PropertyTest::Known, Some(_)) => true,
        (PropertyTest::Text(test), Some(value)) => test.accepts(value),
        (PropertyTest::Number(order, bound), Some(value)) => {
            value.trim().parse::<f64>().is_ok_and(|value| match order {
                Order::Less => value < *bound,
                Order::AtMost => value <= *bound,
                Order::AtLeast => value >= *bound,
                Order::More => value > *bound,
            })
        }
    }
}
