//! Text into words, quoted texts and signs, each with its place.

use super::{FilterError, MAX_LENGTH};

/// One piece of the text; its place in characters.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) sort: Sort,
    /// Characters before it.
    pub(super) start: usize,
    /// Characters up to and with it.
    pub(super) end: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sort {
    /// A keyword, a name, a number, a moment: the parser knows by its place.
    Word(String),
    /// What stood between quotation marks, with escapes resolved.
    Quoted(String),
    Sign(&'static str),
    /// Stands once, after all others.
    End,
}

/// Longer signs before those with which they begin.
const SIGNS: [&str; 11] = ["->", "!=", "<=", ">=", "=", "<", ">", "(", ")", ",", "*"];

/// The sign for any events between two steps. It is made of characters of words, so it is told from them when they end.
pub(super) const DOTS: &str = "...";

/// True for characters of which names are made without quotation marks.
pub(super) fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | '/' | ':' | '#')
}

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() > MAX_LENGTH {
        let reason = format!("the text goes on after {MAX_LENGTH} characters, the most there may be");
        return Err(FilterError::new((MAX_LENGTH, characters.len()), "", reason));
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        if characters[at].is_whitespace() {
            at += 1;
            continue;
        }
        let start = at;
        let sort = match sign(&characters[at..]) {
            Some(sign) => {
                at += sign.len();
                Sort::Sign(sign)
            }
            None if characters[at] == '"' => quoted(&characters, &mut at)?,
            None if is_plain(characters[at]) => word(&characters, &mut at),
            None => {
                let character = characters[at];
                return Err(FilterError::new((at, at + 1), &character.to_string(), why_not(character)));
            }
        };
        tokens.push(Token { sort, start, end: at });
    }
    tokens.push(Token { sort: Sort::End, start: at, end: at });
    Ok(tokens)
}

fn sign(rest: &[char]) -> Option<&'static str> {
    SIGNS.into_iter().find(|sign| sign.chars().zip(rest).filter(|(one, other)| one == *other).count() == sign.len())
}

/// Runs up to the first character that is none of a word, or up to an arrow: `a->b` is three tokens. The offset of a
/// moment (`+01:00`) may stand inside.
fn word(characters: &[char], at: &mut usize) -> Sort {
    let start = *at;
    while *at < characters.len()
        && (is_plain(characters[*at]) || (characters[*at] == '+' && *at > start))
        && sign(&characters[*at..]).is_none()
    {
        *at += 1;
    }
    let word: String = characters[start..*at].iter().collect();
    if word == DOTS { Sort::Sign(DOTS) } else { Sort::Word(word) }
}

fn quoted(characters: &[char], at: &mut usize) -> Result<Sort, FilterError> {
    let start = *at;
    let mut content = String::new();
    let mut rest = characters[start + 1..].iter().copied().enumerate();
    while let Some((offset, character)) = rest.next() {
        match character {
            '"' => {
                *at = start + offset + 2;
                return Ok(Sort::Quoted(content));
            }
            '\\' => match rest.next() {
                Some((_, escaped @ ('"' | '\\'))) => content.push(escaped),
                Some((offset, other)) => {
                    let place = start + offset;
                    let reason = "escapes nothing: there are \\\" and \\\\";
                    return Err(FilterError::new((place, place + 2), &format!("\\{other}"), reason));
                }
                None => break,
            },
            _ => content.push(character),
        }
    }
    let found: String = characters[start..].iter().collect();
    Err(FilterError::new((start, characters.len()), &found, "begins with a quotation mark that has no second one"))
}

fn why_not(character: char) -> &'static str {
    match character {
        '&' => "is no sign of filters: write and",
        '|' => "is no sign of filters: write or",
        '!' => "is no sign of filters: write not or !=",
        '\'' | '`' | '„' | '“' | '”' | '‚' | '‘' | '’' | '«' | '»' => {
            "quotes nothing: names are quoted with \""
        }
        '→' => "is no sign of filters: write ->",
        '…' => "is no sign of filters: write three dots",
        '≤' => "is no sign of filters: write <=",
        '≥' => "is no sign of filters: write >=",
        '≠' => "is no sign of filters: write !=",
        _ => "cannot stand in a name without quotation marks",
    }
}
