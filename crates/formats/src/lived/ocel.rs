//! OCEL 2.0 in JSON: customers, and journeys or cases, are objects; touchpoints are types of events; channel and mood are
//! attributes.
//!
//! Events stand before objects, which are known only at the end. What grows with the log is the list of objects: some 50 bytes
//! for each customer and journey.
//!
//! Source: Berti et al., OCEL (Object-Centric Event Log) 2.0 Specification, 2024, chapter 7.

use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};

use model::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Lived, Log, Unit};

const CUSTOMER: &str = "customer";
const JOURNEY: &str = "journey";

/// A log in the making.
#[derive(Debug)]
pub struct Ocel<W> {
    out: W,
    unit: Unit,
    events: u64,
    touchpoints: BTreeSet<String>,
    customers: HashSet<String>,
    /// Ids of journeys or cases.
    journeys: HashSet<String>,
}

impl<W: Write> Ocel<W> {
    /// Begins a log.
    ///
    /// # Errors
    /// Those of what is written into.
    pub fn new(mut out: W, unit: Unit) -> io::Result<Self> {
        out.write_all(b"{\"events\":[")?;
        Ok(Self {
            out,
            unit,
            events: 0,
            touchpoints: BTreeSet::new(),
            customers: HashSet::new(),
            journeys: HashSet::new(),
        })
    }

    /// The type of the objects that journeys are; `None` if they are their customers.
    fn type_of_journeys(&self) -> Option<&str> {
        match &self.unit {
            Unit::Customer => None,
            Unit::Attempt => Some(JOURNEY),
            // There can be but one type of a name.
            Unit::Case { property } if property == CUSTOMER => Some("case"),
            Unit::Case { property } => Some(property),
        }
    }
}

#[derive(Serialize)]
struct Event<'a> {
    id: String,
    #[serde(rename = "type")]
    touchpoint: &'a str,
    time: Timestamp,
    attributes: Vec<Attribute<'a>>,
    relationships: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Attribute<'a> {
    name: &'a str,
    value: Value,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(rename = "objectId")]
    object: &'a str,
    qualifier: &'static str,
}

#[derive(Serialize)]
struct Object<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    sort: &'a str,
    attributes: [(); 0],
    relationships: [(); 0],
}

/// Ids of objects are one name space for all types.
fn of_journey(id: &str) -> String {
    format!("journey:{id}")
}

impl<W: Write> Log for Ocel<W> {
    fn journey(&mut self, journey: &Lived<'_>) -> io::Result<()> {
        let id = journey.id(&self.unit);
        let object = self.type_of_journeys().is_some().then(|| of_journey(&id));
        for event in journey.events {
            let mut attributes = Vec::new();
            if !event.channel.is_empty() {
                attributes.push(Attribute { name: "channel", value: event.channel.into() });
            }
            if let Some(mood) = event.mood {
                attributes.push(Attribute { name: "mood", value: mood.into() });
            }
            if let (Unit::Case { property }, Some(case)) = (&self.unit, journey.case) {
                // So that the case can be told by whoever reads events alone.
                attributes.push(Attribute { name: property, value: case.into() });
            }
            let mut relationships = vec![Related { object: event.customer, qualifier: "of" }];
            relationships.extend(object.as_ref().map(|object| Related { object, qualifier: "in" }));
            let written = Event {
                id: format!("e{}", event.arrival),
                touchpoint: event.touchpoint,
                time: event.at,
                attributes,
                relationships,
            };
            self.out.write_all(if self.events == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut self.out, &written)?;
            self.events += 1;
            if !self.touchpoints.contains(event.touchpoint) {
                self.touchpoints.insert(event.touchpoint.to_owned());
            }
            if !self.customers.contains(event.customer) {
                self.customers.insert(event.customer.to_owned());
            }
        }
        if object.is_some() {
            self.journeys.insert(id);
        }
        Ok(())
    }

    fn end(self: Box<Self>) -> io::Result<()> {
        let type_of_journeys = self.type_of_journeys().map(str::to_owned);
        let Self { mut out, unit, touchpoints, customers, journeys, .. } = *self;
        out.write_all(b"],\n\"objects\":[")?;
        let mut customers: Vec<&String> = customers.iter().collect();
        customers.sort_unstable();
        let mut journeys: Vec<&String> = journeys.iter().collect();
        journeys.sort_unstable();
        let sort = type_of_journeys.as_deref().unwrap_or_default();
        let journeys = journeys.into_iter().map(|id| (of_journey(id), sort));
        let all = customers.into_iter().map(|id| (id.clone(), CUSTOMER)).chain(journeys);
        for (number, (id, sort)) in all.enumerate() {
            out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut out, &Object { id: &id, sort, attributes: [], relationships: [] })?;
        }
        let attribute = |name: &str, sort: &str| json!({ "name": name, "type": sort });
        let mut attributes = vec![attribute("channel", "string"), attribute("mood", "integer")];
        if let Unit::Case { property } = &unit {
            attributes.push(attribute(property, "string"));
        }
        let types: Vec<Value> =
            touchpoints.iter().map(|name| json!({ "name": name, "attributes": attributes })).collect();
        let objects = std::iter::once(CUSTOMER).chain(type_of_journeys.as_deref());
        let objects: Vec<Value> = objects.map(|name| json!({ "name": name, "attributes": [] })).collect();
        write!(out, "],\n\"eventTypes\":{},\n\"objectTypes\":{}}}\n", Value::from(types), Value::from(objects))?;
        out.flush()
    }
}
