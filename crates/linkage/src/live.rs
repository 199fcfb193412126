//! One record against all: the same model and the same index as in batch, record by record.

use crate::block::BlockingIndex;
use crate::compare::compare;
use crate::link::Linked;
use crate::model::{LinkageModel, Vetoes};
use crate::record::{Person, Records};
use crate::weigh::{Waterfall, Weigher, probability};

/// A record that may be the same person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Its number.
    pub record: u32,
    /// Weight of the pair, in bits.
    pub weight: f64,
    /// Probability that both are one person.
    pub probability: f64,
    /// True if the two contradict each other in a way that forbids linking by weight alone.
    pub vetoed: bool,
}

/// Records, index and model, ready for single records.
///
/// Weights use the term frequencies as they stand: each record that is [added](Linker::add) is counted at once. The rates
/// m and u stay those of the model until it is trained again.
#[derive(Clone, Debug)]
pub struct Linker {
    records: Records,
    index: BlockingIndex,
    model: LinkageModel,
    weigher: Weigher,
    vetoes: Vetoes,
}

impl Linker {
    /// Goes on from a batch; `records` are those that were linked.
    pub fn new(records: Records, linked: Linked) -> Self {
        let weigher = Weigher::new(&linked.model, records.len());
        let vetoes = linked.model.vetoes();
        Self { records, index: linked.index, model: linked.model, weigher, vetoes }
    }

    /// Indexes records under a model that is taken as it is.
    pub fn of(records: Records, model: LinkageModel) -> Self {
        let index = BlockingIndex::build(&records, model.blocking_cap);
        let weigher = Weigher::new(&model, records.len());
        let vetoes = model.vetoes();
        Self { records, index, model, weigher, vetoes }
    }

    /// The records alone.
    pub fn into_records(self) -> Records {
        self.records
    }

    /// The records, in the order of their numbers.
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// Records that are this person with at least the model's probability for review, the likeliest first.
    ///
    /// Nothing of the person is kept.
    pub fn find(&mut self, person: &Person<'_>) -> Vec<Found> {
        let before = self.records.known();
        let row = self.records.row(person);
        let records = &self.records;
        let mut found = Vec::new();
        for record in self.index.candidates(records, &row) {
            let other = &records.rows[record as usize];
            let pattern = compare(records, &row, other);
            let weight = self.weigher.weight(records, &row, other, pattern);
            let probability = probability(weight);
            if probability >= self.model.thresholds.review {
                found.push(Found { record, weight, probability, vetoed: self.vetoes.holds(pattern).is_some() });
            }
        }
        found.sort_unstable_by(|x, y| y.weight.total_cmp(&x.weight).then(x.record.cmp(&y.record)));
        self.records.forget(before, &row);
        found
    }

    /// Why a person is, or is not, that of a record; the person is the first of the two, and without an id.
    pub fn explain(&mut self, person: &Person<'_>, record: u32) -> Waterfall {
        let before = self.records.known();
        let row = self.records.row(person);
        let (records, other) = (&self.records, &self.records.rows[record as usize]);
        let pattern = compare(records, &row, other);
        let why = self.weigher.waterfall(records, ("", &row), (records.id(record), other), pattern);
        self.records.forget(before, &row);
        why
    }

    /// True if a record holds just what that person's would.
    pub fn holds(&mut self, record: u32, person: &Person<'_>) -> bool {
        self.records.holds(record, person)
    }

    /// Takes over a record, so that later ones find it; its number.
    pub fn add(&mut self, id: &str, person: &Person<'_>) -> u32 {
        let record = self.records.push(id, person);
        self.index.add(&self.records, record);
        record
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{Decisions, Training, link};
    use crate::record::Field::{BirthDate, Email, GivenName, Surname};

    #[test]
    fn a_record_is_found_as_soon_as_it_was_added() {
        let mut records = Records::new();
        for number in 0..200 {
            let (given, surname) = (format!("given{}", number % 17), format!("surname{}", number % 23));
            let mail = format!("person{number}@gmx.de");
            let fields = [(GivenName, given.as_str()), (Surname, surname.as_str()), (Email, mail.as_str())];
            records.push(&format!("{number:03}"), &Person::of(&fields));
        }
        let linked = link(&records, &LinkageModel::default(), Training::None, &Decisions::default());
        let mut linker = Linker::new(records, linked);
        let anna =
            Person::of(&[(GivenName, "Anna"), (Surname, "Huber"), (BirthDate, "1987-02-07"), (Email, "anna@gmx.de")]);
        let known = linker.records.known();
        assert_eq!(linker.find(&anna), []);
        assert_eq!(linker.records.known(), known, "a question is forgotten");
        let record = linker.add("new", &anna);
        let again = Person::of(&[(GivenName, "ANNA"), (BirthDate, "07.02.1987"), (Email, "Anna@gmx.de")]);
        let found = linker.find(&again);
        assert_eq!(found.iter().map(|found| found.record).collect::<Vec<_>>(), [record]);
        assert!(found[0].probability > 0.99 && !found[0].vetoed, "{found:?}");
        assert_eq!(linker.records().id(record), "new");
        let why = linker.explain(&again, record);
        assert!((why.weight - found[0].weight).abs() < 1e-9, "{why:?}");
        assert_eq!((why.record_b.as_str(), why.steps.len()), ("new", 3), "{why:?}");
        assert!(linker.holds(record, &anna) && !linker.holds(record, &again));
    }
}
