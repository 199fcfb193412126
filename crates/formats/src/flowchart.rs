//! A map's network as a Mermaid `flowchart`, written only.
//!
//! Stages are subgraphs; an optional step is dashed; steps that happen in any order stand between two `+`. Whatever a drawing does
//! not say stands in comments that begin with `%% geleit`, as in a Mermaid journey; there `node` gives the step of a node.
//!
//! Source of the syntax: <https://mermaid.js.org/syntax/flowchart.html>.

use std::fmt::Write;

use model::{Join, MapPlan, Mode};

use crate::network::{Network, Node};
use crate::words::{mermaid_label, mermaid_title, one_line};
use crate::{Beside, kept};

/// A map as a Mermaid flowchart from left to right.
pub(crate) fn write(name: &str, map: &MapPlan, beside: &Beside) -> String {
    let network = Network::of(map);
    let mut text = String::new();
    let mut line = |content: std::fmt::Arguments| writeln!(text, "{content}").expect("a string takes any text");
    line(format_args!("---\ntitle: {}\n---\nflowchart LR", mermaid_title(&one_line(&map.title))));
    let rest = MapPlan { step: Vec::new(), ..map.clone() };
    line(format_args!("  %% geleit map {}", kept::json(&(name, rest))));
    for step in &map.step {
        line(format_args!("  %% geleit step {}", kept::json(step)));
    }
    let stages = std::iter::once("").chain(map.stage.iter().map(|stage| stage.id.as_str()));
    for (number, stage) in stages.enumerate() {
        let inside: Vec<usize> =
            (0..network.nodes.len()).filter(|node| stage_of(map, &network, *node) == stage).collect();
        if inside.is_empty() {
            continue;
        }
        let indent = if number == 0 { "  " } else { "    " };
        if number > 0 {
            line(format_args!("  subgraph g{number}[\"{}\"]", mermaid_label(&one_line(&map.stage[number - 1].title))));
        }
        for node in inside {
            if let Node::Step(step) = network.nodes[node] {
                line(format_args!("{indent}%% geleit node {}", kept::json(&(format!("n{node}"), &map.step[step].id))));
            }
            line(format_args!("{indent}{}", shape(map, beside, node, network.nodes[node])));
        }
        if number > 0 {
            line(format_args!("  end"));
        }
    }
    for way in &network.ways {
        let label = way.edge.as_ref().map(|edge| {
            let within = if edge.within.is_empty() { String::new() } else { format!("within {}", edge.within) };
            let next = if edge.mode == Some(Mode::Next) { "next" } else { "" };
            let same = match edge.join {
                Join::Customer => "",
                Join::Case => "same case",
                Join::Product => "same product",
            };
            let parts = [edge.title.as_str(), &within, next, same].map(one_line);
            parts
                .iter()
                .filter(|part| !part.is_empty())
                .map(|part| mermaid_label(part))
                .collect::<Vec<_>>()
                .join("<br>")
        });
        match label.filter(|label| !label.is_empty()) {
            Some(label) => line(format_args!("  n{} -->|\"{label}\"| n{}", way.from, way.to)),
            None => line(format_args!("  n{} --> n{}", way.from, way.to)),
        }
    }
    line(format_args!("  classDef default fill:#ffffff,stroke:#3c4350,color:#1b1f27"));
    line(format_args!("  classDef optional fill:#ffffff,stroke:#3c4350,color:#1b1f27,stroke-dasharray:4"));
    text
}

/// The stage a node is drawn in; forks and joins stand where the steps between them do, if all of them are in one stage.
fn stage_of<'m>(map: &'m MapPlan, network: &Network<'m>, node: usize) -> &'m str {
    match network.nodes[node] {
        Node::Start | Node::End => "",
        Node::Step(step) => &map.step[step].stage,
        Node::Fork(group) | Node::Join(group) => {
            let mut stages = map.step.iter().filter(|step| step.parallel == group).map(|step| step.stage.as_str());
            let first = stages.next().unwrap_or_default();
            if stages.all(|stage| stage == first) { first } else { "" }
        }
    }
}

fn shape(map: &MapPlan, beside: &Beside, number: usize, node: Node<'_>) -> String {
    let label = |text: &str| mermaid_label(&one_line(text));
    match node {
        Node::Start => format!("n{number}((\"start\"))"),
        Node::End => format!("n{number}(((\"end\")))"),
        Node::Fork(_) | Node::Join(_) => format!("n{number}{{\"+\"}}"),
        Node::Step(place) => {
            let step = &map.step[place];
            let touchpoints: Vec<String> = step
                .touchpoints
                .iter()
                .map(|id| label(beside.touchpoints.get(id).map_or(id, |known| &known.title)))
                .filter(|title| !title.is_empty())
                .collect();
            let below =
                if touchpoints.is_empty() { String::new() } else { format!("<br>({})", touchpoints.join(", ")) };
            let class = if step.optional { ":::optional" } else { "" };
            format!("n{number}[\"{}{below}\"]{class}", label(&step.title))
        }
    }
}
