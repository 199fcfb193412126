//! Clusters of variants: kinds of journeys, and whether they are more than a way of cutting.

use model::Invalid;
use serde::Serialize;

use super::edits::{LONGEST, Pattern};
use super::medoids::{Clustering, Distances};
use super::variants::{Partial, VariantsKernel};
use crate::compare::{Figure, Subject};
use crate::journeys::{Coverage, Slice};
use crate::kernel::{About, Kernel};
use crate::names::Names;
use crate::questions::Question;
use crate::rate::share;
use crate::report::{Answer, Table};
use crate::settings::{Setting, Settings};
use crate::wait::each_in_turn;

/// Most clusters.
pub const MOST_CLUSTERS: usize = 20;

/// Most variants that are clustered; time and memory grow with their square.
pub const MOST_VARIANTS: usize = 1_000;

/// How often the journeys are drawn anew to see whether the same clusters come again.
pub const RESAMPLES: u64 = 50;

/// Most journeys that are drawn each time.
const MOST_DRAWN: u64 = 10_000;

/// Most touchpoints that are shown as typical of a cluster, and how much more frequent than in all they are at least.
const TYPICAL: (usize, f64) = (5, 0.1);

/// Clusters of the most frequent variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClustersQuestion {
    /// How many; none: as many as have the best silhouette.
    pub clusters: Option<usize>,
    /// How many of the most frequent variants.
    pub variants: usize,
}

impl Question for ClustersQuestion {
    const NAME: &'static str = "clusters";
    const WHAT: &'static str = "Which kinds of journeys there are, and how sure they are";
    const SETTINGS: &'static [Setting] = &[
        Setting::new(
            "clusters",
            "auto|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20",
            "How many; auto takes the number with the best silhouette",
            "auto",
        ),
        Setting::new("variants", "COUNT", "How many of the most frequent variants are clustered", "500"),
    ];
    type Kernel = ClustersKernel;

    fn read(settings: &mut Settings) -> Result<Self, Invalid> {
        let clusters = match settings.text("clusters").as_deref() {
            Some("auto") => None,
            _ => Some(
                settings
                    .count("clusters", 2..=MOST_CLUSTERS)
                    .map_err(|error| Invalid { reason: format!("{}, nor auto", error.reason), ..error })?,
            ),
        };
        Ok(Self { clusters, variants: settings.count("variants", 2..=MOST_VARIANTS)? })
    }

    fn kernel(&self, _: &Names<'_>) -> Result<ClustersKernel, Invalid> {
        Ok(ClustersKernel { variants: VariantsKernel { top: self.variants }, clusters: self.clusters })
    }
}

/// The variants' kernel; only the answer differs.
#[derive(Clone, Copy, Debug)]
pub struct ClustersKernel {
    variants: VariantsKernel,
    clusters: Option<usize>,
}

impl Kernel for ClustersKernel {
    type Partial = Partial;
    type Answer = Clusters;

    fn scan(&self, slice: &Slice<'_>, partial: &mut Partial) {
        self.variants.scan(slice, partial);
    }

    fn merge(&self, partial: &mut Partial, other: Partial) {
        self.variants.merge(partial, other);
    }

    fn finish(&self, partial: Partial, about: &About<'_>) -> Clusters {
        Clusters::of(&partial, self, about)
    }

    /// The variants: clusters of two groups are not the same clusters.
    fn figures<'p>(&self, partial: &'p Partial) -> Vec<Figure<'p>> {
        self.variants.figures(partial)
    }

    fn whole_of(&self, subject: &Subject) -> Option<Subject> {
        self.variants.whole_of(subject)
    }

    fn bytes(&self, partial: &Partial) -> usize {
        self.variants.bytes(partial)
    }
}

/// How clear the clusters are, by their mean silhouette (Kaufman and Rousseeuw 1990).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Structure {
    /// Below 0.25, or fewer than two clusters.
    #[serde(rename = "no clear clusters")]
    None,
    /// Up to 0.5.
    #[serde(rename = "weak")]
    Weak,
    /// Up to 0.7.
    #[serde(rename = "reasonable")]
    Reasonable,
    /// Above.
    #[serde(rename = "strong")]
    Strong,
}

impl Structure {
    fn of(silhouette: Option<f64>) -> Self {
        match silhouette {
            Some(silhouette) if silhouette > 0.7 => Self::Strong,
            Some(silhouette) if silhouette > 0.5 => Self::Reasonable,
            Some(silhouette) if silhouette >= 0.25 => Self::Weak,
            Some(_) | None => Self::None,
        }
    }
}

/// Whether a cluster comes again where journeys are drawn anew (Hennig 2007).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stability {
    /// A mean Jaccard similarity of 0.75 or more.
    Stable,
    /// From 0.6 to below 0.75.
    Doubtful,
    /// Below 0.6.
    Unstable,
}

impl Stability {
    fn of(jaccard: f64) -> Self {
        if jaccard >= 0.75 {
            Self::Stable
        } else if jaccard >= 0.6 {
            Self::Doubtful
        } else {
            Self::Unstable
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Doubtful => "doubtful",
            Self::Unstable => "unstable",
        }
    }
}

/// Clusters of the most frequent variants.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clusters {
    /// Number of journeys.
    pub journeys: u64,
    /// Number of distinct sequences.
    pub variants: u64,
    /// Variants that were clustered.
    pub clustered_variants: u64,
    /// Journeys that have them; the n of each cluster's share.
    pub clustered_journeys: u64,
    /// Share of all journeys that have them.
    pub clustered_share: Option<f64>,
    /// Clustered variants of which only the first 64 touchpoints were compared.
    pub cut_variants: u64,
    /// How clear the clusters are.
    pub structure: Structure,
    /// Mean silhouette over the clustered journeys; undefined for fewer than two clusters.
    pub silhouette: Option<f64>,
    /// How often journeys were drawn anew for the stability.
    pub resamples: u64,
    /// The clusters, the one with most journeys first.
    pub clusters: Vec<Cluster>,
    /// The mean silhouette for each number of clusters that was tried.
    pub tried: Vec<Tried>,
    /// How much of the events the journeys hold.
    pub coverage: Coverage,
}

/// Variants that are alike.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cluster {
    /// The variant that is nearest to all others.
    pub medoid: Vec<String>,
    /// Journeys.
    pub journeys: u64,
    /// Share of the clustered journeys.
    pub share: Option<f64>,
    /// Variants.
    pub variants: u64,
    /// Mean distance of its journeys from the medoid: from 0 to 1.
    pub mean_distance: f64,
    /// Mean silhouette of its journeys; undefined for a single cluster.
    pub silhouette: Option<f64>,
    /// Mean Jaccard similarity to the most similar cluster of each resample; undefined for a single cluster.
    pub jaccard: Option<f64>,
    /// What that means.
    pub stability: Option<Stability>,
    /// Touchpoints that its journeys come by more often than all clustered journeys, the greatest difference first.
    pub typical: Vec<Typical>,
}

/// A touchpoint that is typical of a cluster.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Typical {
    /// What it is shown as.
    pub touchpoint: String,
    /// Share of the cluster's journeys that come by.
    pub share: f64,
    /// Share of all clustered journeys that come by.
    pub share_in_all: f64,
}

/// A number of clusters that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Tried {
    /// How many.
    pub clusters: u64,
    /// Mean silhouette over the clustered journeys.
    pub silhouette: f64,
}

/// The variants that are clustered.
struct Items<'p> {
    sequences: Vec<&'p [u16]>,
    /// Journeys of each.
    counts: Vec<u64>,
    distances: Distances,
}

impl<'p> Items<'p> {
    fn of(partial: &'p Partial, most: usize, about: &About<'_>) -> Self {
        let labels = about.names.labels;
        let (sequences, counts): (Vec<&[u16]>, Vec<u64>) =
            partial.top(most, labels).into_iter().map(|(sequence, count)| (sequence, u64::from(count))).unzip();
        let compared: Vec<&[u16]> = sequences.iter().map(|sequence| &sequence[..sequence.len().min(LONGEST)]).collect();
        let rows = each_in_turn(&compared, about.threads, |sequence| {
            let pattern = Pattern::of(sequence, labels.len());
            compared.iter().map(|other| pattern.distance(other)).collect::<Vec<f64>>()
        });
        let distances = Distances { n: sequences.len(), rows: rows.concat() };
        Self { sequences, counts, distances }
    }

    fn weights(&self) -> Vec<f64> {
        self.counts.iter().map(|count| *count as f64).collect()
    }

    /// The clustering with the best mean silhouette, of equal ones that with the fewest clusters, and all that were
    /// tried. With fewer than three variants all are one cluster.
    fn clustered(&self, clusters: Option<usize>, about: &About<'_>) -> (Clustering, Vec<Tried>) {
        let weights = self.weights();
        let most = self.counts.len().saturating_sub(1).min(MOST_CLUSTERS);
        if most < 2 {
            return (self.distances.swapped(&weights, self.distances.build(&weights, 1)), Vec::new());
        }
        let numbers: Vec<usize> = clusters.map_or((2..=most).collect(), |clusters| vec![clusters.min(most)]);
        let built = self.distances.build(&weights, numbers[numbers.len() - 1]);
        let tried = each_in_turn(&numbers, about.threads, |&clusters| {
            let clustering = self.distances.swapped(&weights, built[..clusters.min(built.len())].to_vec());
            let silhouettes = self.distances.silhouettes(&weights, &clustering);
            let tried = Tried { clusters: clusters as u64, silhouette: mean(&silhouettes, &weights) };
            (clustering, tried)
        });
        let better = |silhouette: f64, than: f64| silhouette > than + 1e-9;
        let (clusterings, tried): (Vec<Clustering>, Vec<Tried>) = tried.into_iter().unzip();
        let best = (0..tried.len())
            .reduce(|best, next| if better(tried[next].silhouette, tried[best].silhouette) { next } else { best })
            .unwrap_or_default();
        (clusterings[best].clone(), tried)
    }

    /// By cluster: the mean Jaccard similarity to the most similar cluster of each resample, over its drawn journeys.
    fn jaccard(&self, clustering: &Clustering, about: &About<'_>) -> Vec<f64> {
        let clusters = clustering.medoids.len();
        let seeds: Vec<u64> = (1..=RESAMPLES).collect();
        let of_each = each_in_turn(&seeds, about.threads, |&seed| {
            let drawn = self.drawn(seed);
            let again = self.distances.swapped(&drawn, self.distances.build(&drawn, clusters));
            let mut both = vec![vec![0.0; clusters]; clusters];
            for ((&here, &there), &weight) in clustering.own.iter().zip(&again.own).zip(&drawn) {
                both[here][there] += weight;
            }
            let in_again: Vec<f64> = (0..clusters).map(|there| both.iter().map(|row| row[there]).sum()).collect();
            let most_similar = |row: &Vec<f64>| {
                let own: f64 = row.iter().sum();
                let similar = row.iter().zip(&in_again).map(|(&both, &there)| both / (own + there - both));
                similar.filter(|jaccard| jaccard.is_finite()).fold(0.0, f64::max)
            };
            both.iter().map(most_similar).collect::<Vec<f64>>()
        });
        (0..clusters).map(|cluster| of_each.iter().map(|of| of[cluster]).sum::<f64>() / RESAMPLES as f64).collect()
    }

    /// How many journeys each variant has where they are drawn anew, with replacement.
    fn drawn(&self, seed: u64) -> Vec<f64> {
        let mut up_to: Vec<u64> = Vec::with_capacity(self.counts.len());
        let mut sum = 0;
        for count in &self.counts {
            sum += count;
            up_to.push(sum);
        }
        let mut drawn = vec![0.0; self.counts.len()];
        let mut state = seed;
        for _ in 0..sum.min(MOST_DRAWN) {
            let journey = (u128::from(next_random(&mut state)) * u128::from(sum)) >> 64;
            drawn[up_to.partition_point(|&end| u128::from(end) <= journey)] += 1.0;
        }
        drawn
    }

    /// By code: share of the journeys of some variants that come by; these journeys are not none.
    fn shares(&self, members: &[usize], labels: usize) -> Vec<f64> {
        let mut coming_by = vec![0; labels];
        let mut last = vec![usize::MAX; labels];
        let mut journeys = 0;
        for &item in members {
            journeys += self.counts[item];
            for &code in self.sequences[item] {
                if std::mem::replace(&mut last[usize::from(code)], item) != item {
                    coming_by[usize::from(code)] += self.counts[item];
                }
            }
        }
        coming_by.into_iter().map(|count| count as f64 / journeys as f64).collect()
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn mean(values: &[f64], weights: &[f64]) -> f64 {
    values.iter().zip(weights).map(|(value, weight)| value * weight).sum::<f64>() / weights.iter().sum::<f64>()
}

impl Clusters {
    fn of(partial: &Partial, kernel: &ClustersKernel, about: &About<'_>) -> Self {
        let items = Items::of(partial, kernel.variants.top, about);
        let clustered_journeys = items.counts.iter().sum();
        let mut clusters = Self {
            journeys: partial.journeys,
            variants: partial.sequences().count() as u64,
            clustered_variants: items.counts.len() as u64,
            clustered_journeys,
            clustered_share: share(clustered_journeys, partial.journeys),
            cut_variants: items.sequences.iter().filter(|sequence| sequence.len() > LONGEST).count() as u64,
            structure: Structure::None,
            silhouette: None,
            resamples: RESAMPLES,
            clusters: Vec::new(),
            tried: Vec::new(),
            coverage: about.coverage.clone(),
        };
        if items.counts.is_empty() {
            return clusters;
        }
        let (clustering, tried) = items.clustered(kernel.clusters, about);
        let weights = items.weights();
        let several = clustering.medoids.len() > 1;
        let silhouettes = several.then(|| items.distances.silhouettes(&weights, &clustering));
        let jaccard = several.then(|| items.jaccard(&clustering, about));
        let labels = about.names.labels.len();
        let in_all = items.shares(&(0..items.counts.len()).collect::<Vec<_>>(), labels);
        let mut found: Vec<(usize, Cluster)> = Vec::new();
        for (number, &medoid) in clustering.medoids.iter().enumerate() {
            let members: Vec<usize> = (0..items.counts.len()).filter(|item| clustering.own[*item] == number).collect();
            let of_members = |values: &[f64]| members.iter().map(|&item| values[item]).collect::<Vec<f64>>();
            let own_weights = of_members(&weights);
            let journeys = members.iter().map(|&item| items.counts[item]).sum();
            let jaccard = jaccard.as_ref().map(|jaccard| jaccard[number]);
            let cluster = Cluster {
                medoid: items.sequences[medoid].iter().map(|&code| about.names.label(code)).collect(),
                journeys,
                share: share(journeys, clustered_journeys),
                variants: members.len() as u64,
                mean_distance: mean(&of_members(items.distances.row(medoid)), &own_weights),
                silhouette: silhouettes.as_ref().map(|silhouettes| mean(&of_members(silhouettes), &own_weights)),
                jaccard,
                stability: jaccard.map(Stability::of),
                typical: typical(&items.shares(&members, labels), &in_all, &about.names),
            };
            found.push((medoid, cluster));
        }
        found.sort_by_key(|(medoid, cluster)| (std::cmp::Reverse(cluster.journeys), *medoid));
        clusters.clusters = found.into_iter().map(|(_, cluster)| cluster).collect();
        clusters.silhouette = silhouettes.map(|silhouettes| mean(&silhouettes, &weights));
        clusters.structure = Structure::of(clusters.silhouette);
        clusters.tried = tried;
        clusters
    }
}

fn typical(shares: &[f64], in_all: &[f64], names: &Names<'_>) -> Vec<Typical> {
    let mut typical: Vec<Typical> = (0..=u16::MAX)
        .zip(shares.iter().zip(in_all))
        .filter(|(_, (share, in_all))| *share - *in_all >= TYPICAL.1)
        .map(|(code, (&share, &share_in_all))| Typical { touchpoint: names.label(code), share, share_in_all })
        .collect();
    let more = |typical: &Typical| typical.share - typical.share_in_all;
    typical.sort_by(|a, b| more(b).total_cmp(&more(a)).then_with(|| a.touchpoint.cmp(&b.touchpoint)));
    typical.truncate(TYPICAL.0);
    typical
}

impl Answer for Clusters {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("journeys", self.journeys), ("clustered journeys", self.clustered_journeys)]
    }

    fn tables(&self) -> Vec<Table> {
        let names = |typical: &[Typical]| {
            typical.iter().map(|typical| typical.touchpoint.as_str()).collect::<Vec<_>>().join(", ")
        };
        let clusters = Table::of("clusters", &self.clusters)
            .count("journeys", |cluster| cluster.journeys)
            .bar("share", |cluster| cluster.share)
            .count("variants", |cluster| cluster.variants)
            .number("mean_distance", |cluster| Some(cluster.mean_distance))
            .number("silhouette", |cluster| cluster.silhouette)
            .number("jaccard", |cluster| cluster.jaccard)
            .text("stability", |cluster| cluster.stability.map_or("", Stability::in_words).to_owned())
            .text("typical", |cluster| names(&cluster.typical))
            .text("medoid", |cluster| cluster.medoid.join(" > "))
            .done();
        let tried = Table::of("tried", &self.tried)
            .count("clusters", |tried| tried.clusters)
            .number("silhouette", |tried| Some(tried.silhouette))
            .done();
        vec![clusters, tried]
    }
}
