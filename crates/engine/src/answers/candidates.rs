//! Which known customers somebody could be: a new record against what customers have told of themselves.
//!
//! The records are the traits of identify events. They are read from the journal at the first question and caught up with
//! at each later one, so ingest never waits for them; nothing of them is kept on disk.

use hashbrown::{HashMap, HashSet};
use linkage::{Decisions, Field, LinkageModel, Linker, Person, Records, Step, Training, Waterfall};
use model::{Invalid, NodeId};
use serde::Serialize;
use store::Block;

use super::Answers;
use super::told::Told;
use crate::EngineError;
use crate::plans::current_linkage;

/// Records held at most, about 300 bytes each, and as much again while the index is built.
const MOST_RECORDS: usize = 1_000_000;
/// Different things that one identifier has told of its person, at most: moves, marriages, slips.
const MOST_STATES: usize = 8;
/// Candidates in an answer.
const MOST_CANDIDATES: usize = 10;
/// Blocks read from the journal at once.
const BLOCKS: usize = 64;

/// Customers that somebody could be.
#[derive(Clone, Debug, Serialize)]
pub struct Candidates {
    /// The likeliest first, 10 at most.
    pub candidates: Vec<Candidate>,
    /// The version of the linkage model, such as `linkage@3`; `built_in` if it was trained on the records themselves.
    pub model: String,
    /// Records of customers that were searched.
    pub records: usize,
    /// Records for which there was no room.
    pub left_out: u64,
}

/// A customer, by the record that is most like the one asked for.
#[derive(Clone, Debug, Serialize)]
pub struct Candidate {
    /// The customer as of now.
    pub customer: String,
    /// Probability that both are one person.
    pub probability: f64,
    /// Weight of the pair, in bits.
    pub weight: f64,
    /// True if the two contradict each other in a way that forbids linking by weight alone.
    pub vetoed: bool,
    /// log2 of the odds before anything is compared.
    pub prior: f64,
    /// The comparisons with their weights; `value_a` is what was asked, `value_b` what is known.
    pub steps: Vec<Step>,
}

/// Records of customers, to be compared with each other.
#[derive(Debug)]
pub(super) struct People {
    pub(super) records: Records,
    /// For each record whose it is.
    pub(super) of: Vec<NodeId>,
    /// Versions of the identity rules and of the linkage model; 0 for none.
    pub(super) under: (u32, u32),
    /// Records there are in all.
    pub(super) told: usize,
    /// Records that are not even held.
    pub(super) left_out: u64,
}

/// What customers have told, ready to be searched.
#[derive(Debug)]
pub(super) struct KnownPeople {
    /// Versions of the identity rules and of the linkage model under which it was built; 0 for none.
    under: (u32, u32),
    /// The last block of the journal that was read.
    position: u64,
    held: Held,
    /// For each record whose it is, and the record before it of the same identifier.
    of: Vec<(NodeId, Option<u32>)>,
    /// The last record of each identifier.
    last: HashMap<NodeId, u32>,
    left_out: u64,
}

/// Records, gathered first and then searched.
#[derive(Debug)]
struct Held {
    gathered: Records,
    /// Has taken over what was gathered.
    linker: Option<Linker>,
    /// How many records there were when it was built.
    indexed: usize,
}

impl Answers {
    /// The customers that a person could be who tells this of themselves, from the model's probability for review on.
    ///
    /// Errors with [`EngineError::Invalid`] if nothing is told that could be compared.
    pub fn candidates(&self, told: &[(Field, &str)]) -> Result<Candidates, EngineError> {
        if told.iter().all(|(_, value)| value.trim().is_empty()) {
            let fields = Field::ALL.map(Field::as_str).join(", ");
            return Err(Invalid::missing(Field::GivenName.as_str(), format!("is missing: tell one of {fields}")).into());
        }
        let person = Person::of(told);
        let mut slot = self.people();
        let (known, model) = self.caught_up(&mut slot)?;
        let linkage_version = known.under.1;
        let linker = known.held.linker(model);

        let folded = self.settled()?;
        let mut customers = HashSet::new();
        let mut candidates = Vec::new();
        for found in linker.find(&person) {
            let customer = folded.identity.customer_of(known.of[found.record as usize].0);
            if candidates.len() < MOST_CANDIDATES && customers.insert(customer) {
                let Waterfall { prior, steps, .. } = linker.explain(&person, found.record);
                let (probability, weight, vetoed) = (found.probability, found.weight, found.vetoed);
                candidates.push(Candidate {
                    customer: customer.to_string(),
                    probability,
                    weight,
                    vetoed,
                    prior,
                    steps,
                });
            }
        }
        let model = if linkage_version == 0 { "built_in".to_owned() } else { format!("linkage@{linkage_version}") };
        Ok(Candidates { candidates, model, records: linker.records().len(), left_out: known.left_out })
    }

    /// The versions of the plans in force and how many records there are under them.
    pub(super) fn people_told(&self) -> Result<((u32, u32), usize), EngineError> {
        let mut slot = self.people();
        let (known, _) = self.caught_up(&mut slot)?;
        Ok((known.under, known.of.len()))
    }

    /// A copy of the first records, at most `most`, and the model in force, if there is one.
    pub(super) fn people_to_compare(&self, most: usize) -> Result<(People, Option<LinkageModel>), EngineError> {
        let mut slot = self.people();
        let (known, model) = self.caught_up(&mut slot)?;
        let records = known.held.records().first(most);
        let of = known.of.iter().take(most).map(|(node, _)| *node).collect();
        let (under, told, left_out) = (known.under, known.of.len(), known.left_out);
        Ok((People { records, of, under, told, left_out }, model))
    }

    /// What is known under the plans in force, with everything in it that is folded.
    fn caught_up<'s>(
        &self,
        slot: &'s mut Option<KnownPeople>,
    ) -> Result<(&'s mut KnownPeople, Option<LinkageModel>), EngineError> {
        let model = current_linkage(self.plans())?;
        let linkage_version = model.as_ref().map_or(0, |(version, _)| *version);
        let under = (self.settled()?.plans.identity_version, linkage_version);
        // Identifiers may have other numbers under other rules.
        let known = slot.take().filter(|known| known.under == under).unwrap_or_else(|| KnownPeople::new(under));
        let known = slot.insert(known);
        self.catch_up(known)?;
        Ok((known, model.map(|(_, model)| model)))
    }

    /// Reads what was journalled since, as far as it is folded.
    fn catch_up(&self, known: &mut KnownPeople) -> Result<(), EngineError> {
        loop {
            let blocks = self.journal().read_after(known.position, BLOCKS)?;
            if blocks.is_empty() {
                return Ok(());
            }
            for block in blocks {
                if !self.read(&block, known)? {
                    return Ok(());
                }
            }
        }
    }

    /// Takes in a block; false if it is not folded yet.
    fn read(&self, block: &Block, known: &mut KnownPeople) -> Result<bool, EngineError> {
        if self.folded().position < block.position {
            return Ok(false);
        }
        for event in block.events() {
            let (arrival, event) = event?;
            let Some(told) = Told::of(&event) else { continue };
            let Some(anchor) = self.folded().identity.anchor_of(arrival, &event) else { return Ok(false) };
            known.take_in(anchor, told);
        }
        known.position = block.position;
        Ok(true)
    }
}

impl KnownPeople {
    fn new(under: (u32, u32)) -> Self {
        let held = Held { gathered: Records::new(), linker: None, indexed: 0 };
        Self { under, position: 0, held, of: Vec::new(), last: HashMap::new(), left_out: 0 }
    }

    /// Keeps what an identifier's person told, unless it told just that before.
    fn take_in(&mut self, anchor: NodeId, told: Told) {
        let last = self.last.get(&anchor).copied();
        let told = match last {
            Some(last) => told.over(|field| self.held.records().value(last, field)),
            None => told,
        };
        let person = told.person();
        let (mut before, mut states) = (last, 0);
        while let Some(record) = before {
            if self.held.holds(record, &person) {
                return;
            }
            states += 1;
            before = self.of[record as usize].1;
        }
        if states >= MOST_STATES || self.of.len() >= MOST_RECORDS {
            self.left_out += 1;
            return;
        }
        let record = self.held.add(&person);
        self.of.push((anchor, last));
        self.last.insert(anchor, record);
    }
}

impl Held {
    fn records(&self) -> &Records {
        self.linker.as_ref().map_or(&self.gathered, Linker::records)
    }

    fn holds(&mut self, record: u32, person: &Person<'_>) -> bool {
        match &mut self.linker {
            Some(linker) => linker.holds(record, person),
            None => self.gathered.holds(record, person),
        }
    }

    fn add(&mut self, person: &Person<'_>) -> u32 {
        match &mut self.linker {
            Some(linker) => linker.add("", person),
            None => self.gathered.push("", person),
        }
    }

    /// The linker over all records; built anew whenever there are twice as many, for a built-in model is trained on them.
    fn linker(&mut self, model: Option<LinkageModel>) -> &mut Linker {
        let linker = match self.linker.take() {
            Some(linker) if linker.records().len() <= 2 * self.indexed => linker,
            Some(linker) => self.indexed(linker.into_records(), model),
            None => {
                let gathered = std::mem::replace(&mut self.gathered, Records::new());
                self.indexed(gathered, model)
            }
        };
        self.linker.insert(linker)
    }

    fn indexed(&mut self, records: Records, model: Option<LinkageModel>) -> Linker {
        self.indexed = records.len();
        match model {
            Some(model) => Linker::of(records, model),
            None => {
                let built_in = LinkageModel::default();
                let linked = linkage::link(&records, &built_in, Training::OnTheseRecords, &Decisions::default());
                Linker::new(records, linked)
            }
        }
    }
}
