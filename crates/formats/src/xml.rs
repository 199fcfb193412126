//! XML, small documents of it: read into a tree, written line by line. No document type is read, so no entity can grow.

use std::fmt::Write;

use model::Invalid;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

/// Elements in elements deeper than this are refused.
const DEEPEST: usize = 32;
/// More elements than this are refused.
const MOST_ELEMENTS: usize = 100_000;

/// An element with what is in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    /// Its name without prefix.
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Child>,
    /// All text that stands directly in it.
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// What stands in an element, in its order.
#[derive(Clone, Debug)]
pub(crate) enum Child {
    Element(Element),
    /// `<?target content?>`
    Instruction {
        target: String,
        content: String,
        line: usize,
    },
}

impl Element {
    pub(crate) fn place(&self) -> String {
        format!("line {}", self.line)
    }

    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Child::Element(element) => Some(element),
            Child::Instruction { .. } => None,
        })
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|child| child.name == name)
    }

    /// The text of a child, trimmed; empty if there is none.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
    }

    /// An attribute, trimmed.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }
}

/// The outermost element of a document.
pub(crate) fn parse(text: &str) -> Result<Element, Invalid> {
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut counted, mut line) = (0, 1);
    let mut open: Vec<Element> = vec![Element::default()];
    let mut elements = 0;
    loop {
        let read = reader.read_event();
        let position = match &read {
            Ok(_) => reader.buffer_position(),
            Err(_) => reader.error_position(),
        };
        let position = usize::try_from(position).unwrap_or(text.len()).clamp(counted, text.len());
        let begin = line;
        line += text.as_bytes()[counted..position].iter().filter(|byte| **byte == b'\n').count();
        counted = position;
        let broken = |reason: &dyn std::fmt::Display| {
            Invalid::missing(format!("line {line}"), format!("is not whole XML: {reason}"))
        };
        let within = open.last_mut().expect("the document itself is never closed");
        match read.map_err(|error| broken(&error))? {
            Event::Start(start) => {
                let element = element(&start, begin).map_err(|error| broken(&error))?;
                open.push(element);
                elements += 1;
                if open.len() > DEEPEST {
                    return Err(Invalid::missing(
                        format!("line {line}"),
                        format!("elements are nested deeper than {DEEPEST}"),
                    ));
                }
            }
            Event::Empty(start) => {
                within.children.push(Child::Element(element(&start, begin).map_err(|error| broken(&error))?));
                elements += 1;
            }
            Event::End(_) => {
                let closed = open.pop().expect("the reader closes what is open");
                let outer = open.last_mut().ok_or_else(|| broken(&"an element is closed twice"))?;
                outer.children.push(Child::Element(closed));
            }
            Event::Text(content) => within.text.push_str(&content.xml10_content()),
            Event::CData(content) => within.text.push_str(&content.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(|error| broken(&error))? {
                Some(character) => within.text.push(character),
                None => within.text.push_str(resolve_predefined_entity(&reference).ok_or_else(|| {
                    Invalid::new(
                        format!("line {line}"),
                        &format!("&{};", &*reference),
                        "is an entity of a document type: none is read",
                    )
                })?),
            },
            Event::PI(instruction) => within.children.push(Child::Instruction {
                target: instruction.target().to_owned(),
                content: instruction.content().trim().to_owned(),
                line: begin,
            }),
            Event::DocType(_) => {
                return Err(Invalid::missing(
                    format!("line {line}"),
                    "has a document type: none is read, because entities can grow without end",
                ));
            }
            Event::Comment(_) | Event::Decl(_) => {}
            Event::Eof => break,
        }
        if elements > MOST_ELEMENTS {
            return Err(Invalid::missing(
                format!("line {line}"),
                format!("there are more than {MOST_ELEMENTS} elements"),
            ));
        }
    }
    let document = open.remove(0);
    if let Some(left) = open.pop() {
        return Err(Invalid::new(left.place(), &left.name, "is never closed: the file is cut off"));
    }
    let mut outermost = document.children.into_iter().filter_map(|child| match child {
        Child::Element(element) => Some(element),
        Child::Instruction { .. } => None,
    });
    match (outermost.next(), outermost.next()) {
        (Some(element), None) if document.text.trim().is_empty() => Ok(element),
        (None, _) => Err(Invalid::missing("file", "holds no XML element")),
        (Some(element), _) => {
            Err(Invalid::new(element.place(), &element.name, "is not all there is: XML has one outermost element"))
        }
    }
}

fn element(start: &BytesStart<'_>, line: usize) -> Result<Element, quick_xml::Error> {
    let mut element = Element { name: start.local_name().as_ref().to_owned(), line, ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0)?.into_owned();
        element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
    }
    Ok(element)
}

/// What XML cannot hold becomes the replacement character.
pub(crate) fn clean(text: &str) -> String {
    let forbidden = |character: char| {
        (character < ' ' && !matches!(character, '\t' | '\n' | '\r')) || matches!(character, '\u{fffe}' | '\u{ffff}')
    };
    text.replace(forbidden, "\u{fffd}")
}

/// A text as it stands between tags or, quoted by `"`, in an attribute; white space survives both.
pub(crate) fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for character in clean(text).chars() {
        match character {
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '&' => written.push_str("&amp;"),
            '"' => written.push_str("&quot;"),
            '\t' | '\n' | '\r' => write!(written, "&#{};", u32::from(character)).expect("a string takes any text"),
            other => written.push(other),
        }
    }
    written
}

/// A document in the making, an element a line.
#[derive(Debug)]
pub(crate) struct Out {
    text: String,
    open: Vec<&'static str>,
}

impl Out {
    pub(crate) fn new() -> Self {
        Self { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), open: Vec::new() }
    }

    pub(crate) fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, ">\n");
        self.open.push(name);
    }

    pub(crate) fn close(&mut self) {
        let name = self.open.pop().expect("what is closed was opened");
        self.indent();
        self.line(format_args!("</{name}>"));
    }

    pub(crate) fn empty(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, "/>\n");
    }

    pub(crate) fn text(&mut self, name: &'static str, text: &str) {
        self.tag(name, &[], ">");
        // Between tags a quotation mark is one.
        self.line(format_args!("{}</{name}>", escaped(text).replace("&quot;", "\"")));
    }

    /// A processing instruction; its content must not hold `?>`.
    pub(crate) fn instruction(&mut self, content: &str) {
        self.indent();
        self.line(format_args!("<?{content}?>"));
    }

    pub(crate) fn done(self) -> Vec<u8> {
        debug_assert!(self.open.is_empty(), "left open: {:?}", self.open);
        self.text.into_bytes()
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)], end: &str) {
        self.indent();
        self.text.push('<');
        self.text.push_str(name);
        for (name, value) in attributes {
            write!(self.text, " {name}=\"{}\"", escaped(value)).expect("a string takes any text");
        }
        self.text.push_str(end);
    }

    fn indent(&mut self) {
        self.text.push_str(&"  ".repeat(self.open.len()));
    }

    fn line(&mut self, content: std::fmt::Arguments<'_>) {
        writeln!(self.text, "{content}").expect("a string takes any text");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_whole_xml_is_refused_with_its_line() {
        let deep = "<a>".repeat(40);
        let many = format!("<a>{}</a>", "<b/>".repeat(MOST_ELEMENTS));
        for (text, expected) in [
            ("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "line 1: has a document type"),
            ("<a>\n&x;</a>", "line 2: \"&x;\" is an entity of a document type"),
            ("<a b=\"&x;\"/>", "line 1: is not whole XML"),
            ("<a>\n<b>\n</a>", "line 3: is not whole XML"),
            ("<a>\n<b>", "line 2: \"b\" is never closed: the file is cut off"),
            ("<a>\n<b", "line 2: is not whole XML"),
            ("<a/><b/>", "line 1: \"a\" is not all there is"),
            ("text", "file: holds no XML element"),
            ("", "file: holds no XML element"),
            ("</a>", "line 1: is not whole XML"),
            ("<a x=\"1\" x=\"2\"/>", "line 1: is not whole XML"),
            ("<a>&#0;</a>", "line 1: is not whole XML"),
            (&deep, "line 1: elements are nested deeper than 32"),
            (&many, "line 1: there are more than 100000 elements"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    proptest! {
        #[test]
        fn a_text_that_is_written_reads_back(text in "(?s).{0,20}") {
            let mut out = Out::new();
            out.open("a", &[("b", &text)]);
            out.text("c", &text);
            out.close();
            let read = parse(std::str::from_utf8(&out.done()).unwrap()).unwrap();
            prop_assert_eq!(&read.attributes[0].1, &clean(&text));
            prop_assert_eq!(&read.child("c").unwrap().text, &clean(&text));
        }
    }
}
