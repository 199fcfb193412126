//! Clusters around medoids: the items from which all others are as near as can be.
//!
//! PAM (Kaufman and Rousseeuw 1990): BUILD, then swaps as in FasterPAM (Schubert and Rousseeuw 2021). Nothing is left to
//! chance: of equal choices the first item is taken.

/// Distances between all pairs of `n` items, row by row.
#[derive(Clone, Debug)]
pub(crate) struct Distances {
    pub(crate) n: usize,
    pub(crate) rows: Vec<f64>,
}

/// A swap has to gain more than this share of a distance of 1 from every item; less is rounding.
const GAIN: f64 = 1e-9;

/// Items and the nearest of some medoids.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Clustering {
    /// Items.
    pub(crate) medoids: Vec<usize>,
    /// By item: which medoid is its own.
    pub(crate) own: Vec<usize>,
}

/// By item: its nearest medoid, how far it is, and how far the second nearest is.
struct Near {
    own: usize,
    first: f64,
    second: f64,
}

impl Distances {
    pub(crate) fn row(&self, item: usize) -> &[f64] {
        &self.rows[item * self.n..][..self.n]
    }

    /// Up to `most` medoids, each the one that brings items nearest to those before it. Items of no weight are none.
    pub(crate) fn build(&self, weights: &[f64], most: usize) -> Vec<usize> {
        let mut nearest = vec![f64::INFINITY; self.n];
        let mut medoids: Vec<usize> = Vec::new();
        while medoids.len() < most {
            let cost = |item: usize| -> f64 {
                let row = self.row(item);
                (0..self.n).map(|other| weights[other] * row[other].min(nearest[other])).sum()
            };
            let open = (0..self.n).filter(|item| weights[*item] > 0.0 && !medoids.contains(item));
            let Some((best, _)) = open.map(|item| (item, cost(item))).reduce(|a, b| if b.1 < a.1 { b } else { a })
            else {
                break;
            };
            medoids.push(best);
            nearest.iter_mut().zip(self.row(best)).for_each(|(nearest, distance)| *nearest = distance.min(*nearest));
        }
        medoids
    }

    /// Swaps medoids with other items as long as that brings items nearer.
    pub(crate) fn swapped(&self, weights: &[f64], mut medoids: Vec<usize>) -> Clustering {
        let least = GAIN * weights.iter().sum::<f64>();
        let mut near = self.near(&medoids);
        let mut unchanged = 0;
        for item in (0..self.n).cycle() {
            if unchanged == self.n {
                break;
            }
            unchanged += 1;
            if weights[item] == 0.0 || medoids.contains(&item) {
                continue;
            }
            let (change, out) = self.best_swap(weights, &near, item, medoids.len());
            if change < -least {
                medoids[out] = item;
                near = self.near(&medoids);
                unchanged = 0;
            }
        }
        Clustering { medoids, own: near.into_iter().map(|near| near.own).collect() }
    }

    /// The medoid to be given up for an item, and how the sum of distances changes by that.
    fn best_swap(&self, weights: &[f64], near: &[Near], item: usize, medoids: usize) -> (f64, usize) {
        let mut common = 0.0;
        let mut by_medoid = vec![0.0; medoids];
        for ((near, &distance), &weight) in near.iter().zip(self.row(item)).zip(weights) {
            if distance < near.first {
                common += weight * (distance - near.first);
            } else {
                by_medoid[near.own] += weight * (distance.min(near.second) - near.first);
            }
        }
        let best = (0..medoids).reduce(|a, b| if by_medoid[b] < by_medoid[a] { b } else { a }).unwrap_or_default();
        (common + by_medoid[best], best)
    }

    fn near(&self, medoids: &[usize]) -> Vec<Near> {
        let of = |item: usize| {
            let row = self.row(item);
            let mut near = Near { own: 0, first: f64::INFINITY, second: f64::INFINITY };
            for (place, &medoid) in medoids.iter().enumerate() {
                let distance = row[medoid];
                if distance < near.first {
                    near = Near { own: place, first: distance, second: near.first };
                } else if distance < near.second {
                    near.second = distance;
                }
            }
            near
        };
        (0..self.n).map(of).collect()
    }

    /// The silhouette of each item (Rousseeuw 1987), other items counting by their weight: `(b - a) / max(a, b)` with `a`
    /// the mean distance to the others of its cluster, `b` that to the nearest other cluster. 0 where it is alone in its
    /// cluster or there is no other cluster.
    pub(crate) fn silhouettes(&self, weights: &[f64], clustering: &Clustering) -> Vec<f64> {
        let clusters = clustering.medoids.len();
        let mut in_all = vec![0.0; clusters];
        let mut members = vec![0_u32; clusters];
        for (&own, &weight) in clustering.own.iter().zip(weights) {
            in_all[own] += weight;
            members[own] += 1;
        }
        let of = |item: usize| {
            let own = clustering.own[item];
            if members[own] < 2 {
                return 0.0;
            }
            let mut sums = vec![0.0; clusters];
            for ((&to, &distance), &weight) in clustering.own.iter().zip(self.row(item)).zip(weights) {
                sums[to] += weight * distance;
            }
            let a = sums[own] / (in_all[own] - weights[item]);
            let others = (0..clusters).filter(|cluster| *cluster != own);
            let b = others.map(|cluster| sums[cluster] / in_all[cluster]).fold(f64::INFINITY, f64::min);
            if b.is_finite() && a.max(b) > 0.0 { (b - a) / a.max(b) } else { 0.0 }
        };
        (0..self.n).map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Items on a line.
    fn line(places: &[i32]) -> Distances {
        let rows = places.iter().flat_map(|a| places.iter().map(move |b| f64::from((a - b).abs())));
        Distances { n: places.len(), rows: rows.collect() }
    }

    fn cost(distances: &Distances, weights: &[f64], medoids: &[usize]) -> f64 {
        let nearest =
            |item: usize| medoids.iter().map(|&medoid| distances.row(item)[medoid]).fold(f64::INFINITY, f64::min);
        (0..distances.n).map(|item| weights[item] * nearest(item)).sum()
    }

    proptest! {
        #[test]
        fn no_single_swap_makes_clusters_tighter_and_weights_are_copies(
            places in proptest::collection::vec((0_i32..100, 1_u32..4), 3..12),
            clusters in 2_usize..4,
        ) {
            let (at, counts): (Vec<i32>, Vec<u32>) = places.iter().copied().unzip();
            let weights: Vec<f64> = counts.iter().map(|count| f64::from(*count)).collect();
            let distances = line(&at);
            let found = distances.swapped(&weights, distances.build(&weights, clusters.min(at.len() - 1)));
            let best = cost(&distances, &weights, &found.medoids);
            for (place, item) in (0..found.medoids.len()).flat_map(|place| (0..at.len()).map(move |item| (place, item))) {
                let mut other = found.medoids.clone();
                other[place] = item;
                prop_assert!(cost(&distances, &weights, &other) >= best - 1e-6, "{at:?} {found:?} {other:?}");
            }
            for (item, &own) in found.own.iter().enumerate() {
                let row = distances.row(item);
                prop_assert!(found.medoids.iter().all(|&medoid| row[found.medoids[own]] <= row[medoid]));
            }
            let copied: Vec<i32> = places.iter().flat_map(|&(at, count)| vec![at; count as usize]).collect();
            let copies = line(&copied);
            let medoids: Vec<usize> = found.medoids.iter().map(|&medoid| copied.iter().position(|at_| *at_ == at[medoid]).unwrap()).collect();
            prop_assert!((cost(&copies, &vec![1.0; copied.len()], &medoids) - best).abs() < 1e-6);
        }
    }

    #[test]
    fn silhouettes_are_those_checked_by_hand() {
        let distances = line(&[0, 1, 10, 12, 30]);
        let clustering = Clustering { medoids: vec![0, 2, 4], own: vec![0, 0, 1, 1, 2] };
        let found = distances.silhouettes(&[1.0; 5], &clustering);
        // Item 1: a = 1, b = (9 + 11) / 2; item 3: a = 2, b = min((12 + 11) / 2, 18).
        let expected = [1.0 - 1.0 / 11.0, 1.0 - 1.0 / 10.0, 1.0 - 2.0 / 9.5, 1.0 - 2.0 / 11.5, 0.0];
        assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12), "{found:?}");
    }
}
