//! The options of a file as people write them: flags on the command line, fields of a request.

use jiff::tz::TimeZone;
use model::{IdentifierKind, Invalid, RULINGS_SOURCE};
use serde::{Deserialize, Serialize};

use super::{Format, Options};

/// How a file is to be read, in words; what is left out is guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Words {
    /// A format's name.
    pub format: Option<String>,
    /// Column, or OCEL object type, that says who.
    pub customer: Option<String>,
    /// What that column holds, such as `loyalty_card`.
    pub customer_kind: Option<String>,
    /// Column that says what happened.
    pub touchpoint: Option<String>,
    /// Column that says when; `DATE+TIME` joins two.
    pub time: Option<String>,
    /// Column that says how.
    pub channel: Option<String>,
    /// Further columns that say who, as `KIND=COL`.
    pub identifier: Vec<String>,
    /// Zone of plain local times, such as `Europe/Berlin`.
    pub time_zone: Option<String>,
    /// How times are written, such as `day_first`.
    pub time_format: Option<String>,
    /// CSV: the character between fields, or `tab`.
    pub delimiter: Option<String>,
    /// CSV: such as `windows-1252`.
    pub encoding: Option<String>,
    /// CSV: numbers are written `12,50`.
    pub decimal_comma: bool,
    /// Name under which the events are filed.
    pub source: Option<String>,
}

impl Words {
    /// The options they mean. An error names the field.
    pub fn options(&self) -> Result<Options, Invalid> {
        let kind = |field: &str, name: &str| {
            IdentifierKind::parse(name.to_owned()).map_err(|invalid| Invalid { path: field.to_owned(), ..invalid })
        };
        let defaults = Options::default();
        let format = self.format.as_deref().map(str::parse::<Format>).transpose()?;
        let time_zone = self.time_zone.as_deref().map(|name| {
            TimeZone::get(name).map_err(|error| Invalid::new("time_zone", name, format!("is no time zone: {error}")))
        });
        let time_format = self.time_format.as_deref().map(str::parse).transpose();
        let identifiers = self.identifier.iter().map(|written| {
            let (name, column) =
                written.split_once('=').ok_or_else(|| Invalid::new("identifier", written, "is not KIND=COL"))?;
            Ok((kind("identifier", name)?, column.to_owned()))
        });
        let delimiter = match self.delimiter.as_deref() {
            None => None,
            Some("tab" | "\\t") => Some(b'\t'),
            Some(text) if text.len() == 1 => Some(text.as_bytes()[0]),
            Some(text) => return Err(Invalid::new("delimiter", text, "is not one character")),
        };
        if self.source.as_deref() == Some(RULINGS_SOURCE) {
            let reason = "is kept for what people decide about who is who";
            return Err(Invalid::new("source", RULINGS_SOURCE, reason));
        }
        Ok(Options {
            format,
            source: self.source.clone().unwrap_or(defaults.source),
            customer: self.customer.clone(),
            customer_kind: match &self.customer_kind {
                Some(name) => kind("customer_kind", name)?,
                None => defaults.customer_kind,
            },
            touchpoint: self.touchpoint.clone(),
            time: self.time.clone(),
            channel: self.channel.clone(),
            identifiers: identifiers.collect::<Result<_, Invalid>>()?,
            time_format: time_format
                .map_err(|invalid: Invalid| Invalid { path: "time_format".to_owned(), ..invalid })?,
            time_zone: time_zone.transpose()?,
            delimiter,
            encoding: self.encoding.clone(),
            decimal_comma: self.decimal_comma.then_some(true),
            object_type: if format == Some(Format::Ocel) { self.customer.clone() } else { None },
            ..Options::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_means_nothing_is_refused_by_its_field() {
        type Edit = fn(&mut Words);
        let cases: [(Edit, &str); 7] = [
            (|words| words.format = Some("doc".into()), "format: \"doc\" is none of csv,"),
            (|words| words.customer_kind = Some("Ka rte".into()), "customer_kind: \"Ka rte\""),
            (|words| words.time_zone = Some("Mars/Olympus".into()), "time_zone: \"Mars/Olympus\" is no time zone"),
            (|words| words.time_format = Some("soon".into()), "time_format: \"soon\""),
            (|words| words.identifier = vec!["mail".into()], "identifier: \"mail\" is not KIND=COL"),
            (|words| words.delimiter = Some("::".into()), "delimiter: \"::\" is not one character"),
            (|words| words.source = Some(RULINGS_SOURCE.into()), "source: "),
        ];
        for (edit, expected) in cases {
            let mut words = Words::default();
            edit(&mut words);
            let error = words.options().unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
