use std::collections::HashSet;
use std::fmt::Write;

use formats::words::unshowable;
use mining::report::Network;

use crate::Drawn;
use crate::drawing::{ACCENT, Drawing, MUTED};

/// A network as a graph for Graphviz, drawn from left to right. Nodes have the ids of the network; an edge is as wide as
/// the square root of its weight asks. What is drawn of how much stands below the graph.
///
/// Source of the syntax: <https://graphviz.org/doc/info/lang.html> and
/// <https://graphviz.org/docs/attr-types/escString/>.
pub fn dot(network: &Network, drawn: &Drawn) -> String {
    let drawing = Drawing::of(network, drawn);
    let ids = ids(&drawing);
    let mut text = String::from("digraph journeys {\n");
    let mut line = |content: std::fmt::Arguments| writeln!(text, "{content}").expect("a string takes any text");
    line(format_args!("  graph [rankdir=LR, bgcolor=white, nodesep=0.3, ranksep=0.9, labelloc=b, labeljust=l,"));
    line(format_args!(
        "    fontname=\"Helvetica,Arial,sans-serif\", fontsize=11, fontcolor=\"{MUTED}\", label=\"{}\"];",
        label([drawing.caption()])
    ));
    line(format_args!("  node [shape=box, style=\"rounded,filled\", fillcolor=white, color=\"#3c4350\","));
    line(format_args!(
        "    fontname=\"Helvetica,Arial,sans-serif\", fontsize=13, fontcolor=\"#1b1f27\", margin=\"0.18,0.09\"];"
    ));
    line(format_args!(
        "  edge [color=\"{ACCENT}\", fontcolor=\"#3c4350\", fontname=\"Helvetica,Arial,sans-serif\", fontsize=11,"
    ));
    line(format_args!("    arrowsize=0.7];"));
    for (node, id) in drawing.nodes.iter().zip(&ids) {
        let style = if node.other {
            format!(", style=\"rounded,dashed\", color=\"{MUTED}\", fontcolor=\"{MUTED}\"")
        } else {
            String::new()
        };
        line(format_args!("  \"{id}\" [label=\"{}\"{style}];", label(node.lines())));
    }
    for edge in &drawing.edges {
        let style = if edge.summed { format!(", style=dashed, color=\"{MUTED}\"") } else { String::new() };
        line(format_args!(
            "  \"{}\" -> \"{}\" [label=\"{}\", penwidth={:.2}{style}];",
            ids[edge.from],
            ids[edge.to],
            label(edge.lines()),
            drawing.width(edge)
        ));
    }
    text.push_str("}\n");
    text
}

/// The ids of the nodes, escaped, each one once. In an id only the quotation mark has an escape: a backslash is doubled
/// to keep it from escaping what follows, and Graphviz leaves it doubled.
fn ids(drawing: &Drawing<'_>) -> Vec<String> {
    let mut taken = HashSet::with_capacity(drawing.nodes.len());
    let unique = |id: &str| {
        let mut id = id.replace(unshowable, "\u{fffd}").replace('\\', r"\\").replace('"', r#"\""#);
        while !taken.insert(id.clone()) {
            id.push('_');
        }
        id
    };
    drawing.nodes.iter().map(|node| node.id).map(unique).collect()
}

/// Lines as the label of something. Graphviz reads backslashes and the entities of HTML in a label.
fn label(lines: impl IntoIterator<Item = String>) -> String {
    let escape = |line: String| line.replace('\\', r"\\").replace('"', r#"\""#).replace('&', "&amp;");
    lines.into_iter().map(escape).collect::<Vec<_>>().join(r"\n")
}
