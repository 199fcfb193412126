//! Comparison levels: how far two records agree in a field, as a small number.

use rapidfuzz::distance::{jaro_winkler, osa};

use crate::nicknames::share_a_group;
use crate::record::{Records, Row};
use crate::terms::{Code, MISSING};

/// The comparisons of two records. The first three together are the one comparison of their households.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// Family names; part of the household.
    Surname,
    /// Street, house number, postal code, town; part of the household.
    Address,
    /// Landline numbers; part of the household.
    Landline,
    /// Given names.
    GivenName,
    /// Dates of birth.
    BirthDate,
    /// Mobile numbers.
    Mobile,
    /// Mail addresses.
    Email,
    /// Numbers given to one person.
    Identifier,
}

impl Comparison {
    /// Every comparison, in the order in which they are weighed.
    pub const ALL: [Self; 8] = [
        Self::Surname,
        Self::Address,
        Self::Landline,
        Self::GivenName,
        Self::BirthDate,
        Self::Mobile,
        Self::Email,
        Self::Identifier,
    ];

    /// The comparison's name in models and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Surname => "surname",
            Self::Address => "address",
            Self::Landline => "landline",
            Self::GivenName => "given_name",
            Self::BirthDate => "birth_date",
            Self::Mobile => "mobile",
            Self::Email => "email",
            Self::Identifier => "identifier",
        }
    }

    /// The names of its levels. Level 0 is "missing" and says nothing, level 1 is "exact", the last is "differs".
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            Self::Surname => &["missing", "exact", "part", "near", "similar", "differs"],
            Self::Address => &["missing", "exact", "near", "same_street", "same_postcode", "same_city", "differs"],
            Self::Landline | Self::Mobile | Self::Identifier => &["missing", "exact", "near", "differs"],
            Self::GivenName => {
                &["missing", "exact", "call_name", "part", "initial", "near", "similar", "swapped", "differs"]
            }
            Self::BirthDate => &["missing", "exact", "day_month_swapped", "one_digit", "partly", "differs"],
            Self::Email => &["missing", "exact", "same_local_part", "near", "differs"],
        }
    }

    /// Number of the level that says that the values have nothing in common.
    pub fn differs(self) -> u8 {
        self.levels().len() as u8 - 1
    }

    /// True for the parts of the household comparison.
    pub fn is_household(self) -> bool {
        matches!(self, Self::Surname | Self::Address | Self::Landline)
    }
}

/// The levels of all comparisons of a pair, four bits each: the integer comparison vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(pub u32);

impl Pattern {
    /// The pattern with a level set; each comparison may be set once.
    #[must_use]
    pub fn with(self, comparison: Comparison, level: u8) -> Self {
        Self(self.0 | (u32::from(level) << (4 * comparison as u32)))
    }

    /// The level of a comparison.
    pub fn level(self, comparison: Comparison) -> u8 {
        (self.0 >> (4 * comparison as u32) & 15) as u8
    }
}

/// Levels that the code asks for by name; numbers as in [`Comparison::levels`].
pub(crate) mod level {
    pub(crate) const EXACT: u8 = 1;
    pub(crate) const GIVEN_CALL_NAME: u8 = 2;
    pub(crate) const GIVEN_PART: u8 = 3;
    pub(crate) const GIVEN_INITIAL: u8 = 4;
    pub(crate) const GIVEN_NEAR: u8 = 5;
    pub(crate) const GIVEN_SIMILAR: u8 = 6;
    pub(crate) const GIVEN_SWAPPED: u8 = 7;
    pub(crate) const GIVEN_DIFFERS: u8 = 8;
    pub(crate) const SURNAME_PART: u8 = 2;
    pub(crate) const SURNAME_NEAR: u8 = 3;
    pub(crate) const SURNAME_SIMILAR: u8 = 4;
    pub(crate) const SURNAME_DIFFERS: u8 = 5;
    pub(crate) const BIRTH_SWAPPED: u8 = 2;
    pub(crate) const BIRTH_ONE_DIGIT: u8 = 3;
    pub(crate) const BIRTH_PARTLY: u8 = 4;
    pub(crate) const BIRTH_DIFFERS: u8 = 5;
}

/// Likeness of Jaro and Winkler (1990) from which names count as similar.
const SIMILAR: f64 = 0.88;

/// Cologne codes are coarse (Kurt and Gerd have one): names of one sound must be this like as well.
const SAME_SOUND_LIKENESS: f64 = 0.65;

/// Compares two records in everything.
pub(crate) fn compare(records: &Records, a: &Row, b: &Row) -> Pattern {
    let (surname, given) = names(records, a, b);
    Pattern::default()
        .with(Comparison::Surname, surname)
        .with(Comparison::GivenName, given)
        .with(Comparison::BirthDate, birth_dates(a.birth, b.birth))
        .with(Comparison::Address, addresses(records, a, b))
        .with(Comparison::Landline, numbers(records, a.landline, b.landline))
        .with(Comparison::Mobile, numbers(records, a.mobile, b.mobile))
        .with(Comparison::Email, emails(records, a.email, b.email))
        .with(Comparison::Identifier, numbers(records, a.identifier, b.identifier))
}

/// Levels of surname and given name. Where names stand in each other's place, the surnames are compared as if they did not.
fn names(records: &Records, a: &Row, b: &Row) -> (u8, u8) {
    let (surname, given) = (surnames(records, a.surname, b.surname), given_names(records, a.given, b.given));
    let straight_fails =
        (surname == level::SURNAME_DIFFERS || surname == 0) && (given == level::GIVEN_DIFFERS || given == 0);
    if !straight_fails || surname == 0 && given == 0 {
        return (surname, given);
    }
    let close = |x: Code, y: Code| x != MISSING && y != MISSING && surnames(records, x, y) <= level::SURNAME_NEAR;
    if close(a.given, b.surname) && close(a.surname, b.given) {
        return (surnames(records, a.surname, b.given), level::GIVEN_SWAPPED);
    }
    (surname, given)
}

fn given_names(records: &Records, a: Code, b: Code) -> u8 {
    if a == MISSING || b == MISSING {
        return 0;
    }
    if a == b {
        return level::EXACT;
    }
    let (traits_a, traits_b) = (&records.name_traits[a as usize], &records.name_traits[b as usize]);
    if traits_a.is_initial || traits_b.is_initial {
        return if traits_a.initial == traits_b.initial { level::GIVEN_INITIAL } else { level::GIVEN_DIFFERS };
    }
    let (text_a, text_b) = (records.names.text(a), records.names.text(b));
    if traits_a.words != traits_b.words && share_a_word(text_a, text_b) {
        return level::GIVEN_PART;
    }
    if share_a_group(traits_a.groups, traits_b.groups) || is_short_form(text_a, text_b) {
        return level::GIVEN_CALL_NAME;
    }
    if slips(text_a, text_b) <= 1 {
        return level::GIVEN_NEAR;
    }
    if same_sound(traits_a.sound, traits_b.sound, text_a, text_b) || likeness(text_a, text_b) >= SIMILAR {
        return level::GIVEN_SIMILAR;
    }
    if traits_a.words != traits_b.words && first_words_are_near(text_a, text_b) {
        return level::GIVEN_SIMILAR;
    }
    level::GIVEN_DIFFERS
}

fn surnames(records: &Records, a: Code, b: Code) -> u8 {
    if a == MISSING || b == MISSING {
        return 0;
    }
    if a == b {
        return level::EXACT;
    }
    let (traits_a, traits_b) = (&records.name_traits[a as usize], &records.name_traits[b as usize]);
    let (text_a, text_b) = (records.names.text(a), records.names.text(b));
    if traits_a.words != traits_b.words && share_a_word(text_a, text_b) {
        return level::SURNAME_PART;
    }
    if slips(text_a, text_b) <= 1 {
        return level::SURNAME_NEAR;
    }
    if same_sound(traits_a.sound, traits_b.sound, text_a, text_b) || likeness(text_a, text_b) >= SIMILAR {
        return level::SURNAME_SIMILAR;
    }
    level::SURNAME_DIFFERS
}

/// A word of at least two letters that stands in both.
fn share_a_word(a: &str, b: &str) -> bool {
    a.split(' ').any(|word| word.len() > 1 && b.split(' ').any(|other| other == word))
}

/// `nik` and `niklas`: three letters or more, with which the longer name begins, and not one letter alone behind them.
fn is_short_form(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() >= 3 && long.len() >= short.len() + 2 && long.starts_with(short)
}

fn first_words_are_near(a: &str, b: &str) -> bool {
    let first = |text: &str| text.find(' ').unwrap_or(text.len());
    slips(&a[..first(a)], &b[..first(b)]) <= 1
}

/// Slips of the pen between two texts: letters left out, added, replaced, or two neighbours swapped (the restricted
/// distance of Damerau, 1964); many for texts of fewer than three letters. Two is the most that is told.
fn slips(a: &str, b: &str) -> usize {
    if a.len().min(b.len()) < 3 || a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let limit = osa::Args::default().score_cutoff(2);
    osa::distance_with_args(a.bytes(), b.bytes(), &limit).unwrap_or(usize::MAX)
}

fn likeness(a: &str, b: &str) -> f64 {
    // Names that share no beginning and differ much in length are never similar enough.
    if a.len().min(b.len()) < 3 || a.len().abs_diff(b.len()) > 4 {
        return 0.0;
    }
    jaro_winkler::similarity(a.bytes(), b.bytes())
}

fn same_sound(a: u32, b: u32, text_a: &str, text_b: &str) -> bool {
    a == b && a != 0 && text_a.len().min(text_b.len()) >= 4 && likeness(text_a, text_b) >= SAME_SOUND_LIKENESS
}

/// Dates as `yyyymmdd`.
fn birth_dates(a: u32, b: u32) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    if a == b {
        return level::EXACT;
    }
    let parts = |date: u32| (date / 10_000, date / 100 % 100, date % 100);
    let ((year_a, month_a, day_a), (year_b, month_b, day_b)) = (parts(a), parts(b));
    if year_a == year_b && month_a == day_b && day_a == month_b {
        return level::BIRTH_SWAPPED;
    }
    if differ_by_one_slip(a, b) {
        return level::BIRTH_ONE_DIGIT;
    }
    let agreeing = u8::from(year_a == year_b) + u8::from(month_a == month_b) + u8::from(day_a == day_b);
    if agreeing >= 2 { level::BIRTH_PARTLY } else { level::BIRTH_DIFFERS }
}

/// One digit replaced, or two neighbours swapped.
fn differ_by_one_slip(a: u32, b: u32) -> bool {
    let digits = |date: u32| {
        let mut rest = date;
        let mut digits = [0_u8; 8];
        for digit in digits.iter_mut().rev() {
            *digit = (rest % 10) as u8;
            rest /= 10;
        }
        digits
    };
    let (a, b) = (digits(a), digits(b));
    let mut places = (0..8).filter(|&place| a[place] != b[place]);
    match (places.next(), places.next(), places.next()) {
        (Some(_), None, _) => true,
        (Some(first), Some(second), None) => second == first + 1 && a[first] == b[second] && a[second] == b[first],
        _ => false,
    }
}

/// How parts of an address stand to each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Missing,
    Same,
    Near,
    Differs,
}

fn part(records: &Records, a: Code, b: Code, near: impl Fn(&str, &str) -> bool) -> Part {
    if a == MISSING || b == MISSING {
        Part::Missing
    } else if a == b {
        Part::Same
    } else if near(records.places.text(a), records.places.text(b)) {
        Part::Near
    } else {
        Part::Differs
    }
}

fn addresses(records: &Records, a: &Row, b: &Row) -> u8 {
    use Part::{Differs, Missing, Near, Same};
    let postcode = part(records, a.postcode, b.postcode, |x, y| slips(x, y) <= 1);
    let city = part(records, a.city, b.city, |x, y| x.starts_with(y) || y.starts_with(x) || slips(x, y) <= 1);
    let far = !matches!(postcode, Same | Near) && !matches!(city, Same | Near);
    if far && (postcode != Missing || city != Missing) {
        return 6;
    }
    let street = part(records, a.street, b.street, |x, y| {
        slips(x, y) <= if x.len() >= 8 { 2 } else { 1 } || likeness(x, y) >= 0.92
    });
    let house = part(records, a.house, b.house, |x, y| x.starts_with(y) || y.starts_with(x) || one_slip_short(x, y));
    match (street, house, postcode) {
        (Missing, _, Missing) if city == Missing => 0,
        (Same | Near, Same, Same | Near | Missing) => 1,
        (Same | Near, Missing, Same) if a.house == b.house => 1,
        (Same | Near, Near | Missing, Same | Near) | (Same, Same, Differs) => 2,
        (Differs, Same, Same) if share_half(records.places.text(a.street), records.places.text(b.street)) => 2,
        (Same | Near, _, Same | Near) => 3,
        (_, _, Same) => 4,
        (Missing, _, Missing) => 5,
        (_, _, Near | Differs) | (Same | Near | Differs, _, Missing) if matches!(city, Same | Near) => 5,
        _ => 6,
    }
}

/// Short texts such as house numbers: one letter left out, added or replaced.
fn one_slip_short(a: &str, b: &str) -> bool {
    a.len().max(b.len()) >= 2 && osa::distance(a.bytes(), b.bytes()) <= 1
}

fn share_half(a: &str, b: &str) -> bool {
    likeness(a, b) >= 0.8
}

fn numbers(records: &Records, a: Code, b: Code) -> u8 {
    if a == MISSING || b == MISSING {
        return 0;
    }
    if a == b {
        return 1;
    }
    let (a, b) = (records.contacts.text(a), records.contacts.text(b));
    if a.len().min(b.len()) >= 6 && slips(a, b) <= 1 { 2 } else { 3 }
}

fn emails(records: &Records, a: Code, b: Code) -> u8 {
    if a == MISSING || b == MISSING {
        return 0;
    }
    if a == b {
        return 1;
    }
    let (text_a, text_b) = (records.contacts.text(a), records.contacts.text(b));
    let local_a = text_a.split('@').next().unwrap_or_default();
    if records.contact_locals[a as usize] == records.contact_locals[b as usize] && local_a.len() >= 5 {
        return 2;
    }
    if text_a.len().min(text_b.len()) >= 10 && slips(text_a, text_b) <= 2 { 3 } else { 4 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Field, Person};

    fn level_of(comparison: Comparison, a: &[(Field, &str)], b: &[(Field, &str)]) -> &'static str {
        let mut records = Records::new();
        let (row_a, row_b) = (records.row(&Person::of(a)), records.row(&Person::of(b)));
        let there = compare(&records, &row_a, &row_b);
        assert_eq!(
            there,
            compare(&records, &row_b, &row_a),
            "the comparison of {a:?} and {b:?} depends on their order"
        );
        comparison.levels()[usize::from(there.level(comparison))]
    }

    #[test]
    fn given_names_agree_by_levels() {
        for (a, b, expected) in [
            ("", "Anna", "missing"),
            ("Jörg", "Joerg", "exact"),
            ("Jörg", "JORG", "exact"),
            ("Matthias", "Matze", "call_name"),
            ("Johannes", "Hans", "call_name"),
            ("Robert", "Bob", "call_name"),
            ("Niklas", "Nik", "call_name"),
            ("Birgit", "Birgit-Kerstin", "part"),
            ("Lukas", "Lukas Tim", "part"),
            ("U.", "Ulrike", "initial"),
            ("U.", "Petra", "differs"),
            ("Walter", "Walther", "call_name"),
            ("Sandra", "Sandr", "near"),
            ("Philipp", "Phliipp", "near"),
            ("Lkuas Tim", "Lukas", "similar"),
            ("Christoph", "Kristof", "similar"),
            ("Heike", "Dennis", "differs"),
            ("Mia", "Ida", "differs"),
        ] {
            assert_eq!(
                level_of(Comparison::GivenName, &[(Field::GivenName, a)], &[(Field::GivenName, b)]),
                expected,
                "{a} {b}"
            );
        }
    }

    #[test]
    fn surnames_agree_by_levels() {
        for (a, b, expected) in [
            ("Müller", "MUELLER", "exact"),
            ("Lange", "Lange-Altmaier", "part"),
            ("Uhlkamp", "Uhlkapm", "near"),
            ("Meier", "Mayer", "similar"),
            ("Goldwald", "Godwlad", "similar"),
            ("Lange", "Fischer", "differs"),
        ] {
            assert_eq!(
                level_of(Comparison::Surname, &[(Field::Surname, a)], &[(Field::Surname, b)]),
                expected,
                "{a} {b}"
            );
        }
    }

    #[test]
    fn names_in_each_others_place_are_seen() {
        let straight = [(Field::GivenName, "Peter"), (Field::Surname, "Silbermeier")];
        let swapped = [(Field::GivenName, "Silbermeier"), (Field::Surname, "Peter")];
        assert_eq!(level_of(Comparison::GivenName, &straight, &swapped), "swapped");
        assert_eq!(level_of(Comparison::Surname, &straight, &swapped), "exact");
    }

    #[test]
    fn birth_dates_agree_by_levels() {
        for (a, b, expected) in [
            ("1987-02-07", "07.02.1987", "exact"),
            ("1987-02-07", "1987-07-02", "day_month_swapped"),
            ("1980-12-10", "1970-12-10", "one_digit"),
            ("1980-12-10", "1980-21-10", "one_digit"),
            ("1980-12-10", "1980-12-25", "partly"),
            ("1980-12-10", "1955-01-28", "differs"),
            ("1900-01-01", "1955-01-28", "missing"),
        ] {
            assert_eq!(
                level_of(Comparison::BirthDate, &[(Field::BirthDate, a)], &[(Field::BirthDate, b)]),
                expected,
                "{a} {b}"
            );
        }
    }

    #[test]
    fn addresses_agree_by_levels() {
        let fields = [Field::Street, Field::HouseNumber, Field::Postcode, Field::City];
        for (a, b, expected) in [
            (["Kaiserstr.", "13", "50821", "Köln"], ["Kaiserstraße", "13", "50821", "Koeln"], "exact"),
            (["Gerberlpatz", "21", "50755", "Köln"], ["Gerberplatz", "21", "50755", "Köln"], "exact"),
            (["Kaiserstr. 13", "", "50821", ""], ["Kaiserstraße", "13", "50821", "Koeln"], "exact"),
            (["Westufer", "10", "22090", "Hamburg"], ["Westufer", "10n", "22090", "Hamburg"], "near"),
            (["Kreuzstr", "16", "99084", "Erfurt"], ["Kreuzstr", "16", "09908", "Erfurt"], "near"),
            (["Bachweg", "78", "81501", "München"], ["Bachweg", "3", "81501", "München"], "same_street"),
            (["Bachweg", "78", "81501", "München"], ["Ostgasse", "3", "81501", "München"], "same_postcode"),
            (["Bachweg", "78", "81501", "München"], ["Ostgasse", "3", "80331", "München"], "same_city"),
            (["Bachweg", "78", "81501", "München"], ["Bachweg", "78", "50821", "Köln"], "differs"),
            (["", "", "", ""], ["Bachweg", "78", "50821", "Köln"], "missing"),
        ] {
            let with = |values: [&'static str; 4]| fields.into_iter().zip(values).collect::<Vec<_>>();
            assert_eq!(level_of(Comparison::Address, &with(a), &with(b)), expected, "{a:?} {b:?}");
        }
    }

    #[test]
    fn contacts_agree_by_levels() {
        for (field, comparison, a, b, expected) in [
            (Field::Email, Comparison::Email, "A.B@gmx.de", "a.b+shop@gmx.de", "exact"),
            (Field::Email, Comparison::Email, "anna.huber@gmal.com", "anna.huber@gmail.com", "same_local_part"),
            (Field::Email, Comparison::Email, "anna.hubr@gmx.de", "anna.huber@gmx.de", "near"),
            (Field::Email, Comparison::Email, "info@gmx.de", "info@web.de", "differs"),
            (Field::Phone, Comparison::Mobile, "+49 177 9604559", "0177/9604559", "exact"),
            (Field::Phone, Comparison::Mobile, "0177 9604559", "0177 9604595", "near"),
            (Field::Phone, Comparison::Mobile, "0177 9604559", "0221 321254", "missing"),
            (Field::Phone, Comparison::Landline, "0221 321254", "+49 221 321254", "exact"),
            (Field::Identifier, Comparison::Identifier, "L 1234567", "L1234567", "exact"),
            (Field::Identifier, Comparison::Identifier, "L1234567", "L7654321", "differs"),
        ] {
            assert_eq!(level_of(comparison, &[(field, a)], &[(field, b)]), expected, "{a} {b}");
        }
    }

    #[test]
    fn the_restricted_distance_and_the_likeness_are_those_published() {
        // Winkler's examples (1990), as reprinted in Jaro-Winkler literature.
        for (a, b, expected) in [("martha", "marhta", 0.961), ("dwayne", "duane", 0.840), ("dixon", "dicksonx", 0.813)]
        {
            assert!((likeness(a, b) - expected).abs() < 0.001, "{a} {b} {}", likeness(a, b));
        }
        assert_eq!((slips("martha", "marhta"), slips("meyer", "meier"), slips("ab", "ba")), (1, 1, usize::MAX));
    }
}
