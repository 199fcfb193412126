//! The offline registers: what web shop, stores, call centre, workshop and newsletter wrote down about people since
//! 2015, each in its own way and with its own faults, as their exports would say it.
//!
//! A record is made from its person's number and its own place among that person's records, so that they can come in
//! an order that tells nothing, and none has to be kept.

pub(crate) mod faults;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::World;
use crate::dice::{Dice, scramble};
use crate::household::{Day, FIRST_RECORD, Household, LAST_DAY, Resident};
use crate::laws::registers as law;
use crate::laws::registers::{RECORDS, REGISTERS, Register};
use crate::people::loyalty_card;

/// Kinds of chance that belong to registers.
const COUNT: u64 = 4 << 40;
const WRITTEN: u64 = 5 << 40;

/// One record of one register, and whom it truly describes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterRecord {
    /// Different for each record; from 0 on in the order in which they come.
    pub record_id: u64,
    /// Which register: `webshop`, `store`, `callcentre`, `newsletter` or `workshop`.
    pub source: String,
    /// When it was written down: `2015-01-01` to `2026-09-30`. Records are not kept up to date.
    pub created: String,
    /// As written; empty where nothing was written, here and in all that follows.
    pub given_name: String,
    /// As written, never empty.
    pub surname: String,
    /// `1981-01-15`.
    pub birth_date: String,
    /// Street without the number.
    pub street: String,
    /// With its letter, if it has one.
    pub house_no: String,
    /// German or British postcode.
    pub plz: String,
    /// Town.
    pub city: String,
    /// In any of the forms in which people write numbers.
    pub phone: String,
    /// Mail address.
    pub email: String,
    /// Number of the loyalty card.
    pub loyalty_card: String,
    /// The truth: number of the person. In no register.
    #[serde(skip)]
    pub person_id: u32,
    /// The truth: number of the first person of the household. In no register.
    #[serde(skip)]
    pub household_id: u32,
}

impl World {
    /// All records of the registers, about 2.5 a person, in an order that tells nothing about whose they are.
    pub fn registers(&self) -> impl Iterator<Item = RegisterRecord> + use<> {
        let (seed, customers) = (self.seed(), self.customers());
        // Each number of so many bits once, in no visible order; a number is a person and the place of a record.
        let bits = 64 - (u64::from(customers) * RECORDS.len() as u64).leading_zeros();
        let mut record_id = 0;
        (0..1_u64 << bits).map(move |number| mixed(number, bits, seed)).filter_map(move |slot| {
            let (person, nth) = ((slot / RECORDS.len() as u64) as u32, (slot % RECORDS.len() as u64) as u32);
            if person >= customers || nth > extra_records(seed, person) {
                return None;
            }
            let record = written(seed, person, nth, record_id);
            record_id += 1;
            Some(record)
        })
    }
}

/// Records of the person beyond the first.
fn extra_records(seed: u64, person: u32) -> u32 {
    Dice::of(seed, COUNT | u64::from(person)).weighted(RECORDS.iter().copied()) as u32
}

/// A bijection of the numbers of `bits` bits: odd factors and shifted copies can be undone, so none meets another.
fn mixed(number: u64, bits: u32, seed: u64) -> u64 {
    let mask = (1 << bits) - 1;
    let mut mixed = (number ^ scramble(seed)) & mask;
    for factor in [0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb_u64] {
        mixed = mixed.wrapping_mul(factor) & mask;
        mixed ^= mixed >> (bits / 2 + 1);
    }
    mixed
}

/// The record of a person that is the `nth` of theirs.
fn written(seed: u64, person: u32, nth: u32, record_id: u64) -> RegisterRecord {
    let household = Household::of(seed, person);
    let resident = &household.members[(person - household.number) as usize];
    let dice = &mut Dice::of(seed, WRITTEN | u64::from(person) << 3 | u64::from(nth));
    let register = &REGISTERS[dice.weighted(REGISTERS.iter().map(|register| register.share))];
    let created = dice.below(LAST_DAY as u32 + 1) as Day;
    let mut clerk = Clerk { seed, register, created, household: &household, resident, dice };
    let (given_name, surname) = clerk.names();
    let birth_date = clerk.birth_date();
    let [street, house_no, plz, city] = clerk.address();
    RegisterRecord {
        record_id,
        source: register.name.to_owned(),
        created: (FIRST_RECORD + created.days()).to_string(),
        given_name,
        surname,
        birth_date,
        street,
        house_no,
        plz,
        city,
        phone: clerk.phone(),
        email: clerk.mail(),
        loyalty_card: clerk.card(),
        person_id: person,
        household_id: household.number,
    }
}

/// Whoever writes one record.
struct Clerk<'a> {
    seed: u64,
    register: &'a Register,
    created: Day,
    household: &'a Household,
    resident: &'a Resident,
    dice: &'a mut Dice,
}

impl Clerk<'_> {
    /// True if something goes wrong that does so `per_mille` times in a thousand with people of average care.
    fn slips(&mut self, per_mille: u32) -> bool {
        self.dice.below(100_000) < per_mille * self.register.haste
    }

    fn names(&mut self) -> (String, String) {
        let resident = self.resident;
        let mut given = resident.given.name.to_owned();
        if let Some(second) = resident.second_given
            && self.dice.chance(law::BOTH_GIVEN_NAMES)
        {
            given = format!("{given}{}{second}", self.dice.pick(&[" ", "-"]));
        } else if self.dice.chance(law::NICKNAME) {
            given = resident.given.nickname(self.dice).map_or(given, str::to_owned);
        } else if self.dice.chance(law::INITIAL) {
            given = format!("{}.", given.chars().next().unwrap_or_default());
        }
        given = faults::umlauts(&given, self.dice);
        if self.slips(law::GIVEN_NAME_SLIP) {
            given = faults::slip(&given, self.dice);
        }
        let mut surname = faults::umlauts(resident.surname_on(self.created), self.dice);
        if self.slips(law::SURNAME_SLIP) {
            surname = faults::slip(&surname, self.dice);
        }
        match self.dice.below(1_000) {
            lot if lot < law::ALL_IN_SMALL_LETTERS => {
                given = given.to_lowercase();
                surname = surname.to_lowercase();
            }
            lot if lot < law::ALL_IN_SMALL_LETTERS + law::ALL_IN_CAPITALS => {
                given = given.to_uppercase();
                surname = surname.to_uppercase();
            }
            lot if lot < law::ALL_IN_SMALL_LETTERS + law::ALL_IN_CAPITALS + law::SURNAME_IN_CAPITALS => {
                surname = surname.to_uppercase();
            }
            _ => {}
        }
        if self.dice.chance(self.register.no_given_name) {
            return (String::new(), surname);
        }
        if self.dice.chance(law::NAMES_SWAPPED) { (surname, given) } else { (given, surname) }
    }

    fn birth_date(&mut self) -> String {
        if self.dice.chance(self.register.no_birth_date) {
            return String::new();
        }
        if self.dice.chance(law::BIRTH_DATE_MADE_UP) {
            return self.dice.pick(&law::MADE_UP_BIRTH_DATES).to_owned();
        }
        let born = self.resident.born;
        if self.dice.chance(law::FIRST_OF_JANUARY) {
            return format!("{}-01-01", born.year());
        }
        if self.slips(law::BIRTH_DATE_MISHEARD) {
            return (born + (i64::from(self.dice.below(1_400)) - 700).days()).to_string();
        }
        if self.dice.chance(law::DAY_AND_MONTH_SWAPPED)
            && let Ok(swapped) = Date::new(born.year(), born.day(), born.month())
        {
            return swapped.to_string();
        }
        if self.slips(law::BIRTH_DATE_SLIP) {
            // Forms take no day that is none, so the hand slips until there is one.
            let text = born.to_string();
            let tries = (0..20).map(|_| faults::slip_of_digit(&text, self.dice));
            let valid = tries.filter(|text| text.parse::<Date>().is_ok_and(|day| (1901..2020).contains(&day.year())));
            return valid.into_iter().next().unwrap_or(text.clone());
        }
        born.to_string()
    }

    fn address(&mut self) -> [String; 4] {
        if self.dice.chance(self.register.no_address) {
            return Default::default();
        }
        let home = self.household.home_on(self.created);
        let form = self.dice.weighted(law::STREET_FORMS.iter().copied());
        let mut street =
            if self.household.british() { home.street.clone() } else { faults::street(&home.street, form) };
        street = faults::umlauts(&street, self.dice);
        if self.slips(law::STREET_SLIP) {
            street = faults::slip(&street, self.dice);
        }
        let mut house_no = home.house_no.clone();
        if self.slips(law::HOUSE_NUMBER_SLIP) {
            house_no = match self.dice.below(3) {
                0 => faults::slip_of_digit(&house_no, self.dice),
                1 => {
                    house_no.trim_end_matches(|c: char| c.is_alphabetic()).to_owned() + self.dice.pick(&["a", "b", ""])
                }
                _ => format!("{house_no}{}", self.dice.between(1, 9)),
            };
        }
        let mut postcode = home.postcode.clone();
        if self.slips(law::POSTCODE_SLIP) {
            postcode = faults::slip_of_digit(&postcode, self.dice);
        }
        let mut city = home.city;
        let tail = [" am ", " an ", " im ", " ("].iter().find_map(|tail| city.find(tail));
        if let Some(tail) = tail
            && self.dice.chance(law::CITY_SHORTENED)
        {
            city = &city[..tail];
        }
        let mut city = faults::umlauts(city, self.dice);
        if self.slips(law::CITY_SLIP) {
            city = faults::slip(&city, self.dice);
        }
        [street, house_no, postcode, city]
    }

    fn phone(&mut self) -> String {
        if self.dice.chance(self.register.no_phone) {
            return String::new();
        }
        if self.dice.chance(law::HOT_PHONE) {
            return self.dice.pick(&law::HOT_PHONES).to_owned();
        }
        let resident = self.resident;
        let taken_over = resident.taken_over.as_ref().filter(|(_, since)| self.created >= *since);
        let former = resident.former_mobile.as_ref().filter(|(_, until)| self.created < *until);
        let mut mobile = taken_over.or(former).map(|(number, _)| number).or(resident.mobile.as_ref());
        if self.household.members.len() > 1 && self.dice.chance(law::GIVES_SOMEBODY_ELSES) {
            let other = &self.household.members[self.dice.below(self.household.members.len() as u32) as usize];
            mobile = other.mobile.as_ref().or(mobile);
        }
        let at_home = self.household.landline.as_ref();
        let Some(number) =
            (if self.dice.chance(law::GIVES_LANDLINE) { at_home.or(mobile) } else { mobile.or(at_home) })
        else {
            return String::new();
        };
        let mut number = faults::phone(number, self.dice.weighted(law::PHONE_FORMS.iter().copied()));
        if self.slips(law::PHONE_SLIP) {
            number = faults::slip_of_digit(&number, self.dice);
        }
        number
    }

    fn mail(&mut self) -> String {
        let gives = self.always(0x3a11, law::GIVES_MAIL);
        if !gives || self.dice.chance(self.register.no_mail) {
            return String::new();
        }
        if self.dice.chance(law::HOT_MAIL) {
            return self.dice.pick(&law::HOT_MAILS).to_owned();
        }
        let mut mail = &self.resident.mail;
        if let Some(second) = &self.resident.second_mail
            && self.dice.chance(law::GIVES_SECOND_MAIL)
        {
            mail = second;
        }
        if let Some(family) = &self.household.family_mail
            && self.dice.chance(law::GIVES_FAMILY_MAIL)
        {
            mail = family;
        }
        let mut mail = mail.clone();
        if self.slips(law::MAIL_SLIP) {
            mail = faults::slip(&mail, self.dice);
        }
        if self.dice.chance(law::MAIL_IN_CAPITALS) { mail.to_uppercase() } else { mail }
    }

    fn card(&mut self) -> String {
        let holder = self.always(0xca4d, law::CARD_HOLDERS);
        if holder && self.dice.chance(self.register.card) { loyalty_card(self.resident.number) } else { String::new() }
    }

    /// The answer to a question that each person always answers alike.
    fn always(&self, question: u64, per_mille: u32) -> bool {
        scramble(self.seed ^ scramble(question << 32 ^ u64::from(self.resident.number))) % 1_000 < per_mille.into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_order_of_records_is_a_permutation() {
        for bits in [1, 3, 8, 13] {
            let all: BTreeSet<u64> = (0..1 << bits).map(|number| mixed(number, bits, 77)).collect();
            assert_eq!(all.len(), 1 << bits, "{bits}");
            assert!(all.iter().all(|number| number >> bits == 0));
        }
    }
}
