//! The whole way from records to people, in batch.

use hashbrown::{HashMap, HashSet};

use crate::block::{BlockingIndex, HotKeys};
use crate::cluster::{Clusters, Constraints, Edge, Refusal, cluster};
use crate::compare::{Pattern, compare};
use crate::model::LinkageModel;
use crate::record::Records;
use crate::train::{DecidedPatterns, PatternCounts, train};
use crate::weigh::{Union, Waterfall, Weigher, probability, weight_of};

/// What people decided about pairs: accepted pairs are one person, rejected pairs two. They hold whatever the weight,
/// and training learns from them.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// Pairs of record numbers that are one person.
    pub accepted: Vec<(u32, u32)>,
    /// Pairs of record numbers that are two people.
    pub rejected: Vec<(u32, u32)>,
}

/// Whether the rates of the model are learned from the records at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Training {
    /// Learn them, beginning with those of the model.
    OnTheseRecords,
    /// Take the model as it is.
    None,
}

/// A pair for people to decide on: it joins two clusters, but not strongly or not without contradiction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeakBridge {
    /// The pair.
    pub edge: Edge,
    /// Why it was not linked.
    pub reason: Refusal,
    /// What a decision is worth: the pairs of records that it would bring together, times the probability that it does,
    /// which is that of the two clusters being one person.
    pub value: f64,
}

/// The outcome of [`link`].
#[derive(Clone, Debug)]
pub struct Linked {
    /// The model, trained or as it was given.
    pub model: LinkageModel,
    /// Iterations of training; 0 without training.
    pub iterations: usize,
    /// Pairs compared.
    pub candidates: usize,
    /// Distinct comparison patterns among them.
    pub patterns: usize,
    /// Blocking keys that were left out.
    pub hot_keys: Vec<HotKeys>,
    /// Pairs linked by their own weight, in the order of the records.
    pub edges: Vec<Edge>,
    /// For each record the smallest record of its cluster.
    pub clusters: Vec<u32>,
    /// The pairs along which clusters grew, the heaviest first: a spanning tree of each. Of accepted pairs the weight is
    /// infinite.
    pub joins: Vec<Edge>,
    /// Pairs to review, those whose decision is worth most first; of several between the same two clusters only the heaviest.
    pub review: Vec<WeakBridge>,
    /// The index, to go on with single records.
    pub(crate) index: BlockingIndex,
}

/// Of so few records all pairs are compared, 2 million at most: blocking would save a second and lose matches.
const SMALL: usize = 2_000;

/// Links records: block, compare, train, weigh, cluster.
///
/// With records [sorted by id](Records::sorted_by_id) the outcome does not depend on the order in which they came.
pub fn link(records: &Records, model: &LinkageModel, training: Training, decisions: &Decisions) -> Linked {
    let index = BlockingIndex::build(records, model.blocking_cap);
    let is_small = records.len() <= SMALL;
    let (pairs, hot_keys) = if is_small { (all_pairs(records.len()), Vec::new()) } else { index.pairs() };
    let patterns = patterns_of(records, &pairs);
    let counts = PatternCounts::of(patterns.iter().copied());
    let pattern_of = |&(a, b): &(u32, u32)| compare(records, &records.rows[a as usize], &records.rows[b as usize]);
    let (model, iterations) = match training {
        Training::OnTheseRecords => {
            let is_candidate = |&&(a, b): &&(u32, u32)| pairs.binary_search(&(a.min(b), a.max(b))).is_ok();
            let candidates = decisions.accepted.iter().chain(&decisions.rejected).filter(is_candidate);
            let decided = DecidedPatterns {
                accepted: decisions.accepted.iter().map(pattern_of).collect(),
                rejected: decisions.rejected.iter().map(pattern_of).collect(),
                candidates: candidates.map(pattern_of).collect(),
            };
            train(model, records, &counts, &decided)
        }
        Training::None => (model.clone(), 0),
    };
    let weigher = Weigher::new(&model, records.len());
    let weak = weight_of(model.thresholds.review) as f32;
    let mut edges = weighed(records, &weigher, &pairs, &patterns, weak);
    let candidates = pairs.len();
    drop((pairs, patterns));

    let vetoes = model.vetoes();
    let strong = weight_of(model.thresholds.link) as f32;
    let ordered = |&(a, b): &(u32, u32)| (a.min(b), a.max(b));
    let accepted: HashSet<(u32, u32)> = decisions.accepted.iter().map(ordered).collect();
    let rejected: HashSet<(u32, u32)> = decisions.rejected.iter().map(ordered).collect();
    edges.retain(|edge| !rejected.contains(&(edge.a, edge.b)) && !accepted.contains(&(edge.a, edge.b)));
    let mut linked = Vec::new();
    let mut bridges = Vec::new();
    for edge in edges {
        if edge.weight < strong {
            bridges.push((edge, Refusal::WeakPair));
        } else if vetoes.holds(pattern_of(&(edge.a, edge.b))).is_some() {
            bridges.push((edge, Refusal::Veto));
        } else {
            linked.push(edge);
        }
    }
    // What a person decided goes before every weight.
    let mut decided: Vec<(u32, u32)> = accepted.into_iter().collect();
    decided.sort_unstable();
    linked.extend(decided.iter().map(|&(a, b)| Edge { a, b, weight: f32::INFINITY }));

    let constraints = Constraints { most_records: model.limits.records, cannot_link: rejected };
    let decided: HashSet<(u32, u32)> = decided.into_iter().collect();
    let Clusters { of: clusters, joins, refused } = cluster(records.len(), &linked, &constraints, |left, right| {
        let by_decision = |&a: &u32| right.iter().any(|&b| decided.contains(&(a.min(b), a.max(b))));
        if !decided.is_empty() && left.iter().any(by_decision) {
            return None;
        }
        let Union { weight, vetoed } = weigher.union(records, left, right, &vetoes);
        if vetoed {
            Some(Refusal::Veto)
        } else {
            (weight < model.limits.least_union_weight).then_some(Refusal::LittleEvidence)
        }
    });
    bridges.extend(refused);
    let review = by_value(heaviest_bridges(bridges, &clusters), &clusters, |left, right| {
        weigher.union(records, left, right, &vetoes).weight
    });
    linked.retain(|edge| edge.weight.is_finite());
    Linked {
        model,
        iterations,
        candidates,
        patterns: counts.len(),
        hot_keys,
        edges: linked,
        clusters,
        joins,
        review,
        index,
    }
}

/// All pairs of records, in order.
fn all_pairs(records: usize) -> Vec<(u32, u32)> {
    let n = records as u32;
    (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect()
}

/// Explains the pair of two records under a model.
pub fn explain(records: &Records, model: &LinkageModel, a: u32, b: u32) -> Waterfall {
    let (row_a, row_b) = (&records.rows[a as usize], &records.rows[b as usize]);
    let pattern = compare(records, row_a, row_b);
    Weigher::new(model, records.len()).waterfall(records, (records.id(a), row_a), (records.id(b), row_b), pattern)
}

/// Compares all pairs, in two threads.
fn patterns_of(records: &Records, pairs: &[(u32, u32)]) -> Vec<Pattern> {
    let of = |&(a, b): &(u32, u32)| compare(records, &records.rows[a as usize], &records.rows[b as usize]);
    let mut patterns = vec![Pattern::default(); pairs.len()];
    let middle = pairs.len() / 2;
    let (left, right) = patterns.split_at_mut(middle);
    std::thread::scope(|scope| {
        scope.spawn(|| right.iter_mut().zip(&pairs[middle..]).for_each(|(pattern, pair)| *pattern = of(pair)));
        left.iter_mut().zip(&pairs[..middle]).for_each(|(pattern, pair)| *pattern = of(pair));
    });
    patterns
}

/// The pairs of at least `weak` bits, in their order, in two threads.
fn weighed(records: &Records, weigher: &Weigher, pairs: &[(u32, u32)], patterns: &[Pattern], weak: f32) -> Vec<Edge> {
    let part = |from: usize, to: usize| -> Vec<Edge> {
        let weighed = pairs[from..to].iter().zip(&patterns[from..to]).map(|(&(a, b), &pattern)| {
            let (row_a, row_b) = (&records.rows[a as usize], &records.rows[b as usize]);
            Edge { a, b, weight: weigher.weight(records, row_a, row_b, pattern) as f32 }
        });
        weighed.filter(|edge| edge.weight >= weak).collect()
    };
    let middle = pairs.len() / 2;
    let (mut first, second) = std::thread::scope(|scope| {
        let second = scope.spawn(|| part(middle, pairs.len()));
        (part(0, middle), second.join().expect("weighing does not panic"))
    });
    first.extend(second);
    first
}

/// Bridges between clusters that are still apart, heaviest first, one for each two clusters.
fn heaviest_bridges(mut bridges: Vec<(Edge, Refusal)>, clusters: &[u32]) -> Vec<(Edge, Refusal)> {
    bridges.sort_unstable_by(|(x, why_x), (y, why_y)| {
        y.weight.total_cmp(&x.weight).then((x.a, x.b, why_x).cmp(&(y.a, y.b, why_y)))
    });
    let mut seen = HashSet::new();
    bridges.retain(|(edge, _)| {
        let (left, right) = (clusters[edge.a as usize], clusters[edge.b as usize]);
        left != right && seen.insert((left.min(right), left.max(right)))
    });
    bridges
}

/// Bridges with the value of a decision, the most valuable first; `weigh` gives the weight of two clusters being one person.
fn by_value(bridges: Vec<(Edge, Refusal)>, clusters: &[u32], weigh: impl Fn(&[u32], &[u32]) -> f64) -> Vec<WeakBridge> {
    let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
    for (edge, _) in &bridges {
        for end in [edge.a, edge.b] {
            members.entry(clusters[end as usize]).or_default();
        }
    }
    for (&cluster, record) in clusters.iter().zip(0..) {
        if let Some(records) = members.get_mut(&cluster) {
            records.push(record);
        }
    }
    let valued = bridges.into_iter().map(|(edge, reason)| {
        let [left, right] = [edge.a, edge.b].map(|end| &members[&clusters[end as usize]]);
        let value = probability(weigh(left, right)) * (left.len() * right.len()) as f64;
        WeakBridge { edge, reason, value }
    });
    let mut valued: Vec<WeakBridge> = valued.collect();
    valued.sort_by(|x, y| y.value.total_cmp(&x.value).then((x.edge.a, x.edge.b).cmp(&(y.edge.a, y.edge.b))));
    valued
}
