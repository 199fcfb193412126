use std::fmt::Write;

use formats::words::mermaid_label;
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
    lines.map(|line| mermaid_label(&line)).collect::<Vec<_>>().join("<br>")
}
