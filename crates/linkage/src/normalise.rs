//! What people write, brought into one form: only then do equal things look equal.

pub use model::names::{fold, name, without_umlauts};

/// A street without blanks and with short endings: `Blumen-Straße`, `Blumenstr.` and `Blumenstrasse` are `blumenstr`.
pub fn street(text: &str) -> String {
    let plain = without_umlauts(&fold(text));
    let mut joined = String::with_capacity(plain.len());
    for word in plain.split(' ') {
        joined.push_str(match word {
            "street" => "st",
            "road" => "rd",
            "avenue" => "ave",
            "place" => "pl",
            "drive" => "dr",
            "crescent" => "cres",
            other => other,
        });
    }
    match joined.strip_suffix("strasse") {
        Some(stem) => format!("{stem}str"),
        None => joined,
    }
}

/// Street and house number of one field: `Am Markt 5 b` is `("Am Markt", "5 b")`; without a number the second is empty.
pub fn split_street(text: &str) -> (&str, &str) {
    let text = text.trim();
    let mut starts = text.match_indices(' ').map(|(at, _)| at + 1);
    // The last word that begins with a digit, unless a month or the like stands behind it.
    let number = starts.rfind(|&at| text[at..].starts_with(|first: char| first.is_ascii_digit()));
    match number {
        Some(at) if text[at..].chars().filter(|letter| letter.is_alphabetic()).count() <= 2 => {
            (text[..at].trim_end(), &text[at..])
        }
        _ => (text, ""),
    }
}

/// A house number without blanks and leading zeros: `12 A` is `12a`.
pub fn house_number(text: &str) -> String {
    let folded = fold(text).replace(' ', "");
    folded.trim_start_matches('0').to_owned()
}

/// A postal code: letters and digits alone.
pub fn postcode(text: &str) -> String {
    fold(text).replace(' ', "")
}

/// A place without blanks.
pub fn city(text: &str) -> String {
    without_umlauts(&fold(text)).replace(' ', "")
}

/// A mail address in lower case, without a `+tag`; `googlemail.com` is `gmail.com`. Empty if it is none.
pub fn email(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let Some((local, domain)) = lower.rsplit_once('@') else { return String::new() };
    let local = local.split_once('+').map_or(local, |(before, _)| before);
    if local.is_empty() || domain.is_empty() || lower.contains(char::is_whitespace) {
        return String::new();
    }
    let domain = if domain == "googlemail.com" { "gmail.com" } else { domain };
    format!("{local}@{domain}")
}

/// A customer, loyalty or security number: letters and digits alone.
pub fn identifier(text: &str) -> String {
    fold(text).replace(' ', "")
}

/// What sort of line a telephone number belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A person's own, as far as the number shows; also every number whose country is unknown.
    Mobile,
    /// A household's.
    Landline,
}

/// The digits of a telephone number in national form, and its line. Empty if there are fewer than 5 digits.
///
/// `+49`, `0049` and `0` before a German number are one. German mobile numbers begin with 015, 016 or 017.
pub fn phone(text: &str) -> (String, Line) {
    let digits: String = text.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
    let international = text.trim_start().starts_with('+');
    let national = if let Some(rest) = digits.strip_prefix("0049") {
        format!("0{}", rest.trim_start_matches('0'))
    } else if let Some(rest) = digits.strip_prefix("49").filter(|_| international) {
        format!("0{}", rest.trim_start_matches('0'))
    } else if let Some(rest) = digits.strip_prefix("00") {
        rest.to_owned()
    } else {
        digits
    };
    if national.len() < 5 {
        return (String::new(), Line::Mobile);
    }
    let german = national.starts_with('0') && !international_other(text);
    let mobile = ["015", "016", "017"].iter().any(|prefix| national.starts_with(prefix));
    (national, if german && !mobile { Line::Landline } else { Line::Mobile })
}

fn international_other(text: &str) -> bool {
    text.trim_start().starts_with('+') && !text.trim_start().starts_with("+49")
}

/// A date as `yyyymmdd`; 0 where it is missing, unreadable, or one that forms are filled with when the date is unknown.
///
/// Reads `1967-06-02`, `19670602`, `02.06.1967`, `02/06/1967` (day first; month first only where the day shows it).
/// Days that no calendar has are kept: they are slips, and the same slip may come twice.
pub fn date(text: &str) -> u32 {
    let text = text.trim();
    let text = text.split(['T', ' ']).next().unwrap_or(text);
    let parts: Vec<&str> = text.split(['-', '.', '/']).collect();
    let number = |part: &str| {
        (!part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse::<u32>().ok())
            .flatten()
    };
    let (year, month, day) = match *parts.as_slice() {
        [whole] if whole.len() == 8 => match (number(&whole[..4]), number(&whole[4..6]), number(&whole[6..])) {
            (Some(year), Some(month), Some(day)) => (year, month, day),
            _ => return 0,
        },
        [first, second, third] => match (number(first), number(second), number(third)) {
            (Some(year), Some(month), Some(day)) if first.len() == 4 => (year, month, day),
            (Some(month), Some(day), Some(year)) if day > 12 && third.len() == 4 => (year, month, day),
            (Some(day), Some(month), Some(year)) if third.len() == 4 => (year, month, day),
            _ => return 0,
        },
        _ => return 0,
    };
    match (year, month, day) {
        (0 | 1 | 1111 | 1900 | 9999, 1, 1) | (1111, 11, 11) | (9999, 12, 31) | (1901, 1, 1) => 0,
        _ => year * 10_000 + month.min(99) * 100 + day.min(99),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_comes_into_one_form() {
        for (function, written, expected) in [
            (name as fn(&str) -> String, "Käthe", "kathe"),
            (name, "Kaethe", "kathe"),
            (name, "KATHE", "kathe"),
            (name, "Jo\u{308}rg", "jorg"),
            (name, "Dr. Lange-Altmaier", "lange altmaier"),
            (name, "Ayşe", "ayse"),
            (name, "  ", ""),
            (street, "Blumen-Straße", "blumenstr"),
            (street, "Blumenstr.", "blumenstr"),
            (street, "Heinrich-Heinestraße", "heinrichheinestr"),
            (street, "Tullaroop Street", "tullaroopst"),
            (house_number, "012 A", "12a"),
            (postcode, " D-50755 ", "d50755"),
            (email, "Lukas.Eisner+shop@GoogleMail.com ", "lukas.eisner@gmail.com"),
            (email, "keine", ""),
            (city, "Frankfurt am Main", "frankfurtammain"),
            (identifier, "L 123-4", "l1234"),
        ] {
            assert_eq!(function(written), expected, "{written:?}");
        }
    }

    #[test]
    fn telephone_numbers_lose_their_spelling_and_show_their_line() {
        for (written, digits, line) in [
            ("+49 17760455", "017760455", Line::Mobile),
            ("0049 (0)177 60455", "017760455", Line::Mobile),
            ("0177/60455", "017760455", Line::Mobile),
            ("0221 5321254", "02215321254", Line::Landline),
            ("+49 2215321254", "02215321254", Line::Landline),
            ("+44 20 7946 0958", "442079460958", Line::Mobile),
            ("110", "", Line::Mobile),
        ] {
            assert_eq!(phone(written), (digits.to_owned(), line), "{written}");
        }
    }

    #[test]
    fn dates_are_read_in_the_ways_they_are_written() {
        for (written, expected) in [
            ("1967-06-02", 19_670_602),
            ("19670602", 19_670_602),
            ("2.6.1967", 19_670_602),
            ("02/06/1967", 19_670_602),
            ("06/22/1967", 19_670_622),
            ("1967-06-02T00:00:00", 19_670_602),
            ("1900-01-01", 0),
            ("01.01.1900", 0),
            ("soon", 0),
            ("", 0),
            ("ä-1-1", 0),
        ] {
            assert_eq!(date(written), expected, "{written:?}");
        }
    }

    #[test]
    fn a_house_number_at_the_end_of_a_street_is_found() {
        for (written, expected) in [
            ("Am Markt 5 b", ("Am Markt", "5 b")),
            ("Platz des 17. Juni 4", ("Platz des 17. Juni", "4")),
            ("Rathausplatz", ("Rathausplatz", "")),
            ("Platz des 17. Juni", ("Platz des 17. Juni", "")),
        ] {
            assert_eq!(split_street(written), expected);
        }
    }
}
