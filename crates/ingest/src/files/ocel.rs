//! OCEL 2.0 in JSON: events that refer to objects of several types, one of which is the customer.
//!
//! The file is read twice, because events may stand before the objects they refer to. The first pass keeps a
//! hash and a type for each object (about 40 bytes); that is all that grows with the file.
//!
//! - An event becomes one event for each customer it refers to. Other objects come into its properties as lists by
//!   type (`"order": ["o1"]`), qualifiers that are not empty as `"ocel:qualifiers": {"o1": "placed"}`.
//! - An event that refers to no customer is a bad row: to whom it happened is not known.
//! - Attributes of customers become identify events, one for each customer and time at which they were set.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::sync::Arc;

use hashbrown::HashMap;
use model::{Kind, Text};
use serde::Deserialize;
use serde_json::value::RawValue;
use xxhash_rust::xxh3::xxh3_128;

use super::assemble::{Assembler, Output, Place, Reading, name_of_zone};
use super::cell::push_json_text;
use super::csv::assembler;
use super::guess::names_a_customer;
use super::input::Input;
use super::items::Scanner;
use super::json::{named, raw};
use super::pairs::Pairs;
use super::plan::{Guess, Plan, PlannedTime};
use super::{FileError, Options, Prepared, Source, TimeFormat};

const CUSTOMER: &str = "ocel:customer";
const ACTIVITY: &str = "ocel:activity";
const TIME: &str = "ocel:timestamp";
const QUALIFIERS: &str = "ocel:qualifiers";

/// The time of attributes that never change, by the standard.
const ALWAYS: &str = "1970-01-01T00:00:00Z";

#[derive(Deserialize)]
struct OcelEvent<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, rename = "type")]
    activity: Text<'a>,
    #[serde(borrow)]
    time: Text<'a>,
    #[serde(borrow, default)]
    attributes: Vec<Attribute<'a>>,
    #[serde(borrow, default)]
    relationships: Vec<Relationship<'a>>,
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, rename = "type")]
    sort: Text<'a>,
    #[serde(borrow, default)]
    attributes: Vec<Attribute<'a>>,
}

#[derive(Deserialize)]
struct Attribute<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    value: &'a RawValue,
    #[serde(borrow, default)]
    time: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Relationship<'a> {
    #[serde(borrow, rename = "objectId")]
    object: Text<'a>,
    #[serde(borrow, default)]
    qualifier: Option<Text<'a>>,
}

/// The objects of a file: the type of each.
#[derive(Debug, Default)]
struct Objects {
    types: Vec<String>,
    counts: Vec<u64>,
    type_of: HashMap<u128, u32>,
    customer: u32,
}

impl Objects {
    fn add(&mut self, id: &str, sort: &str) {
        let sort = self.number_of(sort);
        self.counts[sort as usize] += 1;
        self.type_of.insert(xxh3_128(id.as_bytes()), sort);
    }

    fn number_of(&mut self, sort: &str) -> u32 {
        let known = self.types.iter().position(|known| known == sort);
        let number = known.unwrap_or_else(|| {
            self.types.push(sort.to_owned());
            self.counts.push(0);
            self.types.len() - 1
        });
        number as u32
    }

    fn find(&self, id: &str) -> Option<u32> {
        self.type_of.get(&xxh3_128(id.as_bytes())).copied()
    }

    fn choose(&mut self, told: Option<&str>) -> Result<Guess, FileError> {
        let shown = || {
            let counted = self.types.iter().zip(&self.counts).take(50);
            counted.map(|(name, count)| format!("{name} ({count})")).collect::<Vec<_>>().join(", ")
        };
        let position = |name: &str| self.types.iter().position(|sort| sort == name);
        let (index, reason) = match told {
            Some(name) => match position(name) {
                Some(index) => (index, "as told"),
                None => return Err(FileError::whole(format!("has no object type {name:?}; types found: {}", shown()))),
            },
            None => {
                let fits: Vec<usize> =
                    (0..self.types.len()).filter(|&index| names_a_customer(&self.types[index])).collect();
                match fits.as_slice() {
                    [only] => (*only, "the only type that is called like a person"),
                    _ => {
                        let found = if fits.is_empty() { "no object type is" } else { "several object types are" };
                        let reason =
                            format!("{found} called like a customer: give the object type; types found: {}", shown());
                        return Err(FileError::whole(reason));
                    }
                }
            }
        };
        self.customer = index as u32;
        Ok(Guess::new(self.types[index].clone(), reason))
    }
}

pub(super) fn prepare(input: &Input, options: &Options, plan: &mut Plan) -> Result<Prepared, FileError> {
    let mut objects = first_pass(input)?;
    plan.object_type = Some(objects.choose(options.object_type.as_deref())?);
    let time_zone = name_of_zone(options.time_zone.as_ref())?;
    let time_format = options.time_format.unwrap_or(TimeFormat::Iso);
    plan.time_format =
        Some(PlannedTime { format: time_format, zone: time_zone.clone(), reason: "by the format's standard".into() });
    plan.notes.push("events that refer to no customer become bad rows".into());
    let events = Reading {
        customer: named(CUSTOMER),
        customer_kind: options.customer_kind.as_str().to_owned(),
        kind: Kind::Interaction,
        touchpoint: named(options.touchpoint.as_deref().unwrap_or(ACTIVITY)),
        time: vec![named(TIME)],
        time_format,
        time_zone,
        channel: options.channel.as_deref().map(named),
        identifiers: options.identifiers.iter().map(|(kind, name)| (kind.as_str().to_owned(), named(name))).collect(),
        untyped: false,
        decimal_comma: false,
    };
    let traits = Reading { kind: Kind::Identify, touchpoint: named(ACTIVITY), channel: None, ..events.clone() };
    let objects = Arc::new(objects);
    let (input, options) = (input.clone(), options.clone());
    let start = move || -> Result<Box<dyn Source>, FileError> {
        Ok(Box::new(OcelSource {
            walk: Walk { scanner: Scanner::new(input.text(encoding_rs::UTF_8)?), at: At::Beginning },
            objects: Arc::clone(&objects),
            events: assembler(&events, &options)?,
            traits: assembler(&traits, &options)?,
            item: Vec::new(),
        }))
    };
    Ok(Prepared { start: Box::new(start) })
}

fn first_pass(input: &Input) -> Result<Objects, FileError> {
    let mut objects = Objects::default();
    let mut walk = Walk { scanner: Scanner::new(input.text(encoding_rs::UTF_8)?), at: At::Beginning };
    let mut item = Vec::new();
    // A break of the file is told when the reader comes to it, with the events before it.
    while let Ok(Some(section)) = walk.advance(&mut item, |section| section != Section::Events) {
        let text = std::str::from_utf8(&item).unwrap_or_default();
        match section {
            Section::Objects => {
                if let Ok(object) = serde_json::from_str::<Object<'_>>(text) {
                    objects.add(object.id.as_str(), object.sort.as_str());
                }
            }
            Section::Types => {
                if let Some(name) =
                    Pairs::parse(text).ok().and_then(|pairs| super::pairs::text(&pairs, "name").map(Text::into_owned))
                {
                    objects.number_of(name.as_str());
                }
            }
            Section::Events => {}
        }
    }
    Ok(objects)
}

/// A part of the file whose elements matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Events,
    Objects,
    Types,
}

/// Where a walk through the file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Beginning,
    /// Between two members of the outermost object; true before the first one.
    Members(bool),
    /// In the list of a section; true before the first element.
    Elements(Section, bool),
    End,
}

/// Walks through the elements of a file's sections, in their order.
struct Walk<R> {
    scanner: Scanner<R>,
    at: At,
}

impl<R: BufRead> Walk<R> {
    /// Copies the next element of a wanted section into `item`; `None` at the end.
    fn advance(&mut self, item: &mut Vec<u8>, wanted: impl Fn(Section) -> bool) -> Result<Option<Section>, FileError> {
        loop {
            match self.at {
                At::Beginning => {
                    self.scanner.expect(b'{')?;
                    self.at = At::Members(true);
                }
                At::Members(first) => {
                    if self.scanner.skip(b'}')? {
                        self.at = At::End;
                        continue;
                    }
                    if !first {
                        self.scanner.expect(b',')?;
                    }
                    self.scanner.take(item)?;
                    let section = match item.as_slice() {
                        b"\"events\"" => Some(Section::Events),
                        b"\"objects\"" => Some(Section::Objects),
                        b"\"objectTypes\"" => Some(Section::Types),
                        _ => None,
                    };
                    self.scanner.expect(b':')?;
                    self.at = At::Members(false);
                    match section.filter(|section| wanted(*section)) {
                        Some(section) if self.scanner.skip(b'[')? => self.at = At::Elements(section, true),
                        _ => self.scanner.pass_over()?,
                    }
                }
                At::Elements(section, first) => {
                    if self.scanner.skip(b']')? {
                        self.at = At::Members(false);
                        continue;
                    }
                    if !first {
                        self.scanner.expect(b',')?;
                    }
                    self.at = At::Elements(section, false);
                    self.scanner.take(item)?;
                    return Ok(Some(section));
                }
                At::End => {
                    return match self.scanner.peek()? {
                        None => Ok(None),
                        Some(_) => Err(self.scanner.broken("something follows the log")),
                    };
                }
            }
        }
    }
}

struct OcelSource<R> {
    walk: Walk<R>,
    objects: Arc<Objects>,
    events: Assembler,
    traits: Assembler,
    item: Vec<u8>,
}

impl<R: BufRead + Send> Source for OcelSource<R> {
    fn advance(&mut self, out: &mut Output<'_>) -> Result<bool, FileError> {
        let wanted = |section| section != Section::Types;
        let Some(section) = self.walk.advance(&mut self.item, wanted)? else { return Ok(false) };
        let place = Place { unit: "line", number: self.walk.scanner.line() };
        let text = String::from_utf8_lossy(&self.item);
        if let Cow::Owned(readable) = &text {
            out.give(Err(raw(readable, place, "bad_encoding", "is not UTF-8")));
            return Ok(true);
        }
        let fault = match section {
            Section::Events => match serde_json::from_str::<OcelEvent<'_>>(&text) {
                Ok(event) => {
                    for pairs in pairs_of_event(&event, &self.objects) {
                        self.events.deliver(&&pairs, place, out);
                    }
                    None
                }
                Err(error) => Some(format!("is not an event of OCEL 2.0: {error}")),
            },
            Section::Objects | Section::Types => match serde_json::from_str::<Object<'_>>(&text) {
                Ok(object) => {
                    if self.objects.types[self.objects.customer as usize] == object.sort.as_str() {
                        for pairs in pairs_of_traits(&object) {
                            self.traits.deliver(&&pairs, place, out);
                        }
                    }
                    None
                }
                Err(error) => Some(format!("is not an object of OCEL 2.0: {error}")),
            },
        };
        if let Some(reason) = fault {
            out.give(Err(raw(&text, place, "bad_json", &reason)));
        }
        Ok(true)
    }
}

/// One row for each customer the event refers to; one without customer if it refers to none.
fn pairs_of_event<'a>(event: &'a OcelEvent<'a>, objects: &Objects) -> Vec<Pairs<'a>> {
    let mut customers: Vec<&str> = Vec::new();
    let mut others: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut qualifiers = Pairs::default();
    for relationship in &event.relationships {
        let id = relationship.object.as_str();
        let list = match objects.find(id) {
            Some(sort) if sort == objects.customer => &mut customers,
            Some(sort) => others.entry(&objects.types[sort as usize]).or_default(),
            None => others.entry("ocel:unknown").or_default(),
        };
        // The standard allows the same reference twice, under two qualifiers.
        if !list.contains(&id) {
            list.push(id);
        }
        if let Some(qualifier) = relationship.qualifier.as_ref().filter(|text| !text.is_empty()) {
            qualifiers.push_text(id, qualifier.as_str());
        }
    }
    let mut common = Pairs::default();
    common.push_text(ACTIVITY, event.activity.as_str());
    common.push_text(TIME, event.time.as_str());
    common.push_text("ocel:id", event.id.as_str());
    for attribute in &event.attributes {
        common.push(attribute.name.as_str(), attribute.value.get());
    }
    for (sort, ids) in &others {
        let is_taken = common.members.iter().any(|(name, _)| name.as_str() == *sort);
        let name = if is_taken { format!("objects:{sort}") } else { (*sort).to_owned() };
        common.push(name, list_of(ids));
    }
    if !qualifiers.members.is_empty() {
        let mut json = String::new();
        super::assemble::Record::json(&&qualifiers, &mut json);
        common.push(QUALIFIERS, json);
    }
    if customers.is_empty() {
        return vec![common];
    }
    let of_customer = |customer: &&str| {
        let mut pairs = common.clone();
        pairs.push_text(CUSTOMER, customer);
        pairs
    };
    customers.iter().map(of_customer).collect()
}

/// One row for each time at which attributes were set, in the order in which the times turn up.
fn pairs_of_traits<'a>(object: &'a Object<'a>) -> Vec<Pairs<'a>> {
    let mut rows: Vec<(&str, Pairs<'a>)> = Vec::new();
    for attribute in &object.attributes {
        let time = attribute.time.as_ref().map_or(ALWAYS, Text::as_str);
        let index = rows.iter().position(|(known, _)| *known == time).unwrap_or_else(|| {
            let mut pairs = Pairs::default();
            pairs.push_text(CUSTOMER, object.id.as_str());
            pairs.push_text(ACTIVITY, "identify");
            pairs.push_text(TIME, time);
            pairs.push_text("ocel:type", object.sort.as_str());
            rows.push((time, pairs));
            rows.len() - 1
        });
        rows[index].1.push(attribute.name.as_str(), attribute.value.get());
    }
    rows.into_iter().map(|(_, pairs)| pairs).collect()
}

fn list_of(ids: &[&str]) -> String {
    let mut json = String::from("[");
    for (index, id) in ids.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        push_json_text(id, &mut json);
    }
    json.push(']');
    json
}
