//! Who lives in the world as the stream of events sees them: identifiers and habits. Their papers are in
//! [`crate::household`].

use jiff::civil::Date;

use crate::calendar::Moment;
use crate::dice::{Dice, scramble};
use crate::household::{self, Household, Resident};
use crate::names::Address;

/// One identifier of a person and the time in which it was theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) kind: &'static str,
    pub(crate) value: String,
    pub(crate) from: Moment,
    pub(crate) until: Option<Moment>,
}

/// What a person tends to, in per cent of the average.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Habits {
    pub(crate) web: u32,
    pub(crate) shop: u32,
    /// How much they ride, and so how often the bike speaks: few people much, most people little.
    pub(crate) riding: u32,
}

/// One invented person, as the stream of events needs them.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// From 0 to the world's number of customers.
    pub(crate) number: u32,
    /// Number of the first person of the household.
    pub(crate) household: u32,
    pub(crate) given: &'static str,
    pub(crate) family: String,
    pub(crate) born: Date,
    pub(crate) british: bool,
    pub(crate) address: Address,
    pub(crate) mail: String,
    /// Not everybody gives one.
    pub(crate) phone: Option<String>,
    /// The shop they go to, an index into [`crate::doors::SHOPS`].
    pub(crate) shop: usize,
    /// What their secret values (cookies, account number) are made of.
    pub(crate) secret: u64,
    pub(crate) habits: Habits,
}

impl Person {
    pub(crate) fn born(household: &Household, resident: &Resident, seed: u64, dice: &mut Dice) -> Self {
        let inclined_to_web = dice.between(40, 160);
        Self {
            number: resident.number,
            household: household.number,
            given: resident.given.name,
            family: resident.surname.clone(),
            born: resident.born,
            british: household.british(),
            address: household.home.clone(),
            mail: resident.mail.clone(),
            phone: resident.mobile.clone(),
            shop: dice.below(3) as usize,
            secret: household::secret(seed, resident.number),
            habits: Habits {
                web: inclined_to_web,
                shop: 200 - inclined_to_web,
                riding: dice.pick(&[30, 40, 50, 50, 60, 70, 80, 100, 130, 170, 240, 420]),
            },
        }
    }

    /// Cookie number `index` of the person, as analytics libraries make them: a version 4 UUID.
    pub(crate) fn cookie(&self, index: u32) -> String {
        uuid(scramble(self.secret ^ u64::from(index) << 8), scramble(self.secret.rotate_left(17) ^ u64::from(index)))
    }

    pub(crate) fn account(&self) -> String {
        format!("u-{:06}", 100_000 + self.number)
    }

    pub(crate) fn loyalty_card(&self) -> String {
        loyalty_card(self.number)
    }

    /// The installation of the app, as its library numbers it.
    pub(crate) fn installation(&self) -> String {
        uuid(scramble(self.secret ^ 0xb1), scramble(self.secret ^ 0xb2))
    }

    /// Their telephone, as its maker numbers it.
    pub(crate) fn phone_device(&self) -> String {
        let [high, low] = [scramble(self.secret ^ 0xa9), scramble(self.secret ^ 0xaa)];
        uuid(high, low).to_uppercase()
    }

    /// The control unit of the bike.
    pub(crate) fn bike_device(&self) -> String {
        format!("VLCU-{:08X}-{:02X}", self.number.wrapping_mul(0x9e37_79b1), self.number % 251)
    }

    /// Stamped into the frame; `WV` marks the invented maker.
    pub(crate) fn frame_number(&self) -> String {
        format!("WV25{:07}{}", self.number, ["K", "M", "T"][self.number as usize % 3])
    }
}

/// The card of a person: nine digits, the last one a check digit (Luhn), as tills want it.
pub(crate) fn loyalty_card(person: u32) -> String {
    let body = 40_000_000 + person;
    format!("{body}{}", luhn(body))
}

/// Two numbers in the looks of a version 4 UUID.
pub(crate) fn uuid(high: u64, low: u64) -> String {
    let (third, fourth) = (0x4000 | (high & 0x0fff), 0x8000 | ((low >> 48) & 0x3fff));
    format!("{:08x}-{:04x}-{third:04x}-{fourth:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, low & 0xffff_ffff_ffff)
}

/// The digit that makes the Luhn sum of `body` and it a multiple of ten (ISO/IEC 7812-1).
fn luhn(body: u32) -> u32 {
    let (mut rest, mut sum, mut doubled) = (body, 0, true);
    while rest > 0 {
        let digit = rest % 10;
        sum += match (doubled, digit * 2) {
            (true, twice @ 10..) => twice - 9,
            (true, twice) => twice,
            (false, _) => digit,
        };
        doubled = !doubled;
        rest /= 10;
    }
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_check_digit_is_that_of_the_standards_example() {
        assert_eq!(luhn(1_789_372_997), 4);
    }

    #[test]
    fn no_two_people_share_an_identifier() {
        let mut seen = BTreeSet::new();
        let mut expected = 0;
        for number in (0..12_000).chain(3_999_000..4_000_000) {
            let household = Household::of(5, number);
            let resident = &household.members[(number - household.number) as usize];
            let person = Person::born(&household, resident, 5, &mut Dice::of(5, u64::from(number)));
            let mut values = vec![
                person.mail.clone(),
                person.account(),
                person.loyalty_card(),
                person.bike_device(),
                person.phone_device(),
                person.frame_number(),
                person.cookie(0),
                person.cookie(1),
            ];
            values.extend(person.phone.iter().map(|phone| phone.replace([' ', '-'], "")));
            expected += values.len();
            seen.extend(values);
        }
        assert_eq!(seen.len(), expected);
    }
}
