//! How people write things down wrongly.

use crate::dice::Dice;
use crate::laws::registers::{UMLAUT_INVENTED, UMLAUT_LOST, UMLAUT_SPELT_OUT};

/// Letters beside one another on a German keyboard, row by row.
const ROWS: [&str; 3] = ["qwertzuiopü", "asdfghjklöä", "yxcvbnm"];

/// One slip of the finger: a letter doubled, left out, exchanged with the next, or hit beside.
pub(crate) fn slip(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 3 {
        return text.to_owned();
    }
    let place = dice.below(letters.len() as u32) as usize;
    match dice.below(4) {
        0 => letters.insert(place, letters[place]),
        1 => drop(letters.remove(place)),
        2 => {
            let first = place.min(letters.len() - 2);
            letters.swap(first, first + 1);
        }
        _ => letters[place] = beside(letters[place], dice),
    }
    letters.into_iter().collect()
}

fn beside(letter: char, dice: &mut Dice) -> char {
    if letter.is_ascii_digit() {
        return char::from(b'0' + dice.below(10) as u8);
    }
    let small = letter.to_lowercase().next().unwrap_or(letter);
    for row in ROWS {
        let row: Vec<char> = row.chars().collect();
        if let Some(place) = row.iter().position(|&key| key == small) {
            let left = place > 0 && (place + 1 == row.len() || dice.chance(500));
            let hit = if left { row[place - 1] } else { row[place + 1] };
            return if letter.is_uppercase() { hit.to_uppercase().next().unwrap_or(hit) } else { hit };
        }
    }
    'e'
}

/// One wrong digit, or two exchanged.
pub(crate) fn slip_of_digit(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let digits: Vec<usize> = (0..letters.len()).filter(|&place| letters[place].is_ascii_digit()).collect();
    if digits.is_empty() {
        return text.to_owned();
    }
    let nth = dice.below(digits.len() as u32) as usize;
    if nth + 1 < digits.len() && dice.chance(500) {
        letters.swap(digits[nth], digits[nth + 1]);
    } else {
        letters[digits[nth]] = char::from(b'0' + dice.below(10) as u8);
    }
    letters.into_iter().collect()
}

/// Letters with dots and tails spelt out, lost, or invented where there were none.
pub(crate) fn umlauts(text: &str, dice: &mut Dice) -> String {
    let special = |c: char| !c.is_ascii() && c.is_alphabetic();
    if text.contains(special) {
        let lot = dice.below(1_000);
        if lot < UMLAUT_SPELT_OUT {
            return spelt_out(text);
        }
        if lot < UMLAUT_SPELT_OUT + UMLAUT_LOST {
            return text.chars().map(bare).collect();
        }
    } else if ["ae", "oe", "ue", "ss"].iter().any(|pair| text.contains(pair)) && dice.chance(UMLAUT_INVENTED) {
        return text.replace("ae", "ä").replace("oe", "ö").replace("ue", "ü").replace("ss", "ß");
    }
    text.to_owned()
}

fn spelt_out(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    for letter in text.chars() {
        match letter {
            'ä' => written.push_str("ae"),
            'ö' => written.push_str("oe"),
            'ü' => written.push_str("ue"),
            'ß' => written.push_str("ss"),
            'Ä' => written.push_str("Ae"),
            'Ö' => written.push_str("Oe"),
            'Ü' => written.push_str("Ue"),
            other => written.push(bare(other)),
        }
    }
    written
}

fn bare(letter: char) -> char {
    match letter {
        'ä' | 'á' | 'â' => 'a',
        'ö' | 'ó' => 'o',
        'ü' => 'u',
        'ß' | 'ş' | 'ś' => 's',
        'Ä' => 'A',
        'Ö' => 'O',
        'Ü' => 'U',
        'é' | 'ë' | 'è' => 'e',
        'ı' | 'í' => 'i',
        'ç' | 'ć' => 'c',
        'Ç' => 'C',
        'Ş' | 'Ś' => 'S',
        'ğ' => 'g',
        'ł' => 'l',
        'ń' => 'n',
        other => other,
    }
}

/// A street as one of the forms in which the same street is written; `form` is a place in `STREET_FORMS`.
pub(crate) fn street(name: &str, form: usize) -> String {
    let Some(stem) = name.strip_suffix("straße").or_else(|| name.strip_suffix("Straße")) else {
        return name.to_owned();
    };
    let bare_stem = stem.trim_end_matches('-');
    match form {
        0 => name.to_owned(),
        1 => format!("{}sse", name.trim_end_matches("ße")),
        2 if stem.ends_with('-') => format!("{stem}Str."),
        2 => format!("{stem}str."),
        3 => format!("{bare_stem} Str."),
        _ => format!("{bare_stem}-Straße"),
    }
}

/// A telephone number in one of the forms in which people write it; `form` is a place in `PHONE_FORMS`.
pub(crate) fn phone(number: &str, form: usize) -> String {
    let mut parts = number.splitn(3, ' ');
    let (country, area) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let rest: String = parts.next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    match form {
        0 => format!("{country} {area}{rest}"),
        1 => format!("0{area}/{rest}"),
        2 => format!("0{area}{rest}"),
        3 => format!("0{area} {rest}"),
        _ => format!("{}{area}{rest}", country.replacen('+', "00", 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_street_and_one_number_have_five_forms() {
        let forms = |write: &dyn Fn(usize) -> String| (0..5).map(write).collect::<Vec<_>>().join(" | ");
        assert_eq!(
            forms(&|form| street("Gartenstraße", form)),
            "Gartenstraße | Gartenstrasse | Gartenstr. | Garten Str. | Garten-Straße"
        );
        assert_eq!(
            forms(&|form| street("Anne-Frank-Straße", form)),
            "Anne-Frank-Straße | Anne-Frank-Strasse | Anne-Frank-Str. | Anne-Frank Str. | Anne-Frank-Straße"
        );
        assert_eq!(street("Rosenweg", 2), "Rosenweg");
        assert_eq!(
            forms(&|form| phone("+49 30 23125001-007", form)),
            "+49 3023125001007 | 030/23125001007 | 03023125001007 | 030 23125001007 | 00493023125001007"
        );
    }

    #[test]
    fn a_slip_is_one_edit_or_one_exchange() {
        let mut dice = Dice::of(1, 9);
        let mut changed = 0;
        for _ in 0..1_000 {
            let slipped = slip("Köttner", &mut dice);
            changed += i32::from(slipped != "Köttner");
            let (before, after) = (7_i32, slipped.chars().count() as i32);
            assert!((before - after).abs() <= 1, "{slipped}");
        }
        assert!(changed > 900, "{changed}: now and then two equal letters change places");
    }

    #[test]
    fn umlauts_go_both_ways() {
        let mut dice = Dice::of(2, 2);
        let seen = |name: &str, dice: &mut Dice| {
            (0..2_000)
                .map(|_| umlauts(name, dice))
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        };
        assert_eq!(seen("Jäßer", &mut dice), ["Jaesser", "Jaser", "Jäßer"]);
        assert_eq!(seen("Grossmann", &mut dice), ["Großmann", "Grossmann"].into_iter().rev().collect::<Vec<_>>());
        assert_eq!(seen("Huber", &mut dice), ["Huber"]);
    }
}
