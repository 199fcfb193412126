//! Texts in tables that spreadsheets open.

use std::borrow::Cow;

/// What makes a spreadsheet take a cell for a formula, or skip a character and then do so. The characters are those that
/// OWASP names under "CSV Injection", with NUL from its verification standard (ASVS 5, 1.2.10).
const FORMULA: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/// A text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe in front, as OWASP advises, and
/// so does one that begins with apostrophes and then like one. So nothing is lost: [`unguarded`] gives it back.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_like_a_formula(text) { format!("'{text}").into() } else { text.into() }
}

/// The text that was [`guarded`], and any other as it is.
pub fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_like_a_formula(rest)).unwrap_or(text)
}

fn is_like_a_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_name_begins_like_a_formula_and_harmless_ones_stay_as_they_are() {
        for (name, written) in [
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-", "'-"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("＝1", "'＝1"),
            ("'=1", "''=1"),
            ("'s-Hertogenbosch", "'s-Hertogenbosch"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(guarded(name), written);
        }
    }

    proptest! {
        #[test]
        fn a_guarded_name_reads_back_as_it_was(name in "['=+@a\t\n＝-]{0,6}|\\PC{0,8}") {
            let written = guarded(&name).into_owned();
            prop_assert!(!written.starts_with(FORMULA));
            prop_assert_eq!(unguarded(&written), name);
        }
    }
}
