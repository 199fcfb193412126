//! Values brought into one form: two spellings of one identifier are the same.

use std::borrow::Cow;

use model::{CheckDigit, Form, names};
use phonenumber::metadata::{DATABASE, Descriptor};
use phonenumber::{Metadata, country};

/// Longer digits are no telephone number: E.164 allows 15, an international prefix and a trunk zero come on top.
const MOST_DIGITS: usize = 20;

/// True if telephone numbers of that country, two capital letters, can be read.
pub fn knows_region(letters: &str) -> bool {
    DATABASE.by_id(letters).is_some()
}

/// The country of telephone numbers that name none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region(Option<country::Id>);

impl Region {
    /// The region of two capital letters; numbers keep their digits if there is none such.
    pub(crate) fn of(letters: &str) -> Self {
        Self(letters.parse().ok())
    }
}

/// The value in that form. Outer blanks never count.
pub(crate) fn in_form(form: Form, region: Region, value: &str) -> Cow<'_, str> {
    let trimmed = value.trim();
    match form {
        Form::AsIs => Cow::Borrowed(trimmed),
        Form::Email if trimmed.chars().any(char::is_uppercase) => Cow::Owned(trimmed.to_lowercase()),
        Form::Email => Cow::Borrowed(trimmed),
        Form::Phone => phone(trimmed, region),
        Form::Card => card(trimmed),
        Form::Name => name(trimmed),
    }
}

/// Levelled until nothing changes any more, so that the form of a form is itself.
fn name(text: &str) -> Cow<'_, str> {
    let mut levelled = Cow::Borrowed(text);
    loop {
        let again = names::name(&levelled);
        if again == levelled || again.is_empty() {
            return levelled;
        }
        levelled = Cow::Owned(again);
    }
}

/// E.164 where the number can be read (`+493023125001`); else its digits, else what was written.
fn phone(text: &str, region: Region) -> Cow<'_, str> {
    let Some(digits) = dialled(text) else { return Cow::Borrowed(text) };
    let country = if digits.starts_with('+') { country_of(&digits) } else { region.0 };
    // Only digits reach the parser, so whatever else people write into the field cannot surprise it.
    let parsed = (digits.len() <= MOST_DIGITS).then(|| phonenumber::parse(country, &digits).ok()).flatten();
    let form = parsed.map_or(digits, |number| format!("+{}{}", number.code().value(), number.national()));
    if form == text { Cow::Borrowed(text) } else { Cow::Owned(form) }
}

/// The country, or the first of those, whose calling code the number begins with.
fn country_of(digits: &str) -> Option<country::Id> {
    code_and_region(digits)?.1.parse().ok()
}

/// How many digits the calling code has that a number with `+` begins with, and its country, or the first of those. No code
/// begins with another.
fn code_and_region(digits: &str) -> Option<(usize, &'static str)> {
    let regions_of = |len: usize| {
        let code = digits.strip_prefix('+')?.get(..len)?.parse::<u16>().ok()?;
        Some((len, *DATABASE.region(&code)?.first()?))
    };
    (1..=3).find_map(regions_of)
}

/// The digits to be dialled, with a `+` before a country code; `None` if there are none. An extension in words is left out.
fn dialled(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            '+' if digits.is_empty() => digits.push(letter),
            _ if letter.is_alphabetic() && digits.len() > 3 => break,
            _ => {}
        }
    }
    if let Some(rest) = digits.strip_prefix("00") {
        digits = format!("+{rest}");
    }
    digits.bytes().any(|byte| byte.is_ascii_digit()).then_some(digits)
}

/// Whose a number in its [form](Form::Phone) mostly is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A mobile number, or one that cannot be told: a person's.
    Personal,
    /// A fixed line: a household's.
    Landline,
    /// Free of charge, shared cost, premium: a company's.
    Service,
}

/// Whose the number is, by the plan of its country; mobiles first, as most are.
pub(crate) fn line_of(form: &str) -> Line {
    let Some((code, region)) = code_and_region(form) else { return Line::Personal };
    let (Some(plan), national) = (DATABASE.by_id(region).map(Metadata::descriptors), &form[1 + code..]) else {
        return Line::Personal;
    };
    let is_of = |descriptor: Option<&Descriptor>| descriptor.is_some_and(|descriptor| descriptor.is_match(national));
    if is_of(plan.mobile()) {
        Line::Personal
    } else if [plan.toll_free(), plan.premium_rate(), plan.shared_cost(), plan.uan()].into_iter().any(is_of) {
        Line::Service
    } else if is_of(plan.fixed_line()) {
        Line::Landline
    } else {
        Line::Personal
    }
}

fn card(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    let kept: String = letters.map(|letter| letter.to_ascii_uppercase()).collect();
    if kept.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(kept) }
}

/// True if the last digit follows from those before it. Letters that stand before the digits, as some cards have, are left
/// out; a value without two digits follows nothing.
pub(crate) fn follows_check_digit(check: CheckDigit, value: &str) -> bool {
    let digits = value.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).as_bytes();
    if digits.len() < 2 || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let from_the_right = digits.iter().rev().map(|digit| u32::from(digit - b'0')).enumerate();
    let sum: u32 = match check {
        CheckDigit::Luhn => from_the_right
            .map(|(place, digit)| if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 })
            .sum(),
        CheckDigit::Ean => from_the_right.map(|(place, digit)| if place % 2 == 0 { digit } else { 3 * digit }).sum(),
    };
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_identifier_become_the_same() {
        let germany = Region::of("DE");
        for (form, value, expected) in [
            (Form::Email, " Ada.Öz@Example.COM ", "ada.öz@example.com"),
            (Form::Phone, "+49 30 / 23125-001", "+493023125001"),
            (Form::Phone, "0049 30 23125001", "+493023125001"),
            (Form::Phone, "+49 (0)30 23125001", "+493023125001"),
            (Form::Phone, "(030) 23125001", "+493023125001"),
            (Form::Phone, "03023125001", "+493023125001"),
            (Form::Phone, "tel. 030 23125001 ext 12", "+493023125001"),
            (Form::Phone, "+39 06 698 82857", "+390669882857"),
            (Form::Phone, "+43 1 5880", "+4315880"),
            (Form::Phone, "unknown", "unknown"),
            (Form::Phone, "0", "0"),
            (Form::Card, " vel-1234 5678 ", "VEL12345678"),
            (Form::Card, "W0L000051T2123456", "W0L000051T2123456"),
            (Form::Card, "--", "--"),
            (Form::Name, "Dr. Käthe  Müller-Lüdenscheidt", "kathe muller ludenscheidt"),
            (Form::Name, "?", "?"),
            (Form::AsIs, " Ada ", "Ada"),
        ] {
            assert_eq!(in_form(form, germany, value), expected, "{value:?}");
        }
        assert_eq!(in_form(Form::Phone, Region::of("AT"), "01 5880"), "+4315880");
    }

    #[test]
    fn lines_of_households_and_companies_are_told_from_those_of_people() {
        for (form, line) in [
            ("+4915112345678", Line::Personal),
            ("+493023125001", Line::Landline),
            ("+498001234567", Line::Service),
            ("+499001234567", Line::Service),
            ("+442079460958", Line::Landline),
            ("+447700900123", Line::Personal),
            ("+12125550123", Line::Personal),
            ("+0000", Line::Personal),
            ("unknown", Line::Personal),
            ("+", Line::Personal),
        ] {
            assert_eq!(line_of(form), line, "{form}");
        }
    }

    #[test]
    fn check_digits_are_those_of_known_cards() {
        for (check, value, follows) in [
            (CheckDigit::Luhn, "79927398713", true),
            (CheckDigit::Luhn, "79927398710", false),
            (CheckDigit::Luhn, "4111111111111111", true),
            (CheckDigit::Luhn, "VEL79927398713", true),
            (CheckDigit::Ean, "4006381333931", true),
            (CheckDigit::Ean, "4006381333930", false),
            (CheckDigit::Ean, "96385074", true),
            (CheckDigit::Ean, "", false),
            (CheckDigit::Luhn, "0", false),
            (CheckDigit::Luhn, "12a4", false),
        ] {
            assert_eq!(follows_check_digit(check, value), follows, "{value:?}");
        }
    }

    proptest! {
        #[test]
        fn a_form_is_reached_once_and_for_all(value in "\\PC{0,24}|[+0-9 ()/-]{0,24}") {
            for form in [Form::AsIs, Form::Email, Form::Phone, Form::Card, Form::Name] {
                let once = in_form(form, Region::of("DE"), &value);
                let twice = in_form(form, Region::of("DE"), &once);
                prop_assert_eq!(&once, &twice, "{:?}", form);
            }
        }
    }
}
