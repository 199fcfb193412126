//! XES, the event logs of process mining (IEEE 1849): log, traces, events, attributes in attributes.
//!
//! The case is the customer, the activity the touchpoint. Attributes of the trace come into each of its events
//! under the prefix `case:`; they have to stand before the events, as the standard's schema wants it. Attributes
//! of an attribute are kept in a member `NAME:nested` beside it.

use std::io::{self, BufRead, Read};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event as Xml};

use super::assemble::{Assembler, Output, Place};
use super::cell::push_json_text;
use super::csv::assembler;
use super::guess;
use super::input::{Input, MAX_ROW};
use super::json::of_pairs;
use super::pairs::Pairs;
use super::plan::{Guess, Plan};
use super::{FileError, Options, Prepared, Source, decode, number};

/// Attributes in attributes deeper than this are refused.
const DEEPEST: usize = 32;

const CASE: &str = "case:concept:name";
const ACTIVITY: &str = "concept:name";
const TIME: &str = "time:timestamp";

pub(super) fn prepare(input: &Input, options: &Options, plan: &mut Plan) -> Result<Prepared, FileError> {
    let declared = declared_encoding(&input.head);
    let (encoding, reason) = decode::encoding_of(&input.head, options.encoding.as_deref().or(declared.as_deref()))?;
    plan.encoding = Some(Guess::new(encoding.name(), if declared.is_some() { "as the file says" } else { reason }));
    let input = input.clone();
    let open = move || Ok::<_, FileError>(Log::new(input.text(encoding)?));

    let mut log = open()?;
    let mut first = Vec::new();
    while first.len() < 50 {
        match log.next_event() {
            Ok(Some((_, pairs))) => first.push(pairs),
            Ok(None) => break,
            // A break of the file is told when the reader comes to it.
            Err(error) if first.is_empty() => return Err(error),
            Err(_) => break,
        }
    }
    let mut sample = of_pairs(&first)?;
    // An empty log has no columns, and a log may name its activities only later.
    for standard in [CASE, ACTIVITY, TIME] {
        if !sample.columns.iter().any(|column| column == standard) {
            sample.columns.push(standard.to_owned());
        }
    }
    sample.preset = Some([CASE, ACTIVITY, TIME]);
    let reading = guess::reading(&sample, options, plan)?;
    let options = options.clone();
    let start = move || -> Result<Box<dyn Source>, FileError> {
        Ok(Box::new(XesSource { log: open()?, assembler: assembler(&reading, &options)? }))
    };
    Ok(Prepared { start: Box::new(start) })
}

/// What the XML declaration says, unless a byte order mark says it already.
fn declared_encoding(head: &[u8]) -> Option<String> {
    if encoding_rs::Encoding::for_bom(head).is_some() || !head.starts_with(b"<?xml") {
        return None;
    }
    let declaration = String::from_utf8_lossy(&head[..head.len().min(200)]);
    let (declaration, _) = declaration.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let quote = value.find(['"', '\''])?;
    let mark = value[quote..].chars().next()?;
    Some(value[quote + 1..].split(mark).next()?.to_owned())
}

struct XesSource<R: BufRead> {
    log: Log<R>,
    assembler: Assembler,
}

impl<R: BufRead + Send> Source for XesSource<R> {
    fn advance(&mut self, out: &mut Output<'_>) -> Result<bool, FileError> {
        let Some((number, pairs)) = self.log.next_event()? else { return Ok(false) };
        self.assembler.deliver(&&pairs, Place { unit: "event", number }, out);
        Ok(true)
    }
}

/// Reads the events of a log one by one.
struct Log<R: BufRead> {
    xml: quick_xml::Reader<Bounded<R>>,
    buffer: Vec<u8>,
    /// Attributes of the current trace, their names with the prefix `case:`.
    trace: Pairs<'static>,
    trace_size: usize,
    /// Open elements around the place: log, trace.
    inside: Inside,
    events: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    Nothing,
    Log,
    Trace,
    /// The log was closed.
    End,
}

/// One tag, owning what is needed of it.
#[derive(Debug)]
enum Tag {
    Open(Element),
    Close,
    End,
}

#[derive(Debug)]
struct Element {
    sort: Sort,
    /// True for `<a/>`.
    is_closed: bool,
    key: String,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Log,
    Trace,
    Event,
    Text,
    Number,
    Truth,
    List,
    Container,
    /// The wrapper around the members of a list.
    Values,
    /// Extensions, globals, classifiers: nothing that happened.
    Other,
}

/// An attribute as members of a JSON object: `"key":value`, and `"key:nested":{...}` if it has attributes itself.
struct Attribute {
    key: String,
    json: String,
    nested: String,
}

impl<R: BufRead> Log<R> {
    fn new(input: R) -> Self {
        let xml = quick_xml::Reader::from_reader(Bounded { input, taken: 0 });
        Self { xml, buffer: Vec::new(), trace: Pairs::default(), trace_size: 0, inside: Inside::Nothing, events: 0 }
    }

    /// The next event with its number from 1, the attributes of its trace behind its own.
    fn next_event(&mut self) -> Result<Option<(u64, Pairs<'static>)>, FileError> {
        loop {
            self.xml.get_mut().taken = 0;
            let tag = self.tag()?;
            match (self.inside, tag) {
                (Inside::Nothing, Tag::Open(element)) if element.sort == Sort::Log => {
                    self.inside = if element.is_closed { Inside::End } else { Inside::Log };
                }
                (Inside::Nothing, Tag::Open(_)) => return Err(self.broken("the outermost element is no log")),
                (Inside::Log, Tag::Open(element)) if element.sort == Sort::Trace => {
                    self.trace.members.clear();
                    self.trace_size = 0;
                    if !element.is_closed {
                        self.inside = Inside::Trace;
                    }
                }
                (Inside::Trace, Tag::Open(element)) if element.sort == Sort::Event => {
                    self.events += 1;
                    let own = if element.is_closed { Vec::new() } else { self.attributes(1)? };
                    return Ok(Some((self.events, self.event(own))));
                }
                (Inside::Trace, Tag::Open(element)) if is_attribute(element.sort) => {
                    let attribute = self.attribute(element, 1)?;
                    self.trace_size += attribute.key.len() + attribute.json.len() + attribute.nested.len();
                    if self.trace_size > MAX_ROW {
                        return Err(self.broken("the attributes of one trace are longer than a row may be"));
                    }
                    add(&mut self.trace, "case:", attribute);
                }
                // Events outside of traces exist in the standard, but belong to no case.
                (Inside::Log | Inside::Trace, Tag::Open(element)) => self.pass_over(&element)?,
                (Inside::Trace, Tag::Close) => self.inside = Inside::Log,
                (Inside::Log, Tag::Close) => self.inside = Inside::End,
                (Inside::End, Tag::End) => return Ok(None),
                (Inside::End, Tag::Open(_)) => return Err(self.broken("something follows the log")),
                (Inside::Nothing, Tag::End) => return Err(self.broken("there is no log in it")),
                (Inside::Log | Inside::Trace, Tag::End) => return Err(self.broken("it ends before the log is closed")),
                (Inside::Nothing | Inside::End, Tag::Close) => return Err(self.broken("an element is closed twice")),
            }
        }
    }

    fn event(&self, own: Vec<Attribute>) -> Pairs<'static> {
        let mut pairs = Pairs::default();
        let is_case = |name: &model::Text<'_>| name.as_str() == CASE;
        pairs.members.extend(self.trace.members.iter().find(|(name, _)| is_case(name)).cloned());
        for attribute in own {
            add(&mut pairs, "", attribute);
        }
        // What else is known of the trace may change from export to export; it does not make another event.
        pairs.saying = Some(pairs.members.len());
        pairs.members.extend(self.trace.members.iter().filter(|(name, _)| !is_case(name)).cloned());
        pairs
    }

    /// The attributes up to the end of the element that holds them.
    fn attributes(&mut self, depth: usize) -> Result<Vec<Attribute>, FileError> {
        if depth > DEEPEST {
            return Err(self.broken(&format!("attributes are nested deeper than {DEEPEST}")));
        }
        let mut attributes = Vec::new();
        loop {
            match self.tag()? {
                Tag::Open(element) if element.sort == Sort::Values => {
                    if !element.is_closed {
                        attributes.extend(self.attributes(depth + 1)?);
                    }
                }
                Tag::Open(element) if is_attribute(element.sort) => attributes.push(self.attribute(element, depth)?),
                Tag::Open(element) => self.pass_over(&element)?,
                Tag::Close => return Ok(attributes),
                Tag::End => return Err(self.broken("it ends before the log is closed")),
            }
        }
    }

    fn attribute(&mut self, element: Element, depth: usize) -> Result<Attribute, FileError> {
        let inner = if element.is_closed { Vec::new() } else { self.attributes(depth + 1)? };
        let mut json = String::new();
        let mut nested = String::new();
        match element.sort {
            Sort::List => {
                json.push('[');
                for (index, attribute) in inner.iter().enumerate() {
                    json.push_str(if index > 0 { ",{" } else { "{" });
                    attribute.write_members(&mut json);
                    json.push('}');
                }
                json.push(']');
            }
            Sort::Container => {
                json.push('{');
                write_all(&inner, &mut json);
                json.push('}');
            }
            Sort::Number if number::is_canonical(&element.value) => json.push_str(&element.value),
            Sort::Truth if matches!(element.value.as_str(), "true" | "false") => json.push_str(&element.value),
            Sort::Text | Sort::Number | Sort::Truth => push_json_text(&element.value, &mut json),
            Sort::Log | Sort::Trace | Sort::Event | Sort::Values | Sort::Other => json.push_str("null"),
        }
        if !inner.is_empty() && !matches!(element.sort, Sort::List | Sort::Container) {
            write_all(&inner, &mut nested);
        }
        Ok(Attribute { key: element.key, json, nested })
    }

    fn pass_over(&mut self, element: &Element) -> Result<(), FileError> {
        let mut depth = u64::from(!element.is_closed);
        while depth > 0 {
            self.xml.get_mut().taken = 0;
            match self.tag()? {
                Tag::Open(inner) => depth += u64::from(!inner.is_closed),
                Tag::Close => depth -= 1,
                Tag::End => return Err(self.broken("it ends before the log is closed")),
            }
        }
        Ok(())
    }

    /// The next tag; text, comments and the like are passed over.
    fn tag(&mut self) -> Result<Tag, FileError> {
        loop {
            self.buffer.clear();
            let read = self.xml.read_event_into(&mut self.buffer);
            let element = match read {
                Ok(Xml::Start(start)) => element(&start, false),
                Ok(Xml::Empty(start)) => element(&start, true),
                Ok(Xml::End(_)) => return Ok(Tag::Close),
                Ok(Xml::Eof) => return Ok(Tag::End),
                Ok(
                    Xml::Text(_)
                    | Xml::CData(_)
                    | Xml::Comment(_)
                    | Xml::Decl(_)
                    | Xml::PI(_)
                    | Xml::DocType(_)
                    | Xml::GeneralRef(_),
                ) => {
                    continue;
                }
                Err(quick_xml::Error::Io(error)) => return Err(FileError::reading(self.place(), &error)),
                Err(error) => Err(error),
            };
            return element.map(Tag::Open).map_err(|error| self.broken(&error.to_string()));
        }
    }

    fn place(&self) -> String {
        format!("byte {}", self.xml.buffer_position())
    }

    fn broken(&self, reason: &str) -> FileError {
        FileError::at(self.place(), format!("is not a whole XES log: {reason}"))
    }
}

fn element(start: &BytesStart<'_>, is_closed: bool) -> Result<Element, quick_xml::Error> {
    let sort = match start.local_name().as_ref() {
        "log" => Sort::Log,
        "trace" => Sort::Trace,
        "event" => Sort::Event,
        "string" | "date" | "id" => Sort::Text,
        "int" | "float" => Sort::Number,
        "boolean" => Sort::Truth,
        "list" => Sort::List,
        "container" => Sort::Container,
        "values" => Sort::Values,
        _ => Sort::Other,
    };
    let mut element = Element { sort, is_closed, key: String::new(), value: String::new() };
    if is_attribute(sort) {
        for attribute in start.attributes() {
            let attribute = attribute?;
            let target = match attribute.key.as_ref() {
                "key" => &mut element.key,
                "value" => &mut element.value,
                _ => continue,
            };
            *target = attribute.normalized_value(XmlVersion::Explicit1_0)?.into_owned();
        }
    }
    Ok(element)
}

fn is_attribute(sort: Sort) -> bool {
    match sort {
        Sort::Text | Sort::Number | Sort::Truth | Sort::List | Sort::Container => true,
        Sort::Log | Sort::Trace | Sort::Event | Sort::Values | Sort::Other => false,
    }
}

impl Attribute {
    fn write_members(&self, out: &mut String) {
        push_json_text(&self.key, out);
        out.push(':');
        out.push_str(&self.json);
        if !self.nested.is_empty() {
            out.push(',');
            push_json_text(&format!("{}:nested", self.key), out);
            out.push_str(":{");
            out.push_str(&self.nested);
            out.push('}');
        }
    }
}

fn write_all(attributes: &[Attribute], out: &mut String) {
    for (index, attribute) in attributes.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        attribute.write_members(out);
    }
}

fn add(pairs: &mut Pairs<'static>, prefix: &str, attribute: Attribute) {
    let name = format!("{prefix}{}", attribute.key);
    if !attribute.nested.is_empty() {
        pairs.push(format!("{name}:nested"), format!("{{{}}}", attribute.nested));
    }
    pairs.push(name, attribute.json);
}

/// Input of which only so much may be taken for one event or attribute.
struct Bounded<R> {
    input: R,
    taken: usize,
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > MAX_ROW {
            return Err(io::Error::other(format!("one event or attribute is longer than {MAX_ROW} bytes")));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.taken += count;
        self.input.consume(count);
    }
}
