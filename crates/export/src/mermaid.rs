use std::fmt::Write;

use mining::report::Network;

use crate::Drawn;
use crate::drawing::{ACCENT, Drawing, MUTED};

/// A network as a Mermaid flowchart from left to right, as Markdown pages show it. Nodes are `n0`, `n1` and so on in the
/// order of the network; an edge is as wide as the square root of its weight asks. What is drawn of how much stands in the
/// title.
///
/// Source of the syntax: <https://mermaid.js.org/syntax/flowchart.html>.
pub fn mermaid(network: &Network, drawn: &Drawn) -> String {
    let drawing = Drawing::of(network, drawn);
    let mut text = String::new();
    let mut line = |content: std::fmt::Arguments| writeln!(text, "{content}").expect("a string takes any text");
    line(format_args!("---\ntitle: \"{}\"\n---\nflowchart LR", drawing.caption()));
    for (index, node) in drawing.nodes.iter().enumerate() {
        let class = if node.other { ":::other" } else { "" };
        line(format_args!("  n{index}[\"{}\"]{class}", label(node.lines())));
    }
    for edge in &drawing.edges {
        let arrow = if edge.summed { "-.->" } else { "-->" };
        line(format_args!("  n{} {arrow}|\"{}\"| n{}", edge.from, label(edge.lines()), edge.to));
    }
    for (index, edge) in drawing.edges.iter().enumerate() {
        let colour = if edge.summed { MUTED } else { ACCENT };
        line(format_args!("  linkStyle {index} stroke:{colour},stroke-width:{:.2}px", drawing.width(edge)));
    }
    line(format_args!("  classDef default fill:#ffffff,stroke:#3c4350,color:#1b1f27"));
    line(format_args!("  classDef other fill:#ffffff,stroke:{MUTED},color:{MUTED},stroke-dasharray:4"));
    text
}

/// Lines as the label of something.
fn label(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| escaped(&line)).collect::<Vec<_>>().join("<br>")
}

/// What Mermaid reads even after it has decoded its codes: formulas, icons, and its own marks of codes.
const READ_LATE: [&str; 4] = ["$$", ":fa-", "ﬂ°", "¶ß"];

/// Text that Mermaid shows as it is. A label passes through a grammar, Markdown and HTML, each with characters of its own,
/// so all of ASCII becomes `#CODE;` save what none of them reads. What is read late is broken by a word joiner (U+2060),
/// which nobody sees.
fn escaped(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for (at, character) in line.char_indices() {
        if character.is_ascii_alphanumeric() || !character.is_ascii() || " ,/()".contains(character) {
            text.push(character);
        } else {
            write!(text, "#{};", u32::from(character)).expect("a string takes any text");
        }
        if READ_LATE.iter().any(|read| line[at..].starts_with(read)) {
            text.push('\u{2060}');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_holds_nothing_that_mermaid_would_read() {
        for (name, written) in [
            ("Straße 🛒, Café (neu)", "Straße 🛒, Café (neu)"),
            (r#"say "hi""#, "say #34;hi#34;"),
            ("#quot;", "#35;quot#59;"),
            ("</a>", "#60;/a#62;"),
            ("`x` **y**", "#96;x#96; #42;#42;y#42;#42;"),
            ("1. first", "1#46; first"),
            ("fa:fa-car $$$", "fa#58;\u{2060}fa#45;car #36;\u{2060}#36;\u{2060}#36;"),
            ("ﬂ°lt¶ß", "ﬂ\u{2060}°lt¶\u{2060}ß"),
        ] {
            assert_eq!(escaped(name), written);
        }
    }
}
