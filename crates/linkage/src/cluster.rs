//! From pairs to people: best edge first, and each union checked.
//!
//! Plain connected components let one wrong edge chain two families together. Here edges are taken in the order of their
//! weight (as Kruskal does for spanning trees), and a union that breaks a limit is refused and told, so that a person can decide.

use hashbrown::HashSet;
use serde::Serialize;

/// Two records and the weight of their pair in bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The smaller record number.
    pub a: u32,
    /// The greater record number.
    pub b: u32,
    /// Match weight, in bits.
    pub weight: f32,
}

/// Why two clusters were not united although an edge joins them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The pair's weight lies below the link threshold.
    WeakPair,
    /// A person said that two of the records are two people.
    CannotLink,
    /// The union would have more records than a customer can have.
    TooManyRecords,
    /// Two records contradict each other in a way that forbids linking by weight alone.
    Veto,
    /// Taken together, the records of the two sides speak against the union.
    LittleEvidence,
}

impl Refusal {
    /// The reason's name in files and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WeakPair => "weak_pair",
            Self::CannotLink => "cannot_link",
            Self::TooManyRecords => "too_many_records",
            Self::Veto => "veto",
            Self::LittleEvidence => "little_evidence",
        }
    }
}

/// What no cluster may hold.
#[derive(Clone, Debug, Default)]
pub struct Constraints {
    /// Records of a cluster at most.
    pub most_records: usize,
    /// Pairs that are two people, the smaller record first.
    pub cannot_link: HashSet<(u32, u32)>,
}

/// The outcome of [`cluster`].
#[derive(Clone, Debug, PartialEq)]
pub struct Clusters {
    /// For each record the smallest record of its cluster.
    pub of: Vec<u32>,
    /// The edges along which clusters were united, in that order: a spanning tree of each cluster.
    pub joins: Vec<Edge>,
    /// Edges between clusters that stayed apart, with the reason, in the order in which they were refused.
    pub refused: Vec<(Edge, Refusal)>,
}

/// Unites records along edges, heaviest first, ties in the order of the records; the order of `edges` does not matter.
///
/// `check` is asked before each union with the records of both sides, and may refuse it.
///
/// # Panics
/// When an edge names a record that is not below `records`.
pub fn cluster(
    records: usize,
    edges: &[Edge],
    constraints: &Constraints,
    mut check: impl FnMut(&[u32], &[u32]) -> Option<Refusal>,
) -> Clusters {
    let mut order: Vec<Edge> = edges.to_vec();
    order.sort_unstable_by(|x, y| y.weight.total_cmp(&x.weight).then((x.a, x.b).cmp(&(y.a, y.b))));
    let mut of: Vec<u32> = (0..records as u32).collect();
    // Members of each cluster, at its smallest record; empty for a record that is alone.
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); records];
    let (mut joins, mut refused) = (Vec::new(), Vec::new());
    for edge in order {
        let (left, right) = (of[edge.a as usize], of[edge.b as usize]);
        if left == right {
            continue;
        }
        let (keep, join) = (left.min(right), left.max(right));
        let (alone_keep, alone_join) = ([keep], [join]);
        let side = |root: u32, alone: &'_ [u32; 1]| -> Vec<u32> {
            let known = &members[root as usize];
            if known.is_empty() { alone.to_vec() } else { known.clone() }
        };
        let (kept, joined) = (side(keep, &alone_keep), side(join, &alone_join));
        let refusal = refusal(&kept, &joined, constraints).or_else(|| check(&kept, &joined));
        if let Some(refusal) = refusal {
            refused.push((edge, refusal));
            continue;
        }
        joins.push(edge);
        for &record in &joined {
            of[record as usize] = keep;
        }
        let mut united = kept;
        united.extend(joined);
        united.sort_unstable();
        members[keep as usize] = united;
        members[join as usize] = Vec::new();
    }
    // An edge may have been refused before another one united its ends all the same.
    refused.retain(|(edge, _)| of[edge.a as usize] != of[edge.b as usize]);
    Clusters { of, joins, refused }
}

fn refusal(kept: &[u32], joined: &[u32], constraints: &Constraints) -> Option<Refusal> {
    if kept.len() + joined.len() > constraints.most_records {
        return Some(Refusal::TooManyRecords);
    }
    if constraints.cannot_link.is_empty() {
        return None;
    }
    let forbidden = |&a: &u32| joined.iter().any(|&b| constraints.cannot_link.contains(&(a.min(b), a.max(b))));
    kept.iter().any(forbidden).then_some(Refusal::CannotLink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edge(a: u32, b: u32, weight: f32) -> Edge {
        Edge { a, b, weight }
    }

    #[test]
    fn the_best_edge_comes_first_and_a_refused_one_is_told() {
        let constraints = Constraints { most_records: 2, ..Constraints::default() };
        let clusters = cluster(4, &[edge(0, 1, 3.0), edge(1, 2, 9.0), edge(2, 3, 1.0)], &constraints, |_, _| None);
        assert_eq!(clusters.of, [0, 1, 1, 3]);
        assert_eq!(clusters.joins, [edge(1, 2, 9.0)]);
        let reasons: Vec<_> = clusters.refused.iter().map(|(edge, reason)| (edge.a, edge.b, *reason)).collect();
        assert_eq!(reasons, [(0, 1, Refusal::TooManyRecords), (2, 3, Refusal::TooManyRecords)]);
    }

    #[test]
    fn what_the_check_refuses_stays_apart() {
        let constraints = Constraints { most_records: 9, ..Constraints::default() };
        let no_three = |a: &[u32], b: &[u32]| (a.len() + b.len() > 2).then_some(Refusal::Veto);
        let clusters = cluster(3, &[edge(0, 1, 3.0), edge(1, 2, 2.0)], &constraints, no_three);
        assert_eq!((clusters.of, clusters.refused.len()), (vec![0, 0, 2], 1));
    }

    fn some_edges() -> impl Strategy<Value = Vec<Edge>> {
        let one = (0_u32..30, 0_u32..30, 0_u8..12);
        prop::collection::vec(one, 0..80).prop_map(|edges| {
            let proper = edges.into_iter().filter(|(a, b, _)| a != b);
            proper.map(|(a, b, weight)| edge(a.min(b), a.max(b), f32::from(weight))).collect()
        })
    }

    proptest! {
        #[test]
        fn any_order_of_the_edges_gives_the_same_clusters(edges in some_edges(), turn in 0_usize..80, most in 2_usize..8) {
            let constraints = Constraints { most_records: most, cannot_link: HashSet::from_iter([(0, 1), (2, 5)]) };
            let straight = cluster(30, &edges, &constraints, |_, _| None);
            let mut other = edges;
            other.reverse();
            if !other.is_empty() {
                let turn = turn % other.len();
                other.rotate_left(turn);
            }
            prop_assert_eq!(straight.of, cluster(30, &other, &constraints, |_, _| None).of);
        }

        #[test]
        fn no_cluster_exceeds_its_limit_or_holds_a_pair_that_cannot_be(
            edges in some_edges(), apart in prop::collection::hash_set((0_u32..29, 1_u32..30), 0..20), most in 2_usize..8,
        ) {
            let cannot_link: HashSet<(u32, u32)> = apart.into_iter().filter(|(a, b)| a < b).collect();
            let constraints = Constraints { most_records: most, cannot_link };
            let clusters = cluster(30, &edges, &constraints, |_, _| None);
            for root in 0..30 {
                prop_assert!(clusters.of.iter().filter(|&&of| of == root).count() <= most);
            }
            for &(a, b) in &constraints.cannot_link {
                prop_assert_ne!(clusters.of[a as usize], clusters.of[b as usize]);
            }
            // Along the joins alone the clusters are the same, and none of them is superfluous.
            let along = cluster(30, &clusters.joins, &constraints, |_, _| None);
            prop_assert_eq!((&along.of, &along.joins), (&clusters.of, &clusters.joins));
            let people = clusters.of.iter().zip(0..).filter(|(of, record)| **of == *record).count();
            prop_assert_eq!(clusters.joins.len(), 30 - people);
            for (edge, _) in &clusters.refused {
                prop_assert_ne!(clusters.of[edge.a as usize], clusters.of[edge.b as usize]);
            }
        }
    }
}
