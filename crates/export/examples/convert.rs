//! Converts a network into the format of another program; the tests with those programs (`tests/clients`) use it.
//!
//! `convert FORMAT STRONGEST < NETWORK > FILE`, where NETWORK is JSON:
//! `{"nodes": [[label, weight]], "edges": [[from, to, weight, seconds or null]]}`. Tables are those of the edges.

use std::io::{self, Write};

use export::{Drawn, Format, csv, dot, mermaid, parquet};
use mining::report::{Network, NetworkEdge, NetworkNode, Table};
use serde_json::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let format: Format = arguments.next().ok_or("a format is missing")?.parse()?;
    let drawn = Drawn { strongest: arguments.next().ok_or("the number of strongest edges is missing")?.parse()? };
    let text = io::read_to_string(io::stdin())?;
    let network = read(&serde_json::from_str(&text)?).ok_or("the network is not of the form that the head tells")?;
    let edges = Table::of("edges", &network.edges)
        .text("from", |edge| edge.from.clone())
        .text("to", |edge| edge.to.clone())
        .count("n", |edge| edge.weight)
        .seconds("median_s", |edge| edge.seconds)
        .done();
    let bytes = match format {
        Format::Json => text.into_bytes(),
        Format::Csv => csv(&edges)?,
        Format::Parquet => parquet(&edges, &text)?,
        Format::Dot => dot(&network, &drawn).into_bytes(),
        Format::Mermaid => mermaid(&network, &drawn).into_bytes(),
    };
    Ok(io::stdout().write_all(&bytes)?)
}

fn read(json: &Value) -> Option<Network> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let node =
        |node: &Value| Some(NetworkNode { id: text(&node[0])?, label: text(&node[0])?, weight: node[1].as_u64()? });
    let edge = |edge: &Value| {
        Some(NetworkEdge {
            from: text(&edge[0])?,
            to: text(&edge[1])?,
            weight: edge[2].as_u64()?,
            seconds: edge[3].as_f64(),
        })
    };
    Some(Network {
        nodes: json["nodes"].as_array()?.iter().map(node).collect::<Option<_>>()?,
        edges: json["edges"].as_array()?.iter().map(edge).collect::<Option<_>>()?,
    })
}
