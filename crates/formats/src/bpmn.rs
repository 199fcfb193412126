//! A map's network as a process of BPMN 2.0, written only: tasks, gateways, sequence flows, and a drawing (BPMN DI) so that
//! editors open it.
//!
//! A step is a task, one with a map of its own a call activity. Where ways part or meet stands an exclusive gateway; steps that
//! happen in any order stand between two parallel ones; an optional step has a way around it. Stages are categories. Whatever
//! else the map says stands in extension elements, as the JSON of the document.
//!
//! Source: OMG, Business Process Model and Notation 2.0.2 (formal/2013-12-09), chapters 10 and 12.

use model::{Join, MapPlan, Mode};

use crate::kept;
use crate::network::{Network, Node, columns};
use crate::words::one_line;
use crate::xml::Out;

const SPACE: &str = "urn:geleit:bpmn:1";
/// Points between the centres of columns and of rows.
const COLUMN: usize = 150;
const ROW: usize = 110;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Start,
    End,
    /// A step, by its place.
    Task(usize),
    /// Ways part or meet.
    One,
    /// All ways are gone.
    All,
}

#[derive(Debug)]
struct Flow {
    from: usize,
    to: usize,
    name: String,
    /// The edge as JSON, where one says so.
    edge: Option<String>,
}

/// Tasks and gateways in the making.
#[derive(Debug, Default)]
struct Process {
    shapes: Vec<Shape>,
    flows: Vec<Flow>,
}

impl Process {
    fn of(map: &MapPlan) -> Self {
        let network = Network::of(map);
        let mut process = Self::default();
        // Where ways enter and leave what stands for a node.
        let mut ends: Vec<(usize, usize)> = Vec::new();
        for node in &network.nodes {
            let shape = match node {
                Node::Start => Shape::Start,
                Node::End => Shape::End,
                Node::Step(step) => Shape::Task(*step),
                Node::Fork(_) | Node::Join(_) => Shape::All,
            };
            let own = process.add(shape);
            ends.push(match shape {
                Shape::Task(step) if map.step[step].optional => {
                    let (before, after) = (process.add(Shape::One), process.add(Shape::One));
                    for (from, to) in [(before, own), (own, after), (before, after)] {
                        process.flow(from, to, "", None);
                    }
                    (before, after)
                }
                Shape::Start | Shape::End | Shape::Task(_) | Shape::One | Shape::All => (own, own),
            });
        }
        for way in &network.ways {
            let name = way.edge.as_ref().map(|edge| {
                let within = if edge.within.is_empty() { String::new() } else { format!("within {}", edge.within) };
                let next = if edge.mode == Some(Mode::Next) { "next" } else { "" };
                let same = match edge.join {
                    Join::Customer => "",
                    Join::Case => "same case",
                    Join::Product => "same product",
                };
                let parts = [edge.title.as_str(), &within, next, same].map(one_line);
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
            });
            let edge = way.edge.as_ref().map(kept::json);
            process.flow(ends[way.from].1, ends[way.to].0, &name.unwrap_or_default(), edge);
        }
        let forks = |kind: fn(&Node<'_>) -> bool| -> Vec<usize> {
            network.nodes.iter().zip(&ends).filter(|(node, _)| kind(node)).map(|(_, (own, _))| *own).collect()
        };
        let fork = forks(|node| matches!(node, Node::Fork(_)));
        let join = forks(|node| matches!(node, Node::Join(_)));
        for shape in 0..process.shapes.len() {
            let arriving = process.flows.iter().filter(|flow| flow.to == shape).count();
            let leaving = process.flows.iter().filter(|flow| flow.from == shape).count();
            // Without a gateway a task would begin once for each way that leads to it, and go all ways at once. The end waits for
            // nobody, and a join for all.
            let meets = arriving > 1 && process.shapes[shape] != Shape::End && !join.contains(&shape);
            let parts = leaving > 1 && !fork.contains(&shape);
            let is_gateway = process.shapes[shape] == Shape::One;
            if meets && (!is_gateway || parts) {
                let gateway = process.add(Shape::One);
                process.flows.iter_mut().filter(|flow| flow.to == shape).for_each(|flow| flow.to = gateway);
                process.flow(gateway, shape, "", None);
            }
            if parts && !is_gateway {
                let gateway = process.add(Shape::One);
                process.flows.iter_mut().filter(|flow| flow.from == shape).for_each(|flow| flow.from = gateway);
                process.flow(shape, gateway, "", None);
            }
        }
        process
    }

    fn add(&mut self, shape: Shape) -> usize {
        self.shapes.push(shape);
        self.shapes.len() - 1
    }

    fn flow(&mut self, from: usize, to: usize, name: &str, edge: Option<String>) {
        self.flows.push(Flow { from, to, name: name.to_owned(), edge });
    }

    /// The id of a shape; slugs are made names of XML by what stands before them.
    fn id(&self, map: &MapPlan, shape: usize) -> String {
        match self.shapes[shape] {
            Shape::Start => "Start".to_owned(),
            Shape::End => "End".to_owned(),
            Shape::Task(step) => format!("Step_{}", map.step[step].id),
            Shape::One | Shape::All => format!("Gateway_{shape}"),
        }
    }

    /// Left, top, width and height of each shape, in points.
    fn bounds(&self) -> Vec<[usize; 4]> {
        let pairs: Vec<(usize, usize)> = self.flows.iter().map(|flow| (flow.from, flow.to)).collect();
        let mut rows: Vec<usize> = Vec::new();
        columns(self.shapes.len(), &pairs)
            .into_iter()
            .zip(&self.shapes)
            .map(|(column, shape)| {
                rows.resize(rows.len().max(column + 1), 0);
                let row = rows[column];
                rows[column] += 1;
                let (width, height) = match shape {
                    Shape::Start | Shape::End => (36, 36),
                    Shape::Task(_) => (100, 80),
                    Shape::One | Shape::All => (50, 50),
                };
                [150 + column * COLUMN - width / 2, 120 + row * ROW - height / 2, width, height]
            })
            .collect()
    }
}

/// A map as BPMN 2.0 XML.
pub(crate) fn write(name: &str, map: &MapPlan) -> Vec<u8> {
    let process = Process::of(map);
    let id = format!("Map_{name}");
    let mut out = Out::new();
    out.open(
        "bpmn:definitions",
        &[
            ("xmlns:bpmn", "http://www.omg.org/spec/BPMN/20100524/MODEL"),
            ("xmlns:bpmndi", "http://www.omg.org/spec/BPMN/20100524/DI"),
            ("xmlns:dc", "http://www.omg.org/spec/DD/20100524/DC"),
            ("xmlns:di", "http://www.omg.org/spec/DD/20100524/DI"),
            ("xmlns:geleit", SPACE),
            ("id", "Definitions"),
            ("targetNamespace", &format!("urn:geleit:map:{name}")),
            ("exporter", "Geleit"),
            ("exporterVersion", env!("CARGO_PKG_VERSION")),
        ],
    );
    if !map.stage.is_empty() {
        out.open("bpmn:category", &[("id", "Stages"), ("name", "Stages")]);
        for stage in &map.stage {
            out.empty(
                "bpmn:categoryValue",
                &[("id", &format!("Stage_{}", stage.id)), ("value", &one_line(&stage.title))],
            );
        }
        out.close();
    }
    out.open("bpmn:process", &[("id", &id), ("name", &one_line(&map.title)), ("isExecutable", "false")]);
    if !map.description.is_empty() {
        out.text("bpmn:documentation", &map.description);
    }
    extension(&mut out, "geleit:map", &kept::json(&MapPlan { step: Vec::new(), ..map.clone() }));
    for shape in 0..process.shapes.len() {
        element(&mut out, map, &process, shape);
    }
    for (number, flow) in process.flows.iter().enumerate() {
        let (id, from, to) = (format!("Flow_{number}"), process.id(map, flow.from), process.id(map, flow.to));
        let mut attributes = vec![("id", id.as_str()), ("sourceRef", &from), ("targetRef", &to)];
        if !flow.name.is_empty() {
            attributes.push(("name", &flow.name));
        }
        match &flow.edge {
            None => out.empty("bpmn:sequenceFlow", &attributes),
            Some(edge) => {
                out.open("bpmn:sequenceFlow", &attributes);
                extension(&mut out, "geleit:edge", edge);
                out.close();
            }
        }
    }
    out.close();
    drawing(&mut out, map, &process, &id);
    out.close();
    out.done()
}

fn element(out: &mut Out, map: &MapPlan, process: &Process, shape: usize) {
    let id = process.id(map, shape);
    let (kind, name) = match process.shapes[shape] {
        Shape::Start => ("bpmn:startEvent", String::new()),
        Shape::End => ("bpmn:endEvent", String::new()),
        Shape::Task(step) if map.step[step].map.is_empty() => ("bpmn:task", one_line(&map.step[step].title)),
        Shape::Task(step) => ("bpmn:callActivity", one_line(&map.step[step].title)),
        Shape::One => ("bpmn:exclusiveGateway", String::new()),
        Shape::All => ("bpmn:parallelGateway", String::new()),
    };
    let mut attributes = vec![("id", id.as_str())];
    if !name.is_empty() {
        attributes.push(("name", &name));
    }
    let called = match process.shapes[shape] {
        Shape::Task(step) if !map.step[step].map.is_empty() => format!("Map_{}", map.step[step].map),
        Shape::Start | Shape::End | Shape::Task(_) | Shape::One | Shape::All => String::new(),
    };
    if model::is_slug(called.trim_start_matches("Map_")) {
        attributes.push(("calledElement", &called));
    }
    out.open(kind, &attributes);
    if let Shape::Task(step) = process.shapes[shape] {
        let step = &map.step[step];
        let told = [&step.front_stage, &step.expectation];
        let told: Vec<&str> = told.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        if !told.is_empty() {
            out.text("bpmn:documentation", &told.join("\n"));
        }
        extension(out, "geleit:step", &kept::json(step));
        if !step.stage.is_empty() {
            out.text("bpmn:categoryValueRef", &format!("Stage_{}", step.stage));
        }
    }
    for (name, is_own) in [("bpmn:incoming", false), ("bpmn:outgoing", true)] {
        for (number, flow) in process.flows.iter().enumerate() {
            if (if is_own { flow.from } else { flow.to }) == shape {
                out.text(name, &format!("Flow_{number}"));
            }
        }
    }
    out.close();
}

fn extension(out: &mut Out, name: &'static str, json: &str) {
    out.open("bpmn:extensionElements", &[]);
    out.text(name, json);
    out.close();
}

fn drawing(out: &mut Out, map: &MapPlan, process: &Process, id: &str) {
    let bounds = process.bounds();
    let floor = bounds.iter().map(|[_, top, _, height]| top + height).max().unwrap_or_default() + 40;
    out.open("bpmndi:BPMNDiagram", &[("id", "Diagram")]);
    out.open("bpmndi:BPMNPlane", &[("id", "Plane"), ("bpmnElement", id)]);
    for (shape, [left, top, width, height]) in bounds.iter().enumerate() {
        let element = process.id(map, shape);
        out.open("bpmndi:BPMNShape", &[("id", &format!("{element}_di")), ("bpmnElement", &element)]);
        let [x, y, width, height] = [left, top, width, height].map(ToString::to_string);
        out.empty("dc:Bounds", &[("x", &x), ("y", &y), ("width", &width), ("height", &height)]);
        out.close();
    }
    for (number, flow) in process.flows.iter().enumerate() {
        let element = format!("Flow_{number}");
        out.open("bpmndi:BPMNEdge", &[("id", &format!("{element}_di")), ("bpmnElement", &element)]);
        for (x, y) in waypoints(bounds[flow.from], bounds[flow.to], floor + number % 8 * 10) {
            out.empty("di:waypoint", &[("x", &x.to_string()), ("y", &y.to_string())]);
        }
        out.close();
    }
    out.close();
    out.close();
}

/// From the right of one shape to the left of another, in right angles; what leads back goes below everything.
fn waypoints(from: [usize; 4], to: [usize; 4], floor: usize) -> Vec<(usize, usize)> {
    let begin = (from[0] + from[2], from[1] + from[3] / 2);
    let end = (to[0], to[1] + to[3] / 2);
    if end.0 > begin.0 {
        let middle = end.0 - 15;
        return if begin.1 == end.1 { vec![begin, end] } else { vec![begin, (middle, begin.1), (middle, end.1), end] };
    }
    let (right, left) = (begin.0 + 15, end.0 - 15);
    vec![begin, (right, begin.1), (right, floor), (left, floor), (left, end.1), end]
}
