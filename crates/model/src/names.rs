//! Names of people in one form: only then do equal names look equal.

/// Lower case letters, digits and single blanks; German umlauts written out, other accents dropped.
///
/// Everything that is neither letter nor digit parts words, so that double names fall into their parts.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 4);
    for character in text.trim().chars() {
        if character.is_ascii() {
            fold_one(character.to_ascii_lowercase(), &mut folded);
        } else {
            character.to_lowercase().for_each(|lower| fold_one(lower, &mut folded));
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Appends what a small letter becomes.
fn fold_one(character: char, folded: &mut String) {
    match character {
        'a'..='z' | '0'..='9' => folded.push(character),
        'ä' | 'æ' => folded.push_str("ae"),
        'ö' | 'ø' | 'œ' => folded.push_str("oe"),
        'ü' => folded.push_str("ue"),
        'ß' => folded.push_str("ss"),
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
        'ç' | 'ć' | 'č' => folded.push('c'),
        'ď' | 'đ' => folded.push('d'),
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => folded.push('e'),
        'ğ' => folded.push('g'),
        'ì' | 'í' | 'î' | 'ï' | 'ı' | 'ī' => folded.push('i'),
        'ł' => folded.push('l'),
        'ñ' | 'ń' | 'ň' => folded.push('n'),
        'ò' | 'ó' | 'ô' | 'õ' | 'ő' => folded.push('o'),
        'ř' => folded.push('r'),
        'ś' | 'š' | 'ş' | 'ș' => folded.push('s'),
        'ť' | 'ţ' | 'ț' => folded.push('t'),
        'ù' | 'ú' | 'û' | 'ű' | 'ů' | 'ū' => folded.push('u'),
        'ý' | 'ÿ' => folded.push('y'),
        'ź' | 'ż' | 'ž' => folded.push('z'),
        // A combining mark, such as the dots of a decomposed umlaut or of a Turkish i.
        '\u{300}'..='\u{36f}' | '\'' | '’' => {}
        other if other.is_alphanumeric() => folded.push(other),
        _ => {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
    }
}

/// A [folded](fold) text in which `ae`, `oe`, `ue` and `a`, `o`, `u` are one, as systems without umlauts drop the dots.
pub fn without_umlauts(folded: &str) -> String {
    if !folded.as_bytes().windows(2).any(|pair| matches!(pair, b"ae" | b"oe" | b"ue")) {
        return folded.to_owned();
    }
    let mut plain = String::with_capacity(folded.len());
    let mut letters = folded.chars().peekable();
    while let Some(letter) = letters.next() {
        plain.push(letter);
        if matches!(letter, 'a' | 'o' | 'u') {
            letters.next_if_eq(&'e');
        }
    }
    plain
}

/// A given name or surname: words without titles, umlauts levelled. An initial stays one letter.
pub fn name(text: &str) -> String {
    let folded = without_umlauts(&fold(text));
    if folded.split(' ').any(is_title) {
        return folded.split(' ').filter(|word| !is_title(word)).collect::<Vec<_>>().join(" ");
    }
    folded
}

fn is_title(word: &str) -> bool {
    matches!(word, "dr" | "prof" | "herr" | "frau" | "mr" | "mrs" | "ms" | "ing" | "dipl")
}
