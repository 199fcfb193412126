//! The linkage model: a plan document that people can read, version and compare.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::compare::{Comparison, Pattern};

/// The version of the document's form that this program writes and reads.
pub const FORM: u32 = 1;

/// How often a level shows, by what the two records are to each other. The rates of one comparison sum to 1, each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelRates {
    /// Among pairs of one person: m.
    pub m: f64,
    /// Among pairs of two people of one household.
    pub household: f64,
    /// Among pairs of strangers: u.
    pub u: f64,
}

/// Pairs that are never linked without a person's decision, whatever their weight: all conditions hold.
///
/// Keys are names of comparisons, values names of their levels.
pub type Veto = BTreeMap<String, Vec<String>>;

/// From which probability a pair is linked, and from which it is shown to people.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Linked from this probability on.
    pub link: f64,
    /// Put to review from this probability on.
    pub review: f64,
}

/// What one customer can have at most.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Records.
    pub records: usize,
    /// The least weight, in bits, of a union of two clusters: like that of a pair, each comparison being the mean over all
    /// pairs of records, one from each side, in which both have a value.
    pub least_union_weight: f64,
    /// A telephone number, mail address or identifier that more records bear loses power by their count.
    pub bearers_of_a_contact: u32,
}

/// The document. Rates that were trained on a file, and everything else that decides who is who.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkageModel {
    /// The version of the document's form: [`FORM`].
    pub form: u32,
    /// What people call the model.
    pub title: String,
    /// How many records the rates were trained on; 0 if they are the built-in first guesses.
    pub trained_on_records: u64,
    /// Other records of the same person, for a record, on the average: n - 1 times the prior.
    pub matches_per_record: f64,
    /// Records of other people of its household, for a record, on the average.
    pub household_records_per_record: f64,
    /// Most records of a blocking key that still brings candidates.
    pub blocking_cap: usize,
    /// When pairs are linked or reviewed.
    pub thresholds: Thresholds,
    /// What one customer can have.
    pub limits: Limits,
    /// Pairs that are never linked by weight alone.
    #[serde(default)]
    pub veto: Vec<Veto>,
    /// For each comparison the rates of its levels; levels that are not named never show.
    pub comparison: BTreeMap<String, BTreeMap<String, LevelRates>>,
}

/// A field of the document that is wrong, with the value and the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct InvalidModel {
    /// Path of the field, such as `thresholds.link`.
    pub place: String,
    /// What is wrong with it, and the value.
    pub reason: String,
}

fn invalid(place: impl Into<String>, reason: impl Into<String>) -> InvalidModel {
    InvalidModel { place: place.into(), reason: reason.into() }
}

/// First guesses of m and of the household rates, before anything is trained: level after level without "missing".
fn first_guess(comparison: Comparison) -> (&'static [f64], &'static [f64]) {
    match comparison {
        Comparison::Surname => (&[0.75, 0.05, 0.08, 0.06, 0.06], &[0.65, 0.04, 0.07, 0.06, 0.18]),
        Comparison::Address => (&[0.7, 0.1, 0.01, 0.02, 0.05, 0.12], &[0.75, 0.1, 0.01, 0.02, 0.04, 0.08]),
        Comparison::Landline => (&[0.5, 0.1, 0.4], &[0.4, 0.1, 0.5]),
        Comparison::GivenName => (&[0.7, 0.04, 0.05, 0.04, 0.08, 0.04, 0.03, 0.02], &[]),
        // In a household it is twins that share the day.
        Comparison::BirthDate => (&[0.85, 0.03, 0.06, 0.03, 0.03], &[0.01, 0.0005, 0.0025, 0.005, 0.982]),
        Comparison::Mobile => (&[0.6, 0.1, 0.3], &[0.02, 0.01, 0.97]),
        Comparison::Email => (&[0.7, 0.05, 0.05, 0.2], &[0.02, 0.005, 0.005, 0.97]),
        Comparison::Identifier => (&[0.9, 0.05, 0.05], &[0.01, 0.01, 0.98]),
    }
}

impl Default for LinkageModel {
    /// First guesses, for training to begin with.
    fn default() -> Self {
        let comparison = Comparison::ALL.into_iter().map(|comparison| {
            let (m, household) = first_guess(comparison);
            let names = &comparison.levels()[1..];
            let apart =
                |index: usize| if index + 1 == names.len() { 1.0 - 0.001 * (names.len() - 1) as f64 } else { 0.001 };
            let rates = names.iter().enumerate().map(|(index, name)| {
                let household = household.get(index).copied().unwrap_or_else(|| apart(index));
                ((*name).to_owned(), LevelRates { m: m[index], household, u: apart(index) })
            });
            (comparison.as_str().to_owned(), rates.collect())
        });
        let veto = |conditions: &[(&str, &[&str])]| {
            let names = |levels: &[&str]| levels.iter().map(|&level| level.to_owned()).collect();
            conditions.iter().map(|&(comparison, levels)| (comparison.to_owned(), names(levels))).collect()
        };
        Self {
            form: FORM,
            title: "person records".into(),
            trained_on_records: 0,
            matches_per_record: 1.0,
            household_records_per_record: 1.0,
            blocking_cap: 60,
            thresholds: Thresholds { link: 0.5, review: 0.1 },
            limits: Limits { records: 30, least_union_weight: -2.0, bearers_of_a_contact: 8 },
            veto: vec![veto(&[
                ("given_name", &["differs"]),
                ("birth_date", &["differs"]),
                ("identifier", &["missing", "differs"]),
            ])],
            comparison: comparison.collect(),
        }
    }
}

impl LinkageModel {
    /// Checks everything a person may have written wrong.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn check(&self) -> Result<(), InvalidModel> {
        if self.form != FORM {
            return Err(invalid("form", format!("{} is not {FORM}, the one form this program knows", self.form)));
        }
        let share = |place: &str, value: f64| {
            if (0.0..=1.0).contains(&value) {
                Ok(())
            } else {
                Err(invalid(place, format!("{value} lies outside 0 to 1")))
            }
        };
        share("thresholds.link", self.thresholds.link)?;
        share("thresholds.review", self.thresholds.review)?;
        if self.thresholds.review > self.thresholds.link {
            let reason = format!("{} is above thresholds.link, {}", self.thresholds.review, self.thresholds.link);
            return Err(invalid("thresholds.review", reason));
        }
        for (place, value) in [
            ("matches_per_record", self.matches_per_record),
            ("household_records_per_record", self.household_records_per_record),
        ] {
            if !(value.is_finite() && value >= 0.0) {
                return Err(invalid(place, format!("{value} is not a number of records")));
            }
        }
        if self.blocking_cap < 2 {
            return Err(invalid("blocking_cap", format!("{} leaves no pair", self.blocking_cap)));
        }
        if self.limits.records < 2 {
            return Err(invalid("limits.records", format!("{} leaves no pair", self.limits.records)));
        }
        for (index, veto) in self.veto.iter().enumerate() {
            if veto.is_empty() {
                return Err(invalid(format!("veto[{index}]"), "has no condition and would hold for every pair"));
            }
            for (name, levels) in veto {
                let place = format!("veto[{index}].{name}");
                let comparison = comparison_of(name, &place)?;
                for level in levels {
                    level_of(comparison, level, &place)?;
                }
            }
        }
        for comparison in Comparison::ALL {
            let place = format!("comparison.{}", comparison.as_str());
            let rates = self.comparison.get(comparison.as_str()).ok_or_else(|| invalid(&place, "is missing"))?;
            let mut sums = [0.0; 3];
            for (name, rates) in rates {
                let place = format!("{place}.{name}");
                if level_of(comparison, name, &place)? == 0 {
                    return Err(invalid(place, "has rates, but a missing value says nothing"));
                }
                for (sum, rate) in sums.iter_mut().zip([rates.m, rates.household, rates.u]) {
                    share(&place, rate)?;
                    *sum += rate;
                }
            }
            for (sum, of) in sums.into_iter().zip(["m", "household", "u"]) {
                if (sum - 1.0).abs() > 0.01 {
                    return Err(invalid(&place, format!("the rates {of} sum to {sum:.3}, not to 1")));
                }
            }
        }
        for name in self.comparison.keys() {
            comparison_of(name, &format!("comparison.{name}"))?;
        }
        Ok(())
    }

    pub(crate) fn rates(&self) -> Rates {
        let mut rates = Rates { m: [[0.0; 16]; 8], household: [[0.0; 16]; 8], u: [[0.0; 16]; 8] };
        for comparison in Comparison::ALL {
            for (level, name) in comparison.levels().iter().enumerate().skip(1) {
                let known = self.comparison.get(comparison.as_str()).and_then(|levels| levels.get(*name));
                let LevelRates { m, household, u } = known.copied().unwrap_or_default();
                let index = comparison as usize;
                (rates.m[index][level], rates.household[index][level], rates.u[index][level]) = (m, household, u);
            }
        }
        rates
    }

    pub(crate) fn set_rates(&mut self, rates: &Rates) {
        for comparison in Comparison::ALL {
            let index = comparison as usize;
            let levels = comparison.levels().iter().enumerate().skip(1).map(|(level, name)| {
                let known = LevelRates {
                    m: rates.m[index][level],
                    household: rates.household[index][level],
                    u: rates.u[index][level],
                };
                ((*name).to_owned(), known)
            });
            self.comparison.insert(comparison.as_str().to_owned(), levels.collect());
        }
    }

    /// The vetoes, ready to be asked. Names that are unknown hold for nothing; [`LinkageModel::check`] finds them.
    pub(crate) fn vetoes(&self) -> Vetoes {
        let compiled = self.veto.iter().map(|veto| {
            let conditions = veto.iter().filter_map(|(name, levels)| {
                let comparison = Comparison::ALL.into_iter().find(|comparison| comparison.as_str() == name)?;
                let bits =
                    levels.iter().filter_map(|level| comparison.levels().iter().position(|known| known == level));
                Some((comparison, bits.fold(0_u16, |bits, level| bits | 1 << level)))
            });
            conditions.collect()
        });
        Vetoes(compiled.collect())
    }
}

fn comparison_of(name: &str, place: &str) -> Result<Comparison, InvalidModel> {
    Comparison::ALL.into_iter().find(|comparison| comparison.as_str() == name).ok_or_else(|| {
        let names = Comparison::ALL.map(Comparison::as_str).join(", ");
        invalid(place, format!("{name:?} is none of {names}"))
    })
}

fn level_of(comparison: Comparison, name: &str, place: &str) -> Result<usize, InvalidModel> {
    let known = comparison.levels().iter().position(|level| *level == name);
    known.ok_or_else(|| invalid(place, format!("{name:?} is none of {}", comparison.levels().join(", "))))
}

/// The rates as tables: comparison, then level.
#[derive(Clone, Debug)]
pub(crate) struct Rates {
    pub(crate) m: [[f64; 16]; 8],
    pub(crate) household: [[f64; 16]; 8],
    pub(crate) u: [[f64; 16]; 8],
}

/// For each veto the comparisons it asks, with the levels for which it holds as bits.
#[derive(Clone, Debug)]
pub(crate) struct Vetoes(Vec<Vec<(Comparison, u16)>>);

impl Vetoes {
    /// The number of the first veto that holds.
    pub(crate) fn holds(&self, pattern: Pattern) -> Option<usize> {
        self.0.iter().position(|conditions| {
            conditions.iter().all(|&(comparison, levels)| levels >> pattern.level(comparison) & 1 == 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_survives_being_written_and_read() {
        let model = LinkageModel::default();
        model.check().unwrap();
        let text = toml::to_string(&model).unwrap();
        assert_eq!(toml::from_str::<LinkageModel>(&text).unwrap(), model, "{text}");
    }

    #[test]
    fn what_is_wrong_is_told_with_place_and_value() {
        type Change = fn(&mut LinkageModel);
        let cases: [(Change, &str); 6] = [
            (|m| m.form = 9, "form: 9 is not 1"),
            (|m| m.thresholds.link = 1.5, "thresholds.link: 1.5 lies outside 0 to 1"),
            (|m| m.thresholds.review = 0.9, "thresholds.review: 0.9 is above thresholds.link, 0.5"),
            (|m| m.veto[0].extend([("nose".into(), vec![])]), "veto[0].nose: \"nose\" is none of surname, address"),
            (
                |m| m.comparison.get_mut("email").unwrap().retain(|level, _| level != "differs"),
                "comparison.email: the rates m sum to 0.800, not to 1",
            ),
            (|m| m.comparison.retain(|name, _| name != "email"), "comparison.email: is missing"),
        ];
        for (change, expected) in cases {
            let mut model = LinkageModel::default();
            change(&mut model);
            let error = model.check().unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn a_veto_holds_only_if_all_its_conditions_do() {
        let vetoes = LinkageModel::default().vetoes();
        let given_differs = Pattern::default().with(Comparison::GivenName, Comparison::GivenName.differs());
        assert_eq!(vetoes.holds(given_differs), None);
        assert_eq!(vetoes.holds(given_differs.with(Comparison::BirthDate, Comparison::BirthDate.differs())), Some(0));
        assert_eq!(vetoes.holds(Pattern::default()), None);
    }
}
