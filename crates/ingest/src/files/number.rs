//! When a text may stand as a JSON number or truth value without losing a character.

/// A text of up to this many digits survives every JSON reader, those with 64-bit floats included.
const SAFE_DIGITS: usize = 15;

/// True if `text` is exactly what JSON would write for that number: `7`, `-1.5`; not `007`, `1.50`, `1e3`.
pub(super) fn is_canonical(text: &str) -> bool {
    let Some((whole, fraction)) = parts(text, b'.') else { return false };
    let zero_with_sign = text.starts_with('-') && whole == b"0" && fraction.is_none();
    !zero_with_sign && fraction.is_none_or(|digits| digits.last() != Some(&b'0'))
}

/// The JSON number that a text with a decimal comma means: `12,50` is `12.50`; thousands dots are refused.
pub(super) fn from_decimal_comma(text: &str) -> Option<String> {
    let (_, fraction) = parts(text, b',')?;
    fraction.map(|_| text.replace(',', "."))
}

/// Whole and fractional digits of a number without leading zeros.
fn parts(text: &str, point: u8) -> Option<(&[u8], Option<&[u8]>)> {
    let bytes = text.as_bytes();
    if bytes.len() > SAFE_DIGITS + 2 {
        return None;
    }
    let unsigned = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let (whole, fraction) = match unsigned.iter().position(|&byte| byte == point) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let well_formed = digits(whole) && fraction.is_none_or(digits) && (whole.len() == 1 || whole[0] != b'0');
    let count = whole.len() + fraction.map_or(0, <[u8]>::len);
    (well_formed && count <= SAFE_DIGITS).then_some((whole, fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_text_that_reads_back_the_same_becomes_a_number() {
        for (text, expected) in [
            ("0", true),
            ("7", true),
            ("-7", true),
            ("1.5", true),
            ("-0.25", true),
            ("123456789012345", true),
            ("", false),
            ("-", false),
            ("007", false),
            ("1.50", false),
            ("1.", false),
            (".5", false),
            ("-0", false),
            ("+1", false),
            ("1e3", false),
            ("1,5", false),
            ("1234567890123456", false),
            ("0x10", false),
            ("١", false),
            ("NaN", false),
            ("1.0", false),
        ] {
            assert_eq!(is_canonical(text), expected, "{text}");
        }
    }

    #[test]
    fn a_decimal_comma_becomes_a_point_and_nothing_else_does() {
        for (text, expected) in [
            ("12,50", Some("12.50")),
            ("-0,5", Some("-0.5")),
            ("12", None),
            ("1.234,50", None),
            ("007,5", None),
            ("1,2,3", None),
            (",5", None),
            ("5,", None),
        ] {
            assert_eq!(from_decimal_comma(text).as_deref(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_canonical_number_comes_back_from_json_as_the_same_text(text in "-?[0-9]{1,9}(\\.[0-9]{1,7})?") {
            if is_canonical(&text) {
                let value: f64 = serde_json::from_str(&text).unwrap();
                proptest::prop_assert_eq!(value.to_string(), text);
            }
        }
    }
}
