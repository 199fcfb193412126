//! The best alignment of a journey to a map.

use crate::network::{FAR, Network, State, StepIndex};

/// One move of an alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// An event is a step of the map.
    Taken {
        /// Which event of the journey, from 0.
        event: u32,
        /// Which transition of the network.
        transition: u16,
        /// Where the journey stood before the steps that were left out on the way.
        from: State,
        /// It was tried and failed.
        fails: bool,
    },
    /// A planned step that the journey has not.
    LeftOut(StepIndex),
    /// An event that the plan has not, and where the journey stood.
    Beside {
        /// Which event of the journey, from 0.
        event: u32,
        /// The last state that was come to.
        at: State,
    },
}

/// What is known of an aligned journey beside its moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aligned {
    /// Planned steps left out that had to be done, failures, and events beside the plan that the plan does not allow there.
    pub cost: u32,
    /// What it would cost to leave out the whole plan, with all events beside it.
    pub worst: u32,
    /// The last state that was come to.
    pub last: State,
}

/// Aligns journeys, one after the other, in the same memory.
///
/// Of all alignments one with the least cost is found, by dynamic programming over the events: for each state the least
/// cost of having come to it last. Steps left out in between are looked up in a table of all ways, so an event costs as
/// many additions as there are states, for itself and for each transition it may be. Of equal costs the journey has rather
/// come close to an end, of two events that could be one step the earlier is it, then the earlier state counts.
#[derive(Debug, Default)]
pub struct Aligner {
    costs: Vec<u32>,
    next: Vec<u32>,
    /// By event: where its changes begin.
    begins: Vec<u32>,
    /// States that the event came to more cheaply than by staying: state, from, transition, whether it failed.
    changes: Vec<(State, State, u16, bool)>,
    skipped: Vec<StepIndex>,
    pub(crate) moves: Vec<Move>,
}

impl Aligner {
    /// Aligns a journey, as touchpoint codes. A journey that is not over is held against the plan only as far as it has
    /// come: nothing that may still happen is left out.
    pub fn align(&mut self, network: &Network, codes: &[u16], is_over: bool) -> Aligned {
        let worst = self.forward(network, codes);
        let end = |(state, &cost): (usize, &u32)| {
            let (to_end, _) = network.to_end(state as State);
            (if is_over { cost.saturating_add(to_end) } else { cost }, to_end, state)
        };
        let (cost, _, last) = self.costs.iter().enumerate().map(end).min().unwrap_or_default();
        let last = last as State;
        self.back(network, codes.len(), last, is_over);
        Aligned { cost, worst: worst + if is_over { network.to_end(0).0 } else { 0 }, last }
    }

    /// The moves of the journey aligned last, in their order.
    pub fn moves(&self) -> &[Move] {
        &self.moves
    }

    /// The least cost of each state after all events; given back is the cost of all events beside the plan.
    fn forward(&mut self, network: &Network, codes: &[u16]) -> u32 {
        let states = network.states();
        self.costs.clear();
        self.costs.resize(states, FAR);
        self.costs[0] = 0;
        self.next.resize(states, FAR);
        self.begins.clear();
        self.changes.clear();
        let mut worst = 0;
        for &code in codes {
            self.begins.push(self.changes.len() as u32);
            let takes = network.takes(code);
            if takes.is_empty() {
                worst += network.strict[0];
                for (cost, strict) in self.costs.iter_mut().zip(&network.strict) {
                    *cost = (*cost + strict).min(FAR);
                }
                continue;
            }
            worst += 1;
            self.next.clear();
            self.next.extend(self.costs.iter().map(|cost| (cost + 1).min(FAR)));
            for &(index, fails) in takes {
                let transition = network.transitions[usize::from(index)];
                let skips = network.skips_to(transition.from);
                let least = self.costs.iter().zip(skips).map(|(cost, skip)| cost + skip).min().unwrap_or(FAR);
                let cost = least + u32::from(fails);
                let to = usize::from(transition.to);
                if least < FAR && cost < self.next[to] {
                    let from = self.costs.iter().zip(skips).position(|(cost, skip)| cost + skip == least);
                    self.next[to] = cost;
                    self.changes.push((transition.to, from.unwrap_or_default() as State, index, fails));
                }
            }
            std::mem::swap(&mut self.costs, &mut self.next);
        }
        worst
    }

    fn back(&mut self, network: &Network, events: usize, last: State, is_over: bool) {
        self.moves.clear();
        if is_over {
            let (_, end) = network.to_end(last);
            self.leave_out(network, last, end);
        }
        let mut at = last;
        for event in (0..events).rev() {
            let begin = self.begins[event] as usize;
            let end = self.begins.get(event + 1).map_or(self.changes.len(), |&end| end as usize);
            // The last change of a state is the cheapest.
            let change = self.changes[begin..end].iter().rev().find(|(to, ..)| *to == at).copied();
            let event = event as u32;
            match change {
                None => self.moves.push(Move::Beside { event, at }),
                Some((_, from, transition, fails)) => {
                    self.moves.push(Move::Taken { event, transition, from, fails });
                    self.leave_out(network, from, network.transitions[usize::from(transition)].from);
                    at = from;
                }
            }
        }
        self.moves.reverse();
    }

    /// Steps between two states, the last first: moves are found from the end.
    fn leave_out(&mut self, network: &Network, from: State, to: State) {
        if from == to {
            return;
        }
        self.skipped.clear();
        network.left_out(from, to, &mut self.skipped);
        self.moves.extend(self.skipped.iter().rev().map(|step| Move::LeftOut(*step)));
    }
}
