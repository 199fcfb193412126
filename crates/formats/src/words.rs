//! Texts of people in the grammars of drawings.

use std::fmt::Write;

/// A name on one line: each run of white space is one space, as HTML would show it, and what cannot be shown at all (nor
/// stand in XML) is the replacement character.
pub fn one_line(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").replace(unshowable, "\u{fffd}")
}

/// Control characters, and the two scalar values that XML forbids besides.
pub fn unshowable(character: char) -> bool {
    character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}')
}

/// What Mermaid reads even after it has decoded its codes: formulas, icons, and its own marks of codes.
const READ_LATE: [&str; 4] = ["$$", ":fa-", "ﬂ°", "¶ß"];

/// A line as the label of a Mermaid flowchart, which shows it as it is. A label passes through a grammar, Markdown and HTML,
/// each with characters of its own, so all of ASCII becomes `#CODE;` save what none of them reads. What is read late is broken
/// by a word joiner (U+2060), which nobody sees.
pub fn mermaid_label(line: &str) -> String {
    coded(line, |character| !character.is_ascii_alphanumeric() && character.is_ascii() && !" ,/()".contains(character))
}

/// A line as a text of a Mermaid journey, which passes through a grammar only, so that most of it stays readable. A comma would
/// part actors.
pub(crate) fn mermaid_text(line: &str) -> String {
    let coded = coded(line, |character| ":#;,%{}<>&\"`$\\".contains(character));
    // The lexer takes a statement for what its first word says.
    let first: String = coded.chars().take_while(|character| character.is_ascii_alphanumeric()).collect();
    match KEYWORDS.iter().any(|keyword| first.eq_ignore_ascii_case(keyword)) {
        true => format!("#{};{}", u32::from(coded.as_bytes()[0]), &coded[1..]),
        false => coded,
    }
}

/// A line as the title of a Mermaid drawing, which stands in front matter: a text of YAML, in which no codes are read. Mermaid
/// shows no mark of HTML there, whatever it is written as, so look-alikes stand for them.
pub(crate) fn mermaid_title(line: &str) -> String {
    crate::kept::json(
        &coded(line, |_| false).replace('<', "\u{2039}").replace('>', "\u{203a}").replace('&', "\u{ff06}"),
    )
}

/// The words that begin a statement of a Mermaid journey.
const KEYWORDS: [&str; 5] = ["journey", "title", "section", "accTitle", "accDescr"];

fn coded(line: &str, is_read: impl Fn(char) -> bool) -> String {
    let mut text = String::with_capacity(line.len());
    for (at, character) in line.char_indices() {
        if is_read(character) {
            write!(text, "#{};", u32::from(character)).expect("a string takes any text");
        } else {
            text.push(character);
        }
        if READ_LATE.iter().any(|read| line[at..].starts_with(read)) {
            text.push('\u{2060}');
        }
    }
    text
}

/// The length of the code (`#35;`, `#quot;`) that a text begins with.
pub(crate) fn code_length(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('#')?;
    let end = inner.find(|character: char| !character.is_ascii_alphanumeric() && character != '_')?;
    (end > 0 && inner[end..].starts_with(';')).then_some(end + 2)
}

/// What Mermaid shows of a text with codes. Named codes other than the most usual ones stay as they are.
pub(crate) fn decoded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['#', '\u{2060}']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('\u{2060}') {
            rest = after;
            continue;
        }
        let length = code_length(rest).unwrap_or(1);
        let code = rest[..length].trim_start_matches('#').trim_end_matches(';');
        let named = NAMED.iter().find(|(name, _)| *name == code).map(|(_, character)| *character);
        match code.parse().ok().and_then(char::from_u32).filter(|character| *character != '\0').or(named) {
            Some(character) => plain.push(character),
            None => plain.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    plain + rest
}

const NAMED: [(&str, char); 10] = [
    ("quot", '"'),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("colon", ':'),
    ("semi", ';'),
    ("num", '#'),
    ("comma", ','),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_label_holds_nothing_that_mermaid_would_read() {
        for (name, written) in [
            ("Straße 🛒, Café (neu)", "Straße 🛒, Café (neu)"),
            (r#"say "hi""#, "say #34;hi#34;"),
            ("#quot;", "#35;quot#59;"),
            ("</a>", "#60;/a#62;"),
            ("`x` **y**", "#96;x#96; #42;#42;y#42;#42;"),
            ("1. first", "1#46; first"),
            ("fa:fa-car $$$", "fa#58;\u{2060}fa#45;car #36;\u{2060}#36;\u{2060}#36;"),
            ("ﬂ°lt¶ß", "ﬂ\u{2060}°lt¶\u{2060}ß"),
        ] {
            assert_eq!(mermaid_label(name), written);
        }
    }

    #[test]
    fn a_text_of_a_journey_stays_readable() {
        for (name, written) in [
            ("E-Bike, neu: 3. Fahrt", "E-Bike#44; neu#58; 3. Fahrt"),
            ("Journey's end", "#74;ourney's end"),
            ("journeys", "journeys"),
            ("100 %%", "100 #37;#37;"),
        ] {
            assert_eq!(mermaid_text(name), written);
        }
    }

    #[test]
    fn a_name_is_one_line_of_what_can_be_shown() {
        assert_eq!(one_line(" a\r\n\tb\u{2028}c\0d\u{1b}[1m "), "a b c\u{fffd}d\u{fffd}[1m");
    }

    #[test]
    fn codes_are_read_as_mermaid_shows_them() {
        assert_eq!(decoded("a#58; #quot;b#quot; #foo; # #1114112; #0;"), "a: \"b\" #foo; # #1114112; #0;");
    }

    proptest! {
        #[test]
        fn a_text_of_a_journey_reads_back_as_it_was(name in "\\PC{0,12}|[#:;%ﬂ°¶ß$a0-9]{0,12}|(journey|Title|SECTION) ?x?") {
            prop_assume!(!name.contains('\u{2060}'));
            prop_assert_eq!(decoded(&mermaid_text(&name)), name);
        }
    }
}
