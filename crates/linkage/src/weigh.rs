//! From levels to match weights: Fellegi and Sunter (1969), with two kinds of non-matches.
//!
//! Two records that are not one person are strangers, or two people of one household. For a pair with levels g the weight is
//!
//! ```text
//! W = log2( P(match) m(g) / ( P(household) h(g) + P(strangers) u(g) ) )
//! ```
//!
//! where m, h and u are products over the comparisons, and a missing value counts as 1 everywhere. Surname, address and landline
//! therefore cannot be counted three times: once they have shown a household, further household evidence raises m(g) and h(g)
//! alike. The probability of a match is 2^W / (1 + 2^W).

use serde::Serialize;

use crate::compare::{Comparison, Pattern, compare, level};
use crate::model::{LinkageModel, Rates, Vetoes};
use crate::record::{Field, FieldCounts, Records, Row};
use crate::terms::{Counts, MISSING};

/// Probability of a weight in bits.
pub fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// Weight in bits of a probability.
pub fn weight_of(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2()
}

/// Logarithms (base 2) for the three things a pair can be: one person, a household, strangers.
#[derive(Clone, Copy, Debug)]
struct Likelihood([f64; 3]);

impl Likelihood {
    fn plus(self, other: Self) -> Self {
        Self([self.0[0] + other.0[0], self.0[1] + other.0[1], self.0[2] + other.0[2]])
    }

    /// log2 of the odds of a match.
    fn weight(self) -> f64 {
        self.0[0] - self.not_a_match()
    }

    fn not_a_match(self) -> f64 {
        let (high, low) = (self.0[1].max(self.0[2]), self.0[1].min(self.0[2]));
        high + (low - high).exp2().ln_1p() * std::f64::consts::LOG2_E
    }
}

/// The model's tables, ready to weigh pairs.
#[derive(Clone, Debug)]
pub(crate) struct Weigher {
    prior: Likelihood,
    tables: [[Likelihood; 16]; 8],
    rates: Rates,
    /// A contact that more records bear loses power.
    bearers_of_a_contact: u32,
    /// No value is taken for rarer than this.
    least_frequency: f64,
}

/// As many records with one full name may well be one person's.
const RECORDS_OF_ONE_PERSON: u32 = 4;

/// Rates below this are not taken at their word.
const LEAST_RATE: f64 = 1e-12;

impl Weigher {
    pub(crate) fn new(model: &LinkageModel, records: usize) -> Self {
        let rates = model.rates();
        let others = (records as f64 - 1.0).max(1.0);
        let matches = (model.matches_per_record / others).clamp(LEAST_RATE, 0.5);
        let household = (model.household_records_per_record / others).clamp(LEAST_RATE, 0.4);
        let log = |rate: f64| rate.max(LEAST_RATE).log2();
        let mut tables = [[Likelihood([0.0; 3]); 16]; 8];
        for comparison in Comparison::ALL {
            let index = comparison as usize;
            let levels = tables[index].iter_mut().enumerate().take(comparison.levels().len());
            for (level, likelihood) in levels.skip(1) {
                let of = [rates.m[index][level], rates.household[index][level], rates.u[index][level]];
                *likelihood = Likelihood(of.map(log));
            }
        }
        Self {
            prior: Likelihood([log(matches), log(household), log(1.0 - matches - household)]),
            tables,
            rates,
            bearers_of_a_contact: model.limits.bearers_of_a_contact,
            least_frequency: 1.0 / (others + 1.0),
        }
    }

    /// The prior in bits: what is to be said of a pair before looking at it.
    pub(crate) fn prior(&self) -> f64 {
        self.prior.weight()
    }

    /// The weight of a pair in bits.
    pub(crate) fn weight(&self, records: &Records, a: &Row, b: &Row, pattern: Pattern) -> f64 {
        let of = |comparison| self.likelihood(records, a, b, comparison, pattern.level(comparison)).0;
        Comparison::ALL.into_iter().fold(self.prior, |sum, comparison| sum.plus(of(comparison))).weight()
    }

    /// The likelihood of a level, and the value's own frequency where it takes the place of u.
    fn likelihood(
        &self,
        records: &Records,
        a: &Row,
        b: &Row,
        comparison: Comparison,
        level: u8,
    ) -> (Likelihood, Option<f64>) {
        let plain = self.tables[comparison as usize][usize::from(level)];
        let is_swapped_name = comparison == Comparison::GivenName && level == level::GIVEN_SWAPPED;
        if level != level::EXACT && !is_swapped_name {
            return (plain, None);
        }
        let counts = &records.counts;
        let contact =
            |counts: &Counts, code| (counts.of(code) > self.bearers_of_a_contact).then(|| counts.frequency(code));
        let frequency = match comparison {
            Comparison::Address => None,
            // Of names in each other's place the more frequent use of each is the right one.
            Comparison::Surname => Some(counts.surname.frequency(a.surname).max(counts.surname.frequency(b.surname))),
            Comparison::GivenName => {
                let alone = counts.given.frequency(a.given).max(counts.given.frequency(b.given));
                Some(alone.max(given_name_among_surname(counts, a, b)))
            }
            Comparison::BirthDate => Some(counts.birth.frequency(a.birth)),
            Comparison::Landline => contact(&counts.landline, a.landline),
            Comparison::Mobile => contact(&counts.mobile, a.mobile),
            Comparison::Email => contact(&counts.email, a.email),
            Comparison::Identifier => contact(&counts.identifier, a.identifier),
        };
        let Some(frequency) = frequency else { return (plain, None) };
        let is_contact = !matches!(comparison, Comparison::Surname | Comparison::GivenName | Comparison::BirthDate);
        let Likelihood([m, household, u]) = plain;
        let mut strangers = frequency.max(self.least_frequency).log2();
        if is_swapped_name {
            // Strangers' names are swapped as often as anybody's: by m of "swapped" for each m of "exact".
            strangers += m - self.tables[comparison as usize][usize::from(level::EXACT)].0[0];
        }
        if is_contact {
            strangers = strangers.max(u);
        }
        // Given names agree in a household by chance; whatever else agrees there does so as trained.
        let household = if comparison == Comparison::GivenName { strangers } else { household };
        (Likelihood([m, household, strangers]), Some(frequency))
    }

    /// Two clusters as one person: the weight is that of a pair, each comparison being the mean over all pairs of records,
    /// one from each side, in which both have a value; a veto holds if it does for the best levels reached by any pair.
    pub(crate) fn union(&self, records: &Records, left: &[u32], right: &[u32], vetoes: &Vetoes) -> Union {
        let mut sums = [(Likelihood([0.0; 3]), 0_u32); 8];
        let mut best = [u8::MAX; 8];
        for &a in left {
            for &b in right {
                let (row_a, row_b) = (&records.rows[a as usize], &records.rows[b as usize]);
                let pattern = compare(records, row_a, row_b);
                for comparison in Comparison::ALL {
                    let level = pattern.level(comparison);
                    if level > 0 {
                        let (sum, n) = &mut sums[comparison as usize];
                        *sum = sum.plus(self.likelihood(records, row_a, row_b, comparison, level).0);
                        *n += 1;
                        best[comparison as usize] = best[comparison as usize].min(level);
                    }
                }
            }
        }
        let reached = Comparison::ALL.into_iter().filter(|&comparison| best[comparison as usize] < u8::MAX);
        let profile =
            reached.fold(Pattern::default(), |all, comparison| all.with(comparison, best[comparison as usize]));
        let means =
            sums.into_iter().filter(|(_, n)| *n > 0).map(|(sum, n)| Likelihood(sum.0.map(|log| log / f64::from(n))));
        Union { weight: means.fold(self.prior, Likelihood::plus).weight(), vetoed: vetoes.holds(profile).is_some() }
    }

    /// How the weight comes about, step by step.
    pub(crate) fn waterfall(
        &self,
        records: &Records,
        (id_a, row_a): (&str, &Row),
        (id_b, row_b): (&str, &Row),
        pattern: Pattern,
    ) -> Waterfall {
        let mut sum = self.prior;
        let mut steps = Vec::new();
        let of = |comparison| self.likelihood(records, row_a, row_b, comparison, pattern.level(comparison));
        let mut add = |name: &'static str,
                       level: String,
                       values: [String; 2],
                       m: f64,
                       likelihood: Likelihood,
                       frequency| {
            let before = sum;
            sum = sum.plus(likelihood);
            let weight = sum.weight() - before.weight();
            // What u must have been for m to give this weight: u of strangers and of households, mixed as they now stand.
            let u = (sum.not_a_match() - before.not_a_match()).exp2();
            let [value_a, value_b] = values;
            steps.push(Step { comparison: name, level, value_a, value_b, m, u, frequency, weight, sum: sum.weight() });
        };
        let household = Comparison::ALL.into_iter().filter(|comparison| comparison.is_household());
        let household: Vec<Comparison> = household.filter(|&comparison| pattern.level(comparison) > 0).collect();
        if !household.is_empty() {
            let words: Vec<String> = household
                .iter()
                .map(|&part| format!("{} {}", part.as_str(), part.levels()[usize::from(pattern.level(part))]))
                .collect();
            let likelihood = household.iter().fold(Likelihood([0.0; 3]), |all, &part| all.plus(of(part).0));
            let frequency = household.iter().find_map(|&part| of(part).1);
            let values = [row_a, row_b].map(|row| values(records, row, &household));
            add("household", words.join(", "), values, likelihood.0[0].exp2(), likelihood, frequency);
        }
        for comparison in Comparison::ALL.into_iter().filter(|comparison| !comparison.is_household()) {
            let level = pattern.level(comparison);
            if level == 0 {
                continue;
            }
            let (likelihood, frequency) = of(comparison);
            let values = [row_a, row_b].map(|row| values(records, row, &[comparison]));
            let name = comparison.levels()[usize::from(level)].to_owned();
            let m = self.rates.m[comparison as usize][usize::from(level)];
            add(comparison.as_str(), name, values, m, likelihood, frequency);
        }
        let weight = sum.weight();
        Waterfall {
            record_a: id_a.to_owned(),
            record_b: id_b.to_owned(),
            prior: self.prior(),
            steps,
            weight,
            probability: probability(weight),
        }
    }
}

/// What is to be said of two clusters being one person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Union {
    /// In bits.
    pub(crate) weight: f64,
    /// True if the two contradict each other in a way that forbids linking by weight alone.
    pub(crate) vetoed: bool,
}

/// The frequency of a given name among those who bear the surname too. Given names and surnames come from the same languages:
/// in a German file one Smith in ten may be an Alfie, though hardly anybody is. Where fewer bear the full name than one person
/// may have records, it says nothing.
fn given_name_among_surname(counts: &FieldCounts, a: &Row, b: &Row) -> f64 {
    if a.full_name != b.full_name || a.full_name == MISSING {
        return 0.0;
    }
    let bearers = counts.full_name.of(a.full_name).saturating_sub(RECORDS_OF_ONE_PERSON);
    f64::from(bearers) / f64::from(counts.surname.of(a.surname).max(1))
}

fn values(records: &Records, row: &Row, comparisons: &[Comparison]) -> String {
    let mut texts = Vec::new();
    for comparison in comparisons {
        let fields: &[Field] = match comparison {
            Comparison::Surname => &[Field::Surname],
            Comparison::Address => &[Field::Street, Field::HouseNumber, Field::Postcode, Field::City],
            Comparison::Landline => &[Field::OtherPhone],
            Comparison::GivenName => &[Field::GivenName],
            Comparison::BirthDate => &[Field::BirthDate],
            Comparison::Mobile => &[Field::Phone],
            Comparison::Email => &[Field::Email],
            Comparison::Identifier => &[Field::Identifier],
        };
        texts.extend(fields.iter().map(|&field| records.value_of(row, field)).filter(|text| !text.is_empty()));
    }
    texts.join(" ")
}

/// One step of a [`Waterfall`].
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// What was compared; surname, address and landline are the one comparison `household`.
    pub comparison: &'static str,
    /// The level reached.
    pub level: String,
    /// The first record's value, normalised.
    pub value_a: String,
    /// The second record's value, normalised.
    pub value_b: String,
    /// How often pairs of one person show this level.
    pub m: f64,
    /// How often other pairs show it that agree with this one in all steps before.
    pub u: f64,
    /// The value's own frequency, where it took the place of the strangers' u.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency: Option<f64>,
    /// log2(m / u), in bits.
    pub weight: f64,
    /// The prior and all weights so far, in bits.
    pub sum: f64,
}

/// Why two records are, or are not, taken for one person: the prior and the weight of each comparison, in bits.
/// Missing values have weight 0 and no step.
#[derive(Clone, Debug, Serialize)]
pub struct Waterfall {
    /// Id of the first record.
    pub record_a: String,
    /// Id of the second record.
    pub record_b: String,
    /// log2 of the odds before anything is compared.
    pub prior: f64,
    /// The comparisons in their order.
    pub steps: Vec<Step>,
    /// The sum, in bits.
    pub weight: f64,
    /// 2^W / (1 + 2^W).
    pub probability: f64,
}
