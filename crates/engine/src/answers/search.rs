//! Customers by a part of what they are called or known under.
//!
//! An index in memory holds the words of names that people told of themselves and the identifiers that people read out or
//! type: mail addresses, numbers of telephones and cards, account names. Identifiers that machines make, of browsers and devices,
//! are found whole. The index is made at the first question and goes on at each later one, a bounded time each, so that no
//! question waits for it; an answer says how much is not in it yet.

use std::collections::BTreeSet;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use hashbrown::{HashMap, HashSet};
use linkage::Field;
use model::names::{fold, without_umlauts};
use model::{Arrival, CustomerId, IdentifierKind, Invalid, NodeId};
use serde::Serialize;
use store::{Block, NodeRow};

use super::customers::{is_named, known_for};
use super::told::Told;
use super::word_index::WordIndex;
use super::{Answers, IdentifierView};
use crate::EngineError;
use crate::folded::Folded;

/// How long a question goes on with the index before it answers from what is in it.
const PATIENCE: Duration = Duration::from_millis(250);
/// Blocks read from the journal at once.
const BLOCKS: usize = 16;
/// Identifiers read from the state at once.
const NODES: usize = 10_000;
/// Different words held of names and identifiers, some 150 bytes each.
const MOST_WORDS: usize = 4_000_000;
/// Words looked at for one part of a question.
const MOST_FOUND: usize = 5_000;
/// Places looked at for one part of a question.
const MOST_PLACES: usize = 200_000;
/// Identifiers shown of a customer.
const SHOWN: usize = 5;
/// Letters of a question.
const MOST_LETTERS: usize = 200;

/// Customers that a search has found.
#[derive(Clone, Debug, Serialize)]
pub struct SearchAnswer {
    /// Those that are called just so first, then those whose words begin so.
    pub customers: Vec<FoundCustomer>,
    /// True if there are more.
    pub more: bool,
    /// False if a part of the question is in so many words that not all of them were looked at.
    pub complete: bool,
    /// Events that are stored and not yet in the index: ask again.
    pub behind: u64,
    /// Words for which there was no room.
    pub left_out: u64,
}

/// A customer that a search has found.
#[derive(Clone, Debug, Serialize)]
pub struct FoundCustomer {
    /// The customer as of now.
    pub customer: String,
    /// The name told last, if any; none where the search is for a purpose.
    pub name: Option<String>,
    /// Some of what points to the customer, the matched one first.
    pub identifiers: Vec<IdentifierView>,
    /// How many identifiers there are.
    pub identifiers_in_all: u64,
}

/// The index as far as it is made.
#[derive(Debug, Default)]
pub(super) struct SearchIndex {
    /// Version of the identity rules under which it was made: under others identifiers may have other numbers.
    under: u32,
    names: WordIndex,
    identifiers: WordIndex,
    kinds: BTreeSet<String>,
    /// The last identifier taken in.
    node: u32,
    /// The last block taken in, and its last event.
    position: u64,
    through: u64,
    /// By identifier, the name told last and by which event.
    called: HashMap<u32, (Arrival, Box<str>)>,
    left_out: u64,
}

/// What a question is made of.
#[derive(Debug, PartialEq, Eq)]
struct Terms(Vec<String>);

/// Hits in their order, each customer once.
struct Hits {
    most: usize,
    seen: HashSet<CustomerId>,
    found: Vec<(CustomerId, NodeId, Vec<NodeId>)>,
    is_more: bool,
}

impl Answers {
    /// Customers whose names or identifiers hold all words of `text`, at most `most`; as far as they may be known for a
    /// purpose, for which names are not searched: what was told is not filed by purpose.
    pub fn search(&self, text: &str, most: usize, purpose: Option<&str>) -> Result<SearchAnswer, EngineError> {
        let terms = Terms::of(text)?;
        let mut slot = self.search_index.lock().unwrap_or_else(PoisonError::into_inner);
        let under = self.settled()?.plans.identity_version;
        if slot.under != under {
            *slot = SearchIndex { under, ..SearchIndex::default() };
        }
        self.go_on_with(&mut slot, Instant::now() + PATIENCE)?;
        let index = &*slot;
        let folded = self.folded();
        if let Some(purpose) = purpose {
            is_named(&folded, purpose)?;
        }
        let mut hits = Hits { most, seen: HashSet::new(), found: Vec::new(), is_more: false };
        for node in index.exactly(&folded, text) {
            hits.add(&folded, node, purpose, |_, _| true)?;
        }
        let parts: Vec<(Vec<u32>, bool)> = terms.0.iter().map(|term| index.places(term, purpose.is_none())).collect();
        let complete = parts.iter().all(|(_, complete)| *complete);
        // The part of the question that fewest have leads; the others only let pass.
        let leads = (0..parts.len()).min_by_key(|&part| parts[part].0.len()).unwrap_or_default();
        let leading = parts.get(leads).map_or(&[][..], |(places, _)| places);
        let others = parts.iter().enumerate().filter(|(part, _)| *part != leads);
        let others: Vec<Other> = others.map(|(_, (places, _))| Other::of(&folded, places, leading, purpose)).collect();
        let lets_pass =
            |customer: CustomerId, nodes: &[NodeId]| others.iter().all(|other| other.lets_pass(customer, nodes));
        for &node in leading {
            if hits.is_more {
                break;
            }
            hits.add(&folded, NodeId(node), purpose, lets_pass)?;
        }
        let Hits { found, is_more, .. } = hits;
        let mut customers = Vec::with_capacity(found.len());
        for (customer, node, nodes) in found {
            let shown = std::iter::once(node).chain(nodes.iter().copied().filter(|&other| other != node)).take(SHOWN);
            let identifiers = shown.map(|node| self.identifier(&folded, node)).collect::<Result<_, _>>()?;
            let name = if purpose.is_none() { index.name_of(&nodes) } else { None };
            customers.push(FoundCustomer {
                customer: customer.to_string(),
                name,
                identifiers,
                identifiers_in_all: nodes.len() as u64,
            });
        }
        let missing = u64::from(folded.identity.nodes() - index.node);
        drop(folded);
        let behind = self.journalled()?.0.saturating_sub(index.through).max(missing);
        Ok(SearchAnswer { customers, more: is_more, complete, behind, left_out: index.left_out })
    }

    /// Takes in what is new, identifiers first, until a moment has come.
    fn go_on_with(&self, index: &mut SearchIndex, until: Instant) -> Result<(), EngineError> {
        // Taken first: what is saved in between is found in the state.
        let unsaved: Vec<NodeRow<'static>> = {
            let folded = self.folded();
            folded.unsaved.iter().filter(|row| row.node.0 > index.node).cloned().collect()
        };
        loop {
            let rows = self.state().nodes_after(NodeId(index.node), NODES)?;
            rows.iter().for_each(|row| index.take_identifier(row));
            if rows.len() < NODES {
                break;
            }
            if Instant::now() >= until {
                return Ok(());
            }
        }
        for row in unsaved {
            if row.node.0 == index.node + 1 {
                index.take_identifier(&row);
            }
        }
        while Instant::now() < until {
            let blocks = self.journal().read_after(index.position, BLOCKS)?;
            if blocks.is_empty() {
                return Ok(());
            }
            for block in blocks {
                if self.folded().position < block.position {
                    return Ok(());
                }
                self.take_names(&block, index)?;
            }
        }
        Ok(())
    }

    fn take_names(&self, block: &Block, index: &mut SearchIndex) -> Result<(), EngineError> {
        for entry in block.events() {
            let (arrival, event) = entry?;
            let Some(told) = Told::of(&event) else { continue };
            let Some(name) = name_told(&told) else { continue };
            if let Some(anchor) = self.folded().identity.anchor_of(arrival, &event) {
                index.take_name(anchor, arrival, &name);
            }
        }
        index.position = block.position;
        index.through = block.next().0 - 1;
        Ok(())
    }
}

/// Another part of a question: who has it.
enum Other {
    /// Of those who have the leading part.
    Customers(HashSet<CustomerId>),
    /// For a purpose: that somebody has both says that both are one person, which holds for parts of a customer only.
    Nodes(HashSet<NodeId>),
}

impl Other {
    fn of(folded: &Folded, places: &[u32], leading: &[u32], purpose: Option<&str>) -> Self {
        if purpose.is_some() {
            return Self::Nodes(places.iter().map(|&node| NodeId(node)).collect());
        }
        let customer = |&node: &u32| folded.identity.customer_of(NodeId(node));
        let candidates: HashSet<CustomerId> = leading.iter().map(customer).collect();
        Self::Customers(places.iter().map(customer).filter(|customer| candidates.contains(customer)).collect())
    }

    fn lets_pass(&self, customer: CustomerId, part: &[NodeId]) -> bool {
        match self {
            Self::Customers(customers) => customers.contains(&customer),
            Self::Nodes(nodes) => part.iter().any(|node| nodes.contains(node)),
        }
    }
}

impl Hits {
    fn add(
        &mut self,
        folded: &Folded,
        node: NodeId,
        purpose: Option<&str>,
        lets_pass: impl Fn(CustomerId, &[NodeId]) -> bool,
    ) -> Result<(), EngineError> {
        let whole = folded.identity.customer_of(node);
        if purpose.is_none() && (self.seen.contains(&whole) || !lets_pass(whole, &[])) {
            return Ok(());
        }
        if let Some(purpose) = purpose {
            let serves = folded.identity.purpose_of(node);
            if !serves.is_empty() && !serves.split(' ').any(|named| named == purpose) {
                return Ok(());
            }
        }
        let (customer, nodes) = known_for(folded, node, purpose)?;
        if purpose.is_some() && (self.seen.contains(&customer) || !lets_pass(customer, &nodes)) {
            return Ok(());
        }
        if self.found.len() == self.most {
            self.is_more = true;
            return Ok(());
        }
        self.seen.insert(customer);
        self.found.push((customer, node, nodes));
        Ok(())
    }
}

impl SearchIndex {
    fn take_identifier(&mut self, row: &NodeRow<'_>) {
        self.node = row.node.0;
        let kind = row.kind.as_str();
        if !self.kinds.contains(kind) {
            self.kinds.insert(kind.to_owned());
        }
        if matches!(row.kind, IdentifierKind::AnonymousId | IdentifierKind::DeviceId) {
            return;
        }
        let whole = row.value.to_lowercase();
        // The part behind the @ stands for too many to be a word of its own.
        let spoken = if row.kind == IdentifierKind::Email { whole.split('@').next() } else { Some(whole.as_str()) };
        let words = words_of(spoken.unwrap_or_default());
        let is_one_word = words.len() == 1 && words[0] == whole;
        let wholes = (!is_one_word).then_some(&whole);
        self.take(words.iter().chain(wholes), row.node.0, Which::Identifiers);
    }

    fn take_name(&mut self, anchor: NodeId, arrival: Arrival, name: &str) {
        let is_as_before = self.called.get(&anchor.0).is_some_and(|(_, before)| before.as_ref() == name);
        if !is_as_before {
            self.take(words_of(name).iter(), anchor.0, Which::Names);
        }
        self.called.insert(anchor.0, (arrival, name.into()));
    }

    fn take<'w>(&mut self, words: impl Iterator<Item = &'w String>, node: u32, which: Which) {
        for word in words {
            if self.names.len() + self.identifiers.len() >= MOST_WORDS {
                self.left_out += 1;
                continue;
            }
            match which {
                Which::Names => self.names.add(word, node),
                Which::Identifiers => self.identifiers.add(word, node),
            }
        }
    }

    /// Identifiers that are just the text, whatever they are.
    fn exactly(&self, folded: &Folded, text: &str) -> Vec<NodeId> {
        let kinds = self.kinds.iter().filter_map(|kind| IdentifierKind::parse(kind.as_str()).ok());
        kinds.filter_map(|kind| folded.identity.node(&kind, text)).collect()
    }

    /// Where a part of a question occurs, and whether that is everywhere.
    fn places(&self, term: &str, with_names: bool) -> (Vec<u32>, bool) {
        let (mut places, mut complete) = (Vec::new(), true);
        let indices = [with_names.then_some(&self.names), Some(&self.identifiers)];
        for index in indices.into_iter().flatten() {
            let words = index.find(term, MOST_FOUND);
            complete &= words.len() < MOST_FOUND;
            for word in words {
                let of_word = index.places(word);
                let room = MOST_PLACES.saturating_sub(places.len());
                complete &= of_word.len() <= room;
                places.extend(of_word.iter().take(room));
            }
        }
        (places, complete)
    }

    fn name_of(&self, nodes: &[NodeId]) -> Option<String> {
        let told = nodes.iter().filter_map(|node| self.called.get(&node.0));
        told.max_by_key(|(arrival, _)| *arrival).map(|(_, name)| name.to_string())
    }
}

#[derive(Clone, Copy, Debug)]
enum Which {
    Names,
    Identifiers,
}

impl Terms {
    fn of(text: &str) -> Result<Self, Invalid> {
        if text.chars().count() > MOST_LETTERS {
            return Err(Invalid::new("q", text, format!("has more than {MOST_LETTERS} letters")));
        }
        let number: String = text.chars().filter(char::is_ascii_digit).collect();
        let is_number = text.chars().all(|letter| letter.is_ascii_digit() || " +-/().".contains(letter));
        // Somebody's telephone, with or without the number of the country in front.
        if is_number && number.len() >= 5 {
            return Ok(Self(vec![number.trim_start_matches('0').to_owned()]));
        }
        let mut terms = Vec::new();
        for word in text.split_whitespace() {
            if word.contains('@') { terms.push(word.to_lowercase()) } else { terms.extend(words_of(word)) }
        }
        terms.sort_unstable();
        terms.dedup();
        if terms.is_empty() {
            return Err(Invalid::new("q", text, "holds no letter and no digit to search for"));
        }
        Ok(Self(terms))
    }
}

fn words_of(text: &str) -> Vec<String> {
    let plain = without_umlauts(&fold(text));
    plain.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The name in what somebody told of themselves, as it was told.
fn name_told(told: &Told) -> Option<String> {
    let person = told.person();
    let parts = match person.get(Field::FullName).trim() {
        "" => [person.get(Field::GivenName).trim(), person.get(Field::Surname).trim()],
        whole => [whole, ""],
    };
    let name = parts.join(" ").trim().to_owned();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_falls_into_the_words_that_the_index_holds() {
        for (text, terms) in [
            ("Käthe  TANNFELD", vec!["kathe", "tannfeld"]),
            ("Müller-Lüdenscheidt", vec!["ludenscheidt", "muller"]),
            ("Ada@Example.org", vec!["ada@example.org"]),
            ("0177 / 123 45-67", vec!["1771234567"]),
            ("+49 177", vec!["49177"]),
            ("KD-17", vec!["17", "kd"]),
        ] {
            let expected: Vec<String> = terms.into_iter().map(str::to_owned).collect();
            assert_eq!(Terms::of(text).unwrap(), Terms(expected), "{text}");
        }
        assert!(Terms::of(" -- ").is_err() && Terms::of(&"x".repeat(201)).is_err());
    }
}
