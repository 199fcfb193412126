//! Maps as networks in the formats that are only written: BPMN lets through the journeys that the map does, UJG keeps to its
//! shapes, pages tell everything.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use formats::{Beside, MapFormat, write_map};
use model::{END, MapPlan, Opportunity, PainPoint, START, Solution, Step};
use proptest::prelude::*;
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use serde_json::Value;
use support::{beside, map};

/// Journeys are compared up to so many steps.
const LONGEST: usize = 4;

fn written(format: MapFormat, map: &MapPlan, beside: &Beside) -> String {
    String::from_utf8(write_map(format, "map", map, beside).unwrap()).unwrap()
}

/// The journeys of a map, up to [`LONGEST`] steps, by what docs/conformance.md says of its network.
fn journeys(map: &MapPlan) -> BTreeSet<Vec<String>> {
    struct Walk<'m> {
        map: &'m MapPlan,
        found: BTreeSet<Vec<String>>,
        seen: BTreeSet<(BTreeSet<String>, Vec<String>)>,
    }
    impl Walk<'_> {
        fn step(&self, id: &str) -> &Step {
            self.map.step.iter().find(|step| step.id == id).unwrap()
        }
        /// All that goes with a step in any order; the step alone where nothing does.
        fn group(&self, id: &str) -> BTreeSet<String> {
            let word = &self.step(id).parallel;
            let together = self.map.step.iter().filter(|step| !word.is_empty() && step.parallel == *word);
            together.map(|step| step.id.clone()).chain([id.to_owned()]).collect()
        }
        /// Goes on from where these steps are done.
        fn on(&mut self, done: &BTreeSet<String>, way: &[String]) {
            if !self.seen.insert((done.clone(), way.to_vec())) {
                return;
            }
            for edge in self.map.edges_in_force() {
                let inside = done.contains(&edge.to) && done.len() > 1 && done.contains(&edge.from);
                let leaves = if done.is_empty() { edge.from == START } else { done.contains(&edge.from) };
                if !leaves || inside {
                    continue;
                }
                if edge.to == END {
                    self.found.insert(way.to_vec());
                } else {
                    let group = self.group(&edge.to);
                    self.through(&group, &group, way);
                }
            }
        }
        /// Does what is left of a group, in every order.
        fn through(&mut self, group: &BTreeSet<String>, left: &BTreeSet<String>, way: &[String]) {
            if left.iter().all(|id| self.step(id).optional) {
                self.on(group, way);
            }
            for id in left {
                if way.len() < LONGEST {
                    let rest: BTreeSet<String> = left.iter().filter(|other| *other != id).cloned().collect();
                    let way = [way, std::slice::from_ref(id)].concat();
                    self.through(group, &rest, &way);
                }
            }
        }
    }
    let mut walk = Walk { map, found: BTreeSet::new(), seen: BTreeSet::new() };
    walk.on(&BTreeSet::new(), &[]);
    walk.found
}

/// A process as it stands in a file: kinds of nodes by id, and flows as pairs of ids.
#[derive(Debug, Default)]
struct Process {
    nodes: BTreeMap<String, String>,
    flows: Vec<(String, String)>,
    shapes: BTreeMap<String, [f64; 4]>,
    edges: BTreeMap<String, usize>,
    incoming: usize,
    outgoing: usize,
}

fn process(xml: &str) -> Process {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut process = Process::default();
    let mut drawn = String::new();
    loop {
        let event = reader.read_event().unwrap();
        let (Event::Start(start) | Event::Empty(start)) = &event else {
            if event == Event::Eof {
                return process;
            }
            continue;
        };
        let attributes: BTreeMap<String, String> = start
            .attributes()
            .map(|attribute| attribute.unwrap())
            .map(|attribute| {
                let value = attribute.normalized_value(XmlVersion::Explicit1_0).unwrap().into_owned();
                (attribute.key.as_ref().to_owned(), value)
            })
            .collect();
        let number = |name: &str| attributes[name].parse::<f64>().unwrap();
        match start.name().as_ref() {
            kind @ ("bpmn:startEvent"
            | "bpmn:endEvent"
            | "bpmn:task"
            | "bpmn:callActivity"
            | "bpmn:exclusiveGateway"
            | "bpmn:parallelGateway") => {
                let known = process.nodes.insert(attributes["id"].clone(), kind.trim_start_matches("bpmn:").to_owned());
                assert!(known.is_none(), "{} is there twice", attributes["id"]);
            }
            "bpmn:sequenceFlow" => {
                assert_eq!(attributes["id"], format!("Flow_{}", process.flows.len()));
                process.flows.push((attributes["sourceRef"].clone(), attributes["targetRef"].clone()));
            }
            "bpmn:incoming" => process.incoming += 1,
            "bpmn:outgoing" => process.outgoing += 1,
            "bpmndi:BPMNShape" | "bpmndi:BPMNEdge" => drawn.clone_from(&attributes["bpmnElement"]),
            "dc:Bounds" => {
                process.shapes.insert(drawn.clone(), ["x", "y", "width", "height"].map(number));
            }
            "di:waypoint" => *process.edges.entry(drawn.clone()).or_default() += 1,
            _ => {}
        }
    }
}

/// The journeys that a process lets through, by the rules of BPMN for tokens: a task takes one token and gives one to each flow
/// that leaves it, an exclusive gateway to one of them, a parallel one waits for all.
fn played(process: &Process) -> BTreeSet<Vec<String>> {
    let flows_of = |node: &str, to: bool| -> Vec<usize> {
        let own = |flow: &(String, String)| if to { flow.1 == node } else { flow.0 == node };
        (0..process.flows.len()).filter(|flow| own(&process.flows[*flow])).collect()
    };
    let start = process.nodes.iter().find(|(_, kind)| *kind == "startEvent").unwrap().0;
    let mut first = vec![0_u8; process.flows.len()];
    flows_of(start, false).iter().for_each(|flow| first[*flow] += 1);
    let mut queue = vec![(first, Vec::<String>::new())];
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    while let Some((tokens, way)) = queue.pop() {
        if !seen.insert((tokens.clone(), way.clone())) {
            continue;
        }
        assert!(tokens.iter().all(|count| *count < 4), "tokens pile up: {process:#?}");
        if tokens.iter().all(|count| *count == 0) {
            found.insert(way);
            continue;
        }
        let mut stuck = true;
        for (id, kind) in &process.nodes {
            let (arriving, leaving) = (flows_of(id, true), flows_of(id, false));
            let taken: Vec<Vec<usize>> = match kind.as_str() {
                "parallelGateway" if arriving.iter().all(|flow| tokens[*flow] > 0) => vec![arriving.clone()],
                "parallelGateway" => Vec::new(),
                _ => arriving.iter().filter(|flow| tokens[**flow] > 0).map(|flow| vec![*flow]).collect(),
            };
            for taken in taken.into_iter().filter(|taken| !taken.is_empty()) {
                stuck = false;
                let mut way = way.clone();
                if matches!(kind.as_str(), "task" | "callActivity") {
                    if way.len() == LONGEST {
                        continue;
                    }
                    way.push(id.trim_start_matches("Step_").to_owned());
                }
                let given: Vec<Vec<usize>> = if kind == "exclusiveGateway" {
                    leaving.iter().map(|flow| vec![*flow]).collect()
                } else {
                    vec![leaving.clone()]
                };
                for given in given {
                    let mut next = tokens.clone();
                    taken.iter().for_each(|flow| next[*flow] -= 1);
                    given.iter().for_each(|flow| next[*flow] += 1);
                    queue.push((next, way.clone()));
                }
            }
        }
        assert!(!stuck, "nothing can happen any more: {tokens:?} {process:#?}");
    }
    found
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().map(|entry| entry.as_str().unwrap()).collect()
}

/// The rules of UJG's shapes (2026.06) for Core, Graph and Experience.
fn assert_keeps_to_shapes(text: &str) -> Value {
    let document: Value = serde_json::from_str(text).unwrap();
    assert_eq!(document["@type"], "UJGDocument");
    let mut type_of: BTreeMap<&str, &str> = BTreeMap::new();
    for node in document["nodes"].as_array().unwrap() {
        let id = node["@id"].as_str().unwrap();
        assert!(id.starts_with("urn:geleit:") && !id.contains([' ', '"', '<', '>', '\n']), "{id}");
        let known = type_of.insert(id, node["@type"].as_str().unwrap());
        assert!(known.is_none(), "{id} is there twice");
    }
    let is = |id: &str, types: &[&str]| {
        assert!(types.contains(&type_of.get(id).copied().unwrap_or("nothing")), "{id}: {types:?}");
    };
    let states = ["State", "CompositeState"];
    for node in document["nodes"].as_array().unwrap() {
        let label = || assert!(node["label"].is_string(), "{node}");
        match node["@type"].as_str().unwrap() {
            "Journey" => {
                is(node["startState"].as_str().unwrap(), &states);
                let own = strings(&node["stateRefs"]);
                let transitions = strings(&node["transitionRefs"]);
                assert!(!own.is_empty() && !transitions.is_empty());
                own.iter().for_each(|state| is(state, &states));
                for id in transitions {
                    is(id, &["Transition"]);
                    let transition =
                        document["nodes"].as_array().unwrap().iter().find(|node| node["@id"] == id).unwrap();
                    assert!(
                        own.contains(&transition["from"].as_str().unwrap())
                            && own.contains(&transition["to"].as_str().unwrap())
                    );
                }
            }
            "State" => label(),
            "CompositeState" => {
                label();
                // It stands in a document that is imported.
                assert!(node["subjourneyId"].as_str().unwrap().ends_with(":journey") && document["imports"].is_array());
            }
            "Transition" => ["from", "to"].iter().for_each(|end| is(node[*end].as_str().unwrap(), &states)),
            "Phase" => {
                label();
                assert!(node["order"].as_u64().unwrap() > 0);
            }
            "Touchpoint" => label(),
            "ExperienceStep" => {
                label();
                strings(&node["stateRefs"]).iter().for_each(|state| is(state, &states));
                strings(&node["touchpointRefs"]).iter().for_each(|id| is(id, &["Touchpoint"]));
                node["phaseRef"].as_str().iter().for_each(|id| is(id, &["Phase"]));
            }
            "PainPoint" => {
                label();
                assert!(!strings(&node["experienceRefs"]).is_empty());
                strings(&node["experienceRefs"]).iter().for_each(|id| is(id, &["ExperienceStep"]));
                assert!(node["severity"].as_f64().is_none_or(|severity| (0.0..=1.0).contains(&severity)));
            }
            other => panic!("{other}"),
        }
    }
    document
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_global_rejects: 60_000, ..ProptestConfig::default() })]

    #[test]
    fn a_process_lets_through_the_journeys_of_its_map_and_no_others(map in map()) {
        let process = process(&written(MapFormat::Bpmn, &map, &Beside::default()));
        prop_assert_eq!(played(&process), journeys(&map), "{:#?}", process);
    }

    #[test]
    fn all_of_a_process_is_drawn_and_nothing_covers_anything(map in map()) {
        let process = process(&written(MapFormat::Bpmn, &map, &Beside::default()));
        prop_assert_eq!((process.incoming, process.outgoing), (process.flows.len(), process.flows.len()));
        prop_assert_eq!(process.shapes.keys().collect::<Vec<_>>(), process.nodes.keys().collect::<Vec<_>>());
        prop_assert_eq!(process.edges.len(), process.flows.len());
        prop_assert!(process.edges.values().all(|points| *points >= 2));
        for (from, to) in &process.flows {
            prop_assert!(process.nodes.contains_key(from) && process.nodes.contains_key(to), "{} {}", from, to);
        }
        let boxes: Vec<_> = process.shapes.iter().collect();
        for (at, (one, [left, top, width, height])) in boxes.iter().enumerate() {
            for (other, [x, y, w, h]) in &boxes[at + 1..] {
                let apart = left + width <= *x || x + w <= *left || top + height <= *y || y + h <= *top;
                prop_assert!(apart, "{} covers {}", one, other);
            }
        }
    }

    #[test]
    fn any_map_keeps_to_the_shapes_of_ujg(map in map()) {
        assert_keeps_to_shapes(&written(MapFormat::Ujg, &map, &beside(&map)));
        let document = assert_keeps_to_shapes(&written(MapFormat::Ujg, &map, &Beside::default()));
        // What may directly follow what is what journeys say.
        let title = |state: &Value| state.as_str().unwrap().rsplit(':').next().unwrap().to_owned();
        let nodes = document["nodes"].as_array().unwrap().iter().filter(|node| node["@type"] == "Transition");
        let drawn: BTreeSet<(String, String)> = nodes.map(|node| (title(&node["from"]), title(&node["to"]))).collect();
        for journey in journeys(&map).iter().filter(|journey| !journey.is_empty()) {
            let ends = [&["start".to_owned()][..], journey, &["end".to_owned()]].concat();
            for pair in ends.windows(2) {
                prop_assert!(drawn.contains(&(pair[0].clone(), pair[1].clone())), "{:?} {:?}", pair, drawn);
            }
        }
    }

    #[test]
    fn any_map_is_a_page_and_a_flowchart(map in map()) {
        let page = written(MapFormat::Markdown, &map, &beside(&map));
        prop_assert!(page.starts_with("# "));
        // Every row of every table has the cells of its head.
        let cells = |line: &str| line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        for table in page.split("\n\n").filter(|part| part.trim_start().starts_with('|')) {
            let counts: BTreeSet<usize> = table.lines().filter(|line| !line.is_empty()).map(cells).collect();
            prop_assert_eq!(counts.len(), 1, "{}", table);
        }
        let chart = written(MapFormat::Flowchart, &map, &beside(&map));
        prop_assert_eq!(chart.matches("%% geleit step").count(), map.step.len());
        prop_assert_eq!(chart.matches("%% geleit node").count(), map.step.len());
    }
}

#[test]
fn a_page_tells_what_the_map_refers_to() {
    let step = Step {
        id: "order".to_owned(),
        title: "Orders".to_owned(),
        pain_points: vec!["slow".to_owned()],
        emotion: BTreeMap::from([("all".to_owned(), -2)]),
        ..Step::default()
    };
    let map = MapPlan { title: "Kauf".to_owned(), step: vec![step], ..MapPlan::default() };
    let mut beside = Beside::default();
    let pain = PainPoint { title: "It takes long".to_owned(), severity: Some(7.5), ..PainPoint::default() };
    beside.pain_points.insert("slow".to_owned(), pain);
    let eased =
        Opportunity { title: "Pay faster".to_owned(), pain_points: vec!["slow".to_owned()], ..Opportunity::default() };
    beside.opportunities.insert("fast".to_owned(), eased);
    let solution =
        Solution { title: "One click".to_owned(), opportunities: vec!["fast".to_owned()], ..Solution::default() };
    beside.solutions.insert("click".to_owned(), solution);
    beside
        .solutions
        .insert("other".to_owned(), Solution { title: "Not of this map".to_owned(), ..Solution::default() });

    let page = written(MapFormat::Markdown, &map, &beside);
    for expected in [
        "# Kauf\n",
        "| 1 | Orders |  |  | -2 very bad |  |  |  |",
        "| It takes long | 7.5 | open |  |  |",
        "| Pay faster |  |  |  | open |  |",
        "| One click | open |  |  |",
        "Steps follow each other in their order.",
    ] {
        assert!(page.contains(expected), "{expected}\n{page}");
    }
    assert!(!page.contains("Not of this map"), "{page}");

    let document = assert_keeps_to_shapes(&written(MapFormat::Ujg, &map, &beside));
    let pain = document["nodes"].as_array().unwrap().iter().find(|node| node["@type"] == "PainPoint").unwrap();
    assert_eq!((&pain["label"], &pain["severity"]), (&Value::from("It takes long"), &Value::from(0.75)));
    let beside = &pain["extensions"]["urn:geleit:ujg:1"];
    assert_eq!(beside["opportunities"]["fast"]["title"], "Pay faster");
    assert_eq!(beside["solutions"].as_object().unwrap().len(), 1);
}
