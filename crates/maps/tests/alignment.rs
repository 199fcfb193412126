//! Alignments against the plainest means there are: all ways of a small network, held against a journey by edit distance.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use maps::{Aligner, Move, Network};
use model::{Edge, MapPlan, Mode, Step};
use proptest::prelude::*;

/// Touchpoints `t0`, `t1`, ...; the step `s3` is seen at `t3`, the one of code 6 is on no map.
const OFF_MAP: u16 = 6;

fn map() -> impl Strategy<Value = MapPlan> {
    let steps = proptest::collection::vec((any::<bool>(), 0..3_u8), 1..6);
    (steps, proptest::collection::vec((0..6_usize, 0..6_usize), 0..8), any::<bool>()).prop_map(
        |(steps, edges, next)| {
            let count = steps.len();
            let step = |(index, (optional, group)): (usize, &(bool, u8))| Step {
                id: format!("s{index}"),
                title: format!("S{index}"),
                touchpoints: vec![format!("t{index}")],
                optional: *optional,
                // Two neighbours at most, so that groups stay small.
                parallel: if *group == 0 && index >= 2 { "g".to_owned() } else { String::new() },
                ..Step::default()
            };
            let mut map = MapPlan {
                title: "M".to_owned(),
                mode: if next { Mode::Next } else { Mode::Eventually },
                step: steps.iter().enumerate().map(step).collect(),
                ..MapPlan::default()
            };
            let grouped = map.step.iter().filter(|step| !step.parallel.is_empty()).count();
            if grouped == 1 {
                map.step.iter_mut().for_each(|step| step.parallel.clear());
            }
            let edge = |(from, to): &(usize, usize)| Edge {
                from: format!("s{}", from % count),
                to: format!("s{}", to % count),
                ..Edge::default()
            };
            let mut known = std::collections::BTreeSet::new();
            map.edge = edges
                .iter()
                .map(edge)
                .filter(|edge| known.insert((edge.from.clone(), edge.to.clone())))
                .filter(|edge| {
                    let group = |id: &str| map.step.iter().find(|step| step.id == id).map(|step| step.parallel.clone());
                    group(&edge.from).as_deref() == Some("") || group(&edge.from) != group(&edge.to)
                })
                .collect();
            map
        },
    )
}

/// The least cost by trying everything: from a state and an event on, leave out, take, or set beside, up to a bound on how
/// many steps are left out in a row.
fn plainly(network: &Network, map: &MapPlan, codes: &[u16], is_over: bool) -> u32 {
    // Dijkstra by hand would be the algorithm itself; this is Bellman and Ford on (event, state) pairs.
    let states = network.states();
    let far = u32::MAX / 8;
    let mut cost = vec![vec![far; states]; codes.len() + 1];
    cost[0][0] = 0;
    let transitions = network.all();
    let ends = network.ends_of();
    loop {
        let mut changed = false;
        for event in 0..=codes.len() {
            for state in 0..states {
                let now = cost[event][state];
                if now >= far {
                    continue;
                }
                let mut offer = |event: usize, state: usize, to: u32| {
                    if to < cost[event][state] {
                        cost[event][state] = to;
                        changed = true;
                    }
                };
                for transition in transitions.iter().filter(|one| usize::from(one.from) == state) {
                    let step = &map.step[usize::from(transition.step)];
                    offer(event, usize::from(transition.to), now + u32::from(!step.optional));
                    if event < codes.len() && format!("t{}", codes[event]) == step.touchpoints[0] {
                        offer(event + 1, usize::from(transition.to), now);
                    }
                }
                if event < codes.len() {
                    let on_map = usize::from(codes[event]) < map.step.len();
                    let beside = u32::from(on_map || network.is_strict(state as u16));
                    offer(event + 1, state, now + beside);
                }
            }
        }
        if !changed {
            break;
        }
    }
    let last = &cost[codes.len()];
    last.iter().enumerate().filter(|(state, _)| !is_over || ends[*state]).map(|(_, cost)| *cost).min().unwrap()
}

fn code(name: &str) -> Option<u16> {
    name.strip_prefix('t').and_then(|number| number.parse().ok())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn no_alignment_is_cheaper_and_the_moves_add_up(
        map in map(), codes in proptest::collection::vec(0..=OFF_MAP, 0..9), is_over in any::<bool>(),
    ) {
        let body = serde_json::to_value(&map).unwrap();
        prop_assume!(model::check_body(model::DocumentKind::Map, "m", &body).is_ok());
        let network = Network::of(&map, 7, &code).unwrap();
        let mut aligner = Aligner::default();
        let aligned = aligner.align(&network, &codes, is_over);
        prop_assert_eq!(aligned.cost, plainly(&network, &map, &codes, is_over));
        prop_assert!(aligned.cost <= aligned.worst);
        // Every event has one move, in its order, and the moves cost what is said.
        let mut events = 0;
        let mut cost = 0;
        let mut state = 0;
        for step in aligner.moves() {
            match *step {
                Move::Taken { event, transition, from, fails } => {
                    prop_assert_eq!((event, fails), (events, false));
                    events += 1;
                    prop_assert_eq!(from, state);
                    let taken = network.all()[usize::from(transition)];
                    prop_assert_eq!(map.step[usize::from(taken.step)].touchpoints[0].clone(), format!("t{}", codes[event as usize]));
                    state = taken.to;
                }
                Move::LeftOut(step) => cost += u32::from(!map.step[usize::from(step)].optional),
                Move::Beside { event, at } => {
                    prop_assert_eq!((event, at), (events, state));
                    events += 1;
                    let on_map = usize::from(codes[event as usize]) < map.step.len();
                    cost += u32::from(on_map || network.is_strict(at));
                }
            }
        }
        prop_assert_eq!((events as usize, cost), (codes.len(), aligned.cost));
        prop_assert!(is_over || state == aligned.last);
    }
}
