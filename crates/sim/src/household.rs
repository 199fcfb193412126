//! Who lives with whom, where, and since when: the true identity of people, apart from anything they do.
//!
//! Any household can be had from its number alone, so that neither registers nor streams need a table of people.
//! Numbers of people are cut into blocks of 32, and each block into households; a household is called after its first
//! member.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::dice::{Dice, scramble};
use crate::laws::households::{
    BRITISH_BLOCK_IN, CHILD_WITH_PARENTS_NAME, COUPLE_ONE_NAME, COUPLE_WITH_CHILDREN, FAMILY_MAIL, FLAT_SHARE,
    LANDLINE, MOBILE, MOVED, ORIGINS, PHONE_PASSED_ON, SECOND_GIVEN_NAME, SECOND_MAIL, SECOND_MOBILE, SIZES, TWINS,
};
use crate::laws::sharing::FAMILY_TABLET;
use crate::names::{self, Address, Given, Origin, plain};

/// A day: days since [`FIRST_RECORD`].
pub(crate) type Day = i32;
/// The company began to write people down.
pub(crate) const FIRST_RECORD: Date = date(2015, 1, 1);
/// Days from the first record to the end of the world, 2026-09-30.
pub(crate) const LAST_DAY: Day = 4_290;
/// The day on which the stream of events begins, 2025-04-01.
pub(crate) const WORLD_DAY: Day = 3_743;
/// People whose households are cut from one another together; a divisor of the cohort of the stream.
const BLOCK: u32 = 32;
/// British people have numbers of Ofcom's film blocks, as long as these last.
const BRITISH_NUMBERS: u32 = 17_000;

/// What kind of chance a stream belongs to; people's own walks use their plain numbers.
const CUT: u64 = 1 << 40;
const TOGETHER: u64 = 2 << 40;
const ALONE: u64 = 3 << 40;

/// People who live together.
#[derive(Clone, Debug)]
pub(crate) struct Household {
    /// Number of its first member.
    pub(crate) number: u32,
    pub(crate) origin: Origin,
    /// Where they live now, and where they lived before the day of the move.
    pub(crate) home: Address,
    pub(crate) former_home: Option<(Address, Day)>,
    pub(crate) landline: Option<String>,
    pub(crate) family_mail: Option<String>,
    /// What the cookie of the tablet in the living room is made of, where there is one.
    pub(crate) tablet: Option<u64>,
    pub(crate) members: Vec<Resident>,
}

/// One person, as their papers say.
#[derive(Clone, Debug)]
pub(crate) struct Resident {
    pub(crate) number: u32,
    pub(crate) given: Given,
    /// A second given name that some forms ask for.
    pub(crate) second_given: Option<&'static str>,
    pub(crate) surname: String,
    /// The name before marriage and the day of the wedding.
    pub(crate) maiden: Option<(String, Day)>,
    pub(crate) born: Date,
    pub(crate) mail: String,
    pub(crate) second_mail: Option<String>,
    pub(crate) mobile: Option<String>,
    /// The number before `mobile`, and the day until which it was theirs.
    pub(crate) former_mobile: Option<(String, Day)>,
    /// A number that another member of the household had before, and the day since which it is theirs.
    pub(crate) taken_over: Option<(String, Day)>,
}

impl Resident {
    pub(crate) fn surname_on(&self, day: Day) -> &str {
        match &self.maiden {
            Some((maiden, wedding)) if day < *wedding => maiden,
            _ => &self.surname,
        }
    }
}

impl Household {
    pub(crate) fn british(&self) -> bool {
        self.origin == Origin::British
    }

    pub(crate) fn home_on(&self, day: Day) -> &Address {
        match &self.former_home {
            Some((former, moved)) if day < *moved => former,
            _ => &self.home,
        }
    }

    /// The household in which the person of this number lives.
    pub(crate) fn of(seed: u64, person: u32) -> Self {
        let block = person / BLOCK;
        let mut dice = Dice::of(seed, CUT | u64::from(block));
        let end = (block + 1) * BLOCK;
        let mut first = block * BLOCK;
        loop {
            let size = dice.weighted(SIZES.iter().copied()) as u32 + 1;
            let next = (first + size).min(end);
            if person < next {
                return Self::grown(seed, first, next - first);
            }
            first = next;
        }
    }

    fn grown(seed: u64, number: u32, size: u32) -> Self {
        let dice = &mut Dice::of(seed, TOGETHER | u64::from(number));
        let block = number / BLOCK;
        let british = block % BRITISH_BLOCK_IN == 7;
        let origin = match dice.below(100) {
            _ if british => Origin::British,
            lot if lot < ORIGINS.0 => Origin::Turkish,
            lot if lot < ORIGINS.0 + ORIGINS.1 => Origin::European,
            _ => Origin::German,
        };
        let home = names::address(british, dice);
        let former_home =
            dice.chance(MOVED).then(|| (names::address(british, dice), dice.between(1, LAST_DAY as u32) as Day));
        let landline = (!british && dice.chance(LANDLINE)).then(|| landline(number));
        let surname = names::surname(origin, dice);
        let family_mail = (size > 1 && dice.chance(FAMILY_MAIL))
            .then(|| format!("familie.{}{}@family.example", plain(&surname), disguised(number)));
        let mut household = Self {
            number,
            origin,
            home,
            former_home,
            landline,
            family_mail,
            tablet: None,
            members: Vec::with_capacity(size as usize),
        };
        household.people(seed, size, &surname, dice);
        household.pass_on(dice);
        household.tablet = (size > 1 && dice.chance(FAMILY_TABLET)).then(|| dice.salt());
        household
    }

    /// Fills the household: one alone, a couple with or without children, a parent with children, a shared flat.
    fn people(&mut self, seed: u64, size: u32, surname: &str, dice: &mut Dice) {
        let shared_flat = size > 1 && dice.chance(FLAT_SHARE);
        let adults = match size {
            1 | 2 if shared_flat || size == 1 => size,
            _ if shared_flat => size,
            2 if dice.chance(150) => 1,
            2 => 2,
            _ if dice.chance(COUPLE_WITH_CHILDREN) => 2,
            _ => 1,
        };
        let children = size - adults;
        let year = match (shared_flat, children) {
            (true, _) => dice.between(1980, 2004),
            (false, 0) => dice.between(1934, 2003),
            (false, _) => dice.between(1948, 1985),
        } as i16;
        let first_female = dice.chance(500);
        let mut youngest = date(1900, 1, 1);
        for place in 0..size {
            let dice = &mut Dice::of(seed, ALONE | u64::from(self.number + place));
            let grown_up = place < adults;
            let female = if place == 1 && adults == 2 && !shared_flat { !first_female } else { dice.chance(500) };
            let female = if place == 0 { first_female } else { female };
            let year = match (grown_up, shared_flat) {
                (true, true) => year + dice.below(9) as i16 - 4,
                (true, false) if place == 0 => year,
                (true, false) => year + dice.below(13) as i16 - 6,
                (false, _) => (year + dice.between(20, 36) as i16).min(2012),
            };
            let mut born = birthday(year, dice);
            if !grown_up && place > adults && dice.chance(TWINS) {
                born = youngest;
            }
            youngest = born;
            let mut given = names::given(self.origin, female, year, dice);
            if !grown_up && female == first_female && dice.chance(CHILD_WITH_PARENTS_NAME) {
                given = self.members[0].given;
            }
            let own_name = shared_flat || (grown_up && place == 1 && !dice.chance(COUPLE_ONE_NAME));
            let born_as = names::surname(self.origin, dice);
            // Most weddings are long past; a few fall into the time of the registers.
            let wedding = LAST_DAY - dice.below(15_000) as Day;
            let took_name = grown_up && place == 1 && !own_name && dice.chance(850);
            let surname = if own_name && place > 0 { born_as.clone() } else { surname.to_owned() };
            let maiden = (took_name && wedding > 0).then_some((born_as, wedding));
            self.members.push(Resident::grown(self, place, given, surname, maiden, born, female, dice));
        }
    }

    /// Somebody's old telephone goes to somebody else at home, number and all.
    fn pass_on(&mut self, dice: &mut Dice) {
        for giver in 0..self.members.len().saturating_sub(1) {
            let Some((number, until)) = self.members[giver].former_mobile.clone() else { continue };
            if dice.chance(PHONE_PASSED_ON) {
                // A month in a drawer first.
                self.members[giver + 1].taken_over = Some((number, until + 30));
            }
        }
    }
}

impl Resident {
    #[expect(clippy::too_many_arguments, reason = "what the household knows of the person, each once")]
    fn grown(
        household: &Household,
        place: u32,
        given: Given,
        surname: String,
        maiden: Option<(String, Day)>,
        born: Date,
        female: bool,
        dice: &mut Dice,
    ) -> Self {
        let number = household.number + place;
        let second_given =
            dice.chance(SECOND_GIVEN_NAME).then(|| names::given(household.origin, female, born.year(), dice).name);
        let mail = mail(number, given.name, &surname, born, &["example.com", "example.org", "example.net"], dice);
        let second = ["post.example", "brief.example", "mail.example", "work.example"];
        let second_mail =
            dice.chance(SECOND_MAIL).then(|| self::mail(number, given.name, &surname, born, &second, dice));
        let has_mobile = dice.chance(MOBILE);
        let mobile = if household.british() { british_mobile(number) } else { Some(mobile(number, 0)) };
        let mobile = mobile.filter(|_| has_mobile);
        let former_mobile = (mobile.is_some() && !household.british() && dice.chance(SECOND_MOBILE))
            .then(|| (self::mobile(number, 1), dice.between(400, LAST_DAY as u32) as Day));
        Self {
            number,
            given,
            second_given,
            surname,
            maiden,
            born,
            mail,
            second_mail,
            mobile,
            former_mobile,
            taken_over: None,
        }
    }
}

fn birthday(year: i16, dice: &mut Dice) -> Date {
    date(year, 1, 1) + i64::from(dice.below(365)).days()
}

/// A mail address in one of the shapes that people choose. The number in it is different for each person, and stands
/// last, so that no two addresses are equal.
fn mail(number: u32, given: &str, surname: &str, born: Date, providers: &[&str], dice: &mut Dice) -> String {
    let (given, surname, digits) = (plain(given), plain(surname), disguised(number));
    let provider = dice.pick(providers);
    match dice.below(10) {
        0..=3 => format!("{given}.{surname}{digits}@{provider}"),
        4 | 5 => format!("{}.{surname}{digits}@{provider}", &given[..1]),
        6 => format!("{given}{surname}{digits}@{provider}"),
        7 => format!("{surname}{digits}@{provider}"),
        8 => format!("{given}{}.{digits}@{provider}", born.year() % 100),
        _ => {
            format!("{}{digits}@{provider}", dice.pick(&["cool", "radler", "sonne", "luchs", "blume", "rabe", "kater"]))
        }
    }
}

/// A number of as many digits that does not show the order of people: a bijection of each decade onto itself.
fn disguised(number: u32) -> u64 {
    let number = u64::from(number) + 1;
    let decade = 10_u64.pow(number.ilog10());
    decade + (number - decade) * 7_919 % (9 * decade)
}

/// German mobile numbers begin with 0151-0, which no network is known to hand out. Each person has two of the ten
/// millions that this leaves.
fn mobile(person: u32, nth: u64) -> String {
    let number = (u64::from(person) * 2 + nth) * 6_180_339 % 10_000_000;
    format!("+49 151 0{number:07}")
}

/// Film numbers of Berlin, Hamburg, Köln, Frankfurt and München, to which extensions are added: the blocks that the
/// Bundesnetzagentur keeps free are of a thousand numbers each.
fn landline(household: u32) -> String {
    const BLOCKS: [&str; 5] = ["+49 30 23125", "+49 40 66969", "+49 221 4710", "+49 69 90009", "+49 89 99998"];
    let number = u64::from(household) * 617_371 % 5_000_000;
    let (line, extension) = (number / 5 / 1_000, number / 5 % 1_000);
    format!("{}{line:03}-{extension:03}", BLOCKS[(number % 5) as usize])
}

/// Numbers that Ofcom keeps free for drama: one block of mobile numbers and sixteen of towns, a thousand each.
fn british_mobile(person: u32) -> Option<String> {
    const TOWNS: [&str; 16] = [
        "20 7946 0",
        "113 496 0",
        "114 496 0",
        "115 496 0",
        "116 496 0",
        "117 496 0",
        "118 496 0",
        "121 496 0",
        "131 496 0",
        "141 496 0",
        "151 496 0",
        "161 496 0",
        "191 498 0",
        "28 9649 6",
        "29 2018 0",
        "1632 960",
    ];
    let serial = person / (BRITISH_BLOCK_IN * BLOCK) * BLOCK + person % BLOCK;
    if serial >= BRITISH_NUMBERS {
        return None;
    }
    match (serial / 1_000, serial % 1_000) {
        (0, last) => Some(format!("+44 7700 900{last:03}")),
        (town, last) => Some(format!("+44 {}{last:03}", TOWNS[town as usize - 1])),
    }
}

/// What belongs to one person alone and cannot be guessed from their number.
pub(crate) fn secret(seed: u64, person: u32) -> u64 {
    scramble(seed ^ scramble(!u64::from(person)))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn every_person_lives_in_one_household_whoever_asks() {
        let mut sizes = BTreeMap::new();
        for number in 0..6_400 {
            let household = Household::of(3, number);
            let place = (number - household.number) as usize;
            assert_eq!(household.members[place].number, number);
            if place == 0 {
                *sizes.entry(household.members.len()).or_insert(0) += 1;
            }
        }
        let people: usize = sizes.iter().map(|(size, n)| size * n).sum();
        assert_eq!(people, 6_400);
        let mean = people as f64 / sizes.values().sum::<usize>() as f64;
        assert!((1.88..2.05).contains(&mean), "{mean} {sizes:?}");
    }

    #[test]
    fn no_two_people_have_the_same_mail_or_mobile_and_no_two_households_the_same_landline() {
        let mut seen = BTreeSet::new();
        for first in (0..24_000).chain(3_990_000..4_000_000) {
            let household = Household::of(5, first);
            if household.number != first {
                continue;
            }
            let mut values: Vec<String> = household.landline.into_iter().chain(household.family_mail).collect();
            for member in household.members {
                values.push(member.mail);
                values.extend(member.second_mail);
                values.extend(member.mobile);
                values.extend(member.former_mobile.map(|(number, _)| number));
            }
            for value in values {
                let digits = value.chars().filter(char::is_ascii_digit).count();
                assert!(value.contains('@') || (11..=15).contains(&digits), "{value} is no number of E.164");
                assert!(value.is_ascii() && seen.insert(value.replace([' ', '-'], "")), "{value} twice");
            }
        }
    }
}
