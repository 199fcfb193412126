//! Graphviz itself reads what is written for it. Needs `dot` (Debian package graphviz; `./x test` installs it).
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use export::{Drawn, dot};
use mining::report::{Network, NetworkEdge, NetworkNode};
use quick_xml::Reader;
use quick_xml::events::Event;

/// Names that would end a string, an escape, a line, a document or a program in C.
const HOSTILE: [&str; 17] = [
    r#"say "hi""#,
    r#"quote at the end""#,
    r"backslash at the end\",
    r#"both \""#,
    r"\N \G \L \l \n",
    "&amp; &lt;b&gt; &#34;",
    "<b>bold</b>",
    "Straße, Ümläute: ÄÖÜ",
    "🛒 👩‍👩‍👧",
    "a:b:c",
    "a -> b; }",
    "// comment /* */ #",
    "{ record | field }",
    "digraph",
    "other edges",
    "",
    "日本語",
];

fn network(names: &[&str], seconds: Option<f64>) -> Network {
    let node = |name: &&str| NetworkNode { id: (*name).to_owned(), label: (*name).to_owned(), weight: 1_234 };
    let edge = |(from, name): (usize, &&str)| NetworkEdge {
        from: (*name).to_owned(),
        to: names[(from + 1) % names.len()].to_owned(),
        weight: 100 - from as u64,
        seconds,
    };
    Network { nodes: names.iter().map(node).collect(), edges: names.iter().enumerate().map(edge).collect() }
}

/// Draws it. Fails on a warning too.
fn svg(text: &str) -> String {
    let mut child = Command::new("dot")
        .arg("-Tsvg")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot run `dot`: {error}. Install the Debian package graphviz"));
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaint.is_empty(), "dot says {complaint:?} about\n{text}");
    String::from_utf8(output.stdout).unwrap()
}

/// The texts of an SVG that stand in elements named so, as people see them.
fn texts(svg: &str, element: &str) -> Vec<String> {
    let (mut reader, mut inside, mut texts) = (Reader::from_str(svg), false, Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return texts,
            Event::Start(start) => {
                inside = start.name().as_ref() == element;
                if inside {
                    texts.push(String::new());
                }
            }
            Event::End(_) => inside = false,
            Event::Text(text) if inside => texts.last_mut().unwrap().push_str(&text),
            Event::GeneralRef(name) if inside => {
                let code = name.resolve_char_ref().unwrap();
                let named = || match &*name {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "apos" => '\'',
                    unknown => panic!("unknown entity {unknown}"),
                };
                texts.last_mut().unwrap().push(code.unwrap_or_else(named));
            }
            Event::Text(_) | Event::GeneralRef(_) | Event::Empty(_) | Event::CData(_) | Event::Comment(_) => {}
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

#[test]
fn graphviz_shows_every_hostile_name_as_it_is() {
    let drawing = svg(&dot(&network(&HOSTILE, Some(210.0)), &Drawn::default()));
    // Graphviz writes spaces as no-break spaces to keep them.
    let shown: Vec<String> = texts(&drawing, "text").iter().map(|text| text.replace('\u{a0}', " ")).collect();
    for name in HOSTILE.iter().filter(|name| !name.is_empty()) {
        assert!(shown.iter().any(|text| text == name), "{name:?} is not among {shown:#?}");
    }
    let times = |text: &str| shown.iter().filter(|shown| *shown == text).count();
    assert_eq!((times("1\u{202f}234"), times("100"), times("3.5 min")), (HOSTILE.len(), 1, HOSTILE.len()));
    assert!(shown.iter().any(|text| text.starts_with("100.0 % of the flow")), "{shown:#?}");
    assert_eq!(drawing.matches("class=\"node\"").count(), HOSTILE.len());
    assert_eq!(drawing.matches("class=\"edge\"").count(), HOSTILE.len());
}

#[test]
fn names_that_cannot_be_shown_stay_apart() {
    let names = ["a\0b", "a\u{1}b", "a\nb", "a\u{fffd}b", "c\r\n\u{ffff}", "\n"];
    let drawing = svg(&dot(&network(&names, None), &Drawn::default()));
    assert_eq!(drawing.matches("class=\"node\"").count(), names.len());
    let shown = texts(&drawing, "text").into_iter().collect::<BTreeSet<_>>();
    assert!(
        shown.contains("a\u{fffd}b") && shown.iter().any(|text| text.replace('\u{a0}', " ") == "a b"),
        "{shown:#?}"
    );
}

#[test]
fn what_is_not_drawn_flows_through_a_node_of_its_own() {
    // One touchpoint has the very name of that node.
    let names = ["other edges", "till"];
    let drawing = svg(&dot(&network(&names, Some(1.0)), &Drawn { strongest: 1 }));
    assert_eq!(drawing.matches("class=\"node\"").count(), 3);
    let shown: Vec<_> = texts(&drawing, "title").into_iter().map(|text| text.replace('\u{a0}', " ")).collect();
    for edge in ["other edges->till", "till->other edges_", "other edges_->other edges"] {
        assert!(shown.iter().any(|text| text == edge), "{edge} is not among {shown:#?}");
    }
    assert!(drawing.contains("50.2"), "100 of 199 are shown");
}

#[test]
fn an_empty_network_is_an_empty_drawing() {
    let drawing = svg(&dot(&Network::default(), &Drawn { strongest: 0 }));
    assert_eq!(drawing.matches("class=\"node\"").count(), 0);
    assert!(texts(&drawing, "text").iter().any(|text| text.replace('\u{a0}', " ") == "no flow to show"));
}
