//! A map as nodes and ways, for the formats that draw it: steps that happen in any order stand between a fork and a join.

use std::collections::BTreeMap;

use model::{END, Edge, MapPlan, START};

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node<'m> {
    Start,
    /// A step, by its place.
    Step(usize),
    /// Where steps that happen in any order begin, and where all of them are done.
    Fork(&'m str),
    Join(&'m str),
    End,
}

/// From one node to another.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// The edge that says so; `None` between a fork, its steps and their join.
    pub(crate) edge: Option<Edge>,
}

#[derive(Clone, Debug)]
pub(crate) struct Network<'m> {
    /// Start first, end last, steps in their order.
    pub(crate) nodes: Vec<Node<'m>>,
    pub(crate) ways: Vec<Way>,
}

impl<'m> Network<'m> {
    pub(crate) fn of(map: &'m MapPlan) -> Self {
        let mut nodes = vec![Node::Start];
        for (place, step) in map.step.iter().enumerate() {
            let group = step.parallel.as_str();
            if !group.is_empty() && !nodes.contains(&Node::Fork(group)) {
                nodes.push(Node::Fork(group));
            }
            nodes.push(Node::Step(place));
            let is_last = !map.step[place + 1..].iter().any(|later| later.parallel == group);
            if !group.is_empty() && is_last {
                nodes.push(Node::Join(group));
            }
        }
        nodes.push(Node::End);
        let place_of: BTreeMap<Node<'m>, usize> = nodes.iter().copied().zip(0..).collect();
        let step_of: BTreeMap<&str, usize> = map.step.iter().map(|step| step.id.as_str()).zip(0..).collect();
        let group_of = |step: usize| Some(map.step[step].parallel.as_str()).filter(|group| !group.is_empty());

        let mut ways: Vec<Way> = Vec::new();
        for edge in map.edges_in_force() {
            let (from, to) = (step_of.get(edge.from.as_str()).copied(), step_of.get(edge.to.as_str()).copied());
            if (edge.from != START && from.is_none()) || (edge.to != END && to.is_none()) {
                continue;
            }
            let groups = (from.and_then(group_of), to.and_then(group_of));
            // Where steps simply follow each other, those of a group do so in any order.
            if groups.0.is_some() && groups.0 == groups.1 {
                continue;
            }
            let from = match (from, groups.0) {
                (None, _) => Node::Start,
                (Some(step), None) => Node::Step(step),
                (Some(_), Some(group)) => Node::Join(group),
            };
            let to = match (to, groups.1) {
                (None, _) => Node::End,
                (Some(step), None) => Node::Step(step),
                (Some(_), Some(group)) => Node::Fork(group),
            };
            let (from, to) = (place_of[&from], place_of[&to]);
            if !ways.iter().any(|way| (way.from, way.to) == (from, to)) {
                ways.push(Way { from, to, edge: Some(edge) });
            }
        }
        for (step, group) in (0..map.step.len()).filter_map(|step| Some((step, group_of(step)?))) {
            let own = place_of[&Node::Step(step)];
            ways.push(Way { from: place_of[&Node::Fork(group)], to: own, edge: None });
            ways.push(Way { from: own, to: place_of[&Node::Join(group)], edge: None });
        }
        Self { nodes, ways }
    }
}

/// The column of each of so many nodes, so that ways lead to the right, but for those that lead back. The first node is the
/// leftmost.
pub(crate) fn columns(nodes: usize, ways: &[(usize, usize)]) -> Vec<usize> {
    let next: Vec<Vec<usize>> =
        (0..nodes).map(|node| ways.iter().filter(|(from, _)| *from == node).map(|(_, to)| *to).collect()).collect();
    // Depth first; a way to a node that is still open leads back.
    let mut done = Vec::with_capacity(nodes);
    let mut state = vec![0_u8; nodes];
    let mut forward: Vec<(usize, usize)> = Vec::new();
    for root in 0..nodes {
        if state[root] != 0 {
            continue;
        }
        state[root] = 1;
        let mut stack = vec![(root, 0)];
        while let Some((node, at)) = stack.pop() {
            match next[node].get(at) {
                None => {
                    state[node] = 2;
                    done.push(node);
                }
                Some(&to) => {
                    stack.push((node, at + 1));
                    if state[to] != 1 {
                        forward.push((node, to));
                    }
                    if state[to] == 0 {
                        state[to] = 1;
                        stack.push((to, 0));
                    }
                }
            }
        }
    }
    let mut column = vec![0; nodes];
    for &node in done.iter().rev() {
        for &(_, to) in forward.iter().filter(|(from, _)| *from == node) {
            column[to] = column[to].max(column[node] + 1);
        }
    }
    column
}

#[cfg(test)]
mod tests {
    use model::Step;

    use super::*;

    #[test]
    fn steps_in_any_order_stand_between_a_fork_and_a_join() {
        let step =
            |id: &str, parallel: &str| Step { id: id.to_owned(), parallel: parallel.to_owned(), ..Step::default() };
        let mut map = MapPlan { step: vec![step("a", ""), step("b", "g"), step("c", "g")], ..MapPlan::default() };
        let ways = |map: &MapPlan| {
            let network = Network::of(map);
            let named = |node: usize| match network.nodes[node] {
                Node::Start => ">".to_owned(),
                Node::Step(step) => map.step[step].id.clone(),
                Node::Fork(_) => "(".to_owned(),
                Node::Join(_) => ")".to_owned(),
                Node::End => ".".to_owned(),
            };
            network.ways.iter().map(|way| named(way.from) + &named(way.to)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(ways(&map), ">a a( ). (b b) (c c)");
        map.edge = vec![Edge { from: "a".to_owned(), to: "c".to_owned(), ..Edge::default() }];
        assert_eq!(ways(&map), "a( >a >( ). (b b) (c c)");
    }

    #[test]
    fn ways_lead_to_the_right_but_for_those_that_lead_back() {
        assert_eq!(columns(4, &[(0, 1), (1, 2), (2, 1), (0, 2), (2, 3), (1, 3)]), [0, 1, 2, 3]);
        assert_eq!(columns(1, &[(0, 0)]), [0]);
    }
}
