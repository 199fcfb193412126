//! Training: m by expectation and maximisation on pattern counts, u from value counts.
//!
//! The E step asks for each pattern how likely its pairs are one person, a household, or strangers; the M step counts.
//! Patterns are counted once, so an iteration costs the number of patterns, whatever the number of pairs.
//! Pairs that blocking did not bring are taken for strangers: they agree in nothing that would make them more.
//!
//! u is never learned. Of all pairs the share that agrees exactly follows from the value counts,
//! sum c (c - 1) / (n (n - 1)); the share of the other levels from the candidates (where such pairs are all candidates) or
//! from random pairs. What matches and households contribute to that share is taken off.

use hashbrown::HashMap;

use crate::compare::{Comparison, Pattern, compare, level};
use crate::model::{LinkageModel, Rates};
use crate::record::Records;

/// How many candidate pairs show each pattern, in the order of patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatternCounts(pub(crate) Vec<(Pattern, u64)>);

impl PatternCounts {
    /// Counts patterns.
    pub fn of(patterns: impl IntoIterator<Item = Pattern>) -> Self {
        let mut counts: HashMap<Pattern, u64> = HashMap::new();
        for pattern in patterns {
            *counts.entry(pattern).or_default() += 1;
        }
        let mut counts: Vec<(Pattern, u64)> = counts.into_iter().collect();
        counts.sort_unstable();
        Self(counts)
    }

    /// The counts less those of some of the pairs.
    pub(crate) fn without(&self, pairs: impl IntoIterator<Item = Pattern>) -> Self {
        let mut counts = self.0.clone();
        for pattern in pairs {
            if let Ok(place) = counts.binary_search_by_key(&pattern, |&(known, _)| known) {
                counts[place].1 = counts[place].1.saturating_sub(1);
            }
        }
        Self(counts)
    }

    /// Number of distinct patterns.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True without a pattern.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Random pairs looked at for the rates of the frequent levels.
const RANDOM_PAIRS: u64 = 300_000;
/// Fewer candidates with a value say nothing of its levels.
const ENOUGH: f64 = 30.0;
/// Strangers differ at least this often, whatever the sample says.
const LEAST_DIFFERENT: f64 = 0.01;
/// Iterations at most.
const ITERATIONS: usize = 60;
/// Training has converged once no rate m moves by more.
const CONVERGED: f64 = 1e-5;
/// How many pairs the first guesses are worth.
const GUESS_WORTH: f64 = 5.0;

/// Of all pairs in which both records have a value, the share at each level.
type Shares = [[f64; 16]; 8];

/// The patterns of pairs that people decided on.
#[derive(Clone, Debug, Default)]
pub(crate) struct DecidedPatterns {
    /// Of pairs that are one person.
    pub(crate) accepted: Vec<Pattern>,
    /// Of pairs that are two people.
    pub(crate) rejected: Vec<Pattern>,
    /// Of those of them that are candidates.
    pub(crate) candidates: Vec<Pattern>,
}

/// Trains the rates of a model on records and the patterns of their candidate pairs.
///
/// A pair that people decided on counts once, as every pair does, but as what it is: of an accepted pair the probability of
/// one person is 1; of a rejected one it is 0, and household and strangers share it as the model says. It does not count
/// more than once: reviewers are shown the doubtful pairs, and were these to stand for more than themselves, the rates would
/// become those of doubtful pairs. Returns the trained model; the number of iterations beside it.
pub(crate) fn train(
    model: &LinkageModel,
    records: &Records,
    patterns: &PatternCounts,
    decided: &DecidedPatterns,
) -> (LinkageModel, usize) {
    let n = records.len() as f64;
    let all_pairs = n * (n - 1.0) / 2.0;
    let mut trained = model.clone();
    if all_pairs < 1.0 {
        return (trained, 0);
    }
    let guess = model.rates();
    let seen = look(records, patterns, all_pairs, &guess);
    let undecided = patterns.without(decided.candidates.iter().copied());
    let mut rates = guess.clone();
    // At least one pair, and never nearly all: among two or three records the upper bound decides.
    let mut matches = (model.matches_per_record / n).max(1.0 / all_pairs).min(0.3);
    let mut household = (model.household_records_per_record / n).max(1.0 / all_pairs).min(0.3);
    let mut iterations = 0;
    while iterations < ITERATIONS {
        iterations += 1;
        set_u(&mut rates, &seen, matches, household, all_pairs);
        let before = rates.m;
        let (in_matches, in_household, pairs) = expect(&rates, [matches, household], &undecided, decided);
        for comparison in Comparison::ALL {
            let index = comparison as usize;
            maximise(&mut rates.m[index], &in_matches[index], &guess.m[index]);
            // Given names and birth dates tell the people of a household apart. Were their agreement there learned, records of
            // one person with one slip would pass for a household. Given names agree there by chance, birth dates as the
            // model says: it is twins that share one.
            if !matches!(comparison, Comparison::GivenName | Comparison::BirthDate) {
                maximise(&mut rates.household[index], &in_household[index], &guess.household[index]);
            }
        }
        matches = (pairs[0] / all_pairs).clamp(0.1 / all_pairs, 0.5);
        household = (pairs[1] / all_pairs).clamp(0.1 / all_pairs, 0.4);
        let moved = rates.m.iter().flatten().zip(before.iter().flatten()).map(|(now, then)| (now - then).abs());
        if moved.fold(0.0, f64::max) < CONVERGED {
            break;
        }
    }
    set_u(&mut rates, &seen, matches, household, all_pairs);
    trained.set_rates(&rates);
    trained.trained_on_records = records.len() as u64;
    trained.matches_per_record = matches * (n - 1.0);
    trained.household_records_per_record = household * (n - 1.0);
    (trained, iterations)
}

/// Expected pairs at each level among the matches and among the households, and expected matches and household pairs.
fn expect(
    rates: &Rates,
    [matches, household]: [f64; 2],
    undecided: &PatternCounts,
    decided: &DecidedPatterns,
) -> (Shares, Shares, [f64; 2]) {
    let (mut in_matches, mut in_household, mut pairs) = ([[0.0; 16]; 8], [[0.0; 16]; 8], [0.0; 2]);
    let mut note = |pattern: Pattern, as_match: f64, as_household: f64| {
        pairs[0] += as_match;
        pairs[1] += as_household;
        for comparison in Comparison::ALL {
            let (index, level) = (comparison as usize, usize::from(pattern.level(comparison)));
            in_matches[index][level] += as_match;
            in_household[index][level] += as_household;
        }
    };
    let joint_of = |pattern: Pattern| {
        let mut joint = [matches, household, 1.0 - matches - household];
        for comparison in Comparison::ALL {
            let (index, level) = (comparison as usize, usize::from(pattern.level(comparison)));
            if level > 0 {
                joint[0] *= rates.m[index][level];
                joint[1] *= rates.household[index][level];
                joint[2] *= rates.u[index][level];
            }
        }
        joint
    };
    for &(pattern, count) in &undecided.0 {
        let joint = joint_of(pattern);
        let sum: f64 = joint.iter().sum();
        if sum > 0.0 {
            note(pattern, count as f64 * joint[0] / sum, count as f64 * joint[1] / sum);
        }
    }
    for &pattern in &decided.accepted {
        note(pattern, 1.0, 0.0);
    }
    for &pattern in &decided.rejected {
        let [_, household, strangers] = joint_of(pattern);
        let sum = household + strangers;
        if sum > 0.0 {
            note(pattern, 0.0, household / sum);
        }
    }
    (in_matches, in_household, pairs)
}

/// Rates from expected counts, with the first guess worth a few pairs.
fn maximise(rates: &mut [f64; 16], counts: &[f64; 16], guess: &[f64; 16]) {
    let total: f64 = counts[1..].iter().sum();
    for level in 1..16 {
        rates[level] = (counts[level] + GUESS_WORTH * guess[level]) / (total + GUESS_WORTH);
    }
}

/// u is what is left of the shares of all pairs once matches and households are taken off.
fn set_u(rates: &mut Rates, seen: &Seen, matches: f64, household: f64, all_pairs: f64) {
    for comparison in Comparison::ALL {
        let index = comparison as usize;
        let last = usize::from(comparison.differs());
        let by_chance = comparison == Comparison::GivenName;
        let mut rest = 1.0;
        for level in 1..last {
            let of_household = if by_chance { 0.0 } else { household * rates.household[index][level] };
            let share = seen.shares[index][level];
            let least = (share * 0.02).max(0.2 / all_pairs);
            let mut u = (share - matches * rates.m[index][level] - of_household).max(least).min(0.9);
            if is_contact(comparison) && level != usize::from(level::EXACT) {
                // Near contacts of strangers are near because the names in them are alike. So their rate among the
                // candidates that are not matches is what counts, not the one among all pairs.
                let [at_level, with_value] =
                    [seen.in_candidates[index][level], seen.in_candidates[index][1..].iter().sum()];
                if with_value < ENOUGH {
                    (rates.u[index][level], rest) = (u, rest - u);
                    continue;
                }
                let in_matches = matches * all_pairs * with_value / seen.candidates.max(1.0);
                let left = (at_level - in_matches * rates.m[index][level]).max(0.0) + 0.5;
                u = u.max(left / (with_value - in_matches).max(1.0)).min(0.5);
            }
            if comparison == Comparison::GivenName && level == usize::from(level::GIVEN_SWAPPED) {
                // Names of strangers are swapped as often as those of one person.
                let exact = usize::from(level::EXACT);
                u = rates.u[index][exact] * rates.m[index][level] / rates.m[index][exact].max(0.01);
            }
            rates.u[index][level] = u;
            rest -= u;
        }
        // "Differs" takes the rest; where the other levels leave next to nothing, they shrink.
        rates.u[index][last] = rest.max(LEAST_DIFFERENT);
        let sum: f64 = rates.u[index][1..=last].iter().sum();
        rates.u[index][1..=last].iter_mut().for_each(|u| *u /= sum);
        if by_chance {
            rates.household[index] = rates.u[index];
        }
    }
}

fn is_contact(comparison: Comparison) -> bool {
    matches!(comparison, Comparison::Landline | Comparison::Mobile | Comparison::Email | Comparison::Identifier)
}

/// What is known of all pairs before training.
struct Seen {
    /// Of all pairs in which both have a value, the share at each level.
    shares: Shares,
    /// Candidate pairs at each level.
    in_candidates: Shares,
    candidates: f64,
}

fn look(records: &Records, patterns: &PatternCounts, all_pairs: f64, guess: &Rates) -> Seen {
    let random = random_patterns(records);
    let drawn: f64 = random.0.iter().map(|&(_, count)| count as f64).sum();
    let level_counts = |patterns: &PatternCounts| {
        let mut counts = [[0.0; 16]; 8];
        for &(pattern, count) in &patterns.0 {
            for comparison in Comparison::ALL {
                counts[comparison as usize][usize::from(pattern.level(comparison))] += count as f64;
            }
        }
        counts
    };
    let (in_random, in_candidates) = (level_counts(&random), level_counts(patterns));
    let mut shares = [[0.0; 16]; 8];
    for comparison in Comparison::ALL {
        let index = comparison as usize;
        let counts = &records.counts;

        let exact = match comparison {
            Comparison::Surname => counts.surname.agreement(),
            Comparison::GivenName => counts.given.agreement(),
            Comparison::BirthDate => counts.birth.agreement(),
            Comparison::Landline => counts.landline.agreement(),
            Comparison::Mobile => counts.mobile.agreement(),
            Comparison::Email => counts.email.agreement(),
            Comparison::Identifier => counts.identifier.agreement(),
            Comparison::Address => None,
        };
        let with_value: f64 = in_random[index][1..].iter().sum();
        let pairs_with_value = (all_pairs * with_value / drawn.max(1.0)).max(1.0);
        for level in 1..comparison.levels().len() - 1 {
            shares[index][level] = match exact {
                // A field that hardly any record has: nothing can be learned of it.
                _ if with_value < 1.0 => guess.u[index][level],
                Some(exact) if level == usize::from(level::EXACT) => exact,
                _ if is_contact(comparison) || comparison == Comparison::Address && level <= 2 => {
                    in_candidates[index][level] / pairs_with_value
                }
                _ => (in_random[index][level] + 0.5) / (with_value + 1.0),
            };
        }
    }
    let candidates = patterns.0.iter().map(|&(_, count)| count as f64).sum();
    Seen { shares, in_candidates, candidates }
}

/// The patterns of random pairs, the same for the same records; of all pairs where there are few.
fn random_patterns(records: &Records) -> PatternCounts {
    let n = records.len() as u64;
    let of = |a: u64, b: u64| compare(records, &records.rows[a as usize], &records.rows[b as usize]);
    if n * (n - 1) / 2 <= RANDOM_PAIRS {
        return PatternCounts::of((0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).map(|(a, b)| of(a, b)));
    }
    let draw = |from: u64, to: u64| -> Vec<Pattern> {
        let drawn = (from..to).map(|number| {
            let chance = scatter(number);
            let a = ((chance >> 32) * n) >> 32;
            let b = ((chance & 0xffff_ffff) * (n - 1)) >> 32;
            of(a, if b >= a { b + 1 } else { b })
        });
        drawn.collect()
    };
    let (mut first, second) = std::thread::scope(|scope| {
        let second = scope.spawn(|| draw(RANDOM_PAIRS / 2, RANDOM_PAIRS));
        (draw(0, RANDOM_PAIRS / 2), second.join().expect("comparing does not panic"))
    });
    first.extend(second);
    PatternCounts::of(first)
}

/// A number that looks drawn by chance: the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
pub(crate) fn scatter(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
