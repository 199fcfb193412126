//! Person records: what a file says of a person, and how it is held for comparison.

use std::cmp::Ordering;

use hashbrown::HashMap;
use rphonetic::{Cologne, Encoder};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::nicknames::{MOST_GROUPS, groups_of};
use crate::normalise::{self, Line};
use crate::terms::{Code, Counts, MISSING, Terms};

/// What a column of person records can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// One or more given names, or an initial.
    GivenName,
    /// The family name.
    Surname,
    /// Given name and surname in one column, in this order, or `Surname, Given`.
    FullName,
    /// Date of birth; see [`normalise::date`] for how it may be written.
    BirthDate,
    /// Street, with or without the house number.
    Street,
    /// House number.
    HouseNumber,
    /// Postal code.
    Postcode,
    /// Town.
    City,
    /// A telephone number, mobile or landline.
    Phone,
    /// A second telephone number.
    OtherPhone,
    /// Mail address.
    Email,
    /// A number given to one person: loyalty card, customer number, social security number.
    Identifier,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 12] = [
        Self::GivenName,
        Self::Surname,
        Self::FullName,
        Self::BirthDate,
        Self::Street,
        Self::HouseNumber,
        Self::Postcode,
        Self::City,
        Self::Phone,
        Self::OtherPhone,
        Self::Email,
        Self::Identifier,
    ];

    /// The field's name in options and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GivenName => "given_name",
            Self::Surname => "surname",
            Self::FullName => "full_name",
            Self::BirthDate => "birth_date",
            Self::Street => "street",
            Self::HouseNumber => "house_number",
            Self::Postcode => "postcode",
            Self::City => "city",
            Self::Phone => "phone",
            Self::OtherPhone => "other_phone",
            Self::Email => "email",
            Self::Identifier => "identifier",
        }
    }
}

/// One record as its source wrote it; an empty text is a missing value.
#[derive(Clone, Copy, Debug, Default)]
pub struct Person<'a>([&'a str; Field::ALL.len()]);

impl<'a> Person<'a> {
    /// A record of some fields; the others are missing.
    pub fn of(fields: &[(Field, &'a str)]) -> Self {
        let mut person = Self::default();
        for &(field, value) in fields {
            person.set(field, value);
        }
        person
    }

    /// Says what a field holds.
    pub fn set(&mut self, field: Field, value: &'a str) {
        self.0[field as usize] = value;
    }

    /// What a field holds.
    pub fn get(&self, field: Field) -> &'a str {
        self.0[field as usize]
    }
}

/// A record in codes, ready to be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) given: Code,
    pub(crate) surname: Code,
    /// Given name and surname together; 0 if one is missing.
    pub(crate) full_name: Code,
    /// `yyyymmdd`, 0 if missing.
    pub(crate) birth: u32,
    pub(crate) street: Code,
    pub(crate) house: Code,
    pub(crate) postcode: Code,
    pub(crate) city: Code,
    pub(crate) landline: Code,
    pub(crate) mobile: Code,
    pub(crate) email: Code,
    pub(crate) identifier: Code,
}

/// What is worked out once for each distinct name.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NameTraits {
    /// Hash of the Cologne code of the whole name.
    pub(crate) sound: u32,
    /// Hashes of the Cologne codes of its first words, 0 where there are fewer.
    pub(crate) word_sounds: [u32; 3],
    /// Groups of call names of its first word.
    pub(crate) groups: [u8; MOST_GROUPS],
    /// Its first letter.
    pub(crate) initial: u8,
    /// Words in it.
    pub(crate) words: u8,
    /// True if it is one letter.
    pub(crate) is_initial: bool,
}

/// Records of one or more sources, each distinct value held once.
#[derive(Clone, Debug, Default)]
pub struct Records {
    ids: Vec<u32>,
    id_text: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) names: Terms,
    pub(crate) name_traits: Vec<NameTraits>,
    full_names: HashMap<(Code, Code), Code>,
    pub(crate) places: Terms,
    pub(crate) place_sounds: Vec<u32>,
    pub(crate) contacts: Terms,
    /// Hash of the part of a mail address before the `@`, 0 for all else.
    pub(crate) contact_locals: Vec<u32>,
    pub(crate) counts: FieldCounts,
}

/// Term frequencies of the fields whose exact agreement is weighed by the value.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldCounts {
    pub(crate) given: Counts,
    pub(crate) surname: Counts,
    pub(crate) full_name: Counts,
    pub(crate) birth: BirthCounts,
    pub(crate) landline: Counts,
    pub(crate) mobile: Counts,
    pub(crate) email: Counts,
    pub(crate) identifier: Counts,
}

/// Birth dates are counted by their place in a calendar of 372 days a year.
#[derive(Clone, Debug, Default)]
pub(crate) struct BirthCounts(Counts);

impl BirthCounts {
    fn code(date: u32) -> Code {
        let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
        // Codes of every 8-digit date stay below 4 million: 10,000 years of 372 days.
        if date == 0 { MISSING } else { 1 + (year * 12 + month.clamp(1, 12) - 1) * 31 + day.clamp(1, 31) - 1 }
    }

    fn add(&mut self, date: u32) {
        self.0.add(Self::code(date));
    }

    pub(crate) fn agreement(&self) -> Option<f64> {
        self.0.agreement()
    }

    pub(crate) fn frequency(&self, date: u32) -> f64 {
        self.0.frequency(Self::code(date))
    }
}

impl Records {
    /// No records yet.
    pub fn new() -> Self {
        let mut records = Self::default();
        records.fill_traits();
        records
    }

    /// Takes over a record; its place, counted from 0, is its number from then on.
    ///
    /// # Panics
    /// With more than 2^32 records, or more than 4 GiB of ids.
    pub fn push(&mut self, id: &str, person: &Person<'_>) -> u32 {
        let row = self.row(person);
        self.push_row(id, row)
    }

    pub(crate) fn push_row(&mut self, id: &str, row: Row) -> u32 {
        let number = u32::try_from(self.rows.len()).expect("fewer records than fit into 32 bits");
        self.id_text.push_str(id);
        self.ids.push(u32::try_from(self.id_text.len()).expect("record ids fit into 4 GiB"));
        self.rows.push(row);
        self.counts.given.add(row.given);
        self.counts.surname.add(row.surname);
        self.counts.full_name.add(row.full_name);
        self.counts.birth.add(row.birth);
        self.counts.landline.add(row.landline);
        self.counts.mobile.add(row.mobile);
        self.counts.email.add(row.email);
        self.counts.identifier.add(row.identifier);
        number
    }

    /// The first records, at most `most`. How frequent a value is counts over all.
    #[must_use]
    pub fn first(&self, most: usize) -> Self {
        let mut first = self.clone();
        first.rows.truncate(most);
        first.ids.truncate(most);
        first.id_text.truncate(first.ids.last().map_or(0, |end| *end as usize));
        first
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without records.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The id of a record.
    pub fn id(&self, record: u32) -> &str {
        let index = record as usize;
        let start = if index == 0 { 0 } else { self.ids[index - 1] as usize };
        &self.id_text[start..self.ids[index] as usize]
    }

    /// The record of an id: at once where records are sorted by id, else by looking at all of them.
    pub fn find(&self, id: &str) -> Option<u32> {
        let records = 0..self.rows.len() as u32;
        let (mut low, mut high) = (records.start, records.end);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.id(middle).cmp(id) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(middle),
            }
        }
        records.into_iter().find(|&record| self.id(record) == id)
    }

    /// What a record holds, normalised; empty if missing. A full name is held as its parts, the first mobile number as
    /// [`Field::Phone`] and the first landline number as [`Field::OtherPhone`].
    pub fn value(&self, record: u32, field: Field) -> String {
        self.value_of(&self.rows[record as usize], field)
    }

    /// True if a record holds just what that person's would.
    pub fn holds(&mut self, record: u32, person: &Person<'_>) -> bool {
        let before = self.known();
        let row = self.row(person);
        self.forget(before, &row);
        self.rows[record as usize] == row
    }

    pub(crate) fn value_of(&self, row: &Row, field: Field) -> String {
        match field {
            Field::GivenName => self.names.text(row.given).to_owned(),
            Field::Surname => self.names.text(row.surname).to_owned(),
            Field::FullName => String::new(),
            Field::BirthDate if row.birth == 0 => String::new(),
            Field::BirthDate => {
                format!("{:04}-{:02}-{:02}", row.birth / 10_000, row.birth / 100 % 100, row.birth % 100)
            }
            Field::Street => self.places.text(row.street).to_owned(),
            Field::HouseNumber => self.places.text(row.house).to_owned(),
            Field::Postcode => self.places.text(row.postcode).to_owned(),
            Field::City => self.places.text(row.city).to_owned(),
            Field::Phone => self.contacts.text(row.mobile).to_owned(),
            Field::OtherPhone => self.contacts.text(row.landline).to_owned(),
            Field::Email => self.contacts.text(row.email).to_owned(),
            Field::Identifier => self.contacts.text(row.identifier).to_owned(),
        }
    }

    /// The same records in the order of their ids, so that what follows does not depend on the order of a file; beside
    /// them the number that each had before.
    ///
    /// # Errors
    /// An id that two records bear.
    pub fn sorted_by_id(mut self) -> Result<(Self, Vec<u32>), DuplicateId> {
        let mut order: Vec<u32> = (0..self.rows.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| self.id(a).cmp(self.id(b)));
        if let Some(pair) = order.windows(2).find(|pair| self.id(pair[0]) == self.id(pair[1])) {
            return Err(DuplicateId(self.id(pair[0]).to_owned()));
        }
        let mut id_text = String::with_capacity(self.id_text.len());
        let mut ids = Vec::with_capacity(self.ids.len());
        for &record in &order {
            id_text.push_str(self.id(record));
            ids.push(id_text.len() as u32);
        }
        self.rows = order.iter().map(|&record| self.rows[record as usize]).collect();
        (self.ids, self.id_text) = (ids, id_text);
        Ok((self, order))
    }

    /// A record in codes; new values get theirs, but are not counted.
    pub(crate) fn row(&mut self, person: &Person<'_>) -> Row {
        let (given, surname) = names_of(person);
        let (mut street, mut house) = (person.get(Field::Street), person.get(Field::HouseNumber));
        if house.is_empty() {
            (street, house) = normalise::split_street(street);
        }
        let mut row = Row {
            given: self.names.intern(&normalise::name(given)),
            surname: self.names.intern(&normalise::name(surname)),
            birth: normalise::date(person.get(Field::BirthDate)),
            street: self.places.intern(&normalise::street(street)),
            house: self.places.intern(&normalise::house_number(house)),
            postcode: self.places.intern(&normalise::postcode(person.get(Field::Postcode))),
            city: self.places.intern(&normalise::city(person.get(Field::City))),
            email: self.contacts.intern(&normalise::email(person.get(Field::Email))),
            identifier: self.contacts.intern(&normalise::identifier(person.get(Field::Identifier))),
            ..Row::default()
        };
        for written in [person.get(Field::Phone), person.get(Field::OtherPhone)] {
            let (digits, line) = normalise::phone(written);
            let code = self.contacts.intern(&digits);
            match line {
                Line::Mobile if row.mobile == MISSING => row.mobile = code,
                Line::Landline if row.landline == MISSING => row.landline = code,
                Line::Mobile | Line::Landline => {}
            }
        }
        if row.given != MISSING && row.surname != MISSING {
            let next = self.full_names.len() as Code + 1;
            row.full_name = *self.full_names.entry((row.given, row.surname)).or_insert(next);
        }
        self.fill_traits();
        row
    }

    /// How many distinct values are known.
    pub(crate) fn known(&self) -> Known {
        let [names, places, contacts] = [&self.names, &self.places, &self.contacts].map(Terms::len);
        Known { names, places, contacts, full_names: self.full_names.len() }
    }

    /// Forgets the values that a row brought since, if it was not taken over.
    pub(crate) fn forget(&mut self, before: Known, row: &Row) {
        if self.full_names.len() > before.full_names {
            self.full_names.remove(&(row.given, row.surname));
        }
        self.names.truncate(before.names);
        self.name_traits.truncate(before.names);
        self.places.truncate(before.places);
        self.place_sounds.truncate(before.places);
        self.contacts.truncate(before.contacts);
        self.contact_locals.truncate(before.contacts);
    }

    fn fill_traits(&mut self) {
        while self.name_traits.len() < self.names.len() {
            self.name_traits.push(traits_of(self.names.text(self.name_traits.len() as Code)));
        }
        while self.place_sounds.len() < self.places.len() {
            self.place_sounds.push(sound(self.places.text(self.place_sounds.len() as Code)));
        }
        while self.contact_locals.len() < self.contacts.len() {
            let contact = self.contacts.text(self.contact_locals.len() as Code);
            let local = contact.split_once('@').map_or(0, |(local, _)| xxh3_64(local.as_bytes()) as u32 | 1);
            self.contact_locals.push(local);
        }
    }
}

/// How many distinct values were known at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    names: usize,
    places: usize,
    contacts: usize,
    full_names: usize,
}

/// Two records bear the same id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record id {0:?} stands more than once")]
pub struct DuplicateId(pub String);

/// Given name and surname, taken from a full name where they are not told apart.
fn names_of<'a>(person: &Person<'a>) -> (&'a str, &'a str) {
    let (given, surname) = (person.get(Field::GivenName), person.get(Field::Surname));
    let full = person.get(Field::FullName).trim();
    if full.is_empty() || !(given.is_empty() && surname.is_empty()) {
        return (given, surname);
    }
    match full.split_once(',') {
        Some((surname, given)) => (given, surname),
        None => full.rsplit_once(' ').unwrap_or(("", full)),
    }
}

fn traits_of(name: &str) -> NameTraits {
    let mut word_sounds = [0; 3];
    for (place, word) in word_sounds.iter_mut().zip(name.split(' ').filter(|word| word.len() > 1)) {
        *place = sound(word);
    }
    NameTraits {
        sound: sound(name),
        word_sounds,
        groups: groups_of(name.split(' ').next().unwrap_or_default()),
        initial: name.bytes().next().unwrap_or_default(),
        words: name.split(' ').count().min(255) as u8,
        is_initial: name.chars().count() == 1,
    }
}

/// Hash of the Cologne code (H. J. Postel, 1969); 0 only for a text without letters that count.
fn sound(text: &str) -> u32 {
    let code = Cologne.encode(text);
    if code.is_empty() { 0 } else { xxh3_64(code.as_bytes()) as u32 | 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors published with Apache Commons Codec and in the literature on the procedure.
    #[test]
    fn cologne_codes_are_those_published() {
        for (name, code) in [
            ("Müller", "657"),
            ("Lüdenscheidt", "52682"),
            ("Wikipedia", "3412"),
            ("Breschnew", "17863"),
            ("schmidt", "862"),
            ("schneider", "8627"),
            ("fischer", "387"),
            ("weber", "317"),
            ("meyer", "67"),
            ("wagner", "3467"),
            ("schulz", "858"),
            ("becker", "147"),
            ("hoffmann", "0366"),
            ("schäfer", "837"),
        ] {
            assert_eq!(Cologne.encode(name), code, "{name}");
        }
    }

    #[test]
    fn levelled_umlauts_sound_as_before() {
        for (a, b) in [("muller", "müller"), ("schafer", "schaefer"), ("meier", "mayr")] {
            assert_eq!(sound(&normalise::name(a)), sound(&normalise::name(b)), "{a} {b}");
        }
        assert_eq!(sound(""), 0);
    }

    #[test]
    fn a_full_name_falls_into_its_parts() {
        for (full, given, surname) in
            [("Anna Maria Huber", "anna maria", "huber"), ("Huber, Anna", "anna", "huber"), ("Huber", "", "huber")]
        {
            let mut records = Records::new();
            records.push("1", &Person::of(&[(Field::FullName, full)]));
            assert_eq!(records.value(0, Field::GivenName), given);
            assert_eq!(records.value(0, Field::Surname), surname);
        }
    }

    #[test]
    fn records_come_in_the_order_of_their_ids_and_no_id_twice() {
        let mut records = Records::new();
        for id in ["b", "a"] {
            records.push(id, &Person::of(&[(Field::Surname, id)]));
        }
        let (mut sorted, order) = records.sorted_by_id().unwrap();
        assert_eq!(order, [1, 0]);
        assert_eq!([sorted.id(0), sorted.id(1)], ["a", "b"]);
        assert_eq!([sorted.find("a"), sorted.find("b"), sorted.find("c")], [Some(0), Some(1), None]);
        assert_eq!(sorted.value(0, Field::Surname), "a");
        sorted.push("a", &Person::default());
        assert_eq!(sorted.sorted_by_id().unwrap_err(), DuplicateId("a".into()));
    }
}
