//! User Journey Graph, JSON-LD, written only: the graph of states and transitions, and the experience on it.
//!
//! A step is a state (a composite one if it has a map of its own) and an experience step; stages are phases. Start and end are
//! states of their own. UJG knows no order that is free and nothing optional: the transitions are all that may follow directly.
//! What it has no term for stands in `extensions`.
//!
//! Source: W3C User Journey Graph Community Group, technical report 2026.06, <https://ujg.specs.openuji.org/tr/2026.06>, modules
//! Core, Graph and Experience. A draft, and pinned: later ones have other contexts.

use std::collections::{BTreeMap, BTreeSet};

use model::{MapPlan, PainPoint, Step};
use serde::Serialize;
use serde_json::{Value, json};

use crate::Beside;
use crate::network::{Network, Node};

const CONTEXTS: [&str; 3] = [
    "https://ujg.specs.openuji.org/tr/2026.06/ns/core.context.jsonld",
    "https://ujg.specs.openuji.org/tr/2026.06/ns/graph.context.jsonld",
    "https://ujg.specs.openuji.org/tr/2026.06/ns/experience.context.jsonld",
];
/// Our name among the extensions of a node.
const SPACE: &str = "urn:geleit:ujg:1";

/// A map as a UJG document.
pub(crate) fn write(name: &str, map: &MapPlan, beside: &Beside) -> Vec<u8> {
    let network = Network::of(map);
    let state = |node: Node<'_>| match node {
        Node::Start | Node::Fork(_) | Node::Join(_) => format!("urn:geleit:map:{name}:start"),
        Node::End => format!("urn:geleit:map:{name}:end"),
        Node::Step(step) => format!("urn:geleit:map:{name}:state:{}", map.step[step].id),
    };
    let followed = follows(map, &network);
    let transitions: Vec<(usize, usize, String)> = followed
        .iter()
        .enumerate()
        .map(|(number, ((from, to), _))| (*from, *to, format!("urn:geleit:map:{name}:transition:{number}")))
        .collect();
    let steps = (0..map.step.len()).map(Node::Step);
    let states: Vec<String> = [Node::Start].into_iter().chain(steps).chain([Node::End]).map(state).collect();

    let mut nodes = vec![json!({
        "@type": "Journey",
        "@id": journey(name),
        "label": map.title,
        "startState": states[0],
        "stateRefs": states,
        "transitionRefs": transitions.iter().map(|(.., id)| id).collect::<Vec<_>>(),
        "extensions": extension("map", &MapPlan { step: Vec::new(), ..map.clone() }),
    })];
    nodes.push(json!({ "@type": "State", "@id": state(Node::Start), "label": "start" }));
    for (place, step) in map.step.iter().enumerate() {
        let mut node = json!({ "@type": "State", "@id": state(Node::Step(place)), "label": step.title });
        if !step.map.is_empty() {
            node["@type"] = "CompositeState".into();
            node["subjourneyId"] = journey(&step.map).into();
        }
        nodes.push(node);
    }
    nodes.push(json!({ "@type": "State", "@id": state(Node::End), "label": "end" }));
    for ((from, to, id), label) in transitions.iter().zip(followed.values()) {
        let mut node = json!({ "@type": "Transition", "@id": id, "from": state(network.nodes[*from]), "to": state(network.nodes[*to]) });
        if !label.is_empty() {
            node["label"] = label.as_str().into();
        }
        nodes.push(node);
    }
    for (place, stage) in map.stage.iter().enumerate() {
        nodes.push(json!({
            "@type": "Phase", "@id": format!("urn:geleit:map:{name}:phase:{}", stage.id), "label": stage.title, "order": place + 1,
        }));
    }
    nodes.extend(touchpoints(map, beside));
    for (place, step) in map.step.iter().enumerate() {
        let mut node = json!({
            "@type": "ExperienceStep",
            "@id": experience(name, step),
            "label": step.title,
            "stateRefs": [state(Node::Step(place))],
            "extensions": extension("step", step),
        });
        if !step.stage.is_empty() {
            node["phaseRef"] = format!("urn:geleit:map:{name}:phase:{}", step.stage).into();
        }
        if !step.touchpoints.is_empty() {
            node["touchpointRefs"] = step.touchpoints.iter().map(|id| touchpoint(id)).collect();
        }
        nodes.push(node);
    }
    nodes.extend(pains(name, map, beside));
    let mut document = json!({
        "@context": CONTEXTS, "@id": format!("urn:geleit:map:{name}"), "@type": "UJGDocument", "nodes": nodes,
    });
    // What a composite state leads to stands in a file of its own beside this one.
    let imports: BTreeSet<String> = map
        .step
        .iter()
        .filter(|step| !step.map.is_empty())
        .map(|step| format!("./{}.jsonld", encoded(&step.map)))
        .collect();
    if !imports.is_empty() {
        document["imports"] = imports.into_iter().collect();
    }
    let mut text = serde_json::to_vec_pretty(&document).expect("texts and numbers are JSON");
    text.push(b'\n');
    text
}

fn journey(name: &str) -> String {
    format!("urn:geleit:map:{}:journey", encoded(name))
}

fn experience(name: &str, step: &Step) -> String {
    format!("urn:geleit:map:{name}:step:{}", step.id)
}

fn touchpoint(id: &str) -> String {
    format!("urn:geleit:touchpoint:{}", encoded(id))
}

/// A name as a part of an IRI: what may not stand there is written in percents.
fn encoded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => text.push(char::from(byte)),
            other => text.push_str(&format!("%{other:02X}")),
        }
    }
    text
}

fn extension(what: &str, value: &impl Serialize) -> Value {
    json!({ SPACE: { what: value } })
}

/// What may directly follow what, with what is said of it: steps in any order follow each other, and optional ones are passed by.
fn follows(map: &MapPlan, network: &Network<'_>) -> BTreeMap<(usize, usize), String> {
    let mut ways: Vec<(usize, usize, String)> = network
        .ways
        .iter()
        .map(|way| (way.from, way.to, way.edge.as_ref().map(|edge| edge.title.clone()).unwrap_or_default()))
        .collect();
    // Members of a group lead to each other.
    for (one, node) in network.nodes.iter().enumerate() {
        for (other, with) in network.nodes.iter().enumerate().filter(|(other, _)| *other != one) {
            if let (Node::Step(node), Node::Step(with)) = (node, with)
                && !map.step[*node].parallel.is_empty()
                && map.step[*node].parallel == map.step[*with].parallel
            {
                ways.push((one, other, String::new()));
            }
        }
    }
    let passes = |node: usize| match network.nodes[node] {
        Node::Fork(_) | Node::Join(_) => true,
        Node::Step(step) => map.step[step].optional,
        Node::Start | Node::End => false,
    };
    let is_shown = |node: usize| !matches!(network.nodes[node], Node::Fork(_) | Node::Join(_));
    let mut found: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for from in (0..network.nodes.len()).filter(|node| is_shown(*node)) {
        let (mut queue, mut seen) = (vec![(from, String::new())], BTreeSet::new());
        while let Some((at, told)) = queue.pop() {
            for (_, to, label) in ways.iter().filter(|(node, ..)| *node == at) {
                // What is said of a way into steps in any order is said of each of them.
                let label = if told.is_empty() { label } else { &told };
                if is_shown(*to) && (*to, from) != (network.nodes.len() - 1, 0) {
                    let known = found.entry((from, *to)).or_default();
                    if known.is_empty() {
                        known.clone_from(label);
                    }
                }
                if passes(*to) && seen.insert(*to) {
                    let told = if is_shown(*to) { String::new() } else { label.clone() };
                    queue.push((*to, told));
                }
            }
        }
    }
    if found.is_empty() {
        // A journey has a transition, even where a map has no step.
        found.insert((0, network.nodes.len() - 1), String::new());
    }
    found
}

fn touchpoints(map: &MapPlan, beside: &Beside) -> Vec<Value> {
    let named: BTreeSet<&String> = map.step.iter().flat_map(|step| &step.touchpoints).collect();
    let node = |id: &String| {
        let known = beside.touchpoints.get(id);
        let mut node =
            json!({ "@type": "Touchpoint", "@id": touchpoint(id), "label": known.map_or(id, |known| &known.title) });
        if let Some(channel) = known.map(|known| known.channel.as_str()).filter(|channel| !channel.is_empty()) {
            node["channel"] = channel.into();
        }
        node
    };
    named.into_iter().map(node).collect()
}

/// The pain points of the steps; their severity is a share of the ten that a map knows.
fn pains(name: &str, map: &MapPlan, beside: &Beside) -> Vec<Value> {
    let named: BTreeSet<&String> = map.step.iter().flat_map(|step| &step.pain_points).collect();
    let node = |id: &String| {
        let at = map.step.iter().filter(|step| step.pain_points.contains(id)).map(|step| experience(name, step));
        let (known, unknown) = (beside.pain_points.get(id), PainPoint::default());
        let pain = known.unwrap_or(&unknown);
        let mut node = json!({
            "@type": "PainPoint",
            "@id": format!("urn:geleit:pain-point:{}", encoded(id)),
            "label": if known.is_some() { &pain.title } else { id },
            "experienceRefs": at.collect::<Vec<_>>(),
        });
        if let Some(severity) = pain.severity {
            node["severity"] = (severity / 10.0).into();
        }
        if !pain.description.is_empty() {
            node["description"] = pain.description.as_str().into();
        }
        let eased: BTreeMap<_, _> =
            beside.opportunities.iter().filter(|(_, opportunity)| opportunity.pain_points.contains(id)).collect();
        let solved: BTreeMap<_, _> = beside
            .solutions
            .iter()
            .filter(|(_, solution)| solution.opportunities.iter().any(|id| eased.contains_key(id)))
            .collect();
        node["extensions"] = json!({ SPACE: { "pain_point": known, "opportunities": eased, "solutions": solved } });
        node
    };
    named.into_iter().map(node).collect()
}
