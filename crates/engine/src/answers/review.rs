//! Pairs of customers that the linkage model takes, or nearly takes, for one person: for somebody to decide.
//!
//! Nothing of it is kept on disk. The pairs are found among what customers have told of themselves, all at once, as
//! `geleit link` finds them in a file, and kept until there is more to find. Who is whose is looked up at each question, so a
//! pair that somebody has decided on is gone from the next answer.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use hashbrown::HashMap;
use linkage::{Decisions, LinkageModel, Linked, Refusal, Step, Training, Waterfall, explain, probability};
use model::{CustomerId, NodeId, Timestamp};
use serde::Serialize;

use super::candidates::People;
use super::{Answers, IdentifierView};
use crate::EngineError;
use crate::folded::Folded;

/// Pairs kept, the heaviest; the others are counted.
const MOST_PAIRS: usize = 20_000;
/// Records among which pairs are looked for at most, the first ones: so that a question takes seconds and not minutes.
const MOST_RECORDS: usize = 500_000;
/// What was found is good for so many times as long as it took to find, though there are new records.
const GOOD_FOR: u32 = 20;

/// A page of pairs.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewPage {
    /// The heaviest first.
    pub pairs: Vec<ReviewPair>,
    /// Where the next page begins; none on the last.
    pub next: Option<usize>,
    /// Pairs that wait for a decision, on all pages.
    pub waiting: u64,
    /// Pairs beyond those kept.
    pub left_out: u64,
    /// The version of the linkage model, such as `linkage@3`; `built_in` if it was trained on the records themselves.
    pub model: String,
    /// From this probability on the model takes two for one person.
    pub link_from: f64,
    /// From this probability on it asks.
    pub review_from: f64,
    /// Records that were compared.
    pub records: u64,
    /// Records that have come since, or for which there was no room; they are not compared.
    pub records_not_compared: u64,
    /// When the pairs were found.
    pub found_at: Timestamp,
    /// How long that took, in seconds.
    pub seconds: f64,
}

/// Two customers who may be one.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewPair {
    /// The one.
    pub a: ReviewSide,
    /// The other.
    pub b: ReviewSide,
    /// Weight of their most alike records, in bits.
    pub weight: f64,
    /// Probability that both are one person, 0 to 1.
    pub probability: f64,
    /// Why the model does not take them for one by itself; none if it would.
    pub doubt: Option<Refusal>,
    /// The rule that forbids to say that they are one, if there is one.
    pub forbidden: Option<String>,
    /// log2 of the odds before anything is compared.
    pub prior: f64,
    /// The comparisons with their weights; `value_a` is of the one, `value_b` of the other.
    pub steps: Vec<Step>,
}

/// One of two customers.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewSide {
    /// The customer as of now.
    pub customer: String,
    /// The identifier whose person told what was compared: name it to merge or to part.
    pub identifier: IdentifierView,
}

/// Which pairs to show.
#[derive(Clone, Copy, Debug)]
pub struct ReviewQuery {
    /// Only pairs in doubt, or only pairs the model takes for one person.
    pub in_doubt: Option<bool>,
    /// Pairs passed over.
    pub after: usize,
    /// Pairs on a page.
    pub limit: usize,
}

/// Pairs as they were found.
#[derive(Debug)]
pub(super) struct Reviewed {
    under: (u32, u32),
    people: People,
    model: LinkageModel,
    pairs: Vec<Pair>,
    left_out: u64,
    found_at: Timestamp,
    ended: Instant,
    took: Duration,
}

/// Two records.
#[derive(Clone, Copy, Debug)]
struct Pair {
    a: u32,
    b: u32,
    weight: f32,
    doubt: Option<Refusal>,
}

impl Answers {
    /// A page of pairs of customers that may be one person and on which nobody has decided.
    ///
    /// The first question reads what customers have told and compares it, which takes seconds where they are many; what
    /// was found is kept and found anew when there is more, but never for more than a twentieth of the time.
    pub fn review(&self, query: &ReviewQuery) -> Result<ReviewPage, EngineError> {
        let mut slot = self.reviewed.lock().unwrap_or_else(PoisonError::into_inner);
        let (under, records) = self.people_told()?;
        let is_good = |kept: &Reviewed| {
            let is_recent = kept.ended.elapsed() < kept.took * GOOD_FOR;
            kept.under == under && (kept.people.told == records || is_recent)
        };
        let reviewed = match slot.take().filter(is_good) {
            Some(kept) => slot.insert(kept),
            None => slot.insert(self.found_anew()?),
        };
        self.page(reviewed, query, records)
    }

    fn found_anew(&self) -> Result<Reviewed, EngineError> {
        let began = Instant::now();
        let (people, model) = self.people_to_compare(MOST_RECORDS)?;
        let (model, training) = match model {
            Some(model) => (model, Training::None),
            None => (LinkageModel::default(), Training::OnTheseRecords),
        };
        let Linked { model, edges, review, .. } =
            linkage::link(&people.records, &model, training, &Decisions::default());
        let certain = edges.iter().map(|edge| Pair { a: edge.a, b: edge.b, weight: edge.weight, doubt: None });
        let doubtful = review.iter().map(|bridge| {
            let edge = bridge.edge;
            Pair { a: edge.a, b: edge.b, weight: edge.weight, doubt: Some(bridge.reason) }
        });
        let (pairs, left_out) = {
            let folded = self.folded();
            let customer = |record: u32| folded.identity.customer_of(people.of[record as usize]);
            heaviest(doubtful.chain(certain), customer)
        };
        let (found_at, ended) = (Timestamp::now(), Instant::now());
        let under = people.under;
        Ok(Reviewed { under, people, model, pairs, left_out, found_at, ended, took: ended - began })
    }

    fn page(&self, reviewed: &Reviewed, query: &ReviewQuery, told: usize) -> Result<ReviewPage, EngineError> {
        let Reviewed { people, model, pairs, .. } = reviewed;
        let folded = self.settled()?;
        let mut waiting = Vec::new();
        for pair in pairs {
            let is_asked_for = query.in_doubt.is_none_or(|in_doubt| pair.doubt.is_some() == in_doubt);
            if is_asked_for && is_open(&folded, people.of[pair.a as usize], people.of[pair.b as usize]) {
                waiting.push(*pair);
            }
        }
        let page = waiting.iter().skip(query.after).take(query.limit);
        let shown = page.map(|pair| self.shown(&folded, people, model, *pair)).collect::<Result<Vec<_>, _>>()?;
        let end = query.after + shown.len();
        let version = people.under.1;
        Ok(ReviewPage {
            pairs: shown,
            next: (end < waiting.len()).then_some(end),
            waiting: waiting.len() as u64,
            left_out: reviewed.left_out,
            model: if version == 0 { "built_in".to_owned() } else { format!("linkage@{version}") },
            link_from: model.thresholds.link,
            review_from: model.thresholds.review,
            records: people.records.len() as u64,
            records_not_compared: told.saturating_sub(people.records.len()) as u64 + people.left_out,
            found_at: reviewed.found_at,
            seconds: reviewed.took.as_secs_f64(),
        })
    }

    fn shown(
        &self,
        folded: &Folded,
        people: &People,
        model: &LinkageModel,
        pair: Pair,
    ) -> Result<ReviewPair, EngineError> {
        let Waterfall { prior, steps, weight, .. } = explain(&people.records, model, pair.a, pair.b);
        let side = |record: u32| -> Result<ReviewSide, EngineError> {
            let node = people.of[record as usize];
            let customer = folded.identity.customer_of(node).to_string();
            Ok(ReviewSide { customer, identifier: self.identifier(folded, node)? })
        };
        let (a, b) = (people.of[pair.a as usize], people.of[pair.b as usize]);
        Ok(ReviewPair {
            a: side(pair.a)?,
            b: side(pair.b)?,
            weight,
            probability: probability(weight),
            doubt: pair.doubt,
            forbidden: folded.identity.forbids_merge(a, b),
            prior,
            steps,
        })
    }
}

/// The heaviest pair of each two customers, the heaviest first, and how many there was no room for.
fn heaviest(pairs: impl Iterator<Item = Pair>, customer: impl Fn(u32) -> CustomerId) -> (Vec<Pair>, u64) {
    let mut best: HashMap<(CustomerId, CustomerId), Pair> = HashMap::new();
    for pair in pairs {
        let (a, b) = (customer(pair.a), customer(pair.b));
        if a != b {
            let known = best.entry((a.min(b), a.max(b))).or_insert(pair);
            if pair.weight > known.weight {
                *known = pair;
            }
        }
    }
    let mut pairs: Vec<Pair> = best.into_values().collect();
    pairs.sort_unstable_by(|x, y| y.weight.total_cmp(&x.weight).then((x.a, x.b).cmp(&(y.a, y.b))));
    let left_out = pairs.len().saturating_sub(MOST_PAIRS) as u64;
    pairs.truncate(MOST_PAIRS);
    (pairs, left_out)
}

/// True unless the two are one by now, or somebody has said that they are two.
fn is_open(folded: &Folded, a: NodeId, b: NodeId) -> bool {
    let (a, b) = (folded.identity.customer_of(a), folded.identity.customer_of(b));
    a != b && folded.identity.kept_apart_by(a, b).is_none()
}
