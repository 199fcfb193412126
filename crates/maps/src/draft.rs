//! A first map from what is lived.

use std::collections::{BTreeMap, BTreeSet};

use mining::Graph;
use model::{END, Edge, Evidence, MapPlan, MapState, Moment, START, Stage, Step, Touchpoint};

/// Of what leaves a step, and of where journeys begin and end, the ways that together make so much are drawn.
const SHOWN: f64 = 0.8;

/// What a draft is to be like.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// The map's title.
    pub title: String,
    /// Most steps; those that most customers came by are taken.
    pub most_steps: usize,
    /// What the stages before, during, after the purchase and of no known moment are called.
    pub stages: [String; 4],
    /// What the register says, by id.
    pub register: &'a BTreeMap<String, Touchpoint>,
}

impl Draft<'_> {
    /// The map of a graph: its strongest touchpoints as steps, in the order in which journeys mostly go, and the ways that
    /// are taken most. Every way of it was lived; a plan it becomes in the hands of people.
    ///
    /// The result is a valid map, without steps where the graph has none.
    pub fn of(&self, graph: &Graph) -> MapPlan {
        let mut nodes: Vec<&mining::Node> = graph.nodes.iter().collect();
        nodes.sort_by(|a, b| b.customers.cmp(&a.customers).then_with(|| a.touchpoint.cmp(&b.touchpoint)));
        nodes.truncate(self.most_steps);
        let chosen: BTreeSet<&str> = nodes.iter().map(|node| node.touchpoint.as_str()).collect();
        let flows: BTreeMap<(&str, &str), u64> = graph
            .edges
            .iter()
            .filter(|edge| chosen.contains(edge.from.as_str()) && chosen.contains(edge.to.as_str()))
            .map(|edge| ((edge.from.as_str(), edge.to.as_str()), edge.occurrences))
            .collect();
        let moment_of = |name: &str| self.register.get(name).and_then(|says| says.moment);
        let stage_of = |name: &str| moment_of(name).map_or(Moment::ALL.len(), |moment| moment as usize);
        let order = in_order(&nodes, &flows, &stage_of);
        let ids = slugs(&order);
        let mut map = MapPlan { title: self.title.clone(), state: MapState::AsIs, ..MapPlan::default() };
        for (stage, title) in self.stages.iter().enumerate() {
            if order.iter().any(|name| stage_of(name) == stage) {
                let moment = Moment::ALL.get(stage).copied();
                map.stage.push(Stage { id: STAGES[stage].to_owned(), title: title.clone(), moment });
            }
        }
        for name in &order {
            map.step.push(Step {
                id: ids[name].clone(),
                title: self.register.get(*name).map_or(*name, |says| &says.title).to_owned(),
                stage: STAGES[stage_of(name)].to_owned(),
                touchpoints: vec![(*name).to_owned()],
                evidence: Some(Evidence::Measured),
                ..Step::default()
            });
        }
        let place_of: BTreeMap<&str, usize> = order.iter().zip(0..).map(|(name, place)| (*name, place)).collect();
        let flows: BTreeMap<(usize, usize), u64> =
            flows.into_iter().map(|((from, to), n)| ((place_of[from], place_of[to]), n)).collect();
        let mut ways: BTreeSet<Way> = BTreeSet::new();
        for place in 0..order.len() {
            let leaving = flows.range((place, 0)..=(place, usize::MAX)).map(|((_, to), n)| (*to, *n));
            ways.extend(strongest(leaving.collect()).into_iter().map(|to| (Some(place), Some(to))));
        }
        let of_nodes = |count: fn(&mining::Node) -> u64| {
            strongest(nodes.iter().map(|node| (place_of[node.touchpoint.as_str()], count(node))).collect())
        };
        ways.extend(of_nodes(|node| node.starts).into_iter().map(|place| (None, Some(place))));
        ways.extend(of_nodes(|node| node.ends).into_iter().map(|place| (Some(place), None)));
        connect(order.len(), &flows, &mut ways);
        // An end after the steps.
        let mut ways: Vec<Way> = ways.into_iter().collect();
        ways.sort_by_key(|(from, to)| (*from, to.is_none(), *to));
        let id =
            |place: Option<usize>, end: &str| place.map_or_else(|| end.to_owned(), |place| map.step[place].id.clone());
        let edge = |(from, to): Way| Edge { from: id(from, START), to: id(to, END), ..Edge::default() };
        let drawn: BTreeSet<(&str, &str)> =
            ways.iter().filter_map(|(from, to)| Some((order[(*from)?], order[(*to)?]))).collect();
        let waits = graph.edges.iter().filter(|edge| drawn.contains(&(edge.from.as_str(), edge.to.as_str())));
        map.over_after = over_after(waits.map(|edge| edge.wait.q95_s));
        map.edge = ways.into_iter().map(edge).collect();
        map
    }
}

/// A journey is over once nothing has happened for longer than it takes to go on in 19 of 20 cases, whichever way is drawn: whole
/// days, a year at most. Nothing is said where no way is.
fn over_after(q95_s: impl Iterator<Item = f64>) -> String {
    let longest = q95_s.max_by(f64::total_cmp);
    longest.map_or_else(String::new, |seconds| format!("{}d", (seconds / 86_400.0).ceil().clamp(1.0, 365.0)))
}

/// From one step to another, by their places; none is the start, or an end.
type Way = (Option<usize>, Option<usize>);

const STAGES: [&str; 4] = ["before", "during", "after", "other"];

/// The strongest of some, until they make [`SHOWN`] of all; none of those that never happen.
fn strongest(mut counted: Vec<(usize, u64)>) -> Vec<usize> {
    counted.retain(|(_, n)| *n > 0);
    counted.sort_by_key(|(place, n)| (std::cmp::Reverse(*n), *place));
    let all: u64 = counted.iter().map(|(_, n)| n).sum();
    let mut shown = 0;
    let mut places = Vec::new();
    for (place, n) in counted {
        if shown as f64 >= SHOWN * all as f64 {
            break;
        }
        shown += n;
        places.push(place);
    }
    places
}

/// Stage by stage; within one, whoever sends more to those that are left than it gets from them comes first (after Eades,
/// Lin and Smyth 1993: A fast and effective heuristic for the feedback arc set problem).
fn in_order<'g>(
    nodes: &[&'g mining::Node],
    flows: &BTreeMap<(&str, &str), u64>,
    stage_of: &dyn Fn(&str) -> usize,
) -> Vec<&'g str> {
    let mut order = Vec::new();
    for stage in 0..STAGES.len() {
        let mut left: Vec<&mining::Node> =
            nodes.iter().copied().filter(|node| stage_of(&node.touchpoint) == stage).collect();
        while !left.is_empty() {
            let flow =
                |from: &str, to: &str| flows.get(&(from, to)).map_or(0, |n| i64::try_from(*n).unwrap_or(i64::MAX));
            let lead = |node: &mining::Node| {
                let others = left.iter().filter(|other| other.touchpoint != node.touchpoint);
                let more: i64 = others
                    .map(|other| flow(&node.touchpoint, &other.touchpoint) - flow(&other.touchpoint, &node.touchpoint))
                    .sum();
                more + i64::try_from(node.starts).unwrap_or(i64::MAX)
            };
            let first = left
                .iter()
                .enumerate()
                .max_by(|(_, a), (_, b)| lead(a).cmp(&lead(b)).then_with(|| b.touchpoint.cmp(&a.touchpoint)));
            let place = first.map_or(0, |(place, _)| place);
            order.push(left.remove(place).touchpoint.as_str());
        }
    }
    order
}

/// Adds what is missing so that each step can be come to from the start and leads to an end: the strongest way there is,
/// else one from the start or to the end.
fn connect(steps: usize, flows: &BTreeMap<(usize, usize), u64>, ways: &mut BTreeSet<Way>) {
    for backwards in [false, true] {
        loop {
            let mut reached = BTreeSet::from([None]);
            loop {
                let turned = ways.iter().map(|&(from, to)| if backwards { (to, from) } else { (from, to) });
                let more: Vec<Option<usize>> = turned
                    .filter(|(from, to)| reached.contains(from) && !reached.contains(to))
                    .map(|(_, to)| to)
                    .collect();
                if more.is_empty() {
                    break;
                }
                reached.extend(more);
            }
            let Some(place) = (0..steps).find(|place| !reached.contains(&Some(*place))) else { break };
            let known = flows.iter().filter(|((from, to), _)| {
                let (near, far) = if backwards { (*from, *to) } else { (*to, *from) };
                near == place && reached.contains(&Some(far))
            });
            let best = known.max_by_key(|(way, n)| (**n, std::cmp::Reverse(**way))).map(|(way, _)| *way);
            let (from, to) = best.unzip();
            ways.insert(if backwards { (from.or(Some(place)), to) } else { (from, to.or(Some(place))) });
        }
    }
}

/// An id for each name: what of it may stand in an id, made unique.
fn slugs<'g>(names: &[&'g str]) -> BTreeMap<&'g str, String> {
    let mut taken = BTreeSet::from([START.to_owned(), END.to_owned()]);
    let mut ids = BTreeMap::new();
    for &name in names {
        let plain: String = name
            .to_lowercase()
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() || letter == '_' { letter } else { '-' })
            .take(60)
            .collect();
        let plain = plain.trim_matches('-').to_owned();
        let plain = if plain.is_empty() { "step".to_owned() } else { plain };
        let mut id = plain.clone();
        let mut number = 2;
        while !taken.insert(id.clone()) {
            id = format!("{plain}-{number}");
            number += 1;
        }
        ids.insert(name, id);
    }
    ids
}
