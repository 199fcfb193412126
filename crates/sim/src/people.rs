//! Who lives in the world: invented names, invented identifiers, habits.
//!
//! Mail addresses end in `example.com` or `example.org` (RFC 2606). Telephone numbers begin with the blocks that the
//! Bundesnetzagentur and Ofcom keep free for films; German ones go on into extensions, so that no two people share one.

use crate::calendar::Moment;
use crate::dice::{Dice, scramble};

#[rustfmt::skip]
const GIVEN: [&str; 72] = [
    "Anna", "Jürgen", "Sabine", "Björn", "Käthe", "Thomas", "Ayşe", "Günter", "Julia", "Sören", "Petra", "Lukas",
    "Zoë", "Wolfgang", "Marie", "Jörg", "Katrin", "Mehmet", "Ursula", "Felix", "Bärbel", "Jonas", "Heike", "Stefan",
    "Lena", "André", "Monika", "Paul", "Renée", "Michael", "Sophie", "Götz", "Claudia", "Tim", "Emine", "Frank",
    "Hannah", "Ralf", "Birgit", "Noah", "Gisela", "Dirk", "Nadine", "Karl-Heinz", "Elif", "Sven", "Martina", "Ben",
    "Annegret", "Uwe", "Laura", "Holger", "Silke", "Matthias", "Ingrid", "Emil", "Ulrike", "Rüdiger", "Mia", "Bernd",
    "Tanja", "Yusuf", "Gabriele", "Leon", "Dörte", "Andreas", "Clara", "Volker", "Susanne", "Finn", "Ilse", "Hakan",
];
#[rustfmt::skip]
const FAMILY: [&str; 60] = [
    "Müller", "Schmidt", "Schneider", "Fischer", "Weiß", "Meyer", "Köhler", "Schäfer", "Yıldız", "Bauer", "Krüger",
    "Hoffmann", "Jäger", "Groß", "Nowak", "Schröder", "Lange", "Böhm", "Keller", "Günther", "Frank", "Huber", "Kaya",
    "Voß", "Winkler", "Römer", "Vogel", "Brandt", "Lüdtke", "Horn", "Kühn", "Sommer", "Pohl", "Öztürk", "Engel",
    "Busch", "Thiele", "Förster", "Sauer", "Arnold", "Möller", "Wolff", "Pfeiffer", "Löwe", "Hahn", "Schubert",
    "Ebert", "Graf", "Jürgens", "Petersen", "Strauß", "Beck", "Kramer", "Süß", "Otto", "Haas", "von der Heide",
    "Schulze-Bär", "Le Roux", "Nguyen",
];
#[rustfmt::skip]
const BRITISH_GIVEN: [&str; 16] = [
    "Oliver", "Amelia", "Harry", "Isla", "George", "Ava", "Jack", "Emily", "Charlotte", "Arthur", "Freya", "Alfie",
    "Siân", "Callum", "Niamh", "Edward",
];
#[rustfmt::skip]
const BRITISH_FAMILY: [&str; 16] = [
    "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Davies", "Evans", "Patel", "Walker", "O'Connor",
    "Hughes", "Clarke", "Green", "Begum", "Murray",
];
const CITIES: [&str; 10] =
    ["Köln", "Dortmund", "Münster", "Düsseldorf", "Bonn", "Osnabrück", "Essen", "Gütersloh", "Hürth", "Hagen"];

/// Film numbers of Berlin, Hamburg, Köln, Frankfurt and München, to which extensions are added.
const GERMAN_BLOCKS: [&str; 5] = ["+49 30 23125", "+49 40 66969", "+49 221 4710", "+49 69 90009", "+49 89 99998"];
/// Every 25th customer has moved here from Britain, as long as Ofcom's two film blocks last.
const BRITISH_EVERY: u32 = 25;
const BRITISH_NUMBERS: u32 = 2_000;

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

/// One invented person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// From 0 to the world's number of customers.
    pub(crate) number: u32,
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
    pub(crate) british: bool,
    pub(crate) city: &'static str,
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
    pub(crate) fn born(number: u32, seed: u64, dice: &mut Dice) -> Self {
        let british = number % BRITISH_EVERY == 7 && number / BRITISH_EVERY < BRITISH_NUMBERS;
        let (given, family) = if british {
            (dice.pick(&BRITISH_GIVEN), dice.pick(&BRITISH_FAMILY))
        } else {
            (dice.pick(&GIVEN), dice.pick(&FAMILY))
        };
        let provider = dice.pick(&["example.com", "example.org"]);
        let inclined_to_web = dice.between(40, 160);
        Self {
            number,
            given,
            family,
            british,
            city: dice.pick(&CITIES),
            mail: format!("{}.{}{}@{provider}", plain(given), plain(family), number + 1),
            phone: dice.chance(800).then(|| phone(number, british)),
            shop: dice.below(3) as usize,
            secret: scramble(seed ^ scramble(!u64::from(number))),
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

    /// Nine digits, the last one a check digit (Luhn), as tills want it.
    pub(crate) fn loyalty_card(&self) -> String {
        let body = 40_000_000 + self.number;
        format!("{body}{}", luhn(body))
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

fn phone(number: u32, british: bool) -> String {
    if british {
        let serial = number / BRITISH_EVERY;
        return match serial {
            0..1_000 => format!("+44 7700 900{serial:03}"),
            _ => format!("+44 20 7946 0{:03}", serial - 1_000),
        };
    }
    let block = GERMAN_BLOCKS[number as usize % GERMAN_BLOCKS.len()];
    let extension = number / GERMAN_BLOCKS.len() as u32;
    // The blocks are free in their last three digits; further digits are an extension, written after a hyphen.
    match (extension / 1_000, extension % 1_000) {
        (0, last) => format!("{block}{last:03}"),
        (line, last) => format!("{block}{line:03}-{last:03}"),
    }
}

/// A name as it goes into mail addresses.
fn plain(name: &str) -> String {
    let mut written = String::with_capacity(name.len() + 2);
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'ä' => written.push_str("ae"),
            'ö' => written.push_str("oe"),
            'ü' => written.push_str("ue"),
            'ß' => written.push_str("ss"),
            'é' | 'ë' => written.push('e'),
            'â' => written.push('a'),
            'ı' => written.push('i'),
            'ş' => written.push('s'),
            'a'..='z' => written.push(letter),
            _ => {}
        }
    }
    written
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
            let person = Person::born(number, 5, &mut Dice::of(5, u64::from(number)));
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

    #[test]
    fn mail_addresses_are_plain_ascii() {
        for name in GIVEN.iter().chain(&FAMILY).chain(&BRITISH_GIVEN).chain(&BRITISH_FAMILY) {
            let letters = name.chars().filter(|c| c.is_alphabetic()).count();
            assert!(plain(name).is_ascii() && plain(name).len() >= letters, "{name} -> {}", plain(name));
        }
    }
}
