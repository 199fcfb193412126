//! Centrality and clusters of any events add up; planted kinds of journeys are found.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

mod support;

use mining::NO_CASE;
use mining::kernels::centrality::CentralityQuestion;
use mining::kernels::clusters::{Clusters, ClustersQuestion, Stability, Structure};
use model::JourneyRule;
use proptest::prelude::*;
use support::{Columns, Given, by_gap, read};

fn given() -> impl Strategy<Value = Vec<Given<'static>>> {
    let touchpoint = proptest::sample::select(&["a", "b", "c", "d", "e"]);
    // Pauses of an hour cut journeys.
    let time = (0_i64..6, 0_i64..3).prop_map(|(hours, seconds)| (hours * 3_600 + seconds) * 1_000_000);
    proptest::collection::vec((0_u32..9, time, touchpoint, Just(NO_CASE)), 0..80)
}

proptest! {
    #[test]
    fn centrality_and_clusters_add_up(given in given()) {
        let columns = Columns::of(&given);
        let centrality = columns.ask(&by_gap(), CentralityQuestion { top: 100 });
        let ranks: f64 = centrality.top.iter().map(|central| central.pagerank).sum();
        prop_assert!(given.is_empty() || (ranks - 1.0).abs() < 1e-9, "{}", ranks);
        for central in &centrality.top {
            prop_assert!(central.share.is_some_and(|share| share > 0.0 && share <= 1.0));
            prop_assert!(central.betweenness.is_none_or(|share| (0.0..=1.0).contains(&share)));
            prop_assert!(central.degree_in <= central.strength_in && central.degree_out <= central.strength_out);
        }
        let clusters = columns.ask(&by_gap(), ClustersQuestion { clusters: None, variants: 500 });
        prop_assert_eq!(clusters.clusters.iter().map(|cluster| cluster.journeys).sum::<u64>(), clusters.journeys);
        prop_assert_eq!(clusters.clusters.iter().map(|cluster| cluster.variants).sum::<u64>(), clusters.variants);
        let best = clusters.tried.iter().map(|tried| tried.silhouette).reduce(f64::max);
        prop_assert_eq!(best.is_none(), clusters.silhouette.is_none());
        prop_assert!((best.unwrap_or_default() - clusters.silhouette.unwrap_or_default()).abs() < 1e-6);
    }
}

/// One customer a journey, a letter a touchpoint.
fn journeys(words: &[String]) -> Columns {
    let mut given: Vec<Given<'_>> = Vec::new();
    for (customer, word) in (0..).zip(words) {
        given.extend((0..word.len()).map(|place| (customer, place as i64, &word[place..=place], NO_CASE)));
    }
    Columns::of(&given)
}

/// A linear congruential generator (Knuth's MMIX), its upper bits.
fn random(state: &mut u64, below: usize) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize % below
}

fn letter(state: &mut u64, letters: &str) -> char {
    letters.as_bytes()[random(state, letters.len())].into()
}

/// Each word as often as it says, with one touchpoint of each replaced by any of `letters`.
fn noisy(words: &[(&str, usize)], letters: &str) -> Vec<String> {
    let mut state = 7;
    let mut journeys = Vec::new();
    for (word, times) in words {
        for _ in 0..*times {
            let place = random(&mut state, word.len());
            let replaced = letter(&mut state, letters);
            journeys.push(word.chars().enumerate().map(|(at, own)| if at == place { replaced } else { own }).collect());
        }
    }
    journeys
}

fn clusters(words: &[String]) -> Clusters {
    journeys(words).ask(&JourneyRule::Whole, read::<ClustersQuestion>("").unwrap())
}

#[test]
fn planted_kinds_of_journeys_are_found_and_stable() {
    let planted = [("ABCDABCD", 150), ("EFGHEFGH", 100), ("IJKLIJKL", 60)];
    let found = clusters(&noisy(&planted, "ABCDEFGHIJKL"));
    assert!(found.structure != Structure::None, "{found:?}");
    assert_eq!(found.clusters.len(), 3);
    for (cluster, (word, journeys)) in found.clusters.iter().zip(planted) {
        assert_eq!((cluster.medoid.concat().as_str(), cluster.journeys), (word, journeys as u64));
        assert_eq!(cluster.stability, Some(Stability::Stable), "{cluster:?}");
        let typical: String = cluster.typical.iter().map(|typical| typical.touchpoint.as_str()).collect();
        let mut letters: Vec<char> = typical.chars().collect();
        letters.sort_unstable();
        assert_eq!(letters.into_iter().collect::<String>(), word[..4]);
    }
    assert_eq!(found.clustered_share, Some(1.0));
}

#[test]
fn journeys_of_one_kind_have_no_clear_clusters() {
    let one = clusters(&noisy(&[("ABCDEFGH", 300)], "ABCDEFGH"));
    assert_eq!(one.structure, Structure::None, "{one:?}");
    let mut state = 11;
    let any: Vec<String> =
        (0..400).map(|_| (0..4 + random(&mut state, 8)).map(|_| letter(&mut state, "ABCDE")).collect()).collect();
    let any = clusters(&any);
    assert_eq!(any.structure, Structure::None, "{any:?}");
    assert!(any.clusters.iter().all(|cluster| cluster.stability != Some(Stability::Stable)), "{any:?}");
}

#[test]
fn what_is_cut_is_said() {
    let long = |last: &str| "A".repeat(64) + last;
    let found = clusters(&[long("B"), long("C"), "X".to_owned(), "XY".to_owned(), "XYZ".to_owned()]);
    assert_eq!((found.cut_variants, found.clustered_variants), (2, 5));
    assert_eq!((found.clusters.len(), found.clusters[1].mean_distance), (2, 0.0), "{found:?}");
    let columns = journeys(&["A", "A", "B", "B", "C", "CC"].map(str::to_owned));
    let few = columns.ask(&JourneyRule::Whole, ClustersQuestion { clusters: None, variants: 2 });
    assert_eq!((few.clustered_journeys, few.clustered_share), (4, Some(4.0 / 6.0)));
    let nothing = clusters(&[]);
    assert_eq!((nothing.structure, nothing.clusters.len(), nothing.clustered_share), (Structure::None, 0, None));
}

#[test]
fn wrong_settings_are_refused() {
    for written in ["clusters=1", "clusters=21", "clusters=many", "variants=1", "variants=5000"] {
        assert!(read::<ClustersQuestion>(written).is_err(), "{written}");
    }
    assert_eq!(read::<ClustersQuestion>("").unwrap(), ClustersQuestion { clusters: None, variants: 500 });
    assert!(read::<CentralityQuestion>("top=0").is_err());
}
