//! Who lives in the world as the stream of events sees them: identifiers and habits. Their papers are in
//! [`crate::household`].

use jiff::civil::Date;

use crate::calendar::{Calendar, Moment};
use crate::dice::{Dice, scramble};
use crate::household::{self, Day, Household, Resident, WORLD_DAY};
use crate::laws::sharing::{LIVES_BY_FAMILY_MAIL, MISTYPED_MAIL};
use crate::names::Address;
use crate::registers::faults::slip;

/// Whose an identifier is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// One person's at a time.
    Own,
    /// A family's.
    Household,
    /// The company's: it says nothing about who it is.
    Company,
}

impl Scope {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Household => "household",
            Self::Company => "company",
        }
    }
}

/// One identifier of a person and the time in which it was theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) kind: &'static str,
    pub(crate) value: String,
    pub(crate) scope: Scope,
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

/// A telephone number and since when it is somebody's.
#[derive(Clone, Debug)]
pub(crate) struct Number {
    pub(crate) value: String,
    pub(crate) scope: Scope,
    pub(crate) from: Moment,
}

/// What kind of chance it is whether a seller mistypes an address.
const MAIL_TYPED: u64 = 4 << 40;

/// In place of the number of a person's own cookie: the tablet in the living room.
pub(crate) const TABLET: u16 = u16::MAX;

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
    /// Where they lived before, if they moved in the time of the world, and the name before a wedding in it; until when.
    pub(crate) former_address: Option<(Address, Moment)>,
    pub(crate) maiden: Option<(String, Moment)>,
    pub(crate) mail: String,
    pub(crate) mail_scope: Scope,
    /// Numbers in the order in which they were theirs, each until the next; not everybody has one.
    pub(crate) phones: Vec<Number>,
    /// What the cookie of the family's tablet is made of.
    tablet: Option<u64>,
    /// The shop they go to, an index into [`crate::doors::SHOPS`].
    pub(crate) shop: usize,
    /// What their secret values (cookies, account number) are made of.
    pub(crate) secret: u64,
    pub(crate) habits: Habits,
}

impl Person {
    pub(crate) fn born(
        household: &Household,
        resident: &Resident,
        seed: u64,
        calendar: &Calendar,
        dice: &mut Dice,
    ) -> Self {
        let family_mail = household.family_mail.clone().filter(|_| dice.chance(LIVES_BY_FAMILY_MAIL));
        let inclined_to_web = dice.between(40, 160);
        Self {
            number: resident.number,
            household: household.number,
            given: resident.given.name,
            family: resident.surname.clone(),
            born: resident.born,
            british: household.british(),
            address: household.home.clone(),
            former_address: household
                .former_home
                .clone()
                .and_then(|(home, moved)| Some((home, in_world(moved, calendar)?))),
            maiden: resident.maiden.clone().and_then(|(name, wedding)| Some((name, in_world(wedding, calendar)?))),
            mail_scope: if family_mail.is_some() { Scope::Household } else { Scope::Own },
            mail: family_mail.unwrap_or_else(|| resident.mail.clone()),
            phones: numbers(household, resident, calendar),
            tablet: household.tablet,
            shop: dice.below(3) as usize,
            secret: household::secret(seed, resident.number),
            habits: Habits {
                web: inclined_to_web,
                shop: 200 - inclined_to_web,
                riding: dice.pick(&[30, 40, 50, 50, 60, 70, 80, 100, 130, 170, 240, 420]),
            },
        }
    }

    pub(crate) fn address_at(&self, at: Moment) -> &Address {
        match &self.former_address {
            Some((former, moved)) if at < *moved => former,
            _ => &self.address,
        }
    }

    pub(crate) fn family_at(&self, at: Moment) -> &str {
        match &self.maiden {
            Some((maiden, wedding)) if at < *wedding => maiden,
            _ => &self.family,
        }
    }

    /// The number by which they can be called then.
    pub(crate) fn phone_at(&self, at: Moment) -> Option<&str> {
        self.phones.iter().rev().find(|number| number.from <= at).map(|number| number.value.as_str())
    }

    /// Their mail address as the seller types it who hands out the card: sometimes with a slip in the name. The number behind the
    /// name stays, so it is never somebody else's address.
    pub(crate) fn mail_as_typed(&self) -> String {
        let dice = &mut Dice::of(self.secret, MAIL_TYPED);
        let (name, rest) = self.mail.split_at(self.mail.find(|c: char| !c.is_alphabetic() && c != '.').unwrap_or(0));
        let slipped = dice.chance(MISTYPED_MAIL).then(|| slip(name, dice)).filter(|name| name.is_ascii());
        format!("{}{rest}", slipped.as_deref().unwrap_or(name))
    }

    pub(crate) fn has_tablet(&self) -> bool {
        self.tablet.is_some()
    }

    /// Cookie number `index` of the person or the tablet's, as analytics libraries make them: a version 4 UUID.
    pub(crate) fn cookie(&self, index: u16) -> String {
        if let (TABLET, Some(tablet)) = (index, self.tablet) {
            return uuid(tablet, scramble(tablet));
        }
        let index = u32::from(index);
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

/// The midnight at which a day begins, if it lies in the time of the world; what changed before has always been so.
fn in_world(day: Day, calendar: &Calendar) -> Option<Moment> {
    (day > WORLD_DAY).then(|| calendar.midnight((day - WORLD_DAY) as u32))
}

/// The telephone numbers of a person in the time of the world: their mobile, the one before it, one that another member
/// of the family had before, or the landline of those who have nothing else.
fn numbers(household: &Household, resident: &Resident, calendar: &Calendar) -> Vec<Number> {
    let (start, _) = calendar.span();
    let moment = |day: Day| in_world(day, calendar).unwrap_or(start);
    let own = |value: &String, from: Moment| Number { value: value.clone(), scope: Scope::Own, from };
    let mut numbers = Vec::new();
    let mut changed = start;
    if let Some((former, until)) = &resident.former_mobile {
        changed = moment(*until);
        if changed > start {
            numbers.push(own(former, start));
        }
    }
    numbers.extend(resident.mobile.as_ref().map(|mobile| own(mobile, changed)));
    if numbers.is_empty() {
        let landline = household.landline.as_ref();
        numbers.extend(landline.map(|value| Number { value: value.clone(), scope: Scope::Household, from: start }));
    }
    if let Some((number, since)) = &resident.taken_over {
        let since = moment(*since);
        numbers.retain(|number| number.from < since);
        numbers.push(own(number, since));
    }
    numbers
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
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn the_check_digit_is_that_of_the_standards_example() {
        assert_eq!(luhn(1_789_372_997), 4);
    }

    #[test]
    fn what_is_one_persons_alone_is_nobody_elses_at_the_same_time() {
        let calendar = Calendar::new();
        let (_, end) = calendar.span();
        let mut seen = BTreeSet::new();
        let mut numbers: BTreeMap<String, Vec<(Moment, Moment)>> = BTreeMap::new();
        let (mut shared, mut mistyped) = (BTreeMap::new(), 0);
        for number in (0..12_000).chain(3_999_000..4_000_000) {
            let household = Household::of(5, number);
            let resident = &household.members[(number - household.number) as usize];
            let person = Person::born(&household, resident, 5, &calendar, &mut Dice::of(5, u64::from(number)));
            let own = [
                person.account(),
                person.loyalty_card(),
                person.bike_device(),
                person.phone_device(),
                person.frame_number(),
                person.cookie(0),
                person.cookie(1),
            ];
            own.into_iter().for_each(|value| assert!(seen.insert(value.clone()), "{value} twice"));
            let typed = person.mail_as_typed();
            if typed != person.mail {
                assert!(typed.contains('@') && seen.insert(typed.clone()), "{typed} is somebody's");
                mistyped += 1;
            }
            match person.mail_scope {
                Scope::Own => assert!(seen.insert(person.mail.clone()), "{} twice", person.mail),
                Scope::Household | Scope::Company => *shared.entry(person.mail.clone()).or_insert(0) += 1,
            }
            for (place, number) in person.phones.iter().enumerate() {
                let until = person.phones.get(place + 1).map_or(end, |next| next.from);
                assert!(number.from < until || number.from >= end, "{:?}", person.phones);
                if number.scope == Scope::Own {
                    numbers.entry(number.value.clone()).or_default().push((number.from, until));
                } else {
                    *shared.entry(number.value.clone()).or_insert(0) += 1;
                }
            }
        }
        assert!((150..600).contains(&mistyped), "{mistyped} addresses have a slip in them");
        let mut passed_on = 0;
        for times in numbers.values_mut() {
            times.sort_unstable();
            assert!(times.windows(2).all(|two| two[0].1 < two[1].0), "{times:?}");
            passed_on += times.len() - 1;
        }
        assert!(passed_on > 10, "{passed_on} numbers went to somebody else");
        assert!(shared.values().filter(|people| **people > 1).count() > 100, "families share numbers and addresses");
    }
}
