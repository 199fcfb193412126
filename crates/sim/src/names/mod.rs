//! What people, streets and towns may be called, and how often. Combinations are invented; nobody is meant.

mod given;
mod places;
mod surnames;

use crate::dice::Dice;

/// Where a family's names come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    German,
    Turkish,
    European,
    British,
}

/// A given name and its short forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) name: &'static str,
    short: &'static str,
}

impl Given {
    /// What friends say; none if nobody shortens the name.
    pub(crate) fn nickname(self, dice: &mut Dice) -> Option<&'static str> {
        let count = self.short.split_whitespace().count() as u32;
        (count > 0).then(|| self.short.split_whitespace().nth(dice.below(count) as usize).unwrap_or_default())
    }
}

/// A place in a list that is ordered from frequent to rare: the first of 60 comes in 8 % of all cases, the thirtieth in
/// 1 %. (A number below a number drawn evenly has the probability `(H(n) - H(i)) / n`.)
fn skewed<T: Copy>(list: &[T], dice: &mut Dice) -> T {
    let reach = dice.below(list.len() as u32) + 1;
    list[dice.below(reach) as usize]
}

/// A given name as they were given in the year of birth.
pub(crate) fn given(origin: Origin, female: bool, born: i16, dice: &mut Dice) -> Given {
    // Names come and go; some years to and fro blur the borders of generations.
    let era = born + dice.below(21) as i16 - 10;
    let list = match (origin, female) {
        (Origin::German, true) if era < 1960 => given::WOMEN_OLD,
        (Origin::German, false) if era < 1960 => given::MEN_OLD,
        (Origin::German, true) if era < 1985 => given::WOMEN_MIDDLE,
        (Origin::German, false) if era < 1985 => given::MEN_MIDDLE,
        (Origin::German, true) => given::WOMEN_YOUNG,
        (Origin::German, false) => given::MEN_YOUNG,
        (Origin::Turkish, true) => given::WOMEN_TURKISH,
        (Origin::Turkish, false) => given::MEN_TURKISH,
        (Origin::European, true) => given::WOMEN_EUROPEAN,
        (Origin::European, false) => given::MEN_EUROPEAN,
        (Origin::British, true) => given::WOMEN_BRITISH,
        (Origin::British, false) => given::MEN_BRITISH,
    };
    let (name, short) = skewed(list, dice);
    Given { name, short }
}

/// A surname; two in five German ones are rare compounds.
pub(crate) fn surname(origin: Origin, dice: &mut Dice) -> String {
    match origin {
        Origin::German if dice.chance(600) => skewed(surnames::COMMON, dice).to_owned(),
        Origin::German => format!("{}{}", dice.pick(surnames::FRONT), dice.pick(surnames::BACK)),
        Origin::Turkish => skewed(surnames::TURKISH, dice).to_owned(),
        Origin::European => skewed(surnames::EUROPEAN, dice).to_owned(),
        Origin::British if dice.chance(700) => skewed(surnames::BRITISH, dice).to_owned(),
        Origin::British => format!("{}{}", dice.pick(surnames::BRITISH_FRONT), dice.pick(surnames::BRITISH_BACK)),
    }
}

/// Where somebody lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) street: String,
    pub(crate) house_no: String,
    pub(crate) postcode: String,
    pub(crate) city: &'static str,
}

pub(crate) fn address(british: bool, dice: &mut Dice) -> Address {
    if british {
        let (city, area) = dice.pick(places::BRITISH_TOWNS);
        let end = places::BRITISH_ENDS[dice.weighted(places::BRITISH_ENDS.iter().map(|(_, weight)| *weight))].0;
        let letter = |dice: &mut Dice| char::from(dice.pick(b"ABDEFGHJLNPQRSTUWXYZ"));
        let inward = format!("{}{}{}", dice.between(1, 9), letter(dice), letter(dice));
        return Address {
            street: format!("{} {end}", skewed(places::BRITISH_STREETS, dice)),
            house_no: house_number(dice),
            postcode: format!("{area}{} {inward}", dice.between(1, 19)),
            city,
        };
    }
    let town = places::TOWNS[dice.weighted(places::TOWNS.iter().map(|(.., people)| *people))];
    let (city, first, last, _) = town;
    if dice.chance(300) {
        let field = dice.pick(&["feld", "berg", "bach", "busch", "grund", "kamp", "horst", "tal"]);
        let street =
            format!("{}{field}{}", dice.pick(surnames::FRONT), dice.pick(&["straße", "straße", "weg", "weg", "ring"]));
        return Address {
            street,
            house_no: house_number(dice),
            postcode: format!("{:05}", dice.between(first, last)),
            city,
        };
    }
    let front = skewed(places::STREETS, dice);
    let end = places::ENDS[dice.weighted(places::ENDS.iter().map(|(_, weight)| *weight))].0;
    let street = match front {
        "Ring" | "Ufer" | "Hof" => format!("{front}straße"),
        "Alte Post" => format!("Alte Post{end}"),
        _ if front.ends_with('-') => format!("{front}{}{}", end[..1].to_uppercase(), &end[1..]),
        _ => format!("{front}{end}"),
    };
    Address { street, house_no: house_number(dice), postcode: format!("{:05}", dice.between(first, last)), city }
}

/// Low numbers are more frequent: short streets have no others.
fn house_number(dice: &mut Dice) -> String {
    let reach = dice.between(2, 160);
    let number = dice.between(1, reach);
    if dice.chance(60) { format!("{number}{}", dice.pick(&["a", "b", "c", "d"])) } else { number.to_string() }
}

/// A name as it goes into mail addresses: ASCII letters only.
pub(crate) fn plain(name: &str) -> String {
    let mut written = String::with_capacity(name.len() + 2);
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'ä' => written.push_str("ae"),
            'ö' => written.push_str("oe"),
            'ü' => written.push_str("ue"),
            'ß' => written.push_str("ss"),
            'é' | 'ë' | 'è' => written.push('e'),
            'â' | 'á' => written.push('a'),
            'ı' | 'í' => written.push('i'),
            'ş' | 'ś' => written.push('s'),
            'ç' | 'ć' => written.push('c'),
            'ğ' => written.push('g'),
            'ł' => written.push('l'),
            'ń' => written.push('n'),
            'ó' => written.push('o'),
            'a'..='z' => written.push(letter),
            _ => {}
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_many_and_plain_forms_are_ascii_letters_of_the_same_length_or_more() {
        let mut dice = Dice::of(1, 1);
        let (mut given_names, mut surnames) = (BTreeSet::new(), BTreeSet::new());
        for round in 0..40_000 {
            let origin = [Origin::German, Origin::Turkish, Origin::European, Origin::British][round % 4];
            given_names.insert(given(origin, round % 8 < 4, 1935 + (round % 75) as i16, &mut dice).name);
            surnames.insert(surname(origin, &mut dice));
        }
        assert!(given_names.len() > 350 && surnames.len() > 2_500, "{} {}", given_names.len(), surnames.len());
        for name in given_names.iter().copied().chain(surnames.iter().map(String::as_str)) {
            let letters = name.chars().filter(|c| c.is_alphabetic()).count();
            assert!(plain(name).is_ascii() && plain(name).len() >= letters, "{name} -> {}", plain(name));
        }
    }

    #[test]
    fn frequent_names_come_as_often_as_the_formula_says() {
        let list: Vec<usize> = (0..60).collect();
        let mut dice = Dice::of(1, 2);
        let mut counts = vec![0_i32; 60];
        for _ in 0..100_000 {
            counts[skewed(&list, &mut dice)] += 1;
        }
        // H(60) / 60 = 0.0780, (H(60) - H(29)) / 60 = 0.0120.
        assert!((counts[0] - 7_800).abs() < 425 && (counts[29] - 1_200).abs() < 175, "{counts:?}");
    }
}
