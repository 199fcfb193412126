//! The words of the language, and which of them somebody may have meant.

/// Words that are names only in quotation marks, in any mixture of upper and lower case.
const KEYWORDS: [&str; 33] = [
    "after",
    "and",
    "at",
    "before",
    "channel",
    "customer",
    "did",
    "duration",
    "end",
    "ends",
    "events",
    "exactly",
    "in",
    "is",
    "known",
    "least",
    "like",
    "most",
    "not",
    "or",
    "path",
    "peso",
    "segment",
    "stage",
    "start",
    "starts",
    "time",
    "times",
    "touchpoint",
    "unknown",
    "with",
    "within",
    "without",
];

/// What an event can be asked for.
pub(super) const EVENT_PROPERTIES: [&str; 5] = ["touchpoint", "channel", "peso", "stage", "time"];

/// The words with which a condition on journeys can begin.
pub(super) const JOURNEY_WORDS: [&str; 8] = ["did", "starts", "ends", "events", "duration", "customer", "in", "path"];

/// True for words that are no names without quotation marks.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// What follows on `customer.`: such words are properties, and neither names nor values without quotation marks.
pub(super) fn customer_path(word: &str) -> Option<&str> {
    let (head, path) = word.split_once('.')?;
    head.eq_ignore_ascii_case("customer").then_some(path)
}

/// ` (did you mean that?)` where one of the words is close to what was written, and nothing where none is.
pub(super) fn meant(written: &str, words: &[&str]) -> String {
    let written = written.to_lowercase();
    // One slip in three or four letters, two in more: farther off it is another word.
    let allowed = match written.chars().count() {
        0..3 => 0,
        3..5 => 1,
        _ => 2,
    };
    let nearest = words.iter().map(|word| (slips(&written, word), word)).min_by_key(|(slips, _)| *slips);
    match nearest {
        Some((slips, word)) if (1..=allowed).contains(&slips) => format!(" (did you mean {word}?)"),
        _ => String::new(),
    }
}

/// Characters that are wrong, missing, too many, or two that changed places: optimal string alignment distance.
fn slips(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let changed = rows[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
            let mut best = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_meant_if_it_is_near() {
        for (written, expected) in [
            ("chanel", " (did you mean channel?)"),
            ("Touchpiont", " (did you mean touchpoint?)"),
            ("tiem", " (did you mean time?)"),
            ("country", ""),
            ("no", ""),
            ("channel", ""),
        ] {
            assert_eq!(meant(written, &EVENT_PROPERTIES), expected, "{written}");
        }
    }
}
