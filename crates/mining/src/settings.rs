//! What a question says beside its journeys, as text by name: the same on the command line, over HTTP and in recipes.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use model::{Invalid, PathPattern, parse_duration_s};

/// One setting of a question, for help texts and for checking names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What may stand there: `DURATION`, `COUNT`, `NAME`, `NAMES`, `WAY`, or words joined by `|`.
    pub form: &'static str,
    /// What it says, in one sentence without its default.
    pub what: &'static str,
    /// What holds where it is not given; none where it need not be there and nothing holds, or where it must be there.
    pub default: Option<&'static str>,
    /// Whether it must be there.
    pub required: bool,
}

impl Setting {
    /// A setting with a default.
    pub const fn new(name: &'static str, form: &'static str, what: &'static str, default: &'static str) -> Self {
        Self { name, form, what, default: Some(default), required: false }
    }

    /// A setting that need not be there.
    pub const fn optional(name: &'static str, form: &'static str, what: &'static str) -> Self {
        Self { name, form, what, default: None, required: false }
    }

    /// A setting that must be there.
    pub const fn required(name: &'static str, form: &'static str, what: &'static str) -> Self {
        Self { name, form, what, default: None, required: true }
    }
}

/// Settings being read. What was read stands in its canonical form in the recipe, defaults among it.
#[derive(Clone, Debug)]
pub struct Settings {
    known: &'static [Setting],
    given: BTreeMap<String, String>,
    read: BTreeMap<String, String>,
}

impl Settings {
    /// Refused: a name that is not known, a required setting that is missing.
    pub fn new(known: &'static [Setting], given: BTreeMap<String, String>) -> Result<Self, Invalid> {
        if let Some(name) = given.keys().find(|name| !known.iter().any(|setting| setting.name == **name)) {
            let names: Vec<&str> = known.iter().map(|setting| setting.name).collect();
            let reason = if names.is_empty() {
                "is no setting: this question has none of its own".to_owned()
            } else {
                format!("is no setting of this question: {}", names.join(", "))
            };
            return Err(Invalid::new("", name, reason));
        }
        if let Some(missing) = known.iter().find(|setting| setting.required && !given.contains_key(setting.name)) {
            return Err(Invalid::missing(missing.name, format!("is missing: {}", missing.what)));
        }
        Ok(Self { known, given, read: BTreeMap::new() })
    }

    /// A text as it is, or its default; none where there is neither.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let default = || self.known.iter().find(|setting| setting.name == name)?.default.map(str::to_owned);
        let text =
            self.given.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).or_else(default)?;
        self.read.insert(name.to_owned(), text.clone());
        Some(text)
    }

    /// Names between commas; one with a comma in it stands in quotation marks.
    pub fn names(&mut self, name: &str) -> Vec<String> {
        split(&self.text(name).unwrap_or_default())
    }

    /// Every touchpoint that the settings read so far name.
    pub(crate) fn touchpoints(&self) -> Vec<String> {
        let named = self.known.iter().filter_map(|setting| Some((setting.form, self.read.get(setting.name)?)));
        let named = named.flat_map(|(form, text)| match form {
            "NAME" => vec![text.clone()],
            "NAMES" => split(text),
            _ => Vec::new(),
        });
        named.collect()
    }

    /// A whole number that has a default.
    pub fn count(&mut self, name: &str, allowed: RangeInclusive<usize>) -> Result<usize, Invalid> {
        let text = self.text(name).unwrap_or_default();
        let number = text.parse().ok().filter(|number| allowed.contains(number));
        number.ok_or_else(|| {
            Invalid::new(name, &text, format!("is no whole number from {} to {}", allowed.start(), allowed.end()))
        })
    }

    /// A duration in microseconds; none where it is not given and has no default.
    pub fn duration(&mut self, name: &str) -> Result<Option<i64>, Invalid> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let seconds = parse_duration_s(&text).map_err(|error| error.within(name))?;
        self.read.insert(name.to_owned(), format!("{seconds}s"));
        Ok(Some((seconds * 1e6).round() as i64))
    }

    /// A duration of more than no time that has a default or is required, in microseconds.
    pub fn period(&mut self, name: &str) -> Result<i64, Invalid> {
        let duration = self.duration(name)?.unwrap_or_default();
        if duration > 0 { Ok(duration) } else { Err(Invalid::new(name, "0s", "is no time at all")) }
    }

    /// A way as `docs/filters.md` has it. The place of a mistake is counted in the text as it was given.
    pub fn way(&mut self, name: &str) -> Result<PathPattern, Invalid> {
        let text = self.given.get(name).map_or("", String::as_str);
        let way: PathPattern = text.parse().map_err(|error: model::FilterError| Invalid::from(error).within(name))?;
        self.read.insert(name.to_owned(), way.to_string());
        Ok(way)
    }

    /// One of some words.
    pub fn choice<T: Copy>(&mut self, name: &str, words: &[(&str, T)]) -> Result<T, Invalid> {
        let text = self.text(name).unwrap_or_default();
        words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            Invalid::new(name, &text, format!("is none of {}", words.join(", ")))
        })
    }

    /// What was read, in canonical form.
    pub fn recipe(self) -> BTreeMap<String, String> {
        self.read
    }
}

/// Names between commas, those with a comma in them in quotation marks.
fn split(text: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut quoted = false;
    for character in text.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => names.push(String::new()),
            _ => names.last_mut().expect("there is one at least").push(character),
        }
    }
    names.into_iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}
