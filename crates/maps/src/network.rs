//! A map as states and transitions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{END, Edge, Invalid, Join, MapPlan, Mode, START, parse_duration_s};

/// Where a journey stands on a map: at its start, at a step, or with some steps of a group done.
pub type State = u16;
/// A step of the map, in its order.
pub type StepIndex = u16;

/// States with which a map can still be held in memory as a table of pairs.
const MOST_STATES: usize = 1_500;
/// No way leads there.
pub(crate) const FAR: u32 = u32::MAX / 4;

/// A step that is taken from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// Where the journey stood.
    pub from: State,
    /// Where it stands then.
    pub to: State,
    /// What was done.
    pub step: StepIndex,
    /// Microseconds that may pass in between.
    pub within: Option<i64>,
    /// What has to be the same at both ends.
    pub join: Join,
}

/// A map in the codes of a log.
#[derive(Clone, Debug)]
pub struct Network {
    states: usize,
    pub(crate) transitions: Vec<Transition>,
    /// By step: what leaving it out costs. Optional steps, and those that no touchpoint shows, cost nothing.
    pub(crate) leaving_out: Vec<u32>,
    /// By step: some touchpoint shows it.
    pub(crate) measured: Vec<bool>,
    /// By state: what an event costs there that is at no step of the map.
    pub(crate) strict: Vec<u32>,
    /// By state: a journey may end there.
    pub(crate) ends: Vec<bool>,
    /// By touchpoint code: transitions that an event there can be, and whether it would be a failure.
    takes: Vec<Vec<(u16, bool)>>,
    /// By state `to * states + from`: the least cost of steps left out on the way.
    skip: Vec<u32>,
    /// The last transition of that way.
    via: Vec<u16>,
    /// By state: the least cost of steps left out on the way to an end, and the state at which it ends.
    to_end: Vec<(u32, State)>,
    /// By state: the transitions that leave it.
    leaving: Vec<Vec<u16>>,
    /// By state: the step that was done last.
    step_at: Vec<Option<StepIndex>>,
    /// By state: the steps that may still come and that some touchpoint shows.
    ahead: Vec<Vec<StepIndex>>,
}

impl Network {
    /// The network of a map that was checked. `code` finds a touchpoint's code; touchpoints at which nothing ever happened
    /// have none. `codes` is the number of codes.
    pub fn of(map: &MapPlan, codes: usize, code: &dyn Fn(&str) -> Option<u16>) -> Result<Self, Invalid> {
        let drawn = Drawn::of(map)?;
        let states = drawn.states.len();
        let measured: Vec<bool> = map.step.iter().map(|step| !step.touchpoints.is_empty()).collect();
        let costs = map.step.iter().zip(&measured).map(|(step, measured)| u32::from(*measured && !step.optional));
        let mut network = Self {
            states,
            leaving_out: costs.collect(),
            measured,
            strict: drawn.strict,
            ends: drawn.ends,
            takes: vec![Vec::new(); codes],
            transitions: drawn.transitions,
            skip: vec![FAR; states * states],
            via: vec![u16::MAX; states * states],
            to_end: vec![(FAR, 0); states],
            leaving: vec![Vec::new(); states],
            step_at: vec![None; states],
            ahead: Vec::new(),
        };
        for (index, transition) in network.transitions.iter().enumerate() {
            network.leaving[usize::from(transition.from)].push(index as u16);
            let step_at = &mut network.step_at[usize::from(transition.to)];
            *step_at = (*step_at).max(Some(transition.step));
            let step = &map.step[usize::from(transition.step)];
            for (touchpoints, fails) in [(&step.touchpoints, false), (&step.failing, true)] {
                for code in touchpoints.iter().filter_map(|name| code(name)) {
                    network.takes[usize::from(code)].push((index as u16, fails));
                }
            }
        }
        network.find_ways();
        network.ahead = (0..states as State).map(|state| network.steps_ahead(state)).collect();
        Ok(network)
    }

    fn steps_ahead(&self, from: State) -> Vec<StepIndex> {
        let reached = |to: usize| self.skip[to * self.states + usize::from(from)] < FAR;
        let transitions = self.transitions.iter().filter(|transition| reached(usize::from(transition.from)));
        let measured = transitions.map(|transition| transition.step).filter(|step| self.measured[usize::from(*step)]);
        measured.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.states
    }

    /// The step that was done last in a state; none at the start, and where some of a group are done the last of them in
    /// the order of the map.
    pub(crate) fn step_at(&self, state: State) -> Option<StepIndex> {
        self.step_at[usize::from(state)]
    }

    /// The steps that may still come in a state and that some touchpoint shows.
    pub(crate) fn ahead(&self, state: State) -> &[StepIndex] {
        &self.ahead[usize::from(state)]
    }

    /// How many ways lead on from a state, an end among them.
    pub(crate) fn ways_from(&self, state: State) -> usize {
        self.leaving[usize::from(state)].len() + usize::from(self.ends[usize::from(state)])
    }

    /// The transitions that an event at a touchpoint can be.
    pub(crate) fn takes(&self, code: u16) -> &[(u16, bool)] {
        self.takes.get(usize::from(code)).map_or(&[], |takes| takes)
    }

    /// All transitions, by their numbers.
    pub fn all(&self) -> &[Transition] {
        &self.transitions
    }

    /// By state: a journey may end there.
    pub fn ends_of(&self) -> &[bool] {
        &self.ends
    }

    /// True where nothing may happen but what comes next.
    pub fn is_strict(&self, state: State) -> bool {
        self.strict[usize::from(state)] > 0
    }

    /// True for touchpoints of steps.
    pub fn knows(&self, code: u16) -> bool {
        !self.takes(code).is_empty()
    }

    /// The costs of coming to a state without doing what lies between, by where one comes from.
    pub(crate) fn skips_to(&self, to: State) -> &[u32] {
        let begin = usize::from(to) * self.states;
        &self.skip[begin..begin + self.states]
    }

    /// What it costs to end from a state, and where.
    pub(crate) fn to_end(&self, from: State) -> (u32, State) {
        self.to_end[usize::from(from)]
    }

    /// The steps left out between two states, in their order.
    pub(crate) fn left_out(&self, from: State, to: State, steps: &mut Vec<StepIndex>) {
        let begin = steps.len();
        let mut at = to;
        while at != from {
            let transition = self.transitions[usize::from(self.via[usize::from(at) * self.states + usize::from(from)])];
            steps.push(transition.step);
            at = transition.from;
        }
        steps[begin..].reverse();
    }

    /// The transitions from a state.
    pub(crate) fn from(&self, state: State) -> impl Iterator<Item = &Transition> {
        self.leaving[usize::from(state)].iter().map(|index| &self.transitions[usize::from(*index)])
    }

    /// Least costs between all states: costs are 0 or 1, so states are visited in the order of a queue with two ends (Dial
    /// 1969). Of equal ways the one with fewer steps is taken, of equal ones the one of the earlier transitions.
    fn find_ways(&mut self) {
        for from in 0..self.states {
            // By state: the cost, the number of steps, the last transition.
            let mut best = vec![(FAR, u32::MAX, u16::MAX); self.states];
            best[from] = (0, 0, u16::MAX);
            let mut queue = BTreeSet::from([(0_u32, 0_u32, from)]);
            while let Some((cost, length, at)) = queue.pop_first() {
                if (cost, length) != (best[at].0, best[at].1) {
                    continue;
                }
                for &index in &self.leaving[at] {
                    let transition = self.transitions[usize::from(index)];
                    let to = usize::from(transition.to);
                    let next = (cost + self.leaving_out[usize::from(transition.step)], length + 1);
                    if next < (best[to].0, best[to].1) {
                        best[to] = (next.0, next.1, index);
                        queue.insert((next.0, next.1, to));
                    }
                }
            }
            for (to, &(cost, _, via)) in best.iter().enumerate() {
                self.skip[to * self.states + from] = cost;
                self.via[to * self.states + from] = via;
            }
            let ends = best.iter().zip(&self.ends).enumerate().filter(|(_, (_, ends))| **ends);
            let nearest = ends.map(|(state, (&(cost, length, _), _))| (cost, length, state)).min();
            if let Some((cost, _, state)) = nearest {
                self.to_end[from] = (cost, state as State);
            }
        }
    }
}

/// States and transitions in the making.
struct Drawn {
    states: Vec<Place>,
    transitions: Vec<Transition>,
    strict: Vec<u32>,
    ends: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Start,
    Step(StepIndex),
    /// Which steps of a group are done: a bit each.
    Done(usize, u32),
}

impl Drawn {
    fn of(map: &MapPlan) -> Result<Self, Invalid> {
        let index_of: HashMap<&str, StepIndex> =
            map.step.iter().zip(0..).map(|(step, index)| (step.id.as_str(), index)).collect();
        let mut groups: BTreeMap<&str, Vec<StepIndex>> = BTreeMap::new();
        for (step, index) in map.step.iter().zip(0..) {
            if !step.parallel.is_empty() {
                groups.entry(&step.parallel).or_default().push(index);
            }
        }
        let groups: Vec<Vec<StepIndex>> = groups.into_values().collect();
        let group_of = |step: StepIndex| groups.iter().position(|members| members.contains(&step));

        let mut states = vec![Place::Start];
        states.extend((0..map.step.len() as u16).filter(|step| group_of(*step).is_none()).map(Place::Step));
        for (group, members) in groups.iter().enumerate() {
            states.extend((1..1_u32 << members.len()).map(|done| Place::Done(group, done)));
        }
        if states.len() > MOST_STATES {
            let reason = format!("states are more than {MOST_STATES}: fewer steps may happen in any order");
            return Err(Invalid::new("step", &states.len().to_string(), reason));
        }
        let state_of: HashMap<Place, State> = states.iter().zip(0..).map(|(place, state)| (*place, state)).collect();
        let mut drawn =
            Self { strict: vec![0; states.len()], ends: vec![false; states.len()], transitions: Vec::new(), states };
        for edge in map.edges_in_force() {
            let (from, to) = (index_of.get(edge.from.as_str()).copied(), index_of.get(edge.to.as_str()).copied());
            let within_group =
                from.zip(to).is_some_and(|(from, to)| group_of(from).is_some() && group_of(from) == group_of(to));
            // Where steps simply follow each other, those of a group do so in any order.
            if within_group && map.edge.is_empty() {
                continue;
            }
            let from = match from.map(|step| (step, group_of(step))) {
                None => state_of[&Place::Start],
                Some((step, None)) => state_of[&Place::Step(step)],
                Some((_, Some(group))) => state_of[&Place::Done(group, (1 << groups[group].len()) - 1)],
            };
            if edge.mode.unwrap_or(map.mode) == Mode::Next {
                drawn.strict[usize::from(from)] = 1;
            }
            let within = limit(&edge)?;
            match to.map(|step| (step, group_of(step))) {
                None => drawn.ends[usize::from(from)] = true,
                Some((step, None)) => drawn.draw(from, state_of[&Place::Step(step)], step, (within, edge.join)),
                Some((_, Some(group))) => {
                    for (place, &step) in groups[group].iter().enumerate() {
                        drawn.draw(from, state_of[&Place::Done(group, 1 << place)], step, (within, edge.join));
                    }
                }
            }
        }
        for (group, members) in groups.iter().enumerate() {
            for done in 1..1_u32 << members.len() {
                let from = state_of[&Place::Done(group, done)];
                if map.mode == Mode::Next {
                    drawn.strict[usize::from(from)] = 1;
                }
                for (place, &step) in members.iter().enumerate().filter(|(place, _)| done & (1 << place) == 0) {
                    drawn.draw(from, state_of[&Place::Done(group, done | 1 << place)], step, (None, Join::Customer));
                }
            }
        }
        Ok(drawn)
    }

    /// Adds a transition, once; of two limits the longer one holds, of two joins none.
    fn draw(&mut self, from: State, to: State, step: StepIndex, (within, join): (Option<i64>, Join)) {
        let same = |known: &&mut Transition| (known.from, known.to, known.step) == (from, to, step);
        match self.transitions.iter_mut().find(same) {
            None => self.transitions.push(Transition { from, to, step, within, join }),
            Some(known) => {
                known.within = known.within.zip(within).map(|(known, other)| known.max(other));
                known.join = if known.join == join { join } else { Join::Customer };
            }
        }
    }
}

fn limit(edge: &Edge) -> Result<Option<i64>, Invalid> {
    if edge.within.is_empty() || edge.from == START || edge.to == END {
        return Ok(None);
    }
    Ok(Some((parse_duration_s(&edge.within)? * 1e6) as i64))
}
