//! Values in the cells of tables.
//!
//! Lists are parted by `|`. In a list a backslash makes the character behind it an ordinary one (`\|`, `\\`, a blank at an end),
//! and `\e` stands for an entry that is empty.

use serde_json::{Map, Value};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Text,
    List,
    /// Moods by persona: `all=1 | commuter=-2`; a number alone is the mood of all.
    Moods,
    Truth,
    /// A whole number of eight bits.
    Whole,
    Number,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// What is written into a cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    Number(f64),
}

/// A name and what stands under it.
pub(crate) type Column = (&'static str, Sort);

pub(crate) fn written(value: Option<&Value>, sort: Sort) -> Cell {
    let Some(value) = value else { return Cell::Empty };
    let text = match (sort, value) {
        (Sort::List, Value::Array(entries)) => list(entries.iter().filter_map(Value::as_str)),
        (Sort::Moods, Value::Object(moods)) => list(moods.iter().map(|(persona, mood)| format!("{persona}={mood}"))),
        (Sort::Truth, Value::Bool(truth)) => if *truth { "yes" } else { "no" }.to_owned(),
        (Sort::Whole | Sort::Number, Value::Number(number)) => {
            return number.as_f64().map_or(Cell::Empty, Cell::Number);
        }
        (_, Value::String(text)) => text.clone(),
        (_, Value::Null) => String::new(),
        (_, other) => other.to_string(),
    };
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

/// The value of a cell, none where it is empty; or what is wrong with it.
pub(crate) fn read(text: &str, sort: Sort) -> Result<Option<Value>, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() && (sort != Sort::Text || text.is_empty()) {
        return Ok(None);
    }
    Ok(Some(match sort {
        Sort::Text => Value::from(text),
        // A blank at an end may be kept by a backslash.
        Sort::List => Value::from(entries(text)?),
        Sort::Moods => moods(text)?,
        Sort::Truth => Value::from(truth(trimmed)?),
        Sort::Whole => Value::from(whole(trimmed)?),
        Sort::Number => Value::from(number(trimmed)?),
        Sort::Word(words) => {
            let word = trimmed.to_lowercase().replace([' ', '-'], "_");
            let known = words.iter().find(|known| **known == word);
            Value::from(*known.ok_or_else(|| format!("is none of {}", words.join(", ")))?)
        }
    }))
}

fn moods(text: &str) -> Result<Value, String> {
    if let Ok(mood) = whole(text.trim()) {
        return Ok(Value::from(Map::from_iter([("all".to_owned(), Value::from(mood))])));
    }
    let mut moods = Map::new();
    for entry in entries(text)? {
        let (persona, mood) = entry.rsplit_once('=').ok_or("is no list of moods such as all=1 | commuter=-2")?;
        if moods.insert(persona.to_owned(), Value::from(whole(mood.trim())?)).is_some() {
            return Err(format!("names {persona:?} twice"));
        }
    }
    Ok(Value::from(moods))
}

fn truth(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" | "x" | "ja" | "wahr" => Ok(true),
        "no" | "false" | "0" | "nein" | "falsch" => Ok(false),
        _ => Err("is neither yes nor no".to_owned()),
    }
}

fn whole(text: &str) -> Result<i8, String> {
    let whole = number(text).ok().filter(|number| number.fract() == 0.0 && number.abs() <= 127.0);
    whole.map(|number| number as i8).ok_or_else(|| "is not a whole number".to_owned())
}

/// A number with a decimal point, or with a decimal comma where nobody could take it for one between thousands.
fn number(text: &str) -> Result<f64, String> {
    let plain = match text.split_once(',') {
        None => text.to_owned(),
        Some((_, decimals)) if decimals.len() == 3 => {
            return Err("could be read in two ways: write it without thousands, and with a decimal point".to_owned());
        }
        Some((before, decimals)) => format!("{before}.{decimals}"),
    };
    plain.parse::<f64>().ok().filter(|number| number.is_finite()).ok_or_else(|| "is not a number".to_owned())
}

/// A list in one cell.
pub(crate) fn list(entries: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let escaped = |entry: &str| {
        if entry.is_empty() {
            return "\\e".to_owned();
        }
        let mut text = String::with_capacity(entry.len());
        let (begin, end) = (entry.len() - entry.trim_start().len(), entry.trim_end().len());
        for (at, character) in entry.char_indices() {
            if matches!(character, '\\' | '|') || at < begin || at >= end {
                text.push('\\');
            }
            text.push(character);
        }
        text
    };
    entries.into_iter().map(|entry| escaped(entry.as_ref())).collect::<Vec<_>>().join(" | ")
}

fn entries(text: &str) -> Result<Vec<String>, String> {
    let (mut entries, mut entry, mut kept) = (Vec::new(), String::new(), 0);
    let mut is_told = false;
    let mut characters = text.chars();
    let mut end = |entry: &mut String, kept: &mut usize, is_told: &mut bool| {
        // White space at an end that no backslash keeps is none.
        let length = entry.trim_end().len().max(*kept);
        entry.truncate(length);
        let done = std::mem::take(entry);
        if !done.is_empty() || *is_told {
            entries.push(done);
        }
        (*kept, *is_told) = (0, false);
    };
    while let Some(character) = characters.next() {
        match character {
            '|' => end(&mut entry, &mut kept, &mut is_told),
            '\\' => match characters.next() {
                Some('e') => is_told = true,
                Some(next) if matches!(next, '\\' | '|') || next.is_whitespace() => {
                    entry.push(next);
                    kept = entry.len();
                }
                Some(next) => {
                    return Err(format!("has a backslash before {next:?}: it stands before \\, |, e or a blank"));
                }
                None => return Err("ends with a backslash".to_owned()),
            },
            blank if blank.is_whitespace() && entry.is_empty() => {}
            other => entry.push(other),
        }
    }
    end(&mut entry, &mut kept, &mut is_told);
    Ok(entries)
}

/// A text that may be there and empty: `\e` if it is.
pub(crate) fn text_or_empty(text: &str) -> String {
    match text {
        "" => "\\e".to_owned(),
        text if text.starts_with('\\') => format!("\\{text}"),
        text => text.to_owned(),
    }
}

/// The text again.
pub(crate) fn read_text_or_empty(cell: &str) -> &str {
    match cell {
        "\\e" => "",
        cell if cell.starts_with("\\\\") => &cell[1..],
        cell => cell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_write_is_read_or_refused_with_a_reason() {
        for (text, sort, expected) in [
            ("home|cart |  order ", Sort::List, Ok("[\"home\",\"cart\",\"order\"]")),
            ("a\\|b", Sort::List, Ok("[\"a|b\"]")),
            ("||", Sort::List, Ok("[]")),
            ("\\e", Sort::List, Ok("[\"\"]")),
            ("a\\b", Sort::List, Err("has a backslash before 'b'")),
            ("a\\", Sort::List, Err("ends with a backslash")),
            ("2", Sort::Moods, Ok("{\"all\":2}")),
            ("all=1 | commuter = -2", Sort::Moods, Ok("{\"all\":1,\"commuter \":-2}")),
            ("all=1|all=2", Sort::Moods, Err("names \"all\" twice")),
            ("happy", Sort::Moods, Err("is no list of moods")),
            ("Ja", Sort::Truth, Ok("true")),
            ("perhaps", Sort::Truth, Err("is neither yes nor no")),
            ("2.0", Sort::Whole, Ok("2")),
            ("2.5", Sort::Whole, Err("is not a whole number")),
            ("300", Sort::Whole, Err("is not a whole number")),
            ("8,5", Sort::Number, Ok("8.5")),
            ("8,500", Sort::Number, Err("could be read in two ways")),
            ("NaN", Sort::Number, Err("is not a number")),
            ("1e999", Sort::Number, Err("is not a number")),
            ("As is", Sort::Word(&["as_is", "to_be"]), Ok("\"as_is\"")),
            ("was", Sort::Word(&["as_is", "to_be"]), Err("is none of as_is, to_be")),
            (" ", Sort::Text, Ok("\" \"")),
            (" ", Sort::Number, Ok("nothing")),
        ] {
            match (read(text, sort), expected) {
                (Ok(value), Ok(json)) => {
                    assert_eq!(value.map_or("nothing".to_owned(), |value| value.to_string()), json);
                }
                (Err(reason), Err(part)) => assert!(reason.starts_with(part), "{text}: {reason}"),
                (read, _) => panic!("{text}: {read:?}"),
            }
        }
    }

    proptest! {
        #[test]
        fn a_list_reads_back_as_it_was(given in proptest::collection::vec("(?s).{0,6}|[|\\\\e \\n=]{0,4}", 0..4)) {
            let value = Value::from(given);
            let text = match written(Some(&value), Sort::List) {
                Cell::Text(text) => text,
                other @ (Cell::Empty | Cell::Number(_)) => { prop_assert_eq!(other, Cell::Empty); String::new() }
            };
            prop_assert_eq!(read(&text, Sort::List).unwrap().unwrap_or_else(|| Value::Array(Vec::new())), value);
        }

        #[test]
        fn a_text_that_may_be_empty_reads_back_as_it_was(text in "(?s).{0,5}|\\\\{0,2}e?") {
            let written = text_or_empty(&text);
            prop_assert_eq!(read_text_or_empty(&written), text);
        }
    }
}
